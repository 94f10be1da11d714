//! Strings that are put together from literals: `"a" + host + "b"`, literals side by side.
//!
//! [`super::literal`] joins literals where nothing else stands between them and a name
//! stands before them. Here a place within one of them is known and the others are looked for;
//! what is no literal becomes `{}`, so that a connection string stays one.

use std::ops::Range;

use crate::document::assign::Decoded;
use crate::document::kind::Kind;

use super::escape::Writer;
use super::literal::{self, Piece};
use super::text::{Cursor, is_identifier};

/// Lines above that are looked at for the beginning.
const MOST_LINES: usize = 40;
/// Bytes from the first line on, and bytes of one expression between two literals.
const REACH: usize = 16 * 1024;
const LONGEST_HOLE: usize = 200;

/// The whole string about the place `at`, or behind it on its line, if it is made of two literals or more.
pub(super) fn about(text: &[u8], at: usize, kind: Kind) -> Option<(Range<usize>, Decoded)> {
    let begin = first_line(text, at, kind);
    let line = &text[at..text.len().min(at + REACH)];
    let line_end = at + memchr::memchr(b'\n', line).unwrap_or(line.len());
    let mut i = begin;
    while i < line_end {
        // The opening of a literal may be a prefix: `r"`, `$"`, `@"`.
        let opens = matches!(text[i], b'"' | b'\'' | b'`' | b'@' | b'$' | b'\\');
        let first = opens.then(|| literal::piece_with_holes(text, i, kind)).flatten();
        let Some(first) = first else {
            i += 1;
            continue;
        };
        let chain = Chain::read(text, first, kind);
        if chain.literals > 1 && at < chain.to {
            return Some((chain.from..chain.to, chain.writer.finish("joined")));
        }
        i = chain.end.max(i + 1);
    }
    None
}

/// May a string on the line of `at` go on beyond a quote?
pub(super) fn may_join(line: &[u8], kind: Kind) -> bool {
    let line = line.trim_ascii();
    let (Some(first), Some(last)) = (line.first(), line.last()) else { return false };
    let beside = side_by_side(kind) && matches!(first, b'"' | b'\'') && line.len() > 1;
    let at_an_end = matches!(last, b'+' | b'&' | b'_') || matches!(first, b'+' | b'&' | b'.');
    let goes_on = |quote: usize| matches!(line[quote + 1..], [b'+' | b'&' | b'.', ..] | [b' ', b'+' | b'&' | b'.', ..]);
    beside || at_an_end || memchr::memchr3_iter(b'"', b'\'', b'`', line).any(goes_on)
}

/// Can a literal stand on the line?
pub(super) fn has_quote(line: &[u8]) -> bool {
    memchr::memchr3(b'"', b'\'', b'`', line).is_some()
}

/// Does the line that ends at `end`, with a quote, go on with an operator on the next one?
pub(super) fn goes_on_below(text: &[u8], end: usize) -> bool {
    let last = text[end.saturating_sub(80)..end].trim_ascii_end().last();
    let below = text[end..text.len().min(end + 120)].trim_ascii_start().first();
    matches!(last, Some(b'"' | b'\'')) && matches!(below, Some(b'+' | b'&'))
}

fn side_by_side(kind: Kind) -> bool {
    matches!(kind, Kind::Python | Kind::C | Kind::Dart)
}

/// Where the first line of the expression about `at` begins.
fn first_line(text: &[u8], at: usize, kind: Kind) -> usize {
    let mut line = line_start(text, at);
    for _ in 0..MOST_LINES {
        if line == 0 {
            break;
        }
        let above = line_start(text, line - 1);
        let (before, here) = (text[above..line].trim_ascii_end(), text[line..].trim_ascii_start());
        let (last, first) = (before.last().copied().unwrap_or(0), here.first().copied().unwrap_or(0));
        let goes_on = matches!(last, b'+' | b'&' | b'_' | b'\\' | b'`')
            || matches!(first, b'+' | b'&')
            || (first == b'.' && matches!(here.get(1), Some(b' ' | b'"' | b'\'')))
            || (last == b'.' && kind == Kind::Php)
            || (side_by_side(kind) && matches!(last, b'"' | b'\'') && matches!(first, b'"' | b'\'' | b'f' | b'r'));
        if !goes_on || at - above > REACH / 2 {
            break;
        }
        line = above;
    }
    line
}

fn line_start(text: &[u8], at: usize) -> usize {
    let lowest = at.saturating_sub(REACH / 2);
    memchr::memrchr(b'\n', &text[lowest..at]).map_or(lowest, |n| lowest + n + 1)
}

/// Literals and what stands between them.
struct Chain {
    writer: Writer,
    from: usize,
    to: usize,
    /// The byte after the last literal, closing quote included.
    end: usize,
    literals: usize,
}

impl Chain {
    fn read(text: &[u8], first: Piece, kind: Kind) -> Self {
        let from = first.body.start;
        let writer = Writer::starting_at(from);
        let mut chain = Self { writer, from, to: from, end: first.end, literals: 0 };
        chain.push(text, first);
        while chain.end - from < REACH {
            let Some((hole, next)) = next(text, chain.end, kind) else { break };
            if let Some(hole) = hole {
                chain.writer.put(hole, b"{}");
            }
            chain.push(text, next);
        }
        chain
    }

    fn push(&mut self, text: &[u8], piece: Piece) {
        self.writer.piece(text, piece.body.clone(), piece.escape, piece.braces);
        self.to = piece.body.end;
        self.end = piece.end;
        self.literals += 1;
    }
}

/// The next literal of the string, and the expressions before it.
fn next(text: &[u8], end: usize, kind: Kind) -> Option<(Option<Range<usize>>, Piece)> {
    let mut cursor = Cursor::at(text, end);
    cursor.skip_blanks();
    let same_line = !cursor.at_line_end();
    cursor.skip_continued();
    if !literal::operator(&mut cursor, kind) {
        let beside = literal::side_by_side(kind, same_line, &text[cursor.at..]);
        return beside.then(|| literal::piece_with_holes(text, cursor.at, kind)).flatten().map(|piece| (None, piece));
    }
    cursor.skip_continued();
    let mut hole: Option<Range<usize>> = None;
    // A few expressions may follow each other: `"a" + x + y + "b"`.
    for _ in 0..8 {
        if let Some(piece) = literal::piece_with_holes(text, cursor.at, kind) {
            return Some((hole, piece));
        }
        let from = hole.as_ref().map_or(cursor.at, |hole| hole.start);
        expression(&mut cursor)?;
        hole = Some(from..cursor.at);
        cursor.skip_continued();
        if !literal::operator(&mut cursor, kind) {
            return None;
        }
        cursor.skip_continued();
    }
    None
}

/// Moves over a name, a call, an index: up to an operator or an end, brackets balanced.
fn expression(cursor: &mut Cursor<'_>) -> Option<()> {
    let (from, mut depth) = (cursor.at, 0_usize);
    while cursor.at - from < LONGEST_HOLE {
        match cursor.peek() {
            b'(' | b'[' => depth += 1,
            b')' | b']' if depth == 0 => return None,
            b')' | b']' => depth -= 1,
            b'\n' | b'\r' if depth == 0 && cursor.at > from => return Some(()),
            b'\n' | b'\r' | b';' | b'{' | b'}' | 0 => return None,
            byte if depth == 0 && !(is_identifier(byte) || matches!(byte, b'.' | b'$' | b'@' | b'?' | b'!' | b':')) => {
                return (cursor.at > from).then_some(());
            }
            _ => {}
        }
        cursor.at += 1;
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn literals_are_joined_over_lines_and_over_what_is_none() {
        for (kind, text, expected) in [
            (Kind::CSharp, "var c = \"Server=s;\" +\n    \"Password=p\";", Some("Server=s;Password=p")),
            (Kind::Java, "String c = \"Server=\" + host\n  + \";Password=p\";", Some("Server={};Password=p")),
            (Kind::Python, "c = (\"Server=s;\"\n     \"Password=p\")", Some("Server=s;Password=p")),
            (
                Kind::CSharp,
                "var c = \"Server=s;Password=\"\n  + \"p\"\n  + \";Encrypt=true\";",
                Some("Server=s;Password=p;Encrypt=true"),
            ),
            (Kind::JavaScript, "f('Server=' + x.y(1) + ';Password=p')", Some("Server={};Password=p")),
            (Kind::PowerShell, "$c = 'Server=s;' + `\n 'Password=p'", Some("Server=s;Password=p")),
            (Kind::DotNet, "c = \"Server=s;\" & _\n  \"Password=p\"", Some("Server=s;Password=p")),
            (Kind::Php, "$c = 'Server=' . $h . ';Password=p';", Some("Server={};Password=p")),
            (Kind::CSharp, "var c = \"Server=s;Password=p\";", None),
            (Kind::CSharp, "f(\"a\", \"Password=p\" + x)", None),
        ] {
            let at = text.find("Password").expect("it is there");
            let found = about(text.as_bytes(), at, kind);
            let found = found.map(|(_, decoded)| String::from_utf8(decoded.bytes).expect("text"));
            assert_eq!(found.as_deref(), expected, "{text}");
        }
    }
}
