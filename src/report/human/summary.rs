//! What follows the findings: what could not be read, what is wrong with directives,
//! and one line that sums up.

use std::time::Duration;

use super::super::View;
use super::super::told::{self, count};
use super::paper::{Ink, Paper};
use crate::model::{Report, Severity, Skip, SkipReason, Verdict};

/// Lines of one sort before they are only counted.
const LINES: usize = 20;

/// One line for each failure, gap and notice.
pub(super) fn notes(report: &Report, paper: &mut Paper) {
    let failures: Vec<String> = report.skips.iter().filter(|skip| skip.is_failure()).map(failure).collect();
    let gaps: Vec<String> = report.coverage.gaps.iter().map(|gap| format!("{}: {}", gap.what, gap.detail)).collect();
    let notices: Vec<String> = report
        .notices
        .iter()
        .map(|notice| format!("{}:{}: {}", notice.path.shown(), notice.line, notice.what))
        .collect();
    for (ink, word, lines) in
        [(Ink::Red, "not read", failures), (Ink::Red, "not seen", gaps), (Ink::Yellow, "notice", notices)]
    {
        for line in lines.iter().take(LINES) {
            paper.note(ink, word, line);
        }
        if lines.len() > LINES {
            paper.note(ink, word, &format!("and {} more, all in the json format", lines.len() - LINES));
        }
    }
}

fn failure(skip: &Skip) -> String {
    let why = match skip.reason {
        SkipReason::Changed => "changed while it was read",
        SkipReason::Damaged => "damaged",
        SkipReason::Unreadable | SkipReason::Binary | SkipReason::TooLarge | SkipReason::NotAFile => "",
    };
    let said: Vec<&str> = [why, &skip.detail].into_iter().filter(|text| !text.is_empty()).collect();
    format!("{}: {}", skip.path.shown(), said.join(": "))
}

/// The line that sums up: the verdict with counts by severity, then what was covered.
pub(super) fn line(report: &Report, view: &View<'_>, paper: &mut Paper) {
    let (ink, word, verdict) = verdict(report, view.verdict);
    paper.note(ink, word, &format!("{verdict}. {}", covered(report, view.took)));
}

fn verdict(report: &Report, verdict: Verdict) -> (Ink, &'static str, String) {
    let found = by_severity(report);
    match verdict {
        Verdict::Findings if report.is_complete() => (Ink::Red, "found", found.unwrap_or_default()),
        Verdict::Findings => {
            (Ink::Red, "found", format!("{}. Incomplete: {}", found.unwrap_or_default(), missing(report)))
        }
        Verdict::Incomplete => {
            let found = found.unwrap_or_else(|| "nothing found in what was read".to_owned());
            (Ink::Yellow, "incomplete", format!("{found}, but {}", missing(report)))
        }
        Verdict::Clean if report.coverage.blobs == 0 => (Ink::Yellow, "clean", "there was nothing to read".to_owned()),
        Verdict::Clean => match found {
            Some(found) => (Ink::Green, "passed", format!("{found}, nothing that fails the run")),
            None => (Ink::Green, "clean", "nothing found".to_owned()),
        },
    }
}

/// `2 critical, 1 low`; `None` if nothing is open.
fn by_severity(report: &Report) -> Option<String> {
    let counts: Vec<String> = Severity::ALL
        .into_iter()
        .map(|severity| (report.open().filter(|finding| finding.severity == severity).count(), severity))
        .filter(|(count, _)| *count > 0)
        .map(|(count, severity)| format!("{count} {}", severity.as_str()))
        .collect();
    (!counts.is_empty()).then(|| counts.join(", "))
}

/// Why a scan is not complete.
fn missing(report: &Report) -> String {
    let failures = report.skips.iter().filter(|skip| skip.is_failure()).count() as u64;
    let gaps = report.coverage.gaps.len() as u64;
    let mut why = Vec::new();
    if report.coverage.interrupted {
        why.push("the scan was stopped".to_owned());
    }
    if failures > 0 {
        why.push(count(failures, "item could not be read", "items could not be read"));
    }
    if gaps > 0 {
        why.push(count(gaps, "part could not be seen", "parts could not be seen"));
    }
    if why.is_empty() {
        why.push("not everything asked for could be done".to_owned());
    }
    why.join(", ")
}

/// `812 files, 4.2 MB in 0.4 s; left out 34 ignored, 12 binary; 1 suppressed, 5 below the threshold`.
fn covered(report: &Report, took: Option<Duration>) -> String {
    let coverage = &report.coverage;
    let took = took.map(|took| format!(" in {}", duration(took))).unwrap_or_default();
    let messages = told::join(&[(coverage.messages, "message", "messages")]).map(|told| format!(", {told}"));
    let files = count(coverage.blobs, "file", "files");
    let mut clauses = vec![format!("Read {files}{}, {}{took}", messages.unwrap_or_default(), bytes(coverage.bytes))];
    if !coverage.narrowed.is_empty() {
        clauses.push(format!("only {}", coverage.narrowed.join(", ")));
    }
    clauses.extend(told::left_out(report).map(|counts| format!("left out {counts}")));
    let suppressed = report.findings.iter().filter(|finding| !finding.is_open()).count() as u64;
    clauses.extend(told::join(&[
        (suppressed, "suppressed", "suppressed"),
        (report.stats.below_threshold, "below the threshold", "below the threshold"),
        (report.stats.not_linted.values().sum(), "source not linted", "sources not linted"),
    ]));
    clauses.join("; ")
}

/// `999 B`, `4.2 MB`: powers of a thousand, one decimal below ten.
fn bytes(number: u64) -> String {
    const UNITS: [&str; 4] = ["kB", "MB", "GB", "TB"];
    if number < 1_000 {
        return format!("{number} B");
    }
    let (mut tenths, mut unit) = (number / 100, 0);
    while tenths >= 10_000 && unit + 1 < UNITS.len() {
        (tenths, unit) = (tenths / 1_000, unit + 1);
    }
    match tenths {
        ..100 => format!("{}.{} {}", tenths / 10, tenths % 10, UNITS[unit]),
        _ => format!("{} {}", tenths / 10, UNITS[unit]),
    }
}

/// `120 ms`, `4.2 s`, `3 min 20 s`.
fn duration(took: Duration) -> String {
    match took.as_secs() {
        0 => format!("{} ms", took.as_millis()),
        seconds @ 1..60 => format!("{seconds}.{} s", took.subsec_millis() / 100),
        seconds => format!("{} min {} s", seconds / 60, seconds % 60),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_and_times_are_short_and_never_rounded_up() {
        for (number, text) in [
            (0, "0 B"),
            (999, "999 B"),
            (1_000, "1.0 kB"),
            (9_999, "9.9 kB"),
            (10_000, "10 kB"),
            (999_999, "999 kB"),
            (4_200_000, "4.2 MB"),
            (151_000_000, "151 MB"),
            (u64::MAX, "18446744 TB"),
        ] {
            assert_eq!(bytes(number), text);
        }
        for (millis, text) in [(0, "0 ms"), (999, "999 ms"), (4_250, "4.2 s"), (200_000, "3 min 20 s")] {
            assert_eq!(duration(Duration::from_millis(millis)), text);
        }
    }
}
