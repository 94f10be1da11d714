//! Percent-encoding, as in URLs. `+` stays: keys hold it more often than forms hold blanks.

use std::ops::Range;

use super::super::layer::Map;

/// Escapes of visible characters that a run must have to be worth a layer. A signature's
/// `%2B` and `%3D` are known to the rules; a whole connection string is not.
const ENOUGH: usize = 3;

/// `source` with its escapes replaced; `at` is where it stands in its parent. `None` if there are none.
pub fn decode(source: &[u8], at: usize) -> Option<(Vec<u8>, Map)> {
    let mut bytes = Vec::with_capacity(source.len());
    let mut map = Map::starting_at(at);
    let mut next = 0;
    for found in memchr::memchr_iter(b'%', source) {
        let Some(byte) = escaped(&source[found..]) else { continue };
        bytes.extend_from_slice(&source[next..found]);
        map.push(found - next, 1, 1);
        bytes.push(byte);
        map.push(1, 1, 3);
        next = found + 3;
    }
    if next == 0 {
        return None;
    }
    bytes.extend_from_slice(&source[next..]);
    map.push(source.len() - next, 1, 1);
    Some((bytes, map))
}

/// The byte that `%XX` at the beginning stands for.
fn escaped(source: &[u8]) -> Option<u8> {
    match source {
        [b'%', high, low, ..] => Some(super::hex(*high)? << 4 | super::hex(*low)?),
        _ => None,
    }
}

/// Stretches without blanks and quotes that have three escapes of visible characters or
/// more; the first `most` of them.
pub fn runs(bytes: &[u8], most: usize) -> Vec<Range<usize>> {
    let mut runs = Vec::new();
    let mut done = 0;
    // `%s` of a format is no escape: the run about it is not measured.
    let escapes = memchr::memchr_iter(b'%', bytes).filter(|at| escaped(&bytes[*at..]).is_some());
    for found in escapes {
        if found < done {
            continue;
        }
        let before = bytes[done..found].iter().rev().take_while(|b| is_inside(**b)).count();
        let after = bytes[found..].iter().take_while(|b| is_inside(**b)).count();
        let run = found - before..found + after;
        done = run.end;
        let visible = memchr::memchr_iter(b'%', &bytes[run.clone()])
            .filter(|at| escaped(&bytes[run.start + at..run.end]).is_some_and(|b| matches!(b, b'\n' | b' '..=b'~')));
        if visible.take(ENOUGH).count() == ENOUGH {
            runs.push(run);
        }
        if runs.len() == most {
            break;
        }
    }
    runs
}

fn is_inside(byte: u8) -> bool {
    byte > b' ' && byte != 0x7f && !matches!(byte, b'"' | b'\'' | b'`' | b'<' | b'>')
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::layer::LayerSpan;
    use proptest::prelude::*;

    #[test]
    fn only_whole_escapes_are_replaced() {
        for (source, expected) in [
            ("a%3Db", Some("a=b")),
            ("a%3db%", Some("a=b%")),
            ("%41%zz%4", Some("A%zz%4")),
            ("a+b", None),
            ("100%", None),
            ("%%41", Some("%A")),
        ] {
            let decoded = decode(source.as_bytes(), 0).map(|(bytes, _)| String::from_utf8(bytes).unwrap());
            assert_eq!(decoded.as_deref(), expected, "{source}");
        }
    }

    #[test]
    fn a_run_has_three_escapes_of_visible_characters() {
        for (text, expected) in [
            ("x?c=Server%3Da%3BPassword%3Db y", Some("x?c=Server%3Da%3BPassword%3Db")),
            ("curl 'http://h/%20%20%20'", Some("http://h/%20%20%20")),
            ("sig=abc%2Fdef%3D", None),
            ("%E4%BD%A0%E5%A5%BD", None),
            ("%3D %3D %3D", None),
            ("printf(\"%d %d %d\")", None),
        ] {
            let found = runs(text.as_bytes(), 9);
            assert_eq!(found.first().map(|r| &text[r.clone()]), expected, "{text}");
        }
    }

    proptest! {
        #[test]
        fn every_span_decodes_again(source in "([a-z+%]|%[0-9A-Fa-f]{2}){1,30}", at in 0_usize..9, start in 0_usize..99, len in 1_usize..9) {
            let Some((bytes, map)) = decode(source.as_bytes(), at) else { return Ok(()) };
            prop_assert_eq!(map.decoded_len(), bytes.len());
            let start = start % bytes.len();
            let end = (start + len).min(bytes.len());
            let back = map.back(LayerSpan::new(start, end).unwrap());
            let piece = &source.as_bytes()[back.start - at..back.end - at];
            let again = decode(piece, 0).map_or(piece.to_vec(), |(bytes, _)| bytes);
            prop_assert_eq!(&again, &bytes[start..end]);
        }

        #[test]
        fn runs_are_apart_and_in_order(source: Vec<u8>) {
            let ends: Vec<usize> = runs(&source, 9).into_iter().flat_map(|r| [r.start, r.end]).collect();
            prop_assert!(ends.is_sorted());
        }
    }
}
