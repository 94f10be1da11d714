//! XML and what .NET, Java and others keep in it.
//!
//! Stands on the events of `quick-xml`. An element is a key, its text a value, an attribute a key
//! below it. Where an element names a setting (`<add key= value=>`, `<setting name=><value>`,
//! a property list's `<key>`), the setting's name is the key. End tags that fit nothing are forgiven.

use std::borrow::Cow;
use std::ops::Range;

use quick_xml::Reader as Events;
use quick_xml::events::{BytesStart, Event};

use super::draft::Draft;
use super::pairs::{Members, is_name, is_one_name, is_value};
use super::{DEEPEST, entity};
use crate::document::kind::Kind;

/// Reads everything; answers where it stopped.
pub(super) fn read(draft: &mut Draft<'_>, text: &str, from: usize) -> Option<usize> {
    let mut events = Events::from_str(&text[from..]);
    let config = events.config_mut();
    config.check_end_names = false;
    config.allow_unmatched_ends = true;
    config.allow_dangling_amp = true;
    let mut reader = Reader { draft, text, open: Vec::new() };
    loop {
        let start = from + events.buffer_position() as usize;
        let event = events.read_event();
        let end = from + events.buffer_position() as usize;
        match event {
            Ok(Event::Eof) => return None,
            Ok(event) if !reader.event(&event, start..end) => return Some(start),
            Ok(_) => {}
            Err(_) => return Some(from + events.error_position() as usize),
        }
    }
}

struct Reader<'d, 't, 's> {
    draft: &'d mut Draft<'t>,
    text: &'s str,
    open: Vec<Element<'s>>,
}

struct Element<'s> {
    key: u32,
    name: &'s str,
    /// Where its content begins.
    content: usize,
    /// The setting that its attributes name.
    setting: Option<u32>,
    /// The `<key>` that was read last in a property list.
    listed: Option<u32>,
    /// It has elements in it, so its text is none.
    parent: bool,
    /// `Encrypted="1"` of Integration Services: its text is sealed.
    sealed: bool,
    members: Members,
}

impl<'s> Reader<'_, '_, 's> {
    /// False if the element stands too deep.
    fn event(&mut self, event: &Event<'s>, at: Range<usize>) -> bool {
        match event {
            Event::Start(tag) => {
                self.start(tag, at.end);
                return self.open.len() <= DEEPEST;
            }
            Event::Empty(tag) => {
                self.start(tag, at.end);
                self.open.pop();
            }
            Event::End(tag) => self.end(tag.name().into_inner(), at.start),
            // Settings that were commented out are still there to be read.
            Event::Comment(_) => {
                let above = self.open.last().map(|above| above.key);
                self.draft.read_lines_in(at.start + 4..at.end - 3, above, Kind::Xml);
            }
            _ => {}
        }
        true
    }

    fn start(&mut self, tag: &BytesStart<'s>, content: usize) {
        let Some(name) = self.place(tag.name().into_inner()) else { return };
        let name = local(self.text, name);
        let above = self.open.last_mut().map(|above| {
            above.parent = true;
            (above.key, above.listed.take())
        });
        let key = match above {
            Some((_, Some(listed))) => listed,
            _ => self.draft.key(above.map(|above| above.0), name.clone(), None),
        };
        let (setting, sealed) = self.attributes(tag, key, above.map(|above| above.0));
        let (name, members) = (&self.text[name], Members::default());
        self.open.push(Element { key, name, content, setting, listed: None, parent: false, sealed, members });
    }

    /// Reads an element's attributes; answers the setting that they name, and whether they say that its text is sealed.
    fn attributes(&mut self, tag: &BytesStart<'s>, element: u32, above: Option<u32>) -> (Option<u32>, bool) {
        let mut found = Vec::new();
        for attribute in tag.html_attributes().with_checks(false).flatten() {
            let Some(name) = self.place(attribute.key.into_inner()) else { continue };
            let Cow::Borrowed(value) = attribute.value else { continue };
            let Some(value) = self.place(value) else { continue };
            found.push((local(self.text, name), value));
        }
        let setting = self.setting(&found, above);
        let seals = |(name, value): &(Range<usize>, Range<usize>)| {
            let is_set = matches!(&self.text[value.clone()], "1" | "true" | "True");
            is_set && self.text[name.clone()].eq_ignore_ascii_case("encrypted")
        };
        let sealed = found.iter().any(seals);
        for (name, value) in found {
            let decoded = entity::decode(self.draft.text(), value.clone());
            let key = setting.filter(|_| is_value(&self.text[name.clone()]));
            let key = key.unwrap_or_else(|| self.draft.key(Some(element), name, None));
            self.draft.value(key, value, true, decoded);
        }
        (setting, sealed)
    }

    /// The setting's name is the value of `key`, else of `name` or the like.
    fn setting(&mut self, attributes: &[(Range<usize>, Range<usize>)], above: Option<u32>) -> Option<u32> {
        let named = |name: &Range<usize>| self.text[name.clone()].eq_ignore_ascii_case("key");
        let (_, place) = attributes
            .iter()
            .find(|(name, _)| named(name))
            .or_else(|| attributes.iter().find(|(name, _)| is_name(&self.text[name.clone()])))?;
        let decoded = entity::decode(self.draft.text(), place.clone());
        let name = decoded.as_ref().map(|decoded| &*decoded.bytes);
        is_one_name(name.unwrap_or(&self.draft.text()[place.clone()]))
            .then(|| self.draft.key(above, place.clone(), name))
    }

    /// Ends the innermost element of this name and all that were left open in it.
    fn end(&mut self, name: &str, at: usize) {
        let name = name.rsplit(':').next().unwrap_or(name);
        let Some(depth) = self.open.iter().rposition(|element| element.name == name) else { return };
        self.open.truncate(depth + 1);
        let Some(element) = self.open.pop() else { return };
        if element.parent {
            element.members.join(self.draft, Some(element.key));
        } else if element.content < at {
            self.leaf(&element, element.content..at);
        }
    }

    /// An element with nothing but text in it.
    fn leaf(&mut self, element: &Element<'_>, content: Range<usize>) {
        let (at, decoded) = entity::content(self.draft.text(), content);
        if at.is_empty() || element.sealed {
            return;
        }
        let above_setting = self.open.last().and_then(|above| above.setting).filter(|_| is_value(element.name));
        let item = self.draft.value(above_setting.unwrap_or(element.key), at.clone(), true, decoded);
        if let Some(setting) = element.setting {
            self.draft.give_also(setting, item);
        }
        // `<SSIS:Parameter SSIS:Name="X">…<SSIS:Property SSIS:Name="Value">v`: the value of what is named further out.
        if element.setting.is_some_and(|setting| is_value(self.draft.name(setting)))
            && let Some(named) = self.open.iter().rev().find_map(|above| above.setting)
        {
            self.draft.give_also(named, item);
        }
        let Some(above) = self.open.last_mut() else { return };
        if element.name == "key" && above.name == "dict" {
            let name = self.draft.item(item).decoded.clone();
            above.listed = Some(self.draft.key(Some(above.key), at, name.as_ref().map(|name| &*name.bytes)));
        } else if above_setting.is_none() {
            above.members.see(self.draft, element.key, item);
        }
    }

    /// Where a part of the text stands in it.
    fn place(&self, part: &str) -> Option<Range<usize>> {
        let start = (part.as_ptr() as usize).checked_sub(self.text.as_ptr() as usize)?;
        let end = start + part.len();
        (end <= self.text.len()).then_some(start..end)
    }
}

/// A name without its prefix; `xmlns:x` stays whole.
fn local(text: &str, name: Range<usize>) -> Range<usize> {
    match text[name.clone()].rfind(':') {
        Some(colon) if !text[name.clone()].starts_with("xmlns") => name.start + colon + 1..name.end,
        _ => name,
    }
}
