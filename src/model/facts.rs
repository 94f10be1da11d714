//! What a scan learned of where the code runs.

use std::collections::BTreeSet;

use serde::Serialize;

/// Evidence of platforms. Sorted by platform, then path.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Facts {
    /// Every piece, each with the path that shows it.
    pub platforms: BTreeSet<Evidence>,
    /// Names that commands need: of apps, groups, clusters, environments.
    #[serde(skip)]
    pub names: BTreeSet<Name>,
}

/// One file that shows where code runs or how it gets there.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Evidence {
    /// `functions`, `app-service`, `github-actions`, `terraform` …
    pub platform: String,
    /// The file.
    pub path: String,
    /// What in it says so: `Microsoft.Web/sites`, or the file's name.
    pub what: String,
}

/// What something is called, in a file that deploys it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Name {
    /// What commands call it: `app`, `resource-group`, `account`, `environment` …; `identity` and `no-identity`: what
    /// runs code in a template has one, whose kind is the value, or none; `package`: a package and its version.
    pub of: &'static str,
    /// The platform of an app, or the group of commands that knows the resource; else empty.
    pub platform: &'static str,
    /// The name.
    pub value: String,
    /// The file.
    pub path: String,
}

impl Facts {
    /// Takes over what another worker learned.
    pub fn merge(&mut self, other: Self) {
        self.platforms.extend(other.platforms);
        self.names.extend(other.names);
    }
}
