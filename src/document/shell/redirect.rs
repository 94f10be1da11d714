//! Where a command's output goes, and here-documents.

use super::{DEEPEST, Line, Reader};

impl Reader<'_> {
    /// `> file`, `2>&1`, `>> "$X"`.
    pub(super) fn redirect(&mut self, from: usize, line: &mut Line) -> usize {
        let is_error = self.text[from] == b'2';
        let mut at = from + self.text[from..self.end].iter().take_while(|b| b.is_ascii_digit()).count();
        at += self.text[at..self.end].iter().take_while(|b| **b == b'>').count();
        if self.peek(at) == Some(b'&') {
            return at
                + 1
                + self.text[at + 1..self.end].iter().take_while(|b| b.is_ascii_digit() || **b == b'-').count();
        }
        at += self.text[at..self.end].iter().take_while(|b| matches!(b, b' ' | b'\t')).count();
        let (word, end) = self.word(at, None, DEEPEST);
        if !is_error {
            line.redirected = true;
            line.target = Some(word.text);
        }
        end.max(at)
    }

    pub(super) fn heredoc(&mut self, from: usize) -> usize {
        let mut at = from + 2;
        if self.peek(at) == Some(b'-') {
            at += 1;
        }
        at += self.text[at..self.end].iter().take_while(|b| matches!(b, b' ' | b'\t')).count();
        let (word, end) = self.word(at, None, DEEPEST);
        self.ahead = word.text;
        end.max(at)
    }

    /// The line after a here-document, if one begins on this line.
    pub(super) fn after_heredoc(&mut self, from: usize) -> usize {
        let marker = std::mem::take(&mut self.ahead);
        if marker.is_empty() {
            return from;
        }
        let mut at = from;
        while at < self.end {
            let length = self.text[at..self.end].iter().take_while(|b| **b != b'\n').count();
            if self.text[at..at + length].trim_ascii() == marker.as_bytes() {
                return at + length;
            }
            at += length + 1;
        }
        // Not closed: it was no here-document.
        from
    }
}
