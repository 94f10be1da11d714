//! What of a blob is new: the lines that none of its earlier versions has.

use std::ops::Range;

use git2::{DiffOptions, Patch};

/// The bytes of the lines of `new` that a diff from `old` adds. `None` if there is no telling.
pub(in crate::source) fn added(old: &[u8], new: &[u8]) -> Option<Vec<Range<u32>>> {
    let mut options = DiffOptions::new();
    options.context_lines(0).interhunk_lines(0).force_text(true);
    let patch = Patch::from_buffers(old, None, new, None, Some(&mut options)).ok()?;
    let mut ranges = Vec::new();
    let mut lines = Lines::new(new);
    for hunk in 0..patch.num_hunks() {
        let (hunk, _) = patch.hunk(hunk).ok()?;
        if hunk.new_lines() > 0 {
            let first = hunk.new_start();
            ranges.push(lines.start_of(first)?..lines.start_of(first.checked_add(hunk.new_lines())?)?);
        }
    }
    Some(ranges)
}

/// What two sorted lists of ranges have in common: the lines of a merge that neither side had.
pub(in crate::source) fn common(a: &[Range<u32>], b: &[Range<u32>]) -> Vec<Range<u32>> {
    let (mut a, mut b) = (a.iter().peekable(), b.iter().peekable());
    let mut both = Vec::new();
    while let (Some(one), Some(other)) = (a.peek(), b.peek()) {
        let (start, end) = (one.start.max(other.start), one.end.min(other.end));
        if start < end {
            both.push(start..end);
        }
        if one.end < other.end {
            a.next()
        } else {
            b.next()
        };
    }
    both
}

/// Where lines begin, asked in ascending order.
struct Lines<'a> {
    bytes: &'a [u8],
    line: u32,
    at: usize,
}

impl<'a> Lines<'a> {
    fn new(bytes: &'a [u8]) -> Self {
        Self { bytes, line: 1, at: 0 }
    }

    /// The first byte of a line, from 1; the end of the blob for lines past it.
    fn start_of(&mut self, line: u32) -> Option<u32> {
        while self.line < line && self.at < self.bytes.len() {
            self.at = memchr::memchr(b'\n', &self.bytes[self.at..]).map_or(self.bytes.len(), |end| self.at + end + 1);
            self.line += 1;
        }
        u32::try_from(self.at).ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn new_text(old: &str, new: &str) -> Vec<String> {
        let ranges = added(old.as_bytes(), new.as_bytes()).unwrap();
        ranges.into_iter().map(|range| new[range.start as usize..range.end as usize].to_owned()).collect()
    }

    #[test]
    fn only_added_lines_are_new() {
        for (old, new, expected) in [
            ("", "a\nb", vec!["a\nb"]),
            ("a\nb\n", "a\nb\n", vec![]),
            ("a\nb\n", "b\n", vec![]),
            ("a\nb\nc\n", "a\nx\ny\nc\nz\n", vec!["x\ny\n", "z\n"]),
            ("a\nb", "a\nb\n", vec!["b\n"]),
            ("a\0b\n", "a\0b\nc\n", vec!["c\n"]),
            ("x", "", vec![]),
        ] {
            assert_eq!(new_text(old, new), expected, "{old:?} to {new:?}");
        }
    }

    #[test]
    fn what_is_common_lies_in_both() {
        for (a, b, expected) in [
            (vec![0..5], vec![3..9], vec![3..5]),
            (vec![0..2, 4..9], vec![1..5, 8..20], vec![1..2, 4..5, 8..9]),
            (vec![0..2], vec![2..4], vec![]),
            (vec![], vec![0..9], vec![]),
        ] {
            assert_eq!(common(&a, &b), expected);
            assert_eq!(common(&b, &a), expected);
        }
    }
}
