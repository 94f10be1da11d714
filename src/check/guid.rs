//! GUIDs: read, written, and told apart from invented ones.
//!
//! Here a GUID is the number its 32 hex digits spell from left to right.

use super::{Checked, known, percent};

/// Reads `8-4-4-4-12` hex digits, bare, in braces or behind `urn:uuid:`.
pub fn parse(text: &[u8]) -> Option<u128> {
    let text = text.strip_prefix(b"urn:uuid:").unwrap_or(text);
    let text = match text {
        [b'{', inside @ .., b'}'] | [b'(', inside @ .., b')'] => inside,
        bare => bare,
    };
    if text.len() != 36 || [8, 13, 18, 23].iter().any(|&at| text[at] != b'-') {
        return None;
    }
    digits(text.iter().copied().filter(|&b| b != b'-'))
}

/// Reads 32 hex digits without dashes: only where a name says that it is an id.
pub fn parse_plain(text: &[u8]) -> Option<u128> {
    (text.len() == 32).then(|| digits(text.iter().copied())).flatten()
}

fn digits(digits: impl Iterator<Item = u8>) -> Option<u128> {
    let mut count = 0;
    let mut value = 0;
    for digit in digits {
        value = value << 4 | u128::from(percent::digit(digit)?);
        count += 1;
    }
    (count == 32).then_some(value)
}

/// Small letters with dashes.
pub fn text(guid: u128) -> String {
    let hex = format!("{guid:032x}");
    [&hex[..8], &hex[8..12], &hex[12..16], &hex[16..20], &hex[20..]].join("-")
}

/// As Windows stores it: the first three fields with their least byte first. Its own inverse.
pub fn mixed_endian(bytes: [u8; 16]) -> u128 {
    let [a, b, c, d, e, f, g, h, rest @ ..] = bytes;
    let [i, j, k, l, m, n, o, p] = rest;
    u128::from_be_bytes([d, c, b, a, f, e, h, g, i, j, k, l, m, n, o, p])
}

/// The GUIDs of a text that stand alone (between quotes, blanks or signs), with their places. Goes from dash to dash,
/// so that prose and code cost nearly nothing.
pub fn alone_in(text: &[u8]) -> impl Iterator<Item = (usize, u128)> + '_ {
    memchr::memchr_iter(b'-', text).filter_map(|dash| {
        let start = dash.checked_sub(8)?;
        let guid = text.get(start..start + 36).filter(|guid| guid[13] == b'-')?;
        let before = start.checked_sub(1).map_or(b' ', |at| text[at]);
        let after = text.get(start + 36).copied().unwrap_or(b' ');
        let is_alone = matches!(before, b'"' | b'\'' | b'`' | b'=' | b' ' | b'\t')
            && (matches!(after, b'"' | b'\'' | b'`' | b';' | b',' | b')') || after.is_ascii_whitespace());
        is_alone.then(|| parse(guid)).flatten().map(|guid| (start, guid))
    })
}

/// Made by a machine (a version and the usual variant), or one of the published ones?
pub fn is_usual(guid: u128) -> bool {
    let (version, variant) = (guid >> 76 & 15, guid >> 62 & 3);
    (1..=8).contains(&version) && variant == 2 || known::guid_name(guid).is_some()
}

/// `11111111-1111-…`, `12345678-1234-…`, `deadbeef-…`: typed, not made.
pub fn is_invented(guid: u128) -> bool {
    let digits = guid_digits(guid);
    let most = (0..16).map(|d| digits.iter().filter(|&&x| x == d).count()).max().unwrap_or(0);
    let steps = digits.windows(2).filter(|w| w[1] == (w[0] + 1) % 16 || w[0] == 9 && w[1] == 0).count();
    most >= 16 || steps >= 20 || guid >> 96 == 0xdead_beef
}

fn guid_digits(guid: u128) -> [u8; 32] {
    std::array::from_fn(|i| (guid >> (124 - 4 * i) & 15) as u8)
}

/// Refutes a GUID: an identifier unless a rule asks for one.
pub fn not_guid(value: &[u8]) -> Checked {
    match parse(value) {
        Some(_) => Checked::refuted("a GUID"),
        None => Checked::plausible("not a GUID"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::check::Outcome;

    #[test]
    fn a_guid_of_a_text_is_found_where_it_stands_alone() {
        let one = "1f0e2d3c-aaaa-4bbb-8ccc-0123456789ab";
        for (text, expected) in [
            (format!("id = \"{one}\""), Some(6)),
            (format!("a-b {one}"), Some(4)),
            (format!("x={one};"), Some(2)),
            (one.to_owned(), Some(0)),
            (format!("/{one}"), None),
            (format!("\"{one}c\""), None),
            (format!(" {one}/"), None),
            (format!(" {}", one.replace('4', "g")), None),
            (format!(" {}", &one[..35]), None),
            ("----------------------------------------".to_owned(), None),
        ] {
            let found = alone_in(text.as_bytes()).map(|(at, guid)| (at, guid == parse(one.as_bytes()).unwrap()));
            assert!(found.eq(expected.map(|at| (at, true))), "{text}");
        }
    }

    #[test]
    fn every_usual_form_is_read_and_near_ones_are_not() {
        let expected = Some(0x7b1c_f3a2_93a4_4a5e_8a53_9c1c_7e4d_bb20);
        for form in [
            "7b1cf3a2-93a4-4a5e-8a53-9c1c7e4dbb20",
            "7B1CF3A2-93A4-4A5E-8A53-9C1C7E4DBB20",
            "{7b1cf3a2-93a4-4a5e-8a53-9c1c7e4dbb20}",
            "urn:uuid:7b1cf3a2-93a4-4a5e-8a53-9c1c7e4dbb20",
        ] {
            assert_eq!(parse(form.as_bytes()), expected, "{form}");
            assert_eq!(not_guid(form.as_bytes()).outcome, Outcome::Refuted);
        }
        assert_eq!(parse_plain(b"7b1cf3a293a44a5e8a539c1c7e4dbb20"), expected);
        for other in ["7b1cf3a2-93a4-4a5e-8a53-9c1c7e4dbb2", "7b1cf3a2-93a4-4a5e-8a53-9c1c7e4dbbxx", "", "-"] {
            assert_eq!(parse(other.as_bytes()), None, "{other}");
        }
    }

    #[test]
    fn text_and_mixed_endian_lead_back() {
        let guid = 0x0011_2233_4455_6677_8899_aabb_ccdd_eeff_u128;
        assert_eq!(text(guid), "00112233-4455-6677-8899-aabbccddeeff");
        let stored = mixed_endian(guid.to_be_bytes());
        assert_eq!(text(stored), "33221100-5544-7766-8899-aabbccddeeff");
        assert_eq!(mixed_endian(stored.to_be_bytes()), guid);
    }

    #[test]
    fn typed_guids_are_told_from_made_ones() {
        for (form, invented) in [
            ("00000000-0000-0000-0000-000000000000", true),
            ("11111111-2222-1111-1111-111111111111", true),
            ("12345678-1234-1234-1234-123456789abc", true),
            ("deadbeef-0000-4000-8000-a1b2c3d4e5f6", true),
            ("7b1cf3a2-93a4-4a5e-8a53-9c1c7e4dbb20", false),
        ] {
            assert_eq!(is_invented(parse(form.as_bytes()).expect("a GUID")), invented, "{form}");
        }
    }
}
