//! CRC32 checksums that token makers put at the end: the same sum, written seven ways.
//!
//! A failing checksum is doubtful, never refuted: documentation and tests are full of
//! edited tokens, and an edited token was often a real one.

use super::{Checked, base64};

const BASE62: &[u8; 62] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

/// Proves a token in the way of `provider`: `github` (also npm), `gitlab`, `grafana`,
/// `atlassian`, `cloudflare`, `confluent`, `zuplo`. Another name, or a form of that
/// provider that carries no checksum, is plausible.
pub fn check(provider: &str, value: &[u8]) -> Checked {
    let Some(cut) = cut(provider, value) else { return Checked::plausible("a form without a checksum") };
    if cut.hashed.iter().any(|hashed| written(provider, hashed).as_bytes() == cut.stored) {
        Checked::proved("checksum holds")
    } else {
        Checked::doubtful("its checksum fails: edited or invented")
    }
}

/// Appends the checksum to a token that ends before it; `None` for an unknown provider.
///
/// For GitLab the body ends with the version: `glpat-….01`.
pub fn sign(provider: &str, body: &str) -> Option<String> {
    let text = body.as_bytes();
    let from = |at: usize| text.get(at..);
    Some(match provider {
        "github" => format!("{body}{}", written(provider, from(4)?)),
        "gitlab" => {
            let payload = body.strip_prefix("glpat-")?.split('.').next()?;
            let length = base36(u32::try_from(payload.len()).ok()?, 2);
            let body = format!("{body}.{length}");
            let sum = written(provider, body.as_bytes());
            format!("{body}{sum}")
        }
        "grafana" => format!("{body}_{}", written(provider, text)),
        "atlassian" => format!("{body}{}", written(provider, text)),
        "cloudflare" => format!("{body}{}", written(provider, from(5)?)),
        "confluent" => format!("{body}{}", written(provider, from(4)?)),
        "zuplo" => format!("{body}_{}", written(provider, from(5)?)),
        _ => return None,
    })
}

struct Cut<'a> {
    /// What may have been hashed: makers differ in whether the prefix counts.
    hashed: Vec<&'a [u8]>,
    stored: &'a [u8],
}

/// `None` if the value has no place for a checksum.
fn cut<'a>(provider: &str, value: &'a [u8]) -> Option<Cut<'a>> {
    let tail = |count: usize| value.split_at_checked(value.len().checked_sub(count)?);
    let one = |hashed: &'a [u8], stored: &'a [u8]| Some(Cut { hashed: vec![hashed], stored });
    match provider {
        "github" => {
            let (body, stored) = tail(6)?;
            let known = matches!(value.len(), 40 | 80) && value[3] == b'_';
            known.then(|| Cut { hashed: vec![&body[4..], body], stored })
        }
        "gitlab" => {
            let (body, stored) = tail(7)?;
            let dotted = body.len() >= 6 && body[body.len() - 3] == b'.' && body[body.len() - 6] == b'.';
            dotted.then(|| Cut { hashed: vec![body], stored })
        }
        "grafana" if value.len() == 46 => one(&value[..37], &value[38..]),
        "atlassian" if value.starts_with(b"ATATT3xFfGF0") && value.len() > 100 || value.starts_with(b"ATBB") => {
            let (body, stored) = tail(8)?;
            one(body, stored)
        }
        "cloudflare" if value.len() == 53 => one(&value[5..45], &value[45..]),
        "confluent" if value.len() == 64 => one(&value[4..58], &value[58..]),
        "zuplo" if value.len() == 46 => one(&value[5..37], &value[38..]),
        _ => None,
    }
}

fn written(provider: &str, hashed: &[u8]) -> String {
    let sum = crc32fast::hash(hashed);
    match provider {
        "github" => base62(sum),
        "gitlab" => base36(sum, 7),
        "grafana" => format!("{:08x}", sum.swap_bytes()),
        "atlassian" => format!("{sum:08X}"),
        "confluent" => base64::encode(&sum.to_le_bytes())[..6].to_owned(),
        _ => format!("{sum:08x}"),
    }
}

fn base62(mut number: u32) -> String {
    let mut digits = [b'0'; 6];
    for digit in digits.iter_mut().rev() {
        *digit = BASE62[(number % 62) as usize];
        number /= 62;
    }
    digits.map(char::from).iter().collect()
}

fn base36(mut number: u32, width: usize) -> String {
    let mut digits = vec![b'0'; width];
    for digit in digits.iter_mut().rev() {
        *digit = BASE62[(number % 36) as usize].to_ascii_lowercase();
        number /= 36;
    }
    digits.into_iter().map(char::from).collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::check::Outcome;

    /// The sum of `123456789` is the standard's own check value, 0xcbf43926.
    #[test]
    fn the_sum_is_written_as_each_provider_does() {
        for (provider, expected) in [
            ("github", "3jZRME"),
            ("gitlab", "1kl8mjq"),
            ("grafana", "2639f4cb"),
            ("atlassian", "CBF43926"),
            ("cloudflare", "cbf43926"),
            ("confluent", "Jjn0yw"),
            ("zuplo", "cbf43926"),
        ] {
            assert_eq!(written(provider, b"123456789"), expected, "{provider}");
        }
    }

    #[test]
    fn other_forms_of_a_provider_have_no_checksum() {
        for (provider, value) in [
            ("github", "github_pat_abc"),
            ("gitlab", "glpat-abcdefghij0123456789"),
            ("atlassian", "abcdefghijklmnopqrstuvwx"),
            ("somebody", "x"),
            ("grafana", ""),
        ] {
            assert_eq!(check(provider, value.as_bytes()).outcome, Outcome::Plausible, "{provider} {value}");
        }
    }

    proptest! {
        #[test]
        fn what_was_signed_is_proved_until_one_character_changes(
            b62 in "[0-9A-Za-z]{54}", word in "[0-9A-Za-z_-]{180}", place in 12_usize..30,
        ) {
            for (provider, body) in [
                ("github", format!("ghp_{}", &b62[..30])),
                ("github", format!("npm_{}", &b62[..30])),
                ("gitlab", format!("glpat-{}.01", &word[..50])),
                ("grafana", format!("glsa_{}", &b62[..32])),
                ("atlassian", format!("ATATT3xFfGF0{word}=")),
                ("atlassian", format!("ATBB{}", &b62[..24])),
                ("cloudflare", format!("cfut_{}", &b62[..40])),
                ("confluent", format!("cflt{}", &b62)),
                ("zuplo", format!("zpka_{}", &b62[..32])),
            ] {
                let token = sign(provider, &body).expect("known provider");
                prop_assert_eq!(check(provider, token.as_bytes()).outcome, Outcome::Proved, "{}", token);
                let mut edited = token.into_bytes();
                edited[place] = if edited[place] == b'a' { b'b' } else { b'a' };
                prop_assert_eq!(check(provider, &edited).outcome, Outcome::Doubtful);
            }
        }

        #[test]
        fn no_input_makes_it_panic(value: Vec<u8>) {
            for provider in ["github", "gitlab", "grafana", "atlassian", "cloudflare", "confluent", "zuplo"] {
                check(provider, &value);
            }
        }
    }
}
