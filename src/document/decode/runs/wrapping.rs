//! What a run of base64 characters turned out to be, and where it ends.
//!
//! A run is decoded as far as 24 bytes; keys, hashes, images and identifiers show unprintable bytes
//! among the first few of them and cost no more than that.

use std::ops::Range;

use super::super::{base64, digits, gzip};
use super::{SHORTEST, end_of_run};

/// Decoded bytes that decide. Two in 24 may be strange: random bytes pass once in about 10^7.
const TASTE: usize = 24;

/// A line shorter than this is the last one of wrapped base64.
const SHORTEST_WRAPPED: usize = 40;

/// What a run turned out to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::document::decode) enum Wrapping {
    /// Base64 of text.
    Base64,
    /// Base64 of gzip.
    Gzip,
    /// Text in hexadecimal.
    Hex,
}

impl Wrapping {
    /// What stands in a run, and where it begins.
    pub(super) fn of(bytes: &[u8], run: &Range<usize>) -> Option<(usize, Self)> {
        let text = &bytes[run.clone()];
        if gzip::begins(text) {
            Some((run.start, Self::Gzip))
        } else if digits::is_text(text) {
            Some((run.start, Self::Hex))
        } else {
            first_text(bytes, run).map(|start| (start, Self::Base64))
        }
    }

    /// The end of what begins with `run`.
    pub(super) fn end(self, bytes: &[u8], run: &Range<usize>) -> usize {
        match self {
            Self::Hex => run.end,
            Self::Base64 | Self::Gzip => end_of_wrapped(bytes, run),
        }
    }

    /// Is it the body of an image or a font in a data URI?
    pub(super) fn is_image(self, bytes: &[u8], start: usize) -> bool {
        self != Self::Hex && is_image(bytes, start)
    }
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
