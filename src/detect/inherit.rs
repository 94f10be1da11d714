//! What stands out in a text that was made from another one: what was copied is not looked at again.
//!
//! An anchor depends on its own bytes alone. So one that lies whole in a copy is the other text's,
//! moved; every other one has a byte that is new, or lies across a seam of two copies. A run of characters
//! depends on the bytes at both its ends as well, and on where the text begins and ends.

use std::ops::Range;

use super::Detector;
use super::anchors::AnchorHit;
use super::seen::Seen;
use crate::document::decode::runs;

/// Ranges nearer than this are looked at together: a call costs as much as looking at so many bytes.
const NEAR: usize = 64;

/// Steps over the other text's hits one by one before they are searched: copies mostly follow each other.
const STEPS: usize = 8;

impl Detector<'_> {
    /// What stands out in `bytes`, as [`Detector::see`] gives it in [`Detector::scope_of_all`]. `seen` is emptied first.
    ///
    /// `before` is the same of the text that `steps` copy from: each tells from where, or that its bytes are new,
    /// and how many they are.
    pub fn see_version(
        &self,
        bytes: &[u8],
        before: &Seen,
        steps: impl Iterator<Item = (Option<u32>, u32)>,
        seen: &mut Seen,
    ) {
        seen.clear();
        let mut version = Version::new(self, bytes, before, seen);
        let mut at = 0;
        let mut copy: Option<Copy> = None;
        let mut dirty = 0..0;
        for (from, length) in steps {
            let length = length as usize;
            match (from.map(|from| from as usize), &mut copy) {
                (Some(from), Some(copy)) if copy.from + copy.length == from => copy.length += length,
                (Some(from), _) => {
                    if copy.is_some() {
                        version.add(&mut dirty, at - 1..at + 1);
                    }
                    version.take_over(copy.replace(Copy { from, to: at, length }));
                }
                (None, _) => {
                    version.take_over(copy.take());
                    version.add(&mut dirty, at..at + length);
                }
            }
            at += length;
        }
        version.take_over(copy);
        version.look(dirty);
        version.look_at_runs(bytes.len()..bytes.len());
        version.finish();
    }
}

/// Bytes that stand in the other text.
struct Copy {
    from: usize,
    to: usize,
    length: usize,
}

struct Version<'a, 'r> {
    detector: &'a Detector<'r>,
    bytes: &'a [u8],
    before: &'a Seen,
    /// The first of the hits before that is behind the begin of the last copy.
    next: usize,
    /// Taken over.
    kept: &'a mut Seen,
    /// Of one range.
    hits: Vec<AnchorHit>,
    fresh: Seen,
    /// Runs below are known.
    above: usize,
}

impl<'a, 'r> Version<'a, 'r> {
    fn new(detector: &'a Detector<'r>, bytes: &'a [u8], before: &'a Seen, kept: &'a mut Seen) -> Self {
        let (hits, fresh) = (Vec::new(), Seen::default());
        let mut version = Self { detector, bytes, before, next: 0, kept, hits, fresh, above: 0 };
        // A run at the text's begin was none if a byte before it was not copied; at the end likewise.
        version.look_at_runs(0..0);
        version
    }

    fn finish(self) {
        let Self { kept, fresh, .. } = self;
        if !fresh.hits.is_empty() {
            kept.hits.extend(fresh.hits);
            kept.hits.sort(); // two sorted runs
            kept.hits.dedup();
        }
        if !fresh.runs.is_empty() {
            kept.runs.extend(fresh.runs);
            kept.runs.sort();
            kept.runs.dedup();
        }
    }

    fn take_over(&mut self, copy: Option<Copy>) {
        if let Some(copy) = copy {
            self.take_hits(&copy);
            self.take_runs(&copy);
        }
    }

    /// Hits that lie whole in a copy.
    fn take_hits(&mut self, &Copy { from, to, length }: &Copy) {
        if self.before.hits.is_empty() {
            return;
        }
        self.seek(from);
        for &hit in &self.before.hits[self.next..] {
            let start = hit.start as usize;
            if start >= from + length {
                break;
            }
            if start + self.detector.anchors.length(hit) <= from + length {
                let start = u32::try_from(start - from + to).expect("a layer has at most 4 GiB");
                self.kept.hits.push(AnchorHit { start, ..hit });
            }
        }
    }

    /// Runs that were copied with the bytes at both their ends.
    fn take_runs(&mut self, &Copy { from, to, length }: &Copy) {
        let all = &self.before.runs;
        let first = all.partition_point(|start| (*start as usize) <= from);
        for &start in &all[first..] {
            let start = start as usize;
            if start >= from + length {
                break;
            }
            let moved = u32::try_from(start - from + to).expect("a layer has at most 4 GiB");
            if runs::at(self.bytes, moved).end < to + length {
                self.kept.runs.push(moved);
            }
        }
    }

    fn seek(&mut self, from: usize) {
        let is_before = |hit: &AnchorHit| (hit.start as usize) < from;
        let before = &self.before.hits;
        if self.next > 0 && !is_before(&before[self.next - 1]) {
            self.next = before.partition_point(is_before);
            return;
        }
        let near = before[self.next..].iter().take(STEPS).take_while(|hit| is_before(hit)).count();
        self.next += near;
        if near == STEPS {
            self.next += before[self.next..].partition_point(is_before);
        }
    }

    /// Joins a range to the one that waits, or looks at that first.
    fn add(&mut self, dirty: &mut Range<usize>, range: Range<usize>) {
        if range.start <= dirty.end + NEAR && dirty.start < dirty.end {
            dirty.end = range.end;
        } else {
            let ready = std::mem::replace(dirty, range);
            self.look(ready);
        }
    }

    fn look(&mut self, range: Range<usize>) {
        if range.start < range.end {
            self.detector.hits(self.bytes, range.clone(), self.detector.scope_of_all(), &mut self.hits);
            self.fresh.hits.extend_from_slice(&self.hits);
            self.look_at_runs(range);
        }
    }

    fn look_at_runs(&mut self, range: Range<usize>) {
        if range.end >= self.above {
            self.above = self.detector.runs(self.bytes, range, self.above, &mut self.fresh.runs);
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::LazyLock;

    use super::super::Options;
    use super::*;
    use crate::rule::RuleSet;
    use crate::rule::anchors::AnchorScope;
    use proptest::prelude::*;

    /// Anchors and parts of anchors, so that seams make and break them.
    const PIECES: &[&str] = &[
        "AccountKey=",
        "Account",
        "Key=",
        "password",
        "pass",
        "word",
        "secret",
        "sec",
        "ret",
        "://",
        ":",
        "//",
        "client_",
        "SharedAccessKey",
        " ",
        "\n",
        "x",
        "token",
        "JQQJ99",
        "keyless:",
        "api_key = \"",
        "abcdefghijklmnop",
        "U2VydmVyPWRiO1Bhc3N3b3JkPXh5ejE",
        "U2VydmVyPW",
        "RiO1Bhc3N3b3JkPXh5ejE=",
        "4163636f756e744b65793d616263646566",
        "abcdefghijklmnopqrstuvwxyz234567abcdefghijklmnopqrstu",
        "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
        "sig=",
        "Bearer ",
        "eyJ",
    ];

    fn text() -> impl Strategy<Value = Vec<u8>> {
        let piece = (0..PIECES.len()).prop_map(|at| PIECES[at].as_bytes().to_vec());
        proptest::collection::vec(piece, 0..60).prop_map(|pieces| pieces.concat())
    }

    static RULES: LazyLock<RuleSet> = LazyLock::new(RuleSet::builtin);
    static DETECTOR: LazyLock<Detector<'static>> = LazyLock::new(|| Detector::new(&RULES, Options::default()));

    #[derive(Clone, Debug)]
    enum Step {
        Copy(f64, f64),
        New(Vec<u8>),
    }

    fn steps() -> impl Strategy<Value = Vec<Step>> {
        let copy = (0.0..1.0, 0.0..1.0).prop_map(|(from, length)| Step::Copy(from, length));
        let rest = (0.0..1.0).prop_map(|from| Step::Copy(from, 1.0));
        let new = (text(), 1..8_usize).prop_map(|(text, most)| Step::New(text.into_iter().take(most).collect()));
        proptest::collection::vec(prop_oneof![copy, rest, new], 0..12)
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(400))]
        #[test]
        fn a_version_shows_what_its_whole_text_shows(base in text(), steps in steps()) {
            let detector = &*DETECTOR;
            let (mut made, mut told) = (Vec::new(), Vec::new());
            for step in &steps {
                let (from, new) = match step {
                    Step::Copy(from, length) => {
                        let from = (from * base.len() as f64) as usize;
                        let length = (length * (base.len() - from) as f64).ceil() as usize;
                        (u32::try_from(from).ok(), &base[from..(from + length).min(base.len())])
                    }
                    Step::New(bytes) => (None, &bytes[..]),
                };
                if !new.is_empty() {
                    told.push((from, u32::try_from(new.len()).unwrap()));
                    made.extend_from_slice(new);
                }
            }
            let (mut before, mut whole, mut version) = (Seen::default(), Seen::default(), Seen::default());
            detector.see(&base, AnchorScope::All, &mut before);
            detector.see(&made, AnchorScope::All, &mut whole);
            detector.see_version(&made, &before, told.into_iter(), &mut version);
            prop_assert_eq!(version, whole);
        }
    }
}
