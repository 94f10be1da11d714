//! Patterns without the long counts that an automaton would have to carry.
//!
//! `[A-Za-z0-9+/]{300,6000}` is 6,000 states, of which each byte of a key makes a new one: one rule for
//! private keys took 26 MB and half of its time so. A search is bound to a window as long as the greatest match
//! anyway, so "at least 300" finds the same; only of a run longer than the count it takes a few bytes more.
//! Counts of nearly any byte (`[^{}]{0,400}`) say how near two things are, and stay.

use regex_syntax::ast::{Ast, RepetitionKind, RepetitionRange, Visitor, parse, visit};
use regex_syntax::hir::{Class, ClassBytesRange, HirKind};

/// Counts from here on are left out.
const LONG: u32 = 200;
/// Bytes of a class that is about a value and not about any text.
const NARROW: usize = 100;

/// The pattern without long counts of narrow classes. Only the counts are written anew.
pub(super) fn relaxed(pattern: &str) -> String {
    let Ok(ast) = parse::Parser::new().parse(pattern) else { return pattern.to_owned() };
    let long = visit(&ast, Long { pattern, found: Vec::new() }).unwrap_or_default();
    let mut out = pattern.to_owned();
    for (range, least) in long.into_iter().rev() {
        out.replace_range(range, &format!("{{{least},}}"));
    }
    out
}

/// The places of long counts, and their least.
struct Long<'p> {
    pattern: &'p str,
    found: Vec<(std::ops::Range<usize>, u32)>,
}

impl Visitor for Long<'_> {
    type Output = Vec<(std::ops::Range<usize>, u32)>;
    type Err = std::convert::Infallible;

    fn finish(mut self) -> Result<Self::Output, Self::Err> {
        self.found.sort_by_key(|(range, _)| range.start);
        Ok(self.found)
    }

    fn visit_pre(&mut self, ast: &Ast) -> Result<(), Self::Err> {
        if let Ast::Repetition(repetition) = ast
            && let RepetitionKind::Range(RepetitionRange::Bounded(least, most)) = repetition.op.kind
            && most >= LONG
            && most - least >= LONG
            && is_narrow(&self.pattern[repetition.ast.span().start.offset..repetition.ast.span().end.offset])
        {
            // A lazy count keeps its `?`, which is within the place of the operator.
            let op = &self.pattern[repetition.op.span.start.offset..repetition.op.span.end.offset];
            let length = op.find('}').map_or(op.len(), |end| end + 1);
            let start = repetition.op.span.start.offset;
            self.found.push((start..start + length, least));
        }
        Ok(())
    }
}

/// Is it a class of the letters of some value, and not of any text?
pub(super) fn is_narrow(class: &str) -> bool {
    let parsed = regex_syntax::ParserBuilder::new().unicode(false).utf8(false).build().parse(class);
    parsed.is_ok_and(|hir| match hir.kind() {
        HirKind::Class(Class::Bytes(class)) => class.iter().map(ClassBytesRange::len).sum::<usize>() <= NARROW,
        HirKind::Class(Class::Unicode(_)) => false,
        _ => true,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_counts_of_narrow_classes_are_left_out_and_others_stay() {
        for (pattern, expected) in [
            ("x(?<secret>[a-z]{20,4000})y", "x(?<secret>[a-z]{20,})y"),
            ("[a-z]{20,150}", "[a-z]{20,150}"),
            ("(?:a|b{0,900}?)c", "(?:a|b{0,}?)c"),
            (r"[^{}]{0,400}?z", r"[^{}]{0,400}?z"),
            ("(?:[a-z]{10,400}\\.){2}", "(?:[a-z]{10,}\\.){2}"),
            ("[a-z]{4000}", "[a-z]{4000}"),
            ("[a-z]{36}(?:[a-z]{40})?", "[a-z]{36}(?:[a-z]{40})?"),
            ("(?i)a{2,9}[^\\x00]{0,900}?(?:[A-Z ]{9,999}|x)", "(?i)a{2,9}[^\\x00]{0,900}?(?:[A-Z ]{9,}|x)"),
        ] {
            assert_eq!(relaxed(pattern), expected, "{pattern}");
        }
    }
}
