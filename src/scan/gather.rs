//! What all workers found becomes one sorted list: the same secret joined, thresholds applied.

use std::collections::BTreeMap;

use crate::model::{
    Confidence, Finding, Fingerprint, Group, Kind, Location, Origin, RepoPath, Report, Severity, Status,
};
use crate::rule::spec::Shape;

use super::ScanPlan;
use super::found::{Found, Version};

/// Joins, applies the thresholds, sorts and numbers.
pub(super) fn gather(mut found: Vec<Found>, plan: &ScanPlan, report: &mut Report) {
    let places = |found: &[Found]| found.iter().map(|one| 1 + one.versions.len() as u64).sum::<u64>();
    let met = places(&found);
    found.retain(|one| plan.least_at(&one.finding.location.path, &one.finding).is_some());
    report.stats.below_threshold += met - places(&found);
    // The first place is the one shown: what is there now goes before what was.
    found.sort_by(|a, b| {
        (is_past(&a.finding.location.origin), order(&a.finding))
            .cmp(&(is_past(&b.finding.location.origin), order(&b.finding)))
    });
    let mut shown = Vec::new();
    for one in join(found) {
        if plan.shows(&one.found.finding) {
            shown.push(one.told());
        } else {
            report.stats.below_threshold += 1;
        }
    }
    shown.sort_by(|(a, _), (b, _)| order(a).cmp(&order(b)));
    number(&mut shown);
    report.findings = shown.into_iter().map(|(finding, _)| finding).collect();
}

/// One number for each secret, which the lints that point at it share; every other lint has its own.
fn number(shown: &mut [(Finding, Option<Fingerprint>)]) {
    let mut groups: BTreeMap<(Fingerprint, Option<Location>), u32> = BTreeMap::new();
    for (finding, cause) in shown {
        let next = u32::try_from(groups.len()).unwrap_or(u32::MAX);
        let key = match cause {
            Some(secret) => (*secret, None),
            None => (finding.fingerprint, (finding.kind == Kind::Lint).then(|| finding.location.clone())),
        };
        finding.group = Group(*groups.entry(key).or_insert(next));
    }
}

impl ScanPlan {
    /// The thresholds for this finding at a path; `None` if its rule does not run there.
    fn least_at(&self, path: &RepoPath, finding: &Finding) -> Option<(Severity, Confidence)> {
        match &self.limits {
            Some(limits) => limits.of(path, &finding.rule),
            None => Some((self.severity, self.confidence)),
        }
    }

    /// One place where it is wanted is enough: the secret is the same everywhere.
    fn shows(&self, finding: &Finding) -> bool {
        let mut places = std::iter::once(&finding.location).chain(&finding.also_at);
        places.any(|place| {
            let least = self.least_at(&place.path, finding);
            least.is_some_and(|(severity, confidence)| finding.severity >= severity && finding.confidence >= confidence)
        })
    }
}

fn order(finding: &Finding) -> (&Location, &str) {
    (&finding.location, &finding.rule.slug)
}

/// Is it a place of the past only?
pub(super) fn is_past(origin: &Origin) -> bool {
    match origin {
        Origin::Commit { at_head, .. } => !at_head,
        Origin::Object { .. } | Origin::Message { .. } => true,
        Origin::Archive { outer, .. } => is_past(outer),
        Origin::File { .. } | Origin::Index { .. } | Origin::Patch { .. } | Origin::Stdin { .. } => false,
    }
}

/// Findings of one secret, named by the most telling of them.
struct Joined {
    found: Found,
    /// Versions of files, with their path.
    versions: Vec<(RepoPath, Vec<Version>)>,
}

/// One finding for each secret and state (open, accepted by a comment, by the baseline), at its first
/// place, named by the most telling rule.
/// Lints stay apart: the same line of code in two files is to be changed twice.
fn join(found: Vec<Found>) -> Vec<Joined> {
    let mut places: BTreeMap<_, usize> = BTreeMap::new();
    let mut joined: Vec<Joined> = Vec::new();
    for one in found {
        if one.finding.kind == Kind::Lint {
            joined.push(Joined::new(one));
            continue;
        }
        let accepted = match &one.finding.status {
            Status::Open => None,
            Status::Suppressed { by, .. } => Some(*by),
        };
        match places.get(&(one.finding.fingerprint, accepted)) {
            Some(&place) => joined[place].take(one),
            None => {
                places.insert((one.finding.fingerprint, accepted), joined.len());
                joined.push(Joined::new(one));
            }
        }
    }
    joined
}

impl Joined {
    fn new(mut found: Found) -> Self {
        let versions = std::mem::take(&mut found.versions);
        let versions = vec![(found.finding.location.path.clone(), versions)];
        Self { found, versions }
    }

    /// The one that was there came first and keeps its place; the more telling one gives the rule.
    fn take(&mut self, mut other: Found) {
        let place = other.finding.location.clone();
        let versions = std::mem::take(&mut other.versions);
        if !versions.is_empty() {
            self.versions.push((place.path.clone(), versions));
        }
        let into = &mut self.found;
        if rank(&other) > rank(into) {
            std::mem::swap(into, &mut other);
            std::mem::swap(&mut into.finding.also_at, &mut other.finding.also_at);
            std::mem::swap(&mut into.finding.location, &mut other.finding.location);
            std::mem::swap(&mut into.finding.excerpt, &mut other.finding.excerpt);
            std::mem::swap(&mut into.finding.status, &mut other.finding.status);
        }
        into.finding.severity = into.finding.severity.max(other.finding.severity);
        into.finding.confidence = into.finding.confidence.max(other.finding.confidence);
        // What is found comes sorted by place, so that the same place is met at once.
        if place != into.finding.location && into.finding.also_at.last() != Some(&place) {
            into.finding.also_at.push(place);
        }
    }

    /// With every place, those of versions among them.
    fn told(self) -> (Finding, Option<Fingerprint>) {
        let Self { found: Found { mut finding, cause, .. }, versions } = self;
        let places =
            versions.into_iter().flat_map(|(path, all)| all.into_iter().map(move |version| version.place(&path)));
        let before = finding.also_at.len();
        finding.also_at.extend(places);
        if finding.also_at.len() > before {
            finding.also_at.sort_by(|a, b| (is_past(&a.origin), a).cmp(&(is_past(&b.origin), b)));
            finding.also_at.dedup();
            finding.also_at.retain(|place| *place != finding.location);
        }
        (finding, cause)
    }
}

/// What decides which of several names a secret.
fn rank(found: &Found) -> (bool, Shape, Confidence, usize) {
    (found.proved, found.shape, found.finding.confidence, found.finding.parts.len())
}
