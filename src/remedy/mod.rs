//! What to do about a finding: revoke first, then the way to have no secret.
//!
//! Rules name rows of `rules/tables/`; the rows hold the steps, and a finding's own
//! parts fill their commands. Nothing here runs a command.

mod steps;
mod tables;

use crate::model::{Kind, Remedy, Report};
use crate::rule::RuleSet;

pub use tables::{Role, Row, Tables};

/// Gives every finding its steps.
pub fn attach(report: &mut Report, rules: &RuleSet) {
    if report.findings.is_empty() {
        return;
    }
    let tables = Tables::builtin();
    for finding in &mut report.findings {
        let Some(rule) = rules.find(&finding.rule.slug) else { continue };
        let wanted = &rule.spec().remedy;
        let mut remedies = Vec::new();
        if finding.kind == Kind::Secret
            && let Some(row) = tables.revoke(&wanted.revoke)
        {
            remedies.push(steps::filled(row, &finding.parts));
        }
        if let Some(row) = tables.route(&wanted.route) {
            remedies.push(steps::filled(row, &finding.parts));
        }
        remedies.extend(grants(tables, &wanted.grant));
        finding.remedies = remedies;
    }
}

/// The roles that the identity needs, as one remedy.
fn grants(tables: &Tables, ids: &[crate::rule::spec::Text]) -> Option<Remedy> {
    let steps: Vec<_> = ids.iter().filter_map(|id| tables.role(id)).map(steps::grant).collect();
    (!steps.is_empty()).then(|| Remedy { title: "roles the identity needs, least first".to_owned(), steps })
}
