//! Values of HCL and Bicep: the part of their grammars that is the same.
//!
//! A small reader of our own: both grammars need a page, and a file that is half typed
//! must give what stands before and after the fault. Every byte is looked at once;
//! nesting is bounded. Operators and calls are not understood, only stepped over:
//! what counts is which maps, lists and texts stand in an expression.

use std::ops::Range;

use super::build::Builder;
use super::{Name, Shape};
use crate::document::assign::Decoded;
use crate::document::layer::Map;

/// Deeper nesting is no configuration.
const DEEPEST: usize = 64;

/// Whose syntax.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Dialect {
    Hcl,
    Bicep,
}

/// A place in the text, and what was read so far.
pub(super) struct Reader<'b, 't> {
    pub(super) builder: &'b mut Builder<'t>,
    pub(super) text: &'t [u8],
    pub(super) at: usize,
    pub(super) dialect: Dialect,
    /// Something could not be read.
    pub(super) broken: Option<usize>,
}

impl<'b, 't> Reader<'b, 't> {
    pub(super) fn new(builder: &'b mut Builder<'t>, from: usize, dialect: Dialect) -> Self {
        let text = builder.text();
        Self { builder, text, at: from, dialect, broken: None }
    }

    pub(super) fn peek(&self) -> Option<u8> {
        self.text.get(self.at).copied()
    }

    fn starts_with(&self, sign: &[u8]) -> bool {
        self.text[self.at..].starts_with(sign)
    }

    fn fail(&mut self) {
        self.broken.get_or_insert(self.at);
    }

    fn quote(&self) -> u8 {
        if self.dialect == Dialect::Hcl { b'"' } else { b'\'' }
    }

    /// Steps over blanks and comments on this line, or on all lines.
    pub(super) fn blanks(&mut self, lines: bool) {
        while let Some(byte) = self.peek() {
            match byte {
                b' ' | b'\t' | b'\r' => self.at += 1,
                b'\n' if lines => self.at += 1,
                b'#' => self.line(),
                b'/' if self.starts_with(b"//") => self.line(),
                b'/' if self.starts_with(b"/*") => {
                    let end = memchr::memmem::find(&self.text[self.at + 2..], b"*/");
                    self.at = end.map_or(self.text.len(), |end| self.at + 2 + end + 2);
                }
                _ => return,
            }
        }
    }

    /// Goes to the end of the line.
    pub(super) fn line(&mut self) {
        self.at = memchr::memchr(b'\n', &self.text[self.at..]).map_or(self.text.len(), |end| self.at + end);
    }

    /// A name: letters, digits, `_`, `-` and `.`-less.
    pub(super) fn word(&mut self) -> Option<Range<usize>> {
        let is_letter = |b: &u8| b.is_ascii_alphanumeric() || *b == b'_' || !b.is_ascii();
        let is_part = |b: &u8| is_letter(b) || (*b == b'-' && self.dialect == Dialect::Hcl);
        let start = self.at;
        if !self.text[start..].first().is_some_and(is_letter) {
            return None;
        }
        let length = self.text[start..].iter().take_while(|b| is_part(b)).count();
        self.at += length;
        Some(start..self.at)
    }

    /// What stands between the quote here and the one that closes it; steps over both.
    pub(super) fn string(&mut self) -> Range<usize> {
        let quote = self.quote();
        if self.dialect == Dialect::Bicep && self.starts_with(b"'''") {
            let start = self.at + 3;
            let end = memchr::memmem::find(&self.text[start..], b"'''").map(|end| start + end);
            self.at = end.map_or(self.text.len(), |end| end + 3);
            return start..end.unwrap_or(self.text.len());
        }
        let start = self.at + 1;
        self.at = start;
        // For each interpolation that is open, how many braces are open in it.
        let mut inside: Vec<usize> = Vec::new();
        let mut in_string = true;
        while let Some(byte) = self.peek() {
            match byte {
                b'\n' if self.dialect == Dialect::Hcl || inside.is_empty() => break,
                b'\\' if in_string => self.at += 1,
                b'$' | b'%' if in_string && self.text.get(self.at + 1) == Some(&b'{') && inside.len() < DEEPEST => {
                    // `$${` is text.
                    let bicep_percent = self.dialect == Dialect::Bicep && byte == b'%';
                    if !bicep_percent && self.text[self.at - 1] != byte {
                        inside.push(0);
                        in_string = false;
                        self.at += 1;
                    }
                }
                b'{' if !in_string => *inside.last_mut().expect("an interpolation is open") += 1,
                b'}' if !in_string => match inside.last_mut() {
                    Some(0) | None => {
                        inside.pop();
                        in_string = true;
                    }
                    Some(open) => *open -= 1,
                },
                _ if byte == quote && in_string && inside.is_empty() => {
                    let end = self.at;
                    self.at += 1;
                    return start..end;
                }
                // A string within an interpolation begins or ends; in it, `}` is text.
                _ if byte == quote => in_string = !in_string,
                _ => {}
            }
            self.at += 1;
        }
        self.at = self.at.min(self.text.len());
        self.fail();
        start..self.at
    }

    /// One value under `name`, up to the end of the line, a comma, or what closes the list or map about it.
    pub(super) fn value(&mut self, name: Option<Name>) {
        self.blanks(false);
        let start = self.at;
        let node = self.builder.begin(name, Shape::Expression, start);
        let (mut parens, mut operand, mut end, mut parts) = (0usize, false, start, 0usize);
        let mut alone = 0..0;
        loop {
            self.blanks(parens > 0);
            let Some(byte) = self.peek() else { break };
            let token = self.at;
            match byte {
                b'\n' => {
                    // Bicep and long conditions go on below: `? a` and `: b` begin the line.
                    let next = self.text[self.at..].trim_ascii_start().first();
                    if self.dialect == Dialect::Bicep && matches!(next, Some(b'?' | b':')) && parts > 0 {
                        self.blanks(true);
                        continue;
                    }
                    break;
                }
                b',' if parens == 0 => break,
                b'}' | b']' => break,
                b')' if parens == 0 => break,
                b')' => {
                    parens -= 1;
                    self.at += 1;
                    operand = true;
                }
                b'(' => {
                    parens += 1;
                    self.at += 1;
                    operand = false;
                }
                b'{' | b'[' if self.builder.depth() >= DEEPEST => {
                    self.fail();
                    self.at = self.text.len();
                }
                b'{' => {
                    self.map();
                    operand = true;
                    alone = token..self.at;
                }
                b'[' => {
                    self.list();
                    if operand {
                        self.builder.drop_last_child(node);
                    }
                    operand = true;
                    alone = token..self.at;
                }
                b'<' if self.dialect == Dialect::Hcl && self.starts_with(b"<<") && !operand => {
                    self.heredoc();
                    operand = true;
                    alone = token..self.at;
                }
                _ if byte == self.quote() => {
                    let at = self.string();
                    let decoded = self.unescaped(at.clone());
                    self.builder.leaf(None, Shape::Text { quoted: true }, at, decoded);
                    operand = true;
                    alone = token..self.at;
                }
                _ => {
                    operand = self.word().is_some() || matches!(byte, b'.' | b'"' | b'\'');
                    if self.at == token {
                        self.at += 1;
                    }
                }
            }
            parts += 1;
            end = self.at;
        }
        self.builder.end(end);
        if parts == 0 {
            self.builder.node_mut(node).shape = Shape::Nothing;
        } else if alone == (start..end) {
            self.builder.hoist(node);
        } else if is_literal(&self.text[start..end]) {
            self.builder.node_mut(node).shape = Shape::Text { quoted: false };
        }
    }

    /// `[a, b]`, elements on lines of their own too.
    fn list(&mut self) {
        self.builder.begin(None, Shape::List, self.at);
        self.at += 1;
        loop {
            self.blanks(true);
            match self.peek() {
                None => break,
                Some(b']') => {
                    self.at += 1;
                    break;
                }
                Some(b',') => self.at += 1,
                // The map or call about it ends first.
                Some(b'}' | b')') => {
                    self.fail();
                    break;
                }
                Some(_) => {
                    let before = self.at;
                    self.value(None);
                    if self.at == before {
                        self.at += 1;
                    }
                }
            }
        }
        self.builder.end(self.at);
    }

    /// `{ a = 1 }` or `{ a: 1 }` as a value.
    fn map(&mut self) {
        self.builder.begin(None, Shape::Map, self.at);
        self.at += 1;
        self.items(true);
        self.builder.end(self.at);
    }

    /// The inside of a map, block or file, and the brace that closes it.
    pub(super) fn items(&mut self, closing: bool) {
        loop {
            self.blanks(true);
            let before = self.at;
            match self.peek() {
                None => return,
                Some(b'}') if closing => {
                    self.at += 1;
                    return;
                }
                // The list or call about it ends first: the brace is missing.
                Some(b']' | b')') if closing => {
                    self.fail();
                    return;
                }
                Some(b',' | b';' | b'}' | b']' | b')') => self.at += 1,
                Some(_) => match self.dialect {
                    Dialect::Hcl => self.hcl_item(closing),
                    Dialect::Bicep => self.bicep_item(closing),
                },
            }
            if self.at == before {
                self.fail();
                self.at += 1;
            }
        }
    }

    /// A quoted or plain name.
    pub(super) fn key(&mut self) -> Option<Name> {
        if self.peek() == Some(self.quote()) {
            let at = self.string();
            let decoded = self.unescaped(at.clone());
            return Some(self.builder.name(at, decoded.as_deref()));
        }
        let at = self.word()?;
        Some(self.builder.name(at, None))
    }

    /// `<<EOT … EOT`
    fn heredoc(&mut self) {
        let begin = self.at;
        self.at += 2;
        if self.peek() == Some(b'-') {
            self.at += 1;
        }
        let Some(marker) = self.word() else { return };
        let marker = &self.text[marker];
        self.line();
        let start = (self.at + 1).min(self.text.len());
        let mut line = start;
        while line < self.text.len() {
            let end = memchr::memchr(b'\n', &self.text[line..]).map_or(self.text.len(), |end| line + end);
            if self.text[line..end].trim_ascii() == marker {
                self.at = end;
                self.builder.leaf(None, Shape::Text { quoted: true }, start..line, None);
                return;
            }
            line = end + 1;
        }
        self.broken.get_or_insert(begin);
        self.builder.leaf(None, Shape::Text { quoted: true }, start..self.text.len(), None);
        self.at = self.text.len();
    }

    /// The text without backslashes, if it has any.
    fn unescaped(&self, at: Range<usize>) -> Option<Box<Decoded>> {
        let text = &self.text[at.clone()];
        memchr::memchr(b'\\', text)?;
        if self.dialect == Dialect::Bicep && self.text[..at.start].ends_with(b"'''") {
            return None;
        }
        let (mut bytes, mut map) = (Vec::with_capacity(text.len()), Map::starting_at(at.start));
        let mut rest = text;
        while let Some((&byte, more)) = rest.split_first() {
            let meaning = match (byte, more.first()) {
                (b'\\', Some(b'n')) => Some(b'\n'),
                (b'\\', Some(b'r')) => Some(b'\r'),
                (b'\\', Some(b't')) => Some(b'\t'),
                (b'\\', Some(&sign)) if matches!(sign, b'\\' | b'"' | b'\'' | b'$') => Some(sign),
                _ => None,
            };
            bytes.push(meaning.unwrap_or(byte));
            map.push(1, 1, if meaning.is_some() { 2 } else { 1 });
            rest = if meaning.is_some() { &more[1..] } else { more };
        }
        let how = if self.dialect == Dialect::Hcl { "hcl" } else { "bicep" };
        Some(Box::new(Decoded { how, bytes, map }))
    }
}

/// `true`, `false`, a number.
fn is_literal(text: &[u8]) -> bool {
    matches!(text, b"true" | b"false")
        || (text.first().is_some_and(|b| b.is_ascii_digit() || *b == b'-')
            && text[1..].iter().all(|b| b.is_ascii_digit() || matches!(b, b'.' | b'_')))
}
