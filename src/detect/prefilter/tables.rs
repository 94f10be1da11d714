//! The tables of the filter: a window and a bucket for each literal.
//!
//! A window is the four bytes of a literal that source text is least likely to hold;
//! a bucket is chosen so that the classes of bytes it lets pass grow least. Both use
//! the share of each byte in source text, so the same literals give the same tables.

/// Bytes of a window.
pub(super) const WINDOW: usize = 4;
/// Buckets: one bit each of a byte.
const BUCKETS: usize = 8;
/// Bits of the hash that the bitmap and the slots are addressed by.
const HASH_BITS: u32 = 16;

/// A text to look for.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(in crate::detect) struct Literal {
    /// At least three bytes.
    pub(in crate::detect) bytes: Box<[u8]>,
    /// In any letter case (ASCII).
    pub(in crate::detect) fold: bool,
}

/// Everything a scan needs.
#[derive(Clone, Debug)]
pub(in crate::detect) struct Tables {
    literals: Vec<Literal>,
    /// Where each literal's window begins in it.
    offsets: Vec<u8>,
    /// For each byte of the window, the buckets that its low and high nibble may belong to.
    pub(super) low: [[u8; 16]; WINDOW],
    pub(super) high: [[u8; 16]; WINDOW],
    /// One bit for each hash that some window has.
    bitmap: Vec<u64>,
    /// Windows by hash: `(hash, literal)`, sorted.
    windows: Vec<(u16, u16)>,
    /// Where each hash's windows begin in `windows`, by the upper byte of the hash.
    starts: Vec<u32>,
    /// Literals of three bytes, one less than a window.
    shortest: Vec<u16>,
}

impl Tables {
    /// Literals shorter than three bytes are not looked for.
    pub(in crate::detect) fn new(literals: Vec<Literal>) -> Self {
        let offsets: Vec<u8> = literals.iter().map(|literal| offset(&literal.bytes)).collect();
        let mut tables = Self {
            literals,
            offsets,
            low: [[0; 16]; WINDOW],
            high: [[0; 16]; WINDOW],
            bitmap: vec![0; 1 << (HASH_BITS - 6)],
            windows: Vec::new(),
            starts: Vec::new(),
            shortest: Vec::new(),
        };
        tables.fill_buckets();
        tables.fill_hashes();
        tables
    }

    /// The four bytes of a literal's window; `None` stands for any byte.
    fn window(&self, index: usize) -> [Option<u8>; WINDOW] {
        let from = usize::from(self.offsets[index]);
        std::array::from_fn(|k| self.literals[index].bytes.get(from + k).copied())
    }

    fn fill_buckets(&mut self) {
        let mut buckets = vec![Bucket::default(); BUCKETS];
        let mut order: Vec<usize> = (0..self.literals.len()).filter(|&i| self.literals[i].bytes.len() >= 3).collect();
        // The commonest windows first: the rare ones then join what is open anyway.
        order.sort_by_key(|&index| std::cmp::Reverse(self.window(index).map(|byte| byte.map_or(1_000_000, share))));
        for index in order {
            let (window, fold) = (self.window(index), self.literals[index].fold);
            let wider: Vec<Bucket> = buckets.iter().map(|bucket| bucket.with(window, fold)).collect();
            let best = (0..BUCKETS)
                .min_by(|&a, &b| (wider[a].cost - buckets[a].cost).total_cmp(&(wider[b].cost - buckets[b].cost)))
                .expect("there are eight");
            buckets[best] = wider[best].clone();
        }
        for (number, bucket) in buckets.iter().enumerate() {
            for k in 0..WINDOW {
                for nibble in 0..16 {
                    self.low[k][nibble] |= u8::from(bucket.low[k] >> nibble & 1 == 1) << number;
                    self.high[k][nibble] |= u8::from(bucket.high[k] >> nibble & 1 == 1) << number;
                }
            }
        }
    }

    fn fill_hashes(&mut self) {
        for index in 0..self.literals.len() {
            if self.literals[index].bytes.len() < 3 {
                continue;
            }
            let window = self.window(index).map(|byte| byte.map_or(0..=255, |byte| byte..=byte));
            let literal = u16::try_from(index).expect("fewer than 65,536 literals");
            if self.literals[index].bytes.len() < WINDOW {
                self.shortest.push(literal);
            }
            let [first, second, third, fourth] = window;
            // Only a window of three bytes has a free place, its last one.
            for last in fourth {
                let four = [*first.start(), *second.start(), *third.start(), last];
                let hash = hash(u32::from_le_bytes(four));
                self.bitmap[usize::from(hash >> 6)] |= 1 << (hash & 63);
                self.windows.push((hash, literal));
            }
        }
        self.windows.sort_unstable();
        self.windows.dedup();
        self.starts = (0..=256_u32)
            .map(|upper| self.windows.partition_point(|(hash, _)| u32::from(hash >> 8) < upper) as u32)
            .collect();
    }

    /// Compares every literal whose window has the hash of the four bytes at `at`; there must be four.
    #[inline]
    pub(super) fn confirm(&self, text: &[u8], at: usize, found: &mut impl FnMut(usize, usize)) {
        let four = text[at..at + WINDOW].try_into().map_or(0, u32::from_le_bytes);
        let hash = hash(four);
        if self.bitmap[usize::from(hash >> 6)] >> (hash & 63) & 1 == 1 {
            self.compare(text, at, hash, found);
        }
    }

    fn compare(&self, text: &[u8], at: usize, hash: u16, found: &mut impl FnMut(usize, usize)) {
        let upper = usize::from(hash >> 8);
        let range = self.starts[upper] as usize..self.starts[upper + 1] as usize;
        for &(_, literal) in self.windows[range].iter().filter(|(other, _)| *other == hash) {
            let literal = usize::from(literal);
            if let Some(start) = at.checked_sub(usize::from(self.offsets[literal]))
                && self.stands_at(literal, text, start)
            {
                found(literal, start);
            }
        }
    }

    fn stands_at(&self, literal: usize, text: &[u8], start: usize) -> bool {
        let Literal { bytes, fold } = &self.literals[literal];
        text.get(start..start + bytes.len())
            .is_some_and(|here| if *fold { here.eq_ignore_ascii_case(bytes) } else { *here == **bytes })
    }

    /// Compares every literal of three bytes with the last three.
    pub(super) fn confirm_last(&self, text: &[u8], at: usize, found: &mut impl FnMut(usize, usize)) {
        for &literal in &self.shortest {
            if self.stands_at(usize::from(literal), text, at) {
                found(usize::from(literal), at);
            }
        }
    }

    /// Do the nibble tables let these four bytes pass?
    pub(super) fn may_begin_a_window(&self, four: [u8; WINDOW]) -> bool {
        (0..WINDOW).fold(0xFF, |buckets, k| {
            buckets & self.low[k][usize::from(four[k] & 15)] & self.high[k][usize::from(four[k] >> 4)]
        }) != 0
    }
}

/// Of four bytes, letters folded by a bit that other bytes may share: it only has to spread.
#[inline]
fn hash(four: u32) -> u16 {
    ((four | 0x2020_2020).wrapping_mul(0x9E37_79B1) >> (32 - HASH_BITS)) as u16
}

/// Where the least likely four bytes begin.
fn offset(bytes: &[u8]) -> u8 {
    let last = bytes.len().saturating_sub(WINDOW).min(200);
    let cost = |from: usize| -> f64 { bytes[from..].iter().take(WINDOW).map(|&b| f64::from(share(b)).ln()).sum() };
    let best = (0..=last).min_by(|&a, &b| cost(a).total_cmp(&cost(b))).unwrap_or(0);
    u8::try_from(best).expect("at most 200")
}

/// What a bucket lets pass.
#[derive(Clone, Debug, Default)]
struct Bucket {
    low: [u16; WINDOW],
    high: [u16; WINDOW],
    /// Expected share of positions that pass.
    cost: f64,
}

impl Bucket {
    fn with(&self, window: [Option<u8>; WINDOW], fold: bool) -> Self {
        let mut wider = self.clone();
        for (k, byte) in window.into_iter().enumerate() {
            let mut add = |byte: u8| {
                wider.low[k] |= 1 << (byte & 15);
                wider.high[k] |= 1 << (byte >> 4);
            };
            match byte {
                None => {
                    wider.low[k] = u16::MAX;
                    wider.high[k] = u16::MAX;
                }
                Some(byte) if fold => {
                    add(byte.to_ascii_lowercase());
                    add(byte.to_ascii_uppercase());
                }
                Some(byte) => add(byte),
            }
        }
        wider.cost = (0..WINDOW).map(|k| passing(wider.low[k], wider.high[k])).product();
        wider
    }
}

/// Share of bytes whose nibbles are both in the sets.
fn passing(low: u16, high: u16) -> f64 {
    let bits = |set: u16| (0..16_u8).filter(move |nibble| set >> nibble & 1 == 1);
    bits(high).flat_map(|h| bits(low).map(move |l| f64::from(share(h << 4 | l)))).sum::<f64>() / 1_000_000.0
}

/// Share of a byte in source text, in millionths, as counted over a mixed tree of code and configuration.
fn share(byte: u8) -> u32 {
    match byte {
        b' ' => 160_000,
        b'e' => 66_000,
        b't' | b'r' => 50_000,
        b'a' | b'i' | b'n' | b'o' | b's' => 43_000,
        b'c' | b'l' | b'd' | b'u' | b'm' | b'p' => 24_000,
        b'f' | b'g' | b'h' | b'y' | b'b' => 12_000,
        b'k' | b'v' | b'w' | b'x' => 6_000,
        b'z' | b'j' | b'q' => 1_800,
        b'\n' => 28_000,
        b'_' | b'.' | b'"' | b',' | b'(' | b')' => 13_000,
        b'0'..=b'2' => 8_000,
        b'3'..=b'9' => 4_000,
        b'A'..=b'I' | b'L'..=b'P' | b'R'..=b'T' => 5_000,
        b'-' | b'=' | b':' | b'/' | b';' | b'\t' => 9_000,
        b'{' | b'}' | b'[' | b']' | b'\'' | b'<' | b'>' | b'*' | b'#' => 4_000,
        b'J' | b'K' | b'Q' | b'U'..=b'Z' => 1_300,
        0x21..=0x7e => 1_000,
        _ => 300,
    }
}
