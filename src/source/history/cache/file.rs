//! Snapshots as files: sealed, replaced as a whole, few of them.
//!
//! A file that is damaged, or that somebody else made, is no snapshot. Nothing here is an error for the user:
//! a scan that cannot remember looks at everything.

use std::fs;
use std::io::{self, Read as _, Write as _};
use std::path::{Path, PathBuf};

use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::Sha256;

use crate::source::git::Repo;

use super::{Cache, Snapshot};

const MAGIC: &[u8] = b"keyless-history/1\n";
const SEAL: usize = 32;
/// Larger snapshots are neither written nor read.
const MOST: usize = 512 << 20;
/// So many are kept in a directory: the settings of other scans.
const KEPT: usize = 8;
const ENDING: &str = ".history";

/// Where the snapshot of a repository is, and what it is sealed with.
struct Place {
    path: PathBuf,
    seal: [u8; SEAL],
}

impl Place {
    fn of(cache: &Cache, repo: &Repo) -> Option<Self> {
        let key: String = cache.key[..8].iter().map(|byte| format!("{byte:02x}")).collect();
        if let Some(dir) = &cache.dir {
            // Several repositories may share it. One that is mistaken for another costs time only.
            let name = repo.root().file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
            let name: String = name.chars().filter(|c| c.is_ascii_alphanumeric() || "-_.".contains(*c)).collect();
            let path = dir.join(format!("{}-{key}{ENDING}", if name.is_empty() { "repository" } else { &name }));
            return Some(Self { path, seal: [0; SEAL] });
        }
        let path = repo.common_dir.join("keyless").join(format!("{key}{ENDING}"));
        Some(Self { path, seal: own_seal()? })
    }

    fn mac(&self, cache: &Cache, payload: &[u8]) -> Option<Hmac<Sha256>> {
        let mut mac = Hmac::<Sha256>::new_from_slice(&self.seal).ok()?;
        mac.update(&cache.key);
        mac.update(payload);
        Some(mac)
    }
}

/// What was remembered of a repository, if anything, under these settings.
pub(in super::super) fn load(cache: &Cache, repo: &Repo) -> Option<Snapshot> {
    let place = Place::of(cache, repo)?;
    // a pipe in its place would be waited for without end
    let file =
        fs::metadata(&place.path).ok().filter(fs::Metadata::is_file).and_then(|_| fs::File::open(&place.path).ok())?;
    let mut bytes = Vec::new();
    file.take(MOST as u64 + 1).read_to_end(&mut bytes).ok()?;
    let rest = bytes.strip_prefix(MAGIC).filter(|_| bytes.len() <= MOST)?;
    let (seal, payload) = rest.split_at_checked(SEAL)?;
    place.mac(cache, payload)?.verify_slice(seal).ok()?;
    let snapshot: Snapshot = postcard::from_bytes(payload).ok()?;
    snapshot.checked(cache.today)
}

/// Remembers a repository. What cannot be written is forgotten.
pub(in super::super) fn store(cache: &Cache, repo: &Repo, snapshot: &Snapshot) {
    // A test sees whether it worked; a user has lost nothing but time.
    let _ = write(cache, repo, snapshot);
}

fn write(cache: &Cache, repo: &Repo, snapshot: &Snapshot) -> Option<()> {
    let place = Place::of(cache, repo)?;
    let payload = postcard::to_stdvec(snapshot).ok()?;
    if payload.len() > MOST - MAGIC.len() - SEAL {
        return None;
    }
    let seal = place.mac(cache, &payload)?.finalize().into_bytes();
    let dir = place.path.parent()?;
    fs::create_dir_all(dir).ok()?;
    // A link in a repository that came from elsewhere must not lead us to write outside of it.
    if cache.dir.is_none() && !fs::symlink_metadata(dir).ok()?.is_dir() {
        return None;
    }
    let mut file = tempfile::Builder::new().prefix(".keyless-").tempfile_in(dir).ok()?;
    for part in [MAGIC, &seal, &payload] {
        file.write_all(part).ok()?;
    }
    file.persist(&place.path).ok()?;
    keep_few(dir);
    Some(())
}

/// Removes the oldest snapshots.
fn keep_few(dir: &Path) {
    let Ok(entries) = fs::read_dir(dir) else { return };
    let is_ours = |entry: &fs::DirEntry| entry.file_name().to_string_lossy().ends_with(ENDING);
    let ours = entries.flatten().filter(is_ours);
    let mut by_age: Vec<_> = ours.filter_map(|entry| Some((entry.metadata().ok()?.modified().ok()?, entry))).collect();
    by_age.sort_by_key(|(modified, _)| std::cmp::Reverse(*modified));
    for (_, entry) in by_age.iter().skip(KEPT) {
        let _ = fs::remove_file(entry.path());
    }
}

/// What this user's snapshots are sealed with: made on first use.
///
/// A repository may come from anywhere with a snapshot in it that says that everything is clean.
fn own_seal() -> Option<[u8; SEAL]> {
    let path = user_cache()?.join("keyless").join("seal");
    if let Some(seal) = read_seal(&path) {
        return Some(seal);
    }
    let mut seal = [0; SEAL];
    getrandom::fill(&mut seal).ok()?;
    let dir = path.parent()?;
    fs::create_dir_all(dir).ok()?;
    // Only its user may read it: that is how temporary files are made.
    let mut file = tempfile::Builder::new().prefix(".seal-").tempfile_in(dir).ok()?;
    file.write_all(&seal).ok()?;
    match file.persist_noclobber(&path) {
        Ok(_) => Some(seal),
        // Another run was first.
        Err(error) if error.error.kind() == io::ErrorKind::AlreadyExists => read_seal(&path),
        Err(_) => None,
    }
}

fn read_seal(path: &Path) -> Option<[u8; SEAL]> {
    let is_seal = fs::metadata(path).is_ok_and(|meta| meta.is_file() && meta.len() == SEAL as u64);
    fs::read(path).ok().filter(|_| is_seal)?.try_into().ok()
}

/// As the XDG base directory specification has it, and the like of it on Windows.
fn user_cache() -> Option<PathBuf> {
    let named = |name: &str| std::env::var_os(name).map(PathBuf::from).filter(|path| path.is_absolute());
    named("XDG_CACHE_HOME").or_else(|| named("HOME").map(|home| home.join(".cache"))).or_else(|| named("LOCALAPPDATA"))
}
