//! Where a blob was met.

use std::sync::Arc;

use serde::Serialize;

use super::path::RepoPath;

/// All places a blob was met. The first entry is the one shown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Provenance {
    first: Origin,
    more: Vec<Origin>,
}

impl Provenance {
    /// A provenance is never empty.
    pub fn new(first: Origin) -> Self {
        Self { first, more: Vec::new() }
    }

    /// Adds another place that holds the same content.
    pub fn push(&mut self, origin: Origin) {
        self.more.push(origin);
    }

    /// The place that is shown.
    pub fn first(&self) -> &Origin {
        &self.first
    }

    /// All places, the shown one first.
    pub fn iter(&self) -> impl Iterator<Item = &Origin> {
        std::iter::once(&self.first).chain(&self.more)
    }
}

/// One place a blob was met.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(tag = "from", rename_all = "lowercase")]
pub enum Origin {
    /// A file of a tree on disk.
    File {
        /// Its path, as it is shown.
        path: RepoPath,
    },
    /// Staged content.
    Index {
        /// Its path in the repository.
        path: RepoPath,
    },
    /// Content of a commit.
    Commit {
        /// Its path in that commit.
        path: RepoPath,
        /// The commit that brought it.
        commit: Arc<Commit>,
        /// Is it still there?
        presence: Presence,
    },
    /// The message of a commit or an annotated tag.
    Message {
        /// The commit, or the tag's target.
        commit: Arc<Commit>,
    },
    /// Standard input.
    Stdin {
        /// The name it was given.
        name: Option<RepoPath>,
    },
    /// An entry of an archive.
    Archive {
        /// Where the archive was met.
        outer: Box<Origin>,
        /// The entry's name.
        entry: RepoPath,
    },
}

impl Origin {
    /// The path that rules with file globs look at, and that is shown. Standard
    /// input without a name is `<stdin>`, a commit message `<message>`.
    pub fn path(&self) -> RepoPath {
        match self {
            Self::File { path } | Self::Index { path } | Self::Commit { path, .. } => path.clone(),
            Self::Stdin { name: Some(name) } => name.clone(),
            Self::Stdin { name: None } => RepoPath::new(*b"<stdin>"),
            Self::Message { .. } => RepoPath::new(*b"<message>"),
            Self::Archive { outer, entry } => {
                let mut bytes = outer.path().as_bytes().to_vec();
                bytes.push(b'!');
                bytes.extend_from_slice(entry.as_bytes());
                RepoPath::new(bytes)
            }
        }
    }
}

/// What is told of a commit.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Commit {
    /// Object id in hex.
    pub id: String,
    /// The author's name. The e-mail address is not kept.
    pub author: String,
    /// Seconds since 1970 of the author date.
    pub time: i64,
    /// First line of the message.
    pub summary: String,
}

/// Does the content of a commit still exist?
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Presence {
    /// Still part of HEAD's tree.
    pub at_head: bool,
    /// The commit in which it went away, if it did.
    pub removed_in: Option<String>,
    /// Branches and tags whose tree holds it.
    pub refs: Vec<String>,
}
