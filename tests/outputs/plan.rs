//! Plans: as JSON, as a page, as a list of what to revoke.

use keyless::model::{Report, Severity};
use keyless::report::{Format, View};
use serde_json::Value;

use super::json::errors;
use super::sample::{STORAGE, at, fake_secret, file, finding, report};
use super::{parsed, view, written};

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

/// Are all elements closed in turn, and is nothing in the text an element?
pub(super) fn is_well_formed(page: &str) -> bool {
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
        serde_json::from_str(include_str!("../../src/report/keyless-plan.schema.json")).expect("the schema is JSON");
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
