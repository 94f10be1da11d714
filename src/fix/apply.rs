//! Edits into bytes.

use crate::document::{Document, Opened};
use crate::model::{Applicability, Edit, Finding, Fix, RepoPath};

/// A fix, and the finding that it mends.
#[derive(Clone, Copy, Debug)]
pub(super) struct Choice<'f> {
    pub(super) finding: &'f Finding,
    pub(super) fix: &'f Fix,
}

/// Fixes of open findings at the level asked for, the first in the file before the others. One that meets
/// another is left for the next round.
pub(super) fn choose<'f>(
    findings: &'f [Finding],
    least: Applicability,
    may: &dyn Fn(&Finding, &Fix) -> bool,
) -> Vec<Choice<'f>> {
    let open = findings.iter().filter(|finding| finding.is_open());
    let all = open.flat_map(|finding| finding.fixes.iter().map(move |fix| Choice { finding, fix }));
    let mut wanted: Vec<Choice<'f>> = all
        .filter(|one| one.fix.applicability >= least && !one.fix.edits.is_empty())
        .filter(|one| may(one.finding, one.fix))
        .collect();
    wanted.sort_by_key(|one| (one.fix.edits[0].start.offset, &one.finding.rule));
    let mut chosen: Vec<Choice<'f>> = Vec::new();
    for one in wanted {
        let waits = |other: &Choice<'_>| one.fix.once && other.fix.once && other.finding.rule == one.finding.rule;
        if !chosen.iter().any(|other| waits(other) || meet(other.fix, one.fix)) {
            chosen.push(one);
        }
    }
    chosen
}

/// Do two fixes change the same bytes, or put something in the same place?
fn meet(a: &Fix, b: &Fix) -> bool {
    let touch = |a: &Edit, b: &Edit| {
        let (first, second) = if a.start.offset <= b.start.offset { (a, b) } else { (b, a) };
        second.start.offset < first.end.offset || second.start.offset == first.start.offset
    };
    a.edits.iter().any(|one| b.edits.iter().any(|other| touch(one, other)))
}

/// The bytes with the edits of fixes that do not meet; `None` if an edit lies outside them.
pub(super) fn apply(path: &RepoPath, bytes: &[u8], fixes: &[&Fix]) -> Option<Vec<u8>> {
    let mut edits: Vec<&Edit> = fixes.iter().flat_map(|fix| &fix.edits).collect();
    edits.sort_by_key(|edit| (edit.start.offset, edit.end.offset));
    let Opened::Text(doc) = Document::open(bytes, path) else { return None };
    let mut out = Vec::with_capacity(bytes.len() + 256);
    let mut at = 0;
    for edit in edits {
        let (start, end) = (edit.start.offset as usize, edit.end.offset as usize);
        out.extend_from_slice(bytes.get(at..start)?);
        out.extend(doc.encoded(&edit.content));
        at = end;
    }
    out.extend_from_slice(bytes.get(at..)?);
    Some(out)
}
