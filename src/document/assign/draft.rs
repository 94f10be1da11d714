//! The keys and values of one text while a reader finds them.
//!
//! A reader speaks in byte ranges of the text; the draft keeps names, spans and depth
//! within their limits and puts the values in the order of the text at the end.

use std::borrow::Cow;
use std::ops::Range;

use memchr::{memchr2, memrchr2};

use super::{Assignment, Assignments, DEEPEST, Decoded, Key, lines};
use crate::document::kind::Kind;
use crate::document::layer::LayerSpan;

/// What is found so far.
pub(super) struct Draft<'t> {
    text: &'t [u8],
    found: Assignments,
    depths: Vec<u8>,
    in_order: bool,
}

impl<'t> Draft<'t> {
    pub(super) fn new(text: &'t [u8]) -> Self {
        Self { text, found: Assignments::default(), depths: Vec::new(), in_order: true }
    }

    /// The text as it was given, whatever its bytes are.
    pub(super) fn text(&self) -> &'t [u8] {
        self.text
    }

    /// Forgets everything: another reader tries.
    pub(super) fn clear(&mut self) {
        *self = Self::new(self.text);
    }

    /// A key at `at`. `name` is its unescaped text if that differs.
    ///
    /// Keys below [`DEEPEST`] become brothers, so that a path is always short.
    pub(super) fn key(&mut self, parent: Option<u32>, at: Range<usize>, name: Option<&[u8]>) -> u32 {
        let mut parent = parent;
        let mut depth = parent.map_or(0, |parent| self.depths[parent as usize] + 1);
        if usize::from(depth) >= DEEPEST {
            parent = parent.and_then(|parent| self.found.keys[parent as usize].parent);
            depth -= 1;
        }
        let name = String::from_utf8_lossy(name.unwrap_or(&self.text[at.clone()]));
        let name = self.found.keep(&name);
        self.found.keys.push(Key { parent, name, span: span(at) });
        self.depths.push(depth);
        u32::try_from(self.found.keys.len() - 1).expect("a key takes a byte at least, and places are u32")
    }

    /// A value at `at`. Answers its number.
    pub(super) fn value(&mut self, key: u32, at: Range<usize>, quoted: bool, decoded: Option<Box<Decoded>>) -> usize {
        self.push(Assignment { key, value: span(at), decoded, quoted })
    }

    /// Gives the value with this number to another key too.
    pub(super) fn give_also(&mut self, key: u32, item: usize) {
        let item = Assignment { key, ..self.found.items[item].clone() };
        self.push(item);
    }

    fn push(&mut self, item: Assignment) -> usize {
        self.in_order &= self.found.items.last().is_none_or(|last| last.value <= item.value);
        self.found.items.push(item);
        self.found.items.len() - 1
    }

    pub(super) fn name(&self, key: u32) -> &str {
        self.found.name(&self.found.keys[key as usize])
    }

    pub(super) fn item(&self, item: usize) -> &Assignment {
        &self.found.items[item]
    }

    /// The end of the value that was found last, with its quote.
    pub(super) fn end(&self) -> usize {
        self.found.items.last().map_or(0, |item| item.value.range().end + usize::from(item.quoted)).min(self.text.len())
    }

    /// Does a value begin within `at`? Asks the values in their order, by halves.
    pub(super) fn has_value_in(&self, at: &Range<usize>) -> bool {
        let items = &self.found.items;
        let next = items.partition_point(|item| item.value.range().start < at.start);
        items.get(next).is_some_and(|item| item.value.range().start <= at.end)
    }

    /// Reads everything from the place where a parser stopped line by line.
    pub(super) fn read_lines(&mut self, stopped: usize, kind: Kind) {
        self.found.by_line = true;
        let from = self.resume_at(stopped.min(self.text.len()));
        self.read_lines_in(from..self.text.len(), None, kind);
    }

    /// Reads some lines; what they hold goes below `parent`.
    pub(super) fn read_lines_in(&mut self, at: Range<usize>, parent: Option<u32>, kind: Kind) {
        for line in lines::read(&self.text[..at.end], at.start, kind) {
            let name = super::unescape::name(self.text, line.name.range(), kind);
            let key = self.key(parent, line.name.range(), name.as_deref());
            self.value(key, line.value.range(), line.quoted, line.decoded.map(Box::new));
        }
    }

    /// The line where the parser stopped, or that of a key which has got no value yet,
    /// but nothing that was read already.
    fn resume_at(&self, stopped: usize) -> usize {
        let waiting = self.found.keys.last().map(|key| key.span.range().start).filter(|&key| key >= self.end());
        let from = waiting.map_or(stopped, |key| key.min(stopped));
        line_start(self.text, from).max(self.end())
    }

    pub(super) fn finish(mut self) -> Assignments {
        if !self.in_order {
            self.found.items.sort_by_key(|item| item.value);
        }
        self.found
    }
}

fn span(at: Range<usize>) -> LayerSpan {
    LayerSpan::new(at.start, at.end).expect("a document has at most 4 GiB, and ranges run forwards")
}

/// Where the line that holds `at` begins.
pub(in crate::document) fn line_start(text: &[u8], at: usize) -> usize {
    memrchr2(b'\n', b'\r', &text[..at]).map_or(0, |end| end + 1)
}

/// Where the line that holds `at` ends, before its CR or LF.
pub(in crate::document) fn line_end(text: &[u8], at: usize) -> usize {
    memchr2(b'\n', b'\r', &text[at..]).map_or(text.len(), |end| at + end)
}

/// The text for parsers that want UTF-8; bytes that are none become `?`, so that places stay.
pub(in crate::document) fn as_utf8(text: &[u8]) -> Cow<'_, str> {
    if let Ok(text) = std::str::from_utf8(text) {
        return Cow::Borrowed(text);
    }
    let mut clean = String::with_capacity(text.len());
    for chunk in text.utf8_chunks() {
        clean.push_str(chunk.valid());
        clean.extend(chunk.invalid().iter().map(|_| '?'));
    }
    Cow::Owned(clean)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn broken_utf8_keeps_its_length() {
        for (text, clean) in [(&b"a\xFFb"[..], "a?b"), (b"\xE4\xB8", "??"), ("é\u{1F511}".as_bytes(), "é\u{1F511}")] {
            assert_eq!(as_utf8(text), clean, "{text:?}");
        }
    }

    #[test]
    fn keys_past_the_deepest_level_become_brothers() {
        let mut draft = Draft::new(b"k");
        let mut key = draft.key(None, 0..1, None);
        for _ in 0..DEEPEST * 3 {
            key = draft.key(Some(key), 0..1, None);
        }
        assert_eq!(draft.finish().path(key).len(), DEEPEST);
    }
}
