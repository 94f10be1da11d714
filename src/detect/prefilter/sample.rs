//! What a choice of windows costs, counted over a sample of text; for the build script.
//!
//! A bit for each position and class of bytes, so that a choice is judged by a few
//! operations on words: 100,000 choices over 16,000 positions.

use super::place::{BUCKETS, Bucket, Cost, WINDOW, nibbles};

/// Counts over a sample of text.
pub struct Sample {
    /// For each byte of a window, low and high, and each nibble: which positions have it, a bit for each.
    having: [[[Vec<u64>; 16]; 2]; WINDOW],
    /// The same for the nibbles of each bucket together.
    classes: Vec<[[Vec<u64>; 2]; WINDOW]>,
    buckets: [Bucket; BUCKETS],
    /// How many buckets let each position pass.
    passing: Vec<u8>,
    /// Positions that none does.
    none: Vec<u64>,
    /// How often four folded bytes stand in it, and each byte.
    fours: std::collections::HashMap<[u8; WINDOW], u32>,
    ones: [u32; 256],
}

impl Sample {
    /// Every position of the text counts; a few thousand are enough.
    pub fn new(text: &[u8]) -> Self {
        let windows: Vec<&[u8]> = text.windows(WINDOW).collect();
        let words = windows.len().div_ceil(64);
        let empty = || vec![0; words];
        let mut having: [[[Vec<u64>; 16]; 2]; WINDOW] =
            std::array::from_fn(|_| std::array::from_fn(|_| std::array::from_fn(|_| empty())));
        let mut fours = std::collections::HashMap::new();
        let mut none = empty();
        for (at, window) in windows.iter().enumerate() {
            for (k, byte) in window.iter().enumerate() {
                having[k][0][usize::from(byte & 15)][at / 64] |= 1 << (at % 64);
                having[k][1][usize::from(byte >> 4)][at / 64] |= 1 << (at % 64);
            }
            none[at / 64] |= 1 << (at % 64);
            *fours.entry(std::array::from_fn(|k| window[k] | 0x20)).or_default() += 1;
        }
        let mut ones = [1; 256];
        text.iter().for_each(|&byte| ones[usize::from(byte | 0x20)] += 1);
        let class = || std::array::from_fn(|_| std::array::from_fn(|_| empty()));
        Self {
            having,
            classes: (0..BUCKETS).map(|_| class()).collect(),
            buckets: [Bucket::default(); BUCKETS],
            passing: vec![0; words * 64],
            none,
            fours,
            ones,
        }
    }

    /// Which positions a bucket lets pass, worked out from what the one of this number is now.
    fn passing(&self, number: usize, bucket: &Bucket) -> Vec<u64> {
        let mut out = vec![u64::MAX; self.none.len()];
        for k in 0..WINDOW {
            let (old, new) = (&self.buckets[number], bucket);
            for (half, had, has) in [(0, old.low[k], new.low[k]), (1, old.high[k], new.high[k])] {
                if has == u16::MAX {
                    continue;
                }
                let mut more = nibbles(has & !had).map(|nibble| &self.having[k][half][nibble]);
                let class = &self.classes[number][k][half];
                let (a, b) = (more.next().unwrap_or(class), more.next().unwrap_or(class));
                keep_any(&mut out, class, a, b);
            }
        }
        out
    }

    fn fill_classes(&mut self, number: usize, bucket: &Bucket) {
        for k in 0..WINDOW {
            for (half, set) in [(0, bucket.low[k]), (1, bucket.high[k])] {
                let class = &mut self.classes[number][k][half];
                class.fill(0);
                for nibble in nibbles(set) {
                    class.iter_mut().zip(&self.having[k][half][nibble]).for_each(|(class, one)| *class |= one);
                }
            }
        }
        self.buckets[number] = *bucket;
    }

    /// Adds to, or takes from, the positions that pass.
    fn count(&mut self, positions: &[u64], more: bool) {
        for (word, &bits) in positions.iter().enumerate() {
            let mut rest = bits;
            while rest != 0 {
                let bit = rest.trailing_zeros() as usize;
                rest &= rest - 1;
                let passing = &mut self.passing[word * 64 + bit];
                *passing = if more { *passing + 1 } else { *passing - 1 };
                let is_none = u64::from(*passing == 0) << bit;
                self.none[word] = self.none[word] & !(1 << bit) | is_none;
            }
        }
    }

    /// The share of positions that pass.
    pub fn share(&self) -> f64 {
        let none: u32 = self.none.iter().map(|word| word.count_ones()).sum();
        1.0 - f64::from(none) / self.passing.len() as f64
    }
}

// A build script is compiled without optimisation, where each step of an iterator is a call: with loops over
// slices it takes 8 s of CPU, with iterators it took 20.

/// Keeps the bits that one of the three has. All are of the same length.
fn keep_any(out: &mut [u64], a: &[u64], b: &[u64], c: &[u64]) {
    let mut at = 0;
    while at < out.len() {
        out[at] &= a[at] | b[at] | c[at];
        at += 1;
    }
}

/// How many bits both have.
fn count_both(a: &[u64], b: &[u64]) -> u32 {
    let (mut at, mut count) = (0, 0);
    while at < a.len() {
        count += (a[at] & b[at]).count_ones();
        at += 1;
    }
    count
}

impl Cost for Sample {
    fn of(&mut self, number: usize, bucket: &Bucket) -> f64 {
        let passing = self.passing(number, bucket);
        f64::from(count_both(&passing, &self.none))
    }

    fn meeting(&self, window: &[u8]) -> f64 {
        let four = window.first_chunk::<WINDOW>().map(|four| four.map(|byte| byte | 0x20));
        let met = four.and_then(|four| self.fours.get(&four)).map_or(0.0, |&count| f64::from(count));
        // What the sample does not hold is still more or less likely.
        let total = self.passing.len() as f64;
        let share = |&byte: &u8| f64::from(self.ones[usize::from(byte | 0x20)]) / total;
        met + total * window.iter().map(share).product::<f64>()
    }

    fn set(&mut self, number: usize, bucket: &Bucket) {
        let before = self.passing(number, &self.buckets[number].clone());
        self.count(&before, false);
        self.fill_classes(number, bucket);
        let after = self.passing(number, bucket);
        self.count(&after, true);
    }
}
