//! Outputs: pure functions of a finished report.
//!
//! A format decides how a report looks, never what is in it: no filter, no file,
//! no clock, no terminal is asked here. The caller says all of that in a [`View`].
//! `human` alone looks at the look (theme, width, duration); the others give the
//! same bytes for the same report.

mod gitlab;
mod human;
mod json;
mod jsonl;
mod pages;
mod plan;
mod posture;
mod safe;
mod sarif;
mod told;

use std::fmt;
use std::io::{self, Write};
use std::str::FromStr;
use std::time::Duration;

use crate::model::{Confidence, Day, Report, Reveal, Severity, Verdict};

/// Writes a report in one format; byte-identical for the same report and view.
pub trait Output {
    /// # Errors
    /// What the writer says; a closed pipe is the caller's to forgive.
    fn write(&self, report: &Report, view: &View<'_>, out: &mut dyn Write) -> io::Result<()>;
}

/// The formats a report can be written in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Format {
    /// For people, in a terminal.
    Human,
    /// One JSON document, `keyless-report/1`.
    Json,
    /// One finding a line, as in the `findings` of [`Format::Json`].
    Jsonl,
    /// SARIF 2.1.0, for GitHub code scanning and Azure DevOps.
    Sarif,
    /// Secrets for GitLab, `secret_detection` 15.
    Gitlab,
    /// Lints for GitLab, `sast` 15.
    GitlabSast,
    /// A plan for a team, Markdown.
    Plan,
    /// The same plan as a page for a browser or a printer.
    PlanHtml,
    /// The same plan for programs, `keyless-plan/1`.
    PlanJson,
}

impl Format {
    /// All, in the order help texts list them.
    pub const ALL: [Self; 9] = [
        Self::Human,
        Self::Json,
        Self::Jsonl,
        Self::Sarif,
        Self::Gitlab,
        Self::GitlabSast,
        Self::Plan,
        Self::PlanHtml,
        Self::PlanJson,
    ];

    /// The word used in options and configuration.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Human => "human",
            Self::Json => "json",
            Self::Jsonl => "jsonl",
            Self::Sarif => "sarif",
            Self::Gitlab => "gitlab",
            Self::GitlabSast => "gitlab-sast",
            Self::Plan => "plan",
            Self::PlanHtml => "plan-html",
            Self::PlanJson => "plan-json",
        }
    }

    /// One line for `--help`.
    pub fn about(self) -> &'static str {
        match self {
            Self::Human => "frames with the place, the reason and the next steps",
            Self::Json => "one document with everything, schema keyless-report/1",
            Self::Jsonl => "one finding a line, nothing else",
            Self::Sarif => "SARIF 2.1.0 for GitHub code scanning and Azure DevOps",
            Self::Gitlab => "secrets as GitLab's report secret_detection, with patches",
            Self::GitlabSast => "lints as GitLab's report sast, with patches",
            Self::Plan => "Markdown for a team: resource by resource, in an order that keeps production running",
            Self::PlanHtml => "the plan as one page for a browser or a printer",
            Self::PlanJson => "the plan for programs, schema keyless-plan/1",
        }
    }

    /// What writes it.
    pub fn output(self) -> &'static dyn Output {
        match self {
            Self::Human => &human::Human,
            Self::Json => &json::Json,
            Self::Jsonl => &jsonl::Jsonl,
            Self::Sarif => &sarif::Sarif,
            Self::Gitlab => &gitlab::GitlabSecrets,
            Self::GitlabSast => &gitlab::GitlabSast,
            Self::Plan => &plan::Plan,
            Self::PlanHtml => &plan::PlanHtml,
            Self::PlanJson => &plan::PlanJson,
        }
    }
}

impl fmt::Display for Format {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for Format {
    type Err = UnknownFormat;

    fn from_str(word: &str) -> Result<Self, Self::Err> {
        let known = Self::ALL.into_iter().find(|format| format.as_str() == word);
        known.ok_or_else(|| UnknownFormat(word.to_owned()))
    }
}

/// A word that names no format.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("no format `{0}`; there are human, json, jsonl, sarif, gitlab, gitlab-sast, plan, plan-html and plan-json")]
pub struct UnknownFormat(pub String);

/// What an output needs beside the report.
#[derive(Clone, Copy)]
pub struct View<'a> {
    /// Pages of the rules that found something, by slug.
    pub pages: &'a dyn Pages,
    /// What the exit code will say.
    pub verdict: Verdict,
    /// Also show what was suppressed. `human` only: the others always hold it, marked.
    pub show_suppressed: bool,
    /// Also tell how far the project is from needing no secret. `human` only: `json` always holds it.
    pub posture: bool,
    /// Tell the revocations only. The formats of the plan only.
    pub revoke_only: bool,
    /// Present if the user asked to see secrets, on a terminal. `human` only.
    pub reveal: Option<&'a Reveal>,
    /// Colours. `human` only.
    pub theme: Theme,
    /// Columns to fold at; `usize::MAX` never folds. `human` only.
    pub width: usize,
    /// How long the scan took, if the reader shall know. `human` only.
    pub took: Option<Duration>,
    /// The day of the scan. GitLab's formats only, which have to tell a time.
    pub day: Day,
}

impl<'a> View<'a> {
    /// Without colours, suppressed findings, secrets and times, for 80 columns.
    pub fn new(pages: &'a dyn Pages, verdict: Verdict) -> Self {
        Self {
            pages,
            verdict,
            show_suppressed: false,
            posture: false,
            revoke_only: false,
            reveal: None,
            theme: Theme::Plain,
            width: 80,
            took: None,
            day: Day::from_unix(0),
        }
    }
}

/// With or without escape sequences of ANSI terminals.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Theme {
    /// Text only.
    #[default]
    Plain,
    /// The sixteen colours a terminal's owner chose.
    Colour,
}

/// Texts of a rule, for help fields and frames.
pub trait Pages {
    /// `None` for a rule that is not known.
    fn page(&self, slug: &str) -> Option<Page>;
}

/// One rule, for people.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Page {
    /// `KS042`
    pub code: String,
    /// The rule's title.
    pub title: String,
    /// What stands there.
    pub what: String,
    /// Why it matters.
    pub why: String,
    /// The whole page as Markdown.
    pub markdown: String,
    /// Free words.
    pub tags: Vec<String>,
    /// Where to read on.
    pub links: Vec<String>,
    /// The rule's own severity, before context.
    pub severity: Option<Severity>,
    /// The rule's own confidence, before checks.
    pub confidence: Option<Confidence>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_format_is_named_and_read_back_and_others_are_refused() {
        for format in Format::ALL {
            assert_eq!(format.to_string().parse(), Ok(format));
            assert!(!format.about().is_empty());
        }
        for word in ["", "JSON", "xml", "json "] {
            assert_eq!(word.parse::<Format>(), Err(UnknownFormat(word.to_owned())));
        }
    }
}
