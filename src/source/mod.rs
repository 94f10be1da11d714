//! Where blobs come from.
//!
//! A source pushes: it alone knows in which order its blobs are cheap. What each
//! worker found is merged and sorted in `scan`, so nothing that users see depends
//! on the order or on the number of threads.

mod carrier;
mod exclude;
mod git;
pub mod history;
pub mod index;
mod leave_out;
mod memory;
pub mod objects;
pub mod pack;
pub mod patch;
pub mod range;
mod read;
mod roots;
mod ruled;
pub mod stdin;
mod tracked;
mod walk;
mod whole;
pub mod worktree;

use std::io;
use std::path::{Path, PathBuf};

use crate::model::{BlobRef, Coverage, Finding, Skip, in_words};

pub use history::{Cache, History, HistoryOptions};
pub use index::{Index, IndexOptions};
pub use patch::Patch;
pub use range::{Range, RangeOptions};
pub use stdin::Stdin;
pub use worktree::{WalkOptions, Worktree};

/// Bytes of the largest blob: places in it are counted in 32 bits.
pub const MAX_BLOB: u64 = u32::MAX as u64;

/// Something that holds blobs: a tree, an index, a history, standard input.
pub trait Source: Sync {
    /// Hands every blob to a worker's [`Visit`], on up to `threads` threads.
    ///
    /// A blob that cannot be read is handed over as a [`Skip`]; it does not end the
    /// visit. A worker that answers `false` to [`Visit::go_on`] is given no more.
    ///
    /// # Errors
    /// Only what makes the whole source unreadable.
    fn visit(&self, threads: usize, worker: Workers<'_>) -> Result<Coverage, SourceError>;

    /// Tells what became of findings in commits, once every secret's places are known.
    ///
    /// A finding's `also_at` holds all of them; what is filled in is its `history`. Asked once, after the
    /// visit. Sources without a history leave findings alone.
    ///
    /// # Errors
    /// Only what makes the whole source unreadable.
    fn attribute(&self, _findings: &mut [Finding]) -> Result<(), SourceError> {
        Ok(())
    }
}

/// Makes the workers of a scan, one for each thread.
pub type Workers<'w> = &'w (dyn Fn() -> Box<dyn Visit + Send + 'w> + Sync + 'w);

/// One worker: owns its buffers and its matches. No lock, no allocation per blob.
/// What it found is handed to `scan` when it is dropped.
pub trait Visit {
    /// Looks at one blob.
    fn blob(&mut self, blob: BlobRef<'_>);
    /// Looks at one blob of which more versions follow, or that was made from another one.
    ///
    /// What the worker knows of places in it, it may take over from `before`, and leave in `marks` for the next.
    fn version(&mut self, blob: BlobRef<'_>, before: Option<Before<'_>>, marks: &mut Marks) {
        let _ = before;
        marks.forget();
        self.blob(blob);
    }
    /// What the blob looked at last left with the worker.
    fn left(&self) -> Left {
        Left::Something
    }
    /// Notes an item that was not read.
    fn skip(&mut self, skip: Skip);
    /// False once the user has asked to stop.
    fn go_on(&self) -> bool;
}

/// What a blob leaves with a worker: what a source may remember of it, if it remembers anything.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Left {
    /// Something that belongs into the report.
    Something,
    /// Nothing: under the same rules it need not be looked at again.
    Nothing,
    /// Nothing, as it is not text.
    Binary,
}

/// What a worker keeps of a blob as long as others are made from it: places, each with a number of its own.
#[derive(Debug, Default)]
pub struct Marks {
    /// Sorted. Means nothing unless `are_known`.
    pub places: Vec<(u32, u16)>,
    /// Where runs of characters begin that hold something, sorted.
    pub runs: Vec<u32>,
    /// Was the blob looked at?
    pub are_known: bool,
}

impl Marks {
    /// Nothing is known of the blob.
    pub fn forget(&mut self) {
        self.places.clear();
        self.runs.clear();
        self.are_known = false;
    }
}

/// The blob that another was made from.
#[derive(Debug)]
pub struct Before<'a> {
    /// What a worker left of it.
    pub marks: &'a Marks,
    /// How the other was made.
    pub ops: &'a [pack::Op],
}

/// What makes a whole source unreadable.
#[derive(Debug, thiserror::Error)]
pub enum SourceError {
    /// A path given by name does not exist or cannot be opened.
    #[error("cannot read {path}: {}", in_words(cause))]
    Unreadable {
        /// As it is shown.
        path: String,
        /// The system's word.
        cause: io::Error,
    },
    /// A repository, or a name in one, that cannot be opened or found.
    #[error("{what}")]
    Git {
        /// What is wrong.
        what: String,
        /// What to do about it.
        help: String,
    },
    /// A glob of an exclude that does not parse: the user's to mend.
    #[error("exclude `{glob}` is not a glob: {what}")]
    Glob {
        /// As it was given.
        glob: String,
        /// What is wrong with it.
        what: String,
    },
}

/// The root of the files of the repository at a path, or around the current directory; of a bare one, itself.
///
/// # Errors
/// There is none.
pub fn git_root(at: Option<&Path>) -> Result<PathBuf, SourceError> {
    let repo = at.map_or_else(git::Repo::here, git::Repo::at)?;
    Ok(repo.root().to_owned())
}

impl SourceError {
    /// What to do about it.
    pub fn help(&self) -> &str {
        match self {
            Self::Git { help, .. } => help,
            Self::Unreadable { .. } | Self::Glob { .. } => "check the spelling, and that you may read it",
        }
    }
}
