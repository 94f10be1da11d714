//! What a reader of nested maps and lists tells, and who listens.
//!
//! JSON and YAML are read for two: for keys with values ([`Pairs`]) and for the whole
//! tree (`document::tree`). The readers speak in byte ranges of the text.

use std::ops::Range;

use super::Decoded;
use super::draft::Draft;
use super::tree::Tree;
use crate::document::kind::Kind;

/// Listens to a reader.
pub(in crate::document) trait Sink<'t> {
    /// The text that is read.
    fn text(&self) -> &'t [u8];
    /// Is nothing open?
    fn is_empty(&self) -> bool;
    /// Is the next thing a key?
    fn wants_key(&self) -> bool;
    /// Is the innermost open thing a list?
    fn in_list(&self) -> bool;
    /// A map or list begins; false if it stands too deep.
    fn open(&mut self, map: bool, start: usize) -> bool;
    /// The innermost map or list ends; false if none of that sort was open.
    fn close(&mut self, map: bool, end: usize) -> bool;
    /// A key, without its quotes.
    fn key(&mut self, at: Range<usize>, decoded: Option<&Decoded>);
    /// A text, without its quotes.
    fn value(&mut self, at: Range<usize>, quoted: bool, decoded: Option<Box<Decoded>>);
    /// A number, or a truth value.
    fn bare(&mut self, at: Range<usize>, number: bool);
    /// A key or a value that is no text: an alias, `null`, nothing at all.
    fn nothing(&mut self);
    /// Everything ends: the next document begins.
    fn next_document(&mut self);
    /// Forgets everything: another reader tries.
    fn reset(&mut self);
    /// The inside of a comment.
    fn comment(&mut self, at: Range<usize>);
}

/// Listens for keys with values.
pub(super) struct Pairs<'d, 't> {
    draft: &'d mut Draft<'t>,
    tree: Tree,
    kind: Kind,
    /// The option that a list of arguments named last: `["--password", "v"]`.
    option: Option<Range<usize>>,
}

impl<'d, 't> Pairs<'d, 't> {
    pub(super) fn new(draft: &'d mut Draft<'t>, kind: Kind) -> Self {
        Self { draft, tree: Tree::default(), kind, option: None }
    }

    /// Elements of a list may be arguments of a command: a value behind its option is given to it.
    fn argument(&mut self, at: &Range<usize>, quoted: bool, decoded: Option<&Decoded>) {
        let text = &self.draft.text()[at.clone()];
        let dashes = text.iter().take_while(|&&b| b == b'-').count();
        let named = self.option.take().filter(|_| dashes == 0);
        if let Some(option) = named {
            let key = self.draft.key(None, option, None);
            self.draft.value(key, at.clone(), quoted, decoded.cloned().map(Box::new));
        } else if matches!(dashes, 1 | 2) && text.len() > dashes + 2 && text[dashes..].iter().all(|&b| is_option(b)) {
            self.option = Some(at.start + dashes..at.end);
        }
    }
}

impl<'t> Sink<'t> for Pairs<'_, 't> {
    fn text(&self) -> &'t [u8] {
        self.draft.text()
    }

    fn is_empty(&self) -> bool {
        self.tree.is_empty()
    }

    fn wants_key(&self) -> bool {
        self.tree.wants_key()
    }

    fn in_list(&self) -> bool {
        self.tree.in_list()
    }

    fn open(&mut self, map: bool, _: usize) -> bool {
        self.option = None;
        self.tree.open(map)
    }

    fn close(&mut self, map: bool, _: usize) -> bool {
        self.option = None;
        self.tree.close(self.draft, map)
    }

    fn key(&mut self, at: Range<usize>, decoded: Option<&Decoded>) {
        self.tree.key(self.draft, at, decoded);
    }

    fn value(&mut self, at: Range<usize>, quoted: bool, decoded: Option<Box<Decoded>>) {
        if self.tree.in_list() {
            self.argument(&at, quoted, decoded.as_deref());
        }
        self.tree.value(self.draft, at, quoted, decoded);
    }

    fn bare(&mut self, at: Range<usize>, number: bool) {
        if number && !self.tree.in_list() {
            self.tree.value(self.draft, at, false, None);
        } else {
            self.tree.nothing();
        }
    }

    fn nothing(&mut self) {
        self.tree.nothing();
    }

    fn next_document(&mut self) {
        self.tree.clear();
    }

    fn reset(&mut self) {
        self.draft.clear();
        self.tree.clear();
    }

    /// Settings that were commented out are still there to be read.
    fn comment(&mut self, at: Range<usize>) {
        self.draft.read_lines_in(at, None, self.kind);
    }
}

fn is_option(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.' | b':')
}
