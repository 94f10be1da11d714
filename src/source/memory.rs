//! Files of git as memory, and memory that is free back to the system. The only `unsafe` of sources.

#![allow(unsafe_code)]

use std::io;
use std::ops::Deref;
use std::path::Path;

use memmap2::Mmap;

use super::whole::open_file;

/// A file that git wrote, mapped.
///
/// Git never writes into a pack or an index once it has its name: it makes new files
/// and unlinks old ones, and a mapping outlives the unlinking.
#[derive(Debug)]
pub(in crate::source) struct Mapped(Mmap);

impl Mapped {
    pub(in crate::source) fn open(path: &Path) -> io::Result<Self> {
        let file = open_file(path)?;
        if file.metadata()?.len() == 0 {
            return Err(io::Error::new(io::ErrorKind::InvalidData, "it is empty"));
        }
        // SAFETY: the map is read only, and files of this kind do not change after they got their name. Somebody
        // who truncates one by hand ends the program by a signal, as he ends git.
        unsafe { Mmap::map(&file) }.map(Self)
    }

    /// Lets go of the pages that were read: a pack is read once, all over, and would fill the memory with what is done.
    /// What is asked for again comes from the system's cache.
    pub(in crate::source) fn let_go(&self) {
        #[cfg(target_os = "linux")]
        // SAFETY: the map is of a file and read only: a page that is dropped is the same when it is read again.
        let _ = unsafe { self.0.unchecked_advise(memmap2::UncheckedAdvice::DontNeed) };
    }
}

impl Deref for Mapped {
    type Target = [u8];
    fn deref(&self) -> &[u8] {
        &self.0
    }
}

/// Gives back what the step before left free. Takes milliseconds; does nothing where the allocator knows no way.
///
/// A history is read in steps, each with its own large tables. The allocator of glibc keeps what is freed among small
/// pieces that live on: of 470 MB after a history of 400,000 blobs, 200.
pub(super) fn give_back() {
    #[cfg(all(target_os = "linux", target_env = "gnu"))]
    // SAFETY: it touches nothing but the allocator's own lists, under their locks.
    unsafe {
        libc::malloc_trim(0);
    }
}
