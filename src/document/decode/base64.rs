//! Base64, in the standard or the URL alphabet, padded or not, wrapped or not.

use super::super::layer::Map;

const BAD: u8 = 64;

/// The six bits of each character, [`BAD`] for others. Both alphabets at once.
const BITS: [u8; 256] = {
    let mut bits = [BAD; 256];
    let alphabet = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut i = 0;
    while i < 64 {
        bits[alphabet[i] as usize] = i as u8;
        i += 1;
    }
    bits[b'-' as usize] = 62;
    bits[b'_' as usize] = 63;
    bits
};

/// Is it a character of either alphabet, padding apart?
pub fn is_digit(byte: u8) -> bool {
    BITS[byte as usize] != BAD
}

/// The six bits that a character stands for; no more than that is said of others.
pub(super) fn bits(digit: u8) -> u8 {
    BITS[digit as usize] & 63
}

/// The bytes that the base64 at the beginning of `source` stands for; `at` is where
/// `source` stands in its parent. White space is passed over, anything else ends it.
/// `None` if there is not one whole byte.
pub fn decode(source: &[u8], at: usize) -> Option<(Vec<u8>, Map)> {
    let mut bytes = Vec::with_capacity(source.len() / 4 * 3 + 2);
    let mut map = Map::starting_at(at);
    let mut next = 0;
    loop {
        let quads = push_quads(&source[next..], &mut bytes);
        map.push(quads, 3, 4);
        next += quads * 4;
        let blank = source[next..].iter().take_while(|b| is_blank(**b)).count();
        map.push(blank, 0, 1);
        next += blank;
        if blank == 0 {
            let Some(taken) = push_odd(&source[next..], &mut bytes, &mut map) else { break };
            next += taken;
        }
    }
    (!bytes.is_empty()).then_some((bytes, map))
}

/// Decodes whole groups of four up to the first that is interrupted; says how many.
fn push_quads(source: &[u8], out: &mut Vec<u8>) -> usize {
    let before = out.len();
    for quad in source.chunks_exact(4) {
        let [a, b, c, d] = [quad[0], quad[1], quad[2], quad[3]].map(|byte| BITS[byte as usize]);
        if (a | b | c | d) & BAD != 0 {
            break;
        }
        out.extend_from_slice(&[a << 2 | b >> 4, b << 4 | c >> 2, c << 6 | d]);
    }
    (out.len() - before) / 3
}

/// A group that blanks interrupt, or the last one. `None` at the end of the base64.
fn push_odd(source: &[u8], out: &mut Vec<u8>, map: &mut Map) -> Option<usize> {
    let (mut bits, mut digits, mut taken) = (0_u32, 0, 0);
    for (index, &byte) in source.iter().enumerate() {
        if is_digit(byte) {
            bits = bits << 6 | u32::from(BITS[byte as usize]);
            digits += 1;
            taken = index + 1;
        } else if !is_blank(byte) {
            break;
        }
        if digits == 4 {
            break;
        }
    }
    let whole = [0, 0, 1, 2, 3][digits];
    bits <<= 6 * (4 - digits);
    out.extend_from_slice(&bits.to_be_bytes()[1..=whole]);
    let padding = source[taken..].iter().take(4 - digits).take_while(|b| **b == b'=').count();
    let per = taken + if whole > 0 { padding } else { 0 };
    if whole > 0 {
        map.push(1, whole, per);
    }
    (digits == 4).then_some(per)
}

fn is_blank(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t' | b'\r' | b'\n')
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;
    use crate::document::layer::LayerSpan;
    use proptest::prelude::*;

    /// Wraps after `columns` characters with `ending`; 0 wraps nowhere.
    pub(in super::super) fn encode(bytes: &[u8], url: bool, pad: bool, columns: usize, ending: &str) -> String {
        let alphabet: Vec<u8> = (0..=255).filter(|b| is_digit(*b)).collect();
        let digit = |six: u32| {
            let skipped = if url { *b"+/" } else { *b"-_" };
            *alphabet.iter().find(|d| u32::from(BITS[**d as usize]) == six && !skipped.contains(d)).unwrap()
        };
        let mut out = String::new();
        let mut column = 0;
        let mut push = |c: char| {
            if columns > 0 && column == columns {
                out.push_str(ending);
                column = 0;
            }
            out.push(c);
            column += 1;
        };
        for chunk in bytes.chunks(3) {
            let bits = chunk.iter().enumerate().map(|(i, b)| u32::from(*b) << (16 - 8 * i)).sum::<u32>();
            for i in 0..=chunk.len() {
                push(char::from(digit(bits >> (18 - 6 * i) & 63)));
            }
            for _ in (0..3 - chunk.len()).filter(|_| pad) {
                push('=');
            }
        }
        out
    }

    #[test]
    fn both_alphabets_padding_and_line_breaks_are_read() {
        for (source, expected, end) in [
            ("TWFu", &b"Man"[..], 4),
            ("TWE=", b"Ma", 4),
            ("TQ==", b"M", 4),
            ("TQ", b"M", 2),
            ("TQ= rest", b"M", 3),
            ("-_-_", b"\xfb\xff\xbf", 4),
            ("+/+/", b"\xfb\xff\xbf", 4),
            ("TWFu\r\n  TW\nFu\"", b"ManMan", 13),
            ("TWFuT", b"Man", 4),
            ("TWFu====", b"Man", 4),
        ] {
            let (bytes, map) = decode(source.as_bytes(), 0).unwrap();
            assert_eq!(bytes, expected, "{source}");
            assert_eq!(map.back(LayerSpan::new(0, bytes.len()).unwrap()), 0..end, "{source}");
        }
        for source in ["", "T", "=", "  ", "{}"] {
            assert_eq!(decode(source.as_bytes(), 0), None, "{source}");
        }
    }

    proptest! {
        #[test]
        fn bytes_survive_and_every_span_decodes_again(
            bytes in prop::collection::vec(any::<u8>(), 1..99),
            (url, pad) in any::<(bool, bool)>(),
            columns in prop::sample::select(vec![0, 1, 7, 64, 76]),
            ending in prop::sample::select(vec!["\n", "\r\n", "\n    "]),
            at in 0_usize..9,
            (start, len) in (0_usize..99, 1_usize..20),
        ) {
            let source = encode(&bytes, url, pad, columns, ending);
            let (decoded, map) = decode(source.as_bytes(), at).unwrap();
            prop_assert_eq!(&decoded, &bytes);
            let start = start % bytes.len();
            let end = (start + len).min(bytes.len());
            let back = map.back(LayerSpan::new(start, end).unwrap());
            let again = decode(&source.as_bytes()[back.start - at..back.end - at], back.start).unwrap().0;
            let whole = start / 3 * 3..end.div_ceil(3).saturating_mul(3).min(bytes.len());
            prop_assert_eq!(&again, &bytes[whole]);
        }

        #[test]
        fn any_bytes_are_mapped_as_far_as_they_decode(source: Vec<u8>) {
            if let Some((bytes, map)) = decode(&source, 0) {
                prop_assert_eq!(map.decoded_len(), bytes.len());
                prop_assert!(map.back(LayerSpan::new(0, bytes.len()).unwrap()).end <= source.len());
            }
        }
    }
}
