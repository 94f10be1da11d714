//! What was seen in a text and not believed: for whoever asks why a place was not reported.

use crate::detect::{Buffers, Detector, Options};
use crate::document::{Document, Opened};
use crate::model::{Reason, RepoPath, RuleId, Stats};
use crate::rule::RuleSet;

/// A match that a gate ended.
#[derive(Clone, Debug)]
pub struct Refused {
    /// The rule that matched.
    pub rule: RuleId,
    /// What it would have been called.
    pub title: String,
    /// First and last line.
    pub lines: (u32, u32),
    /// The gate that ended it.
    pub gate: &'static str,
    /// What the gate said.
    pub detail: String,
    /// Gates passed before.
    pub because: Vec<Reason>,
}

/// Everything that rules matched in a text and a gate refused, by place.
pub fn refused(rules: &RuleSet, options: Options, path: &RepoPath, bytes: &[u8]) -> Vec<Refused> {
    let Opened::Text(mut doc) = Document::open(bytes, path) else { return Vec::new() };
    let mut buffers = Buffers::tracing();
    Detector::new(rules, options).detect(&mut doc, path, &mut buffers, &mut Stats::default());
    let mut tried = buffers.tried.unwrap_or_default();
    tried.sort_by_key(|one| (one.in_text.start, one.in_text.end));
    let told = tried.into_iter().map(|one| {
        let rule = rules.get(one.rule);
        let line = |at: u32| doc.line_col_in_text(at as usize).line;
        Refused {
            rule: rule.id(),
            title: rule.spec().title.to_string(),
            lines: (line(one.in_text.start), line(one.in_text.end.max(one.in_text.start + 1) - 1)),
            gate: one.gate,
            detail: one.detail.into_owned(),
            because: one.because,
        }
    });
    told.collect()
}
