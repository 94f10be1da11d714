//! Text that cannot harm whoever reads it.
//!
//! File names, commit messages and error texts come from strangers. Nothing here
//! knows a format; `human` asks for [`line()`], the JSON formats write through `json`.

use std::borrow::Cow;
use std::io::{self, Write};

use serde::Serialize;
use serde_json::ser::{Formatter, PrettyFormatter, Serializer};

use crate::model::path::is_unsafe_to_show;

/// `text` as one line a terminal can show: control characters, line breaks and
/// direction marks become `\u{1b}`, `\n` and the like.
pub(super) fn line(text: &str) -> Cow<'_, str> {
    if !text.chars().any(is_unsafe_to_show) {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len() + 8);
    for c in text.chars() {
        if is_unsafe_to_show(c) { out.extend(c.escape_default()) } else { out.push(c) }
    }
    Cow::Owned(out)
}

/// Writes `value` indented by two, with a line break at the end.
pub(super) fn json_document<T: Serialize>(value: &T, out: &mut dyn Write) -> io::Result<()> {
    value.serialize(&mut Serializer::with_formatter(&mut *out, Careful(PrettyFormatter::new())))?;
    out.write_all(b"\n")
}

/// Writes `value` as one line, with its line break.
pub(super) fn json_line<T: Serialize>(value: &T, out: &mut dyn Write) -> io::Result<()> {
    value.serialize(&mut Serializer::with_formatter(&mut *out, Careful(serde_json::ser::CompactFormatter)))?;
    out.write_all(b"\n")
}

/// JSON must escape control characters below U+0020 only. DEL, C1 controls (a lone
/// U+009B starts a terminal sequence) and direction marks are written as `\uXXXX`
/// too: the same value for a parser, harmless for `cat`.
struct Careful<F>(F);

impl<F: Formatter> Formatter for Careful<F> {
    fn write_string_fragment<W: ?Sized + Write>(&mut self, writer: &mut W, fragment: &str) -> io::Result<()> {
        let mut rest = fragment;
        while let Some((at, c)) = rest.char_indices().find(|&(_, c)| is_unsafe_to_show(c)) {
            writer.write_all(&rest.as_bytes()[..at])?;
            for unit in c.encode_utf16(&mut [0; 2]) {
                write!(writer, "\\u{unit:04x}")?;
            }
            rest = &rest[at + c.len_utf8()..];
        }
        writer.write_all(rest.as_bytes())
    }

    fn begin_array<W: ?Sized + Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.0.begin_array(writer)
    }

    fn end_array<W: ?Sized + Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.0.end_array(writer)
    }

    fn begin_array_value<W: ?Sized + Write>(&mut self, writer: &mut W, first: bool) -> io::Result<()> {
        self.0.begin_array_value(writer, first)
    }

    fn end_array_value<W: ?Sized + Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.0.end_array_value(writer)
    }

    fn begin_object<W: ?Sized + Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.0.begin_object(writer)
    }

    fn end_object<W: ?Sized + Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.0.end_object(writer)
    }

    fn begin_object_key<W: ?Sized + Write>(&mut self, writer: &mut W, first: bool) -> io::Result<()> {
        self.0.begin_object_key(writer, first)
    }

    fn begin_object_value<W: ?Sized + Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.0.begin_object_value(writer)
    }

    fn end_object_value<W: ?Sized + Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.0.end_object_value(writer)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_line_stays_one_line_and_moves_no_cursor() {
        for (text, shown) in [
            ("plain – text", "plain – text"),
            ("two\nlines\tand\r", "two\\nlines\\tand\\r"),
            ("\u{1b}[2Jgone", "\\u{1b}[2Jgone"),
            ("\u{9b}2J", "\\u{9b}2J"),
            ("a\u{202e}b", "a\\u{202e}b"),
        ] {
            assert_eq!(line(text), shown);
        }
    }

    #[test]
    fn json_text_is_harmless_and_means_the_same() {
        let text = "a\u{1b}b\u{7f}c\u{9b}d\u{202e}e\u{feff}f\"g\\h\n🔑";
        for write in [json_document::<&str>, json_line::<&str>] {
            let mut out = Vec::new();
            write(&text, &mut out).expect("memory takes everything");
            let written = String::from_utf8(out).expect("JSON is UTF-8");
            assert!(!written.trim_end().chars().any(is_unsafe_to_show), "{written:?}");
            assert_eq!(serde_json::from_str::<String>(&written).expect("valid JSON"), text);
        }
    }
}
