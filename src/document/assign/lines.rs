//! Keys and values of a text that no parser takes: a template, a fragment, half-typed lines.
//!
//! Looks at one line at a time and knows no nesting. It would rather miss a value than
//! make one up: a name, a separator, and a value that looks like one must stand on one line.

use std::ops::Range;

use memchr::{memchr, memchr2};

use super::code::CodeAssignment;
use super::draft::line_end;
use super::pairs::{is_name, is_value};
use super::unescape::{Dialect, backslashes};
use super::{Decoded, entity};
use crate::document::kind::Kind;
use crate::document::layer::LayerSpan;

/// Longer names are prose.
const LONGEST_NAME: usize = 200;

/// All assignments from `from` on, in the order of the text.
pub fn read(text: &[u8], from: usize, kind: Kind) -> Vec<CodeAssignment> {
    let mut lines = Lines { text, kind, found: Vec::new() };
    let mut at = from;
    while at < text.len() {
        let end = line_end(text, at);
        match kind {
            Kind::Xml => lines.tags(at..end),
            Kind::Json | Kind::Notebook => lines.members(at..end),
            _ => lines.whole(at..end),
        }
        at = end + 1;
    }
    lines.found
}

struct Lines<'t> {
    text: &'t [u8],
    kind: Kind,
    found: Vec<CodeAssignment>,
}

impl Lines<'_> {
    fn push(&mut self, name: Range<usize>, value: Range<usize>, quoted: bool) {
        let decoded = self.decode(&value, quoted).map(|decoded| *decoded);
        let (name, value) = (LayerSpan::new(name.start, name.end), LayerSpan::new(value.start, value.end));
        let (Some(name), Some(value)) = (name, value) else { return };
        self.found.push(CodeAssignment { name, value, decoded, quoted, loose: false });
    }

    fn decode(&self, value: &Range<usize>, quoted: bool) -> Option<Box<Decoded>> {
        let double = quoted && value.start > 0 && self.text[value.start - 1] == b'"';
        match self.kind {
            Kind::Xml => entity::decode(self.text, value.clone()),
            Kind::Json | Kind::Notebook => backslashes(self.text, value.clone(), Dialect::Json),
            Kind::Yaml if double => backslashes(self.text, value.clone(), Dialect::Yaml),
            Kind::Toml if double => backslashes(self.text, value.clone(), Dialect::Toml),
            _ => None,
        }
    }

    /// `name: value` or `name = value` as the whole line, after a list's dash.
    fn whole(&mut self, line: Range<usize>) {
        let mut at = self.trim(line);
        while self.text[at.clone()].starts_with(b"- ") {
            at = self.trim(at.start + 2..at.end);
        }
        if matches!(self.text.get(at.start), None | Some(b'#' | b'{' | b'[')) {
            return self.members(at);
        }
        let Some((name, after)) = self.name(&at) else { return };
        let value = self.trim(after..at.end);
        match self.text[value.clone()].first() {
            None => {}
            Some(b'{' | b'[') => self.members(value),
            Some(&quote @ (b'"' | b'\'')) => {
                if let Some(close) = self.close(value.start + 1, value.end, quote) {
                    self.push(name, value.start + 1..close, true);
                }
            }
            Some(_) => {
                let value = self.without_comment(value);
                self.push(name, value, false);
            }
        }
    }

    /// A name at the start of `at` with its separator; and where that ends.
    fn name(&self, at: &Range<usize>) -> Option<(Range<usize>, usize)> {
        let first = *self.text[at.clone()].first()?;
        let (name, after) = if matches!(first, b'"' | b'\'') {
            let close = self.close(at.start + 1, at.end, first)?;
            (at.start + 1..close, close + 1)
        } else {
            let end = at.start + self.text[at.clone()].iter().take_while(|&&b| is_word(b)).count();
            (at.start..end, end)
        };
        let after = after + blanks(&self.text[after..at.end]);
        let separator = *self.text[..at.end].get(after)?;
        let spaced = self.text[..at.end].get(after + 1).is_none_or(|b| b.is_ascii_whitespace());
        let separates = separator == b'=' || separator == b':' && (spaced || self.kind != Kind::Yaml);
        (separates && !name.is_empty() && name.len() <= LONGEST_NAME).then_some((name, after + 1))
    }

    /// `"name": value` any number of times in a line.
    fn members(&mut self, line: Range<usize>) {
        let mut at = line.start;
        while at < line.end {
            let first = self.text[at];
            let quoted = matches!(first, b'"' | b'\'');
            if !quoted && !is_word(first) {
                at += 1;
                continue;
            }
            let Some((name, after)) = self.name(&(at..line.end)) else {
                at = self.after_word(at, line.end);
                continue;
            };
            at = after + blanks(&self.text[after..line.end]);
            at = self.member_value(name, quoted, at..line.end);
        }
    }

    /// Answers where to look on. A bare name counts only before a value in quotes.
    fn member_value(&mut self, name: Range<usize>, named: bool, at: Range<usize>) -> usize {
        match self.text[at.clone()].first() {
            Some(&quote @ (b'"' | b'\'')) => match self.close(at.start + 1, at.end, quote) {
                Some(close) => {
                    self.push(name, at.start + 1..close, true);
                    close + 1
                }
                None => at.end,
            },
            Some(&first) if named && is_word(first) => {
                let length = self.text[at.clone()].iter().take_while(|&&b| !ends_member(b)).count();
                self.push(name, at.start..at.start + length, false);
                at.start + length
            }
            _ => at.start,
        }
    }

    fn after_word(&self, at: usize, end: usize) -> usize {
        match self.text[at] {
            quote @ (b'"' | b'\'') => self.close(at + 1, end, quote).map_or(end, |close| close + 1),
            _ => at + self.text[at..end].iter().take_while(|&&b| is_word(b)).count(),
        }
    }

    /// `name="value"` and `<name>value</name>` any number of times in a line.
    fn tags(&mut self, line: Range<usize>) {
        let mut at = line.start;
        let mut setting = None;
        while let Some(next) = memchr2(b'<', b'=', &self.text[at..line.end]) {
            let mark = at + next;
            at = mark + 1;
            if self.text[mark] == b'<' {
                setting = None;
                at = self.element(mark, line.end);
                continue;
            }
            let Some((name, value)) = self.attribute(line.start, mark, line.end) else { continue };
            at = value.end + 1;
            let word = std::str::from_utf8(&self.text[name.clone()]).unwrap_or_default();
            match setting.clone().filter(|_| is_value(word)) {
                Some(setting) => self.push(setting, value, true),
                None if is_name(word) => setting = Some(value),
                None => self.push(name, value, true),
            }
        }
    }

    fn attribute(&self, start: usize, equals: usize, end: usize) -> Option<(Range<usize>, Range<usize>)> {
        let before = self.text[start..equals].trim_ascii_end();
        let length = before.iter().rev().take(LONGEST_NAME).take_while(|&&b| is_word(b)).count();
        let name = start + before.len() - length..start + before.len();
        let open = equals + 1 + blanks(&self.text[equals + 1..end]);
        let quote = *self.text[..end].get(open).filter(|quote| matches!(quote, b'"' | b'\''))?;
        let close = open + 1 + memchr(quote, &self.text[open + 1..end])?;
        (!name.is_empty()).then_some((name, open + 1..close))
    }

    /// Answers where to look on.
    fn element(&mut self, open: usize, end: usize) -> usize {
        let name = open + 1..open + 1 + self.text[open + 1..end].iter().take_while(|&&b| is_word(b)).count();
        let value = name.end + 1;
        if name.is_empty() || self.text[..end].get(name.end) != Some(&b'>') {
            return name.end;
        }
        let Some(length) = memchr(b'<', &self.text[value..end]) else { return value };
        let closes = self.text[value + length..end].strip_prefix(b"</");
        if length > 0 && closes.is_some_and(|rest| rest.starts_with(&self.text[name.clone()])) {
            self.push(name, value..value + length, true);
        }
        value + length
    }

    /// The quote that closes a string on this line.
    fn close(&self, from: usize, end: usize, quote: u8) -> Option<usize> {
        let mut at = from;
        while let Some(next) = memchr2(quote, b'\\', self.text.get(at..end)?) {
            if self.text[at + next] == quote {
                return Some(at + next);
            }
            at += next + 2;
        }
        None
    }

    fn without_comment(&self, at: Range<usize>) -> Range<usize> {
        let value = &self.text[at.clone()];
        let comment = value.windows(2).position(|pair| pair == b" #" || pair == b"\t#");
        self.trim(at.start..comment.map_or(at.end, |comment| at.start + comment))
    }

    fn trim(&self, at: Range<usize>) -> Range<usize> {
        let slice = &self.text[at.clone()];
        let start = at.start + (slice.len() - slice.trim_ascii_start().len());
        start..start + slice.trim_ascii().len()
    }
}

fn is_word(b: u8) -> bool {
    b.is_ascii_alphanumeric() || matches!(b, b'_' | b'-' | b'.' | b'$') || b >= 0x80
}

fn ends_member(b: u8) -> bool {
    matches!(b, b',' | b'}' | b']' | b';') || b.is_ascii_whitespace()
}

fn blanks(text: &[u8]) -> usize {
    text.iter().take_while(|&&b| b == b' ' || b == b'\t').count()
}
