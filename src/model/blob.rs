//! Content to look at, and how much of it counts.

use std::ops::RangeInclusive;

use super::origin::Provenance;

/// A blob that a source lends to a worker for the time of one call.
#[derive(Debug)]
pub struct BlobRef<'a> {
    /// The bytes as stored, before any decoding.
    pub bytes: &'a [u8],
    /// Where it was met.
    pub provenance: &'a Provenance,
    /// Which lines count.
    pub scope: &'a Scope,
}

/// The content to look at, once, however many places hold it.
#[derive(Clone, Debug)]
pub struct Blob {
    /// The bytes as stored, before any decoding.
    pub bytes: Vec<u8>,
    /// Where it was met.
    pub provenance: Provenance,
    /// Which lines count.
    pub scope: Scope,
}

/// In a range scan the whole blob is read, for context, and only a match
/// that touches a new line counts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Scope {
    /// Every line counts.
    Whole,
    /// Only these lines, from 1, sorted and apart.
    Lines(Vec<RangeInclusive<u32>>),
}

impl Scope {
    /// Does a match on lines `first..=last` count?
    pub fn counts(&self, first: u32, last: u32) -> bool {
        match self {
            Self::Whole => true,
            Self::Lines(ranges) => ranges.iter().any(|range| *range.start() <= last && first <= *range.end()),
        }
    }
}
