//! Text inside the strings of another language: backslashes as in JSON, C and C#, and
//! the entities of XML and HTML.
//!
//! Whole lines are decoded, not only the strings on them: what stands outside is
//! seldom changed, and nothing has to know where a string begins.

use super::super::layer::Map;

/// `source` with `\"`, `\/`, `\\`, `\n`, `\u0026`, `\x26` and their like replaced; `at` is
/// where it stands in its parent. Other backslashes stay. `None` if nothing changes.
pub fn decode_json(source: &[u8], at: usize) -> Option<(Vec<u8>, Map)> {
    decode(source, at, b'\\', backslashed)
}

/// `source` with `&amp;`, `&#43;`, `&#x2b;` and their like replaced; `at` is where it
/// stands in its parent. Unknown entities stay. `None` if nothing changes.
pub fn decode_xml(source: &[u8], at: usize) -> Option<(Vec<u8>, Map)> {
    decode(source, at, b'&', entity)
}

/// `source` with `\=`, `\:`, `\#`, `\!`, `\\` and `\u0026` of Java properties replaced. `None` if nothing changes.
pub fn decode_properties(source: &[u8], at: usize) -> Option<(Vec<u8>, Map)> {
    decode(source, at, b'\\', property)
}

/// Does it hold an escape that only properties have?
pub fn hides_properties(line: &[u8]) -> bool {
    line.windows(2).any(|pair| matches!(pair, [b'\\', b'=' | b':' | b'#' | b'!']))
}

/// Does it hold an escape that stands for a quote, a slash or a character by its
/// number? Line breaks and doubled backslashes alone hide nothing from a rule, but for
/// the head of a key.
pub fn hides_json(line: &[u8]) -> bool {
    let mut after_pair = 0;
    memchr::memchr_iter(b'\\', line).any(|at| {
        if at < after_pair {
            return false;
        }
        after_pair = at + 2;
        match line.get(at + 1) {
            Some(b'"' | b'/') => true,
            Some(b'u' | b'x') => backslashed(&line[at..]).is_some(),
            Some(b'n' | b'r') => line[..at].ends_with(b"-----"),
            _ => false,
        }
    })
}

/// Does it hold an entity?
pub fn hides_xml(line: &[u8]) -> bool {
    memchr::memchr_iter(b'&', line).any(|at| entity(&line[at..]).is_some())
}

type First = fn(&[u8]) -> Option<(char, usize)>;

/// Replaces what `first` knows at each `mark`.
fn decode(source: &[u8], at: usize, mark: u8, first: First) -> Option<(Vec<u8>, Map)> {
    let mut bytes = Vec::with_capacity(source.len());
    let mut map = Map::starting_at(at);
    let mut next = 0;
    for found in memchr::memchr_iter(mark, source) {
        if found < next {
            continue;
        }
        let Some((c, per)) = first(&source[found..]) else { continue };
        bytes.extend_from_slice(&source[next..found]);
        map.push(found - next, 1, 1);
        bytes.extend_from_slice(c.encode_utf8(&mut [0; 4]).as_bytes());
        map.push(1, c.len_utf8(), per);
        next = found + per;
    }
    if next == 0 {
        return None;
    }
    bytes.extend_from_slice(&source[next..]);
    map.push(source.len() - next, 1, 1);
    Some((bytes, map))
}

/// The character that a backslash and what follows stand for, and the bytes they take.
fn backslashed(source: &[u8]) -> Option<(char, usize)> {
    let plain = match source.get(1)? {
        b @ (b'"' | b'\'' | b'/' | b'\\') => char::from(*b),
        b'n' => '\n',
        b'r' => '\r',
        b't' => '\t',
        b'u' => return utf16_number(source),
        b'x' => return Some((char::from(number(source.get(2..4)?, 16)? as u8), 4)),
        _ => return None,
    };
    Some((plain, 2))
}

fn property(source: &[u8]) -> Option<(char, usize)> {
    match source.get(1)? {
        b @ (b'=' | b':' | b'#' | b'!') => Some((char::from(*b), 2)),
        _ => backslashed(source),
    }
}

/// `\u0026`, or a surrogate pair of two; a lone surrogate is U+FFFD.
fn utf16_number(source: &[u8]) -> Option<(char, usize)> {
    let high = number(source.get(2..6)?, 16)?;
    if let Some(c) = char::from_u32(high) {
        return Some((c, 6));
    }
    let low = source.get(6..8).filter(|next| next == b"\\u").and_then(|_| number(source.get(8..12)?, 16));
    let pair = low.filter(|low| high < 0xdc00 && (0xdc00..0xe000).contains(low));
    let c = pair.and_then(|low| char::from_u32(0x1_0000 + ((high - 0xd800) << 10) + (low - 0xdc00)));
    Some(c.map_or((char::REPLACEMENT_CHARACTER, 6), |c| (c, 12)))
}

/// The character that an entity stands for, and the bytes it takes. The longest is `&#x10ffff;` with some zeros.
fn entity(source: &[u8]) -> Option<(char, usize)> {
    let head = &source[..source.len().min(14)];
    let end = memchr::memchr(b';', head)?;
    let c = match &head[1..end] {
        b"amp" => '&',
        b"lt" => '<',
        b"gt" => '>',
        b"quot" => '"',
        b"apos" => '\'',
        b"nbsp" => '\u{a0}',
        [b'#', b'x' | b'X', digits @ ..] => char::from_u32(number(digits, 16)?)?,
        [b'#', digits @ ..] => char::from_u32(number(digits, 10)?)?,
        _ => return None,
    };
    Some((c, end + 1))
}

/// At most twelve digits of a base; `None` for anything else.
fn number(digits: &[u8], base: u32) -> Option<u32> {
    let mut value = 0_u32;
    for &digit in digits {
        value = value.checked_mul(base)?.checked_add(char::from(digit).to_digit(base)?)?;
    }
    (!digits.is_empty()).then_some(value)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::layer::LayerSpan;
    use proptest::prelude::*;

    fn text(decoded: Option<(Vec<u8>, Map)>) -> Option<String> {
        decoded.map(|(bytes, _)| String::from_utf8(bytes).unwrap())
    }

    #[test]
    fn backslashes_are_read_as_json_and_c_write_them() {
        for (source, expected) in [
            (r#"{\"a\": \"b\"}"#, Some(r#"{"a": "b"}"#)),
            (r"a\u0026b\/c", Some("a&b/c")),
            (r"\\u0026", Some(r"\u0026")),
            (r"\ud83d\udd11", Some("\u{1f511}")),
            (r"\ud83dx", Some("\u{fffd}x")),
            (r"\ud83d\u0041", Some("\u{fffd}A")),
            (r"\x2b\x4", Some(r"+\x4")),
            (r"C:\dir \d+", None),
            (r"-----BEGIN\nMII\r\n", Some("-----BEGIN\nMII\r\n")),
            (r"\", None),
            (r"\u00", None),
        ] {
            assert_eq!(text(decode_json(source.as_bytes(), 0)).as_deref(), expected, "{source}");
        }
    }

    #[test]
    fn entities_are_read_by_name_and_by_number() {
        for (source, expected) in [
            ("&quot;a&quot;&amp;&lt;&gt;&apos;", Some("\"a\"&<>'")),
            ("a&#43;b&#x2B;c&#x1F511;", Some("a+b+c\u{1f511}")),
            ("&amp;amp;", Some("&amp;")),
            ("a & b; c", None),
            ("&unknown; &#; &#x; &#xd800; &#99999999999;", None),
            ("&amp", None),
            ("?a=1&lt=2", None),
        ] {
            assert_eq!(text(decode_xml(source.as_bytes(), 0)).as_deref(), expected, "{source}");
        }
    }

    #[test]
    fn a_line_is_worth_decoding_if_escapes_hide_something() {
        for (line, json, xml) in [
            (r#""{\"clientSecret\":\"x\"}""#, true, false),
            (r"key\/with\/slashes", true, false),
            (r"a\u002bb", true, false),
            (r"C:\users\x", false, false),
            (r#""ends with a backslash\\""#, false, false),
            (r"printf(password\n)", false, false),
            (r"-----BEGIN PRIVATE KEY-----\nMII", true, false),
            ("Password=a&amp;b", false, true),
            ("a && b; c", false, false),
        ] {
            assert_eq!((hides_json(line.as_bytes()), hides_xml(line.as_bytes())), (json, xml), "{line}");
        }
    }

    fn every_span_decodes_again(source: &str, at: usize, start: usize, len: usize, decoder: super::First, mark: u8) {
        let Some((bytes, map)) = decode(source.as_bytes(), at, mark, decoder) else { return };
        assert_eq!(map.decoded_len(), bytes.len());
        let all = map.back(LayerSpan::new(0, bytes.len()).unwrap());
        assert_eq!(all, at..at + source.len());
        let decoded = std::str::from_utf8(&bytes).unwrap();
        let whole = decoded.floor_char_boundary(start % bytes.len())
            ..decoded.ceil_char_boundary((start % bytes.len() + len).min(bytes.len()));
        let back = map.back(LayerSpan::new(whole.start, whole.end).unwrap());
        let piece = &source.as_bytes()[back.start - at..back.end - at];
        let again = decode(piece, 0, mark, decoder).map_or(piece.to_vec(), |(bytes, _)| bytes);
        assert_eq!(again, &bytes[whole], "{source:?}");
    }

    proptest! {
        #[test]
        fn json_leads_back(source in r#"([a-zé"u0-9\\]|\\["/\\nu]|\\u[0-9a-f]{4}|\\ud83d\\udd11){1,20}"#, at in 0_usize..9, start in 0_usize..99, len in 1_usize..9) {
            every_span_decodes_again(&source, at, start, len, backslashed, b'\\');
        }

        #[test]
        fn xml_leads_back(source in "([a-zé;&#]|&(amp|lt|quot|nbsp|#[0-9]{1,5}|#x[0-9a-f]{1,4});){1,20}", at in 0_usize..9, start in 0_usize..99, len in 1_usize..9) {
            every_span_decodes_again(&source, at, start, len, entity, b'&');
        }

        #[test]
        fn any_bytes_are_read_without_a_panic(source: Vec<u8>) {
            for decoded in [decode_json(&source, 0), decode_xml(&source, 0)].into_iter().flatten() {
                prop_assert_eq!(decoded.1.decoded_len(), decoded.0.len());
            }
        }
    }
}
