//! Values behind a name that a word before it introduces: `proxy_set_header X-Api-Key "v";`, `(setq api-key "v")`,
//! `:password "v"`, `set(API_KEY "v")`, `reg add … /v Password … /d "v"`.

use crate::document::assign::code::bare;
use crate::document::assign::code::literal::{self, Value};
use crate::document::assign::code::name::Name;
use crate::document::assign::code::text::{Cursor, before_blanks, follows_word, is_identifier};
use crate::document::kind::Kind;

use super::argument;

/// Directives of servers and proxies that take a header or a variable, and its value.
#[rustfmt::skip]
const HEADERS: [&[u8]; 15] = [
    b"proxy_set_header", b"grpc_set_header", b"fastcgi_param", b"uwsgi_param", b"scgi_param", b"add_header",
    b"set-header", b"add-header", b"header_up", b"header_down", b"requestheader set", b"requestheader append",
    b"header set", b"header add", b"header always set",
];

/// Forms of Lisp that name a value.
const DEFINITIONS: [&[u8]; 9] =
    [b"def", b"defonce", b"define", b"defvar", b"defconst", b"defcustom", b"defparameter", b"setq", b"setq-default"];

/// The value behind the name at `cursor`, which stands behind the blanks that follow it.
pub(super) fn directive(text: &[u8], name: &Name, cursor: Cursor<'_>, kind: Kind) -> Option<Value> {
    if name.enclosed || name.dashes > 0 {
        return None;
    }
    // In a language of programs a name with a blank behind it is the most frequent of all.
    if !kind.joins_literals() && HEADERS.iter().any(|word| follows_word(text, name.left, word))
        || text[name.left..].starts_with(b"$") && kind == Kind::Ini && follows_word(text, name.left, b"set")
    {
        return word_or_literal(text, cursor.at, kind);
    }
    if bare::is_command(kind)
        && follows_word(text, name.left, b"/v")
        && let Some(at) = option_behind(text, cursor.at)
    {
        return argument(text, name, at, kind);
    }
    let quote = cursor.peek() == b'"';
    match kind {
        Kind::Elixir if quote && text[..name.span.start].ends_with(b"@") => literal::read(text, cursor.at, kind),
        Kind::Code if quote && keyed(text, name) => literal::read(text, cursor.at, kind),
        Kind::Text | Kind::Code if quote && sets(text, name.left) => literal::read(text, cursor.at, kind),
        Kind::Text | Kind::Code => picture(text, cursor, kind),
        _ => None,
    }
}

/// One quoted text, or a word up to a blank or `;`.
fn word_or_literal(text: &[u8], at: usize, kind: Kind) -> Option<Value> {
    if matches!(text.get(at)?, b'"' | b'\'') {
        return literal::read(text, at, kind);
    }
    let window = &text[at..text.len().min(at + 1024)];
    let length = window.iter().position(|b| b.is_ascii_whitespace() || *b == b';')?;
    (length > 0).then(|| Value::plain(at..at + length, false))
}

/// Behind ` /d ` on the same line.
fn option_behind(text: &[u8], at: usize) -> Option<usize> {
    let window = &text[at..text.len().min(at + 160)];
    let line = &window[..memchr::memchr(b'\n', window).unwrap_or(window.len())];
    let found = line.windows(3).position(|w| w.eq_ignore_ascii_case(b"/d "))?;
    Some(at + found + 3)
}

/// `:name "v"` in a map, `(def name "v")`.
fn keyed(text: &[u8], name: &Name) -> bool {
    let start = name.span.start;
    let before = |n: usize| start.checked_sub(n).map_or(b' ', |i| text[i]);
    let keyword = before(1) == b':' && !is_identifier(before(2)) && before(2) != b':';
    keyword || DEFINITIONS.iter().any(|word| follows_word(text, start, word))
}

/// `set(` of CMake right before it.
fn sets(text: &[u8], at: usize) -> bool {
    before_blanks(text, at).is_some_and(|(open, byte)| {
        let word = open.checked_sub(3).and_then(|from| text.get(from..open));
        byte == b'(' && word.is_some_and(|word| word.eq_ignore_ascii_case(b"set"))
    })
}

/// `PIC X(40) VALUE 'v'` of COBOL.
fn picture(text: &[u8], mut cursor: Cursor<'_>, kind: Kind) -> Option<Value> {
    if !cursor.eat_word(b"PIC") {
        return None;
    }
    let window = &text[cursor.at..text.len().min(cursor.at + 60)];
    let value = window.windows(7).position(|w| w.eq_ignore_ascii_case(b" VALUE "))?;
    if window[..value].contains(&b'\n') {
        return None;
    }
    cursor.at += value + 7;
    cursor.skip_blanks();
    literal::read(text, cursor.at, kind)
}
