//! Standard input, or anything else that can be read once.

use std::io::{self, ErrorKind, Read};
use std::sync::{Mutex, PoisonError};

use crate::model::{BlobRef, Coverage, Origin, Provenance, RepoPath, Scope, Skip};

use super::{MAX_BLOB, Source, SourceError, Visit, Workers, in_words};

/// One blob from a reader, at most [`MAX_BLOB`] bytes of it. A second visit finds the reader at its end.
#[derive(Debug)]
pub struct Stdin<R> {
    name: Option<RepoPath>,
    input: Mutex<R>,
    most: u64,
}

impl Stdin<io::Stdin> {
    /// The program's standard input. The name decides what kind of file it is taken for.
    pub fn new(name: Option<RepoPath>) -> Self {
        Self::from_reader(name, io::stdin())
    }
}

impl<R: Read + Send> Stdin<R> {
    /// Any other reader.
    pub fn from_reader(name: Option<RepoPath>, input: R) -> Self {
        Self { name, input: Mutex::new(input), most: MAX_BLOB }
    }

    /// Reads to the end, and no further than one byte past the limit. `None` if the user asked to stop.
    fn read(&self, visit: &dyn Visit) -> io::Result<Option<Vec<u8>>> {
        const STEP: u64 = 1 << 20;
        let mut input = self.input.lock().unwrap_or_else(PoisonError::into_inner);
        let mut bytes = Vec::new();
        while visit.go_on() {
            let left = (self.most + 1).saturating_sub(bytes.len() as u64);
            let read = input.by_ref().take(left.min(STEP)).read_to_end(&mut bytes);
            match read {
                Ok(0) => return Ok(Some(bytes)),
                Ok(_) => {}
                Err(cause) if cause.kind() == ErrorKind::Interrupted => {}
                Err(cause) => return Err(cause),
            }
        }
        Ok(None)
    }
}

impl<R: Read + Send> Source for Stdin<R> {
    fn visit(&self, _threads: usize, worker: Workers<'_>) -> Result<Coverage, SourceError> {
        let mut visit = worker();
        let mut coverage = Coverage::default();
        let provenance = Provenance::new(Origin::Stdin { name: self.name.clone() });
        let path = || provenance.first().path();
        match self.read(&*visit) {
            Ok(Some(bytes)) if bytes.len() as u64 > self.most => {
                let detail = format!("more than {} bytes, and no more can be read; divide it", self.most);
                visit.skip(Skip::unreadable(path(), &detail));
            }
            Ok(Some(bytes)) => {
                coverage.blobs = 1;
                coverage.bytes = bytes.len() as u64;
                visit.blob(BlobRef { bytes: &bytes, provenance: &provenance, scope: &Scope::Whole });
            }
            Ok(None) => coverage.interrupted = true,
            Err(cause) => visit.skip(Skip::unreadable(path(), &in_words(&cause))),
        }
        Ok(coverage)
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;

    #[derive(Clone, Default)]
    struct Kept(Arc<Mutex<Vec<String>>>);

    impl Visit for Kept {
        fn blob(&mut self, blob: BlobRef<'_>) {
            let path = blob.provenance.first().path();
            self.0.lock().unwrap().push(format!("{}: {} bytes", path.shown(), blob.bytes.len()));
        }
        fn skip(&mut self, skip: Skip) {
            self.0.lock().unwrap().push(format!("{}: {}", skip.path.shown(), skip.detail));
        }
        fn go_on(&self) -> bool {
            true
        }
    }

    struct Broken;

    impl Read for Broken {
        fn read(&mut self, _: &mut [u8]) -> io::Result<usize> {
            Err(io::Error::other("the other side hung up"))
        }
    }

    fn seen<R: Read + Send>(source: &Stdin<R>) -> (Vec<String>, Coverage) {
        let kept = Kept::default();
        let coverage = source.visit(1, &|| Box::new(kept.clone())).unwrap();
        let seen = kept.0.lock().unwrap().clone();
        (seen, coverage)
    }

    #[test]
    fn the_name_is_the_one_that_was_given() {
        for (name, shown) in [(Some("a/b.json"), "a/b.json"), (None, "<stdin>")] {
            let name = name.map(|name| RepoPath::new(name.as_bytes()));
            let (seen, coverage) = seen(&Stdin::from_reader(name, &b"12345"[..]));
            assert_eq!(seen, [format!("{shown}: 5 bytes")]);
            assert_eq!((coverage.blobs, coverage.bytes), (1, 5));
        }
    }

    #[test]
    fn what_is_empty_too_long_or_broken_is_never_silent() {
        let (empty, coverage) = seen(&Stdin::from_reader(None, io::empty()));
        assert_eq!((empty, coverage.blobs), (vec!["<stdin>: 0 bytes".to_owned()], 1));
        for (most, kept) in [(9, "more than 9 bytes"), (10, "10 bytes")] {
            let mut source = Stdin::from_reader(None, &b"0123456789"[..]);
            source.most = most;
            let (seen, _) = seen(&source);
            assert!(seen[0].contains(kept), "{most}: {seen:?}");
        }
        let (endless, _) = seen(&Stdin { name: None, input: Mutex::new(io::repeat(0)), most: 5 << 20 });
        assert!(endless[0].contains("divide it"), "{endless:?}");
        let (broken, coverage) = seen(&Stdin::from_reader(None, Broken));
        assert_eq!((broken, coverage.blobs), (vec!["<stdin>: the other side hung up".to_owned()], 0));
    }
}
