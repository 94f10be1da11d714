//! What is reported.

use std::collections::HashSet;

use serde::Serialize;

use super::date::Day;
use super::fingerprint::{Fingerprint, SecretId};
use super::origin::{History, Origin};
use super::path::RepoPath;
use super::remedy::{Fix, Remedy};
use super::secret::Secret;
use super::severity::{Confidence, Severity};
use super::span::LineCol;

/// A credential, or a pattern that needs one, at one or more places.
///
/// Owned and complete: an output needs nothing else to show it.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Finding {
    /// The rule that found it.
    #[serde(flatten)]
    pub rule: RuleId,
    /// Secret or lint.
    pub kind: Kind,
    /// The rule's title.
    pub title: String,
    /// How bad if true.
    pub severity: Severity,
    /// How likely true.
    pub confidence: Confidence,
    /// Gates passed and steps taken, in order.
    pub because: Vec<Reason>,
    /// The first place.
    pub location: Location,
    /// The same secret elsewhere, sorted; and the places of those in `alike`.
    pub also_at: Vec<Location>,
    /// Other secrets of the same kind in the same file that are told with this one: a table has hundreds.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub alike: Vec<Alike>,
    /// What must be rotated; a lint has none.
    pub secret: Option<Secret>,
    /// Its secret anywhere; a lint has none.
    pub secret_id: Option<SecretId>,
    /// Named pieces beside the secret: account, host, tenant, role, expiry.
    pub parts: Vec<Part>,
    /// Findings with one cause share it.
    pub group: Group,
    /// This finding, for baselines and dashboards.
    pub fingerprint: Fingerprint,
    /// What to do, first things first.
    pub remedies: Vec<Remedy>,
    /// Changes we can make.
    pub fixes: Vec<Fix>,
    /// Open, or known and accepted.
    pub status: Status,
    /// What became of it, if it was found in commits.
    pub history: Option<History>,
    /// The lines of the first place, with every secret covered.
    #[serde(skip)]
    pub excerpt: Excerpt,
}

impl Finding {
    /// Is it neither accepted nor suppressed?
    pub fn is_open(&self) -> bool {
        matches!(self.status, Status::Open)
    }

    /// Of the versions of a file that hold the same secret, one place is told: the first that is listed. A
    /// secret that stood in a file for two thousand commits has one place there, not two thousand.
    pub fn fold_versions(&mut self) {
        let mut known: HashSet<RepoPath> = HashSet::new();
        if let Origin::Commit { path, .. } = &self.location.origin {
            known.insert(path.clone());
        }
        self.also_at.retain(|place| match &place.origin {
            Origin::Commit { path, .. } => known.insert(path.clone()),
            _ => true,
        });
    }
}

/// A finding that is told with another one of its kind.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Alike {
    /// Its own identity: a baseline holds every one.
    pub fingerprint: Fingerprint,
    /// Its secret anywhere; a lint has none.
    pub secret_id: Option<SecretId>,
    /// Its first place.
    pub location: Location,
}

/// Slug and code of a rule.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct RuleId {
    /// File stem, readable: `azure-storage-account-key`.
    #[serde(rename = "rule")]
    pub slug: String,
    /// Short, never reused: `KS042`.
    pub code: String,
}

/// What kind of rule found it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    /// A value that must be rotated.
    #[default]
    Secret,
    /// A pattern that leads to one.
    Lint,
}

/// A place, in the blob as it was read.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Location {
    /// The path as it is shown. Sorted by first.
    pub path: super::path::RepoPath,
    /// First character.
    pub start: LineCol,
    /// The place after the last character.
    pub end: LineCol,
    /// Where the blob was met.
    pub origin: Origin,
}

/// One gate a finding passed, or one step its severity or confidence took.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Reason {
    /// The gate: a check's name, `context`, `near`, `path`.
    pub gate: String,
    /// What it did.
    pub effect: Effect,
    /// In a few words, never with the secret.
    pub detail: String,
}

/// What a gate did to a finding.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "lowercase")]
pub enum Effect {
    /// Proof: confidence is high.
    Proved,
    /// Nothing against it.
    Passed,
    /// One step more.
    Raised,
    /// One step less.
    Lowered,
}

/// A named piece beside the secret. Never itself secret.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Part {
    /// `account`, `host`, `tenant`, `client`, `user`, `expires` …
    pub name: String,
    /// The text.
    pub value: String,
    /// The line it stands on, if it stands in the blob.
    pub line: Option<u32>,
}

impl Part {
    /// The name that commands and templates know a resource by: `contoso` of `contoso.database.windows.net,1433`.
    pub fn resource_name(&self) -> &str {
        const AZURE: [&str; 7] = [
            ".windows.net",
            ".azure.com",
            ".azure.net",
            ".azurecr.io",
            ".azurewebsites.net",
            ".azure.cn",
            ".usgovcloudapi.net",
        ];
        let address = self.value.strip_prefix("tcp:").unwrap_or(&self.value);
        let host = address.split([',', ':', '/']).next().unwrap_or(address);
        let is_azures = AZURE.iter().any(|end| host.to_ascii_lowercase().ends_with(end));
        if is_azures { host.split('.').next().unwrap_or(host) } else { &self.value }
    }
}

/// Findings with one cause share a group: a secret and the lint that needs it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Group(pub u32);

/// Open, or known and accepted. A suppressed finding stays in the report.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(tag = "state", rename_all = "lowercase")]
pub enum Status {
    /// To be dealt with.
    Open,
    /// Known and accepted.
    Suppressed {
        /// By what.
        by: SuppressedBy,
        /// The reason that was given.
        reason: Option<String>,
        /// The last day on which it holds.
        until: Option<Day>,
    },
}

/// What suppressed a finding.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "lowercase")]
pub enum SuppressedBy {
    /// A comment in the file.
    Inline,
    /// An entry of the configuration.
    Allow,
    /// A baseline.
    Baseline,
}

/// Lines to show, every secret in them covered, control characters replaced.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Excerpt {
    /// The text, lines divided by `\n`; long lines are cut about the match.
    pub text: String,
    /// Line number of its first line, from 1.
    pub first_line: u32,
    /// Column of its first character, from 1; more than 1 if the line was cut.
    pub first_column: u32,
    /// Bytes of `text` to point at: start, length.
    pub mark: (usize, usize),
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_host_of_azure_is_known_by_its_first_name() {
        for (value, expected) in [
            ("contoso.database.windows.net,1433", "contoso"),
            ("tcp:contoso.database.windows.net,1433", "contoso"),
            ("contoso.redis.cache.windows.net:6380", "contoso"),
            ("db.example.org:5432", "db.example.org:5432"),
            ("contoso", "contoso"),
        ] {
            let part = Part { name: "host".into(), value: value.into(), line: None };
            assert_eq!(part.resource_name(), expected, "{value}");
        }
    }
}
