//! `KEY=value` a line: `.env`, Java properties and INI.
//!
//! No crate gives places for these, and they are simple: a line reader of our own.
//! Quotes are stripped in all three. `.env` quotes may run over lines (keys in PEM do);
//! a properties line goes on after a backslash; INI has sections and indented list lines.

use std::ops::Range;

use memchr::{memchr, memchr2};

use super::draft::{Draft, line_end};
use super::unescape::{Dialect, backslashes, line_break};
use crate::document::kind::Kind;

/// Reads a `.env` file.
pub(super) fn read_dotenv(draft: &mut Draft<'_>, _text: &str, from: usize) -> Option<usize> {
    Reader::new(draft, from, Flavour::Dotenv).read()
}

/// Reads Java properties.
pub(super) fn read_properties(draft: &mut Draft<'_>, _text: &str, from: usize) -> Option<usize> {
    Reader::new(draft, from, Flavour::Properties).read()
}

/// Reads an INI file.
pub(super) fn read_ini(draft: &mut Draft<'_>, _text: &str, from: usize) -> Option<usize> {
    Reader::new(draft, from, Flavour::Ini).read()
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Flavour {
    Dotenv,
    Properties,
    Ini,
}

struct Reader<'d, 't> {
    draft: &'d mut Draft<'t>,
    text: &'t [u8],
    at: usize,
    flavour: Flavour,
    section: Option<u32>,
    /// The key of the line before, for INI's indented lines.
    last: Option<u32>,
    /// Quotes (`"`, `'`, `` ` ``) that stand nowhere after this point: do not look for them again.
    unclosed: [bool; 3],
}

impl<'d, 't> Reader<'d, 't> {
    fn new(draft: &'d mut Draft<'t>, from: usize, flavour: Flavour) -> Self {
        let text = draft.text();
        Self { draft, text, at: from, flavour, section: None, last: None, unclosed: [false; 3] }
    }

    fn read(mut self) -> Option<usize> {
        while self.at < self.text.len() {
            let line = self.at..self.logical_end();
            self.at = line.end;
            self.line(line);
            self.at += line_break(&self.text[self.at..]).unwrap_or(0);
        }
        None
    }

    /// The end of the line, or in properties of the lines that backslashes join.
    fn logical_end(&self) -> usize {
        let mut end = line_end(self.text, self.at);
        if self.flavour != Flavour::Properties || self.is_comment(self.at) {
            return end;
        }
        loop {
            let slashes = self.text[self.at..end].iter().rev().take_while(|&&b| b == b'\\').count();
            match line_break(&self.text[end..]) {
                Some(length) if slashes % 2 == 1 => end = line_end(self.text, end + length),
                _ => return end,
            }
        }
    }

    fn is_comment(&self, at: usize) -> bool {
        let first = self.text[at..].iter().find(|b| !matches!(b, b' ' | b'\t'));
        match self.flavour {
            Flavour::Dotenv => matches!(first, Some(b'#')),
            Flavour::Properties => matches!(first, Some(b'#' | b'!')),
            Flavour::Ini => matches!(first, Some(b'#' | b';')),
        }
    }

    fn line(&mut self, line: Range<usize>) {
        let at = trim(self.text, line.clone());
        if at.is_empty() {
            return;
        }
        if self.is_comment(at.start) {
            return self.comment(at);
        }
        if self.flavour == Flavour::Ini && self.section(&at) {
            return;
        }
        let Some(separator) = self.separator(at.clone()) else {
            return self.list_line(&line, at);
        };
        // HOCON on one line: `azure { account = "a", key = "v" }`.
        if self.flavour == Flavour::Ini
            && let Some(open) = memchr(b'{', &self.text[at.start..separator])
        {
            return self.draft.read_lines_in(at.start + open..at.end, self.section, Kind::Json);
        }
        let name = self.without_export(trim(self.text, at.start..separator));
        let name = strip_quotes(self.text, name).0;
        if name.is_empty() {
            return;
        }
        let key = self.key(name);
        self.last = Some(key);
        let value = trim(self.text, separator + 1..at.end);
        self.value(key, value);
    }

    /// `# KEY=value`: a setting that was commented out is still there to be read; prose is not taken for one.
    fn comment(&mut self, at: Range<usize>) {
        let marks = self.text[at.clone()].iter().take_while(|b| matches!(b, b'#' | b';' | b'!' | b' ' | b'\t')).count();
        let at = at.start + marks..at.end;
        let Some(equals) = memchr(b'=', &self.text[at.clone()]) else { return };
        let name = self.without_export(trim(self.text, at.start..at.start + equals));
        let (value, quoted) = strip_quotes(self.text, trim(self.text, at.start + equals + 1..at.end));
        let plain = |b: &u8| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'-' | b'.');
        let one_word = quoted || !self.text[value.clone()].contains(&b' ');
        if !name.is_empty() && self.text[name.clone()].iter().all(plain) && one_word && !value.is_empty() {
            let key = self.key(name);
            self.draft.value(key, value, quoted, None);
        }
    }

    fn section(&mut self, at: &Range<usize>) -> bool {
        let line = &self.text[at.clone()];
        let Some(close) = memchr(b']', line).filter(|_| line.starts_with(b"[")) else { return false };
        let name = trim(self.text, at.start + 1..at.start + close);
        self.section = (!name.is_empty()).then(|| self.draft.key(None, name, None));
        self.last = None;
        true
    }

    /// The first `=`; where there is none, or in properties if it comes first, a `:`. Elsewhere a colon directly
    /// behind a plain name comes before it.
    fn separator(&self, at: Range<usize>) -> Option<usize> {
        let line = &self.text[at.clone()];
        if self.flavour == Flavour::Properties {
            let mut from = 0;
            while let Some(next) = memchr2(b'=', b':', &line[from..]) {
                let slashes = line[..from + next].iter().rev().take_while(|&&b| b == b'\\').count();
                if slashes % 2 == 0 {
                    return Some(at.start + from + next);
                }
                from += next + 1;
            }
            return None;
        }
        let separator = colon(line).or_else(|| memchr(b'=', line)).or_else(|| memchr(b':', line));
        separator.map(|separator| at.start + separator)
    }

    /// An indented line without a separator goes on with the list of the key before (`setup.cfg`).
    fn list_line(&mut self, line: &Range<usize>, at: Range<usize>) {
        if let Some(key) = self.last.filter(|_| self.flavour == Flavour::Ini && line.start < at.start) {
            self.draft.value(key, at, false, None);
        }
    }

    fn without_export(&self, name: Range<usize>) -> Range<usize> {
        match self.text[name.clone()].strip_prefix(b"export") {
            Some(rest) if self.flavour != Flavour::Properties && rest.first().is_some_and(u8::is_ascii_whitespace) => {
                trim(self.text, name.start + 6..name.end)
            }
            _ => name,
        }
    }

    fn key(&mut self, at: Range<usize>) -> u32 {
        let decoded = match self.flavour {
            Flavour::Properties => backslashes(self.text, at.clone(), Dialect::Properties),
            _ => None,
        };
        self.draft.key(self.section, at, decoded.as_ref().map(|decoded| &*decoded.bytes))
    }

    fn value(&mut self, key: u32, at: Range<usize>) {
        if let Some(quoted) = self.quoted(&at) {
            let escapes = self.flavour == Flavour::Properties || self.text[quoted.start - 1] == b'"';
            let decoded = escapes.then(|| backslashes(self.text, quoted.clone(), self.dialect())).flatten();
            self.draft.value(key, quoted, true, decoded);
            return;
        }
        let at = self.without_comment(at);
        let decoded = match self.flavour {
            Flavour::Properties => backslashes(self.text, at.clone(), Dialect::Properties),
            _ => None,
        };
        self.draft.value(key, at, false, decoded);
    }

    fn dialect(&self) -> Dialect {
        if self.flavour == Flavour::Properties { Dialect::Properties } else { Dialect::Dotenv }
    }

    /// What stands between a value's quotes, if nothing but a comment follows them.
    fn quoted(&mut self, at: &Range<usize>) -> Option<Range<usize>> {
        let quote = *self.text[at.clone()].first().filter(|quote| matches!(quote, b'"' | b'\'' | b'`'))?;
        let limit = if self.flavour == Flavour::Dotenv { self.text.len() } else { at.end };
        let close = self.close(at.start + 1, limit, quote)?;
        let rest = &self.text[close + 1..line_end(self.text, close).max(close + 1)];
        if !matches!(rest.trim_ascii_start().first(), None | Some(b'#' | b';' | b',')) {
            return None;
        }
        self.at = self.at.max(close + 1 + rest.len());
        Some(at.start + 1..close)
    }

    /// The next `quote` that no backslash guards. Looks through the rest of the text once at most.
    fn close(&mut self, from: usize, limit: usize, quote: u8) -> Option<usize> {
        let kind = usize::from(quote != b'"') + usize::from(quote == b'`');
        if self.unclosed[kind] {
            return None;
        }
        let mut at = from;
        while let Some(next) = memchr2(quote, b'\\', &self.text[at.min(limit)..limit]) {
            let found = at + next;
            if self.text[found] == quote {
                return Some(found);
            }
            at = found + if quote == b'"' { 2 } else { 1 };
        }
        self.unclosed[kind] = limit == self.text.len();
        None
    }

    /// A bare value ends before a comment: ` #`, in INI ` ;` too.
    fn without_comment(&self, at: Range<usize>) -> Range<usize> {
        if self.flavour == Flavour::Properties {
            return at;
        }
        let value = &self.text[at.clone()];
        let marks = |b: u8| b == b'#' || b == b';' && self.flavour == Flavour::Ini;
        let comment = value.windows(2).position(|pair| matches!(pair[0], b' ' | b'\t') && marks(pair[1]));
        trim(self.text, at.start..comment.map_or(at.end, |comment| at.start + comment))
    }
}

/// The colon of `AccountKey: c2Vj…ZXQ=`: directly behind a plain name, and a blank behind it.
fn colon(line: &[u8]) -> Option<usize> {
    let name = line.iter().take_while(|b| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'-' | b'.')).count();
    (name > 0 && line[name..].starts_with(b": ")).then_some(name)
}

fn trim(text: &[u8], at: Range<usize>) -> Range<usize> {
    let slice = &text[at.clone()];
    let start = at.start + (slice.len() - slice.trim_ascii_start().len());
    start..start + slice.trim_ascii().len()
}

/// Without quotes about it; were there any?
fn strip_quotes(text: &[u8], at: Range<usize>) -> (Range<usize>, bool) {
    match text[at.clone()] {
        [first @ (b'"' | b'\''), .., last] if first == last => (at.start + 1..at.end - 1, true),
        _ => (at, false),
    }
}
