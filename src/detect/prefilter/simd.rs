//! The first stage of the filter with vector instructions. The only `unsafe` of detection.
//!
//! They are used only after the processor said that it has them, every load stays
//! inside the text, and every store inside the buffer, which has room for all
//! positions of a chunk and for what is written past the last one.

#![allow(unsafe_code)]

use super::place::{GROUPS, WINDOW};
use super::tables::Tables;

/// Positions looked at together.
pub(super) const BLOCK: usize = 32;
/// Positions of a chunk: what is kept of it stays in the fastest cache.
pub(super) const CHUNK: usize = 2048;
/// The positions of a block are written eight at a time.
const STEP: usize = 8;

/// Positions of a chunk that passed, counted from its start.
pub(super) type Positions = [u16; CHUNK + BLOCK];

/// Writes those of the first `length` positions at which a window may begin, and says how many there are.
///
/// `None` without vector instructions. The length is one of whole blocks and at most [`CHUNK`], and the text goes
/// on for a block and a window behind it.
pub(super) fn positions(tables: &Tables, text: &[u8], length: usize, out: &mut Positions) -> Option<usize> {
    assert!(length <= CHUNK && length.is_multiple_of(BLOCK) && length + BLOCK + WINDOW <= text.len());
    #[cfg(target_arch = "x86_64")]
    if std::arch::is_x86_feature_detected!("avx2")
        && std::arch::is_x86_feature_detected!("bmi1")
        && std::arch::is_x86_feature_detected!("popcnt")
    {
        // SAFETY: the processor has the instructions, and the length was checked.
        return Some(unsafe { avx2::positions(tables, text, length, out) });
    }
    let _ = (tables, text, out);
    None
}

#[cfg(target_arch = "x86_64")]
mod avx2 {
    use std::arch::x86_64::{
        __m256i, _mm_loadu_si128, _mm256_and_si256, _mm256_broadcastsi128_si256, _mm256_cmpeq_epi8, _mm256_loadu_si256,
        _mm256_movemask_epi8, _mm256_or_si256, _mm256_set1_epi8, _mm256_setzero_si256, _mm256_shuffle_epi8,
        _mm256_srli_epi16,
    };

    use super::{BLOCK, GROUPS, Positions, STEP, Tables, WINDOW};

    /// # Safety
    /// The processor has AVX2, BMI1 and POPCNT; `length` is at most `CHUNK`, and the text is longer by a block
    /// and a window.
    #[target_feature(enable = "avx2,bmi1,popcnt")]
    pub(super) unsafe fn positions(tables: &Tables, text: &[u8], length: usize, out: &mut Positions) -> usize {
        let low: [[__m256i; WINDOW]; GROUPS] =
            std::array::from_fn(|g| std::array::from_fn(|k| table(&tables.low[g][k])));
        let high: [[__m256i; WINDOW]; GROUPS] =
            std::array::from_fn(|g| std::array::from_fn(|k| table(&tables.high[g][k])));
        let nibble = _mm256_set1_epi8(15);
        let zero = _mm256_setzero_si256();
        let out = out.as_mut_ptr();
        let mut count = 0;
        let mut at = 0;
        while at < length {
            let mut buckets = [_mm256_set1_epi8(-1); GROUPS];
            for k in 0..WINDOW {
                // SAFETY: `at + k + BLOCK <= length + WINDOW + BLOCK <= text.len()`.
                let bytes = unsafe { _mm256_loadu_si256(text.as_ptr().add(at + k).cast()) };
                let lower = _mm256_and_si256(bytes, nibble);
                let upper = _mm256_and_si256(_mm256_srli_epi16::<4>(bytes), nibble);
                for g in 0..GROUPS {
                    let lows = _mm256_shuffle_epi8(low[g][k], lower);
                    let highs = _mm256_shuffle_epi8(high[g][k], upper);
                    buckets[g] = _mm256_and_si256(buckets[g], _mm256_and_si256(lows, highs));
                }
            }
            let any = buckets.into_iter().reduce(|a, b| _mm256_or_si256(a, b)).expect("one at least");
            let none = _mm256_movemask_epi8(_mm256_cmpeq_epi8(any, zero));
            let mut some = !(none.cast_unsigned());
            let here = count + some.count_ones() as usize;
            let base = at as u16;
            while count < here {
                for k in 0..STEP {
                    // SAFETY: at most `at` positions were kept before this block, and at most `BLOCK` places
                    // behind them are written, whole steps that they are: all within `Positions`.
                    unsafe { out.add(count + k).write(base + some.trailing_zeros() as u16) };
                    some &= some.wrapping_sub(1);
                }
                count += STEP;
            }
            count = here;
            at += BLOCK;
        }
        count
    }

    /// The 16 entries of a nibble table in both halves of a vector.
    #[target_feature(enable = "avx2")]
    fn table(entries: &[u8; 16]) -> __m256i {
        // SAFETY: 16 bytes are read from an array of 16.
        _mm256_broadcastsi128_si256(unsafe { _mm_loadu_si128(entries.as_ptr().cast()) })
    }
}
