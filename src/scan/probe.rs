//! A scan of one text in memory: for examples, fixes and whoever embeds keyless.

use crate::detect;
use crate::document::Document;
use crate::fix::Eyes;
use crate::model::{BlobRef, Coverage, Excerpt, Finding, Fix, Kind, Origin, Provenance, RepoPath, Report, Scope, Step};
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
    probe_at(scanner, plan, &RepoPath::new(path.as_bytes()), bytes)
}

/// The same under a name that need not be text.
pub fn probe_at(scanner: &Scanner<'_>, plan: &ScanPlan, path: &RepoPath, bytes: &[u8]) -> Report {
    let memory = Memory { path: path.clone(), bytes };
    scanner.scan(plan, &[&memory], &Progress::default()).expect("memory can always be read")
}

/// How many places of a text cannot be parsed.
pub fn faults(path: &RepoPath, bytes: &[u8]) -> usize {
    Document::open(bytes, path).text().map_or(0, |doc| detect::faults(&doc))
}

/// Looks at the text of one file while it is mended.
#[derive(Debug)]
pub struct Probe<'a, 'r> {
    /// The rules.
    pub scanner: &'a Scanner<'r>,
    /// What is reported.
    pub plan: &'a ScanPlan,
    /// Under which name.
    pub path: &'a RepoPath,
    /// The slug of the only rule that counts; `None`: all do.
    pub only: Option<&'a str>,
}

impl Eyes for Probe<'_, '_> {
    fn look(&self, bytes: &[u8]) -> Vec<Finding> {
        let mut findings = probe_at(self.scanner, self.plan, self.path, bytes).findings;
        findings.retain(|finding| self.only.is_none_or(|only| finding.rule.slug == only));
        findings
    }

    fn faults(&self, bytes: &[u8]) -> usize {
        faults(self.path, bytes)
    }

    fn allow(&self, _: &Fix) -> bool {
        true
    }

    fn needs(&self, _: &Finding, _: &Fix) -> Vec<Step> {
        Vec::new()
    }
}

/// What examples want to know of the open findings of a report.
#[allow(clippy::disallowed_methods, reason = "an example says which secret it holds")]
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
