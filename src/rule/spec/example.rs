//! Examples, and how the fake values in them are made: `[[example]]`, `[samples]`.

use serde::Deserialize;

use super::{Level, Sureness};

/// How a fake value for examples is made: always the same for the same rule and name.
///
/// A field each; exactly one of `chars`, `base64-bytes`, `text`, `guid`, `jwt`, `pem`, `made` is there.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default, rename_all = "kebab-case")]
pub struct SampleSpec {
    /// So many characters of `alphabet`.
    pub chars: Option<u32>,
    /// `hex`, `HEX`, `b62`, `b64`, `b64url`, `b32`, `b32lower`, `aad66`, `alnum` (small letters and digits), `ALNUM`,
    /// `digits`, `letters`, `word`, `password`, or the characters themselves.
    pub alphabet: Option<String>,
    /// Base64 of so many random bytes.
    pub base64_bytes: Option<u32>,
    /// URL alphabet instead of `+` and `/`.
    pub url: bool,
    /// Made by an algorithm that signs: `his-v1:+ASt:Default0` (64 bytes, or what the signature has), `cask:AZDO:AAAS`,
    /// `entra-secret`, `entra-secret-7`, `devops-pat`, `entra-refresh-token`, `github:ghp_`, `npm:npm_`, `gitlab:glpat-`,
    /// `grafana`, `atlassian:ATATT3xFfGF0`, `cloudflare:cfut_`, `confluent`, `zuplo`, `aws-key-id`, `age`, `pfx`.
    pub made: Option<String>,
    /// A signed token with these claims as JSON; `@@tenant@@` in it is another sample.
    pub jwt: Option<String>,
    /// A GUID, version 4.
    pub guid: bool,
    /// A private key block with this label: `RSA PRIVATE KEY`; `ENCRYPTED PRIVATE KEY` is encrypted.
    pub pem: Option<String>,
    /// This text, with other samples in it: `@@user@@:@@password@@`.
    pub text: Option<String>,
    /// Put before it, unchanged.
    pub prefix: String,
    /// Put after it, unchanged.
    pub suffix: String,
    /// Afterwards, in order: `base64`, `percent`, `json`, `xml`, `utf16-base64`.
    pub encode: Vec<String>,
}

/// A text, and the exact secrets to be found in it.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct ExampleSpec {
    /// A short sentence, unique in the file.
    pub name: String,
    /// The file name it is scanned under.
    pub file: String,
    /// The text, with `@@sample@@` placeholders.
    pub text: String,
    /// `utf-8` (default), `utf-16le`, `utf-16be`, with `-bom` if there is one.
    #[serde(default)]
    pub encoding: Option<String>,
    /// The exact secrets, in order; `[]` for a negative example.
    pub finds: Vec<String>,
    /// At least this confidence; the profile `gate` shows `medium` and more.
    #[serde(default)]
    pub confidence: Option<Sureness>,
    /// Exactly this severity.
    #[serde(default)]
    pub severity: Option<Level>,
    /// Does a negative example show the way without a secret? The rule's page then shows it first.
    #[serde(default)]
    pub right: bool,
    /// What the text is after the fixes of the rule, unsafe ones too; none: no fix is looked for.
    #[serde(default)]
    pub fixed: Option<String>,
    /// Parts that the first finding must have, with their text.
    #[serde(default)]
    pub parts: std::collections::BTreeMap<String, String>,
}
