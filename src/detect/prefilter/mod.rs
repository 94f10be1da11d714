//! Where does any of a few hundred literals stand in a text? The first pass over every byte.
//!
//! After Hyperscan's Teddy: each literal lends four bytes, its window, to one of
//! eight buckets; two nibble lookups a byte tell which buckets a position may begin.
//! What passes is hashed into a bitmap, and what passes that is compared exactly.
//! [`tables`] chooses windows and buckets; [`scalar`] and [`simd`] scan, with the
//! same result; `aho-corasick` is the oracle of the tests.

mod scalar;
mod simd;
mod tables;

pub(super) use tables::{Literal, Tables};

/// Calls `found(literal, start)` for every place where a literal stands, overlapping ones
/// too. In no order but the text's, roughly: places differ by at most a literal's length.
pub(super) fn find(tables: &Tables, text: &[u8], mut found: impl FnMut(usize, usize)) {
    let done = simd::scan(tables, text, &mut found);
    scalar::scan(tables, text, done, &mut found);
}

#[cfg(test)]
mod tests {
    use super::*;
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
        let tables = Tables::new(literals.to_vec());
        let mut all = Vec::new();
        find(&tables, text, |literal, start| all.push((literal, start)));
        all.sort_unstable();
        let mut slow = Vec::new();
        scalar::scan(&tables, text, 0, &mut |literal, start| slow.push((literal, start)));
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
