//! Searches bytes for values of which only digests are known.
//!
//! A sum that rolls over the bytes costs two multiplications a byte and length, and lets one place in 65,536
//! through to the digest. The record keeps only these sixteen bits of it: more of a sum would help whoever wants to
//! guess a value.

use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

/// A value that is searched for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Needle {
    /// Bytes of it.
    pub length: usize,
    /// The upper sixteen bits of its sum.
    pub mark: u16,
    /// HMAC-SHA-256 under the salt, cut to 16 bytes.
    pub digest: [u8; 16],
}

/// Several of them, ready to search for.
#[derive(Debug)]
pub struct Needles {
    salt: Vec<u8>,
    factor: u64,
    lengths: Vec<OfLength>,
}

/// All needles of one length.
#[derive(Debug)]
struct OfLength {
    length: usize,
    /// The weight of the byte that leaves.
    leaves: u64,
    /// A bit for each mark.
    marks: Vec<u64>,
    /// Mark, digest and number.
    all: Vec<(u16, [u8; 16], usize)>,
}

impl Needle {
    /// Of a value, which is forgotten.
    pub fn of(salt: &[u8], value: &[u8]) -> Self {
        let factor = factor(salt);
        let sum = value.iter().fold(0_u64, |sum, &byte| push(sum, factor, byte));
        Self { length: value.len(), mark: mark(sum), digest: digest(salt, value) }
    }
}

impl Needles {
    /// Empty needles are in everything, and left out.
    pub fn new(salt: &[u8], needles: &[Needle]) -> Self {
        let factor = factor(salt);
        let mut lengths: Vec<OfLength> = Vec::new();
        for (number, needle) in needles.iter().enumerate().filter(|(_, needle)| needle.length > 0) {
            let at = lengths.iter().position(|one| one.length == needle.length).unwrap_or_else(|| {
                lengths.push(OfLength::new(needle.length, factor));
                lengths.len() - 1
            });
            lengths[at].marks[usize::from(needle.mark) / 64] |= 1 << (needle.mark % 64);
            lengths[at].all.push((needle.mark, needle.digest, number));
        }
        Self { salt: salt.to_owned(), factor, lengths }
    }

    /// Numbers of those that stand in the bytes, sorted, each once.
    pub fn within(&self, bytes: &[u8]) -> Vec<usize> {
        let mut found: Vec<usize> = self.lengths.iter().flat_map(|one| self.of_length(one, bytes)).collect();
        found.sort_unstable();
        found.dedup();
        found
    }

    fn of_length(&self, wanted: &OfLength, bytes: &[u8]) -> Vec<usize> {
        let mut found = Vec::new();
        if bytes.len() < wanted.length {
            return found;
        }
        let (first, rest) = bytes.split_at(wanted.length);
        let mut sum = first.iter().fold(0_u64, |sum, &byte| push(sum, self.factor, byte));
        self.look(wanted, sum, first, &mut found);
        for (at, &comes) in rest.iter().enumerate() {
            let goes = u64::from(bytes[at]) + 1;
            sum = push(sum.wrapping_sub(goes.wrapping_mul(wanted.leaves)), self.factor, comes);
            let mark = mark(sum);
            if wanted.marks[usize::from(mark) / 64] & 1 << (mark % 64) != 0 {
                self.look(wanted, sum, &bytes[at + 1..=at + wanted.length], &mut found);
            }
        }
        found
    }

    fn look(&self, wanted: &OfLength, sum: u64, window: &[u8], found: &mut Vec<usize>) {
        let mark = mark(sum);
        if !wanted.all.iter().any(|(own, _, _)| *own == mark) {
            return;
        }
        let digest = digest(&self.salt, window);
        found.extend(wanted.all.iter().filter(|(_, own, _)| *own == digest).map(|(_, _, number)| *number));
    }
}

impl OfLength {
    fn new(length: usize, factor: u64) -> Self {
        let leaves = (1..length).fold(1_u64, |power, _| power.wrapping_mul(factor));
        Self { length, leaves, marks: vec![0; 1024], all: Vec::new() }
    }
}

/// Zero bytes count too, so that a longer run of them has another sum.
fn push(sum: u64, factor: u64, byte: u8) -> u64 {
    sum.wrapping_mul(factor).wrapping_add(u64::from(byte) + 1)
}

/// The upper bits: the lower ones depend on the lower ones of the bytes alone.
fn mark(sum: u64) -> u16 {
    (sum >> 48) as u16
}

/// Odd, and as large as the salt makes it.
fn factor(salt: &[u8]) -> u64 {
    let digest = digest(salt, b"keyless/purge/factor");
    u64::from_le_bytes(digest[..8].try_into().expect("sixteen bytes have eight")) | 1
}

fn digest(salt: &[u8], value: &[u8]) -> [u8; 16] {
    let mut mac = Hmac::<Sha256>::new_from_slice(salt).expect("HMAC takes keys of any length");
    mac.update(value);
    let full = mac.finalize().into_bytes();
    full[..16].try_into().expect("SHA-256 has 32 bytes")
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const SALT: &[u8] = b"a salt of the test";

    #[test]
    fn values_are_found_at_both_ends_and_in_the_middle_and_nothing_else_is() {
        let values: [&[u8]; 4] = [b"first-value", b"second-value!", b"third", b"\0\0\0\0\0\0"];
        let needles: Vec<Needle> = values.iter().map(|value| Needle::of(SALT, value)).collect();
        let needles = Needles::new(SALT, &needles);
        for (text, expected) in [
            (&b"first-value"[..], vec![0]),
            (b"xxfirst-valuexxthird", vec![0, 2]),
            (b"second-value!first-value", vec![0, 1]),
            (b"first-valuX thirt", vec![]),
            (b"", vec![]),
            (b"\0\0\0\0\0", vec![]),
            (b"a\0\0\0\0\0\0", vec![3]),
        ] {
            assert_eq!(needles.within(text), expected, "{text:?}");
        }
    }

    proptest! {
        #[test]
        fn it_finds_what_a_plain_search_finds(
            text in proptest::collection::vec(0_u8..4, 0..200), values in proptest::collection::vec(proptest::collection::vec(0_u8..4, 1..6), 1..5)
        ) {
            let needles: Vec<Needle> = values.iter().map(|value| Needle::of(SALT, value)).collect();
            let expected: Vec<usize> = (0..values.len())
                .filter(|&at| text.windows(values[at].len()).any(|window| window == values[at]))
                .collect();
            prop_assert_eq!(Needles::new(SALT, &needles).within(&text), expected);
        }
    }
}
