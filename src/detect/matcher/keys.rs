//! Globs on key paths, compared without letter case and separators.
//!
//! `AzureAd:ClientSecret`, `azure_ad.client-secret` and `AZUREAD__CLIENTSECRET` are all
//! `azuread.clientsecret` here. A lookup takes one pass of a small automaton over the
//! normal form, then compares the few globs whose longest literal was seen.

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
        let (matchers, is_known) = looked.at(path);
        if !is_known {
            self.look_up(path, matchers);
        }
        matchers
    }

    fn look_up(&self, path: &str, out: &mut Vec<u16>) {
        out.clear();
        if DECOYS.iter().any(|decoy| path.ends_with(decoy)) {
            return;
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
    }
}

/// What was found for the paths of late: files of one kind, and versions of one file, have the same keys.
#[derive(Debug, Default)]
pub(in crate::detect) struct Looked {
    slots: Vec<(String, Vec<u16>)>,
}

impl Looked {
    /// A power of two.
    const SLOTS: usize = 1 << 11;
    /// Longer paths are looked up each time: what is remembered stays small, whatever a file calls its keys.
    const LONGEST: usize = 256;

    /// The place for a path's matchers, and whether they are there already.
    fn at(&mut self, path: &str) -> (&mut Vec<u16>, bool) {
        if self.slots.is_empty() {
            self.slots.resize_with(Self::SLOTS, Default::default);
        }
        let (known, matchers) = &mut self.slots[hash(path) as usize & (Self::SLOTS - 1)];
        let is_known = known == path && !path.is_empty();
        if !is_known {
            known.clear();
            if path.len() <= Self::LONGEST {
                known.push_str(path);
            }
        }
        (matchers, is_known)
    }
}

/// Multiplies eight bytes at a time (as FxHash does); good enough for places in a small table.
fn hash(path: &str) -> u64 {
    let step = |hash: u64, word: u64| (hash.rotate_left(5) ^ word).wrapping_mul(0x51_7c_c1_b7_27_22_0a_95);
    let mut hash = path.len() as u64;
    for chunk in path.as_bytes().chunks(8) {
        let mut word = [0; 8];
        word[..chunk.len()].copy_from_slice(chunk);
        hash = step(hash, u64::from_le_bytes(word));
    }
    hash >> 40
}

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
    fn wrappers_at_the_end_do_not_count() {
        let mut path = "parameters.adminpassword.value".to_owned();
        unwrap(&mut path);
        assert_eq!(path, "parameters.adminpassword");
    }
}
