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
use super::sink::{Pairs, Sink};
use super::unescape::{Dialect, backslashes};
use crate::document::kind::Kind;

/// Reads all documents; answers where it stopped.
pub(super) fn read(draft: &mut Draft<'_>, text: &str, from: usize) -> Option<usize> {
    read_into(&mut Pairs::new(draft, Kind::Json), text, from)
}

/// The same for whoever listens.
pub(in crate::document) fn read_into<'t>(sink: &mut impl Sink<'t>, text: &str, from: usize) -> Option<usize> {
    let mut scanner = Scanner::new(&text[from..], &ScannerOptions::default());
    let mut reader = Reader { sink, colon: false, text: std::marker::PhantomData };
    loop {
        match scanner.scan() {
            Ok(Some(token)) => {
                let at = from + scanner.token_start()..from + scanner.token_end();
                if !reader.token(&token, at.clone()) {
                    return Some(at.start);
                }
            }
            Ok(None) => return (!reader.sink.is_empty()).then_some(text.len()),
            Err(error) => return Some(from + error.range().start),
        }
    }
}

struct Reader<'s, 't, S> {
    sink: &'s mut S,
    /// A key was read, its colon must follow.
    colon: bool,
    text: std::marker::PhantomData<&'t ()>,
}

impl<'t, S: Sink<'t>> Reader<'_, 't, S> {
    /// False if the token cannot stand here.
    fn token(&mut self, token: &Token<'_>, at: Range<usize>) -> bool {
        match token {
            Token::CommentLine(_) | Token::CommentBlock(_) => {
                self.sink.comment(at.start + 2..at.end);
                return true;
            }
            Token::Colon => return std::mem::take(&mut self.colon),
            _ if self.colon => return false,
            _ => {}
        }
        match token {
            Token::OpenBrace => return !self.sink.wants_key() && self.sink.open(true, at.start),
            Token::OpenBracket => return !self.sink.wants_key() && self.sink.open(false, at.start),
            Token::CloseBrace => return self.sink.close(true, at.end),
            Token::CloseBracket => return self.sink.close(false, at.end),
            Token::String(text) => self.text(at, matches!(text, Cow::Owned(_))),
            _ if self.sink.wants_key() && !matches!(token, Token::Comma) => self.key(at, false),
            Token::Word(_) => return false,
            Token::Number(_) => self.sink.bare(at, true),
            // A value is missing before the comma, or the comma parts two.
            Token::Comma if self.sink.in_list() || self.sink.wants_key() || self.sink.is_empty() => {}
            Token::Boolean(_) => self.sink.bare(at, false),
            _ => self.sink.nothing(),
        }
        true
    }

    fn text(&mut self, at: Range<usize>, escaped: bool) {
        let at = at.start + 1..at.end - 1;
        if self.sink.wants_key() {
            return self.key(at, escaped);
        }
        let decoded = escaped.then(|| backslashes(self.sink.text(), at.clone(), Dialect::Json)).flatten();
        self.sink.value(at, true, decoded);
    }

    fn key(&mut self, at: Range<usize>, escaped: bool) {
        let decoded = escaped.then(|| backslashes(self.sink.text(), at.clone(), Dialect::Json)).flatten();
        self.sink.key(at, decoded.as_deref());
        self.colon = true;
    }
}
