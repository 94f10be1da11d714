//! The secrets of a document: no edit may repeat one, and no diff show one.

use std::cell::OnceCell;
use std::ops::Range;

use aho_corasick::AhoCorasick;

use super::super::Detected;
use super::super::places::Places;

/// Bytes by which one is looked for: a private key has thousands.
const HEAD: usize = 32;

/// Where they stand in a text.
pub(super) struct Hidden<'t> {
    text: &'t [u8],
    pub(super) places: Places,
    /// Their heads, once somebody asks.
    heads: OnceCell<AhoCorasick>,
}

impl<'t> Hidden<'t> {
    pub(super) fn of(text: &'t [u8], detected: &[Detected]) -> Self {
        Self { text, places: detected.iter().filter_map(place).collect(), heads: OnceCell::new() }
    }

    /// Is one of them repeated there?
    pub(super) fn stands_in(&self, content: &str) -> bool {
        let heads = self.heads.get_or_init(|| {
            let heads = self.places.iter().map(|place| &self.text[place.start..place.end.min(place.start + HEAD)]);
            AhoCorasick::new(heads).expect("some thousand short texts fit an automaton")
        });
        heads.find_overlapping_iter(content).any(|seen| {
            let whole = self.places.get(seen.pattern().as_usize()).map(|place| &self.text[place.clone()]);
            whole.is_some_and(|whole| content.as_bytes()[seen.start()..].starts_with(whole))
        })
    }
}

/// Text that no edit may repeat.
fn place(one: &Detected) -> Option<Range<usize>> {
    let span = match one.lint {
        Some(places) => places.literal?,
        None => one.secret.as_ref().map(|_| one.in_text)?,
    };
    (span.len() >= 4).then(|| span.range())
}
