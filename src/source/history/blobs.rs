//! The blobs of a history: each once, with the first commit that has it and one path.

mod walk;

use std::collections::{BTreeMap, HashMap};

use serde::{Deserialize, Serialize};

use crate::model::{RepoPath, Skip, SkipReason};
use crate::source::Visit;
use crate::source::git::id_map::IdMap;
use crate::source::git::{Id, Kind, Objects};
use crate::source::leave_out::LeaveOut;

use super::commits::Commits;
use super::listing::{ANYWHERE, Listing, NONE};
use walk::Walk;

/// Blobs as numbers. A path is a directory and a name, as a million whole ones would fill the memory.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(super) struct Blobs {
    pub(super) ids: Vec<Id>,
    pub(super) at_head: Vec<bool>,
    pub(super) submodules: u64,
    /// Trees that a partial clone left at the other side.
    pub(super) left_away: u64,
    #[serde(skip)]
    index: IdMap<u32>,
    commits: Vec<u32>,
    dirs: Vec<(u32, Name)>,
    /// The directories in each directory, so that each has one number.
    #[serde(skip)]
    dir_numbers: HashMap<u32, HashMap<Box<[u8]>, u32>>,
    names: Vec<u8>,
    places: Vec<(u32, Name)>,
    /// Where a blob of HEAD was first, if that was elsewhere.
    first_places: BTreeMap<u32, (u32, Name)>,
}

/// A piece of `names`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
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
        if let Some(&known) = self.dir_numbers.get(&above).and_then(|dirs| dirs.get(name)) {
            return Some(known);
        }
        let kept = self.keep_name(name)?;
        let dir = u32::try_from(self.dirs.len()).ok().filter(|dir| *dir < ANYWHERE)?;
        self.dirs.push((above, kept));
        self.dir_numbers.entry(above).or_default().insert(name.into(), dir);
        Some(dir)
    }

    /// A blob that is known stands at HEAD, there first at this place.
    fn take_to_head(&mut self, at: u32, (dir, name): (u32, &[u8])) {
        if std::mem::replace(&mut self.at_head[at as usize], true) {
            return;
        }
        let first = self.places[at as usize];
        if (first.0 != dir || self.text(first.1) != name)
            && let Some(name) = self.keep_name(name)
        {
            self.first_places.insert(at, first);
            self.places[at as usize] = (dir, name);
        }
    }

    /// Blobs that are told at another place than before, or went to HEAD or away from it.
    fn moved(&self, before: &Before) -> Vec<usize> {
        let is_same = |at: &usize| {
            let (was, is) = (before.places[*at], self.places[*at]);
            before.at_head[*at] == self.at_head[*at] && was.0 == is.0 && self.text(was.1) == self.text(is.1)
        };
        (0..before.places.len()).filter(|at| !is_same(at)).collect()
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

    /// Makes whole what was remembered of a history of so many commits; false if that does not hold together.
    pub(super) fn restore(&mut self, commits: usize) -> bool {
        let count = self.ids.len();
        let is_name = |name: &Name| (name.start as usize).saturating_add(name.length as usize) <= self.names.len();
        let is_dir = |dir: u32, before: usize| dir == NONE || (dir as usize) < before;
        let is_place = |(dir, name): &(u32, Name)| is_dir(*dir, self.dirs.len()) && is_name(name);
        let is_whole = [self.commits.len(), self.places.len(), self.at_head.len()] == [count; 3]
            && u32::try_from(count).is_ok_and(|count| count != NONE)
            && self.commits.iter().all(|at| *at == NONE || (*at as usize) < commits)
            && self.dirs.iter().enumerate().all(|(at, (above, name))| is_dir(*above, at) && is_name(name))
            && self.places.iter().all(is_place)
            && self.first_places.iter().all(|(at, place)| (*at as usize) < count && is_place(place));
        if is_whole {
            self.index = self.ids.iter().copied().zip(0..).collect();
            for (number, &(above, name)) in (0..).zip(&self.dirs) {
                let name = self.names[name.start as usize..(name.start + name.length) as usize].into();
                self.dir_numbers.entry(above).or_default().insert(name, number);
            }
        }
        is_whole
    }

    /// Blobs that others know too, told at the same place: their numbers here and there.
    pub(super) fn same_as<'a>(&'a self, others: &'a Self) -> impl Iterator<Item = (usize, usize)> + 'a {
        let is_same = |at: usize, theirs: usize| {
            self.at_head[at] == others.at_head[theirs] && self.path(at) == others.path(theirs)
        };
        let both = (0..self.ids.len()).filter_map(|at| Some((at, others.find(self.ids[at])?)));
        both.filter(move |(at, theirs)| is_same(*at, *theirs))
    }

    /// As they were before HEAD was looked at: each has the place where it was first. Gives what stood there.
    fn leave_head(&mut self) -> Before {
        let before = Before { places: self.places.clone(), at_head: self.at_head.clone() };
        self.at_head.fill(false);
        for (at, place) in std::mem::take(&mut self.first_places) {
            self.places[at as usize] = place;
        }
        self.submodules = 0;
        before
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

/// What was told of blobs before HEAD moved.
struct Before {
    places: Vec<(u32, Name)>,
    at_head: Vec<bool>,
}

/// Goes on where an earlier scan ended: `blobs` are those of the first `done` commits, of which HEAD's tree was
/// `head`. Gives also the blobs that are now told at another place.
pub(super) fn walk_on(
    blobs: Blobs,
    (done, head): (usize, Option<Id>),
    commits: &Commits,
    listing: &Listing<'_>,
    leave_out: &mut LeaveOut,
    visit: &mut dyn Visit,
) -> (Blobs, Vec<usize>) {
    let mut walk = Walk::new(blobs, listing, leave_out, visit);
    let tree = commits.head.map(|head| commits.trees[head as usize]);
    let before = (tree != head).then(|| walk.out.leave_head());
    if let Some(tree) = tree.filter(|_| before.is_some()) {
        walk.head(tree);
    }
    walk.know(commits, &|at| at >= done);
    for (at, &tree) in (0..).zip(&commits.trees).skip(done) {
        walk.commit(commits, at, tree);
    }
    let moved = before.map_or_else(Vec::new, |before| walk.out.moved(&before));
    (walk.out, moved)
}

/// Walks the trees of all chosen commits. What stood in the others before them counts as known.
pub(super) fn walk(commits: &Commits, listing: &Listing<'_>, leave_out: &mut LeaveOut, visit: &mut dyn Visit) -> Blobs {
    let mut walk = Walk::new(Blobs::default(), listing, leave_out, visit);
    walk.know(commits, &|at| commits.chosen[at]);
    if let Some(head) = commits.head.filter(|head| commits.chosen[*head as usize]) {
        walk.head(commits.trees[head as usize]);
    }
    for (at, &tree) in (0..).zip(&commits.trees) {
        if commits.chosen[at as usize] {
            walk.commit(commits, at, tree);
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

impl Blobs {
    /// Blobs and trees of the database that no commit leads to.
    pub(super) fn take_unreachable(&mut self, listing: &Listing<'_>, leave_out: &mut LeaveOut, visit: &mut dyn Visit) {
        let objects = listing.objects;
        let mut ids = Vec::new();
        if let Err(what) = objects.each(|id| {
            ids.push(id);
            true
        }) {
            visit.skip(Skip { path: RepoPath::new(*b"<objects>"), reason: SkipReason::Damaged, detail: what });
        }
        let mut walk = Walk::new(std::mem::take(self), listing, leave_out, visit);
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
