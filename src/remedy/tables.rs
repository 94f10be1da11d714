//! Routes, roles and revocations, read from `rules/tables/` when a finding needs them.

use std::collections::HashMap;
use std::sync::LazyLock;

use serde::Deserialize;

use crate::model::Phase;
use crate::rule::spec::{RemedySpec, Text};

/// A route or a revocation: an ordered list of steps.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Row {
    /// What rules call it.
    pub id: String,
    /// What it achieves.
    pub title: String,
    /// When it applies, for pages.
    #[serde(default)]
    pub when: String,
    /// Does it need to know where the code runs? Then the place's own row comes before it.
    #[serde(default)]
    pub by_place: bool,
    /// Are its steps of phase `identity` the same as the place's? Then the place's are enough.
    #[serde(default)]
    pub identity_by_place: bool,
    /// The row of the place where it runs, if its files do not decide that: Terraform runs where Terraform runs.
    #[serde(default)]
    pub place: Option<String>,
    /// Endings of the hosts that it is for; empty: any.
    #[serde(default)]
    pub hosts: Vec<String>,
    /// The row for a finding that names another host.
    #[serde(default)]
    pub otherwise: Option<String>,
    /// Rows for findings whose line holds a word: a rule about servers of several kinds names one row.
    #[serde(default)]
    pub variants: Vec<Variant>,
    /// Roles that replace those of the rule where another row led to this one.
    #[serde(default)]
    pub grant: Vec<Text>,
    /// No role of Azure opens what it is about.
    #[serde(default)]
    pub no_roles: bool,
    /// Its own step about roles says more than those of the rule, unless the code tells which of them is meant.
    #[serde(default)]
    pub told_roles: bool,
    /// Does a secret remain at the end of it, better kept?
    #[serde(default)]
    pub still_secret: bool,
    /// May one of its steps leave a secret in a vault or a store, where nothing better can be had?
    #[serde(default)]
    pub vault_last: bool,
    /// The phase of steps that name none; `change` in routes, `revoke` in revocations.
    #[serde(skip, default = "change")]
    pub phase: Phase,
    /// In order.
    pub steps: Vec<RowStep>,
}

/// Another row, where the line that a finding points at says so.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Variant {
    /// Words, in small letters.
    pub said: Vec<String>,
    /// The id of the row that is meant.
    pub row: String,
}

fn change() -> Phase {
    Phase::Change
}

/// One step of a row.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct RowStep {
    /// When its turn comes in a plan.
    #[serde(default)]
    pub phase: Option<Phase>,
    /// What to do.
    pub text: String,
    /// A command, with `{part}` of the finding and `<placeholder>` for the reader.
    #[serde(default)]
    pub command: Option<String>,
    /// Only where the code runs in a place of one of these kinds; empty: anywhere.
    #[serde(default)]
    pub only: Vec<Ground>,
    /// In a place's row: only beside one of these routes; empty: beside any.
    #[serde(default)]
    pub beside: Vec<String>,
}

/// A kind of place that code runs in, as far as it decides which advice is of use.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Ground {
    /// Azure compute, or a server that Arc knows: it has a managed identity.
    Azure,
    /// A pipeline, which signs in with its own token.
    Pipeline,
    /// Somewhere else: another cloud, a cluster or a server elsewhere.
    Elsewhere,
    /// Somebody's desk.
    Desk,
    /// The files do not show it.
    Unknown,
}

/// A role that replaces a key.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
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
    /// A command that prints the id of the resource, for `--scope`; with `{part}` of the finding.
    #[serde(default)]
    pub scope_command: Option<String>,
    /// What it allows, or how it is granted.
    #[serde(default)]
    pub note: String,
    /// What in code or settings shows that this role is meant, in small letters.
    #[serde(default)]
    pub words: Vec<String>,
    /// Without one of the words it is not meant.
    #[serde(default)]
    pub said_only: bool,
    /// Roles that say less, by id: superfluous beside it.
    #[serde(default)]
    pub includes: Vec<String>,
    /// Grants it, where `az role assignment create` does not; with `{part}` of the finding.
    #[serde(default)]
    pub command: Option<String>,
    /// Whose it is, if not the workload's: `pipeline`.
    #[serde(default)]
    pub of: Option<String>,
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
    /// What whoever keeps a secret in a vault has to know.
    warning: String,
    route: Vec<Row>,
}

impl Routes {
    /// The rows, each that ends in a vault or may with the warning as its last step.
    fn warned(self) -> Vec<Row> {
        let Self { warning, mut route } = self;
        for row in route.iter_mut().filter(|row| row.still_secret || row.vault_last) {
            let begins = if row.still_secret { "" } else { "whatever stays in a vault or a store: " };
            row.steps.push(RowStep {
                phase: Some(Phase::Watch),
                text: format!("{begins}{warning}"),
                command: None,
                only: Vec::new(),
                beside: Vec::new(),
            });
        }
        route
    }
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
        let (routes, roles) = (toml::from_str::<Routes>(routes)?.warned(), toml::from_str::<Roles>(roles)?.role);
        let mut revocations = toml::from_str::<Revocations>(revocations)?.revoke;
        revocations.iter_mut().for_each(|row| row.phase = Phase::Revoke);
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

    /// The commands of what a rule asks for, with `{parts}`: its route, its revocation, and the scopes of its roles.
    pub fn commands(&self, wanted: &RemedySpec) -> Vec<&str> {
        let rows = [self.route(&wanted.route), self.revoke(&wanted.revoke)].into_iter().flatten();
        let of_rows = rows.flat_map(|row| &row.steps).filter_map(|step| step.command.as_deref());
        let roles = wanted.grant.iter().filter_map(|id| self.role(id));
        let of_roles = roles.flat_map(|role| role.scope_command.iter().chain(&role.command)).map(String::as_str);
        of_rows.chain(of_roles).flat_map(str::lines).collect()
    }

    /// Every way to have no secret, in no order.
    pub fn routes(&self) -> impl Iterator<Item = &Row> {
        self.routes.values()
    }

    /// Every role, in no order.
    pub fn roles(&self) -> impl Iterator<Item = &Role> {
        self.roles.values()
    }
}
