//! Routes, roles and revocations, read from `rules/tables/` when a finding needs them.

use std::collections::HashMap;
use std::sync::LazyLock;

use serde::Deserialize;

/// A route or a revocation: an ordered list of steps.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Row {
    /// What rules call it.
    pub id: String,
    /// What it achieves.
    pub title: String,
    /// When it applies, for pages.
    #[serde(default)]
    pub when: String,
    /// In order.
    pub steps: Vec<RowStep>,
}

/// One step of a row.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RowStep {
    /// What to do.
    pub text: String,
    /// A command, with `{part}` of the finding and `<placeholder>` for the reader.
    #[serde(default)]
    pub command: Option<String>,
}

/// A role that replaces a key.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Role {
    /// What rules call it.
    pub id: String,
    /// As Azure names it.
    pub name: String,
    /// Id of the role definition; empty where it is granted in another way.
    #[serde(default)]
    pub guid: String,
    /// The narrowest scope that is enough.
    #[serde(default)]
    pub scope: String,
    /// What it allows, or how it is granted.
    #[serde(default)]
    pub note: String,
}

/// All tables, by id.
#[derive(Clone, Debug, Default)]
pub struct Tables {
    routes: HashMap<String, Row>,
    roles: HashMap<String, Role>,
    revocations: HashMap<String, Row>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Routes {
    route: Vec<Row>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Roles {
    role: Vec<Role>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Revocations {
    revoke: Vec<Row>,
}

static BUILTIN: LazyLock<Tables> = LazyLock::new(|| {
    Tables::parse(
        include_str!("../../rules/tables/routes.toml"),
        include_str!("../../rules/tables/roles.toml"),
        include_str!("../../rules/tables/revoke.toml"),
    )
    .expect("tests/tables.rs reads the same files")
});

impl Tables {
    /// The tables that the program carries.
    pub fn builtin() -> &'static Self {
        &BUILTIN
    }

    /// From the texts of the three files.
    ///
    /// # Errors
    /// What toml says.
    pub fn parse(routes: &str, roles: &str, revocations: &str) -> Result<Self, toml::de::Error> {
        let (routes, roles) = (toml::from_str::<Routes>(routes)?.route, toml::from_str::<Roles>(roles)?.role);
        let revocations = toml::from_str::<Revocations>(revocations)?.revoke;
        Ok(Self {
            routes: routes.into_iter().map(|row| (row.id.clone(), row)).collect(),
            roles: roles.into_iter().map(|row| (row.id.clone(), row)).collect(),
            revocations: revocations.into_iter().map(|row| (row.id.clone(), row)).collect(),
        })
    }

    /// A way to have no secret.
    pub fn route(&self, id: &str) -> Option<&Row> {
        self.routes.get(id)
    }

    /// A role.
    pub fn role(&self, id: &str) -> Option<&Role> {
        self.roles.get(id)
    }

    /// How to make a leaked value worthless.
    pub fn revoke(&self, id: &str) -> Option<&Row> {
        self.revocations.get(id)
    }

    /// Every role, in no order.
    pub fn roles(&self) -> impl Iterator<Item = &Role> {
        self.roles.values()
    }
}
