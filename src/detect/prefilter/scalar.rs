//! The second stage of the filter, and the first where there are no vector instructions.
//!
//! Survivors are written without a branch: whether one survives is a coin toss that
//! the processor would guess wrong.

use super::place::WINDOW;
use super::simd::Positions;
use super::tables::{BITMAP, folded, hash};

/// Four bytes at a position.
#[inline]
pub(super) fn four(text: &[u8], at: usize) -> u32 {
    u32::from_le_bytes(*text[at..].first_chunk::<WINDOW>().expect("a window may be read behind every position"))
}

/// Keeps those of the first `count` positions whose window has its bit in the bitmap; answers how many.
#[inline]
pub(super) fn keep(bitmap: &[u64; BITMAP], text: &[u8], positions: &mut Positions, count: usize) -> usize {
    let mut kept = 0;
    for index in 0..count {
        let at = positions[index];
        positions[kept] = at;
        kept += is_window(bitmap, four(text, usize::from(at)));
    }
    kept
}

/// The same for the first `length` bytes of the text: what [`super::simd`] would have passed on, and more.
pub(super) fn survivors(bitmap: &[u64; BITMAP], text: &[u8], length: usize, positions: &mut Positions) -> usize {
    let mut kept = 0;
    for (at, window) in (0..).zip(text.windows(WINDOW).take(length)) {
        positions[kept] = at;
        kept += is_window(bitmap, four(window, 0));
    }
    kept
}

/// 1 or 0.
#[inline]
fn is_window(bitmap: &[u64; BITMAP], four: u32) -> usize {
    let hash = hash(folded(four));
    usize::from(bitmap[usize::from(hash >> 6)] >> (hash & 63) & 1 == 1)
}
