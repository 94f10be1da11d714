//! Globs on key paths, compared without letter case and separators.
//!
//! `AzureAd:ClientSecret`, `azure_ad.client-secret` and `AZUREAD__CLIENTSECRET` are all
//! `azuread.clientsecret` here. A lookup takes one pass of a small automaton over the
//! normal form, then compares the few globs whose longest literal was seen.

use std::collections::hash_map::RandomState;
use std::hash::BuildHasher;
use std::sync::OnceLock;

use aho_corasick::AhoCorasick;

use crate::rule::verify::anchor_of;

/// Last segments that only wrap a value: ARM's `"adminPassword": { "value": … }`.
const WRAPPERS: [&str; 8] =
    ["value", "defaultvalue", "default", "stringvalue", "text", "content", "plaintext", "secretvalue"];

/// Names that end like those of secrets and stand in every project file.
const DECOYS: [&str; 1] = ["publickeytoken"];

/// Segments before the last one over which a literal of a glob may stand.
const MOST_JOINED: usize = 4;

/// The globs of many matchers.
#[derive(Debug, Default)]
pub(in crate::detect) struct KeyGlobs {
    globs: Vec<(String, u16)>,
    automaton: OnceLock<AhoCorasick>,
}

impl KeyGlobs {
    /// `glob` leads to matcher number `matcher`.
    pub(in crate::detect) fn push(&mut self, glob: &str, matcher: u16) {
        self.globs.push((glob.to_owned(), matcher));
    }

    /// Numbers of the matchers with a glob that matches the normal form of a path. Sorted, each once.
    pub(in crate::detect) fn find<'l>(&self, path: &str, looked: &'l mut Looked) -> &'l [u16] {
        looked.at(path, || self.look_up(path))
    }

    fn look_up(&self, path: &str) -> Vec<u16> {
        let mut out = Vec::new();
        if DECOYS.iter().any(|decoy| path.ends_with(decoy)) {
            return out;
        }
        let automaton = self.automaton.get_or_init(|| {
            let literals = self.globs.iter().map(|(glob, _)| anchor_of(glob).unwrap_or(glob));
            AhoCorasick::new(literals).expect("a few thousand short literals fit an automaton")
        });
        let mut see = |text: &str| {
            for seen in automaton.find_overlapping_iter(text) {
                let (glob, matcher) = &self.globs[seen.pattern().as_usize()];
                if !out.contains(matcher) && path_matches(glob, path) {
                    out.push(*matcher);
                }
            }
        };
        see(path);
        // `azure.client.secret`: a literal of a glob may stand over several segments, the last ones.
        if path.contains('.') {
            let from = path.rmatch_indices('.').nth(MOST_JOINED).map_or(0, |(at, _)| at + 1);
            see(&path[from..].replace('.', ""));
        }
        out.sort_unstable();
        out
    }
}

/// What was found for the paths of late: files of one kind, and versions of one file, have the same keys.
///
/// A path is known by 64 bits of its hash, as a large file has tens of thousands of paths: that two have the same bits
/// is not to be expected in any scan, and nobody can look for two, since the hash begins with a secret of the process.
#[derive(Debug, Default)]
pub(in crate::detect) struct Looked {
    slots: Vec<(u64, u32)>,
    /// Each list of matchers once.
    lists: Vec<Vec<u16>>,
    hashes: RandomState,
}

impl Looked {
    /// A power of two: one megabyte.
    const SLOTS: usize = 1 << 16;
    /// Slots that a path may be in: as many as the processor fetches at once.
    const WAYS: usize = 4;
    /// A scan meets some hundred.
    const MOST_LISTS: usize = 1 << 12;

    /// The matchers of a path; those that `look_up` gives if it is not known.
    fn at(&mut self, path: &str, look_up: impl FnOnce() -> Vec<u16>) -> &[u16] {
        if self.slots.is_empty() {
            self.slots.resize(Self::SLOTS, (0, NO_LIST));
        }
        let hash = self.hashes.hash_one(path);
        let near = hash as usize % (Self::SLOTS / Self::WAYS) * Self::WAYS;
        let ways = near..near + Self::WAYS;
        if let Some(slot) = self.slots[ways.clone()].iter().find(|slot| slot.0 == hash && slot.1 != NO_LIST) {
            return &self.lists[slot.1 as usize];
        }
        let found = look_up();
        let list = self.lists.iter().position(|list| *list == found).unwrap_or_else(|| {
            // What nobody points to any more is forgotten with the rest.
            if self.lists.len() == Self::MOST_LISTS {
                self.lists.clear();
                self.slots.fill((0, NO_LIST));
            }
            self.lists.push(found);
            self.lists.len() - 1
        });
        // The one that was put there first makes room.
        self.slots[ways.clone()].rotate_right(1);
        self.slots[ways.start] = (hash, u32::try_from(list).unwrap_or(NO_LIST));
        &self.lists[list]
    }
}

/// In a slot that is free.
const NO_LIST: u32 = u32::MAX;

/// Appends the normal form of a name to a path: segments of small letters and digits, divided by `.`.
pub(in crate::detect) fn push_normal(path: &mut String, name: &[u8]) {
    let mut rest = name;
    let mut begun = false;
    while let Some((&byte, more)) = rest.split_first() {
        let double = byte == b'_' && more.first() == Some(&b'_');
        if double || matches!(byte, b'.' | b':' | b'/' | b'[' | b']' | b'>') {
            begun = false;
        } else if byte.is_ascii_alphanumeric() {
            if !begun && !path.is_empty() {
                path.push('.');
            }
            begun = true;
            path.push(char::from(byte.to_ascii_lowercase()));
        }
        rest = more;
    }
}

/// Leaves out last segments that only wrap a value.
pub(in crate::detect) fn unwrap(path: &mut String) {
    while let Some(dot) = path.rfind('.')
        && WRAPPERS.contains(&&path[dot + 1..])
    {
        path.truncate(dot);
    }
}

/// Does a glob match the end of a path? A glob of one segment may
/// also match the last two or three of them joined, or all if it begins with `*`.
fn path_matches(glob: &str, path: &str) -> bool {
    let mut segments = path.rsplit('.');
    let whole = glob.rsplit('.').all(|wanted| segments.next().is_some_and(|segment| glob_matches(wanted, segment)));
    if whole {
        return true;
    }
    if glob.contains('.') || !path.contains('.') {
        return false;
    }
    // `validation.key` and `client.secret` are words of one name in properties.
    if !glob.starts_with('*') {
        let of = |count: usize| path.rmatch_indices('.').nth(count - 1).map_or(0, |(at, _)| at + 1);
        return [2, 3].into_iter().any(|count| path[of(count)..].replace('.', "") == glob);
    }
    let joined: String = path.split('.').collect();
    glob_matches(glob, &joined)
}

/// `*` stands for any number of characters.
fn glob_matches(glob: &str, text: &str) -> bool {
    let mut pieces = glob.split('*');
    let first = pieces.next().unwrap_or_default();
    let Some(mut rest) = text.strip_prefix(first) else { return false };
    let mut last = None;
    for piece in pieces {
        if let Some(before) = last.replace(piece) {
            match rest.find(before) {
                Some(at) => rest = &rest[at + before.len()..],
                None => return false,
            }
        }
    }
    match last {
        None => rest.is_empty(),
        Some(piece) => rest.ends_with(piece),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn notations_of_one_name_are_one() {
        for name in
            ["AzureAd:ClientSecret", "azuread.client-secret", "AZUREAD__CLIENT_SECRET", "AzureAd[\"ClientSecret\"]"]
        {
            let mut path = String::new();
            push_normal(&mut path, name.as_bytes());
            assert_eq!(path, "azuread.clientsecret", "{name}");
        }
    }

    #[test]
    fn globs_match_ends_of_paths() {
        for (glob, path, matches) in [
            ("clientsecret", "azuread.clientsecret", true),
            ("clientsecret", "clientsecret.name", false),
            ("clientsecret", "myclientsecret", false),
            ("clientsecret", "azure.client.secret", true),
            ("validationkey", "validation.key", true),
            ("key", "a.k.ey", true),
            ("clientsecret", "client.secret.name", false),
            ("*clientsecret", "myclientsecret", true),
            ("azuread.clientsecret", "azuread.clientsecret", true),
            ("azuread.clientsecret", "x.clientsecret", false),
            ("*storage*key", "spring.cloud.azure.storage.accountkey", true),
            ("*storage*key", "storagekeyname", false),
            ("connectionstrings.*", "connectionstrings.default", true),
            ("a*b*c", "aXbXbXc", true),
        ] {
            assert_eq!(path_matches(glob, &path.to_ascii_lowercase()), matches, "{glob} on {path}");
        }
    }

    #[test]
    fn what_is_remembered_is_what_would_be_found() {
        let mut globs = KeyGlobs::default();
        for (matcher, glob) in ["clientsecret", "*key", "*password*", "a.b", "*storage*key"].iter().enumerate() {
            globs.push(glob, matcher as u16);
        }
        let mut looked = Looked::default();
        // More paths than there are places, each twice, one of them again and again.
        for number in 0..3 * Looked::SLOTS / 2 {
            let name = ["x", "key", "password", "a.b", "storage.key", "client.secret"][number % 6];
            for path in [&*format!("p{number}.{name}"), &*format!("p{number}.{name}"), "azuread.clientsecret"] {
                assert_eq!(globs.find(path, &mut looked), globs.look_up(path), "{path}");
            }
        }
        for number in 0..u16::MAX {
            looked.at(&format!("{number}"), || vec![number]);
        }
        assert!(looked.lists.len() <= Looked::MOST_LISTS);
        assert_eq!(looked.at(&u16::MAX.to_string(), || vec![1, 2]), [1, 2]);
    }

    #[test]
    fn wrappers_at_the_end_do_not_count() {
        let mut path = "parameters.adminpassword.value".to_owned();
        unwrap(&mut path);
        assert_eq!(path, "parameters.adminpassword");
    }
}
