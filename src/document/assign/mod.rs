//! Keys and values of configuration files, with exact places.
//!
//! Each reader stands on a parser that gives positions; a tolerant line reader is
//! behind them for files that do not parse. Code is read at a word, not as a whole:
//! see [`code`].

pub mod code;

use super::kind::Kind;
use super::layer::{LayerSpan, Map};

/// All keys and values of one text.
#[derive(Clone, Debug, Default)]
pub struct Assignments {
    /// Keys, parents before children.
    pub keys: Vec<Key>,
    /// Values, in the order of the text.
    pub items: Vec<Assignment>,
    /// The text did not parse and was read line by line.
    pub by_line: bool,
}

/// One key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Key {
    /// The key it stands in.
    pub parent: Option<u32>,
    /// Its text, unescaped.
    pub name: Box<str>,
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
    pub decoded: Option<Decoded>,
    /// Did it stand in quotes, or in a form that holds text only?
    pub quoted: bool,
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
    /// Names from the outermost key to the one at `key`.
    pub fn path(&self, key: u32) -> Vec<&str> {
        let mut names = Vec::new();
        let mut next = Some(key);
        while let Some(index) = next {
            let key = &self.keys[index as usize];
            names.push(&*key.name);
            next = key.parent;
        }
        names.reverse();
        names
    }
}

/// Reads the keys and values of a text; `None` for kinds without a reader (code, prose).
pub fn read(_text: &[u8], _kind: Kind) -> Option<Assignments> {
    None
}
