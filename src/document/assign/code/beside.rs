//! Names and values that stand side by side as members: `name: 'SECRET'` and `value: 'v'`, and the default of
//! a variable in a block under its name: `variable "secret" { default = "v" }`.
//!
//! The name is the value of one member, the literal that of the next one. At most 1 KiB behind
//! the name is looked at.

use crate::document::assign::pairs;
use crate::document::kind::Kind;

use super::literal::{self, Value};
use super::name::Name;
use super::text::{Cursor, before_blanks, follows_word, is_identifier};

/// How far behind the name the value may begin.
const LOOK_AHEAD: usize = 1024;

/// The value of the member beside the one that holds `name`.
pub(super) fn member(text: &[u8], name: &Name, kind: Kind) -> Option<Value> {
    if !name.enclosed || !kind.quotes_literals() || !pairs::is_name(&member_before(text, name.left)?) {
        return None;
    }
    let mut cursor = Cursor::at(text, name.right);
    cursor.skip_blanks();
    while matches!(cursor.peek(), b',' | b';') || cursor.at_line_end() && cursor.at < text.len() {
        cursor.at += 1;
        cursor.skip_white();
    }
    let member = {
        cursor.eat(b"\"");
        cursor.eat(b"'");
        let range = cursor.identifier();
        cursor.eat(b"\"");
        cursor.eat(b"'");
        String::from_utf8_lossy(&text[range]).into_owned()
    };
    cursor.skip_blanks();
    if !pairs::is_value(&member) || !(cursor.eat(b":") || cursor.eat(b"=")) {
        return None;
    }
    cursor.skip_blanks();
    literal::read(text, cursor.at, kind)
}

/// The member whose value begins at `at`: `name` before `: '`, ` = "`, `": "`.
fn member_before(text: &[u8], at: usize) -> Option<String> {
    let (mark, byte) = before_blanks(text, at)?;
    if !matches!(byte, b':' | b'=') {
        return None;
    }
    let (mut last, quote) = before_blanks(text, mark)?;
    if matches!(quote, b'"' | b'\'') {
        last = last.checked_sub(1)?;
    }
    let length = text[..=last].iter().rev().take(24).take_while(|&&b| is_identifier(b)).count();
    Some(String::from_utf8_lossy(&text[last + 1 - length..=last]).into_owned())
}

/// `variable "name" {` … `default = "v"` in HCL.
pub(super) fn block(text: &[u8], name: &Name, kind: Kind) -> Option<Value> {
    if kind != Kind::Hcl || !name.enclosed || !follows_word(text, name.left, b"variable") {
        return None;
    }
    let mut cursor = Cursor::at(text, name.right);
    cursor.skip_blanks();
    if !cursor.eat(b"{") {
        return None;
    }
    let window = &text[..text.len().min(name.right + LOOK_AHEAD)];
    let mut at = cursor.at;
    while at < window.len() {
        let end = memchr::memchr(b'\n', &window[at..]).map_or(window.len(), |n| at + n);
        let mut line = Cursor::at(text, at);
        line.skip_blanks();
        // The block ends where a brace stands at the beginning of a line.
        if window[at..].starts_with(b"}") {
            return None;
        }
        if line.eat_word(b"default") {
            line.skip_blanks();
            if !line.eat(b"=") {
                return None;
            }
            line.skip_blanks();
            return literal::read(text, line.at, kind);
        }
        at = end + 1;
    }
    None
}

/// `buildConfigField("String", "NAME", "\"v\"")`, `resValue "string", "name", "v"` of Gradle: the value is a literal
/// of the code that is made, quotes and all.
pub(super) fn build_field(text: &[u8], name: &Name, kind: Kind) -> Option<Value> {
    if !name.enclosed || !matches!(kind, Kind::Groovy | Kind::Kotlin) {
        return None;
    }
    let before = &text[name.left.saturating_sub(80)..name.left];
    let line = memchr::memrchr(b'\n', before).map_or(before, |n| &before[n + 1..]).trim_ascii_start();
    if !(line.starts_with(b"buildConfigField") || line.starts_with(b"resValue")) {
        return None;
    }
    let mut cursor = Cursor::at(text, name.right);
    cursor.skip_blanks();
    if !cursor.eat(b",") {
        return None;
    }
    cursor.skip_blanks();
    let value = literal::read(text, cursor.at, kind)?;
    let body = &text[value.span.clone()];
    let quotes =
        [&b"\\\""[..], b"\""].into_iter().find(|quote| body.len() > 2 * quote.len() && body.starts_with(quote));
    match quotes.filter(|quote| body.ends_with(quote)) {
        Some(quote) => Some(Value::plain(value.span.start + quote.len()..value.span.end - quote.len(), true)),
        None => Some(value),
    }
}
