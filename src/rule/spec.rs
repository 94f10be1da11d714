//! What a rule file may say.
//!
//! One TOML file under `rules/` is one [`RuleFile`]; its slug is the file stem. The
//! build script reads all of them through these types and writes the [`RuleSpec`]
//! part out as constants, so that the program starts without parsing anything.
//! Depends on serde, toml and the standard library only: the build script
//! compiles this file too.

#[path = "spec/code.rs"]
mod code;
#[path = "spec/fix.rs"]
mod fix;

use std::borrow::Cow;

pub use code::*;
pub use fix::*;
use serde::{Deserialize, Serialize};

#[path = "spec_config.rs"]
mod config;

pub use config::*;

/// Text that is borrowed from the program for built-in rules and owned for users' rules.
pub type Text = Cow<'static, str>;
/// A list of the same kind.
pub type List<T> = Cow<'static, [T]>;

/// A whole rule file: what the engine needs, and what people read.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct RuleFile {
    /// Short, never reused: `KS` and digits for secrets, `KL` and digits for lints.
    pub code: Text,
    /// Small first letter unless a name, no full stop: `Azure storage account key`.
    pub title: Text,
    /// How bad if true.
    pub severity: Level,
    /// How likely true, before checks and context speak.
    pub confidence: Sureness,
    /// First version that has it.
    pub since: Text,
    /// Old slugs and codes, still understood.
    #[serde(default)]
    pub formerly: Vec<Text>,
    /// Free words: `azure`, `storage`.
    #[serde(default)]
    pub tags: List<Text>,
    /// How telling its shape is; settles which rule names a secret that several found.
    #[serde(default)]
    pub shape: Shape,
    /// Slugs whose findings on the same bytes are preferred to this rule's.
    #[serde(default)]
    pub yields_to: List<Text>,
    /// Slugs that also fire on this rule's examples.
    #[serde(default)]
    pub overlaps: Vec<Text>,
    /// Run in order on every match; one that refutes ends the match.
    #[serde(default)]
    pub checks: List<CheckSpec>,
    /// Values that the shared placeholder and reference tests would drop are kept.
    #[serde(default)]
    pub keep_placeholders: bool,
    /// What finds it.
    #[serde(default, rename = "match")]
    pub matchers: Matchers,
    /// Pieces that are looked up about a match, to enrich it.
    #[serde(default)]
    pub near: List<NearSpec>,
    /// What must stand about a match.
    #[serde(default)]
    pub context: Option<ContextSpec>,
    /// Severity by the text of a part.
    #[serde(default)]
    pub raise: List<RaiseSpec>,
    /// When what is found ends, if a day is written out.
    #[serde(default)]
    pub ends: Option<EndsSpec>,
    /// Changes that mend a finding, the first that fits before the others.
    #[serde(default, rename = "fix")]
    pub fixes: List<FixSpec>,
    /// What other files of the project must say, or must not.
    #[serde(default)]
    pub project: Option<ProjectSpec>,
    /// For people.
    pub docs: DocsSpec,
    /// What to do.
    pub remedy: RemedySpec,
    /// How the values behind `@@name@@` in examples are made.
    #[serde(default)]
    pub samples: std::collections::BTreeMap<String, SampleSpec>,
    /// Its tests and its documentation at once.
    #[serde(default)]
    pub example: Vec<ExampleSpec>,
}

/// The part of a rule that the engine needs.
#[derive(Clone, Debug, Serialize)]
pub struct RuleSpec {
    /// File stem.
    pub slug: Text,
    /// `KS042`
    pub code: Text,
    /// See [`RuleFile`].
    pub title: Text,
    /// See [`RuleFile`].
    pub severity: Level,
    /// See [`RuleFile`].
    pub confidence: Sureness,
    /// See [`RuleFile`].
    pub formerly: List<Text>,
    /// See [`RuleFile`].
    pub tags: List<Text>,
    /// See [`RuleFile`].
    pub shape: Shape,
    /// See [`RuleFile`].
    pub yields_to: List<Text>,
    /// See [`RuleFile`].
    pub checks: List<CheckSpec>,
    /// See [`RuleFile`].
    pub keep_placeholders: bool,
    /// See [`RuleFile`].
    pub matchers: Matchers,
    /// See [`RuleFile`].
    pub near: List<NearSpec>,
    /// See [`RuleFile`].
    pub context: Option<ContextSpec>,
    /// See [`RuleFile`].
    pub raise: List<RaiseSpec>,
    /// See [`RuleFile`].
    pub ends: Option<EndsSpec>,
    /// See [`RuleFile`].
    pub fixes: List<FixSpec>,
    /// See [`RuleFile`].
    pub project: Option<ProjectSpec>,
    /// One sentence: what stands there.
    pub what: Text,
    /// One sentence: why it matters.
    pub why: Text,
    /// See [`RemedySpec`].
    pub remedy: RemedySpec,
}

impl RuleSpec {
    /// Does it find a pattern that leads to a secret, and not a secret?
    pub fn is_lint(&self) -> bool {
        self.code.starts_with("KL")
    }
}

impl RuleFile {
    /// Splits off what the engine needs.
    pub fn spec(&self, slug: &str) -> RuleSpec {
        RuleSpec {
            slug: Cow::Owned(slug.to_owned()),
            code: self.code.clone(),
            title: self.title.clone(),
            severity: self.severity,
            confidence: self.confidence,
            formerly: Cow::Owned(self.formerly.clone()),
            tags: self.tags.clone(),
            shape: self.shape,
            yields_to: self.yields_to.clone(),
            checks: self.checks.clone(),
            keep_placeholders: self.keep_placeholders,
            matchers: self.matchers.clone(),
            near: self.near.clone(),
            context: self.context.clone(),
            raise: self.raise.clone(),
            ends: self.ends.clone(),
            project: self.project.clone(),
            fixes: self.fixes.clone(),
            what: self.docs.what.clone(),
            why: self.docs.why.clone(),
            remedy: self.remedy.clone(),
        }
    }
}

/// `severity` in a rule file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[allow(missing_docs)]
pub enum Level {
    Critical,
    High,
    Medium,
    Low,
    Info,
}

/// `confidence` in a rule file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[allow(missing_docs)]
pub enum Sureness {
    High,
    Medium,
    Low,
}

/// How telling the shape of a match is. Ordered: `Generic` yields to `Named`, `Named` to `Exact`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Shape {
    /// Any literal under a secret-bearing name.
    Generic,
    /// A plain shape under a name or beside a host that says what it is.
    #[default]
    Named,
    /// A shape of its own: a prefix, a marker, a structure. Also looked for in
    /// lock files, minified and generated files, where the others are not.
    Exact,
}

/// What finds a match. Several matchers of one rule are alternatives.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default, rename_all = "kebab-case")]
pub struct Matchers {
    /// Byte patterns about an anchor.
    pub regex: List<RegexSpec>,
    /// Keys with values in configuration files and code.
    pub assignment: List<AssignmentSpec>,
    /// `key=value;key=value` strings, parsed.
    pub connection: List<ConnectionSpec>,
    /// `scheme://user:password@host` URLs, parsed.
    pub url: List<UrlSpec>,
    /// Runs of characters that a check proves.
    pub run: List<RunSpec>,
    /// Files that should not be there.
    pub path: List<PathSpec>,
    /// Nodes of configuration files.
    pub config: List<ConfigSpec>,
    /// Properties of resources that have a safe value.
    pub switch: List<SwitchSpec>,
    /// Command lines in scripts.
    pub command: List<CommandSpec>,
    /// Source code, read by a parser: see [`CodeSpec`].
    pub code: List<CodeSpec>,
}

/// A byte pattern, searched in windows about its anchors.
///
/// The group `secret` is what must be rotated (the whole match if there is none);
/// every other named group is a part. A pattern has a greatest length: no `*`, `+` or `{n,}`.
///
/// A lint points at its group `mark`; what its group `literal` matches is covered where the code is shown, and
/// says that the value is written out.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct RegexSpec {
    /// At least one stands in every match, at least three bytes each.
    pub anchors: List<Text>,
    /// The anchors stand in any letter case.
    #[serde(default)]
    pub ignore_case: bool,
    /// In the syntax of the regex crate, Unicode off; `(?x)` for white space and comments.
    pub pattern: Text,
    /// Instead of the rule's own.
    #[serde(default)]
    pub confidence: Option<Sureness>,
    /// Globs on the whole path; empty: every file.
    #[serde(default)]
    pub files: List<Text>,
    /// No finding: the project is noted to have this, see `[project]`. A group `value` says of whom.
    #[serde(default)]
    pub fact: Option<Text>,
    /// Of a lint, instead of the rule's own.
    #[serde(default)]
    pub severity: Option<Level>,
    /// Of a lint: texts one of which must stand in the document, letter case aside. Empty: any document.
    #[serde(default)]
    pub seen: List<Text>,
    /// Of a lint: texts none of which may stand in the document, letter case aside.
    #[serde(default)]
    pub far: List<Text>,
}

/// Keys with values, wherever they stand: JSON, YAML, TOML, XML, `.env`, INI, and
/// `name = "literal"` in code.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct AssignmentSpec {
    /// Globs on keys. Keys and globs are compared in small letters with everything
    /// but letters and digits left out; `.` divides the segments of a path, `*`
    /// stands for anything within a segment. `clientsecret` is the last segment,
    /// `azuread.clientsecret` the last two, `*storage*key` the last one or all joined.
    pub keys: List<Text>,
    /// The whole value matches it; groups are as in [`RegexSpec`]. None: any value.
    #[serde(default)]
    pub value: Option<Text>,
    /// Literal words one of which stands in the key, small letters, for the prefilter.
    /// None: the longest literal run of each glob.
    #[serde(default)]
    pub anchors: List<Text>,
    /// Instead of the rule's own.
    #[serde(default)]
    pub confidence: Option<Sureness>,
    /// Globs on the whole path; empty: every file.
    #[serde(default)]
    pub files: List<Text>,
}

/// A string of `key=value` pairs divided by `;`, parsed with the quoting rules of ADO.NET and ODBC.
///
/// Keys are compared in small letters without spaces, after synonyms: `pwd` is
/// `password`; `uid`, `userid`, `username` are `user`; `datasource`, `addr`, `address`,
/// `networkaddress`, `host` are `server`; `initialcatalog` is `database`.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct ConnectionSpec {
    /// The key whose value is the secret; the first that is there.
    pub secret: List<Text>,
    /// Keys one of which must be there as well.
    #[serde(default)]
    pub needs: List<Text>,
    /// Keys that must not be there.
    #[serde(default)]
    pub without: List<Text>,
    /// The whole secret matches it. None: any value.
    #[serde(default)]
    pub value: Option<Text>,
    /// Patterns that the value of another key holds somewhere.
    #[serde(default, rename = "where")]
    pub conditions: List<PairSpec>,
    /// Keys whose values become parts, with the name of the part.
    #[serde(default)]
    pub parts: List<PairSpec>,
    /// Instead of the rule's own.
    #[serde(default)]
    pub confidence: Option<Sureness>,
}

/// A key of a connection string, and a pattern or the name of a part.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct PairSpec {
    /// The key, after synonyms.
    pub key: Text,
    /// The pattern, or the part's name.
    #[serde(alias = "part")]
    pub is: Text,
}

/// A URL with a password in it, split at the last `@` before the host.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct UrlSpec {
    /// Small letters, `postgres`; `postgresql+psycopg2` counts as `postgresql`. Empty: any.
    #[serde(default)]
    pub schemes: List<Text>,
    /// A pattern that the host holds somewhere. None: any.
    #[serde(default)]
    pub host: Option<Text>,
    /// The whole decoded password matches it. None: any.
    #[serde(default)]
    pub password: Option<Text>,
    /// The user may be the secret, with no password: `https://TOKEN@host`.
    #[serde(default)]
    pub user_is_secret: bool,
    /// Instead of the rule's own.
    #[serde(default)]
    pub confidence: Option<Sureness>,
}

/// Characters of one alphabet, exactly so many, with nothing about them that says what they are. Only what a check
/// proves is a finding.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct RunSpec {
    /// All characters.
    pub alphabet: Text,
    /// The last character is one of these. Empty: any.
    #[serde(default)]
    pub last: Text,
    /// How many there are.
    pub length: u32,
}

/// Files that should not be there. The finding is on the file, without a secret value.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct PathSpec {
    /// Globs on the whole path.
    pub files: List<Text>,
    /// A byte pattern that must match at the beginning of the file. None: the name is enough.
    #[serde(default)]
    pub begins: Option<Text>,
    /// Texts none of which may stand in the file.
    #[serde(default)]
    pub far: List<Text>,
    /// Of a lint, instead of the rule's own.
    #[serde(default)]
    pub severity: Option<Level>,
}

/// A piece that is looked up about a match: tenant, client, account, host.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct NearSpec {
    /// The part's name.
    pub part: Text,
    /// A pattern whose group `value` (or whole match) is the part.
    pub pattern: Text,
    /// Lines above and below; the nearest match is taken.
    pub lines: u32,
}

/// What must stand about a match for it to be believed.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct ContextSpec {
    /// One of these, in any letter case.
    pub words: List<Text>,
    /// Lines above and below that are looked at; 0 is the whole document.
    #[serde(default)]
    pub lines: u32,
    /// What happens without: `drop` or `lower`.
    pub missing: Missing,
}

/// What happens to a match without its context.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Missing {
    /// Not reported, but counted.
    Drop,
    /// One confidence less.
    Lower,
}

/// A lint of something that ends: the last day written in the finding counts from the day of the scan.
///
/// What no day is written for is left as it is.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default, rename_all = "kebab-case")]
pub struct EndsSpec {
    /// The part that holds the day; none: the code of the finding.
    pub part: Option<Text>,
    /// Ends it within so many days, it is no finding.
    pub days: u32,
    /// Ends it later than in so many days, its severity is high.
    pub high: Option<u32>,
    /// Its severity where it has ended.
    pub past: Option<Level>,
}

/// Another severity where a part matches.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct RaiseSpec {
    /// The part.
    pub part: Text,
    /// A pattern that its text holds somewhere.
    pub is: Text,
    /// The severity then.
    pub severity: Level,
}

/// What must be known of the whole project for a finding to stand. Facts come from matchers with a `fact`,
/// of this rule or another, in the same pass.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default, rename_all = "kebab-case")]
pub struct ProjectSpec {
    /// The part of the finding that a fact must speak of; a finding without it stands. None: any such fact counts.
    pub part: Option<Text>,
    /// No such fact may be known.
    pub unless: List<Text>,
    /// Such a fact must be known.
    pub when: List<Text>,
    /// The same value of `part` must stand in two environments (dev, test, stage, prod, by path or by a part
    /// `environment`); the first place is let be.
    pub environments: bool,
}

/// Offline proof or refutation of a value. Each is one file under `src/check/`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum CheckSpec {
    /// Base64 of exactly so many bytes, padding allowed to miss.
    Base64Bytes(u32),
    /// The base64 does not stand behind `sha256-`, `sha512-`, `integrity` or in a lock entry.
    NotDigest,
    /// Marvin32 checksum under one of the seeds of the 4-character signature in the value.
    HisV1,
    /// The signature of such a key, and a role that the checksum proves: none but this one. What has no signature passes.
    KeyRole(Text),
    /// Common annotated security key (84 or 88 characters with `JQQJ`).
    Cask,
    /// Entra client secret with a marker: checksum of the `8Q~` generation.
    EntraSecret,
    /// Entra client secret without a marker: alphabet, symbols, not a date, not a GUID, random.
    EntraSecretLegacy,
    /// 52 characters base32 with the CRC of Azure DevOps.
    DevopsPat,
    /// JSON Web Token: structure, algorithm, expiry, issuer.
    Jwt,
    /// A token whose claims or issuer are Entra's.
    JwtEntra,
    /// Entra refresh token: tenant and client inside.
    EntraRefreshToken,
    /// Storage shared access signature in a query: fields, permissions, expiry.
    StorageSas,
    /// `sr=…&sig=…&se=…&skn=…` of Service Bus, Event Hubs, IoT Hub.
    ServiceSas,
    /// PEM body: complete, elided, encrypted, too short.
    PrivateKey,
    /// PKCS#12 container in base64.
    Pfx,
    /// Looks made by a machine: by alphabet, length, words and entropy.
    Random,
    /// As `random`, but a weak value only loses confidence.
    Graded,
    /// A password: any literal, weak and well-known ones lose confidence.
    Password,
    /// What Azure SQL and virtual machines accept: eight characters of three classes; others lose confidence.
    AzurePassword,
    /// Not a GUID.
    NotGuid,
    /// Letters of both cases and a digit.
    MixedCase,
    /// Base64 that decodes to `user:password`.
    BasicAuth,
    /// By the scheme before it: as `basic-auth`, as `graded` or a JSON Web Token, as `password`.
    Authorization,
    /// CRC32 in the way of the named provider: `github`, `gitlab`, `grafana`, `atlassian`,
    /// `cloudflare`, `confluent`, `zuplo`.
    Crc(Text),
    /// An AWS access key id: account number inside.
    AwsKeyId,
    /// Bech32, human part given.
    Bech32(Text),
    /// Base64 whose decoded bytes begin so.
    Base64Begins(Text),
    /// BIP39 words with their checksum.
    Mnemonic,
}

/// For people. Texts begin small and end without a full stop.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct DocsSpec {
    /// What stands there.
    pub what: Text,
    /// Why it matters.
    pub why: Text,
    /// What it misses or wrongly reports, if known.
    #[serde(default)]
    pub known_problems: Option<Text>,
    /// Where to read on.
    #[serde(default)]
    pub links: Vec<Text>,
}

/// What to do: rows of `rules/tables/`.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct RemedySpec {
    /// `rules/tables/routes.toml`: the way to have no secret.
    pub route: Text,
    /// `rules/tables/roles.toml`: what the identity needs, least first.
    #[serde(default)]
    pub grant: List<Text>,
    /// `rules/tables/revoke.toml`: how to make the leaked value worthless.
    pub revoke: Text,
}

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
    /// What the text is after the fixes of the rule, unsafe ones too; none: no fix is looked for.
    #[serde(default)]
    pub fixed: Option<String>,
    /// Parts that the first finding must have, with their text.
    #[serde(default)]
    pub parts: std::collections::BTreeMap<String, String>,
}

/// Reads one rule file.
///
/// # Errors
/// What toml says, with the place in `text`: a syntax error, an unknown key, a missing one.
pub fn parse(text: &str) -> Result<RuleFile, toml::de::Error> {
    RuleFile::deserialize(toml::Deserializer::parse(text)?)
}
