//! The tables of the filter, made from what [`mod@super::place`] chose.
//!
//! For the built-in rules the build script makes them and writes them out as
//! constants; for users' own rules they are made at run time. Three stages read
//! them: nibble masks of the window's bytes, a bitmap of the windows' hashes, and the
//! literals themselves by hash.

use std::borrow::Cow;

use super::place::{Literal, Masks, Placed};

/// Bits of the hash that the bitmap is addressed by.
const HASH_BITS: u32 = 16;
/// Words of the bitmap: 8 KB, a quarter of what the fastest cache of a processor holds.
pub const BITMAP: usize = 1 << (HASH_BITS - 6);
/// Windows are looked up by the upper bits of their hash.
const SLOT_BITS: u32 = 10;
const SLOTS: usize = 1 << SLOT_BITS;
/// As many for literals of three bytes.
const SHORT_SLOTS: usize = 256;

/// Everything a scan needs.
#[derive(Clone, Debug)]
pub struct Tables {
    /// For each byte of a window, the buckets that its low nibble may belong to.
    pub low: Masks,
    /// The same for its high nibble.
    pub high: Masks,
    /// One bit for each hash that some window has.
    pub bitmap: Cow<'static, [u64]>,
    /// Where each slot's windows begin in `windows`; one more than there are slots.
    pub slots: Cow<'static, [u16]>,
    /// Windows of four bytes, by hash.
    pub windows: Cow<'static, [Window]>,
    /// As `slots`, for `short`.
    pub short_slots: Cow<'static, [u16]>,
    /// Literals of three bytes, one less than a window.
    pub short: Cow<'static, [Window]>,
    /// All literals.
    pub entries: Cow<'static, [Entry]>,
    /// The bytes of all literals, one after the other.
    pub bytes: Cow<'static, [u8]>,
    /// How far before a byte the window of a literal that has it may begin.
    pub before: u16,
    /// And how far behind.
    pub after: u16,
}

/// A window and the literal it was taken from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Window {
    /// Of its four bytes, or the three bytes of a literal that has no more, letters folded.
    pub four: u32,
    /// Which literal.
    pub literal: u16,
}

/// A literal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Entry {
    /// Its first eight bytes, little endian; zeros behind a shorter one.
    pub head: u64,
    /// The bits of `head` that count: none behind the end, and not the one that tells the case of a letter.
    pub mask: u64,
    /// Where all its bytes begin.
    pub begins: u32,
    /// How many there are.
    pub length: u16,
    /// Where its window begins in it.
    pub offset: u8,
    /// In any letter case.
    pub fold: bool,
}

impl Tables {
    /// Literals shorter than three bytes are not looked for.
    pub fn new(literals: &[Literal], placed: &Placed) -> Self {
        let mut tables = Self {
            low: placed.low,
            high: placed.high,
            bitmap: Cow::Owned(vec![0; BITMAP]),
            slots: Cow::Borrowed(&[]),
            windows: Cow::Borrowed(&[]),
            short: Cow::Borrowed(&[]),
            short_slots: Cow::Borrowed(&[]),
            entries: Cow::Borrowed(&[]),
            bytes: Cow::Borrowed(&[]),
            before: 0,
            after: 0,
        };
        for (literal, &offset) in literals.iter().zip(&placed.offsets) {
            tables.push(literal, offset);
        }
        tables.slots = by_slot(tables.windows.to_mut(), SLOTS, slot);
        tables.short_slots = by_slot(tables.short.to_mut(), SHORT_SLOTS, short_slot);
        tables
    }

    fn push(&mut self, literal: &Literal, offset: u8) {
        let index = u16::try_from(self.entries.len()).expect("fewer than 65,536 literals");
        let length = u16::try_from(literal.bytes.len()).expect("anchors are short");
        let begins = u32::try_from(self.bytes.len()).expect("anchors are short");
        let (mut head, mut mask) = ([0; 8], [0; 8]);
        for (k, &byte) in literal.bytes.iter().take(8).enumerate() {
            mask[k] = if literal.fold && byte.is_ascii_alphabetic() { 0xDF } else { 0xFF };
            head[k] = byte & mask[k];
        }
        let (head, mask) = (u64::from_le_bytes(head), u64::from_le_bytes(mask));
        self.entries.to_mut().push(Entry { head, mask, begins, length, offset, fold: literal.fold });
        self.bytes.to_mut().extend_from_slice(&literal.bytes);
        self.before = self.before.max(length.saturating_sub(1 + u16::from(offset)));
        self.after = self.after.max(u16::from(offset));
        let window = |four: &[u8; 4]| Window { four: folded(u32::from_le_bytes(*four)), literal: index };
        match *literal.bytes {
            [_, _] | [_] | [] => {}
            [a, b, c] => {
                for last in 0..=255 {
                    self.set(hash(folded(u32::from_le_bytes([a, b, c, last]))));
                }
                let three = folded(u32::from_le_bytes([a, b, c, 0])) & 0x00FF_FFFF;
                self.short.to_mut().push(Window { four: three, literal: index });
            }
            _ => {
                let four = literal.bytes[usize::from(offset)..].first_chunk().expect("the window lies within");
                let window = window(four);
                self.set(hash(window.four));
                self.windows.to_mut().push(window);
            }
        }
    }

    fn set(&mut self, hash: u16) {
        self.bitmap.to_mut()[usize::from(hash >> 6)] |= 1 << (hash & 63);
    }

    /// The bitmap, with its length known to the compiler.
    pub fn bitmap(&self) -> &[u64; BITMAP] {
        (*self.bitmap).try_into().expect("it was made so long")
    }

    /// Hands every literal that stands at the window `at`, whose four bytes are given, to `found` with its start.
    #[inline]
    pub fn compare(&self, text: &[u8], at: usize, four: u32, found: &mut impl FnMut(usize, usize)) {
        let four = folded(four);
        let slot = slot(four);
        let range = usize::from(self.slots[slot])..usize::from(self.slots[slot + 1]);
        for window in &self.windows[range] {
            if window.four == four {
                self.literal(text, at, window.literal, found);
            }
        }
        let three = four & 0x00FF_FFFF;
        let slot = short_slot(three);
        let range = usize::from(self.short_slots[slot])..usize::from(self.short_slots[slot + 1]);
        for window in &self.short[range] {
            if window.four == three {
                self.literal(text, at, window.literal, found);
            }
        }
    }

    #[inline]
    fn literal(&self, text: &[u8], at: usize, literal: u16, found: &mut impl FnMut(usize, usize)) {
        let literal = usize::from(literal);
        let entry = &self.entries[literal];
        let Some(start) = at.checked_sub(usize::from(entry.offset)) else { return };
        let Some(rest) = text.get(start..) else { return };
        let eight = rest.first_chunk();
        if eight.is_some_and(|&eight| (u64::from_le_bytes(eight) ^ entry.head) & entry.mask != 0) {
            return;
        }
        if (eight.is_some() && entry.length <= 8) || self.stands_at(entry, text, start) {
            found(literal, start);
        }
    }

    fn stands_at(&self, entry: &Entry, text: &[u8], start: usize) -> bool {
        let begins = entry.begins as usize;
        let bytes = &self.bytes[begins..begins + usize::from(entry.length)];
        text.get(start..start + bytes.len())
            .is_some_and(|here| if entry.fold { here.eq_ignore_ascii_case(bytes) } else { here == bytes })
    }
}

/// Sorts windows by slot; answers where each slot's begin, one more than there are slots.
fn by_slot(windows: &mut [Window], slots: usize, slot: fn(u32) -> usize) -> Cow<'static, [u16]> {
    windows.sort_unstable_by_key(|window| (slot(window.four), window.literal));
    (0..=slots)
        .map(|number| windows.partition_point(|window| slot(window.four) < number))
        .map(|place| u16::try_from(place).expect("fewer than 65,536 literals"))
        .collect()
}

/// The slot of four folded bytes.
#[inline]
fn slot(four: u32) -> usize {
    usize::from(hash(four) >> (HASH_BITS - SLOT_BITS))
}

/// Four bytes, letters folded by a bit that other bytes may share: what passes is compared exactly.
#[inline]
pub fn folded(four: u32) -> u32 {
    four | 0x2020_2020
}

/// Of four folded bytes.
#[inline]
pub fn hash(folded: u32) -> u16 {
    (folded.wrapping_mul(0x9E37_79B1) >> (32 - HASH_BITS)) as u16
}

/// The slot of three folded bytes.
#[inline]
fn short_slot(three: u32) -> usize {
    (three.wrapping_mul(0x9E37_79B1) >> 24) as usize
}
