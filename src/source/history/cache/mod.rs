//! What is remembered of a history, so that the next scan looks at what is new and at what was found.
//!
//! A snapshot holds commits, blobs and which of these left nothing: ids, paths and sizes, never content. It is
//! believed only under the same rules, settings and program, and only as far as it agrees with the repository
//! as it is now; whatever does not fit is looked at as if there were no snapshot.

mod file;
mod recorder;
mod snapshot;
mod verdict;

use std::path::PathBuf;

use crate::model::Day;

pub(super) use file::{load, store};
pub(super) use recorder::{Recorder, Watcher};
pub(super) use snapshot::{Answer, Answers, KnownCommits, Snapshot};
pub(super) use verdict::Verdicts;

/// Where histories are remembered, and under what.
#[derive(Clone, Debug)]
pub struct Cache {
    /// A directory that the user vouches for; `None`: `keyless` in the repository's own directory, where a
    /// snapshot counts only if it was sealed by the same user.
    pub dir: Option<PathBuf>,
    /// Tells rules, settings and program from all others.
    pub key: [u8; 32],
    /// The day of the scan: what left nothing later may leave something on an earlier day.
    pub today: Day,
}
