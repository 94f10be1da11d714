//! Where things stand, as few words as say it: lines of one file together, paths from where the scan began.

use std::collections::BTreeMap;

use serde::Serialize;

use super::super::{safe, told};
use crate::model::Location;

/// Files named before they are only counted: in a list, and in a table.
pub(super) const LISTED: usize = 6;
pub(super) const IN_TABLE: usize = 3;
/// Lines of each.
const LINES: usize = 6;

/// The lines of one file, of one commit.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(super) struct Place {
    /// From where the scan began.
    pub(super) path: String,
    /// From 1, sorted.
    pub(super) lines: Vec<u32>,
    /// The commit that it was met in.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) commit: Option<String>,
}

/// `src/a.cs:3, 8, b.cs:1 and 4 other files`; `written` makes text of a path harmless.
pub(super) fn shown(all: &[Place], most: usize, written: fn(&str) -> String) -> String {
    let one = |place: &Place| {
        let lines: Vec<String> = place.lines.iter().take(LINES).map(u32::to_string).collect();
        let more = match place.lines.len().checked_sub(LINES).filter(|more| *more > 0) {
            Some(more) => format!(" and {}", told::count(more as u64, "more line", "more lines")),
            None => String::new(),
        };
        let commit = place.commit.as_ref().map(|id| format!(" in {id:.12}")).unwrap_or_default();
        format!("{}:{}{more}{commit}", written(&place.path), lines.join(", "))
    };
    let files: Vec<String> = all.iter().take(most).map(one).collect();
    let mut out = files.join(", ");
    if let Some(more) = all.len().checked_sub(most).filter(|more| *more > 0) {
        out.push_str(&format!(" and {}", told::count(more as u64, "other file", "other files")));
    }
    out
}

/// By file and commit, in the order in which they are met.
pub(super) fn places<'a>(locations: impl Iterator<Item = &'a Location>, below: &str) -> Vec<Place> {
    let mut all: Vec<Place> = Vec::new();
    let mut number = BTreeMap::new();
    for location in locations {
        let whole = location.path.shown().to_string();
        let path = safe::line(whole.strip_prefix(below).unwrap_or(&whole)).into_owned();
        let commit = told::commit(&location.origin).map(|commit| commit.id.clone());
        let at = *number.entry((path.clone(), commit.clone())).or_insert(all.len());
        if at == all.len() {
            all.push(Place { path, lines: Vec::new(), commit });
        }
        let lines = &mut all[at].lines;
        if let Err(at) = lines.binary_search(&location.start.line) {
            lines.insert(at, location.start.line);
        }
    }
    all
}
