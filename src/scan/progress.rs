//! What a running scan tells, and how it is stopped.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering::Relaxed};

/// Counters that workers raise and a progress bar reads; and the wish to stop.
#[derive(Debug, Default)]
pub struct Progress {
    blobs: AtomicU64,
    bytes: AtomicU64,
    findings: AtomicU64,
    stopped: AtomicBool,
}

impl Progress {
    /// Blobs, bytes and findings so far.
    pub fn so_far(&self) -> (u64, u64, u64) {
        (self.blobs.load(Relaxed), self.bytes.load(Relaxed), self.findings.load(Relaxed))
    }

    /// One more blob of `bytes` with `findings`.
    pub fn add(&self, bytes: usize, findings: usize) {
        self.blobs.fetch_add(1, Relaxed);
        self.bytes.fetch_add(bytes as u64, Relaxed);
        if findings > 0 {
            self.findings.fetch_add(findings as u64, Relaxed);
        }
    }

    /// Asks the workers to finish the blob in hand and stop.
    pub fn stop(&self) {
        self.stopped.store(true, Relaxed);
    }

    /// Was it asked to stop?
    pub fn is_stopped(&self) -> bool {
        self.stopped.load(Relaxed)
    }
}
