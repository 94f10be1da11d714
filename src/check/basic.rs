//! Basic authentication: base64 of `user:password`.

use super::{Checked, Class, Outcome, base64, classify, guid, password};

/// Judges the value of `Authorization: Basic …`, of `_auth` in `.npmrc` and of Docker's `auth`.
///
/// The part `user` is told, unless it is empty or a token itself.
pub fn check(value: &[u8]) -> Checked {
    let decoded = base64::decode(value).filter(|bytes| bytes.iter().all(|b| !b.is_ascii_control() && *b < 0xfe));
    let Some(text) = decoded.and_then(|bytes| String::from_utf8(bytes).ok()) else {
        return Checked::refuted("does not decode to a user and a password");
    };
    let Some((user, secret)) = text.split_once(':') else {
        return Checked::refuted("does not decode to a user and a password");
    };
    // `token:` and `token:x-oauth-basic` put the secret in the user's place.
    let in_front = secret.is_empty() || matches!(secret, "x-oauth-basic" | "X" | "x");
    let (user, secret) = if in_front { ("", user) } else { (user, secret) };
    if text == "Aladdin:open sesame" {
        return Checked::refuted("the example of the standard");
    }
    match classify(secret.as_bytes(), None, true) {
        Class::Literal => {
            let beside = password::Beside { user: Some(user), ..Default::default() };
            let checked = password::check(secret.as_bytes(), &beside);
            if !matches!(checked.outcome, Outcome::Plausible) {
                return checked;
            }
        }
        Class::Identifier("GUID") if guid::parse(secret.as_bytes()).is_some_and(|id| !guid::is_invented(id)) => {}
        Class::WeakPassword => {
            return password::check(secret.as_bytes(), &password::Beside { user: Some(user), ..Default::default() });
        }
        _ => return Checked::refuted("decodes to a placeholder"),
    }
    if secret.len() < 3 {
        return Checked::refuted("decodes to no password");
    }
    let checked = Checked::proved("decodes to a user and a password");
    if user.is_empty() { checked } else { checked.part("user", user) }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn user_and_password_are_found_or_it_is_refuted() {
        for (text, expected, user) in [
            ("deploy:kX9-vTq2.mZ7w", Outcome::Proved, Some("deploy")),
            (":p4tq7zkw2mnb5xr3", Outcome::Proved, None),
            ("p4tq7zkw2mnb5xr3:x-oauth-basic", Outcome::Proved, None),
            ("user:$PASSWORD", Outcome::Refuted, None),
            ("user:<password>", Outcome::Refuted, None),
            ("admin:admin", Outcome::Doubtful, None),
            ("Aladdin:open sesame", Outcome::Refuted, None),
            ("beep:boop", Outcome::Doubtful, None),
            ("no colon in it", Outcome::Refuted, None),
            ("a:\u{1}\u{2}\u{3}\u{4}", Outcome::Refuted, None),
        ] {
            let checked = check(base64::encode(text.as_bytes()).as_bytes());
            assert_eq!(checked.outcome, expected, "{text}: {}", checked.detail);
            assert_eq!(checked.parts.iter().find(|p| p.0 == "user").map(|p| p.1.as_str()), user, "{text}");
        }
        assert_eq!(check(b"realm=\"x\"").outcome, Outcome::Refuted);
    }

    proptest! {
        #[test]
        fn no_input_makes_it_panic(value: Vec<u8>, text: String) {
            check(&value);
            check(base64::encode(text.as_bytes()).as_bytes());
        }
    }
}
