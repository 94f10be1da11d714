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
        /// Which side of a merge that is not resolved.
        #[serde(skip_serializing_if = "Option::is_none")]
        side: Option<Side>,
    },
    /// Content of a commit.
    Commit {
        /// Its path, at HEAD if it is there, else in that commit.
        path: RepoPath,
        /// Its object id in hex.
        blob: String,
        /// The first commit that has it.
        commit: Arc<Commit>,
        /// Is it part of the tree of HEAD?
        at_head: bool,
    },
    /// The new side of a patch.
    Patch {
        /// Its path there.
        path: RepoPath,
    },
    /// Content that no commit leads to.
    Object {
        /// The name of what leads to it, or that nothing does.
        path: RepoPath,
        /// Its object id in hex.
        blob: String,
    },
    /// The message of a commit or an annotated tag.
    Message {
        /// The commit, or the tag itself: its id, who made it and when.
        commit: Arc<Commit>,
        /// The name of the tag.
        #[serde(skip_serializing_if = "Option::is_none")]
        tag: Option<String>,
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
    /// input without a name is `<stdin>`, a commit's message `<message>`, a tag's `<tag message>`.
    pub fn path(&self) -> RepoPath {
        match self {
            Self::File { path }
            | Self::Index { path, .. }
            | Self::Commit { path, .. }
            | Self::Object { path, .. }
            | Self::Patch { path } => path.clone(),
            Self::Stdin { name: Some(name) } => name.clone(),
            Self::Stdin { name: None } => RepoPath::new(*b"<stdin>"),
            Self::Message { tag: None, .. } => RepoPath::new(*b"<message>"),
            Self::Message { tag: Some(_), .. } => RepoPath::new(*b"<tag message>"),
            Self::Archive { outer, entry } => {
                let mut bytes = outer.path().as_bytes().to_vec();
                bytes.push(b'!');
                bytes.extend_from_slice(entry.as_bytes());
                RepoPath::new(bytes)
            }
        }
    }
}

/// A side of a merge that is not resolved.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "lowercase")]
pub enum Side {
    /// What both came from.
    Base,
    /// The branch that is checked out.
    Ours,
    /// The branch that is merged.
    Theirs,
}

impl Side {
    /// For people.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Base => "base",
            Self::Ours => "ours",
            Self::Theirs => "theirs",
        }
    }
}

/// What is told of a commit.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Commit {
    /// Object id in hex.
    pub id: String,
    /// The author's name.
    pub author: String,
    /// The author's e-mail address, if it was asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub email: Option<String>,
    /// Seconds since 1970 of the author date.
    pub time: i64,
    /// First line of the message.
    pub summary: String,
}

/// What became of a secret in a history, over all versions of all files that held it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct History {
    /// The commit that brought it.
    pub introduced: Arc<Commit>,
    /// Its path there.
    pub path: RepoPath,
    /// The blob there, in hex.
    pub blob: String,
    /// Its line there, from 1.
    pub line: u32,
    /// Still part of HEAD's tree.
    pub at_head: bool,
    /// The commit in which it went away, if it did.
    pub removed_in: Option<Arc<Commit>>,
    /// Refs whose tree holds it, by their full names; the first [`History::MOST_REFS`] of them.
    pub refs: Vec<Arc<str>>,
    /// How many more refs hold it.
    #[serde(skip_serializing_if = "is_zero")]
    pub other_refs: usize,
    /// What keeps the commit that brought it: `refs`, `notes`, `stash`, `reflog`, or `nothing` (it is unreachable).
    pub kept_by: KeptBy,
}

impl History {
    /// A secret of a project's first year is held by every branch and tag since: with all their names a report
    /// of a repository with 3,000 refs had 50 MB.
    pub const MOST_REFS: usize = 50;
}

#[allow(clippy::trivially_copy_pass_by_ref, reason = "serde hands over a reference")]
fn is_zero(count: &usize) -> bool {
    *count == 0
}

/// What keeps a commit in a repository.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "lowercase")]
pub enum KeptBy {
    /// Branches, tags and other refs.
    Refs,
    /// Notes about other commits.
    Notes,
    /// Stashed work.
    Stash,
    /// A reflog only: it goes away when the entry expires.
    Reflog,
    /// Nothing: it goes away with the next clean-up.
    Nothing,
}
