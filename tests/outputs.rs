//! Every format of one report.
//!
//! The report is made by hand and holds one of each thing a format must cope with.
//! What each format makes of it is a file under `fixtures/outputs/`; set
//! KEYLESS_UPDATE=1 to write them anew and read the difference.

#[path = "outputs/gitlab.rs"]
mod gitlab;
#[path = "outputs/human.rs"]
mod human;
#[path = "outputs/json.rs"]
mod json;
#[path = "outputs/plan.rs"]
mod plan;
#[path = "outputs/sample.rs"]
mod sample;
#[path = "outputs/sarif.rs"]
mod sarif;
#[path = "outputs/strangers.rs"]
mod strangers;

use std::path::PathBuf;
use std::time::Duration;

use keyless::model::path::is_unsafe_to_show;
use keyless::model::{Report, Reveal, Verdict};
use keyless::report::{Format, Theme, View};
use serde_json::Value;

use self::sample::{SomePages, report};

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
