//! Objects of a repository, taken apart: ids, commits, trees, tags.
//!
//! Plain functions on bytes, without git2, so that every reader of objects shares them. Nothing is
//! trusted: what does not parse is `None`, and a tree that ends early says so.

use std::fmt;
use std::hash::{Hash, Hasher};

use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// Name of an object: 20 bytes of SHA-1, or 32 of SHA-256.
///
/// A SHA-1 id is followed by zeros. No SHA-256 id ends in twelve of them, so the length need not be kept:
/// a history of a million objects holds three million ids.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(in crate::source) struct Id([u8; 32]);

impl Id {
    /// The name of nothing.
    pub(in crate::source) const ZERO: Self = Self([0; 32]);

    /// From the bytes as stored; `None` unless there are 20 or 32.
    pub(in crate::source) fn from_bytes(bytes: &[u8]) -> Option<Self> {
        let mut id = [0; 32];
        match bytes.len() {
            20 | 32 => id[..bytes.len()].copy_from_slice(bytes),
            _ => return None,
        }
        Some(Self(id))
    }

    /// From 40 or 64 hexadecimal digits.
    pub(in crate::source) fn from_hex(hex: &[u8]) -> Option<Self> {
        let mut bytes = [0; 32];
        if hex.len() != 40 && hex.len() != 64 {
            return None;
        }
        for (byte, pair) in bytes.iter_mut().zip(hex.chunks_exact(2)) {
            *byte = digit(pair[0])? << 4 | digit(pair[1])?;
        }
        Self::from_bytes(&bytes[..hex.len() / 2])
    }

    /// The bytes as stored.
    pub(in crate::source) fn as_bytes(&self) -> &[u8] {
        if self.0[20..] == [0; 12] { &self.0[..20] } else { &self.0 }
    }

    /// Does it name nothing? Refs and indexes write zeros for that.
    pub(in crate::source) fn is_zero(&self) -> bool {
        self.0 == [0; 32]
    }

    /// Eight bytes as good as random, for hash tables.
    fn start(&self) -> u64 {
        u64::from_le_bytes(self.0[..8].try_into().expect("eight bytes are eight bytes"))
    }
}

impl Hash for Id {
    fn hash<H: Hasher>(&self, state: &mut H) {
        state.write_u64(self.start());
    }
}

impl fmt::Display for Id {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let digit = |nibble: u8| b"0123456789abcdef"[usize::from(nibble)];
        let mut text = [0; 64];
        for (pair, byte) in text.chunks_exact_mut(2).zip(self.as_bytes()) {
            pair.copy_from_slice(&[digit(byte >> 4), digit(byte & 15)]);
        }
        f.write_str(std::str::from_utf8(&text[..2 * self.as_bytes().len()]).expect("digits are ASCII"))
    }
}

impl fmt::Debug for Id {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl Serialize for Id {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_bytes(self.as_bytes())
    }
}

impl<'de> Deserialize<'de> for Id {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let bytes = <&[u8]>::deserialize(deserializer)?;
        Self::from_bytes(bytes).ok_or_else(|| D::Error::invalid_length(bytes.len(), &"20 or 32 bytes"))
    }
}

fn digit(byte: u8) -> Option<u8> {
    char::from(byte).to_digit(16).and_then(|digit| u8::try_from(digit).ok())
}

/// What an object is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::source) enum Kind {
    Blob,
    Tree,
    Commit,
    Tag,
}

impl Kind {
    /// The word git uses.
    pub(in crate::source) fn as_str(self) -> &'static str {
        match self {
            Self::Blob => "blob",
            Self::Tree => "tree",
            Self::Commit => "commit",
            Self::Tag => "tag",
        }
    }
}

/// One entry of a tree.
#[derive(Clone, Copy, Debug)]
pub(in crate::source) struct Entry<'a> {
    pub(in crate::source) mode: u32,
    pub(in crate::source) name: &'a [u8],
    pub(in crate::source) id: Id,
}

const TYPE: u32 = 0o170_000;

impl Entry<'_> {
    pub(in crate::source) fn is_tree(&self) -> bool {
        self.mode & TYPE == 0o040_000
    }

    /// A commit of another repository.
    pub(in crate::source) fn is_submodule(&self) -> bool {
        self.mode & TYPE == 0o160_000
    }
}

/// The entries of a tree; `Err` once if it ends early or does not parse.
pub(in crate::source) struct Entries<'a> {
    rest: &'a [u8],
    id_length: usize,
}

/// A tree that does not parse.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::source) struct Malformed;

impl<'a> Entries<'a> {
    /// `id_length` is 20 or 32.
    pub(in crate::source) fn new(tree: &'a [u8], id_length: usize) -> Self {
        Self { rest: tree, id_length }
    }

    fn read(&mut self) -> Option<Entry<'a>> {
        let mut mode = 0_u32;
        let mut at = 0;
        loop {
            match self.rest.get(at)? {
                b' ' if at > 0 => break,
                byte @ b'0'..=b'7' => mode = mode.checked_mul(8)? | u32::from(byte - b'0'),
                _ => return None,
            }
            at += 1;
        }
        let rest = &self.rest[at + 1..];
        let end = memchr::memchr(0, rest)?;
        let id = Id::from_bytes(rest.get(end + 1..end + 1 + self.id_length)?)?;
        self.rest = &rest[end + 1 + self.id_length..];
        Some(Entry { mode, name: &rest[..end], id })
    }
}

impl<'a> Iterator for Entries<'a> {
    type Item = Result<Entry<'a>, Malformed>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.rest.is_empty() {
            return None;
        }
        let entry = self.read();
        if entry.is_none() {
            self.rest = &[];
        }
        Some(entry.ok_or(Malformed))
    }
}

/// What we want to know of a commit.
#[derive(Clone, Debug)]
pub(in crate::source) struct CommitObject {
    pub(in crate::source) tree: Id,
    pub(in crate::source) parents: Vec<Id>,
    /// Committer's clock, seconds since 1970.
    pub(in crate::source) time: i64,
}

impl CommitObject {
    /// `None` if it has no tree, which makes it none.
    pub(in crate::source) fn parse(bytes: &[u8]) -> Option<Self> {
        let (head, _) = split(bytes);
        let tree = Id::from_hex(field(head, b"tree")?)?;
        let parents = head.split(|&b| b == b'\n').filter_map(|line| line.strip_prefix(b"parent "));
        let parents = parents.filter_map(Id::from_hex).collect();
        let time = field(head, b"committer").map_or(0, |line| who(line).2);
        Some(Self { tree, parents, time })
    }
}

/// Who wrote a commit or a tag, when, and what they said.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(in crate::source) struct Said<'a> {
    pub(in crate::source) name: &'a [u8],
    pub(in crate::source) email: &'a [u8],
    pub(in crate::source) time: i64,
    pub(in crate::source) message: &'a [u8],
}

impl<'a> Said<'a> {
    /// Of a commit (`author`) or a tag (`tagger`).
    pub(in crate::source) fn parse(bytes: &'a [u8]) -> Self {
        let (head, message) = split(bytes);
        let line = field(head, b"author").or_else(|| field(head, b"tagger")).unwrap_or_default();
        let (name, email, time) = who(line);
        Self { name, email, time, message }
    }

    /// The first line that says something.
    pub(in crate::source) fn summary(&self) -> String {
        let mut lines = self.message.split(|&b| b == b'\n' || b == b'\r').map(<[u8]>::trim_ascii);
        String::from_utf8_lossy(lines.find(|line| !line.is_empty()).unwrap_or_default()).into_owned()
    }
}

/// What an annotated tag points at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::source) struct TagObject {
    pub(in crate::source) target: Id,
}

impl TagObject {
    pub(in crate::source) fn parse(bytes: &[u8]) -> Option<Self> {
        Some(Self { target: Id::from_hex(field(split(bytes).0, b"object")?)? })
    }
}

/// Head and message.
fn split(bytes: &[u8]) -> (&[u8], &[u8]) {
    if bytes.first() == Some(&b'\n') {
        return (&[], &bytes[1..]);
    }
    match memchr::memmem::find(bytes, b"\n\n") {
        Some(at) => (&bytes[..at], &bytes[at + 2..]),
        None => (bytes, &[]),
    }
}

/// The first line with this word, without it.
fn field<'a>(head: &'a [u8], word: &[u8]) -> Option<&'a [u8]> {
    let mut lines = head.split(|&b| b == b'\n');
    lines.find_map(|line| line.strip_prefix(word)?.strip_prefix(b" "))
}

/// `Name <mail> 1700000000 +0100`, read from behind: a name may hold anything.
fn who(line: &[u8]) -> (&[u8], &[u8], i64) {
    let Some(end) = memchr::memrchr(b'>', line) else { return (line.trim_ascii(), &[], 0) };
    let start = memchr::memrchr(b'<', &line[..end]).unwrap_or(end);
    let email = line.get(start + 1..end).unwrap_or_default();
    let mut words = line[end + 1..].split(|&b| b == b' ').filter(|word| !word.is_empty());
    let time = words.next().and_then(|word| std::str::from_utf8(word).ok()?.parse().ok()).unwrap_or(0);
    (line[..start].trim_ascii(), email, time)
}

#[cfg(test)]
mod tests {
    use super::*;

    const HEX: &str = "3f2a1b9c0d12e4f5a6b7c8d9e0f1a2b3c4d5e6f7";

    #[test]
    fn an_id_is_read_and_written_in_both_lengths_and_no_other() {
        let long = format!("{HEX}00000000000000000000000f");
        for hex in [HEX, &long] {
            let id = Id::from_hex(hex.as_bytes()).unwrap();
            assert_eq!(id.to_string(), hex);
            assert_eq!(Id::from_bytes(id.as_bytes()), Some(id));
        }
        for bad in ["", "3f2a", &HEX[1..], &HEX.replace('f', "g"), &format!("{HEX}0")] {
            assert_eq!(Id::from_hex(bad.as_bytes()), None, "{bad}");
        }
    }

    #[test]
    fn a_tree_is_read_to_its_end_or_says_that_it_ends_early() {
        let id = Id::from_hex(HEX.as_bytes()).unwrap();
        let mut tree = Vec::new();
        for (mode, name) in [("100644", "a"), ("40000", ".git"), ("160000", "..")] {
            tree.extend_from_slice(format!("{mode} {name}\0").as_bytes());
            tree.extend_from_slice(id.as_bytes());
        }
        let read: Vec<_> = Entries::new(&tree, 20).map(|entry| entry.map(|e| (e.mode, e.name))).collect();
        assert_eq!(read, [Ok((0o100_644, &b"a"[..])), Ok((0o40_000, b".git")), Ok((0o160_000, b".."))]);
        let ends = [29, 60, tree.len()];
        for cut in 1..=tree.len() {
            let last = Entries::new(&tree[..cut], 20).last().expect("something was read");
            assert_eq!(last.is_ok(), ends.contains(&cut), "cut at {cut}");
        }
        assert!(Entries::new(b"999 x\0", 20).last().unwrap().is_err());
    }

    #[test]
    fn a_commit_gives_its_tree_parents_time_author_and_summary() {
        let bytes = format!(
            "tree {HEX}\nparent {HEX}\nparent {HEX}\nauthor Ada <Countess> Lovelace <a@b.c> 5 +0000\ncommitter x <y> 7 \
             +0200\ngpgsig -----BEGIN\n tree 0\n -----END\n\n\n  first line \n\nbody\n"
        );
        let commit = CommitObject::parse(bytes.as_bytes()).unwrap();
        assert_eq!((commit.parents.len(), commit.time, commit.tree.to_string().as_str()), (2, 7, HEX));
        let said = Said::parse(bytes.as_bytes());
        assert_eq!((said.time, said.summary().as_str()), (5, "first line"));
        assert_eq!(said.name, b"Ada <Countess> Lovelace");
        assert!(CommitObject::parse(b"parent x\n\nno tree").is_none());
    }

    #[test]
    fn what_does_not_look_like_a_person_is_taken_as_it_is() {
        for (line, expected) in [
            (&b"A B <a@b> 12 +0000"[..], (&b"A B"[..], &b"a@b"[..], 12)),
            (b"<> 3", (b"", b"", 3)),
            (b"no mail at all", (b"no mail at all", b"", 0)),
            (b"x > y", (b"x", b"", 0)),
            (b"x <y> z", (b"x", b"y", 0)),
        ] {
            assert_eq!(who(line), expected, "{}", String::from_utf8_lossy(line));
        }
    }
}
