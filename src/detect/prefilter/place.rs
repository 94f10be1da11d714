//! Which four bytes each literal lends to the filter, and to which bucket.
//!
//! A bucket is classes of bytes, one for each byte of a window; a position passes if
//! some bucket lets it. Windows and buckets are chosen together, each literal where
//! fewest further positions pass: chosen one after the other twice as many did. The
//! build script counts over a sample of text; at run time, for users' own rules, the
//! share of each byte has to do. The same input gives the same choice.

use std::ops::RangeInclusive;

/// Bytes of a window.
pub const WINDOW: usize = 4;
/// Groups of eight buckets, one bit each of a byte. With one group a fifth of all positions pass, with
/// two a tenth, with three a thirteenth, which no longer pays for its lookups.
pub const GROUPS: usize = 2;
/// Buckets.
pub const BUCKETS: usize = 8 * GROUPS;
/// A window begins and ends at most so far from both ends of its literal, if that is not too long for both: where a
/// text is new in one place, what has a byte there is looked for so far about it.
const REACH: usize = 24;
/// What it costs to compare a literal, if letting one more position pass costs 1.
const COMPARING: f64 = 3.0;

/// A text to look for.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Literal {
    /// At least three.
    pub bytes: Box<[u8]>,
    /// In any letter case (ASCII).
    pub fold: bool,
}

/// What was chosen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Placed {
    /// Where each literal's window begins in it.
    pub offsets: Vec<u8>,
    /// For each byte of a window, the buckets that its low nibble may belong to.
    pub low: Masks,
    /// The same for its high nibble.
    pub high: Masks,
}

/// By group, byte of the window and nibble: a bit for each bucket of the group.
pub type Masks = [[[u8; 16]; WINDOW]; GROUPS];

/// For each byte of a window the nibbles that pass.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Bucket {
    /// Of its low half.
    pub low: [u16; WINDOW],
    /// Of its high half.
    pub high: [u16; WINDOW],
}

impl Bucket {
    /// A window of three bytes has room for any fourth.
    fn with(mut self, window: &[u8], fold: bool) -> Self {
        for k in 0..WINDOW {
            let Some(&byte) = window.get(k) else {
                (self.low[k], self.high[k]) = (u16::MAX, u16::MAX);
                continue;
            };
            let cases = if fold { [byte.to_ascii_lowercase(), byte.to_ascii_uppercase()] } else { [byte; 2] };
            for byte in cases {
                self.low[k] |= 1 << (byte & 15);
                self.high[k] |= 1 << (byte >> 4);
            }
        }
        self
    }
}

/// What lets a choice be judged.
pub trait Cost {
    /// What it costs that a bucket lets pass what it does, beside what passes already.
    fn of(&mut self, number: usize, bucket: &Bucket) -> f64;
    /// How often these bytes stand in a text, in any letter case.
    fn meeting(&self, window: &[u8]) -> f64;
    /// A bucket has become this one.
    fn set(&mut self, number: usize, bucket: &Bucket);
}

/// Gives every literal of three bytes or more a window and a bucket, and tries each again `rounds` times.
pub fn place(literals: &[Literal], cost: &mut impl Cost, rounds: usize) -> Placed {
    let mut places = Places { literals, buckets: [Bucket::default(); BUCKETS], of: vec![None; literals.len()] };
    let mut order: Vec<usize> = (0..literals.len()).filter(|&index| literals[index].bytes.len() >= 3).collect();
    // Those with least choice first; the others then join what is open anyway.
    order.sort_by_key(|&index| (literals[index].bytes.len(), !literals[index].fold, &literals[index].bytes));
    for round in 0..=rounds {
        for &index in &order {
            if round > 0 {
                places.take_out(index, cost);
            }
            places.put_in(index, cost);
        }
    }
    places.finish()
}

/// Where the window of a literal of so many bytes may begin in it.
fn offsets(length: usize) -> RangeInclusive<usize> {
    let first = length.saturating_sub(REACH);
    let last = length.saturating_sub(WINDOW).min((REACH - WINDOW).max(first));
    first.min(last)..=last
}

struct Places<'l> {
    literals: &'l [Literal],
    buckets: [Bucket; BUCKETS],
    /// Bucket and offset of each literal.
    of: Vec<Option<(usize, usize)>>,
}

impl<'l> Places<'l> {
    fn window(&self, index: usize, offset: usize) -> &'l [u8] {
        let bytes = &self.literals[index].bytes;
        &bytes[offset..bytes.len().min(offset + WINDOW)]
    }

    fn take_out(&mut self, index: usize, cost: &mut impl Cost) {
        let Some((number, _)) = self.of[index].take() else { return };
        let mut bucket = Bucket::default();
        for (other, place) in self.of.iter().enumerate() {
            if let Some((_, offset)) = place.filter(|place| place.0 == number) {
                bucket = bucket.with(self.window(other, offset), self.literals[other].fold);
            }
        }
        self.set(number, bucket, cost);
    }

    fn put_in(&mut self, index: usize, cost: &mut impl Cost) {
        let Literal { bytes, fold } = &self.literals[index];
        let mut best = (f64::INFINITY, 0, 0);
        for offset in offsets(bytes.len()) {
            let window = self.window(index, offset);
            let meeting = COMPARING * cost.meeting(window);
            for (number, bucket) in self.buckets.iter().enumerate() {
                let wider = bucket.with(window, *fold);
                if meeting < best.0 {
                    let price = meeting + if wider == *bucket { 0.0 } else { cost.of(number, &wider) };
                    if price < best.0 {
                        best = (price, offset, number);
                    }
                }
            }
        }
        let (_, offset, number) = best;
        let wider = self.buckets[number].with(self.window(index, offset), *fold);
        self.set(number, wider, cost);
        self.of[index] = Some((number, offset));
    }

    fn set(&mut self, number: usize, bucket: Bucket, cost: &mut impl Cost) {
        if bucket != self.buckets[number] {
            cost.set(number, &bucket);
            self.buckets[number] = bucket;
        }
    }

    fn finish(&self) -> Placed {
        let offset = |place: &Option<(usize, usize)>| place.map_or(0, |(_, offset)| offset as u8);
        let mut placed = Placed {
            offsets: self.of.iter().map(offset).collect(),
            low: [[[0; 16]; WINDOW]; GROUPS],
            high: [[[0; 16]; WINDOW]; GROUPS],
        };
        for (number, bucket) in self.buckets.iter().enumerate() {
            for k in 0..WINDOW {
                for nibble in 0..16 {
                    let bit = |nibbles: u16| u8::from(nibbles >> nibble & 1 == 1) << (number % 8);
                    placed.low[number / 8][k][nibble] |= bit(bucket.low[k]);
                    placed.high[number / 8][k][nibble] |= bit(bucket.high[k]);
                }
            }
        }
        placed
    }
}

/// Set bits: the numbers below 16.
pub fn nibbles(set: u16) -> impl Iterator<Item = usize> {
    (0..16).filter(move |nibble| set >> nibble & 1 == 1)
}

/// The share of each byte in source text, for when there is no sample.
pub struct Shares([f64; BUCKETS]);

impl Shares {
    /// Nothing passes yet.
    #[allow(clippy::new_without_default, reason = "a cost of nothing is no useful default")]
    pub fn new() -> Self {
        Self([0.0; BUCKETS])
    }
}

impl Cost for Shares {
    fn of(&mut self, number: usize, bucket: &Bucket) -> f64 {
        let passing = |k: usize| -> f64 {
            let low: f64 = nibbles(bucket.low[k]).map(|nibble| LOW_SHARES[nibble]).sum();
            let high: f64 = nibbles(bucket.high[k]).map(|nibble| HIGH_SHARES[nibble]).sum();
            low * high
        };
        let all: f64 = (0..WINDOW).map(passing).product();
        1e6 * (all - self.0[number])
    }

    fn meeting(&self, window: &[u8]) -> f64 {
        let share = |&byte: &u8| HIGH_SHARES[usize::from(byte >> 4)] * LOW_SHARES[usize::from(byte & 15)];
        1e6 * window.iter().map(share).product::<f64>()
    }

    fn set(&mut self, number: usize, bucket: &Bucket) {
        self.0[number] = 0.0;
        self.0[number] = self.of(number, bucket) / 1e6;
    }
}

/// Shares of the low and of the high nibble, counted over a mixed tree of code and configuration. Taken
/// to be independent, which letters nearly are: 32 additions instead of 256.
const LOW_SHARES: [f64; 16] =
    [0.14, 0.06, 0.05, 0.06, 0.08, 0.12, 0.04, 0.03, 0.04, 0.09, 0.04, 0.01, 0.05, 0.05, 0.07, 0.07];
const HIGH_SHARES: [f64; 16] =
    [0.04, 0.0, 0.26, 0.06, 0.05, 0.06, 0.32, 0.20, 0.001, 0.001, 0.001, 0.001, 0.001, 0.001, 0.001, 0.001];
