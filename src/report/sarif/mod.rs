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
use self::log::{BaseId, Driver, Invocation, Log, ResultEntry, Run, Text, Tool};
use self::rules::Rules;
use super::{Output, View, safe};
use crate::model::{Finding, Report};

/// A report as SARIF.
pub struct Sarif;

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
                version: env!("CARGO_PKG_VERSION"),
                semantic_version: env!("CARGO_PKG_VERSION"),
                information_uri: INFORMATION,
                rules: rules.descriptors(view.pages),
                notifications: notes::descriptors(),
            },
        },
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
