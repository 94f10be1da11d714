//! Values that hold settings themselves: a script in a pipeline, a settings file in a
//! ConfigMap, `NAME=value` in a list, the cells of a notebook.
//!
//! A word of a key that was seen within a value is read there again, in a layer of
//! that value alone. A word in neither key nor value stands in a comment.

use crate::detect::anchors::Hit;
use crate::document::Document;
use crate::document::assign::{Assignment, Assignments};
use crate::document::decode;
use crate::document::kind::Kind;
use crate::document::layer::{Layer, LayerId, LayerSpan, Map};
use crate::model::RepoPath;

/// Values of one document that are read again; a table of messages may have thousands.
pub(super) const MOST: usize = 512;

/// Longer values are files that were put in whole: what has anchors of its own is found all the same.
const LONGEST: usize = 256 * 1024;

/// Hits by where they stand.
#[derive(Debug, Default)]
pub(super) struct Sorted {
    /// Indices of items, each with the hits in its value.
    pub(super) values: Vec<(usize, Vec<Hit>)>,
    /// In neither key nor value.
    pub(super) elsewhere: Vec<Hit>,
}

/// Looks up where each hit stands. `hits` are sorted.
pub(super) fn sort(text: &[u8], read: &Assignments, hits: &[Hit]) -> Sorted {
    let mut keys: Vec<LayerSpan> = read.keys.iter().map(|key| key.span).collect();
    keys.sort_unstable();
    let mut sorted = Sorted::default();
    for &hit in hits {
        if in_template(text, hit.start) {
            continue;
        }
        let next = keys.partition_point(|key| key.start <= hit.start);
        if next > 0 && hit.start < keys[next - 1].end {
            continue;
        }
        let next = read.items.partition_point(|item| item.value.start <= hit.start);
        let Some(item) = next.checked_sub(1).filter(|&item| hit.end <= read.items[item].value.end) else {
            sorted.elsewhere.push(hit);
            continue;
        };
        if let Some((last, hits)) = sorted.values.last_mut()
            && *last == item
        {
            hits.push(hit);
        } else if sorted.values.len() < MOST {
            sorted.values.push((item, vec![hit]));
        }
    }
    sorted
}

/// Does the place stand in a template's braces, `{{ … }}`, as far as its line tells? There it is code.
pub(super) fn in_template(text: &[u8], at: u32) -> bool {
    let before = &text[(at as usize).saturating_sub(512)..at as usize];
    let line = memchr::memrchr(b'\n', before).map_or(before, |end| &before[end..]);
    let open = memchr::memmem::rfind(line, b"{{");
    open.is_some_and(|open| memchr::memmem::rfind(line, b"}}").is_none_or(|close| close < open))
}

/// Could the value hold a name and its value? A word alone and plain prose cannot.
pub(super) fn may_assign(value: &[u8]) -> bool {
    value.len() <= LONGEST
        && (value.starts_with(b"-")
            || memchr::memchr2(b'=', b':', value).is_some()
            || memchr::memmem::find(value, b" -").is_some())
}

/// A layer of the value alone.
pub(super) fn layer_of(doc: &mut Document<'_>, parent: LayerId, item: &Assignment) -> Option<LayerId> {
    let layer = match &item.decoded {
        Some(decoded) => Layer { parent, how: decoded.how, bytes: decoded.bytes.clone(), map: decoded.map.clone() },
        None => {
            let mut map = Map::starting_at(item.value.start as usize);
            map.push(item.value.len(), 1, 1);
            Layer { parent, how: "value", bytes: doc.layer(parent)[item.value.range()].to_vec(), map }
        }
    };
    doc.push(layer)
}

/// The hits, as they stand in the layer of the value.
pub(super) fn hits_in(from: &[u8], item: &Assignment, into: &[u8], hits: &[Hit]) -> Vec<Hit> {
    let moved = hits.iter().filter_map(|hit| {
        let word = &from[hit.start as usize..hit.end as usize];
        let start = match &item.decoded {
            Some(decoded) => decoded.map.forth(hit.start as usize),
            None => (hit.start - item.value.start) as usize,
        };
        let end = start + word.len();
        let same = into.get(start..end).is_some_and(|there| there.eq_ignore_ascii_case(word));
        same.then_some(Hit { start: u32::try_from(start).ok()?, end: u32::try_from(end).ok()? })
    });
    moved.collect()
}

/// What kind of text a value is: by its key if that is the name of a file, by its beginning, by what it stands in.
pub(super) fn kind_of(key: &str, value: &[u8], host: Kind) -> Kind {
    let name = if key.contains('.') { RepoPath::new(key.as_bytes()) } else { RepoPath::new(*b"value") };
    match Kind::of(&name, value) {
        Kind::Text => {}
        known => return known,
    }
    match host {
        Kind::Notebook if matches!(value.first(), Some(b'%' | b'!')) => Kind::Shell,
        Kind::Notebook if key == "source" => Kind::Python,
        Kind::Yaml if value.contains(&b'\n') => Kind::Shell,
        _ => Kind::Text,
    }
}

/// What kind of text was unpacked, if it was: then it is a file of its own, and no part of the document.
pub(super) fn unpacked_kind(doc: &Document<'_>, layer: LayerId) -> Option<Kind> {
    let how = doc.layer_how(layer);
    if layer == LayerId::TEXT || !["base64", "hex", decode::GZIP, decode::UTF16].contains(&how) {
        return None;
    }
    Some(match Kind::of(&RepoPath::new(*b"value"), doc.layer(layer)) {
        // `-EncodedCommand` of PowerShell.
        Kind::Text if how == decode::UTF16 => Kind::PowerShell,
        known => known,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_kind_of_a_value_is_told_by_its_key_and_its_beginning() {
        for (key, value, host, expected) in [
            ("appsettings.json", "{", Kind::Yaml, Kind::Json),
            ("application.properties", "a=b", Kind::Yaml, Kind::Properties),
            (".env", "A=b", Kind::Yaml, Kind::Dotenv),
            ("body", "{\"a\":1}", Kind::Yaml, Kind::Json),
            ("run", "a\nb", Kind::Yaml, Kind::Shell),
            ("run", "#!/usr/bin/env python3\nx", Kind::Yaml, Kind::Python),
            ("source", "x = 1", Kind::Notebook, Kind::Python),
            ("source", "%env A=1", Kind::Notebook, Kind::Shell),
            ("text", "key: v", Kind::Notebook, Kind::Text),
            ("environment", "A=b", Kind::Yaml, Kind::Text),
        ] {
            assert_eq!(kind_of(key, value.as_bytes(), host), expected, "{key}: {value}");
        }
    }
}
