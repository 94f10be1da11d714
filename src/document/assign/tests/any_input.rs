//! Properties of any input: nothing panics, places lie in the text, time is linear, values come back.

use std::time::{Duration, Instant};

use proptest::prelude::*;

use super::holds;
use crate::document::assign::read;
use crate::document::kind::Kind;

const KINDS: [Kind; 8] =
    [Kind::Json, Kind::Notebook, Kind::Yaml, Kind::Toml, Kind::Xml, Kind::Dotenv, Kind::Properties, Kind::Ini];

/// Repeated a hundred thousand times: no stack may overflow.
const DEEP: [&str; 5] = ["[", "{\"a\":", "<a>", "key = \"", "- "];

/// Repeated to fill 64 KiB.
const SHAPES: [&str; 47] = [
    "[",
    "{\"a\":",
    "{",
    "<a>",
    "<a ",
    "<a b='",
    "key = \"",
    "key = '\n",
    "- ",
    "? ",
    "&a ",
    "a.",
    "[a.a]\n",
    "a = [",
    "{{",
    "{% ",
    "\"",
    "'",
    "\\",
    "=\\\n ",
    "a: &a [*a, *a]\n",
    "&amp;",
    "&",
    "<!--",
    "<![CDATA[",
    "#=",
    "a=b ",
    "a: b: ",
    " ",
    "\t",
    "\n",
    "é",
    "[a]\n",
    "a: |\n ",
    "!a ",
    "%a\n",
    "--- ",
    "\"\\",
    "k='v\n",
    "k=\"v\n",
    "\"a\":1,",
    "/*",
    "//",
    "a: {",
    "a:\n -",
    "<!-- a='",
    "<a><![CDATA[",
];

/// A quadratic reader takes half a minute for 64 KiB in a debug build, a linear one 20 ms.
#[test]
fn hostile_repetition_takes_linear_time_and_no_stack() {
    let short = SHAPES.map(|shape| shape.repeat((64 << 10) / shape.len()));
    let deep = DEEP.map(|shape| shape.repeat(100_000));
    for text in short.iter().chain(&deep) {
        for kind in KINDS {
            let start = Instant::now();
            let found = read(text.as_bytes(), kind).unwrap();
            let took = start.elapsed();
            assert!(took < Duration::from_secs(5), "{:?} as {kind:?} took {took:?}", text.get(..8));
            assert!(found.items.iter().all(|item| item.value.range().end <= text.len()));
        }
    }
}

/// Bits of all formats, so that random texts get somewhere.
const SCRAPS: [&str; 62] = [
    "{",
    "}",
    "[",
    "]",
    ":",
    ": ",
    ",",
    "\"",
    "'",
    "\\",
    "\\u0041",
    "\\n",
    "\n",
    "\r\n",
    "\r",
    " ",
    "  ",
    "\t",
    "#",
    " # c",
    "-",
    "- ",
    "--- ",
    "...",
    "|",
    "|-\n  ",
    ">+\n ",
    "&a ",
    "*a",
    "!t ",
    "? ",
    "{{ x }}",
    "{%",
    "%}",
    "<",
    ">",
    "</",
    "/>",
    "<a>",
    "</a>",
    "<add key=\"k\" value=\"v\"/>",
    "<![CDATA[",
    "]]>",
    "<!--",
    "-->",
    "&amp;",
    "&#65;",
    "=",
    " = ",
    "\"\"\"",
    "'''",
    "[[t]]\n",
    "[s]\n",
    "key",
    "name",
    "value",
    "export ",
    "é",
    "\u{1F511}",
    "\u{FEFF}",
    "null",
    "12",
];

fn scraps() -> impl Strategy<Value = Vec<u8>> {
    let scrap = (0..SCRAPS.len()).prop_map(|scrap| SCRAPS[scrap].as_bytes().to_vec());
    let byte = any::<u8>().prop_map(|byte| vec![byte]);
    prop::collection::vec(prop_oneof![8 => scrap, 1 => byte], 0..60).prop_map(|scraps| scraps.concat())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_text_gives_places_within_it(text in scraps()) {
        for kind in KINDS {
            holds(&text, &read(&text, kind).unwrap());
        }
    }

    #[test]
    fn a_json_string_comes_back_whatever_it_is(key in "\\PC{1,8}", value in any::<String>()) {
        let text = serde_json::json!({ "p": { key.clone(): [value.clone()] } }).to_string();
        let found = read(text.as_bytes(), Kind::Json).unwrap();
        prop_assert_eq!(found.path(found.items[0].key), ["p", &key]);
        prop_assert_eq!(found.items[0].bytes(text.as_bytes()), value.as_bytes());
    }

    #[test]
    fn a_toml_string_comes_back_as_it_was_written(
        key in "[a-z é\"\\\\]{1,8}",
        value in "[a-z\"'\\\\\n\té\u{1F511}]{0,12}",
    ) {
        let table = toml::Table::from_iter([(key.clone(), toml::Value::String(value.clone()))]);
        let text = toml::to_string(&table).unwrap();
        let found = read(text.as_bytes(), Kind::Toml).unwrap();
        prop_assert_eq!(found.path(found.items[0].key), [&key]);
        prop_assert_eq!(found.items[0].bytes(text.as_bytes()), value.as_bytes(), "{}", text);
    }

    #[test]
    fn an_xml_value_comes_back_from_attribute_and_text(value in "[a-z&<>\"' é]{1,12}") {
        let escaped = quick_xml::escape::escape(&value);
        let text = format!("<a><b c=\"{escaped}\"/><d>{escaped}</d></a>");
        let found = read(text.as_bytes(), Kind::Xml).unwrap();
        prop_assert_eq!(found.items[0].bytes(text.as_bytes()), value.as_bytes());
        let inner = found.items.get(1).map_or(&b""[..], |item| item.bytes(text.as_bytes()));
        prop_assert_eq!(inner, value.trim().as_bytes());
    }

    #[test]
    fn a_yaml_scalar_comes_back_in_each_style(value in "[a-zA-Z0-9é\u{1F511}:/+=~._-]{1,20}", key in "[a-zé]{1,6}") {
        let double = serde_json::to_string(&value).unwrap();
        let text = format!(
            "x: é\n{key}: &n {double} # c\n{key}: '{value}'\n{key}: |\n    {value}\n    {value}\n\
             {key}: >-\n {value}\n\n {value}\n"
        );
        let found = read(text.as_bytes(), Kind::Yaml).unwrap();
        let bytes = |item: &super::super::Assignment| String::from_utf8_lossy(item.bytes(text.as_bytes())).into_owned();
        let values: Vec<_> = found.items[1..].iter().map(bytes).collect();
        let twice = format!("{value}\n{value}");
        prop_assert_eq!(values, [&*value, &*value, &*twice, &*twice]);
        prop_assert!(found.items[1..].iter().all(|item| found.path(item.key) == [&*key]));
    }
}
