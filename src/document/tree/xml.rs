//! XML as a tree: an element is a member of the one about it, an attribute `@name` a member of its element.
//!
//! An element with nothing but text in it, and no attribute, is that text; beside attributes the
//! text is the member `#text`. End tags that fit nothing are forgiven.

use std::ops::Range;

use quick_xml::Reader as Events;
use quick_xml::events::{BytesStart, Event};

use super::build::Builder;
use super::{Name, Shape};
use crate::document::assign::DEEPEST;

/// Reads everything; answers where it stopped.
pub(super) fn read(builder: &mut Builder<'_>, text: &str, from: usize) -> Option<usize> {
    let mut events = Events::from_str(&text[from..]);
    let config = events.config_mut();
    config.check_end_names = false;
    config.allow_unmatched_ends = true;
    config.allow_dangling_amp = true;
    builder.begin(None, Shape::Map, from);
    let mut reader = Reader { builder, text, open: Vec::new() };
    let stopped = loop {
        let start = from + usize::try_from(events.buffer_position()).unwrap_or(usize::MAX);
        let event = events.read_event();
        let end = from + usize::try_from(events.buffer_position()).unwrap_or(usize::MAX);
        match event {
            Ok(Event::Eof) => break None,
            Ok(event) if !reader.event(&event, start..end) => break Some(start),
            Ok(_) => {}
            Err(_) => break Some(start),
        }
    };
    let open = reader.open.len();
    for _ in 0..open {
        builder.end(text.len());
    }
    builder.end(text.len());
    stopped
}

struct Reader<'b, 't, 's> {
    builder: &'b mut Builder<'t>,
    text: &'s str,
    open: Vec<Element<'s>>,
}

struct Element<'s> {
    name: &'s str,
    node: super::NodeId,
    content: usize,
    plain: bool,
    parent: bool,
}

impl<'s> Reader<'_, '_, 's> {
    /// False if the element stands too deep.
    fn event(&mut self, event: &Event<'s>, at: Range<usize>) -> bool {
        match event {
            Event::Start(tag) => self.start(tag, at),
            Event::Empty(tag) => {
                self.start(tag, at.clone());
                self.close(at.end);
            }
            Event::End(tag) => self.end(tag.name().into_inner(), &at),
            _ => {}
        }
        self.open.len() < DEEPEST
    }

    fn start(&mut self, tag: &BytesStart<'s>, at: Range<usize>) {
        if let Some(above) = self.open.last_mut() {
            above.parent = true;
        }
        let whole = tag.name().into_inner();
        let name = local(whole);
        let place = self.place(name).unwrap_or(at.start..at.start);
        let name = &self.text[place.clone()];
        let named = self.builder.name(place, None);
        let node = self.builder.begin(Some(named), Shape::Map, at.start);
        let mut plain = true;
        for attribute in tag.html_attributes().with_checks(false).flatten() {
            let key = attribute.key.into_inner();
            let std::borrow::Cow::Borrowed(value) = attribute.value else { continue };
            let (Some(key), Some(value)) = (self.place(key), self.place(value)) else { continue };
            plain = false;
            let mut name = self.builder.name(key, None);
            name.text = format!("@{}", name.text).into();
            self.text(Some(name), value);
        }
        self.open.push(Element { name, node, content: at.end, plain, parent: false });
    }

    fn text(&mut self, name: Option<Name>, at: Range<usize>) {
        let decoded = crate::document::assign::entity::decode(self.builder.text(), at.clone());
        self.builder.leaf(name, Shape::Text { quoted: true }, at, decoded);
    }

    fn close(&mut self, end: usize) {
        self.open.pop();
        self.builder.end(end);
    }

    fn end(&mut self, name: &str, at: &Range<usize>) {
        let name = local(name);
        let Some(depth) = self.open.iter().rposition(|element| element.name == name) else { return };
        while self.open.len() > depth + 1 {
            self.close(at.start);
        }
        let element = &self.open[depth];
        let (node, plain, parent, content) = (element.node, element.plain, element.parent, element.content);
        if !parent && content < at.start {
            let (text, decoded) = crate::document::assign::entity::content(self.builder.text(), content..at.start);
            let name = (!plain).then(|| {
                let mut name = self.builder.name(text.clone(), None);
                name.text = "#text".into();
                name
            });
            self.builder.leaf(name, Shape::Text { quoted: true }, text, decoded);
        }
        self.close(at.end);
        if plain && !parent && content < at.start {
            self.builder.hoist(node);
        }
    }

    /// Where a part of the text stands in it.
    fn place(&self, part: &str) -> Option<Range<usize>> {
        let start = (part.as_ptr() as usize).checked_sub(self.text.as_ptr() as usize)?;
        let end = start + part.len();
        (end <= self.text.len()).then_some(start..end)
    }
}

/// A name without its prefix.
fn local(name: &str) -> &str {
    name.rsplit(':').next().unwrap_or(name)
}
