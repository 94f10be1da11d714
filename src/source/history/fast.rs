//! The blobs of a history by the own reader of packs. What that cannot read is left to git2.

use std::sync::{Mutex, PoisonError};

use crate::model::{Coverage, Provenance};
use crate::source::Workers;
use crate::source::git::Id;
use crate::source::pack::{Packs, Wanted};

/// Hands blobs over and says which, by their places in `ids`, are still to be read.
pub(super) fn sweep(
    packs: &Packs,
    ids: &[Id],
    provenance: &(dyn Fn(usize) -> Provenance + Sync),
    max_size: u64,
    threads: usize,
    worker: Workers<'_>,
) -> (Coverage, Vec<u32>) {
    // For each object of the store its place in `ids`.
    let mut places = vec![NONE; packs.count() as usize];
    let mut left = Vec::new();
    for (at, id) in (0..).zip(ids) {
        match packs.find(id.as_bytes()) {
            Some(number) => places[number as usize] = at,
            None => left.push(at),
        }
    }
    let unread = Mutex::new(Vec::new());
    let wanted = Wanted {
        is_wanted: &|number| places[number as usize] != NONE,
        provenance: &|number| provenance(places[number as usize] as usize),
        max_size,
        unread: Some(&unread),
    };
    let coverage = packs.visit(&wanted, threads, worker);
    if coverage.interrupted {
        return (coverage, Vec::new());
    }
    let unread = unread.into_inner().unwrap_or_else(PoisonError::into_inner);
    left.extend(unread.into_iter().map(|number| places[number as usize]));
    left.sort_unstable();
    (coverage, left)
}

const NONE: u32 = u32::MAX;
