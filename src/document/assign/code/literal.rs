//! A literal, and several that are joined by an operator or by standing side by side.
//!
//! What stands for a literal in which language is told by `opening`, what its
//! escapes mean by `escape`.

use std::ops::Range;

use memchr::{memchr, memchr2, memchr3, memmem};

use crate::document::assign::Decoded;
use crate::document::kind::Kind;

use super::escape::{Escape, Writer};
use super::opening::{Closer, Holes, Opening};
use super::text::Cursor;

/// The longest literal that is read; a certificate chain in base64 has less.
const LONGEST: usize = 16 * 1024;
/// The most pieces of one joined literal.
const MOST_PIECES: usize = 128;

/// A value that was read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Value {
    /// From the first byte within the first quote to the last within the last.
    pub(super) span: Range<usize>,
    pub(super) decoded: Option<Decoded>,
    pub(super) quoted: bool,
    /// The byte after it, closing quote included.
    pub(super) end: usize,
}

impl Value {
    /// Text that stands for itself.
    pub(super) fn plain(span: Range<usize>, quoted: bool) -> Self {
        Self { end: span.end, span, decoded: None, quoted }
    }
}

/// One literal: what is within its quotes.
#[derive(Clone, Debug)]
pub(super) struct Piece {
    pub(super) body: Range<usize>,
    pub(super) end: usize,
    pub(super) escape: Escape,
    pub(super) braces: bool,
    dedent: bool,
}

/// The literal at `at`, with those that are joined to it.
///
/// `None` if none begins there, if it is empty or longer than 16 KiB, has no end, has a hole,
/// or is joined to something that is no literal.
pub(super) fn read(text: &[u8], at: usize, kind: Kind) -> Option<Value> {
    let first = piece(text, at, kind)?;
    let Some(next) = joined(text, first.end, kind)? else {
        return single(text, first);
    };
    let mut end = next.end;
    let (from, mut to) = (first.body.start, next.body.end);
    let mut pieces = vec![first, next];
    while let Some(next) = joined(text, end, kind)? {
        (end, to) = (next.end, next.body.end);
        pieces.push(next);
        if pieces.len() > MOST_PIECES || to - from > LONGEST {
            return None;
        }
    }
    let mut writer = Writer::starting_at(from);
    for piece in &pieces {
        writer.piece(text, piece.body.clone(), piece.escape, piece.braces);
    }
    let decoded = writer.finish("joined");
    (!decoded.bytes.is_empty()).then_some(Value { span: from..to, decoded: Some(decoded), quoted: true, end })
}

fn single(text: &[u8], piece: Piece) -> Option<Value> {
    let Piece { body, end, escape, braces, dedent } = piece;
    if body.is_empty() {
        return None;
    }
    if dedent && memchr(b'\n', &text[body.clone()]).is_some() {
        return dedented(text, body, end, escape);
    }
    let bytes = &text[body.clone()];
    let decoded = (escape.occurs(bytes) || (braces && memchr2(b'{', b'}', bytes).is_some())).then(|| {
        let mut writer = Writer::starting_at(body.start);
        writer.piece(text, body.clone(), escape, braces);
        writer.finish(if escape == Escape::Entity { "xml" } else { "string" })
    });
    let decoded = decoded.filter(|decoded| decoded.bytes != bytes);
    Some(Value { span: body, decoded, quoted: true, end })
}

/// A text block: first line break, common indentation and last line left out.
fn dedented(text: &[u8], body: Range<usize>, end: usize, escape: Escape) -> Option<Value> {
    let start = body.start + memchr(b'\n', &text[body.clone()])? + 1;
    let mut stop = body.end;
    while stop > start && text[stop - 1].is_ascii_whitespace() {
        stop -= 1;
    }
    let lines: Vec<Range<usize>> = lines(text, start..stop).collect();
    let indent = |line: &Range<usize>| text[line.clone()].iter().take_while(|b| matches!(b, b' ' | b'\t')).count();
    let common = lines.iter().filter(|line| line.len() > 1).map(indent).min().unwrap_or(0);
    let from = start + common.min(stop.saturating_sub(start));
    let mut writer = Writer::starting_at(from);
    for line in lines {
        writer.piece(text, (line.start + common).min(line.end)..line.end, escape, false);
    }
    let decoded = Some(writer.finish("string")).filter(|decoded| decoded.bytes != text[from..stop]);
    (from < stop).then_some(Value { span: from..stop, decoded, quoted: true, end })
}

/// Lines with their ends.
fn lines(text: &[u8], range: Range<usize>) -> impl Iterator<Item = Range<usize>> + '_ {
    let mut at = range.start;
    std::iter::from_fn(move || {
        let start = at;
        at = memchr(b'\n', &text[start..range.end]).map_or(range.end, |n| start + n + 1);
        (start < at).then_some(start..at)
    })
}

/// The literal at `at` alone, holes and all: they are text like any other.
pub(super) fn piece_with_holes(text: &[u8], at: usize, kind: Kind) -> Option<Piece> {
    piece_or(text, at, kind, true)
}

/// The literal at `at` alone.
fn piece(text: &[u8], at: usize, kind: Kind) -> Option<Piece> {
    piece_or(text, at, kind, false)
}

fn piece_or(text: &[u8], at: usize, kind: Kind, holes: bool) -> Option<Piece> {
    let opening = Opening::at(text, at, kind)?;
    let window = &text[..text.len().min(opening.body + LONGEST + 8)];
    let (mut close, end) = closing(window, &opening)?;
    if close - opening.body > LONGEST {
        return None;
    }
    let bytes = &text[opening.body..close];
    if opening.doubtful && !plausible(bytes) || !holes && has_hole(bytes, opening.holes) {
        return None;
    }
    let mut body = opening.body;
    if matches!(opening.closer, Closer::Line(_) | Closer::Run(..)) && !opening.dedent {
        // The line breaks behind the opening and before the closing quotes are layout.
        while body < close && matches!(text[body], b'\r' | b'\n') {
            body += 1;
        }
        while close > body && matches!(text[close - 1], b'\r' | b'\n') {
            close -= 1;
        }
    }
    let braces = opening.holes == Holes::Brace && !holes;
    Some(Piece { body: body..close, end, escape: opening.escape, braces, dedent: opening.dedent })
}

/// `'…'` where it could be a character or a lifetime: an SQL string within another string.
fn plausible(bytes: &[u8]) -> bool {
    (2..=128).contains(&bytes.len()) && bytes.iter().all(|b| b.is_ascii_graphic() && !matches!(b, b'"' | b'\\'))
}

fn has_hole(bytes: &[u8], holes: Holes) -> bool {
    match holes {
        Holes::Text => false,
        Holes::DollarBrace => memmem::find(bytes, b"${").is_some(),
        Holes::Paren => memmem::find(bytes, br"\(").is_some(),
        Holes::Dollar => bytes.windows(2).any(|w| w[0] == b'$' && (w[1] == b'{' || w[1].is_ascii_alphabetic())),
        Holes::Brace => {
            let mut at = 0;
            while let Some(n) = memchr(b'{', &bytes[at..]) {
                if bytes.get(at + n + 1) != Some(&b'{') {
                    return true;
                }
                at += n + 2;
            }
            false
        }
    }
}

/// Where the body ends, and the byte after the closing quotes.
fn closing(window: &[u8], opening: &Opening) -> Option<(usize, usize)> {
    let from = opening.body;
    let rest = window.get(from..)?;
    match opening.closer {
        Closer::Quote(quote) => {
            let at = unescaped(window, from, quote, opening.escape, opening.lines)?;
            Some((at, at + 1))
        }
        Closer::Run(quote, count) => {
            let mut at = from;
            loop {
                at = unescaped(window, at, quote, opening.escape, true)?;
                let run = window[at..].iter().take(count + 2).take_while(|&&b| b == quote).count();
                if run >= count {
                    // `""""` at the end: the first belongs to the body.
                    return Some((at + run - count, at + run));
                }
                at += run;
            }
        }
        Closer::Hashes(quote, count) => memchr::memchr_iter(quote, rest).find_map(|n| {
            let hashes = window[from + n + 1..].iter().take(count).take_while(|&&b| b == b'#').count();
            (hashes == count).then_some((from + n, from + n + 1 + count))
        }),
        Closer::Line(closer) => memmem::find_iter(rest, closer)
            .map(|n| from + n)
            .find(|&at| at == from || window[at - 1] == b'\n')
            .map(|at| (at, at + closer.len())),
        Closer::Text(closer) => {
            let line = if opening.lines { rest } else { &rest[..memchr(b'\n', rest).unwrap_or(rest.len())] };
            let at = from + nested(line, closer)?;
            Some((at, at + closer.len()))
        }
    }
}

/// The first `closer` that is not itself escaped: `\\\"` within `\"…\"` is not.
fn nested(rest: &[u8], closer: &[u8]) -> Option<usize> {
    if closer[0] != b'\\' {
        return memmem::find(rest, closer);
    }
    let mut at = 0;
    loop {
        at += memchr2(b'\\', closer[1], &rest[at..])?;
        if rest[at..].starts_with(closer) {
            return Some(at);
        }
        if rest[at] != b'\\' {
            return None; // The string around it ends.
        }
        at += if rest.get(at + 1) == Some(&b'\\') && rest.get(at + 2) == Some(&b'\\') { 4 } else { 2 };
        if at > rest.len() {
            return None;
        }
    }
}

/// The first `quote` from `at` on that no escape covers; `None` at a line end unless `lines`.
fn unescaped(window: &[u8], mut at: usize, quote: u8, escape: Escape, lines: bool) -> Option<usize> {
    let mark = match escape {
        Escape::Raw | Escape::Entity | Escape::Doubled(_) => quote,
        Escape::Grave => b'`',
        _ => b'\\',
    };
    // A raw string of Python still cannot end after a backslash, but such a secret has not been seen.
    let stop = if lines { quote } else { b'\n' };
    loop {
        at += memchr3(quote, mark, stop, window.get(at..)?)?;
        let byte = window[at];
        if byte == quote {
            let doubles = matches!(escape, Escape::Doubled(_) | Escape::Grave);
            if !doubles || window.get(at + 1) != Some(&quote) {
                return Some(at);
            }
        } else if byte != mark {
            return None;
        }
        at += 2;
    }
}

/// The next piece of a joined literal. `Some(None)`: nothing follows; `None`: an operator and then no literal.
#[allow(clippy::option_option)]
fn joined(text: &[u8], end: usize, kind: Kind) -> Option<Option<Piece>> {
    let mut cursor = Cursor::at(text, end);
    cursor.skip_blanks();
    let same_line = !cursor.at_line_end();
    cursor.skip_continued();
    let explicit = operator(&mut cursor, kind);
    if !explicit && !side_by_side(kind, same_line, &text[cursor.at..]) {
        return Some(None);
    }
    cursor.skip_continued();
    let next = piece(text, cursor.at, kind);
    match next {
        Some(next) => Some(Some(next)),
        None if explicit => None,
        None => Some(None),
    }
}

/// Moves over the operator that joins strings.
pub(super) fn operator(cursor: &mut Cursor<'_>, kind: Kind) -> bool {
    use Kind::{
        CSharp, Dart, DotNet, Elixir, Go, Groovy, Html, Java, JavaScript, Kotlin, Lua, Markdown, Perl, Php, PowerShell,
        Python, Ruby, Scala, Sql, Swift, Text, TypeScript,
    };
    let plus = matches!(
        kind,
        CSharp
            | Java
            | Kotlin
            | Scala
            | Groovy
            | Python
            | JavaScript
            | TypeScript
            | Go
            | Swift
            | Dart
            | Ruby
            | Sql
            | PowerShell
            | Html
            | DotNet
            | Text
            | Markdown
    );
    match cursor.peek() {
        b'+' if plus && !matches!(cursor.peek_at(1), b'+' | b'=') => cursor.eat(b"+"),
        b'&' if kind == DotNet => cursor.eat(b"&"),
        b'.' if matches!(kind, Php | Perl) => cursor.eat(b"."),
        b'.' if kind == Lua => cursor.eat(b".."),
        b'|' if kind == Sql => cursor.eat(b"||"),
        b'<' if kind == Elixir => cursor.eat(b"<>"),
        _ => false,
    }
}

/// Are literals that stand side by side one? On the next line a triple quote is a comment on the first.
pub(super) fn side_by_side(kind: Kind, same_line: bool, rest: &[u8]) -> bool {
    match kind {
        Kind::C => true,
        Kind::Python | Kind::Dart => same_line || !(rest.starts_with(b"\"\"\"") || rest.starts_with(b"'''")),
        Kind::Ruby => same_line,
        _ => false,
    }
}
