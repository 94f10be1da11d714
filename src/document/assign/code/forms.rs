//! What may stand between a name and its literal: operators, types, calls, pairs, options.
//!
//! Each form is a function that gives the value or `None`; [`read`] asks them by the
//! byte behind the name. The order matters only where a comment says so.

use std::ops::Range;

use crate::document::kind::Kind;

use super::bare;
use super::beside;
use super::heredoc;
use super::literal::{self, Value};
use super::markup;
use super::name::{Name, Quote};
use super::prose;
use super::text::{Cursor, before_blanks, follows_word, is_identifier, open_quote};
use super::value;

/// From the end of a name to the first byte of its value.
const LOOK_AHEAD: usize = 300;
/// The longest type annotation.
const LONGEST_TYPE: usize = 60;

/// What a byte directly behind a name says.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Next {
    /// No form goes on so: the hit is rejected here, before the name is read to the left.
    Never,
    Maybe,
    /// A blank or a line break: what is behind it decides.
    Blank,
}

const NEXT: [Next; 256] = {
    let mut table = [Next::Never; 256];
    let maybe = b"=:\"'`\\]}><(?|!+-/[*&.";
    let mut i = 0;
    while i < maybe.len() {
        table[maybe[i] as usize] = Next::Maybe;
        i += 1;
    }
    table[b' ' as usize] = Next::Blank;
    table[b'\t' as usize] = Next::Blank;
    table[b'\n' as usize] = Next::Blank;
    table[b'\r' as usize] = Next::Blank;
    table
};

/// Can a value follow a name that ends at `end`? Cheap: most hits of a word end here.
pub(super) fn may_follow(text: &[u8], end: usize, kind: Kind) -> bool {
    let Some(&byte) = text.get(end) else { return false };
    let mut cursor = Cursor::at(text, end);
    match NEXT[byte as usize] {
        Next::Never => false,
        // A call without arguments or with a variable is the most frequent of all.
        Next::Maybe if byte == b'(' => {
            cursor.at += 1;
            cursor.skip_white();
            !is_identifier(cursor.peek()) && cursor.peek() != b')' || may_be_prefix(&cursor)
        }
        Next::Maybe if byte == b'.' => matches!(cursor.peek_at(1), b'='),
        Next::Maybe => true,
        Next::Blank => {
            cursor.skip_blanks();
            let byte = cursor.peek();
            if matches!(byte, b'\n' | b'\r') {
                cursor.skip_white();
                let accessors = kind == Kind::CSharp && cursor.peek() == b'{';
                let below = matches!(kind, Kind::Text | Kind::Markdown)
                    && (cursor.peek().is_ascii_alphanumeric() || matches!(cursor.peek(), b'+' | b'/'));
                return kind.quotes_literals() && matches!(cursor.peek(), b'=' | b'?' | b'|' | b':')
                    || accessors
                    || below;
            }
            match NEXT[byte as usize] {
                // The rest are names behind a dash, types and words.
                Next::Never => {
                    is_identifier(byte) || matches!(byte, b'@' | b'$' | b'%') || byte == b'{' && kind == Kind::CSharp
                }
                _ => !matches!(byte, b']' | b'}' | b'.'),
            }
        }
    }
}

/// Letters before a quote: `setPassword(b"v")`.
fn may_be_prefix(cursor: &Cursor<'_>) -> bool {
    (1..4).any(|n| matches!(cursor.peek_at(n), b'"' | b'\''))
}

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
        return call(text, name, kind);
    }
    if let Some(found) = statement(text, name, kind) {
        return Some(found);
    }
    if let Some(value) = beside::member(text, name, kind).or_else(|| beside::block(text, name, kind)) {
        return Some((name.span.clone(), value));
    }
    if let Some(value) = beside::build_field(text, name, kind) {
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

/// `"api-key: v"`, `"NAME=v"`, `"--password=v"`: name and value in one string.
fn embedded(text: &[u8], name: &Name, quote: Quote, kind: Kind) -> Option<Value> {
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

/// `#define NAME "v"`, `ENV NAME v`, `set NAME=v`, `IDENTIFIED BY 'v'`, `sshpass -p v`, `ConvertTo-SecureString 'v'`.
fn statement(text: &[u8], name: &Name, kind: Kind) -> Option<(Range<usize>, Value)> {
    let mut cursor = Cursor::at(text, name.right);
    if !cursor.skip_blanks() {
        return None;
    }
    let own = |value| Some((name.span.clone(), value));
    let word = &text[name.span.clone()];
    if word.eq_ignore_ascii_case(b"identified") && cursor.eat_word(b"by") {
        cursor.skip_blanks();
        let range = name.span.start..before_blanks(text, cursor.at)?.0 + 1;
        return Some((range, literal::read(text, cursor.at, Kind::Sql)?));
    }
    if word.eq_ignore_ascii_case(b"sshpass") && (cursor.eat(b"-p ") || cursor.eat(b"-p")) {
        cursor.skip_blanks();
        return own(argument(text, name, cursor.at, kind)?);
    }
    if bare::is_command(kind) {
        // `gh secret set NAME --body v`, `az keyvault secret set --name N --value v`
        if [&b"--body"[..], b"--value", b"--secret-value"].iter().any(|option| cursor.eat_word(option)) {
            cursor.at += usize::from(matches!(cursor.peek(), b' ' | b'='));
            return own(argument(text, name, cursor.at, kind)?);
        }
        // `dotnet user-secrets set "Name" "v"`, `pulumi config set --secret name v`
        if ["user-secrets set", "config set", "config set --secret", "secrets set"]
            .iter()
            .any(|command| text[..name.left].trim_ascii_end().ends_with(command.as_bytes()))
        {
            return own(argument(text, name, cursor.at, kind)?);
        }
    }
    match kind {
        Kind::C if follows_word(text, name.left, b"define") => own(value::read(text, cursor.at, kind)?),
        Kind::Dockerfile if follows_word(text, name.left, b"ENV") => own(bare::line(text, cursor.at, kind)?),
        Kind::Batch if follows_word(text, name.left, b"setx") => own(bare::word(text, cursor.at, kind)?),
        Kind::Groovy | Kind::Ruby | Kind::Sql | Kind::Perl if matches!(cursor.peek(), b'"' | b'\'' | b'N') => {
            if name.enclosed || kind == Kind::Perl {
                return None;
            }
            own(literal::read(text, cursor.at, kind)?)
        }
        Kind::PowerShell if word.eq_ignore_ascii_case(b"ConvertTo-SecureString") => {
            let value = value::secure_string(Cursor::at(text, name.span.start), kind)?;
            Some((variable_before(text, name.span.start).unwrap_or(name.span.clone()), value))
        }
        _ if cursor.peek() == b'\''
            && word.eq_ignore_ascii_case(b"password")
            && open_quote(text, name.left) == Some(b'"') =>
        {
            // `"… WITH PASSWORD 'v'"`
            own(literal::read(text, cursor.at, Kind::Sql)?)
        }
        _ => None,
    }
}

/// The variable that the expression at `at` is given to: `$x = (…`.
fn variable_before(text: &[u8], at: usize) -> Option<Range<usize>> {
    let (mut i, mut byte) = before_blanks(text, at)?;
    while byte == b'(' {
        (i, byte) = before_blanks(text, i)?;
    }
    if byte != b'=' {
        return None;
    }
    let (last, _) = before_blanks(text, i)?;
    let from = text[..=last].iter().rev().take(100).take_while(|&&b| is_identifier(b) || b == b':').count();
    (from > 0).then_some(last + 1 - from..last + 1)
}

/// Moves over brackets that close about a name, `["X"]`, `("X")`, `{X}`, and over an index, `name[0]`.
/// The second says whether a call was closed.
fn after_brackets(text: &[u8], name: &Name, kind: Kind) -> Option<(usize, bool)> {
    let mut cursor = Cursor::at(text, name.right);
    if cursor.peek() == b'[' {
        let n = text[cursor.at..].iter().take(LONGEST_TYPE).position(|&b| b == b']')?;
        cursor.at += n + 1;
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

/// `By.id("password")).sendKeys("v")`, `$("#password").val("v")`, `getElementById("password").value = "v"`.
fn typed_in(text: &[u8], at: usize, kind: Kind) -> Option<Value> {
    let mut cursor = Cursor::at(text, at);
    if !cursor.eat(b".") {
        return None;
    }
    let name = cursor.identifier();
    match &text[name] {
        b"sendKeys" | b"send_keys" | b"SendKeys" | b"val" | b"fill" | b"type" | b"setValue" if cursor.eat(b"(") => {
            literal::read(text, cursor.at, kind)
        }
        b"value" | b"Value" => {
            cursor.skip_blanks();
            if !cursor.eat(b"=") || cursor.peek() == b'=' {
                return None;
            }
            cursor.skip_white();
            literal::read(text, cursor.at, kind)
        }
        _ => None,
    }
}

/// Is the quoted name the first of two arguments, of a tuple, or an option in a list?
fn pair_follows(text: &[u8], name: &Name, at: usize) -> bool {
    let mut cursor = Cursor::at(text, at);
    cursor.skip_blanks();
    cursor.peek() == b','
        && (name.dashes > 0 || before_blanks(text, name.left).is_some_and(|(_, b)| matches!(b, b'(' | b'{' | b'[')))
}

/// `("name", "v")`, `{"name", "v"}`, `["name", "v"]`, `["--password", "v"]`.
fn pair(text: &[u8], name: &Name, at: usize, kind: Kind) -> Option<Value> {
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
    const WORDS: [&[u8]; 19] = [
        b"match", b"matches", b"verify", b"reject", b"assert", b"expect", b"compare", b"import", b"encode", b"decode",
        b"encrypt", b"decrypt", b"hash", b"validate", b"stronger", b"change", b"error", b"message", b"label",
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
fn call(text: &[u8], name: &Name, kind: Kind) -> Option<(Range<usize>, Value)> {
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

/// `name = "v"` and everything that is written like it.
fn operator(text: &[u8], name: &Name, at: usize, kind: Kind) -> Option<Value> {
    let mut cursor = Cursor::at(text, at);
    if kind.quotes_literals() {
        cursor.skip_white()
    } else {
        _ = cursor.skip_blanks()
    }
    let spaced = cursor.at > at;
    if kind == Kind::CSharp && cursor.peek() == b'{' {
        skip_accessors(&mut cursor)?;
    }
    layout_marks(&mut cursor, kind);
    let operator = Operator::eat(&mut cursor, text, name, kind)?;
    layout_marks(&mut cursor, kind);
    let tight = !spaced && !matches!(cursor.peek(), b' ' | b'\t');
    if tight && !operator.colon && !name.enclosed && heredoc::holds(text, name.left, kind) {
        return bare::field(text, cursor.at, Kind::Text);
    }
    if kind.quotes_literals() || operator.quoted {
        cursor.skip_continued();
    } else {
        cursor.skip_blanks();
    }
    if cursor.at > name.right + LOOK_AHEAD {
        return None;
    }
    let quote = cursor.peek();
    if matches!(quote, b'"' | b'\'' | b'`') && !name.enclosed && open_quote(text, name.left) == Some(quote) {
        return None; // The quote ends the string that the name stands in.
    }
    if quote == b'"' && name.opened == Some(Quote::Twice) && cursor.peek_at(1) == b'"' {
        // `""name"": ""v""` within a verbatim string.
        return bare::within(text, cursor.at + 2, b"\"").filter(|value| text[value.end..].starts_with(b"\"\""));
    }
    if kind.quotes_literals() || operator.quoted {
        return value::read(text, cursor.at, kind).or_else(|| typed(cursor, operator, name, kind));
    }
    unquoted(text, name, &cursor, operator, tight, kind)
}

/// Moves over `{ get; set; }` of a property, up to its `=`.
fn skip_accessors(cursor: &mut Cursor<'_>) -> Option<()> {
    let window = &cursor.text[cursor.at..cursor.text.len().min(cursor.at + LONGEST_TYPE)];
    let close = memchr::memchr(b'}', window)?;
    let inside = window[1..close].trim_ascii_start();
    let accessors = [&b"get;"[..], b"set;", b"init;", b"internal ", b"private ", b"protected "];
    accessors.iter().any(|word| inside.starts_with(word)).then_some(())?;
    cursor.at += close + 1;
    cursor.skip_white();
    (cursor.peek() == b'=').then_some(())
}

/// `**Name**: v` and `` `name`: v `` in prose.
fn layout_marks(cursor: &mut Cursor<'_>, kind: Kind) {
    if matches!(kind, Kind::Markdown | Kind::Text) {
        // More than two are a masked value.
        if cursor.eat(b"**") || cursor.eat(b"__") || cursor.eat(b"*") {}
    }
}

/// The right side in a kind where it needs no quotes.
fn unquoted(
    text: &[u8],
    name: &Name,
    cursor: &Cursor<'_>,
    operator: Operator,
    tight: bool,
    kind: Kind,
) -> Option<Value> {
    let at = cursor.at;
    if matches!(cursor.peek(), b'"' | b'\'' | b'`' | b'\\')
        && kind != Kind::Properties
        && let Some(value) = literal::read(text, at, kind)
    {
        let word = tight && !operator.colon && matches!(kind, Kind::Shell | Kind::Dockerfile);
        return if word { bare::word(text, at, kind) } else { Some(value) };
    }
    let colon_needs_blank = kind == Kind::Yaml && operator.colon && tight;
    let empty = text[at..].starts_with(b"\"\"") || text[at..].starts_with(b"''");
    if empty || cursor.at_line_end() || operator.compares || colon_needs_blank {
        return None;
    }
    // `{{- $password := include "x" . }}`: an expression of a template.
    if within_braces(text, name.left) {
        return None;
    }
    // Within quotes only a quoted value can follow the name: `"name": v` is code.
    if name.enclosed && !matches!(kind, Kind::Yaml | Kind::Dotenv | Kind::Ini | Kind::Properties) {
        return None;
    }
    match kind {
        Kind::Shell if operator.whole => bare::line(text, at, kind),
        Kind::Shell | Kind::Dockerfile if tight && !operator.colon => bare::word(text, at, kind),
        Kind::Shell | Kind::Dockerfile | Kind::Html => None,
        Kind::Yaml if !operator.colon && tight => bare::word(text, at, kind),
        Kind::Batch if operator.colon => None,
        Kind::Batch if !follows_word(text, name.left, b"set") => bare::word(text, at, kind),
        Kind::Text | Kind::Markdown if tight && !operator.colon => bare::field(text, at, kind),
        _ => bare::line(text, at, kind),
    }
}

/// Was `{{` opened on the line of `at`, and not closed before it?
fn within_braces(text: &[u8], at: usize) -> bool {
    let line = &text[at.saturating_sub(300)..at];
    let line = memchr::memrchr(b'\n', line).map_or(line, |n| &line[n + 1..]);
    memchr::memmem::rfind(line, b"{{").is_some_and(|open| memchr::memmem::find(&line[open..], b"}}").is_none())
}

/// An operator that was read.
#[derive(Clone, Copy, Debug)]
struct Operator {
    /// `:`, behind which a type may stand.
    colon: bool,
    /// `==`, `!=`: a value without quotes is a name there.
    compares: bool,
    /// Only a quoted value may follow.
    quoted: bool,
    /// The rest of the line is the value: `NAME := v` in a makefile.
    whole: bool,
}

impl Operator {
    const GIVES: Self = Self { colon: false, compares: false, quoted: false, whole: false };
    const WHOLE: Self = Self { whole: true, ..Self::GIVES };
    const QUOTED: Self = Self { quoted: true, ..Self::GIVES };
    const COMPARES: Self = Self { compares: true, quoted: true, ..Self::GIVES };
    const COLON: Self = Self { colon: true, ..Self::GIVES };

    /// Moves over an operator, and over a type that stands before it.
    fn eat(cursor: &mut Cursor<'_>, text: &[u8], name: &Name, kind: Kind) -> Option<Self> {
        let first = cursor.peek();
        match first {
            b'=' => Self::equals(cursor, text, name, kind),
            b':' => Self::colon(cursor, text, name, kind),
            b'!' if cursor.eat(b"!=") => {
                cursor.eat(b"=");
                Some(Self::COMPARES)
            }
            b'!' if cursor.eat(b"!:") => Some(Self { quoted: true, ..Self::COLON }),
            b'?' if cursor.eat(b"??=") || cursor.eat(b"??") || cursor.eat(b"?=") => Some(Self::QUOTED),
            // Elvis in Kotlin, Groovy and PHP; an optional property with its type in TypeScript.
            b'?' if cursor.eat(b"?:") => Some(Self { quoted: true, ..Self::COLON }),
            b'|' if cursor.eat(b"||=") || cursor.eat(b"||") => Some(Self::QUOTED),
            b'+' if cursor.eat(b"+=") => Some(Self::QUOTED),
            b'.' if matches!(kind, Kind::Php | Kind::Perl) && cursor.eat(b".=") => Some(Self::QUOTED),
            b'/' if kind == Kind::Perl && (cursor.eat(b"//=") || cursor.eat(b"//")) => Some(Self::QUOTED),
            b'<' if cursor.eat(b"<>") => Some(Self::COMPARES),
            b'<' if matches!(kind, Kind::R | Kind::DotNet) && (cursor.eat(b"<<-") || cursor.eat(b"<-")) => {
                Some(Self::QUOTED)
            }
            b'-' => Self::dash(cursor, kind),
            _ => Self::word(cursor, name, kind),
        }
    }

    fn equals(cursor: &mut Cursor<'_>, text: &[u8], name: &Name, kind: Kind) -> Option<Self> {
        if cursor.eat(b"===") || cursor.eat(b"==") {
            return Some(Self::COMPARES);
        }
        if cursor.eat(b"=>") {
            return (!is_arrow(text, name, kind)).then_some(Self::QUOTED);
        }
        cursor.eat(b"=");
        (!matches!(cursor.peek(), b'~')).then_some(Self::GIVES)
    }

    fn colon(cursor: &mut Cursor<'_>, text: &[u8], name: &Name, kind: Kind) -> Option<Self> {
        if cursor.eat(b":=") {
            let line_start = begins_line(text, name.left);
            return Some(match kind {
                Kind::Text => Self::GIVES,
                Kind::Shell if line_start => Self::WHOLE,
                _ => Self::QUOTED,
            });
        }
        if cursor.peek_at(1) == b':' && !cursor.eat(b"::=") {
            return None;
        }
        cursor.eat(b":");
        // `x ? "password" : "text"`
        let before = before_blanks(text, name.left).map_or(0, |(_, b)| b);
        (!(name.enclosed && before == b'?')).then_some(Self::COLON)
    }

    fn dash(cursor: &mut Cursor<'_>, kind: Kind) -> Option<Self> {
        if cursor.eat(b"->") {
            return (!matches!(kind, Kind::Java | Kind::Kotlin | Kind::Groovy | Kind::Elixir | Kind::DotNet | Kind::C))
                .then_some(Self::QUOTED);
        }
        let shell = matches!(kind, Kind::PowerShell | Kind::Shell | Kind::Markdown | Kind::Text | Kind::Yaml);
        cursor.at += 1;
        let word = cursor.identifier();
        let known = [&b"eq"[..], b"ne", b"ceq", b"cne", b"ieq", b"ine"];
        (shell && known.iter().any(|k| cursor.text[word.clone()].eq_ignore_ascii_case(k))).then_some(Self::COMPARES)
    }

    /// `or`, `to`, or a type that stands between a name and its `=` without a colon.
    fn word(cursor: &mut Cursor<'_>, name: &Name, kind: Kind) -> Option<Self> {
        match kind {
            Kind::Python | Kind::Lua | Kind::Ruby | Kind::Perl if cursor.eat_word(b"or") => Some(Self::QUOTED),
            Kind::Kotlin if cursor.eat_word(b"to") => Some(Self::QUOTED),
            // A text in quotes has no type: what follows it is the next statement.
            Kind::Go | Kind::Bicep | Kind::Sql | Kind::DotNet if !name.enclosed => {
                is_identifier(cursor.peek()).then_some(())?;
                skip_type(cursor)?;
                Some(Self::QUOTED)
            }
            _ => None,
        }
    }
}

/// Does a line begin at `at`, or behind the words that a makefile puts before a name?
fn begins_line(text: &[u8], at: usize) -> bool {
    let from = at.saturating_sub(40);
    let before = &text[from..at];
    match memchr::memrchr(b'\n', before) {
        Some(n) => matches!(before[n + 1..].trim_ascii(), b"" | b"export" | b"override" | b"private"),
        None => from == 0 && matches!(before.trim_ascii(), b"" | b"export" | b"override" | b"private"),
    }
}

/// Is `name => …` or `(name) => …` a function there, or the arm of a match?
fn is_arrow(text: &[u8], name: &Name, kind: Kind) -> bool {
    match kind {
        Kind::JavaScript | Kind::TypeScript | Kind::Html | Kind::Rust => true,
        // `string Password => "v";` is a property.
        Kind::CSharp | Kind::Dart => {
            !before_blanks(text, name.left).is_some_and(|(_, b)| is_identifier(b) || b == b'?')
        }
        _ => false,
    }
}

/// Moves over the bytes of a type and the `=` behind it.
fn skip_type(cursor: &mut Cursor<'_>) -> Option<()> {
    let (from, mut depth) = (cursor.at, 0usize);
    while cursor.at - from < LONGEST_TYPE {
        let byte = cursor.peek();
        depth += usize::from(matches!(byte, b'<' | b'[' | b'('));
        depth = depth.saturating_sub(usize::from(matches!(byte, b'>' | b']' | b')')));
        match byte {
            // The next parameter.
            b',' if depth == 0 => return None,
            b')' if depth == 0 && !cursor.text[from..cursor.at].contains(&b'(') => return None,
            b'=' if matches!(cursor.peek_at(1), b'=' | b'>') => return None,
            b'=' => {
                cursor.at += 1;
                return Some(());
            }
            byte if is_identifier(byte) || b" .<>[]?&'*|,$:!()".contains(&byte) => cursor.at += 1,
            _ => return None,
        }
    }
    None
}

/// `name: string = "v"`, once `: "v"` did not fit.
fn typed(mut cursor: Cursor<'_>, operator: Operator, name: &Name, kind: Kind) -> Option<Value> {
    if !operator.colon || name.enclosed {
        return None;
    }
    skip_type(&mut cursor)?;
    cursor.skip_continued();
    value::read(cursor.text, cursor.at, kind)
}
