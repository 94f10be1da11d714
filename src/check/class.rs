//! The one classifier that all rules share: is the value a literal at all?
//!
//! The first test that knows the value names it. Nothing here looks at where the
//! value stands but for the name of its key; randomness is for [`super::entropy`].

use super::{base64, entropy, guid, host, known, password, placeholder, reference, shape};

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

fn identifier(value: &[u8], name: Option<&str>) -> Option<Class> {
    if let Some(guid) = guid::parse(value) {
        return Some(match known::guid_name(guid) {
            Some(name) => Class::Known(name),
            None if guid::is_invented(guid) => Class::Placeholder("an invented GUID"),
            None => Class::Identifier("GUID"),
        });
    }
    if is_ingestion_key(value) {
        return Some(Class::Identifier("instrumentation key"));
    }
    let what = by_beginning(value)
        .or_else(|| address(value, name))
        .or_else(|| media(value))
        .or_else(|| by_name(value, name?))?;
    Some(Class::Identifier(what))
}

/// 32 digits, a GUID and four digits: what pages and programs of Microsoft send telemetry with, public by design.
fn is_ingestion_key(value: &[u8]) -> bool {
    let [head @ .., b'-', _, _, _, _] = value else { return false };
    let number = &value[value.len() - 4..];
    head.len() == 69
        && head[32] == b'-'
        && head[..32].iter().all(u8::is_ascii_hexdigit)
        && guid::parse(&head[33..]).is_some()
        && number.iter().all(u8::is_ascii_digit)
}

/// What is stored instead of a password.
pub const PASSWORD_HASH: &str = "password hash";

/// A digest that says which one it is: `sha256:…`.
pub const HASH: &str = "hash";

/// `arn:aws:kms:…`, `/subscriptions/…`.
pub const RESOURCE: &str = "resource id";

/// Values that say themselves what they are.
fn by_beginning(value: &[u8]) -> Option<&'static str> {
    const BEGINNINGS: [(&[u8], &str); 81] = [
        (b"sha1-", HASH),
        (b"sha256-", HASH),
        (b"sha384-", HASH),
        (b"sha512-", HASH),
        (b"sha256:", HASH),
        (b"sha512:", HASH),
        (b"sha1:", HASH),
        (b"md5:", HASH),
        (b"$2a$", PASSWORD_HASH),
        (b"$2b$", PASSWORD_HASH),
        (b"$2y$", PASSWORD_HASH),
        (b"$2$", PASSWORD_HASH),
        (b"$2x$", PASSWORD_HASH),
        (b"$1$", PASSWORD_HASH),
        (b"$7$", PASSWORD_HASH),
        (b"$y$", PASSWORD_HASH),
        (b"$apr1$", PASSWORD_HASH),
        (b"$scrypt$", PASSWORD_HASH),
        (b"{SHA", PASSWORD_HASH),
        (b"{sha", PASSWORD_HASH),
        (b"{SSHA", PASSWORD_HASH),
        (b"{MD", PASSWORD_HASH),
        (b"{md", PASSWORD_HASH),
        (b"{scrypt", PASSWORD_HASH),
        (b"{ldap}{", PASSWORD_HASH),
        (b"{CRYPT}", PASSWORD_HASH),
        (b"B2C_1", RESOURCE),
        (b"rO0AB", "a serialized object"),
        (b"$argon2", PASSWORD_HASH),
        (b"$pbkdf2", PASSWORD_HASH),
        (b"$PBKDF2", PASSWORD_HASH),
        (b"$6$", PASSWORD_HASH),
        (b"$5$", PASSWORD_HASH),
        (b"pbkdf2", PASSWORD_HASH),
        // Of Django and Werkzeug: `md5$salt$…`, `scrypt:32768:8:1$salt$…`.
        (b"md5$", PASSWORD_HASH),
        (b"sha1$", PASSWORD_HASH),
        (b"bcrypt$", PASSWORD_HASH),
        (b"bcrypt_sha256$", PASSWORD_HASH),
        (b"argon2$", PASSWORD_HASH),
        (b"scrypt:", PASSWORD_HASH),
        (b"ssh-rsa AAAA", "public key"),
        (b"ssh-ed25519 AAAA", "public key"),
        (b"ecdsa-sha2-", "public key"),
        (b"AAAAB3NzaC1", "public key"),
        (b"AToAAQALAAMA", "public key"),
        (b"MIIBIjANBgkq", "public key"),
        (b"MIIBojANBgkq", "public key"),
        (b"MIICIjANBgkq", "public key"),
        (b"MIGfMA0GCSqG", "public key"),
        (b"MFkwEwYHKoZI", "public key"),
        (b"MHYwEAYHKoZI", "public key"),
        (b"MCowBQYDK2Vw", "public key"),
        (b"-----BEGIN CERTIFICATE", "public key"),
        (b"-----BEGIN PUBLIC KEY", "public key"),
        (b"-----BEGIN SSH2 PUBLIC", "public key"),
        (b"/subscriptions/", RESOURCE),
        (b"arn:", RESOURCE),
        (b"urn:", RESOURCE),
        (b"projects/", RESOURCE),
        (b"cus_", RESOURCE),
        (b"price_", RESOURCE),
        (b"prod_", RESOURCE),
        (b"ami-0", RESOURCE),
        (b"vpc-0", RESOURCE),
        (b"subnet-0", RESOURCE),
        (b"sg-0", RESOURCE),
        (b"bafybei", "content id"),
        (b"bafkrei", "content id"),
        (b"acct_", RESOURCE),
        (b"pk_live_", "publishable key"),
        (b"pk_test_", "publishable key"),
        (b"pk.", "publishable key"),
        (b"pk-lf-", "publishable key"),
        (b"phc_", "publishable key"),
        (b"sb_publishable_", "publishable key"),
        (b"InstrumentationKey=", "instrumentation key"),
        (b"PublicKeyToken=", "public key"),
        (b"0024000004800000", "public key"),
        (b"MS=ms", "domain proof"),
        (b"data:", "embedded media"),
        (b"0x8D", "entity tag"),
    ];
    let found = BEGINNINGS.iter().find(|(text, _)| text[0] == value[0] && value.starts_with(text));
    // `WITH PASSWORD = 0x0200… HASHED` of SQL Server.
    if let [b'0', b'x', b'0', b'1' | b'2', b'0', b'0', rest @ ..] = value
        && rest.len() >= 48
        && rest.iter().all(u8::is_ascii_hexdigit)
    {
        return Some(PASSWORD_HASH);
    }
    // Enveloped data of PKCS #7, in hex: encrypted to a certificate, as management answers give shared keys back.
    if value.len() > 100
        && value[..2].eq_ignore_ascii_case(b"30")
        && value[..48].windows(22).any(|w| w.eq_ignore_ascii_case(b"06092A864886F70D010703"))
    {
        return Some("encrypted value");
    }
    // `user:$2y$10$…`, as in `.htpasswd`.
    if let Some(at) = value.iter().take(64).position(|&b| b == b':')
        && [&b"$2"[..], b"$apr1$", b"{SHA}", b"$6$", b"$5$"].iter().any(|hash| value[at + 1..].starts_with(hash))
    {
        return Some(PASSWORD_HASH);
    }
    // An entity tag has 17 characters; a contract or a key behind `0x` has more.
    found.filter(|(text, _)| !text.starts_with(b"0x") || value.len() <= 20).map(|row| row.1).or_else(|| {
        let pairs = value.len() >= 32 && value.len() % 3 == 2 && value.iter().skip(2).step_by(3).all(|&b| b == b':');
        (pairs && value.iter().all(|&b| b == b':' || b.is_ascii_hexdigit())).then_some("thumbprint")
    })
}

/// An account of a public chain, unless the name says that it is private.
fn address(value: &[u8], name: Option<&str>) -> Option<&'static str> {
    let hex = value.strip_prefix(b"0x")?;
    let private = name.is_some_and(|name| {
        let name = name.to_ascii_lowercase();
        ["private", "secret", "key", "password"].iter().any(|word| name.contains(word))
    });
    (hex.len() == 40 && !private && hex.iter().all(u8::is_ascii_hexdigit)).then_some("public address")
}

/// Pictures, fonts, archives and programs in base64, by their first characters.
fn media(value: &[u8]) -> Option<&'static str> {
    #[rustfmt::skip]
    const MAGIC: [&[u8]; 15] = [
        b"iVBORw0KGgo", b"/9j/", b"R0lGOD", b"UklGR", b"AAABAA", b"d09GR", b"d09GMg", b"T1RUTw", b"JVBERi0",
        b"UEsDB", b"H4sIA", b"TVqQAA", b"f0VMR", b"AGFzbQ", b"PHN2Zy",
    ];
    (value.len() >= 100 && MAGIC.iter().any(|magic| value.starts_with(magic))).then_some("embedded media")
}

/// Hex, and base64 of hash lengths, under a name that says what it is.
fn by_name(value: &[u8], name: &str) -> Option<&'static str> {
    #[rustfmt::skip]
    const HASHES: [&str; 13] = [
        "sha", "md5", "hash", "checksum", "digest", "fingerprint", "etag", "integrity", "commit", "revision",
        "srcrev", "crc", "objectid",
    ];
    let hex = value.len() >= 7 && value.iter().all(u8::is_ascii_hexdigit);
    let hashed = hex && matches!(value.len(), 7..=12 | 32 | 40 | 48 | 56 | 64 | 96 | 128)
        || matches!(value.len(), 28 | 44 | 64 | 88) && value.ends_with(b"=");
    if !hashed {
        return None;
    }
    let name: String = name.chars().filter(char::is_ascii_alphanumeric).map(|c| c.to_ascii_lowercase()).collect();
    // `shared…` begins with `sha`, and is the name of many keys; `hashkey` and `hashsalt` are secrets.
    let about = |word: &str| {
        name.contains(word) && !name.ends_with("key") && !name.ends_with("secret") && !name.ends_with("salt")
    };
    if HASHES.iter().any(|word| if *word == "sha" { is_sha(&name) } else { about(word) }) {
        return Some("hash");
    }
    if hex && name.contains("thumbprint") {
        return Some("thumbprint");
    }
    if hex && value.len() == 32 && name.ends_with("version") {
        return Some("version of a vault entry");
    }
    (hex && value.len() == 32 && (name.ends_with("id") || name.ends_with("guid") || name.ends_with("uuid")))
        .then_some("GUID")
}

fn is_sha(name: &str) -> bool {
    name == "sha" || name.ends_with("sha") || ["sha1", "sha2", "sha3", "sha5"].iter().any(|sha| name.contains(sha))
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
