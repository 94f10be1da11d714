//! What stands beside a word in the keys that are looked for by it.
//!
//! Words of keys are short, and parts of common ones: `pat` stands in every `path`, `auth` in every `author`. A key that
//! is wanted goes on as its glob says, so the bytes beside a word tell most others from it, before anything is read.
//! They are compared as keys are: without letter case, and without what divides words.

use super::anchors::{has_word, plain};
use super::spec::{AssignmentSpec, Text};

/// More bytes that divide words stand nowhere in a key.
const MOST_DIVIDING: usize = 16;

/// One way to go on from a word, in both directions.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Beside {
    /// Letters and digits before the word, and after it.
    pub before: Text,
    /// See `before`.
    pub after: Text,
    /// No letter or digit stands before them.
    pub begins: bool,
    /// No letter stands after them, but where a new word begins.
    pub ends: bool,
}

/// All ways to go on from a word in the keys of these matchers; empty if a key may go on in any way.
pub fn of(word: &str, specs: &[&AssignmentSpec]) -> Vec<Beside> {
    let own = |given: &Text| given.eq_ignore_ascii_case(word);
    let word = plain(word).to_ascii_lowercase();
    let mut ways: Vec<Beside> = Vec::new();
    for spec in specs {
        for glob in spec.keys.iter() {
            let known = ways.len();
            ways.extend(in_glob(&word, glob));
            // Looked for by words that do not stand in it.
            if ways.len() == known && !has_word(glob) && spec.anchors.iter().any(own) {
                return Vec::new();
            }
        }
    }
    if ways.iter().any(|way| way.before.is_empty() && way.after.is_empty() && !way.begins && !way.ends) {
        return Vec::new();
    }
    ways.sort_by_key(|way| way.before.len() + way.after.len());
    let mut least: Vec<Beside> = Vec::new();
    for way in ways {
        if !least.iter().any(|other| other.covers(&way)) {
            least.push(way);
        }
    }
    least
}

fn in_glob<'g>(word: &'g str, glob: &'g str) -> impl Iterator<Item = Beside> + 'g {
    let pieces = glob.split('.').flat_map(|segment| {
        let last = segment.split('*').count() - 1;
        segment.split('*').enumerate().map(move |(at, piece)| (piece, at == 0, at == last))
    });
    pieces.flat_map(move |(piece, begins, ends)| {
        piece.match_indices(word).map(move |(at, _)| Beside {
            before: piece[..at].to_owned().into(),
            after: piece[at + word.len()..].to_owned().into(),
            begins,
            ends,
        })
    })
}

impl Beside {
    /// Does every place of the other way fit this one?
    fn covers(&self, other: &Self) -> bool {
        let before = if self.begins { other.begins && other.before == self.before } else { true };
        let after = if self.ends { other.ends && other.after == self.after } else { true };
        before && after && other.before.ends_with(&*self.before) && other.after.starts_with(&*self.after)
    }

    /// May a key that goes on so stand about the word at these bytes?
    pub fn may_stand(&self, text: &[u8], start: usize, end: usize) -> bool {
        let Some(start) = back(text, start, self.before.as_bytes()) else { return false };
        let Some(end) = on(text, end, self.after.as_bytes()) else { return false };
        let cut = (self.begins && is_inside(text, start)) || (self.ends && goes_on(text, end));
        !cut
    }
}

/// Where letters and digits begin that end before `at`.
fn back(text: &[u8], mut at: usize, wanted: &[u8]) -> Option<usize> {
    for byte in wanted.iter().rev() {
        let dividing = text[..at].iter().rev().take(MOST_DIVIDING).take_while(|b| !b.is_ascii_alphanumeric()).count();
        at = (at - dividing).checked_sub(1).filter(|at| text[*at].to_ascii_lowercase() == *byte)?;
    }
    Some(at)
}

/// Where letters and digits end that begin behind `at`.
fn on(text: &[u8], mut at: usize, wanted: &[u8]) -> Option<usize> {
    for byte in wanted {
        at += text[at..].iter().take(MOST_DIVIDING).take_while(|b| !b.is_ascii_alphanumeric()).count();
        text.get(at).filter(|found| found.to_ascii_lowercase() == *byte)?;
        at += 1;
    }
    Some(at)
}

/// Does a letter or digit stand before the place? That of an escape, `\nkey`, is none.
fn is_inside(text: &[u8], at: usize) -> bool {
    match text[..at] {
        [.., b'\\', b'n' | b't' | b'r'] => false,
        [.., before] => before.is_ascii_alphanumeric(),
        [] => false,
    }
}

/// Does a letter stand there that begins no new word? Behind a small one or a digit a capital does: `patProd`.
fn goes_on(text: &[u8], at: usize) -> bool {
    let Some(next) = text.get(at) else { return false };
    let after_small = at > 0 && !text[at - 1].is_ascii_uppercase();
    next.is_ascii_lowercase() || (next.is_ascii_uppercase() && !after_small)
}

#[cfg(test)]
mod tests {
    use std::borrow::Cow;

    use super::*;

    fn ways(word: &str, keys: &[&str], anchors: &[&str]) -> Vec<Beside> {
        let texts = |all: &[&str]| all.iter().map(|text| Cow::Owned((*text).to_owned())).collect::<Vec<_>>().into();
        let spec = AssignmentSpec {
            keys: texts(keys),
            anchors: texts(anchors),
            value: None,
            confidence: None,
            files: Cow::Borrowed(&[]),
        };
        of(word, &[&spec])
    }

    fn may_name(word: &str, keys: &[&str], text: &str) -> bool {
        let start = text.to_ascii_lowercase().find(word).expect("the word is there");
        ways(word, keys, &[]).iter().any(|way| way.may_stand(text.as_bytes(), start, start + word.len()))
    }

    #[test]
    fn a_key_goes_on_as_its_glob_says() {
        for (keys, text, expected) in [
            (&["*pat", "*patvalue"][..], "path", false),
            (&["*pat", "*patvalue"], "PATH", false),
            (&["*pat", "*patvalue"], "AZDO_PAT=x", true),
            (&["*pat", "*patvalue"], "azdoPatProd = x", true),
            (&["*pat", "*patvalue"], "compat2", true),
            (&["*pat", "*patvalue"], "pat_value", true),
            (&["*pat", "*patvalue"], "patValues", true),
            (&["*githubpat"], "pat", false),
            (&["*githubpat"], "GITHUB-PAT", true),
            (&["*githubpat"], "git.hub: pat", true),
            (&["pat"], "compat", false),
            (&["pat"], r"\npat", true),
            (&["x.pat"], "\"pat\"", true),
        ] {
            assert_eq!(may_name("pat", keys, text), expected, "{keys:?} {text}");
        }
    }

    #[test]
    fn a_word_that_anything_may_stand_beside_is_always_one() {
        assert_eq!(ways("pat", &["*pat", "*pat*"], &[]), []);
        // Looked for by a word that does not stand in it.
        assert_eq!(ways("pat", &["*pat", "*wachtwoord"], &["pat"]), []);
        assert_ne!(ways("pat", &["*pat", "*password"], &["pat"]), []);
    }

    #[test]
    fn only_the_least_ways_are_kept() {
        let found = ways("key", &["*key", "*apikey", "*accesskey", "*appkeys*", "key"], &[]);
        let beside = |before: &str, after: &str, begins, ends| Beside {
            before: before.to_owned().into(),
            after: after.to_owned().into(),
            begins,
            ends,
        };
        assert_eq!(found, [beside("", "", false, true), beside("app", "s", false, false)]);
    }

    #[test]
    fn every_key_of_every_rule_is_named_by_a_word_in_it() {
        let set = crate::rule::RuleSet::builtin();
        let anchors = crate::rule::anchors::anchors(set.iter().map(|(_, rule)| rule.spec()));
        let words: Vec<_> =
            anchors.iter().filter(|anchor| anchor.users.contains(&crate::rule::anchors::User::Assignment)).collect();
        let is_named = |name: &str| {
            let small = name.to_ascii_lowercase();
            words.iter().any(|word| {
                small.match_indices(&word.text).any(|(start, text)| {
                    let may_stand = |way: &Beside| way.may_stand(name.as_bytes(), start, start + text.len());
                    word.beside.is_empty() || word.beside.iter().any(may_stand)
                })
            })
        };
        let globs: std::collections::BTreeSet<&str> = set
            .iter()
            .flat_map(|(_, rule)| rule.spec().matchers.assignment.iter())
            .flat_map(|spec| spec.keys.iter().map(AsRef::as_ref))
            .collect();
        // Some are looked for by a word beside the key, one with the quote that follows it.
        let without = |glob: &&&str| !words.iter().any(|word| glob.contains(&word.text));
        assert!(globs.iter().filter(without).count() * 100 < globs.len(), "nearly every key holds a word of its rule");
        for glob in globs.iter().filter(|glob| !without(glob)) {
            for filled in ["", "my", "X1"] {
                let name = glob.replace('*', filled);
                for name in [
                    name.clone(),
                    name.to_ascii_uppercase(),
                    format!("\"{name}\": "),
                    format!("{}_PROD=", name.to_ascii_uppercase()),
                    format!("{name}2 = "),
                    format!("{name}Prod = "),
                    format!("{name}.value"),
                    format!("$env:{name}"),
                    format!(r"\n{name}"),
                ] {
                    assert!(is_named(&name), "{glob}: {name}");
                }
            }
        }
    }
}
