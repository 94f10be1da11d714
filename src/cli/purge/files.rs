//! What a purge writes: for the rewriting tool and for the proof, where no commit can take it along.

use std::fs::{DirBuilder, OpenOptions};
use std::hash::{BuildHasher as _, RandomState};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use super::forms::Forms;
use crate::error::Error;
use crate::model::RepoPath;
use crate::purge;
use crate::source::objects;

/// The files, as they are named in commands.
pub(super) struct Written {
    /// The values: to be deleted when the work is done.
    pub(super) replacements: PathBuf,
    /// Without values.
    pub(super) record: PathBuf,
    /// Ids of blobs that must go whole; `None` if there are none.
    pub(super) blobs: Option<PathBuf>,
}

/// Refuses a directory in a repository: the next `git add` would take the values along.
pub(super) fn may_hold(directory: &Path) -> Result<(), Error> {
    let absolute = std::path::absolute(directory).map_err(|cause| cannot_write(directory, cause))?;
    let there = absolute.ancestors().find(|path| path.exists()).unwrap_or(Path::new("/"));
    match objects::is_in_repository(there) {
        None => Ok(()),
        Some(root) => Err(Error::usage(
            format!(
                "{} is in the repository {}",
                RepoPath::from_path(directory).shown(),
                RepoPath::from_path(&root).shown()
            ),
            "the values go into a file; name a directory that no repository holds",
        )),
    }
}

/// Writes all of them, new, for their owner alone.
pub(super) fn write(directory: &Path, forms: &Forms) -> Result<Written, Error> {
    if !directory.exists() {
        let mut builder = DirBuilder::new();
        builder.recursive(true);
        #[cfg(unix)]
        std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
        builder.create(directory).map_err(|cause| cannot_write(directory, cause))?;
    }
    let record = serde_json::to_vec_pretty(&forms.record).expect("a record is plain data");
    let ids: String = forms.binary.iter().map(|id| format!("{id}\n")).collect();
    let files =
        [("replacements.txt", purge::written(&forms.raw)), ("purge.json", record), ("blobs.txt", ids.into_bytes())];
    let files: Vec<_> = files.into_iter().filter(|(name, text)| *name != "blobs.txt" || !text.is_empty()).collect();
    // Said before the first is written, so that no half of a plan is left.
    for (name, _) in &files {
        let file = directory.join(name);
        if file.symlink_metadata().is_ok() {
            return Err(cannot_write(&file, io::ErrorKind::AlreadyExists.into()));
        }
    }
    for (name, text) in &files {
        private(&directory.join(name), text)?;
    }
    Ok(Written {
        replacements: directory.join("replacements.txt"),
        record: directory.join("purge.json"),
        blobs: (!forms.binary.is_empty()).then(|| directory.join("blobs.txt")),
    })
}

fn private(file: &Path, text: &[u8]) -> Result<(), Error> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let written = options.open(file).and_then(|mut open| open.write_all(text).and_then(|()| open.sync_all()));
    written.map_err(|cause| cannot_write(file, cause))
}

fn cannot_write(path: &Path, cause: io::Error) -> Error {
    Error::Output { to: RepoPath::from_path(path).shown().into_owned(), cause }
}

/// 32 bytes that nobody else has: each `RandomState` is keyed from the system's randomness.
pub(super) fn salt() -> [u8; 32] {
    let mut salt = [0; 32];
    for (at, piece) in salt.chunks_exact_mut(8).enumerate() {
        piece.copy_from_slice(&RandomState::new().hash_one(("keyless purge", at)).to_le_bytes());
    }
    salt
}
