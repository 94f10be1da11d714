//! Identities that survive edits: keyed hashes of content, never of a place.
//!
//! No line, offset, commit, pattern or rule id goes in, so an identity survives
//! edits above, rebase, a mended pattern and a renamed rule, and a swapped secret
//! on an accepted line is new.

use std::fmt;

use hmac::{Hmac, KeyInit, Mac};
use serde::{Serialize, Serializer};
use sha2::Sha256;

/// The key under which identities of one project are made.
///
/// The default is the same for everybody: a shallow clone, an export without
/// `.git` and a full clone must give the same identities, so nothing of the
/// history can go in. A project that publishes its reports can set its own.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RepoKey(Vec<u8>);

impl Default for RepoKey {
    fn default() -> Self {
        Self(b"keyless/identity/1".to_vec())
    }
}

impl RepoKey {
    /// A project's own key.
    pub fn new(bytes: impl Into<Vec<u8>>) -> Self {
        Self(bytes.into())
    }

    /// Eight digits that tell one key from another, so that identities made under different ones are not mixed.
    pub fn mark(&self) -> String {
        self.digest("key", &[])[..4].iter().map(|byte| format!("{byte:02x}")).collect()
    }

    fn digest(&self, domain: &str, content: &[u8]) -> [u8; 16] {
        let mut mac = Hmac::<Sha256>::new_from_slice(&self.0).expect("HMAC takes keys of any length");
        mac.update(domain.as_bytes());
        mac.update(&[0]);
        mac.update(content);
        let full = mac.finalize().into_bytes();
        full[..16].try_into().expect("SHA-256 has 32 bytes")
    }
}

/// This secret, anywhere: HMAC-SHA-256 of the decoded value, cut to 16 bytes. 32 hex digits when shown.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SecretId([u8; 16]);

impl SecretId {
    /// The identity of a decoded value.
    pub fn of(key: &RepoKey, secret: &[u8]) -> Self {
        Self(key.digest("secret", secret))
    }
}

/// This finding, for baselines and dashboards. 32 hex digits when shown.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Fingerprint([u8; 16]);

impl Fingerprint {
    /// Of a finding with a secret.
    pub fn of_secret(key: &RepoKey, secret: SecretId) -> Self {
        Self(key.digest("finding", &secret.0))
    }

    /// Of a finding without one: its matched code with white space folded.
    pub fn of_code(key: &RepoKey, code: &[u8]) -> Self {
        let folded: Vec<u8> =
            code.split(u8::is_ascii_whitespace).filter(|word| !word.is_empty()).collect::<Vec<_>>().join(&b' ');
        Self(key.digest("code", &folded))
    }
}

macro_rules! shown_as_hex {
    ($type:ident) => {
        impl fmt::Display for $type {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
            }
        }

        impl $type {
            /// Reads what is shown; `None` if it is not 32 hex digits.
            pub fn parse(text: &str) -> Option<Self> {
                let digit = |b: &u8| char::from(*b).to_digit(16).and_then(|digit| u8::try_from(digit).ok());
                let digits: Vec<u8> = text.bytes().take(33).map(|b| digit(&b)).collect::<Option<_>>()?;
                let bytes: Vec<u8> = digits.chunks_exact(2).map(|pair| pair[0] << 4 | pair[1]).collect();
                (digits.len() == 32).then(|| Self(bytes.try_into().expect("16 pairs")))
            }
        }

        impl fmt::Debug for $type {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, "{self}")
            }
        }

        impl Serialize for $type {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.collect_str(self)
            }
        }

        #[cfg(test)]
        impl schemars::JsonSchema for $type {
            fn schema_name() -> std::borrow::Cow<'static, str> {
                stringify!($type).into()
            }

            fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
                schemars::json_schema!({"type": "string", "pattern": "^[0-9a-f]{32}$"})
            }
        }
    };
}

shown_as_hex!(SecretId);
shown_as_hex!(Fingerprint);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn white_space_does_not_change_a_code_fingerprint_and_a_letter_does() {
        let key = RepoKey::default();
        let of = |code: &str| Fingerprint::of_code(&key, code.as_bytes());
        assert_eq!(of("new  X(\n  a)"), of("new X( a)"));
        assert_ne!(of("new X(a)"), of("new X(b)"));
    }

    #[test]
    fn an_identity_is_read_back_from_what_is_shown_and_from_nothing_else() {
        let id = Fingerprint::of_code(&RepoKey::default(), b"x");
        assert_eq!(Fingerprint::parse(&id.to_string()), Some(id));
        for text in ["", "12", "zz", &"g".repeat(32), &"é".repeat(16), &"+1".repeat(16), &"a".repeat(33)] {
            assert_eq!(Fingerprint::parse(text), None, "{text}");
        }
    }

    #[test]
    fn another_key_gives_another_identity() {
        assert_ne!(SecretId::of(&RepoKey::default(), b"v"), SecretId::of(&RepoKey::new("mine"), b"v"));
    }
}
