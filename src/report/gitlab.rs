//! GitLab's security reports, version 15: secrets as `secret_detection`, lints as `sast`.
//!
//! <https://gitlab.com/gitlab-org/security-products/security-report-schemas>. GitLab has one report for each kind of
//! scan, so a run that wants both writes two. Accepted findings are left out: it knows no suppressions. Times are
//! asked for; a report tells the day of the scan only, so that the same input gives the same bytes.

use std::io::{self, Write};

use serde::Serialize;
use sha2::{Digest as _, Sha256};

use super::told;
use super::{Output, View, safe};
use crate::model::{Finding, Kind, Location, Patch, Report, Severity, Skip};

/// Secrets, for `artifacts: reports: secret_detection`.
pub(super) struct GitlabSecrets;

/// Lints, for `artifacts: reports: sast`.
pub(super) struct GitlabSast;

const VERSION: &str = "15.0.7";
/// Characters that GitLab takes of a name, and of a solution.
const NAME: usize = 255;
const SOLUTION: usize = 7_000;
/// The commit of what is in none.
const NO_COMMIT: &str = "0000000000000000000000000000000000000000";

impl Output for GitlabSecrets {
    fn write(&self, report: &Report, view: &View<'_>, out: &mut dyn Write) -> io::Result<()> {
        safe::json_document(&document(report, view, Kind::Secret), out)
    }
}

impl Output for GitlabSast {
    fn write(&self, report: &Report, view: &View<'_>, out: &mut dyn Write) -> io::Result<()> {
        safe::json_document(&document(report, view, Kind::Lint), out)
    }
}

#[derive(Serialize)]
struct Document {
    version: &'static str,
    scan: Scan,
    vulnerabilities: Vec<Vulnerability>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    remediations: Vec<Remediation>,
}

#[derive(Serialize)]
struct Scan {
    analyzer: Tool,
    scanner: Tool,
    #[serde(rename = "type")]
    kind: &'static str,
    start_time: String,
    end_time: String,
    status: &'static str,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    messages: Vec<Message>,
}

#[derive(Clone, Copy, Serialize)]
struct Tool {
    id: &'static str,
    name: &'static str,
    version: &'static str,
    vendor: Vendor,
}

#[derive(Clone, Copy, Serialize)]
struct Vendor {
    name: &'static str,
}

#[derive(Serialize)]
struct Message {
    level: &'static str,
    value: String,
}

#[derive(Serialize)]
struct Vulnerability {
    id: String,
    name: String,
    description: String,
    severity: &'static str,
    #[serde(skip_serializing_if = "String::is_empty")]
    solution: String,
    identifiers: Vec<Identifier>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    links: Vec<Link>,
    location: Place,
}

#[derive(Serialize)]
struct Identifier {
    #[serde(rename = "type")]
    kind: &'static str,
    name: String,
    value: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    url: Option<&'static str>,
}

#[derive(Serialize)]
struct Link {
    url: String,
}

#[derive(Serialize)]
struct Place {
    file: String,
    start_line: u32,
    end_line: u32,
    #[serde(skip_serializing_if = "Option::is_none")]
    commit: Option<CommitOf>,
}

#[derive(Serialize)]
struct CommitOf {
    sha: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    author: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    date: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    message: Option<String>,
}

#[derive(Serialize)]
struct Remediation {
    fixes: Vec<Fixed>,
    summary: String,
    diff: String,
}

#[derive(Serialize)]
struct Fixed {
    id: String,
}

fn document(report: &Report, view: &View<'_>, kind: Kind) -> Document {
    let ours = || report.open().filter(move |finding| finding.kind == kind);
    let vulnerabilities = ours().flat_map(|finding| {
        std::iter::once(&finding.location).chain(&finding.also_at).map(|place| vulnerability(finding, place, view))
    });
    Document {
        version: VERSION,
        scan: scan(report, view, kind),
        vulnerabilities: vulnerabilities.collect(),
        remediations: report.patches.iter().filter_map(|patch| remediation(patch, ours())).collect(),
    }
}

fn scan(report: &Report, view: &View<'_>, kind: Kind) -> Scan {
    let tool =
        Tool { id: "keyless", name: "keyless", version: env!("CARGO_PKG_VERSION"), vendor: Vendor { name: "keyless" } };
    let day = format!("{}T00:00:00", view.day);
    let failures = report.skips.iter().filter(|skip| skip.is_failure()).map(unread);
    let gaps = report.coverage.gaps.iter().map(|gap| gap.detail.clone());
    let interrupted = report.coverage.interrupted.then(|| "the scan was interrupted".to_owned());
    let messages = failures.chain(gaps).chain(interrupted).map(|value| Message { level: "warn", value });
    Scan {
        analyzer: tool,
        scanner: tool,
        kind: if kind == Kind::Secret { "secret_detection" } else { "sast" },
        start_time: day.clone(),
        end_time: day,
        // What was not read may hold anything.
        status: if report.is_complete() { "success" } else { "failure" },
        messages: messages.collect(),
    }
}

fn unread(skip: &Skip) -> String {
    format!("{} was not read: {}", skip.path.shown(), safe::line(&skip.detail))
}

fn vulnerability(finding: &Finding, place: &Location, view: &View<'_>) -> Vulnerability {
    let page = view.pages.page(&finding.rule.slug).unwrap_or_default();
    let gates: Vec<String> = finding.because.iter().map(|gate| format!("{}: {}", gate.gate, gate.detail)).collect();
    let sure = format!("Confidence: {}. {}", finding.confidence.as_str(), gates.join("; "));
    let parts = [page.what, page.why, sure.trim_end().to_owned()];
    let description: Vec<String> = parts.into_iter().filter(|part| !part.is_empty()).collect();
    let is_link = |url: &String| url.starts_with("https://") || url.starts_with("http://");
    Vulnerability {
        id: id(finding, place),
        name: told::clip(&finding.title, NAME),
        description: description.join("\n\n"),
        severity: severity(finding.severity),
        solution: told::clip(&solution(finding), SOLUTION),
        identifiers: identifiers(finding),
        links: page.links.into_iter().filter(is_link).map(|url| Link { url }).collect(),
        location: Place {
            file: place.path.text().into_owned(),
            start_line: place.start.line,
            end_line: place.end.line,
            // Of secrets only, and there always.
            commit: (finding.kind == Kind::Secret).then(|| commit(place)),
        },
    }
}

/// The same finding at the same place has the same id in every scan.
fn id(finding: &Finding, place: &Location) -> String {
    let mut hash = Sha256::new();
    hash.update(finding.rule.code.as_bytes());
    hash.update(finding.fingerprint.to_string().as_bytes());
    hash.update(place.path.as_bytes());
    hash.update([0]);
    hash.update(place.start.offset.to_le_bytes());
    if let Some(commit) = told::commit(&place.origin) {
        hash.update(commit.id.as_bytes());
    }
    let hex: String = hash.finalize()[..16].iter().map(|byte| format!("{byte:02x}")).collect();
    // Looks like a UUID, as is recommended.
    format!("{}-{}-{}-{}-{}", &hex[..8], &hex[8..12], &hex[12..16], &hex[16..20], &hex[20..])
}

fn identifiers(finding: &Finding) -> Vec<Identifier> {
    let own = Identifier {
        kind: "keyless_rule",
        name: format!("keyless {} {}", finding.rule.code, finding.rule.slug),
        value: finding.rule.code.clone(),
        url: None,
    };
    let weakness = Identifier {
        kind: "cwe",
        name: "CWE-798".to_owned(),
        value: "798".to_owned(),
        url: Some("https://cwe.mitre.org/data/definitions/798.html"),
    };
    let is_secret = finding.kind == Kind::Secret;
    std::iter::once(own).chain(is_secret.then_some(weakness)).collect()
}

fn severity(severity: Severity) -> &'static str {
    match severity {
        Severity::Critical => "Critical",
        Severity::High => "High",
        Severity::Medium => "Medium",
        Severity::Low => "Low",
        Severity::Info => "Info",
    }
}

/// What to do, step by step, with its commands.
fn solution(finding: &Finding) -> String {
    let mut lines = Vec::new();
    for remedy in &finding.remedies {
        lines.push(format!("{}:", remedy.title));
        for (number, step) in (1..).zip(&remedy.steps) {
            lines.push(format!("{number}. {}", step.text));
            lines.extend(step.command.iter().map(|command| format!("   {command}")));
        }
    }
    lines.join("\n")
}

fn commit(place: &Location) -> CommitOf {
    match told::commit(&place.origin) {
        Some(commit) => CommitOf {
            sha: commit.id.clone(),
            author: Some(commit.author.clone()).filter(|author| !author.is_empty()),
            date: Some(crate::model::Day::from_unix(commit.time).to_string()),
            message: Some(commit.summary.clone()).filter(|summary| !summary.is_empty()),
        },
        None => CommitOf { sha: NO_COMMIT.to_owned(), author: None, date: None, message: None },
    }
}

/// A patch for one file, if it mends anything that is told.
fn remediation<'f>(patch: &Patch, findings: impl Iterator<Item = &'f Finding>) -> Option<Remediation> {
    let is_mended = |finding: &&Finding| {
        finding.location.path == patch.path && patch.mends.contains(&(finding.rule.code.clone(), finding.fingerprint))
    };
    let mended: Vec<&Finding> = findings.filter(is_mended).collect();
    let mut titles: Vec<&str> = mended.iter().map(|finding| finding.title.as_str()).collect();
    titles.dedup();
    (!mended.is_empty()).then(|| Remediation {
        fixes: mended.iter().map(|finding| Fixed { id: id(finding, &finding.location) }).collect(),
        summary: format!("{}: {}", patch.path.shown(), titles.join("; ")),
        diff: patch.diff.clone(),
    })
}
