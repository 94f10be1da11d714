//! Names that hold a word for secrets, and whose values are none, or none in clear.
//!
//! Asked for rules that stand on the name alone. The last segment of the name counts,
//! compared in small letters without separators: `publicKeyToken`, `PUBLIC_KEY_TOKEN`.

use super::suffix;

/// What a name says against its value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Decoy {
    /// Names something public, or a place in a list.
    Identifier,
    /// A hash or an encrypted text stands there.
    Hidden,
    /// The name itself says that the value does not work.
    Invented,
}

/// Endings of names whose values identify, count or continue.
#[rustfmt::skip]
const IDENTIFIERS: [&str; 101] = [
    "publickeytoken", "publickey", "pubkey", "sshpublickey", "skiptoken", "continuationtoken", "nextpagetoken",
    "nexttoken", "pagetoken", "paginationtoken", "synctoken", "deltatoken", "changetoken", "resumetoken",
    "cancellationtoken", "csrftoken", "xsrftoken", "requestverificationtoken", "antiforgerytoken", "locktoken",
    "padtoken", "bostoken", "eostoken", "unktoken", "septoken", "clstoken", "masktoken", "stoptoken", "designtoken",
    "devicetoken",
    "idempotencytoken", "idempotencykey", "partitionkey", "rowkey", "sortkey", "rangekey", "foreignkey", "cachekey",
    "instrumentationkey", "insightskey", "sitekey", "publishablekey", "hostpublickey", "lookupkey", "groupkey", "indexkey", "objectkey",
    "itemkey", "entitykey", "translationkey", "localizationkey", "resourcekey", "messagekey", "pagekey", "storekey",
    "registrykey", "hotkey", "shortcutkey", "accelkey", "apkkey", "uniquekey", "gpgkey", "pgpkey", "aptkey", "rpmkey",
    "trustedkey", "pinnedkey", "filekey", "imagekey", "assetkey", "s3key", "blobkey", "pathkey", "tablekey", "mapkey",
    "menukey", "commitkey", "etagkey", "clientsidekey", "parentkey", "childkey", "configkey", "repositorykey",
    "identifierkey", "projectkey", "changekey", "channelkey", "recordkey", "repokey", "columnkey", "fieldkey",
    "propertykey", "routekey", "labelkey", "categorykey", "deduplicationkey", "mssessiontoken", "authenticitytoken", "middlewaretoken",
    // What searches in a browser is public by design.
    "algoliasearchkey", "searchonlyapikey",
];

/// Words before `key` that make it a secret.
#[rustfmt::skip]
const QUALIFIERS: [&str; 14] = [
    "api", "access", "account", "auth", "encryption", "hmac", "license", "master", "private", "secret", "shared",
    "signing", "subscription", "jwt",
];

/// Beginnings of names of pages, links and switches about passwords.
const ABOUT: [&str; 8] = ["forgot", "lost", "reset", "show", "hide", "toggle", "has", "no"];

/// What the name says against its value, if it says anything.
pub fn of(name: &str) -> Option<Decoy> {
    let name = std::str::from_utf8(suffix::without(name.as_bytes())).unwrap_or(name);
    let mut parts = name
        .rsplit(['.', ':', '/', '[', ' '])
        .map(|part| part.chars().filter(char::is_ascii_alphanumeric).collect::<String>().to_ascii_lowercase())
        .filter(|part| !part.is_empty());
    let plain = parts.next()?;
    // `payments.api.key`
    let mut qualified = || parts.next().is_some_and(|before| QUALIFIERS.iter().any(|word| before.ends_with(word)));
    // `iKey`: of Application Insights.
    if plain == "ikey" || plain == "key" && !qualified() || identifies(&plain) {
        return Some(Decoy::Identifier);
    }
    // A part of a public key, whatever its length.
    if plain.contains("modulus") {
        return Some(Decoy::Identifier);
    }
    // `ButtonForgotPassword`, `linkResetPassword` too; `has` and `no` end other words.
    let about = |word: &str| {
        let before = ["password", "passwd", "pwd"].iter().find_map(|name| plain.strip_suffix(name));
        before.is_some_and(|before| {
            before == word || word.len() > 3 && before.ends_with(word) && !before.ends_with("preset")
        })
    };
    if ABOUT.iter().any(|word| about(word)) {
        return Some(Decoy::Identifier);
    }
    // `issecret=true`, `hasToken: …`: a switch.
    let switch = ["is", "has"].iter().filter_map(|word| plain.strip_prefix(word));
    if switch.into_iter().any(|rest| matches!(rest, "secret" | "token" | "apikey" | "credential" | "credentials")) {
        return Some(Decoy::Identifier);
    }
    let hidden = ["encrypted", "hashed", "wrapped", "obfuscated", "masked"];
    // An encoded key is the key in base64; an encoded password is what a server stores.
    let encoded = plain.contains("encodedpassw");
    if plain.ends_with("hash") || encoded || hidden.iter().any(|word| holds_word(&plain, word)) {
        return Some(Decoy::Hidden);
    }
    let invented = ["invalid", "fake", "dummy", "mock", "wrong", "bogus", "malformed"];
    invented.iter().any(|word| plain.starts_with(word)).then_some(Decoy::Invented)
}

/// `changeKey` of a calendar, but not `exchangeKey`.
fn identifies(plain: &str) -> bool {
    IDENTIFIERS.iter().any(|ending| plain.ends_with(ending)) && !plain.ends_with("exchangekey")
}

/// `encrypted`, but not `unencrypted`.
fn holds_word(plain: &str, word: &str) -> bool {
    plain.find(word).is_some_and(|at| !plain[..at].ends_with("un") && !plain[..at].ends_with("non"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_say_what_their_values_are_not() {
        for (name, expected) in [
            ("publicKeyToken", Some(Decoy::Identifier)),
            ("assemblyIdentity.PUBLIC_KEY_TOKEN", Some(Decoy::Identifier)),
            ("$skiptoken", Some(Decoy::Identifier)),
            ("nextPageToken", Some(Decoy::Identifier)),
            ("issecret", Some(Decoy::Identifier)),
            ("forgotPassword", Some(Decoy::Identifier)),
            ("ButtonForgotPassword", Some(Decoy::Identifier)),
            ("kimonoPassword", None),
            ("presetPassword", None),
            ("key", Some(Decoy::Identifier)),
            ("key1", Some(Decoy::Identifier)),
            ("partitionKeyProd", Some(Decoy::Identifier)),
            ("API_KEY_PROD", None),
            ("menu.key", Some(Decoy::Identifier)),
            ("payments.api.key", None),
            ("APPINSIGHTS_INSTRUMENTATIONKEY", Some(Decoy::Identifier)),
            ("encryptedPrivateKey", Some(Decoy::Hidden)),
            ("password_hash", Some(Decoy::Hidden)),
            ("wrongPassword", Some(Decoy::Invented)),
            ("unencryptedPassword", None),
            ("encodedPassword", Some(Decoy::Hidden)),
            ("ENCODED_SECRET_KEY", None),
            ("AzureAd:ClientSecret", None),
            ("accessToken", None),
            ("apiKey", None),
            ("newPassword", None),
            ("PrimaryRemoteRepositoryKey", Some(Decoy::Identifier)),
            ("iKey", Some(Decoy::Identifier)),
            ("sonar.projectKey", Some(Decoy::Identifier)),
            ("changeKey", Some(Decoy::Identifier)),
            ("exchangeKey", None),
            ("x-ms-session-token", Some(Decoy::Identifier)),
            ("session_token", None),
            ("authenticity_token", Some(Decoy::Identifier)),
            ("", None),
        ] {
            assert_eq!(of(name), expected, "{name}");
        }
    }
}
