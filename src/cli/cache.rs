//! What a remembered history depends on, beside the history: program, rules, settings.

use std::fs::File;
use std::io::Read as _;
use std::path::Path;
use std::sync::OnceLock;

use sha2::{Digest as _, Sha256};

use super::args::Past;
use crate::detect::Options;
use crate::rule::RuleSet;
use crate::source::{Cache, WalkOptions};

/// Where and under what a history is remembered; `None` if the user wants none of it, or if it cannot be told
/// which program this is.
pub(super) fn of(
    past: &Past,
    rules: &RuleSet,
    detect: &Options,
    walk: &WalkOptions,
    (root, prefix): (&Path, &[u8]),
) -> Option<Cache> {
    if past.no_cache {
        return None;
    }
    let mut key = Sha256::new();
    let mut add = |part: &[u8]| {
        key.update((part.len() as u64).to_le_bytes());
        key.update(part);
    };
    add(env!("CARGO_PKG_VERSION").as_bytes());
    add(&program()?.to_le_bytes());
    for (_, rule) in rules.iter() {
        add(rule.spec().slug.as_bytes());
        add(rule.source().as_bytes());
    }
    // The day is held against that of the snapshot; whether fixes are planned changes nothing of what is found.
    let Options { today, decode_depth, without_prefilter, without_versions, written, minified, lints, fixes: _ } =
        detect;
    add(format!("{decode_depth} {without_prefilter} {without_versions} {minified} {lints} {written:?}").as_bytes());
    let WalkOptions { no_ignore: _, base, excludes, max_file_size, read_ignored_carriers: _ } = walk;
    let from = base.as_ref().map(|base| way(base, root));
    add(format!("{max_file_size} {excludes:?} {from:?}").as_bytes());
    add(prefix);
    Some(Cache { dir: past.cache_dir.clone(), key: key.finalize().into(), today: *today })
}

/// From a directory of globs to the repository, or the other way: the same wherever the repository is.
fn way<'a>(base: &'a Path, root: &'a Path) -> (Option<&'a Path>, Option<&'a Path>) {
    match (root.strip_prefix(base), base.strip_prefix(root)) {
        (Err(_), Err(_)) => (Some(base), Some(root)),
        (down, up) => (down.ok(), up.ok()),
    }
}

/// Tells this program from others of the same version: one that was built anew may find more.
fn program() -> Option<u64> {
    static PROGRAM: OnceLock<Option<u64>> = OnceLock::new();
    *PROGRAM.get_or_init(|| {
        let mut file = File::open(std::env::current_exe().ok()?).ok()?;
        let (mut sum, mut size) = (crc32fast::Hasher::new(), 0_u64);
        let mut buffer = vec![0; 1 << 20];
        loop {
            let read = file.read(&mut buffer).ok()?;
            if read == 0 {
                return Some(size << 32 | u64::from(sum.finalize()));
            }
            sum.update(&buffer[..read]);
            size += read as u64;
        }
    })
}
