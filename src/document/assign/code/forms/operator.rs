//! Operators between a name and its value, and what stands about them.

use crate::document::assign::code::literal::{self, Value};
use crate::document::assign::code::name::{Name, Quote};
use crate::document::assign::code::text::{Cursor, before_blanks, follows_word, is_identifier, open_quote};
use crate::document::assign::code::{bare, heredoc, value};
use crate::document::kind::Kind;

use super::LOOK_AHEAD;
use super::returned::arrow;
use super::types::{LONGEST_TYPE, skip_type, typed};

/// `name = "v"` and everything that is written like it.
pub(super) fn operator(text: &[u8], name: &Name, at: usize, kind: Kind) -> Option<Value> {
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
    if kind == Kind::PowerShell && tight && !operator.colon && !name.enclosed && is_argument(text, name.left) {
        return cursor.peek().is_ascii_alphanumeric().then(|| bare::word(text, cursor.at, kind))?;
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
        return value::read(text, cursor.at, kind)
            .or_else(|| typed(cursor, operator, name, kind))
            .or_else(|| arrow(text, cursor.at, kind));
    }
    unquoted(text, name, &cursor, operator, tight, kind)
}

/// `az … --settings NAME=value OTHER=value` in PowerShell: a pair that a program is given, and no assignment.
fn is_argument(text: &[u8], at: usize) -> bool {
    let line = &text[at.saturating_sub(600)..at];
    let line = memchr::memrchr(b'\n', line).map_or(line, |n| &line[n + 1..]);
    line.ends_with(b" ") && memchr::memmem::find(line, b" --").is_some() && !line.contains(&b'#')
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
    // `{password:param}`: a hole of a pattern.
    if tight && operator.colon && text[..name.left].ends_with(b"{") && text[at..].iter().take(40).any(|b| *b == b'}') {
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
    memchr::memchr(b'{', line).is_some()
        && memchr::memmem::rfind(line, b"{{").is_some_and(|open| memchr::memmem::find(&line[open..], b"}}").is_none())
}

/// An operator that was read.
#[derive(Clone, Copy, Debug)]
pub(super) struct Operator {
    /// `:`, behind which a type may stand.
    pub(super) colon: bool,
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
    pub(super) fn eat(cursor: &mut Cursor<'_>, text: &[u8], name: &Name, kind: Kind) -> Option<Self> {
        let first = cursor.peek();
        match first {
            b'=' => Self::equals(cursor, text, name, kind),
            b':' => Self::colon(cursor, text, name, kind),
            b'!' if cursor.eat(b"!=") => {
                cursor.eat(b"=");
                Some(Self::COMPARES)
            }
            b'!' if cursor.eat(b"!:") => Some(Self { quoted: true, ..Self::COLON }),
            // `NAME ?= v` in a makefile.
            b'?' if kind == Kind::Shell && begins_line(text, name.left) && cursor.eat(b"?=") => Some(Self::WHOLE),
            b'?' if cursor.eat(b"??=") || cursor.eat(b"??") || cursor.eat(b"?=") => Some(Self::QUOTED),
            // Elvis in Kotlin, Groovy and PHP; an optional property with its type in TypeScript.
            b'?' if cursor.eat(b"?:") => Some(Self { quoted: true, ..Self::COLON }),
            b'|' if cursor.eat(b"||=") || cursor.eat(b"||") => Some(Self::QUOTED),
            b'+' if cursor.eat(b"+=") => Some(Self::QUOTED),
            b'.' if matches!(kind, Kind::Php | Kind::Perl) && cursor.eat(b".=") => Some(Self::QUOTED),
            b'/' if kind == Kind::Perl && (cursor.eat(b"//=") || cursor.eat(b"//")) => Some(Self::QUOTED),
            b'{' if kind == Kind::C && cursor.eat(b"{") => Some(Self::QUOTED),
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

    pub(super) fn colon(cursor: &mut Cursor<'_>, text: &[u8], name: &Name, kind: Kind) -> Option<Self> {
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
    pub(super) fn word(cursor: &mut Cursor<'_>, name: &Name, kind: Kind) -> Option<Self> {
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
