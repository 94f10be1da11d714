//! Holds what workers found against a baseline, place by place, before places are joined:
//! so a secret that is accepted here and new there becomes two findings, one open.

use std::collections::BTreeSet;
use std::fmt;
use std::path::{Path, PathBuf};

use crate::model::{Fingerprint, Location, Origin, RepoPath, Report, Status, SuppressedBy};
use crate::triage::baseline::{self, Baseline, Entry, Met};

use super::ScanPlan;
use super::found::Found;
use super::gather::is_past;

/// A baseline, and how its paths and ours lead to each other.
pub trait Known: fmt::Debug + Send + Sync {
    /// What is accepted.
    fn baseline(&self) -> &Baseline;

    /// A path of a file as the scan shows it, in the words of the baseline.
    fn relative(&self, shown: &RepoPath) -> RepoPath;

    /// The file that a path of the baseline names; `None` if it leads out of the project.
    fn file(&self, path: &str) -> Option<PathBuf>;
}

/// Scans one file: what stands in it, or `None` if it cannot be read.
pub(super) type Look<'a> = &'a dyn Fn(&Path) -> Option<Vec<Fingerprint>>;

/// Marks what is accepted, and tells the report what became of the entries.
pub(super) fn accept(plan: &ScanPlan, found: &mut [Found], report: &mut Report, look: Look<'_>) {
    let Some(known) = plan.baseline.as_deref() else { return };
    let entries = known.baseline().entries();
    let met: Vec<Met> = found.iter().map(|one| met(one, known)).collect();
    let mut held = BTreeSet::new();
    for index in baseline::unsure(entries, &met) {
        if still_holds(&entries[index], known, look) {
            held.insert(index);
        }
    }
    let pairs = baseline::pair(entries, &met, &held);
    for (one, entry) in found.iter_mut().zip(&pairs.entry_of) {
        let Some(entry) = entry.map(|index| &entries[index]) else { continue };
        if one.finding.is_open() && !entry.is_over(plan.detect.today) {
            let (reason, until) = (entry.reason.clone(), entry.until);
            one.finding.status = Status::Suppressed { by: SuppressedBy::Baseline, reason, until };
        }
    }
    report.entries = pairs.uses;
}

/// Does the file of an entry, which this scan did not come across, hold its finding? A copy is
/// told from a move so. What cannot be read may hold it.
fn still_holds(entry: &Entry, known: &dyn Known, look: Look<'_>) -> bool {
    let file = known.file(&entry.path).filter(|file| file.symlink_metadata().is_ok_and(|meta| meta.is_file()));
    file.is_some_and(|file| look(&file).is_none_or(|seen| seen.contains(&entry.id)))
}

fn met(one: &Found, known: &dyn Known) -> Met {
    let location = &one.finding.location;
    Met { id: one.finding.fingerprint, path: path(location, known), is_past: is_gone(&location.origin) }
}

/// A place in the words of the baseline. Paths of a repository's content start from its root already.
pub fn path(location: &Location, known: &dyn Known) -> String {
    let path = match &location.origin {
        Origin::File { .. } | Origin::Archive { .. } | Origin::Stdin { .. } => known.relative(&location.path),
        Origin::Index { .. }
        | Origin::Commit { .. }
        | Origin::Object { .. }
        | Origin::Patch { .. }
        | Origin::Message { .. } => location.path.clone(),
    };
    path.text().into_owned()
}

/// Was it in a file once, and is no more? A message never leaves its commit, and needs an entry of its own.
fn is_gone(origin: &Origin) -> bool {
    is_past(origin) && !matches!(origin, Origin::Message { .. })
}
