//! `keyless explain --value-at PATH:LINE`: why a place was reported, or was not, gate by gate.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::args::Selection;
use super::engine::{self, Asked, Progress, Refused};
use super::plan::{self, Baselines, Job};
use super::scan::rules_of;
use crate::config::Profile;
use crate::error::Error;
use crate::model::{Effect, Finding, Location, Reason, RepoPath, Report, SkipReason, Status, SuppressedBy, in_words};

/// Tells everything about the place.
pub(super) fn tell(place: &str) -> Result<String, Error> {
    let (path, line) = parsed(place)?;
    let bytes = std::fs::read(&path).map_err(|cause| {
        Error::usage(
            format!("{}: {}", path.display(), in_words(&cause)),
            "write the path of a file, a colon and the number of a line",
        )
    })?;
    let (ordinary, job) = scanned(&path, None)?;
    let (audit, _) = scanned(&path, Some(Profile::Audit))?;
    let rules = rules_of(&job)?;
    let here = |first: u32, last: u32| (first..=last).contains(&line);
    let mut out = format!("{}:{line}\n", path.display());
    let begun = out.len();
    for finding in &audit.findings {
        let places = std::iter::once(&finding.location).chain(&finding.also_at);
        if places.into_iter().any(|at| here(at.start.line, last_line(at))) {
            reported(finding, shown(&ordinary, finding, line), &job, &mut out);
        }
    }
    let name = RepoPath::from_path(&path);
    for one in engine::refused(&job, &rules, &name, &bytes).iter().filter(|one| here(one.lines.0, one.lines.1)) {
        refused(one, &mut out);
    }
    if out.len() == begun {
        match not_read(&ordinary) {
            Some(why) => _ = writeln!(out, "\nthe file is not read: {why}"),
            None => out.push_str("\nno rule matched here: no anchor of one was seen, or what stands there has not the shape that it asks for\n"),
        }
    }
    Ok(out)
}

/// Why a scan of the file would not have looked at it.
fn not_read(report: &Report) -> Option<&'static str> {
    match report.skips.first().map(|skip| skip.reason) {
        Some(SkipReason::Binary) => Some("it is no text"),
        Some(SkipReason::TooLarge) => Some("it is larger than the configuration allows"),
        Some(_) => Some("it cannot be read"),
        None if report.coverage.blobs == 0 => Some("it is ignored, or left out by the configuration"),
        None => None,
    }
}

/// `src/app.py:12`, also with a column behind it.
fn parsed(place: &str) -> Result<(PathBuf, u32), Error> {
    let wrong = || Error::usage(format!("`{place}` is no place"), "write PATH:LINE, as reports do: src/app.py:12");
    let number = |text: &str| text.parse::<u32>().ok().filter(|&number| number > 0);
    let (head, last) = place.rsplit_once(':').ok_or_else(wrong)?;
    let last = number(last).ok_or_else(wrong)?;
    match head.rsplit_once(':').and_then(|(path, line)| Some((path, number(line)?))) {
        Some((path, line)) if !path.is_empty() => Ok((path.into(), line)),
        _ if head.is_empty() => Err(wrong()),
        _ => Ok((head.into(), last)),
    }
}

/// The file's report, as `keyless scan` would make it, or as an audit would.
fn scanned(path: &Path, profile: Option<Profile>) -> Result<(Report, Job), Error> {
    let selection = Selection { paths: vec![path.to_owned()], profile, ..Selection::default() };
    let job = plan::jobs(&selection, &selection.words(), Baselines::Use)?.pop();
    let job = job.ok_or_else(|| Error::usage("nothing to scan", "name a file"))?;
    let rules = rules_of(&job)?;
    Ok((engine::scan(&job, &rules, &Asked::default(), &Arc::new(Progress::default()))?, job))
}

fn last_line(at: &Location) -> u32 {
    at.end.line.max(at.start.line)
}

/// The same finding in the ordinary report.
fn shown<'r>(report: &'r Report, finding: &Finding, line: u32) -> Option<&'r Finding> {
    report.findings.iter().find(|one| {
        let mut places = std::iter::once(&one.location).chain(&one.also_at);
        one.rule == finding.rule
            && one.fingerprint == finding.fingerprint
            && places.any(|at| (at.start.line..=last_line(at)).contains(&line))
    })
}

fn reported(finding: &Finding, shown: Option<&Finding>, job: &Job, out: &mut String) {
    let (severity, confidence) = (finding.severity.as_str(), finding.confidence.as_str());
    let verdict = match (shown.map(|shown| &shown.status), &finding.status) {
        (_, Status::Suppressed { by, reason, .. }) => {
            let by = match by {
                SuppressedBy::Inline => "a comment",
                SuppressedBy::Allow => "the configuration",
                SuppressedBy::Baseline => "the baseline",
            };
            let reason = reason.as_deref().map_or_else(String::new, |reason| format!(": {reason}"));
            format!("accepted by {by}{reason}")
        }
        (Some(_), _) => "reported".to_owned(),
        (None, _) => {
            let (least, sure) = (job.config.severity.value.as_str(), job.config.confidence.value.as_str());
            format!("not reported: only severity {least} and confidence {sure} or more are")
        }
    };
    let rule = &finding.rule;
    let _ = writeln!(
        out,
        "\n{} ({}, {}), severity {severity}, confidence {confidence}",
        finding.title, rule.slug, rule.code
    );
    gates(&finding.because, out);
    let _ = writeln!(out, "  {verdict}");
}

fn refused(one: &Refused, out: &mut String) {
    let _ = writeln!(out, "\n{} ({}, {})", one.title, one.rule.slug, one.rule.code);
    gates(&one.because, out);
    let colon = if one.detail.is_empty() { "" } else { ": " };
    let _ = writeln!(out, "  refused  {}{colon}{}", one.gate, one.detail);
    out.push_str("  not reported\n");
}

fn gates(because: &[Reason], out: &mut String) {
    for reason in because {
        let effect = match reason.effect {
            Effect::Proved => "proved",
            Effect::Passed => "passed",
            Effect::Raised => "raised",
            Effect::Lowered => "lowered",
        };
        let colon = if reason.detail.is_empty() { "" } else { ": " };
        let _ = writeln!(out, "  {effect:<8} {}{colon}{}", reason.gate, reason.detail);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_are_read_as_reports_write_them() {
        for (place, expected) in [
            ("src/app.py:12", Some(("src/app.py", 12))),
            ("src/app.py:12:5", Some(("src/app.py", 12))),
            ("C:\\app.py:3", Some(("C:\\app.py", 3))),
            ("app.py", None),
            ("app.py:", None),
            ("app.py:0", None),
            (":4", None),
        ] {
            let read = parsed(place).ok();
            let read = read.as_ref().map(|(path, line)| (path.to_str().unwrap(), *line));
            assert_eq!(read, expected, "{place}");
        }
    }
}
