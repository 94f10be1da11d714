//! The part of a plan about one resource: its stages, changes and effort.

use std::collections::BTreeSet;

use crate::model::{Applicability, Finding, Origin, Phase, Step};
use crate::report::plan::places::places;
use crate::report::plan::resources::Resource;
use crate::report::{Pages, safe, told};

use super::revocation::lives;
use super::{Item, SWITCH, Section, Stage, Task, Way, by_rule, everywhere, without};

pub(super) fn section(resource: &Resource<'_>, below: &str, pages: &dyn Pages) -> Section {
    let item = |row: &Vec<&Finding>| Item {
        what: row[0].title.clone(),
        code: row[0].rule.code.clone(),
        count: row.iter().map(|finding| 1 + finding.alike.len()).sum(),
        places: places(everywhere(row), below),
        lives: lives(row),
    };
    let changes = changes(resource, below, pages);
    let stages = Phase::ALL.into_iter().filter_map(|phase| stage(resource, phase, below, &changes)).collect();
    let way = |(title, because): (&str, &str)| Way { title: title.to_owned(), because: without(because, below) };
    Section {
        name: resource.name.clone(),
        leaks: by_rule(resource.secrets()).iter().map(item).collect(),
        needs: by_rule(resource.lints()).iter().map(item).collect(),
        ways: resource.ways().into_iter().map(way).collect(),
        still_secret: resource.still_secret().into_iter().map(str::to_owned).collect(),
        effort: effort(resource),
        stages,
    }
}

fn stage(resource: &Resource<'_>, phase: Phase, below: &str, changes: &[(Phase, Task)]) -> Option<Stage> {
    // A plan is read on other machines: commands name files as the text does.
    let here = |step: &Step| Task { command: step.command.as_ref().map(|text| without(text, below)), ..Task::of(step) };
    let steps: Vec<Task> = resource.steps(phase).iter().map(here).collect();
    let changes: Vec<Task> = changes.iter().filter(|(own, _)| *own == phase).map(|(_, task)| task.clone()).collect();
    let is_empty = steps.is_empty() && changes.is_empty();
    (!is_empty).then(|| Stage { phase, heading: heading(phase), changes, steps, back: back(phase) })
}

fn heading(phase: Phase) -> &'static str {
    match phase {
        Phase::Identity => "Identity",
        Phase::Grant => {
            "Grant, and wait some minutes until it works; of several roles of one service the least that is enough"
        }
        Phase::Change => "Change code and configuration",
        Phase::Verify => "Verify",
        Phase::Revoke => "Revoke",
        Phase::Disable => "Close the way with keys",
        Phase::Clean => "Clean up",
        Phase::Watch => "Watch",
    }
}

fn back(phase: Phase) -> &'static str {
    match phase {
        Phase::Identity | Phase::Grant => "nothing uses it yet: remove the assignment or the identity",
        Phase::Change | Phase::Verify => "deploy the version before: the old credential still works",
        Phase::Revoke => "none for the old value; a new one goes into a vault, never into a file",
        Phase::Disable => "switch keys on again with the same command and the other value, for as long as it takes",
        Phase::Clean | Phase::Watch => "none is needed",
    }
}

/// Commands for what `keyless fix` can change here, each with its turn: keys are switched off when nobody has one.
fn changes(resource: &Resource<'_>, below: &str, pages: &dyn Pages) -> Vec<(Phase, Task)> {
    let mut tasks: Vec<(Phase, Task)> = Vec::new();
    for finding in &resource.findings {
        let is_here = matches!(finding.location.origin, Origin::File { .. } | Origin::Index { .. });
        let Some(fix) = finding.fixes.first().filter(|_| is_here) else { continue };
        let whole = finding.location.path.shown().to_string();
        let path = safe::line(whole.strip_prefix(below).unwrap_or(&whole)).into_owned();
        let option = if fix.applicability == Applicability::Unsafe { " --unsafe-fixes" } else { "" };
        let is_plain = path.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"._-/".contains(&byte));
        let path = if is_plain && !path.starts_with('-') { path } else { "<file>".to_owned() };
        let command = format!("keyless fix{option} --rule {} {path}", finding.rule.code);
        let page = pages.page(&finding.rule.slug);
        let is_switch = page.is_some_and(|page| page.tags.iter().any(|tag| tag == SWITCH));
        let phase = if is_switch { Phase::Disable } else { Phase::Change };
        let task = (phase, Task { text: fix.title.clone(), command: Some(command) });
        if !tasks.contains(&task) {
            tasks.push(task);
        }
    }
    tasks
}

/// What a team has to reckon with.
fn effort(resource: &Resource<'_>) -> String {
    let lints: Vec<&Finding> = resource.lints().collect();
    let files: BTreeSet<_> = resource.findings.iter().map(|finding| &finding.location.path).collect();
    let fixable = lints.iter().filter(|finding| !finding.fixes.is_empty()).count();
    let mut words = vec![told::count(files.len() as u64, "file", "files")];
    if !lints.is_empty() {
        let by_us = match fixable {
            0 => "none".to_owned(),
            all if all == lints.len() => "all".to_owned(),
            some => some.to_string(),
        };
        words.push(format!(
            "{}, {by_us} of them by keyless fix",
            told::count(lints.len() as u64, "place to change", "places to change")
        ));
    }
    if !resource.steps(Phase::Grant).is_empty() {
        words.push("somebody who may assign roles on the resource".to_owned());
    }
    if !resource.steps(Phase::Change).is_empty() || !resource.steps(Phase::Verify).is_empty() {
        words.push("one deployment".to_owned());
    }
    words.join("; ")
}
