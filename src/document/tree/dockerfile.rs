//! Dockerfiles: a list of instructions, each a map with one member.
//!
//! `ENV A=1 B=2` is the member `ENV` with the members `A` and `B`; `ARG X=1` likewise;
//! `RUN …` and all others are texts. A backslash (or a backtick) joins lines.

use std::ops::Range;

use super::Shape;
use super::build::Builder;
use crate::document::assign::draft::line_end;

/// Reads everything; it never stops.
pub(super) fn read(builder: &mut Builder<'_>, from: usize) -> Option<usize> {
    let text = builder.text();
    builder.begin(None, Shape::Map, from);
    let mut at = from;
    while at < text.len() {
        let end = logical_end(text, at);
        instruction(builder, at..end);
        at = (end + 1).max(at + 1);
    }
    builder.end(text.len());
    None
}

/// The end of a line and of those that it is joined with; comments within count as joined.
fn logical_end(text: &[u8], start: usize) -> usize {
    let mut at = start;
    let mut joined = false;
    loop {
        let end = line_end(text, at);
        let line = text[at..end].trim_ascii();
        let is_comment = line.starts_with(b"#") || (joined && line.is_empty());
        let goes_on = line.ends_with(b"\\") || line.ends_with(b"`");
        if end >= text.len() || !(goes_on && !line.starts_with(b"#") || joined && is_comment) {
            return heredoc(text, start..end).unwrap_or(end);
        }
        joined = true;
        at = end + 1;
    }
}

/// The end of `RUN <<EOF … EOF`.
fn heredoc(text: &[u8], line: Range<usize>) -> Option<usize> {
    let mark = memchr::memmem::find(&text[line.clone()], b"<<")?;
    let rest = text[line.start + mark + 2..line.end].trim_ascii_start();
    let rest = rest.strip_prefix(b"-").unwrap_or(rest);
    let word: Vec<u8> = rest
        .iter()
        .copied()
        .skip_while(|b| matches!(b, b'"' | b'\''))
        .take_while(|b| b.is_ascii_alphanumeric() || *b == b'_')
        .collect();
    if word.is_empty() {
        return None;
    }
    let mut at = line.end + 1;
    // A script in an image has a few hundred lines.
    for _ in 0..2_000 {
        if at >= text.len() {
            return None;
        }
        let end = line_end(text, at);
        if text[at..end].trim_ascii() == word {
            return Some(end);
        }
        at = end + 1;
    }
    None
}

fn instruction(builder: &mut Builder<'_>, line: Range<usize>) {
    let text = builder.text();
    let start = line.start + text[line.clone()].iter().take_while(|b| b.is_ascii_whitespace()).count();
    let word = start..start + text[start..line.end].iter().take_while(|b| b.is_ascii_alphabetic()).count();
    let rest = word.end + text[word.end..line.end].iter().take_while(|b| b.is_ascii_whitespace()).count();
    if word.is_empty() || rest == word.end || text[start] == b'#' {
        return;
    }
    let name = builder.name(word.clone(), None);
    if text[word.clone()].eq_ignore_ascii_case(b"ENV") || text[word].eq_ignore_ascii_case(b"ARG") {
        builder.begin(Some(name), Shape::Map, rest);
        pairs(builder, rest..line.end);
        builder.end(line.end);
    } else {
        builder.leaf(Some(name), Shape::Text { quoted: false }, rest..line.end, None);
    }
}

/// `A=1 B="two words"`, the old `ENV A two words`, or an `ARG` without a value.
fn pairs(builder: &mut Builder<'_>, line: Range<usize>) {
    let text = builder.text();
    let mut at = line.start;
    while at < line.end {
        let byte = text[at];
        if byte.is_ascii_whitespace() || byte == b'\\' || byte == b'`' {
            at += 1;
            continue;
        }
        if byte == b'#' {
            at = line_end(text, at).min(line.end);
            continue;
        }
        let key = at..at + text[at..line.end].iter().take_while(|b| !b.is_ascii_whitespace() && **b != b'=').count();
        let name = builder.name(key.clone(), None);
        at = key.end;
        if at >= line.end || text[at] != b'=' {
            let value = text[at..line.end].trim_ascii();
            let begin = line.end - text[at..line.end].trim_ascii_start().len();
            if value.is_empty() || value == b"\\" {
                builder.leaf(Some(name), Shape::Nothing, at..at, None);
            } else {
                builder.leaf(Some(name), Shape::Text { quoted: false }, begin..begin + value.len(), None);
            }
            return;
        }
        let (value, quoted, end) = word(text, at + 1..line.end);
        builder.leaf(Some(name), Shape::Text { quoted }, value, None);
        at = end.max(at + 1);
    }
}

/// A word with its quotes taken off; and where it ends.
fn word(text: &[u8], at: Range<usize>) -> (Range<usize>, bool, usize) {
    let first = text.get(at.start).copied();
    if let Some(quote @ (b'"' | b'\'')) = first.filter(|_| at.start < at.end) {
        let mut end = at.start + 1;
        while end < at.end && text[end] != quote {
            end += if text[end] == b'\\' { 2 } else { 1 };
        }
        let end = end.min(at.end);
        return (at.start + 1..end, true, end + 1);
    }
    let length = text[at.clone()].iter().take_while(|b| !b.is_ascii_whitespace()).count();
    (at.start..at.start + length, false, at.start + length)
}
