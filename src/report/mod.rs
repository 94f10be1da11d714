//! Outputs: pure functions of a finished report.

use std::io::{self, Write};

use crate::model::{Report, Reveal, Verdict};

/// Writes a report in one format; byte-identical for the same report.
pub trait Output {
    /// # Errors
    /// What the writer says; a closed pipe is the caller's to forgive.
    fn write(&self, report: &Report, view: &View<'_>, out: &mut dyn Write) -> io::Result<()>;
}

/// What an output needs beside the report.
pub struct View<'a> {
    /// Pages of the rules that found something, by slug.
    pub pages: &'a dyn Pages,
    /// What the exit code will say.
    pub verdict: Verdict,
    /// Also show what was suppressed.
    pub show_suppressed: bool,
    /// Present if the user asked to see secrets, on a terminal.
    pub reveal: Option<&'a Reveal>,
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
    pub severity: Option<crate::model::Severity>,
}
