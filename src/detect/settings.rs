//! Values that hold settings themselves: `Endpoint=…;AuthType=azure.msi`, `sv=…&sp=r&sig=…`.
//!
//! Rules for connection strings and signatures decide about those with a secret of their kind. Under a name that
//! says `secret` or `password` a rule without a shape would take the whole for one; here it asks for the part.

use crate::check::{Class, classify};

/// Names of parts that are secrets, in small letters and without blanks.
#[rustfmt::skip]
const SECRETS: [&str; 18] = [
    "accesskey", "accountkey", "apikey", "applicationkey", "appkey", "authkey", "clientsecret", "key", "passwd", "password",
    "pwd", "secret", "sharedaccesskey", "sharedaccesssignature", "sharedsecretvalue", "sig", "signature", "token",
];

/// Why the value is no secret, if it is settings and holds none: at least two pairs, and what stands under the names
/// of secrets is a placeholder, a reference or published.
pub(super) fn without_secret(value: &[u8]) -> Option<&'static str> {
    let divider = if value.contains(&b';') { b';' } else { b'&' };
    let mut pairs = 0;
    let mut secret = false;
    for part in value.split(|&byte| byte == divider).filter(|part| !part.trim_ascii().is_empty()) {
        let (name, given) = pair(part)?;
        pairs += 1;
        let is_literal = || matches!(classify(given, None, true), Class::Literal | Class::WeakPassword);
        secret |= SECRETS.contains(&name.as_str()) && is_literal();
    }
    (pairs >= 2 && !secret).then_some("settings without a secret")
}

/// The name in small letters without blanks, and the value.
fn pair(part: &[u8]) -> Option<(String, &[u8])> {
    let equals = part.iter().position(|&byte| byte == b'=')?;
    let name = part[..equals].trim_ascii();
    let plain = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b' ' | b'_' | b'-' | b'.' | b'?');
    let is_name = name.first().is_some_and(|byte| byte.is_ascii_alphabetic() || *byte == b'?')
        && name.len() <= 40
        && name.iter().all(plain);
    let letters = name.iter().filter(|byte| byte.is_ascii_alphanumeric());
    is_name.then(|| (letters.map(|byte| char::from(byte.to_ascii_lowercase())).collect(), &part[equals + 1..]))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn settings_are_told_from_secrets() {
        for (value, is_without) in [
            ("Endpoint=https://s.service.signalr.net;AuthType=azure.msi;Version=1.0;", true),
            ("Server=s;Database=d;Authentication=Active Directory Default", true),
            ("Server=s;User ID=u;Password={your_password};", true),
            ("Zone=s;Key=k3Jx!QmT7v;", false),
            ("sv=2022-11-02&sp=r&sig=<signature>", true),
            ("a=b", false),
            ("k3Jx;QmT7v=L2", false),
            ("k3JxQmT7vL2==", false),
            ("", false),
        ] {
            assert_eq!(without_secret(value.as_bytes()).is_some(), is_without, "{value}");
        }
    }
}
