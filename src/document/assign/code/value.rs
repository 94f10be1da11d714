//! The right side of an assignment in code: a literal, or an expression that is one in the end.
//!
//! Wrappers (`Some("v")`, `[]byte("v")`, `ConvertTo-SecureString 'v'`) and environment reads
//! with a literal default (`getenv("X", "v")`, `process.env.X || "v"`) are looked through. Any other
//! expression is code: `None`.

use crate::document::kind::Kind;

use super::literal::{self, Value};
use super::text::{Cursor, is_identifier};

/// Calls that give back the literal they take, by their last name in small letters.
const WRAPPERS: &[&str] = &[
    "azurekeycredential",
    "azuresaskeycredential",
    "byte",
    "bytes",
    "encode",
    "f",
    "from",
    "getbytes",
    "just",
    "new",
    "of",
    "ptr",
    "secret",
    "secretstr",
    "secretstring",
    "securestring",
    "sensitive",
    "some",
    "str",
    "string",
    "stringptr",
    "text",
    "tocharlist",
    "_t",
];

/// The value of the expression at `at`, if it is a literal in the end.
pub(super) fn read(text: &[u8], at: usize, kind: Kind) -> Option<Value> {
    if let Some(value) = literal::read(text, at, kind) {
        return Some(value);
    }
    let mut cursor = Cursor::at(text, at);
    for _ in 0..3 {
        if !matches!(cursor.peek(), b'(' | b'&' | b'!') {
            break;
        }
        cursor.at += 1;
        cursor.skip_white();
    }
    if cursor.at > at
        && let Some(value) = literal::read(text, cursor.at, kind)
    {
        return Some(value);
    }
    if kind == Kind::PowerShell
        && let Some(value) = secure_string(cursor, kind)
    {
        return Some(value);
    }
    type_prefix(&mut cursor);
    if let Some(value) = literal::read(text, cursor.at, kind) {
        return Some(value);
    }
    if matches!(cursor.peek(), b'"' | b'\'') {
        return None;
    }
    expression(cursor, kind)
}

/// `[]byte`, `[string]` and the like before a literal or its parentheses.
fn type_prefix(cursor: &mut Cursor<'_>) {
    if cursor.peek() != b'[' {
        return;
    }
    if let Some(n) = cursor.text[cursor.at..].iter().take(32).position(|&b| b == b']') {
        cursor.at += n + 1;
        cursor.skip_blanks();
    }
}

/// `ConvertTo-SecureString [-String] 'v' -AsPlainText`, its options in any order.
pub(super) fn secure_string(mut cursor: Cursor<'_>, kind: Kind) -> Option<Value> {
    if !cursor.eat_word(b"ConvertTo-SecureString") {
        return None;
    }
    for _ in 0..6 {
        cursor.skip_blanks();
        if cursor.peek() == b'`' {
            cursor.skip_continued();
        }
        if cursor.peek() != b'-' {
            break;
        }
        cursor.at += 1;
        cursor.identifier();
        if cursor.peek() == b':' {
            cursor.at += 1;
        }
    }
    literal::read(cursor.text, cursor.at, kind)
}

/// A path of names, and what is done with it.
fn expression(mut cursor: Cursor<'_>, kind: Kind) -> Option<Value> {
    if cursor.eat_word(b"new") {
        cursor.skip_blanks();
        // `new("v")`, `new(() => "v")`: of the type that the left side names.
        if cursor.peek() == b'(' {
            return argument(cursor, kind);
        }
    }
    while matches!(cursor.peek(), b'$' | b'@' | b'%' | b'*') {
        cursor.at += 1;
    }
    let from = cursor.at;
    let last = path(&mut cursor)?;
    let path = &cursor.text[from..cursor.at];
    cursor.eat(b"!"); // a macro of Rust
    if cursor.peek() == b'(' && is_wrapper(&cursor.text[last..cursor.at]) {
        // `password.encode("latin1")`: the literal names the encoding.
        let member = last > from && cursor.text[last..cursor.at].eq_ignore_ascii_case(b"encode");
        if let Some(value) = argument(cursor, kind).filter(|_| !member) {
            return Some(value);
        }
    }
    fallback(cursor, reads_settings(path), kind)
}

/// The literal that a call takes, or a function in its place: `("v")`, `(() => "v")`.
fn argument(mut cursor: Cursor<'_>, kind: Kind) -> Option<Value> {
    cursor.at += 1;
    cursor.skip_white();
    if cursor.eat(b"()") {
        cursor.skip_white();
        cursor.eat(b"=>");
        cursor.skip_white();
    }
    let value = literal::read(cursor.text, cursor.at, kind)?;
    let mut after = Cursor::at(cursor.text, value.end);
    after.skip_white();
    // `from("a", "b")` is something else, but for an encoding: `Buffer.from("v", "utf8")`.
    matches!(after.peek(), b')' | b'.' | b',').then_some(value)
}

/// Moves over `a.b::c`; the place of the last name.
fn path(cursor: &mut Cursor<'_>) -> Option<usize> {
    let from = cursor.at;
    let mut last;
    loop {
        last = cursor.at;
        if cursor.identifier().is_empty() || cursor.at - from > 100 {
            return None;
        }
        let divided = (cursor.peek() == b'.' && is_identifier(cursor.peek_at(1)) && cursor.eat(b"."))
            || (is_identifier(cursor.peek_at(2)) && (cursor.eat(b"::") || cursor.eat(b"->") || cursor.eat(b"?.")));
        if !divided {
            return Some(last);
        }
    }
}

fn is_wrapper(name: &[u8]) -> bool {
    let name = name.strip_suffix(b"!").unwrap_or(name);
    WRAPPERS.iter().any(|wrapper| name.eq_ignore_ascii_case(wrapper.as_bytes()))
}

/// Does the path look up a setting, so that a second argument is its default?
pub(super) fn reads_settings(path: &[u8]) -> bool {
    [&b"env"[..], b"config", b"setting", b"propert", b"get", b"option", b"param"]
        .iter()
        .any(|word| path.windows(word.len()).any(|w| w.eq_ignore_ascii_case(word)))
        // `az.getSecret('subscription', 'group', …)`: a vault has no defaults.
        && !path.ends_with(b"getSecret")
}

/// Behind a path: `["X"]`, `("X", "default")`, and then an operator with a literal default.
fn fallback(mut cursor: Cursor<'_>, settings: bool, kind: Kind) -> Option<Value> {
    if matches!(cursor.peek(), b'(' | b'[' | b'{') {
        cursor.at += 1;
        cursor.skip_blanks();
        if cursor.peek() == b'"' || cursor.peek() == b'\'' {
            cursor.at = literal::read(cursor.text, cursor.at, kind)?.end;
        } else {
            cursor.identifier();
        }
        cursor.skip_blanks();
        if cursor.peek() == b',' && settings {
            return default_argument(cursor, kind);
        }
        if !matches!(cursor.peek(), b')' | b']' | b'}') {
            return None;
        }
        cursor.at += 1;
    }
    otherwise(cursor, kind)
}

/// `, "v"` or `, default="v"` after the name of a setting.
pub(super) fn default_argument(mut cursor: Cursor<'_>, kind: Kind) -> Option<Value> {
    cursor.at += 1;
    cursor.skip_white();
    let mut named = cursor;
    let name = named.identifier();
    named.skip_blanks();
    let word = &cursor.text[name];
    if matches!(named.peek(), b'=' | b':')
        && [&b"default"[..], b"defaultValue", b"default_value", b"fallback", b"value"].contains(&word)
    {
        named.at += 1;
        named.skip_white();
        cursor = named;
    }
    literal::read(cursor.text, cursor.at, kind)
}

/// `?? "v"`, `|| "v"`, `or "v"`, `.unwrap_or("v")` …
pub(super) fn otherwise(mut cursor: Cursor<'_>, kind: Kind) -> Option<Value> {
    cursor.skip_white();
    let operator = match cursor.peek() {
        b'?' => (cursor.eat(b"??") || cursor.eat(b"?:")) && !cursor.eat(b"="),
        b'|' => cursor.eat(b"||"),
        b'/' => kind == Kind::Perl && cursor.eat(b"//"),
        b'o' => cursor.eat_word(b"or"),
        b'.' => method(&mut cursor),
        b'{' => kind == Kind::Ruby && cursor.eat(b"{"),
        _ => false,
    };
    if !operator {
        return None;
    }
    cursor.skip_continued();
    literal::read(cursor.text, cursor.at, kind)
}

/// Methods that give their literal when nothing else is there, up to the literal.
fn method(cursor: &mut Cursor<'_>) -> bool {
    const METHODS: [&[u8]; 8] =
        [b"unwrap_or", b"unwrap_or_else", b"orElse", b"orElseGet", b"getOrElse", b"or", b"withDefault", b"ifBlank"];
    cursor.at += 1;
    let name = cursor.identifier();
    if !METHODS.contains(&&cursor.text[name]) || !(cursor.eat(b"(") || cursor.eat(b" {")) {
        return false;
    }
    for closure in [&b"|_| "[..], b"|| ", b"() -> ", b"() => ", b" "] {
        cursor.eat(closure);
    }
    true
}
