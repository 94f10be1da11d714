//! Workers that leave word of what each blob left.

use std::sync::atomic::{AtomicBool, Ordering};

use crate::model::{BlobRef, Origin, Skip};
use crate::source::git::Id;
use crate::source::{Before, Left, Marks, Visit};

use super::super::blobs::Blobs;
use super::Verdicts;

/// Notes that something could not be read: of a walk that missed something nothing is remembered.
pub(in super::super) struct Watcher<'a, 'w> {
    pub(in super::super) inner: Box<dyn Visit + Send + 'w>,
    pub(in super::super) failed: &'a AtomicBool,
}

impl Visit for Watcher<'_, '_> {
    fn blob(&mut self, blob: BlobRef<'_>) {
        self.inner.blob(blob);
    }

    fn version(&mut self, blob: BlobRef<'_>, before: Option<Before<'_>>, marks: &mut Marks) {
        self.inner.version(blob, before, marks);
    }

    fn left(&self) -> Left {
        self.inner.left()
    }

    fn skip(&mut self, skip: Skip) {
        if skip.is_failure() {
            self.failed.store(true, Ordering::Relaxed);
        }
        self.inner.skip(skip);
    }

    fn go_on(&self) -> bool {
        let goes_on = self.inner.go_on();
        if !goes_on {
            self.failed.store(true, Ordering::Relaxed);
        }
        goes_on
    }
}

/// Notes what each blob left. Of one that cannot be read nothing is known, so it is tried again next time.
pub(in super::super) struct Recorder<'a, 'w> {
    pub(in super::super) inner: Box<dyn Visit + Send + 'w>,
    pub(in super::super) blobs: &'a Blobs,
    pub(in super::super) verdicts: &'a Verdicts,
}

impl Recorder<'_, '_> {
    fn find(&self, blob: &BlobRef<'_>) -> Option<(usize, usize)> {
        let (Origin::Commit { blob: id, .. } | Origin::Object { blob: id, .. }) = blob.provenance.first() else {
            return None;
        };
        let at = self.blobs.find(Id::from_hex(id.as_bytes())?)?;
        Some((at, blob.bytes.len()))
    }

    fn note(&self, found: Option<(usize, usize)>) {
        if let Some((at, size)) = found {
            self.verdicts.set(at, self.inner.left(), size);
        }
    }
}

impl Visit for Recorder<'_, '_> {
    fn blob(&mut self, blob: BlobRef<'_>) {
        let found = self.find(&blob);
        self.inner.blob(blob);
        self.note(found);
    }

    fn version(&mut self, blob: BlobRef<'_>, before: Option<Before<'_>>, marks: &mut Marks) {
        let found = self.find(&blob);
        self.inner.version(blob, before, marks);
        self.note(found);
    }

    fn left(&self) -> Left {
        self.inner.left()
    }

    fn skip(&mut self, skip: Skip) {
        self.inner.skip(skip);
    }

    fn go_on(&self) -> bool {
        self.inner.go_on()
    }
}
