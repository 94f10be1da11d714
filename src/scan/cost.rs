//! What rules cost on real input: a scan that measures instead of reporting.

use std::sync::Mutex;

use crate::detect::{Buffers, Costs, Detector};
use crate::document::{Document, Opened};
use crate::model::{BlobRef, Skip, Stats};
use crate::rule::RuleSet;
use crate::source::{Source, SourceError, Visit};

use super::{Progress, ScanPlan};

/// What a scan of everything costs, rule by rule, and how many blobs and bytes there were. One thread: times are its own.
///
/// # Errors
/// Only what makes the source unreadable.
pub fn costs(
    plan: &ScanPlan,
    source: &dyn Source,
    rules: &RuleSet,
    progress: &Progress,
) -> Result<(Costs, u64, u64), SourceError> {
    let detector = Detector::new(rules, plan.detect.clone());
    let home = Mutex::new(Costs::default());
    let worker = || {
        let buffers = Buffers::measuring();
        Box::new(Meter { detector: &detector, progress, buffers, home: &home }) as Box<dyn Visit + Send + '_>
    };
    let coverage = source.visit(1, &worker)?;
    let costs = home.into_inner().unwrap_or_else(std::sync::PoisonError::into_inner);
    Ok((costs, coverage.blobs, coverage.bytes))
}

/// A worker that keeps costs only.
struct Meter<'a, 'r> {
    detector: &'a Detector<'r>,
    progress: &'a Progress,
    buffers: Buffers,
    home: &'a Mutex<Costs>,
}

impl Drop for Meter<'_, '_> {
    fn drop(&mut self) {
        if let Some(costs) = self.buffers.costs.take() {
            self.home.lock().unwrap_or_else(std::sync::PoisonError::into_inner).merge(&costs);
        }
    }
}

impl Visit for Meter<'_, '_> {
    fn blob(&mut self, blob: BlobRef<'_>) {
        let path = blob.provenance.first().path();
        if let Opened::Text(mut doc) = Document::open(blob.bytes, &path) {
            self.detector.detect(&mut doc, &path, &mut self.buffers, &mut Stats::default());
        }
        self.progress.add(blob.bytes.len(), 0);
    }

    fn skip(&mut self, _: Skip) {}

    fn go_on(&self) -> bool {
        !self.progress.is_stopped()
    }
}
