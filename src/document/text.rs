//! Layer 0: is a blob text, and in which encoding?
//!
//! Only the first KiB is looked at. Bytes without NUL are text as they stand, valid
//! UTF-8 or not; UTF-16 and UTF-32 become UTF-8 with a way back.

use std::ops::Range;

use super::decode::utf16::{self, Wide};
use super::layer::{LayerSpan, Map};

/// How much of a blob decides. All but 1 of 857,000 objects of three histories
/// that held NUL bytes held one here.
const HEAD: usize = 1024;

/// Wide text past this size is not looked at: as UTF-8 it might pass 4 GiB.
const LARGEST_WIDE: usize = 1 << 30;

/// The text of a blob.
#[derive(Debug)]
pub(super) enum Text<'a> {
    /// The blob's own bytes, after a byte order mark if there is one.
    Own { bytes: &'a [u8], begins: usize },
    /// Made from two- or four-byte characters.
    Made { bytes: Vec<u8>, map: Map, begins: usize, wide: Wide },
}

impl<'a> Text<'a> {
    /// `None` if the blob is not text.
    pub(super) fn of(blob: &'a [u8]) -> Option<Self> {
        let head = &blob[..blob.len().min(HEAD)];
        let has_nul = memchr::memchr(0, head).is_some();
        if let Some((wide, begins)) = Wide::marked(head).or_else(|| has_nul.then(|| Wide::guess(head))?.map(|w| (w, 0)))
        {
            return Self::made(blob, begins, wide);
        }
        if has_nul || is_known_binary(blob) {
            return None;
        }
        let begins = if blob.starts_with(b"\xef\xbb\xbf") { 3 } else { 0 };
        Some(Self::Own { bytes: &blob[begins..], begins })
    }

    fn made(blob: &[u8], begins: usize, wide: Wide) -> Option<Self> {
        if blob.len() > LARGEST_WIDE {
            return None;
        }
        let (bytes, map) = utf16::decode(&blob[begins..], begins, wide);
        Some(Self::Made { bytes, map, begins, wide })
    }

    pub(super) fn bytes(&self) -> &[u8] {
        match self {
            Self::Own { bytes, .. } => bytes,
            Self::Made { bytes, .. } => bytes,
        }
    }

    /// Bytes of the byte order mark.
    pub(super) fn begins(&self) -> usize {
        match self {
            Self::Own { begins, .. } | Self::Made { begins, .. } => *begins,
        }
    }

    pub(super) fn wide(&self) -> Option<Wide> {
        match self {
            Self::Own { .. } => None,
            Self::Made { wide, .. } => Some(*wide),
        }
    }

    pub(super) fn how(&self) -> &'static str {
        match self {
            Self::Own { .. } => "text",
            Self::Made { .. } => super::decode::UTF16,
        }
    }

    /// The blob's bytes behind a place in the text.
    pub(super) fn back(&self, span: LayerSpan) -> Range<usize> {
        match self {
            Self::Own { begins, .. } => span.range().start + begins..span.range().end + begins,
            Self::Made { map, .. } => map.back(span),
        }
    }

    /// The place in the text that the blob's byte at `offset` went to.
    pub(super) fn forth(&self, offset: usize) -> usize {
        match self {
            Self::Own { bytes, begins } => offset.saturating_sub(*begins).min(bytes.len()),
            Self::Made { map, .. } => map.forth(offset),
        }
    }
}

/// Does it begin like a format whose first KiB may hold no NUL?
///
/// Formats that always do (PNG, executables, databases) need no line here.
fn is_known_binary(blob: &[u8]) -> bool {
    match blob {
        [0xff, 0xd8, 0xff, ..]                                      // JPEG
        | [0x89, b'P', b'N', b'G', ..]
        | [b'G', b'I', b'F', b'8', b'7' | b'9', b'a', ..]
        | [b'%', b'P', b'D', b'F', b'-', ..]
        | [b'P', b'K', 3, 4, ..] | [b'P', b'K', 5, 6, ..]           // ZIP
        | [0x1f, 0x8b | 0x9d, ..]                                   // gzip, compress
        | [b'B', b'Z', b'h', b'1'..=b'9', b'1', b'A', b'Y', ..]
        | [0xfd, b'7', b'z', b'X', b'Z', ..]
        | [0x28, 0xb5, 0x2f, 0xfd, ..]                              // Zstandard
        | [0x04, 0x22, 0x4d, 0x18, ..]                              // LZ4
        | [b'7', b'z', 0xbc, 0xaf, ..]
        | [b'R', b'a', b'r', b'!', 0x1a, ..]
        | [b'w', b'O', b'F', b'F' | b'2', ..]
        | [b'I', b'D', b'3', 2..=4, ..] | [0xff, 0xfb | 0xf3, ..]   // MP3
        | [b'O', b'g', b'g', b'S', ..]
        | [0xfe, 0xed, 0xfe, 0xed, ..]                              // Java key store
        | [b'S', b'a', b'l', b't', b'e', b'd', b'_', b'_', ..] => true, // OpenSSL
        // DER: a sequence whose length is the file's
        [0x30, 0x82, high, low, rest @ ..] => usize::from(u16::from_be_bytes([*high, *low])) == rest.len(),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wide_bytes(text: &str, little: bool) -> Vec<u8> {
        text.encode_utf16().flat_map(|u| if little { u.to_le_bytes() } else { u.to_be_bytes() }).collect()
    }

    #[test]
    fn text_and_binary_are_told_apart() {
        let mut der = vec![0x30, 0x82, 0x01, 0x10];
        der.resize(4 + 0x110, 0x55);
        let cases: &[(&str, Vec<u8>, bool)] = &[
            ("empty", vec![], true),
            ("ascii", b"a=b\n".to_vec(), true),
            ("windows-1252", b"na\xefve caf\xe9 \x93q\x94\r".to_vec(), true),
            ("broken utf-8", b"\xc3\x28\xa0\xe2\x80".to_vec(), true),
            ("pem with odd bytes", b"-----BEGIN PRIVATE KEY-----\n\x01\x02\xff\n".to_vec(), true),
            ("zip code in prose", b"PK is a key".to_vec(), true),
            ("escape sequences", b"\x1b[31mred\x1b[0m".to_vec(), true),
            ("zero first", b"0\x82 comma".to_vec(), true),
            ("nul in text", b"abc\0def and more".to_vec(), false),
            ("small integers", vec![1, 0, 2, 0, 3, 0, 4, 0], false),
            ("wide integers", vec![0, 0, 0, 65, 0, 0, 0, 66], false),
            ("der", der, false),
            ("pdf", b"%PDF-1.7\nno nul here".to_vec(), false),
            ("jpeg", b"\xff\xd8\xff\xe0JFIF".to_vec(), false),
            ("gzip", b"\x1f\x8b\x08\x08abcdefgh".to_vec(), false),
        ];
        for (name, bytes, is_text) in cases {
            assert_eq!(Text::of(bytes).is_some(), *is_text, "{name}");
        }
    }

    #[test]
    fn utf16_without_a_mark_is_known_by_its_newlines() {
        // The second text has U+4E00, whose low byte is NUL, and no Latin letter.
        for text in ["key=value\r\n", "一二三一\r\n四五一六\r\n", "π = 3\n"] {
            for little in [true, false] {
                let blob = wide_bytes(text, little);
                let opened = Text::of(&blob).unwrap();
                assert_eq!(opened.bytes(), text.as_bytes(), "{text:?}, little {little}");
            }
        }
    }

    #[test]
    fn a_mark_is_not_part_of_the_text() {
        let mut utf32 = vec![0xff, 0xfe, 0, 0];
        utf32.extend("kéy".chars().flat_map(|c| u32::from(c).to_le_bytes()));
        let mut utf32_big = vec![0, 0, 0xfe, 0xff];
        utf32_big.extend("kéy".chars().flat_map(|c| u32::from(c).to_be_bytes()));
        for blob in [
            b"\xef\xbb\xbfk\xc3\xa9y".to_vec(),
            wide_bytes("\u{feff}kéy", true),
            wide_bytes("\u{feff}kéy", false),
            utf32,
            utf32_big,
        ] {
            let text = Text::of(&blob).unwrap();
            assert_eq!(text.bytes(), "kéy".as_bytes(), "{blob:?}");
            let last = LayerSpan::new(3, 4).unwrap();
            assert_eq!(text.back(last).end, blob.len(), "{blob:?}");
            assert_eq!((text.forth(text.back(last).start), text.forth(0)), (3, 0), "{blob:?}");
        }
    }

    #[test]
    fn marked_but_empty_is_empty_text() {
        for blob in [&b"\xef\xbb\xbf"[..], b"\xff\xfe", b"\xfe\xff"] {
            assert_eq!(Text::of(blob).unwrap().bytes(), b"", "{blob:?}");
        }
    }
}
