//! All anchors of all rules in one pass over a text.
//!
//! An anchor is literal text that must be there before a rule runs. Several users
//! may share one. Hits know their anchor only, so that they can be taken over from one version
//! of a text to the next; who used it is asked when the hits are handed out.

use std::borrow::Cow;
use std::ops::Range;
use std::sync::OnceLock;

use super::prefilter::{self, Filter, Literal};
use crate::rule::RuleSet;
use crate::rule::anchors::{Anchor, AnchorScope, User};
use crate::rule::beside::Beside;

/// An anchor seen in a text. Ordered by place.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct AnchorHit {
    /// Its first byte.
    pub start: u32,
    /// Which anchor of the detector's.
    pub anchor: u16,
}

/// Bytes of an anchor, for one of its users.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Hit {
    pub(super) start: u32,
    pub(super) end: u32,
}

/// The anchors of a rule set, ready to be looked for.
#[derive(Debug)]
pub(super) struct Anchors {
    filters: Filters,
    lengths: Cow<'static, [u16]>,
    users: Each<User>,
    beside: Each<Beside>,
}

/// One for each scope.
#[derive(Debug)]
enum Filters {
    Builtin(&'static [Filter]),
    /// Made when they are asked for: most scans of few files never ask for all.
    Own(Vec<Anchor>, Box<[OnceLock<Filter>; AnchorScope::ALL.len()]>),
}

/// Some for each anchor.
#[derive(Debug)]
enum Each<T: 'static> {
    Builtin(&'static [&'static [T]]),
    Own(Vec<Vec<T>>),
}

impl<T> Each<T> {
    fn of(&self, hit: AnchorHit) -> &[T] {
        let anchor = usize::from(hit.anchor);
        match self {
            Self::Builtin(all) => all[anchor],
            Self::Own(all) => &all[anchor],
        }
    }
}

impl Anchors {
    /// The built-in rules' tables are constants; others are made here.
    pub(super) fn of(rules: &RuleSet) -> Self {
        if rules.is_builtin() {
            let builtin = prefilter::builtin();
            return Self {
                filters: Filters::Builtin(builtin.filters),
                lengths: Cow::Borrowed(builtin.lengths),
                users: Each::Builtin(builtin.users),
                beside: Each::Builtin(builtin.beside),
            };
        }
        Self::new(crate::rule::anchors::anchors(rules.iter().map(|(_, rule)| rule.spec())))
    }

    fn new(anchors: Vec<Anchor>) -> Self {
        let length = |anchor: &Anchor| u16::try_from(anchor.text.len()).expect("anchors are short");
        let lengths: Vec<u16> = anchors.iter().map(length).collect();
        let users = Each::Own(anchors.iter().map(|anchor| anchor.users.clone()).collect());
        let beside = Each::Own(anchors.iter().map(|anchor| anchor.beside.clone()).collect());
        let filters = Filters::Own(anchors, Default::default());
        Self { filters, lengths: Cow::Owned(lengths), users, beside }
    }

    fn filter(&self, scope: AnchorScope) -> &Filter {
        match &self.filters {
            Filters::Builtin(filters) => &filters[scope as usize],
            Filters::Own(anchors, made) => made[scope as usize].get_or_init(|| {
                let literal = |anchor: &Anchor| Literal { bytes: anchor.text.as_bytes().into(), fold: anchor.fold };
                Filter::new(&anchors.iter().map(literal).collect::<Vec<_>>(), scope.of(anchors))
            }),
        }
    }

    /// Bytes of the anchor that was hit.
    pub(super) fn length(&self, hit: AnchorHit) -> usize {
        usize::from(self.lengths[usize::from(hit.anchor)])
    }

    /// Every hit of the scope that has a byte in the range, sorted. `hits` is emptied first.
    pub(super) fn find(&self, text: &[u8], range: Range<usize>, scope: AnchorScope, hits: &mut Vec<AnchorHit>) {
        hits.clear();
        self.filter(scope).find(text, range.clone(), |anchor, start| {
            if start < range.end && start + usize::from(self.lengths[usize::from(anchor)]) > range.start {
                let start = u32::try_from(start).expect("a layer has at most 4 GiB");
                hits.push(AnchorHit { start, anchor });
            }
        });
        hits.sort_unstable();
    }

    /// Who looks for the anchor of a hit, and its bytes.
    pub(super) fn users(&self, hit: AnchorHit) -> (&[User], Hit) {
        let end = hit.start + u32::from(self.lengths[usize::from(hit.anchor)]);
        (self.users.of(hit), Hit { start: hit.start, end })
    }

    /// May the anchor, a word of keys, be one of a key that somebody wants? A look at the bytes beside it.
    pub(super) fn may_name(&self, text: &[u8], hit: AnchorHit) -> bool {
        let ways = self.beside.of(hit);
        let (start, end) = (hit.start as usize, hit.start as usize + self.length(hit));
        ways.is_empty() || ways.iter().any(|way| way.may_stand(text, start, end))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn anchors(all: &[(&str, bool, &[User])]) -> Anchors {
        let one = |&(text, fold, users): &(&str, bool, &[User])| Anchor {
            text: text.to_owned(),
            fold,
            users: users.to_vec(),
            beside: Vec::new(),
        };
        Anchors::new(all.iter().map(one).collect())
    }

    fn found(anchors: &Anchors, text: &str, range: Range<usize>) -> Vec<(User, Range<u32>)> {
        let mut hits = Vec::new();
        anchors.find(text.as_bytes(), range, AnchorScope::All, &mut hits);
        let users = hits.into_iter().flat_map(|hit| {
            let (users, hit) = anchors.users(hit);
            users.iter().map(move |&user| (user, hit.start..hit.end))
        });
        users.collect()
    }

    #[test]
    fn letter_case_counts_only_where_it_was_asked_for() {
        let anchors = anchors(&[
            ("ghp_", false, &[User::Regex(0)]),
            ("secret", true, &[User::Assignment]),
            ("SECRET", false, &[User::Regex(1)]),
        ]);
        assert_eq!(found(&anchors, "GHP_ ghp_", 0..9), [(User::Regex(0), 5..9)]);
        assert_eq!(found(&anchors, "Secret", 0..6), [(User::Assignment, 0..6)]);
        assert_eq!(found(&anchors, "SECRET", 0..6), [(User::Assignment, 0..6), (User::Regex(1), 0..6)]);
    }

    #[test]
    fn overlapping_anchors_and_all_users_are_told() {
        let anchors =
            anchors(&[("client_secret", true, &[User::Regex(0)]), ("secret", true, &[User::Assignment, User::Url])]);
        assert_eq!(
            found(&anchors, "client_secret", 0..13),
            [(User::Regex(0), 0..13), (User::Assignment, 7..13), (User::Url, 7..13)]
        );
    }

    #[test]
    fn a_range_tells_what_reaches_into_it() {
        let anchors = anchors(&[("secret", false, &[User::Assignment])]);
        let text = "secret secret secret";
        for (range, starts) in [
            (0..20, &[0, 7, 14][..]),
            (0..1, &[0]),
            (5..6, &[0]),
            (6..7, &[]),
            (6..8, &[7]),
            (5..15, &[0, 7, 14]),
            (19..99, &[14]),
            (20..20, &[]),
        ] {
            let hits: Vec<u32> = found(&anchors, text, range.clone()).into_iter().map(|(_, hit)| hit.start).collect();
            assert_eq!(hits, starts, "{range:?}");
        }
    }
}
