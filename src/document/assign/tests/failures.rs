//! Texts that no parser takes to their end.

use super::{check, holds, shown};
use crate::document::assign::{LONGEST, read};
use crate::document::kind::Kind;

#[test]
fn what_does_not_parse_is_kept_up_to_the_failure_and_read_on_by_line() {
    for (kind, text, expected) in [
        (
            Kind::Json,
            "{\n \"a\": {\"b\": \"1\"},\n \"c\": @@,\n \"d\": \"2\\n\", \"e\": 3 }",
            &["a/b = 1", "d = 2\n", "e = 3"][..],
        ),
        (Kind::Json, "\"password\": \"p\",\n\"user\": \"u\"\n", &["password = p", "user = u"]),
        (Kind::Json, "{\"a\": \"1\", \"b\": \"open\n\"c\": \"2\"}", &["a = 1"]),
        (Kind::Yaml, "a:\n  b: 1\n  bb: 1\n\tc: \"2\"\nd: [x\ne: 'y' # c\n", &["a/b = 1", "c = 2", "e = y"]),
        (Kind::Yaml, "a: 1\nhost: *.example.com\npassword: p\n", &["a = 1", "password = p"]),
        (
            Kind::Xml,
            "<a><b>1</b><c d='2'\n<add key=\"K\" value=\"3&amp;\"/>\n<Password>4</Password>",
            &["a/b = 1", "a/c/d = 2", "a/K = 3&", "a/Password = 4"],
        ),
    ] {
        check(kind, text, expected);
    }
}

#[test]
fn a_tag_that_never_ends_is_read_by_line() {
    let text = "<a><b>1</b><c d='2\n<add key=\"K\" value=\"3&amp;\"/>\n<Password>4</Password>";
    check(Kind::Xml, text, &["a/b = 1", "K = 3&", "Password = 4"]);
}

#[test]
fn broken_toml_lines_do_not_hide_the_others() {
    let text = "[a]\nk = \"open\nsecret = {{ x }}\nnext = \"v\"\nbare = hunter2\n= 1\n";
    check(Kind::Toml, text, &["a/next = v", "a/bare = hunter2"]);
}

#[test]
fn nothing_is_read_twice_after_a_failure() {
    for (kind, text) in [
        (Kind::Json, "{\"a\": \"1\", \"b\": @ }"),
        (Kind::Yaml, "a: \"1\"\nb: \"open\nc"),
        (Kind::Xml, "<a b='1'><c"),
        (Kind::Toml, "a = \"1\"\nb = \"2"),
    ] {
        let found = read(text.as_bytes(), kind).unwrap();
        let ones = found.items.iter().filter(|item| item.bytes(text.as_bytes()) == b"1").count();
        assert_eq!(ones, 1, "{kind:?}: {:?}", shown(text.as_bytes(), &found));
    }
}

#[test]
fn broken_utf8_moves_nothing() {
    for (kind, text) in [
        (Kind::Json, &b"{\"\xFFk\": \"v\xE4\"}"[..]),
        (Kind::Yaml, b"# \xC3\xA9\xFF\n\xFFk: v\xE4\n"),
        (Kind::Toml, b"\"\xFFk\" = \"v\xE4\""),
        (Kind::Xml, b"<a \xFFk='x'><add key='\xFFk' value='v\xE4'/></a>"),
        (Kind::Ini, b"\xFFk = v\xE4"),
    ] {
        let found = read(text, kind).unwrap();
        holds(text, &found);
        let item = found.items.iter().find(|item| item.bytes(text) == b"v\xE4");
        let item = item.unwrap_or_else(|| panic!("{kind:?}: {:?}", shown(text, &found)));
        assert_eq!(found.name(&found.keys[item.key as usize]), "\u{FFFD}k", "{kind:?}");
    }
}

#[test]
fn texts_too_long_for_a_parser_are_read_by_line() {
    let text = format!("{{\"a\": [\n{}\n], \"secret\": \"v\"}}", "\"x\",\n".repeat(LONGEST / 4));
    let found = read(text.as_bytes(), Kind::Json).unwrap();
    assert!(found.by_line);
    assert_eq!(shown(text.as_bytes(), &found), ["secret = v"]);
}

#[test]
fn nesting_too_deep_for_a_parser_is_read_by_line() {
    for (kind, open, rest) in [
        (Kind::Json, "{\"a\":\n", "\"secret\": \"v\""),
        (Kind::Yaml, "{a:\n", "secret: v"),
        (Kind::Xml, "<a>\n", "<secret>v</secret>"),
        (Kind::Toml, "a = [\n", "secret = \"v\""),
    ] {
        let text = format!("{}{rest}\n", open.repeat(1000));
        let found = read(text.as_bytes(), kind).unwrap();
        assert!(found.by_line, "{kind:?}");
        assert!(shown(text.as_bytes(), &found).contains(&"secret = v".to_owned()), "{kind:?}");
    }
}
