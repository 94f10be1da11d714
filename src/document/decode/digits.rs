//! Text that is written in hexadecimal: two digits a character.
//!
//! Hashes, keys and numbers are hexadecimal too; twelve printable characters in a row stand in
//! random digits once in a hundred thousand times.

use super::super::layer::Map;
use super::hex;

/// Characters that must be printable before the rest is looked at.
const TASTE: usize = 12;

/// Is the whole run hexadecimal of text? `0x` may stand before it.
pub(super) fn is_text(run: &[u8]) -> bool {
    let digits = body(run);
    if !matches!(digits.first(), Some(b'2'..=b'7')) || digits.len() % 2 == 1 || digits.len() < TASTE * 2 {
        return false;
    }
    let printable = |pair: &[u8]| byte(pair).is_some_and(|b| matches!(b, b' '..=b'~' | b'\t' | b'\n' | b'\r'));
    digits.chunks_exact(2).all(printable)
}

/// The text that the digits stand for, and the way back.
pub(super) fn decode(run: &[u8], at: usize) -> Option<(Vec<u8>, Map)> {
    let digits = body(run);
    let bytes: Vec<u8> = digits.chunks_exact(2).map_while(byte).collect();
    let mut map = Map::starting_at(at + run.len() - digits.len());
    map.push(bytes.len(), 1, 2);
    (!bytes.is_empty()).then_some((bytes, map))
}

fn body(run: &[u8]) -> &[u8] {
    run.strip_prefix(b"0x").or_else(|| run.strip_prefix(b"x")).unwrap_or(run)
}

fn byte(pair: &[u8]) -> Option<u8> {
    Some(hex(pair[0])? << 4 | hex(pair[1])?)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::layer::LayerSpan;
    use proptest::prelude::*;

    #[test]
    fn text_is_told_from_hashes_and_numbers() {
        for (run, expected) in [
            ("4163636f756e744b65793d6162636465", true),
            ("0x4163636f756e744b65793d6162636465", true),
            ("4163636f756e744b65793d616263646", false),
            ("41636", false),
            ("da39a3ee5e6b4b0d3255bfef95601890", false),
            ("4163636f756e744b65793d61626364ff", false),
            ("4163636f756e744b65793d6162636zzz", false),
        ] {
            assert_eq!(is_text(run.as_bytes()), expected, "{run}");
        }
    }

    proptest! {
        #[test]
        fn text_survives_and_leads_back(text in "[ -~]{12,60}", at in 0_usize..9, prefixed: bool) {
            let digits: String = text.bytes().map(|b| format!("{b:02x}")).collect();
            let run = if prefixed { format!("0x{digits}") } else { digits };
            prop_assert!(is_text(run.as_bytes()));
            let (bytes, map) = decode(run.as_bytes(), at).unwrap();
            prop_assert_eq!(&bytes, text.as_bytes());
            let back = map.back(LayerSpan::new(1, 3).unwrap());
            let first = at + if prefixed { 2 } else { 0 };
            prop_assert_eq!(back, first + 2..first + 6);
        }
    }
}
