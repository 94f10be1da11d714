//! PKCS#12 containers (`.pfx`, `.p12`), as bytes or in base64.
//!
//! Whether a password protects them cannot be told without trying.

use super::{Checked, base64, pem, percent};

/// A sequence, version 3, and the sequence of its safe.
const VERSION: &[u8] = &[2, 1, 3, 0x30];

/// Proves a container by its frame: the outer sequence ends where the bytes end.
pub fn check(value: &[u8]) -> Checked {
    if value.first() == Some(&0x30) && value.get(1).is_some_and(|b| !b.is_ascii_alphanumeric()) {
        return framed(value);
    }
    let text: Vec<u8> = percent::decode(value).iter().copied().filter(|b| !b.is_ascii_whitespace()).collect();
    match base64::decode(&text) {
        Some(bytes) => framed(&bytes),
        None => match base64::decode(&text[..text.len().min(16)]) {
            Some(bytes) if begins(&bytes) => Checked::doubtful("PKCS#12 container, cut off"),
            _ => Checked::refuted("not a PKCS#12 container"),
        },
    }
}

fn begins(bytes: &[u8]) -> bool {
    matches!(bytes, [0x30, 0x82, _, _, rest @ ..] if rest.starts_with(VERSION))
}

fn framed(bytes: &[u8]) -> Checked {
    if !begins(bytes) {
        return Checked::refuted("not a PKCS#12 container");
    }
    if pem::sequence_end(bytes) == Some(bytes.len()) {
        Checked::proved("PKCS#12 container, complete")
    } else {
        Checked::doubtful("PKCS#12 container, cut off")
    }
}

/// Makes a container in base64 from 900 or more random bytes; there is no key in it.
pub fn sign(random: &[u8]) -> Option<String> {
    let safe = pem::der(random.get(..900)?);
    Some(base64::encode(&pem::der(&[&VERSION[..3], &safe].concat())))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::check::Outcome;

    #[test]
    fn frame_and_length_decide() {
        let random: Vec<u8> = (0..900_u32).map(|i| (i * i + 13 * i) as u8).collect();
        let whole = sign(&random).expect("enough bytes");
        let bytes = base64::decode(whole.as_bytes()).expect("base64");
        assert!(whole.starts_with("MII") && whole[6..].starts_with("IBAzCC"), "{whole}");
        for (value, expected) in [
            (whole.as_bytes(), Outcome::Proved),
            (bytes.as_slice(), Outcome::Proved),
            (&bytes[..500], Outcome::Doubtful),
            (&whole.as_bytes()[..400], Outcome::Doubtful),
            (&whole.as_bytes()[..401], Outcome::Doubtful),
            (b"MIIEvQIBADANBgkqhkiG9w0BAQEFAASC", Outcome::Refuted),
            (b"", Outcome::Refuted),
        ] {
            assert_eq!(check(value).outcome, expected, "{} bytes", value.len());
        }
    }

    proptest! {
        #[test]
        fn no_input_makes_it_panic(value: Vec<u8>) {
            check(&value);
            check(&[b"\x30\x82".as_slice(), &value].concat());
        }
    }
}
