//! Excludes of the configuration, held against paths of a repository.
//!
//! A walk of files turns away from a directory that is left out; a list of paths is asked one by one, so
//! what was said of a directory is remembered.

use std::collections::{BTreeMap, HashMap};
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use super::exclude::Excludes;
use super::{SourceError, WalkOptions};

/// Which paths are left out, and how often each glob did it. A directory counts one.
pub(super) struct LeaveOut {
    excludes: Excludes,
    root: PathBuf,
    dirs: HashMap<Vec<u8>, bool>,
    counts: BTreeMap<String, u64>,
}

/// What a walk left out.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(super) struct LeftOut {
    dirs: Vec<Vec<u8>>,
    counts: BTreeMap<String, u64>,
}

impl LeaveOut {
    /// `root` is what the paths start from.
    pub(super) fn new(walk: &WalkOptions, root: &Path) -> Result<Self, SourceError> {
        let excludes = Excludes::new(&walk.excludes, &[root.to_owned()], walk.base.as_deref())?;
        Ok(Self { excludes, root: root.to_owned(), dirs: HashMap::new(), counts: BTreeMap::new() })
    }

    /// Is nothing left out?
    pub(super) fn is_empty(&self) -> bool {
        self.excludes.len() == 0
    }

    /// Is this path left out, or a directory above it?
    pub(super) fn leaves(&mut self, path: &[u8]) -> bool {
        if self.is_empty() {
            return false;
        }
        let dir = memchr::memrchr(b'/', path);
        dir.is_some_and(|end| self.leaves_dir(&path[..end])) || self.leaves_entry(path, false)
    }

    /// Is this directory left out, or one above it?
    pub(super) fn leaves_dir(&mut self, dir: &[u8]) -> bool {
        if let Some(&known) = self.dirs.get(dir) {
            return known;
        }
        let above = memchr::memrchr(b'/', dir);
        let is_out = above.is_some_and(|end| self.leaves_dir(&dir[..end])) || self.leaves_entry(dir, true);
        self.dirs.insert(dir.to_vec(), is_out);
        is_out
    }

    fn leaves_entry(&mut self, path: &[u8], is_dir: bool) -> bool {
        let whole = self.root.join(to_path(path));
        let Some(glob) = self.excludes.leaving_out(&whole, is_dir) else { return false };
        *self.counts.entry(self.excludes.text(glob).to_owned()).or_default() += 1;
        true
    }

    /// Does no glob leave out single files? Then what was left out is known by the directories alone.
    pub(super) fn is_of_dirs(&self) -> bool {
        (0..self.excludes.len()).all(|glob| self.excludes.text(glob).ends_with('/'))
    }

    /// What was left out so far, to go on from.
    pub(super) fn done(self) -> LeftOut {
        let mut dirs: Vec<Vec<u8>> = self.dirs.into_iter().filter(|(_, is_out)| *is_out).map(|(dir, _)| dir).collect();
        dirs.sort_unstable();
        LeftOut { dirs, counts: self.counts }
    }

    /// Goes on after a walk that left out this.
    pub(super) fn go_on(&mut self, before: LeftOut) {
        self.dirs.extend(before.dirs.into_iter().map(|dir| (dir, true)));
        self.counts = before.counts;
    }

    /// How much each glob left out.
    pub(super) fn counts(&self) -> &BTreeMap<String, u64> {
        &self.counts
    }
}

#[cfg(unix)]
pub(super) fn to_path(bytes: &[u8]) -> PathBuf {
    use std::os::unix::ffi::OsStrExt as _;
    PathBuf::from(std::ffi::OsStr::from_bytes(bytes))
}

#[cfg(not(unix))]
pub(super) fn to_path(bytes: &[u8]) -> PathBuf {
    PathBuf::from(String::from_utf8_lossy(bytes).into_owned())
}
