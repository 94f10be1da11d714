//! For people: `[docs]` and `[remedy]`.

use serde::{Deserialize, Serialize};

use super::{List, Text};

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
