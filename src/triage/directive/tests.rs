//! One directive in its comment.

use super::*;

/// `@` stands for the prefix, so that this file holds no directive of its own.
fn read_line(line: &str) -> Read {
    let line = line.replace('@', "keyless:");
    read(line.as_bytes(), line.rfind("keyless:").unwrap())
}

fn is_directive(line: &str) -> bool {
    matches!(read_line(line), Read::Directive(_))
}

#[test]
fn it_counts_in_any_comment_and_at_the_end_of_a_line() {
    for (line, alone) in [
        ("@ignore", true),
        ("  # @ignore", true),
        ("#@ignore", true),
        ("key = value # @ignore", false),
        ("key = value // for tests only @ignore", false),
        ("key: value @ignore", false),
        ("-- @ignore", true),
        ("; @ignore", true),
        ("' @ignore", true),
        ("'@ignore", true),
        ("REM @ignore", true),
        (":: @ignore", true),
        ("<!-- @ignore -->", true),
        ("<add key=\"a\" /> <!-- @ignore -->", false),
        ("<!-- @ignore --> <add key=\"a\" />", false),
        ("/* @ignore */", true),
        (" * @ignore", true),
        ("f(/* @ignore */ \"x\")", false),
        ("{/* @ignore */}", true),
        ("<# @ignore #>", true),
        ("{{!-- @ignore --}}", true),
        ("} // @ignore", false),
        ("  \"//\": \"@ignore\",", true),
        ("{ \"_comment\": \"@ignore\", \"Key\": \"x\" }", false),
        ("\u{feff}# @ignore", true),
    ] {
        match read_line(line) {
            Read::Directive(directive) => assert_eq!(directive.alone, alone, "{line}"),
            other => panic!("{line}: {other:?}"),
        }
    }
}

#[test]
fn text_about_it_is_left_alone() {
    for line in [
        "Write `@ignore` at the end of the line.",
        "`password = x # @ignore`",
        "\"@ignore\"",
        "let word = '@ignore';",
        "use @ignore to silence a finding",
        "the form is @ignore[rule",
        "* @ignore silences one finding",
        "keyless: finds secrets, @",
        "# @ a scanner",
        "# @scan",
        "(@ignore)",
        "see xkeyless:ignore",
        "# see not@ignore",
        "https://@ignore",
    ] {
        assert_eq!(read_line(line), Read::Prose, "{line}");
    }
}

#[test]
fn rules_day_and_reason_are_read() {
    let Read::Directive(all) =
        read_line("x # @ignore-next-line[azure-sas, KS042] until=2026-12-31 -- a [test] -- value */")
    else {
        panic!("no directive")
    };
    assert_eq!(all.verb, Verb::NextLine);
    assert_eq!(all.rules, ["azure-sas", "KS042"]);
    assert_eq!(all.until, Day::parse("2026-12-31"));
    assert_eq!(all.reason.as_deref(), Some("a [test] -- value"));
    for (line, reason) in [
        ("# @ignore -- why", Some("why")),
        ("# @ignore --", None),
        ("# @ignore[a]--why", Some("why")),
        ("<!-- @ignore -- why -->", Some("why")),
        ("# @ignore -- a\u{1b}[2Jb\u{202e}", Some("a[2Jb")),
    ] {
        let Read::Directive(directive) = read_line(line) else { panic!("{line}") };
        assert_eq!(directive.reason.as_deref(), reason, "{line}");
    }
}

#[test]
fn a_mistake_in_a_comment_is_told_and_elsewhere_is_prose() {
    for (mistake, told) in [
        ("@ignore because of tests", "write ` -- ` before"),
        ("@ignore[a", "not closed"),
        ("@ignore[]", "missing"),
        ("@ignore[a,,b]", "missing"),
        ("@ignore[*]", "names no rule"),
        ("@ignore[a b]", "`a b` is not the name"),
        ("@ignore until=2026-02-30", "is not a day"),
        ("@ignore until=soon -- x", "is not a day"),
        ("@ignore[a]until=2026-01-01", "not understood"),
        ("@ignroe", "did you mean `keyless:ignore`"),
        ("@ignore-nextline", "did you mean `keyless:ignore-next-line`"),
    ] {
        match read_line(&format!("x = 1 # {mistake}")) {
            Read::Problem(what) => assert!(what.contains(told), "{mistake}: {what}"),
            other => panic!("{mistake}: {other:?}"),
        }
        assert_eq!(read_line(&format!("one may write {mistake}")), Read::Prose, "{mistake}");
    }
    assert!(!is_directive("x # @ignore[a"));
}

#[test]
fn only_its_own_line_is_looked_at() {
    let text = "# `\r\nkeyless:ignore\rmore".as_bytes();
    let Read::Directive(directive) = read(text, 5) else { panic!("no directive") };
    assert!(directive.alone);
    let long = [&vec![b'x'; 5_000][..], b" # keyless:ignore"].concat();
    let Read::Directive(directive) = read(&long, 5_003) else { panic!("no directive") };
    assert!(!directive.alone);
    assert_eq!(read(b"ab", 7), Read::Prose);
}
