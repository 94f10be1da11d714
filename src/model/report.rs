//! What a scan hands to outputs, fixes and the exit code.

use std::collections::BTreeMap;

use serde::Serialize;

use super::facts::Facts;
use super::finding::Finding;
use super::fingerprint::Fingerprint;
use super::path::RepoPath;
use super::severity::Severity;

/// Everything a scan found, and everything it did not look at.
///
/// Sorted and free of times, so that the same input gives the same bytes.
#[derive(Clone, Debug, Default, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Report {
    /// Sorted by place, then rule.
    pub findings: Vec<Finding>,
    /// Items that were met and not scanned, sorted.
    pub skips: Vec<Skip>,
    /// What was looked at, and what could not be.
    pub coverage: Coverage,
    /// Where the code runs.
    pub facts: Facts,
    /// Problems with directives and accepted findings, sorted.
    pub notices: Vec<Notice>,
    /// Counters.
    pub stats: Stats,
    /// What became of each entry of the baseline, in its order; empty without one.
    #[serde(skip)]
    pub entries: Vec<EntryUse>,
    /// The one directory that was asked for, with its slash, if its name stands before all paths.
    #[serde(skip)]
    pub below: String,
    /// Changes that mend files, if a format was asked for that tells them; by path.
    #[serde(skip)]
    pub patches: Vec<Patch>,
}

/// The safe changes to one file, as a patch for `git apply`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Patch {
    /// The file.
    pub path: RepoPath,
    /// A unified diff, in base64 as formats carry it. No secret stands in it.
    pub diff: String,
    /// What is gone afterwards: the codes of rules, and which finding.
    pub mends: Vec<(String, Fingerprint)>,
}

impl Report {
    /// Findings neither suppressed nor accepted.
    pub fn open(&self) -> impl Iterator<Item = &Finding> {
        self.findings.iter().filter(|finding| finding.is_open())
    }

    /// Was everything read that was asked for?
    pub fn is_complete(&self) -> bool {
        !self.coverage.interrupted && self.coverage.gaps.is_empty() && !self.skips.iter().any(Skip::is_failure)
    }
}

/// An item that was met and not scanned.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Skip {
    /// Which.
    pub path: RepoPath,
    /// Why.
    pub reason: SkipReason,
    /// The system's word for it, or a size.
    pub detail: String,
}

impl Skip {
    /// An item that could not be read.
    pub fn unreadable(path: RepoPath, cause: &dyn std::fmt::Display) -> Self {
        Self { path, reason: SkipReason::Unreadable, detail: cause.to_string() }
    }

    /// An item left out by policy.
    pub fn policy(path: RepoPath, reason: SkipReason, detail: impl Into<String>) -> Self {
        Self { path, reason, detail: detail.into() }
    }

    /// Does it make the scan incomplete?
    pub fn is_failure(&self) -> bool {
        matches!(self.reason, SkipReason::Unreadable | SkipReason::Changed | SkipReason::Damaged)
    }
}

/// Why an item was not scanned. The first three are policy, the others failures.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum SkipReason {
    /// Not text.
    Binary,
    /// Over the size limit.
    TooLarge,
    /// A pipe, socket or device, or a link that leads out of the tree.
    NotAFile,
    /// It could not be opened or read.
    Unreadable,
    /// It shrank or vanished while it was read.
    Changed,
    /// An object, archive or pack that does not decode.
    Damaged,
}

/// What was looked at, and what could not be.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Coverage {
    /// Blobs scanned.
    pub blobs: u64,
    /// Their bytes.
    pub bytes: u64,
    /// Messages of commits and tags, beside the blobs.
    pub messages: u64,
    /// Of the blobs those that an earlier scan looked at.
    #[serde(skip)]
    pub remembered: u64,
    /// What narrowed the scan: a range, a date, a branch.
    pub narrowed: Vec<String>,
    /// Entries never opened, by the rule that left them out.
    pub left_out: LeftOut,
    /// What the scan could not see at all: a shallow clone, a missing submodule.
    pub gaps: Vec<Gap>,
    /// The user stopped it.
    pub interrupted: bool,
}

impl Coverage {
    /// Adds what another worker or source covered.
    pub fn merge(&mut self, other: Self) {
        self.blobs += other.blobs;
        self.bytes += other.bytes;
        self.messages += other.messages;
        self.remembered += other.remembered;
        self.narrowed.extend(other.narrowed);
        self.left_out.ignored += other.left_out.ignored;
        for (glob, count) in other.left_out.excluded {
            *self.left_out.excluded.entry(glob).or_default() += count;
        }
        self.left_out.links += other.left_out.links;
        self.left_out.submodules += other.left_out.submodules;
        self.left_out.not_staged += other.left_out.not_staged;
        self.gaps.extend(other.gaps);
        self.interrupted |= other.interrupted;
    }
}

/// Entries of a tree that were never opened. A directory counts one.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct LeftOut {
    /// By `.gitignore` and its like.
    pub ignored: u64,
    /// By an exclude of the configuration, per glob.
    pub excluded: BTreeMap<String, u64>,
    /// Symbolic links, which are not followed.
    pub links: u64,
    /// Entries that name a commit of another repository.
    pub submodules: u64,
    /// Paths of an index of which nothing is staged yet (`git add -N`).
    pub not_staged: u64,
}

/// Something the scan could not see at all.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Gap {
    /// `shallow-clone`, `missing-submodule` …
    pub what: String,
    /// What it means and how to mend it.
    pub detail: String,
}

/// A problem that is not a finding: an unknown rule in a directive, an expired or unused one.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Notice {
    /// Where.
    pub path: RepoPath,
    /// Line, from 1.
    pub line: u32,
    /// What is wrong and how to mend it.
    pub what: String,
}

/// What became of an entry of a baseline.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum EntryUse {
    /// No finding belongs to it.
    Unused,
    /// A finding stands where it says.
    Same,
    /// Its finding stands at this path now.
    Moved(String),
}

/// Counters that explain a result and show a regression. Those of work that was done are not part of a report:
/// what is remembered of a history need not be done again, and the report stays the same.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Stats {
    /// Candidates that a check refuted, by check.
    #[serde(skip)]
    pub refuted: BTreeMap<String, u64>,
    /// Findings under the thresholds of the profile.
    pub below_threshold: u64,
    /// Places where an anchor was seen.
    #[serde(skip)]
    pub anchors_seen: u64,
    /// Decoded layers that were looked at.
    #[serde(skip)]
    pub layers: u64,
    /// Documents whose assignments were read by a parser.
    #[serde(skip)]
    pub parsed: u64,
    /// Documents that did not parse and were read line by line.
    #[serde(skip)]
    pub read_by_line: u64,
    /// Documents whose code was parsed for lints.
    pub linted: u64,
    /// Pieces of code that were not, by reason.
    pub not_linted: BTreeMap<String, u64>,
}

impl Stats {
    /// Adds another worker's counters.
    pub fn merge(&mut self, other: Self) {
        for (check, count) in other.refuted {
            *self.refuted.entry(check).or_default() += count;
        }
        self.below_threshold += other.below_threshold;
        self.anchors_seen += other.anchors_seen;
        self.layers += other.layers;
        self.parsed += other.parsed;
        self.read_by_line += other.read_by_line;
        self.linted += other.linted;
        for (reason, count) in other.not_linted {
            *self.not_linted.entry(reason).or_default() += count;
        }
    }
}

/// What a scan says to whoever called it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "lowercase")]
pub enum Verdict {
    /// Everything was read and nothing reaches the threshold.
    Clean,
    /// At least one open finding reaches it.
    Findings,
    /// None does, but something asked for was not read.
    Incomplete,
}

impl Verdict {
    /// Of a finished report.
    pub fn of(report: &Report, fail_on: Severity) -> Self {
        if report.open().any(|finding| finding.severity >= fail_on) {
            Self::Findings // a leak is a fact, whatever else went wrong
        } else if report.is_complete() {
            Self::Clean
        } else {
            Self::Incomplete
        }
    }
}
