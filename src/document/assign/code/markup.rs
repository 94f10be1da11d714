//! Names and values in marks of text: `<name>v</name>`, `key="name" value="v"`, `${NAME:-v}`, `?name=v`.

use memchr::{memchr, memchr3};

use crate::document::assign::Decoded;
use crate::document::decode::percent;

use super::escape::{Escape, Writer};
use super::literal::Value;
use super::name::Name;
use super::text::{Cursor, before_blanks};

/// The longest text of an element.
const LONGEST: usize = 16 * 1024;
/// The longest part of a tag that is looked at for a value.
const LONGEST_TAG: usize = 2 * 1024;
/// The longest default; a token may be one.
const LONGEST_DEFAULT: usize = 4 * 1024;

/// `${NAME:-v}`, `${NAME:=v}`, `${NAME-v}` of shells and compose files, `${NAME:v}` of Spring.
pub(super) fn default_of(text: &[u8], name: &Name) -> Option<Value> {
    if !text[..name.left].ends_with(b"${") {
        return None;
    }
    let mut cursor = Cursor::at(text, name.right);
    if !(cursor.eat(b":-") || cursor.eat(b":=") || cursor.eat(b":") || cursor.eat(b"-")) {
        return None;
    }
    let from = cursor.at;
    // `${X:?message}`, `${X:+v}`, `${X:0:3}` and nested reads are no values.
    if matches!(cursor.peek(), b'?' | b'+' | b'$' | b' ' | b'#') {
        return None;
    }
    let window = &text[from..text.len().min(from + LONGEST_DEFAULT)];
    let n = memchr3(b'}', b'\n', b'{', window).filter(|&n| n > 0 && window[n] == b'}')?;
    let slice = window[..n].iter().all(|b| b.is_ascii_digit() || *b == b':') && window[..n].contains(&b':');
    (!slice).then(|| Value::plain(from..from + n, true))
}

/// `<name>v</name>`, also with attributes, and `<string name="name">v</string>`.
pub(super) fn element(text: &[u8], name: &Name) -> Option<Value> {
    let mut cursor = Cursor::at(text, name.right);
    let tag = if !name.enclosed && matches!(name.before(text), b'<' | b':') {
        let tag = tag_of(text, name)?;
        if cursor.peek() != b'>' && !skip_attributes(&mut cursor) {
            return None;
        }
        tag
    } else if name.enclosed && named_attribute(text, name, &[b"name", b"key"]) {
        cursor.skip_blanks();
        &[]
    } else {
        return None;
    };
    if !cursor.eat(b">") {
        return None;
    }
    cursor.skip_white();
    let from = cursor.at;
    let window = &text[from..text.len().min(from + LONGEST)];
    let n = memchr(b'<', window)?;
    let closing = window[n..].strip_prefix(b"</")?;
    if !closing.starts_with(tag) {
        return None;
    }
    let end = from + n - window[..n].iter().rev().take_while(|b| b.is_ascii_whitespace()).count();
    entities(text, from, end)
}

/// The whole tag, prefix and all: `wsse:Password`.
fn tag_of<'t>(text: &'t [u8], name: &Name) -> Option<&'t [u8]> {
    let from = name.left.saturating_sub(40);
    let open = from + memchr::memrchr(b'<', &text[from..name.left])?;
    let tag = &text[open + 1..name.right];
    (!tag.iter().any(|b| b.is_ascii_whitespace() || matches!(b, b'"' | b'>' | b'/'))).then_some(tag)
}

fn skip_attributes(cursor: &mut Cursor<'_>) -> bool {
    if !matches!(cursor.peek(), b' ' | b'\t') {
        return false;
    }
    let rest = &cursor.text[cursor.at..cursor.text.len().min(cursor.at + 160)];
    match memchr3(b'>', b'<', b'\n', rest) {
        Some(n) if rest[n] == b'>' && n > 0 && !matches!(rest[n - 1], b'/' | b'=' | b'-') => {
            cursor.at += n;
            true
        }
        _ => false,
    }
}

/// `name="X"`, `key="X"`: an attribute that gives its element a name.
fn named_attribute(text: &[u8], name: &Name, attributes: &[&[u8]]) -> bool {
    let Some((at, b'=')) = before_blanks(text, name.left) else { return false };
    let Some((last, _)) = before_blanks(text, at) else { return false };
    attributes.iter().any(|attribute| {
        let from = (last + 1).checked_sub(attribute.len());
        from.is_some_and(|from| {
            text[from..=last].eq_ignore_ascii_case(attribute)
                && from.checked_sub(1).is_some_and(|i| text[i].is_ascii_whitespace())
        })
    })
}

/// `<add key="X" value="v"/>`, `<add name="X" connectionString="v"/>`.
pub(super) fn paired_attribute(text: &[u8], name: &Name) -> Option<Value> {
    // A field of a form has an id where it has no name.
    if !name.enclosed || !named_attribute(text, name, &[b"name", b"key", b"id"]) {
        return None;
    }
    if let Some(value) = value_before(text, name.left) {
        return Some(value);
    }
    let mut cursor = Cursor::at(text, name.right);
    cursor.skip_white();
    if !(cursor.eat_word(b"value") || cursor.eat_word(b"connectionString") || cursor.eat_word(b"content")) {
        return None;
    }
    cursor.skip_blanks();
    if !cursor.eat(b"=") {
        return None;
    }
    cursor.skip_blanks();
    let quote = cursor.peek();
    if !matches!(quote, b'"' | b'\'') {
        return None;
    }
    let from = cursor.at + 1;
    let window = &text[from..text.len().min(from + LONGEST)];
    entities(text, from, from + memchr(quote, window)?)
}

/// `<input value="v" type="hidden" name="X">`: the value within the same tag, before the name.
fn value_before(text: &[u8], at: usize) -> Option<Value> {
    let from = at.saturating_sub(LONGEST_TAG);
    let open = from + memchr::memrchr(b'<', &text[from..at])?;
    let tag = &text[open..at];
    if tag.contains(&b'>') {
        return None;
    }
    let value = memchr::memmem::find(tag, b" value=\"")? + b" value=\"".len();
    entities(text, open + value, open + value + memchr(b'"', &tag[value..])?)
}

/// Text with its entities decoded.
fn entities(text: &[u8], from: usize, end: usize) -> Option<Value> {
    if from >= end {
        return None;
    }
    let mut value = Value::plain(from..end, true);
    if Escape::Entity.occurs(&text[from..end]) {
        let mut writer = Writer::starting_at(from);
        writer.piece(text, from..end, Escape::Entity, false);
        value.decoded = Some(writer.finish("xml"));
    }
    Some(value)
}

/// `?name=v`, `&name=v`, `&amp;name=v` of a URL or a form body.
pub(super) fn parameter(text: &[u8], name: &Name) -> Option<Value> {
    let before = name.before(text);
    let first = matches!(before, b'?' | b'&') || text[..name.left].ends_with(b"&amp;");
    if !first || text.get(name.right) != Some(&b'=') {
        return None;
    }
    let from = name.right + 1;
    let window = &text[from..text.len().min(from + 4096)];
    let n = window.iter().position(|&b| !is_query(b)).unwrap_or(window.len());
    let mut value = Value::plain(from..from + n, true);
    value.decoded = percent::decode(&window[..n], from).map(|(bytes, map)| Decoded { how: "percent", bytes, map });
    (n > 0).then_some(value)
}

/// Bytes of a query value; braces and `$` so that templates stay whole.
pub(super) fn is_query(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"-._~%!$*+,/:@={}|".contains(&byte) || byte >= 0x80
}
