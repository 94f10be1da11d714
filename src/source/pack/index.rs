//! The index of a pack: names of objects, sorted, and where each begins.
//!
//! Versions 1 and 2, both object formats; what a multi-pack-index says of a pack whose
//! own index is gone has the same face. Nothing of a file is believed: every place is
//! looked up with its bounds, so a damaged index gives wrong answers but no panic.

use std::cmp::Ordering;
use std::path::Path;

use super::fault::Defect;
use super::oid::Oid;
use crate::source::memory::Mapped;

/// Names of a pack's objects, sorted, each with its place in the pack.
#[derive(Debug)]
pub(super) struct Index {
    /// Bytes of an object id.
    hash: usize,
    count: u32,
    /// Names below each first byte.
    fanout: Vec<u32>,
    form: Form,
}

#[derive(Debug)]
enum Form {
    /// An offset before each name.
    One(Mapped),
    /// Names, checksums, offsets, each in a table of its own.
    Two(Mapped),
    /// Taken out of a multi-pack-index.
    Taken { names: Vec<u8>, offsets: Vec<u64> },
}

const FANOUT: usize = 256 * 4;
const MAGIC: &[u8; 4] = b"\xfftOc";

impl Index {
    /// `hash`: bytes of an object id.
    pub(super) fn open(path: &Path, hash: usize) -> Result<Self, Defect> {
        let map = Mapped::open(path).map_err(|cause| Defect::Unreadable(cause.to_string()))?;
        let two = map.starts_with(MAGIC);
        let begin = if two { 8 } else { 0 };
        if two && number(&map, 4) != Some(2) {
            return Err(Defect::File("an index of a version that we do not know"));
        }
        let fanout = fanout(&map, begin).ok_or(Defect::File("an index whose first table is damaged"))?;
        let count = fanout[255];
        let an_object = if two { hash + 8 } else { hash + 4 };
        if (map.len() as u64) < (begin + FANOUT + 2 * hash) as u64 + u64::from(count) * an_object as u64 {
            return Err(Defect::File("an index that ends early"));
        }
        Ok(Self { hash, count, fanout, form: if two { Form::Two(map) } else { Form::One(map) } })
    }

    /// From sorted names, one behind the other, and as many offsets.
    pub(super) fn taken(names: Vec<u8>, offsets: Vec<u64>, hash: usize) -> Self {
        let mut fanout = vec![0; 256];
        names.chunks_exact(hash).for_each(|name| fanout[usize::from(name[0])] += 1);
        for first in 1..256 {
            fanout[first] += fanout[first - 1];
        }
        Self { hash, count: fanout[255], fanout, form: Form::Taken { names, offsets } }
    }

    /// How many objects it names.
    pub(super) fn count(&self) -> u32 {
        self.count
    }

    /// The name at a place below [`Self::count`].
    pub(super) fn name(&self, at: u32) -> &[u8] {
        let at = at as usize;
        let (bytes, begin): (&[u8], usize) = match &self.form {
            Form::One(map) => (map, FANOUT + at * (self.hash + 4) + 4),
            Form::Two(map) => (map, 8 + FANOUT + at * self.hash),
            Form::Taken { names, .. } => (names, at * self.hash),
        };
        &bytes[begin..begin + self.hash]
    }

    pub(super) fn oid(&self, at: u32) -> Oid {
        Oid::new(self.name(at)).expect("a store has names of 20 or 32 bytes")
    }

    /// Where the object begins; `None` if the index is damaged there.
    pub(super) fn offset(&self, at: u32) -> Option<u64> {
        let at = at as usize;
        match &self.form {
            Form::One(map) => number(map, FANOUT + at * (self.hash + 4)).map(u64::from),
            Form::Taken { offsets, .. } => offsets.get(at).copied(),
            Form::Two(map) => {
                let small = number(map, self.table(8) + at * 4)?;
                // The upper bit says that this counts entries of a table of greater offsets.
                if small >> 31 == 0 {
                    return Some(u64::from(small));
                }
                let place = self.table(12) + (small & 0x7fff_ffff) as usize * 8;
                Some(u64::from(number(map, place)?) << 32 | u64::from(number(map, place + 4)?))
            }
        }
    }

    /// The checksum of the object's bytes in the pack, where the version has one.
    pub(super) fn checksum(&self, at: u32) -> Option<u32> {
        match &self.form {
            Form::Two(map) => number(map, self.table(4) + at as usize * 4),
            _ => None,
        }
    }

    /// Where a table of version 2 begins: after the names (and what is before) each object has `each - 4` bytes.
    fn table(&self, each: usize) -> usize {
        8 + FANOUT + self.count as usize * (self.hash + each - 4)
    }

    /// The checksum of the whole pack.
    pub(super) fn pack_checksum(&self) -> Option<&[u8]> {
        match &self.form {
            Form::One(map) | Form::Two(map) => map.get(map.len() - 2 * self.hash..map.len() - self.hash),
            Form::Taken { .. } => None,
        }
    }

    /// The place of a name.
    pub(super) fn find(&self, name: &[u8]) -> Option<u32> {
        let first = usize::from(*name.first()?);
        let begin = if first == 0 { 0 } else { self.fanout[first - 1] };
        let least = (first as u64) << 56;
        let bounds = Bounds { low: begin, high: self.fanout[first], least, most: least | u64::MAX >> 8 };
        search(prefix(name), bounds, |at| prefix(self.name(at)), |at| name.cmp(self.name(at)))
    }
}

/// Places to look in, and what the names at their ends begin with.
pub(super) struct Bounds {
    pub(super) low: u32,
    pub(super) high: u32,
    /// No name begins with less.
    pub(super) least: u64,
    /// None with more.
    pub(super) most: u64,
}

/// Looks for a name by the share of its first bytes between those of the names around it, then by halves.
///
/// Names are as good as random: among 4,000 that is 3 looks, the last ones side by side, instead of 12, each of
/// which misses the cache. `prefix` gives what a name begins with; `compare` how what is sought stands to a name.
pub(super) fn search(
    wanted: u64,
    mut bounds: Bounds,
    prefix: impl Fn(u32) -> u64,
    compare: impl Fn(u32) -> Ordering,
) -> Option<u32> {
    let mut guesses = 5;
    while bounds.low < bounds.high {
        let span = (bounds.most - bounds.least) >> 32;
        let count = u64::from(bounds.high - bounds.low);
        let share = if guesses > 0 && span > 0 {
            guesses -= 1;
            ((wanted.checked_sub(bounds.least)? >> 32) * count / (span + 1)).min(count - 1)
        } else {
            count / 2
        };
        let at = bounds.low + u32::try_from(share).ok()?;
        let here = prefix(at);
        let order = if wanted == here { compare(at) } else { wanted.cmp(&here) };
        match order {
            Ordering::Equal => return Some(at),
            Ordering::Less => (bounds.high, bounds.most) = (at, here.max(bounds.least)),
            Ordering::Greater => (bounds.low, bounds.least) = (at + 1, here.min(bounds.most)),
        }
    }
    None
}

/// What a name begins with.
pub(super) fn prefix(name: &[u8]) -> u64 {
    match name.first_chunk() {
        Some(eight) => u64::from_be_bytes(*eight),
        None => 0,
    }
}

/// A number of four bytes, as all tables of git hold them.
pub(super) fn number(bytes: &[u8], at: usize) -> Option<u32> {
    let four = bytes.get(at..at.checked_add(4)?)?;
    Some(u32::from_be_bytes([four[0], four[1], four[2], four[3]]))
}

/// 256 numbers that never fall.
pub(super) fn fanout(bytes: &[u8], at: usize) -> Option<Vec<u32>> {
    let table: Vec<u32> = (0..256).map(|first| number(bytes, at + first * 4)).collect::<Option<_>>()?;
    table.is_sorted().then_some(table)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_name_is_found_and_its_neighbours_are_not() {
        // Evenly spread, and all on one heap, which the guess does not expect.
        for crowded in [false, true] {
            let mut names: Vec<[u8; 20]> = (0..3000_u32)
                .map(|n| {
                    let mut name = [7; 20];
                    let spread = if crowded { n } else { n.wrapping_mul(0x9E37_79B1) };
                    name[..4].copy_from_slice(&spread.to_be_bytes());
                    name
                })
                .collect();
            names.sort_unstable();
            let index = Index::taken(names.concat(), (0..3000).collect(), 20);
            for (at, name) in names.iter().enumerate() {
                assert_eq!(index.find(name), u32::try_from(at).ok(), "{at}, crowded: {crowded}");
                let mut other = *name;
                other[19] ^= 1;
                assert_eq!(index.find(&other), None, "{at}, crowded: {crowded}");
            }
        }
    }
}
