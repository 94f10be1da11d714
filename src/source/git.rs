//! A repository, opened so that nothing in it can act.
//!
//! Only the object database goes through libgit2, by the path of its directory: no configuration is
//! loaded, so no alias, filter, attribute, replace ref, graft, `safe.directory` or configured command of
//! the repository, its owner or the user has any effect. Refs, indexes and reflogs are plain files that
//! `git/` reads itself.

pub(super) mod changes;
pub(super) mod ewah;
pub(super) mod facts;
pub(super) mod graph;
pub(super) mod id_map;
pub(super) mod index_file;
pub(super) mod lines;
pub(super) mod object;
pub(super) mod open;
pub(super) mod read;
pub(super) mod refs;
mod reftable;
pub(super) mod rev;
pub(super) mod sweep;

pub(super) use object::{CommitObject, Entries, Id, Kind, TagObject};
pub(super) use open::Repo;
pub(super) use read::{Objects, ReadError};
