//! Backslash escapes and the way back.
//!
//! Formats agree on `\n` and differ in the rest, so a [`Dialect`] says what an escape
//! means. An escape that means nothing stays as it is written.

use std::ops::Range;

use memchr::memchr;

use super::Decoded;
use crate::document::kind::Kind;
use crate::document::layer::Map;

/// Whose backslashes these are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Dialect {
    /// JSON with the escapes of JSON5.
    Json,
    Yaml,
    Toml,
    /// `.env` between double quotes.
    Dotenv,
    /// Java properties.
    Properties,
}

impl Dialect {
    fn how(self) -> &'static str {
        match self {
            Self::Json => "json",
            Self::Yaml => "yaml",
            Self::Toml => "toml",
            Self::Dotenv => "dotenv",
            Self::Properties => "properties",
        }
    }
}

/// A value in the making: walks over source bytes and says what each part becomes.
pub(super) struct Unescaped<'t> {
    text: &'t [u8],
    at: usize,
    bytes: Vec<u8>,
    map: Map,
    changed: bool,
}

impl<'t> Unescaped<'t> {
    pub(super) fn new(text: &'t [u8], start: usize) -> Self {
        Self { text, at: start, bytes: Vec::new(), map: Map::starting_at(start), changed: false }
    }

    /// The next source byte.
    pub(super) fn at(&self) -> usize {
        self.at
    }

    /// The next `count` bytes stand for themselves.
    pub(super) fn plain(&mut self, count: usize) {
        self.bytes.extend_from_slice(&self.text[self.at..self.at + count]);
        self.map.push(count, 1, 1);
        self.at += count;
    }

    /// The next `count` bytes stand for `becomes`, and cannot be told apart.
    pub(super) fn becomes(&mut self, count: usize, becomes: &[u8]) {
        self.bytes.extend_from_slice(becomes);
        self.map.push(usize::from(count > 0), becomes.len(), count);
        self.at += count;
        self.changed = true;
    }

    /// The next `count` bytes leave nothing.
    pub(super) fn skip(&mut self, count: usize) {
        self.becomes(count, b"");
    }

    /// `None` if every byte stood for itself.
    pub(super) fn finish(self, how: &'static str) -> Option<Box<Decoded>> {
        self.changed.then(|| Box::new(Decoded { how, bytes: self.bytes, map: self.map }))
    }
}

/// The text at `at` without its escapes; `None` if it holds none.
pub(super) fn backslashes(text: &[u8], at: Range<usize>, dialect: Dialect) -> Option<Box<Decoded>> {
    memchr(b'\\', &text[at.clone()])?;
    let mut out = Unescaped::new(text, at.start);
    while out.at() < at.end {
        let rest = &text[out.at()..at.end];
        match memchr(b'\\', rest) {
            Some(0) => match escape(rest, dialect) {
                Some((meaning, length)) => out.becomes(length, &meaning.as_bytes()),
                None => out.plain(1),
            },
            Some(next) => out.plain(next),
            None => out.plain(rest.len()),
        }
    }
    out.finish(dialect.how())
}

/// A key's name without the escapes of its format.
pub(super) fn name(text: &[u8], at: Range<usize>, kind: Kind) -> Option<Vec<u8>> {
    let decoded = match kind {
        Kind::Json | Kind::Notebook => backslashes(text, at, Dialect::Json),
        Kind::Xml => super::entity::decode(text, at),
        _ => None,
    };
    decoded.map(|decoded| decoded.bytes)
}

/// What an escape means and how many bytes it takes. `text` begins with the backslash.
pub(super) fn escape(text: &[u8], dialect: Dialect) -> Option<(Meaning, usize)> {
    let letter = *text.get(1)?;
    if let Some(length) = line_break(&text[1..]) {
        return continuation(text, length, dialect);
    }
    if let Some(meaning) = one_letter(letter, dialect) {
        return Some((Meaning::Char(meaning), 2));
    }
    let digits = match (letter, dialect) {
        (b'x', Dialect::Json | Dialect::Yaml | Dialect::Toml) => 2,
        (b'u', Dialect::Json | Dialect::Properties) => return utf16(text),
        (b'u', Dialect::Yaml | Dialect::Toml) => 4,
        (b'U', Dialect::Yaml | Dialect::Toml) => 8,
        (_, Dialect::Json | Dialect::Properties) if letter.is_ascii() => {
            return Some((Meaning::Char(char::from(letter)), 2));
        }
        // `\é` is `é`: leave the backslash out, the letter follows.
        (_, Dialect::Json | Dialect::Properties) => return Some((Meaning::Nothing, 1)),
        _ => return None,
    };
    let meaning = char::from_u32(hex(text.get(2..2 + digits)?)?)?;
    Some((Meaning::Char(meaning), 2 + digits))
}

/// What an escape stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Meaning {
    Char(char),
    Nothing,
}

impl Meaning {
    fn as_bytes(self) -> Vec<u8> {
        match self {
            Self::Char(c) => c.to_string().into_bytes(),
            Self::Nothing => Vec::new(),
        }
    }

    /// The bytes of this meaning, if `text` begins with them.
    pub(super) fn prefix_of(self, text: &[u8]) -> Option<Vec<u8>> {
        let bytes = self.as_bytes();
        text.starts_with(&bytes).then_some(bytes)
    }
}

fn one_letter(letter: u8, dialect: Dialect) -> Option<char> {
    use Dialect::{Dotenv, Json, Properties, Toml, Yaml};
    Some(match (letter, dialect) {
        (b'n', _) => '\n',
        (b'r', _) => '\r',
        (b't', _) => '\t',
        (b'\\' | b'"', _) => char::from(letter),
        (b'f', Json | Yaml | Toml | Properties) => '\u{c}',
        (b'b', Json | Yaml | Toml) => '\u{8}',
        (b'v', Json | Yaml) => '\u{b}',
        (b'0', Json | Yaml) => '\0',
        (b'e', Yaml | Toml) => '\u{1b}',
        (b'a', Yaml) => '\u{7}',
        (b' ' | b'/' | b'\t', Yaml) => char::from(letter),
        (b'N', Yaml) => '\u{85}',
        (b'_', Yaml) => '\u{a0}',
        (b'L', Yaml) => '\u{2028}',
        (b'P', Yaml) => '\u{2029}',
        (b'$' | b'\'' | b'`', Dotenv) => char::from(letter),
        _ => return None,
    })
}

/// A backslash at the end of a line: the line goes on, in most formats after the next one's blanks.
fn continuation(text: &[u8], length: usize, dialect: Dialect) -> Option<(Meaning, usize)> {
    let mut end = 1 + length;
    let blank: fn(u8) -> bool = match dialect {
        Dialect::Json => |_| false,
        Dialect::Dotenv => return None,
        Dialect::Yaml | Dialect::Properties => |b| b == b' ' || b == b'\t',
        Dialect::Toml => |b| b.is_ascii_whitespace(),
    };
    while text.get(end).is_some_and(|&b| blank(b)) {
        end += 1;
    }
    Some((Meaning::Nothing, end))
}

/// `\uXXXX`, or two of them for characters past the first plane.
fn utf16(text: &[u8]) -> Option<(Meaning, usize)> {
    let first = hex(text.get(2..6)?)?;
    if let Some(c) = char::from_u32(first) {
        return Some((Meaning::Char(c), 6));
    }
    let second = text.get(6..12).filter(|second| second.starts_with(b"\\u")).and_then(|second| hex(&second[2..]))?;
    let units = [u16::try_from(first).ok()?, u16::try_from(second).ok()?];
    let c = char::decode_utf16(units).next()?.ok()?;
    Some((Meaning::Char(c), 12))
}

fn hex(digits: &[u8]) -> Option<u32> {
    digits.iter().try_fold(0u32, |value, &digit| {
        let digit = char::from(digit).to_digit(16)?;
        value.checked_mul(16)?.checked_add(digit)
    })
}

/// Length of the CR, LF or CRLF that the text begins with.
pub(super) fn line_break(text: &[u8]) -> Option<usize> {
    match text {
        [b'\r', b'\n', ..] => Some(2),
        [b'\r' | b'\n', ..] => Some(1),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_dialect_reads_its_own_escapes() {
        for (dialect, source, value) in [
            (Dialect::Json, r#"a\u0026b\/\""#, "a&b/\""),
            (Dialect::Json, r"\ud83d\udd11", "\u{1F511}"),
            (Dialect::Json, r"\ud83d!", r"\ud83d!"),
            (Dialect::Yaml, r"\x41\_\e", "A\u{a0}\u{1b}"),
            (Dialect::Toml, "a\\\n   \n b\\U0001F511", "ab\u{1F511}"),
            (Dialect::Dotenv, r"a\nb\$c\d", "a\nb$c\\d"),
            (Dialect::Properties, "a\\\r\n  b\\u00e9\\:\\c\\é", "abé:cé"),
        ] {
            let decoded = backslashes(source.as_bytes(), 0..source.len(), dialect);
            let bytes = decoded.map_or(source.as_bytes().to_vec(), |decoded| decoded.bytes);
            assert_eq!(String::from_utf8_lossy(&bytes), value, "{dialect:?} {source}");
        }
    }

    #[test]
    fn an_escape_leads_back_to_all_of_its_bytes() {
        let decoded = backslashes(br"xx a\u0026b", 3..11, Dialect::Json).unwrap();
        let at = crate::document::layer::LayerSpan { start: 1, end: 2 };
        assert_eq!((decoded.bytes.as_slice(), decoded.map.back(at)), (&b"a&b"[..], 4..10));
    }
}
