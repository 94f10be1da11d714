//! The literal texts that must be seen before a rule runs, of all rules at once.
//!
//! Several users may share one. Keys of assignments share the few words that nearly every
//! secret-bearing key holds; a word of a rule's own is kept only where a key may do
//! without those. The build script compiles this file too: the filter's tables for
//! the built-in rules are made there.

use super::beside::{self, Beside};
use super::spec::{AssignmentSpec, RuleSpec};
use super::verify::anchor_of;

/// Beginnings of comments by which other tools are told that something is accepted.
pub const DIRECTIVES: [&str; 16] = [
    "gitleaks:allow",
    "betterleaks:allow",
    "allowlist secret",
    "allowlist-secret",
    "whitelist secret",
    "allowlist nextline secret",
    "trufflehog:ignore",
    "kingfisher:ignore",
    "secretlint-disable",
    "CS001:SecretInLine",
    "CS002:SecretInNextLine",
    "checkov:skip=",
    "tfsec:ignore:",
    "trivy:ignore:",
    "#disable-next-line",
    "noqa",
];

/// Words one of which stands in nearly every secret-bearing key.
const WORDS: [&str; 18] = [
    "secret",
    "password",
    "passwd",
    "passphrase",
    "pwd",
    "token",
    "key",
    "credential",
    "connectionstring",
    "connection_string",
    "connection-string",
    "connection string",
    "sas",
    "passcode",
    "webhook",
    "kennwort",
    "motdepasse",
    "authorization",
];

/// Who wants to know that an anchor was seen.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum User {
    /// The regex matcher of this number, counted over all rules by slug.
    Regex(u16),
    /// A word of a key.
    Assignment,
    /// A key of a connection string.
    Connection,
    /// `://`
    Url,
    /// The matcher of configuration of this number, counted over all rules by slug.
    Config(u16),
    /// The matcher of code of this number, counted over all rules by slug.
    Code(u16),
    /// `keyless:`
    Directive,
    /// What is escaped where it stands: its line is worth decoding.
    Escape,
}

/// Whose anchors are looked for in a text. Lints name common words (`client`, `provider`), so where no lint can
/// read a file their anchors are not looked for: they were two hits of three in a tree of Go.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AnchorScope {
    /// Those of secrets: in history, in decoded text, in prose.
    Secrets,
    /// And those of lints of source code.
    Code,
    /// And those of lints of configuration.
    Config,
    /// All of them.
    All,
}

impl AnchorScope {
    /// All of them, in the order of their numbers.
    pub const ALL: [Self; 4] = [Self::Secrets, Self::Code, Self::Config, Self::All];

    /// The numbers of the anchors one of whose users it is about.
    pub fn of(self, anchors: &[Anchor]) -> Vec<u16> {
        let wants = |user: &User| match user {
            User::Code(_) => matches!(self, Self::Code | Self::All),
            User::Config(_) => matches!(self, Self::Config | Self::All),
            _ => true,
        };
        (0..).zip(anchors).filter(|(_, anchor)| anchor.users.iter().any(wants)).map(|(number, _)| number).collect()
    }
}

/// A text to look for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Anchor {
    /// In small letters if their case does not count.
    pub text: String,
    /// In any letter case (ASCII).
    pub fold: bool,
    /// Each once, sorted.
    pub users: Vec<User>,
    /// What stands beside it where it is a word of a key; empty if anything may.
    pub beside: Vec<Beside>,
}

/// The anchors of rules that come sorted by slug, sorted and each once.
pub fn anchors<'r>(rules: impl Iterator<Item = &'r RuleSpec>) -> Vec<Anchor> {
    let mut all = Collected::default();
    all.add("keyless:", false, User::Directive);
    for word in DIRECTIVES {
        all.add(word, false, User::Directive);
    }
    // `https:\/\/hooks…`: the slashes hide the text that a rule looks for.
    all.add(r":\/\/", false, User::Escape);
    let (mut regexes, mut configs, mut codes) = (0, 0, 0);
    let mut assigning = Vec::new();
    for rule in rules {
        let matchers = &rule.matchers;
        for spec in matchers.regex.iter() {
            spec.anchors.iter().for_each(|anchor| all.add(anchor, spec.ignore_case, User::Regex(regexes)));
            regexes += 1;
        }
        for spec in matchers.assignment.iter() {
            assigning.push(spec);
            own_words(spec).for_each(|word| all.add(word, true, User::Assignment));
        }
        for key in matchers.connection.iter().flat_map(|spec| spec.secret.iter()) {
            spellings(key).for_each(|word| all.add(word, true, User::Connection));
        }
        for words in matchers.configuration_words() {
            words.iter().for_each(|word| all.add(word, true, User::Config(configs)));
            configs += 1;
        }
        for spec in matchers.code.iter() {
            spec.anchors.iter().for_each(|anchor| all.add(anchor, true, User::Code(codes)));
            codes += 1;
        }
        if !matchers.url.is_empty() {
            all.add("://", false, User::Url);
        }
    }
    if !assigning.is_empty() {
        WORDS.iter().for_each(|word| all.add(word, true, User::Assignment));
    }
    all.finish(&assigning)
}

#[derive(Default)]
struct Collected(std::collections::BTreeMap<(String, bool), Vec<User>>);

impl Collected {
    fn add(&mut self, text: &str, fold: bool, user: User) {
        let text = if fold { text.to_ascii_lowercase() } else { text.to_owned() };
        self.0.entry((text, fold)).or_default().push(user);
    }

    fn finish(self, assigning: &[&AssignmentSpec]) -> Vec<Anchor> {
        let one = |((text, fold), mut users): ((String, bool), Vec<User>)| {
            users.sort_unstable();
            users.dedup();
            let is_word = users.contains(&User::Assignment);
            let beside = if is_word { beside::of(&text, assigning) } else { Vec::new() };
            Anchor { text, fold, users, beside }
        };
        self.0.into_iter().map(one).collect()
    }
}

/// The words that stand in a text for a canonical key of a connection string, without white space.
fn spellings(key: &str) -> impl Iterator<Item = &str> {
    let short = (key == "password").then_some("pwd");
    std::iter::once(key).chain(short)
}

/// The words that a key of this matcher may hold instead of one of [`WORDS`].
///
/// `func` stands in every second line of some languages, and a key that fits `*func*key`
/// holds `key` anyway: of 1.3 million hits in a tree of 168 MB three quarters were such words.
fn own_words(spec: &AssignmentSpec) -> impl Iterator<Item = &str> {
    let given = &*spec.anchors;
    // `pass_word` holds no word, though its glob does.
    let divided = |word: &&str| !has_word(word) && has_word(&plain(word));
    let own = given.iter().map(AsRef::as_ref).filter(divided);
    let lacking = spec.keys.iter().filter(|glob| !glob.split(['.', '*']).any(has_word));
    own.chain(lacking.flat_map(move |glob| {
        let inside = |word: &&str| glob.split(['.', '*']).any(|literal| literal.contains(&plain(word)));
        let mut words: Vec<&str> = given.iter().map(AsRef::as_ref).filter(inside).collect();
        if words.is_empty() {
            words = given.iter().map(AsRef::as_ref).collect();
        }
        if words.is_empty() {
            words.extend(anchor_of(glob));
        }
        words
    }))
}

pub(super) fn has_word(text: &str) -> bool {
    WORDS.iter().any(|word| text.contains(word))
}

/// As keys are compared: letters and digits alone.
pub(super) fn plain(word: &str) -> String {
    word.chars().filter(char::is_ascii_alphanumeric).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::borrow::Cow;

    fn words(keys: &[&str], anchors: &[&str]) -> Vec<String> {
        let texts = |all: &[&str]| all.iter().map(|text| Cow::Owned((*text).to_owned())).collect::<Vec<_>>().into();
        let spec = AssignmentSpec {
            keys: texts(keys),
            anchors: texts(anchors),
            value: None,
            confidence: None,
            files: Cow::Borrowed(&[]),
        };
        own_words(&spec).map(str::to_owned).collect()
    }

    #[test]
    fn a_word_is_looked_for_only_where_a_key_may_lack_the_common_ones() {
        for (keys, anchors, expected) in [
            (&["*func*key"][..], &["func", "key"][..], &[][..]),
            (&["*func*key", "*functioncode"], &["func", "key"], &["func"]),
            (&["connectionstrings.*"], &["connection"], &[]),
            (&["*password"], &["pass_word"], &["pass_word"]),
            (&["clientstate"], &[], &["clientstate"]),
            (&["*wachtwoord"], &["pass", "pwd"], &["pass", "pwd"]),
            (&["*hybridconn*"], &["hybridconn", "hybrid_conn", "relay"], &["hybridconn", "hybrid_conn"]),
        ] {
            assert_eq!(words(keys, anchors), expected, "{keys:?} {anchors:?}");
        }
    }
}
