//! Samples hold what their checks ask for, and are always the same.

use super::text::named_alphabet;
use super::*;
use crate::check::{Checked, aws, base32_pat, bech32, cask, crc, entra, his, jwt, pfx, refresh_token};
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
        jwt: Some(r#"{"iss":"https://sts.windows.net/@@tenant@@/","tid":"@@tenant@@","aud":"x","exp":1}"#.to_owned()),
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
        let literals = |quoted| values.iter().filter(move |v| classify(v.as_bytes(), None, quoted) == Class::Literal);
        let strong = values.iter().filter(|v| entropy::grade(v.as_bytes()) == entropy::Grade::Strong).count();
        assert!(literals(true).count() >= 399 && literals(false).count() >= 399, "{alphabet} {length}");
        assert!(strong * 100 >= least * 400, "{alphabet} {length}: {strong} of 400");
    }
}
