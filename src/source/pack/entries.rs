//! The entries of a pack: one pass over their headers makes a small record of each.
//!
//! Records stand in the order of the pack. A base is found by its offset or, if it is
//! named, by the index; only the record knows where an object's bytes are.

use std::path::Path;
use std::sync::Arc;

use super::fault::{Defect, Fault};
use super::index::{Index, number};
use super::oid::{Kind, Oid};
use crate::source::memory::Mapped;

/// No entry, or no name.
pub(super) const NONE: u32 = u32::MAX;

/// What is known of an object without inflating it. 24 bytes.
#[derive(Clone, Copy, Debug)]
pub(super) struct Entry {
    /// Where its header begins.
    pub(super) offset: u64,
    /// Bytes that its stream makes, of the object or of the delta; the greatest number stands for more.
    pub(super) size: u32,
    /// The entry it is built on, or [`NONE`].
    pub(super) base: u32,
    /// Its place in the index, or [`NONE`]: a base that the index does not name.
    pub(super) name: u32,
    /// Bytes of its header.
    pub(super) header: u8,
    /// Its kind as a number, once known.
    pub(super) kind: u8,
    /// Does its stream hold a delta?
    pub(super) delta: bool,
}

impl Entry {
    pub(super) fn is(&self, kind: Kind) -> bool {
        self.kind == kind as u8
    }
}

/// The entries of a pack, by offset.
#[derive(Debug, Default)]
pub(super) struct Entries {
    pub(super) all: Vec<Entry>,
    pub(super) faults: Vec<Fault>,
}

/// An entry's header.
#[derive(Debug, PartialEq, Eq)]
struct Header {
    kind: u8,
    size: u64,
    base: Base,
    length: u8,
}

#[derive(Debug, PartialEq, Eq)]
enum Base {
    None,
    At(u64),
    Named(Oid),
}

const OFS_DELTA: u8 = 6;
const REF_DELTA: u8 = 7;
/// Bytes before the first entry.
const FIRST: u64 = 12;
/// After so many bytes the pages that were read are let go of.
const LET_GO: u64 = 32 << 20;
/// Bases may be missing in the index only if it was put together; then they may be built on one another.
const ROUNDS: usize = 64;

/// Reads every header. `end`: where the pack's own checksum begins.
pub(super) fn read(path: &Arc<Path>, pack: &Mapped, end: u64, index: &Index, hash: usize) -> Entries {
    let mut places = places(index);
    for _ in 0..ROUNDS {
        let mut pass = Pass { path, pack, end, index, hash, places: &places, unnamed: Vec::new(), faults: Vec::new() };
        let mut behind = 0;
        let mut entry = |at: usize| {
            if places[at].0 / LET_GO > behind {
                behind = places[at].0 / LET_GO;
                pack.let_go();
            }
            pass.entry(at)
        };
        let all = (0..places.len()).map(&mut entry).collect();
        let Pass { mut unnamed, faults, .. } = pass;
        if unnamed.is_empty() {
            return Entries { all, faults };
        }
        unnamed.sort_unstable();
        unnamed.dedup();
        places.extend(unnamed.into_iter().map(|offset| (offset, NONE)));
        places.sort_unstable();
    }
    let faults = vec![fault(path, 0, None, Defect::File("a pack of which the index knows the least part"))];
    Entries { all: Vec::new(), faults }
}

/// Offset and place in the index of every object, by offset.
fn places(index: &Index) -> Vec<(u64, u32)> {
    let mut places: Vec<_> = (0..index.count()).map(|at| (index.offset(at).unwrap_or(u64::MAX), at)).collect();
    places.sort_unstable();
    places
}

fn fault(path: &Arc<Path>, offset: u64, oid: Option<Oid>, defect: Defect) -> Fault {
    Fault { file: Arc::clone(path), offset, oid, defect }
}

struct Pass<'a> {
    path: &'a Arc<Path>,
    pack: &'a [u8],
    end: u64,
    index: &'a Index,
    hash: usize,
    places: &'a [(u64, u32)],
    unnamed: Vec<u64>,
    faults: Vec<Fault>,
}

impl Pass<'_> {
    fn entry(&mut self, at: usize) -> Entry {
        let (offset, name) = self.places[at];
        let mut entry = Entry { offset, size: 0, base: NONE, name, header: 0, kind: 0, delta: false };
        let Some(header) = self.header(offset) else {
            self.fault(offset, name, Defect::Header);
            return entry;
        };
        entry.size = u32::try_from(header.size).unwrap_or(u32::MAX);
        entry.header = header.length;
        match header.base {
            Base::None => entry.kind = header.kind,
            Base::At(base) => {
                entry.delta = true;
                match self.before(at, base) {
                    Some(base) => entry.base = base,
                    None if base >= FIRST => self.unnamed.push(base),
                    None => self.fault(offset, name, Defect::BaseUnreadable),
                }
            }
            Base::Named(oid) => {
                entry.delta = true;
                match self.named(&oid) {
                    Some(base) => entry.base = base,
                    None => self.fault(offset, name, Defect::BaseMissing(oid)),
                }
            }
        }
        entry
    }

    /// A base that the index does not name is told by what is built on it.
    fn fault(&mut self, offset: u64, name: u32, defect: Defect) {
        if name != NONE {
            self.faults.push(fault(self.path, offset, Some(self.index.oid(name)), defect));
        }
    }

    fn header(&self, offset: u64) -> Option<Header> {
        if offset < FIRST || offset >= self.end {
            return None;
        }
        let end = usize::try_from(self.end).ok()?;
        Header::parse(self.pack.get(usize::try_from(offset).ok()?..end)?, offset, self.hash)
    }

    /// The entry that begins at an offset before that of `at`. Bases are mostly near: steps that double, then halves.
    fn before(&self, at: usize, offset: u64) -> Option<u32> {
        let (mut high, mut step) = (at, 8);
        let low = loop {
            let low = high.saturating_sub(step);
            if low == 0 || self.places[low].0 <= offset {
                break low;
            }
            high = low;
            step *= 2;
        };
        let found = low + self.places[low..at.min(high + 1)].partition_point(|place| place.0 < offset);
        (self.places.get(found)?.0 == offset && found < at).then(|| u32::try_from(found).ok()).flatten()
    }

    fn named(&self, oid: &Oid) -> Option<u32> {
        let offset = self.index.offset(self.index.find(oid.as_bytes())?)?;
        let found = self.places.partition_point(|place| place.0 < offset);
        u32::try_from(found).ok()
    }
}

impl Header {
    /// `bytes` begin at `offset` of the pack.
    fn parse(bytes: &[u8], offset: u64, hash: usize) -> Option<Self> {
        let first = *bytes.first()?;
        let kind = first >> 4 & 7;
        let mut size = u64::from(first & 15);
        let (mut at, mut shift, mut more) = (1, 4, first & 0x80 != 0);
        while more {
            let byte = *bytes.get(at)?;
            if shift > 56 {
                return None;
            }
            size |= u64::from(byte & 0x7f) << shift;
            (at, shift, more) = (at + 1, shift + 7, byte & 0x80 != 0);
        }
        let base = match kind {
            1..=4 => Base::None,
            OFS_DELTA => {
                let (distance, used) = distance(&bytes[at..])?;
                at += used;
                Base::At(offset.checked_sub(distance).filter(|_| distance > 0)?)
            }
            REF_DELTA => {
                let name = bytes.get(at..at + hash)?;
                at += hash;
                Base::Named(Oid::new(name)?)
            }
            _ => return None,
        };
        Some(Self { kind, size, base, length: u8::try_from(at).ok()? })
    }
}

/// How far back a base is: groups of seven bits, highest first, each but the last counted one too low.
fn distance(bytes: &[u8]) -> Option<(u64, usize)> {
    let mut value = u64::from(bytes.first()? & 0x7f);
    let mut at = 0;
    while bytes[at] & 0x80 != 0 {
        at += 1;
        if at > 8 {
            return None;
        }
        value = (value + 1) << 7 | u64::from(bytes.get(at)? & 0x7f);
    }
    Some((value, at + 1))
}

/// Is this the head of a pack with that many objects?
pub(super) fn check_head(pack: &[u8], count: u32) -> Result<(), Defect> {
    if !pack.starts_with(b"PACK") || !matches!(number(pack, 4), Some(2 | 3)) {
        return Err(Defect::File("no pack of a version that we know"));
    }
    if number(pack, 8) != Some(count) {
        return Err(Defect::File("a pack with another number of objects than its index"));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headers_say_kind_size_and_base() {
        let oid = Oid::new(&[9; 20]).unwrap();
        let named = [&[0x75][..], &[9; 20]].concat();
        let cases: &[(&str, &[u8], Option<Header>)] = &[
            ("a small blob", &[0x35], Some(Header { kind: 3, size: 5, base: Base::None, length: 1 })),
            ("a tree of 1,000", &[0xa8, 62], Some(Header { kind: 2, size: 1000, base: Base::None, length: 2 })),
            ("one byte back", &[0x65, 1], Some(Header { kind: 6, size: 5, base: Base::At(999), length: 2 })),
            ("128 back", &[0x65, 0x80, 0], Some(Header { kind: 6, size: 5, base: Base::At(872), length: 3 })),
            ("by name", &named, Some(Header { kind: 7, size: 5, base: Base::Named(oid), length: 21 })),
            ("itself as base", &[0x65, 0], None),
            ("before the pack", &[0x65, 0x80 | 20, 0], None),
            ("reserved kinds", &[0x05], None),
            ("more reserved kinds", &[0x55], None),
            ("an endless size", &[0xff; 30], None),
            ("an endless distance", &[0x65, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff], None),
            ("half a name", &named[..12], None),
            ("nothing", &[], None),
        ];
        for (what, bytes, header) in cases {
            assert_eq!(Header::parse(bytes, 1000, 20), *header, "{what}");
        }
    }
}
