//! A multi-pack-index: names of objects of many packs in one table.
//!
//! Packs keep their own indexes beside it, and those are read. Only for a pack whose own
//! index is gone is the index taken from here.

use std::collections::BTreeMap;

use super::index::{Index, fanout, number};

/// The names of a pack, one behind the other, and their offsets.
type Taken = (Vec<u8>, Vec<u64>);

/// An index for each pack that is named, by the stem of its file name. `None` if the file is damaged.
pub(super) fn indexes(bytes: &[u8], hash: usize) -> Option<BTreeMap<String, Index>> {
    if !bytes.starts_with(b"MIDX") || bytes.get(4) != Some(&1) || bytes.get(5) != Some(if hash == 20 { &1 } else { &2 })
    {
        return None;
    }
    let chunk = |id: &[u8; 4]| find_chunk(bytes, usize::from(bytes[6]), id);
    let stems = stems(chunk(b"PNAM")?);
    let count = *fanout(chunk(b"OIDF")?, 0)?.last()?;
    let (names, places, large) = (chunk(b"OIDL")?, chunk(b"OOFF")?, chunk(b"LOFF"));
    let mut taken: Vec<Taken> = vec![Taken::default(); stems.len()];
    for (at, name) in names.chunks_exact(hash).enumerate().take(count as usize) {
        let pack = taken.get_mut(number(places, at * 8)? as usize)?;
        let small = number(places, at * 8 + 4)?;
        let offset = match large {
            Some(large) if small >> 31 == 1 => {
                let place = (small & 0x7fff_ffff) as usize * 8;
                u64::from(number(large, place)?) << 32 | u64::from(number(large, place + 4)?)
            }
            _ => u64::from(small),
        };
        pack.0.extend_from_slice(name);
        pack.1.push(offset);
    }
    let index = |(names, offsets)| Index::taken(names, offsets, hash);
    Some(stems.into_iter().zip(taken.into_iter().map(index)).collect())
}

/// A table of contents: names of four bytes, each with where its chunk begins; the next one's begin is its end.
fn find_chunk<'a>(bytes: &'a [u8], chunks: usize, id: &[u8; 4]) -> Option<&'a [u8]> {
    let place = |at: usize| {
        let upper = number(bytes, 12 + at * 12 + 4)?;
        let lower = number(bytes, 12 + at * 12 + 8)?;
        usize::try_from(u64::from(upper) << 32 | u64::from(lower)).ok()
    };
    let at = (0..chunks).find(|at| bytes.get(12 + at * 12..16 + at * 12) == Some(id))?;
    bytes.get(place(at)?..place(at + 1)?)
}

/// `pack-….idx` of each pack without its ending.
fn stems(names: &[u8]) -> Vec<String> {
    let names = names.split(|&byte| byte == 0).filter(|name| !name.is_empty());
    names.map(|name| String::from_utf8_lossy(name).trim_end_matches(".idx").to_owned()).collect()
}
