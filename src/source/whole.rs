//! Files of a repository, read as a whole.
//!
//! What git writes are plain files. Whoever unpacks somebody's `.git` may find a pipe there, which would be
//! waited for without end, or a device, which need not end.

use std::fs::{File, OpenOptions};
use std::io::{self, Read as _};
use std::path::Path;

/// The content of a file. Opened and asked for its kind once, as `fs::read` does for the length.
pub(super) fn read_file(path: impl AsRef<Path>) -> io::Result<Vec<u8>> {
    let mut file = open_file(path.as_ref())?;
    let mut bytes = Vec::new();
    if let Ok(length) = usize::try_from(file.metadata()?.len()) {
        bytes.try_reserve_exact(length)?;
    }
    file.read_to_end(&mut bytes)?;
    Ok(bytes)
}

/// Fills `into` from a place of a file; an error if it ends before.
pub(super) fn read_at(file: &File, into: &mut [u8], offset: u64) -> io::Result<()> {
    #[cfg(unix)]
    return std::os::unix::fs::FileExt::read_exact_at(file, into, offset);
    #[cfg(windows)]
    {
        let mut done = 0;
        while done < into.len() {
            match std::os::windows::fs::FileExt::seek_read(file, &mut into[done..], offset + done as u64)? {
                0 => return Err(io::ErrorKind::UnexpectedEof.into()),
                read => done += read,
            }
        }
        Ok(())
    }
}

/// Opens a file, and nothing that is none.
pub(super) fn open_file(path: &Path) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.read(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::custom_flags(&mut options, libc::O_NONBLOCK);
    let file = options.open(path)?;
    if file.metadata()?.is_file() { Ok(file) } else { Err(io::Error::other("it is not a file")) }
}
