//! Reads files: one open, one look, mostly one read, into a buffer that is kept.
//!
//! A [`Reader`] is one worker of a walk with its buffer and its counts; a [`Pool`]
//! lends them out, so that a scan of one file makes one worker and the passes of a
//! scan share theirs. Mapping was measured at twice the cost for small files.

use std::fs::{File, FileType, OpenOptions};
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, PoisonError};

use crate::model::{BlobRef, Coverage, Origin, Provenance, RepoPath, Scope, Skip, SkipReason};

use super::{MAX_BLOB, Visit, Workers, in_words};

/// Nine files in ten are smaller; the buffer begins with this.
const FIRST: usize = 128 << 10;
/// A buffer that grew past this is cut back, so that one huge file does not cost memory to the end.
const KEPT: usize = 4 << 20;

/// How a file came to be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Asked {
    /// The user named it: whatever keeps it from being read is a failure.
    ByName,
    /// It was met on a walk: links, pipes and great size are passed over by policy.
    Met,
}

/// One worker: what it reads with, and what it counted.
pub(super) struct Reader<'w> {
    visit: Box<dyn Visit + Send + 'w>,
    buffer: Vec<u8>,
    max_file_size: u64,
    pub(super) coverage: Coverage,
    /// Entries of directories that the walker let through.
    pub(super) met: u64,
    /// Directories and carriers among them, if anybody asks.
    pub(super) met_paths: Vec<PathBuf>,
    /// A number for each entry that was met, to tell later which were not.
    pub(super) met_numbers: Vec<u64>,
}

/// Why a file is not handed over.
type Refusal = (SkipReason, String);

impl Reader<'_> {
    /// Reads a file and hands it over, or says why not.
    pub(super) fn read(&mut self, path: &Path, asked: Asked) {
        match self.fill(path, asked) {
            Ok(length) => {
                let provenance = Provenance::new(Origin::File { path: shown(path) });
                let bytes = &self.buffer[..length];
                self.visit.blob(BlobRef { bytes, provenance: &provenance, scope: &Scope::Whole });
                self.coverage.blobs += 1;
                self.coverage.bytes += length as u64;
            }
            Err((reason, detail)) => self.skip(path, reason, detail),
        }
        if self.buffer.len() > KEPT {
            self.buffer.truncate(KEPT);
            self.buffer.shrink_to_fit();
        }
    }

    /// Notes an entry that is not read.
    pub(super) fn skip(&mut self, path: &Path, reason: SkipReason, detail: String) {
        self.visit.skip(Skip { path: shown(path), reason, detail });
    }

    /// Hands on what was noted elsewhere.
    pub(super) fn note(&mut self, skip: Skip) {
        self.visit.skip(skip);
    }

    /// Reads the file to its end into the buffer and tells its length.
    fn fill(&mut self, path: &Path, asked: Asked) -> Result<usize, Refusal> {
        let mut file = open(path, asked).map_err(|cause| refused(&cause, asked))?;
        let meta = file.metadata().map_err(|cause| refused(&cause, asked))?;
        if !meta.is_file() {
            let reason = if asked == Asked::ByName { SkipReason::Unreadable } else { SkipReason::NotAFile };
            return Err((reason, kind_in_words(meta.file_type()).to_owned()));
        }
        let most = if asked == Asked::ByName { MAX_BLOB } else { self.max_file_size.min(MAX_BLOB) };
        if meta.len() > most {
            return Err(too_large(&format!("{} bytes", meta.len()), asked));
        }
        let told = usize::try_from(meta.len()).unwrap_or(usize::MAX);
        let length = self.read_to_end(&mut file, told, most, asked)?;
        if length < told && file.metadata().is_ok_and(|now| now.len() != meta.len()) {
            return Err((SkipReason::Changed, format!("it shrank from {told} to {length} bytes while it was read")));
        }
        Ok(length)
    }

    /// `told` is the length that the file system tells: what lies in `/proc` says 0 and need not end.
    fn read_to_end(&mut self, file: &mut File, told: usize, most: u64, asked: Asked) -> Result<usize, Refusal> {
        let most = usize::try_from(most).unwrap_or(usize::MAX - 1);
        self.make_room(told.saturating_add(1).max(FIRST));
        let mut length = 0;
        loop {
            let room = self.buffer.len().min(most.saturating_add(1));
            let got = match file.read(&mut self.buffer[length..room]) {
                Ok(0) => return Ok(length),
                Ok(got) => got,
                Err(cause) if cause.kind() == io::ErrorKind::Interrupted => continue,
                Err(cause) => return Err((SkipReason::Unreadable, in_words(&cause))),
            };
            length += got;
            if length > most {
                return Err(too_large(&format!("more than {most} bytes"), asked));
            }
            // a short read that ends where the file system says saves asking for the end: 0.3 us of 7
            if length == told && length < room {
                return Ok(length);
            }
            if length == self.buffer.len() {
                self.make_room(length.saturating_mul(2));
            }
        }
    }

    fn make_room(&mut self, bytes: usize) {
        if self.buffer.len() < bytes {
            self.buffer.resize(bytes, 0);
        }
    }
}

/// The path as the user would type it.
pub(super) fn shown(path: &Path) -> RepoPath {
    if cfg!(windows) {
        return RepoPath::from_path(path);
    }
    let bytes = path.as_os_str().as_encoded_bytes();
    RepoPath::new(bytes.strip_prefix(b"./").unwrap_or(bytes))
}

/// What kind of thing this is, if it is not a file.
pub(super) fn kind_in_words(kind: FileType) -> &'static str {
    #[cfg(unix)]
    {
        use std::os::unix::fs::FileTypeExt;
        for (is, words) in [
            (kind.is_fifo(), "a pipe"),
            (kind.is_socket(), "a socket"),
            (kind.is_char_device() || kind.is_block_device(), "a device"),
        ] {
            if is {
                return words;
            }
        }
    }
    if kind.is_dir() { "a directory" } else { "not a regular file" }
}

/// Opens without waiting for the other end of a pipe; a link that took the place of a file that was met is
/// not followed.
fn open(path: &Path, asked: Asked) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.read(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt;
        let links = if asked == Asked::Met { libc::O_NOFOLLOW } else { 0 };
        options.custom_flags(libc::O_NONBLOCK | links);
    }
    #[cfg(not(unix))]
    let _ = asked;
    options.open(path)
}

fn refused(cause: &io::Error, asked: Asked) -> Refusal {
    if asked == Asked::Met && cause.kind() == io::ErrorKind::NotFound {
        return (SkipReason::Changed, "it vanished before it could be read".to_owned());
    }
    #[cfg(unix)]
    if asked == Asked::Met && cause.raw_os_error() == Some(libc::ELOOP) {
        return (SkipReason::Changed, "a link took its place before it could be read".to_owned());
    }
    (SkipReason::Unreadable, in_words(cause))
}

fn too_large(size: &str, asked: Asked) -> Refusal {
    match asked {
        Asked::Met => (SkipReason::TooLarge, size.to_owned()),
        Asked::ByName => (SkipReason::Unreadable, format!("{size}, and at most {MAX_BLOB} can be read; divide it")),
    }
}

/// The workers of a scan.
pub(super) struct Pool<'a> {
    make: Workers<'a>,
    max_file_size: u64,
    idle: Mutex<Vec<Reader<'a>>>,
    stopped: AtomicBool,
}

impl<'a> Pool<'a> {
    pub(super) fn new(make: Workers<'a>, max_file_size: u64) -> Self {
        Self { make, max_file_size, idle: Mutex::default(), stopped: AtomicBool::new(false) }
    }

    /// A worker, made when it is first asked for and given back when the loan ends.
    pub(super) fn lend(&self) -> Loan<'_, 'a> {
        Loan { pool: self, reader: None }
    }

    /// Has the user asked to stop?
    pub(super) fn is_stopped(&self) -> bool {
        self.stopped.load(Ordering::Relaxed)
    }

    /// The workers, with what they counted.
    pub(super) fn readers(&mut self) -> impl Iterator<Item = &mut Reader<'a>> {
        self.idle.get_mut().unwrap_or_else(PoisonError::into_inner).iter_mut()
    }

    fn take(&self) -> Reader<'a> {
        let idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner).pop();
        idle.unwrap_or_else(|| Reader {
            visit: (self.make)(),
            buffer: Vec::new(),
            max_file_size: self.max_file_size,
            coverage: Coverage::default(),
            met: 0,
            met_paths: Vec::new(),
            met_numbers: Vec::new(),
        })
    }
}

/// A worker on loan to a thread.
pub(super) struct Loan<'p, 'w> {
    pool: &'p Pool<'w>,
    reader: Option<Reader<'w>>,
}

impl<'w> Loan<'_, 'w> {
    /// The worker; `None` once the user has asked to stop.
    pub(super) fn reader(&mut self) -> Option<&mut Reader<'w>> {
        let pool = self.pool;
        let reader = self.reader.get_or_insert_with(|| pool.take());
        if reader.visit.go_on() && !pool.is_stopped() {
            return Some(reader);
        }
        pool.stopped.store(true, Ordering::Relaxed);
        None
    }
}

impl Drop for Loan<'_, '_> {
    fn drop(&mut self) {
        if let Some(reader) = self.reader.take() {
            self.pool.idle.lock().unwrap_or_else(PoisonError::into_inner).push(reader);
        }
    }
}
