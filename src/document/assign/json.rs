//! JSON with comments and trailing commas, one document or many (NDJSON), notebooks.
//!
//! Stands on the scanner of `jsonc-parser`, not on its tree: tokens come one by one, so
//! everything up to an error is kept, nothing recurses, and order and places are those of the text.
//! It forgives more than JSON does: missing commas, single quotes, bare keys.

use std::borrow::Cow;
use std::ops::Range;

use jsonc_parser::tokens::Token;
use jsonc_parser::{Scanner, ScannerOptions};

use super::draft::Draft;
use super::tree::Tree;
use super::unescape::{Dialect, backslashes};
use crate::document::kind::Kind;

/// Reads all documents; answers where it stopped.
pub(super) fn read(draft: &mut Draft<'_>, text: &str, from: usize) -> Option<usize> {
    let mut scanner = Scanner::new(&text[from..], &ScannerOptions::default());
    let mut reader = Reader { draft, tree: Tree::default(), colon: false };
    loop {
        match scanner.scan() {
            Ok(Some(token)) => {
                let at = from + scanner.token_start()..from + scanner.token_end();
                if !reader.token(&token, at.clone()) {
                    return Some(at.start);
                }
            }
            Ok(None) => return (!reader.tree.is_empty()).then_some(text.len()),
            Err(error) => return Some(from + error.range().start),
        }
    }
}

struct Reader<'d, 't> {
    draft: &'d mut Draft<'t>,
    tree: Tree,
    /// A key was read, its colon must follow.
    colon: bool,
}

impl Reader<'_, '_> {
    /// False if the token cannot stand here.
    fn token(&mut self, token: &Token<'_>, at: Range<usize>) -> bool {
        match token {
            Token::CommentLine(_) | Token::CommentBlock(_) => {
                self.comment(at);
                return true;
            }
            Token::Colon => return std::mem::take(&mut self.colon),
            _ if self.colon => return false,
            _ => {}
        }
        match token {
            Token::OpenBrace => return !self.tree.wants_key() && self.tree.open(true),
            Token::OpenBracket => return !self.tree.wants_key() && self.tree.open(false),
            Token::CloseBrace => return self.tree.close(self.draft, true),
            Token::CloseBracket => return self.tree.close(self.draft, false),
            Token::String(text) => self.text(at, matches!(text, Cow::Owned(_))),
            _ if self.tree.wants_key() && !matches!(token, Token::Comma) => self.key(at, false),
            Token::Word(_) => return false,
            Token::Number(_) if !self.tree.in_list() => self.tree.value(self.draft, at, false, None),
            // A value is missing before the comma, or the comma parts two.
            Token::Comma if self.tree.in_list() || self.tree.wants_key() || self.tree.is_empty() => {}
            _ => self.tree.nothing(),
        }
        true
    }

    fn text(&mut self, at: Range<usize>, escaped: bool) {
        let at = at.start + 1..at.end - 1;
        if self.tree.wants_key() {
            return self.key(at, escaped);
        }
        let decoded = escaped.then(|| backslashes(self.draft.text(), at.clone(), Dialect::Json)).flatten();
        self.tree.value(self.draft, at, true, decoded);
    }

    fn key(&mut self, at: Range<usize>, escaped: bool) {
        let decoded = escaped.then(|| backslashes(self.draft.text(), at.clone(), Dialect::Json)).flatten();
        self.tree.key(self.draft, at, decoded.as_deref());
        self.colon = true;
    }

    /// Settings that were commented out are still there to be read.
    fn comment(&mut self, at: Range<usize>) {
        self.draft.read_lines_in(at.start + 2..at.end, None, Kind::Json);
    }
}
