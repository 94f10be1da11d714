//! One word of a command line: quotes, escapes, substitutions.

use super::{DEEPEST, Reader, Shell, Word};

impl Reader<'_> {
    pub(super) fn is_word_start(&self, at: usize) -> bool {
        at == self.script.start || self.text[at - 1].is_ascii_whitespace() || matches!(self.text[at - 1], b';' | b'(')
    }

    /// One word, and where it ends.
    pub(super) fn word(&mut self, from: usize, close: Option<u8>, depth: usize) -> (Word, usize) {
        let (mut at, mut text, mut quoted) = (from, Vec::new(), false);
        // `.AddYears(1)` of PowerShell
        let mut open = 0;
        while let Some(byte) = self.peek(at) {
            if let Some(length) = self.unit(at) {
                text.extend_from_slice(&self.text[at..at + length]);
                at += length;
                continue;
            }
            if self.continuation(at).is_some() {
                break;
            }
            match byte {
                b'(' if self.shell == Shell::PowerShell => {
                    open += 1;
                    text.push(byte);
                    at += 1;
                }
                b')' if open > 0 => {
                    open -= 1;
                    text.push(byte);
                    at += 1;
                }
                b' ' | b'\t' | b'\r' | b'\n' | b';' | b'|' | b'&' | b'>' | b'<' => break,
                b')' if close.is_none() => break,
                _ if Some(byte) == close => break,
                b'@' if self.here_string(at).is_some() => {
                    quoted = true;
                    let end = self.here_string(at).unwrap_or(at);
                    text.extend_from_slice(&self.text[at + 2..end - 2]);
                    at = end;
                }
                b'\'' if self.shell != Shell::Batch => {
                    quoted = true;
                    let end = memchr::memchr(b'\'', &self.text[at + 1..self.end]).map_or(self.end, |end| at + 1 + end);
                    text.extend_from_slice(&self.text[at + 1..end]);
                    at = (end + 1).min(self.end);
                }
                b'"' => {
                    quoted = true;
                    at = self.double(at + 1, depth, &mut text);
                }
                b'$' if self.is_at(at, b"$(") && depth < DEEPEST => {
                    let start = at;
                    at = self.sequence(at + 2, Some(b')'), depth + 1, true);
                    text.extend_from_slice(&self.text[start..at]);
                }
                b'$' if self.is_at(at, b"${") => {
                    let length = self.text[at..self.end].iter().take_while(|b| !matches!(b, b'}' | b'\n')).count();
                    let end = (at + length + 1).min(self.end);
                    text.extend_from_slice(&self.text[at..end]);
                    at = end;
                }
                b'`' if self.shell == Shell::Posix && depth < DEEPEST => {
                    let start = at;
                    at = self.sequence(at + 1, Some(b'`'), depth + 1, true);
                    text.extend_from_slice(&self.text[start..at]);
                }
                b'\\' if self.shell == Shell::Posix => {
                    text.extend(self.peek(at + 1));
                    at = (at + 2).min(self.end);
                }
                _ => {
                    text.push(byte);
                    at += 1;
                }
            }
        }
        let text = String::from_utf8_lossy(&text).into_owned();
        (Word { text, span: from..at, quoted }, at)
    }

    /// `@"` to `"@` of PowerShell, each at the end or the beginning of a line: where it ends.
    fn here_string(&self, at: usize) -> Option<usize> {
        let quote = self.peek(at + 1).filter(|b| self.shell == Shell::PowerShell && matches!(b, b'"' | b'\''))?;
        let rest = &self.text[at + 2..self.end];
        let opens = rest.iter().take_while(|b| matches!(b, b' ' | b'\t' | b'\r')).count();
        if rest.get(opens) != Some(&b'\n') {
            return None;
        }
        memchr::memmem::find(rest, &[b'\n', quote, b'@']).map(|end| at + 2 + end + 3)
    }

    /// The inside of double quotes; answers the place after them.
    fn double(&mut self, from: usize, depth: usize, text: &mut Vec<u8>) -> usize {
        let mut at = from;
        while let Some(byte) = self.peek(at) {
            if let Some(length) = self.unit(at) {
                text.extend_from_slice(&self.text[at..at + length]);
                at += length;
                continue;
            }
            match byte {
                b'"' => return at + 1,
                b'\\' if self.shell == Shell::Posix => {
                    text.extend(self.peek(at + 1));
                    at = (at + 2).min(self.end);
                }
                b'`' if self.shell == Shell::PowerShell => {
                    text.extend(self.peek(at + 1));
                    at = (at + 2).min(self.end);
                }
                b'$' if self.is_at(at, b"$(") && depth < DEEPEST => {
                    let start = at;
                    at = self.sequence(at + 2, Some(b')'), depth + 1, true);
                    text.extend_from_slice(&self.text[start..at]);
                }
                _ => {
                    text.push(byte);
                    at += 1;
                }
            }
        }
        self.end
    }

    /// `${{ … }}` and `{{ … }}` are one piece, blanks and quotes in them too.
    fn unit(&self, at: usize) -> Option<usize> {
        let is_open = self.is_at(at, b"${{") || self.is_at(at, b"{{");
        if !is_open {
            return None;
        }
        let line = self.text[at..self.end].iter().take_while(|b| **b != b'\n').count();
        memchr::memmem::find(&self.text[at..at + line], b"}}").map(|end| end + 2)
    }
}

/// `X=1`
pub(super) fn is_assignment(text: &str) -> bool {
    text.split_once('=').is_some_and(|(name, _)| {
        !name.is_empty()
            && name.trim_end_matches('+').bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_')
            && !name.starts_with(|c: char| c.is_ascii_digit())
    })
}
