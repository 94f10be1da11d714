//! Runs of so many characters of one alphabet that nothing announces: only a proof makes one a finding.
//!
//! There is no anchor to look for; they stand in the longer runs of base64 characters that
//! [`runs::find`](crate::document::decode::runs::find) looks for in every text.

use std::ops::Range;

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

    /// May one stand in these characters?
    pub(in crate::detect) fn may_stand_in(&self, characters: &[u8]) -> bool {
        let is_other = |byte: &u8| !self.inside[usize::from(*byte)];
        characters.len() >= self.length && characters.split(is_other).any(|run| run.len() == self.length)
    }

    /// Every run of exactly this length within a range that no other letter or digit touches.
    pub(in crate::detect) fn run(&self, text: &[u8], within: Range<usize>, layer: LayerId, out: &mut Vec<Match>) {
        let mut start = within.start;
        while let Some(end) = start.checked_add(self.length).filter(|&end| end <= within.end) {
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
            matcher.run(text.as_bytes(), 0..text.len(), LayerId::TEXT, &mut found);
            let starts: Vec<_> = found.iter().map(|one| one.whole.start).collect();
            assert_eq!(starts, expected, "{text}");
            assert!(starts.is_empty() || matcher.may_stand_in(text.as_bytes()), "{text}");
        }
    }
}
