//! Reads trees: whole ones, and what a version changes in the one that it was made from.

use std::collections::HashMap;
use std::ops::Range;
use std::sync::{Mutex, PoisonError};

use super::super::oid::Oid;
use super::super::{Base, Fault, Follow, Object, Packs};
use super::{Child, ELSEWHERE, IS_TREE, Item, NONE, Run, Tree};

/// Lookups that a worker remembers: 4 MB. With a quarter of it they take a third more.
const FOUND: usize = 1 << 17;

/// Things that have a number, each once.
#[derive(Debug)]
pub(super) struct Numbered<T> {
    numbers: HashMap<T, u32>,
    pub(super) list: Vec<T>,
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
pub(super) struct Shared {
    pub(super) names: Mutex<Numbered<Box<[u8]>>>,
    pub(super) missing: Mutex<Numbered<Oid>>,
}

/// One worker of the sweep.
pub(super) struct Reader<'a> {
    packs: &'a Packs,
    shared: &'a Shared,
    /// Names that this worker met, so that the others need not wait.
    known: HashMap<Box<[u8]>, u32>,
    /// Objects that were looked up, by the first half of their names and more: no two objects share that much.
    found: Vec<(u128, u32)>,
    id_length: usize,
    pub(super) trees: Vec<(u32, Tree)>,
    pub(super) children: Vec<Child>,
    pub(super) runs: Vec<Run>,
    drops: Vec<Child>,
    pub(super) malformed: Vec<u32>,
    pub(super) elsewhere: u64,
    pub(super) faults: Vec<Fault>,
}

/// What is kept of a tree while others are built on it.
#[derive(Debug, Default)]
pub(super) struct Kept {
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
    pub(super) fn new(packs: &'a Packs, shared: &'a Shared) -> Self {
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
