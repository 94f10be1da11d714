//! Reads blobs and hands them over, on several threads, each with a handle of its own.

use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};

use super::{Id, Objects, ReadError, Repo};
use crate::model::{BlobRef, Coverage, Gap, Provenance, RepoPath, Scope, Skip, SkipReason};
use crate::source::{SourceError, Visit, Workers};

/// A blob to read, and what it is.
#[derive(Clone, Debug)]
pub(in crate::source) struct Wanted {
    pub(in crate::source) id: Id,
    pub(in crate::source) provenance: Provenance,
    pub(in crate::source) scope: Scope,
}

/// Below this a thread costs more than it saves.
const BLOBS_A_THREAD: usize = 32;
/// Blobs that a thread takes at once: neighbours share deltas.
const STEP: usize = 64;

/// Reads `count` blobs; the order is the caller's.
///
/// # Errors
/// If the object database cannot be opened.
pub(in crate::source) fn sweep(
    repo: &Repo,
    count: usize,
    wanted: &(dyn Fn(usize) -> Wanted + Sync),
    max_size: u64,
    threads: usize,
    worker: Workers<'_>,
) -> Result<Coverage, SourceError> {
    let next = AtomicUsize::new(0);
    let stopped = AtomicBool::new(false);
    let left_away = AtomicU64::new(0);
    let covered = Mutex::new(Coverage::default());
    let work = || -> Result<(), SourceError> {
        let objects = repo.open_objects()?;
        let mut reader =
            Reader { objects: &objects, visit: worker(), max_size, coverage: Coverage::default(), left_away: 0 };
        let step = STEP.min(count.div_ceil(threads.max(1))).max(1);
        loop {
            let from = next.fetch_add(step, Ordering::Relaxed);
            if from >= count {
                break;
            }
            for at in from..(from + step).min(count) {
                if !reader.visit.go_on() {
                    stopped.store(true, Ordering::Relaxed);
                }
                if stopped.load(Ordering::Relaxed) {
                    break;
                }
                reader.read(&wanted(at));
            }
        }
        covered.lock().unwrap_or_else(PoisonError::into_inner).merge(reader.coverage);
        left_away.fetch_add(reader.left_away, Ordering::Relaxed);
        Ok(())
    };
    match threads.min(count.div_ceil(BLOBS_A_THREAD)) {
        0 | 1 => work()?,
        threads => std::thread::scope(|scope| {
            let all: Vec<_> = (0..threads).map(|_| scope.spawn(work)).collect();
            all.into_iter().try_for_each(|one| one.join().expect("a worker does not panic"))
        })?,
    }
    let mut coverage = covered.into_inner().unwrap_or_else(PoisonError::into_inner);
    coverage.interrupted = stopped.into_inner();
    coverage.gaps.extend(partial(left_away.into_inner()));
    Ok(coverage)
}

struct Reader<'a, 'w> {
    objects: &'a Objects,
    visit: Box<dyn Visit + Send + 'w>,
    max_size: u64,
    coverage: Coverage,
    /// Blobs that a partial clone left at the other side.
    left_away: u64,
}

impl Reader<'_, '_> {
    fn read(&mut self, wanted: &Wanted) {
        let path = || wanted.provenance.first().path();
        match self.objects.read_blob(wanted.id, self.max_size) {
            Ok(bytes) => {
                self.visit.blob(BlobRef { bytes: &bytes, provenance: &wanted.provenance, scope: &wanted.scope });
                self.coverage.blobs += 1;
                self.coverage.bytes += bytes.len() as u64;
            }
            Err(ReadError::Missing) if self.objects.format.partial => self.left_away += 1,
            Err(ReadError::TooLarge(size)) => {
                self.visit.skip(Skip::policy(path(), SkipReason::TooLarge, format!("{size} bytes")));
            }
            Err(error) => self.visit.skip(unreadable(path(), wanted.id, &error)),
        }
    }
}

/// What a partial clone does not have.
pub(in crate::source) fn partial(objects: u64) -> Option<Gap> {
    let are = if objects == 1 { "object is" } else { "objects are" };
    (objects > 0).then(|| Gap {
        what: "partial-clone".to_owned(),
        detail: format!("{objects} {are} not in this clone and were not read: git fetch --refetch --no-filter"),
    })
}

/// An object that could not be read, under the name that it was wanted for.
pub(in crate::source) fn unreadable(path: RepoPath, id: Id, error: &ReadError) -> Skip {
    let reason = match error {
        ReadError::Missing | ReadError::TooLarge(_) => SkipReason::Unreadable,
        ReadError::Damaged(_) => SkipReason::Damaged,
    };
    Skip { path, reason, detail: error.told(id) }
}
