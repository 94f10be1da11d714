//! What stands out in a text before any rule looks at it: anchors, and runs of characters that may hold something.
//!
//! Both depend on their own bytes, or those and the next ones, alone: so where a text is a copy of another
//! but for some ranges, they can be taken over from there ([`Detector::see_version`]).

use std::ops::Range;

use super::Detector;
use super::anchors::AnchorHit;
use crate::document::decode::runs;
use crate::rule::anchors::AnchorScope;

/// What stands out in one text.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Seen {
    /// Anchors, by place.
    pub hits: Vec<AnchorHit>,
    /// The first bytes of runs of base64 characters that hold something, by place.
    pub runs: Vec<u32>,
}

impl Seen {
    /// Nothing stands out.
    pub fn clear(&mut self) {
        self.hits.clear();
        self.runs.clear();
    }
}

impl Detector<'_> {
    /// Everything that stands out in a text; `seen` is emptied first.
    pub fn see(&self, bytes: &[u8], scope: AnchorScope, seen: &mut Seen) {
        self.hits(bytes, 0..bytes.len(), scope, &mut seen.hits);
        seen.runs.clear();
        self.runs(bytes, 0..bytes.len(), 0, &mut seen.runs);
    }

    /// As [`runs::find`], with what the rules look for in runs.
    pub(super) fn runs(&self, bytes: &[u8], range: Range<usize>, above: usize, starts: &mut Vec<u32>) -> usize {
        let wanted = |run: &[u8]| self.run.iter().any(|matcher| matcher.may_stand_in(run));
        runs::find(bytes, range, above, wanted, starts)
    }
}
