//! Makes the fake secrets behind `@@placeholders@@`.
//!
//! The same rule, name and seed always give the same bytes, on every machine, so
//! examples are stable and no real-looking value is stored. What carries a checksum
//! is really signed, by the twins of the checks; every value passes our own
//! classifier as a literal.

mod dice;
mod signed;
#[cfg(test)]
mod tests;
mod text;

use crate::check::{Class, Outcome, base64, classify, entropy, guid, pem, percent};
use crate::rule::spec::SampleSpec;

use dice::Dice;
use signed::{jwt, made};
use text::characters;

/// Values are drawn again until they look like literals; a short alphabet may never do.
const TRIALS: u32 = 200;

/// Makes the value of a sample.
///
/// `name` is the rule's slug and the sample's name, `azure-storage-account-key/key`;
/// `all` gives other samples of the rule by their name.
///
/// # Errors
/// A sentence about the specification: no form or several, an unknown algorithm, a sample that is not there.
pub fn make(name: &str, spec: &SampleSpec, seed: u64, all: &dyn Fn(&str) -> Option<String>) -> Result<String, String> {
    let mut dice = Dice::new(name, seed);
    let core = core(spec, &mut dice, all)?;
    let whole = format!("{}{core}{}", spec.prefix, spec.suffix);
    spec.encode.iter().try_fold(whole, |text, encoding| encoded(&text, encoding))
}

fn core(spec: &SampleSpec, dice: &mut Dice, all: &dyn Fn(&str) -> Option<String>) -> Result<String, String> {
    let forms = [
        spec.chars.is_some(),
        spec.base64_bytes.is_some(),
        spec.text.is_some(),
        spec.guid,
        spec.jwt.is_some(),
        spec.pem.is_some(),
        spec.made.is_some(),
    ];
    let count = forms.iter().filter(|&&there| there).count();
    if count != 1 {
        return Err(format!(
            "a sample has exactly one of chars, base64-bytes, text, guid, jwt, pem, made; here are {count}"
        ));
    }
    if let Some(text) = &spec.text {
        return filled(text, all);
    }
    if let Some(claims) = &spec.jwt {
        return Ok(jwt(&filled(claims, all)?, dice));
    }
    if let Some(label) = &spec.pem {
        return pem::sign(label, &dice.bytes(1_800)).ok_or_else(|| "cannot make this key".to_owned());
    }
    if spec.guid {
        return Ok(guid::text(dice.guid()));
    }
    if let Some(count) = spec.base64_bytes {
        return Ok(drawn(dice, |dice| {
            let bytes = dice.bytes(count as usize);
            if spec.url { base64::encode_url(&bytes) } else { base64::encode(&bytes) }
        }));
    }
    if let Some(algorithm) = &spec.made {
        return made(algorithm, dice);
    }
    characters(spec.chars.unwrap_or(0) as usize, spec.alphabet.as_deref().unwrap_or("b62"), dice)
}

/// Draws until the value is a literal and, if it is long enough for that, looks random.
fn drawn(dice: &mut Dice, mut draw: impl FnMut(&mut Dice) -> String) -> String {
    let mut value = draw(dice);
    for _ in 0..TRIALS {
        let bytes = value.as_bytes();
        let random = bytes.len() < 16 || entropy::random(bytes).outcome == Outcome::Plausible;
        if random && classify(bytes, None, true) == Class::Literal && classify(bytes, None, false) == Class::Literal {
            break;
        }
        value = draw(dice);
    }
    value
}

/// Replaces every `@@name@@` by that sample. A name is small letters, digits and `-`; other
/// `@` stay, so that `IR@@@guid@@@host` holds the sample `guid` between two of them.
///
/// # Errors
/// A name that `all` does not know.
pub fn filled(text: &str, all: &dyn Fn(&str) -> Option<String>) -> Result<String, String> {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find("@@") {
        let after = &rest[at + 2..];
        let length = after.bytes().take_while(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || *b == b'-').count();
        if length > 0 && after[length..].starts_with("@@") {
            let name = &after[..length];
            out.push_str(&rest[..at]);
            out.push_str(&all(name).ok_or_else(|| format!("there is no sample `{name}`"))?);
            rest = &after[length + 2..];
        } else {
            out.push_str(&rest[..=at]);
            rest = &rest[at + 1..];
        }
    }
    out.push_str(rest);
    Ok(out)
}

fn encoded(text: &str, encoding: &str) -> Result<String, String> {
    Ok(match encoding {
        "base64" => base64::encode(text.as_bytes()),
        "percent" => percent::encode(text.as_bytes()),
        "json" => {
            let quoted = serde_json::Value::from(text).to_string();
            quoted[1..quoted.len() - 1].to_owned()
        }
        "xml" => text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;"),
        "utf16-base64" => base64::encode(&text.encode_utf16().flat_map(u16::to_le_bytes).collect::<Vec<u8>>()),
        other => return Err(format!("no encoding `{other}`: base64, percent, json, xml, utf16-base64")),
    })
}
