//! Files that git tracks though an ignore file of git's names them.
//!
//! An ignore file only keeps git from taking what it does not have; what it has is in every clone. So a
//! walk that left something out asks the index of the repository which of its files were not met, and those
//! are read. Without anything left out no index is opened. `.ignore` is not git's and still holds, and so do
//! excludes.

use std::collections::{HashMap, HashSet};
use std::fs;
use std::path::{Path, PathBuf};

use ignore::Match;
use ignore::gitignore::Gitignore;

use crate::model::{Skip, SkipReason};

use super::git::Repo;
use super::git::index_file::Index;
use super::leave_out::to_path;
use super::read::{Pool, shown};
use super::ruled;
use super::walk::{Notes, number};

const LINK: u32 = 0o120_000;
const SUBMODULE: u32 = 0o160_000;
const FILE: u32 = 0o100_000;
const KIND: u32 = 0o170_000;

/// What was met, and what was found beyond that.
#[derive(Default)]
pub(super) struct Tracked {
    met: HashSet<u64>,
    read: HashSet<PathBuf>,
    /// How many of those the walk counted as ignored; what lies in an ignored directory was not.
    pub(super) counted: u64,
}

/// Tracked and not met.
#[derive(Default)]
pub(super) struct Found {
    pub(super) files: Vec<PathBuf>,
    pub(super) submodules: Vec<PathBuf>,
    links: u64,
    failures: Vec<Skip>,
}

impl Found {
    /// Tells of indexes that could not be read and links that were not followed.
    pub(super) fn note_failures(&self, pool: &Pool<'_>) {
        if let Some(reader) = pool.lend().reader() {
            reader.coverage.left_out.links += self.links;
            self.failures.iter().for_each(|skip| reader.note(skip.clone()));
        }
    }
}

impl Tracked {
    /// What the repositories of these directories track below them and a walk did not meet.
    pub(super) fn look(&mut self, starts: &[PathBuf], notes: &Notes, pool: &mut Pool<'_>) -> Found {
        for reader in pool.readers() {
            self.met.extend(reader.met_numbers.drain(..));
        }
        let mut found = Found::default();
        let mut indexes: HashMap<PathBuf, Result<Index, String>> = HashMap::new();
        for start in starts {
            let Ok(repo) = Repo::above(start) else { continue };
            let Some(below) = way(&repo, start) else { continue };
            let index =
                indexes.entry(repo.index.clone()).or_insert_with(|| Index::open(&repo.index, repo.format.id_length()));
            match index {
                Ok(index) => Look { start, notes, tracked: self, found: &mut found, gates: Gates::new(start) }
                    .through(index, &below),
                Err(what) => {
                    let detail = format!("the index of git, which tells what of the ignored files is tracked: {what}");
                    found.failures.push(Skip { path: shown(start), reason: SkipReason::Damaged, detail });
                }
            }
        }
        found
    }

    /// The files that were read.
    pub(super) fn into_paths(self) -> HashSet<PathBuf> {
        self.read
    }
}

/// The way from the root of the repository's files to a directory, as names of the index begin.
fn way(repo: &Repo, start: &Path) -> Option<Vec<u8>> {
    let real = start.canonicalize().ok()?;
    let below = real.strip_prefix(repo.worktree.as_deref()?).ok()?;
    let mut way = below.as_os_str().as_encoded_bytes().to_vec();
    if cfg!(windows) {
        way.iter_mut().filter(|byte| **byte == b'\\').for_each(|byte| *byte = b'/');
    }
    if !way.is_empty() {
        way.push(b'/');
    }
    Some(way)
}

/// One directory whose index is gone through.
struct Look<'a> {
    start: &'a Path,
    notes: &'a Notes,
    tracked: &'a mut Tracked,
    found: &'a mut Found,
    gates: Gates,
}

impl Look<'_> {
    fn through(mut self, index: &Index, below: &[u8]) {
        let from = index.entries().partition_point(|entry| index.name(entry) < below);
        for entry in &index.entries()[from..] {
            let Some(name) = index.name(entry).strip_prefix(below) else { break };
            if !name.is_empty() && matches!(index.mode(entry) & KIND, FILE | LINK | SUBMODULE) {
                self.at(name, index.mode(entry) & KIND == SUBMODULE);
            }
        }
    }

    fn at(&mut self, name: &[u8], is_dir: bool) {
        let Some(numbers) = &self.notes.numbers else { return };
        let path = self.start.join(to_path(name));
        if self.tracked.met.contains(&number(numbers, &path)) || !is_plain(name) {
            return;
        }
        let Some(parent) = path.parent() else { return };
        if !self.gates.opens(parent, self.notes, &self.tracked.met) || self.gates.leaves_out(&path, is_dir, self.notes)
        {
            return;
        }
        let Ok(meta) = fs::symlink_metadata(&path) else { return }; // taken away from the worktree
        self.tracked.met.insert(number(numbers, &path));
        let was_listed = parent == self.start || self.tracked.met.contains(&number(numbers, parent));
        if meta.is_symlink() {
            self.found.links += 1;
        } else if meta.is_file() {
            self.tracked.counted += u64::from(was_listed);
            self.tracked.read.insert(path.clone());
            self.found.files.push(path);
        } else if is_dir && meta.is_dir() {
            self.tracked.counted += u64::from(was_listed);
            self.found.submodules.push(path);
        }
    }
}

/// Does no part of the name lead elsewhere? Git would not check it out, but an index can hold anything.
fn is_plain(name: &[u8]) -> bool {
    name.split(|&byte| byte == b'/')
        .all(|part| !matches!(part, b"" | b"." | b"..") && !part.eq_ignore_ascii_case(b".git"))
}

/// Which directories may be entered; asked once each.
struct Gates {
    start: PathBuf,
    real: PathBuf,
    open: HashMap<PathBuf, bool>,
    rules: HashMap<PathBuf, Option<Gitignore>>,
}

impl Gates {
    fn new(start: &Path) -> Self {
        let real = start.canonicalize().unwrap_or_else(|_| start.to_path_buf());
        Self { start: start.to_path_buf(), real, open: HashMap::new(), rules: HashMap::new() }
    }

    /// May a walk be in this directory? One that it entered, or one that only git's ignore files close.
    fn opens(&mut self, dir: &Path, notes: &Notes, met: &HashSet<u64>) -> bool {
        if dir == self.start {
            return true;
        }
        if let Some(&known) = self.open.get(dir) {
            return known;
        }
        // a link in the place of a directory was met too
        let is_there = || fs::symlink_metadata(dir).is_ok_and(|meta| meta.is_dir());
        let was_met = || notes.numbers.as_ref().is_some_and(|numbers| met.contains(&number(numbers, dir)));
        let is_open = dir.parent().is_some_and(|parent| self.opens(parent, notes, met))
            && is_there()
            && (was_met() || !self.leaves_out(dir, true, notes));
        self.open.insert(dir.to_path_buf(), is_open);
        is_open
    }

    fn leaves_out(&mut self, path: &Path, is_dir: bool, notes: &Notes) -> bool {
        notes.is_elsewhere(path)
            || notes.excludes.leaving_out(path, is_dir).is_some()
            || self.is_in_an_ignore_file(path, is_dir)
    }

    /// The nearest `.ignore` that says something decides, also those above the directory of the walk.
    fn is_in_an_ignore_file(&mut self, path: &Path, is_dir: bool) -> bool {
        let Ok(below) = path.strip_prefix(&self.start) else { return false };
        let real = self.real.join(below);
        for dir in real.ancestors().skip(1) {
            let rules = self.rules.entry(dir.to_path_buf()).or_insert_with(|| rules(dir));
            match rules.as_ref().map(|rules| rules.matched(&real, is_dir)) {
                Some(Match::Ignore(_)) => return true,
                Some(Match::Whitelist(_)) => return false,
                Some(Match::None) | None => {}
            }
        }
        false
    }
}

fn rules(dir: &Path) -> Option<Gitignore> {
    let file = dir.join(".ignore");
    (file.is_file() && ruled::is_safe_file(&file)).then(|| Gitignore::new(file).0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_that_leads_elsewhere_is_not_plain() {
        for (name, plain) in [
            ("a", true),
            ("a/.gitignore", true),
            ("a/..b", true),
            ("..", false),
            ("a/../b", false),
            ("/etc/passwd", false),
            ("a//b", false),
            (".git/config", false),
            ("a/.GIT/x", false),
        ] {
            assert_eq!(is_plain(name.as_bytes()), plain, "{name}");
        }
    }
}
