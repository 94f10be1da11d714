//! The part of a plan about one resource: its stages, changes and effort.

use std::collections::BTreeSet;

use crate::model::{Applicability, Finding, Origin, Phase, Step};
use crate::report::plan::places::places;
use crate::report::plan::resources::Resource;
use crate::report::{Pages, safe, told};

use super::revocation::lives;
use super::{FileDiff, Item, SWITCH, Section, Stage, Task, Way, by_rule, everywhere, without};

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
        still_secret: resource.still_secret(),
        with: Vec::new(),
        effort: effort(resource),
        stages,
    }
}

fn stage(resource: &Resource<'_>, phase: Phase, below: &str, changes: &[(Phase, Task)]) -> Option<Stage> {
    // A plan is read on other machines: commands name files as the text does.
    let codes: BTreeSet<&str> = resource.findings.iter().map(|finding| finding.rule.code.as_str()).collect();
    let here = |(step, for_codes): &(Step, Vec<String>)| Task {
        command: step.command.as_ref().map(|text| without(text, below)),
        // Where all ask for it, or it is about one resource, the codes say nothing.
        codes: if resource.value().is_some() || for_codes.len() == codes.len() {
            Vec::new()
        } else {
            for_codes.clone()
        },
        ..Task::of(step)
    };
    let steps: Vec<Task> = resource.steps(phase).iter().map(here).collect();
    let changes: Vec<Task> = changes.iter().filter(|(own, _)| *own == phase).map(|(_, task)| task.clone()).collect();
    let is_empty = steps.is_empty() && changes.is_empty();
    (!is_empty).then(|| Stage { phase, heading: heading(phase), changes, steps, back: back(phase) })
}

fn heading(phase: Phase) -> &'static str {
    match phase {
        Phase::Identity => "Identity",
        Phase::Prepare => "Prepare, beside what works today",
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
        Phase::Prepare => "nothing relies on it yet: take the administrator, the setting or the new value away again",
        Phase::Change | Phase::Verify => "deploy the version before: the old credential still works",
        Phase::Revoke => "none for the old value; a new one goes into a vault, never into a file",
        Phase::Disable => "switch keys on again with the same command and the other value, for as long as it takes",
        Phase::Clean | Phase::Watch => "none is needed",
    }
}

/// Commands for what `keyless fix` can change here, each with its turn: keys are switched off when nobody has one.
fn changes(resource: &Resource<'_>, below: &str, pages: &dyn Pages) -> Vec<(Phase, Task)> {
    let mut changes: Vec<Change<'_>> = Vec::new();
    for finding in &resource.findings {
        let is_here = matches!(finding.location.origin, Origin::File { .. } | Origin::Index { .. });
        let Some(fix) = finding.fixes.first().filter(|_| is_here) else { continue };
        let whole = finding.location.path.shown().to_string();
        let path = safe::line(whole.strip_prefix(below).unwrap_or(&whole)).into_owned();
        let option = if fix.applicability == Applicability::Unsafe { " --unsafe-fixes" } else { "" };
        let is_plain = path.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"._-/".contains(&byte));
        let path = if is_plain && !path.starts_with('-') { path } else { "<file>".to_owned() };
        let page = pages.page(&finding.rule.slug);
        let is_switch = page.is_some_and(|page| page.tags.iter().any(|tag| tag == SWITCH));
        let phase = if is_switch { Phase::Disable } else { Phase::Change };
        let own =
            Change { phase, title: &fix.title, rule: &finding.rule.code, option, needs: &fix.needs, files: Vec::new() };
        let is_own = |one: &Change<'_>| {
            (one.phase, one.title, one.rule, one.option) == (own.phase, own.title, own.rule, own.option)
        };
        let at = match changes.iter().position(is_own) {
            Some(at) => at,
            None => {
                changes.push(own);
                changes.len() - 1
            }
        };
        let files = &mut changes[at].files;
        if !files.iter().any(|(known, _)| *known == path) {
            files.push((path, fix.diff.as_deref()));
        }
    }
    changes.iter().map(|change| (change.phase, change.task())).collect()
}

/// One kind of change, in all its files.
struct Change<'a> {
    phase: Phase,
    title: &'a str,
    rule: &'a str,
    option: &'static str,
    /// Packages, and what else it relies on beside the identity.
    needs: &'a [String],
    /// Each with what the change is, where that can be shown.
    files: Vec<(String, Option<&'a str>)>,
}

/// Files that a command names, before it is for all below the directory.
const FILES: usize = 12;
/// Diffs that are shown of one kind of change, and lines of each.
const DIFFS: usize = 2;
const LINES: usize = 40;

impl Change<'_> {
    fn task(&self) -> Task {
        let paths: Vec<&str> = self.files.iter().map(|(path, _)| path.as_str()).collect();
        let named = if paths.len() > FILES { ".".to_owned() } else { paths.join(" ") };
        let shown = self.files.iter().filter_map(|(path, diff)| Some((path, (*diff)?)));
        let short = shown.filter(|(_, diff)| diff.lines().count() <= LINES);
        let diffs = short.take(DIFFS).map(|(path, diff)| FileDiff { path: path.clone(), diff: diff.to_owned() });
        Task {
            text: if self.needs.is_empty() {
                self.title.to_owned()
            } else {
                format!("{}; it relies on {}", self.title, self.needs.join("; "))
            },
            command: Some(format!("keyless fix{} --rule {} {named}", self.option, self.rule)),
            codes: Vec::new(),
            diffs: diffs.collect(),
        }
    }
}

/// What a team has to reckon with.
fn effort(resource: &Resource<'_>) -> String {
    let lints: Vec<&Finding> = resource.lints().collect();
    let places =
        resource.findings.iter().flat_map(|finding| std::iter::once(&finding.location).chain(&finding.also_at));
    let files: BTreeSet<_> = places.map(|place| &place.path).collect();
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
