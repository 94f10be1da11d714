//! What a scan learned of where the code runs.

use std::collections::BTreeSet;

use serde::Serialize;

/// Evidence of platforms, each with the path that shows it. Sorted.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Facts {
    /// `("github-actions", ".github/workflows/ci.yml")`
    pub platforms: BTreeSet<(String, String)>,
}

impl Facts {
    /// Takes over what another worker learned.
    pub fn merge(&mut self, other: Self) {
        self.platforms.extend(other.platforms);
    }
}
