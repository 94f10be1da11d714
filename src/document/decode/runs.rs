//! Runs of base64 characters in which something stands: text, gzip, or a key that only its own proof shows.
//!
//! Every byte of every document passes here, so the search goes by words of eight bytes
//! and branches once in 64. Of most runs, which are names, keys and hashes, the first bytes
//! tell that they are not of interest; where one begins that is, is a place that can be taken over from
//! one version of a text to the next: it depends on the run and on the byte before it.

mod wrapping;

use std::ops::Range;

use super::base64;
pub(super) use wrapping::Wrapping;

/// The shortest run that is looked at: 16 decoded bytes or more.
pub const SHORTEST: usize = 24;

const WORD: usize = 8;
const CHUNK: usize = 64;

/// Adds the first byte of each run of [`SHORTEST`] base64 characters or more in which text or gzip stands, or
/// something that is `wanted`, and that has a byte in the range or beside it. Nothing is looked at below `above`,
/// which no run crosses. Says behind which byte the search ended: no run crosses that either.
pub fn find(
    bytes: &[u8],
    range: Range<usize>,
    above: usize,
    wanted: impl Fn(&[u8]) -> bool,
    starts: &mut Vec<u32>,
) -> usize {
    let (from, to) = (range.start.clamp(above, bytes.len()), range.end.clamp(above, bytes.len()));
    let from = from - bytes[above..from].iter().rev().take_while(|b| base64::is_digit(**b)).count();
    let to = end_of_run(bytes, to);
    // Where little is new, most often.
    if to - from < SHORTEST {
        return to;
    }
    each(bytes, from..to, |run| {
        if Wrapping::of(bytes, &run).is_some() || wanted(&bytes[run.clone()]) {
            starts.push(u32::try_from(run.start).expect("a layer has at most 4 GiB"));
        }
    });
    to
}

/// The run that begins at a byte.
pub fn at(bytes: &[u8], start: u32) -> Range<usize> {
    let start = start as usize;
    start..end_of_run(bytes, start)
}

/// Hands over what [`find`] found of base64 of text or of gzip, with its padding and, where it is wrapped, its
/// line breaks, and of text in hexadecimal; stops when `found` says false. Images in data URIs are passed over
/// even if they are text.
pub(super) fn wrapped(bytes: &[u8], starts: &[u32], mut found: impl FnMut(Range<usize>, Wrapping) -> bool) {
    let mut done = 0;
    for &start in starts {
        if (start as usize) < done {
            continue;
        }
        let run = at(bytes, start);
        let Some((start, wrapping)) = Wrapping::of(bytes, &run) else { continue };
        done = wrapping.end(bytes, &run);
        if !wrapping.is_image(bytes, run.start) && !found(start..done, wrapping) {
            return;
        }
    }
}

/// Hands over each longest stretch of [`SHORTEST`] base64 characters or more, without padding. None crosses the ends of
/// the range.
fn each(bytes: &[u8], range: Range<usize>, mut found: impl FnMut(Range<usize>)) {
    let mut base = range.start; // of the chunk
    let mut done = base; // end of the last run
    let mut last_is_full = false;
    while base < range.end {
        let full = full_words(bytes, base) & first_words(range.end - base);
        let mut pairs = full & (full << 1 | u8::from(last_is_full));
        last_is_full = full >> 7 == 1;
        // A run of 24 holds two neighbouring full words wherever it begins.
        while pairs != 0 {
            let inside = base + WORD * pairs.trailing_zeros() as usize;
            let run = run_about(bytes, done, inside);
            done = run.end;
            if run.len() >= SHORTEST {
                found(run);
            }
            let words_done = done.saturating_sub(base).div_ceil(WORD);
            if words_done >= CHUNK / WORD {
                break;
            }
            pairs &= u8::MAX << words_done;
        }
        if done > base + CHUNK {
            base = done;
            last_is_full = false;
        } else {
            base += CHUNK;
        }
    }
}

/// Bits of the words that begin within so many bytes.
fn first_words(length: usize) -> u8 {
    let words = length.div_ceil(WORD);
    if words < CHUNK / WORD { (1 << words) - 1 } else { u8::MAX }
}

/// Bit i: the word at `base + 8 i` holds base64 characters only. Past the end nothing does.
fn full_words(bytes: &[u8], base: usize) -> u8 {
    let mut tail = [0; CHUNK];
    let chunk = match bytes[base..].first_chunk::<CHUNK>() {
        Some(chunk) => chunk,
        None => {
            tail[..bytes.len() - base].copy_from_slice(&bytes[base..]);
            &tail
        }
    };
    // No branch and no table: the compiler makes vector instructions of this.
    let mut is_digit = [0_u8; CHUNK];
    for (flag, &byte) in is_digit.iter_mut().zip(chunk) {
        *flag = in_alphabet(byte);
    }
    let mut full = 0;
    for (index, word) in is_digit.chunks_exact(WORD).enumerate() {
        let word = u64::from_ne_bytes(*word.first_chunk().expect("chunks of eight"));
        full |= u8::from(word == u64::MAX) << index;
    }
    full
}

/// 255 for a character of either alphabet, 0 for others.
fn in_alphabet(byte: u8) -> u8 {
    let is_letter = (byte | 0x20).wrapping_sub(b'a') < 26;
    let is_digit_or_slash = byte.wrapping_sub(b'/') < 11;
    let is_sign = (byte == b'+') | (byte == b'-') | (byte == b'_');
    u8::from(is_letter | is_digit_or_slash | is_sign).wrapping_neg()
}

/// The longest stretch about `inside`, a place in it, that begins at `lowest` or later.
fn run_about(bytes: &[u8], lowest: usize, inside: usize) -> Range<usize> {
    let before = bytes[lowest..inside].iter().rev().take_while(|b| base64::is_digit(**b)).count();
    inside - before..end_of_run(bytes, inside)
}

fn end_of_run(bytes: &[u8], from: usize) -> usize {
    let mut end = from;
    while bytes[end..]
        .first_chunk::<WORD>()
        .is_some_and(|word| word.iter().fold(255, |all, b| all & in_alphabet(*b)) == 255)
    {
        end += WORD;
    }
    end + bytes[end..].iter().take_while(|b| base64::is_digit(**b)).count()
}

#[cfg(test)]
mod tests;
