//! Characters of two or four bytes, as UTF-8.
//!
//! PowerShell, the registry editor and SQL tools write UTF-16, often without a byte
//! order mark. A broken surrogate or a cut character becomes U+FFFD: nothing that
//! follows it is lost.

use super::super::layer::Map;

/// The encodings in which ASCII text is full of NUL bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs)]
pub enum Wide {
    Utf16Le,
    Utf16Be,
    Utf32Le,
    Utf32Be,
}

impl Wide {
    /// From a byte order mark, with its length.
    pub fn marked(head: &[u8]) -> Option<(Self, usize)> {
        match head {
            [0xff, 0xfe, 0, 0, ..] => Some((Self::Utf32Le, 4)),
            [0, 0, 0xfe, 0xff, ..] => Some((Self::Utf32Be, 4)),
            [0xff, 0xfe, ..] => Some((Self::Utf16Le, 2)),
            [0xfe, 0xff, ..] => Some((Self::Utf16Be, 2)),
            _ => None,
        }
    }

    /// From the first bytes of something that holds NUL bytes: UTF-16 if one byte order
    /// gives only characters that stand in texts, and more line ends, blanks and Latin
    /// letters than the other. `None` for anything else.
    pub fn guess(head: &[u8]) -> Option<Self> {
        // Two ASCII letters make a rare ideograph: a NUL in plain text is no reason to read it so.
        let plain = head.iter().filter(|b| matches!(b, b' '..=b'~')).count();
        if plain * 4 > head.len() * 3 {
            return None;
        }
        let (little, big) = (familiar(head, Self::Utf16Le), familiar(head, Self::Utf16Be));
        let best = if little >= big { Self::Utf16Le } else { Self::Utf16Be };
        let units = head.len() / 2;
        let enough = little.max(big)?;
        (little != big && enough * 16 >= units).then_some(best)
    }

    /// Bytes of the smallest character.
    pub fn width(self) -> usize {
        match self {
            Self::Utf16Le | Self::Utf16Be => 2,
            Self::Utf32Le | Self::Utf32Be => 4,
        }
    }

    /// The first character, and how many bytes it takes: at least 1 unless there are none.
    pub fn first(self, bytes: &[u8]) -> (char, usize) {
        let broken = (char::REPLACEMENT_CHARACTER, bytes.len().min(self.width()));
        match self {
            Self::Utf32Le => four(bytes, u32::from_le_bytes).unwrap_or(broken),
            Self::Utf32Be => four(bytes, u32::from_be_bytes).unwrap_or(broken),
            Self::Utf16Le => pair(bytes, u16::from_le_bytes).unwrap_or(broken),
            Self::Utf16Be => pair(bytes, u16::from_be_bytes).unwrap_or(broken),
        }
    }

    /// A text in these characters.
    pub fn encode(self, text: &str) -> Vec<u8> {
        match self {
            Self::Utf16Le => text.encode_utf16().flat_map(u16::to_le_bytes).collect(),
            Self::Utf16Be => text.encode_utf16().flat_map(u16::to_be_bytes).collect(),
            Self::Utf32Le => text.chars().flat_map(|c| u32::from(c).to_le_bytes()).collect(),
            Self::Utf32Be => text.chars().flat_map(|c| u32::from(c).to_be_bytes()).collect(),
        }
    }
}

fn four(bytes: &[u8], unit: fn([u8; 4]) -> u32) -> Option<(char, usize)> {
    Some((char::from_u32(unit(*bytes.first_chunk()?))?, 4))
}

fn pair(bytes: &[u8], unit: fn([u8; 2]) -> u16) -> Option<(char, usize)> {
    let high = u32::from(unit(*bytes.first_chunk()?));
    if let Some(c) = char::from_u32(high) {
        return Some((c, 2));
    }
    let low = u32::from(unit(*bytes.get(2..)?.first_chunk()?));
    let is_pair = (0xd800..0xdc00).contains(&high) && (0xdc00..0xe000).contains(&low);
    is_pair.then(|| char::from_u32(0x1_0000 + ((high - 0xd800) << 10) + (low - 0xdc00)))?.map(|c| (c, 4))
}

/// Number of line ends, blanks and printable ASCII; `None` if it holds what no text holds.
fn familiar(head: &[u8], wide: Wide) -> Option<usize> {
    let mut count = 0;
    let mut at = 0;
    while at + 1 < head.len() {
        let (c, bytes) = wide.first(&head[at..]);
        let is_cut_pair = at + 2 >= head.len() - 1 && c == char::REPLACEMENT_CHARACTER;
        match c {
            '\t' | '\n' | '\r' | ' '..='~' => count += 1,
            _ if c.is_control() || (!is_cut_pair && is_never_written(c)) => return None,
            _ => {}
        }
        at += bytes;
    }
    (count > 0).then_some(count)
}

/// Broken, not a character, or for private use.
fn is_never_written(c: char) -> bool {
    matches!(c, '\u{e000}'..='\u{f8ff}' | '\u{fdd0}'..='\u{fdef}' | '\u{fffd}'..='\u{ffff}' | '\u{a00}' | '\u{d00}')
        || u32::from(c) & 0xfffe == 0xfffe
}

/// The UTF-8 of `source`, which stands at `at` in its parent.
pub fn decode(source: &[u8], at: usize, wide: Wide) -> (Vec<u8>, Map) {
    let mut bytes = Vec::with_capacity(source.len() / wide.width());
    let mut map = Map::starting_at(at);
    let mut next = 0;
    while next < source.len() {
        let ascii = push_ascii(&source[next..], wide, &mut bytes);
        map.push(ascii, 1, wide.width());
        next += ascii * wide.width();
        if next < source.len() {
            let (c, per) = wide.first(&source[next..]);
            bytes.extend_from_slice(c.encode_utf8(&mut [0; 4]).as_bytes());
            map.push(1, c.len_utf8(), per);
            next += per;
        }
    }
    (bytes, map)
}

/// Takes over ASCII characters up to the first other one; says how many.
fn push_ascii(source: &[u8], wide: Wide, out: &mut Vec<u8>) -> usize {
    let before = out.len();
    match wide {
        Wide::Utf16Le => out.extend(source.chunks_exact(2).map_while(|c| (c[1] == 0 && c[0] < 0x80).then_some(c[0]))),
        Wide::Utf16Be => out.extend(source.chunks_exact(2).map_while(|c| (c[0] == 0 && c[1] < 0x80).then_some(c[1]))),
        Wide::Utf32Le | Wide::Utf32Be => {}
    }
    out.len() - before
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::layer::LayerSpan;
    use proptest::prelude::*;

    const ALL: [Wide; 4] = [Wide::Utf16Le, Wide::Utf16Be, Wide::Utf32Le, Wide::Utf32Be];

    fn encode(text: &str, wide: Wide) -> Vec<u8> {
        match wide {
            Wide::Utf16Le => text.encode_utf16().flat_map(u16::to_le_bytes).collect(),
            Wide::Utf16Be => text.encode_utf16().flat_map(u16::to_be_bytes).collect(),
            Wide::Utf32Le => text.chars().flat_map(|c| u32::from(c).to_le_bytes()).collect(),
            Wide::Utf32Be => text.chars().flat_map(|c| u32::from(c).to_be_bytes()).collect(),
        }
    }

    #[test]
    fn broken_surrogates_and_cut_characters_lose_nothing_else() {
        for (bytes, expected) in [
            (&b"a\0\x00\xd8b\0"[..], "a\u{fffd}b"),
            (b"a\0\x00\xdcb\0", "a\u{fffd}b"),
            (b"a\0b", "a\u{fffd}"),
            (b"\x00\xd8\x3d", "\u{fffd}\u{fffd}"),
        ] {
            assert_eq!(String::from_utf8(decode(bytes, 0, Wide::Utf16Le).0).unwrap(), expected, "{bytes:?}");
        }
    }

    proptest! {
        #[test]
        fn text_survives_and_every_span_decodes_again(text in "\\PC{0,40}", at in 0_usize..9, cut in 0_usize..99, len in 0_usize..9) {
            for wide in ALL {
                let source = encode(&text, wide);
                let (bytes, map) = decode(&source, at, wide);
                prop_assert_eq!(&bytes, text.as_bytes());
                let start = cut.min(bytes.len());
                let end = (start + len).min(bytes.len());
                let back = map.back(LayerSpan::new(start, end).unwrap());
                let again = decode(&source[back.start - at..back.end - at], back.start, wide).0;
                let whole = text.floor_char_boundary(start)..text.ceil_char_boundary(end);
                prop_assert_eq!(again, if start == end { &[][..] } else { &bytes[whole] });
            }
        }

        #[test]
        fn any_bytes_decode_to_valid_text_that_is_wholly_mapped(source: Vec<u8>) {
            for wide in ALL {
                let (bytes, map) = decode(&source, 3, wide);
                prop_assert!(std::str::from_utf8(&bytes).is_ok());
                prop_assert_eq!(map.decoded_len(), bytes.len());
                prop_assert_eq!(map.back(LayerSpan::new(0, bytes.len()).unwrap()), 3..source.len() + 3);
            }
        }
    }
}
