//! Finds the files of an object store: packs, loose objects, and other stores it borrows from.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::fault::{Defect, Fault};
use super::file::Pack;
use super::index::Index;
use super::loose::LooseObjects;
use super::midx;
use crate::source::memory::Mapped;
use crate::source::whole::read_file;

/// Git follows borrowed stores that far.
const DEEPEST: usize = 5;
/// So many packs are held open, the greatest; a process may have a thousand files.
const MOST_OPEN: usize = 64;

/// What was found on disk.
#[derive(Debug, Default)]
pub(super) struct Found {
    pub(super) packs: Vec<Pack>,
    pub(super) loose: LooseObjects,
    pub(super) faults: Vec<Fault>,
    /// Some objects were left with whoever promised them.
    pub(super) promised: bool,
}

/// The directory that all worktrees of a repository share.
pub(super) fn common_dir(git_dir: &Path) -> PathBuf {
    match read_file(git_dir.join("commondir")).ok().and_then(|dir| String::from_utf8(dir).ok()) {
        Some(dir) => git_dir.join(dir.trim_end()),
        None => git_dir.to_owned(),
    }
}

/// Bytes of an object id: 32 if the configuration says `[extensions] objectFormat = sha256`.
pub(super) fn hash_length(common_dir: &Path) -> usize {
    let config = read_file(common_dir.join("config")).unwrap_or_default();
    let config = String::from_utf8_lossy(&config).to_lowercase();
    let mut in_extensions = false;
    for line in config.lines().map(str::trim) {
        if line.starts_with('[') {
            in_extensions = line.starts_with("[extensions]");
        } else if let Some((key, value)) = line.split_once('=')
            && in_extensions
            && key.trim() == "objectformat"
        {
            return if value.trim().trim_matches('"').starts_with("sha256") { 32 } else { 20 };
        }
    }
    20
}

/// All packs and loose objects of a store and of those it borrows from. `most`: the largest loose object to read.
pub(super) fn find(objects: &Path, hash: usize, most: u64) -> Found {
    let mut found = Found::default();
    let mut seen = Vec::new();
    let mut open = vec![(objects.to_owned(), 0)];
    while let Some((dir, depth)) = open.pop() {
        let real = dir.canonicalize().unwrap_or_else(|_| dir.clone());
        if seen.contains(&real) {
            continue;
        }
        seen.push(real);
        if !dir.is_dir() {
            found.faults.push(of_file(&dir, Defect::File("a borrowed object store that is not there")));
            continue;
        }
        found.packs_of(&dir, hash);
        found.loose.list(&dir, hash);
        let borrowed = borrowed(&dir);
        if depth == DEEPEST && !borrowed.is_empty() {
            found.faults.push(of_file(&dir, Defect::File("an object store that borrows too deep")));
        } else {
            open.extend(borrowed.into_iter().map(|dir| (dir, depth + 1)));
        }
    }
    found.loose.settle(most, &mut found.faults);
    // The same order on every machine; the greatest pack owns what several have.
    found.packs.sort_by(|a, b| (b.index.count(), &a.path).cmp(&(a.index.count(), &b.path)));
    found.packs.iter_mut().take(MOST_OPEN).for_each(Pack::hold_open);
    found
}

impl Found {
    fn packs_of(&mut self, objects: &Path, hash: usize) {
        let dir = objects.join("pack");
        let mut taken = None;
        for (path, has_index) in self.list(&dir) {
            let index = if has_index {
                Index::open(&path.with_extension("idx"), hash)
            } else {
                let stem = path.file_stem().map(|stem| stem.to_string_lossy().into_owned()).unwrap_or_default();
                let taken = taken.get_or_insert_with(|| from_multi_pack_index(&dir, hash));
                match taken.remove(&stem) {
                    Some(index) => Ok(index),
                    None => Err(Defect::File("a pack without an index, as an interrupted fetch leaves it")),
                }
            };
            let path: Arc<Path> = Arc::from(path);
            match index.and_then(|index| Pack::open(&path, index, hash, &mut self.faults)) {
                Ok(pack) => self.packs.push(pack),
                Err(defect) => self.faults.push(Fault { file: path, offset: 0, oid: None, defect }),
            }
        }
    }

    /// The packs of a directory, sorted, and whether each has its index; an index without its pack is a fault.
    fn list(&mut self, dir: &Path) -> BTreeMap<PathBuf, bool> {
        let mut packs = BTreeMap::new();
        let files: Vec<PathBuf> = fs::read_dir(dir).into_iter().flatten().flatten().map(|file| file.path()).collect();
        let has = |path: &PathBuf, ending: &str| path.extension().is_some_and(|is| is == ending);
        packs.extend(files.iter().filter(|path| has(path, "pack")).map(|path| (path.clone(), false)));
        for path in files.iter().filter(|path| has(path, "idx")) {
            match packs.get_mut(&path.with_extension("pack")) {
                Some(has_index) => *has_index = true,
                None => self.faults.push(of_file(path, Defect::File("an index without its pack"))),
            }
        }
        self.promised |= files.iter().any(|path| has(path, "promisor"));
        packs
    }
}

fn from_multi_pack_index(dir: &Path, hash: usize) -> BTreeMap<String, Index> {
    let mut files = vec![dir.join("multi-pack-index")];
    let parts = fs::read_dir(dir.join("multi-pack-index.d")).into_iter().flatten().flatten();
    files.extend(parts.map(|file| file.path()).filter(|path| path.extension().is_some_and(|is| is == "midx")));
    let read = |path: &PathBuf| midx::indexes(&Mapped::open(path).ok()?, hash);
    files.iter().filter_map(read).flatten().collect()
}

/// The stores named in `info/alternates`: a path a line, from the store's own directory on.
fn borrowed(objects: &Path) -> Vec<PathBuf> {
    let text = read_file(objects.join("info/alternates")).unwrap_or_default();
    let text = String::from_utf8_lossy(&text);
    let lines = text.lines().filter(|line| !line.is_empty() && !line.starts_with('#'));
    lines.map(|line| objects.join(line.trim_matches('"'))).collect()
}

fn of_file(path: &Path, defect: Defect) -> Fault {
    Fault { file: Arc::from(path), offset: 0, oid: None, defect }
}
