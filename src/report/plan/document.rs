//! What a plan says, before it is written in any format: `keyless-plan/1`.
//!
//! A pure function of the report. No secret is in it: values are told by their masks.

mod fill;
mod revocation;
mod same;
mod section;

use std::collections::BTreeMap;

use serde::Serialize;

use crate::model::{Confidence, Finding, Kind, Location, Phase, Report, Severity, Step, common};

use super::super::{Pages, told};
use super::places::Place;
use super::resources::{Resource, resources};
use revocation::revocations;
use section::section;

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
    /// Placeholders of the commands, and where their values come from.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) fill: Vec<Fill>,
    /// What must be known first, and which sections wait for it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) question: Option<Question>,
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

/// A placeholder of commands.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(super) struct Fill {
    /// As it stands in commands, with its brackets.
    pub(super) placeholder: String,
    /// Where its value comes from.
    pub(super) from: String,
}

/// Where code runs, which no file shows.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(super) struct Question {
    /// The answers, and where to write them down.
    pub(super) steps: Vec<Task>,
    /// Sections whose identity depends on it.
    pub(super) sections: Vec<String>,
}

/// A change to one file, to be read before it is made.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(super) struct FileDiff {
    /// From where the scan began.
    pub(super) path: String,
    /// Unified, without its header.
    pub(super) diff: String,
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
    /// What it opens, where that says more than what it is.
    pub(super) fn opened(&self) -> &str {
        if self.opens == self.what { "" } else { &self.opens }
    }

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
    /// Codes of the rules whose findings ask for it, where not all of the section do.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) codes: Vec<String>,
    /// What the command changes, with secrets beside it covered: to be read, not to be applied.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) diffs: Vec<FileDiff>,
}

impl Task {
    fn new(text: impl Into<String>, command: Option<&str>) -> Self {
        Self { text: text.into(), command: command.map(str::to_owned), codes: Vec::new(), diffs: Vec::new() }
    }

    fn of(step: &Step) -> Self {
        Self { text: step.text.clone(), command: step.command.clone(), codes: Vec::new(), diffs: Vec::new() }
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
    /// Sections whose steps come before these, and are not told again.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) with: Vec<String>,
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
        let below = common(report);
        let found = resources(report.open(), &below);
        let mut plan = Self::empty(report, &below);
        plan.revoke = revocations(&found, &below);
        let sections = found.iter().map(|one| (section(one, &below, pages), one.value().map(str::to_owned)));
        plan.sections = same::merged(sections.collect());
        same::told_once(&mut plan.sections);
        plan.question = question(&found);
        if report.open().any(|finding| finding.kind == Kind::Secret) {
            plan.history = history();
        }
        if !found.is_empty() {
            plan.done = done(plan.sections.len());
        }
        plan.counted()
    }

    /// The way back from the steps of each kind that the plan has; kinds with the same one together.
    pub(super) fn ways_back(&self) -> Vec<(String, &'static str)> {
        let stages: Vec<&Stage> = self.sections.iter().flat_map(|section| &section.stages).collect();
        let mut ways: Vec<(String, &'static str)> = Vec::new();
        for phase in Phase::ALL {
            let Some(stage) = stages.iter().find(|stage| stage.phase == phase) else { continue };
            let heading = stage.heading.split(',').next().unwrap_or(stage.heading);
            match ways.iter_mut().find(|(_, back)| *back == stage.back) {
                Some((headings, _)) => headings.push_str(&format!(", {}", heading.to_lowercase())),
                None => ways.push((heading.to_owned(), stage.back)),
            }
        }
        ways
    }

    /// Its first section alone.
    pub(super) fn revocations(report: &Report) -> Self {
        let below = common(report);
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
            fill: Vec::new(),
            question: None,
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
        let asked = self.question.as_ref().map_or(0, |question| question.steps.len());
        self.counts.steps = stages.chain(revoke).sum::<usize>() + asked + self.history.len() + self.done.len();
        self.fill = fill::needed(&self);
        self
    }
}

/// The question is the same wherever it is asked: it is put once, with the sections that wait for an answer.
fn question(found: &[Resource<'_>]) -> Option<Question> {
    let asked = found.iter().find_map(|resource| resource.questions().next())?;
    let waiting = found.iter().filter(|resource| resource.questions().next().is_some());
    Some(Question {
        steps: asked.steps.iter().map(Task::of).collect(),
        sections: waiting.map(|resource| resource.name.clone()).collect(),
    })
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

fn without(text: &str, below: &str) -> String {
    if below.is_empty() { text.to_owned() } else { text.replace(below, "") }
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
