//! Findings as results.
//!
//! GitHub shows the first location only and those places that the message links to,
//! so the first few other places of a secret stand in the message; all (up to the
//! limit) are related locations. No snippet is written: no secret can stand in one.

use std::collections::BTreeMap;

use super::log::{ArtifactChange, Fix, Location, Replacement, ResultEntry, ResultProperties, Suppression, Text};
use super::{limits, place, rules};
use crate::model::{self, Applicability, Effect, Finding, Status, SuppressedBy};
use crate::report::{safe, told};

/// The name our identity has among a result's fingerprints; the number is its version.
const FINGERPRINT: &str = "keyless/v1";

/// Other places named in a message.
const LINKED: usize = 5;

/// One result; its rule's index is set when all rules are known.
pub(super) fn of(finding: &Finding) -> ResultEntry {
    ResultEntry {
        rule_id: finding.rule.code.clone(),
        rule_index: 0,
        level: finding.severity.into(),
        message: Text::new(message(finding)),
        locations: [place::of(&finding.location)],
        related_locations: related(finding),
        partial_fingerprints: BTreeMap::from([(FINGERPRINT, finding.fingerprint.to_string())]),
        suppressions: suppression(&finding.status).into_iter().collect(),
        fixes: if finding.is_open() {
            finding.fixes.iter().filter_map(|one| fix(finding, one)).collect()
        } else {
            vec![]
        },
        properties: properties(finding),
    }
}

/// A change that a reader can make; one that is only shown is none.
fn fix(finding: &Finding, fix: &model::Fix) -> Option<Fix> {
    let note = match fix.applicability {
        Applicability::Manual => return None,
        Applicability::Unsafe => ", once the identity and its roles are there",
        Applicability::Safe => "",
    };
    let replacements = fix.edits.iter().map(|edit| Replacement {
        deleted_region: place::between(edit.start, edit.end),
        inserted_content: (!edit.content.is_empty()).then(|| Text::new(edit.content.clone())),
    });
    Some(Fix {
        description: Text::new(plain(&rules::sentence(&format!("{}{note}", fix.title)))),
        artifact_changes: [ArtifactChange {
            artifact_location: place::artifact(&finding.location.path),
            replacements: replacements.collect(),
        }],
    })
}

/// Sentences, the most telling first: where space is short GitHub shows only that one.
fn message(finding: &Finding) -> String {
    let mut text = plain(&finding.title);
    if let Some(secret) = &finding.secret {
        text += &format!(" '{}' ({} characters)", plain(&secret.masked()), secret.length());
    }
    for part in &finding.parts {
        text += &format!(", {} '{}'", plain(&part.name), plain(&part.value));
    }
    text.push('.');
    if let Some(commit) = told::commit(&finding.location.origin) {
        let commit = finding.history.as_ref().map_or(commit, |history| &history.introduced);
        let still = finding.history.as_ref().is_some_and(|history| history.at_head);
        text += &format!(" In commit '{}'{}.", plain(&commit.id), if still { ", still at HEAD" } else { "" });
    }
    if let Some(step) = finding.remedies.iter().flat_map(|remedy| &remedy.steps).next() {
        text += &format!(" {}", plain(&rules::sentence(&step.text)));
    }
    let mut text = told::clip(&text, limits::TEXT);
    text += &also_at(finding);
    text
}

fn also_at(finding: &Finding) -> String {
    if finding.also_at.is_empty() {
        return String::new();
    }
    let linked: Vec<String> = finding
        .also_at
        .iter()
        .take(LINKED)
        .enumerate()
        .map(|(index, location)| {
            let name = told::clip(&location.path.shown(), 80);
            format!("[{}:{}]({})", plain(&name), location.start.line, index + 1)
        })
        .collect();
    let more = finding.also_at.len() - linked.len();
    let more = if more > 0 { format!(" and at {more} more") } else { String::new() };
    format!(" Also at {}{more}.", linked.join(", "))
}

/// One line in which nothing is taken for a link or a placeholder of a SARIF message.
fn plain(text: &str) -> String {
    let text = safe::line(text);
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '[' | ']' | '\\' => out.extend(['\\', c]),
            '{' | '}' => out.extend([c, c]),
            c => out.push(c),
        }
    }
    out
}

fn related(finding: &Finding) -> Vec<Location> {
    let places = finding.also_at.iter().take(limits::PLACES).enumerate();
    places
        .map(|(index, location)| Location {
            id: Some(index + 1),
            message: Some(Text::new(if finding.alike.is_empty() {
                "The same secret."
            } else {
                "The same secret, or another of its kind."
            })),
            ..place::of(location)
        })
        .collect()
}

fn suppression(status: &Status) -> Option<Suppression> {
    let Status::Suppressed { by, reason, until } = status else { return None };
    let kind = match by {
        SuppressedBy::Inline => "inSource",
        SuppressedBy::Allow | SuppressedBy::Baseline => "external",
    };
    let until = until.map(|day| format!("until {day}"));
    let told: Vec<String> = reason.iter().map(|reason| safe::line(reason).into_owned()).chain(until).collect();
    let justification = (!told.is_empty()).then(|| told::clip(&told.join(", "), limits::TEXT));
    Some(Suppression { kind, status: "accepted", justification })
}

fn properties(finding: &Finding) -> ResultProperties {
    ResultProperties {
        kind: finding.kind,
        severity: finding.severity,
        confidence: finding.confidence,
        because: finding.because.iter().map(|reason| because(&reason.gate, reason.effect, &reason.detail)).collect(),
        secret: finding.secret.as_ref().map(|secret| secret.masked()),
        secret_id: finding.secret_id,
        group: finding.group,
        parts: finding.parts.iter().map(|part| (part.name.clone(), part.value.clone())).collect(),
        commit: told::commit(&finding.location.origin).map(|commit| commit.id.clone()),
        history: finding.history.clone(),
    }
}

/// `his-v1 proved: signature fits`
fn because(gate: &str, effect: Effect, detail: &str) -> String {
    let effect = match effect {
        Effect::Proved => "proved",
        Effect::Passed => "passed",
        Effect::Raised => "raised",
        Effect::Lowered => "lowered",
    };
    let told = if detail.is_empty() { String::new() } else { format!(": {detail}") };
    told::clip(&format!("{gate} {effect}{told}"), limits::TEXT)
}
