//! Secrets and strangers' text: no format shows what it must not.

use std::fmt::Write as _;

use keyless::model::path::is_unsafe_to_show;
use keyless::model::{Notice, RepoPath, Severity, Skip, Status, SuppressedBy};
use keyless::report::{Format, Theme, View};
use proptest::prelude::*;
use serde_json::Value;

use super::plan::is_well_formed;
use super::sample::{STORAGE, at, file, finding, report, step};
use super::{view, written};

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
