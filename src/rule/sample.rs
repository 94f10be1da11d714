//! The fake secrets behind `@@placeholders@@`: made when they are needed, never stored.
//!
//! The same rule, name and seed give the same value. Signed formats are really
//! signed, so the examples test the checks as well. Every value passes our own
//! classifier, or another one is drawn.

use std::fmt::Write as _;

use super::spec::SampleSpec;
use crate::check::base32_pat::Issuer;
use crate::check::class::{Class, classify};
use crate::check::{aws, base32_pat, base64, bech32, cask, crc, entra, guid, his, pem, percent, pfx, refresh_token};

/// Draws before giving up on a value that the classifier believes.
const DRAWS: u64 = 200;

/// Makes the sample `key` (rule and name). `other` gives samples that a `text` or `jwt` refers to.
///
/// # Errors
/// What the spec lacks, or an unknown algorithm, alphabet or encoding.
pub fn make(key: &str, spec: &SampleSpec, seed: u64, other: &dyn Fn(&str) -> Option<String>) -> Result<String, String> {
    let mut last = String::new();
    for draw in 0..DRAWS {
        let mut random = Random::new(key, seed.wrapping_mul(1_000).wrapping_add(draw));
        let body = body(spec, &mut random, other)?;
        last = encoded(format!("{}{body}{}", spec.prefix, spec.suffix), &spec.encode)?;
        let free = spec.text.is_none() && spec.jwt.is_none() && spec.pem.is_none() && !spec.guid;
        if !free || classify(last.as_bytes(), None, true) == Class::Literal {
            return Ok(last);
        }
    }
    Ok(last)
}

/// A small generator (SplitMix64 by Sebastiano Vigna): the same on every machine and for ever.
struct Random(u64);

impl Random {
    fn new(key: &str, seed: u64) -> Self {
        // FNV-1a of the key, so that each sample has its own sequence.
        let hash = key.bytes().fold(0xcbf2_9ce4_8422_2325, |hash: u64, byte| {
            (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3)
        });
        Self(hash ^ seed.wrapping_mul(0x9e37_79b9_7f4a_7c15))
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    fn bytes(&mut self, count: usize) -> Vec<u8> {
        std::iter::repeat_with(|| self.next().to_le_bytes()).flatten().take(count).collect()
    }

    fn chars(&mut self, count: usize, alphabet: &[u8]) -> String {
        (0..count).map(|_| char::from(alphabet[(self.next() >> 33) as usize % alphabet.len()])).collect()
    }
}

const B62: &[u8] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

fn alphabet(name: &str) -> &[u8] {
    match name {
        "hex" => b"0123456789abcdef",
        "HEX" => b"0123456789ABCDEF",
        "b62" => B62,
        "b64" => b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/",
        "b64url" => b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_",
        "b32" => b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567",
        "b32lower" => b"abcdefghijklmnopqrstuvwxyz234567",
        "aad66" => b"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ1234567890.-_~",
        "alnum" => b"0123456789abcdefghijklmnopqrstuvwxyz",
        "ALNUM" => b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ",
        "digits" => b"0123456789",
        "letters" => b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz",
        "word" => b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_",
        "password" => b"abcdefghijkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789!-_.",
        other => other.as_bytes(),
    }
}

fn body(spec: &SampleSpec, random: &mut Random, other: &dyn Fn(&str) -> Option<String>) -> Result<String, String> {
    if let Some(count) = spec.chars {
        let name = spec.alphabet.as_deref().unwrap_or("b62");
        return Ok(random.chars(count as usize, alphabet(name)));
    }
    if let Some(count) = spec.base64_bytes {
        let bytes = random.bytes(count as usize);
        let text = base64::encode(&bytes);
        return Ok(if spec.url { text.replace('+', "-").replace('/', "_").replace('=', "") } else { text });
    }
    if spec.guid {
        let bytes: [u8; 16] = random.bytes(16).try_into().map_err(|_| "16 bytes")?;
        let version_4 = u128::from_be_bytes(bytes) & !(0xf << 76) & !(0b11 << 62) | 4 << 76 | 0b10 << 62;
        return Ok(guid::text(version_4));
    }
    if let Some(text) = &spec.text {
        return filled(text, other);
    }
    if let Some(claims) = &spec.jwt {
        let claims = filled(claims, other)?;
        let part = |bytes: &[u8]| base64::encode(bytes).replace('+', "-").replace('/', "_").replace('=', "");
        let header = part(br#"{"typ":"JWT","alg":"RS256","kid":"a1B2c3D4e5F6"}"#);
        return Ok(format!("{header}.{}.{}", part(claims.as_bytes()), part(&random.bytes(256))));
    }
    if let Some(label) = &spec.pem {
        return pem::sign(label, &random.bytes(1_800)).ok_or_else(|| format!("`{label}` is not a label"));
    }
    let made = spec.made.as_deref().ok_or("has none of chars, base64-bytes, text, guid, jwt, pem, made")?;
    signed(made, random).ok_or_else(|| format!("`{made}` is not an algorithm that samples are made by"))
}

fn filled(text: &str, other: &dyn Fn(&str) -> Option<String>) -> Result<String, String> {
    let mut out = String::new();
    for (index, piece) in text.split("@@").enumerate() {
        if index % 2 == 0 {
            out.push_str(piece);
        } else {
            out.push_str(&other(piece).ok_or_else(|| format!("@@{piece}@@ is not a sample"))?);
        }
    }
    Ok(out)
}

/// `algorithm:argument:argument`
fn signed(made: &str, random: &mut Random) -> Option<String> {
    let mut words = made.split(':');
    let (algorithm, first, second) = (words.next()?, words.next().unwrap_or(""), words.next().unwrap_or(""));
    match algorithm {
        "his-v1" => his::sign(first, second, &random.bytes(64)),
        "cask" | "cask-long" => cask::sign(&cask::Draft {
            random: &random.chars(64, B62),
            signature: first,
            provider: second,
            year: 2,
            month: 5,
            long: algorithm == "cask-long",
        }),
        "entra-secret" => {
            let aad = alphabet("aad66");
            entra::sign(&format!("{}8Q~{}", random.chars(3, B62), random.chars(31, aad)))
        }
        "entra-secret-7" => Some(format!("{}7Q~{}", random.chars(3, B62), random.chars(31, alphabet("aad66")))),
        "devops-pat" => Some(base32_pat::sign(&random.bytes(28).try_into().ok()?, Issuer::User)),
        "devops-app-token" => Some(base32_pat::sign(&random.bytes(28).try_into().ok()?, Issuer::Application)),
        "entra-refresh-token" => {
            let mut id = || u128::from_be_bytes(random.bytes(16).try_into().expect("16")) & !(0xf << 76) | 4 << 76;
            let (tenant, client) = (id(), id());
            refresh_token::sign(tenant, client, &random.bytes(300))
        }
        "github" | "npm" => crc::sign("github", &format!("{first}{}", random.chars(30, B62))),
        "gitlab" => crc::sign("gitlab", &format!("{first}{}.01", random.chars(40, B62))),
        "grafana" => crc::sign("grafana", &format!("glsa_{}", random.chars(32, B62))),
        "atlassian" if first == "ATBB" => crc::sign("atlassian", &format!("ATBB{}", random.chars(24, B62))),
        "atlassian" => crc::sign("atlassian", &format!("{first}{}=", random.chars(170, B62))),
        "cloudflare" => crc::sign("cloudflare", &format!("{first}{}", random.chars(40, B62))),
        "confluent" => crc::sign("confluent", &format!("cflt{}", random.chars(54, B62))),
        "zuplo" => crc::sign("zuplo", &format!("zpka_{}", random.chars(32, B62))),
        "aws-key-id" => aws::sign("AKIA", 100_000_000_000 + random.next() % 800_000_000_000, random.bytes(8).try_into().ok()?),
        "age" => Some(bech32::sign("age-secret-key-", &random.bytes(32)).to_ascii_uppercase()),
        "pfx" => pfx::sign(&random.bytes(900)),
        _ => None,
    }
}

fn encoded(mut text: String, how: &[String]) -> Result<String, String> {
    for step in how {
        text = match step.as_str() {
            "base64" => base64::encode(text.as_bytes()),
            "utf16-base64" => base64::encode(&text.encode_utf16().flat_map(u16::to_le_bytes).collect::<Vec<_>>()),
            "percent" => percent::encode(text.as_bytes()),
            "json" => text.chars().fold(String::new(), |mut out, c| {
                match c {
                    '"' | '\\' => out.extend(['\\', c]),
                    '\n' => out.push_str("\\n"),
                    c if c.is_control() => _ = write!(out, "\\u{:04x}", u32::from(c)),
                    c => out.push(c),
                }
                out
            }),
            "xml" => text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;"),
            other => return Err(format!("`{other}` is not an encoding")),
        };
    }
    Ok(text)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::check::{Checked, Outcome};
    use crate::model::Day;

    fn sample(made: &str, seed: u64) -> String {
        let spec = SampleSpec { made: Some(made.to_owned()), ..SampleSpec::default() };
        make("test", &spec, seed, &|_| None).expect(made)
    }

    type Check = fn(&[u8]) -> Checked;

    const SIGNED: [(&str, Check); 12] = [
        ("his-v1:+ASt:Default0", |v| crate::check::his::check(v)),
        ("his-v1:+ASb:Manage00", |v| crate::check::his::check(v)),
        ("his-v1:AIoT:IoTHub00", |v| crate::check::his::check(v)),
        ("cask:AZDO:AAAS", |v| crate::check::cask::check(v, Day::from_unix(1_800_000_000))),
        ("cask-long:AZEG:AAAB", |v| crate::check::cask::check(v, Day::from_unix(1_800_000_000))),
        ("entra-secret", |v| crate::check::entra::secret(v)),
        ("devops-pat", |v| crate::check::base32_pat::check(v)),
        ("github:ghp_", |v| crc::check("github", v)),
        ("grafana", |v| crc::check("grafana", v)),
        ("atlassian:ATATT3xFfGF0", |v| crc::check("atlassian", v)),
        ("cloudflare:cfut_", |v| crc::check("cloudflare", v)),
        ("age", |v| crate::check::bech32::check("age-secret-key-", v)),
    ];

    #[test]
    fn signed_samples_prove_and_one_changed_character_loses_the_proof() {
        for (made, check) in SIGNED {
            for seed in 0..50 {
                let value = sample(made, seed);
                assert_eq!(check(value.as_bytes()).outcome, Outcome::Proved, "{made} seed {seed}");
                let mut changed = value.clone().into_bytes();
                let at = 24 + seed as usize % 8;
                changed[at] = if changed[at] == b'q' { b'p' } else { b'q' };
                assert_ne!(check(&changed).outcome, Outcome::Proved, "{made} seed {seed}");
            }
        }
    }

    #[test]
    fn the_same_seed_gives_the_same_value_and_another_another() {
        assert_eq!(sample("entra-secret", 7), sample("entra-secret", 7));
        assert_ne!(sample("entra-secret", 7), sample("entra-secret", 8));
    }
}
