//! Places in a blob.
//!
//! A [`Span`] counts bytes of the blob as it was read, never of a decoded layer;
//! lines and columns are worked out from it when a finding is made.

use serde::{Deserialize, Serialize};

/// Bytes `start..end` of a blob, never empty.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Span {
    start: u32,
    end: u32,
}

impl Span {
    /// `None` if the range is empty or ends past 4 GiB, the largest blob we read.
    pub fn new(start: usize, end: usize) -> Option<Self> {
        let (start, end) = (u32::try_from(start).ok()?, u32::try_from(end).ok()?);
        (start < end).then_some(Self { start, end })
    }

    /// First byte.
    pub fn start(self) -> usize {
        self.start as usize
    }

    /// The byte after the last one.
    pub fn end(self) -> usize {
        self.end as usize
    }

    /// As a range, for slicing.
    pub fn range(self) -> std::ops::Range<usize> {
        self.start()..self.end()
    }

    /// Do the two share at least one byte?
    pub fn overlaps(self, other: Self) -> bool {
        self.start < other.end && other.start < self.end
    }

    /// Does `other` lie wholly inside?
    pub fn contains(self, other: Self) -> bool {
        self.start <= other.start && other.end <= self.end
    }

    /// The smallest span that holds both.
    pub fn join(self, other: Self) -> Self {
        Self { start: self.start.min(other.start), end: self.end.max(other.end) }
    }
}

/// A place for people: line and column from 1, the column in characters, and the byte offset from 0.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct LineCol {
    /// Line, from 1. CR, LF and CRLF each end one line.
    pub line: u32,
    /// Column, from 1, in characters (Unicode scalar values).
    pub column: u32,
    /// Bytes before it in the blob as read.
    pub offset: u32,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_span_is_never_empty_and_never_past_four_gigabytes() {
        for (start, end, valid) in [(0, 1, true), (3, 3, false), (4, 3, false), (0, u32::MAX as usize + 1, false)] {
            assert_eq!(Span::new(start, end).is_some(), valid, "{start}..{end}");
        }
    }

    #[test]
    fn touching_spans_do_not_overlap() {
        let (a, b) = (Span { start: 0, end: 4 }, Span { start: 4, end: 8 });
        assert!(!a.overlaps(b));
        assert!(a.join(b).contains(b));
    }
}
