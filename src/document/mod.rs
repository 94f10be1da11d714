//! A blob understood: what kind of file it is, its text, its layers, its keys and values.
//!
//! Layer 0 is the text: the blob's own bytes, or UTF-8 made from UTF-16. Every other
//! layer is what a decoder made of a part of another one. Matchers work on layers
//! and speak in [`LayerSpan`]s; only the document leads them back to a [`Span`].
//! Finding anything is left to `detect`.

pub mod assign;
pub mod connection;
pub mod context;
pub mod decode;
pub mod facts;
pub mod kind;
pub mod layer;
mod lines;
mod names;
pub mod shell;
mod text;
pub mod tree;
pub mod url;

use std::cell::OnceCell;
use std::ops::Range;

use crate::model::{LineCol, RepoPath, Span};

use context::Context;
use kind::Kind;
use layer::{Layer, LayerId, LayerSpan};
use lines::Lines;
use text::Text;

/// Layers beside the text that one document may have.
pub const MOST_LAYERS: usize = 4096;

/// A blob that holds text, and what was worked out about it so far.
///
/// Opening one costs a look at the first KiB, unless the blob is UTF-16. Everything
/// else is made when it is first asked for.
#[derive(Debug)]
pub struct Document<'a> {
    blob: &'a [u8],
    path: &'a RepoPath,
    text: Text<'a>,
    layers: Vec<Layer>,
    /// Bytes held by `layers`, ways back included.
    held: usize,
    kind: OnceCell<Kind>,
    context: OnceCell<Context>,
    /// So many bytes of the path name what was asked for, and not a place in it.
    root: usize,
    lines: OnceCell<Lines>,
}

/// What a blob turned out to be.
#[derive(Debug)]
#[allow(clippy::large_enum_variant, reason = "lives on the stack of one worker; a box would be an allocation per blob")]
pub enum Opened<'a> {
    /// Text in some encoding, broken bytes included.
    Text(Document<'a>),
    /// Not text.
    Binary,
}

impl<'a> Opened<'a> {
    /// The document, if it is text.
    pub fn text(self) -> Option<Document<'a>> {
        match self {
            Self::Text(document) => Some(document),
            Self::Binary => None,
        }
    }
}

impl<'a> Document<'a> {
    /// Looks at the first KiB and decides; the path is only read when kind or context are asked for.
    pub fn open(blob: &'a [u8], path: &'a RepoPath) -> Opened<'a> {
        let Some(text) = Text::of(blob) else {
            return Opened::Binary;
        };
        Opened::Text(Self {
            blob,
            path,
            text,
            layers: Vec::new(),
            held: 0,
            kind: OnceCell::new(),
            context: OnceCell::new(),
            root: 0,
            lines: OnceCell::new(),
        })
    }

    /// Says how much of the path leads to what was asked for: a project below `samples/` is no sample.
    pub fn below(&mut self, root: usize) {
        self.root = root;
    }

    /// The bytes as read.
    pub fn blob(&self) -> &'a [u8] {
        self.blob
    }

    /// The name it was opened under.
    pub fn path(&self) -> &'a RepoPath {
        self.path
    }

    /// Language or configuration format.
    pub fn kind(&self) -> Kind {
        *self.kind.get_or_init(|| Kind::of(self.path, self.text()))
    }

    /// What the path, and the length of the lines, say of its purpose.
    pub fn context(&self) -> Context {
        *self.context.get_or_init(|| Context::below(self.path, self.root).with_lines_of(self.text(), self.kind()))
    }

    /// Layer 0.
    pub fn text(&self) -> &[u8] {
        self.text.bytes()
    }

    /// The bytes of a layer; none if there is no such layer.
    pub fn layer(&self, id: LayerId) -> &[u8] {
        match self.decoded(id) {
            Some(layer) => &layer.bytes,
            None if id == LayerId::TEXT => self.text(),
            None => &[],
        }
    }

    /// Adds a layer. `None` if its parent does not exist, or once the document has
    /// [`MOST_LAYERS`] or holds four times the blob and 1 MiB more: what nests deeper
    /// or swells further was made to exhaust somebody.
    pub fn push(&mut self, layer: Layer) -> Option<LayerId> {
        let held = self.held + layer.bytes.len() + layer.map.memory();
        let parent_exists = usize::from(layer.parent.0) <= self.layers.len();
        if !parent_exists || self.layers.len() == MOST_LAYERS || held > self.most_held() {
            return None;
        }
        self.held = held;
        self.layers.push(layer);
        u16::try_from(self.layers.len()).ok().map(LayerId)
    }

    fn most_held(&self) -> usize {
        self.blob.len().saturating_mul(4).saturating_add(1 << 20)
    }

    fn decoded(&self, id: LayerId) -> Option<&Layer> {
        self.layers.get(usize::from(id.0).checked_sub(1)?)
    }

    /// What made a layer: `base64`, `percent` … For layer 0 `text`, or `utf16` if it was made from that.
    pub fn layer_how(&self, id: LayerId) -> &'static str {
        self.decoded(id).map_or(self.text.how(), |layer| layer.how)
    }

    /// How many wrappings were taken off: 0 for the text. UTF-16 is a way to write
    /// characters, not a wrapping.
    pub fn depth(&self, id: LayerId) -> usize {
        let mut depth = 0;
        let mut next = self.decoded(id);
        while let Some(layer) = next {
            depth += usize::from(layer.how != decode::UTF16);
            next = self.decoded(layer.parent);
        }
        depth
    }

    /// The bytes of the blob that a place in a layer was made from: whole units, so at
    /// least those that are needed to make it again. `None` if it is empty or outside the layer.
    pub fn span(&self, id: LayerId, span: LayerSpan) -> Option<Span> {
        let (mut id, mut span) = (id, span);
        if span.range().end > self.layer(id).len() {
            return None;
        }
        while let Some(layer) = self.decoded(id) {
            let range = layer.map.back(span);
            span = LayerSpan::new(range.start, range.end)?;
            id = layer.parent;
        }
        let range = self.text.back(span);
        Span::new(range.start, range.end)
    }

    /// Where in layer 0 the blob's byte at `offset` went; the byte order mark leads to the beginning.
    pub fn text_at(&self, offset: usize) -> usize {
        self.text.forth(offset)
    }

    /// The byte of the blob that layer 0's byte at `at` was made from; past the end, the end.
    pub fn blob_at(&self, at: usize) -> usize {
        let one = LayerSpan::new(at, at + 1).filter(|span| span.range().end <= self.text().len());
        one.map_or(self.blob.len(), |span| self.text.back(span).start)
    }

    /// A text in the encoding of the blob.
    pub fn encoded(&self, text: &str) -> Vec<u8> {
        match self.text.wide() {
            Some(wide) => wide.encode(text),
            None => text.as_bytes().to_vec(),
        }
    }

    /// The place in layer 0 of a place in any layer.
    pub fn in_text(&self, id: LayerId, span: LayerSpan) -> LayerSpan {
        let (mut id, mut span) = (id, span);
        while let Some(layer) = self.decoded(id) {
            let range = layer.map.back(span);
            span = LayerSpan::new(range.start, range.end).unwrap_or_default();
            id = layer.parent;
        }
        span
    }

    /// The place within what was packed whole, if it was: there every byte leads back to the same place in the blob.
    pub fn packed(&self, id: LayerId, span: LayerSpan) -> Option<(LayerId, LayerSpan)> {
        let (mut id, mut span, mut packed) = (id, span, None);
        while let Some(layer) = self.decoded(id) {
            if layer.how == decode::GZIP {
                packed = Some((id, span));
            }
            let range = layer.map.back(span);
            span = LayerSpan::new(range.start, range.end)?;
            id = layer.parent;
        }
        packed
    }

    /// Line and column of a byte of layer 0.
    pub fn line_col_in_text(&self, offset: usize) -> LineCol {
        let end = LayerSpan::new(offset, (offset + 1).min(self.text().len())).filter(|span| !span.is_empty());
        self.line_col(end.map_or(self.blob.len(), |span| self.text.back(span).start))
    }

    /// Line and column of a byte of the blob; past the end, of the end.
    ///
    /// A byte that is part of no valid character counts as one character, and so does
    /// every one in Windows-1252. The byte order mark counts as none.
    pub fn line_col(&self, offset: usize) -> LineCol {
        self.lines().line_col(self.blob, offset)
    }

    /// The bytes of a line of the blob, from 1, without its end.
    pub fn line_range(&self, line: u32) -> Option<Range<usize>> {
        self.lines().range(self.blob, line)
    }

    fn lines(&self) -> &Lines {
        self.lines.get_or_init(|| Lines::of(self.blob, self.text.begins(), self.text.wide()))
    }

    /// The line of layer 0 that holds `offset`, with `n` lines above and below, without
    /// the last line's end. At most 16 KiB to each side: a minified
    /// file is one line, and each match asks.
    pub fn lines_around(&self, offset: usize, n: usize) -> Range<usize> {
        lines::around(self.text(), offset, n)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::layer::Map;

    fn path(name: &str) -> RepoPath {
        RepoPath::new(name.as_bytes())
    }

    fn layer_of(parent: LayerId, bytes: usize) -> Layer {
        let mut map = Map::starting_at(0);
        map.push(bytes, 1, 1);
        Layer { parent, how: "test", bytes: vec![b'x'; bytes], map }
    }

    #[test]
    fn plain_text_is_not_copied() {
        let (blob, path) = (b"caf\xe9 = 1\r\n".to_vec(), path("a.ini"));
        let document = Document::open(&blob, &path).text().unwrap();
        assert!(std::ptr::eq(document.text(), &raw const blob[..]));
        assert_eq!(document.layer_how(LayerId::TEXT), "text");
        assert_eq!(document.kind(), Kind::Ini);
    }

    #[test]
    fn spans_lead_through_every_parent_to_the_blob() {
        let (blob, path) = (b"\xef\xbb\xbfabcdef".to_vec(), path("a"));
        let mut document = Document::open(&blob, &path).text().unwrap();
        let mut map = Map::starting_at(2); // `cdef` as two units of two
        map.push(2, 1, 2);
        let outer = document.push(Layer { parent: LayerId::TEXT, how: "test", bytes: b"12".to_vec(), map }).unwrap();
        let mut map = Map::starting_at(1);
        map.push(1, 1, 1);
        let inner = document.push(Layer { parent: outer, how: "test", bytes: b"3".to_vec(), map }).unwrap();
        for (id, start, end, expected) in [
            (LayerId::TEXT, 0, 2, Some((3, 5))),
            (outer, 0, 1, Some((5, 7))),
            (inner, 0, 1, Some((7, 9))),
            (inner, 0, 2, None),
            (inner, 1, 1, None),
            (LayerId(9), 0, 1, None),
        ] {
            let span = document.span(id, LayerSpan::new(start, end).unwrap());
            assert_eq!(span.map(|s| (s.start(), s.end())), expected, "{id:?} {start}..{end}");
        }
        assert_eq!((document.depth(LayerId::TEXT), document.depth(outer), document.depth(inner)), (0, 1, 2));
    }

    #[test]
    fn layers_are_bounded_in_number_and_in_bytes() {
        let (blob, path) = (b"abc".to_vec(), path("a"));
        let mut document = Document::open(&blob, &path).text().unwrap();
        assert_eq!(document.push(layer_of(LayerId(1), 1)), None, "its parent does not exist");
        assert_eq!(document.push(layer_of(LayerId::TEXT, (1 << 20) + 12)), None, "the way back counts too");
        for number in 1..=4096 {
            assert_eq!(document.push(layer_of(LayerId::TEXT, 1)), Some(LayerId(number)));
        }
        assert_eq!(document.push(layer_of(LayerId::TEXT, 1)), None);
    }

    #[test]
    fn utf16_text_leads_back_to_its_bytes_with_and_without_a_mark() {
        for (mark, little) in [(true, true), (true, false), (false, true), (false, false)] {
            let content = "Ключ=значение\r\nkey=\u{1f511}x\r\n";
            let mut blob = Vec::new();
            for unit in mark.then_some(0xfeff).into_iter().chain(content.encode_utf16()) {
                blob.extend(if little { unit.to_le_bytes() } else { unit.to_be_bytes() });
            }
            let path = path("export.reg");
            let document = Document::open(&blob, &path).text().unwrap();
            assert_eq!(document.text(), content.as_bytes());
            let begins = usize::from(mark) * 2;
            let emoji = content.find('\u{1f511}').unwrap();
            let span = document.span(LayerId::TEXT, LayerSpan::new(emoji, emoji + 4).unwrap()).unwrap();
            assert_eq!(span.range(), begins + 38..begins + 42, "mark {mark}, little {little}");
            assert_eq!(document.text_at(span.start()), emoji);
            let place = document.line_col(span.end());
            assert_eq!((place.line, place.column, place.offset), (2, 6, (begins + 42) as u32));
            assert_eq!(document.line_range(1), Some(begins..begins + 26));
        }
    }
}
