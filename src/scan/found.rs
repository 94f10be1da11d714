//! What a worker brings home of one secret at one place, or of one that stands in many versions of a file.
//!
//! A password that nobody rotates stands in each of the two thousand versions of a settings file. All of them are
//! needed to tell which commit brought it and which took it away, but the words about it are the same: of a version
//! more only its object, its commit and its lines are kept.

use std::collections::HashMap;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::Arc;

use crate::model::{Commit, Finding, Fingerprint, Kind, LineCol, Location, Origin, RepoPath};
use crate::rule::spec::Shape;

/// A finding at one place, with what decides which of several names a secret.
#[derive(Debug)]
pub(super) struct Found {
    pub(super) finding: Finding,
    pub(super) proved: bool,
    pub(super) shape: Shape,
    /// Of a lint: the secret in its code.
    pub(super) cause: Option<Fingerprint>,
    /// The same in other versions of the file, none of them at HEAD. The finding stands at the first place of all.
    pub(super) versions: Vec<Version>,
}

/// A place in a version of a file that is no longer there.
#[derive(Debug)]
pub(super) struct Version {
    start: LineCol,
    end: LineCol,
    blob: String,
    commit: Arc<Commit>,
}

impl Version {
    pub(super) fn place(self, path: &RepoPath) -> Location {
        let Self { start, end, blob, commit } = self;
        let origin = Origin::Commit { path: path.clone(), blob, commit, at_head: false };
        Location { path: path.clone(), start, end, origin }
    }
}

impl Found {
    /// Takes the same finding in another version of the file as one of its own; gives it back if it is not the same.
    fn take(&mut self, mut other: Self) -> Result<(), Box<Self>> {
        if !self.is_same(&other) {
            return Err(Box::new(other));
        }
        if other.finding.location < self.finding.location {
            std::mem::swap(&mut self.finding, &mut other.finding);
        }
        let Location { start, end, origin, .. } = other.finding.location;
        if let Origin::Commit { blob, commit, .. } = origin {
            self.versions.push(Version { start, end, blob, commit });
        }
        Ok(())
    }

    /// The same but for its lines, in a version of the same file?
    fn is_same(&self, other: &Self) -> bool {
        let (a, b) = (&self.finding, &other.finding);
        let is_past_version = |finding: &Finding| {
            finding.kind == Kind::Secret
                && finding.fixes.is_empty()
                && matches!(&finding.location.origin, Origin::Commit { at_head: false, path, .. }
                    if *path == finding.location.path)
        };
        let parts = |finding: &Finding| {
            finding.parts.iter().map(|part| (part.name.clone(), part.value.clone())).collect::<Vec<_>>()
        };
        is_past_version(a)
            && is_past_version(b)
            && (a.fingerprint, &a.rule, &a.location.path) == (b.fingerprint, &b.rule, &b.location.path)
            && (a.severity, a.confidence, &a.status) == (b.severity, b.confidence, &b.status)
            && (self.proved, self.shape, self.cause) == (other.proved, other.shape, other.cause)
            && a.because == b.because
            && parts(a) == parts(b)
    }
}

/// What one worker found so far.
#[derive(Debug, Default)]
pub(super) struct FoundList {
    all: Vec<Found>,
    /// Those that versions may be added to, by identity and a hash of the path.
    past: HashMap<(Fingerprint, u64), Vec<usize>>,
}

impl FoundList {
    pub(super) fn len(&self) -> usize {
        self.all.len()
    }

    pub(super) fn all(&self) -> &[Found] {
        &self.all
    }

    pub(super) fn into_all(self) -> Vec<Found> {
        self.all
    }

    /// Those of another worker.
    pub(super) fn extend(&mut self, other: Self) {
        self.all.extend(other.all);
    }

    pub(super) fn push(&mut self, mut found: Found) {
        if matches!(&found.finding.location.origin, Origin::Commit { at_head: false, .. }) {
            let mut path = DefaultHasher::new();
            found.finding.location.path.hash(&mut path);
            let known = self.past.entry((found.finding.fingerprint, path.finish())).or_default();
            for &index in &*known {
                match self.all[index].take(found) {
                    Ok(()) => return,
                    Err(back) => found = *back,
                }
            }
            known.push(self.all.len());
        }
        self.all.push(found);
    }
}

#[cfg(test)]
mod tests {
    use std::sync::LazyLock;

    use proptest::prelude::*;

    use super::super::{Progress, ScanPlan, Scanner};
    use crate::model::{BlobRef, Commit, Confidence, Coverage, Origin, Provenance, RepoPath, Scope};
    use crate::rule::RuleSet;
    use crate::source::{Source, SourceError, Workers};
    use std::sync::Arc;

    /// Versions of files: path, text, whether it is the one at HEAD.
    #[derive(Debug)]
    struct Versions {
        all: Vec<(usize, String, bool)>,
        /// Does each blob get a worker of its own, which knows nothing of the others?
        alone: bool,
    }

    impl Source for Versions {
        fn visit(&self, _: usize, worker: Workers<'_>) -> Result<Coverage, SourceError> {
            let mut visit = worker();
            for (number, (path, text, at_head)) in self.all.iter().enumerate() {
                let commit = Commit {
                    id: format!("{:040x}", number * 7 % 11),
                    author: String::new(),
                    email: None,
                    time: 0,
                    summary: String::new(),
                };
                let provenance = Provenance::new(Origin::Commit {
                    path: RepoPath::new(["a/settings.py", "b/settings.py"][*path].as_bytes()),
                    blob: format!("{:040x}", number * 5 % 13),
                    commit: Arc::new(commit),
                    at_head: *at_head,
                });
                if self.alone {
                    visit = worker();
                }
                visit.blob(BlobRef { bytes: text.as_bytes(), provenance: &provenance, scope: &Scope::Whole });
            }
            Ok(Coverage::default())
        }
    }

    // Made up for this.
    const LINES: [&str; 6] = [
        "password = \"Zebra-Lamp-77-Quartz\"\n",      // keyless:ignore -- made up
        "api_token = \"q8Zr2LmX0vB4nT6wY1kD9sHa\"\n", // keyless:ignore -- made up
        "db = \"postgres://svc:Zebra-Lamp-77-Quartz@db.contoso.com/shop\"\n", // keyless:ignore -- made up
        "password = \"Zebra-Lamp-77-Quartz\"  # keyless:ignore -- known\n",
        "password = \"guest\"\n",
        "x = 1\n",
    ];

    static RULES: LazyLock<RuleSet> = LazyLock::new(RuleSet::builtin);

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]
        #[test]
        fn versions_are_told_as_if_each_were_met_alone(
            files in prop::collection::vec((0_usize..2, prop::collection::vec(0_usize..6, 0..5), prop::bool::weighted(0.2)), 0..9),
            low in any::<bool>(),
        ) {
            let text = |lines: Vec<usize>| lines.into_iter().map(|line| LINES[line]).collect::<String>();
            let all: Vec<_> = files.into_iter().map(|(path, lines, at_head)| (path, text(lines), at_head)).collect();
            let confidence = if low { Confidence::Low } else { Confidence::Medium };
            let plan = ScanPlan { confidence, ..ScanPlan::default() };
            let told = |alone| {
                let scanner = Scanner::new(&RULES, plan.detect.clone());
                let source = Versions { all: all.clone(), alone };
                let report = scanner.scan(&plan, &[&source], &Progress::default()).expect("memory can be read");
                let excerpts: Vec<_> = report.findings.iter().map(|one| one.excerpt.text.clone()).collect();
                (serde_json::to_string(&report.findings).expect("findings are JSON"), excerpts, report.stats.below_threshold)
            };
            prop_assert_eq!(told(false), told(true));
        }
    }
}
