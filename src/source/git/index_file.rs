//! The index, read as git writes it: versions 2 to 4, split, sparse, with its cached trees.
//!
//! libgit2 refuses split and sparse indexes, and reads 50,000 entries into as many allocations; here the
//! names share one. What does not parse is an error with its place, never half an index.

use std::io;
use std::ops::Range;
use std::path::Path;

use super::ewah::{self, be_u32};
use super::object::Id;
use crate::source::whole::read_file;

/// An index.
#[derive(Debug, Default)]
pub(in crate::source) struct Index {
    names: Vec<u8>,
    entries: Vec<IndexEntry>,
    /// Directories whose tree is known; `None` for those that changed. By path, without a slash at the end.
    pub(in crate::source) trees: Vec<CachedTree>,
}

/// A path that is staged.
#[derive(Clone, Debug)]
pub(in crate::source) struct IndexEntry {
    name: Range<usize>,
    pub(in crate::source) id: Id,
    pub(in crate::source) mode: u32,
    /// 0, or 1 to 3 for the sides of a merge that is not resolved.
    pub(in crate::source) stage: u8,
    /// `git add -N`: the path only, nothing is staged.
    pub(in crate::source) intent_to_add: bool,
}

/// A directory of the index and the tree that `git commit` will use for it.
#[derive(Clone, Debug)]
pub(in crate::source) struct CachedTree {
    pub(in crate::source) path: Vec<u8>,
    pub(in crate::source) id: Option<Id>,
}

impl Index {
    /// Reads an index; none at all is an empty one.
    ///
    /// # Errors
    /// What is wrong with it.
    pub(in crate::source) fn open(path: &Path, id_length: usize) -> Result<Self, String> {
        let bytes = match read_file(path) {
            Ok(bytes) => bytes,
            Err(cause) if cause.kind() == io::ErrorKind::NotFound => return Ok(Self::default()),
            Err(cause) => return Err(crate::source::in_words(&cause)),
        };
        let (mut index, link) = Reader::new(&bytes, id_length).and_then(Reader::read).ok_or("it does not parse")?;
        if let Some(link) = link.filter(|link| !link.base.is_zero()) {
            let shared = path.with_file_name(format!("sharedindex.{}", link.base));
            let bytes = read_file(&shared).map_err(|cause| {
                format!("its shared part sharedindex.{}: {}", link.base, crate::source::in_words(&cause))
            })?;
            let shared = Reader::new(&bytes, id_length).and_then(Reader::read).map(|(shared, _)| shared);
            index = shared.and_then(|shared| index.over(shared, &link)).ok_or("its shared part does not parse")?;
        }
        if index.is_sorted() { Ok(index) } else { Err("its entries are not in order".to_owned()) }
    }

    pub(in crate::source) fn entries(&self) -> &[IndexEntry] {
        &self.entries
    }

    pub(in crate::source) fn name(&self, entry: &IndexEntry) -> &[u8] {
        &self.names[entry.name.clone()]
    }

    fn is_sorted(&self) -> bool {
        self.entries.is_sorted_by(|a, b| (self.name(a), a.stage) <= (self.name(b), b.stage))
    }

    /// This part of a split index over the shared one.
    fn over(self, mut shared: Self, link: &Link<'_>) -> Option<Self> {
        let (deleted, rest) = ewah::read(link.bitmaps, shared.entries.len())?;
        let (replaced, _) = ewah::read(rest, shared.entries.len())?;
        let shift = shared.names.len();
        shared.names.extend_from_slice(&self.names);
        let moved = |range: &Range<usize>| range.start + shift..range.end + shift;
        let mut own = self.entries.into_iter();
        for at in replaced {
            let new = own.next()?;
            let name = if new.name.is_empty() { shared.entries[at].name.clone() } else { moved(&new.name) };
            shared.entries[at] = IndexEntry { name, ..new };
        }
        let mut gone = deleted.into_iter().peekable();
        let mut at = 0;
        shared.entries.retain(|_| {
            let is_gone = gone.next_if_eq(&at).is_some();
            at += 1;
            !is_gone
        });
        shared.entries.extend(own.map(|new| IndexEntry { name: moved(&new.name), ..new }));
        let names = shared.names;
        shared.entries.sort_by(|a, b| (&names[a.name.clone()], a.stage).cmp(&(&names[b.name.clone()], b.stage)));
        Some(Self { names, entries: shared.entries, trees: self.trees })
    }
}

/// What a split index says of the shared one.
struct Link<'a> {
    base: Id,
    bitmaps: &'a [u8],
}

struct Reader<'a> {
    bytes: &'a [u8],
    at: usize,
    /// Where the checksum begins.
    end: usize,
    version: u32,
    count: usize,
    id_length: usize,
}

/// ctime, mtime, dev, ino, mode, uid, gid, size.
const STAT: usize = 40;
const MODE: usize = 24;
/// Longer than any path that a system opens. Version 4 builds names out of names: without a limit a file of
/// 5 MB can ask for 20 GB.
const MAX_NAME: usize = 4096;
const EXTENDED: u16 = 0x4000;
const STAGE: u16 = 0x3000;
const INTENT_TO_ADD: u16 = 0x2000;

impl<'a> Reader<'a> {
    fn new(bytes: &'a [u8], id_length: usize) -> Option<Self> {
        let version = be_u32(bytes.get(4..)?)?;
        let count = usize::try_from(be_u32(bytes.get(8..)?)?).ok()?;
        let end = bytes.len().checked_sub(id_length)?;
        let known = bytes.starts_with(b"DIRC") && (2..=4).contains(&version);
        // An entry takes at least its stat data, id and flags.
        (known && count <= end / STAT).then_some(Self { bytes, at: 12, end, version, count, id_length })
    }

    fn read(mut self) -> Option<(Index, Option<Link<'a>>)> {
        let mut index = Index { entries: Vec::with_capacity(self.count), ..Index::default() };
        index.names.reserve(self.bytes.len() / 2);
        for _ in 0..self.count {
            let entry = self.entry(&mut index.names, index.entries.last().map(|entry| entry.name.clone()))?;
            index.entries.push(entry);
        }
        let mut link = None;
        while self.at < self.end {
            let head = self.bytes.get(self.at..self.at + 8)?;
            let length = usize::try_from(be_u32(&head[4..])?).ok()?;
            let from = self.at + 8;
            let body = self.bytes.get(from..from.checked_add(length)?).filter(|_| from + length <= self.end)?;
            match &head[..4] {
                b"TREE" => index.trees = cached_trees(body, self.id_length)?,
                b"link" => {
                    let base = Id::from_bytes(body.get(..self.id_length)?)?;
                    link = Some(Link { base, bitmaps: &body[self.id_length..] });
                }
                b"sdir" => {} // directories as entries: their mode says so
                // A small letter: not to be passed over by who does not know it.
                [first, ..] if first.is_ascii_lowercase() => return None,
                _ => {}
            }
            self.at = from + length;
        }
        Some((index, link))
    }

    fn entry(&mut self, names: &mut Vec<u8>, last: Option<Range<usize>>) -> Option<IndexEntry> {
        let start = self.at;
        let bytes = self.bytes.get(start..self.end)?;
        let id = Id::from_bytes(bytes.get(STAT..STAT + self.id_length)?)?;
        let mut at = STAT + self.id_length;
        let flags = u16::from_be_bytes(bytes.get(at..at + 2)?.try_into().ok()?);
        at += 2;
        let mut more = 0;
        if flags & EXTENDED != 0 {
            more = u16::from_be_bytes(bytes.get(at..at + 2)?.try_into().ok()?);
            at += 2;
        }
        let from = names.len();
        if self.version == 4 {
            let (strip, used) = varint(&bytes[at..])?;
            at += used;
            let last = last.unwrap_or(0..0);
            let keep = last.len().checked_sub(strip)?;
            names.extend_from_within(last.start..last.start + keep);
        }
        let length = memchr::memchr(0, bytes.get(at..)?)?;
        names.extend_from_slice(&bytes[at..at + length]);
        at += length;
        if names.len() - from > MAX_NAME {
            return None;
        }
        // Versions 2 and 3 pad with one to eight zeros, so that entries are multiples of eight.
        self.at = start + if self.version == 4 { at + 1 } else { (at + 8) & !7 };
        let mode = be_u32(&bytes[MODE..])?;
        let stage = u8::try_from((flags & STAGE) >> 12).ok()?;
        Some(IndexEntry { name: from..names.len(), id, mode, stage, intent_to_add: more & INTENT_TO_ADD != 0 })
    }
}

/// The offset encoding of packs: each further byte adds one.
fn varint(bytes: &[u8]) -> Option<(usize, usize)> {
    let mut value = 0_usize;
    for (at, &byte) in bytes.iter().enumerate() {
        value = value.checked_mul(128)?.checked_add(usize::from(byte & 0x7F))?;
        if byte & 0x80 == 0 {
            return Some((value, at + 1));
        }
        value = value.checked_add(1)?;
    }
    None
}

/// Depth first: a path, how many entries (less than none: changed) and subtrees, and its tree.
fn cached_trees(mut body: &[u8], id_length: usize) -> Option<Vec<CachedTree>> {
    let mut trees: Vec<CachedTree> = Vec::new();
    // The place of each open directory in `trees`, and how many of its subtrees are to come.
    let mut open: Vec<(usize, usize)> = Vec::new();
    while !body.is_empty() {
        let end = memchr::memchr(0, body)?;
        let line_end = end + memchr::memchr(b'\n', &body[end..])?;
        let counts = std::str::from_utf8(&body[end + 1..line_end]).ok()?;
        let (entries, subtrees) = counts.split_once(' ')?;
        let (entries, subtrees): (i64, usize) = (entries.parse().ok()?, subtrees.parse().ok()?);
        let mut path = Vec::new();
        while open.last().is_some_and(|(_, left)| *left == 0) {
            open.pop();
        }
        if let Some((parent, left)) = open.last_mut() {
            *left -= 1;
            path.clone_from(&trees[*parent].path);
            if !path.is_empty() {
                path.push(b'/');
            }
        }
        path.extend_from_slice(&body[..end]);
        body = &body[line_end + 1..];
        let id = if entries < 0 { None } else { Some(Id::from_bytes(body.get(..id_length)?)?) };
        if id.is_some() {
            body = &body[id_length..];
        }
        open.push((trees.len(), subtrees));
        trees.push(CachedTree { path, id });
    }
    Some(trees)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_cut_and_no_flipped_byte_makes_the_reader_panic() {
        let mut bytes = b"DIRC\0\0\0\x02\0\0\0\x02".to_vec();
        for name in ["a/b.txt", "a/c"] {
            let start = bytes.len();
            bytes.extend_from_slice(&[0; STAT]);
            bytes.extend_from_slice(&[7; 20]);
            bytes.extend_from_slice(&[0, 7]);
            bytes.extend_from_slice(name.as_bytes());
            bytes.resize(start + ((bytes.len() - start + 8) & !7), 0);
        }
        let body = [&b"\x002 1\n"[..], &[1; 20], b"a\x00-1 0\n"].concat();
        bytes.extend_from_slice(b"TREE");
        bytes.extend_from_slice(&u32::try_from(body.len()).unwrap().to_be_bytes());
        bytes.extend_from_slice(&body);
        bytes.extend_from_slice(&[0; 20]);
        let (index, _) = Reader::new(&bytes, 20).and_then(Reader::read).unwrap();
        let names: Vec<_> = index.entries().iter().map(|entry| index.name(entry)).collect();
        assert_eq!(names, [&b"a/b.txt"[..], b"a/c"]);
        let trees: Vec<_> = index.trees.iter().map(|tree| (tree.path.as_slice(), tree.id.is_some())).collect();
        assert_eq!(trees, [(&b""[..], true), (b"a", false)]);
        for at in 0..bytes.len() {
            let _ = Reader::new(&bytes[..at], 20).and_then(Reader::read);
            for bit in 0..8 {
                let mut flipped = bytes.clone();
                flipped[at] ^= 1 << bit;
                let _ = Reader::new(&flipped, 20).and_then(Reader::read);
            }
        }
    }

    #[test]
    fn a_length_is_read_as_packs_write_offsets() {
        for (bytes, expected) in [
            (&b"\x05"[..], Some((5, 1))),
            (b"\x80\x00", Some((128, 2))),
            (b"\x81\x00\xff", Some((256, 2))),
            (b"\x80", None),
            (&[0xFF; 20], None),
        ] {
            assert_eq!(varint(bytes), expected, "{bytes:?}");
        }
    }
}
