//! What may stand between a name and its literal: operators, types, calls, pairs, options.
//!
//! Each form is a function that gives the value or `None`; [`read`] asks them by the
//! byte behind the name. The order matters only where a comment says so.

mod call;
mod directive;
mod embedded;
mod follow;
mod operator;
mod returned;
mod statement;
mod types;

use std::ops::Range;

use crate::document::kind::Kind;

use super::literal::{self, Value};
use super::name::Name;
use super::text::{Cursor, follows_word, is_identifier, open_quote};
use super::{bare, beside, markup, prose, value};
use call::{call, pair, pair_follows};
use embedded::embedded;
pub(super) use follow::may_follow;
use operator::operator;
use statement::statement;
use types::{LONGEST_TYPE, typed_in};

/// From the end of a name to the first byte of its value.
const LOOK_AHEAD: usize = 300;

/// The value that the text about `name` gives it. The name comes back as well: some forms narrow it or find another.
pub(super) fn read(text: &[u8], name: &Name, kind: Kind) -> Option<(Range<usize>, Value)> {
    if let Some(value) = in_marks(text, name, kind) {
        return Some((name.span.clone(), value));
    }
    // `${NAME:-}`: read by the shell, and there is no default.
    if text[..name.left].ends_with(b"${") && matches!(text.get(name.right), Some(b':' | b'-')) {
        return None;
    }
    if name.dashes > 0
        && let Some(value) = option(text, name, kind)
    {
        return Some((name.span.clone(), value));
    }
    let next = text.get(name.right).copied().unwrap_or(0);
    if next == b'(' && !name.enclosed {
        let own = |value| Some((name.span.clone(), value));
        return call(text, name, kind).or_else(|| returned::returned(text, name, kind).and_then(own));
    }
    if let Some(found) = statement(text, name, kind) {
        return Some(found);
    }
    if let Some(value) = embedded::substituted(text, name, kind) {
        return Some((name.span.clone(), value));
    }
    if let Some(value) = beside::member(text, name, kind).or_else(|| beside::block(text, name, kind)) {
        return Some((name.span.clone(), value));
    }
    if let Some(value) = beside::build_field(text, name, kind) {
        return Some((name.span.clone(), value));
    }
    if declares_bare(text, name, kind)
        && let Some(value) = returned::returned(text, name, kind)
    {
        return Some((name.span.clone(), value));
    }
    if let Some(value) = prose::read(text, name, kind) {
        return Some((name.span.clone(), value));
    }
    let (at, closed) = after_brackets(text, name, kind)?;
    let value =
        if closed { value::otherwise(Cursor::at(text, at), kind).or_else(|| typed_in(text, at, kind)) } else { None };
    let value = match value {
        Some(value) => value,
        None if name.enclosed && pair_follows(text, name, at) => pair(text, name, at, kind)?,
        None if closed && kind != Kind::R => return None,
        None => operator(text, name, at, kind)?,
    };
    (value.span.start <= name.right + LOOK_AHEAD).then(|| (name.span.clone(), value))
}

/// May a property or a function without parentheses be declared there? `string Secret { get => "v"; }`, `def secret`,
/// `val secret: String get() = "v"`, `function Get-Secret { 'v' }`.
fn declares_bare(text: &[u8], name: &Name, kind: Kind) -> bool {
    let mut cursor = Cursor::at(text, name.right);
    cursor.skip_blanks();
    match kind {
        Kind::CSharp | Kind::PowerShell => {
            cursor.skip_white();
            cursor.peek() == b'{'
        }
        Kind::Ruby => cursor.at_line_end() && follows_word(text, name.left, b"def"),
        Kind::Kotlin | Kind::Swift => cursor.peek() == b':',
        _ => false,
    }
}

/// Forms that are known by the byte before the name.
fn in_marks(text: &[u8], name: &Name, kind: Kind) -> Option<Value> {
    match name.before(text) {
        b'{' => markup::default_of(text, name),
        b'<' | b':' if text.get(name.right).is_some_and(|b| matches!(b, b'>' | b' ' | b'\t')) => {
            markup::element(text, name)
        }
        b'?' | b'&' | b';' => markup::parameter(text, name),
        b'=' | b' ' if name.enclosed => markup::paired_attribute(text, name).or_else(|| markup::element(text, name)),
        _ => name.opened.and_then(|quote| embedded(text, name, quote, kind)),
    }
}

/// `--client-secret v`, `--password=v`, `-ClientSecret "v"`, `-Password:v`.
fn option(text: &[u8], name: &Name, kind: Kind) -> Option<Value> {
    // `x--password` and `SQL -- password` are something else.
    if is_identifier(name.before(text)) || matches!(kind, Kind::Sql | Kind::Lua | Kind::Css) {
        return None;
    }
    let mut cursor = Cursor::at(text, name.right);
    let divided = match cursor.peek() {
        b'=' => cursor.eat(b"="),
        b':' if kind == Kind::PowerShell => cursor.eat(b":") | cursor.skip_blanks(),
        _ => {
            let blank = cursor.skip_blanks();
            let from = cursor.at;
            cursor.skip_continued();
            blank && (cursor.at == from || text[from] != b'\n')
        }
    };
    if !divided
        || name.enclosed
        || matches!(cursor.peek(), b'-' | b'=' | b'[' | b']' | b'<' | b'>' | b'|' | b'(' | b'{')
    {
        return None;
    }
    if text[name.span.clone()].to_ascii_lowercase().ends_with(b"stdin") {
        return None;
    }
    argument(text, name, cursor.at, kind)
}

/// One argument of a command: a literal, or a word where words are literals.
fn argument(text: &[u8], name: &Name, at: usize, kind: Kind) -> Option<Value> {
    let around = open_quote(text, name.left);
    let quote = text.get(at).copied()?;
    if matches!(quote, b'"' | b'\'') && around != Some(quote) {
        return literal::read(text, at, if around.is_some() { Kind::Shell } else { kind });
    }
    let shell = matches!(kind, Kind::Shell | Kind::Dockerfile | Kind::Batch | Kind::Yaml | Kind::Markdown | Kind::Text);
    if around.is_none() && shell {
        return bare::word(text, at, kind);
    }
    // `"… --password ${password}"`, `$"… --password {password}"`: put in when it runs.
    let variable = quote == b'@' && kind == Kind::PowerShell || matches!(quote, b'$' | b'{');
    if variable || (around.is_none() && kind != Kind::PowerShell) {
        return None;
    }
    let stop = |b: u8| b.is_ascii_whitespace() || matches!(b, b'"' | b'\'' | b'`' | b'\\' | b';' | b'|' | b')' | b'}');
    let window = &text[at..text.len().min(at + 1024)];
    let n = window.iter().position(|&b| stop(b)).unwrap_or(window.len());
    (n > 0).then(|| Value::plain(at..at + n, false))
}

/// Moves over brackets that close about a name, `["X"]`, `("X")`, `{X}`, and over an index, `name[0]`.
/// The second says whether a call was closed.
fn after_brackets(text: &[u8], name: &Name, kind: Kind) -> Option<(usize, bool)> {
    let mut cursor = Cursor::at(text, name.right);
    if cursor.peek() == b'[' {
        let n = text[cursor.at..].iter().take(LONGEST_TYPE).position(|&b| b == b']')?;
        let index = &text[cursor.at + 1..cursor.at + n];
        cursor.at += n + 1;
        // `chpasswd[982]: …`: the program that wrote the line of a log.
        let logged = matches!(kind, Kind::Text | Kind::Markdown) && cursor.peek() == b':';
        if logged && index.iter().all(u8::is_ascii_digit) {
            return None;
        }
        return Some((cursor.at, false));
    }
    let mut closed = false;
    for _ in 0..4 {
        match cursor.peek() {
            b']' | b'}' => {}
            b')' if name.enclosed => closed = true,
            // `"$PASSWORD"`: the quote about a variable.
            b'"' if name.left < name.span.start && kind == Kind::Shell => {}
            _ => break,
        }
        cursor.at += 1;
    }
    if cursor.eat(b"!;") {
        return None;
    }
    Some((cursor.at, closed))
}
