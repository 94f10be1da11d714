//! The trees of all commits, each directory once: which blobs stand in them, and where each was met first.

use super::super::commits::Commits;
use super::super::listing::{ANYWHERE, Done, Entry, Listing, NONE, What};
use super::Blobs;
use crate::model::{KeptBy, RepoPath, Skip, SkipReason};
use crate::source::Visit;
use crate::source::git::id_map::IdSet;
use crate::source::git::sweep::unreadable;
use crate::source::git::{Id, ReadError};
use crate::source::leave_out::LeaveOut;

/// A walk over the trees of commits that adds what it meets to [`Blobs`].
pub(super) struct Walk<'a> {
    listing: &'a Listing<'a>,
    leave_out: &'a mut LeaveOut,
    visit: &'a mut dyn Visit,
    pub(super) out: Blobs,
    seen: IdSet,
    done: Done,
    /// Blobs of commits that are not chosen.
    known: IdSet,
}

/// A tree that was entered, with the entries that are still to be looked at.
struct Open<'a> {
    number: u32,
    dir: u32,
    entries: std::vec::IntoIter<Entry<'a>>,
}

impl<'a> Walk<'a> {
    pub(super) fn new(
        out: Blobs,
        listing: &'a Listing<'a>,
        leave_out: &'a mut LeaveOut,
        visit: &'a mut dyn Visit,
    ) -> Self {
        let done = Done::new(listing, leave_out.is_empty());
        Self { listing, leave_out, visit, out, seen: IdSet::default(), done, known: IdSet::default() }
    }

    /// Trees and blobs of the commits that a walk of those that are `new` begins after.
    pub(super) fn know(&mut self, commits: &Commits, new: &dyn Fn(usize) -> bool) {
        let mut edges: Vec<usize> = Vec::new();
        for (at, parents) in commits.parents.iter().enumerate().filter(|(at, _)| new(*at)) {
            debug_assert!(parents.iter().all(|parent| (*parent as usize) < at), "parents come first");
            edges.extend(parents.iter().map(|parent| *parent as usize).filter(|parent| !new(*parent)));
        }
        edges.sort_unstable();
        edges.dedup();
        let mut open: Vec<(Id, u32)> =
            edges.into_iter().map(|at| commits.trees[at]).map(|id| (id, self.listing.number(id))).collect();
        while let Some((id, number)) = open.pop() {
            if !self.seen.insert(id) {
                continue;
            }
            let Ok(listed) = self.listing.news(id, number, ANYWHERE, &self.done) else { continue };
            for entry in listed.entries {
                match entry.what {
                    What::Tree => open.push((entry.id, entry.number)),
                    What::Blob | What::Submodule => _ = self.known.insert(entry.id),
                }
            }
            // What is still open of it will be looked at before this ends.
            if !listed.is_cut {
                self.done.add(self.listing, number, ANYWHERE);
            }
        }
    }

    /// Gives blobs of HEAD the paths they have there; their commits are found later.
    pub(super) fn head(&mut self, tree: Id) {
        let seen = self.seen.clone();
        let done = std::mem::replace(&mut self.done, Done::new(self.listing, self.leave_out.is_empty()));
        self.tree(tree, NONE, NONE, true);
        (self.seen, self.done) = (seen, done);
    }

    /// What a commit brings.
    pub(super) fn commit(&mut self, commits: &Commits, at: u32, tree: Id) {
        if !self.visit.go_on() {
            return;
        }
        let root = match commits.kept_by[at as usize] {
            KeptBy::Notes => self.out.keep_dir(NONE, b"<note>"),
            _ => Some(NONE),
        };
        self.tree(tree, root.unwrap_or(NONE), at, false);
    }

    /// Everything below a tree, in the order in which it stands there.
    pub(super) fn tree(&mut self, root: Id, root_dir: u32, commit: u32, is_head: bool) {
        let number = self.listing.number(root);
        let mut open: Vec<Open<'a>> = self.enter(root, number, root_dir, is_head).into_iter().collect();
        while let Some(tree) = open.last_mut() {
            let Some(entry) = tree.entries.next() else {
                let (number, dir) = (tree.number, tree.dir);
                self.done.add(self.listing, number, dir);
                open.pop();
                continue;
            };
            let dir = tree.dir;
            match entry.what {
                What::Tree if self.seen.contains(&entry.id) => {}
                What::Tree => {
                    if let Some(dir) = self.directory(dir, &entry.name) {
                        open.extend(self.enter(entry.id, entry.number, dir, is_head));
                    }
                }
                What::Submodule => self.out.submodules += u64::from(is_head),
                What::Blob if is_head => self.blob_of_head(entry.id, dir, &entry.name, commit),
                What::Blob => {
                    if self.blob(entry.id, dir, &entry.name, commit) {
                        self.done.meet(entry.number);
                    }
                }
            }
        }
    }

    /// A tree that was not seen before.
    fn enter(&mut self, id: Id, number: u32, dir: u32, is_head: bool) -> Option<Open<'a>> {
        if !self.seen.insert(id) {
            return None;
        }
        self.done.meet(number);
        let listing = self.listing;
        match listing.news(id, number, dir, &self.done) {
            Ok(listed) => {
                if listed.is_cut && !is_head {
                    let damaged = ReadError::Damaged("the tree ends early".to_owned());
                    self.visit.skip(unreadable(self.path_of(dir), id, &damaged));
                }
                // The own reader does not know trees that are cut, so these are never taken for done.
                Some(Open {
                    number: if listed.is_cut { NONE } else { number },
                    dir,
                    entries: listed.entries.into_iter(),
                })
            }
            Err(ReadError::Missing) if listing.objects.format.partial => {
                self.out.left_away += u64::from(!is_head);
                None
            }
            Err(error) => {
                if !is_head {
                    self.visit.skip(unreadable(self.path_of(dir), id, &error));
                }
                None
            }
        }
    }

    fn directory(&mut self, above: u32, name: &[u8]) -> Option<u32> {
        let dir = self.out.keep_dir(above, name)?;
        let is_left_out = !self.leave_out.is_empty() && self.leave_out.leaves_dir(self.path_of(dir).as_bytes());
        (!is_left_out).then_some(dir)
    }

    fn blob_of_head(&mut self, id: Id, dir: u32, name: &[u8], commit: u32) {
        match self.out.index.get(&id) {
            Some(&at) => self.out.take_to_head(at, (dir, name)),
            None => self.add(id, dir, name, commit, true),
        }
    }

    /// True if it is no news any more, wherever it is met again.
    fn blob(&mut self, id: Id, dir: u32, name: &[u8], commit: u32) -> bool {
        if let Some(&at) = self.out.index.get(&id) {
            if self.out.commits[at as usize] == NONE && commit != NONE {
                self.out.commits[at as usize] = commit;
                let (there, known) = self.out.places[at as usize];
                let is_elsewhere = self.out.text(known) != name || there != dir;
                if let Some(name) = is_elsewhere.then(|| self.out.keep_name(name)).flatten() {
                    self.out.first_places.insert(at, (dir, name));
                }
            }
            return self.out.commits[at as usize] != NONE;
        }
        self.add(id, dir, name, commit, false);
        self.known.contains(&id)
    }

    fn add(&mut self, id: Id, dir: u32, name: &[u8], commit: u32, is_head: bool) {
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
