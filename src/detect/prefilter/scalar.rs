//! The filter without vector instructions: the twin of [`super::simd`], and what reads
//! the last bytes of every text.

use super::tables::{Tables, WINDOW};

/// Windows from `from` on, and a literal too close to the end for a window.
pub(super) fn scan(tables: &Tables, text: &[u8], from: usize, found: &mut impl FnMut(usize, usize)) {
    for (at, four) in text.windows(WINDOW).enumerate().skip(from) {
        if tables.may_begin_a_window([four[0], four[1], four[2], four[3]]) {
            tables.confirm(text, at, found);
        }
    }
    // A literal of three bytes at the very end has no window of four.
    if let Some(at) = text.len().checked_sub(WINDOW - 1) {
        tables.confirm_last(text, at, found);
    }
}
