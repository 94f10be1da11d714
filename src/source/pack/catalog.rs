//! One number for each object, however many packs hold it.
//!
//! With one pack the number is the place in its index, and nothing is stored. With more,
//! all names are sorted once; the first source that has an object owns it.

use std::collections::BTreeSet;

use super::file::Pack;
use super::index::{Bounds, prefix, search};
use super::loose::LooseObjects;
use super::oid::Oid;

/// A place in a source: a pack, or behind all packs the loose objects.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Place {
    pub(super) source: u32,
    /// In the source's own order of names.
    pub(super) name: u32,
}

/// Objects by number.
#[derive(Debug)]
pub(super) enum Catalog {
    /// There is one pack, and nothing else.
    One,
    /// Sorted by name.
    Many {
        /// The first eight bytes of each name.
        names: Vec<u64>,
        places: Vec<Place>,
        /// For each source and place in it the number.
        numbers: Vec<Vec<u32>>,
    },
}

impl Catalog {
    pub(super) fn new(packs: &[Pack], loose: &LooseObjects) -> Self {
        if packs.len() == 1 && loose.all.is_empty() {
            return Self::One;
        }
        let counts = packs.iter().map(|pack| pack.index.count()).chain([u32::try_from(loose.all.len()).unwrap_or(0)]);
        let counts: Vec<u32> = counts.collect();
        let mut all: Vec<(u64, Place)> = Vec::with_capacity(counts.iter().map(|&count| count as usize).sum());
        for (source, &count) in (0..).zip(&counts) {
            all.extend((0..count).map(|name| {
                let place = Place { source, name };
                (prefix(name_at(packs, loose, place)), place)
            }));
        }
        let full = |place: Place| name_at(packs, loose, place);
        let lost = lost(packs);
        all.sort_unstable_by(|(a, one), (b, other)| {
            a.cmp(b).then_with(|| full(*one).cmp(full(*other))).then_with(|| {
                let rank = |place: &Place| (lost[place.source as usize].contains(&place.name), place.source);
                rank(one).cmp(&rank(other))
            })
        });
        let mut numbers: Vec<Vec<u32>> = counts.iter().map(|&count| vec![0; count as usize]).collect();
        let (mut names, mut places): (Vec<u64>, Vec<Place>) = (Vec::new(), Vec::new());
        for (name, place) in all {
            let known = names.last() == Some(&name) && places.last().is_some_and(|&last| full(last) == full(place));
            if !known {
                names.push(name);
                places.push(place);
            }
            numbers[place.source as usize][place.name as usize] = u32::try_from(names.len() - 1).unwrap_or(u32::MAX);
        }
        Self::Many { names, places, numbers }
    }

    /// How many objects there are.
    pub(super) fn count(&self, packs: &[Pack]) -> u32 {
        match self {
            Self::One => packs[0].index.count(),
            Self::Many { names, .. } => u32::try_from(names.len()).unwrap_or(u32::MAX),
        }
    }

    /// Who owns an object.
    pub(super) fn place(&self, number: u32) -> Place {
        match self {
            Self::One => Place { source: 0, name: number },
            Self::Many { places, .. } => places[number as usize],
        }
    }

    pub(super) fn number(&self, place: Place) -> u32 {
        match self {
            Self::One => place.name,
            Self::Many { numbers, .. } => numbers[place.source as usize][place.name as usize],
        }
    }

    pub(super) fn find(&self, packs: &[Pack], loose: &LooseObjects, name: &[u8]) -> Option<u32> {
        let Self::Many { names, places, .. } = self else { return packs[0].index.find(name) };
        let bounds = Bounds { low: 0, high: u32::try_from(names.len()).ok()?, least: 0, most: u64::MAX };
        let compare = |at: u32| name.cmp(name_at(packs, loose, places[at as usize]));
        search(prefix(name), bounds, |at| names[at as usize], compare)
    }
}

/// Names in each source whose entry cannot be read, so that a copy is preferred.
fn lost(packs: &[Pack]) -> Vec<BTreeSet<u32>> {
    let rootless = |pack: &Pack| pack.entries.iter().filter(|entry| entry.kind == 0).map(|entry| entry.name).collect();
    packs.iter().map(rootless).chain([BTreeSet::new()]).collect()
}

/// The name at a place.
pub(super) fn name_at<'s>(packs: &'s [Pack], loose: &'s LooseObjects, place: Place) -> &'s [u8] {
    match packs.get(place.source as usize) {
        Some(pack) => pack.index.name(place.name),
        None => loose.all[place.name as usize].oid.as_bytes(),
    }
}

/// The name of an object as a whole.
pub(super) fn oid_at(packs: &[Pack], loose: &LooseObjects, place: Place) -> Oid {
    Oid::new(name_at(packs, loose, place)).expect("a store has names of 20 or 32 bytes")
}
