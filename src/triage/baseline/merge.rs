//! Joining two branches: what either added, changed or took away since their base.
//!
//! There is no conflict that people must solve: an entry that one branch took away
//! and the other changed stays, and where both changed it, each part takes the change
//! that was made; of two changes to a day the earlier counts, two reasons are both told.

use std::collections::{BTreeMap, BTreeSet};

use super::{Baseline, Entry};
use crate::model::Fingerprint;

type Key = (Fingerprint, String);

/// Joins two baselines that grew out of `base`.
pub fn merge(base: &Baseline, ours: &Baseline, theirs: &Baseline) -> Baseline {
    let [base, ours, theirs] = [base, ours, theirs].map(by_key);
    let keys: BTreeSet<&Key> = ours.keys().chain(theirs.keys()).collect();
    let one = |key: &Key| entry(base.get(key).copied(), ours.get(key).copied(), theirs.get(key).copied());
    Baseline::new(keys.into_iter().filter_map(one))
}

fn by_key(baseline: &Baseline) -> BTreeMap<Key, &Entry> {
    baseline.entries().iter().map(|entry| ((entry.id, entry.path.clone()), entry)).collect()
}

fn entry(base: Option<&Entry>, ours: Option<&Entry>, theirs: Option<&Entry>) -> Option<Entry> {
    match (base, ours, theirs) {
        (_, Some(ours), Some(theirs)) => Some(both(base, ours, theirs)),
        (None, Some(only), None) | (None, None, Some(only)) => Some(only.clone()),
        // taken away by one: gone, unless the other changed it meanwhile
        (Some(base), Some(only), None) | (Some(base), None, Some(only)) => (!same(base, only)).then(|| only.clone()),
        (_, None, None) => None,
    }
}

fn same(one: &Entry, other: &Entry) -> bool {
    (&one.rule, &one.reason, one.until) == (&other.rule, &other.reason, other.until)
}

fn both(base: Option<&Entry>, ours: &Entry, theirs: &Entry) -> Entry {
    Entry {
        rule: changed(base.map(|base| &base.rule), &ours.rule, &theirs.rule, |ours, _| ours.clone()),
        reason: changed(base.map(|base| &base.reason), &ours.reason, &theirs.reason, |ours, theirs| {
            let mut told: Vec<&str> = [ours, theirs].into_iter().flatten().map(String::as_str).collect();
            // the same result whichever branch is merged into the other
            told.sort_unstable();
            Some(told.join("; "))
        }),
        until: changed(base.map(|base| &base.until), &ours.until, &theirs.until, |ours, theirs| {
            [*ours, *theirs].into_iter().flatten().min()
        }),
        ..ours.clone()
    }
}

/// The side that changed it; `settle` if both did.
fn changed<T: Clone + PartialEq>(base: Option<&T>, ours: &T, theirs: &T, settle: impl Fn(&T, &T) -> T) -> T {
    if ours == theirs || Some(theirs) == base {
        ours.clone()
    } else if Some(ours) == base {
        theirs.clone()
    } else {
        settle(ours, theirs)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Day;

    /// `a` or `a:reason` or `a:reason:month`.
    fn baseline(text: &str) -> Baseline {
        Baseline::new(text.split_whitespace().map(|word| {
            let mut parts = word.split(':');
            let id = Fingerprint::parse(&parts.next().unwrap_or_default().repeat(32)).expect("a hex digit");
            let reason = parts.next().filter(|text| !text.is_empty()).map(str::to_owned);
            let until = parts.next().and_then(|month| Day::new(2026, month.parse().ok()?, 1));
            Entry { id, path: "p".into(), rule: "r".into(), reason, until, line: 0 }
        }))
    }

    #[test]
    fn what_either_branch_did_is_in_the_result() {
        for (base, ours, theirs, merged) in [
            ("a", "a b", "a c", "a b c"),
            ("a b", "a", "a b", "a"),
            ("a b", "b", "a", ""),
            ("a", "a b", "a b", "a b"),
            ("", "a:x", "a:x", "a:x"),
            // one gives a reason, or a day
            ("a", "a:why", "a", "a:why"),
            ("a", "a", "a:why:3", "a:why:3"),
            ("a:x:9", "a:x:3", "a:y:9", "a:y:3"),
            // both change the same
            ("a", "a:one", "a:two", "a:one;_two"),
            ("a::1", "a::5", "a::3", "a::3"),
            ("a::1", "a", "a::3", "a::3"),
            // a change is more than taking away
            ("a", "", "a:why", "a:why"),
            ("a:why", "a", "", "a"),
        ] {
            let merged = baseline(merged);
            let merged = Baseline::new(merged.entries().iter().map(|entry| Entry {
                reason: entry.reason.as_ref().map(|text| text.replace('_', " ")),
                ..entry.clone()
            }));
            let [base, ours, theirs] = [base, ours, theirs].map(baseline);
            assert_eq!(merge(&base, &ours, &theirs), merged);
            assert_eq!(merge(&base, &theirs, &ours), merged, "the other way round");
        }
    }
}
