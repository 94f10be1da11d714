//! What a plan says, before it is written in any format: `keyless-plan/1`.
//!
//! A pure function of the report. No secret is in it: values are told by their masks.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use super::super::{Pages, safe, told};
use super::places::{Place, places};
use super::resources::{Resource, resources};
use crate::model::{Applicability, Confidence, Finding, Kind, Location, Origin, Phase, Report, Severity, Step, common};

/// The tag of rules about resources that accept keys.
const SWITCH: &str = "accepts-keys";

/// Name and version of the format.
pub(super) const SCHEMA: &str = "keyless-plan/1";

/// A plan.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[cfg_attr(test, schemars(title = "keyless plan"))]
pub(super) struct Document {
    /// Name and version of this format.
    #[cfg_attr(test, schemars(extend("const" = SCHEMA)))]
    pub(super) schema: &'static str,
    /// How much there is to do.
    pub(super) counts: Counts,
    /// Was everything read that was asked for?
    pub(super) complete: bool,
    /// Findings that are accepted, and not in the plan.
    pub(super) accepted: usize,
    /// The name of the directory that all paths are below, if they were given from the root of the machine.
    pub(super) below: Option<String>,
    /// What to revoke at once if it may have been seen, most dangerous first.
    pub(super) revoke: Vec<Revocation>,
    /// Resource by resource and application by application, the gravest first; none if only revocations are told.
    pub(super) sections: Vec<Section>,
    /// What to do about the history, last of all.
    pub(super) history: Vec<Task>,
    /// When it is done.
    pub(super) done: Vec<Task>,
}

impl Document {
    /// What stands above it.
    pub(super) fn title(&self) -> &'static str {
        let is_of_revocations = self.sections.is_empty() && !self.revoke.is_empty();
        if is_of_revocations { "Plan: what to make worthless" } else { "Plan: no secrets left" }
    }
}

/// Numbers that shall reach zero.
#[derive(Clone, Copy, Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(super) struct Counts {
    /// Values that must be made worthless.
    pub(super) credentials: usize,
    /// Those of them that are certain or nearly so.
    pub(super) certain: usize,
    /// Places they stand in.
    pub(super) places: usize,
    /// Places in code, configuration and pipelines that need one.
    pub(super) needs: usize,
    /// Steps of this plan, each with a box to tick.
    pub(super) steps: usize,
}

/// Values of one kind in one file, and how they are made worthless.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(super) struct Revocation {
    /// How bad.
    pub(super) severity: Severity,
    /// How likely.
    pub(super) confidence: Confidence,
    /// What it is.
    pub(super) what: String,
    /// The rule's code.
    pub(super) code: String,
    /// The first characters of the value, as the issuer shows them; `…` alone if it is short.
    pub(super) begins_with: String,
    /// How many values.
    pub(super) values: usize,
    /// What it opens.
    pub(super) opens: String,
    /// Where they stand.
    pub(super) places: Vec<Place>,
    /// `in the tree`, `at HEAD and in history`, `in history`.
    pub(super) today: &'static str,
    /// What to do, in order.
    pub(super) steps: Vec<Task>,
}

impl Revocation {
    /// What it is, and of what where that says more.
    pub(super) fn name(&self) -> String {
        if self.opens == self.what { self.what.clone() } else { format!("{} of {}", self.what, self.opens) }
    }
}

/// One thing to do.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(super) struct Task {
    /// In words.
    pub(super) text: String,
    /// A command for it, with `<placeholders>`. Never run by us.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) command: Option<String>,
}

impl Task {
    fn new(text: impl Into<String>, command: Option<&str>) -> Self {
        Self { text: text.into(), command: command.map(str::to_owned) }
    }

    fn of(step: &Step) -> Self {
        Self { text: step.text.clone(), command: step.command.clone() }
    }
}

/// One resource or application.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(super) struct Section {
    /// `storage account contoso`.
    pub(super) name: String,
    /// Credentials that leak.
    pub(super) leaks: Vec<Item>,
    /// Code, configuration and pipelines that need one.
    pub(super) needs: Vec<Item>,
    /// The ways out that were chosen.
    pub(super) ways: Vec<Way>,
    /// What remains a secret, and the next best for it.
    pub(super) still_secret: Vec<String>,
    /// What it takes, in a few words.
    pub(super) effort: String,
    /// In the order that keeps production running.
    pub(super) stages: Vec<Stage>,
}

/// Findings of one rule.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(super) struct Item {
    /// The rule's title.
    pub(super) what: String,
    /// The rule's code.
    pub(super) code: String,
    /// How many findings.
    pub(super) count: usize,
    /// Where.
    pub(super) places: Vec<Place>,
    /// What holds it beside the tree: commits, branches and tags.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) lives: Vec<String>,
}

/// A way out and why it was chosen.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(super) struct Way {
    /// `Functions: managed identity`.
    pub(super) title: String,
    /// The evidence.
    pub(super) because: String,
}

/// Steps whose turn comes at once.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(super) struct Stage {
    /// Which.
    pub(super) phase: Phase,
    /// Its heading.
    pub(super) heading: &'static str,
    /// Changes of its turn that the program can make itself.
    pub(super) changes: Vec<Task>,
    /// In order.
    pub(super) steps: Vec<Task>,
    /// The way back from it.
    pub(super) back: &'static str,
}

impl Document {
    /// The whole plan of a report.
    pub(super) fn plan(report: &Report, pages: &dyn Pages) -> Self {
        let below = common(report.open());
        let found = resources(report.open(), &below);
        let mut plan = Self::empty(report, &below);
        plan.revoke = revocations(&found, &below);
        plan.sections = found.iter().map(|resource| section(resource, &below, pages)).collect();
        if report.open().any(|finding| finding.kind == Kind::Secret) {
            plan.history = history();
        }
        if !found.is_empty() {
            plan.done = done(found.len());
        }
        plan.counted()
    }

    /// Its first section alone.
    pub(super) fn revocations(report: &Report) -> Self {
        let below = common(report.open());
        let mut plan = Self::empty(report, &below);
        plan.revoke = revocations(&resources(report.open(), &below), &below);
        plan.counted()
    }

    fn empty(report: &Report, below: &str) -> Self {
        let name = below.trim_end_matches('/').rsplit('/').next().filter(|name| !name.is_empty());
        Self {
            schema: SCHEMA,
            counts: counts(report),
            complete: report.is_complete(),
            accepted: report.findings.len() - report.open().count(),
            below: name.map(str::to_owned),
            revoke: Vec::new(),
            sections: Vec::new(),
            history: Vec::new(),
            done: Vec::new(),
        }
    }

    fn counted(mut self) -> Self {
        let stages = self.sections.iter().flat_map(|section| &section.stages);
        let stages = stages.map(|stage| stage.changes.len() + stage.steps.len());
        // Where there are sections they hold the steps of the revocations too.
        let revoke = self.revoke.iter().map(|row| row.steps.len()).filter(|_| self.sections.is_empty());
        self.counts.steps = stages.chain(revoke).sum::<usize>() + self.history.len() + self.done.len();
        self
    }
}

fn counts(report: &Report) -> Counts {
    let of = |kind: Kind| report.open().filter(move |finding| finding.kind == kind);
    Counts {
        credentials: of(Kind::Secret).map(|finding| 1 + finding.alike.len()).sum(),
        certain: of(Kind::Secret).filter(|finding| finding.confidence == Confidence::High).count(),
        places: of(Kind::Secret).map(|finding| 1 + finding.also_at.len()).sum(),
        needs: of(Kind::Lint).count(),
        steps: 0,
    }
}

/// What to revoke at once if it may have been seen: the gravest first, and of these what is still at HEAD.
fn revocations(found: &[Resource<'_>], below: &str) -> Vec<Revocation> {
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
        opens: resource.name.clone(),
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

fn section(resource: &Resource<'_>, below: &str, pages: &dyn Pages) -> Section {
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

fn without(text: &str, below: &str) -> String {
    if below.is_empty() { text.to_owned() } else { text.replace(below, "") }
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

/// What holds a secret beside the tree.
fn lives(row: &[&Finding]) -> Vec<String> {
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

fn by_rule<'a>(findings: impl Iterator<Item = &'a Finding>) -> Vec<Vec<&'a Finding>> {
    let mut number = BTreeMap::new();
    let mut rows: Vec<Vec<&Finding>> = Vec::new();
    for finding in findings {
        let row = *number.entry(&finding.rule.slug).or_insert(rows.len());
        if row == rows.len() {
            rows.push(Vec::new());
        }
        rows[row].push(finding);
    }
    rows
}

fn everywhere<'a>(findings: &'a [&'a Finding]) -> impl Iterator<Item = &'a Location> {
    findings.iter().flat_map(|finding| std::iter::once(&finding.location).chain(&finding.also_at))
}

/// History comes last, and only after everything in it is worthless.
fn history() -> Vec<Task> {
    vec![
        Task::new("see what is left in it", Some("keyless scan --history .")),
        Task::new(
            "if it must go: see which refs, tags and pull requests hold it, and write the replacements outside the repository",
            Some("keyless purge --plan . --out <directory>"),
        ),
        Task::new(
            "after the rewrite see that no object holds it any more",
            Some("keyless purge --verify . --with <directory>/purge.json"),
        ),
    ]
}

fn done(resources: usize) -> Vec<Task> {
    vec![
        Task::new(format!("{} worked through", told::count(resources as u64, "section is", "sections are")), None),
        Task::new("nothing is left", Some("keyless scan .")),
        Task::new("no resource takes keys, no identity holds a secret", Some("keyless scan --posture .")),
        Task::new(
            "nothing comes back: the same command guards pull requests, and a hook guards commits",
            Some("keyless hook install"),
        ),
    ]
}
