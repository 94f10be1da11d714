//! What was found out of late about values: versions of one file hold the same ones.
//!
//! A value with what its verdict depends on is known by 64 bits of its hash, which begins with a secret of the process:
//! that two have the same bits is not to be expected in any scan, and nobody can look for two. No value is kept.

use std::collections::hash_map::RandomState;
use std::hash::{BuildHasher as _, Hash};

use crate::check::Checked;
use crate::check::class::Class;

/// Verdicts of shared tests that look at nothing but the value, its name and its neighbours.
#[derive(Debug, Default)]
pub(in crate::detect) struct Remembered {
    classes: Table<Class>,
    checked: Table<(&'static str, Checked)>,
}

impl Remembered {
    /// What class a value is of; `about` is all that it depends on.
    pub(in crate::detect) fn class(&mut self, about: impl Hash, find_out: impl FnOnce() -> Class) -> Class {
        *self.classes.get(about, find_out)
    }

    /// What a check says; `about` is all that it depends on, the check itself included.
    pub(in crate::detect) fn checked(
        &mut self,
        about: impl Hash,
        find_out: impl FnOnce() -> (&'static str, Checked),
    ) -> (&'static str, Checked) {
        self.checked.get(about, find_out).clone()
    }
}

/// One slot for each value of some bits of the hash; the latest remains.
#[derive(Debug)]
struct Table<T> {
    slots: Vec<Option<(u64, T)>>,
    hashes: RandomState,
}

impl<T> Default for Table<T> {
    fn default() -> Self {
        Self { slots: Vec::new(), hashes: RandomState::new() }
    }
}

impl<T> Table<T> {
    /// Made when the first is asked for: most scans of few files ask for little.
    const SLOTS: usize = 1 << 11;

    fn get(&mut self, about: impl Hash, find_out: impl FnOnce() -> T) -> &T {
        if self.slots.is_empty() {
            self.slots.resize_with(Self::SLOTS, || None);
        }
        let hash = self.hashes.hash_one(about);
        let slot = &mut self.slots[hash as usize % Self::SLOTS];
        if slot.as_ref().is_none_or(|known| known.0 != hash) {
            *slot = Some((hash, find_out()));
        }
        &slot.as_ref().expect("it was filled").1
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_remembered_is_what_was_found_out() {
        let mut table = Table::default();
        let mut asked = 0;
        for round in 0..2 {
            // More values than there are slots, one of them again and again.
            for number in 0..3 * Table::<usize>::SLOTS {
                for value in [number, 7] {
                    let known = *table.get(("about", value), || {
                        asked += 1;
                        value * 2
                    });
                    assert_eq!(known, value * 2, "round {round}");
                }
            }
        }
        assert!(asked < 10 * Table::<usize>::SLOTS, "the one that comes again is remembered: {asked}");
    }
}
