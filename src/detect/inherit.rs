//! Anchors of a text that was made from another one: what was copied is not looked at again.
//!
//! A hit depends on its own bytes alone. So one that lies whole in a copy is the other text's,
//! moved; every other one has a byte that is new, or lies across a seam of two copies.

use super::Detector;
use super::anchors::AnchorHit;

/// Ranges nearer than this are looked at together: a call costs as much as looking at so many bytes.
const NEAR: usize = 64;

/// Steps over the other text's hits one by one before they are searched: copies mostly follow each other.
const STEPS: usize = 8;

impl Detector<'_> {
    /// Every anchor of `bytes`, sorted, as [`Detector::hits`] of the whole gives them in [`Detector::scope_of_all`].
    /// `hits` is emptied first.
    ///
    /// `before` are the hits of the text that `steps` copy from: each tells from where, or that its bytes are new,
    /// and how many they are.
    pub fn hits_of_version(
        &self,
        bytes: &[u8],
        before: &[AnchorHit],
        steps: impl Iterator<Item = (Option<u32>, u32)>,
        hits: &mut Vec<AnchorHit>,
    ) {
        hits.clear();
        let mut version = Version { detector: self, bytes, before, next: 0, hits, seen: Vec::new(), fresh: Vec::new() };
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
        let Version { fresh, .. } = version;
        if !fresh.is_empty() {
            hits.extend(fresh);
            hits.sort(); // two sorted runs
            hits.dedup();
        }
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
    before: &'a [AnchorHit],
    /// The first of `before` behind the begin of the last copy.
    next: usize,
    hits: &'a mut Vec<AnchorHit>,
    seen: Vec<AnchorHit>,
    fresh: Vec<AnchorHit>,
}

impl Version<'_, '_> {
    /// Hits that lie whole in a copy.
    fn take_over(&mut self, copy: Option<Copy>) {
        let Some(Copy { from, to, length }) = copy.filter(|_| !self.before.is_empty()) else { return };
        self.seek(from);
        for &hit in &self.before[self.next..] {
            let start = hit.start as usize;
            if start >= from + length {
                break;
            }
            if start + self.detector.anchors.length(hit) <= from + length {
                let start = u32::try_from(start - from + to).expect("a layer has at most 4 GiB");
                self.hits.push(AnchorHit { start, ..hit });
            }
        }
    }

    fn seek(&mut self, from: usize) {
        let is_before = |hit: &AnchorHit| (hit.start as usize) < from;
        if self.next > 0 && !is_before(&self.before[self.next - 1]) {
            self.next = self.before.partition_point(is_before);
            return;
        }
        let near = self.before[self.next..].iter().take(STEPS).take_while(|hit| is_before(hit)).count();
        self.next += near;
        if near == STEPS {
            self.next += self.before[self.next..].partition_point(is_before);
        }
    }

    /// Joins a range to the one that waits, or looks at that first.
    fn add(&mut self, dirty: &mut std::ops::Range<usize>, range: std::ops::Range<usize>) {
        if range.start <= dirty.end + NEAR && dirty.start < dirty.end {
            dirty.end = range.end;
        } else {
            let ready = std::mem::replace(dirty, range);
            self.look(ready);
        }
    }

    fn look(&mut self, range: std::ops::Range<usize>) {
        if range.start < range.end {
            self.detector.hits(self.bytes, range, self.detector.scope_of_all(), &mut self.seen);
            self.fresh.extend_from_slice(&self.seen);
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
        fn a_version_has_the_hits_that_its_whole_text_has(base in text(), steps in steps()) {
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
            let (mut before, mut whole, mut version) = (Vec::new(), Vec::new(), Vec::new());
            detector.hits(&base, 0..base.len(), AnchorScope::All, &mut before);
            detector.hits(&made, 0..made.len(), AnchorScope::All, &mut whole);
            detector.hits_of_version(&made, &before, told.into_iter(), &mut version);
            prop_assert_eq!(version, whole);
        }
    }
}
