//! What stands about a match, and what must: `[[near]]`, `[context]`, `[[raise]]`, `[ends]`, `[project]`.

use serde::{Deserialize, Serialize};

use super::{Level, List, Text};

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
