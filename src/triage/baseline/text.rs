//! A baseline as text: a head line, then one JSON object a line, sorted.
//!
//! ```text
//! {"keyless-baseline":1,"key":"5c21a0be"}
//! {"id":"0a…","path":"src/appsettings.json","rule":"azure-storage-account-key","reason":"…","until":"2026-12-31"}
//! ```
//!
//! Read leniently (any order, lines twice, heads twice, blank lines), because that is
//! what a union of two branches leaves; written strictly, so that equal baselines are
//! equal bytes. No secret, no time, no line number of anything goes in.

use std::ops::Range;

use serde::{Deserialize, Serialize};

use super::{Baseline, Entry};
use crate::model::{Day, Fingerprint, RepoKey};

/// The only version there is.
const VERSION: u32 = 1;
/// What git leaves where it could not merge.
const MARKERS: [&str; 4] = ["<<<<<<<", "|||||||", "=======", ">>>>>>>"];

/// What is wrong with a baseline, where, and how to mend it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wrong {
    /// Bytes of the text.
    pub span: Range<usize>,
    /// What is wrong.
    pub what: String,
    /// What to do.
    pub help: String,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Head {
    #[serde(rename = "keyless-baseline")]
    version: u32,
    /// Tells the key that identities were made under.
    key: String,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Line {
    id: String,
    path: String,
    rule: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    reason: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    until: Option<String>,
}

impl Baseline {
    /// Reads the text of a baseline whose identities were made under this key.
    ///
    /// # Errors
    /// The first line that is not understood, or made under another key.
    pub fn parse(text: &str, key: &RepoKey) -> Result<Self, Wrong> {
        let mut entries = Vec::new();
        let mut heads = 0;
        for (number, (span, line)) in lines(text).enumerate() {
            if line.trim().is_empty() {
                continue;
            }
            let wrong = |(what, help): (String, &str)| Wrong { span: span.clone(), what, help: help.to_owned() };
            if line.contains("\"keyless-baseline\"") {
                head(line, key).map_err(wrong)?;
                heads += 1;
            } else {
                let number = u32::try_from(number + 1).unwrap_or(u32::MAX);
                entries.push(entry(line, number).map_err(wrong)?);
            }
        }
        if heads == 0 {
            return Err(Wrong {
                span: 0..text.len().min(1),
                what: "this is no baseline of keyless: its head line is missing".into(),
                help: "write one with `keyless baseline create`".into(),
            });
        }
        Ok(Self::new(entries))
    }

    /// As it is written to a file.
    pub fn text(&self, key: &RepoKey) -> String {
        let head = Head { version: VERSION, key: key.mark() };
        let mut out = json(&head);
        for entry in &self.entries {
            out.push('\n');
            out += &json(&Line {
                id: entry.id.to_string(),
                path: entry.path.clone(),
                rule: entry.rule.clone(),
                reason: entry.reason.clone(),
                until: entry.until.map(|day| day.to_string()),
            });
        }
        out.push('\n');
        out
    }
}

fn json(value: &impl Serialize) -> String {
    serde_json::to_string(value).expect("plain data is JSON")
}

/// Each line with its place, without `\n` and `\r\n`.
fn lines(text: &str) -> impl Iterator<Item = (Range<usize>, &str)> {
    let mut at = 0;
    text.split_inclusive('\n').map(move |line| {
        let start = at;
        at += line.len();
        let line = line.trim_end_matches(['\n', '\r']);
        (start..start + line.len(), line)
    })
}

type Said = (String, &'static str);

fn head(line: &str, key: &RepoKey) -> Result<(), Said> {
    let head: Head = serde_json::from_str(line).map_err(|error| not_read(line, &error))?;
    if head.version != VERSION {
        let what = format!("a baseline of version {}; this program knows version {VERSION}", head.version);
        return Err((what, "use a newer keyless, or create the baseline anew"));
    }
    if head.key != key.mark() {
        let what = "its identities were made under another `identity-key`".to_owned();
        return Err((what, "set the `identity-key` it was made with in keyless.toml, or create it anew"));
    }
    Ok(())
}

fn entry(line: &str, number: u32) -> Result<Entry, Said> {
    let line: Line = serde_json::from_str(line).map_err(|error| not_read(line, &error))?;
    let id = Fingerprint::parse(&line.id)
        .ok_or_else(|| (format!("`{}` is no identity", short(&line.id)), "reports show it as 32 hex digits"))?;
    let until = match &line.until {
        None => None,
        Some(text) => Some(
            Day::parse(text)
                .filter(|_| text.len() == 10)
                .ok_or_else(|| (format!("`{}` is not a day", short(text)), "write it as 2026-12-31"))?,
        ),
    };
    Ok(Entry { id, path: line.path, rule: line.rule, reason: line.reason, until, line: number })
}

fn not_read(line: &str, error: &serde_json::Error) -> Said {
    if MARKERS.iter().any(|marker| line.starts_with(marker)) {
        let help = "every line is an entry of its own: keep both sides and delete the marks of git; \
                    with `merge=union` in .gitattributes, or `keyless baseline merge` as driver, this does not happen";
        return ("a merge that was not finished".into(), help);
    }
    let text = error.to_string();
    let what = text.split(" at line ").next().unwrap_or(&text);
    (format!("not an entry: {}", short(what)), "an entry is one JSON object with `id`, `path` and `rule`")
}

/// A word of a file that anybody may have written.
fn short(text: &str) -> String {
    text.chars().take(60).map(|c| if crate::model::path::is_unsafe_to_show(c) { '\u{fffd}' } else { c }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn entry(letter: &str, path: &str) -> Entry {
        let id = Fingerprint::parse(&letter.repeat(32)).expect("hex digits");
        Entry { id, path: path.into(), rule: "a-rule".into(), reason: None, until: None, line: 0 }
    }

    fn read(text: &str) -> Result<Baseline, Wrong> {
        Baseline::parse(text, &RepoKey::default())
    }

    fn unnumbered(baseline: &Baseline) -> Baseline {
        Baseline::new(baseline.entries.iter().map(|entry| Entry { line: 0, ..entry.clone() }))
    }

    #[test]
    fn what_is_written_is_read_back_sorted_and_one_a_line() {
        let day = Day::new(2026, 12, 31);
        let with = Entry { reason: Some("a \"quoted\"\nreason".into()), until: day, ..entry("a", "x\ny") };
        let baseline = Baseline::new([entry("b", "z"), with, entry("b", "a")]);
        let text = baseline.text(&RepoKey::default());
        assert_eq!(text.lines().count(), 4);
        let read = read(&text).expect("our own text");
        assert_eq!(unnumbered(&read), baseline);
        assert_eq!(read.entries.iter().map(|entry| entry.line).collect::<Vec<_>>(), [2, 3, 4]);
    }

    #[test]
    fn a_union_of_two_branches_is_read_whatever_order_it_is_in() {
        let (one, two) = (Baseline::new([entry("a", "x")]), Baseline::new([entry("b", "y"), entry("a", "x")]));
        let key = RepoKey::default();
        let union = format!("{}\r\n\n{}", two.text(&key), one.text(&key));
        assert_eq!(unnumbered(&read(&union).expect("both heads are right")), two);
    }

    #[test]
    fn an_entry_that_is_there_twice_keeps_the_later_day_and_the_longer_reason() {
        let day = |month| Day::new(2026, month, 1);
        let old = Entry { until: day(3), reason: Some("long reason".into()), ..entry("a", "x") };
        let new = Entry { until: day(9), reason: Some("short".into()), ..entry("a", "x") };
        for pair in [[old.clone(), new.clone()], [new, old]] {
            let joined = Baseline::new(pair).entries[0].clone();
            assert_eq!((joined.until, joined.reason.as_deref()), (day(9), Some("long reason")));
        }
    }

    #[test]
    fn what_is_wrong_is_named_with_its_place_and_its_cure() {
        let head = Baseline::default().text(&RepoKey::default());
        let id = "a".repeat(32);
        for (text, what, help) in [
            (String::new(), "its head line is missing", "baseline create"),
            ("{}\n".to_owned(), "missing field `id`", "one JSON object"),
            (format!("{head}{{\"id\":\"12\",\"path\":\"\",\"rule\":\"\"}}"), "`12` is no identity", "32 hex digits"),
            (format!("{head}<<<<<<< HEAD\n"), "a merge that was not finished", "union"),
            (
                format!("{head}{{\"id\":\"{id}\",\"path\":\"\",\"rule\":\"\",\"untl\":\"\"}}"),
                "unknown field `untl`",
                "",
            ),
            (
                format!("{head}{{\"id\":\"{id}\",\"path\":\"\",\"rule\":\"\",\"until\":\"soon\"}}"),
                "`soon` is not a day",
                "2026-12-31",
            ),
            (head.replace(":1,", ":2,"), "version 2", "newer"),
            (Baseline::default().text(&RepoKey::new("other")), "another `identity-key`", "keyless.toml"),
        ] {
            let wrong = read(&text).expect_err(&text);
            assert!(wrong.what.contains(what) && wrong.help.contains(help), "{text}: {wrong:?}");
            assert!(text.get(wrong.span.clone()).is_some(), "{text}: {wrong:?}");
        }
    }

    proptest! {
        #[test]
        fn no_text_is_too_strange_to_refuse(text in r#"([ -~\n\r"{}:,é\u{1b}]|"keyless-baseline"|\{"id":){0,60}"#) {
            if let Err(wrong) = read(&text) {
                prop_assert!(text.get(wrong.span).is_some());
                prop_assert!(!wrong.what.contains(char::is_control));
            }
        }
    }
}
