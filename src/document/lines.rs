//! Lines and columns of a blob, worked out when a match asks.
//!
//! CR, LF and CRLF each end one line. The table of line starts is made in one pass;
//! columns count characters from the line's start, and long lines get a second table,
//! so that many matches in one huge line stay cheap.

use std::cell::OnceCell;
use std::ops::Range;

use crate::model::LineCol;

use super::decode::utf16::Wide;

/// How far [`around`] looks to each side.
pub(super) const FARTHEST: usize = 16 * 1024;

/// Distance of the marks in the second table, and how long a line is before it is made.
const STEP: usize = 16 * 1024;

/// Where the lines of one blob begin.
#[derive(Debug)]
pub(super) struct Lines {
    starts: Vec<u32>,
    wide: Option<Wide>,
    /// Starts of characters about every [`STEP`] bytes, with the number of characters before.
    marks: OnceCell<Vec<(u32, u32)>>,
}

impl Lines {
    /// The first line begins at `begins`, behind the byte order mark.
    pub(super) fn of(blob: &[u8], begins: usize, wide: Option<Wide>) -> Self {
        let blob = below_4_gib(blob);
        let mut starts = vec![to_u32(begins)];
        match wide {
            Some(wide) => push_wide_starts(blob, begins, wide, &mut starts),
            None => push_starts(blob, &mut starts),
        }
        Self { starts, wide, marks: OnceCell::new() }
    }

    /// `blob` is the one the table was made of.
    pub(super) fn line_col(&self, blob: &[u8], offset: usize) -> LineCol {
        let blob = below_4_gib(blob);
        let offset = offset.min(blob.len());
        let line = self.starts.partition_point(|&start| start as usize <= offset).max(1);
        let start = self.starts[line - 1] as usize;
        let column = self.characters(blob, start, offset) + 1;
        LineCol { line: to_u32(line), column: to_u32(column), offset: to_u32(offset) }
    }

    /// Line `line` without its end.
    pub(super) fn range(&self, blob: &[u8], line: u32) -> Option<Range<usize>> {
        let blob = below_4_gib(blob);
        let line = line as usize;
        let start = *self.starts.get(line.checked_sub(1)?)? as usize;
        let mut end = self.starts.get(line).map_or(blob.len(), |&next| next as usize);
        let width = self.wide.map_or(1, Wide::width);
        for ending in ['\n', '\r'] {
            let is_there = end >= start + width && self.first(&blob[end - width..]).0 == ending;
            if is_there && self.starts.len() > line {
                end -= width;
            }
        }
        Some(start..end)
    }

    /// Characters that end at or before `to`, counted from `from`, a start of a line.
    fn characters(&self, blob: &[u8], from: usize, to: usize) -> usize {
        if to <= from + STEP {
            return self.count(blob, from, to);
        }
        let marks = self.marks.get_or_init(|| self.marks(blob));
        self.up_to(marks, blob, to) - self.up_to(marks, blob, from)
    }

    fn up_to(&self, marks: &[(u32, u32)], blob: &[u8], to: usize) -> usize {
        let index = marks.partition_point(|&(at, _)| at as usize <= to).max(1) - 1;
        let (at, before) = marks[index];
        before as usize + self.count(blob, at as usize, to)
    }

    fn marks(&self, blob: &[u8]) -> Vec<(u32, u32)> {
        let mut at = self.starts[0] as usize;
        let mut marks = vec![(to_u32(at), 0)];
        let mut characters = 0;
        while at + STEP < blob.len() {
            let next = self.floor(blob, at, at + STEP);
            characters += self.count(blob, at, next);
            at = next;
            marks.push((to_u32(at), to_u32(characters)));
        }
        marks
    }

    /// Characters between a start of a character and `to`; one that `to` cuts is not counted.
    fn count(&self, blob: &[u8], from: usize, to: usize) -> usize {
        let to = self.floor(blob, from, to.max(from));
        match self.wide {
            None => blob[from..to].utf8_chunks().map(|c| characters_of(c.valid()) + c.invalid().len()).sum(),
            Some(_) => {
                let mut at = from;
                let mut count = 0;
                while at < to {
                    at += self.first(&blob[at..]).1;
                    count += 1;
                }
                count
            }
        }
    }

    /// The start of the character that holds byte `at`, or `at` itself at the end; `from` is a start before it.
    fn floor(&self, blob: &[u8], from: usize, at: usize) -> usize {
        let Some(wide) = self.wide else {
            let candidates = (at.saturating_sub(3).max(from)..at).rev();
            return candidates.into_iter().find(|&start| start + self.first(&blob[start..]).1 > at).unwrap_or(at);
        };
        if at == blob.len() {
            return at; // a cut character may end here
        }
        let unit = at - (at - from) % wide.width();
        // The unit before may be the first half of a pair.
        let start = unit.saturating_sub(2);
        let is_half = wide.width() == 2 && start >= from && start < unit && wide.first(&blob[start..]).1 == 4;
        if is_half { start } else { unit }
    }

    /// The character that begins here, and its bytes; a byte that begins none is one of its own.
    fn first(&self, bytes: &[u8]) -> (char, usize) {
        if let Some(wide) = self.wide {
            return wide.first(bytes);
        }
        let head = &bytes[..bytes.len().min(4)];
        let chunk = head.utf8_chunks().next();
        match chunk.and_then(|c| c.valid().chars().next()) {
            Some(c) => (c, c.len_utf8()),
            None => (char::REPLACEMENT_CHARACTER, head.len().min(1)),
        }
    }
}

/// All bytes but those that continue a character. (`chars().count()` is as fast, but
/// this also is in a debug build.)
fn characters_of(text: &str) -> usize {
    if text.is_ascii() { text.len() } else { text.chars().count() }
}

fn push_starts(blob: &[u8], starts: &mut Vec<u32>) {
    for at in memchr::memchr2_iter(b'\r', b'\n', blob) {
        let is_first_half = blob[at] == b'\r' && blob.get(at + 1) == Some(&b'\n');
        if !is_first_half {
            starts.push(to_u32(at + 1));
        }
    }
}

fn push_wide_starts(blob: &[u8], begins: usize, wide: Wide, starts: &mut Vec<u32>) {
    let mut at = begins;
    let mut after_cr = false;
    while at < blob.len() {
        let (c, bytes) = wide.first(&blob[at..]);
        at += bytes;
        if c == '\n' && after_cr {
            starts.pop();
        }
        after_cr = c == '\r';
        if matches!(c, '\r' | '\n') {
            starts.push(to_u32(at));
        }
    }
}

/// The line that holds `offset` and `n` above and below, without the last end, at most
/// [`FARTHEST`] bytes to each side.
pub(super) fn around(text: &[u8], offset: usize, n: usize) -> Range<usize> {
    let offset = offset.min(text.len());
    let lowest = offset.saturating_sub(FARTHEST);
    let highest = text.len().min(offset + FARTHEST);
    line_start(text, lowest, offset, n)..line_end(text, offset, highest, n)
}

fn line_start(text: &[u8], lowest: usize, offset: usize, n: usize) -> usize {
    // Between CR and LF is still the line that they end.
    let in_crlf = offset > 0 && text[offset - 1] == b'\r' && text.get(offset) == Some(&b'\n');
    let mut above = 0;
    for at in memchr::memrchr2_iter(b'\r', b'\n', &text[lowest..offset - usize::from(in_crlf)]) {
        let at = lowest + at;
        let is_first_half = text[at] == b'\r' && text.get(at + 1) == Some(&b'\n');
        if is_first_half {
            continue;
        }
        if above == n {
            return at + 1;
        }
        above += 1;
    }
    lowest
}

fn line_end(text: &[u8], offset: usize, highest: usize, n: usize) -> usize {
    let mut below = 0;
    for at in memchr::memchr2_iter(b'\r', b'\n', &text[offset..highest]) {
        let at = offset + at;
        let is_second_half = text[at] == b'\n' && at > 0 && text[at - 1] == b'\r';
        if is_second_half && at > offset {
            continue;
        }
        if below == n {
            return if is_second_half { at - 1 } else { at };
        }
        below += 1;
    }
    highest
}

fn below_4_gib(blob: &[u8]) -> &[u8] {
    &blob[..blob.len().min(u32::MAX as usize)]
}

fn to_u32(n: usize) -> u32 {
    u32::try_from(n).expect("the blob was cut to 4 GiB")
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// Line, column and the start of every character, told byte by byte.
    fn naive(blob: &[u8], begins: usize, wide: Option<Wide>) -> Vec<(u32, u32)> {
        let table = Lines { starts: vec![], wide, marks: OnceCell::new() };
        let (mut line, mut column, mut at) = (1, 1, begins);
        let mut places = vec![(1, 1); begins];
        while at < blob.len() {
            let (c, bytes) = table.first(&blob[at..]);
            places.extend(vec![(line, column); bytes]);
            at += bytes;
            let next_is_lf = c == '\r' && at < blob.len() && table.first(&blob[at..]).0 == '\n';
            if matches!(c, '\r' | '\n') && !next_is_lf {
                (line, column) = (line + 1, 1);
            } else {
                column += 1;
            }
        }
        places.push((line, column));
        places
    }

    fn check(blob: &[u8], begins: usize, wide: Option<Wide>) {
        let lines = Lines::of(blob, begins, wide);
        // All places of a short text, some of a long one.
        let step = 1 + blob.len() / 500;
        for (offset, &expected) in naive(blob, begins, wide).iter().enumerate().step_by(step) {
            let place = lines.line_col(blob, offset);
            assert_eq!((place.line, place.column), expected, "byte {offset} of {blob:?}");
            let range = lines.range(blob, place.line).unwrap();
            let is_inside = range.start <= offset.max(begins) && offset <= range.end + 2 * wide.map_or(1, Wide::width);
            assert!(is_inside, "byte {offset} of {blob:?} and line at {range:?}");
        }
        let count = u32::try_from(lines.starts.len()).unwrap();
        assert_eq!((lines.range(blob, 0), lines.range(blob, count + 1)), (None, None));
    }

    #[test]
    fn cr_lf_and_crlf_each_end_one_line() {
        let blob = b"one\rtwo\nthree\r\n\r\rsix";
        let lines = Lines::of(blob, 0, None);
        let texts: Vec<_> = (1..=6).map(|line| &blob[lines.range(blob, line).unwrap()]).collect();
        assert_eq!(texts, [&b"one"[..], b"two", b"three", b"", b"", b"six"]);
        assert_eq!(lines.range(blob, 7), None);
    }

    #[test]
    fn broken_bytes_are_one_character_each() {
        let blob = "é€\u{1f511}".bytes().chain(*b"\xe9\xe2\x80x").collect::<Vec<_>>();
        let lines = Lines::of(&blob, 0, None);
        let columns: Vec<_> = (0..=blob.len()).map(|at| lines.line_col(&blob, at).column).collect();
        assert_eq!(columns, [1, 1, 2, 2, 2, 3, 3, 3, 3, 4, 5, 6, 7, 8]);
    }

    #[test]
    fn one_huge_line_agrees_with_the_naive_count() {
        let mut blob = vec![];
        while blob.len() < 3 * STEP {
            blob.extend_from_slice("a€\u{1f511}é".as_bytes());
            blob.extend_from_slice(b"\xe9\xf0\x9f");
        }
        check(&blob, 0, None);
    }

    #[test]
    fn windows_end_at_lines_or_at_the_farthest_byte() {
        let text = b"a\nb\r\nc\rd\n\ne";
        for (offset, n, expected) in [
            (0, 0, &b"a"[..]),
            (2, 0, b"b"),
            (3, 0, b"b"),
            (4, 0, b"b"),
            (2, 1, b"a\nb\r\nc"),
            (5, 1, b"b\r\nc\rd"),
            (9, 0, b""),
            (10, 1, b"\ne"),
            (99, 0, b"e"),
            (5, 9, text),
        ] {
            assert_eq!(&text[around(text, offset, n)], expected, "{offset} and {n} lines");
        }
        let long = vec![b'x'; 4 * FARTHEST];
        assert_eq!(around(&long, 2 * FARTHEST, 3), FARTHEST..3 * FARTHEST);
    }

    proptest! {
        #[test]
        fn places_agree_with_the_naive_twin(text in "[a\r\né€\u{1f511}]{0,40}", broken in prop::collection::vec(any::<u8>(), 0..6)) {
            let mut blob = text.clone().into_bytes();
            blob.extend(&broken);
            check(&blob, 0, None);
            for (wide, mark) in [(Wide::Utf16Le, [0xff, 0xfe]), (Wide::Utf16Be, [0xfe, 0xff])] {
                let units = text.encode_utf16().flat_map(|u| if wide == Wide::Utf16Le { u.to_le_bytes() } else { u.to_be_bytes() });
                let blob: Vec<u8> = mark.into_iter().chain(units).chain(broken.clone()).collect();
                check(&blob, 2, Some(wide));
            }
        }

        #[test]
        fn windows_agree_with_the_table(text in "[a\r\n]{0,24}", n in 0_u32..4) {
            let blob = text.as_bytes();
            let lines = Lines::of(blob, 0, None);
            for offset in 0..=blob.len() {
                let line = lines.line_col(blob, offset).line;
                let last = (line + n).min(u32::try_from(lines.starts.len()).unwrap());
                let first = line.saturating_sub(n).max(1);
                let expected = lines.range(blob, first).unwrap().start..lines.range(blob, last).unwrap().end;
                prop_assert_eq!(around(blob, offset, n as usize), expected, "{} in {:?}", offset, text);
            }
        }
    }
}
