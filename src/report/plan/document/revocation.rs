//! What must be revoked, a row for each secret.

use std::collections::{BTreeMap, BTreeSet};

use crate::model::{Finding, Origin, Phase};
use crate::report::plan::places::places;
use crate::report::plan::resources::Resource;
use crate::report::{safe, told};

use super::{Revocation, Task, everywhere};

/// What to revoke at once if it may have been seen: the gravest first, and of these what is still at HEAD.
pub(super) fn revocations(found: &[Resource<'_>], below: &str) -> Vec<Revocation> {
    let mut secrets: Vec<(&Finding, &Resource<'_>)> =
        found.iter().flat_map(|resource| resource.secrets().map(move |finding| (finding, resource))).collect();
    secrets.sort_by_key(|(finding, _)| {
        let first = std::cmp::Reverse((finding.severity, finding.confidence));
        (first, still(&finding.location.origin), finding.location.clone())
    });
    let mut number = BTreeMap::new();
    let mut rows: Vec<Vec<(&Finding, &Resource<'_>)>> = Vec::new();
    for (finding, resource) in secrets {
        // A table of test vectors or a recording holds a hundred values of one kind: that is one row, not a hundred.
        let alike = (finding.severity, finding.confidence, &finding.title, &finding.location.path, &resource.name);
        let row = *number.entry(alike).or_insert(rows.len());
        if row == rows.len() {
            rows.push(Vec::new());
        }
        rows[row].push((finding, resource));
    }
    rows.iter().map(|row| revocation(row, below)).collect()
}

fn revocation(row: &[(&Finding, &Resource<'_>)], below: &str) -> Revocation {
    let (first, resource) = row[0];
    let urgent = [Phase::Revoke, Phase::Watch];
    let mut steps: Vec<Task> = Vec::new();
    for phase in urgent {
        let remedies = row.iter().flat_map(|(finding, _)| &finding.remedies);
        for step in remedies.flat_map(|remedy| &remedy.steps).filter(|step| step.phase == phase) {
            let task = Task { command: step.command.as_ref().map(|text| resource.filled(text)), ..Task::of(step) };
            if !steps.contains(&task) {
                steps.push(task);
            }
        }
    }
    let findings: Vec<&Finding> = row.iter().map(|(finding, _)| *finding).collect();
    Revocation {
        severity: first.severity,
        confidence: first.confidence,
        what: first.title.clone(),
        code: first.rule.code.clone(),
        begins_with: first.secret.as_ref().map(|secret| secret.masked()).unwrap_or_default(),
        values: row.iter().map(|(finding, _)| 1 + finding.alike.len()).sum(),
        opens: if resource.value().is_some() { resource.name.clone() } else { first.title.clone() },
        places: places(everywhere(&findings), below),
        today: still(&first.location.origin),
        steps,
    }
}

fn still(origin: &Origin) -> &'static str {
    match origin {
        Origin::Commit { at_head: true, .. } => "at HEAD and in history",
        Origin::Commit { .. } | Origin::Message { .. } | Origin::Object { .. } => "in history",
        _ => "in the tree",
    }
}

/// What holds a secret beside the tree.
pub(super) fn lives(row: &[&Finding]) -> Vec<String> {
    let mut told = BTreeSet::new();
    for history in row.iter().filter_map(|finding| finding.history.as_ref()) {
        let gone = history.removed_in.as_ref().map(|commit| format!(", gone in {:.12}", commit.id)).unwrap_or_default();
        let mut text = format!("in history since {:.12}{gone}", history.introduced.id);
        let refs: Vec<&str> = history.refs.iter().map(|name| short_ref(name)).take(6).collect();
        let more = history.refs.len() + history.other_refs - refs.len();
        if !refs.is_empty() {
            text.push_str(&format!("; still in {}", refs.join(", ")));
        }
        if more > 0 {
            text.push_str(&format!(" and {}", told::count(more as u64, "other ref", "other refs")));
        }
        told.insert(safe::line(&text).into_owned());
    }
    told.into_iter().take(6).collect()
}

fn short_ref(name: &str) -> &str {
    ["refs/heads/", "refs/tags/", "refs/"].iter().find_map(|start| name.strip_prefix(start)).unwrap_or(name)
}
