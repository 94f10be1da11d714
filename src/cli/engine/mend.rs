//! Files mended, with eyes on what the mended text still holds.

use std::sync::atomic::{AtomicBool, Ordering};

use crate::cli::plan::Job;
use crate::cli::policy;
use crate::fix::{self, Mended};
use crate::model::facts::Facts;
use crate::model::{Applicability, BlobRef, Finding, Fix, RepoPath, Skip, Step};
use crate::rule::RuleSet;
use crate::scan::refused::Refused;
use crate::scan::{self, ScanPlan, probe};
use crate::source::{Index, IndexOptions, Source, Visit};

use super::plan;
use super::sources::walk_options;

/// What rules matched in one text of a job, and a gate refused.
pub(in crate::cli) fn refused(job: &Job, rules: &RuleSet, path: &RepoPath, bytes: &[u8]) -> Vec<Refused> {
    scan::refused::refused(rules, plan(job, rules).detect, path, bytes)
}

/// A file to mend, and who looks on.
pub(in crate::cli) struct Task<'a> {
    pub(in crate::cli) job: &'a Job,
    pub(in crate::cli) rules: &'a RuleSet,
    pub(in crate::cli) path: &'a RepoPath,
    /// Where the project's code runs.
    pub(in crate::cli) facts: &'a Facts,
    /// Whose findings are mended.
    pub(in crate::cli) wants: &'a dyn Fn(&Finding) -> bool,
    /// No change beside a secret, as it will be shown.
    pub(in crate::cli) shown: bool,
}

/// Mends one file under the job that found something in it.
struct Mender<'a> {
    task: &'a Task<'a>,
    scanner: scan::Scanner<'a>,
    plan: ScanPlan,
}

impl Task<'_> {
    /// Makes every fix that is at least as safe as asked for.
    pub(in crate::cli) fn mend(&self, bytes: &[u8], least: Applicability) -> Mended {
        let plan = plan(self.job, self.rules);
        let scanner = scan::Scanner::new(self.rules, plan.detect.clone());
        fix::mend(self.path, bytes, least, &Mender { task: self, scanner, plan })
    }
}

impl fix::Eyes for Mender<'_> {
    fn look(&self, bytes: &[u8]) -> Vec<Finding> {
        let Task { job, rules, path, facts, wants, .. } = self.task;
        let mut report = probe::probe_at(&self.scanner, &self.plan, path, bytes);
        policy::accept(job, rules, &mut report);
        report.facts = (*facts).clone();
        crate::remedy::attach(&mut report, rules, &policy::Platforms::of(job), None);
        report.findings.retain(|finding| wants(finding));
        report.findings
    }

    fn faults(&self, bytes: &[u8]) -> usize {
        probe::faults(self.task.path, bytes)
    }

    fn allow(&self, fix: &Fix) -> bool {
        !self.task.shown || fix.beside.is_empty()
    }

    fn needs(&self, finding: &Finding, fix: &Fix) -> Vec<Step> {
        crate::remedy::needs(finding, fix)
    }
}

/// Does the index hold a file of the worktree just as it is?
pub(in crate::cli) fn is_all_staged(job: &Job, path: &RepoPath, bytes: &[u8]) -> bool {
    struct Same<'a>(&'a [u8], &'a AtomicBool);
    impl Visit for Same<'_> {
        fn blob(&mut self, blob: BlobRef<'_>) {
            self.1.store(blob.bytes == self.0, Ordering::Relaxed);
        }
        fn skip(&mut self, _: Skip) {}
        fn go_on(&self) -> bool {
            true
        }
    }
    let same = AtomicBool::new(false);
    let options = IndexOptions { files: vec![job.base.join(path.to_path())], walk: walk_options(&job.config) };
    let visited = Index::here(options).and_then(|index| index.visit(1, &|| Box::new(Same(bytes, &same))));
    visited.is_ok() && same.load(Ordering::Relaxed)
}
