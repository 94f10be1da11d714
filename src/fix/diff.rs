//! The difference of two texts, as `git apply` takes it.
//!
//! Lines are compared as bytes with their ends, so CRLF, tabs and a missing last line end come through.
//! The headers are those of `diff -u`, without git's own line: paths then start from the directory in
//! which the patch is applied.

use std::fmt::Write as _;
use std::ops::Range;

/// Lines above and below a change.
const CONTEXT: usize = 3;

/// More changed lines than this are shown as one: each costs as much again.
const MOST_CHANGES: usize = 1_000;

/// A run of lines that goes, and what comes in its place.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Block {
    old: Range<usize>,
    new: Range<usize>,
}

/// A unified diff of one file; empty if nothing differs.
pub fn unified(path: &[u8], old: &[u8], new: &[u8]) -> Vec<u8> {
    let (old, new) = (lines(old), lines(new));
    let blocks = blocks(&old, &new);
    let mut out = Vec::new();
    if blocks.is_empty() {
        return out;
    }
    for (sign, side) in [("---", b'a'), ("+++", b'b')] {
        out.extend(format!("{sign} ").into_bytes());
        out.extend(name(side, path));
        out.push(b'\n');
    }
    let mut at = 0;
    while at < blocks.len() {
        let mut end = at + 1;
        while end < blocks.len() && blocks[end].old.start <= blocks[end - 1].old.end + 2 * CONTEXT {
            end += 1;
        }
        hunk(&blocks[at..end], &old, &new, &mut out);
        at = end;
    }
    out
}

/// `a/path`; a name with blanks is followed by a tab, one with other signs stands in quotes.
fn name(side: u8, path: &[u8]) -> Vec<u8> {
    let path = path.strip_prefix(b"/").unwrap_or(path);
    let mut plain = vec![side, b'/'];
    if path.iter().any(|&b| b < b' ' || b == b'"' || b == b'\\' || b == 0x7f) {
        let mut text = format!("\"{}/", char::from(side)).into_bytes();
        for &byte in path {
            match byte {
                b'"' | b'\\' => text.extend([b'\\', byte]),
                0..b' ' | 0x7f => text.extend(format!("\\{byte:03o}").into_bytes()),
                _ => text.push(byte),
            }
        }
        text.push(b'"');
        return text;
    }
    plain.extend(path);
    if path.contains(&b' ') {
        plain.push(b'\t');
    }
    plain
}

fn hunk(blocks: &[Block], old: &[&[u8]], new: &[&[u8]], out: &mut Vec<u8>) {
    let (first, last) = (&blocks[0], &blocks[blocks.len() - 1]);
    let before = first.old.start.min(CONTEXT);
    let after = (old.len() - last.old.end).min(CONTEXT);
    let (from, to) = (first.old.start - before, last.old.end + after);
    let (new_from, new_to) = (first.new.start - before, last.new.end + after);
    let mut head = String::from("@@ -");
    let place = |head: &mut String, from: usize, to: usize| {
        let length = to - from;
        let _ = write!(head, "{},{length}", if length == 0 { from } else { from + 1 });
    };
    place(&mut head, from, to);
    head.push_str(" +");
    place(&mut head, new_from, new_to);
    head.push_str(" @@\n");
    out.extend(head.into_bytes());
    let mut at = from;
    for block in blocks {
        old[at..block.old.start].iter().for_each(|line| push(b' ', line, out));
        old[block.old.clone()].iter().for_each(|line| push(b'-', line, out));
        new[block.new.clone()].iter().for_each(|line| push(b'+', line, out));
        at = block.old.end;
    }
    old[at..to].iter().for_each(|line| push(b' ', line, out));
}

fn push(sign: u8, line: &[u8], out: &mut Vec<u8>) {
    out.push(sign);
    out.extend(line);
    if !line.ends_with(b"\n") {
        out.extend(b"\n\\ No newline at end of file\n");
    }
}

/// Lines with their ends.
fn lines(text: &[u8]) -> Vec<&[u8]> {
    text.split_inclusive(|&b| b == b'\n').collect()
}

/// What differs, in order.
fn blocks(old: &[&[u8]], new: &[&[u8]]) -> Vec<Block> {
    let head = old.iter().zip(new).take_while(|(a, b)| a == b).count();
    let (rest_old, rest_new) = (&old[head..], &new[head..]);
    let tail = rest_old.iter().rev().zip(rest_new.iter().rev()).take_while(|(a, b)| a == b).count();
    let (middle_old, middle_new) = (&rest_old[..rest_old.len() - tail], &rest_new[..rest_new.len() - tail]);
    if middle_old.is_empty() && middle_new.is_empty() {
        return Vec::new();
    }
    let mut found: Vec<Block> = Vec::new();
    let (mut a, mut b) = (0, 0);
    let same = common(middle_old, middle_new);
    for (x, y) in same.into_iter().chain([(middle_old.len(), middle_new.len())]) {
        if x > a || y > b {
            found.push(Block { old: head + a..head + x, new: head + b..head + y });
        }
        (a, b) = (x + 1, y + 1);
    }
    found
}

/// Lines that both have, in order (Myers); none if they differ in too many.
fn common(old: &[&[u8]], new: &[&[u8]]) -> Vec<(usize, usize)> {
    let most = (old.len() + new.len()).min(MOST_CHANGES);
    let offset = most + 1;
    let mut reach = vec![0usize; 2 * offset + 1];
    let mut trace: Vec<Vec<usize>> = Vec::new();
    for changes in 0..=most {
        trace.push(reach.clone());
        for diagonal in (0..=2 * changes).step_by(2) {
            let k = offset + diagonal - changes;
            let down = diagonal == 0 || (diagonal != 2 * changes && reach[k - 1] < reach[k + 1]);
            let mut x = if down { reach[k + 1] } else { reach[k - 1] + 1 };
            // y = x - (k - offset), which may lie outside for a diagonal that leaves the square.
            while let Some(y) = (x + offset).checked_sub(k) {
                if x >= old.len() || y >= new.len() || old[x] != new[y] {
                    break;
                }
                x += 1;
            }
            reach[k] = x;
            if x >= old.len() && (x + offset).checked_sub(k).is_some_and(|y| y >= new.len()) {
                return back(&trace, old, new, offset);
            }
        }
    }
    Vec::new()
}

/// The way back through what was reached.
fn back(trace: &[Vec<usize>], old: &[&[u8]], new: &[&[u8]], offset: usize) -> Vec<(usize, usize)> {
    let (mut x, mut y) = (old.len(), new.len());
    let mut same = Vec::new();
    for (changes, reach) in trace.iter().enumerate().rev() {
        let k = offset + x - y;
        let down = changes > 0 && (k == offset - changes || (k != offset + changes && reach[k - 1] < reach[k + 1]));
        let before = if down { k + 1 } else { k - 1 };
        let (from_x, from_y) = if changes == 0 { (0, 0) } else { (reach[before], reach[before] + offset - before) };
        while x > from_x && y > from_y {
            (x, y) = (x - 1, y - 1);
            same.push((x, y));
        }
        (x, y) = (from_x, from_y);
    }
    same.reverse();
    same
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(old: &str, new: &str) -> String {
        String::from_utf8(unified(b"d/a.tf", old.as_bytes(), new.as_bytes())).expect("texts in, text out")
    }

    #[test]
    fn hunks_have_three_lines_about_them_and_near_ones_are_one() {
        let old = "1\n2\n3\n4\n5\n6\n7\n8\n9\n";
        for (new, expected) in [
            (old, ""),
            (
                "1\n2\n3\n4\nx\n6\n7\n8\n9\n",
                "--- a/d/a.tf\n+++ b/d/a.tf\n@@ -2,7 +2,7 @@\n 2\n 3\n 4\n-5\n+x\n 6\n 7\n 8\n",
            ),
            ("0\n1\n2\n3\n4\n5\n6\n7\n8\n9\n", "--- a/d/a.tf\n+++ b/d/a.tf\n@@ -1,3 +1,4 @@\n+0\n 1\n 2\n 3\n"),
            (
                "2\n3\n4\n5\n6\n7\n8\n",
                "--- a/d/a.tf\n+++ b/d/a.tf\n@@ -1,4 +1,3 @@\n-1\n 2\n 3\n 4\n@@ -6,4 +5,3 @@\n 6\n 7\n 8\n-9\n",
            ),
            (
                "1\n2\nx\n4\n5\ny\n7\n8\n9\n",
                "--- a/d/a.tf\n+++ b/d/a.tf\n@@ -1,9 +1,9 @@\n 1\n 2\n-3\n+x\n 4\n 5\n-6\n+y\n 7\n 8\n 9\n",
            ),
            ("", "--- a/d/a.tf\n+++ b/d/a.tf\n@@ -1,9 +0,0 @@\n-1\n-2\n-3\n-4\n-5\n-6\n-7\n-8\n-9\n"),
        ] {
            assert_eq!(shown(old, new), expected, "{new:?}");
        }
    }

    #[test]
    fn line_ends_come_through() {
        assert_eq!(
            shown("a\r\nb", "a\r\nc"),
            "--- a/d/a.tf\n+++ b/d/a.tf\n@@ -1,2 +1,2 @@\n a\r\n-b\n\\ No newline at end of file\n+c\n\\ No newline at end of file\n"
        );
    }

    #[test]
    fn names_with_blanks_and_signs_are_written_as_git_reads_them() {
        for (path, expected) in
            [("a/b.tf", "a/a/b.tf"), ("/a b.tf", "a/a b.tf\t"), ("q\"\n", "\"a/q\\\"\\012\""), ("ü.tf", "a/ü.tf")]
        {
            assert_eq!(String::from_utf8(name(b'a', path.as_bytes())).unwrap(), expected);
        }
    }

    #[test]
    fn any_two_texts_are_told_apart_and_joined_again() {
        let mut state = 7u64;
        let mut below = |limit: u64| {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            (state >> 33) % limit
        };
        for _ in 0..300 {
            let mut text =
                |n: u64| (0..n).map(|_| [&b"a\n"[..], b"b\n", b"c\n"][below(3) as usize]).collect::<Vec<_>>();
            let (old, new) = (text(12), text(12));
            let mut joined = Vec::new();
            let mut at = 0;
            for block in blocks(&old, &new) {
                joined.extend_from_slice(&old[at..block.old.start]);
                joined.extend_from_slice(&new[block.new.clone()]);
                at = block.old.end;
            }
            joined.extend_from_slice(&old[at..]);
            assert_eq!(joined, new, "{old:?}");
        }
    }
}
