//! What a tree has that none of the trees before it has.
//!
//! Against one parent this is a difference; against several, what a merge brought by itself. Objects are
//! compared, never diff text, so no attribute hides a path.

use std::collections::BTreeMap;

use super::lines;
use super::object::{Entries, Id, Kind};
use super::read::{Objects, ReadError};
use super::sweep::unreadable;
use crate::model::{RepoPath, Scope, Skip};
use crate::source::leave_out::LeaveOut;

/// A blob at a path where no tree before has it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::source) struct Change {
    pub(in crate::source) path: Vec<u8>,
    pub(in crate::source) id: Id,
    /// What stood there in each tree before.
    pub(in crate::source) before: Vec<Option<Id>>,
}

/// Compares trees and keeps what could not be read.
pub(in crate::source) struct Comparer<'a> {
    pub(in crate::source) objects: &'a Objects,
    pub(in crate::source) leave_out: &'a mut LeaveOut,
    pub(in crate::source) skips: Vec<Skip>,
    pub(in crate::source) submodules: u64,
}

/// Deleted files that are held against a new one, when it is asked where it came from.
const CANDIDATES: usize = 64;
/// Deleted files that are remembered at all.
const DELETED: usize = 4_096;
/// Of a renamed file at least so many in a hundred bytes stay, as git says too.
const SIMILAR: usize = 50;

type Names = BTreeMap<Vec<u8>, (Id, Sort)>;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Sort {
    Tree,
    Blob,
    Submodule,
}

impl Comparer<'_> {
    /// What `tree` has that no tree of `before` has; renamed files are led back to their old names.
    pub(in crate::source) fn compare(&mut self, before: &[Option<Id>], tree: Id) -> Vec<Change> {
        let mut changes = Vec::new();
        let mut deleted = vec![Vec::new(); before.len()];
        let mut open = vec![(Vec::new(), tree, before.to_vec())];
        while let Some((dir, tree, before)) = open.pop() {
            if before.contains(&Some(tree)) {
                continue;
            }
            let old: Vec<Names> =
                before.iter().map(|id| id.map(|id| self.names(&dir, id)).unwrap_or_default()).collect();
            let new = self.names(&dir, tree);
            for (name, &(id, sort)) in &new {
                if old.iter().any(|old| old.get(name) == Some(&(id, sort))) {
                    continue;
                }
                let path = [&dir[..], name].concat();
                let of = |wanted| {
                    let known = old.iter().map(|old| old.get(name).filter(|(_, sort)| *sort == wanted));
                    known.map(|known| known.map(|(id, _)| *id)).collect::<Vec<_>>()
                };
                match sort {
                    Sort::Submodule => self.submodules += 1,
                    Sort::Tree if self.leave_out.leaves_dir(&path) => {}
                    Sort::Tree => open.push(([&path[..], b"/"].concat(), id, of(Sort::Tree))),
                    Sort::Blob if self.leave_out.leaves(&path) => {}
                    Sort::Blob => changes.push(Change { before: of(Sort::Blob), path, id }),
                }
            }
            for (old, deleted) in old.iter().zip(&mut deleted) {
                for (name, &(id, sort)) in old.iter().filter(|(name, _)| !new.contains_key(*name)) {
                    self.delete(&[&dir[..], name].concat(), id, sort, deleted);
                }
            }
        }
        self.lead_back(&mut changes, &deleted);
        changes
    }

    fn delete(&mut self, path: &[u8], id: Id, sort: Sort, deleted: &mut Vec<(Vec<u8>, Id)>) {
        let mut open = vec![(path.to_vec(), id, sort)];
        while let Some((path, id, sort)) = open.pop() {
            if deleted.len() >= DELETED {
                return;
            }
            match sort {
                Sort::Blob => deleted.push((path, id)),
                Sort::Submodule => {}
                Sort::Tree => {
                    let below = self.names(&path, id).into_iter();
                    open.extend(below.map(|(name, (id, sort))| ([&path[..], b"/", &name].concat(), id, sort)));
                }
            }
        }
    }

    /// New files that are old ones under another name: what they had before is what the old one had.
    fn lead_back(&mut self, changes: &mut Vec<Change>, deleted: &[Vec<(Vec<u8>, Id)>]) {
        for (parent, deleted) in deleted.iter().enumerate().filter(|(_, deleted)| !deleted.is_empty()) {
            for change in changes.iter_mut().filter(|change| change.before[parent].is_none()) {
                change.before[parent] = match deleted.iter().find(|(_, id)| *id == change.id) {
                    Some((_, id)) => Some(*id),
                    None => self.most_similar(change, deleted),
                };
            }
        }
        changes.retain(|change| !change.before.contains(&Some(change.id)));
    }

    fn most_similar(&self, change: &Change, deleted: &[(Vec<u8>, Id)]) -> Option<Id> {
        let new = self.objects.read_as(change.id, Kind::Blob).ok()?;
        let (name, extension) = name_and_extension(&change.path);
        let alike = |same_name: bool| {
            deleted.iter().filter(move |(path, _)| {
                let (other, other_extension) = name_and_extension(path);
                if same_name { other == name } else { other != name && other_extension == extension }
            })
        };
        let mut best = (SIMILAR, None);
        for (_, id) in alike(true).chain(alike(false)).take(CANDIDATES) {
            let Ok(old) = self.objects.read_as(*id, Kind::Blob) else { continue };
            let similar = similarity(&old, &new);
            if similar >= best.0 {
                best = (similar + 1, Some(*id));
            }
        }
        best.1
    }

    fn names(&mut self, path: &[u8], id: Id) -> Names {
        let mut names = Names::new();
        let bytes = match self.objects.read_as(id, Kind::Tree) {
            Ok(bytes) => bytes,
            Err(error) => {
                self.skips.push(unreadable(RepoPath::new(path), id, &error));
                return names;
            }
        };
        for entry in Entries::new(&bytes, self.objects.format.id_length()) {
            match entry {
                Ok(entry) => {
                    let sort = match () {
                        () if entry.is_tree() => Sort::Tree,
                        () if entry.is_submodule() => Sort::Submodule,
                        () => Sort::Blob,
                    };
                    names.insert(entry.name.to_vec(), (entry.id, sort));
                }
                Err(_) => {
                    let damaged = ReadError::Damaged("the tree ends early".to_owned());
                    self.skips.push(unreadable(RepoPath::new(path), id, &damaged));
                }
            }
        }
        names
    }

    /// The lines of a change that no version before has.
    pub(in crate::source) fn new_lines(&self, change: &Change) -> Scope {
        let before: Vec<Id> = change.before.iter().flatten().copied().collect();
        let Ok(new) = self.objects.read_as(change.id, Kind::Blob) else { return Scope::Whole };
        let mut common: Option<Vec<_>> = None;
        for id in before {
            // A version that cannot be read makes nothing old.
            let Ok(old) = self.objects.read_as(id, Kind::Blob) else { continue };
            let Some(added) = lines::added(&old, &new) else { continue };
            common = Some(match common {
                Some(known) => lines::common(&known, &added),
                None => added,
            });
        }
        common.map_or(Scope::Whole, Scope::Bytes)
    }
}

fn name_and_extension(path: &[u8]) -> (&[u8], &[u8]) {
    let name = memchr::memrchr(b'/', path).map_or(path, |slash| &path[slash + 1..]);
    (name, memchr::memrchr(b'.', name).map_or(&[], |dot| &name[dot..]))
}

/// How many in a hundred bytes of the longer one stand in lines that both have.
fn similarity(old: &[u8], new: &[u8]) -> usize {
    let longer = old.len().max(new.len());
    if longer == 0 || old.len().min(new.len()) * 100 < longer * SIMILAR {
        return 0;
    }
    let mut lines: std::collections::HashMap<&[u8], usize> = std::collections::HashMap::new();
    for line in old.split_inclusive(|&b| b == b'\n') {
        *lines.entry(line).or_default() += 1;
    }
    let mut shared = 0;
    for line in new.split_inclusive(|&b| b == b'\n') {
        if let Some(left) = lines.get_mut(line).filter(|left| **left > 0) {
            *left -= 1;
            shared += line.len();
        }
    }
    shared * 100 / longer
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_are_similar_by_the_lines_they_share() {
        for (old, new, expected) in [
            ("a\nb\nc\nd\n", "a\nb\nc\nx\n", 75),
            ("a\nb\n", "a\nb\n", 100),
            ("a\na\n", "a\nb\n", 50),
            ("", "", 0),
            ("a\n", "a\nb\nc\nd\n", 0),
        ] {
            assert_eq!(similarity(old.as_bytes(), new.as_bytes()), expected, "{old:?} {new:?}");
        }
    }
}
