//! Keys and values of configuration files, with exact places.
//!
//! Each reader stands on a parser that gives positions; [`lines`], a tolerant line reader, takes
//! over where a text stops parsing (templates, fragments, half-typed files). Nothing is expanded:
//! no alias, no entity beyond XML's own five. Code is read at a word, not as a whole: see [`code`].

pub mod code;
mod csv;
mod dotenv;
pub(in crate::document) mod draft;
pub(in crate::document) mod entity;
mod fold;
pub(in crate::document) mod json;
pub mod lines;
mod pairs;
pub(in crate::document) mod sink;
mod template;
#[cfg(test)]
mod tests;
mod toml;
mod tree;
mod unescape;
mod xml;
pub(in crate::document) mod yaml;

use std::ops::Range;

use super::kind::Kind;
use super::layer::{LayerSpan, Map};
use draft::Draft;

/// Texts longer than this are read line by line: parsers keep several times a text's size.
const LONGEST: usize = 8 << 20;

/// Deeper nesting is no configuration; what lies deeper is read line by line.
pub(in crate::document) const DEEPEST: usize = 200;

/// All keys and values of one text.
#[derive(Clone, Debug, Default)]
pub struct Assignments {
    /// Keys, parents before children. The same name may stand here many times, once for each place.
    pub keys: Vec<Key>,
    /// Names of keys, one behind the other: a text of its own for each took a tenth of the time of reading.
    names: String,
    /// Values, in the order of the text. One place may stand here twice, under two keys:
    /// `{"name": "SECRET", "value": "v"}` gives `v` as `value` and as `SECRET`.
    pub items: Vec<Assignment>,
    /// The text did not parse to its end and the rest was read line by line.
    pub by_line: bool,
}

/// One key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Key {
    /// The key it stands in.
    pub parent: Option<u32>,
    /// Where its text, unescaped, stands among the names.
    name: Range<u32>,
    /// Where it stands, without quotes.
    pub span: LayerSpan,
}

/// One value under a key. Elements of a list share the list's key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Assignment {
    /// Index into [`Assignments::keys`].
    pub key: u32,
    /// Where it stands, without quotes.
    pub value: LayerSpan,
    /// The value, if escapes or folding make it differ from the text at `value`.
    pub decoded: Option<Box<Decoded>>,
    /// Did it stand in quotes, or in a form that holds text only?
    pub quoted: bool,
}

impl Assignment {
    /// The value's bytes, decoded; `text` is what was given to [`read`].
    pub fn bytes<'a>(&'a self, text: &'a [u8]) -> &'a [u8] {
        self.decoded.as_ref().map_or_else(|| &text[self.value.range()], |decoded| &decoded.bytes)
    }
}

/// A value that differs from its text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Decoded {
    /// `json`, `yaml`, `xml` …
    pub how: &'static str,
    /// Its bytes.
    pub bytes: Vec<u8>,
    /// The way back into the text.
    pub map: Map,
}

impl Assignments {
    /// The text of a key, unescaped.
    pub fn name(&self, key: &Key) -> &str {
        &self.names[key.name.start as usize..key.name.end as usize]
    }

    /// Keeps a name. Of more than 4 GiB of them, which one text cannot hold but as replaced bytes, the last are empty.
    fn keep(&mut self, name: &str) -> Range<u32> {
        let begin = u32::try_from(self.names.len()).unwrap_or(u32::MAX);
        let Ok(end) = u32::try_from(self.names.len() + name.len()) else { return begin..begin };
        self.names.push_str(name);
        begin..end
    }

    /// Names from the outermost key to the one at `key`.
    pub fn path(&self, key: u32) -> Vec<&str> {
        let mut names = Vec::new();
        let mut next = Some(key);
        while let Some(index) = next {
            let key = &self.keys[index as usize];
            names.push(self.name(key));
            next = key.parent;
        }
        names.reverse();
        names
    }
}

/// Reads what it understands of a text from `from` on; answers where it stopped, if before the end.
///
/// The text is UTF-8 of the same length as the draft's own: bytes that were none are `?` there.
type Reader = fn(&mut Draft<'_>, text: &str, from: usize) -> Option<usize>;

/// Reads the keys and values of a text; `None` for kinds without a reader (code, prose).
pub fn read(text: &[u8], kind: Kind) -> Option<Assignments> {
    let reader: Reader = match kind {
        Kind::Json | Kind::Notebook => json::read,
        Kind::Yaml => yaml::read,
        Kind::Toml => toml::read,
        Kind::Xml => xml::read,
        Kind::Dotenv => dotenv::read_dotenv,
        Kind::Properties => dotenv::read_properties,
        Kind::Ini => dotenv::read_ini,
        Kind::Csv => csv::read,
        // Their readers come later; until then they are read as code.
        Kind::Hcl | Kind::Bicep | Kind::Dockerfile => return None,
        _ => return None,
    };
    let mut draft = Draft::new(text);
    let from = if text.starts_with(b"\xEF\xBB\xBF") { 3 } else { 0 };
    let stopped = if text.len() > LONGEST { Some(from) } else { reader(&mut draft, &draft::as_utf8(text), from) };
    if let Some(at) = stopped {
        draft.read_lines(at.max(from), kind);
    }
    Some(draft.finish())
}
