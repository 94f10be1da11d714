//! Patches for what a scan found, for formats that carry them: the safe changes, file by file.

use std::collections::BTreeMap;
use std::fs;

use super::engine::{Format, Task};
use super::fix::file_of;
use super::output::Outputs;
use super::plan::{Job, Target};
use crate::check::base64;
use crate::fix::{preview, unified};
use crate::model::{Applicability, Finding, Origin, Patch, RepoPath, Report};
use crate::rule::RuleSet;

/// Does a format tell patches?
pub(super) fn are_wanted(outputs: &Outputs) -> bool {
    outputs.has(Format::Gitlab) || outputs.has(Format::GitlabSast)
}

/// One patch for each file on disk that safe changes mend.
///
/// A file that changed meanwhile, or that cannot be shown as a patch, has none: `keyless fix` says why.
pub(super) fn of(job: &Job, rules: &RuleSet, report: &Report) -> Vec<Patch> {
    if !matches!(job.target, Target::Paths { .. }) {
        return Vec::new();
    }
    let mut paths: Vec<&RepoPath> =
        report.open().filter(|finding| is_offered(finding)).map(|finding| &finding.location.path).collect();
    paths.sort();
    paths.dedup();
    paths.into_iter().filter_map(|path| patch(job, rules, report, path)).collect()
}

/// Do formats tell what each change is?
pub(super) fn are_shown(outputs: &Outputs) -> bool {
    [Format::Plan, Format::PlanHtml, Format::PlanJson].into_iter().any(|format| outputs.has(format))
}

/// Gives every change its diff, with secrets covered: for people to read, not for `git apply`.
pub(super) fn show(job: &Job, report: &mut Report) {
    if !matches!(job.target, Target::Paths { .. }) {
        return;
    }
    let mut read: BTreeMap<RepoPath, Option<Vec<u8>>> = BTreeMap::new();
    let here = |finding: &&mut Finding| matches!(finding.location.origin, Origin::File { .. }) && finding.is_open();
    for finding in report.findings.iter_mut().filter(here) {
        let path = &finding.location.path;
        for fix in &mut finding.fixes {
            let bytes = read.entry(path.clone()).or_insert_with(|| fs::read(file_of(job, path)).ok());
            fix.diff = bytes.as_ref().and_then(|bytes| preview(path, bytes, fix));
        }
    }
}

fn is_offered(finding: &Finding) -> bool {
    let is_here = matches!(finding.location.origin, Origin::File { .. });
    is_here && finding.fixes.iter().any(|fix| fix.applicability == Applicability::Safe)
}

fn patch(job: &Job, rules: &RuleSet, report: &Report, path: &RepoPath) -> Option<Patch> {
    let before = fs::read(file_of(job, path)).ok()?;
    if std::str::from_utf8(&before).is_err() || before.contains(&0) {
        return None;
    }
    let task = Task { job, rules, path, facts: &report.facts, wants: &|_| true, shown: true };
    let mended = task.mend(&before, Applicability::Safe);
    if mended.bytes == before {
        return None;
    }
    let name = |finding: &Finding| (finding.rule.code.clone(), finding.fingerprint);
    let left: Vec<_> = mended.findings.iter().map(name).collect();
    let ours = report.open().filter(|finding| finding.location.path == *path && is_offered(finding));
    let mends = ours.map(name).filter(|one| !left.contains(one)).collect();
    Some(Patch { path: path.clone(), diff: base64::encode(&unified(path.as_bytes(), &before, &mended.bytes)), mends })
}
