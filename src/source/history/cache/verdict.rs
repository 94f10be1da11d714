//! What blobs left, by number, told by all threads.

use std::sync::atomic::{AtomicU64, Ordering};

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::source::Left;

/// For each blob what it left, and its size. 0: it is not known, or it left something.
#[derive(Debug, Default)]
pub(in super::super) struct Verdicts(Vec<AtomicU64>);

/// A blob that need not be looked at again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in super::super) struct Quiet {
    /// In bytes.
    pub(in super::super) size: u64,
    pub(in super::super) is_binary: bool,
}

const IS_KNOWN: u64 = 1;
const IS_BINARY: u64 = 2;
const SIZE: u32 = 2;

impl Verdicts {
    /// Nothing is known of so many blobs.
    pub(in super::super) fn new(count: usize) -> Self {
        Self((0..count).map(|_| AtomicU64::new(0)).collect())
    }

    pub(in super::super) fn len(&self) -> usize {
        self.0.len()
    }

    /// Room for so many; of new ones nothing is known.
    pub(in super::super) fn grow(&mut self, count: usize) {
        self.0.resize_with(count.max(self.0.len()), || AtomicU64::new(0));
    }

    pub(in super::super) fn set(&self, at: usize, left: Left, size: usize) {
        let size = (size as u64) << SIZE;
        let verdict = match left {
            Left::Something => 0,
            Left::Nothing => size | IS_KNOWN,
            Left::Binary => size | IS_KNOWN | IS_BINARY,
        };
        self.0[at].store(verdict, Ordering::Relaxed);
    }

    pub(in super::super) fn forget(&self, at: usize) {
        self.0[at].store(0, Ordering::Relaxed);
    }

    pub(in super::super) fn get(&self, at: usize) -> Option<Quiet> {
        let verdict = self.0.get(at)?.load(Ordering::Relaxed);
        let quiet = Quiet { size: verdict >> SIZE, is_binary: verdict & IS_BINARY != 0 };
        (verdict & IS_KNOWN != 0).then_some(quiet)
    }

    /// Takes over what `other` knows of a blob.
    pub(in super::super) fn copy(&self, at: usize, other: &Self, theirs: usize) {
        if let Some(verdict) = other.0.get(theirs) {
            self.0[at].store(verdict.load(Ordering::Relaxed), Ordering::Relaxed);
        }
    }
}

impl Serialize for Verdicts {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.0.iter().map(|one| one.load(Ordering::Relaxed)))
    }
}

impl<'de> Deserialize<'de> for Verdicts {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Ok(Self(Vec::<u64>::deserialize(deserializer)?.into_iter().map(AtomicU64::new).collect()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_told_is_known_and_what_was_not_is_not() {
        let mut verdicts = Verdicts::new(3);
        verdicts.set(0, Left::Nothing, 0);
        verdicts.set(1, Left::Binary, u32::MAX as usize);
        verdicts.set(2, Left::Something, 7);
        verdicts.grow(4);
        assert_eq!(verdicts.get(0), Some(Quiet { size: 0, is_binary: false }));
        assert_eq!(verdicts.get(1), Some(Quiet { size: u64::from(u32::MAX), is_binary: true }));
        assert_eq!([2, 3, 4].map(|at| verdicts.get(at)), [None; 3]);
        verdicts.forget(0);
        assert_eq!(verdicts.get(0), None);
    }
}
