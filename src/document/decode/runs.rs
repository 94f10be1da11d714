//! Finds base64 of text and of gzip, and text in hexadecimal.
//!
//! Every byte of every document passes here, so the search goes by words of eight bytes
//! and branches once in 64. A run of 24 characters or more is decoded as far as 24
//! bytes; keys, hashes, images and identifiers show unprintable bytes among the first
//! few of them and cost no more than that.

#[cfg(test)]
mod tests;

use std::ops::Range;

use super::{base64, digits, gzip};

/// The shortest run that is looked at: 16 decoded bytes or more.
const SHORTEST: usize = 24;

/// Decoded bytes that decide. Two in 24 may be strange: random bytes pass once in about 10^7.
const TASTE: usize = 24;

/// A line shorter than this is the last one of wrapped base64.
const SHORTEST_WRAPPED: usize = 40;

const WORD: usize = 8;
const CHUNK: usize = 64;

/// What a run turned out to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Wrapping {
    /// Base64 of text.
    Base64,
    /// Base64 of gzip.
    Gzip,
    /// Text in hexadecimal.
    Hex,
}

/// Hands over each run of base64 of text or of gzip, with its padding and, where it is wrapped, its
/// line breaks, and each of text in hexadecimal; stops when `found` says false. Images in data URIs
/// are passed over even if they are text.
pub(super) fn of_text(bytes: &[u8], mut found: impl FnMut(Range<usize>, Wrapping) -> bool) {
    each(bytes, |run| {
        let text = &bytes[run.clone()];
        let (start, wrapping) = if gzip::begins(text) {
            (run.start, Wrapping::Gzip)
        } else if digits::is_text(text) {
            return found(run.clone(), Wrapping::Hex).then_some(run.end);
        } else {
            match first_text(bytes, &run) {
                Some(start) => (start, Wrapping::Base64),
                None => return Some(run.end),
            }
        };
        let end = end_of_wrapped(bytes, &run);
        let goes_on = is_image(bytes, run.start) || found(start..end, wrapping);
        goes_on.then_some(end)
    });
}

/// Hands over each longest stretch of [`SHORTEST`] base64 characters or more, without
/// padding; `found` says where to go on, at its end or later, or to stop.
fn each(bytes: &[u8], mut found: impl FnMut(Range<usize>) -> Option<usize>) {
    let mut base = 0; // of the chunk
    let mut done = 0; // end of the last run
    let mut last_is_full = false;
    while base < bytes.len() {
        let full = full_words(bytes, base);
        let mut pairs = full & (full << 1 | u8::from(last_is_full));
        last_is_full = full >> 7 == 1;
        // A run of 24 holds two neighbouring full words wherever it begins.
        while pairs != 0 {
            let inside = base + WORD * pairs.trailing_zeros() as usize;
            let run = run_about(bytes, done, inside);
            done = run.end;
            if run.len() >= SHORTEST {
                let Some(next) = found(run) else { return };
                done = next;
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

/// Where text begins: at the run's start, behind an escape whose end looks like base64
/// (`\n`, `%3D`, `\u003d`), or behind one of the first slashes, which may be a URL's.
fn first_text(bytes: &[u8], run: &Range<usize>) -> Option<usize> {
    let text = &bytes[run.clone()];
    let escape = match (bytes.get(run.start.wrapping_sub(1)), text[0]) {
        (Some(b'\\'), b'u') => 5,
        (Some(b'\\'), b'x') => 3,
        (Some(b'\\'), _) => 1,
        (Some(b'%'), _) => 2,
        _ => 0,
    };
    let slashes = memchr::memchr_iter(b'/', &text[..text.len().min(64)]).map(|at| at + 1).take(4);
    // Most runs are paths and long names: the first two bytes tell without a call.
    let may_begin = |at: usize| text.get(at..at + 4).is_some_and(|quad| may_begin_text(decode_quad(quad)));
    let is_enough = |at: &usize| text.len() - at >= SHORTEST - 5 && may_begin(*at) && is_text(&text[*at..]);
    [0, escape].into_iter().chain(slashes).find(is_enough).map(|at| run.start + at)
}

/// Do the first bytes look like text, in UTF-8, another superset of ASCII, or UTF-16?
fn is_text(digits: &[u8]) -> bool {
    let mut taste = [0; TASTE];
    let quads = (digits.len() / 4).min(TASTE / 3);
    let allowed = quads / 4;
    let mut strange = 0;
    for (index, quad) in digits.chunks_exact(4).take(quads).enumerate() {
        let three = decode_quad(quad);
        taste[index * 3..index * 3 + 3].copy_from_slice(&three);
        strange += three.iter().filter(|b| !matches!(b, b' '..=b'~' | b'\t' | b'\n' | b'\r')).count();
        // Most runs are names, keys and hashes: two bytes tell most of them, six the rest.
        if index == 0 && !may_begin_text(three) {
            return false;
        }
        if index == 1 && strange > 3 && !may_be_wide(&taste[..6]) && !is_utf8(&taste[..6]) {
            return false;
        }
    }
    let taste = &taste[..quads * 3];
    !taste.is_empty() && (strange <= allowed || is_utf8(taste) || is_utf16(taste))
}

#[inline]
fn decode_quad(quad: &[u8]) -> [u8; 3] {
    let bits = quad.iter().fold(0, |bits, digit| bits << 6 | u32::from(base64::bits(*digit)));
    let [_, a, b, c] = bits.to_be_bytes();
    [a, b, c]
}

/// A printable byte, the first two of a longer character, or UTF-16 with or without a mark.
#[inline]
fn may_begin_text([first, second, _]: [u8; 3]) -> bool {
    match first {
        b' '..=b'~' | b'\t' | b'\n' | b'\r' => true,
        0xc2..=0xf4 if matches!(second, 0x80..=0xbf) => true,
        0 => matches!(second, b' '..=b'~'),
        0xfe | 0xff => first ^ second == 1,
        _ => false,
    }
}

/// UTF-16 shows a NUL in every second byte of Latin text, or a mark.
fn may_be_wide(six: &[u8]) -> bool {
    six.contains(&0) || matches!(six, [0xff, 0xfe, ..] | [0xfe, 0xff, ..])
}

/// Valid as far as it goes, without control characters.
fn is_utf8(taste: &[u8]) -> bool {
    let valid = match std::str::from_utf8(taste) {
        Ok(text) => text,
        Err(error) if error.error_len().is_none() => {
            std::str::from_utf8(&taste[..error.valid_up_to()]).expect("valid up to here")
        }
        Err(_) => return false,
    };
    !valid.chars().any(|c| c.is_control() && !matches!(c, '\t' | '\n' | '\r'))
}

/// Every second byte is NUL, and the others are printable.
fn is_utf16(taste: &[u8]) -> bool {
    let taste = match taste {
        [0xff, 0xfe, rest @ ..] | [0xfe, 0xff, rest @ ..] => rest,
        all => all,
    };
    [0, 1].into_iter().any(|first| {
        taste.iter().enumerate().all(|(index, byte)| match index % 2 == first {
            true => matches!(byte, b' '..=b'~' | b'\t' | b'\n' | b'\r'),
            false => *byte == 0,
        })
    })
}

/// Is it the body of an image or a font in a data URI?
fn is_image(bytes: &[u8], start: usize) -> bool {
    let before = &bytes[start.saturating_sub(48)..start];
    let media = before.ends_with(b";base64,").then(|| memchr::memmem::rfind(before, b"data:")).flatten();
    media.is_some_and(|at| before[at + 5..].starts_with(b"image/") || before[at + 5..].starts_with(b"font/"))
}

/// The end of the base64 that begins with `run`: behind its padding, or behind the last of
/// the lines over which it is wrapped.
fn end_of_wrapped(bytes: &[u8], run: &Range<usize>) -> usize {
    let mut end = run.end;
    let mut columns = run.len();
    let mut is_first = true;
    while columns >= SHORTEST_WRAPPED {
        let Some(next) = next_line(bytes, end) else { break };
        let run = next..end_of_run(bytes, next);
        // The first line may be shorter than the next, if a name stands before it.
        if run.is_empty() || (run.len() > columns && !is_first) || !ends_there(bytes, run.end) {
            break;
        }
        let is_last = run.len() < columns && !is_first;
        (end, columns, is_first) = (run.end, run.len(), false);
        if is_last {
            break;
        }
    }
    end + bytes[end..].iter().take(2).take_while(|b| **b == b'=').count()
}

/// The first byte behind a line break and indentation.
fn next_line(bytes: &[u8], end: usize) -> Option<usize> {
    let rest = &bytes[end..];
    let line_break = match rest {
        [b'\r', b'\n', ..] => 2,
        [b'\r' | b'\n', ..] => 1,
        _ => return None,
    };
    let blanks = rest[line_break..].iter().take_while(|b| matches!(b, b' ' | b'\t')).count();
    Some(end + line_break + blanks)
}

/// May base64 end here? A word of a sentence is followed by a blank and more.
fn ends_there(bytes: &[u8], end: usize) -> bool {
    matches!(bytes.get(end), None | Some(b'\r' | b'\n' | b'=' | b'<' | b'"' | b'\'' | b'`' | b',' | b';' | b')'))
}
