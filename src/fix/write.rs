//! A changed file in the place of the one that was read, at once or not at all.

use std::fs;
use std::io::{self, Write as _};
use std::path::Path;

use thiserror::Error;

/// Why a file was not written.
#[derive(Debug, Error)]
pub enum WriteError {
    /// Somebody else wrote to it after it was read.
    #[error("it changed while it was looked at")]
    Changed,
    /// The system's word.
    #[error(transparent)]
    Io(#[from] io::Error),
}

/// Writes beside the file and renames, with its permissions; a link stays one and its target is written.
///
/// # Errors
/// The file no longer holds `before`, or the system will not have it.
pub fn write(file: &Path, before: &[u8], after: &[u8]) -> Result<(), WriteError> {
    let file = fs::canonicalize(file)?;
    let directory = file.parent().ok_or(io::Error::from(io::ErrorKind::NotFound))?;
    let mut beside = tempfile::Builder::new().prefix(".keyless-").tempfile_in(directory)?;
    beside.write_all(after)?;
    let permissions = fs::metadata(&file)?.permissions();
    if permissions.readonly() {
        return Err(io::Error::from(io::ErrorKind::PermissionDenied).into());
    }
    fs::set_permissions(beside.path(), permissions)?;
    beside.as_file().sync_all()?;
    if fs::read(&file)? != before {
        return Err(WriteError::Changed);
    }
    beside.persist(&file).map_err(|error| error.error)?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_that_changed_since_it_was_read_is_left_alone() {
        let directory = tempfile::tempdir().expect("a directory");
        let file = directory.path().join("a.tf");
        fs::write(&file, "theirs").expect("a file");
        assert!(matches!(write(&file, b"before", b"after"), Err(WriteError::Changed)));
        assert_eq!(fs::read(&file).expect("it is there"), b"theirs");
        write(&file, b"theirs", b"after").expect("it holds what was read");
        assert_eq!(fs::read(&file).expect("it is there"), b"after");
        assert_eq!(fs::read_dir(directory.path()).expect("a directory").count(), 1, "nothing is left beside it");
    }
}
