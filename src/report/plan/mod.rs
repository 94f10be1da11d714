//! A plan for a team, as Markdown: what to do about everything that was found, resource
//! by resource, in an order that keeps production running.
//!
//! Grant before switch, switch before revoke, revoke before keys are switched off. It
//! has boxes to tick, and counts that reach zero. No secret is in it.

mod places;
mod resources;

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::io::{self, Write};

use super::{Output, View, safe, told};
use crate::model::{Confidence, Finding, Kind, Location, Origin, Phase, Report};
use places::Places;
use resources::{Resource, resources};

/// The plan of a report.
pub(super) struct Plan;

/// Rows of the table of dangers; the sections name everything.
const ROWS: usize = 25;

impl Output for Plan {
    fn write(&self, report: &Report, _: &View<'_>, out: &mut dyn Write) -> io::Result<()> {
        out.write_all(document(report).as_bytes())
    }
}

fn document(report: &Report) -> String {
    let found = resources(report.open());
    let mut out = String::from("# Plan: no secrets left\n\n");
    counts(report, &mut out);
    if found.is_empty() {
        out.push_str("\nNothing to do: no open finding.\n");
        return out;
    }
    let below = places::common(report.open());
    if let Some(name) = below.trim_end_matches('/').rsplit('/').next().filter(|name| !name.is_empty()) {
        let _ = writeln!(out, "\nPaths are those below `{}`.", cell(name));
    }
    dangerous(&found, &below, &mut out);
    out.push_str("\n## Resource by resource\n\n");
    out.push_str("The order within each keeps production running. Until a step of \"Revoke\" is done, the way back is to deploy the version before; afterwards it is a new key, put into a vault, never into a file.\n");
    found.iter().for_each(|resource| section(resource, &below, &mut out));
    history(report, &mut out);
    done(&found, &mut out);
    out
}

fn counts(report: &Report, out: &mut String) {
    let of = |kind: Kind| report.open().filter(move |finding| finding.kind == kind);
    let places = of(Kind::Secret).map(|finding| 1 + finding.also_at.len()).sum::<usize>();
    let sure = of(Kind::Secret).filter(|finding| finding.confidence == Confidence::High).count();
    out.push_str("| count | now | goal |\n|---|---|---|\n");
    let _ = writeln!(out, "| credentials | {} | 0 |", of(Kind::Secret).count());
    let _ = writeln!(out, "| of these certain or nearly so | {sure} | 0 |");
    let _ = writeln!(out, "| places they stand in | {places} | 0 |");
    let _ =
        writeln!(out, "| places in code, configuration and pipelines that need one | {} | 0 |", of(Kind::Lint).count());
    if !report.is_complete() {
        out.push_str("\n**Not everything was read**, so there may be more: see the skips and gaps of the report.\n");
    }
    let accepted = report.findings.len() - report.open().count();
    if accepted > 0 {
        let _ = writeln!(out, "\n{accepted} accepted findings are not in this plan.");
    }
}

/// What to revoke at once if it may have been seen.
fn dangerous(found: &[Resource<'_>], below: &str, out: &mut String) {
    let mut secrets: Vec<&Finding> = found.iter().flat_map(Resource::secrets).collect();
    if secrets.is_empty() {
        return;
    }
    secrets.sort_by_key(|finding| std::cmp::Reverse((finding.severity, finding.confidence)));
    out.push_str("\n## Most dangerous first\n\n");
    out.push_str("Was this repository ever public, or do you not know who read it? Then revoke these now, from the top, and take the outage. Otherwise follow the sections below.\n\n");
    out.push_str("| severity | confidence | what | begins with | where | today |\n|---|---|---|---|---|---|\n");
    let rows = rows(&secrets);
    for row in rows.iter().take(ROWS) {
        let first = row[0];
        let hint = first.secret.as_ref().map(|secret| secret.masked().to_string()).unwrap_or_default();
        let others = if row.len() > 1 { format!(" ({} values)", row.len()) } else { String::new() };
        let _ = writeln!(
            out,
            "| {} | {} | {}{others} | {} | {} | {} |",
            first.severity.as_str(),
            first.confidence.as_str(),
            cell(&first.title),
            cell(&hint),
            Places::shown(row.iter().map(|finding| &finding.location), below),
            still(&first.location.origin),
        );
    }
    if let Some(more) = rows.len().checked_sub(ROWS).filter(|more| *more > 0) {
        let _ = writeln!(out, "\n{} below, in the sections.", told::count(more as u64, "more row", "more rows"));
    }
}

/// A table of test vectors or a recording holds a hundred values of one kind: that is one row, not a hundred.
fn rows<'a>(secrets: &[&'a Finding]) -> Vec<Vec<&'a Finding>> {
    let mut number = BTreeMap::new();
    let mut rows: Vec<Vec<&Finding>> = Vec::new();
    for &finding in secrets {
        let alike = (
            finding.severity,
            finding.confidence,
            &finding.title,
            &finding.location.path,
            still(&finding.location.origin),
        );
        let row = *number.entry(alike).or_insert(rows.len());
        if row == rows.len() {
            rows.push(Vec::new());
        }
        rows[row].push(finding);
    }
    rows
}

fn still(origin: &Origin) -> &'static str {
    match origin {
        Origin::Commit { at_head: true, .. } => "at HEAD and in history",
        Origin::Commit { .. } | Origin::Message { .. } | Origin::Object { .. } => "in history",
        _ => "in the tree",
    }
}

fn section(resource: &Resource<'_>, below: &str, out: &mut String) {
    let _ = writeln!(out, "\n### {}\n", cell(&resource.name));
    for row in by_rule(resource.secrets()) {
        let many = if row.len() > 1 { format!("{} values of ", row.len()) } else { String::new() };
        let places = Places::shown(everywhere(&row), below);
        let _ = writeln!(out, "- leaks: {many}{} at {places}", cell(&row[0].title));
    }
    for row in by_rule(resource.lints()) {
        let places = Places::shown(everywhere(&row), below);
        let _ = writeln!(out, "- needs it: {} ({}) at {places}", cell(&row[0].title), row[0].rule.code);
    }
    for (title, because) in resource.ways() {
        let _ = writeln!(out, "- way out: {}, because: {}", cell(title), cell(because));
    }
    for phase in Phase::ALL {
        let steps = resource.steps(phase);
        if steps.is_empty() {
            continue;
        }
        let _ = writeln!(out, "\n{}\n", heading(phase));
        for step in steps {
            let _ = writeln!(out, "- [ ] {}", cell(&step.text));
            for command in step.command.iter().flat_map(|command| command.lines()) {
                let _ = writeln!(out, "      {}", safe::line(command));
            }
        }
    }
}

fn heading(phase: Phase) -> &'static str {
    match phase {
        Phase::Identity => "Identity",
        Phase::Grant => "Grant, and wait some minutes until it works",
        Phase::Change => "Change code and configuration",
        Phase::Verify => "Verify",
        Phase::Revoke => "Revoke",
        Phase::Disable => "Close the way with keys",
        Phase::Clean => "Clean up",
        Phase::Watch => "Watch",
    }
}

fn by_rule<'a>(findings: impl Iterator<Item = &'a Finding>) -> Vec<Vec<&'a Finding>> {
    let mut number = BTreeMap::new();
    let mut rows: Vec<Vec<&Finding>> = Vec::new();
    for finding in findings {
        let row = *number.entry(&finding.rule.slug).or_insert(rows.len());
        if row == rows.len() {
            rows.push(Vec::new());
        }
        rows[row].push(finding);
    }
    rows
}

fn everywhere<'a>(findings: &'a [&'a Finding]) -> impl Iterator<Item = &'a Location> {
    findings.iter().flat_map(|finding| std::iter::once(&finding.location).chain(&finding.also_at))
}

/// History comes last, and only after everything in it is worthless.
fn history(report: &Report, out: &mut String) {
    let in_history = report.open().filter(|finding| finding.kind == Kind::Secret);
    if in_history.count() == 0 {
        return;
    }
    out.push_str("\n## History, last of all\n\n");
    out.push_str("Once every value above is worthless, the history holds nothing that opens anything. Rewriting it is then a choice, not a remedy: clones, forks and pull requests keep what they have.\n\n");
    out.push_str("- [ ] see what is left in it\n      keyless scan --history .\n");
    out.push_str("- [ ] if it must go: write the values into a file outside the repository that only you can read, and replace them in a fresh mirror clone\n      git filter-repo --replace-text <file>\n");
    out.push_str("- [ ] push all branches and tags by force, ask the host to drop cached pull requests, and tell everyone to clone anew\n");
}

fn done(found: &[Resource<'_>], out: &mut String) {
    let _ = writeln!(out, "\n## Done when\n");
    let _ = writeln!(out, "- [ ] {} worked through", told::count(found.len() as u64, "resource is", "resources are"));
    out.push_str("- [ ] nothing is left\n      keyless scan .\n");
    out.push_str(
        "- [ ] nothing comes back: the same command guards pull requests, and `keyless scan --staged` commits\n",
    );
}

/// Text in a line or cell of Markdown: nothing of it is markup, and it stays one line.
fn cell(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in safe::line(text).chars() {
        if matches!(c, '|' | '*' | '_' | '`' | '<' | '[' | ']' | '#' | '\\' | '!') {
            out.push('\\');
        }
        out.push(c);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_of_others_is_no_markup() {
        assert_eq!(cell("a|b](x) <i> `c`\n# d"), "a\\|b\\](x) \\<i> \\`c\\`\\\\n\\# d");
    }

    #[test]
    fn nothing_found_is_nothing_to_do() {
        assert!(document(&Report::default()).contains("Nothing to do"));
    }
}
