//! Values that name something: GUIDs, hashes, resources, public keys. They open nothing.

use super::Class;
use crate::check::{guid, known};

/// What a value names, if it says so itself, or the name of its key does.
pub(super) fn identifier(value: &[u8], name: Option<&str>) -> Option<Class> {
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
    const BEGINNINGS: [(&[u8], &str); 86] = [
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
        (b"$shiro1$", PASSWORD_HASH),
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
        (b"30818902818100", "public key"),
        (b"3082010a0282010100", "public key"),
        (b"3059301306072a8648ce3d0201", "public key"),
        (b"30820122300d06092a864886f70d01010105", "public key"),
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
    // `IDENTIFIED BY PASSWORD '*6C89…'` of MySQL.
    if let [b'*', rest @ ..] = value
        && rest.len() == 40
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
