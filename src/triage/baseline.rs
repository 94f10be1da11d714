//! Baselines: findings that a project knows of and lives with, one a line.
//!
//! An entry is an identity and a path, so it survives edits above, reformatting, and
//! the renaming of a rule; a swapped secret has another identity and is new. The path
//! tells a known place from a copy: `pair` says which entry belongs to which place,
//! `text` reads and writes the file, `merge` joins two branches.
//!
//! JSON lines and not TOML: of 60 merges of two branches that add an entry each to a
//! file of 0, 5, 50 and 500, both conflict equally often (60, 20, 4, 0). Git's own
//! `merge=union` takes both sides' lines, and then a list of lines is whole whatever
//! was taken, while a TOML table named twice or left open is not.

mod merge;
mod pair;
mod text;

use std::collections::BTreeMap;

pub use merge::merge;
pub use pair::{Met, Pairs, pair, unsure};
pub use text::Wrong;

use crate::model::{Day, Fingerprint};

/// One accepted finding at one path.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// Of the finding; made of its content.
    pub id: Fingerprint,
    /// From the root of the project, as [`crate::model::RepoPath::text`] says it.
    pub path: String,
    /// The rule that found it, for readers; it decides nothing.
    pub rule: String,
    /// Why it is accepted.
    pub reason: Option<String>,
    /// The last day on which it is.
    pub until: Option<Day>,
    /// Where it stands in the file that was read, from 1.
    pub line: u32,
}

impl Entry {
    /// What makes it this entry.
    pub fn key(&self) -> (Fingerprint, &str) {
        (self.id, &self.path)
    }

    /// Does it hold no longer?
    pub fn is_over(&self, today: Day) -> bool {
        self.until.is_some_and(|until| until < today)
    }

    /// Two lines for one entry, as a union of branches leaves them: the later day, the longer reason.
    fn join(self, other: Self) -> Self {
        let reason = self.reason.max_by_length(other.reason);
        Self { reason, until: self.until.max(other.until), ..self }
    }
}

/// Takes the one that says more.
trait SaysMore {
    fn max_by_length(self, other: Self) -> Self;
}

impl SaysMore for Option<String> {
    fn max_by_length(self, other: Self) -> Self {
        let weight = |text: &Self| text.as_ref().map(|text| (text.len(), text.clone()));
        if weight(&other) > weight(&self) { other } else { self }
    }
}

/// All entries, sorted; no two have one identity and path.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Baseline {
    entries: Vec<Entry>,
}

impl Baseline {
    /// Sorts, and joins what is there twice.
    pub fn new(entries: impl IntoIterator<Item = Entry>) -> Self {
        let mut by_key: BTreeMap<(Fingerprint, String), Entry> = BTreeMap::new();
        for entry in entries {
            let key = (entry.id, entry.path.clone());
            let joined = match by_key.remove(&key) {
                Some(known) => known.join(entry),
                None => entry,
            };
            by_key.insert(key, joined);
        }
        Self { entries: by_key.into_values().collect() }
    }

    /// Sorted by identity, then path.
    pub fn entries(&self) -> &[Entry] {
        &self.entries
    }
}
