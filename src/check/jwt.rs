//! JSON Web Tokens: structure, algorithm, expiry, and who issued them.
//!
//! Signatures are not verified: that would need the issuer's keys. A token proves
//! itself by being one, and loses its severity by having expired.

use serde_json::Value;

use super::{Checked, base64, guid, known};
use crate::model::{Day, Severity};

/// Any token. Proved by its structure; severity `low` after its expiry.
///
/// Unsigned tokens (`alg` `none`) and the sample of jwt.io are refuted. `now` is
/// seconds since 1970.
pub fn check(value: &[u8], now: i64) -> Checked {
    let token = match Token::read(value) {
        Ok(token) => token,
        Err(refusal) => return refusal,
    };
    let checked = if token.text("role") == Some("anon") {
        Checked::proved("JSON Web Token, meant to be public").severity(Severity::Info)
    } else if token.signature < 20 {
        Checked::doubtful("JSON Web Token with its signature cut off")
    } else if token.is_anonymous() {
        Checked::plausible("JSON Web Token that names no issuer")
    } else {
        Checked::proved("JSON Web Token")
    };
    token.describe(checked, now)
}

/// A token that Entra issued; any other issuer is refuted.
///
/// `critical` for management, Graph and Key Vault, `high` for other resources, `low`
/// for an id token, `low` after its expiry.
pub fn entra(value: &[u8], now: i64) -> Checked {
    let token = match Token::read(value) {
        Ok(token) => token,
        Err(refusal) => return refusal,
    };
    if !token.is_entra() {
        return Checked::refuted("a token of another issuer");
    }
    if token.signature < 100 {
        return token.describe(Checked::doubtful("Entra token with its signature cut off"), now);
    }
    let (kind, severity) = token.entra_kind();
    let checked = Checked::proved(format!("Entra {kind}, structure and issuer fit")).severity(severity);
    token.describe(checked.part("kind", kind), now)
}

struct Token {
    claims: Value,
    /// Characters of the third part.
    signature: usize,
}

impl Token {
    fn read(value: &[u8]) -> Result<Self, Checked> {
        let parts: Vec<&[u8]> = value.split(|&b| b == b'.').collect();
        if parts.len() == 5 && json(parts[0]).is_some_and(|header| header.get("enc").is_some()) {
            return Err(Checked::plausible("encrypted JSON Web Token"));
        }
        let [header, claims, signature] = parts[..] else {
            return Err(Checked::refuted("not three parts, or cut off"));
        };
        let (Some(header), Some(claims)) = (json(header), json(claims)) else {
            return Err(Checked::refuted("its parts are not JSON"));
        };
        match header.get("alg").and_then(Value::as_str) {
            None => return Err(Checked::refuted("names no algorithm")),
            Some(alg) if alg.eq_ignore_ascii_case("none") => return Err(Checked::refuted("an unsigned token")),
            // Says who an account of NATS is; only its seed signs for it.
            Some("ed25519-nkey" | "ed25519") if header.get("typ").is_some() && claims.get("nats").is_some() => {
                return Err(Checked::refuted("a description of an account, which opens nothing"));
            }
            Some(_) => {}
        }
        let token = Self { claims, signature: signature.len() };
        if token.is_sample() {
            return Err(Checked::refuted("the sample token of jwt.io"));
        }
        Ok(token)
    }

    fn text(&self, claim: &str) -> Option<&str> {
        match self.claims.get(claim)? {
            Value::String(text) => Some(text),
            Value::Array(list) => list.first()?.as_str(),
            _ => None,
        }
    }

    fn is_sample(&self) -> bool {
        let named = matches!(self.text("name"), Some("John Doe" | "Jane Doe"));
        let issued = self.claims.get("iat").and_then(Value::as_i64) == Some(1_516_239_022);
        self.text("sub") == Some("1234567890") && (named || issued)
    }

    /// Does nobody say to have issued it, or somebody who exists in tests only?
    fn is_anonymous(&self) -> bool {
        let Some(issuer) = self.text("iss") else { return true };
        let host = issuer.split_once("://").map_or(issuer, |(_, rest)| rest).split('/').next().unwrap_or_default();
        super::host::is_reserved(host) || super::host::is_local(host)
    }

    fn is_entra(&self) -> bool {
        const HOSTS: [&str; 7] = [
            "sts.windows.net",
            "login.microsoftonline.com",
            "login.microsoftonline.us",
            "login.partner.microsoftonline.cn",
            "login.chinacloudapi.cn",
            "sts.chinacloudapi.cn",
            "login.live.com",
        ];
        let issuer = self.text("iss").unwrap_or("");
        let host = issuer.strip_prefix("https://").and_then(|rest| rest.split('/').next()).unwrap_or("");
        let tenant = self.text("tid").is_some_and(|tid| guid::parse(tid.as_bytes()).is_some());
        HOSTS.contains(&host)
            || host.ends_with(".b2clogin.com")
            || host.ends_with(".ciamlogin.com")
            || tenant && (self.text("appid").is_some() || self.text("azp").is_some())
    }

    fn entra_kind(&self) -> (&'static str, Severity) {
        let granted = self.claims.get("scp").is_some() || self.claims.get("roles").is_some();
        let audience = self.text("aud").unwrap_or("");
        let for_resource = granted || self.claims.get("appid").is_some() || self.text("idtyp").is_some();
        if guid::parse(audience.as_bytes()).is_some_and(|id| known::guid_name(id).is_none()) && !for_resource {
            ("id token", Severity::Low)
        } else if is_control_plane(audience) {
            ("access token", Severity::Critical)
        } else {
            ("access token", Severity::High)
        }
    }

    /// Adds what the claims tell; expiry sets the severity.
    fn describe(&self, mut checked: Checked, now: i64) -> Checked {
        const PARTS: [(&str, &str); 7] = [
            ("iss", "issuer"),
            ("aud", "audience"),
            ("tid", "tenant"),
            ("appid", "client"),
            ("azp", "client"),
            ("scp", "scopes"),
            ("idtyp", "subject-type"),
        ];
        for (claim, part) in PARTS {
            let known = checked.parts.iter().any(|(name, _)| *name == part);
            if let (Some(text), false) = (self.text(claim), known) {
                checked = checked.part(part, text.chars().take(200).collect::<String>());
            }
        }
        let Some(expires) = self.claims.get("exp").and_then(seconds) else { return checked };
        let day = Day::from_unix(expires);
        checked = checked.part("expires", day.to_string());
        if expires < now {
            checked.detail = format!("{}, expired {day}", checked.detail).into();
            checked = checked.severity(Severity::Low);
        }
        checked
    }
}

fn seconds(value: &Value) -> Option<i64> {
    // Claims in the way of JavaScript may have a fraction, or milliseconds.
    let seconds = value.as_i64().or_else(|| value.as_f64().map(|f| f as i64))?;
    (0..=253_402_300_799).contains(&seconds).then_some(seconds)
}

fn json(part: &[u8]) -> Option<Value> {
    let value: Value = serde_json::from_slice(&base64::decode(part)?).ok()?;
    value.is_object().then_some(value)
}

fn is_control_plane(audience: &str) -> bool {
    const RESOURCES: [&str; 16] = [
        "https://management.azure.com",
        "https://management.core.windows.net",
        "https://management.usgovcloudapi.net",
        "https://management.core.usgovcloudapi.net",
        "https://management.chinacloudapi.cn",
        "https://graph.microsoft.com",
        "https://graph.microsoft.us",
        "https://graph.windows.net",
        "https://vault.azure.net",
        "https://vault.usgovcloudapi.net",
        "https://vault.azure.cn",
        "https://managedhsm.azure.net",
        "00000003-0000-0000-c000-000000000000",
        "00000002-0000-0000-c000-000000000000",
        "797f4846-ba00-4fd7-ba43-dac1f8f63013",
        "cfa8b339-82a2-471a-a3c9-0fc0be7a4093",
    ];
    RESOURCES.contains(&audience.trim_end_matches('/'))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;
    use crate::check::Outcome;

    const NOW: i64 = 1_790_000_000;

    fn token(alg: &str, claims: &Value, signature: usize) -> String {
        let part = |value: &Value| base64::encode_url(value.to_string().as_bytes());
        let signature: Vec<u8> = (0..signature).map(|i| (i * i * 7 + 3) as u8).collect();
        let header = json!({"alg": alg, "typ": "JWT"});
        format!("{}.{}.{}", part(&header), part(claims), base64::encode_url(&signature))
    }

    fn entra_claims(audience: &str) -> Value {
        json!({
            "iss": "https://sts.windows.net/7b1cf3a2-93a4-4a5e-8a53-9c1c7e4dbb20/",
            "aud": audience, "tid": "7b1cf3a2-93a4-4a5e-8a53-9c1c7e4dbb20",
            "appid": "5a2094b1-0e4b-4ef2-9fd5-c3a87e1104cd", "exp": NOW + 3_600, "ver": "1.0",
        })
    }

    #[test]
    fn structure_algorithm_and_expiry_decide() {
        let live = json!({"iss": "https://id.harborlane.io", "sub": "service", "exp": NOW + 60});
        let dead = json!({"iss": "https://id.harborlane.io", "sub": "service", "exp": NOW - 60});
        let nobodys = json!({"sub": "service", "exp": NOW + 60});
        let local = json!({"iss": "http://localhost:9000", "exp": NOW + 60});
        let sample = json!({"sub": "1234567890", "name": "John Doe", "iat": 1_516_239_022});
        for (token, outcome, severity) in [
            (token("RS256", &live, 256), Outcome::Proved, None),
            (token("RS256", &dead, 256), Outcome::Proved, Some(Severity::Low)),
            (token("RS256", &nobodys, 256), Outcome::Plausible, None),
            (token("RS256", &local, 256), Outcome::Plausible, None),
            (token("HS256", &json!({"role": "anon"}), 32), Outcome::Proved, Some(Severity::Info)),
            (token("none", &live, 0), Outcome::Refuted, None),
            (token("HS256", &sample, 32), Outcome::Refuted, None),
            (token("RS256", &live, 3), Outcome::Doubtful, None),
            ("eyJhbGciOiJIUzI1NiJ9.eyJzdWIi...".to_owned(), Outcome::Refuted, None),
            ("a.b.c".to_owned(), Outcome::Refuted, None),
        ] {
            let checked = check(token.as_bytes(), NOW);
            assert_eq!((checked.outcome, checked.severity), (outcome, severity), "{}", checked.detail);
        }
    }

    #[test]
    fn the_audience_of_an_entra_token_sets_its_severity() {
        for (audience, severity) in [
            ("https://management.azure.com/", Severity::Critical),
            ("00000003-0000-0000-c000-000000000000", Severity::Critical),
            ("api://orders", Severity::High),
        ] {
            let checked = entra(token("RS256", &entra_claims(audience), 256).as_bytes(), NOW);
            assert_eq!((checked.outcome, checked.severity), (Outcome::Proved, Some(severity)), "{audience}");
            for part in ["tenant", "client", "audience", "issuer", "expires"] {
                assert!(checked.parts.iter().any(|(name, _)| *name == part), "{part}");
            }
        }
    }

    #[test]
    fn an_id_token_is_low_and_an_expired_one_too() {
        let mut claims = entra_claims("5a2094b1-0e4b-4ef2-9fd5-c3a87e1104cd");
        claims.as_object_mut().expect("an object").remove("appid");
        let checked = entra(token("RS256", &claims, 256).as_bytes(), NOW);
        assert_eq!(checked.severity, Some(Severity::Low), "{}", checked.detail);
        let late = entra(token("RS256", &claims, 256).as_bytes(), NOW + 7_200);
        assert_eq!(late.severity, Some(Severity::Low));
        assert!(late.detail.contains("expired 2026-"), "{}", late.detail);
    }

    #[test]
    fn other_issuers_are_left_to_the_general_rule() {
        let claims = json!({"iss": "https://accounts.example.org", "aud": "x", "exp": NOW + 60});
        assert_eq!(entra(token("RS256", &claims, 256).as_bytes(), NOW).outcome, Outcome::Refuted);
    }

    proptest! {
        #[test]
        fn no_input_makes_it_panic(value: Vec<u8>, claims in "\\PC{0,60}", exp: f64) {
            check(&value, NOW);
            entra(token("RS256", &json!({"iss": claims, "tid": claims, "exp": exp}), 256).as_bytes(), NOW);
        }
    }
}
