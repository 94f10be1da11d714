//! Values without quotes: to the end of the line, or one word of a shell.
//!
//! Only for kinds where an unquoted right side is a value; in code it is code.

use std::ops::Range;

use memchr::memchr2;

use crate::document::assign::Decoded;
use crate::document::decode::percent;
use crate::document::kind::Kind;

use super::escape::{Escape, Writer};
use super::literal::{self, Value};
use super::text::is_identifier;

/// The longest value that is read.
const LONGEST: usize = 16 * 1024;

/// The value at `at`, up to the end of its line, without a comment behind it.
pub(super) fn line(text: &[u8], at: usize, kind: Kind) -> Option<Value> {
    if matches!(text.get(at)?, b'"' | b'\'' | b'`')
        && kind != Kind::Properties
        && let Some(value) = literal::read(text, at, kind)
    {
        return Some(value);
    }
    if kind == Kind::Properties {
        return properties(text, at);
    }
    let mut end = trimmed(text, at..line_end(text, at));
    end = trimmed(text, at..comment(text, at..end, kind));
    if matches!(kind, Kind::Text | Kind::Markdown | Kind::Html) {
        end = at + code_end(&text[at..end])?;
    }
    if kind == Kind::Yaml && is_structure(&text[at..end]) {
        return None;
    }
    (at < end && end - at <= LONGEST).then(|| Value::plain(at..end, false))
}

/// The value of `name=v` in a line of prose or of a log: up to the next blank.
pub(super) fn field(text: &[u8], at: usize, kind: Kind) -> Option<Value> {
    let value = line(text, at, kind)?;
    let bytes = &text[value.span.clone()];
    // What has pairs behind it is a connection string, which is read elsewhere.
    if !value.quoted && has_pairs(bytes) {
        return None;
    }
    if let Some(value) = form_field(text, &value) {
        return Some(value);
    }
    match bytes.iter().position(u8::is_ascii_whitespace) {
        // `${NAME?not set}`, `$(get it)`, `{{ .Values.x }}`: not a value, whole or cut.
        Some(_) if bytes.contains(&b'$') || bytes.starts_with(b"{{") => Some(value),
        Some(n) if !value.quoted => {
            let end = value.span.start + n;
            let end = end - text[value.span.start..end].iter().rev().take_while(|b| matches!(b, b',' | b';')).count();
            (end > value.span.start).then(|| Value::plain(value.span.start..end, false))
        }
        _ => Some(value),
    }
}

/// The first field of a form, `name=v&other=w`, decoded.
pub(super) fn form_field(text: &[u8], value: &Value) -> Option<Value> {
    let bytes = &text[value.span.clone()];
    let end = next_field(bytes).filter(|_| !value.quoted)?;
    let mut value = Value::plain(value.span.start..value.span.start + end, true);
    value.decoded =
        percent::decode(&bytes[..end], value.span.start).map(|(bytes, map)| Decoded { how: "percent", bytes, map });
    Some(value)
}

/// Where `&name=` begins.
pub(super) fn next_field(bytes: &[u8]) -> Option<usize> {
    memchr::memchr_iter(b'&', bytes).find(|&at| {
        let name =
            bytes[at + 1..].iter().take(60).take_while(|&&b| is_identifier(b) || matches!(b, b'.' | b'-')).count();
        at > 0 && name > 0 && bytes.get(at + 1 + name) == Some(&b'=')
    })
}

/// `v;Name=…` or `v,name=…`?
fn has_pairs(value: &[u8]) -> bool {
    value.iter().enumerate().any(|(at, byte)| {
        let rest = &value[at + 1..];
        let name = rest.iter().take(40).take_while(|b| is_identifier(**b) || matches!(b, b' ' | b'.')).count();
        matches!(byte, b';' | b',') && name > 0 && rest.get(name) == Some(&b'=')
    })
}

/// May the text be commands of a shell?
pub(super) fn is_command(kind: Kind) -> bool {
    matches!(
        kind,
        Kind::Shell | Kind::PowerShell | Kind::Batch | Kind::Dockerfile | Kind::Yaml | Kind::Markdown | Kind::Text
    )
}

fn line_end(text: &[u8], at: usize) -> usize {
    let window = &text[at..text.len().min(at + LONGEST + 1)];
    at + memchr2(b'\n', b'\r', window).unwrap_or(window.len())
}

fn trimmed(text: &[u8], range: Range<usize>) -> usize {
    let mut end = range.end;
    while end > range.start && text[end - 1].is_ascii_whitespace() {
        end -= 1;
    }
    end
}

/// Where a comment behind a value begins: a mark of the kind after a blank, or the end of the value.
fn comment(text: &[u8], range: Range<usize>, kind: Kind) -> usize {
    let marks: &[u8] = match kind {
        Kind::Ini => b"#;",
        Kind::Batch => b"&|",
        Kind::Yaml | Kind::Dotenv | Kind::Shell | Kind::Dockerfile | Kind::Text | Kind::Markdown => b"#",
        _ => return range.end,
    };
    (range.start + 1..range.end)
        .find(|&i| marks.contains(&text[i]) && matches!(text[i - 1], b' ' | b'\t'))
        .unwrap_or(range.end)
}

/// Prose and fragments of unknown code: marks of layout do not belong to the value, calls are none.
fn code_end(value: &[u8]) -> Option<usize> {
    // `NAME=$VALUE --more` in a command that is shown: the variable alone is the value.
    let mut end = match value.first() {
        Some(b'$') => value.iter().position(|b| b.is_ascii_whitespace() || *b == b',').unwrap_or(value.len()),
        _ => value.len(),
    };
    if let Some(n) = memchr2(b'`', b'<', value).filter(|&n| n > 0) {
        end = n;
    }
    while end > 0 && matches!(value[end - 1], b';' | b',' | b'*' | b' ' | b'\\') {
        end -= 1;
    }
    let value = &value[..end];
    let path = value.iter().take_while(|&&b| is_identifier(b) || matches!(b, b'.' | b':')).count();
    let call = path > 0 && value.get(path) == Some(&b'(') && value.last() == Some(&b')');
    (!call && !value.starts_with(b"new ") && !is_structure(value)).then_some(end)
}

/// A list, a mapping, a block scalar, an anchor: what YAML and JSON put where no plain value stands.
fn is_structure(value: &[u8]) -> bool {
    match value {
        [b'{', b'{' | b'}', ..] => value.ends_with(b"{"),
        [b'{' | b'[', rest @ ..] => !rest.iter().any(|b| matches!(b, b'}' | b']')) || value[0] == b'{',
        [b'|' | b'>', rest @ ..] => rest.len() < 4,
        [b'&' | b'*', rest @ ..] => rest.iter().all(|&b| is_identifier(b) || b == b'-'),
        _ => false,
    }
}

fn properties(text: &[u8], at: usize) -> Option<Value> {
    let mut end = line_end(text, at);
    // A line goes on if it ends with an odd number of backslashes.
    while text[at..end].iter().rev().take_while(|&&b| b == b'\\').count() % 2 == 1 && end + 1 < text.len() {
        let next = end + if text[end..].starts_with(b"\r\n") { 2 } else { 1 };
        end = line_end(text, next);
        if end - at > LONGEST {
            return None;
        }
    }
    let mut span = at..trimmed(text, at..end);
    let quoted = unquoted(text, &span);
    if let Some(inner) = quoted.clone() {
        span = inner;
    }
    if span.is_empty() || span.len() > LONGEST {
        return None;
    }
    let mut value = Value::plain(span.clone(), quoted.is_some());
    if Escape::Properties.occurs(&text[span.clone()]) {
        let mut writer = Writer::starting_at(span.start);
        writer.piece(text, span, Escape::Properties, false);
        value.decoded = Some(writer.finish("properties"));
    }
    Some(value)
}

/// The range within a pair of quotes about the whole of it.
fn unquoted(text: &[u8], span: &Range<usize>) -> Option<Range<usize>> {
    let bytes = &text[span.clone()];
    let &first = bytes.first().filter(|b| matches!(b, b'"' | b'\''))?;
    (bytes.len() > 2 && bytes.last() == Some(&first) && !bytes[1..bytes.len() - 1].contains(&first))
        .then_some(span.start + 1..span.end - 1)
}

/// One word of a shell: ends at white space and at signs of the shell, may be made of quoted pieces.
pub(super) fn word(text: &[u8], at: usize, kind: Kind) -> Option<Value> {
    let limit = text.len().min(at + LONGEST);
    let batch = kind == Kind::Batch;
    let mut writer = Writer::starting_at(at);
    let (mut i, mut pieces, mut changed) = (at, 0, false);
    let mut last: Option<Value> = None;
    while i < limit {
        match text[i] {
            b'"' | b'\'' => {
                // What is joined by standing side by side is joined here.
                let Some(value) = literal::read(text, i, kind) else { break };
                writer.piece(text, value.span.clone(), piece_escape(text[i], kind), false);
                i = value.end;
                last = Some(value);
                changed = true;
            }
            b'$' if matches!(text.get(i + 1), Some(b'(')) => return None,
            b'$' if matches!(text.get(i + 1), Some(b'\'')) => {
                let value = literal::read(text, i + 1, Kind::JavaScript)?;
                writer.piece(text, value.span.clone(), Escape::Backslash, false);
                i = value.end;
                last = Some(value);
                changed = true;
            }
            b'\\' if !batch && text.get(i + 1).is_some_and(|b| !matches!(b, b'\n' | b'\r' | b'"' | b'\'')) => {
                writer.piece(text, i..i + 2, Escape::ShellWord, false);
                i += 2;
                changed = true;
                last = None;
                pieces += 1;
                continue;
            }
            byte if is_word_end(byte) || (byte == b'\\' && !batch) => break,
            _ => {
                let from = i;
                while i < limit && !is_word_end(text[i]) && !matches!(text[i], b'"' | b'\'' | b'\\' | b'$') {
                    i += 1;
                }
                i = i.max(from + 1);
                writer.piece(text, from..i, Escape::Raw, false);
                last = None;
            }
        }
        pieces += 1;
    }
    match last {
        Some(value) if pieces == 1 => Some(value),
        _ if i == at => None,
        _ => {
            let decoded = changed.then(|| writer.finish("joined"));
            (decoded.as_ref().is_none_or(|decoded| !decoded.bytes.is_empty())).then_some(Value {
                span: at..i,
                decoded,
                quoted: false,
                end: i,
            })
        }
    }
}

fn piece_escape(quote: u8, kind: Kind) -> Escape {
    if quote == b'"' && kind != Kind::Batch { Escape::Shell } else { Escape::Raw }
}

fn is_word_end(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t' | b'\r' | b'\n' | b';' | b'&' | b'|' | b'<' | b'>' | b'(' | b')' | b'`' | 0)
}

/// The rest of a string in which name and value stand together: `"api-key: v"`, `"NAME=v"`.
pub(super) fn within(text: &[u8], at: usize, stops: &[u8]) -> Option<Value> {
    let window = &text[at..text.len().min(at + LONGEST)];
    let n = window.iter().position(|b| stops.contains(b) || matches!(b, b'\n' | b'\r'))?;
    let end = trimmed(text, at..at + n);
    (end > at).then(|| Value { span: at..end, decoded: None, quoted: true, end: at + n })
}
