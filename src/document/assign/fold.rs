//! Which bytes of YAML a parsed scalar came from.
//!
//! The parser gives a scalar's value and its place, not the way between. Both are walked
//! side by side: escapes are read, blanks and line breaks that folding took away are stepped over.
//! If the two part ways all the same, the scalar becomes one unit that leads back to its whole place.

use std::ops::Range;

use super::Decoded;
use super::unescape::{Dialect, Unescaped, escape, line_break};

/// How a scalar is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Style {
    /// Plain or in a block: no escapes.
    Plain,
    Single,
    Double,
}

/// The value of the scalar at `at`, if it differs from its text. `source` is what the parser read:
/// the text with marks covered.
pub(super) fn decoded(
    text: &[u8],
    source: &[u8],
    at: Range<usize>,
    value: &[u8],
    style: Style,
) -> Option<Box<Decoded>> {
    let source = &source[at.clone()];
    if source == value {
        return None;
    }
    let mut out = Unescaped::new(text, at.start);
    if walk(&mut out, at.start, source, value, style).is_none() {
        out = Unescaped::new(text, at.start);
        out.becomes(source.len(), value);
    }
    out.finish("yaml")
}

/// `None` if value and source do not fit together.
fn walk(out: &mut Unescaped<'_>, start: usize, source: &[u8], value: &[u8], style: Style) -> Option<()> {
    let mut left = value;
    while !left.is_empty() {
        let rest = source.get(out.at() - start..)?;
        left = &left[step(out, rest, left, style)?..];
    }
    let rest = &source[out.at() - start..];
    let continuations = style == Style::Double;
    rest.iter().all(|&b| b.is_ascii_whitespace() || continuations && b == b'\\').then(|| out.skip(rest.len()))
}

/// Takes one thing off the source; answers how many bytes of the value it gave.
fn step(out: &mut Unescaped<'_>, rest: &[u8], left: &[u8], style: Style) -> Option<usize> {
    match (*rest.first()?, style) {
        (b'\\', Style::Double) => {
            let (meaning, length) = escape(rest, Dialect::Yaml)?;
            let bytes = meaning.prefix_of(left)?;
            out.becomes(length, &bytes);
            return Some(bytes.len());
        }
        (b'\'', Style::Single) => {
            (rest.get(1) == Some(&b'\'') && left[0] == b'\'').then_some(())?;
            out.becomes(2, b"'");
            return Some(1);
        }
        _ => {}
    }
    match line_break(rest) {
        Some(length) if matches!(left[0], b'\n' | b' ') => {
            if rest[0] == left[0] {
                out.plain(1);
            } else {
                out.becomes(length, &left[..1]);
            }
            Some(1)
        }
        _ if rest[0] == left[0] => {
            out.plain(1);
            Some(1)
        }
        _ if rest[0].is_ascii_whitespace() => {
            out.skip(1);
            Some(0)
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::layer::LayerSpan;

    #[test]
    fn folded_bytes_lead_back_to_their_own_places() {
        for (source, value, style, needle, place) in [
            ("one\n   two", "one two", Style::Plain, "two", "two"),
            ("one\r\n\r\n  two", "one\ntwo", Style::Plain, "two", "two"),
            ("it''s", "it's", Style::Single, "'", "''"),
            (
                r"a\x41\
               b",
                "aAb",
                Style::Double,
                "A",
                r"\x41",
            ),
            ("unlike", "other", Style::Plain, "t", "unlike"),
        ] {
            let bytes = source.as_bytes();
            let decoded = decoded(bytes, bytes, 0..bytes.len(), value.as_bytes(), style).unwrap();
            assert_eq!(decoded.bytes, value.as_bytes());
            let start = value.find(needle).unwrap();
            let at = LayerSpan::new(start, start + needle.len()).unwrap();
            assert_eq!(&source[decoded.map.back(at)], place, "{source}");
        }
    }
}
