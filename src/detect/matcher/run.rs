//! Runs of so many characters of one alphabet that nothing announces: only a proof makes one a finding.
//!
//! There is no anchor to look for, so the text itself is walked, as Boyer and Moore would: the last byte
//! that a run would need is looked at first, and where it is none the whole length is passed over. Prose
//! and code cost about one look in eight bytes.

use crate::detect::Match;
use crate::document::layer::{LayerId, LayerSpan};
use crate::rule::RuleIndex;
use crate::rule::spec::RunSpec;

/// One `[[match.run]]`.
#[derive(Debug)]
pub(in crate::detect) struct RunMatcher {
    rule: RuleIndex,
    length: usize,
    inside: [bool; 256],
    last: [bool; 256],
}

impl RunMatcher {
    pub(in crate::detect) fn new(rule: RuleIndex, spec: &RunSpec) -> Self {
        let set = |bytes: &str| {
            let mut set = [false; 256];
            bytes.bytes().for_each(|byte| set[byte as usize] = true);
            set
        };
        let last = if spec.last.is_empty() { &spec.alphabet } else { &spec.last };
        Self { rule, length: spec.length as usize, inside: set(&spec.alphabet), last: set(last) }
    }

    /// Every run of exactly this length that no other letter or digit touches.
    pub(in crate::detect) fn run(&self, text: &[u8], layer: LayerId, out: &mut Vec<Match>) {
        let mut start = 0_usize;
        while let Some(end) = start.checked_add(self.length).filter(|&end| end <= text.len()) {
            if let Some(at) = text[start..end].iter().rposition(|&byte| !self.inside[byte as usize]) {
                start += at + 1;
                continue;
            }
            let more = text[end..].iter().take_while(|&&byte| self.inside[byte as usize]).count();
            let beside = |at: Option<usize>| at.and_then(|at| text.get(at)).is_some_and(u8::is_ascii_alphanumeric);
            let alone = more == 0 && !beside(Some(end)) && !beside(start.checked_sub(1));
            if alone
                && self.last[text[end - 1] as usize]
                && let Some(span) = LayerSpan::new(start, end)
            {
                let mut found = Match::new(self.rule, layer, span);
                found.secret = Some(span);
                found.shaped = true;
                found.must_prove = true;
                out.push(found);
            }
            start = end + more;
        }
    }
}

#[cfg(test)]
mod tests {
    use std::borrow::Cow;

    use super::*;

    #[test]
    fn runs_of_exactly_the_length_stand_alone() {
        let spec = RunSpec { alphabet: Cow::Borrowed("abc"), last: Cow::Borrowed("a"), length: 4 };
        let matcher = RunMatcher::new(RuleIndex(0), &spec);
        for (text, expected) in [
            ("abca", &[0][..]),
            ("x abca y:bbba", &[2, 9]),
            ("abcab", &[]),
            ("abcb", &[]),
            ("xabca abcax 1abca", &[]),
            ("abc abca", &[4]),
            ("abcabcabca-abca", &[11]),
            ("", &[]),
        ] {
            let mut found = Vec::new();
            matcher.run(text.as_bytes(), LayerId::TEXT, &mut found);
            let starts: Vec<_> = found.iter().map(|one| one.whole.start).collect();
            assert_eq!(starts, expected, "{text}");
        }
    }
}
