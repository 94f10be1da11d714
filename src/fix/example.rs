//! Examples of rules that say what they are after the fix.

use super::mend::{Eyes, mend};
use crate::model::{Applicability, RepoPath};
use crate::rule::example::Prepared;

/// What is wrong with the fix of an example; empty if all is well, or if it shows none.
pub fn judge(example: &Prepared, slug: &str, eyes: &dyn Eyes) -> Vec<String> {
    let Some(fixed) = &example.fixed else { return Vec::new() };
    let path = RepoPath::new(example.file.as_bytes());
    let mended = mend(&path, &example.bytes, Applicability::Unsafe, eyes);
    let mut wrong = Vec::new();
    if mended.bytes != *fixed {
        let shown = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        wrong.push(format!("fixed is\n{}\nnot\n{}", shown(&mended.bytes), shown(fixed)));
        wrong.extend(mended.left.iter().map(|left| format!("line {}: not made: {:?}", left.line, left.why)));
    }
    let same = |finding: &&crate::model::Finding| finding.rule.slug == slug && finding.is_open();
    let offers = mended.findings.iter().filter(same).filter(|finding| !finding.fixes.is_empty()).count();
    if offers > 0 {
        wrong.push(format!("{offers} findings still offer a fix"));
    }
    if example.bytes == *fixed {
        return wrong;
    }
    // Fewer, or less grave.
    let weight = |findings: &[crate::model::Finding]| -> usize {
        findings.iter().filter(same).map(|finding| finding.severity as usize + 1).sum()
    };
    if weight(&mended.findings) >= weight(&eyes.look(&example.bytes)) {
        wrong.push("the finding is still there".to_owned());
    }
    wrong
}
