//! Values in sentences and tables of people: "the admin password is `v`", "| Client Secret | v |".
//!
//! In a sentence only a word between backticks is a value, in a table one word alone in its cell.

use crate::document::kind::Kind;

use super::literal::Value;
use super::name::Name;
use super::text::Cursor;

/// The longest value.
const LONGEST: usize = 512;

/// The value that the sentence or the table gives to the name.
pub(super) fn read(text: &[u8], name: &Name, kind: Kind) -> Option<Value> {
    if !matches!(kind, Kind::Markdown | Kind::Text) || name.dashes > 0 {
        return None;
    }
    let mut cursor = Cursor::at(text, name.right);
    _ = cursor.eat(b"**") || cursor.eat(b"__") || cursor.eat(b"`");
    let blank = cursor.skip_blanks();
    if cursor.peek() == b'|' {
        return cell(text, name, cursor);
    }
    let told = cursor.eat_word(b"is") || cursor.eat_word(b"was");
    if !told && !blank {
        return None;
    }
    if told {
        cursor.eat(b":");
        cursor.skip_blanks();
    }
    let marked = cursor.eat(b"`") && cursor.peek() != b'`';
    let value = if marked { word(text, cursor.at)? } else { return None };
    (text.get(value.span.end) == Some(&b'`')).then_some(value)
}

/// The next cell, in a row that begins with the sign of a table.
fn cell(text: &[u8], name: &Name, mut cursor: Cursor<'_>) -> Option<Value> {
    let before = &text[name.left.saturating_sub(200)..name.left];
    let line = memchr::memrchr(b'\n', before).map_or(before, |end| &before[end + 1..]);
    if line.trim_ascii_start().first() != Some(&b'|') {
        return None;
    }
    cursor.eat(b"|");
    cursor.skip_blanks();
    cursor.eat(b"`");
    let value = word(text, cursor.at)?;
    let mut after = Cursor::at(text, value.span.end);
    after.eat(b"`");
    after.skip_blanks();
    matches!(after.peek(), b'|').then_some(value)
}

/// Up to a blank, a backtick or the sign of a table.
fn word(text: &[u8], at: usize) -> Option<Value> {
    let window = &text[at..text.len().min(at + LONGEST)];
    let length = window.iter().position(|b| b.is_ascii_whitespace() || matches!(b, b'`' | b'|'))?;
    (length >= 6).then(|| Value::plain(at..at + length, true))
}
