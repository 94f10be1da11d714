//! What all readers promise together: real documents of each format, and properties of any input.

use std::time::{Duration, Instant};

use proptest::prelude::*;

use super::{Assignments, read};
use crate::document::kind::Kind;
use crate::document::layer::LayerSpan;

const KINDS: [Kind; 8] = [
    Kind::Json,
    Kind::Notebook,
    Kind::Yaml,
    Kind::Toml,
    Kind::Xml,
    Kind::Dotenv,
    Kind::Properties,
    Kind::Ini,
];

/// `a/b/c = value` for each value.
fn shown(text: &[u8], found: &Assignments) -> Vec<String> {
    let show = |item: &super::Assignment| {
        format!("{} = {}", found.path(item.key).join("/"), String::from_utf8_lossy(item.bytes(text)))
    };
    found.items.iter().map(show).collect()
}

fn check(kind: Kind, text: &str, expected: &[&str]) {
    let found = read(text.as_bytes(), kind).unwrap();
    holds(text.as_bytes(), &found);
    let shown = shown(text.as_bytes(), &found);
    for expected in expected {
        assert!(shown.iter().any(|line| line == expected), "{expected:?} is missing in {shown:#?}");
    }
}

fn parses(kind: Kind, text: &str, expected: &[&str]) {
    assert!(!read(text.as_bytes(), kind).unwrap().by_line, "{kind:?} did not parse: {text}");
    check(kind, text, expected);
}

/// What every result promises, whatever the text was.
fn holds(text: &[u8], found: &Assignments) {
    for (index, key) in found.keys.iter().enumerate() {
        assert!(key.parent.is_none_or(|parent| (parent as usize) < index), "a parent stands before its child");
        assert!(key.span.range().end <= text.len());
    }
    for pair in found.items.windows(2) {
        assert!(pair[0].value <= pair[1].value, "values are in the order of the text");
    }
    for item in &found.items {
        assert!((item.key as usize) < found.keys.len());
        let place = item.value.range();
        assert!(place.end <= text.len());
        let Some(decoded) = &item.decoded else { continue };
        assert_eq!(decoded.map.decoded_len(), decoded.bytes.len());
        let whole = LayerSpan::new(0, decoded.bytes.len()).unwrap();
        let back = decoded.map.back(whole);
        assert!(decoded.bytes.is_empty() || place.start <= back.start && back.end <= place.end, "{back:?} in {place:?}");
        for at in (0..decoded.bytes.len()).take(200) {
            let back = decoded.map.back(LayerSpan::new(at, at + 1).unwrap());
            if back.len() == 1 && text[back.start] != b'\n' {
                assert_eq!(text[back.start], decoded.bytes[at], "one byte for one is the same byte");
            }
        }
    }
}

#[test]
fn json_documents_give_paths_lists_and_settings() {
    parses(
        Kind::Json,
        r#"{
  // local settings
  "ConnectionStrings": { "Shop": "Server=tcp:x;Password=\u0041b\"c", },
  "AzureAd": { "ClientSecrets": [ "one", "two" ], "Port": 443, "On": true },
  /* "OldSecret": "still here", */
  "env": [ { "name": "CLIENT_SECRET", "value": "v1", "slotSetting": false } ],
  "siteConfig": { "connectionStrings": [ { "name": "Db", "connectionString": "v2", "type": 2 } ] },
  "parameters": { "adminPassword": { "value": "v3" } }
}"#,
        &[
            "ConnectionStrings/Shop = Server=tcp:x;Password=Ab\"c",
            "AzureAd/ClientSecrets = one",
            "AzureAd/ClientSecrets = two",
            "AzureAd/Port = 443",
            "OldSecret = still here",
            "env/value = v1",
            "env/CLIENT_SECRET = v1",
            "siteConfig/connectionStrings/Db = v2",
            "parameters/adminPassword/value = v3",
            "parameters/adminPassword = v3",
        ],
    );
    parses(Kind::Json, "{\"a\":\"1\"}\n{\"a\":\"2\"}\n", &["a = 1", "a = 2"]);
    parses(Kind::Json, "{a: 'x', \"b\": {\"c\": [[\"d\"]]}}", &["a = x", "b/c = d"]);
    parses(
        Kind::Notebook,
        r#"{"cells": [{"cell_type": "code", "source": ["key = \"x\"\n"]}], "nbformat": 4}"#,
        &["cells/source = key = \"x\"\n"],
    );
}

#[test]
fn yaml_documents_give_paths_in_every_style() {
    parses(
        Kind::Yaml,
        "version: '3'\nservices:\n  db:\n    environment:\n      - POSTGRES_PASSWORD=one\n      - A\n    image: pg:15 # c\n\
         ---\napiVersion: v1\nkind: Secret\nstringData:\n  password: \"t\\x77o\"\n  pem: |-\n    line é\n    next\n  \
         folded: >\n    a\n    b\n\n    c\nflow: {k: [x, 'it''s'], n: *q}\nanchor: &q !!str value\ntagged: !secret &r |\n  block\n\
         multi: one\n  two\n? complex\n: v\n",
        &[
            "services/db/environment = POSTGRES_PASSWORD=one",
            "services/db/image = pg:15",
            "stringData/password = two",
            "stringData/pem = line é\nnext",
            "stringData/folded = a b\nc",
            "flow/k = x",
            "flow/k = it's",
            "anchor = value",
            "tagged = block",
            "multi = one two",
            "complex = v",
        ]
        .map(|line| line)
        .iter()
        .filter(|line| !line.is_empty())
        .copied()
        .collect::<Vec<_>>()
        .as_slice(),
    );
}
