//! Moving over a text byte by byte, and the classes of bytes.

use std::ops::Range;

/// Bytes of identifiers in any language: letters, digits, `_` and everything beyond ASCII.
const IDENTIFIER: [bool; 256] = {
    let mut table = [false; 256];
    let mut byte = 0;
    while byte < 256 {
        #[allow(clippy::cast_possible_truncation)] // below 256
        let b = byte as u8;
        table[byte] = b.is_ascii_alphanumeric() || b == b'_' || b >= 0x80;
        byte += 1;
    }
    table
};

/// May `byte` stand in an identifier?
pub(super) fn is_identifier(byte: u8) -> bool {
    IDENTIFIER[byte as usize]
}

/// A place in a text that moves to the right. Beyond the end it reads 0.
#[derive(Clone, Copy)]
pub(super) struct Cursor<'t> {
    pub(super) text: &'t [u8],
    pub(super) at: usize,
}

impl<'t> Cursor<'t> {
    pub(super) fn at(text: &'t [u8], at: usize) -> Self {
        Self { text, at }
    }

    pub(super) fn peek(&self) -> u8 {
        self.peek_at(0)
    }

    pub(super) fn peek_at(&self, ahead: usize) -> u8 {
        self.text.get(self.at + ahead).copied().unwrap_or(0)
    }

    /// Moves over `expected` if it is there.
    pub(super) fn eat(&mut self, expected: &[u8]) -> bool {
        let found = self.text.get(self.at..).is_some_and(|rest| rest.starts_with(expected));
        if found {
            self.at += expected.len();
        }
        found
    }

    /// Moves over `word` in any letter case, if it is there and ends there.
    pub(super) fn eat_word(&mut self, word: &[u8]) -> bool {
        let end = self.at + word.len();
        let found = self.text.get(self.at..end).is_some_and(|found| found.eq_ignore_ascii_case(word))
            && !self.text.get(end).is_some_and(|&b| is_identifier(b));
        if found {
            self.at = end;
        }
        found
    }

    /// Moves over blanks and tabs; tells whether there were any.
    pub(super) fn skip_blanks(&mut self) -> bool {
        let from = self.at;
        while matches!(self.peek(), b' ' | b'\t') && self.at - from < 300 {
            self.at += 1;
        }
        self.at > from
    }

    /// Moves over blanks and line breaks.
    pub(super) fn skip_white(&mut self) {
        let from = self.at;
        while matches!(self.peek(), b' ' | b'\t' | b'\r' | b'\n') && self.at - from < 300 {
            self.at += 1;
        }
    }

    /// Moves over blanks, line breaks, and the marks that continue a line: `\`, `_`, `` ` `` at its end.
    pub(super) fn skip_continued(&mut self) {
        self.skip_white();
        if matches!(self.peek(), b'\\' | b'_' | b'`') && matches!(self.peek_at(1), b'\n' | b'\r') {
            self.at += 1;
            self.skip_white();
        }
    }

    /// Moves over an identifier of at most 100 bytes; its range, which may be empty.
    pub(super) fn identifier(&mut self) -> Range<usize> {
        let from = self.at;
        while is_identifier(self.peek()) && self.at - from < 100 {
            self.at += 1;
        }
        from..self.at
    }

    /// Is it at a line end or at the end of the text?
    pub(super) fn at_line_end(&self) -> bool {
        self.at >= self.text.len() || matches!(self.peek(), b'\r' | b'\n')
    }
}

/// The last byte before `at` that is no blank, and its place.
pub(super) fn before_blanks(text: &[u8], at: usize) -> Option<(usize, u8)> {
    let from = at.saturating_sub(60);
    let i = (from..at).rev().find(|&i| !matches!(text[i], b' ' | b'\t'))?;
    Some((i, text[i]))
}

/// Where the words before `at` begin that belong to its name: `- Azure Client Secret: v`.
///
/// At most six words behind the beginning of a line, a list's mark, a table's line or bold type; else `at`.
/// In `prose` the words stand anywhere: "with the client secret `v`".
pub(super) fn words_before(text: &[u8], at: usize, prose: bool) -> usize {
    let mut begin = at;
    for _ in 0..6 {
        let Some(blank) = begin.checked_sub(1).filter(|&i| text[i] == b' ') else { break };
        let word = text[..blank].iter().rev().take(24).take_while(|&&b| is_identifier(b)).count();
        if word == 0 {
            break;
        }
        begin = blank - word;
    }
    let before = begin.checked_sub(1).map_or(b'\n', |i| text[i]);
    if prose {
        return begin;
    }
    let listed = before == b' ' && begin.checked_sub(2).is_none_or(|i| b"-*+|>#.)".contains(&text[i]));
    if listed || matches!(before, b'\n' | b'\r' | b'*' | b'_' | b'|' | b'\t') { begin } else { at }
}

/// Does the text before `at` end with `word`, in any letter case, and a blank?
pub(super) fn follows_word(text: &[u8], at: usize, word: &[u8]) -> bool {
    let Some((last, _)) = before_blanks(text, at) else { return false };
    let end = last + 1;
    end < at
        && end >= word.len()
        && text[end - word.len()..end].eq_ignore_ascii_case(word)
        && !(end > word.len() && is_identifier(text[end - word.len() - 1]))
}

/// The quote of the string that is open at `at`, as far as its line tells.
///
/// `None` also if the line begins more than 512 bytes before: a guess would be worse than nothing.
pub(super) fn open_quote(text: &[u8], at: usize) -> Option<u8> {
    let from = at.saturating_sub(512);
    let line = match memchr::memrchr(b'\n', &text[from..at]) {
        Some(n) => from + n + 1,
        None if from == 0 => 0,
        None => return None,
    };
    let (mut open, mut i) = (None, line);
    while i < at {
        let byte = text[i];
        match open {
            Some(quote) if byte == quote => open = None,
            Some(_) if byte == b'\\' => i += 1,
            // An apostrophe behind a letter is no quote: `don't`.
            None if matches!(byte, b'"' | b'`') || (byte == b'\'' && (i == line || !is_identifier(text[i - 1]))) => {
                open = Some(byte);
            }
            _ => {}
        }
        i += 1;
    }
    open
}
