//! The blobs of a history: each once, with the first commit that has it and one path.

use std::collections::BTreeMap;

use crate::model::{KeptBy, RepoPath, Skip, SkipReason};
use crate::source::Visit;
use crate::source::git::id_map::{IdMap, IdSet};
use crate::source::git::sweep::unreadable;
use crate::source::git::{Entries, Id, Kind, Objects, ReadError};
use crate::source::leave_out::LeaveOut;

use super::commits::Commits;

/// No commit, no directory.
const NONE: u32 = u32::MAX;

/// Blobs as numbers. A path is a directory and a name, as a million whole ones would fill the memory.
#[derive(Debug, Default)]
pub(super) struct Blobs {
    pub(super) ids: Vec<Id>,
    pub(super) at_head: Vec<bool>,
    pub(super) submodules: u64,
    /// Trees that a partial clone left at the other side.
    pub(super) left_away: u64,
    index: IdMap<u32>,
    commits: Vec<u32>,
    dirs: Vec<(u32, Name)>,
    names: Vec<u8>,
    places: Vec<(u32, Name)>,
    /// Where a blob of HEAD was first, if that was elsewhere.
    first_places: BTreeMap<u32, (u32, Name)>,
}

/// A piece of `names`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Name {
    start: u32,
    length: u32,
}

impl Blobs {
    pub(super) fn find(&self, id: Id) -> Option<usize> {
        self.index.get(&id).map(|at| *at as usize)
    }

    /// The first commit that has it.
    pub(super) fn commit(&self, at: usize) -> Option<u32> {
        Some(self.commits[at]).filter(|commit| *commit != NONE)
    }

    /// Its path at HEAD, if it is there, else where it was first.
    pub(super) fn path(&self, at: usize) -> Vec<u8> {
        self.join(self.places[at])
    }

    /// Its path in the first commit that has it.
    pub(super) fn first_path(&self, at: usize) -> Vec<u8> {
        let number = u32::try_from(at).unwrap_or(NONE);
        self.join(self.first_places.get(&number).copied().unwrap_or(self.places[at]))
    }

    fn join(&self, (mut dir, name): (u32, Name)) -> Vec<u8> {
        let mut parts = vec![name];
        while let Some(&(above, name)) = self.dirs.get(dir as usize) {
            parts.push(name);
            dir = above;
        }
        let parts: Vec<&[u8]> = parts.iter().rev().map(|name| self.text(*name)).collect();
        parts.join(&b'/')
    }

    fn text(&self, name: Name) -> &[u8] {
        &self.names[name.start as usize..(name.start + name.length) as usize]
    }

    /// `None` if names fill 4 GiB.
    fn keep_name(&mut self, name: &[u8]) -> Option<Name> {
        let start = u32::try_from(self.names.len()).ok()?;
        let length = u32::try_from(name.len()).ok()?;
        start.checked_add(length)?;
        self.names.extend_from_slice(name);
        Some(Name { start, length })
    }

    fn keep_dir(&mut self, above: u32, name: &[u8]) -> Option<u32> {
        let name = self.keep_name(name)?;
        self.dirs.push((above, name));
        u32::try_from(self.dirs.len() - 1).ok().filter(|dir| *dir != NONE)
    }

    fn add(&mut self, id: Id, commit: u32, dir: u32, name: &[u8], at_head: bool) -> Option<()> {
        let number = u32::try_from(self.ids.len()).ok().filter(|number| *number != NONE)?;
        let name = self.keep_name(name)?;
        self.index.insert(id, number);
        self.ids.push(id);
        self.commits.push(commit);
        self.places.push((dir, name));
        self.at_head.push(at_head);
        Some(())
    }

    /// All of them, in the order of the packs where there is one.
    pub(super) fn in_pack_order(&self, objects: &Objects) -> Vec<u32> {
        let mut order = Vec::with_capacity(self.ids.len());
        let mut is_in = vec![false; self.ids.len()];
        // What cannot be listed is still asked for, behind the others.
        let _ = objects.each(|id| {
            let at = self.index.get(&id).copied();
            order.extend(at.filter(|at| !std::mem::replace(&mut is_in[*at as usize], true)));
            true
        });
        let rest = is_in.iter().zip(0..).filter(|(is_in, _)| !**is_in).map(|(_, at)| at);
        order.extend(rest);
        order
    }
}

/// Walks the trees of all chosen commits. What stood in the others before them counts as known.
pub(super) fn walk(commits: &Commits, objects: &Objects, leave_out: &mut LeaveOut, visit: &mut dyn Visit) -> Blobs {
    let mut walk =
        Walk { objects, leave_out, visit, out: Blobs::default(), seen: IdSet::default(), known: IdSet::default() };
    walk.know(commits);
    if let Some(head) = commits.head.filter(|head| commits.chosen[*head as usize]) {
        walk.head(commits.trees[head as usize]);
    }
    for (at, &tree) in (0..).zip(&commits.trees) {
        if commits.chosen[at as usize] && walk.visit.go_on() {
            let root = match commits.kept_by[at as usize] {
                KeptBy::Notes => walk.out.keep_dir(NONE, b"<note>"),
                _ => Some(NONE),
            };
            walk.tree(tree, root.unwrap_or(NONE), at, false);
        }
    }
    for (id, kind, name) in &commits.loose_tips {
        let root = walk.out.keep_dir(NONE, format!("<{name}>").as_bytes()).unwrap_or(NONE);
        match kind {
            Kind::Tree => walk.tree(*id, root, NONE, false),
            _ if walk.out.find(*id).is_none() => _ = walk.out.add(*id, NONE, root, b"<blob>", false),
            _ => {}
        }
    }
    walk.out
}

struct Walk<'a> {
    objects: &'a Objects,
    leave_out: &'a mut LeaveOut,
    visit: &'a mut dyn Visit,
    out: Blobs,
    seen: IdSet,
    /// Blobs of commits that are not chosen.
    known: IdSet,
}

impl Walk<'_> {
    /// Trees and blobs of the commits that a narrowed scan begins after.
    fn know(&mut self, commits: &Commits) {
        let mut edges: Vec<usize> = Vec::new();
        for (at, parents) in commits.parents.iter().enumerate().filter(|(at, _)| commits.chosen[*at]) {
            debug_assert!(parents.iter().all(|parent| (*parent as usize) < at), "parents come first");
            edges.extend(parents.iter().map(|parent| *parent as usize).filter(|parent| !commits.chosen[*parent]));
        }
        edges.sort_unstable();
        edges.dedup();
        let mut open: Vec<Id> = edges.into_iter().map(|at| commits.trees[at]).collect();
        while let Some(id) = open.pop() {
            if !self.seen.insert(id) {
                continue;
            }
            let Ok(bytes) = self.objects.read_as(id, Kind::Tree) else { continue };
            for entry in Entries::new(&bytes, self.objects.format.id_length()).flatten() {
                if entry.is_tree() {
                    open.push(entry.id);
                } else {
                    self.known.insert(entry.id);
                }
            }
        }
    }

    /// Gives blobs of HEAD the paths they have there; their commits are found later.
    fn head(&mut self, tree: Id) {
        let seen = self.seen.clone();
        self.tree(tree, NONE, NONE, true);
        self.seen = seen;
    }

    fn tree(&mut self, root: Id, root_dir: u32, commit: u32, is_head: bool) {
        let mut open = vec![(root, root_dir)];
        let id_length = self.objects.format.id_length();
        while let Some((id, dir)) = open.pop() {
            if !self.seen.insert(id) {
                continue;
            }
            let objects = self.objects;
            let bytes = match objects.read_as(id, Kind::Tree) {
                Ok(bytes) => bytes,
                Err(ReadError::Missing) if self.objects.format.partial => {
                    self.out.left_away += u64::from(!is_head);
                    continue;
                }
                Err(error) => {
                    if !is_head {
                        self.visit.skip(unreadable(self.path_of(dir), id, &error));
                    }
                    continue;
                }
            };
            for entry in Entries::new(&bytes, id_length) {
                let Ok(entry) = entry else {
                    if !is_head {
                        let damaged = ReadError::Damaged("the tree ends early".to_owned());
                        self.visit.skip(unreadable(self.path_of(dir), id, &damaged));
                    }
                    break;
                };
                if entry.is_tree() {
                    if !self.seen.contains(&entry.id) {
                        self.directory(entry.id, dir, entry.name, &mut open);
                    }
                } else if entry.is_submodule() {
                    self.out.submodules += u64::from(is_head);
                } else {
                    self.blob(entry.id, dir, entry.name, commit, is_head);
                }
            }
        }
    }

    fn directory(&mut self, id: Id, above: u32, name: &[u8], open: &mut Vec<(Id, u32)>) {
        let Some(dir) = self.out.keep_dir(above, name) else { return };
        if !self.leave_out.is_empty() && self.leave_out.leaves_dir(self.path_of(dir).as_bytes()) {
            return;
        }
        open.push((id, dir));
    }

    fn blob(&mut self, id: Id, dir: u32, name: &[u8], commit: u32, is_head: bool) {
        if let Some(&at) = self.out.index.get(&id) {
            if self.out.commits[at as usize] == NONE && commit != NONE {
                self.out.commits[at as usize] = commit;
                let (there, known) = self.out.places[at as usize];
                let is_elsewhere = self.out.text(known) != name || there != dir;
                if let Some(name) = is_elsewhere.then(|| self.out.keep_name(name)).flatten() {
                    self.out.first_places.insert(at, (dir, name));
                }
            }
            return;
        }
        if self.known.contains(&id) {
            return;
        }
        if !self.leave_out.is_empty() {
            let path = match self.path_of(dir).as_bytes() {
                [] => name.to_vec(),
                dir => [dir, b"/", name].concat(),
            };
            if self.leave_out.leaves(&path) {
                return;
            }
        }
        if self.out.add(id, commit, dir, name, is_head).is_none() {
            let detail = "there are more names than fit into 4 GiB".to_owned();
            self.visit.skip(Skip { path: self.path_of(dir), reason: SkipReason::Unreadable, detail });
        }
    }

    fn path_of(&self, dir: u32) -> RepoPath {
        match self.out.dirs.get(dir as usize) {
            Some(&place) => RepoPath::new(self.out.join(place)),
            None => RepoPath::new(*b""),
        }
    }
}

impl Blobs {
    /// Blobs and trees of the database that no commit leads to.
    pub(super) fn take_unreachable(&mut self, objects: &Objects, leave_out: &mut LeaveOut, visit: &mut dyn Visit) {
        let mut ids = Vec::new();
        if let Err(what) = objects.each(|id| {
            ids.push(id);
            true
        }) {
            visit.skip(Skip { path: RepoPath::new(*b"<objects>"), reason: SkipReason::Damaged, detail: what });
        }
        let out = std::mem::take(self);
        let mut walk = Walk { objects, leave_out, visit, out, seen: IdSet::default(), known: IdSet::default() };
        let Some(root) = walk.out.keep_dir(NONE, b"<unreachable>") else { return };
        for &id in &ids {
            if walk.out.find(id).is_none() && matches!(objects.header(id), Ok((Kind::Tree, _))) {
                walk.tree(id, root, NONE, false);
            }
        }
        for id in ids {
            if walk.out.find(id).is_none() && matches!(objects.header(id), Ok((Kind::Blob, _))) {
                let _ = walk.out.add(id, NONE, root, b"<blob>", false);
            }
        }
        *self = walk.out;
    }
}
