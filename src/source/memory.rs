//! Memory that is free goes back to the system. The only `unsafe` of sources but for the mapping of files.
//!
//! A history is read in steps, each with its own large tables. The allocator of glibc keeps what is freed among small
//! pieces that live on: of 470 MB after a history of 400,000 blobs, 200.

#![allow(unsafe_code)]

/// Gives back what the step before left free. Takes milliseconds; does nothing where the allocator knows no way.
pub(super) fn give_back() {
    #[cfg(all(target_os = "linux", target_env = "gnu"))]
    // SAFETY: it touches nothing but the allocator's own lists, under their locks.
    unsafe {
        libc::malloc_trim(0);
    }
}
