//! The index, read as git writes it: versions 2 to 4, split, sparse, with its cached trees.
//!
//! libgit2 refuses split and sparse indexes, and reads 50,000 entries into as many allocations; here the file is
//! mapped, and of an entry is kept where it stands: a hook asks for one of them. What does not parse is an error
//! with its place, never half an index.

use std::io;
use std::path::Path;

use super::ewah::{self, be_u32};
use super::object::Id;
use crate::source::memory::Mapped;

/// An index.
#[derive(Debug, Default)]
pub(in crate::source) struct Index {
    own: Option<Mapped>,
    /// Of a split index.
    shared: Option<Mapped>,
    id_length: usize,
    /// Names that are not spelled out in the file.
    names: Vec<u8>,
    entries: Vec<IndexEntry>,
    /// Directories whose tree is known; `None` for those that changed. By path, without a slash at the end.
    pub(in crate::source) trees: Vec<CachedTree>,
}

/// A path that is staged: 16 bytes, as there may be a million.
#[derive(Clone, Copy, Debug)]
pub(in crate::source) struct IndexEntry {
    record: u32,
    record_in: Place,
    name: u32,
    name_in: Place,
    length: u16,
    /// 0, or 1 to 3 for the sides of a merge that is not resolved.
    pub(in crate::source) stage: u8,
    /// `git add -N`: the path only, nothing is staged.
    pub(in crate::source) intent_to_add: bool,
}

/// Which bytes an offset counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Place {
    Own,
    Shared,
    Names,
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
        let own = match Mapped::open(path) {
            Ok(own) => own,
            Err(cause) if cause.kind() == io::ErrorKind::NotFound => return Ok(Self::default()),
            Err(cause) => return Err(crate::source::in_words(&cause)),
        };
        let (parsed, link) = Reader::new(&own, id_length).and_then(Reader::read).ok_or("it does not parse")?;
        let link = link.filter(|link| !link.base.is_zero());
        let mut index = match link {
            None => Self { names: parsed.names, entries: parsed.entries, trees: parsed.trees, ..Self::default() },
            Some(link) => {
                let shared = path.with_file_name(format!("sharedindex.{}", link.base));
                let shared = Mapped::open(&shared).map_err(|cause| {
                    format!("its shared part sharedindex.{}: {}", link.base, crate::source::in_words(&cause))
                })?;
                let below = Reader::new(&shared, id_length).and_then(Reader::read).map(|(below, _)| below);
                let index = below.and_then(|below| parsed.over(below, &link));
                Self { shared: Some(shared), ..index.ok_or("its shared part does not parse")? }
            }
        };
        let is_split = index.shared.is_some();
        (index.own, index.id_length) = (Some(own), id_length);
        if is_split {
            index.sort();
        }
        if index.is_sorted() { Ok(index) } else { Err("its entries are not in order".to_owned()) }
    }

    pub(in crate::source) fn entries(&self) -> &[IndexEntry] {
        &self.entries
    }

    pub(in crate::source) fn name(&self, entry: &IndexEntry) -> &[u8] {
        let from = entry.name as usize;
        self.bytes(entry.name_in).get(from..from + usize::from(entry.length)).unwrap_or_default()
    }

    /// The object that is staged.
    pub(in crate::source) fn id(&self, entry: &IndexEntry) -> Id {
        let from = entry.record as usize + STAT;
        self.bytes(entry.record_in).get(from..from + self.id_length).and_then(Id::from_bytes).unwrap_or(Id::ZERO)
    }

    /// As in a tree.
    pub(in crate::source) fn mode(&self, entry: &IndexEntry) -> u32 {
        self.bytes(entry.record_in).get(entry.record as usize + MODE..).and_then(be_u32).unwrap_or(0)
    }

    fn bytes(&self, place: Place) -> &[u8] {
        match place {
            Place::Own => self.own.as_deref().unwrap_or_default(),
            Place::Shared => self.shared.as_deref().unwrap_or_default(),
            Place::Names => &self.names,
        }
    }

    fn sort(&mut self) {
        let mut entries = std::mem::take(&mut self.entries);
        entries.sort_by(|a, b| (self.name(a), a.stage).cmp(&(self.name(b), b.stage)));
        self.entries = entries;
    }

    fn is_sorted(&self) -> bool {
        self.entries.is_sorted_by(|a, b| (self.name(a), a.stage) <= (self.name(b), b.stage))
    }
}

/// What a file holds.
#[derive(Debug, Default)]
struct Parsed {
    names: Vec<u8>,
    entries: Vec<IndexEntry>,
    trees: Vec<CachedTree>,
}

impl Parsed {
    /// This part of a split index over the shared one. The files themselves are put in by who has them.
    fn over(self, shared: Self, link: &Link<'_>) -> Option<Index> {
        let Self { mut names, mut entries, .. } = shared;
        let (deleted, rest) = ewah::read(link.bitmaps, entries.len())?;
        let (replaced, _) = ewah::read(rest, entries.len())?;
        for entry in &mut entries {
            entry.record_in = Place::Shared;
            if entry.name_in == Place::Own {
                entry.name_in = Place::Shared;
            }
        }
        let shift = u32::try_from(names.len()).ok()?;
        u32::try_from(names.len() + self.names.len()).ok()?;
        names.extend_from_slice(&self.names);
        let moved = |entry: IndexEntry| match entry.name_in {
            Place::Names => IndexEntry { name: entry.name + shift, ..entry },
            _ => entry,
        };
        let mut own = self.entries.into_iter();
        for at in replaced {
            let new = moved(own.next()?);
            let IndexEntry { name, name_in, length, .. } = if new.length == 0 { entries[at] } else { new };
            entries[at] = IndexEntry { name, name_in, length, ..new };
        }
        let mut gone = deleted.into_iter().peekable();
        let mut at = 0;
        entries.retain(|_| {
            let is_gone = gone.next_if_eq(&at).is_some();
            at += 1;
            !is_gone
        });
        entries.extend(own.map(moved));
        Some(Index { names, entries, trees: self.trees, ..Index::default() })
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

    fn read(mut self) -> Option<(Parsed, Option<Link<'a>>)> {
        u32::try_from(self.bytes.len()).ok()?;
        let mut index = Parsed { entries: Vec::with_capacity(self.count), ..Parsed::default() };
        for _ in 0..self.count {
            let entry = self.entry(&mut index.names, index.entries.last())?;
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

    fn entry(&mut self, names: &mut Vec<u8>, last: Option<&IndexEntry>) -> Option<IndexEntry> {
        let start = self.at;
        let bytes = self.bytes.get(start..self.end)?;
        let mut at = STAT + self.id_length;
        let flags = u16::from_be_bytes(bytes.get(at..at + 2)?.try_into().ok()?);
        at += 2;
        let mut more = 0;
        if flags & EXTENDED != 0 {
            more = u16::from_be_bytes(bytes.get(at..at + 2)?.try_into().ok()?);
            at += 2;
        }
        // Version 4 tells how much of the last name is to be taken away, and what is put behind the rest.
        let from = names.len();
        if self.version == 4 {
            let (strip, used) = varint(&bytes[at..])?;
            at += used;
            let last = last.map_or(0..0, |last| last.name as usize..last.name as usize + usize::from(last.length));
            let keep = last.len().checked_sub(strip)?;
            names.extend_from_within(last.start..last.start + keep);
        }
        let length = memchr::memchr(0, bytes.get(at..)?)?;
        let (name, name_in, whole) = if self.version == 4 {
            names.extend_from_slice(&bytes[at..at + length]);
            (from, Place::Names, names.len() - from)
        } else {
            (start + at, Place::Own, length)
        };
        at += length;
        if whole > MAX_NAME {
            return None;
        }
        // Versions 2 and 3 pad with one to eight zeros, so that entries are multiples of eight.
        self.at = start + if self.version == 4 { at + 1 } else { (at + 8) & !7 };
        Some(IndexEntry {
            record: u32::try_from(start).ok()?,
            record_in: Place::Own,
            name: u32::try_from(name).ok()?,
            name_in,
            length: u16::try_from(whole).ok()?,
            stage: u8::try_from((flags & STAGE) >> 12).ok()?,
            intent_to_add: more & INTENT_TO_ADD != 0,
        })
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
        let file = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(file.path(), &bytes).unwrap();
        let index = Index::open(file.path(), 20).unwrap();
        let names: Vec<_> = index.entries().iter().map(|entry| index.name(entry)).collect();
        assert_eq!(names, [&b"a/b.txt"[..], b"a/c"]);
        let ids: Vec<_> = index.entries().iter().map(|entry| index.id(entry)).collect();
        assert_eq!(ids, [Id::from_bytes(&[7; 20]).unwrap(); 2]);
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
