//! Blobs of a store for the workers of a scan.

use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};

use crate::model::{BlobRef, Coverage, Provenance, RepoPath, Scope, Skip, SkipReason};
use crate::source::{Before, Marks, Visit, Workers};

use super::oid::Oid;
use super::{Defect, Fault, Follow, Kind, Object, Packs};

/// Which blobs are looked at, and what is told of each.
pub struct Wanted<'a> {
    /// Is it to be looked at? Asked several times.
    pub is_wanted: &'a (dyn Fn(u32) -> bool + Sync),
    /// Where it was met. Asked once for each that is wanted.
    pub provenance: &'a (dyn Fn(u32) -> Provenance + Sync),
    /// Larger ones are passed over.
    pub max_size: u64,
    /// Takes the numbers of what cannot be read, for another reader to try; `None`: they are skips.
    pub unread: Option<&'a Mutex<Vec<u32>>>,
}

impl Packs {
    /// Hands blobs to the workers of a scan, in the order that is cheapest. What cannot be read is a skip.
    pub fn visit(&self, wanted: &Wanted<'_>, threads: usize, worker: Workers<'_>) -> Coverage {
        let told = Told((0..self.count().div_ceil(64)).map(|_| AtomicU64::new(0)).collect());
        let stopped = AtomicBool::new(false);
        let make = || Reader {
            packs: self,
            wanted,
            told: &told,
            stopped: &stopped,
            visit: worker(),
            covered: Coverage::default(),
        };
        let mut readers = self.sweep(Kind::Blob, threads, wanted.is_wanted, make);
        let mut coverage = Coverage::default();
        if !stopped.load(Ordering::Relaxed)
            && let Some(reader) = readers.first_mut()
        {
            reader.rest();
        }
        for reader in &mut readers {
            coverage.merge(std::mem::take(&mut reader.covered));
        }
        coverage.interrupted = stopped.into_inner();
        coverage
    }
}

/// Objects that were handed over, or of which was told why not.
struct Told(Vec<AtomicU64>);

impl Told {
    /// True if it was not set before.
    fn set(&self, number: u32) -> bool {
        let bit = 1 << (number % 64);
        self.0[number as usize / 64].fetch_or(bit, Ordering::Relaxed) & bit == 0
    }
}

struct Reader<'a, 'w> {
    packs: &'a Packs,
    wanted: &'a Wanted<'a>,
    told: &'a Told,
    stopped: &'a AtomicBool,
    visit: Box<dyn Visit + Send + 'w>,
    covered: Coverage,
}

impl Follow for Reader<'_, '_> {
    type Kept = Marks;

    fn object(&mut self, object: Object<'_, Marks>, marks: &mut Marks) {
        marks.forget();
        let Some(number) = object.number.filter(|&number| self.told.set(number)) else { return };
        let provenance = (self.wanted.provenance)(number);
        let size = object.bytes.len() as u64;
        if size > self.wanted.max_size {
            let path = provenance.first().path();
            return self.visit.skip(Skip::policy(path, SkipReason::TooLarge, format!("{size} bytes")));
        }
        let blob = BlobRef { bytes: object.bytes, provenance: &provenance, scope: &Scope::Whole };
        let before = object.base.filter(|base| base.kept.are_known);
        self.visit.version(blob, before.map(|base| Before { marks: base.kept, ops: base.ops }), marks);
        self.covered.blobs += 1;
        self.covered.bytes += size;
    }

    fn fault(&mut self, fault: Fault) {
        let number = fault.oid.and_then(|oid| self.packs.find(oid.as_bytes()));
        if let Some(number) = number.filter(|&number| self.told.set(number)) {
            if self.leaves(number) {
                return;
            }
            let path = (self.wanted.provenance)(number).first().path();
            self.visit.skip(skip(path, &fault));
        }
    }

    fn go_on(&self) -> bool {
        let goes_on = self.visit.go_on();
        if !goes_on {
            self.stopped.store(true, Ordering::Relaxed);
        }
        goes_on
    }
}

impl Reader<'_, '_> {
    /// Leaves what cannot be read to somebody else, if there is one.
    fn leaves(&self, number: u32) -> bool {
        let Some(unread) = self.wanted.unread else { return false };
        unread.lock().unwrap_or_else(PoisonError::into_inner).push(number);
        true
    }

    /// What is wanted and did not come: lost when the store was opened, or no blob.
    fn rest(&mut self) {
        let faults: HashMap<Oid, &Fault> =
            self.packs.faults().iter().filter_map(|fault| Some((fault.oid?, fault))).collect();
        for number in (0..self.packs.count()).filter(|&number| (self.wanted.is_wanted)(number)) {
            if !self.told.set(number) || self.leaves(number) {
                continue;
            }
            let path = (self.wanted.provenance)(number).first().path();
            let oid = self.packs.oid(number);
            self.visit.skip(match faults.get(&oid) {
                Some(fault) => skip(path, fault),
                None => Skip { path, reason: SkipReason::Damaged, detail: format!("object {oid}: it is no blob") },
            });
        }
    }
}

/// An object that was not read, under the name that it was wanted for.
pub fn skip(path: RepoPath, fault: &Fault) -> Skip {
    let reason = match fault.defect {
        Defect::TooLarge(_) => SkipReason::TooLarge,
        Defect::Unreadable(_) | Defect::NoMemory(_) | Defect::BaseMissing(_) => SkipReason::Unreadable,
        _ => SkipReason::Damaged,
    };
    Skip { path, reason, detail: fault.to_string() }
}
