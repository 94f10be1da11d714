//! What stands for what inside a literal, and the way back.
//!
//! A [`Writer`] takes the pieces of a literal in order and makes the decoded bytes
//! with their map. Where a literal begins and ends is left to `literal`.

use std::ops::Range;

use crate::document::assign::Decoded;
use crate::document::layer::Map;

/// Which bytes of a literal stand for others.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Escape {
    /// None: raw strings.
    Raw,
    /// `\n`, `\x41`, `\u0041`; a backslash before anything else is dropped.
    Backslash,
    /// The same, but a backslash before an unknown letter stays (Python, PHP, text of an unknown language).
    BackslashKept,
    /// `\\` and `\'` only (single quotes of PHP, Perl, Ruby).
    BackslashQuote,
    /// The quote twice (SQL, Visual Basic, verbatim strings).
    Doubled(u8),
    /// PowerShell double quotes: a grave accent before a letter, the quote twice.
    Grave,
    /// Shell double quotes: a backslash before `$`, a grave accent, `"`, `\` and a line end.
    Shell,
    /// A shell word without quotes: a backslash before anything.
    ShellWord,
    /// `.properties`: backslash escapes, and a line continued with its indentation left out.
    Properties,
    /// `&amp;`, `&#65;`, `&#x41;`.
    Entity,
}

/// Bytes of one unit: at most four, the longest character in UTF-8.
struct Unit {
    /// Source bytes that it takes.
    taken: usize,
    bytes: [u8; 4],
    len: usize,
}

impl Unit {
    fn none(taken: usize) -> Self {
        Self { taken, bytes: [0; 4], len: 0 }
    }

    fn byte(taken: usize, byte: u8) -> Self {
        Self { taken, bytes: [byte, 0, 0, 0], len: 1 }
    }

    fn char(taken: usize, code: u32) -> Self {
        let mut bytes = [0; 4];
        let len = char::from_u32(code).unwrap_or(char::REPLACEMENT_CHARACTER).encode_utf8(&mut bytes).len();
        Self { taken, bytes, len }
    }
}

impl Escape {
    /// The bytes that may begin an escape.
    fn marks(self) -> Option<u8> {
        match self {
            Self::Raw => None,
            Self::Doubled(quote) => Some(quote),
            Self::Grave => Some(b'`'),
            Self::Entity => Some(b'&'),
            _ => Some(b'\\'),
        }
    }

    /// Does anything in `body` stand for something else?
    pub(super) fn occurs(self, body: &[u8]) -> bool {
        self.marks().is_some_and(|mark| memchr::memchr(mark, body).is_some())
            || (self == Self::Grave && memchr::memchr(b'"', body).is_some())
    }

    /// The unit at the beginning of `rest`, if it is an escape.
    fn unit(self, rest: &[u8]) -> Option<Unit> {
        let second = rest.get(1).copied();
        match self {
            Self::Raw => None,
            Self::Doubled(quote) => (rest[0] == quote && second == Some(quote)).then(|| Unit::byte(2, quote)),
            Self::Grave => grave(rest),
            Self::Entity => entity(rest),
            _ if rest[0] != b'\\' => None,
            Self::Backslash => Some(backslash(rest).unwrap_or_else(|| dropped(second))),
            Self::BackslashKept => backslash(rest),
            Self::BackslashQuote => second.filter(|b| matches!(b, b'\\' | b'\'')).map(|b| Unit::byte(2, b)),
            Self::Shell => match second? {
                b'\n' => Some(Unit::none(2)),
                b @ (b'$' | b'`' | b'"' | b'\\') => Some(Unit::byte(2, b)),
                _ => None,
            },
            Self::ShellWord => Some(second.map_or_else(|| Unit::none(1), |b| Unit::byte(2, b))),
            Self::Properties => Some(continued(rest).or_else(|| backslash(rest)).unwrap_or_else(|| dropped(second))),
        }
    }
}

/// A backslash that means nothing but the next byte.
fn dropped(second: Option<u8>) -> Unit {
    second.map_or_else(|| Unit::byte(1, b'\\'), |b| Unit::byte(2, b))
}

/// The escapes that C and its heirs share; `None` for a letter that means nothing to them.
fn backslash(rest: &[u8]) -> Option<Unit> {
    let second = *rest.get(1)?;
    Some(match second {
        b'n' => Unit::byte(2, b'\n'),
        b't' => Unit::byte(2, b'\t'),
        b'r' => Unit::byte(2, b'\r'),
        b'a' => Unit::byte(2, 7),
        b'b' => Unit::byte(2, 8),
        b'f' => Unit::byte(2, 12),
        b'v' => Unit::byte(2, 11),
        b'e' => Unit::byte(2, 27),
        b'\\' | b'"' | b'\'' | b'/' | b'`' | b'$' => Unit::byte(2, second),
        b'\n' => Unit::none(2),
        b'\r' => Unit::none(if rest.get(2) == Some(&b'\n') { 3 } else { 2 }),
        b'x' => {
            let (code, digits) = number(&rest[2..], 16, 2);
            if digits == 0 {
                return None;
            }
            Unit::byte(2 + digits, u8::try_from(code).unwrap_or(b'?'))
        }
        b'u' | b'U' => return unicode(rest, if second == b'u' { 4 } else { 8 }),
        b'0'..=b'7' => {
            let (code, digits) = number(&rest[1..], 8, 3);
            Unit::byte(1 + digits, u8::try_from(code).unwrap_or(b'?'))
        }
        _ => return None,
    })
}

/// `\u0041`, `\u{41}`, `\U00000041` and surrogate pairs.
fn unicode(rest: &[u8], width: usize) -> Option<Unit> {
    if rest.get(2) == Some(&b'{') {
        let (code, digits) = number(&rest[3..], 16, 6);
        return (digits > 0 && rest.get(3 + digits) == Some(&b'}')).then(|| Unit::char(4 + digits, code));
    }
    let (code, digits) = number(&rest[2..], 16, width);
    if digits != width {
        return None;
    }
    if (0xD800..0xDC00).contains(&code) && rest.get(6..8) == Some(br"\u") {
        let (low, digits) = number(&rest[8..], 16, 4);
        if digits == 4 && (0xDC00..0xE000).contains(&low) {
            return Some(Unit::char(12, 0x10000 + ((code - 0xD800) << 10) + (low - 0xDC00)));
        }
    }
    Some(Unit::char(2 + width, code))
}

/// A line of a `.properties` file that goes on: break and indentation leave nothing.
fn continued(rest: &[u8]) -> Option<Unit> {
    let breaks = rest[1..].iter().take_while(|b| matches!(b, b'\r' | b'\n')).count().min(2);
    if breaks == 0 {
        return None;
    }
    let indent = rest[1 + breaks..].iter().take_while(|b| matches!(b, b' ' | b'\t')).count();
    Some(Unit::none(1 + breaks + indent))
}

fn grave(rest: &[u8]) -> Option<Unit> {
    let second = *rest.get(1)?;
    match rest[0] {
        b'"' if second == b'"' => Some(Unit::byte(2, b'"')),
        b'`' => Some(match second {
            b'n' => Unit::byte(2, b'\n'),
            b't' => Unit::byte(2, b'\t'),
            b'r' => Unit::byte(2, b'\r'),
            b'0' => Unit::byte(2, 0),
            b'\n' => Unit::none(2),
            other => Unit::byte(2, other),
        }),
        _ => None,
    }
}

fn entity(rest: &[u8]) -> Option<Unit> {
    if rest[0] != b'&' {
        return None;
    }
    for (name, byte) in [(&b"&amp;"[..], b'&'), (b"&lt;", b'<'), (b"&gt;", b'>'), (b"&quot;", b'"'), (b"&apos;", b'\'')]
    {
        if rest.starts_with(name) {
            return Some(Unit::byte(name.len(), byte));
        }
    }
    let (from, radix) = match rest.get(1..3)? {
        [b'#', b'x' | b'X'] => (3, 16),
        [b'#', _] => (2, 10),
        _ => return None,
    };
    let (code, digits) = number(&rest[from..], radix, 7);
    (digits > 0 && rest.get(from + digits) == Some(&b';')).then(|| Unit::char(from + digits + 1, code))
}

/// The number at the beginning, of at most `most` digits, and how many it has.
fn number(rest: &[u8], radix: u32, most: usize) -> (u32, usize) {
    let mut value = 0u32;
    for (i, &byte) in rest.iter().take(most).enumerate() {
        match char::from(byte).to_digit(radix) {
            Some(digit) => value = value.saturating_mul(radix).saturating_add(digit),
            None => return (value, i),
        }
    }
    (value, rest.len().min(most))
}

/// Makes decoded bytes and their map, piece by piece.
pub(super) struct Writer {
    bytes: Vec<u8>,
    map: Map,
    /// The next byte of the text to be accounted for.
    at: usize,
}

impl Writer {
    /// The first decoded byte will come from `at`.
    pub(super) fn starting_at(at: usize) -> Self {
        Self { bytes: Vec::new(), map: Map::starting_at(at), at }
    }

    /// Source that leaves nothing: quotes and operators between two pieces.
    fn skip_to(&mut self, at: usize) {
        self.map.push(1, 0, at - self.at);
        self.at = at;
    }

    /// A piece of the text. Pieces come in order and do not overlap.
    /// With `braces` also `{{` stands for `{`, as in interpolated strings.
    pub(super) fn piece(&mut self, text: &[u8], body: Range<usize>, escape: Escape, braces: bool) {
        if body.start > self.at {
            self.skip_to(body.start);
        }
        while self.at < body.end {
            let rest = &text[self.at..body.end];
            let unit = escape.unit(rest).or_else(|| {
                (braces && matches!(rest[0], b'{' | b'}') && rest.get(1) == Some(&rest[0]))
                    .then(|| Unit::byte(2, rest[0]))
            });
            match unit {
                Some(unit) if unit.len == 0 => self.skip_to(self.at + unit.taken),
                Some(unit) => {
                    self.bytes.extend_from_slice(&unit.bytes[..unit.len]);
                    self.map.push(1, unit.len, unit.taken);
                    self.at += unit.taken;
                }
                None => {
                    let plain = plain(rest, escape, braces);
                    self.bytes.extend_from_slice(&rest[..plain]);
                    self.map.push(plain, 1, 1);
                    self.at += plain;
                }
            }
        }
    }

    /// Other bytes for a piece of the text.
    pub(super) fn put(&mut self, body: Range<usize>, bytes: &[u8]) {
        if body.start > self.at {
            self.skip_to(body.start);
        }
        self.bytes.extend_from_slice(bytes);
        self.map.push(1, bytes.len(), body.len());
        self.at = body.end;
    }

    /// What was made. `how` is told to people.
    pub(super) fn finish(self, how: &'static str) -> Decoded {
        Decoded { how, bytes: self.bytes, map: self.map }
    }
}

/// Bytes up to the next that may begin an escape; at least one.
fn plain(rest: &[u8], escape: Escape, braces: bool) -> usize {
    let mark = escape.marks().unwrap_or(rest[0]);
    let special = |b: u8| b == mark || (braces && matches!(b, b'{' | b'}')) || (escape == Escape::Grave && b == b'"');
    if escape == Escape::Raw && !braces {
        return rest.len();
    }
    1 + rest[1..].iter().position(|&b| special(b)).unwrap_or(rest.len() - 1)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::layer::LayerSpan;

    fn decoded(source: &str, escape: Escape) -> Decoded {
        let mut writer = Writer::starting_at(0);
        writer.piece(source.as_bytes(), 0..source.len(), escape, false);
        writer.finish("string")
    }

    #[test]
    fn each_family_of_escapes_decodes_what_its_languages_know() {
        for (source, escape, expected) in [
            (r"a\nb\x41\u0042\u{43}\\", Escape::Backslash, "a\nbABC\\"),
            (r"\101\q\$", Escape::Backslash, "Aq$"),
            (r"\uD83D\uDE00!", Escape::Backslash, "\u{1F600}!"),
            (r"a\qb\$\\", Escape::BackslashKept, r"a\qb$\"),
            (r"a\nb\'c\\d", Escape::BackslashQuote, r"a\nb'c\d"),
            ("a''b'c", Escape::Doubled(b'\''), "a'b'c"),
            ("a`\"b\"\"c`n`$", Escape::Grave, "a\"b\"c\n$"),
            (r#"a\"b\$c\n"#, Escape::Shell, r#"a"b$c\n"#),
            (r"a\ b\&", Escape::ShellWord, "a b&"),
            ("a\\\n   b\\=c", Escape::Properties, "ab=c"),
            ("a&amp;b&#65;&#x42;&nbsp;&", Escape::Entity, "a&bAB&nbsp;&"),
            (r"a\n", Escape::Raw, r"a\n"),
        ] {
            assert_eq!(String::from_utf8_lossy(&decoded(source, escape).bytes), expected, "{source} {escape:?}");
        }
    }

    #[test]
    fn a_decoded_byte_leads_back_to_its_whole_escape() {
        let result = decoded(r"ab\u0026cd\n", Escape::Backslash);
        let at = |start, end| result.map.back(LayerSpan::new(start, end).expect("a small span"));
        assert_eq!((at(2, 3), at(3, 5), at(5, 6)), (2..8, 8..10, 10..12));
        assert_eq!(result.map.decoded_len(), result.bytes.len());
    }
}
