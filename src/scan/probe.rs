//! A scan of one text in memory: for examples, fixes and whoever embeds keyless.

use crate::model::{BlobRef, Coverage, Excerpt, Kind, Origin, Provenance, RepoPath, Report, Scope};
use crate::rule::example::Seen;
use crate::source::{Source, SourceError, Workers};

use super::{Progress, ScanPlan, Scanner};

/// One blob under one name.
struct Memory<'a> {
    path: RepoPath,
    bytes: &'a [u8],
}

impl Source for Memory<'_> {
    fn visit(&self, _: usize, worker: Workers<'_>) -> Result<Coverage, SourceError> {
        let provenance = Provenance::new(Origin::File { path: self.path.clone() });
        worker().blob(BlobRef { bytes: self.bytes, provenance: &provenance, scope: &Scope::Whole });
        Ok(Coverage { blobs: 1, bytes: self.bytes.len() as u64, ..Coverage::default() })
    }
}

/// The report of one text under a name.
pub fn probe(scanner: &Scanner<'_>, plan: &ScanPlan, path: &str, bytes: &[u8]) -> Report {
    let memory = Memory { path: RepoPath::new(path.as_bytes()), bytes };
    scanner.scan(plan, &[&memory], &Progress::default()).expect("memory can always be read")
}

#[allow(clippy::disallowed_methods, reason = "an example says which secret it holds")]
/// What examples want to know of the open findings of a report.
pub fn seen(report: &Report) -> Vec<Seen> {
    report
        .open()
        .map(|finding| Seen {
            rule: finding.rule.slug.clone(),
            is_lint: finding.kind == Kind::Lint,
            secret: match &finding.secret {
                Some(secret) => String::from_utf8_lossy(secret.expose()).into_owned(),
                None if finding.kind == Kind::Lint => marked(&finding.excerpt),
                None => String::new(),
            },
            confidence: finding.confidence,
            severity: finding.severity,
            parts: finding.parts.iter().map(|part| (part.name.clone(), part.value.clone())).collect(),
        })
        .collect()
}

/// The text that a lint points at.
fn marked(excerpt: &Excerpt) -> String {
    let (start, length) = excerpt.mark;
    excerpt.text.get(start..start + length).unwrap_or_default().to_owned()
}
