//! TOML, tables and inline tables alike.
//!
//! Stands on the events of `toml_parser`, the parser within the `toml` crate. Its tables
//! (`DeTable`) would lose the order of the text, drop what stands twice and nest as deep as a
//! dotted key is long; events do neither, and after an error they go on with the next line.

use std::ops::Range;

use toml_parser::decoder::Encoding;
use toml_parser::parser::{Event, EventKind, RecursionGuard, parse_document};
use toml_parser::{ParseError, Source};

use super::draft::{Draft, line_end, line_start};
use super::unescape::{Dialect, backslashes, line_break};
use super::{DEEPEST, Decoded};
use crate::document::kind::Kind;

/// Reads everything; answers where nesting became too deep.
pub(super) fn read(draft: &mut Draft<'_>, text: &str, from: usize) -> Option<usize> {
    let source = Source::new(&text[from..]);
    let tokens = source.lex().into_vec();
    let mut reader = Reader { draft, from, table: None, header: false, path: None, dotted: false, open: Vec::new() };
    let mut events = |event: Event| reader.event(event);
    let mut broken = Vec::new();
    let mut too_deep = None;
    let mut errors = |error: ParseError| {
        let at = from + error.unexpected().or(error.context()).map_or(0, |span| span.start());
        if error.description().starts_with("cannot recurse") {
            too_deep.get_or_insert(at);
        } else {
            broken.push(at);
        }
    };
    parse_document(&tokens, &mut RecursionGuard::new(&mut events, DEEPEST as u32), &mut errors);
    mend(draft, text, &broken);
    too_deep
}

/// Reads broken lines again, if they gave no value.
fn mend(draft: &mut Draft<'_>, text: &str, broken: &[usize]) {
    let text = text.as_bytes();
    let mut lines: Vec<_> = broken.iter().map(|&at| line_start(text, at.min(text.len()))).collect();
    lines.sort_unstable();
    lines.dedup();
    let mut lines: Vec<_> = lines.into_iter().map(|start| start..line_end(text, start)).collect();
    lines.retain(|line| !draft.has_value_in(line));
    for line in lines {
        draft.read_lines_in(line, None, Kind::Toml);
    }
}

struct Reader<'d, 't> {
    draft: &'d mut Draft<'t>,
    from: usize,
    /// The table whose header was read last.
    table: Option<u32>,
    /// Between the brackets of a header?
    header: bool,
    /// The key that was read last.
    path: Option<u32>,
    /// Does the next key go on with it?
    dotted: bool,
    open: Vec<Open>,
}

#[derive(Clone, Copy)]
enum Open {
    Table(Option<u32>),
    Array(Option<u32>),
}

impl Reader<'_, '_> {
    fn event(&mut self, event: Event) {
        let at = self.from + event.span().start()..self.from + event.span().end();
        match event.kind() {
            EventKind::StdTableOpen | EventKind::ArrayTableOpen => {
                self.open.clear();
                (self.header, self.dotted, self.path) = (true, false, None);
            }
            EventKind::StdTableClose | EventKind::ArrayTableClose => {
                (self.table, self.header, self.dotted) = (self.path, false, false);
            }
            EventKind::SimpleKey => self.key(at, event.encoding()),
            EventKind::KeySep => self.dotted = true,
            EventKind::Scalar => self.scalar(at, event.encoding()),
            EventKind::InlineTableOpen => self.open.push(Open::Table(self.target())),
            EventKind::ArrayOpen => self.open.push(Open::Array(self.target())),
            EventKind::InlineTableClose | EventKind::ArrayClose => _ = self.open.pop(),
            EventKind::KeyValSep | EventKind::ValueSep | EventKind::Newline => self.dotted = false,
            EventKind::Whitespace | EventKind::Comment | EventKind::Error => {}
        }
    }

    fn key(&mut self, at: Range<usize>, encoding: Option<Encoding>) {
        let parent = if self.dotted {
            self.path
        } else if self.header {
            None
        } else {
            match self.open.last() {
                Some(&(Open::Table(key) | Open::Array(key))) => key,
                None => self.table,
            }
        };
        let (at, decoded) = unquoted(self.draft.text(), at, encoding);
        let name = decoded.as_ref().map(|decoded| &*decoded.bytes);
        self.path = Some(self.draft.key(parent, at, name));
        self.dotted = false;
    }

    fn scalar(&mut self, at: Range<usize>, encoding: Option<Encoding>) {
        let in_list = matches!(self.open.last(), Some(Open::Array(_)));
        let Some(key) = self.target() else { return };
        if in_list && encoding.is_none() {
            return;
        }
        let (at, decoded) = unquoted(self.draft.text(), at, encoding);
        self.draft.value(key, at, encoding.is_some(), decoded);
    }

    /// The key that the next value stands under.
    fn target(&self) -> Option<u32> {
        match self.open.last() {
            Some(&Open::Array(key)) => key,
            _ => self.path,
        }
    }
}

/// A string's place between its quotes, and its value if that differs.
fn unquoted(text: &[u8], at: Range<usize>, encoding: Option<Encoding>) -> (Range<usize>, Option<Box<Decoded>>) {
    let (mark, escapes): (&[u8], bool) = match encoding {
        Some(Encoding::BasicString) => (b"\"", true),
        Some(Encoding::LiteralString) => (b"'", false),
        Some(Encoding::MlBasicString) => (b"\"\"\"", true),
        Some(Encoding::MlLiteralString) => (b"'''", false),
        None => return (at, None),
    };
    let whole = &text[at.clone()];
    let mut start = at.start + if whole.starts_with(mark) { mark.len() } else { 0 };
    let end = if whole.ends_with(mark) { (at.end - mark.len()).max(start) } else { at.end };
    if mark.len() == 3 {
        start += line_break(&text[start..end]).unwrap_or(0);
    }
    let decoded = escapes.then(|| backslashes(text, start..end, Dialect::Toml)).flatten();
    (start..end, decoded)
}
