//! Commits that one set of commits has and another has not.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BinaryHeap, HashMap, HashSet};

use super::object::{CommitObject, Id, Kind};
use super::open::Repo;
use super::read::{Objects, ReadError};
use crate::source::whole::read_file;

/// Commits by id, read when they are met.
pub(in crate::source) struct Graph<'a> {
    objects: &'a Objects,
    known: HashMap<Id, CommitObject>,
    /// Commits whose parents were left at the other side.
    pub(in crate::source) shallow: HashSet<Id>,
    /// Commits that cannot be read.
    pub(in crate::source) broken: BTreeMap<Id, ReadError>,
}

/// Commits of the past that are still looked at after nothing new is left: clocks that go wrong by no more
/// than so many commits change nothing.
const SLOP: usize = 32;

impl<'a> Graph<'a> {
    pub(in crate::source) fn new(repo: &Repo, objects: &'a Objects) -> Self {
        let shallow = shallow(repo);
        Self { objects, known: HashMap::new(), shallow, broken: BTreeMap::new() }
    }

    /// The commit; `None` if it cannot be read.
    pub(in crate::source) fn get(&mut self, id: Id) -> Option<&CommitObject> {
        if !self.known.contains_key(&id) && !self.broken.contains_key(&id) {
            let read = self.objects.read_as(id, Kind::Commit).and_then(|bytes| {
                CommitObject::parse(&bytes).ok_or_else(|| ReadError::Damaged("it is no commit".to_owned()))
            });
            match read {
                Ok(commit) => _ = self.known.insert(id, commit),
                Err(error) => _ = self.broken.insert(id, error),
            }
        }
        self.known.get(&id)
    }

    /// Parents that are here.
    fn parents(&mut self, id: Id) -> Vec<Id> {
        if self.shallow.contains(&id) {
            return Vec::new();
        }
        self.get(id).map(|commit| commit.parents.clone()).unwrap_or_default()
    }

    /// Commits that `heads` lead to and `bases` do not: parents before their children. And the old commits
    /// where the two meet.
    pub(in crate::source) fn between(&mut self, bases: &[Id], heads: &[Id]) -> (Vec<Id>, Vec<Id>) {
        let mut walk = Walk::default();
        for &id in bases {
            walk.old.insert(id);
        }
        for &id in bases.iter().chain(heads) {
            walk.queue(id, self);
        }
        let mut slop = 0;
        while let Some((_, id)) = walk.queue.pop() {
            walk.queued.remove(&id);
            let is_old = walk.old.contains(&id);
            if !is_old {
                walk.waiting -= 1;
                walk.new.insert(id);
            }
            if walk.waiting == 0 {
                slop += 1;
            }
            if slop > SLOP {
                break;
            }
            for parent in self.parents(id) {
                if is_old {
                    walk.grow_old(parent, self);
                }
                walk.queue(parent, self);
            }
        }
        let ordered = self.parents_first(&walk.new);
        let meet = self.meet(&ordered, &walk.new, heads);
        (ordered, meet)
    }

    /// Kahn's order, the oldest first where there is a choice.
    fn parents_first(&mut self, of: &HashSet<Id>) -> Vec<Id> {
        let mut children: HashMap<Id, Vec<Id>> = HashMap::new();
        let mut missing: HashMap<Id, usize> = HashMap::new();
        let mut ready = BinaryHeap::new();
        let mut all: Vec<Id> = of.iter().copied().collect();
        all.sort_unstable();
        for &id in &all {
            let mut parents = self.parents(id);
            parents.retain(|parent| of.contains(parent));
            parents.sort_unstable();
            parents.dedup();
            for &parent in &parents {
                children.entry(parent).or_default().push(id);
            }
            if parents.is_empty() {
                ready.push(Reverse((self.known.get(&id).map_or(0, |commit| commit.time), id)));
            }
            missing.insert(id, parents.len());
        }
        let mut order = Vec::with_capacity(all.len());
        while let Some(Reverse((_, id))) = ready.pop() {
            order.push(id);
            for child in children.remove(&id).unwrap_or_default() {
                let left = missing.get_mut(&child).expect("every new commit was counted");
                *left -= 1;
                if *left == 0 {
                    ready.push(Reverse((self.known.get(&child).map_or(0, |commit| commit.time), child)));
                }
            }
        }
        order
    }

    /// Parents of new commits that are old; the heads themselves if nothing is new.
    fn meet(&mut self, ordered: &[Id], new: &HashSet<Id>, heads: &[Id]) -> Vec<Id> {
        if ordered.is_empty() {
            return heads.to_vec();
        }
        let mut meet: Vec<Id> = Vec::new();
        for &id in ordered {
            for parent in self.parents(id) {
                if !new.contains(&parent) && !meet.contains(&parent) {
                    meet.push(parent);
                }
            }
        }
        meet
    }
}

/// A walk that turns what it took for new into old when it learns better.
#[derive(Default)]
struct Walk {
    old: HashSet<Id>,
    new: HashSet<Id>,
    met: HashSet<Id>,
    queue: BinaryHeap<(i64, Id)>,
    queued: HashSet<Id>,
    /// How many of the queued ones are not old.
    waiting: usize,
}

impl Walk {
    fn queue(&mut self, id: Id, graph: &mut Graph<'_>) {
        if self.met.insert(id) {
            self.waiting += usize::from(!self.old.contains(&id));
            self.queue.push((graph.get(id).map_or(0, |commit| commit.time), id));
            self.queued.insert(id);
        }
    }

    /// It is old, and so is everything that it leads to and that was taken for new.
    fn grow_old(&mut self, id: Id, graph: &mut Graph<'_>) {
        let mut open = vec![id];
        while let Some(id) = open.pop() {
            if self.old.insert(id) {
                self.waiting -= usize::from(self.queued.contains(&id));
                if self.new.remove(&id) {
                    open.extend(graph.parents(id));
                }
            }
        }
    }
}

/// Commits that a shallow clone ends at.
pub(in crate::source) fn shallow(repo: &Repo) -> HashSet<Id> {
    let bytes = read_file(repo.common_dir.join("shallow")).unwrap_or_default();
    bytes.split(|&b| b == b'\n').filter_map(|line| Id::from_hex(line.trim_ascii())).collect()
}
