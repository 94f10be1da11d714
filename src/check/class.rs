//! The one classifier that all rules share: is the value a literal at all?
//!
//! The first test that knows the value names it. Nothing here looks at where the
//! value stands but for the name of its key; randomness is for [`super::entropy`].

mod identifier;

use super::{base64, entropy, host, known, password, placeholder, reference, shape};
use identifier::identifier;
pub use identifier::{HASH, PASSWORD_HASH, RESOURCE};

/// What a value is, before any rule looks at it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Class {
    /// Nothing is known against it.
    Literal,
    /// Stands where a secret belongs; and why.
    Placeholder(&'static str),
    /// Is looked up elsewhere when it is needed.
    Reference(&'static str),
    /// Published: a key of an emulator, a value of documentation.
    Known(&'static str),
    /// Replaced by a recorder of tests.
    Sanitized(&'static str),
    /// Names a file.
    Path,
    /// Names something: a GUID, a hash, a resource, a public key.
    Identifier(&'static str),
    /// One of everybody's passwords: no key, but perhaps a password.
    WeakPassword,
}

impl Class {
    /// In a few words, for the report.
    pub fn reason(self) -> &'static str {
        match self {
            Self::Literal => "a literal",
            Self::Placeholder(reason) | Self::Reference(reason) | Self::Known(reason) | Self::Identifier(reason) => {
                reason
            }
            Self::Sanitized(reason) => reason,
            Self::Path => "a path",
            Self::WeakPassword => "a well-known password",
        }
    }
}

/// Classifies a whole value. `name`: the key it stands under; `quoted`: it stood in quotes, so it is not code.
pub fn classify(value: &[u8], name: Option<&str>, quoted: bool) -> Class {
    let value = placeholder::trimmed(value);
    if value.is_empty() {
        return Class::Placeholder("empty");
    }
    if let Some(what) = known::constant(value) {
        return Class::Known(what);
    }
    if let Some(what) = reference::of(value, quoted) {
        return Class::Reference(what);
    }
    if placeholder::is_sanitized(value) {
        return Class::Sanitized("sanitized by a recorder");
    }
    if password::is_well_known(value) {
        return Class::WeakPassword;
    }
    if let Some(what) = identifier(value, name) {
        return what;
    }
    if let Some(reason) = placeholder::of(value, name) {
        return Class::Placeholder(reason);
    }
    if host::is_reserved_tenant(value) {
        return Class::Placeholder("a tenant of documentation");
    }
    if let Some(class) = encoded(value) {
        return class;
    }
    if shape::is_path(value) { Class::Path } else { Class::Literal }
}

/// What base64 of a text is: `dGVzdC1rZXk=` is a placeholder as `test-key` is one.
///
/// Random bytes are all printable in one of 100,000 values of 12 characters.
fn encoded(value: &[u8]) -> Option<Class> {
    // `.eyJ…J9.`: the claims alone, without a head and a signature.
    if let [b'.', claims @ ..] = value
        && claims.starts_with(b"eyJ")
        && claims.strip_suffix(b".").is_none_or(|claims| !claims.contains(&b'.'))
    {
        return Some(Class::Placeholder("a part of a token"));
    }
    // `123.eyJ….456`: claims that a test reads, and nothing that signs them.
    let mut parts = value.splitn(3, |&b| b == b'.');
    if let (Some(head), Some(claims)) = (parts.next(), parts.next())
        && claims.starts_with(b"eyJ")
        && (1..=8).contains(&head.len())
        && head.iter().all(u8::is_ascii_digit)
    {
        return Some(Class::Placeholder("claims without a head"));
    }
    // A token that was cut off may end within four characters.
    let value = if value.starts_with(b"eyJ") { &value[..value.len() / 4 * 4] } else { value };
    // A short one is base64 for certain only if it is padded.
    let padded = (4..8).contains(&value.len()) && value.ends_with(b"=");
    if !(8..=400).contains(&value.len()) && !padded || !base64::canonical(value) {
        return None;
    }
    let text = base64::decode(value)?;
    let text = text.trim_ascii_end();
    if text.len() < if padded { 1 } else { 6 } || !text.iter().all(|b| b.is_ascii_graphic() || *b == b' ') {
        return None;
    }
    // The first part of a token, with the rest cut off.
    if text.starts_with(b"{\"")
        && [&br#""alg""#[..], br#""typ""#].iter().any(|key| memchr::memmem::find(text, key).is_some())
    {
        return Some(Class::Placeholder("a token that was cut off"));
    }
    if shape::is_sentence(text) {
        return Some(Class::Placeholder("base64 of prose"));
    }
    // `Y2Fzc2FuZHJh`: the name of a product, a word.
    if password::is_well_known(text) || text.len() < 12 && password::is_plain(text) {
        return Some(Class::WeakPassword);
    }
    if reference::of(text, true).is_some() {
        return Some(Class::Reference("base64 of a reference"));
    }
    if placeholder::is_sanitized(text) {
        return Some(Class::Sanitized("sanitized by a recorder"));
    }
    // As long as keys are, and typed: no generator draws so many printable bytes. `user:password` is something else.
    if matches!(text.len(), 24 | 32 | 48 | 64)
        && !text.contains(&b':')
        && entropy::grade(text) != entropy::Grade::Strong
    {
        return Some(Class::Placeholder("base64 of a text"));
    }
    placeholder::of(text, None).map(|_| Class::Placeholder("base64 of a placeholder"))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::check::base64;

    #[test]
    fn every_class_has_its_values() {
        for (value, name, expected) in [
            ("k3Jx9QmT7vLp2Rw8Zb5Nc4Yd", None, Class::Literal),
            ("kX9-vTq2.mZ7w", Some("password"), Class::Literal),
            ("qdD8Q~Zz9Ijnt21XY_VweZnYu44y~qTTsQHh5bDX", Some("client_secret"), Class::Literal),
            ("  \"\" ", None, Class::Placeholder("empty")),
            ("<your-key>", None, Class::Placeholder("a blank to fill in")),
            ("${{ secrets.X }}", None, Class::Reference("variable")),
            ("'$(clientSecret)'", None, Class::Reference("variable or command")),
            ("Sanitized", None, Class::Sanitized("sanitized by a recorder")),
            ("P@ssw0rd", None, Class::WeakPassword),
            ("/etc/ssl/server.key", None, Class::Path),
            ("certs/site.pfx", None, Class::Path),
            ("7b1cf3a2-93a4-4a5e-8a53-9c1c7e4dbb20", None, Class::Identifier("GUID")),
            ("11111111-1111-1111-1111-111111111111", None, Class::Placeholder("an invented GUID")),
            ("04b07795-8ddb-461a-bbee-02f9e1bf7b46", None, Class::Known("Azure CLI")),
            ("f3a9c0e17b52d846aa01c9b3e5d7f208", None, Class::Literal),
            ("f3a9c0e17b52d846aa01c9b3e5d7f208", Some("fileHash"), Class::Identifier("hash")),
            ("f3a9c0e17b52d846aa01c9b3e5d7f208", Some("sharedKey"), Class::Literal),
            ("f3a9c0e17b52d846aa01c9b3e5d7f208", Some("secretVersion"), Class::Identifier("version of a vault entry")),
            ("f3a9c0e17b52d846aa01c9b3e5d7f208aa01c9b3", Some("certThumbprint"), Class::Identifier("thumbprint")),
            ("sha256:f3a9c0e17b52d846aa01c9b3e5d7f208", None, Class::Identifier("hash")),
            ("$2b$12$kX9vTq2mZ7wR4nB6kX9vTq2mZ7wR4nB6", None, Class::Identifier(PASSWORD_HASH)),
            ("ssh-rsa AAAAB3NzaC1yc2E", None, Class::Identifier("public key")),
            ("/subscriptions/7b1c/resourceGroups/x", None, Class::Identifier("resource id")),
            ("0xf3a9c0e17b52d846aa01c9b3e5d7f208aa01c9b3", None, Class::Identifier("public address")),
            ("0xf3a9c0e17b52d846aa01c9b3e5d7f208aa01c9b3", Some("privateKey"), Class::Literal),
            ("UseDevelopmentStorage=true", None, Class::Known("the storage emulator")),
            ("$ANSIBLE_VAULT;1.1;AES256", None, Class::Reference("encrypted value")),
            ("dGVzdC1hY2NvdW50LWtleQ==", None, Class::Placeholder("base64 of a placeholder")),
            ("VGhpcyBJcyBOb3QgQSBHb29kIFBhc3N3b3JkCg==", None, Class::Placeholder("base64 of prose")),
            ("cGFzc3dvcmQ=", None, Class::WeakPassword),
            ("eyJ0eXAiOiJKV1QiLCJhbGciOiJSUzI1NiIsIng1", None, Class::Placeholder("a token that was cut off")),
            ("admin:$apr1$kX9vTq2m$7wR4nB6", None, Class::Identifier(PASSWORD_HASH)),
            ("{MD5}kX9vTq2mZ7wR4nB6", None, Class::Identifier(PASSWORD_HASH)),
            ("md5$salt$kX9vTq2mZ7wR4nB6", None, Class::Identifier(PASSWORD_HASH)),
            ("#/components/schemas/Password", None, Class::Reference("place in the document")),
            ("[if(x, parameters('password'), '')]", None, Class::Reference("deployment expression")),
            ("PrivateSettingsRef:Token", None, Class::Reference("variable")),
            ("https://contoso.webhook.office.com/webhookb2/x", None, Class::Placeholder("a tenant of documentation")),
            ("2.kX9vTq2mZ7wR4nB6kX9vTq==|ab==|cd=", None, Class::Reference("encrypted value")),
            ("{{ print", None, Class::Reference("template")),
            (".eyJuYW1lIjoiYW5uIn0.", None, Class::Placeholder("a part of a token")),
            ("SAS_KEY_VALUE", None, Class::Placeholder("the name of a secret, not one")),
            ("connectionstring", None, Class::Placeholder("the name of a secret, not one")),
            ("connection-string", None, Class::Placeholder("the name of a secret, not one")),
        ] {
            assert_eq!(classify(value.as_bytes(), name, true), expected, "{value} under {name:?}");
        }
    }

    #[test]
    fn published_keys_are_known_before_anything_else() {
        let key = ["Eby8vdM02x", "NOcqFlqUwJPLlmEtlCDXJ1OUzFT50u"].concat();
        assert_eq!(classify(key.as_bytes(), None, true), Class::Known("key of the storage emulator"));
    }

    proptest! {
        // One random key in some hundred thousand spells a word and is taken for a placeholder: the same ones each time.
        #![proptest_config(ProptestConfig {
            rng_seed: proptest::test_runner::RngSeed::Fixed(0x6b65_796c),
            ..ProptestConfig::with_cases(3000)
        })]
        // Bytes are drawn evenly; a pattern of proptest would give `+` and `/` a share of a fifth each.
        #[test]
        fn random_keys_stay_literals(random: [u8; 32]) {
            let hex: String = random[..16].iter().map(|b| format!("{b:02x}")).collect();
            let client_secret = format!("aB38Q~{}", &base64::encode_url(&random)[..34].replace('_', "~"));
            for value in [hex, base64::encode(&random), base64::encode_url(&random), client_secret] {
                for quoted in [true, false] {
                    prop_assert_eq!(classify(value.as_bytes(), Some("apiKey"), quoted), Class::Literal, "{}", value);
                }
            }
        }
    }

    proptest! {
        #[test]
        fn no_input_makes_it_panic(value: Vec<u8>, name: String) {
            classify(&value, Some(&name), true);
            classify(name.as_bytes(), None, false);
        }
    }
}
