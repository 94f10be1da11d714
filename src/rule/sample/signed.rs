//! Values that an algorithm signs: keys, tokens, client secrets.

use crate::check::{aws, base32_pat, base64, bech32, cask, crc, entra, his, nkey, pfx, refresh_token};

use super::dice::Dice;
use super::text::{AAD66, B62, named_alphabet};
use super::{TRIALS, drawn};

pub(super) fn made(algorithm: &str, dice: &mut Dice) -> Result<String, String> {
    let (kind, rest) = algorithm.split_once(':').unwrap_or((algorithm, ""));
    let unknown = || format!("nothing is known of `{algorithm}`");
    let draw: &dyn Fn(&mut Dice) -> Option<String> = match kind {
        "his-v1" => &|dice| {
            let (signature, seed) = rest.split_once(':')?;
            identifiable(signature, seed, dice)
        },
        "cask" => &|dice| annotated(rest, dice),
        "entra-secret" => &|dice| entra::sign(&format!("{}8Q~{}", dice.of(B62, 3), client_secret_tail(31, dice))),
        "entra-secret-7" => &|dice| Some(format!("{}7Q~{}", dice.of(B62, 3), client_secret_tail(31, dice))),
        "devops-pat" => &|dice| Some(base32_pat::sign(&dice.array(), base32_pat::Issuer::User)),
        "entra-refresh-token" => &|dice| refresh_token::sign(dice.guid(), dice.guid(), &dice.bytes(600)),
        "aws-key-id" => &|dice| aws::sign("AKIA", 100_000_000_000 + dice.next() % 900_000_000_000, dice.array()),
        "age" => &|dice| Some(bech32::sign("age-secret-key-", &dice.bytes(32)).to_uppercase()),
        "nkey" => &|dice| Some(nkey::sign(&dice.array())),
        "pfx" => &|dice| pfx::sign(&dice.bytes(900)),
        _ => &|dice| checksummed(kind, rest, dice),
    };
    draw(dice).ok_or_else(unknown)?;
    Ok(drawn(dice, |dice| draw(dice).unwrap_or_default()))
}

fn identifiable(signature: &str, seed: &str, dice: &mut Dice) -> Option<String> {
    // Search keys are base62 throughout; of 44 characters one in four draws is.
    for _ in 0..TRIALS {
        let key = his::sign(signature, seed, &dice.bytes(64))?;
        if signature != "AzSe" || key.bytes().all(|b| b.is_ascii_alphanumeric()) {
            return Some(key);
        }
    }
    None
}

/// `AZDO:AAAS`, `AZEG:AAAB:long`
fn annotated(fields: &str, dice: &mut Dice) -> Option<String> {
    let mut fields = fields.split(':');
    let (signature, provider) = (fields.next()?, fields.next()?);
    let long = fields.next() == Some("long");
    let random = dice.of(B62, 64);
    // The year letter B: before any day on which an example runs.
    let month = 1 + (dice.next() % 12) as u8;
    cask::sign(&cask::Draft { random: &random, signature, provider, year: 1, month, long })
}

/// The last character before a checksum or the end is a letter: a symbol there would run into the text around.
fn client_secret_tail(count: usize, dice: &mut Dice) -> String {
    format!("{}{}", dice.of(AAD66, count - 1), dice.of(&B62[10..], 1))
}

/// Providers of [`crc`], with the beginning that the sample names.
fn checksummed(kind: &str, start: &str, dice: &mut Dice) -> Option<String> {
    let word = named_alphabet("word");
    let (provider, body) = match kind {
        "github" | "npm" => ("github", format!("{start}{}", dice.of(B62, 30))),
        "gitlab" => ("gitlab", format!("{start}{}.01", dice.of(word, 40))),
        "grafana" => ("grafana", format!("glsa_{}", dice.of(B62, 32))),
        "atlassian" if start == "ATBB" => ("atlassian", format!("{start}{}", dice.of(B62, 24))),
        "atlassian" => ("atlassian", format!("{start}{}=", dice.of(word, 171))),
        "cloudflare" => ("cloudflare", format!("{start}{}", dice.of(B62, 40))),
        "confluent" => ("confluent", format!("cflt{}", dice.of(B62, 54))),
        "zuplo" => ("zuplo", format!("zpka_{}", dice.of(named_alphabet("alnum"), 32))),
        _ => return None,
    };
    crc::sign(provider, &body)
}

/// The claims behind a usual header, with random bytes as signature.
pub(super) fn jwt(claims: &str, dice: &mut Dice) -> String {
    let header = format!(r#"{{"typ":"JWT","alg":"RS256","kid":"{}"}}"#, dice.of(B62, 27));
    let part = |text: &str| base64::encode_url(text.as_bytes());
    format!("{}.{}.{}", part(&header), part(claims), base64::encode_url(&dice.bytes(256)))
}
