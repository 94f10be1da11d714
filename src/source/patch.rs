//! Patches: the new side of unified diffs, with its real paths and lines.
//!
//! Each file of a patch becomes one blob: its hunks at their lines, blank lines between them. Only added
//! lines count. What is not part of a diff (a mail, a commit's message) is read as text of its own. A patch
//! that breaks off is a failure; git's own directions of prefixes and quoting are understood.

mod parse;

use std::io::{self, Read};
use std::sync::{Mutex, PoisonError};

use crate::model::{BlobRef, Coverage, Origin, Provenance, RepoPath, Scope, Skip, SkipReason};

use super::{MAX_BLOB, Source, SourceError, Workers, in_words};
use parse::Parsed;

/// A patch from a reader. A second visit finds the reader at its end.
#[derive(Debug)]
pub struct Patch<R> {
    name: RepoPath,
    input: Mutex<R>,
}

impl<R: Read + Send> Patch<R> {
    /// A patch, and what it is called where it cannot be read.
    pub fn from_reader(name: RepoPath, input: R) -> Self {
        Self { name, input: Mutex::new(input) }
    }

    fn read(&self) -> io::Result<Vec<u8>> {
        let mut bytes = Vec::new();
        let mut input = self.input.lock().unwrap_or_else(PoisonError::into_inner);
        input.by_ref().take(MAX_BLOB).read_to_end(&mut bytes)?;
        Ok(bytes)
    }
}

/// A patch with the colours of a terminal is one without them, unless that makes no sense of it either.
fn understood(bytes: &[u8]) -> Parsed {
    let as_it_is = parse::parse(bytes);
    if memchr::memmem::find(bytes, b"\x1b[").is_none() {
        return as_it_is;
    }
    let plain = parse::parse(&parse::without_colours(bytes));
    // Text may hold colours of its own, so what is better understood counts.
    let doubt = |parsed: &Parsed| (parsed.broken.len(), memchr::memchr_iter(b'\n', &parsed.text).count());
    if doubt(&plain) < doubt(&as_it_is) { plain } else { as_it_is }
}

impl<R: Read + Send> Source for Patch<R> {
    fn visit(&self, _threads: usize, worker: Workers<'_>) -> Result<Coverage, SourceError> {
        let mut visit = worker();
        let mut coverage = Coverage::default();
        let bytes = match self.read() {
            Ok(bytes) => bytes,
            Err(cause) => {
                visit.skip(Skip::unreadable(self.name.clone(), &in_words(&cause)));
                return Ok(coverage);
            }
        };
        let Parsed { files, text, broken, binary } = understood(&bytes);
        for (line, what) in broken {
            let detail = format!("line {line}: {what}");
            visit.skip(Skip { path: self.name.clone(), reason: SkipReason::Damaged, detail });
        }
        for path in binary {
            visit.skip(Skip::policy(RepoPath::new(path), SkipReason::Binary, ""));
        }
        if files.is_empty() && !text.trim_ascii().is_empty() && !bytes.starts_with(b"From ") {
            visit.skip(Skip::unreadable(self.name.clone(), &"there is no unified diff in it"));
        }
        let blobs = files.into_iter().map(|file| (file.path, file.bytes, Scope::Bytes(file.added)));
        let text = (!text.trim_ascii().is_empty()).then(|| (b"<message>".to_vec(), text, Scope::Whole));
        for (path, bytes, scope) in blobs.chain(text) {
            if !visit.go_on() {
                coverage.interrupted = true;
                break;
            }
            let provenance = Provenance::new(Origin::Patch { path: RepoPath::new(path) });
            coverage.blobs += 1;
            coverage.bytes += bytes.len() as u64;
            visit.blob(BlobRef { bytes: &bytes, provenance: &provenance, scope: &scope });
        }
        Ok(coverage)
    }
}
