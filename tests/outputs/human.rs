//! What people read on a terminal.

use keyless::model::{Coverage, Report, Reveal, Verdict};
use keyless::report::{Format, Theme, View};

use super::sample::{SomePages, fake_secret, low, report};
use super::{view, written};

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
