//! All anchors of all rules in one pass over a text.
//!
//! An anchor is literal text that must be there before a rule runs. Several users
//! may share one; a hit is handed to each of them.

use std::collections::HashMap;

use super::prefilter::{self, Literal, Tables};

/// Who wants to know that an anchor was seen.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum User {
    /// The regex matcher of this number.
    Regex(u16),
    /// A word of a key.
    Assignment,
    /// A key of a connection string.
    Connection,
    /// `://`
    Url,
    /// `keyless:`
    Directive,
}

/// An anchor seen in a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Hit {
    pub(super) user: User,
    pub(super) start: u32,
    pub(super) end: u32,
}

/// The anchors of a rule set, ready to be looked for.
#[derive(Debug)]
pub(super) struct Anchors {
    tables: Tables,
    /// For each literal its length and its users.
    users: Vec<(u32, Vec<User>)>,
}

impl Anchors {
    /// From text, whether its letter case does not count, and user.
    pub(super) fn new(all: impl IntoIterator<Item = (String, bool, User)>) -> Self {
        let mut places: HashMap<Literal, usize> = HashMap::new();
        let (mut literals, mut users) = (Vec::new(), Vec::<(u32, Vec<User>)>::new());
        for (text, fold, user) in all {
            let bytes = if fold { text.to_ascii_lowercase() } else { text };
            let literal = Literal { bytes: bytes.into_bytes().into(), fold };
            let place = *places.entry(literal.clone()).or_insert_with(|| {
                users.push((u32::try_from(literal.bytes.len()).expect("anchors are short"), Vec::new()));
                literals.push(literal);
                literals.len() - 1
            });
            if !users[place].1.contains(&user) {
                users[place].1.push(user);
            }
        }
        Self { tables: Tables::new(literals), users }
    }

    /// Every hit of every user. `hits` is emptied first.
    pub(super) fn find(&self, text: &[u8], hits: &mut Vec<Hit>) {
        hits.clear();
        prefilter::find(&self.tables, text, |literal, start| {
            let (length, users) = &self.users[literal];
            let start = u32::try_from(start).expect("a layer has at most 4 GiB");
            hits.extend(users.iter().map(|&user| Hit { user, start, end: start + length }));
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(anchors: &Anchors, text: &str) -> Vec<(User, u32)> {
        let mut hits = Vec::new();
        anchors.find(text.as_bytes(), &mut hits);
        hits.sort_unstable();
        hits.iter().map(|hit| (hit.user, hit.start)).collect()
    }

    #[test]
    fn letter_case_counts_only_where_it_was_asked_for() {
        let anchors = Anchors::new([
            ("ghp_".to_owned(), false, User::Regex(0)),
            ("secret".to_owned(), true, User::Assignment),
            ("SECRET".to_owned(), false, User::Regex(1)),
        ]);
        assert_eq!(found(&anchors, "GHP_ ghp_"), [(User::Regex(0), 5)]);
        assert_eq!(found(&anchors, "Secret"), [(User::Assignment, 0)]);
        assert_eq!(found(&anchors, "SECRET"), [(User::Regex(1), 0), (User::Assignment, 0)]);
    }

    #[test]
    fn overlapping_anchors_are_all_seen() {
        let anchors = Anchors::new([
            ("client_secret".to_owned(), true, User::Regex(0)),
            ("secret".to_owned(), true, User::Assignment),
        ]);
        assert_eq!(found(&anchors, "client_secret").len(), 2);
    }
}
