//! `concat('a', 'b', parameters('c'))` of ARM templates and Bicep: the text that it makes, `${_}` for what is no literal.
//!
//! The line about a call is taken whole and each call in it is replaced by its text, so a connection string
//! that is put together from pieces reads like one that is not.

use super::super::layer::Map;

const CALL: &[u8] = b"concat(";
/// What is no literal, in the form of a variable that everyone knows.
const HOLE: &[u8] = b"${_}";

/// Is a call with a literal on the line?
pub(super) fn hides(line: &[u8]) -> bool {
    memchr::memmem::find(line, CALL).is_some_and(|at| memchr::memchr(b'\'', &line[at..]).is_some())
}

/// The line with its calls undone.
pub(super) fn decode(source: &[u8], at: usize) -> Option<(Vec<u8>, Map)> {
    let mut joined = Joined { source, at: 0, bytes: Vec::with_capacity(source.len()), map: Map::starting_at(at) };
    while let Some(next) = memchr::memmem::find(&source[joined.at..], CALL) {
        joined.copy(next);
        joined.skip(CALL.len());
        joined.arguments();
    }
    joined.copy(source.len() - joined.at);
    (!joined.bytes.is_empty()).then_some((joined.bytes, joined.map))
}

struct Joined<'s> {
    source: &'s [u8],
    at: usize,
    bytes: Vec<u8>,
    map: Map,
}

impl Joined<'_> {
    fn peek(&self) -> Option<u8> {
        self.source.get(self.at).copied()
    }

    fn copy(&mut self, count: usize) {
        self.bytes.extend_from_slice(&self.source[self.at..self.at + count]);
        self.map.push(count, 1, 1);
        self.at += count;
    }

    fn skip(&mut self, count: usize) {
        self.map.push(count, 0, 1);
        self.at += count;
    }

    /// Up to the parenthesis that closes the call, or the end of the line.
    fn arguments(&mut self) {
        while let Some(byte) = self.peek() {
            match byte {
                b')' => return self.skip(1),
                b',' | b' ' | b'\t' => self.skip(1),
                b'\'' => self.literal(),
                _ => self.expression(),
            }
        }
    }

    /// A quote is written twice within.
    fn literal(&mut self) {
        self.skip(1);
        while let Some(byte) = self.peek() {
            if byte != b'\'' {
                self.copy(1);
            } else if self.source.get(self.at + 1) == Some(&b'\'') {
                self.skip(1);
                self.copy(1);
            } else {
                return self.skip(1);
            }
        }
    }

    /// Anything else, up to the comma or the parenthesis behind it.
    fn expression(&mut self) {
        let (mut depth, mut quoted, mut length) = (0_usize, false, 0);
        for byte in &self.source[self.at..] {
            match byte {
                b'\'' => quoted = !quoted,
                b'(' if !quoted => depth += 1,
                b')' | b',' if !quoted && depth == 0 => break,
                b')' if !quoted => depth -= 1,
                _ => {}
            }
            length += 1;
        }
        self.bytes.extend_from_slice(HOLE);
        self.map.push(1, HOLE.len(), length);
        self.at += length;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::layer::LayerSpan;
    use proptest::prelude::*;

    #[test]
    fn pieces_are_joined_and_what_is_no_literal_is_a_hole() {
        for (source, expected) in [
            ("\"cs\": \"[concat('A=b;', 'C=d')]\"", "\"cs\": \"[A=b;C=d]\""),
            ("[concat('A=', parameters('x'), ';B=', 'it''s')]", "[A=${_};B=it's]"),
            ("[concat('A=', concat('b', 'c'))]", "[A=${_}]"),
            ("concat('a','b') + concat('c')", "ab + c"),
            ("concat('never closed", "never closed"),
            ("concat(", ""),
        ] {
            let decoded = decode(source.as_bytes(), 0).map(|(bytes, _)| bytes).unwrap_or_default();
            assert_eq!(String::from_utf8_lossy(&decoded), expected, "{source}");
        }
        let (bytes, map) = decode(b"[concat('A=', 'bcd')]", 5).unwrap();
        let at = memchr::memmem::find(&bytes, b"bcd").unwrap();
        assert_eq!(map.back(LayerSpan::new(at, at + 3).unwrap()), 5 + 15..5 + 18);
    }

    proptest! {
        #[test]
        fn any_line_is_mapped_whole(line in r"(concat\(|[',() a-c]|x{0,3}){0,40}") {
            if let Some((bytes, map)) = decode(line.as_bytes(), 0) {
                prop_assert_eq!(map.decoded_len(), bytes.len());
                let back = map.back(LayerSpan::new(0, bytes.len()).unwrap());
                prop_assert!(back.end <= line.len());
            }
        }
    }
}
