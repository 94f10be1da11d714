//! The lines to show about a finding, with every secret in them covered.

use std::ops::Range;

use crate::detect::{Detected, Places};
use crate::document::Document;
use crate::document::layer::LayerSpan;
use crate::model::path::is_unsafe_to_show;
use crate::model::{Excerpt, mask};

/// Bytes kept on either side of the mark in a long line.
const SIDE: usize = 100;

/// More of a secret than this is not drawn: a private key would fill the screen.
const LONGEST_MARK: usize = 120;

/// Where the secrets of a document stand, which are covered.
pub(super) fn secrets(all: &[Detected]) -> Places {
    let literal = |one: &Detected| one.lint.and_then(|places| places.literal);
    let place = |one: &Detected| if one.secret.is_some() { Some(one.in_text) } else { literal(one) };
    all.iter().filter_map(place).map(LayerSpan::range).collect()
}

/// The line about a finding; `all` are the secrets of the document, which are covered.
///
/// Of a lint on a literal no neighbours are shown: settings beside it on the same line may
/// hold values that no rule takes for secrets, and whoever opens the file sees them there.
pub(super) fn excerpt(doc: &Document<'_>, one: &Detected, all: &Places) -> Excerpt {
    let (text, at) = (doc.text(), one.in_text);
    let literal = one.lint.and_then(|places| places.literal);
    let start = (at.start as usize).min(text.len());
    let mark_end = line_end(text, start).min(at.end as usize).min(start + LONGEST_MARK).max(start);
    let side = |offset: usize| if literal.is_some() { offset } else { SIDE };
    let from = line_start(text, start).max(boundary(text, start.saturating_sub(side(1))));
    let last = literal.map_or(mark_end, |literal| (literal.end as usize).clamp(mark_end, mark_end + SIDE));
    let to = line_end(text, mark_end).min(boundary(text, (last + side(1)).min(text.len())));
    let covered = cover(text, from..to.max(mark_end), all);
    let place = doc.line_col_in_text(from);
    let show = |range: Range<usize>| shown(&covered[range.start - from..range.end - from]);
    let (before, mark, after) = (show(from..start), show(start..mark_end), show(mark_end..to.max(mark_end)));
    Excerpt {
        mark: (before.len(), mark.len()),
        text: before + &mark + &after,
        first_line: place.line,
        first_column: place.column,
    }
}

/// A copy of the range in which every secret is covered.
fn cover(text: &[u8], range: Range<usize>, all: &Places) -> Vec<u8> {
    let mut copy = text[range.clone()].to_vec();
    for secret in all.within(&range) {
        let (from, to) = (secret.start.max(range.start), secret.end.min(range.end));
        // Only the very beginning of a secret may be shown.
        let mut whole = text[secret.clone()].to_vec();
        mask::cover(&mut whole);
        copy[from - range.start..to - range.start].copy_from_slice(&whole[from - secret.start..to - secret.start]);
    }
    copy
}

fn line_start(text: &[u8], at: usize) -> usize {
    memchr::memrchr2(b'\n', b'\r', &text[..at]).map_or(0, |end| end + 1)
}

fn line_end(text: &[u8], at: usize) -> usize {
    memchr::memchr2(b'\n', b'\r', &text[at..]).map_or(text.len(), |length| at + length)
}

/// The beginning of the character that holds `at`, so that none is cut in two.
fn boundary(text: &[u8], mut at: usize) -> usize {
    while at > 0 && at < text.len() && text[at] & 0xC0 == 0x80 {
        at -= 1;
    }
    at
}

fn shown(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes)
        .chars()
        .map(|c| {
            if c == '\t' {
                ' '
            } else if is_unsafe_to_show(c) {
                '·'
            } else {
                c
            }
        })
        .collect()
}
