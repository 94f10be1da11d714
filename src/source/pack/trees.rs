//! All trees of a store, kept as what changes from one to the next.
//!
//! A million trees have forty entries each, and nearly all of them stand in the base of the
//! delta as well: only what a delta brings is parsed. Kept of a tree are the entries that its
//! base has not, those that only its base has, and how to put the whole together.

mod read;

use std::sync::PoisonError;

use super::oid::Oid;
use super::{Fault, Kind, Packs};
use read::{Reader, Shared};

/// No object, no tree.
pub(super) const NONE: u32 = u32::MAX;
/// The child of an entry that is a commit of another repository.
const ELSEWHERE: u32 = u32::MAX - 1;

/// An entry of a tree: which object, under which name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::source) struct Child {
    /// Its number; behind the last one: what is missing.
    pub(super) object: u32,
    /// The number of its name, and whether it is a tree.
    pub(super) name: u32,
}

/// Marks the name of a directory.
pub(super) const IS_TREE: u32 = 1 << 31;

impl Child {
    /// Is it a directory?
    pub(in crate::source) fn is_tree(self) -> bool {
        self.name & IS_TREE != 0
    }

    /// Is it a commit of another repository?
    pub(in crate::source) fn is_elsewhere(self) -> bool {
        self.object == ELSEWHERE
    }

    /// The number of an object that is among the `count` of the store.
    pub(in crate::source) fn number(self, count: u32) -> Option<u32> {
        Some(self.object).filter(|&object| object < count)
    }

    /// The number of its name.
    pub(in crate::source) fn name(self) -> u32 {
        self.name & !IS_TREE
    }
}

/// An entry with its place among the bytes of its tree.
#[derive(Clone, Copy, Debug)]
pub(super) struct Item {
    start: u32,
    child: Child,
}

/// What is kept of a tree: places in the lists of the worker that read it.
#[derive(Clone, Copy, Debug)]
pub(in crate::source) struct Tree {
    /// The tree it was built on, or [`NONE`].
    pub(super) base: u32,
    worker: u32,
    /// Where its lists begin: entries that it brings, entries that only the base has, runs that it shares.
    start: [u32; 2],
    brings: u32,
    drops: u32,
    runs: u32,
}

impl Tree {
    /// The number of the tree it was built on, or `u32::MAX`.
    pub(in crate::source) fn base(self) -> u32 {
        self.base
    }
}

/// A run of entries: of the base up to a place, from another on; behind it so many that the tree brings.
#[derive(Clone, Copy, Debug)]
struct Run {
    from: u32,
    to: u32,
    brings: u32,
}

/// All trees.
#[derive(Debug, Default)]
pub(in crate::source) struct Trees {
    /// By object number, the place in `trees` or [`NONE`].
    slots: Vec<u32>,
    trees: Vec<Tree>,
    lists: Vec<(Vec<Child>, Vec<Run>)>,
    pub(super) names: Vec<Box<[u8]>>,
    /// Objects that entries name and the store has not; the first has the number behind the last.
    pub(super) missing: Vec<Oid>,
    /// Trees that do not parse to their end.
    pub(super) malformed: Vec<u32>,
    /// Entries that are commits of other repositories.
    pub(super) elsewhere: u64,
    pub(super) faults: Vec<Fault>,
}

impl Trees {
    /// Sweeps all trees of a store.
    pub(in crate::source) fn read(packs: &Packs, threads: usize) -> Self {
        let shared = Shared::default();
        let workers = packs.sweep(Kind::Tree, threads, &|_| true, || Reader::new(packs, &shared));
        let mut all = Self { slots: vec![NONE; packs.count() as usize], ..Self::default() };
        for (worker, reader) in (0..).zip(workers) {
            for (number, mut tree) in reader.trees {
                tree.worker = worker;
                all.slots[number as usize] = u32::try_from(all.trees.len()).expect("objects are counted in 32 bits");
                all.trees.push(tree);
            }
            let (mut children, mut runs) = (reader.children, reader.runs);
            children.shrink_to_fit();
            runs.shrink_to_fit();
            all.lists.push((children, runs));
            all.malformed.extend(reader.malformed);
            all.elsewhere += reader.elsewhere;
            all.faults.extend(reader.faults);
        }
        all.malformed.sort_unstable();
        all.names = shared.names.into_inner().unwrap_or_else(PoisonError::into_inner).list;
        all.missing = shared.missing.into_inner().unwrap_or_else(PoisonError::into_inner).list;
        all
    }

    /// The tree with this number; `None` if it was not read, or is none.
    pub(super) fn get(&self, number: u32) -> Option<Tree> {
        let slot = *self.slots.get(number as usize)?;
        self.trees.get(slot as usize).copied()
    }

    /// The same, but only if it and all that it was built on parse to their ends.
    pub(in crate::source) fn get_whole(&self, number: u32) -> Option<Tree> {
        let is_cut = |number: u32| self.malformed.binary_search(&number).is_ok();
        let tree = self.get(number)?;
        let mut next = Some((number, tree)).filter(|_| !self.malformed.is_empty());
        while let Some((number, tree)) = next {
            if is_cut(number) {
                return None;
            }
            next = self.get(tree.base).map(|base| (tree.base, base));
        }
        Some(tree)
    }

    /// The name of an entry.
    pub(in crate::source) fn name(&self, child: Child) -> &[u8] {
        &self.names[child.name() as usize]
    }

    /// The id of an entry that is not among the `count` objects of the store; zeros for another repository's commit.
    pub(in crate::source) fn missing_oid(&self, child: Child, count: u32) -> Oid {
        let zeros = Oid::new(&[0; 20]).expect("twenty bytes are an id");
        self.missing.get(child.object.wrapping_sub(count) as usize).copied().unwrap_or(zeros)
    }

    /// Entries that a tree has and its base has not; of one without base all.
    pub(in crate::source) fn brings(&self, tree: Tree) -> &[Child] {
        let start = tree.start[0] as usize;
        &self.lists[tree.worker as usize].0[start..start + tree.brings as usize]
    }

    /// Entries that its base has and it has not.
    pub(in crate::source) fn drops(&self, tree: Tree) -> &[Child] {
        let start = (tree.start[0] + tree.brings) as usize;
        &self.lists[tree.worker as usize].0[start..start + tree.drops as usize]
    }

    fn runs(&self, tree: Tree) -> &[Run] {
        let start = tree.start[1] as usize;
        &self.lists[tree.worker as usize].1[start..start + tree.runs as usize]
    }

    /// All entries of a tree, put together from the root of its chain on.
    pub(in crate::source) fn whole(&self, mut tree: Tree) -> Vec<Child> {
        let mut chain = Vec::new();
        while let Some(base) = self.get(tree.base) {
            chain.push(tree);
            tree = base;
        }
        let mut all = self.brings(tree).to_vec();
        for &tree in chain.iter().rev() {
            let mut brings = self.brings(tree);
            let mut next = Vec::with_capacity(all.len() + brings.len());
            for run in self.runs(tree) {
                next.extend_from_slice(&all[run.from as usize..run.to as usize]);
                let (new, rest) = brings.split_at(run.brings as usize);
                next.extend_from_slice(new);
                brings = rest;
            }
            all = next;
        }
        all
    }
}
