//! Bicep and its parameter files.
//!
//! A declaration stands under its word and its name: `resource.store` with the members `type`,
//! `existing` and `body`; `param.x` with `type`, `default` and one member for each
//! decorator, `@secure`; `output.x` with `type` and `value`; `module.x` with `source` and `body`.

use super::build::Builder;
use super::expression::{Dialect, Reader};
use super::{Name, Shape};

/// Reads everything; answers where something could not be read.
pub(super) fn read(builder: &mut Builder<'_>, from: usize) -> Option<usize> {
    builder.begin(None, Shape::Map, from);
    let mut reader = Reader::new(builder, from, Dialect::Bicep);
    reader.items(false);
    let (broken, end) = (reader.broken, reader.at);
    builder.end(end);
    broken
}

impl Reader<'_, '_> {
    /// A declaration, or a member of a map.
    pub(super) fn bicep_item(&mut self, closing: bool) {
        let decorators = self.decorators();
        if matches!(self.peek(), Some(b'}') | None) {
            return;
        }
        let Some(first) = self.key() else { return self.line() };
        self.blanks(false);
        match self.peek() {
            Some(b':') => {
                self.at += 1;
                self.value(Some(first));
            }
            // `metadata`, `targetScope = 'x'`, and what a parameter file assigns.
            Some(b'=') if !closing => {
                self.at += 1;
                self.value(Some(first));
            }
            Some(byte) if byte.is_ascii_alphabetic() || byte == b'_' || byte == b'\'' => {
                self.declaration(first, decorators);
            }
            _ => self.line(),
        }
    }

    /// `@secure()`, `@description('…')`: their names.
    fn decorators(&mut self) -> Vec<Name> {
        let mut found = Vec::new();
        while self.peek() == Some(b'@') {
            let start = self.at;
            self.at += 1;
            let mut last = None;
            while let Some(word) = self.word() {
                last = Some(word);
                if self.peek() == Some(b'.') {
                    self.at += 1;
                }
            }
            if let Some(word) = last {
                let mut name = self.builder.name(word, None);
                name.text = format!("@{}", name.text).into();
                found.push(name);
            }
            self.arguments();
            self.blanks(true);
            if self.at == start + 1 && last_is_none(&found) {
                break;
            }
        }
        found
    }

    /// Steps over `( … )`.
    fn arguments(&mut self) {
        if self.peek() != Some(b'(') {
            return;
        }
        let mut open = 0usize;
        while let Some(byte) = self.peek() {
            match byte {
                b'\'' => {
                    self.string();
                    continue;
                }
                b'(' => open += 1,
                b')' => open -= 1,
                _ => {}
            }
            self.at += 1;
            if open == 0 {
                return;
            }
        }
    }

    fn declaration(&mut self, word: Name, decorators: Vec<Name>) {
        let start = self.at;
        let kind = word.text.to_ascii_lowercase();
        let known = ["param", "var", "output", "resource", "module", "metadata", "type", "func", "assert"];
        if !known.contains(&kind.as_str()) {
            return self.line();
        }
        let Some(name) = self.key() else { return self.line() };
        self.builder.begin(Some(word), Shape::Map, start);
        match kind.as_str() {
            "var" | "metadata" => {
                self.skip_to_equals();
                self.value(Some(name));
            }
            "type" | "func" | "assert" => self.line_or_body(),
            _ => {
                self.builder.begin(Some(name), Shape::Map, start);
                for decorator in decorators {
                    let at = decorator.span.range();
                    self.builder.leaf(Some(decorator), Shape::Text { quoted: false }, at, None);
                }
                match kind.as_str() {
                    "param" => self.typed("default"),
                    "output" => self.typed("value"),
                    _ => self.bodied(if kind == "module" { "source" } else { "type" }),
                }
                self.builder.end(self.at);
            }
        }
        self.builder.end(self.at);
    }

    /// A member that the text does not name.
    fn unnamed(&self, text: &str) -> Option<Name> {
        let mut name = self.builder.name(self.at..self.at, None);
        name.text = text.into();
        Some(name)
    }

    /// `string = 'x'`, `object`, `= 'x'` in a parameter file.
    fn typed(&mut self, value: &str) {
        self.blanks(false);
        let start = self.at;
        let mut end = start;
        while let Some(byte) = self.peek() {
            match byte {
                b'=' | b'\n' => break,
                b'\'' => _ = self.string(),
                b'{' => self.balanced(),
                b'/' if self.text[self.at..].starts_with(b"//") => break,
                _ => self.at += 1,
            }
            if !byte.is_ascii_whitespace() {
                end = self.at;
            }
        }
        if start < end {
            let name = self.unnamed("type");
            self.builder.leaf(name, Shape::Text { quoted: false }, start..end, None);
        }
        if self.peek() == Some(b'=') {
            self.at += 1;
            let name = self.unnamed(value);
            self.value(name);
        }
    }

    /// `'Microsoft.X/y@2024-01-01' existing = if (c) { … }`
    fn bodied(&mut self, type_member: &str) {
        self.blanks(false);
        if self.peek() == Some(b'\'') {
            let name = self.unnamed(type_member);
            let at = self.string();
            self.builder.leaf(name, Shape::Text { quoted: true }, at, None);
        }
        self.blanks(false);
        if let Some(word) = self.word() {
            let name = self.builder.name(word.clone(), None);
            self.builder.leaf(Some(name), Shape::Text { quoted: false }, word, None);
        }
        self.skip_to_equals();
        let name = self.unnamed("body");
        self.value(name);
    }

    /// Past the `=` on this line, if there is one.
    fn skip_to_equals(&mut self) {
        while let Some(byte) = self.peek() {
            match byte {
                b'\n' => return,
                b'=' => {
                    self.at += 1;
                    return;
                }
                b'\'' => _ = self.string(),
                _ => self.at += 1,
            }
        }
    }

    /// Steps over `{ … }`.
    fn balanced(&mut self) {
        let mut open = 0usize;
        while let Some(byte) = self.peek() {
            match byte {
                b'\'' => {
                    self.string();
                    continue;
                }
                b'{' => open += 1,
                b'}' => open -= 1,
                _ => {}
            }
            self.at += 1;
            if open == 0 {
                return;
            }
        }
    }

    /// Steps over a declaration that holds nothing for us.
    fn line_or_body(&mut self) {
        while let Some(byte) = self.peek() {
            match byte {
                b'\n' => return,
                b'{' => self.balanced(),
                b'\'' => _ = self.string(),
                _ => self.at += 1,
            }
        }
    }
}

fn last_is_none(found: &[Name]) -> bool {
    found.is_empty()
}
