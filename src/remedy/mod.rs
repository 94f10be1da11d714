//! What to do about a finding: revoke first, then the way to have no secret.
//!
//! Rules name rows of `rules/tables/`; the rows hold the steps, and a finding's own
//! parts fill their commands. Where the code runs decides how it gets an identity
//! ([`place`]). Nothing here runs a command.

mod called;
pub mod iac;
mod place;
mod roles;
mod steps;
mod tables;

use std::collections::HashMap;

use crate::model::facts::Facts;
use crate::model::{Finding, Fix, Home, Kind, Part, Phase, Remedy, RepoPath, Report, Step, common};
use crate::rule::RuleSet;
use place::Place;

pub use place::PLATFORMS;
pub use tables::{Ground, Role, Row, Tables, Variant};

/// What a project says itself of where its code runs.
pub trait Says {
    /// Of one path; it counts more than what the files show.
    fn at(&self, path: &RepoPath) -> Option<&str>;
    /// Of all paths; it counts where the files show nothing, or contradict each other.
    fn anywhere(&self) -> Option<&str>;
}

/// It says nothing.
impl Says for () {
    fn at(&self, _: &RepoPath) -> Option<&str> {
        None
    }

    fn anywhere(&self) -> Option<&str> {
        None
    }
}

/// A command of the tables for whoever has no finding: what a finding would tell is a placeholder.
pub fn left_open(command: &str) -> String {
    steps::fill(command, &[])
}

/// The tag of rules about resources that accept keys: their change is the last one, when no caller has a key.
const ACCEPTS_KEYS: &str = "accepts-keys";

/// The rule about workloads whose template gives them no identity.
const IDENTITY_MISSING: &str = "identity-missing";

/// Gives every finding its steps; `hosted`: what the repository is called where it is hosted.
pub fn attach(report: &mut Report, rules: &RuleSet, says: &dyn Says, hosted: Option<&iac::Hosted>) {
    if report.findings.is_empty() {
        return;
    }
    let tables = Tables::builtin();
    let near = roles::Near::of(report);
    let settled = settled(report, rules, tables);
    let below = common(report);
    let told = called::Told::of(report, rules, tables, &below);
    let known = called::Known { facts: &report.facts, hosted, below: &below, told: &told };
    for finding in &mut report.findings {
        let Some(rule) = rules.find(&finding.rule.slug) else { continue };
        let wanted = &rule.spec().remedy;
        // Commands about the file name it.
        let path = Part { name: "path".to_owned(), value: finding.location.path.text().into_owned(), line: None };
        finding.parts.push(path);
        let at = (finding.group.0, finding.location.path.clone());
        let route = tables.route(settled.get(&at).copied().unwrap_or(&wanted.route));
        let found = match route.and_then(|row| row.place.as_deref()).and_then(|id| tables.route(id)) {
            Some(row) => Place { row: &row.id, because: "it stands in a template's provider or backend".to_owned() },
            None => place::place(&finding.location.path, &report.facts, says),
        };
        let ground = place::ground(found.row);
        let mut remedies = Vec::new();
        if finding.kind == Kind::Secret
            && let Some(row) = tables.revoke(&wanted.revoke)
        {
            let row = meant(row, finding, |id| tables.revoke(id));
            remedies.push(steps::filled(row, &finding.parts, ground, &row.id));
        }
        let chosen = route.map(|row| (row, meant(row, finding, |id| tables.route(id))));
        let other = chosen.filter(|(row, meant)| row.id != meant.id && !meant.grant.is_empty());
        let narrowed = near.narrowed(finding, other.map_or(&*wanted.grant, |(_, meant)| &*meant.grant));
        let mut grants = grants(&narrowed, &finding.parts);
        let mut own = None;
        if let Some((_, row)) = chosen {
            if row.no_roles || row.told_roles && !narrowed.is_told {
                grants = None;
            }
            if row.by_place && !is_switch(&rule.spec().tags) {
                remedies.extend(identity(row, finding, &found, &report.facts));
            }
            own = Some(rest(row, finding, ground, grants.is_some()));
        }
        // Roles before what needs them: the first steps are what a report shows.
        remedies.extend(grants);
        remedies.extend(own);
        steps::without_open_ones(&mut remedies);
        remedies.retain(|remedy| !remedy.steps.is_empty());
        called::fill(&mut remedies, finding, found.row, &known);
        if ground == Ground::Desk {
            remedies.iter_mut().for_each(steps::of_a_person);
        }
        finding.parts.pop();
        finding.remedies = remedies;
        let platform = found.row.trim_start_matches("on-");
        let has_host_identity = matches!(ground, Ground::Azure | Ground::Unknown);
        let fixes = std::mem::take(&mut finding.fixes).into_iter();
        finding.fixes = fixes.filter_map(|fix| fix.at(platform, has_host_identity)).collect();
        let needs = finding.fixes.iter_mut().flat_map(|fix| &mut fix.needs);
        needs.for_each(|text| called::add_versions(text, &report.facts));
    }
}

/// Routes that a lint settles for the secrets of its group: what a provider signs in with runs where Terraform does,
/// whatever the secret alone would say.
fn settled(report: &Report, rules: &RuleSet, tables: &'static Tables) -> HashMap<(u32, RepoPath), &'static str> {
    let lints = report.findings.iter().filter(|finding| finding.kind == Kind::Lint);
    let fixed = lints.filter_map(|finding| {
        let route = tables.route(&rules.find(&finding.rule.slug)?.spec().remedy.route)?;
        let at = (finding.group.0, finding.location.path.clone());
        route.place.is_some().then_some((at, route.id.as_str()))
    });
    fixed.collect()
}

/// The row, or the one that it names for what the finding says, or for hosts that are none of its own.
fn meant<'a>(row: &'a Row, finding: &Finding, find: impl Fn(&str) -> Option<&'a Row>) -> &'a Row {
    let said = roles::said(finding);
    let says = |variant: &&Variant| variant.said.iter().any(|word| said.contains(word.as_str()));
    if let Some(variant) = row.variants.iter().find(says).and_then(|variant| find(&variant.row)) {
        return variant;
    }
    let host = finding.parts.iter().find(|part| part.name == "host");
    let is_elsewhere = host.is_some_and(|host| {
        let host = host.value.to_ascii_lowercase();
        let is_told = !host.contains(['$', '{', '<', '%', '(']) || host.starts_with("(localdb)");
        is_told && !row.hosts.is_empty() && !row.hosts.iter().any(|ending| host.contains(ending.as_str()))
    });
    let other = row.otherwise.as_deref().filter(|_| is_elsewhere).and_then(find);
    other.unwrap_or(row)
}

/// A switch of a resource needs no identity of its own.
fn is_switch(tags: &[crate::rule::spec::Text]) -> bool {
    tags.iter().any(|tag| tag == ACCEPTS_KEYS)
}

/// Neither a template nor a text tells who opens what it speaks of: whoever reads it is not asked where code runs.
fn is_told_of_others(path: &str) -> bool {
    matches!(Home::of(path, ""), Home::Templates(_)) || place::is_prose(path)
}

/// What must be there before a change works: the workload's identity, and the roles that the fix names, or else
/// those of its finding.
pub fn needs(finding: &Finding, fix: &Fix) -> Vec<Step> {
    let wanted = |step: &&Step| match step.phase {
        Phase::Identity | Phase::Prepare => true,
        Phase::Grant => fix.grant.is_empty(),
        _ => false,
    };
    let own = finding.remedies.iter().flat_map(|remedy| &remedy.steps).filter(wanted).cloned();
    let tables = Tables::builtin();
    let named = fix.grant.iter().filter_map(|id| tables.role(id)).map(|role| steps::grant(role, &finding.parts));
    let others = fix.needs.iter().map(|text| Step { phase: Phase::Change, text: text.clone(), command: None });
    others.chain(own).chain(named).collect()
}

/// How the workload gets its identity, where it runs; where nobody can say, that it needs one.
fn identity(row: &Row, finding: &Finding, found: &Place, facts: &Facts) -> Option<Remedy> {
    if found.row == place::UNKNOWN && is_told_of_others(&finding.location.path.text()) {
        let step = Step { phase: Phase::Identity, text: row.title.clone(), command: None };
        let title = row.title.clone();
        // That a secret remains is said with the route's own steps.
        return Some(Remedy { title, because: None, steps: vec![step], still_secret: false, asks: false });
    }
    let place = Tables::builtin().route(found.row)?;
    let mut remedy = steps::filled(place, &finding.parts, place::ground(found.row), &row.id);
    let is_missing = finding.rule.slug == IDENTITY_MISSING;
    let there = called::identity(found.row.trim_start_matches("on-"), facts).filter(|_| !is_missing);
    if let Some((kind, path)) = there {
        steps::of_one_that_is_there(&mut remedy, kind, path);
    }
    remedy.because = Some(found.because.clone());
    remedy.asks = found.row == place::UNKNOWN;
    Some(remedy)
}

/// A route's own steps; where the place said how to get an identity, without that one, and where roles have a
/// name, without the step that leaves them open.
fn rest(row: &Row, finding: &Finding, ground: Ground, has_roles: bool) -> Remedy {
    let mut remedy = steps::filled(row, &finding.parts, ground, &row.id);
    if row.by_place {
        remedy.steps.retain(|step| step.phase != Phase::Identity || !row.identity_by_place);
    }
    // A sentence about roles says nothing beside the roles themselves.
    let is_open = |step: &Step| step.command.as_ref().is_none_or(|command| command.contains("<role>"));
    remedy.steps.retain(|step| !(has_roles && step.phase == Phase::Grant && is_open(step)));
    remedy
}

/// More roles than this, and nothing that tells which of them is meant, are a choice and no list of things to do.
const MOST_UNTOLD: usize = 3;

/// The roles that the identity needs, as one remedy.
fn grants(near: &roles::Narrowed, parts: &[Part]) -> Option<Remedy> {
    let steps = if near.is_told || near.roles.len() <= MOST_UNTOLD {
        steps::grants(&near.roles, parts)
    } else {
        vec![steps::choice(&near.roles)]
    };
    let title = "roles the identity needs, least first".to_owned();
    (!steps.is_empty()).then_some(Remedy { title, because: None, steps, still_secret: false, asks: false })
}
