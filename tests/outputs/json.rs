//! JSON, and JSON a line each.

use keyless::model::Report;
use keyless::report::Format;
use serde_json::Value;

use super::sample::report;
use super::{parsed, view, written};

fn schema() -> Value {
    serde_json::from_str(include_str!("../../src/report/keyless-report.schema.json")).expect("the schema is JSON")
}

pub(super) fn errors(schema: &Value, instance: &Value) -> Vec<String> {
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
