//! Infrastructure for the way out: an identity for each application, what it may do, whom it trusts.
//!
//! Who needs what is read off the findings here; how it is written in Bicep, Terraform and commands stands in
//! `rules/tables/iac.toml`, and [`mod@write`] fills it in. Nothing is deployed.

mod write;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

use serde::Deserialize;

use super::{Ground, Role, Says, Tables, place, roles};
use crate::model::{Finding, Home, Report};
use crate::rule::RuleSet;

/// A file to write, by its path below the directory that was asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Emitted {
    /// `bicep/orders-api.bicep`
    pub path: String,
    /// Its text.
    pub text: String,
}

/// What the repository is called where it is hosted.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Hosted {
    /// The organization or user.
    pub owner: String,
    /// The repository.
    pub name: String,
}

/// The tables of `iac.toml`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Iac {
    service: Vec<Service>,
    trust: Vec<Trust>,
    attach: BTreeMap<String, String>,
    bicep: BTreeMap<String, String>,
    terraform: BTreeMap<String, String>,
    az: BTreeMap<String, String>,
}

/// Which resource the roles of a service are assigned at.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct Service {
    /// Beginnings of role ids.
    roles: Vec<String>,
    part: String,
    word: String,
    bicep: String,
    terraform: String,
    /// Roles of its own instead of Azure's.
    #[serde(default)]
    own_roles: bool,
}

/// Whose tokens an identity trusts, by place.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Trust {
    place: String,
    name: String,
    issuer: String,
    subject: String,
    note: String,
}

static IAC: LazyLock<Iac> =
    LazyLock::new(|| toml::from_str(include_str!("../../rules/tables/iac.toml")).expect("a test reads the same file"));

/// One application, pipeline or script with an identity of its own.
#[derive(Debug)]
struct Workload {
    /// `orders-api`
    name: String,
    /// Row of the routes table.
    row: &'static str,
    /// The evidence.
    because: String,
    /// What it opens: service, name of the resource if it is known, and the role.
    grants: BTreeSet<Grant>,
    /// Roles that other means grant: SQL users, access policies.
    others: BTreeSet<String>,
    /// What the app is called where it is deployed.
    app: Option<String>,
}

/// A role at a resource.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Grant {
    service: usize,
    resource: Option<String>,
    role: String,
    /// The role that would be enough for less.
    instead: Vec<String>,
}

/// Files for every workload that the open findings show. `below`: what all paths begin with.
pub fn emit(report: &Report, rules: &RuleSet, says: &dyn Says, below: &str, hosted: Option<&Hosted>) -> Vec<Emitted> {
    let workloads = workloads(report, rules, says, below);
    if workloads.is_empty() { Vec::new() } else { write::all(&IAC, &workloads, hosted) }
}

fn workloads(report: &Report, rules: &RuleSet, says: &dyn Says, below: &str) -> Vec<Workload> {
    let near = roles::Near::of(report);
    let mut found: BTreeMap<(String, &'static str), Workload> = BTreeMap::new();
    for finding in report.open() {
        let Some(rule) = rules.find(&finding.rule.slug) else { continue };
        let home = Home::of(&finding.location.path.shown(), below);
        // A template is about resources; who opens them is shown by code and settings.
        if matches!(home, Home::Templates(_)) {
            continue;
        }
        let at = place::place(&finding.location.path, &report.facts, says);
        // A pipeline that signs in needs an identity whose roles only its owner knows.
        let signs_in =
            place::ground(at.row) == Ground::Pipeline && rule.spec().tags.iter().any(|tag| tag == "pipeline-secret");
        if rule.spec().remedy.grant.is_empty() && !signs_in {
            continue;
        }
        if matches!(at.row, "on-unknown" | "on-developer-machine" | "on-premises" | "on-other-cloud" | "on-jenkins") {
            continue;
        }
        let name = name(&home);
        let workload = found.entry((name.clone(), at.row)).or_insert_with(|| Workload {
            name,
            row: at.row,
            because: if below.is_empty() { at.because.clone() } else { at.because.replace(below, "") },
            grants: BTreeSet::new(),
            others: BTreeSet::new(),
            app: super::called::app(finding, at.row, &report.facts),
        });
        add(workload, finding, &near.narrowed(finding, &rule.spec().remedy.grant).roles);
    }
    let mut all: Vec<Workload> = found.into_values().collect();
    all.iter_mut().for_each(settle);
    // Two places of one name: the second is told by its place.
    let mut known = BTreeSet::new();
    for workload in &mut all {
        if !known.insert(workload.name.clone()) {
            workload.name = format!("{}-{}", workload.name, workload.row.trim_start_matches("on-"));
        }
    }
    all
}

/// A name that Azure, Bicep and Terraform take.
pub(super) fn name(home: &Home) -> String {
    let text = match home {
        Home::Application(path) | Home::Templates(path) | Home::Texts(path) => {
            path.rsplit('/').next().unwrap_or_default().to_owned()
        }
        Home::Pipelines => "pipelines".to_owned(),
        Home::Root => "app".to_owned(),
    };
    let plain = text.to_ascii_lowercase().replace(|c: char| !c.is_ascii_alphanumeric(), "-");
    let plain = plain.trim_matches('-');
    let begins = plain.starts_with(|c: char| c.is_ascii_alphabetic());
    let named = if begins { plain.to_owned() } else { format!("app-{plain}") };
    named.chars().take(60).collect::<String>().trim_end_matches('-').to_owned()
}

fn add(workload: &mut Workload, finding: &Finding, roles: &[&Role]) {
    for role in roles {
        let service =
            IAC.service.iter().position(|one| one.roles.iter().any(|start| role.id.starts_with(start.as_str())));
        let Some(service) = service.filter(|_| !role.guid.is_empty()) else {
            workload.others.insert(format!("{}: {}", role.name, super::steps::fill(&role.note, &finding.parts)));
            continue;
        };
        let part = finding.parts.iter().find(|part| part.name == IAC.service[service].part);
        let resource = part.map(|part| part.resource_name().to_owned()).filter(|name| is_name(name));
        workload.grants.insert(Grant { service, resource, role: role.id.clone(), instead: Vec::new() });
    }
}

fn is_name(text: &str) -> bool {
    (1..=100).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte))
}

/// What was not known of one finding is known of another; and a role that says all of a lesser one is enough.
fn settle(workload: &mut Workload) {
    let named: BTreeSet<usize> =
        workload.grants.iter().filter(|one| one.resource.is_some()).map(|one| one.service).collect();
    workload.grants.retain(|one| one.resource.is_some() || !named.contains(&one.service));
    let all = workload.grants.clone();
    let tables = Tables::builtin();
    let includes = |one: &Grant| tables.role(&one.role).map(|role| role.includes.clone()).unwrap_or_default();
    let same = |a: &Grant, b: &Grant| a.service == b.service && a.resource == b.resource;
    let is_lesser = |one: &Grant| all.iter().any(|other| same(one, other) && includes(other).contains(&one.role));
    let kept = all.iter().filter(|one| !is_lesser(one)).map(|one| {
        let instead = includes(one);
        let instead = all.iter().filter(|other| same(one, other) && instead.contains(&other.role));
        Grant { instead: instead.map(|other| other.role.clone()).collect(), ..one.clone() }
    });
    workload.grants = kept.collect();
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_is_read_and_its_roles_and_places_are_there() {
        let tables = Tables::builtin();
        for service in &IAC.service {
            for start in &service.roles {
                assert!(tables.roles().any(|role| role.id.starts_with(start.as_str())), "{start}");
            }
            assert!(service.bicep.contains('@') && service.terraform.starts_with("azurerm_"), "{}", service.word);
        }
        let rows = IAC.trust.iter().map(|trust| trust.place.as_str()).chain(IAC.attach.keys().map(String::as_str));
        for row in rows {
            assert!(tables.route(row).is_some(), "{row}");
        }
    }

    #[test]
    fn a_name_is_one_that_every_language_takes() {
        for (home, expected) in [
            (Home::Application("src/Orders.Api".into()), "orders-api"),
            (Home::Application("1st".into()), "app-1st"),
            (Home::Application("--".into()), "app"),
            (Home::Pipelines, "pipelines"),
            (Home::Root, "app"),
        ] {
            assert_eq!(name(&home).trim_end_matches('-'), expected, "{home}");
        }
    }
}
