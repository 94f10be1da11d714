//! Where does any of a few hundred literals stand in a text? The first pass over every byte.
//!
//! After Hyperscan's Teddy: each literal lends four bytes, its window, to one of
//! sixteen buckets; nibble lookups tell for 32 positions at once whether some bucket
//! may begin there. What passes is hashed into a bitmap, and what passes that is
//! compared exactly. Each stage goes over a chunk of 2 KB and hands positions to the next.
//! [`mod@place`] chooses windows and buckets, [`mod@tables`] holds them; `aho-corasick` is
//! the oracle of the tests.

#[allow(unreachable_pub, reason = "the build script compiles this file too")]
mod place;
#[cfg(test)]
#[allow(unreachable_pub, dead_code, reason = "the build script is its user")]
mod sample;
mod scalar;
mod simd;
#[allow(unreachable_pub, reason = "the build script compiles this file too")]
mod tables;

use std::borrow::Cow;
use std::ops::Range;

use place::WINDOW;
use simd::{BLOCK, CHUNK, Positions};

pub(super) use place::Literal;
use tables::Tables;

use crate::rule::anchors::User;
use crate::rule::beside::Beside;
use place::{Shares, place};
use tables::{Entry, Window};

include!(concat!(env!("OUT_DIR"), "/anchors.rs"));

/// Bytes behind a chunk that are read with it.
const BEHIND: usize = BLOCK + WINDOW;

/// Which first stage runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Stage {
    /// Vector instructions where there are some.
    Best,
    /// None: the twin that tests compare with.
    #[cfg(test)]
    Scalar,
}

/// What looks for some of the anchors of a rule set.
#[derive(Debug)]
pub(super) struct Filter {
    /// Of each literal, its number among all anchors.
    numbers: Cow<'static, [u16]>,
    tables: Tables,
}

impl Filter {
    /// Looks for the literals of `all` that have these numbers.
    pub(super) fn new(all: &[Literal], numbers: Vec<u16>) -> Self {
        let literals: Vec<_> = numbers.iter().map(|number| all[usize::from(*number)].clone()).collect();
        Self { numbers: Cow::Owned(numbers), tables: tables(&literals) }
    }

    /// Calls `found(number, start)` for every place where an anchor stands that has a byte in `range`, overlapping ones
    /// too, and for some about it. In no order but the text's, roughly: places differ by at most an anchor's length.
    pub(super) fn find(&self, text: &[u8], range: Range<usize>, mut found: impl FnMut(u16, usize)) {
        let begin = range.start.saturating_sub(usize::from(self.tables.before));
        let windows = begin..range.end.saturating_add(usize::from(self.tables.after)).min(text.len());
        find_with(Stage::Best, &self.tables, text, windows, &mut |literal, start| found(self.numbers[literal], start));
    }
}

/// The filters of the built-in rules' anchors by [`AnchorScope`](crate::rule::anchors::AnchorScope), the length of each anchor, and
/// its users and what stands beside it.
pub(super) fn builtin() -> Builtin {
    Builtin { filters: &FILTERS, lengths: LENGTHS, users: USERS, beside: BESIDE }
}

/// See [`builtin`].
pub(super) struct Builtin {
    pub(super) filters: &'static [Filter],
    pub(super) lengths: &'static [u16],
    pub(super) users: &'static [&'static [User]],
    pub(super) beside: &'static [&'static [Beside]],
}

/// The tables of any literals.
fn tables(literals: &[Literal]) -> Tables {
    Tables::new(literals, &place(literals, &mut Shares::new(), 0))
}

/// Every literal whose window begins in `windows`, and some behind.
fn find_with(stage: Stage, tables: &Tables, text: &[u8], windows: Range<usize>, found: &mut impl FnMut(usize, usize)) {
    let mut scan = Scan { stage, tables, text, positions: [0; CHUNK + BLOCK] };
    let whole = text.len().saturating_sub(BEHIND);
    let mut at = windows.start;
    while at < windows.end && at + BLOCK <= whole {
        let wanted = (windows.end - at).next_multiple_of(BLOCK);
        let length = wanted.min((whole - at) / BLOCK * BLOCK).min(CHUNK);
        scan.chunk(&text[at..at + length + BEHIND], at, length, found);
        at += length;
    }
    if at < windows.end {
        // The last bytes, with zeros behind them: no literal that ends behind the text is taken for one.
        let mut tail = [0; 3 * BLOCK + BEHIND];
        let rest = &text[at..];
        tail[..rest.len()].copy_from_slice(rest);
        scan.chunk(&tail, at, rest.len().next_multiple_of(BLOCK), found);
    }
}

struct Scan<'t> {
    stage: Stage,
    tables: &'t Tables,
    text: &'t [u8],
    positions: Positions,
}

impl Scan<'_> {
    /// The first `length` positions of `here`, which stands at `base` in the text and goes on for [`BEHIND`] bytes.
    #[inline]
    fn chunk(&mut self, here: &[u8], base: usize, length: usize, found: &mut impl FnMut(usize, usize)) {
        let bitmap = self.tables.bitmap();
        let passed = match self.stage {
            Stage::Best => simd::positions(self.tables, here, length, &mut self.positions),
            #[cfg(test)]
            Stage::Scalar => None,
        };
        let kept = match passed {
            Some(count) => scalar::keep(bitmap, here, &mut self.positions, count),
            None => scalar::survivors(bitmap, here, length, &mut self.positions),
        };
        for &at in &self.positions[..kept] {
            let at = usize::from(at);
            self.tables.compare(self.text, base + at, scalar::four(here, at), found);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rule::anchors::AnchorScope;
    use aho_corasick::AhoCorasick;
    use proptest::prelude::*;

    fn by_oracle(literals: &[Literal], text: &[u8]) -> Vec<(usize, usize)> {
        let folded: Vec<_> = literals.iter().map(|literal| literal.bytes.to_ascii_lowercase()).collect();
        let automaton = AhoCorasick::builder().ascii_case_insensitive(true).build(&folded).expect("small");
        let mut all: Vec<_> = automaton
            .find_overlapping_iter(text)
            .filter(|seen| {
                let literal = &literals[seen.pattern().as_usize()];
                literal.fold || text[seen.range()] == *literal.bytes
            })
            .map(|seen| (seen.pattern().as_usize(), seen.start()))
            .collect();
        all.sort_unstable();
        all
    }

    fn by_filter(literals: &[Literal], text: &[u8]) -> Vec<(usize, usize)> {
        let tables = tables(literals);
        let mut all = Vec::new();
        find_with(Stage::Best, &tables, text, 0..text.len(), &mut |literal, start| all.push((literal, start)));
        all.sort_unstable();
        let mut slow = Vec::new();
        find_with(Stage::Scalar, &tables, text, 0..text.len(), &mut |literal, start| slow.push((literal, start)));
        slow.sort_unstable();
        assert_eq!(all, slow, "both scanners");
        all
    }

    fn literal(text: &str, fold: bool) -> Literal {
        Literal { bytes: text.as_bytes().into(), fold }
    }

    #[test]
    fn every_place_is_found_also_at_both_ends() {
        let literals =
            [literal("key", true), literal("AccountKey=", false), literal("://", false), literal("JQQJ99", false)];
        for length in [0, 1, 3, 5, 31, 32, 33, 35, 36, 64, 67, 100] {
            for at in 0..=length {
                let mut text = vec![b'.'; at];
                text.extend_from_slice(b"Key://JQQJ99AccountKey=");
                text.resize(text.len() + length - at, b'.');
                assert_eq!(by_filter(&literals, &text), by_oracle(&literals, &text), "{at} of {length}");
            }
        }
    }

    #[test]
    fn the_constant_tables_find_every_built_in_anchor() {
        let Builtin { filters, lengths, users, beside } = builtin();
        let set = crate::rule::RuleSet::builtin();
        let anchors = crate::rule::anchors::anchors(set.iter().map(|(_, rule)| rule.spec()));
        assert_eq!(anchors.iter().map(|anchor| &*anchor.users).collect::<Vec<_>>(), users);
        assert_eq!(anchors.iter().map(|anchor| &*anchor.beside).collect::<Vec<_>>(), beside);
        let literals: Vec<_> = anchors.iter().map(|anchor| literal(&anchor.text, anchor.fold)).collect();
        assert!(literals.iter().map(|literal| literal.bytes.len()).eq(lengths.iter().map(|one| usize::from(*one))));
        let text: String = anchors.iter().map(|anchor| format!("{} ", anchor.text)).collect();
        let upper = text.to_ascii_uppercase();
        for (scope, filter) in AnchorScope::ALL.into_iter().zip(filters) {
            let numbers = scope.of(&anchors);
            for text in [text.as_bytes(), upper.as_bytes()] {
                let mut all = Vec::new();
                filter.find(text, 0..text.len(), |number, start| all.push((usize::from(number), start)));
                all.sort_unstable();
                let mut expected = by_oracle(&literals, text);
                expected.retain(|(number, _)| numbers.iter().any(|one| usize::from(*one) == *number));
                assert_eq!(all, expected, "{scope:?}");
            }
        }
    }

    #[test]
    fn windows_chosen_over_a_sample_let_fewer_positions_pass_than_those_chosen_without() {
        let literals: Vec<_> =
            ["secret", "password", "token", "AccountKey=", "ghp_", "://", "key", "JQQJ99", "connectionstring"]
                .map(|text| literal(text, text.as_bytes()[0].is_ascii_lowercase()))
                .into();
        let text = include_bytes!("mod.rs");
        let passing = |placed: &place::Placed| {
            let passes = |four: &[u8]| {
                (0..place::GROUPS).any(|group| {
                    let mask = |k: usize| {
                        placed.low[group][k][usize::from(four[k] & 15)]
                            & placed.high[group][k][usize::from(four[k] >> 4)]
                    };
                    (0..WINDOW).map(mask).fold(0xFF, |all, one| all & one) != 0
                })
            };
            text.windows(WINDOW).filter(|four| passes(four)).count()
        };
        let mut sample = sample::Sample::new(text);
        let sampled = place(&literals, &mut sample, 1);
        let counted = passing(&sampled);
        assert!((sample.share() * text.len() as f64 - counted as f64).abs() < 64.0, "the cost is what passes");
        assert!(counted < passing(&place(&literals, &mut Shares::new(), 0)));
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(300))]
        #[test]
        fn the_filter_finds_what_the_oracle_finds(
            literals in proptest::collection::vec(("[a-cA-C=_]{3,12}", any::<bool>()), 1..40),
            text in "[a-cA-C=_.]{0,400}",
        ) {
            let literals: Vec<_> = literals.iter().map(|(text, fold)| literal(text, *fold)).collect();
            prop_assert_eq!(by_filter(&literals, text.as_bytes()), by_oracle(&literals, text.as_bytes()));
        }

        #[test]
        fn a_range_tells_every_literal_that_has_a_byte_in_it(
            literals in proptest::collection::vec(("[a-cA-C=_]{3,60}|a{3,9}", any::<bool>()), 1..20),
            text in "[a-cA-C=_.]{0,200}",
            picked in proptest::collection::vec((any::<proptest::sample::Index>(), "[a-c.]{0,40}"), 0..5),
            (from, length) in (0.0..1.0, 0..80_usize),
        ) {
            let literals: Vec<_> = literals.iter().map(|(text, fold)| literal(text, *fold)).collect();
            let mut text = text.into_bytes();
            for (which, behind) in &picked {
                text.extend_from_slice(&which.get(&literals).bytes);
                text.extend_from_slice(behind.as_bytes());
            }
            let from = (from * text.len() as f64) as usize;
            let range = from..(from + length).min(text.len());
            let touches = |&(literal, start): &(usize, usize)| {
                start < range.end && start + literals[literal].bytes.len() > range.start
            };
            let filter = Filter::new(&literals, (0..).take(literals.len()).collect());
            let mut all = Vec::new();
            filter.find(&text, range.clone(), |number, start| all.push((usize::from(number), start)));
            all.retain(touches);
            all.sort_unstable();
            let mut expected = by_oracle(&literals, &text);
            expected.retain(touches);
            prop_assert_eq!(all, expected);
        }

        #[test]
        fn any_bytes_are_text(
            literals in proptest::collection::vec((proptest::collection::vec(any::<u8>(), 3..10), any::<bool>()), 1..10),
            text in proptest::collection::vec(any::<u8>(), 0..200),
        ) {
            let mut text = text;
            let literals: Vec<_> = literals.into_iter().map(|(bytes, fold)| Literal { bytes: bytes.into(), fold }).collect();
            for one in &literals {
                text.extend_from_slice(&one.bytes);
            }
            prop_assert_eq!(by_filter(&literals, &text), by_oracle(&literals, &text));
        }
    }
}
