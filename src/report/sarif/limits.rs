//! What GitHub takes of a SARIF file. Past a limit it refuses the whole file, so we
//! stay inside and say in a notification what was left out.
//!
//! Source: docs.github.com, "SARIF support for code scanning" and "SARIF results
//! exceed one or more limits". Rules per run (25,000) follow from results per run.

use std::io::{self, Write};

use serde::Serialize;

use super::log::ResultEntry;

/// Results in a run; GitHub shows the first 5,000.
pub(super) const RESULTS: usize = 25_000;

/// Places of a result that GitHub shows; it takes 1,000.
pub(super) const PLACES: usize = 100;

/// Tags of a rule; GitHub shows ten.
pub(super) const TAGS: usize = 20;

/// Characters of a rule's name.
pub(super) const NAME: usize = 255;

/// Characters of a short or full description, and of a message that is shown whole.
pub(super) const TEXT: usize = 1_024;

/// Notifications; no limit of GitHub's, but nobody reads more.
pub(super) const NOTIFICATIONS: usize = 1_000;

/// GitHub takes 10 MB of gzip. Measured: 25,000 results with seven related places each,
/// all of different files, are 61 MB without indentation and 3.3 MB of gzip.
pub(super) const BYTES: usize = 64 << 20;

/// Counts down what is left of [`BYTES`].
pub(super) struct Budget(usize);

impl Budget {
    pub(super) fn new(bytes: usize) -> Self {
        Self(bytes)
    }

    /// Does one more result fit?
    pub(super) fn take(&mut self, entry: &ResultEntry) -> bool {
        let mut counter = Counter(0);
        let counted = entry.serialize(&mut serde_json::Serializer::new(&mut counter)).is_ok();
        self.0 = self.0.saturating_sub(counter.0);
        counted && self.0 > 0
    }
}

struct Counter(usize);

impl Write for Counter {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0 += bytes.len();
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
