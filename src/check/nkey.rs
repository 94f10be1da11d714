//! Seeds of NATS: base32 of two bytes for the kind, 32 random ones and a CRC-16.

use super::Checked;

const ALPHABET: &[u8; 32] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
/// Whom a seed speaks for, and the letter behind the `S`.
const KINDS: [(u8, &str); 6] =
    [(b'U', "user"), (b'A', "account"), (b'O', "operator"), (b'N', "server"), (b'C', "cluster"), (b'X', "curve")];

/// Proves a seed by its checksum, and tells whose it is.
pub fn check(value: &[u8]) -> Checked {
    let kind = value.get(1).and_then(|letter| KINDS.iter().find(|(known, _)| known == letter));
    let (Some((_, kind)), Some(bytes)) = (kind, decode(value)) else {
        return Checked::refuted("not the seed of a key");
    };
    let (body, stored) = bytes.split_at(34);
    if sum(body).to_le_bytes() == stored {
        Checked::proved("checksum holds").part("kind", *kind)
    } else {
        Checked::doubtful("its checksum fails: edited or invented")
    }
}

/// The seed of a user with this key.
pub fn sign(key: &[u8; 32]) -> String {
    // Eighteen is the `S`, twenty the `U`, five bits each with the key's kind shifted in between.
    let mut bytes = vec![18 << 3 | 20 >> 2, 0];
    bytes.extend_from_slice(key);
    bytes.extend_from_slice(&sum(&bytes).to_le_bytes());
    let bit = |at: usize| bytes.get(at / 8).map_or(0, |byte| byte >> (7 - at % 8) & 1);
    let digit = |at: usize| (0..5).fold(0, |value, i| value << 1 | bit(at + i));
    (0..bytes.len() * 8).step_by(5).map(|at| char::from(ALPHABET[usize::from(digit(at))])).collect()
}

/// The 36 bytes behind 58 characters.
fn decode(value: &[u8]) -> Option<Vec<u8>> {
    if value.len() != 58 {
        return None;
    }
    let (mut bytes, mut held, mut bits) = (Vec::with_capacity(36), 0_u32, 0);
    for letter in value {
        let digit = ALPHABET.iter().position(|known| known == letter)?;
        held = held << 5 | digit as u32;
        bits += 5;
        if bits >= 8 {
            bits -= 8;
            bytes.push((held >> bits) as u8);
            held &= (1 << bits) - 1;
        }
    }
    (bytes.len() == 36).then_some(bytes)
}

/// CRC-16 with the polynomial of XMODEM.
fn sum(bytes: &[u8]) -> u16 {
    bytes.iter().fold(0_u16, |sum, &byte| {
        (0..8).fold(sum ^ u16::from(byte) << 8, |sum, _| sum << 1 ^ if sum & 0x8000 == 0 { 0 } else { 0x1021 })
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::check::Outcome;

    #[test]
    fn the_sum_is_that_of_xmodem() {
        assert_eq!(sum(b"123456789"), 0x31c3);
    }

    #[test]
    fn what_is_no_seed_is_refuted() {
        for value in ["", "SU", "SZAJIHGT7RYOXYTDD6AXQ5HYTOXWFQQO2EMTGV4NV725FO3EM2XX45MB5U", &"SUA1".repeat(15)] {
            assert_eq!(check(value.as_bytes()).outcome, Outcome::Refuted, "{value}");
        }
    }

    proptest! {
        #[test]
        fn what_was_signed_is_proved_and_an_edited_one_is_not(key: [u8; 32], at in 4_usize..58) {
            let seed = sign(&key);
            prop_assert!(seed.starts_with("SUA") && seed.len() == 58, "{seed}");
            prop_assert_eq!(check(seed.as_bytes()).outcome, Outcome::Proved);
            let mut edited = seed.into_bytes();
            edited[at] = if edited[at] == b'A' { b'B' } else { b'A' };
            // The last two bits of the last character count for nothing.
            prop_assume!(at < 57);
            prop_assert_eq!(check(&edited).outcome, Outcome::Doubtful);
        }

        #[test]
        fn no_input_makes_it_panic(value: Vec<u8>, long in prop::collection::vec(any::<u8>(), 58)) {
            check(&value);
            check(&long);
        }
    }
}
