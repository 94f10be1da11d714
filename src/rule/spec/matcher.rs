//! What finds a match: `[[match.…]]`, but for configuration and code.

use serde::{Deserialize, Serialize};

use super::{CodeSpec, CommandSpec, ConfigSpec, Level, List, Sureness, SwitchSpec, Text};

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
