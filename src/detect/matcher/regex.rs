//! Byte patterns, compiled on first use and searched in windows about their anchors.
//!
//! A window reaches from one greatest match length before the anchor's end to one
//! after its start, so it holds every match that holds the anchor; windows that
//! touch are joined. A search in it therefore finds what a search of the whole text
//! finds, as long as every match holds an anchor, which the examples' test proves.

use std::ops::Range;
use std::sync::OnceLock;

use regex::bytes::{Captures, Regex, RegexBuilder};
use regex_syntax::hir::literal::{ExtractKind, Extractor};

use crate::detect::anchors::Hit;
use crate::detect::{Match, Piece};
use crate::document::layer::{LayerId, LayerSpan};
use crate::rule::RuleIndex;
use crate::rule::spec::{RegexSpec, Text};

use super::follow::Follow;
use super::gaps::{GAP, Gapped};
use super::path::Files;
use super::relaxed::relaxed;

/// A pattern that compiles when it is needed.
#[derive(Debug)]
pub(in crate::detect) struct LazyPattern {
    source: String,
    compiled: OnceLock<Regex>,
}

impl LazyPattern {
    /// Searched anywhere.
    pub(in crate::detect) fn new(source: &str) -> Self {
        Self { source: source.to_owned(), compiled: OnceLock::new() }
    }

    /// Searched in windows, or in a whole document.
    ///
    /// Where no literal begins a match, a branch that no text takes keeps the engine from searching backwards from a
    /// literal in the middle: if that is as common as `-`, `(` or the dots of a token it gives up and falls to its slowest
    /// automaton, which was a quarter of a scan. Where one does, the engine runs from literal to literal.
    pub(in crate::detect) fn searched(source: &str) -> Self {
        if begins_with_literal(source) { Self::new(source) } else { Self::new(&format!("(?:{source})|\\A\\z")) }
    }

    /// Matches a whole value only.
    pub(in crate::detect) fn whole(source: &str) -> Self {
        Self::new(&format!("\\A(?:{source})\\z"))
    }

    // 250 patterns cost 23 ms to compile, their anchors 0.3 ms: a hook on one
    // file would pay for every rule that cannot match.
    pub(in crate::detect) fn get(&self) -> &Regex {
        self.compiled.get_or_init(|| {
            RegexBuilder::new(&self.source)
                .unicode(false)
                .size_limit(64 << 20)
                .build()
                .expect("rule::verify parsed every pattern")
        })
    }
}

fn begins_with_literal(pattern: &str) -> bool {
    let hir = regex_syntax::ParserBuilder::new().unicode(false).utf8(false).build().parse(pattern);
    hir.is_ok_and(|hir| {
        let mut prefixes = Extractor::new().kind(ExtractKind::Prefix).extract(&hir);
        prefixes.optimize_for_prefix_by_preference();
        prefixes.min_literal_len().is_some_and(|length| length > 1)
    })
}

/// One `[[match.regex]]`.
#[derive(Debug)]
pub(in crate::detect) struct RegexMatcher<'r> {
    pub(in crate::detect) rule: RuleIndex,
    pub(in crate::detect) spec: &'r RegexSpec,
    pub(in crate::detect) files: Files<'r>,
    pattern: OnceLock<Gapped>,
    known: OnceLock<Known>,
}

/// What a pattern says without being compiled.
#[derive(Debug)]
struct Known {
    /// The greatest length of a match.
    longest: usize,
    follow: Follow,
}

impl<'r> RegexMatcher<'r> {
    pub(in crate::detect) fn new(rule: RuleIndex, spec: &'r RegexSpec) -> Self {
        Self { rule, spec, files: Files::new(&spec.files), pattern: OnceLock::new(), known: OnceLock::new() }
    }

    fn pattern(&self) -> &Gapped {
        self.pattern.get_or_init(|| Gapped::new(&relaxed(&self.spec.pattern)))
    }

    fn known(&self) -> &Known {
        self.known.get_or_init(|| {
            let hir = regex_syntax::ParserBuilder::new()
                .unicode(false)
                .utf8(false)
                .build()
                .parse(&self.spec.pattern)
                .expect("rule::verify parsed every pattern");
            let longest = hir.properties().maximum_len();
            Known {
                longest: longest.expect("rule::verify refuses patterns without a greatest length"),
                follow: Follow::of(&hir, &self.spec.anchors, self.spec.ignore_case),
            }
        })
    }

    /// May the pattern match about this hit of one of its anchors? A look at the bytes beside it.
    pub(in crate::detect) fn allows(&self, text: &[u8], hit: Hit) -> bool {
        self.known().follow.allows(text, hit)
    }

    /// Every match about these hits, which are sorted and all this matcher's.
    pub(in crate::detect) fn run(
        &self,
        text: &[u8],
        layer: LayerId,
        hits: impl Iterator<Item = Hit>,
        out: &mut Vec<Match>,
    ) {
        let longest = self.known().longest;
        let mut open: Option<Range<usize>> = None;
        for hit in hits {
            let (start, end) = ((hit.end as usize).saturating_sub(longest), hit.start as usize + longest);
            match &mut open {
                Some(window) if start <= window.end => window.end = end,
                _ => self.search(text, open.replace(start..end), layer, out),
            }
        }
        self.search(text, open, layer, out);
    }

    fn search(&self, text: &[u8], window: Option<Range<usize>>, layer: LayerId, out: &mut Vec<Match>) {
        let Some(Range { start: mut at, end }) = window else { return };
        // One byte more on the right, so that `\b` and `$` see what is there.
        let text = &text[..(end + 1).min(text.len())];
        let pattern = self.pattern();
        while at <= text.len()
            && let Some(captures) = pattern.captures_at(text, at)
        {
            let whole = captures.get(0).expect("group 0 is the match");
            // From behind the secret, not the match: what follows it may open the next one.
            let resume = captures.name("secret").map_or(whole.end(), |secret| secret.end());
            at = resume.max(whole.start() + 1);
            out.extend(self.to_match(&captures, layer));
        }
    }

    /// A lint has no secret of its own: what is written out is only covered.
    fn to_lint(&self, captures: &Captures<'_>, layer: LayerId, whole: LayerSpan, mark: LayerSpan) -> Option<Match> {
        let mut found = Match::new(self.rule, layer, mark);
        found.code = Some(whole);
        found.literal = captures.name("literal").and_then(|literal| span(literal.range()));
        found.severity = self.spec.severity;
        found.confidence = self.spec.confidence;
        found.fact.clone_from(&self.spec.fact);
        found.parts = named_parts(self.pattern().regex(), captures, 0);
        Some(found)
    }

    /// Does the document as a whole allow a lint's match?
    pub(in crate::detect) fn document_allows(&self, text: &[u8]) -> bool {
        if self.spec.seen.is_empty() && self.spec.far.is_empty() {
            return true;
        }
        let lower = text.to_ascii_lowercase();
        let stands = |word: &Text| memchr::memmem::find(&lower, word.to_ascii_lowercase().as_bytes()).is_some();
        (self.spec.seen.is_empty() || self.spec.seen.iter().any(stands)) && !self.spec.far.iter().any(stands)
    }

    fn to_match(&self, captures: &Captures<'_>, layer: LayerId) -> Option<Match> {
        let whole = captures.get(0)?;
        if let Some(mark) = captures.name("mark") {
            return self.to_lint(captures, layer, span(whole.range())?, span(mark.range())?);
        }
        let secret = captures.name("secret").unwrap_or(whole);
        let mut found = Match::new(self.rule, layer, span(whole.range())?);
        found.secret = Some(span(secret.range())?);
        found.shaped = true;
        found.confidence = self.spec.confidence;
        found.parts = named_parts(self.pattern().regex(), captures, 0);
        Some(found)
    }
}

/// The named groups but `secret`, those of a lint and gaps, shifted by `offset`.
pub(in crate::detect) fn named_parts(pattern: &Regex, captures: &Captures<'_>, offset: usize) -> Vec<Piece> {
    let names = pattern.capture_names().flatten();
    let names = names.filter(|name| !["secret", "mark", "literal"].contains(name) && !name.starts_with(GAP));
    names
        .filter_map(|name| {
            let range = captures.name(name)?.range();
            let span = span(range.start + offset..range.end + offset)?;
            Some(Piece { name: Text::Owned(name.to_owned()), span })
        })
        .collect()
}

fn span(range: Range<usize>) -> Option<LayerSpan> {
    LayerSpan::new(range.start, range.end)
}
