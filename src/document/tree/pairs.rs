//! `KEY=value` a line, and TOML: what the reader of keys and values gives, as a tree of one level.

use super::Shape;
use super::build::Builder;
use crate::document::assign;
use crate::document::kind::Kind;

/// Reads everything; answers where it stopped.
pub(super) fn read(builder: &mut Builder<'_>, kind: Kind) -> Option<usize> {
    let text = builder.text();
    builder.begin(None, Shape::Map, 0);
    if let Some(mut read) = assign::read(text, kind) {
        for item in std::mem::take(&mut read.items) {
            let key = &read.keys[item.key as usize];
            let mut name = builder.name(key.span.range(), None);
            name.text = read.path(item.key).join(".").into();
            builder.leaf(Some(name), Shape::Text { quoted: item.quoted }, item.value.range(), item.decoded);
        }
    }
    builder.end(text.len());
    None
}
