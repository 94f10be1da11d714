//! Client secrets of Microsoft Entra applications, every generation.
//!
//! Since about 2022 (`8Q~`) the last three characters are a checksum. `7Q~` has a
//! marker and no checksum; what came before has neither, and only alphabet and
//! randomness speak for it.

use super::{Checked, base64, entropy, guid, marvin32, shape};

const ALPHABET: &[u8; 66] = b"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ1234567890.-_~";
const BODY: usize = 37;

/// Is it a character of a client secret?
pub fn in_alphabet(byte: u8) -> bool {
    ALPHABET.contains(&byte)
}

/// A secret with a marker at offset 3: `8Q~` is proved by its checksum, `7Q~` and later digits are plausible.
pub fn secret(value: &[u8]) -> Checked {
    // A sentence's full stop glued to the secret makes 41 characters.
    let value = if value.len() == 41 { value.strip_suffix(b".").unwrap_or(value) } else { value };
    if !marked(value) || !value.iter().all(|&b| in_alphabet(b)) {
        return Checked::refuted("not built like a client secret");
    }
    if shape::distinct(value) < 10 {
        return Checked::refuted("too few different characters");
    }
    match (value[3], value.len()) {
        (b'8', 40) if value[BODY..] == tail(&value[..BODY]) => {
            Checked::proved("Entra client secret, checksum holds").part("generation", "8Q~")
        }
        (b'8', _) => Checked::doubtful("Entra client secret by its shape, but the checksum fails: edited or invented"),
        (b'7', 37) => Checked::plausible("Entra client secret of 2021, no checksum").part("generation", "7Q~"),
        _ => Checked::plausible("Entra client secret by its marker, no known checksum"),
    }
}

/// A secret without a marker: 32 to 34 printable characters with a symbol, or 44 of base64.
///
/// The caller makes sure of the name beside it: nothing in the value says Entra.
pub fn legacy(value: &[u8]) -> Checked {
    if guid::parse(value).is_some() {
        return Checked::refuted("a GUID");
    }
    if shape::is_date(value) {
        return Checked::refuted("a date");
    }
    let entropy = entropy::shannon(value);
    match value.len() {
        43 | 44 if base64::decode(value).is_some_and(|b| b.len() == 32) && entropy >= 4.2 => {
            Checked::plausible("base64 of 32 bytes, as keys made before 2019")
        }
        32..=34 if value.iter().all(u8::is_ascii_alphanumeric) => Checked::refuted("no symbol in it"),
        32..=34 if value.iter().all(u8::is_ascii_graphic) && entropy >= 3.5 => entropy::random(value),
        _ => Checked::refuted("not built like an older client secret"),
    }
}

/// Appends the checksum to 37 characters that carry `8Q~` at offset 3. `None` for anything else.
pub fn sign(body: &str) -> Option<String> {
    let fits = body.len() == BODY && &body.as_bytes()[3..6] == b"8Q~" && body.bytes().all(in_alphabet);
    let tail = tail(body.as_bytes()).map(char::from);
    fits.then(|| body.chars().chain(tail).collect())
}

fn marked(value: &[u8]) -> bool {
    (37..=40).contains(&value.len()) && value[3].is_ascii_digit() && &value[4..6] == b"Q~"
}

/// The first three of the six digits of the checksum in base 66.
fn tail(body: &[u8]) -> [u8; 3] {
    let checksum = marvin32::checksum(marvin32::seed(b"AadPwd00"), body);
    [66_u32.pow(5), 66_u32.pow(4), 66_u32.pow(3)].map(|place| ALPHABET[(checksum / place % 66) as usize])
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::check::Outcome;

    #[test]
    fn worked_secrets_carry_their_checksum() {
        for (body, tail) in
            [("qdD8Q~Zz9Ijnt21XY_VweZnYu44y~qTTsQHh5", "bDX"), ("Lip8Q~9IUQobBs5bdVJanuRwo.t_1s~zEvLXV", "cLq")]
        {
            let signed = sign(body).expect("a body");
            assert_eq!(signed, format!("{body}{tail}"));
            assert_eq!(secret(signed.as_bytes()).outcome, Outcome::Proved);
            assert_eq!(secret(format!("{signed}.").as_bytes()).outcome, Outcome::Proved, "glued full stop");
        }
        assert_eq!(sign(&format!("zzz8Q~{}", "z".repeat(31))).expect("a body")[37..], *"blP");
    }

    #[test]
    fn generations_are_told_apart() {
        let body = "Lip8Q~9IUQobBs5bdVJanuRwo.t_1s~zEvLXV";
        for (value, expected) in [
            (body.replace('8', "7"), Outcome::Plausible),
            (format!("{}cLq", body.replace('8', "9")), Outcome::Plausible),
            (format!("{body}cLr"), Outcome::Doubtful),
            (format!("{body}dXX"), Outcome::Doubtful),
            (format!("{body}cLqq"), Outcome::Refuted),
            (format!("xxx8Q~{}", "x".repeat(34)), Outcome::Refuted),
            (format!("Lip8Q-{}", &body[6..]), Outcome::Refuted),
        ] {
            assert_eq!(secret(value.as_bytes()).outcome, expected, "{value}");
        }
    }

    #[test]
    fn older_secrets_need_a_symbol_and_randomness() {
        for (value, expected) in [
            ("k:7wT.xq[Zr2Pn-Bv9Lf/Hs4Md_Gc6Yj=", Outcome::Plausible),
            ("pZ1.Qx8_Tn4-Vb6~Kd2.Hs9_Wm3-Rf5~Lc", Outcome::Plausible),
            ("3vR1mT6yK8qW0bN5xZ2cL7jH4gF9dS1aPo0uYtEiQrM=", Outcome::Plausible),
            ("2024-03-07T02:50:56.464790+00:00", Outcome::Refuted),
            ("0123456789abcdef0123456789abcdef", Outcome::Refuted),
            ("7b1cf3a2-93a4-4a5e-8a53-9c1c7e4dbb20", Outcome::Refuted),
            ("my-application-client-secret-name", Outcome::Refuted),
            ("short.one", Outcome::Refuted),
        ] {
            assert_eq!(legacy(value.as_bytes()).outcome, expected, "{value}");
        }
    }

    proptest! {
        #[test]
        fn what_was_signed_is_proved(
            head in "[a-zA-Z0-9]{3}", rest in "[a-zA-Z0-9._~-]{31}",
        ) {
            let signed = sign(&format!("{head}8Q~{rest}")).expect("a body");
            prop_assert!(matches!(signed.as_bytes()[37], b'a'..=b'd'));
            prop_assert_eq!(secret(signed.as_bytes()).outcome, Outcome::Proved);
        }

        #[test]
        fn no_input_makes_it_panic(value: Vec<u8>) {
            secret(&value);
            legacy(&value);
        }
    }
}
