//! The filter with AVX2, 32 positions at a time. The only `unsafe` of detection.
//!
//! Vector instructions are used only after the processor said that it has them;
//! every load stays inside the text, whose last bytes are left to the scalar twin.

#![allow(unsafe_code)]

use super::tables::Tables;

/// Scans as many windows as fit whole blocks and says where it stopped.
pub(super) fn scan(tables: &Tables, text: &[u8], found: &mut impl FnMut(usize, usize)) -> usize {
    #[cfg(target_arch = "x86_64")]
    if text.len() >= avx2::LEAST && std::arch::is_x86_feature_detected!("avx2") {
        // SAFETY: the processor has AVX2, and the text has at least one block.
        return unsafe { avx2::scan(tables, text, found) };
    }
    let _ = (tables, text, found);
    0
}

#[cfg(target_arch = "x86_64")]
mod avx2 {
    use std::arch::x86_64::{
        __m256i, _mm_loadu_si128, _mm256_and_si256, _mm256_broadcastsi128_si256, _mm256_cmpeq_epi8, _mm256_loadu_si256,
        _mm256_movemask_epi8, _mm256_set1_epi8, _mm256_setzero_si256, _mm256_shuffle_epi8, _mm256_srli_epi16,
    };

    use crate::detect::prefilter::tables::{Tables, WINDOW};

    /// Positions looked at together.
    const BLOCK: usize = 32;
    /// A block needs the bytes behind its last position's window.
    pub(super) const LEAST: usize = BLOCK + WINDOW - 1;

    /// # Safety
    /// The processor has AVX2.
    #[target_feature(enable = "avx2")]
    pub(super) unsafe fn scan(tables: &Tables, text: &[u8], found: &mut impl FnMut(usize, usize)) -> usize {
        let low: [__m256i; WINDOW] = std::array::from_fn(|k| table(&tables.low[k]));
        let high: [__m256i; WINDOW] = std::array::from_fn(|k| table(&tables.high[k]));
        let nibble = _mm256_set1_epi8(15);
        let zero = _mm256_setzero_si256();
        let mut at = 0;
        while at + LEAST <= text.len() {
            let mut buckets = _mm256_set1_epi8(-1);
            for k in 0..WINDOW {
                // SAFETY: `at + k + BLOCK <= at + LEAST <= text.len()`.
                let bytes = unsafe { _mm256_loadu_si256(text.as_ptr().add(at + k).cast()) };
                let lows = _mm256_shuffle_epi8(low[k], _mm256_and_si256(bytes, nibble));
                let highs = _mm256_shuffle_epi8(high[k], _mm256_and_si256(_mm256_srli_epi16::<4>(bytes), nibble));
                buckets = _mm256_and_si256(buckets, _mm256_and_si256(lows, highs));
            }
            let none = _mm256_movemask_epi8(_mm256_cmpeq_epi8(buckets, zero));
            let mut some = !(none.cast_unsigned());
            while some != 0 {
                tables.confirm(text, at + some.trailing_zeros() as usize, found);
                some &= some - 1;
            }
            at += BLOCK;
        }
        at
    }

    /// The 16 entries of a nibble table in both halves of a vector.
    #[target_feature(enable = "avx2")]
    fn table(entries: &[u8; 16]) -> __m256i {
        // SAFETY: 16 bytes are read from an array of 16.
        _mm256_broadcastsi128_si256(unsafe { _mm_loadu_si128(entries.as_ptr().cast()) })
    }
}
