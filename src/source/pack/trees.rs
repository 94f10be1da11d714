//! All trees of a store, kept as what changes from one to the next.
//!
//! A million trees have forty entries each, and nearly all of them stand in the base of the
//! delta as well: only what a delta brings is parsed. Kept of a tree are the entries that its
//! base has not, those that only its base has, and how to put the whole together.

use std::collections::HashMap;
use std::ops::Range;
use std::sync::{Mutex, PoisonError};

use super::oid::Oid;
use super::{Base, Fault, Follow, Kind, Object, Packs};

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

/// Lookups that a worker remembers: 4 MB. With a quarter of it they take a third more.
const FOUND: usize = 1 << 17;
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

    pub(super) fn name(self) -> u32 {
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
            all.lists.push((reader.children, reader.runs));
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

/// Things that have a number, each once.
#[derive(Debug)]
struct Numbered<T> {
    numbers: HashMap<T, u32>,
    list: Vec<T>,
}

impl<T> Default for Numbered<T> {
    fn default() -> Self {
        Self { numbers: HashMap::new(), list: Vec::new() }
    }
}

impl<T: Clone + std::hash::Hash + Eq> Numbered<T> {
    fn number(&mut self, thing: T) -> u32 {
        let next = u32::try_from(self.list.len()).unwrap_or(u32::MAX);
        *self.numbers.entry(thing).or_insert_with_key(|thing| {
            self.list.push(thing.clone());
            next
        })
    }
}

/// What all workers number together.
#[derive(Debug, Default)]
struct Shared {
    names: Mutex<Numbered<Box<[u8]>>>,
    missing: Mutex<Numbered<Oid>>,
}

/// One worker of the sweep.
struct Reader<'a> {
    packs: &'a Packs,
    shared: &'a Shared,
    /// Names that this worker met, so that the others need not wait.
    known: HashMap<Box<[u8]>, u32>,
    /// Objects that were looked up, by the first half of their names and more: no two objects share that much.
    found: Vec<(u128, u32)>,
    id_length: usize,
    trees: Vec<(u32, Tree)>,
    children: Vec<Child>,
    runs: Vec<Run>,
    drops: Vec<Child>,
    malformed: Vec<u32>,
    elsewhere: u64,
    faults: Vec<Fault>,
}

/// What is kept of a tree while others are built on it.
#[derive(Debug, Default)]
struct Kept {
    number: u32,
    /// Its entries, and behind the last one where it ends.
    items: Vec<Item>,
}

impl Follow for Reader<'_> {
    type Kept = Kept;

    fn object(&mut self, object: Object<'_, Kept>, kept: &mut Kept) {
        kept.items.clear();
        kept.number = object.number.unwrap_or(NONE);
        let start = [self.children.len(), self.runs.len()].map(|at| u32::try_from(at).unwrap_or(u32::MAX));
        self.drops.clear();
        // A base that another source owns has no number to be found by.
        let base = object.base.filter(|base| base.kept.number != NONE);
        let end = match &base {
            Some(base) => self.changed(object.bytes, base, &mut kept.items),
            None => self.parse_all(object.bytes, &mut kept.items),
        };
        kept.items.push(Item { start: end, child: Child { object: NONE, name: 0 } });
        let Some(number) = object.number else {
            self.children.truncate(start[0] as usize);
            self.runs.truncate(start[1] as usize);
            return;
        };
        if (end as usize) < object.bytes.len() {
            self.malformed.push(number);
        }
        let count = |length: usize, from: u32| u32::try_from(length).unwrap_or(u32::MAX).saturating_sub(from);
        let brings = count(self.children.len(), start[0]);
        let (drops, runs) = (count(self.drops.len(), 0), count(self.runs.len(), start[1]));
        self.children.extend_from_slice(&self.drops);
        let base = base.map_or(NONE, |base| base.kept.number);
        self.trees.push((number, Tree { base, worker: 0, start, brings, drops, runs }));
    }

    fn fault(&mut self, fault: Fault) {
        self.faults.push(fault);
    }
}

impl<'a> Reader<'a> {
    fn new(packs: &'a Packs, shared: &'a Shared) -> Self {
        Self {
            packs,
            shared,
            known: HashMap::new(),
            found: vec![(0, NONE); FOUND],
            id_length: packs.id_length(),
            trees: Vec::new(),
            children: Vec::new(),
            runs: Vec::new(),
            drops: Vec::new(),
            malformed: Vec::new(),
            elsewhere: 0,
            faults: Vec::new(),
        }
    }

    /// A tree that nothing is known of. Tells where it ended.
    fn parse_all(&mut self, bytes: &[u8], items: &mut Vec<Item>) -> u32 {
        let mut at = 0;
        while let Some(next) = self.parse(bytes, at, None, items) {
            at = next;
        }
        at
    }

    /// A tree that was built on another one: only what is not copied entry by entry is parsed.
    ///
    /// Where an entry begins at a place that was copied from the begin of an entry, all that follows in that copy
    /// is entries of the base: parsing gives the same on the same bytes.
    fn changed(&mut self, bytes: &[u8], on: &Base<'_, Kept>, items: &mut Vec<Item>) -> u32 {
        let (base_bytes, base, ops) = (on.bytes, &on.kept.items[..], on.ops);
        let (mut at, mut step, mut step_start) = (0_u32, 0, 0_u32);
        let mut last = Run { from: 0, to: 0, brings: 0 };
        let mut dropped = Dropped::default();
        while let Some(op) = ops.get(step) {
            if step_start + op.length <= at {
                step_start += op.length;
                step += 1;
                continue;
            }
            let shared = op.copied_from().and_then(|from| {
                let place = from + (at - step_start);
                shared(base, place, from + op.length, last.to as usize + 1)
            });
            match shared {
                Some(run) => {
                    self.runs.push(last);
                    last = Run { from: run.start as u32, to: run.end as u32, brings: 0 };
                    dropped.keep(&run, base, &mut self.drops);
                    let from = base[run.start].start;
                    items.extend(base[run.clone()].iter().map(|item| Item { start: item.start - from + at, ..*item }));
                    at += base[run.end].start - from;
                }
                // What was changed has mostly the name of the entry that stood there.
                None => match self.parse(bytes, at, name_of(base_bytes, base, last.to as usize), items) {
                    Some(next) => {
                        last.brings += 1;
                        at = next;
                    }
                    None => break,
                },
            }
        }
        self.runs.push(last);
        dropped.end(base, &mut self.drops);
        at
    }

    /// Parses the entry that begins at a place, and tells where it ends; `None` at the tree's end, or if it is none.
    fn parse(&mut self, bytes: &[u8], at: u32, probably: Option<(&[u8], u32)>, items: &mut Vec<Item>) -> Option<u32> {
        let entry = bytes.get(at as usize..)?;
        let (mode, used) = mode(entry)?;
        let rest = &entry[used..];
        let end = memchr::memchr(0, rest)?;
        let id = rest.get(end + 1..end + 1 + self.id_length)?;
        let name = match probably {
            Some((name, number)) if name == &rest[..end] => number,
            _ => self.name(&rest[..end]),
        };
        let object = match mode & 0o170_000 {
            0o160_000 => {
                self.elsewhere += 1;
                ELSEWHERE
            }
            _ => self.find(id),
        };
        let is_tree = if mode & 0o170_000 == 0o040_000 { IS_TREE } else { 0 };
        let child = Child { object, name: name | is_tree };
        items.push(Item { start: at, child });
        self.children.push(child);
        at.checked_add(u32::try_from(used + end + 1 + self.id_length).ok()?)
    }

    fn find(&mut self, id: &[u8]) -> u32 {
        let key = id.first_chunk().map_or(0, |key| u128::from_be_bytes(*key));
        let place = &mut self.found[(key >> 64) as usize % FOUND];
        if place.0 == key {
            return place.1;
        }
        let number = self.packs.find(id).unwrap_or_else(|| self.missing(id));
        self.found[(key >> 64) as usize % FOUND] = (key, number);
        number
    }

    fn name(&mut self, name: &[u8]) -> u32 {
        if let Some(&number) = self.known.get(name) {
            return number;
        }
        let number = self.shared.names.lock().unwrap_or_else(PoisonError::into_inner).number(name.into());
        self.known.insert(name.into(), number);
        number
    }

    fn missing(&self, id: &[u8]) -> u32 {
        let oid = Oid::new(id).expect("an entry's id has the store's length");
        let number = self.shared.missing.lock().unwrap_or_else(PoisonError::into_inner).number(oid);
        self.packs.count().saturating_add(number).min(ELSEWHERE)
    }
}

/// The name of an entry of the base, and its number.
fn name_of<'b>(bytes: &'b [u8], base: &[Item], at: usize) -> Option<(&'b [u8], u32)> {
    let (item, next) = (base.get(at)?, base.get(at + 1)?);
    let entry = bytes.get(item.start as usize..next.start as usize)?;
    let begin = memchr::memchr(b' ', entry)? + 1;
    let end = begin + memchr::memchr(0, &entry[begin..])?;
    Some((&entry[begin..end], item.child.name()))
}

/// Entries of the base that stand whole in a copy which ends at `end`, if one begins at `place`. `hint`: probably it.
fn shared(base: &[Item], place: u32, end: u32, hint: usize) -> Option<Range<usize>> {
    let begins = |at: usize| base.get(at).is_some_and(|item| item.start == place);
    let first = match begins(hint) {
        true => hint,
        false => base.binary_search_by_key(&place, |item| item.start).ok()?,
    };
    let last = first + base[first..].partition_point(|item| item.start <= end);
    // The last one that begins in the copy, or at its end, is where the shared ones end.
    (last > first + 1).then(|| first..last - 1)
}

/// Which entries of the base are in no run.
#[derive(Default)]
struct Dropped {
    next: usize,
    /// Runs do not stand in the base's order: all may be dropped.
    unordered: bool,
}

impl Dropped {
    fn keep(&mut self, run: &Range<usize>, base: &[Item], drops: &mut Vec<Child>) {
        if run.start < self.next {
            self.unordered = true;
        } else {
            drops.extend(base[self.next..run.start].iter().map(|item| item.child));
            self.next = run.end;
        }
    }

    fn end(self, base: &[Item], drops: &mut Vec<Child>) {
        let all = base.split_last().map_or(&[][..], |(_, all)| all);
        if self.unordered {
            drops.clear();
            drops.extend(all.iter().map(|item| item.child));
        } else {
            drops.extend(all[self.next..].iter().map(|item| item.child));
        }
    }
}

/// `100644 ` as a number, and its length with the space.
fn mode(entry: &[u8]) -> Option<(u32, usize)> {
    let mut mode = 0_u32;
    for (at, &byte) in entry.iter().enumerate().take(12) {
        match byte {
            b' ' if at > 0 => return Some((mode, at + 1)),
            b'0'..=b'7' => mode = mode.checked_mul(8)? | u32::from(byte - b'0'),
            _ => return None,
        }
    }
    None
}
