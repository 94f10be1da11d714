//! SARIF, within what GitHub takes of it.

use keyless::model::{Finding, Report, Severity, Verdict};
use keyless::report::{Format, Page, Pages, View};
use serde_json::Value;

use super::sample::{at, critical, file, high, low, report};
use super::{parsed, written};

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
