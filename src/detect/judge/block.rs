//! Which pieces about a place stand in the same block: what is told together belongs together.

use std::ops::Range;

/// Where a block ends beside its brace: an empty line, a section, the next document.
const BREAKS: [&[u8]; 4] = [b"\n\n", b"\n\r\n", b"\n[", b"\n---"];

/// For each of the places, which follow each other in the text, whether no block ends or begins between it and `at`.
///
/// One pass to each side: a line may hold thousands.
pub(super) fn together(bytes: &[u8], at: &Range<usize>, places: &[Range<usize>]) -> Vec<bool> {
    let before = places.partition_point(|place| place.end <= at.start);
    let mut side = Side { depth: 0, is_left: false };
    let mut place = at.start;
    let mut found: Vec<bool> = places[..before]
        .iter()
        .rev()
        .map(|other| {
            while place > other.end && !side.is_left {
                place -= 1;
                let is_break = BREAKS.iter().any(|mark| bytes[place..at.start].starts_with(mark));
                side.pass(bytes[place], b'}', b'{', is_break);
            }
            side.holds()
        })
        .collect();
    found.reverse();
    side = Side { depth: 0, is_left: false };
    place = at.end;
    found.extend(places[before..].iter().map(|other| {
        while place < other.start && !side.is_left {
            place += 1;
            let is_break = BREAKS.iter().any(|mark| bytes[at.end..place].ends_with(mark));
            side.pass(bytes[place - 1], b'{', b'}', is_break);
        }
        side.holds()
    }));
    found
}

/// The way from a place to one side.
struct Side {
    /// Blocks beside it that were entered.
    depth: u32,
    /// Its own block is behind.
    is_left: bool,
}

impl Side {
    fn pass(&mut self, byte: u8, enters: u8, leaves: u8, is_break: bool) {
        self.is_left |= is_break;
        if byte == enters {
            self.depth += 1;
        } else if byte == leaves {
            match self.depth.checked_sub(1) {
                Some(depth) => self.depth = depth,
                None => self.is_left = true,
            }
        }
    }

    fn holds(&self) -> bool {
        !self.is_left && self.depth == 0
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// Of one place, by what lies between.
    fn slowly(bytes: &[u8], at: &Range<usize>, other: &Range<usize>) -> bool {
        let between = if other.end <= at.start { other.end..at.start } else { at.end.min(other.start)..other.start };
        let between = &bytes[between];
        let (mut depth, mut least) = (0_i32, 0_i32);
        for byte in between {
            depth += i32::from(*byte == b'{') - i32::from(*byte == b'}');
            least = least.min(depth);
        }
        depth == 0 && least == 0 && BREAKS.iter().all(|mark| memchr::memmem::find(between, mark).is_none())
    }

    #[test]
    fn a_brace_an_empty_line_or_a_section_parts() {
        for (text, expected) in [
            ("a { at } b", &[false, false][..]),
            ("a {x} at {} b", &[true, true]),
            ("a\n\nat\nb", &[false, true]),
            ("a\n[s]\nat\r\nb\n", &[false, true]),
            ("a\nat\n---\nb", &[true, false]),
        ] {
            let find = |word: &str| text.find(word).map(|at| at..at + word.len()).expect("it is there");
            let places = [0..1, find("b")];
            assert_eq!(together(text.as_bytes(), &find("at"), &places), expected, "{text}");
        }
    }

    proptest! {
        #[test]
        fn one_pass_tells_what_each_place_tells(
            text in "([{}\n\r\\[x-]|---|\\{x\\}){0,60}",
            at in (0..60_usize, 0..4_usize),
            cuts in prop::collection::vec(0..80_usize, 0..12),
        ) {
            let bytes = text.as_bytes();
            let at = at.0.min(bytes.len())..(at.0 + at.1).min(bytes.len());
            let mut cuts: Vec<usize> = cuts.into_iter().map(|cut| cut.min(bytes.len())).collect();
            cuts.sort_unstable();
            let places: Vec<Range<usize>> = cuts.chunks_exact(2).map(|pair| pair[0]..pair[1]).collect();
            let expected: Vec<bool> = places.iter().map(|place| slowly(bytes, &at, place)).collect();
            prop_assert_eq!(together(bytes, &at, &places), expected);
        }
    }
}
