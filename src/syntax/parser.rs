//! Parsing with a budget: of bytes, of steps, of depth. Never of time, so that a slow machine
//! reports what a fast one does.

use std::borrow::Cow;
use std::collections::HashMap;
use std::ops::{ControlFlow, Range};

use super::language::Language;
use super::lower;
use super::tree::Tree;

/// Longer sources are generated; the largest hand-written one met had 0.6 MB.
const LARGEST: usize = 1 << 20;

/// tree-sitter asks every 100 steps. Ordinary sources take about one step a byte; error recovery
/// on hostile ones takes thousands.
const STEPS_BETWEEN: usize = 100;
const STEPS_A_BYTE: usize = 8;
const STEPS_AT_LEAST: usize = 200_000;
/// Steps behind an error try several ways at once: an archive that called itself PHP took a second of 0.36 MB.
const STEP_OF_RECOVERY: usize = 6;

/// Why a document has no tree.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum NotParsed {
    /// Over the size limit.
    TooLarge,
    /// The budget of steps ran out.
    TooHard,
    /// Built without the grammar.
    NoGrammar,
}

impl NotParsed {
    /// For counters.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::TooLarge => "too large",
            Self::TooHard => "too hard to parse",
            Self::NoGrammar => "built without its grammar",
        }
    }
}

/// One parser for each language met, reused from document to document.
#[derive(Default)]
pub struct Parsers(HashMap<Language, Option<tree_sitter::Parser>>);

impl std::fmt::Debug for Parsers {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_set().entries(self.0.keys()).finish()
    }
}

impl Parsers {
    /// The tree of `text[range]`; places in it are those of `text`. Broken sources are used as far as they go.
    ///
    /// # Errors
    /// Too large, too hard, or no grammar.
    pub fn parse(&mut self, language: Language, text: &[u8], range: Range<usize>) -> Result<Tree, NotParsed> {
        let parsed = self.raw(language, text, range.clone())?;
        Ok(lower::lower(language, text, range.start, parsed.root_node()))
    }

    /// How many places of a source are no part of its grammar.
    ///
    /// # Errors
    /// As [`Parsers::parse`].
    pub fn faults(&mut self, language: Language, text: &[u8], range: Range<usize>) -> Result<usize, NotParsed> {
        let parsed = self.raw(language, text, range)?;
        let mut cursor = parsed.walk();
        let mut found = 0;
        loop {
            let node = cursor.node();
            found += usize::from(node.is_error() || node.is_missing());
            if node.has_error() && cursor.goto_first_child() {
                continue;
            }
            while !cursor.goto_next_sibling() {
                if !cursor.goto_parent() {
                    return Ok(found);
                }
            }
        }
    }

    fn raw(&mut self, language: Language, text: &[u8], range: Range<usize>) -> Result<tree_sitter::Tree, NotParsed> {
        let source = text.get(range).ok_or(NotParsed::TooLarge)?;
        if source.len() > LARGEST {
            return Err(NotParsed::TooLarge);
        }
        let parser = self.0.entry(language).or_insert_with(|| {
            let mut parser = tree_sitter::Parser::new();
            parser.set_language(&language.grammar()?).ok()?;
            Some(parser)
        });
        let parser = parser.as_mut().ok_or(NotParsed::NoGrammar)?;
        let mut left = (source.len() * STEPS_A_BYTE + STEPS_AT_LEAST) / STEPS_BETWEEN;
        let mut watch = |state: &tree_sitter::ParseState| {
            left = left.saturating_sub(if state.has_error() { STEP_OF_RECOVERY } else { 1 });
            if left == 0 { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
        };
        let options = tree_sitter::ParseOptions::new().progress_callback(&mut watch);
        let masked = masked(language, source);
        let mut read = |at: usize, _| masked.get(at..).unwrap_or_default();
        let parsed = parser.parse_with_options(&mut read, None, Some(options));
        let Some(parsed) = parsed else {
            parser.reset();
            return Err(NotParsed::TooHard);
        };
        Ok(parsed)
    }
}

/// `${{ secrets.X }}` in a script is a variable to its shell: the expression is filled in before. Same length, so
/// that places stay true.
fn masked(language: Language, source: &[u8]) -> Cow<'_, [u8]> {
    if !language.is_shell() || memchr::memmem::find(source, b"${{").is_none() {
        return Cow::Borrowed(source);
    }
    let mut copy = source.to_vec();
    let mut at = 0;
    while let Some(start) = memchr::memmem::find(&copy[at..], b"${{").map(|found| at + found) {
        at = start + 3;
        let line = copy[start..].iter().position(|b| *b == b'\n').map_or(copy.len(), |length| start + length);
        if let Some(length) = memchr::memmem::find(&copy[start..line], b"}}") {
            copy[start + 1..start + length + 2].fill(b'X');
            at = start + length + 2;
        }
    }
    Cow::Owned(copy)
}
