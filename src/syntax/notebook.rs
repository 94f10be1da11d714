//! The code of a notebook: its cells one after the other, as one source, and the way back.
//!
//! A cell is a list of strings in JSON. Lines that speak to the notebook (`%pip`, `!az`) are turned into comments,
//! so that the others parse. What is found in the source is shown where it stands in the file.

use super::language::Language;
use crate::document::kind::Kind;
use crate::document::layer::LayerSpan;
use crate::document::tree::{self, NodeId, Shape, Tree};

/// The code of all cells.
#[derive(Debug)]
pub struct Notebook {
    /// What the kernel speaks.
    pub language: Language,
    /// The cells, a line between them.
    pub text: Vec<u8>,
    /// For each byte of the text its place in the file, and the end.
    places: Vec<u32>,
}

impl Notebook {
    /// `None` if it holds no code of a language with a grammar.
    pub fn read(file: &[u8]) -> Option<Self> {
        let tree = tree::read(file, Kind::Json)?;
        let root = *tree.roots.first()?;
        let named = |above: &str, key: &str| {
            let above = tree.member(tree.member(root, "metadata")?, above)?;
            Language::named(&tree.text_of(above, key)?)
        };
        let language =
            named("kernelspec", "language").or_else(|| named("language_info", "name")).unwrap_or(Language::Python);
        let mut notebook = Self { language, text: Vec::new(), places: Vec::new() };
        for &cell in &tree.node(tree.member(root, "cells")?).children {
            if tree.text_of(cell, "cell_type").is_some_and(|kind| kind == "code")
                && let Some(source) = tree.member(cell, "source")
            {
                notebook.take(&tree, source);
            }
        }
        notebook.places.push(u32::try_from(file.len()).ok()?);
        (!notebook.text.is_empty()).then_some(notebook)
    }

    /// Where something of the text stands in the file.
    pub fn back(&self, span: LayerSpan) -> Option<LayerSpan> {
        let last = self.places.get((span.end as usize).checked_sub(1)?)?;
        // One that is written with an escape ends where the next one begins.
        let next = self.places.get(span.end as usize)?;
        let end = if (last + 1..=last + 6).contains(next) { *next } else { last + 1 };
        LayerSpan::new(*self.places.get(span.start as usize)? as usize, end as usize)
    }

    fn take(&mut self, tree: &Tree<'_>, source: NodeId) {
        let node = tree.node(source);
        let lines = if node.shape == Shape::List { &node.children[..] } else { &[source][..] };
        // `%%bash`: another language to the end of the cell.
        let first = lines.first().map(|line| tree.node(*line).span.range());
        if first.is_some_and(|first| tree.text()[first].starts_with(b"%%")) {
            return;
        }
        for &line in lines {
            let span = tree.node(line).span;
            self.line(tree.text(), span);
        }
        if self.text.last() != Some(&b'\n') && !self.text.is_empty() {
            self.push(b'\n', self.places.last().copied().unwrap_or_default());
        }
    }

    /// A string of JSON without its quotes.
    fn line(&mut self, file: &[u8], span: LayerSpan) {
        let mut at = span.start as usize;
        let end = (span.end as usize).min(file.len());
        while at < end {
            let place = u32::try_from(at).unwrap_or(u32::MAX);
            let is_first = self.text.last().is_none_or(|b| *b == b'\n');
            let length = match (file[at], file.get(at + 1)) {
                (b'\\', Some(b'u')) => {
                    let digits = file.get(at + 2..at + 6).and_then(|hex| std::str::from_utf8(hex).ok());
                    let code = digits.and_then(|hex| u32::from_str_radix(hex, 16).ok()).and_then(char::from_u32);
                    let mut bytes = [0; 4];
                    let code = code.unwrap_or('?').encode_utf8(&mut bytes);
                    code.bytes().for_each(|byte| self.push(byte, place));
                    6
                }
                (b'\\', Some(escaped)) => {
                    let byte = match escaped {
                        b'n' => b'\n',
                        b't' => b'\t',
                        b'r' => b'\r',
                        other => *other,
                    };
                    self.push(byte, place);
                    2
                }
                (b'%' | b'!', _) if is_first => {
                    self.push(b'#', place);
                    1
                }
                (byte, _) => {
                    self.push(byte, place);
                    1
                }
            };
            at += length;
        }
    }

    fn push(&mut self, byte: u8, place: u32) {
        self.text.push(byte);
        self.places.push(place);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const FILE: &str = r##"{ "cells": [
  { "cell_type": "markdown", "source": ["# no code"] },
  { "cell_type": "code", "source": ["%pip install x\n", "print(\"a\\\\b\")\n", "if x:\n", "    y = \"\u00e9\"" ] },
  { "cell_type": "code", "source": "%%bash\naz login" },
  { "cell_type": "code", "source": "z = 1" }
], "metadata": { "kernelspec": { "language": "python" } } }"##;

    #[test]
    fn cells_are_one_source_and_lead_back() {
        let notebook = Notebook::read(FILE.as_bytes()).expect("it holds code");
        let text = String::from_utf8(notebook.text.clone()).expect("it is UTF-8");
        assert_eq!(text, "#pip install x\nprint(\"a\\\\b\")\nif x:\n    y = \"é\"\nz = 1\n");
        for word in ["print", "if x:", "z = 1"] {
            let at = text.find(word).expect("it stands there");
            let span = LayerSpan::new(at, at + word.len()).expect("it is not empty");
            let back = notebook.back(span).expect("it leads back");
            assert_eq!(&FILE[back.range()], word);
        }
    }

    #[test]
    fn what_is_no_notebook_gives_none_and_no_panic() {
        for file in
            ["", "{", "[]", "{\"cells\": 1}", "{\"cells\": [{\"cell_type\": \"code\", \"source\": [\"\\u12\"]}]"]
        {
            let _ = Notebook::read(file.as_bytes());
        }
        assert!(Notebook::read(b"{\"cells\": []}").is_none());
    }
}
