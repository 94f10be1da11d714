//! Both reports of GitLab, and the patches beside them.

use keyless::model::{Kind, Patch, Report};
use keyless::report::Format;
use serde_json::Value;

use super::parsed;
use super::sample::report;

/// What GitLab's schemas of version 15.0.7 ask for, as far as we write it.
pub(super) fn gitlab_refuses(report: &Value, kind: &str) -> Vec<String> {
    let text = |of: &Value, field: &str| of[field].as_str().unwrap_or_default().to_owned();
    let mut wrong = Vec::new();
    let mut ask = |holds: bool, what: String| wrong.extend((!holds).then_some(what));
    let is_time = |time: &str| {
        let shape: String = time.chars().map(|c| if c.is_ascii_digit() { '0' } else { c }).collect();
        shape == "0000-00-00T00:00:00"
    };
    let scan = &report["scan"];
    ask(report["version"] == "15.0.7", "version".to_owned());
    ask(scan["type"] == kind, "type".to_owned());
    ask(is_time(&text(scan, "start_time")) && is_time(&text(scan, "end_time")), "times".to_owned());
    ask(["success", "failure"].contains(&text(scan, "status").as_str()), "status".to_owned());
    for tool in [&scan["analyzer"], &scan["scanner"], &scan["analyzer"]["vendor"]] {
        ask(!text(tool, "name").is_empty(), format!("name of {tool}"));
    }
    let mut ids = Vec::new();
    for one in report["vulnerabilities"].as_array().expect("an array") {
        ids.push(text(one, "id"));
        ask(text(one, "id").len() == 36, format!("id {one}"));
        ask(text(one, "name").chars().count() <= 255, format!("name {one}"));
        ask(text(one, "solution").chars().count() <= 7_000, format!("solution {one}"));
        let severities = ["Info", "Low", "Medium", "High", "Critical"];
        ask(severities.contains(&text(one, "severity").as_str()), format!("severity {one}"));
        let identifiers = one["identifiers"].as_array().expect("an array");
        let is_named = |one: &Value| ["type", "name", "value"].iter().all(|field| !text(one, field).is_empty());
        ask(!identifiers.is_empty() && identifiers.iter().all(is_named), format!("identifiers {one}"));
        ask(one["location"]["start_line"].as_u64().is_some_and(|line| line > 0), format!("line {one}"));
        let has_commit = one["location"]["commit"]["sha"].as_str().is_some_and(|sha| !sha.is_empty());
        ask(has_commit == (kind == "secret_detection"), format!("commit {one}"));
    }
    for one in report["remediations"].as_array().map_or(&[][..], Vec::as_slice) {
        let fixes = one["fixes"].as_array().expect("an array");
        ask(fixes.iter().all(|fix| ids.contains(&text(fix, "id"))), format!("fixes {one}"));
        ask(!fixes.is_empty() && !text(one, "summary").is_empty() && !text(one, "diff").is_empty(), format!("{one}"));
    }
    let count = ids.len();
    ids.sort();
    ids.dedup();
    ask(ids.len() == count, "an id comes twice".to_owned());
    wrong
}

#[test]
fn gitlab_takes_both_of_its_reports() {
    for (format, kind) in [(Format::Gitlab, "secret_detection"), (Format::GitlabSast, "sast")] {
        let document = parsed(format, &report());
        assert_eq!(gitlab_refuses(&document, kind), Vec::<String>::new());
        assert_eq!(document["scan"]["status"], "failure", "something could not be read");
        assert_eq!(gitlab_refuses(&parsed(format, &Report::default()), kind), Vec::<String>::new());
        assert_eq!(parsed(format, &Report::default())["scan"]["status"], "success");
        assert_ne!(gitlab_refuses(&document, "dast"), Vec::<String>::new(), "nothing is asked for");
    }
}

#[test]
fn each_finding_is_in_one_of_gitlabs_reports_with_every_place_unless_it_is_accepted() {
    let count = |format| parsed(format, &report())["vulnerabilities"].as_array().expect("an array").len();
    let places: usize = report().open().map(|finding| 1 + finding.also_at.len()).sum();
    assert_eq!(count(Format::Gitlab) + count(Format::GitlabSast), places);
    assert!(count(Format::Gitlab) > 0 && count(Format::GitlabSast) > 0);
}

#[test]
fn a_patch_is_told_beside_what_it_mends_and_nowhere_else() {
    let mut report = report();
    let lint = report.open().find(|finding| finding.kind == Kind::Lint).expect("there is one").clone();
    let path = lint.location.path.clone();
    let mends = vec![(lint.rule.code.clone(), lint.fingerprint)];
    report.patches.push(Patch { path, diff: "LS0tIGEveAorKysgYi94Cg==".to_owned(), mends });
    let document = parsed(Format::GitlabSast, &report);
    assert_eq!(gitlab_refuses(&document, "sast"), Vec::<String>::new());
    assert_eq!(document["remediations"][0]["diff"], "LS0tIGEveAorKysgYi94Cg==");
    assert_eq!(parsed(Format::Gitlab, &report).get("remediations"), None);
}
