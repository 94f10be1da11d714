//! SARIF 2.1.0, the part that GitHub code scanning and Azure DevOps read.
//!
//! One run. Suppressed findings are in it with their `suppressions`, as the standard
//! wants; every other result has an empty list, which says "not suppressed". What was
//! not scanned stands in the invocation's notifications. Past a limit of GitHub's the
//! worst findings stay and a notification counts the rest ([`limits`]).

mod limits;
mod log;
mod notes;
mod place;
mod results;
mod rules;

use std::cmp::Reverse;
use std::collections::BTreeMap;
use std::io::{self, Write};

use self::limits::Budget;
use self::log::{AutomationDetails, BaseId, Driver, Invocation, Log, ResultEntry, Run, Text, Tool};
use self::rules::Rules;
use super::{Output, View, safe};
use crate::model::{Finding, Report};

/// A report as SARIF.
pub(super) struct Sarif;

/// Where people read about the program.
const INFORMATION: &str = if env!("CARGO_PKG_REPOSITORY").is_empty() {
    "https://crates.io/crates/keyless"
} else {
    env!("CARGO_PKG_REPOSITORY")
};

impl Output for Sarif {
    fn write(&self, report: &Report, view: &View<'_>, out: &mut dyn Write) -> io::Result<()> {
        safe::json_document(&Log::new(run(report, view)), out)
    }
}

fn run(report: &Report, view: &View<'_>) -> Run {
    let kept = keep(&report.findings, limits::RESULTS, limits::BYTES);
    let dropped = report.findings.len() - kept.len();
    let rules = Rules::of(kept.iter().map(|(finding, _)| *finding));
    let indices = rules.indices();
    let results = kept.into_iter().map(|(finding, mut entry)| {
        entry.rule_index = indices[finding.rule.code.as_str()];
        entry
    });
    Run {
        tool: Tool {
            driver: Driver {
                name: "keyless",
                full_name: concat!("keyless ", env!("CARGO_PKG_VERSION")),
                version: env!("CARGO_PKG_VERSION"),
                semantic_version: env!("CARGO_PKG_VERSION"),
                information_uri: INFORMATION,
                rules: rules.descriptors(view.pages),
                notifications: notes::descriptors(),
            },
        },
        automation_details: AutomationDetails { description: Text::new("A scan for credentials.") },
        invocations: [Invocation {
            execution_successful: report.is_complete(),
            tool_execution_notifications: notes::of(report, dropped),
        }],
        original_uri_base_ids: BTreeMap::from([(
            place::ROOT,
            BaseId { description: Text::new("The root of what was scanned.") },
        )]),
        column_kind: "unicodeCodePoints",
        results: results.collect(),
    }
}

/// The worst findings that fit, in the report's order. Their rule indices are still to be set.
fn keep(findings: &[Finding], results: usize, bytes: usize) -> Vec<(&Finding, ResultEntry)> {
    let mut order: Vec<(usize, &Finding)> = findings.iter().enumerate().collect();
    order.sort_by_key(|(_, f)| Reverse((f.is_open(), f.severity, f.confidence))); // stable: first places first
    let mut budget = Budget::new(bytes);
    let mut kept: Vec<(usize, &Finding, ResultEntry)> = order
        .into_iter()
        .take(results)
        .map(|(index, finding)| (index, finding, results::of(finding)))
        .take_while(|(_, _, entry)| budget.take(entry))
        .collect();
    kept.sort_by_key(|(index, _, _)| *index);
    kept.into_iter().map(|(_, finding, entry)| (finding, entry)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{
        Confidence, Excerpt, Fingerprint, Group, Kind, LineCol, Location, Origin, RepoKey, RepoPath, RuleId, Severity,
        Status, SuppressedBy,
    };

    fn finding(severity: Severity, line: u32, status: Status) -> Finding {
        let path = RepoPath::new(*b"a.cs");
        let place = LineCol { line, column: 1, offset: 0 };
        Finding {
            rule: RuleId { slug: "a-rule".into(), code: "KL001".into() },
            kind: Kind::Lint,
            title: "a title".into(),
            severity,
            confidence: Confidence::High,
            because: vec![],
            location: Location { path: path.clone(), start: place, end: place, origin: Origin::File { path } },
            also_at: vec![],
            alike: vec![],
            secret: None,
            secret_id: None,
            parts: vec![],
            group: Group(0),
            fingerprint: Fingerprint::of_code(&RepoKey::default(), &line.to_le_bytes()),
            remedies: vec![],
            fixes: vec![],
            status,
            history: None,
            excerpt: Excerpt::default(),
        }
    }

    /// An accepted critical one, then a low, a high and another low one.
    fn findings() -> Vec<Finding> {
        let accepted = Status::Suppressed { by: SuppressedBy::Baseline, reason: None, until: None };
        vec![
            finding(Severity::Critical, 1, accepted),
            finding(Severity::Low, 2, Status::Open),
            finding(Severity::High, 3, Status::Open),
            finding(Severity::Low, 4, Status::Open),
        ]
    }

    #[test]
    fn past_the_limit_open_and_severe_findings_stay_in_their_order() {
        let findings = findings();
        for (results, lines) in [(9, vec![1, 2, 3, 4]), (3, vec![2, 3, 4]), (2, vec![2, 3]), (1, vec![3]), (0, vec![])]
        {
            let kept = keep(&findings, results, usize::MAX);
            assert_eq!(kept.iter().map(|(f, _)| f.location.start.line).collect::<Vec<_>>(), lines, "{results}");
        }
    }

    #[test]
    fn the_bytes_of_all_results_stay_under_their_limit() {
        let findings = findings();
        let mut last = 0;
        for bytes in (0..4_000).step_by(50) {
            let kept = keep(&findings, 9, bytes);
            let size: usize = kept.iter().map(|(_, e)| serde_json::to_vec(e).expect("plain data").len()).sum();
            assert!(size <= bytes, "{size} of {bytes}");
            assert!(kept.len() >= last, "more room, fewer results");
            last = kept.len();
        }
        assert_eq!(last, 4);
    }
}
