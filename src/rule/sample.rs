//! Makes the fake secrets behind `@@placeholders@@`.
//!
//! The same rule, name and seed always give the same bytes, on every machine, so
//! examples are stable and no real-looking value is stored. What carries a checksum
//! is really signed, by the twins of the checks; every value passes our own
//! classifier as a literal.

use crate::check::{
    Class, Outcome, aws, base32_pat, base64, bech32, cask, classify, crc, entra, entropy, guid, his, pem, percent, pfx,
    refresh_token,
};
use crate::rule::spec::SampleSpec;

/// Values are drawn again until they look like literals; a short alphabet may never do.
const TRIALS: u32 = 200;

const B62: &str = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
const AAD66: &str = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ1234567890.-_~";

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

fn characters(count: usize, alphabet: &str, dice: &mut Dice) -> Result<String, String> {
    if alphabet.is_empty() {
        return Err("an alphabet has at least one character".to_owned());
    }
    if alphabet == "password" {
        return Ok(drawn(dice, |dice| password(count, dice)));
    }
    let symbols: Vec<char> = named_alphabet(alphabet).chars().collect();
    Ok(drawn(dice, |dice| {
        let mut text: String = (0..count).map(|_| symbols[dice.below(symbols.len())]).collect();
        if alphabet == "aad66" && count >= 8 {
            // Older client secrets are known by a symbol; at the ends one would run into the text around.
            for at in [0, count - 1] {
                text.replace_range(at..=at, &AAD66[dice.below(26)..][..1]);
            }
            let at = 1 + dice.below(count - 2);
            text.replace_range(at..=at, &".-_~"[dice.below(4)..][..1]);
        }
        text
    }))
}

fn named_alphabet(name: &str) -> &str {
    match name {
        "hex" => "0123456789abcdef",
        "HEX" => "0123456789ABCDEF",
        "b62" => B62,
        "b64" => "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/",
        "b64url" | "word" => "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_",
        "b32" => "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567",
        "b32lower" => "abcdefghijklmnopqrstuvwxyz234567",
        "aad66" => AAD66,
        "alnum" => "abcdefghijklmnopqrstuvwxyz0123456789",
        "ALNUM" => &B62[..36],
        "digits" => "0123456789",
        "letters" => &B62[10..],
        own => own,
    }
}

/// Of all classes, beginning and ending with a letter; only symbols that no format has to escape.
fn password(count: usize, dice: &mut Dice) -> String {
    const CLASSES: [&str; 4] = ["ABCDEFGHJKLMNPQRSTUVWXYZ", "abcdefghijkmnpqrstuvwxyz", "23456789", "-_.~*"];
    let pick = |class: &str, dice: &mut Dice| class.as_bytes()[dice.below(class.len())];
    let class = |at: usize, dice: &mut Dice| match at {
        0 => 1,
        _ if at + 1 == count => 0,
        1..=3 => at,
        _ => dice.below(CLASSES.len()),
    };
    (0..count).map(|at| char::from(pick(CLASSES[class(at, dice)], dice))).collect()
}

fn made(algorithm: &str, dice: &mut Dice) -> Result<String, String> {
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
fn jwt(claims: &str, dice: &mut Dice) -> String {
    let header = format!(r#"{{"typ":"JWT","alg":"RS256","kid":"{}"}}"#, dice.of(B62, 27));
    let part = |text: &str| base64::encode_url(text.as_bytes());
    format!("{}.{}.{}", part(&header), part(claims), base64::encode_url(&dice.bytes(256)))
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

/// SplitMix64 (Steele, Lea and Flood, 2014): small, and the same on every machine for ever.
struct Dice(u64);

impl Dice {
    fn new(name: &str, seed: u64) -> Self {
        // FNV-1a of the name, so that neighbouring names have nothing in common.
        let hash = name
            .bytes()
            .fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3));
        let mut mixed = Self(seed);
        let seed = mixed.next();
        Self(hash ^ seed)
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let z = (self.0 ^ self.0 >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let z = (z ^ z >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ z >> 31
    }

    fn below(&mut self, count: usize) -> usize {
        ((u128::from(self.next()) * count as u128) >> 64) as usize
    }

    fn bytes(&mut self, count: usize) -> Vec<u8> {
        (0..count).map(|_| (self.next() >> 56) as u8).collect()
    }

    fn array<const N: usize>(&mut self) -> [u8; N] {
        std::array::from_fn(|_| (self.next() >> 56) as u8)
    }

    fn of(&mut self, alphabet: &str, count: usize) -> String {
        (0..count).map(|_| char::from(alphabet.as_bytes()[self.below(alphabet.len())])).collect()
    }

    /// Version 4, the usual variant.
    fn guid(&mut self) -> u128 {
        let bits = u128::from(self.next()) << 64 | u128::from(self.next());
        bits & !(0xf << 76) & !(3 << 62) | 4 << 76 | 2 << 62
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::check::{Checked, jwt};
    use crate::model::Day;

    fn none(_: &str) -> Option<String> {
        None
    }

    fn signed(algorithm: &str) -> SampleSpec {
        SampleSpec { made: Some(algorithm.to_owned()), ..SampleSpec::default() }
    }

    fn day() -> Day {
        Day::parse("2026-01-01").expect("a day")
    }

    type Proof = fn(&[u8]) -> Checked;

    /// Every algorithm, its check, and whether that can be proved and lost.
    const SIGNED: [(&str, Proof, usize); 31] = [
        ("his-v1:+ASt:Default0", his::check, 88),
        ("his-v1:+ASb:Manage00", his::check, 44),
        ("his-v1:+AEh:Send0000", his::check, 44),
        ("his-v1:+ARm:Listen00", his::check, 44),
        ("his-v1:AIoT:Device00", his::check, 44),
        ("his-v1:AzCa:Access00", his::check, 44),
        ("his-v1:AZEG:SendRecv", his::check, 44),
        ("his-v1:+ACR:ACRDflt0", his::check, 52),
        ("his-v1:AzSe:Query000", his::check, 52),
        ("his-v1:AzFu:Master00", his::check, 56),
        ("his-v1:ACDb:MastRO00", his::check, 88),
        ("his-v1:APIM:IoTHub00", his::check, 88),
        ("his-v1:+ABa:AbAcct00", his::check, 88),
        ("his-v1:+AMC:Classic0", his::check, 88),
        ("cask:AZDO:AAAS", |v| cask::check(v, day()), 84),
        ("cask:ACOG:AAAB", |v| cask::check(v, day()), 84),
        ("cask:AZEG:AAAB:long", |v| cask::check(v, day()), 88),
        ("entra-secret", entra::secret, 40),
        ("devops-pat", base32_pat::check, 52),
        ("github:ghp_", |v| crc::check("github", v), 40),
        ("npm:npm_", |v| crc::check("github", v), 40),
        ("gitlab:glpat-", |v| crc::check("gitlab", v), 59),
        ("grafana", |v| crc::check("grafana", v), 46),
        ("atlassian:ATATT3xFfGF0", |v| crc::check("atlassian", v), 192),
        ("atlassian:ATBB", |v| crc::check("atlassian", v), 36),
        ("cloudflare:cfut_", |v| crc::check("cloudflare", v), 53),
        ("cloudflare:cfat_", |v| crc::check("cloudflare", v), 53),
        ("confluent", |v| crc::check("confluent", v), 64),
        ("zuplo", |v| crc::check("zuplo", v), 46),
        ("age", |v| bech32::check("age-secret-key-", v), 74),
        ("his-v1:AzFu:Functi00", his::check, 56),
    ];

    #[test]
    fn every_signed_sample_is_proved_and_one_changed_character_loses_it() {
        for (algorithm, check, length) in SIGNED {
            for seed in 0..200 {
                let sample = make("rule/key", &signed(algorithm), seed, &none).expect("known");
                assert_eq!(sample.len(), length, "{algorithm} {sample}");
                assert_eq!(check(sample.as_bytes()).outcome, Outcome::Proved, "{algorithm} {sample}");
                let mut edited = sample.into_bytes();
                let at = 16 + seed as usize % 10;
                edited[at] = if edited[at].eq_ignore_ascii_case(&b'q') { b'7' } else { b'q' };
                if algorithm == "age" {
                    edited.make_ascii_uppercase();
                }
                assert_ne!(check(&edited).outcome, Outcome::Proved, "{algorithm} {seed} {at}");
            }
        }
    }

    #[test]
    fn structured_samples_are_accepted_by_their_checks() {
        for seed in 0..50 {
            for (algorithm, check) in [("entra-refresh-token", refresh_token::check as Proof), ("pfx", pfx::check)] {
                let sample = make("rule/key", &signed(algorithm), seed, &none).expect("known");
                assert_eq!(check(sample.as_bytes()).outcome, Outcome::Proved, "{algorithm} {sample}");
            }
            let id = make("rule/id", &signed("aws-key-id"), seed, &none).expect("known");
            assert!(aws::key_id(id.as_bytes()).parts.iter().any(|part| part.0 == "account"), "{id}");
            let older = make("rule/key", &signed("entra-secret-7"), seed, &none).expect("known");
            assert_eq!((older.len(), entra::secret(older.as_bytes()).outcome), (37, Outcome::Plausible), "{older}");
            for label in
                ["RSA PRIVATE KEY", "PRIVATE KEY", "EC PRIVATE KEY", "OPENSSH PRIVATE KEY", "ENCRYPTED PRIVATE KEY"]
            {
                let spec = SampleSpec { pem: Some(label.to_owned()), ..SampleSpec::default() };
                let key = make("rule/pem", &spec, seed, &none).expect("a label");
                assert_eq!(pem::check(key.as_bytes()).outcome, Outcome::Proved, "{label}");
            }
        }
    }

    #[test]
    fn drawn_characters_look_like_secrets() {
        for (alphabet, chars) in [
            ("hex", 32),
            ("HEX", 32),
            ("b62", 40),
            ("b64", 43),
            ("b64url", 43),
            ("b32", 52),
            ("b32lower", 52),
            ("aad66", 34),
            ("alnum", 32),
            ("ALNUM", 26),
            ("word", 40),
            ("password", 14),
            ("password", 20),
            ("b62", 24),
        ] {
            let spec = SampleSpec { chars: Some(chars), alphabet: Some(alphabet.to_owned()), ..SampleSpec::default() };
            for seed in 0..100 {
                let value = make("rule/x", &spec, seed, &none).expect("an alphabet");
                assert_eq!(value.len(), chars as usize);
                assert_eq!(classify(value.as_bytes(), None, true), Class::Literal, "{alphabet} {value}");
                if chars >= 16 {
                    assert_eq!(entropy::random(value.as_bytes()).outcome, Outcome::Plausible, "{alphabet} {value}");
                }
                if alphabet == "aad66" {
                    assert_eq!(entra::legacy(value.as_bytes()).outcome, Outcome::Plausible, "{value}");
                }
            }
        }
    }

    #[test]
    fn the_same_name_gives_the_same_value_and_another_one_another() {
        let spec = SampleSpec { base64_bytes: Some(64), ..SampleSpec::default() };
        let value = |name: &str, seed| make(name, &spec, seed, &none).expect("bytes");
        assert_eq!(value("rule/a", 0), value("rule/a", 0));
        assert_ne!(value("rule/a", 0), value("rule/b", 0));
        assert_ne!(value("rule/a", 0), value("rule/a", 1));
        assert_eq!(base64::bytes(value("rule/a", 0).as_bytes(), 64).outcome, Outcome::Plausible);
    }

    #[test]
    fn texts_are_filled_wrapped_and_encoded() {
        let all = |name: &str| (name == "user").then(|| "jane".to_owned());
        let text = |text: &str| SampleSpec { text: Some(text.to_owned()), ..SampleSpec::default() };
        let mut spec = text("@@user@@:p&q\"");
        spec.prefix = "<".to_owned();
        spec.suffix = ">".to_owned();
        for (encode, expected) in [
            (vec![], "<jane:p&q\">"),
            (vec!["json"], "<jane:p&q\\\">"),
            (vec!["xml"], "&lt;jane:p&amp;q&quot;&gt;"),
            (vec!["percent"], "%3Cjane%3Ap%26q%22%3E"),
            (vec!["base64"], "PGphbmU6cCZxIj4="),
            (vec!["base64", "percent"], "PGphbmU6cCZxIj4%3D"),
        ] {
            spec.encode = encode.iter().map(|e| (*e).to_owned()).collect();
            assert_eq!(make("r/x", &spec, 0, &all).as_deref(), Ok(expected));
        }
        let wide = SampleSpec { encode: vec!["utf16-base64".to_owned()], ..text("ab") };
        assert_eq!(make("r/x", &wide, 0, &all).as_deref(), Ok("YQBiAA=="));
        assert_eq!(make("r/x", &text("a@@b"), 0, &all).as_deref(), Ok("a@@b"));
    }

    #[test]
    fn tokens_carry_the_claims() {
        let spec = SampleSpec {
            jwt: Some(
                r#"{"iss":"https://sts.windows.net/@@tenant@@/","tid":"@@tenant@@","aud":"x","exp":1}"#.to_owned(),
            ),
            ..SampleSpec::default()
        };
        let tenant = make("r/tenant", &SampleSpec { guid: true, ..SampleSpec::default() }, 0, &none).expect("a GUID");
        let token = make("r/jwt", &spec, 0, &|_| Some(tenant.clone())).expect("claims");
        let checked = jwt::entra(token.as_bytes(), 0);
        assert_eq!(checked.outcome, Outcome::Proved, "{}", checked.detail);
        assert!(checked.parts.contains(&("tenant", tenant)));
    }

    #[test]
    fn a_specification_that_cannot_be_made_says_why() {
        for (spec, expected) in [
            (SampleSpec::default(), "exactly one"),
            (SampleSpec { guid: true, ..signed("age") }, "exactly one"),
            (signed("his-v1:XXXX:Default0"), "nothing is known of"),
            (signed("nobody"), "nothing is known of"),
            (SampleSpec { text: Some("@@x@@".to_owned()), ..SampleSpec::default() }, "no sample `x`"),
            (SampleSpec { encode: vec!["rot13".to_owned()], ..signed("age") }, "no encoding"),
            (SampleSpec { chars: Some(3), alphabet: Some(String::new()), ..SampleSpec::default() }, "at least one"),
        ] {
            let error = make("r/x", &spec, 0, &none).expect_err(expected);
            assert!(error.contains(expected), "{error}");
        }
    }

    /// The rates were measured on 3,000 draws each; the bounds leave room for luck.
    #[test]
    fn random_values_are_literals_and_nearly_all_are_strong() {
        let mut dice = Dice::new("rates", 1);
        for (alphabet, length, least) in [
            ("hex", 32, 97),
            ("hex", 40, 97),
            ("hex", 64, 97),
            ("b62", 20, 92),
            ("b62", 24, 95),
            ("b62", 32, 96),
            ("b62", 40, 97),
            ("b64", 43, 96),
            ("b64", 86, 97),
            ("b32lower", 52, 96),
            ("alnum", 32, 95),
            ("aad66", 34, 96),
            ("b64url", 22, 93),
            ("letters", 32, 93),
            ("ALNUM", 26, 93),
        ] {
            let values: Vec<String> = (0..400).map(|_| dice.of(named_alphabet(alphabet), length)).collect();
            let literals =
                |quoted| values.iter().filter(move |v| classify(v.as_bytes(), None, quoted) == Class::Literal);
            let strong = values.iter().filter(|v| entropy::grade(v.as_bytes()) == entropy::Grade::Strong).count();
            assert!(literals(true).count() >= 399 && literals(false).count() >= 399, "{alphabet} {length}");
            assert!(strong * 100 >= least * 400, "{alphabet} {length}: {strong} of 400");
        }
    }
}
