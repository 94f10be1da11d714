//! What to do about a finding: revoke first, then the way to have no secret.
//!
//! Rules name rows of `rules/tables/`; the rows hold the steps, and a finding's own
//! parts fill their commands. Where the code runs decides how it gets an identity
//! ([`place`]). Nothing here runs a command.

pub mod iac;
mod place;
mod roles;
mod steps;
mod tables;

use crate::model::{Finding, Fix, Home, Kind, Part, Phase, Remedy, RepoPath, Report, Step};
use crate::rule::RuleSet;
use place::Place;

pub use place::PLATFORMS;
pub use tables::{Ground, Role, Row, Tables};

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

/// The tag of rules about resources that accept keys: their change is the last one, when no caller has a key.
const ACCEPTS_KEYS: &str = "accepts-keys";

/// Gives every finding its steps.
pub fn attach(report: &mut Report, rules: &RuleSet, says: &dyn Says) {
    if report.findings.is_empty() {
        return;
    }
    let tables = Tables::builtin();
    let near = roles::Near::of(report);
    for finding in &mut report.findings {
        let Some(rule) = rules.find(&finding.rule.slug) else { continue };
        let wanted = &rule.spec().remedy;
        // Commands about the file name it.
        let path = Part { name: "path".to_owned(), value: finding.location.path.text().into_owned(), line: None };
        finding.parts.push(path);
        let found = place::place(&finding.location.path, &report.facts, says);
        let ground = place::ground(found.row);
        let mut remedies = Vec::new();
        if finding.kind == Kind::Secret
            && let Some(row) = tables.revoke(&wanted.revoke)
        {
            remedies.push(steps::filled(row, &finding.parts, ground));
        }
        let grants = grants(finding, &near.narrowed(finding, &wanted.grant));
        if let Some(row) = tables.route(&wanted.route) {
            if asks_for_identity(finding, &rule.spec().tags, &found) {
                remedies.extend(identity(row, finding, &found, tables));
            }
            remedies.push(rest(row, finding, ground, grants.is_some()));
        }
        remedies.extend(grants);
        remedies.retain(|remedy| !remedy.steps.is_empty());
        finding.parts.pop();
        finding.remedies = remedies;
    }
}

/// A switch of a resource needs no identity of its own, and a template tells nothing of who opens what it makes:
/// its readers are not asked where code runs.
fn asks_for_identity(finding: &Finding, tags: &[crate::rule::spec::Text], found: &Place) -> bool {
    let is_switch = tags.iter().any(|tag| tag == ACCEPTS_KEYS);
    let is_template = matches!(Home::of(&finding.location.path.text(), ""), Home::Templates(_));
    let is_unknown = place::ground(found.row) == Ground::Unknown;
    !(is_switch || is_template && is_unknown)
}

/// What must be there before a change works: the workload's identity, and the roles that the fix names, or else
/// those of its finding.
pub fn needs(finding: &Finding, fix: &Fix) -> Vec<Step> {
    let wanted = |step: &&Step| match step.phase {
        Phase::Identity => true,
        Phase::Grant => fix.grant.is_empty(),
        _ => false,
    };
    let own = finding.remedies.iter().flat_map(|remedy| &remedy.steps).filter(wanted).cloned();
    let tables = Tables::builtin();
    let named = fix.grant.iter().filter_map(|id| tables.role(id)).map(|role| steps::grant(role, &finding.parts));
    let others = fix.needs.iter().map(|text| Step { phase: Phase::Change, text: text.clone(), command: None });
    others.chain(own).chain(named).collect()
}

/// How the workload gets its identity, where it runs.
fn identity(row: &Row, finding: &Finding, found: &Place, tables: &Tables) -> Option<Remedy> {
    if !row.by_place {
        return None;
    }
    let mut remedy = steps::filled(tables.route(found.row)?, &finding.parts, place::ground(found.row));
    remedy.because = Some(found.because.clone());
    Some(remedy)
}

/// A route's own steps; where the place said how to get an identity, without that one, and where roles have a
/// name, without the step that leaves them open.
fn rest(row: &Row, finding: &Finding, ground: Ground, has_roles: bool) -> Remedy {
    let mut remedy = steps::filled(row, &finding.parts, ground);
    if row.by_place {
        remedy.steps.retain(|step| step.phase != Phase::Identity || !row.identity_by_place);
    }
    let is_open = |step: &Step| step.command.as_ref().is_some_and(|command| command.contains("<role>"));
    remedy.steps.retain(|step| !(has_roles && step.phase == Phase::Grant && is_open(step)));
    remedy
}

/// The roles that the identity needs, as one remedy.
fn grants(finding: &Finding, roles: &[&Role]) -> Option<Remedy> {
    let steps: Vec<Step> = roles.iter().map(|role| steps::grant(role, &finding.parts)).collect();
    let title = "roles the identity needs, least first".to_owned();
    (!steps.is_empty()).then_some(Remedy { title, because: None, steps, still_secret: false })
}
