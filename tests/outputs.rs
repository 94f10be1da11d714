//! Every format of one report.
//!
//! The report is made by hand and holds one of each thing a format must cope with.
//! What each format makes of it is a file under `fixtures/outputs/`; set
//! KEYLESS_UPDATE=1 to write them anew and read the difference.

use std::fmt::Write as _;
use std::path::PathBuf;
use std::time::Duration;

use keyless::model::path::is_unsafe_to_show;
use keyless::model::{
    Coverage, Finding, Kind, Notice, Patch, RepoPath, Report, Reveal, Severity, Skip, Status, SuppressedBy, Verdict,
};
use keyless::report::{Format, Page, Pages, Theme, View};
use proptest::prelude::*;
use serde_json::Value;

use self::sample::{STORAGE, SomePages, at, critical, fake_secret, file, finding, high, low, report, step};

#[path = "outputs/sample.rs"]
mod sample;

fn view() -> View<'static> {
    let took = Some(Duration::from_millis(412));
    View { show_suppressed: true, took, ..View::new(&SomePages, Verdict::Findings) }
}

fn written(format: Format, report: &Report, view: &View<'_>) -> String {
    let mut out = Vec::new();
    format.output().write(report, view, &mut out).expect("memory takes everything");
    String::from_utf8(out).expect("every format is UTF-8")
}

fn parsed(format: Format, report: &Report) -> Value {
    serde_json::from_str(&written(format, report, &view())).expect("valid JSON")
}

#[test]
fn a_plan_tells_a_table_of_values_in_one_row_and_no_path_of_a_machine() {
    let mut report = Report::default();
    for line in 1..=40 {
        let place = at(b"/home/somebody/shop/tests/data.jsonl", line, (3, 9), file);
        report.findings.push(finding(STORAGE, &fake_secret(line, 88), Severity::Low, place));
    }
    report.findings.push(finding(
        STORAGE,
        &fake_secret(99, 88),
        Severity::High,
        at(b"/home/somebody/shop/.env", 2, (3, 9), file),
    ));
    let plan = written(Format::Plan, &report, &view());
    assert!(plan.contains("(40 values)"), "{plan}");
    assert!(plan.contains("| tests/data.jsonl:1, 2, 3, 4, 5, 6 and 34 more lines |"), "{plan}");
    assert!(plan.contains("| .env:2 |") && plan.contains("those below `shop`"), "{plan}");
    assert!(!plan.contains("/home/somebody"), "{plan}");
    assert!(plan.find(".env:2") < plan.find("tests/data.jsonl"), "the gravest first: {plan}");
}

// ---- every format -------------------------------------------------------------

#[test]
fn every_format_writes_what_its_snapshot_says() {
    for format in Format::ALL {
        let file: PathBuf =
            [env!("CARGO_MANIFEST_DIR"), "fixtures", "outputs", &format!("{format}.txt")].iter().collect();
        let written = written(format, &report(), &view());
        if std::env::var_os("KEYLESS_UPDATE").is_some() {
            std::fs::write(&file, &written).expect("the source tree is writable when it is updated");
        }
        let expected = std::fs::read_to_string(&file).unwrap_or_default();
        assert!(expected == written, "{} differs; KEYLESS_UPDATE=1 and read the change\n{written}", file.display());
    }
}

#[test]
fn the_same_report_gives_the_same_bytes() {
    for format in Format::ALL {
        assert_eq!(written(format, &report(), &view()), written(format, &report(), &view()), "{format}");
    }
}

#[test]
fn only_human_looks_at_the_look() {
    let plain = View::new(&SomePages, Verdict::Findings);
    let reveal = Reveal::asked_for_on_a_terminal();
    let dressed = View { theme: Theme::Colour, width: 200, reveal: Some(&reveal), ..view() };
    for format in [
        Format::Json,
        Format::Jsonl,
        Format::Sarif,
        Format::Gitlab,
        Format::GitlabSast,
        Format::PlanHtml,
        Format::PlanJson,
    ] {
        assert_eq!(written(format, &report(), &plain), written(format, &report(), &dressed), "{format}");
    }
}

#[test]
fn hostile_text_reaches_no_terminal_in_any_format() {
    for format in Format::ALL {
        let written = written(format, &report(), &view());
        let harmful = written.chars().find(|&c| c != '\n' && is_unsafe_to_show(c));
        assert_eq!(harmful, None, "{format}");
        assert!(!written.contains("\nclean: nothing found"), "{format} lets a file name forge a line");
    }
}

// ---- human --------------------------------------------------------------------

#[test]
fn colours_change_nothing_but_colours() {
    let coloured = written(Format::Human, &report(), &View { theme: Theme::Colour, width: 1_000, ..view() });
    let plain = written(Format::Human, &report(), &View { width: 1_000, ..view() });
    let mut stripped = String::new();
    for (index, piece) in coloured.split('\u{1b}').enumerate() {
        stripped.push_str(if index == 0 { piece } else { piece.split_once('m').expect("a colour sequence").1 });
    }
    assert!(coloured.contains("\u{1b}["));
    assert_eq!(stripped, plain);
}

#[test]
fn a_report_is_read_at_eighty_columns() {
    // Paths and commands are to be copied, so they are never folded.
    let copied = |line: &str| line.contains("az storage") || line.contains("logs/");
    for line in written(Format::Human, &report(), &view()).lines().filter(|line| !copied(line)) {
        assert!(line.chars().count() <= 80, "{} columns: {line}", line.chars().count());
    }
}

#[test]
fn suppressed_findings_and_values_are_shown_only_on_request() {
    let reveal = Reveal::asked_for_on_a_terminal();
    let secret = fake_secret(1, 88);
    let shown = |view: &View<'_>| written(Format::Human, &report(), view);
    for (view, suppressed, revealed) in [
        (View { show_suppressed: false, ..view() }, false, false),
        (view(), true, false),
        (View { reveal: Some(&reveal), ..view() }, true, true),
    ] {
        let text = shown(&view);
        assert_eq!(text.contains("docs/readme.md"), suppressed);
        assert_eq!(text.contains(&secret), revealed);
    }
}

#[test]
fn the_last_line_says_the_verdict_in_words() {
    let read = Coverage { blobs: 2, bytes: 1_500, ..Coverage::default() };
    let empty = Report { coverage: read.clone(), ..Report::default() };
    let stopped = Coverage { interrupted: true, ..read.clone() };
    let one = Report { findings: vec![low()], coverage: read, ..Report::default() };
    for (report, verdict, line) in [
        (&empty, Verdict::Clean, "clean: nothing found. Read 2 files, 1.5 kB"),
        (&Report::default(), Verdict::Clean, "clean: there was nothing to read. Read 0 files, 0 B"),
        (&one, Verdict::Clean, "passed: 1 low, nothing that fails the run. Read 2 files, 1.5 kB"),
        (&one, Verdict::Findings, "found: 1 low. Read 2 files, 1.5 kB"),
        (
            &Report { coverage: stopped, ..Report::default() },
            Verdict::Incomplete,
            "incomplete: nothing found in what was read, but the scan was stopped. Read 2 files, 1.5 kB",
        ),
    ] {
        let text = written(Format::Human, report, &View { width: usize::MAX, ..View::new(&SomePages, verdict) });
        assert_eq!(text.lines().last(), Some(line));
    }
}

// ---- json and jsonl -----------------------------------------------------------

fn schema() -> Value {
    serde_json::from_str(include_str!("../src/report/keyless-report.schema.json")).expect("the schema is JSON")
}

fn errors(schema: &Value, instance: &Value) -> Vec<String> {
    let validator = jsonschema::validator_for(schema).expect("the schema is a schema");
    validator.iter_errors(instance).map(|error| format!("{}: {error}", error.instance_path())).collect()
}

#[test]
fn json_is_what_its_schema_says() {
    assert_eq!(errors(&schema(), &parsed(Format::Json, &report())), Vec::<String>::new());
    assert_eq!(errors(&schema(), &parsed(Format::Json, &Report::default())), Vec::<String>::new());
    let mut without_verdict = parsed(Format::Json, &report());
    without_verdict.as_object_mut().expect("a document").remove("verdict");
    assert_ne!(errors(&schema(), &without_verdict), Vec::<String>::new(), "the schema asks for nothing");
}

#[test]
fn json_has_the_fields_it_promises() {
    let document = parsed(Format::Json, &report());
    let keys = |value: &Value| value.as_object().expect("an object").keys().cloned().collect::<Vec<_>>().join(" ");
    assert_eq!(document["schema"], "keyless-report/1");
    assert_eq!(keys(&document), "coverage facts findings notices posture schema skips stats verdict");
    assert_eq!(
        keys(&document["findings"][0]),
        "also_at because code confidence fingerprint fixes group history kind location parts remedies rule secret secret_id \
         severity status title"
    );
    assert_eq!(keys(&document["findings"][0]["location"]), "end origin path start");
    assert_eq!(keys(&document["findings"][0]["location"]["start"]), "column line offset");
    assert_eq!(document["findings"][0]["secret"]["length"], 88);
}

#[test]
fn every_line_of_jsonl_is_a_finding_of_the_json_document() {
    let lines: Vec<Value> = written(Format::Jsonl, &report(), &view())
        .lines()
        .map(|line| serde_json::from_str(line).expect("a line is a document"))
        .collect();
    assert_eq!(Value::Array(lines), parsed(Format::Json, &report())["findings"]);
    assert_eq!(written(Format::Jsonl, &Report::default(), &view()), "");
}

// ---- plan ---------------------------------------------------------------------

/// Are all elements closed in turn, and is nothing in the text an element?
fn is_well_formed(page: &str) -> bool {
    const EMPTY: [&str; 4] = ["!DOCTYPE", "meta", "input", "br"];
    let mut open = Vec::new();
    let pieces: Vec<&str> = page.split('<').skip(1).collect();
    for piece in pieces {
        let Some((tag, text)) = piece.split_once('>') else { return false };
        let name = tag.split([' ', '\n']).next().unwrap_or_default();
        match name.strip_prefix('/') {
            Some(name) if open.pop() == Some(name) => {}
            Some(_) => return false,
            None if EMPTY.contains(&name) => {}
            None => open.push(name),
        }
        if text.contains('>') && open.last() != Some(&"style") {
            return false;
        }
    }
    open.is_empty()
}

#[test]
fn a_plan_as_json_is_what_its_schema_says() {
    let schema: Value =
        serde_json::from_str(include_str!("../src/report/keyless-plan.schema.json")).expect("the schema is JSON");
    for report in [report(), Report::default()] {
        assert_eq!(errors(&schema, &parsed(Format::PlanJson, &report)), Vec::<String>::new());
    }
    let mut other = parsed(Format::PlanJson, &report());
    other.as_object_mut().expect("a document").remove("counts");
    assert_ne!(errors(&schema, &other), Vec::<String>::new(), "the schema asks for nothing");
}

#[test]
fn a_page_loads_nothing_and_is_well_formed() {
    for report in [report(), Report::default()] {
        let page = written(Format::PlanHtml, &report, &view());
        assert!(is_well_formed(&page), "{page}");
        for word in ["<script", "<link", "src=", "href=", "url(", "@import"] {
            assert!(!page.contains(word), "{word}");
        }
    }
}

#[test]
fn a_plan_of_revocations_holds_their_commands_and_nothing_else() {
    let view = View { revoke_only: true, ..view() };
    let plan = written(Format::Plan, &report(), &view);
    assert!(plan.starts_with("# Plan: what to make worthless\n"), "{plan}");
    assert!(plan.contains("### 1. Azure Storage account key of storage account contoso"), "{plan}");
    assert!(plan.contains("az storage account keys renew --account-name contoso"), "{plan}");
    for other in ["## Resource by resource", "## History", "KL010"] {
        assert!(!plan.contains(other), "{other}: {plan}");
    }
}

// ---- sarif --------------------------------------------------------------------

#[test]
fn sarif_results_and_rules_belong_together() {
    let log = parsed(Format::Sarif, &report());
    let run = &log["runs"][0];
    let rules = run["tool"]["driver"]["rules"].as_array().expect("rules");
    let results = run["results"].as_array().expect("results");
    assert_eq!((log["version"].as_str(), log["runs"].as_array().map(Vec::len)), (Some("2.1.0"), Some(1)));
    assert_eq!((rules.len(), results.len()), (5, 5));
    for result in results {
        let rule = &rules[usize::try_from(result["ruleIndex"].as_u64().expect("an index")).expect("small")];
        assert_eq!(rule["id"], result["ruleId"]);
        for field in ["shortDescription", "fullDescription", "help"] {
            assert!(rule[field]["text"].as_str().is_some_and(|text| text.len() > 3), "{field} of {}", rule["id"]);
        }
        let score = rule["properties"]["security-severity"].as_str().expect("a string, not a number");
        assert!(score.parse::<f64>().is_ok());
        assert_eq!(result["partialFingerprints"]["keyless/v1"].as_str().map(str::len), Some(32));
        let place = &result["locations"][0]["physicalLocation"];
        assert_eq!(place["artifactLocation"]["uriBaseId"], "%SRCROOT%");
        let uri = place["artifactLocation"]["uri"].as_str().expect("a URI");
        assert!(uri.bytes().all(|b| b.is_ascii_alphanumeric() || b"-._~/%".contains(&b)), "{uri}");
        for field in ["startLine", "startColumn", "endLine", "endColumn"] {
            assert!(place["region"][field].as_u64().is_some_and(|number| number >= 1), "{field}");
        }
        assert!(place["region"].get("snippet").is_none() && place.get("contextRegion").is_none());
    }
}

#[test]
fn sarif_marks_what_is_suppressed_and_what_is_not() {
    let log = parsed(Format::Sarif, &report());
    let kinds = |n: usize| log["runs"][0]["results"][n]["suppressions"].as_array().expect("always a list").clone();
    assert_eq!(kinds(0), Vec::<Value>::new());
    assert_eq!((&kinds(4)[0]["kind"], kinds(4).len()), (&Value::from("inSource"), 1));
    assert_eq!(kinds(4)[0]["justification"], "expired, kept as an example, until 2027-06-30");
}

#[test]
fn sarif_tells_what_was_not_read() {
    let log = parsed(Format::Sarif, &report());
    let invocation = &log["runs"][0]["invocations"][0];
    assert_eq!(invocation["executionSuccessful"], false);
    let notes = invocation["toolExecutionNotifications"].as_array().expect("notifications");
    let kinds = &log["runs"][0]["tool"]["driver"]["notifications"];
    let told: Vec<(&str, &str)> = notes
        .iter()
        .map(|note| {
            let index = usize::try_from(note["descriptor"]["index"].as_u64().expect("an index")).expect("small");
            assert_eq!(kinds[index]["id"], note["descriptor"]["id"]);
            (kinds[index]["name"].as_str().expect("a name"), note["level"].as_str().expect("a level"))
        })
        .collect();
    let expected = [
        ("Interrupted", "error"),
        ("NotSeen", "error"),
        ("NotRead", "error"),
        ("Directive", "warning"),
        ("LeftOut", "note"),
    ];
    assert_eq!(told, expected);
    let clean = parsed(Format::Sarif, &Report::default());
    assert_eq!(clean["runs"][0]["invocations"][0]["executionSuccessful"], true);
    assert_eq!(clean["runs"][0]["results"], Value::Array(vec![]), "an empty list says clean, a missing one failed");
}

#[test]
fn sarif_links_in_a_message_lead_to_related_locations() {
    let log = parsed(Format::Sarif, &report());
    let result = &log["runs"][0]["results"][0];
    let message = result["message"]["text"].as_str().expect("a message");
    assert_eq!(result["relatedLocations"].as_array().map(Vec::len), Some(7));
    for link in 1..=5 {
        assert!(message.contains(&format!("]({link})")), "{message}");
        assert_eq!(result["relatedLocations"][link - 1]["id"], link);
    }
    assert!(message.ends_with("and at 2 more."), "{message}");
}

#[test]
fn sarif_keeps_the_worst_when_there_are_more_than_github_takes() {
    let mut findings: Vec<Finding> = (0..25_001).map(|_| low()).collect();
    findings[25_000].severity = Severity::Critical;
    let log = parsed(Format::Sarif, &Report { findings, ..Report::default() });
    let run = &log["runs"][0];
    let results = run["results"].as_array().expect("results");
    assert_eq!((results.len(), &results[24_999]["level"]), (25_000, &Value::from("error")));
    let note = &run["invocations"][0]["toolExecutionNotifications"][0]["message"]["text"];
    assert!(note.as_str().is_some_and(|text| text.starts_with("1 result is not in this file")), "{note}");
}

#[test]
fn sarif_keeps_within_githubs_limits_of_places_tags_and_texts() {
    struct LongPages;
    impl Pages for LongPages {
        fn page(&self, _: &str) -> Option<Page> {
            let long = "ä".repeat(5_000);
            let tags = (0..50).map(|n| format!("tag{n}")).collect();
            Some(Page { title: long.clone(), what: long.clone(), why: long, tags, ..Page::default() })
        }
    }
    let mut found = critical();
    found.rule.slug = "very-long-".repeat(100);
    found.title = "t".repeat(5_000);
    found.also_at = (1..2_000).map(|n| at(b"other.tf", n, (1, 2), file)).collect();
    let report = Report { findings: vec![found], ..Report::default() };
    let written = written(Format::Sarif, &report, &View::new(&LongPages, Verdict::Findings));
    let log: Value = serde_json::from_str(&written).expect("valid JSON");
    let (rule, result) = (&log["runs"][0]["tool"]["driver"]["rules"][0], &log["runs"][0]["results"][0]);
    let length = |value: &Value| value.as_str().expect("a text").chars().count();
    for (what, length, most) in [
        ("locations", result["relatedLocations"].as_array().map_or(0, Vec::len), 1_000),
        ("tags", rule["properties"]["tags"].as_array().map_or(0, Vec::len), 20),
        ("name", length(&rule["name"]), 255),
        ("shortDescription", length(&rule["shortDescription"]["text"]), 1_024),
        ("fullDescription", length(&rule["fullDescription"]["text"]), 1_024),
    ] {
        assert!(length > 0 && length <= most, "{what}: {length} of {most}");
    }
    assert_eq!(log["runs"].as_array().map(Vec::len), Some(1), "at most 20 runs a file");
}

#[test]
fn sarif_has_each_rule_once() {
    let report = Report { findings: vec![critical(), critical(), high()], ..Report::default() };
    let log = parsed(Format::Sarif, &report);
    let rules = log["runs"][0]["tool"]["driver"]["rules"].as_array().expect("rules").clone();
    let ids: Vec<&str> = rules.iter().map(|rule| rule["id"].as_str().expect("an id")).collect();
    assert_eq!(ids, ["KS001", "KS042"]);
}

// ---- secrets and strangers' text ----------------------------------------------

fn base64(bytes: &[u8]) -> String {
    const LETTERS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut out = String::new();
    for chunk in bytes.chunks(3) {
        let word = chunk.iter().fold(0u32, |word, &byte| word << 8 | u32::from(byte)) << (8 * (3 - chunk.len()));
        for index in 0..=chunk.len() {
            out.push(char::from(LETTERS[(word >> (18 - 6 * index)) as usize & 63]));
        }
    }
    out
}

/// The forms in which a secret could leave: as it is, and as encoders write it. The
/// first three characters may be shown, so what comes after them is looked for too.
fn forms(secret: &str) -> Vec<String> {
    let percent = |text: &str| {
        text.bytes().fold(String::new(), |mut out, byte| {
            if byte.is_ascii_alphanumeric() {
                out.push(char::from(byte))
            } else {
                let _ = write!(out, "%{byte:02X}");
            }
            out
        })
    };
    let hex = |text: &str| {
        text.bytes().fold(String::new(), |mut out, byte| {
            let _ = write!(out, "{byte:02x}");
            out
        })
    };
    let json = |text: &str| serde_json::to_string(text).expect("text").trim_matches('"').to_owned();
    let mut forms = Vec::new();
    for text in [secret, &secret[3..], &secret[4..], &secret[secret.len() - 9..]] {
        forms.extend([text.to_owned(), base64(text.as_bytes()), percent(text), hex(text), json(text)]);
    }
    forms
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn a_planted_secret_is_in_no_bytes_of_any_format(secret in "[A-Za-z0-9+/=~._\"\\\\ -]{13,90}", width in 0usize..200) {
        let mut report = report();
        let mut planted = finding(STORAGE, &secret, Severity::High, at(b"shop/.env", 14, (12, 60), file));
        planted.also_at = vec![at(b"shop/.env.local", 2, (12, 60), file)];
        report.findings.push(planted);
        let mut accepted = finding(STORAGE, &secret, Severity::High, at(b"shop/.env", 15, (12, 60), file));
        accepted.status = Status::Suppressed { by: SuppressedBy::Baseline, reason: None, until: None };
        report.findings.push(accepted);
        for format in Format::ALL {
            for theme in [Theme::Plain, Theme::Colour] {
                let written = written(format, &report, &View { theme, width, ..view() });
                for form in forms(&secret).into_iter().filter(|form| form.trim().len() > 7) {
                    prop_assert!(!written.contains(&form), "{format} holds {form}");
                }
            }
        }
    }

    #[test]
    fn no_name_and_no_text_of_a_stranger_breaks_a_format(
        name in proptest::collection::vec(any::<u8>(), 0..40), text in "\\PC{0,20}[\\x00-\\x1f\u{7f}-\u{9f}\u{202e}]{0,3}\\PC{0,9}"
    ) {
        let mut report = report();
        let found = &mut report.findings[0];
        found.location.path = RepoPath::new(name.clone());
        found.also_at[0].path = RepoPath::new(name.clone());
        (found.title, found.parts[0].value, found.because[0].detail) = (text.clone(), text.clone(), text.clone());
        found.remedies[0].steps[0] = step(&text, Some(&text));
        report.notices[0] = Notice { path: RepoPath::new(name.clone()), line: 1, what: text.clone() };
        report.skips[2] = Skip::unreadable(RepoPath::new(name), &text);
        report.coverage.gaps[0].detail = text;
        for format in Format::ALL {
            let written = written(format, &report, &view());
            prop_assert!(!written.chars().any(|c| c != '\n' && is_unsafe_to_show(c)), "{format}");
            match format {
                Format::Human | Format::Plan => {}
                Format::PlanHtml => prop_assert!(is_well_formed(&written), "{written}"),
                Format::Jsonl => prop_assert!(written.lines().all(|line| serde_json::from_str::<Value>(line).is_ok())),
                Format::Json | Format::Sarif | Format::Gitlab | Format::GitlabSast | Format::PlanJson => prop_assert!(serde_json::from_str::<Value>(&written).is_ok()),
            }
        }
    }
}

// ---- gitlab --------------------------------------------------------------------

/// What GitLab's schemas of version 15.0.7 ask for, as far as we write it.
fn gitlab_refuses(report: &Value, kind: &str) -> Vec<String> {
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
