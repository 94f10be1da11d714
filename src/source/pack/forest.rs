//! Which entries are built on which: trees of deltas, each with a whole object at its root.

use super::entries::{Entry, NONE};
use super::oid::Kind;

/// The entries of a pack as trees.
#[derive(Debug, Default)]
pub(super) struct Forest {
    /// Where each entry's children begin in `children`; one more than entries.
    starts: Vec<u32>,
    children: Vec<u32>,
    /// Entries that hold whole objects, those with the most to rebuild first.
    roots: Vec<Root>,
}

/// A tree of deltas.
#[derive(Clone, Copy, Debug)]
pub(super) struct Root {
    /// Bytes to rebuild, roughly: each object counts as its root.
    pub(super) weight: u64,
    pub(super) entry: u32,
}

impl Forest {
    /// Links the entries, and tells each the kind of its root. Who has no root keeps kind 0.
    pub(super) fn grow(entries: &mut [Entry]) -> Self {
        let mut forest = Self::linked(entries);
        let order = forest.mark(entries);
        // From the leaves to the roots: how many objects each carries, itself included.
        let mut carried = vec![1_u32; entries.len()];
        for &entry in order.iter().rev() {
            let base = entries[entry as usize].base;
            if base != NONE {
                carried[base as usize] += carried[entry as usize];
            }
        }
        // Who goes to the heaviest child last holds at most one buffer for each halving: 20 for a million objects.
        for at in 0..entries.len() {
            let range = forest.range(at);
            let heaviest = range.clone().max_by_key(|&child| carried[forest.children[child] as usize]);
            if let Some(heaviest) = heaviest {
                forest.children.swap(heaviest, range.end - 1);
            }
        }
        for root in &mut forest.roots {
            let entry = root.entry as usize;
            root.weight = u64::from(carried[entry]) * u64::from(entries[entry].size.max(64));
        }
        forest.roots.sort_unstable_by_key(|root| (std::cmp::Reverse(root.weight), root.entry));
        forest
    }

    fn linked(entries: &[Entry]) -> Self {
        let mut starts = vec![0_u32; entries.len() + 1];
        for entry in entries.iter().filter(|entry| entry.base != NONE) {
            starts[entry.base as usize + 1] += 1;
        }
        for at in 1..starts.len() {
            starts[at] += starts[at - 1];
        }
        let mut next = starts.clone();
        let mut children = vec![0; *starts.last().expect("one more than entries") as usize];
        let mut roots = Vec::new();
        for (at, entry) in (0..).zip(entries) {
            if entry.base != NONE {
                let place = &mut next[entry.base as usize];
                children[*place as usize] = at;
                *place += 1;
            } else if entry.kind != 0 {
                roots.push(Root { weight: 0, entry: at });
            }
        }
        Self { starts, children, roots }
    }

    /// Hands the kinds down. Returns the entries with a root, each after its base.
    fn mark(&self, entries: &mut [Entry]) -> Vec<u32> {
        let mut order: Vec<u32> = self.roots.iter().map(|root| root.entry).collect();
        order.reserve_exact(entries.len().saturating_sub(order.len()));
        let mut done = 0;
        while let Some(&entry) = order.get(done) {
            done += 1;
            let kind = entries[entry as usize].kind;
            for &child in self.children(entry) {
                entries[child as usize].kind = kind;
                order.push(child);
            }
        }
        order
    }

    fn range(&self, entry: usize) -> std::ops::Range<usize> {
        self.starts[entry] as usize..self.starts[entry + 1] as usize
    }

    /// What is built on an entry, the heaviest last.
    pub(super) fn children(&self, entry: u32) -> &[u32] {
        &self.children[self.range(entry as usize)]
    }

    /// The trees whose objects are of a kind, the heaviest first.
    pub(super) fn roots<'a>(&'a self, entries: &'a [Entry], kind: Kind) -> impl Iterator<Item = Root> + 'a {
        self.roots.iter().copied().filter(move |root| entries[root.entry as usize].is(kind))
    }
}
