//! AWS access key ids: the account number is inside.
//!
//! An id is no secret, it names the one beside it. Ids issued since 2019 carry their
//! account; an older one decodes to a number that means nothing.

use super::Checked;

const ALPHABET: &[u8; 32] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
const MASK: u64 = 0x7fff_ffff_ff80;

/// Learns the account of an id: four letters and 16 characters of base32.
pub fn key_id(value: &[u8]) -> Checked {
    if value.windows(7).any(|w| w.eq_ignore_ascii_case(b"example")) {
        return Checked::refuted("the sample of the documentation");
    }
    let Some((prefix, rest)) = value.split_at_checked(4).filter(|(_, rest)| rest.len() == 16) else {
        return Checked::refuted("not built like an access key id");
    };
    let Some(bits) = decode(rest).filter(|_| prefix.iter().all(u8::is_ascii_uppercase)) else {
        return Checked::refuted("not built like an access key id");
    };
    // Ids before 2019 go on with I or J.
    if matches!(rest[0], b'I' | b'J') {
        return Checked::plausible("AWS access key id, older form");
    }
    let account = (bits & MASK) >> 7;
    if account > 999_999_999_999 {
        return Checked::doubtful("AWS access key id with an account that cannot be");
    }
    Checked::plausible("AWS access key id, account inside").part("account", format!("{account:012}"))
}

/// Makes an id of an account from a prefix and 8 random bytes. `None` for an account of more than 12 digits.
pub fn sign(prefix: &str, account: u64, random: [u8; 8]) -> Option<String> {
    if account > 999_999_999_999 {
        return None;
    }
    // The highest bit chooses the first letter: Q to 7, so that it is never one of the older ids.
    let head = 1 << 47 | account << 7 | u64::from(random[0] & 0x7f);
    let tail = u64::from(u32::from_be_bytes([random[1], random[2], random[3], random[4]]));
    let bits = u128::from(head) << 32 | u128::from(tail);
    let digit = |at: usize| char::from(ALPHABET[(bits >> (75 - 5 * at) & 31) as usize]);
    Some(prefix.chars().chain((0..16).map(digit)).collect())
}

/// The first 48 bits of 16 characters.
fn decode(text: &[u8]) -> Option<u64> {
    let digit = |byte: u8| match byte {
        b'A'..=b'Z' => Some(u128::from(byte - b'A')),
        b'2'..=b'7' => Some(u128::from(byte - b'2' + 26)),
        _ => None,
    };
    let bits = text.iter().try_fold(0_u128, |bits, &byte| Some(bits << 5 | digit(byte)?))?;
    u64::try_from(bits >> 32).ok()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::check::Outcome;

    #[test]
    fn the_account_is_read_from_the_worked_id() {
        let checked = key_id(b"AKIARZPUZDIKGMI6EGSS");
        assert_eq!(checked.outcome, Outcome::Plausible);
        assert_eq!(checked.parts, [("account", "123456789012".to_owned())]);
    }

    #[test]
    fn samples_and_other_shapes_are_refuted() {
        for value in ["AKIAIOSFODNN7EXAMPLE", "AKIA", "AKIARZPUZDIKGMI6EGS1", "akiaRZPUZDIKGMI6EGSS", ""] {
            assert_eq!(key_id(value.as_bytes()).outcome, Outcome::Refuted, "{value}");
        }
        assert_eq!(key_id(b"AKIAIZPUZDIKGMI6EGSS").detail, "AWS access key id, older form");
        assert_eq!(key_id(b"AKIA77777777777777Z7").outcome, Outcome::Doubtful);
    }

    proptest! {
        #[test]
        fn the_account_that_was_written_is_read(account in 0_u64..1_000_000_000_000, random: [u8; 8]) {
            let id = sign("AKIA", account, random).expect("twelve digits");
            prop_assert_eq!(key_id(id.as_bytes()).parts, [("account", format!("{account:012}"))]);
        }

        #[test]
        fn no_input_makes_it_panic(value: Vec<u8>) {
            key_id(&value);
        }
    }
}
