//! Words and counts that more than one format tells.

use crate::model::{Commit, Origin, Report, SkipReason};

/// `1 file`, `2 files`.
pub(super) fn count(number: u64, one: &str, many: &str) -> String {
    format!("{number} {}", if number == 1 { one } else { many })
}

/// What policy kept out of a scan: `34 ignored, 12 binary`. `None` if nothing.
pub(super) fn left_out(report: &Report) -> Option<String> {
    let skipped = |reason| report.skips.iter().filter(|skip| skip.reason == reason).count() as u64;
    let left_out = &report.coverage.left_out;
    join(&[
        (left_out.ignored, "ignored", "ignored"),
        (left_out.excluded.values().sum(), "excluded", "excluded"),
        (skipped(SkipReason::Binary), "binary", "binary"),
        (skipped(SkipReason::TooLarge), "too large", "too large"),
        (skipped(SkipReason::NotAFile), "special file", "special files"),
        (left_out.links, "link", "links"),
        (left_out.submodules, "submodule", "submodules"),
        (left_out.not_staged, "not staged", "not staged"),
    ])
}

/// Counts that are not zero, or `None`.
pub(super) fn join(counts: &[(u64, &str, &str)]) -> Option<String> {
    let told: Vec<String> =
        counts.iter().filter(|c| c.0 > 0).map(|&(number, one, many)| count(number, one, many)).collect();
    (!told.is_empty()).then(|| told.join(", "))
}

/// The commit an origin, or the archive it lies in, was met in.
pub(super) fn commit(origin: &Origin) -> Option<&Commit> {
    match origin {
        Origin::Commit { commit, .. } | Origin::Message { commit, .. } => Some(commit),
        Origin::Archive { outer, .. } => self::commit(outer),
        Origin::File { .. }
        | Origin::Index { .. }
        | Origin::Object { .. }
        | Origin::Patch { .. }
        | Origin::Stdin { .. } => None,
    }
}

/// At most `most` characters, the last of them `…` if some were left out.
pub(super) fn clip(text: &str, most: usize) -> String {
    match text.char_indices().nth(most) {
        None => text.to_owned(),
        Some(_) => text.chars().take(most - 1).chain(['…']).collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_agree_with_their_noun_and_nothing_is_not_told() {
        for (counts, told) in [
            (vec![(0, "link", "links")], None),
            (vec![(1, "link", "links")], Some("1 link")),
            (vec![(2, "link", "links"), (0, "x", "x"), (1, "binary", "binary")], Some("2 links, 1 binary")),
        ] {
            assert_eq!(join(&counts).as_deref(), told);
        }
    }

    #[test]
    fn clipped_text_has_exactly_the_characters_it_may_have() {
        for (text, most, clipped) in
            [("short", 5, "short"), ("longer", 5, "long…"), ("äöüß€", 4, "äöü…"), ("", 1, ""), ("ab", 1, "…")]
        {
            assert_eq!(clip(text, most), clipped);
        }
    }
}
