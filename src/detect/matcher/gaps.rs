//! Patterns whose long gaps are open, and how long each may be.
//!
//! `"kty": "RSA"[^{}]{0,3000}?"d": "…"` says how near two things stand. As an automaton that is 3,000 states for each
//! of which a byte makes a new one, until the engine gives up and takes its slowest way: a quarter of the time of a
//! library for JWTs was this pattern's. With the gap open it is a handful of states, and what it finds is what
//! the bounded pattern finds: a lazy gap is the shortest that leads to a match, so if none of a match's gaps is too
//! long, it is the bounded pattern's own match. Where one is, the bounded pattern has the word.

use regex::bytes::{Captures, Regex};
use regex_syntax::ast::{Ast, RepetitionKind, RepetitionRange, Visitor, parse, visit};

use super::regex::LazyPattern;
use super::relaxed::is_narrow;

/// Gaps that may be this long or longer are opened.
const LONG: u32 = 100;

/// Begins the names of groups that are gaps.
pub(super) const GAP: &str = "gap_";

/// A pattern as it is searched.
#[derive(Debug)]
pub(super) struct Gapped {
    open: LazyPattern,
    /// The greatest length of each gap, by number.
    most: Vec<usize>,
    bounded: LazyPattern,
}

impl Gapped {
    pub(super) fn new(pattern: &str) -> Self {
        let (open, most) = opened(pattern);
        Self { open: LazyPattern::searched(&open), most, bounded: LazyPattern::searched(pattern) }
    }

    /// The pattern with the names of its groups.
    pub(super) fn regex(&self) -> &Regex {
        self.open.get()
    }

    /// The first match from a place on.
    pub(super) fn captures_at<'t>(&self, text: &'t [u8], at: usize) -> Option<Captures<'t>> {
        let open = self.open.get();
        // Of nothing the branch that no document takes would make a match.
        if text.is_empty() || !open.is_match_at(text, at) {
            return None;
        }
        let captures = open.captures_at(text, at)?;
        let is_near = |(number, most): (usize, &usize)| {
            captures.name(&format!("{GAP}{number}")).is_none_or(|gap| gap.len() <= *most)
        };
        if self.most.iter().enumerate().all(is_near) {
            return Some(captures);
        }
        self.bounded.get().captures_at(text, at)
    }
}

/// The pattern with its long lazy gaps of nearly any byte open and named, and how long each may be. Only gaps that are
/// met at most once in a match: of others a group tells the last one.
fn opened(pattern: &str) -> (String, Vec<usize>) {
    let Ok(ast) = parse::Parser::new().parse(pattern) else { return (pattern.to_owned(), Vec::new()) };
    let mut gaps = visit(&ast, Gaps { pattern, depth: 0, found: Vec::new() }).unwrap_or_default();
    gaps.sort_by_key(|gap| gap.whole.start);
    let mut out = pattern.to_owned();
    for (number, gap) in gaps.iter().enumerate().rev() {
        let class = &pattern[gap.whole.start..gap.class_end];
        out.replace_range(gap.whole.clone(), &format!("(?<{GAP}{number}>{class}{{{},}}?)", gap.least));
    }
    (out, gaps.into_iter().map(|gap| gap.most).collect())
}

struct Gap {
    whole: std::ops::Range<usize>,
    class_end: usize,
    least: u32,
    most: usize,
}

struct Gaps<'p> {
    pattern: &'p str,
    /// Repetitions about the present place.
    depth: usize,
    found: Vec<Gap>,
}

impl Visitor for Gaps<'_> {
    type Output = Vec<Gap>;
    type Err = std::convert::Infallible;

    fn finish(self) -> Result<Self::Output, Self::Err> {
        Ok(self.found)
    }

    fn visit_pre(&mut self, ast: &Ast) -> Result<(), Self::Err> {
        let Ast::Repetition(repetition) = ast else { return Ok(()) };
        self.depth += 1;
        let class = repetition.ast.span();
        if let RepetitionKind::Range(RepetitionRange::Bounded(least, most)) = repetition.op.kind
            && !repetition.greedy
            && self.depth == 1
            && most >= LONG
            && !is_narrow(&self.pattern[class.start.offset..class.end.offset])
        {
            let whole = repetition.span.start.offset..repetition.span.end.offset;
            self.found.push(Gap { whole, class_end: class.end.offset, least, most: most as usize });
        }
        Ok(())
    }

    fn visit_post(&mut self, ast: &Ast) -> Result<(), Self::Err> {
        self.depth -= usize::from(matches!(ast, Ast::Repetition(_)));
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn long_lazy_gaps_are_opened_and_others_stay() {
        for (pattern, expected, most) in [
            (r#""a"[^{}]{0,300}?"b""#, r#""a"(?<gap_0>[^{}]{0,}?)"b""#, &[300][..]),
            (r"a.{4,100}?b[^\n]{0,200}?c", r"a(?<gap_0>.{4,}?)b(?<gap_1>[^\n]{0,}?)c", &[100, 200]),
            (r"(?:a[^\n]{0,200}?|x)b", r"(?:a(?<gap_0>[^\n]{0,}?)|x)b", &[200]),
            (r"a[^\n]{0,200}b", r"a[^\n]{0,200}b", &[]),
            (r"a[^\n]{0,99}?b", r"a[^\n]{0,99}?b", &[]),
            (r"a[a-z]{0,200}?b", r"a[a-z]{0,200}?b", &[]),
            (r"(?:a[^\n]{0,200}?b){2}", r"(?:a[^\n]{0,200}?b){2}", &[]),
        ] {
            let (open, bounds) = opened(pattern);
            assert_eq!((open.as_str(), &bounds[..]), (expected, most), "{pattern}");
        }
    }

    proptest! {
        #[test]
        fn an_open_pattern_finds_what_the_bounded_one_finds(
            pieces in prop::collection::vec(prop_oneof![
                Just("a"), Just("b"), Just("c"), Just("\n"), Just("{"),
                Just("...................................................................................................."),
                Just("........................................................"),
            ], 0..14),
        ) {
            let text: String = pieces.concat();
            for pattern in [
                r"a(?<x>[^{}]{0,120}?)b",
                r"(?s)a.{0,100}?b.{0,130}?c",
                r"(?:a[^\n]{1,110}?b|[^{]{2,140}?c)",
                r"a[^\n]{0,150}?(?<x>b+)[^\n]{0,100}?c?",
            ] {
                let gapped = Gapped::new(pattern);
                let bounded = LazyPattern::new(pattern);
                for at in 0..text.len() {
                    let told = |captures: Option<Captures<'_>>| {
                        captures.map(|found| (found.get(0).map(|whole| whole.range()), found.name("x").map(|x| x.range())))
                    };
                    let expected = told(bounded.get().captures_at(text.as_bytes(), at));
                    prop_assert_eq!(told(gapped.captures_at(text.as_bytes(), at)), expected, "{} in {} from {}", pattern, text, at);
                }
            }
        }
    }
}
