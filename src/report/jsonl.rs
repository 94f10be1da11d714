//! One finding a line, each as in the `findings` of the JSON document.
//!
//! Nothing else is written: no skips, coverage, notices, counters or verdict. An
//! empty output therefore does not say "clean", the exit code does; whoever needs
//! the difference between clean and incomplete in the data takes `json`.

use std::io::{self, Write};

use super::{Output, View, safe};
use crate::model::Report;

/// Findings as JSON lines.
pub(super) struct Jsonl;

impl Output for Jsonl {
    fn write(&self, report: &Report, _view: &View<'_>, out: &mut dyn Write) -> io::Result<()> {
        report.findings.iter().try_for_each(|finding| safe::json_line(finding, out))
    }
}
