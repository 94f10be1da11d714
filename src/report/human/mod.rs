//! A report for people: a frame for each finding, then what was not read, then one line.
//!
//! Made to be read at 80 columns and from the bottom up: the last line is the verdict.
//! The only output that may show a secret, and only with a [`Reveal`](crate::model::Reveal).

mod frame;
mod paper;
mod posture;
mod rows;
mod summary;

use std::io::{self, Write};

use self::paper::Paper;
use super::{Output, View};
use crate::model::Report;

/// A report as frames and a summary.
pub(super) struct Human;

impl Output for Human {
    fn write(&self, report: &Report, view: &View<'_>, out: &mut dyn Write) -> io::Result<()> {
        let mut paper = Paper::new(view);
        for finding in report.findings.iter().filter(|finding| view.show_suppressed || finding.is_open()) {
            rows::finding(finding, view, &mut paper);
            out.write_all(paper.text.as_bytes())?;
            paper.text.clear();
        }
        if view.posture {
            posture::section(report, view, &mut paper);
        }
        summary::notes(report, &mut paper);
        summary::line(report, view, &mut paper);
        out.write_all(paper.text.as_bytes())
    }
}
