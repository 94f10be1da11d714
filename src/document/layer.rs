//! Decoded bytes and the way back to the bytes they came from.
//!
//! A [`Map`] is a list of runs. Within a run, `unit` decoded bytes stand for `per`
//! source bytes: 1 for 1 in plain text, 1 for 2 in UTF-16 ASCII, 3 for 4 in base64.
//! A run whose bytes cannot be told apart (an escape, a surrogate pair) is one unit.

use std::ops::Range;

/// Bytes of one decoded layer. Only that layer can turn it into a place in the blob.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct LayerSpan {
    /// First byte.
    pub start: u32,
    /// The byte after the last one.
    pub end: u32,
}

impl LayerSpan {
    /// `None` past 4 GiB or if the end lies before the start. May be empty: an empty value has a place.
    pub fn new(start: usize, end: usize) -> Option<Self> {
        let (start, end) = (u32::try_from(start).ok()?, u32::try_from(end).ok()?);
        (start <= end).then_some(Self { start, end })
    }

    /// As a range, for slicing.
    pub fn range(self) -> Range<usize> {
        self.start as usize..self.end as usize
    }

    /// Number of bytes.
    pub fn len(self) -> usize {
        (self.end - self.start) as usize
    }

    /// Nothing between start and end?
    pub fn is_empty(self) -> bool {
        self.start == self.end
    }
}

/// Which layer of a document; 0 is its text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct LayerId(pub u16);

impl LayerId {
    /// The document's text.
    pub const TEXT: Self = Self(0);
}

/// What a decoder made of a part of another layer.
#[derive(Clone, Debug)]
pub struct Layer {
    /// The layer it was made from.
    pub parent: LayerId,
    /// `base64`, `percent`, `json`, `xml`, `utf16`: told in `because`.
    pub how: &'static str,
    /// The decoded bytes.
    pub bytes: Vec<u8>,
    /// The way back to the parent.
    pub map: Map,
}

/// Leads places in decoded bytes back to the bytes they came from.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Map {
    runs: Vec<Run>,
    decoded: u32,
    source: u32,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Run {
    decoded: u32,
    source: u32,
    /// Decoded bytes of one unit.
    unit: u32,
    /// Source bytes of one unit.
    per: u32,
}

impl Map {
    /// An empty map whose first decoded byte will come from `source`.
    pub fn starting_at(source: usize) -> Self {
        Self { runs: Vec::new(), decoded: 0, source: to_u32(source) }
    }

    /// `count` units follow, each `unit` decoded bytes for `per` source bytes.
    /// A unit of 0 decoded bytes is source that leaves nothing (a line break within base64).
    pub fn push(&mut self, count: usize, unit: usize, per: usize) {
        if count == 0 {
            return;
        }
        let (unit, per) = (to_u32(unit), to_u32(per));
        let goes_on = self.runs.last().is_some_and(|run| {
            run.unit == unit
                && run.per == per
                && unit > 0
                && (self.decoded - run.decoded).is_multiple_of(unit)
                && (self.source - run.source) / per == (self.decoded - run.decoded) / unit
                && (self.source - run.source).is_multiple_of(per)
        });
        if !goes_on && unit > 0 {
            self.runs.push(Run { decoded: self.decoded, source: self.source, unit, per });
        }
        self.decoded += to_u32(count) * unit;
        self.source += to_u32(count) * per;
    }

    /// Number of decoded bytes described so far.
    pub fn decoded_len(&self) -> usize {
        self.decoded as usize
    }

    /// Number of bytes this map takes in memory.
    pub fn memory(&self) -> usize {
        self.runs.len() * size_of::<Run>()
    }

    /// The first decoded byte of the unit that holds a source byte; of the next unit if
    /// the source byte left nothing.
    pub fn forth(&self, source: usize) -> usize {
        let index = self.runs.partition_point(|run| run.source as usize <= source);
        let Some(run) = index.checked_sub(1).map(|i| self.runs[i]) else {
            return 0;
        };
        let end = self.runs.get(index).map_or(self.decoded, |next| next.decoded) as usize;
        let units = (source - run.source as usize) / run.per as usize;
        (run.decoded as usize).saturating_add(units.saturating_mul(run.unit as usize)).min(end)
    }

    /// The source bytes behind decoded bytes `span`; whole units, so that the range
    /// can be decoded again. Empty spans lead to an empty range.
    pub fn back(&self, span: LayerSpan) -> Range<usize> {
        let start = self.unit_at(span.start).0;
        if span.is_empty() {
            return start..start;
        }
        start..self.unit_at(span.end - 1).1.max(start)
    }

    /// Source range of the unit that holds a decoded byte.
    fn unit_at(&self, at: u32) -> (usize, usize) {
        let index = self.runs.partition_point(|run| run.decoded <= at);
        let Some(run) = index.checked_sub(1).map(|i| self.runs[i]) else {
            return (self.source as usize, self.source as usize);
        };
        let units = (at - run.decoded) / run.unit;
        let start = run.source + units * run.per;
        (start as usize, (start + run.per).min(self.source) as usize)
    }
}

fn to_u32(n: usize) -> u32 {
    u32::try_from(n).expect("a blob has at most 4 GiB")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn span(start: u32, end: u32) -> LayerSpan {
        LayerSpan { start, end }
    }

    #[test]
    fn plain_text_escapes_and_base64_lead_back() {
        // `ab\u0026cd` at 10: ab, one escape of 6 bytes, cd
        let mut map = Map::starting_at(10);
        map.push(2, 1, 1);
        map.push(1, 1, 6);
        map.push(2, 1, 1);
        for (decoded, source) in
            [(span(0, 2), 10..12), (span(2, 3), 12..18), (span(1, 4), 11..19), (span(3, 3), 18..18)]
        {
            assert_eq!(map.back(decoded), source, "{decoded:?}");
        }
        let mut base64 = Map::starting_at(0);
        base64.push(2, 3, 4);
        base64.push(1, 0, 1); // line break
        base64.push(2, 3, 4);
        for (decoded, source) in [(span(0, 1), 0..4), (span(4, 7), 4..13), (span(6, 12), 9..17)] {
            assert_eq!(base64.back(decoded), source, "{decoded:?}");
        }
    }
}
