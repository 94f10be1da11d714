//! Which entry belongs to which place.
//!
//! Within one identity: equal paths first; then an entry whose old place no longer
//! holds it takes a new place (a move); what is left over is new (a copy). A place of
//! the past, gone from HEAD, is no new copy: any entry of its identity accepts it.

use std::collections::{BTreeMap, BTreeSet};

use super::Entry;
use crate::model::{EntryUse, Fingerprint};

/// A place where something was found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Met {
    /// What was found.
    pub id: Fingerprint,
    /// Where, in the words of a baseline.
    pub path: String,
    /// In a commit, and no longer at HEAD.
    pub is_past: bool,
}

/// What belongs together.
#[derive(Debug, PartialEq, Eq)]
pub struct Pairs {
    /// For each place the entry that knows it, if one does.
    pub entry_of: Vec<Option<usize>>,
    /// For each entry what became of it.
    pub uses: Vec<EntryUse>,
}

/// Entries and places of one identity that equal paths leave over.
#[derive(Default)]
struct LeftOver<'a> {
    /// Every entry of the identity.
    all: Vec<usize>,
    entries: Vec<usize>,
    paths: BTreeSet<&'a str>,
}

/// Entries that may have moved: something of their identity stands at a path without
/// an entry, and nothing was met at theirs. Whether it still stands there is to be looked at.
pub fn unsure(entries: &[Entry], met: &[Met]) -> Vec<usize> {
    let left = left_over(entries, met);
    let moved = left.values().filter(|left| !left.paths.is_empty());
    let mut unsure: Vec<usize> = moved.flat_map(|left| left.entries.iter().copied()).collect();
    unsure.sort_unstable();
    unsure
}

/// Pairs. `held` are the entries of [`unsure`] whose old place was found to hold them still.
pub fn pair(entries: &[Entry], met: &[Met], held: &BTreeSet<usize>) -> Pairs {
    let by_key: BTreeMap<_, usize> = entries.iter().enumerate().map(|(index, entry)| (entry.key(), index)).collect();
    let mut uses = vec![EntryUse::Unused; entries.len()];
    let mut moved: BTreeMap<(Fingerprint, &str), usize> = BTreeMap::new();
    let mut known: BTreeMap<Fingerprint, usize> = BTreeMap::new();
    for (id, left) in left_over(entries, met) {
        for index in &left.all {
            uses[*index] = EntryUse::Same;
            known.entry(id).or_insert(*index);
        }
        left.entries.iter().for_each(|&index| uses[index] = EntryUse::Unused);
        let may_move = left.entries.iter().copied().filter(|index| !held.contains(index));
        for (index, path) in moves(entries, may_move, left.paths) {
            uses[index] = EntryUse::Moved(path.to_owned());
            moved.insert((id, path), index);
        }
        // still there, though this scan did not look
        left.entries.iter().filter(|index| held.contains(index)).for_each(|&index| uses[index] = EntryUse::Same);
    }
    let entry_of = met
        .iter()
        .map(|met| {
            let key = (met.id, met.path.as_str());
            let here = by_key.get(&key).or_else(|| moved.get(&key));
            here.or_else(|| met.is_past.then(|| known.get(&met.id)).flatten()).copied()
        })
        .collect();
    Pairs { entry_of, uses }
}

/// A file that kept its name is the likelier one.
fn moves<'a>(
    entries: &[Entry],
    may_move: impl Iterator<Item = usize>,
    mut paths: BTreeSet<&'a str>,
) -> Vec<(usize, &'a str)> {
    let name = |path: &str| path.rsplit('/').next().map(str::to_owned);
    let mut pairs = Vec::new();
    let mut rest = Vec::new();
    for index in may_move {
        let same_name = paths.iter().find(|path| name(path) == name(&entries[index].path)).copied();
        match same_name {
            Some(path) => {
                paths.remove(path);
                pairs.push((index, path));
            }
            None => rest.push(index),
        }
    }
    pairs.extend(rest.into_iter().zip(paths));
    pairs
}

/// What is left of each identity that was met, once equal paths are taken away.
fn left_over<'a>(entries: &[Entry], met: &'a [Met]) -> BTreeMap<Fingerprint, LeftOver<'a>> {
    let mut left: BTreeMap<Fingerprint, LeftOver<'a>> = BTreeMap::new();
    let mut past: BTreeSet<(Fingerprint, &str)> = BTreeSet::new();
    for met in met {
        let paths = &mut left.entry(met.id).or_default().paths;
        if met.is_past {
            past.insert((met.id, &met.path));
        } else {
            paths.insert(&met.path);
        }
    }
    for (index, entry) in entries.iter().enumerate() {
        let Some(left) = left.get_mut(&entry.id) else { continue };
        left.all.push(index);
        if !left.paths.remove(entry.path.as_str()) && !past.contains(&entry.key()) {
            left.entries.push(index);
        }
    }
    left
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `a:path` for the thing `a` at a path; `-a:path` for a place of the past.
    fn met(text: &str) -> Met {
        let (text, is_past) = text.strip_prefix('-').map_or((text, false), |text| (text, true));
        let (letter, path) = text.split_once(':').expect("thing:path");
        let id = Fingerprint::parse(&letter.repeat(32)).expect("a hex digit");
        Met { id, path: path.to_owned(), is_past }
    }

    fn entry(text: &str) -> Entry {
        let Met { id, path, .. } = met(text);
        Entry { id, path, rule: "r".into(), reason: None, until: None, line: 0 }
    }

    #[test]
    fn equal_paths_come_first_then_moves_and_the_rest_is_new() {
        for (entries, places, held, accepted, uses) in [
            ("a:x", "a:x", "", "+", "="),
            // moved, copied, both
            ("a:x", "a:y", "", "+", "y"),
            ("a:x", "a:x a:y", "", "+ -", "="),
            ("a:x", "a:y", "0", "-", "="),
            ("a:x", "a:y a:z", "", "+ -", "y"),
            ("a:x a:y", "a:y a:z a:w", "", "+ - +", "w ="),
            // the same name elsewhere is the likelier move
            ("a:p/x a:p/y", "a:q/y a:q/x", "", "+ +", "q/x q/y"),
            ("a:p/x", "a:a a:q/x", "", "- +", "q/x"),
            // another secret is new, and its entry of no use
            ("a:x", "b:x", "", "-", "."),
            ("a:x b:y", "b:x", "", "+", ". x"),
            ("a:x", "", "", "", "."),
            // twice in one file
            ("a:x", "a:x a:x", "", "+ +", "="),
            ("a:x", "a:y a:y", "", "+ +", "y"),
            // history
            ("a:x", "-a:old a:x", "", "+ +", "="),
            ("a:x", "-a:old", "", "+", "."),
            ("a:x", "-a:x", "", "+", "="),
            ("a:x", "-a:x a:y", "", "+ -", "="),
            ("b:x", "-a:old", "", "-", "."),
        ] {
            let split = |text: &str| text.split_whitespace().map(str::to_owned).collect::<Vec<_>>();
            let entries_of: Vec<Entry> = split(entries).iter().map(|text| entry(text)).collect();
            let met_of: Vec<Met> = split(places).iter().map(|text| met(text)).collect();
            let held: BTreeSet<usize> = split(held).iter().map(|text| text.parse().expect("a number")).collect();
            let pairs = pair(&entries_of, &met_of, &held);
            let said = |index: &Option<usize>| if index.is_some() { "+" } else { "-" }.to_owned();
            assert_eq!(pairs.entry_of.iter().map(said).collect::<Vec<_>>(), split(accepted), "{entries} | {places}");
            let used = |used: &EntryUse| match used {
                EntryUse::Unused => ".".to_owned(),
                EntryUse::Same => "=".to_owned(),
                EntryUse::Moved(to) => to.clone(),
            };
            assert_eq!(pairs.uses.iter().map(used).collect::<Vec<_>>(), split(uses), "{entries} | {places}");
        }
    }

    #[test]
    fn only_an_entry_that_may_have_moved_is_looked_for() {
        for (entries, places, expected) in [
            ("a:x", "a:y", vec![0]),
            ("a:x", "a:x a:y", vec![]),
            ("a:x", "b:y", vec![]),
            ("a:x a:z", "a:y a:z", vec![0]),
            ("a:x", "-a:y", vec![]),
        ] {
            let entries: Vec<Entry> = entries.split(' ').map(entry).collect();
            let places: Vec<Met> = places.split(' ').map(met).collect();
            assert_eq!(unsure(&entries, &places), expected, "{entries:?} {places:?}");
        }
    }
}
