//! The whole name about a word: `"client_secret"`, `['ClientSecret']`, `$env:CLIENT_SECRET`, `--client-secret`.

use std::ops::Range;

use crate::document::kind::Kind;

use super::text::is_identifier;

/// The longest name to each side of the word. Base64 that holds a word by chance is longer.
const LONGEST: usize = 128;
/// The longest part of a quoted name with spaces.
const LONGEST_SPACED: usize = 48;

/// A quote about a name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Quote {
    /// `"`, `'` or `` ` ``.
    Plain(u8),
    /// The same behind a backslash: within a string.
    Escaped(u8),
    /// `""`: within a verbatim string.
    Twice,
    /// `&quot;`
    Entity,
}

impl Quote {
    fn bytes(self) -> &'static [u8] {
        match self {
            Self::Plain(b'"') => b"\"",
            Self::Plain(b'\'') => b"'",
            Self::Plain(_) => b"`",
            Self::Escaped(b'"') => b"\\\"",
            Self::Escaped(_) => b"\\'",
            Self::Twice => b"\"\"",
            Self::Entity => b"&quot;",
        }
    }

    /// The quote that ends at `at`.
    fn before(text: &[u8], at: usize) -> Option<Self> {
        match *text.get(at.checked_sub(1)?)? {
            quote @ (b'"' | b'\'' | b'`') => {
                let before = at.checked_sub(2).map_or(0, |i| text[i]);
                Some(match before {
                    b'\\' if quote != b'`' => Self::Escaped(quote),
                    b'"' if quote == b'"' => Self::Twice,
                    _ => Self::Plain(quote),
                })
            }
            b';' if text[..at].ends_with(b"&quot;") => Some(Self::Entity),
            _ => None,
        }
    }

    /// The quote that begins at `at`.
    fn after(text: &[u8], at: usize) -> Option<Self> {
        match *text.get(at)? {
            b'"' if text.get(at + 1) == Some(&b'"') => Some(Self::Twice),
            quote @ (b'"' | b'\'' | b'`') => Some(Self::Plain(quote)),
            b'\\' => text.get(at + 1).filter(|b| matches!(b, b'"' | b'\'')).map(|&b| Self::Escaped(b)),
            b'&' if text[at..].starts_with(b"&quot;") => Some(Self::Entity),
            _ => None,
        }
    }
}

/// A name, and what stands about it.
#[derive(Clone, Debug)]
pub(super) struct Name {
    /// Without quotes, sigils and dashes.
    pub(super) span: Range<usize>,
    /// Where the word begins that led to it.
    pub(super) word: usize,
    /// First byte, opening quote, sigils and dashes included.
    pub(super) left: usize,
    /// The byte after it, closing quote included.
    pub(super) right: usize,
    /// The quote before it.
    pub(super) opened: Option<Quote>,
    /// Does the same quote follow it?
    pub(super) enclosed: bool,
    /// Dashes before it: `--client-secret`.
    pub(super) dashes: usize,
}

/// Where the name goes on to, from the end of the word; `None` if it is no name.
pub(super) fn end(text: &[u8], word_end: usize) -> Option<usize> {
    let mut at = word_end;
    let limit = (word_end + LONGEST).min(text.len());
    while at < limit {
        let byte = text[at];
        if is_identifier(byte) {
            at += 1;
        } else if matches!(byte, b'.' | b'-') && text.get(at + 1).is_some_and(|&b| is_identifier(b)) {
            at += 2;
        } else {
            return Some(at);
        }
    }
    (at >= text.len()).then_some(text.len())
}

/// Where the name begins, from the beginning of the word back.
fn begin(text: &[u8], word_start: usize, kind: Kind) -> Option<usize> {
    let mut at = word_start;
    let limit = word_start.saturating_sub(LONGEST);
    while at > limit {
        let byte = text[at - 1];
        let before = at.checked_sub(2).map_or(0, |i| text[i]);
        if is_identifier(byte) {
            at -= 1;
        } else if (matches!(byte, b'.' | b'-') || (byte == b':' && joins_by_colon(kind))) && is_identifier(before) {
            at -= 2;
        } else if byte == b':' && before == b':' && at > 2 && is_identifier(text[at - 3]) {
            at -= 3;
        } else {
            // `\npassword` within a string: the letter belongs to the escape.
            let escape = byte == b'\\' && at < word_start && matches!(text[at], b'n' | b't' | b'r');
            return Some(if escape { at + 1 } else { at });
        }
    }
    (at == 0).then_some(0)
}

/// Is `ida:ClientSecret` a name without quotes?
fn joins_by_colon(kind: Kind) -> bool {
    matches!(kind, Kind::PowerShell | Kind::Xml | Kind::Properties | Kind::Ini | Kind::Dotenv | Kind::Shell)
}

impl Name {
    /// The name that holds `word`, whose end was found by [`end`].
    pub(super) fn around(text: &[u8], word: Range<usize>, kind: Kind) -> Option<Self> {
        let span = begin(text, word.start, kind)?..word.end;
        let (mut left, mut dashes) = (span.start, 0);
        while left > 0 && span.start - left < 3 && matches!(text[left - 1], b'$' | b'@' | b'-' | b'#' | b'%' | b'!') {
            left -= 1;
            dashes += usize::from(text[left] == b'-');
        }
        let mut name = Self { word: word.start, right: span.end, span, left, opened: None, enclosed: false, dashes };
        name.open(text);
        if !name.enclosed {
            name.extend_in_quotes(text);
        }
        Some(name)
    }

    /// Looks for quotes directly before and after.
    fn open(&mut self, text: &[u8]) {
        let Some(mut quote) = Quote::before(text, self.left) else { return };
        let closing = Quote::after(text, self.right);
        if quote == Quote::Twice && closing != Some(Quote::Twice) {
            quote = Quote::Plain(b'"');
        }
        self.opened = Some(quote);
        if text[self.right..].starts_with(quote.bytes()) {
            self.enclosed = true;
            self.left -= quote.bytes().len();
            self.right += quote.bytes().len();
        }
    }

    /// A quoted name with spaces or colons: the word is one of its words.
    fn extend_in_quotes(&mut self, text: &[u8]) {
        let part = |b: u8| is_identifier(b) || matches!(b, b' ' | b'.' | b'-' | b':' | b'/' | b'#' | b'(' | b')');
        let (quote, start) = match (self.opened, Quote::after(text, self.right)) {
            (Some(quote @ Quote::Plain(_)), _) => (quote, self.span.start),
            (None, Some(quote @ (Quote::Plain(_) | Quote::Escaped(_)))) => {
                let from = self.span.start.saturating_sub(LONGEST_SPACED);
                let Some(i) = (from..self.span.start).rev().find(|&i| !part(text[i])) else { return };
                if Quote::before(text, i + 1) != Some(quote) {
                    return;
                }
                (quote, i + 1)
            }
            _ => return,
        };
        let ahead = &text[self.right..(self.right + LONGEST_SPACED).min(text.len())];
        let Some(n) = ahead.iter().position(|&b| !part(b)) else { return };
        // `"api-key: v"` and `"password=v"` hold a value themselves.
        let embedded = self.opened.is_some() && ahead[0] == b':' && ahead.get(1) == Some(&b' ');
        let end = self.right + n;
        if embedded || !text[end..].starts_with(quote.bytes()) {
            return;
        }
        self.opened = Some(quote);
        self.enclosed = true;
        self.span = start..end;
        self.left = start - quote.bytes().len();
        self.right = end + quote.bytes().len();
    }

    /// The byte before the name; 0 at the beginning.
    pub(super) fn before(&self, text: &[u8]) -> u8 {
        self.left.checked_sub(1).map_or(0, |i| text[i])
    }
}
