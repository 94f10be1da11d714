//! Calls that set, read with a default, or take a pair of name and value.

use std::ops::Range;

use crate::document::assign::code::literal::{self, Value};
use crate::document::assign::code::name::Name;
use crate::document::assign::code::text::{Cursor, before_blanks, is_identifier};
use crate::document::assign::code::value;
use crate::document::kind::Kind;

/// Is the quoted name the first of two arguments, of a tuple, or an option in a list?
pub(super) fn pair_follows(text: &[u8], name: &Name, at: usize) -> bool {
    let mut cursor = Cursor::at(text, at);
    cursor.skip_blanks();
    let opens = |(at, byte): (usize, u8)| match byte {
        b'(' | b'{' | b'[' => true,
        b',' => in_map(text, at),
        _ => false,
    };
    cursor.peek() == b',' && (name.dashes > 0 || before_blanks(text, name.left).is_some_and(opens))
}

/// Is `at` within the arguments of `Map.of("a", "b", "name", "v")`? A bracket before it ends the search.
fn in_map(text: &[u8], at: usize) -> bool {
    let from = at.saturating_sub(400);
    let bracket = text[from..at].iter().rposition(|b| matches!(b, b'(' | b')' | b'{' | b'[' | b';'));
    bracket.is_some_and(|n| text[from + n] == b'(' && text[..from + n].ends_with(b"Map.of"))
}

/// `("name", "v")`, `{"name", "v"}`, `["name", "v"]`, `["--password", "v"]`.
pub(super) fn pair(text: &[u8], name: &Name, at: usize, kind: Kind) -> Option<Value> {
    let mut cursor = Cursor::at(text, at);
    cursor.skip_blanks();
    let (open_at, open) = before_blanks(text, name.left)?;
    if open == b'(' && !takes_pair(text, open_at) {
        return None;
    }
    let value = value::default_argument(cursor, kind)?;
    let mut after = Cursor::at(text, value.end);
    after.skip_white();
    // `"--no-password", "--database=x"`: the next option is no value.
    if name.dashes > 0 && text[value.span.clone()].starts_with(b"-") {
        return None;
    }
    let fits = match open {
        _ if name.dashes > 0 => matches!(after.peek(), b')' | b',' | b']' | b'}'),
        b'{' => after.peek() == b'}',
        b'[' => after.peek() == b']',
        b',' => matches!(after.peek(), b',' | b')'),
        // `SetEnvironmentVariable('NAME', 'v', 'Machine')`
        _ if after.peek() == b',' && sets_variable(text, open_at) => true,
        _ => {
            if after.eat(b",") {
                after.skip_white();
            }
            matches!(after.peek(), b')' | b'.')
        }
    };
    fits.then_some(value)
}

/// Calls whose first two arguments are no name and value.
const NO_PAIR: &[&[u8]] = &[
    b"replace",
    b"replaceall",
    b"replacefirst",
    b"sub",
    b"gsub",
    b"re",
    b"match",
    b"ismatch",
    b"assertequals",
    b"equals",
    b"equal",
    b"assertequal",
    b"areequal",
    b"strcmp",
    b"translate",
    b"t",
    b"tr",
    b"gettext",
    b"label",
    b"describe",
    b"it",
    b"test",
    b"split",
    b"join",
    b"concat",
    b"in",
    b"if",
    b"for",
    b"foreach",
    b"print",
    b"println",
    b"printf",
    b"format",
    b"log",
    b"info",
    b"debug",
    b"warn",
    b"error",
    b"enum",
    b"each",
    b"includes",
    b"contains",
    b"indexof",
    b"rename",
    b"renamecolumn",
    b"oneof",
    b"pick",
    b"omit",
    b"hasrole",
    b"permit",
    b"require",
    // A password and its salt.
    b"standard",
    b"delux",
    b"queryabletext",
];

fn takes_pair(text: &[u8], open: usize) -> bool {
    let from = text[..open].iter().rev().take(40).take_while(|&&b| is_identifier(b)).count();
    let callee = &text[open - from..open];
    !NO_PAIR.iter().any(|name| callee.eq_ignore_ascii_case(name)) && !words_of(callee).any(tells_of_a_pair)
}

/// Is the call before the parenthesis one that sets a variable of the environment?
fn sets_variable(text: &[u8], open: usize) -> bool {
    const CALL: &[u8] = b"SetEnvironmentVariable";
    open >= CALL.len() && text[open - CALL.len()..open].eq_ignore_ascii_case(CALL)
}

/// The words of `assertThat`, `assert_that`.
fn words_of(name: &[u8]) -> impl Iterator<Item = &[u8]> {
    let mut rest = name;
    std::iter::from_fn(move || {
        let start = rest.iter().position(u8::is_ascii_alphabetic)?;
        let word = &rest[start..];
        let end = (1..word.len()).find(|&i| !word[i].is_ascii_lowercase()).unwrap_or(word.len());
        rest = &word[end..];
        Some(&word[..end])
    })
}

/// A call with this word compares, rejects or encodes what it takes: `matches("password", "$2a$…")`,
/// `rejectValue("password", "not.empty")`, `ImportStep("password", "other")`.
fn tells_of_a_pair(word: &[u8]) -> bool {
    #[rustfmt::skip]
    const WORDS: [&[u8]; 22] = [
        b"match", b"matches", b"verify", b"reject", b"assert", b"expect", b"compare", b"import", b"encode", b"decode",
        b"encrypt", b"decrypt", b"hash", b"validate", b"stronger", b"change", b"error", b"message", b"label",
        b"hmac", b"digest", b"sha",
    ];
    WORDS.iter().any(|one| word.eq_ignore_ascii_case(one))
}

/// First words of calls that read, test or make something under the name they take.
const READS: &[&[u8]] = &[
    b"get",
    b"try",
    b"fetch",
    b"read",
    b"find",
    b"load",
    b"has",
    b"is",
    b"contains",
    b"check",
    b"validate",
    b"verify",
    b"test",
    b"assert",
    b"parse",
    b"delete",
    b"remove",
    b"require",
    b"query",
    b"lookup",
    b"resolve",
    b"list",
    b"show",
    b"print",
    b"log",
    b"expect",
    b"generate",
    b"hash",
    b"encode",
    b"decode",
    b"decrypt",
    b"from",
    b"to",
    b"import",
    b"download",
    b"recover",
    b"purge",
    b"match",
    b"ask",
    b"prompt",
    b"input",
    b"select",
    b"by",
    b"on",
    b"as",
    b"for",
    b"create",
    b"new",
    b"describe",
];

/// First words of calls that give a value to what the rest names.
const WRITES: &[&[u8]] = &[b"set", b"with", b"add", b"use", b"put", b"store", b"save"];

/// `.setClientSecret("v")`, `.clientSecret("v")`, `WithClientSecret("v")`, `setSecret("name", "v")`, `password.equals("v")`.
pub(super) fn call(text: &[u8], name: &Name, kind: Kind) -> Option<(Range<usize>, Value)> {
    let whole = &text[name.span.clone()];
    let last = name.span.start + whole.iter().rposition(|&b| matches!(b, b'.' | b':')).map_or(0, |n| n + 1);
    let method = &text[last..name.span.end];
    let mut cursor = Cursor::at(text, name.right + 1);
    cursor.skip_white();
    if last > name.word {
        // `password.split(".")`: what the method does with its literal is not known, but for a few.
        let value = is_comparison(method).then(|| literal::read(text, cursor.at, kind))??;
        return Some((name.span.start..last - 1, ended(text, value)?));
    }
    let first = first_word(method);
    let is = |words: &[&[u8]]| words.iter().any(|word| method[..first].eq_ignore_ascii_case(word));
    if is(READS) {
        return None;
    }
    // `new AzureKeyCredential("v")`
    if [&b"KeyCredential"[..], b"SasCredential", b"ApiKeyCredential"].iter().any(|class| method.ends_with(class)) {
        return Some((name.span.clone(), ended(text, literal::read(text, cursor.at, kind)?)?));
    }
    let writes = is(WRITES) && first < method.len();
    let built = last > name.span.start || name.before(text) == b'.';
    let described = matches!(kind, Kind::Kotlin | Kind::Groovy | Kind::Scala);
    if !(writes || built || described) {
        return None;
    }
    let value = value::read(text, cursor.at, kind)?;
    let skipped = if writes { first + usize::from(method[first] == b'_') } else { 0 };
    let named = last + skipped.min(method.len() - 1)..name.span.end;
    let mut after = Cursor::at(text, value.end);
    after.skip_white();
    if writes && after.peek() == b',' {
        let second = value::default_argument(after, kind)?;
        return Some((value.span, ended(text, second)?));
    }
    Some((named, ended(text, value)?))
}

/// The value if it is the last argument.
fn ended(text: &[u8], value: Value) -> Option<Value> {
    let mut after = Cursor::at(text, value.end);
    after.skip_white();
    matches!(after.peek(), b')' | b'.').then_some(value)
}

fn is_comparison(method: &[u8]) -> bool {
    [
        &b"equals"[..],
        b"equalsIgnoreCase",
        b"compareTo",
        b"contentEquals",
        b"eq",
        b"sendKeys",
        b"send_keys",
        b"setValue",
        b"set",
        b"fill",
    ]
    .iter()
    .any(|name| method.eq_ignore_ascii_case(name))
}

/// Length of the first word of `setClientSecret`, `set_client_secret`, `WithSecret`.
fn first_word(name: &[u8]) -> usize {
    (1..name.len()).find(|&i| name[i] == b'_' || name[i].is_ascii_uppercase()).unwrap_or(name.len())
}
