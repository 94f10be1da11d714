//! Which commit brought a blob, under which path: for every blob that refs lead to.
//!
//! Commits are taken parents first, the oldest first; from each, the trees that no earlier
//! one had are entered in their own order, and what is met there for the first time was
//! brought by that commit under that path. Of a tree whose base, or a tree built on it, was
//! seen already, only the difference is looked at.

use std::collections::HashSet;

use super::commits::{self, Walk};
use super::oid::Oid;
use super::trees::{Child, IS_TREE, NONE, Tree, Trees};
use super::{Fault, Packs};

/// Where each object was met first.
#[derive(Debug)]
pub struct Attribution {
    /// By number; behind the last one, what is missing.
    met: Vec<Met>,
    names: Vec<Box<[u8]>>,
    /// Objects that were named by a reachable commit or tree and are not in the store.
    pub missing: Vec<Missing>,
    /// Reachable trees and commits that do not parse to their end.
    pub malformed: Vec<u32>,
    /// Commits and trees that could not be rebuilt.
    pub faults: Vec<Fault>,
    /// Commits that were walked, by number, in the order of the walk.
    pub commits: Vec<u32>,
    /// Entries that are commits of other repositories.
    pub submodules: u64,
}

/// An object that is not in the store.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Missing {
    /// Its name.
    pub oid: Oid,
    /// Who wanted it; `None`: a commit that is missing itself.
    pub met: Option<Introduced>,
}

/// The first place of a blob.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Introduced {
    /// The number of the commit.
    pub commit: u32,
    /// From the root of the repository.
    pub path: Vec<u8>,
}

/// The tree in which an object was met, and under which name, as an entry has it; of a root tree the commit.
#[derive(Clone, Copy, Debug)]
struct Met {
    parent: u32,
    name: u32,
}

impl Met {
    const NEVER: Self = Self { parent: NONE, name: NONE };

    fn is_root(self) -> bool {
        self.name == NONE
    }
}

impl Attribution {
    /// Was it met on the walk?
    pub fn is_reachable(&self, number: u32) -> bool {
        self.met.get(number as usize).is_some_and(|met| met.parent != NONE)
    }

    /// Was it met as the content of a file, or of a symbolic link?
    pub fn is_blob(&self, number: u32) -> bool {
        self.met.get(number as usize).is_some_and(|met| met.parent != NONE && met.name & IS_TREE == 0)
    }

    /// Where it was met first.
    pub fn of(&self, number: u32) -> Option<Introduced> {
        let mut met = *self.met.get(number as usize).filter(|met| met.parent != NONE)?;
        let mut names = Vec::new();
        while !met.is_root() {
            names.push(&*self.names[(met.name & !IS_TREE) as usize]);
            met = self.met[met.parent as usize];
        }
        names.reverse();
        Some(Introduced { commit: met.parent, path: names.join(&b'/') })
    }
}

impl Packs {
    /// Walks all commits that tips lead to. Parents of `shallow` ones are known not to be here.
    pub fn attribute(&self, tips: &[Oid], shallow: &HashSet<Oid>, threads: usize) -> Attribution {
        let trees = Trees::read(self, threads);
        let walk = commits::walk(self, tips, shallow, threads);
        let mut visit = Visit::new(self, &trees);
        for step in &walk.steps {
            visit.commit(step.number, &step.tree);
        }
        let Visit { met, missing_roots, .. } = visit;
        finish(met, missing_roots, trees, walk)
    }
}

fn finish(met: Vec<Met>, missing_roots: Vec<Missing>, trees: Trees, walk: Walk) -> Attribution {
    let count = u32::try_from(met.len() - trees.missing.len()).unwrap_or(u32::MAX);
    let mut all = Attribution {
        met,
        names: trees.names,
        missing: Vec::new(),
        malformed: walk.malformed,
        faults: walk.faults,
        commits: walk.steps.iter().map(|step| step.number).collect(),
        submodules: trees.elsewhere,
    };
    all.faults.extend(trees.faults);
    all.malformed.extend(
        trees.malformed.into_iter().filter(|&tree| all.met.get(tree as usize).is_some_and(|met| met.parent != NONE)),
    );
    all.missing = walk.missing.into_iter().map(|oid| Missing { oid, met: None }).collect();
    all.missing.extend(missing_roots);
    for (at, oid) in (count..).zip(trees.missing) {
        if let Some(met) = all.of(at) {
            all.missing.push(Missing { oid, met: Some(met) });
        }
    }
    all.missing.sort();
    all.missing.dedup_by_key(|missing| missing.oid);
    all
}

/// Entries still to look at, of a tree that was entered.
struct Frame<'a> {
    number: u32,
    tree: Tree,
    entries: Entries<'a>,
    at: usize,
}

enum Entries<'a> {
    Some(&'a [Child]),
    Whole(Vec<Child>),
}

impl Entries<'_> {
    fn get(&self, at: usize) -> Option<Child> {
        match self {
            Self::Some(list) => list.get(at).copied(),
            Self::Whole(list) => list.get(at).copied(),
        }
    }
}

/// What the walk knows.
struct Visit<'a> {
    packs: &'a Packs,
    trees: &'a Trees,
    met: Vec<Met>,
    /// Trees of which everything below was met.
    done: Vec<bool>,
    /// For each tree, one that was built on it and is done.
    done_child: Vec<u32>,
    missing_roots: Vec<Missing>,
}

impl<'a> Visit<'a> {
    fn new(packs: &'a Packs, trees: &'a Trees) -> Self {
        let count = packs.count() as usize;
        Self {
            packs,
            trees,
            met: vec![Met::NEVER; count + trees.missing.len()],
            done: vec![false; count],
            done_child: vec![NONE; count],
            missing_roots: Vec::new(),
        }
    }

    fn commit(&mut self, commit: u32, tree: &Oid) {
        let Some(root) = self.packs.find(tree.as_bytes()) else {
            let met = Some(Introduced { commit, path: Vec::new() });
            return self.missing_roots.push(Missing { oid: *tree, met });
        };
        if self.met[root as usize].parent != NONE {
            return;
        }
        self.met[root as usize] = Met { parent: commit, name: NONE };
        let mut path: Vec<Frame<'a>> = self.enter(root).into_iter().collect();
        while let Some(frame) = path.last_mut() {
            let Some(child) = frame.entries.get(frame.at) else {
                let frame = path.pop().expect("it has a last");
                self.leave(frame.number, frame.tree);
                continue;
            };
            frame.at += 1;
            let parent = frame.number;
            // What is met already, and what leads out of the repository.
            let Some(met) = self.met.get_mut(child.object as usize).filter(|met| met.parent == NONE) else { continue };
            *met = Met { parent, name: child.name };
            if child.is_tree() {
                path.extend(self.enter(child.object));
            }
        }
    }

    /// The least list that has every entry of a tree that was not met.
    fn enter(&self, number: u32) -> Option<Frame<'a>> {
        let trees = self.trees;
        let tree = trees.get(number)?;
        let is_done = |number: u32| self.done.get(number as usize).is_some_and(|&done| done);
        let child = trees.get(self.done_child[number as usize]);
        let entries = if tree.base == NONE || is_done(tree.base) {
            Entries::Some(trees.brings(tree))
        } else if let Some(child) = child {
            Entries::Some(trees.drops(child))
        } else {
            Entries::Whole(trees.whole(tree))
        };
        Some(Frame { number, tree, entries, at: 0 })
    }

    fn leave(&mut self, number: u32, tree: Tree) {
        self.done[number as usize] = true;
        if let Some(known) = self.done_child.get_mut(tree.base as usize) {
            let drops = |tree: Tree| self.trees.drops(tree).len();
            if self.trees.get(*known).is_none_or(|known| drops(known) > drops(tree)) {
                *known = number;
            }
        }
    }
}
