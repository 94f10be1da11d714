//! Many values of one kind in one file are one finding: vectors of a test, seeds of a database, the expired
//! signatures of a recording.
//!
//! The first of them is shown and names the identities and places of all. Nothing is lost: a baseline
//! takes every identity, so a value that is added to an accepted table is new. Folded last, when
//! everything is known of each; what a baseline or a comment accepts is left as it is.

use std::collections::{BTreeMap, BTreeSet};

use crate::model::{Alike, Effect, Finding, Group, Kind, Reason, RepoPath, Severity};

/// That many are a table. A settings file with a dozen secrets has a dozen secrets.
const MANY: usize = 16;

/// As many, if they do no harm any more: a recording has a signature for each of its requests.
const MANY_HARMLESS: usize = 4;

/// Parts that say whose secret it is. What differs in one of them is to be revoked at another place.
const OWNERS: [&str; 17] = [
    "account",
    "application",
    "client",
    "endpoint",
    "factory",
    "host",
    "issued-to",
    "label",
    "namespace",
    "organization",
    "policy",
    "registry",
    "server",
    "tenant",
    "user",
    "workflow",
    "workspace",
];

/// What findings have in common that are shown as one.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
struct Same {
    rule: String,
    severity: Severity,
    /// Of all its places: a secret that stands in another file as well is told apart.
    paths: BTreeSet<RepoPath>,
    owners: Vec<(String, String)>,
    /// The commits that brought it and took it away, and what keeps it.
    fate: String,
}

/// Leaves one finding for each table.
pub(super) fn fold(findings: &mut Vec<Finding>) {
    let mut tables: BTreeMap<Same, Vec<usize>> = BTreeMap::new();
    for (index, finding) in findings.iter().enumerate() {
        if finding.is_open() && finding.secret.is_some() {
            tables.entry(same(finding)).or_default().push(index);
        }
    }
    let mut folded = BTreeSet::new();
    let mut groups = BTreeMap::new();
    for (same, members) in tables {
        let many = if same.severity <= Severity::Low { MANY_HARMLESS } else { MANY };
        let [first, others @ ..] = &members[..] else { continue };
        if members.len() < many {
            continue;
        }
        groups.extend(members.iter().map(|member| (findings[*member].group, findings[*first].group)));
        for &other in others {
            let member = findings[other].clone();
            take(&mut findings[*first], member);
            folded.insert(other);
        }
        close(&mut findings[*first]);
    }
    fold_lints(findings, &groups, &mut folded);
    let mut index = 0;
    findings.retain(|_| {
        index += 1;
        !folded.contains(&(index - 1))
    });
}

/// Lints that point at the values of one table are one as well, or the table would be told by them after all: by rule,
/// severity and file. `groups` leads from the group of each value to the one that the table is shown with.
fn fold_lints(findings: &mut [Finding], groups: &BTreeMap<Group, Group>, folded: &mut BTreeSet<usize>) {
    let mut tables: BTreeMap<(Group, String, Severity, RepoPath), Vec<usize>> = BTreeMap::new();
    for (index, finding) in findings.iter().enumerate().filter(|(_, one)| one.kind == Kind::Lint && one.is_open()) {
        if let Some(group) = groups.get(&finding.group) {
            let same = (*group, finding.rule.slug.clone(), finding.severity, finding.location.path.clone());
            tables.entry(same).or_default().push(index);
        }
    }
    for ((group, ..), members) in tables {
        let [first, others @ ..] = &members[..] else { continue };
        findings[*first].group = group;
        for &other in others {
            let member = findings[other].clone();
            take(&mut findings[*first], member);
            folded.insert(other);
        }
        if !others.is_empty() {
            close(&mut findings[*first]);
        }
    }
}

fn same(finding: &Finding) -> Same {
    let places = std::iter::once(&finding.location).chain(&finding.also_at);
    let owners = finding.parts.iter().filter(|part| OWNERS.contains(&part.name.as_str()));
    let mut owners: Vec<_> = owners.map(|part| (part.name.clone(), part.value.clone())).collect();
    owners.sort();
    let fate = finding.history.as_ref().map_or(String::new(), |history| {
        let removed = history.removed_in.as_ref().map_or("", |commit| &commit.id);
        format!("{} {removed} {} {:?}", history.introduced.id, history.at_head, history.kept_by)
    });
    Same {
        rule: finding.rule.slug.clone(),
        severity: finding.severity,
        paths: places.map(|place| place.path.clone()).collect(),
        owners,
        fate,
    }
}

fn take(first: &mut Finding, member: Finding) {
    first.confidence = first.confidence.max(member.confidence);
    first.also_at.push(member.location.clone());
    first.also_at.extend(member.also_at);
    first.alike.push(Alike { fingerprint: member.fingerprint, secret_id: member.secret_id, location: member.location });
}

fn close(first: &mut Finding) {
    first.also_at.sort();
    first.also_at.dedup();
    first.because.push(Reason {
        gate: "alike".to_owned(),
        effect: Effect::Passed,
        detail: format!("{} more of this kind in the same place", first.alike.len()),
    });
}
