//! Where things stand, as few words as say it: lines of one file together, paths from where the scan began.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use super::super::told;
use super::cell;
use crate::model::{Finding, Location};

/// Files named before they are only counted, and lines of each.
const FILES: usize = 8;
const LINES: usize = 6;

/// The lines of one file, of one commit.
pub(super) struct Places {
    path: String,
    commit: String,
    lines: BTreeSet<u32>,
}

impl Places {
    /// `src/a.cs:3, 8, b.cs:1 and 4 other files`.
    pub(super) fn shown<'a>(locations: impl Iterator<Item = &'a Location>, below: &str) -> String {
        let all = Self::of(locations, below);
        let mut out = String::new();
        for (number, places) in all.iter().take(FILES).enumerate() {
            let comma = if number > 0 { ", " } else { "" };
            let lines: Vec<String> = places.lines.iter().take(LINES).map(u32::to_string).collect();
            let _ = write!(out, "{comma}{}:{}", cell(&places.path), lines.join(", "));
            if let Some(more) = places.lines.len().checked_sub(LINES).filter(|more| *more > 0) {
                let _ = write!(out, " and {}", told::count(more as u64, "more line", "more lines"));
            }
            out.push_str(&places.commit);
        }
        if let Some(more) = all.len().checked_sub(FILES).filter(|more| *more > 0) {
            let _ = write!(out, " and {}", told::count(more as u64, "other file", "other files"));
        }
        out
    }

    fn of<'a>(locations: impl Iterator<Item = &'a Location>, below: &str) -> Vec<Self> {
        let mut all: Vec<Self> = Vec::new();
        let mut number = BTreeMap::new();
        for location in locations {
            let whole = location.path.shown().to_string();
            let path = whole.strip_prefix(below).unwrap_or(&whole).to_owned();
            let commit =
                told::commit(&location.origin).map(|commit| format!(" in {:.12}", commit.id)).unwrap_or_default();
            let line = location.start.line;
            let at = *number.entry((path.clone(), commit.clone())).or_insert(all.len());
            if at == all.len() {
                all.push(Self { path, commit, lines: BTreeSet::new() });
            }
            all[at].lines.insert(line);
        }
        all
    }
}

/// The directory, with its slash, that holds everything, if the paths begin at the root of the machine; else nothing:
/// a plan is read on other machines.
pub(super) fn common<'a>(findings: impl Iterator<Item = &'a Finding>) -> String {
    let mut common: Option<String> = None;
    let places = findings.flat_map(|finding| std::iter::once(&finding.location).chain(&finding.also_at));
    for location in places {
        let path = location.path.shown().to_string();
        let directory = path.rfind('/').map_or("", |end| &path[..=end]);
        let shared = match &common {
            None => directory.to_owned(),
            Some(so_far) => shared(so_far, directory).to_owned(),
        };
        common = Some(shared);
    }
    common.filter(|directory| directory.starts_with('/') || directory.get(1..3) == Some(":/")).unwrap_or_default()
}

/// The directories that two paths, which end in slashes or are empty, begin with.
fn shared<'a>(one: &'a str, other: &str) -> &'a str {
    let mut end = 0;
    for (a, b) in one.split_inclusive('/').zip(other.split_inclusive('/')) {
        if a != b {
            break;
        }
        end += a.len();
    }
    &one[..end]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whole_directories_are_shared() {
        for (one, other, expected) in [
            ("/a/b/c/", "/a/b/d/", "/a/b/"),
            ("/a/bc/", "/a/b/", "/a/"),
            ("/a/", "/a/", "/a/"),
            ("a/b/", "c/", ""),
            ("", "a/", ""),
        ] {
            assert_eq!(shared(one, other), expected, "{one} {other}");
        }
    }
}
