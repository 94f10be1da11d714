//! Content to look at, and how much of it counts.

use std::ops::Range;

use super::origin::Provenance;
use super::span::Span;

/// A blob that a source lends to a worker for the time of one call.
#[derive(Debug)]
pub struct BlobRef<'a> {
    /// The bytes as stored, before any decoding.
    pub bytes: &'a [u8],
    /// Where it was met.
    pub provenance: &'a Provenance,
    /// How much of it counts.
    pub scope: &'a Scope,
}

/// The content to look at, once, however many places hold it.
#[derive(Clone, Debug)]
pub struct Blob {
    /// The bytes as stored, before any decoding.
    pub bytes: Vec<u8>,
    /// Where it was met.
    pub provenance: Provenance,
    /// How much of it counts.
    pub scope: Scope,
}

/// In a range scan the whole blob is read, for context, and only a match
/// that touches a new line counts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Scope {
    /// Every byte counts.
    Whole,
    /// Only these bytes, whole lines, sorted and apart. Bytes and not line numbers: git ends lines at every
    /// byte 10, a document does not (UTF-16, a lone carriage return).
    Bytes(Vec<Range<u32>>),
}

impl Scope {
    /// Does a match at this place count?
    pub fn counts(&self, place: Span) -> bool {
        match self {
            Self::Whole => true,
            Self::Bytes(ranges) => {
                let (start, end) = (place.start(), place.end());
                ranges.iter().any(|range| (range.start as usize) < end && start < range.end as usize)
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_match_counts_if_it_touches_what_is_new() {
        let scope = Scope::Bytes(vec![3..5, 9..12]);
        for (start, end, counts) in [(0, 3, false), (0, 4, true), (4, 5, true), (5, 9, false), (2, 20, true)] {
            assert_eq!(scope.counts(Span::new(start, end).unwrap()), counts, "{start}..{end}");
            assert!(Scope::Whole.counts(Span::new(start, end).unwrap()));
        }
    }
}
