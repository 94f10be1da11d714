//! Hash tables by object id.
//!
//! An id is a hash already: its first eight bytes, mixed with a number of this process, are as good as any
//! other hash and cost a twentieth of the standard one. A walk asks forty million times.

use std::collections::hash_map::RandomState;
use std::collections::{HashMap, HashSet};
use std::hash::{BuildHasher, Hasher};
use std::sync::OnceLock;

use super::object::Id;

pub(in crate::source) type IdMap<V> = HashMap<Id, V, State>;
pub(in crate::source) type IdSet = HashSet<Id, State>;

/// Makes the hashers of a table.
#[derive(Clone, Copy, Debug, Default)]
pub(in crate::source) struct State;

/// Takes one number, the beginning of an id.
#[derive(Debug)]
pub(in crate::source) struct Mixer(u64);

impl BuildHasher for State {
    type Hasher = Mixer;

    fn build_hasher(&self) -> Mixer {
        // Whoever makes ids that begin alike must not know where they go.
        static SEED: OnceLock<u64> = OnceLock::new();
        Mixer(*SEED.get_or_init(|| RandomState::new().hash_one(0)))
    }
}

impl Hasher for Mixer {
    fn write(&mut self, bytes: &[u8]) {
        let (words, rest) = bytes.as_chunks();
        words.iter().for_each(|&word| self.write_u64(u64::from_le_bytes(word)));
        for &byte in rest {
            self.write_u64(u64::from(byte));
        }
    }

    fn write_u64(&mut self, value: u64) {
        let product = u128::from(self.0 ^ value) * 0x9E37_79B9_7F4A_7C15;
        self.0 = (product >> 64) as u64 ^ product as u64;
    }

    fn write_usize(&mut self, value: usize) {
        self.write_u64(value as u64);
    }

    fn finish(&self) -> u64 {
        self.0
    }
}
