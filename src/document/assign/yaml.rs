//! YAML: many documents, block and flow, all scalar styles, templates.
//!
//! Stands on the events of `saphyr-parser`, pulled one by one: everything up to an error is kept
//! and nothing recurses. An alias stays an alias. A block scalar's last line breaks are left out.

use std::ops::Range;

use saphyr_parser::{Event, Marker, Parser, ScalarStyle, Span};

use super::draft::{Draft, line_end};
use super::fold::{self, Style};
use super::sink::{Pairs, Sink};
use super::{json, template};
use crate::document::kind::Kind;

/// The parser keeps a whole flow list in memory, some 150 bytes for each of its parts.
const MOST_FLOW: usize = 1 << 20;

/// Reads all documents; answers where it stopped.
pub(super) fn read(draft: &mut Draft<'_>, text: &str, from: usize) -> Option<usize> {
    read_into(&mut Pairs::new(draft, Kind::Json), text, from)
}

/// The same for whoever listens.
pub(in crate::document) fn read_into<'t>(sink: &mut impl Sink<'t>, text: &str, from: usize) -> Option<usize> {
    if text[from..].trim_start().starts_with(['{', '[']) {
        // JSON is YAML too, and its own reader is the quicker one.
        json::read_into(sink, text, from)?;
        sink.reset();
    }
    let covered = template::cover(&text[from..]);
    let flow = covered.bytes().filter(|b| matches!(b, b',' | b'[' | b'{')).count();
    if flow > MOST_FLOW {
        return Some(from);
    }
    // With the bytes before `from`, so that places are those of the text.
    let source = [&text.as_bytes()[..from], covered.as_bytes()].concat();
    let places = Places::of(&covered, from);
    Reader { sink, source: &source, places, text: std::marker::PhantomData }.read(&covered)
}

struct Reader<'d, 't, 's, S> {
    sink: &'d mut S,
    source: &'s [u8],
    places: Places<'s>,
    text: std::marker::PhantomData<&'t ()>,
}

impl<'t, S: Sink<'t>> Reader<'_, 't, '_, S> {
    fn read(mut self, text: &str) -> Option<usize> {
        for event in Parser::new_from_str(text) {
            match event {
                Ok((event, span)) if !self.event(&event, span) => return Some(self.places.byte(span.start)),
                Ok(_) => {}
                Err(error) => return Some(self.places.byte(*error.marker())),
            }
        }
        None
    }

    /// False if the event stands too deep.
    fn event(&mut self, event: &Event<'_>, span: Span) -> bool {
        match event {
            Event::MappingStart(..) => return self.sink.open(true, self.places.byte(span.start)),
            Event::SequenceStart(..) => return self.sink.open(false, self.places.byte(span.start)),
            Event::MappingEnd => _ = self.sink.close(true, self.places.byte(span.end)),
            Event::SequenceEnd => _ = self.sink.close(false, self.places.byte(span.end)),
            Event::DocumentStart(_) => self.sink.next_document(),
            Event::Alias(_) => self.sink.nothing(),
            Event::Scalar(value, style, anchor, tag) => {
                let named = *anchor > 0 || tag.is_some();
                self.scalar(value, *style, named, span);
            }
            Event::Nothing | Event::StreamStart | Event::StreamEnd | Event::DocumentEnd => {}
        }
        true
    }

    fn scalar(&mut self, value: &str, style: ScalarStyle, named: bool, span: Span) {
        let Some((at, value, style)) = self.place(value, style, named, span) else {
            return self.sink.nothing();
        };
        let decoded = fold::decoded(self.sink.text(), self.source, at.clone(), value.as_bytes(), style.0);
        if self.sink.wants_key() {
            self.sink.key(at, decoded.as_deref());
        } else {
            self.sink.value(at, style.1, decoded);
        }
    }

    /// The place of a scalar without quotes, block header and properties; its value without the blanks
    /// that are left out with them; its style, and whether that holds text only.
    fn place<'v>(
        &self,
        value: &'v str,
        style: ScalarStyle,
        named: bool,
        span: Span,
    ) -> Option<(Range<usize>, &'v str, (Style, bool))> {
        let start = self.places.byte(span.start);
        let start = if named { self.after_properties(start) } else { start };
        let end = self.places.byte(span.end);
        let blank: &[char] = &[' ', '\t', '\r', '\n'];
        match style {
            ScalarStyle::Plain if value.is_empty() => None,
            ScalarStyle::Plain => Some((start..end.max(start), value, (Style::Plain, false))),
            ScalarStyle::SingleQuoted => Some((self.quoted(start, b'\'')?, value, (Style::Single, true))),
            ScalarStyle::DoubleQuoted => Some((self.quoted(start, b'"')?, value, (Style::Double, true))),
            ScalarStyle::Literal | ScalarStyle::Folded => {
                let start = if named { self.after_header(start) } else { start };
                let text = self.source.get(start..end)?;
                let leading = text.len() - text.trim_ascii_start().len();
                let start = if value.trim_matches(blank).is_empty() { start } else { start + leading };
                let end = start + self.source[start..end].trim_ascii_end().len();
                Some((start..end, value.trim_matches(blank), (Style::Plain, true)))
            }
        }
    }

    /// Steps over `!tag` and `&anchor`, blanks and comments.
    fn after_properties(&self, start: usize) -> usize {
        let mut at = start;
        while let Some(&byte) = self.source.get(at) {
            at += match byte {
                b'!' | b'&' => self.source[at..].iter().take_while(|b| !b.is_ascii_whitespace()).count(),
                b'#' => line_end(self.source, at) - at,
                _ if byte.is_ascii_whitespace() => 1,
                _ => break,
            };
        }
        at
    }

    /// Steps over `|-` and the rest of its line.
    fn after_header(&self, start: usize) -> usize {
        if matches!(self.source.get(start), Some(b'|' | b'>')) { line_end(self.source, start) } else { start }
    }

    /// What stands between the quote at `start` and the one that closes it.
    fn quoted(&self, start: usize, quote: u8) -> Option<Range<usize>> {
        (self.source.get(start) == Some(&quote)).then_some(())?;
        let mut at = start + 1;
        loop {
            match *self.source.get(at)? {
                b'\\' if quote == b'"' => at += 2,
                byte if byte != quote => at += 1,
                _ if quote == b'\'' && self.source.get(at + 1) == Some(&quote) => at += 2,
                _ => return Some(start + 1..at),
            }
        }
    }
}

/// Turns the parser's places, which count characters, into bytes.
struct Places<'s> {
    text: &'s str,
    from: usize,
    /// The byte of every 64th character; empty if all are ASCII.
    steps: Vec<usize>,
}

const STEP: usize = 64;

impl<'s> Places<'s> {
    fn of(text: &'s str, from: usize) -> Self {
        let steps = if text.is_ascii() {
            Vec::new()
        } else {
            text.char_indices().step_by(STEP).map(|(byte, _)| byte).collect()
        };
        Self { text, from, steps }
    }

    fn byte(&self, marker: Marker) -> usize {
        let index = marker.index();
        let byte = if self.steps.is_empty() {
            index
        } else {
            self.steps.get(index / STEP).map_or(self.text.len(), |&step| {
                let rest = &self.text[step..];
                step + rest.char_indices().nth(index % STEP).map_or(rest.len(), |(byte, _)| byte)
            })
        };
        self.from + byte.min(self.text.len())
    }
}
