//! Bech32, the checksummed base32 of age keys and of Nostr and Bitcoin.

use super::Checked;

const ALPHABET: &[u8; 32] = b"qpzry9x8gf2tvdw0s3jn54khce6mua7l";

/// Proves a value with this human part (small letters: `age-secret-key-`) by its checksum.
pub fn check(human: &str, value: &[u8]) -> Checked {
    let mixed = value.iter().any(u8::is_ascii_lowercase) && value.iter().any(u8::is_ascii_uppercase);
    let value = value.to_ascii_lowercase();
    let rest = value.strip_prefix(human.as_bytes()).and_then(|rest| rest.strip_prefix(b"1"));
    let digits = rest.and_then(|rest| rest.iter().map(|&b| digit(b)).collect::<Option<Vec<u8>>>());
    match digits {
        Some(digits) if !mixed && digits.len() >= 6 => {
            if sum(human, &digits) == 1 {
                Checked::proved("checksum holds")
            } else {
                Checked::doubtful("its checksum fails: edited or invented")
            }
        }
        _ => Checked::refuted("not Bech32 with this beginning"),
    }
}

/// Encodes bytes behind a human part, all in small letters.
pub fn sign(human: &str, bytes: &[u8]) -> String {
    let bit = |at: usize| bytes.get(at / 8).map_or(0, |byte| byte >> (7 - at % 8) & 1);
    let digit = |at: usize| (0..5).fold(0, |value, i| value << 1 | bit(at + i));
    let mut digits: Vec<u8> = (0..bytes.len() * 8).step_by(5).map(digit).collect();
    let body = digits.len();
    digits.resize(body + 6, 0);
    let sum = sum(human, &digits) ^ 1;
    for (i, digit) in digits[body..].iter_mut().enumerate() {
        *digit = (sum >> (5 * (5 - i)) & 31) as u8;
    }
    let text: String = digits.iter().map(|&d| char::from(ALPHABET[usize::from(d)])).collect();
    format!("{human}1{text}")
}

fn digit(byte: u8) -> Option<u8> {
    ALPHABET.iter().position(|&b| b == byte).and_then(|at| u8::try_from(at).ok())
}

/// The checksum polynomial of BIP 173; 1 for a whole text whose checksum holds.
fn sum(human: &str, digits: &[u8]) -> u32 {
    const GENERATOR: [u32; 5] = [0x3b6a_57b2, 0x2650_8e6d, 0x1ea1_19fa, 0x3d42_33dd, 0x2a14_62b3];
    let high = human.bytes().map(|b| b >> 5);
    let low = human.bytes().map(|b| b & 31);
    high.chain([0]).chain(low).chain(digits.iter().copied()).fold(1, |sum: u32, digit| {
        let top = sum >> 25;
        let next = (sum & 0x1ff_ffff) << 5 ^ u32::from(digit);
        GENERATOR.iter().enumerate().filter(|(i, _)| top >> i & 1 == 1).fold(next, |sum, (_, g)| sum ^ g)
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::check::Outcome;

    /// Valid strings of BIP 173.
    #[test]
    fn the_published_vectors_hold() {
        for (human, value) in [
            ("a", "A12UEL5L"),
            ("a", "a12uel5l"),
            ("abcdef", "abcdef1qpzry9x8gf2tvdw0s3jn54khce6mua7lmqqqxw"),
            ("split", "split1checkupstagehandshakeupstreamerranterredcaperred2y9e3w"),
        ] {
            assert_eq!(check(human, value.as_bytes()).outcome, Outcome::Proved, "{value}");
        }
        for (value, expected) in
            [("a12uel5q", Outcome::Doubtful), ("A12uEL5L", Outcome::Refuted), ("b12uel5l", Outcome::Refuted)]
        {
            assert_eq!(check("a", value.as_bytes()).outcome, expected, "{value}");
        }
    }

    proptest! {
        #[test]
        fn what_was_encoded_is_proved_until_one_character_changes(bytes: [u8; 32], place in 16_usize..60) {
            let key = sign("age-secret-key-", &bytes).to_uppercase();
            prop_assert_eq!(key.len(), 74);
            prop_assert_eq!(check("age-secret-key-", key.as_bytes()).outcome, Outcome::Proved);
            let mut edited = key.into_bytes();
            edited[place] = if edited[place] == b'Q' { b'P' } else { b'Q' };
            prop_assert_eq!(check("age-secret-key-", &edited).outcome, Outcome::Doubtful);
        }

        #[test]
        fn no_input_makes_it_panic(value: Vec<u8>) {
            check("a", &value);
        }
    }
}
