//! The pipeline: blobs become documents, matches, findings, one report.
//!
//! The only place that knows sources and detection and triage. Workers find; what
//! they found is merged and sorted here, so nothing that users see depends on the
//! number of threads.

mod alike;
pub mod cost;
mod excerpt;
mod found;
mod gather;
pub mod known;
pub mod probe;
mod progress;
mod project;
pub mod refused;
mod summaries;
mod worker;

use std::fmt;
use std::path::Path;
use std::sync::{Arc, Mutex};

use crate::detect::{self, Detector};
use crate::model::{Confidence, Finding, Fingerprint, RepoKey, RepoPath, Report, RuleId, Severity, Skip};
use crate::rule::RuleSet;
use crate::source::{Source, SourceError, Visit, WalkOptions, Worktree};

pub use known::Known;
pub use progress::Progress;
use worker::{Harvest, Worker};

/// Thresholds that differ from path to path.
pub trait Limits: fmt::Debug + Send + Sync {
    /// The least severity and confidence that are reported; `None` if the rule does not run at that path.
    fn of(&self, path: &RepoPath, rule: &RuleId) -> Option<(Severity, Confidence)>;
}

/// What a scan is asked to do.
#[derive(Clone, Debug)]
pub struct ScanPlan {
    /// Threads to use; at least 1.
    pub threads: usize,
    /// Findings below are counted, not reported.
    pub severity: Severity,
    /// Findings below are counted, not reported.
    pub confidence: Confidence,
    /// Other thresholds for some paths; `None`: the two above hold everywhere.
    pub limits: Option<Arc<dyn Limits>>,
    /// What the project knows of and lives with.
    pub baseline: Option<Arc<dyn Known>>,
    /// Under which identities are made.
    pub key: RepoKey,
    /// How to detect.
    pub detect: detect::Options,
    /// Directories that were asked for, as they begin the paths of files: what they are called says nothing of
    /// what is in them.
    pub roots: Vec<Vec<u8>>,
}

impl Default for ScanPlan {
    fn default() -> Self {
        Self {
            threads: std::thread::available_parallelism().map_or(1, Into::into),
            severity: Severity::Low,
            confidence: Confidence::Medium,
            limits: None,
            baseline: None,
            key: RepoKey::default(),
            detect: detect::Options::default(),
            roots: Vec::new(),
        }
    }
}

/// The matchers of a rule set, made ready once for any number of scans.
#[derive(Debug)]
pub struct Scanner<'r> {
    rules: &'r RuleSet,
    detector: Detector<'r>,
}

impl<'r> Scanner<'r> {
    /// Ready to scan with these rules; of a plan only its [`detect::Options`] are settled here.
    pub fn new(rules: &'r RuleSet, options: detect::Options) -> Self {
        Self { rules, detector: Detector::new(rules, options) }
    }

    /// Scans every source and reports.
    ///
    /// # Errors
    /// Only what makes a whole source unreadable; everything else is a skip in the report.
    pub fn scan(&self, plan: &ScanPlan, sources: &[&dyn Source], progress: &Progress) -> Result<Report, SourceError> {
        let Self { rules, detector } = self;
        let harvest = Mutex::new(Harvest::default());
        let mut report = Report::default();
        for source in sources {
            let worker =
                || Box::new(Worker::new(plan, rules, detector, progress, &harvest)) as Box<dyn Visit + Send + '_>;
            report.coverage.merge(source.visit(plan.threads, &worker)?);
        }
        let harvest = harvest.into_inner().unwrap_or_else(std::sync::PoisonError::into_inner);
        report.skips = harvest.skips;
        report.skips.sort();
        report.notices = harvest.notices;
        report.notices.sort();
        report.facts = harvest.facts;
        report.stats = harvest.stats;
        report.coverage.interrupted |= progress.is_stopped();
        report.coverage.gaps.sort();
        let look = |file: &Path| look(file, plan, rules, detector, progress);
        let mut found = harvest.findings.into_all();
        project::settle(&mut found, &harvest.project, rules, &mut report.stats);
        known::accept(plan, &mut found, &mut report, &look);
        gather::gather(found, plan, &mut report);
        sources.iter().try_for_each(|source| source.attribute(&mut report.findings))?;
        report.findings.iter_mut().for_each(Finding::fold_versions);
        summaries::cover(&mut report.findings, detector);
        alike::fold(&mut report.findings);
        Ok(report)
    }
}

/// Scans every source once and reports.
///
/// # Errors
/// As [`Scanner::scan`].
pub fn scan(
    plan: &ScanPlan,
    sources: &[&dyn Source],
    rules: &RuleSet,
    progress: &Progress,
) -> Result<Report, SourceError> {
    Scanner::new(rules, plan.detect.clone()).scan(plan, sources, progress)
}

/// What stands in one file; `None` if it cannot be read.
fn look<'r>(
    file: &Path,
    plan: &ScanPlan,
    rules: &'r RuleSet,
    detector: &Detector<'r>,
    progress: &Progress,
) -> Option<Vec<Fingerprint>> {
    let harvest = Mutex::new(Harvest::default());
    let worker = || Box::new(Worker::new(plan, rules, detector, progress, &harvest)) as Box<dyn Visit + Send + '_>;
    let one = Worktree { roots: vec![file.to_owned()], options: WalkOptions::default() };
    one.visit(1, &worker).ok()?;
    let harvest = harvest.into_inner().unwrap_or_else(std::sync::PoisonError::into_inner);
    let is_read = !harvest.skips.iter().any(Skip::is_failure);
    is_read.then(|| harvest.findings.all().iter().map(|one| one.finding.fingerprint).collect())
}
