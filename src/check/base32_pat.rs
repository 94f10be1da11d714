//! The older personal access token of Azure DevOps: 52 characters of base32 with a CRC inside.
//!
//! Published examples are doctored and fail it, base32 hashes of other systems too:
//! with this check the shape needs no name beside it.

use super::Checked;
use crate::model::Severity;

const ALPHABET: &[u8; 32] = b"abcdefghijklmnopqrstuvwxyz234567";

/// Whose token: the two ways the stored CRC is disguised.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Issuer {
    /// Made by a person.
    User,
    /// Made by an application.
    Application,
}

impl Issuer {
    fn magic(self) -> u32 {
        match self {
            Self::User => 0xE0B9_692D,
            Self::Application => 0x1019_F92E,
        }
    }
}

/// Proves a token by its CRC. A failing one is doubtful: only an explicit name can carry it.
pub fn check(value: &[u8]) -> Checked {
    let Some(bytes) = decode(value) else { return Checked::doubtful("not 52 characters of base32") };
    let (token, stored) = taken_apart(&bytes);
    let disguised = crc32fast::hash(&token) ^ stored;
    match [Issuer::User, Issuer::Application].into_iter().find(|issuer| issuer.magic() == disguised) {
        Some(Issuer::User) => proved("user"),
        Some(Issuer::Application) => proved("application"),
        None => Checked::doubtful("checksum fails: not a token of Azure DevOps, or an edited one"),
    }
}

fn proved(issuer: &'static str) -> Checked {
    Checked::proved(format!("Azure DevOps {issuer} token, checksum holds"))
        .severity(Severity::Critical)
        .part("issued-to", issuer)
}

/// Makes a token that validates, from 28 random bytes.
pub fn sign(random: &[u8; 28], issuer: Issuer) -> String {
    let [a, b, c, d] = (crc32fast::hash(random) ^ issuer.magic()).to_be_bytes();
    let mut bytes = Vec::with_capacity(33);
    bytes.extend([random[0], random[1], a]);
    bytes.extend(&random[2..6]);
    bytes.extend([b, c]);
    bytes.extend(&random[6..19]);
    bytes.push(d);
    bytes.extend(&random[19..]);
    encode(&bytes)
}

fn decode(value: &[u8]) -> Option<[u8; 32]> {
    if value.len() != 52 {
        return None;
    }
    let mut out = [0; 32];
    let (mut bits, mut held, mut at) = (0_u32, 0_u32, 0);
    for &byte in value {
        let digit = match byte {
            b'a'..=b'z' => byte - b'a',
            b'2'..=b'7' => byte - b'2' + 26,
            _ => return None,
        };
        bits = bits << 5 | u32::from(digit);
        held += 5;
        if held >= 8 {
            held -= 8;
            out[at] = (bits >> held & 0xff) as u8;
            at += 1;
        }
    }
    Some(out)
}

fn encode(bytes: &[u8]) -> String {
    let bit = |at: usize| bytes.get(at / 8).map_or(0, |byte| byte >> (7 - at % 8) & 1);
    let digit = |at: usize| (0..5).fold(0, |value, i| value << 1 | bit(at + i));
    (0..bytes.len() * 8).step_by(5).map(|at| char::from(ALPHABET[usize::from(digit(at))])).collect()
}

/// The 28 bytes that are hashed, and the CRC that lies scattered among them.
fn taken_apart(b: &[u8; 32]) -> ([u8; 28], u32) {
    let mut token = [0; 28];
    token[..2].copy_from_slice(&b[..2]);
    token[2..6].copy_from_slice(&b[3..7]);
    token[6..19].copy_from_slice(&b[9..22]);
    token[19..].copy_from_slice(&b[23..]);
    (token, u32::from_be_bytes([b[2], b[7], b[8], b[22]]))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::check::Outcome;

    #[test]
    fn the_worked_token_is_proved_and_an_edited_one_is_not() {
        let token = "tr6gz33frezeagkmgrlw2wkelviiwc6wb4czej7nj53lg3qtklkq";
        let checked = check(token.as_bytes());
        assert_eq!(checked.outcome, Outcome::Proved);
        assert_eq!(checked.parts, [("issued-to", "user".to_owned())]);
        assert_eq!(check(token.replace("gz33", "gz34").as_bytes()).outcome, Outcome::Doubtful);
        assert_eq!(check(&token.as_bytes()[1..]).outcome, Outcome::Doubtful);
    }

    proptest! {
        #[test]
        fn what_was_signed_is_proved(random: [u8; 28]) {
            for issuer in [Issuer::User, Issuer::Application] {
                let token = sign(&random, issuer);
                prop_assert_eq!(token.len(), 52);
                prop_assert!(token.ends_with(['a', 'q']));
                prop_assert_eq!(check(token.as_bytes()).outcome, Outcome::Proved);
            }
        }

        #[test]
        fn no_input_makes_it_panic(value: Vec<u8>, long in prop::collection::vec(any::<u8>(), 52)) {
            check(&value);
            check(&long);
        }
    }
}
