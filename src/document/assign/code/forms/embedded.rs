//! A value within the string that holds its name: `"Password=v"`, fields of forms and headers.

use crate::document::assign::code::bare;
use crate::document::assign::code::literal::Value;
use crate::document::assign::code::name::{Name, Quote};
use crate::document::assign::code::text::Cursor;
use crate::document::kind::Kind;

/// `"api-key: v"`, `"NAME=v"`, `"--password=v"`: name and value in one string.
pub(super) fn embedded(text: &[u8], name: &Name, quote: Quote, kind: Kind) -> Option<Value> {
    if name.enclosed {
        return None;
    }
    let quote = match quote {
        Quote::Plain(byte) => byte,
        Quote::Escaped(_) => b'\\',
        Quote::Twice => b'"',
        Quote::Entity => b'&',
    };
    let mut cursor = Cursor::at(text, name.right);
    if cursor.eat(b"=") {
        if matches!(cursor.peek(), b'=' | b' ' | b'\'' | b'"' | b'\\') {
            return None;
        }
        let whole = matches!(kind, Kind::Batch | Kind::Shell | Kind::Dockerfile);
        let stops: &[u8] = if whole { &[quote] } else { &[quote, b'&', b';', b' '] };
        let value = bare::within(text, cursor.at, stops)?;
        return Some(if whole { before_next_field(text, value) } else { value });
    }
    if cursor.eat(b": ") {
        cursor.skip_blanks();
        let value = bare::within(text, cursor.at, &[quote])?;
        return (is_header(&text[value.span.clone()]) && text.get(value.end) == Some(&quote)).then_some(value);
    }
    None
}

/// `sed 's|__NAME__|v|g'`: what is put in for a token.
pub(super) fn substituted(text: &[u8], name: &Name, kind: Kind) -> Option<Value> {
    if !bare::is_command(kind) {
        return None;
    }
    let about = |b: &u8| matches!(b, b'{' | b'}' | b'<' | b'>' | b'%' | b'#' | b'$' | b'\\');
    let left = name.left - text[..name.left].iter().rev().take(4).take_while(|b| about(b)).count();
    let (before, mark) = (text[..left].len().checked_sub(3)?, text[left - 1]);
    let begins = matches!(mark, b'|' | b'/' | b'~' | b',') && text[left - 2] == b's';
    if !begins || !matches!(text[before], b'\'' | b'"' | b' ' | b';') {
        return None;
    }
    let mut cursor = Cursor::at(text, name.right);
    cursor.at += text[name.right..].iter().take(4).take_while(|b| about(b)).count();
    let value = cursor.eat(&[mark]).then(|| bare::within(text, cursor.at, &[mark, b'"', b'\'']))??;
    (text.get(value.end) == Some(&mark)).then_some(value)
}

/// The value of one field of a form: `-d "name=v&other=w"`.
fn before_next_field(text: &[u8], value: Value) -> Value {
    match bare::next_field(&text[value.span.clone()]) {
        Some(at) => Value { span: value.span.start..value.span.start + at, ..value },
        None => value,
    }
}

/// One word, or a scheme and one word: anything else is a message to people.
fn is_header(value: &[u8]) -> bool {
    let mut words = value.split(|&b| b == b' ').filter(|word| !word.is_empty());
    let (first, second, third) = (words.next().unwrap_or_default(), words.next(), words.next());
    let scheme = [&b"bearer"[..], b"basic", b"token", b"digest", b"apikey", b"sharedaccesssignature", b"sharedkey"];
    // A format string is not judged as a value by anyone: `"password: {}", password`.
    let template = value.iter().any(|b| matches!(b, b'{' | b'$' | b'%' | b'\\'));
    !template && third.is_none() && (second.is_none() || scheme.iter().any(|s| first.eq_ignore_ascii_case(s)))
}
