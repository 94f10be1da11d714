//! Encodings that credentials are wrapped in, and where a layer holds them.
//!
//! Each decoder turns bytes into bytes with a [`Map`] back; [`layers`] finds the
//! places worth decoding. What it passes over is listed with each finder: numbers, images,
//! random keys. Two- and four-byte text is decoded when a document is opened.

pub mod base64;
mod concat;
mod digits;
pub mod escapes;
mod gzip;
pub mod percent;
pub mod runs;
pub mod utf16;

use std::ops::Range;

use super::assign::code;
use super::kind::Kind;
use super::layer::{Layer, LayerId, Map};
use super::{Document, MOST_LAYERS};
use runs::Wrapping;

/// How many wrappings [`layers`] takes off: a release of Helm is gzip in base64 in base64.
pub const DEEPEST: usize = 2;

/// `how` of layers that were UTF-16 or UTF-32.
pub const UTF16: &str = "utf16";

/// `how` of layers that were gzip within base64: every byte leads back to the same place.
pub const GZIP: &str = "gzip";

/// How far the line about an anchor is looked at to each side: a minified file is one line.
const LONGEST_LINE: usize = 8 * 1024;

/// Adds the layers of `layer` that are worth looking at, and names them: base64 and hexadecimal of text, gzip,
/// percent-encoded runs, and escaped text on the lines where an anchor was seen.
///
/// `seen` are offsets of anchors in this layer, sorted, and `runs` those of [`runs::find`]. Nothing is added to a layer
/// of depth [`DEEPEST`], or once the document takes no more.
pub fn layers(document: &mut Document, layer: LayerId, seen: &[u32], runs: &[u32]) -> Vec<LayerId> {
    layers_within(document, layer, seen, runs, DEEPEST)
}

/// As [`layers`], for layers of a depth below `deepest`.
pub fn layers_within(
    document: &mut Document,
    layer: LayerId,
    seen: &[u32],
    runs: &[u32],
    deepest: usize,
) -> Vec<LayerId> {
    if document.depth(layer) >= deepest {
        return Vec::new();
    }
    let lines = lines_of(document.layer(layer), seen);
    let mut added = joined(document, layer, seen, &lines);
    let kind = (layer == LayerId::TEXT).then(|| document.kind());
    for place in places(document.layer(layer), lines, runs, kind) {
        let Some(id) = push(document, layer, &place) else { continue };
        added.push(unwrap_wide(document, id));
    }
    added
}

/// Strings of code that are put together from several literals.
fn joined(document: &mut Document, layer: LayerId, seen: &[u32], lines: &[Range<usize>]) -> Vec<LayerId> {
    if layer != LayerId::TEXT || !document.kind().joins_literals() {
        return Vec::new();
    }
    let found = code::joined(document.text(), seen, lines, document.kind());
    let layers =
        found.into_iter().map(|(_, whole)| Layer { parent: layer, how: whole.how, bytes: whole.bytes, map: whole.map });
    layers.filter_map(|layer| document.push(layer)).collect()
}

/// A stretch of a layer and the decoder for it.
struct Place {
    how: &'static str,
    range: Range<usize>,
    decode: Decode,
}

/// From bytes, and where they stand in their parent, to decoded bytes and the way back.
type Decode = fn(&[u8], usize) -> Option<(Vec<u8>, Map)>;

/// `kind`: of a text as it stands in a file.
fn places(bytes: &[u8], lines: Vec<Range<usize>>, runs: &[u32], kind: Option<Kind>) -> Vec<Place> {
    // May calls of a deployment stand in it?
    let template = matches!(kind, Some(Kind::Json | Kind::Bicep));
    let mut places = Vec::new();
    runs::wrapped(bytes, runs, |range, wrapping| {
        let (how, decode): (_, Decode) = match wrapping {
            Wrapping::Base64 => ("base64", base64::decode),
            Wrapping::Gzip => (GZIP, gzip::decode),
            Wrapping::Hex => ("hex", digits::decode),
        };
        places.push(Place { how, range, decode });
        places.len() < MOST_LAYERS
    });
    places.extend(percent::runs(bytes, MOST_LAYERS).into_iter().map(|range| Place {
        how: "percent",
        range,
        decode: percent::decode,
    }));
    for range in stretches(lines) {
        let line = &bytes[range.clone()];
        if template && concat::hides(line) {
            places.push(Place { how: "joined", range: range.clone(), decode: concat::decode });
        }
        // Of most lines one look is enough.
        if memchr::memchr2(b'\\', b'&', line).is_none() {
            continue;
        }
        if kind == Some(Kind::Properties) && escapes::hides_properties(line) {
            places.push(Place { how: "properties", range: range.clone(), decode: escapes::decode_properties });
        } else if escapes::hides_json(line) {
            places.push(Place { how: "json", range: range.clone(), decode: escapes::decode_json });
        }
        if escapes::hides_xml(line) {
            places.push(Place { how: "xml", range, decode: escapes::decode_xml });
        }
    }
    places
}

fn push(document: &mut Document, parent: LayerId, place: &Place) -> Option<LayerId> {
    let source = document.layer(parent).get(place.range.clone())?;
    let (bytes, map) = (place.decode)(source, place.range.start)?;
    document.push(Layer { parent, how: place.how, bytes, map })
}

/// The UTF-8 of a layer that is UTF-16, as PowerShell's `-EncodedCommand` is; else the layer itself.
fn unwrap_wide(document: &mut Document, id: LayerId) -> LayerId {
    let bytes = document.layer(id);
    let head = &bytes[..bytes.len().min(64)];
    let marked = utf16::Wide::marked(head);
    let guessed = || memchr::memchr(0, head).and_then(|_| utf16::Wide::guess(head)).map(|wide| (wide, 0));
    let Some((wide, begins)) = marked.or_else(guessed) else {
        return id;
    };
    let (bytes, map) = utf16::decode(&bytes[begins..], begins, wide);
    document.push(Layer { parent: id, how: UTF16, bytes, map }).unwrap_or(id)
}

/// The lines that hold an offset of `seen`, each once, without their ends.
fn lines_of(bytes: &[u8], seen: &[u32]) -> Vec<Range<usize>> {
    let mut lines: Vec<Range<usize>> = Vec::new();
    let mut done = 0;
    for &at in seen {
        let at = (at as usize).min(bytes.len());
        if at < done {
            continue;
        }
        let lowest = at.saturating_sub(LONGEST_LINE).max(done);
        let highest = bytes.len().min(at + LONGEST_LINE);
        let start = memchr::memrchr2(b'\r', b'\n', &bytes[lowest..at]).map_or(lowest, |i| lowest + i + 1);
        done = memchr::memchr2(b'\r', b'\n', &bytes[at..highest]).map_or(highest, |i| at + i);
        lines.push(start..done);
    }
    lines
}

/// Neighbouring lines as one: an escaped document often spans them.
fn stretches(lines: Vec<Range<usize>>) -> impl Iterator<Item = Range<usize>> {
    let mut lines = lines.into_iter().peekable();
    std::iter::from_fn(move || {
        let mut stretch = lines.next()?;
        while let Some(next) = lines.next_if(|next| next.start <= stretch.end + 2) {
            stretch.end = stretch.end.max(next.end);
        }
        Some(stretch)
    })
}

/// The value of a hexadecimal digit.
fn hex(digit: u8) -> Option<u8> {
    match digit {
        b'0'..=b'9' => Some(digit - b'0'),
        b'a'..=b'f' => Some(digit - b'a' + 10),
        b'A'..=b'F' => Some(digit - b'A' + 10),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::layer::LayerSpan;
    use crate::model::RepoPath;
    use proptest::prelude::*;

    /// `how` and text of each layer that is found, with the blob's text behind its last bytes.
    fn found(blob: &[u8], anchor: &str) -> Vec<(String, String, String)> {
        let path = RepoPath::new(*b"a.txt");
        let mut document = Document::open(blob, &path).text().unwrap();
        let seen: Vec<u32> =
            memchr::memmem::find_iter(document.text(), anchor).map(|at| u32::try_from(at).unwrap()).collect();
        let ids = decoded(&mut document, LayerId::TEXT, &seen, DEEPEST);
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        ids.iter()
            .map(|&id| {
                let bytes = document.layer(id);
                let last = LayerSpan::new(bytes.len() - 1, bytes.len()).unwrap();
                let behind = document.span(id, last).unwrap();
                (document.layer_how(id).to_owned(), text(bytes), text(&blob[behind.range()]))
            })
            .collect()
    }

    fn decoded(document: &mut Document, layer: LayerId, seen: &[u32], deepest: usize) -> Vec<LayerId> {
        let (bytes, mut starts) = (document.layer(layer), Vec::new());
        runs::find(bytes, 0..bytes.len(), 0, |_| false, &mut starts);
        layers_within(document, layer, seen, &starts, deepest)
    }

    fn check(blob: &[u8], anchor: &str, expected: &[(&str, &str, &str)]) {
        let found = found(blob, anchor);
        let found: Vec<_> = found.iter().map(|(how, text, behind)| (&**how, &**text, &**behind)).collect();
        assert_eq!(found, expected, "{}", String::from_utf8_lossy(blob));
    }

    #[test]
    fn each_wrapping_is_found_and_leads_back() {
        check(b"a: U2VydmVyPWRiO1Bhc3N3b3JkPXh5ejE= # b", "-", &[("base64", "Server=db;Password=xyz1", "ejE=")]);
        check(b"odbc_connect=Server%3Db%3BPWD%3Dq w", "-", &[("percent", "odbc_connect=Server=b;PWD=q", "q")]);
        check(br#"x = "{\"key\":\"v\u0041\"}""#, "key", &[("json", r#"x = "{"key":"vA"}""#, "\"")]);
        check(b"<a value=\"key=&quot;b&#43;\"/>", "key", &[("xml", "<a value=\"key=\"b+\"/>", ">")]);
    }

    #[test]
    fn escapes_far_from_an_anchor_stay() {
        check(b"a \\\"b\\\"\n\nkey\n\nc &amp; d\n", "key", &[]);
        check(b"key\n&amp;key\n\n&lt;\n", "key", &[("xml", "key\n&key", "y")]);
    }

    #[test]
    fn a_powershell_command_is_read_as_text() {
        let wide: Vec<u8> = "$password = 'abc'".encode_utf16().flat_map(u16::to_le_bytes).collect();
        let command = format!("powershell -enc {}", base64::tests::encode(&wide, false, true, 0, ""));
        check(command.as_bytes(), "-", &[("utf16", "$password = 'abc'", "YwAnAA==")]);
    }

    #[test]
    fn a_utf16_file_may_hold_base64() {
        let blob: Vec<u8> =
            "\u{feff}a=U2VydmVyPWRiO1Bhc3N3b3JkPXh5ejE=".encode_utf16().flat_map(u16::to_le_bytes).collect();
        check(&blob, "-", &[("base64", "Server=db;Password=xyz1", "e\0j\0E\0=\0")]);
    }

    #[test]
    fn two_wrappings_are_taken_off_and_more_if_asked_for() {
        let wrapped = |text: &[u8]| base64::tests::encode(text, false, true, 0, "");
        let inner = wrapped(format!("key: {}", wrapped(b"Server=db;Password=xyz1")).as_bytes());
        let outer = wrapped(format!("key: {inner}").as_bytes());
        let path = RepoPath::new(*b"a.txt");
        let mut document = Document::open(outer.as_bytes(), &path).text().unwrap();
        let first = decoded(&mut document, LayerId::TEXT, &[], DEEPEST);
        let second = decoded(&mut document, first[0], &[], DEEPEST);
        assert_eq!((first.len(), second.len()), (1, 1));
        assert!(decoded(&mut document, second[0], &[], DEEPEST).is_empty());
        let third = decoded(&mut document, second[0], &[], 3);
        assert_eq!(document.layer(third[0]), b"Server=db;Password=xyz1");
        assert_eq!(document.depth(third[0]), 3);
    }

    #[test]
    fn a_line_without_end_is_looked_at_in_windows() {
        let mut blob = b"x".repeat(3 * LONGEST_LINE);
        let at = 2 * LONGEST_LINE;
        blob[at..at + 9].copy_from_slice(b"key&amp;b");
        let places = [at, at + LONGEST_LINE + 5].map(|at| u32::try_from(at).unwrap());
        let lines = lines_of(&blob, &places);
        assert_eq!(lines, [LONGEST_LINE..3 * LONGEST_LINE, 3 * LONGEST_LINE..3 * LONGEST_LINE]);
        assert_eq!(stretches(lines).next(), Some(LONGEST_LINE..3 * LONGEST_LINE));
    }

    proptest! {
        #[test]
        fn every_layer_of_anything_leads_into_the_blob(
            text in r#"([a-zA-Z0-9+/]{20,40}=?|TWFuIGlz|JABwAA|%3D|&amp;|\\u0041|\\"|[\n "%&\\]|\PC){0,30}"#,
            broken in prop::collection::vec(any::<u8>(), 0..4),
            seen in prop::collection::vec(0_u32..300, 0..9),
        ) {
            let mut seen = seen;
            seen.sort_unstable();
            let blob = [text.as_bytes(), &broken].concat();
            let path = RepoPath::new(*b"a.txt");
            let Some(mut document) = Document::open(&blob, &path).text() else { return Ok(()) };
            for id in decoded(&mut document, LayerId::TEXT, &seen, 2) {
                for id in decoded(&mut document, id, &[0], 2).into_iter().chain([id]) {
                    let all = LayerSpan::new(0, document.layer(id).len()).unwrap();
                    prop_assert!(all.is_empty() || document.span(id, all).is_some_and(|span| span.end() <= blob.len()));
                }
            }
        }
    }
}
