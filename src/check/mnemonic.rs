//! Seed phrases of wallets: 12 to 24 small words.
//!
//! The list of BIP 39 is not carried here (13 KB for one rule), so its checksum is
//! not proved. What prose cannot do without is not in that list: articles,
//! prepositions, pronouns. Their absence is the test.

use super::{Checked, shape, words};

/// Words of every English text; none is in the list of BIP 39.
const PROSE: [&[u8]; 38] = [
    b"and", b"are", b"been", b"but", b"did", b"does", b"for", b"from", b"had", b"has", b"her", b"him", b"his", b"how",
    b"its", b"may", b"not", b"our", b"said", b"she", b"some", b"the", b"their", b"them", b"these", b"those", b"was",
    b"were", b"which", b"while", b"who", b"why", b"with", b"would", b"your", b"could", b"should", b"than",
];

/// A phrase of the right number of words, each of three to eight small letters, that is no prose.
pub fn check(value: &[u8]) -> Checked {
    let tokens: Vec<&[u8]> = value.split(|b| b.is_ascii_whitespace() || *b == b',').filter(|t| !t.is_empty()).collect();
    if !matches!(tokens.len(), 12 | 15 | 18 | 21 | 24) {
        return Checked::refuted("not as many words as a seed phrase");
    }
    let fits = |t: &&[u8]| (3..=8).contains(&t.len()) && t.iter().all(u8::is_ascii_lowercase);
    if !tokens.iter().all(fits) {
        return Checked::refuted("other words than a seed phrase has");
    }
    if tokens.iter().any(|t| PROSE.contains(t)) {
        return Checked::refuted("prose");
    }
    let mut different = tokens.clone();
    different.sort_unstable();
    different.dedup();
    let spelled = tokens.iter().filter(|t| words::is_word(t) || words::pair_share(t) >= 0.4).count();
    if different.len() * 2 < tokens.len() || shape::distinct(value) < 10 {
        Checked::refuted("words repeated: a sample of documentation")
    } else if spelled * 4 >= tokens.len() * 3 {
        Checked::plausible("built like a seed phrase, checksum not computed")
    } else {
        Checked::doubtful("as many words as a seed phrase")
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::check::Outcome;

    #[test]
    fn phrases_are_told_from_prose_and_samples() {
        for (value, expected) in [
            ("orange window silver garden planet coffee rocket school winter bridge pepper dragon", Outcome::Plausible),
            (
                "abandon abandon abandon abandon abandon abandon abandon abandon abandon abandon abandon about",
                Outcome::Refuted,
            ),
            ("open the garden window and see how the silver planet was made", Outcome::Refuted),
            ("orange window silver", Outcome::Refuted),
            ("Orange window silver garden planet coffee rocket school winter bridge pepper dragon", Outcome::Refuted),
            ("xqz bvk wqj zxc qqv jkx vbq zzx kqj xvq wzk bqx", Outcome::Doubtful),
        ] {
            assert_eq!(check(value.as_bytes()).outcome, expected, "{value}");
        }
    }

    proptest! {
        #[test]
        fn no_input_makes_it_panic(value: Vec<u8>) {
            check(&value);
        }
    }
}
