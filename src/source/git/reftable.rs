//! Refs and reflogs in tables, git's other way to keep them (`git init --ref-format=reftable`).
//!
//! Format: git's `Documentation/technical/reftable`, versions 1 and 2. A directory holds a list of tables; of a
//! ref that stands in several, the last one holds. Only what a scan needs is read: names, what they lead to, and
//! the ids in the logs. Nothing is trusted: what does not parse is an error that names the table.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use libdeflater::Decompressor;

use super::object::Id;
use super::open::read_small;
use crate::source::whole::read_file;

const HEADER: usize = 24;
const FOOTER: usize = 68;
/// What version 2 says more: which hash.
const HASH: usize = 4;
/// Type and length of a block.
const BLOCK: usize = 4;
/// No table that git writes has a larger block.
const LARGEST: usize = 1 << 24;

/// What a ref leads to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Target {
    /// An object.
    Id(Id),
    /// Another ref.
    Name(String),
}

/// All tables of a directory, as one.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Tables {
    pub(super) refs: BTreeMap<String, Target>,
    /// Ids in the logs, with the ref whose log it is.
    pub(super) logs: BTreeSet<(Id, String)>,
    /// Tables that cannot be read, and why.
    pub(super) broken: BTreeMap<String, String>,
}

/// Reads the tables of a git directory, if it has any.
pub(super) fn read(git_dir: &Path) -> Tables {
    let mut all = Tables::default();
    let dir = git_dir.join("reftable");
    let Some(list) = read_small(&dir.join("tables.list")) else { return all };
    for name in list.lines().filter(|name| !name.is_empty()) {
        let whole = if name.contains(['/', '\\']) { None } else { read_file(dir.join(name)).ok() };
        let read = whole.ok_or("it is not there").and_then(|bytes| Table::open(&bytes)?.read_into(&mut all));
        if let Err(what) = read {
            all.broken.insert(format!("reftable/{name}"), what.to_owned());
        }
    }
    all
}

/// Why a table cannot be read.
type Fault = &'static str;

const CUT: Fault = "it ends early";

struct Table<'t> {
    bytes: &'t [u8],
    header: usize,
    /// 0: blocks are not aligned.
    block_size: usize,
    /// Where the footer begins.
    end: usize,
    id_length: usize,
    /// Where the logs begin, if there are any.
    logs: Option<usize>,
}

impl<'t> Table<'t> {
    fn open(bytes: &'t [u8]) -> Result<Self, Fault> {
        let version = *bytes.get(4).filter(|_| bytes.starts_with(b"REFT")).ok_or("it is no table of refs")?;
        let extra = match version {
            1 => 0,
            2 => HASH,
            _ => return Err("its version is unknown"),
        };
        let header = HEADER + extra;
        let end = bytes.len().checked_sub(FOOTER + extra).filter(|end| *end >= header).ok_or(CUT)?;
        let footer = &bytes[end..];
        if crc32fast::hash(&footer[..footer.len() - 4]).to_be_bytes() != footer[footer.len() - 4..] {
            return Err("its footer does not have its checksum");
        }
        let id_length = if extra > 0 && &bytes[HEADER..header] == b"s256" { 32 } else { 20 };
        let place = |at: usize| number(&footer[header + at..header + at + 8]);
        let is_only_logs = bytes.get(header) == Some(&b'g');
        let logs = if is_only_logs { Some(0) } else { Some(place(24)).filter(|at| *at > 0) };
        Ok(Self { bytes, header, block_size: number(&bytes[5..8]), end, id_length, logs })
    }

    fn read_into(&self, all: &mut Tables) -> Result<(), Fault> {
        let mut at = 0;
        while at < self.end {
            // The first block has the header before it, and counts from there.
            let begins = if at == 0 { self.header } else { at };
            if self.bytes.get(begins) != Some(&b'r') {
                break;
            }
            let length = self.length(begins)?;
            let block = self.bytes.get(begins + BLOCK..at + length).ok_or(CUT)?;
            let mut record = Records::new(block)?;
            while let Some(kind) = record.next()? {
                let name = String::from_utf8_lossy(&record.key).into_owned();
                let cursor = &mut record.cursor;
                cursor.varint()?;
                let target = match kind {
                    0 => None,
                    1 => Some(Target::Id(self.id(cursor)?)),
                    2 => {
                        let id = self.id(cursor)?;
                        self.id(cursor)?;
                        Some(Target::Id(id))
                    }
                    3 => {
                        let length = cursor.varint()?;
                        Some(Target::Name(String::from_utf8_lossy(cursor.take(length)?).into_owned()))
                    }
                    _ => return Err("a ref of an unknown kind"),
                };
                match target {
                    Some(target) => _ = all.refs.insert(name, target),
                    None => _ = all.refs.remove(&name),
                }
            }
            at += self.step(at, length);
        }
        self.logs.map_or(Ok(()), |at| self.read_logs(at, all))
    }

    /// Bytes from one block to the next: a block that nothing fills up is followed at once.
    fn step(&self, at: usize, length: usize) -> usize {
        let is_filled = self.bytes.get(at + length).is_none_or(|byte| *byte == 0);
        if self.block_size > length && is_filled { self.block_size } else { length }
    }

    fn read_logs(&self, mut at: usize, all: &mut Tables) -> Result<(), Fault> {
        while at < self.end {
            let begins = if at == 0 { self.header } else { at };
            if self.bytes.get(begins) != Some(&b'g') {
                break;
            }
            let size = (self.length(begins)? + at).checked_sub(begins + BLOCK).ok_or(CUT)?;
            let packed = self.bytes.get(begins + BLOCK..self.end).ok_or(CUT)?;
            let mut block = vec![0; size];
            let got = Decompressor::new().zlib_decompress(packed, &mut block).map_err(|_| "a log does not inflate")?;
            if got != size {
                return Err("a log does not inflate to its size");
            }
            let mut record = Records::new(&block)?;
            while let Some(kind) = record.next()? {
                // A name, a NUL, eight bytes of a number.
                let name = record.key.len().checked_sub(9).map(|end| &record.key[..end]).ok_or(CUT)?;
                let name = String::from_utf8_lossy(name).into_owned();
                if kind == 0 {
                    continue;
                }
                let cursor = &mut record.cursor;
                for id in [self.id(cursor)?, self.id(cursor)?] {
                    if !id.is_zero() {
                        all.logs.insert((id, name.clone()));
                    }
                }
                for _ in 0..2 {
                    let length = cursor.varint()?;
                    cursor.take(length)?;
                }
                cursor.varint()?;
                cursor.take(2)?;
                let length = cursor.varint()?;
                cursor.take(length)?;
            }
            at = begins + BLOCK + packed_length(packed, &block)?;
        }
        Ok(())
    }

    fn length(&self, block: usize) -> Result<usize, Fault> {
        let length = self.bytes.get(block + 1..block + BLOCK).map(number).ok_or(CUT)?;
        Some(length).filter(|length| (BLOCK + 2..=LARGEST).contains(length)).ok_or("a block without a length")
    }

    fn id(&self, cursor: &mut Cursor<'_>) -> Result<Id, Fault> {
        cursor.take(self.id_length).and_then(|bytes| Id::from_bytes(bytes).ok_or(CUT))
    }
}

/// How long a zlib stream is whose content is known: it ends in the checksum (Adler-32) of that, and another block
/// of logs, an index or the footer follows.
fn packed_length(packed: &[u8], content: &[u8]) -> Result<usize, Fault> {
    let (low, high) = content.iter().fold((1_u32, 0_u32), |(low, high), byte| {
        let low = (low + u32::from(*byte)) % 65_521;
        (low, (high + low) % 65_521)
    });
    let checksum = (high << 16 | low).to_be_bytes();
    let ends = memchr::memmem::find_iter(packed, &checksum).map(|at| at + checksum.len());
    let mut right = ends.filter(|end| matches!(packed.get(*end), None | Some(b'g' | b'i')));
    right.next().ok_or("a log without an end")
}

/// Records of a block: each key begins as the last one did.
struct Records<'b> {
    cursor: Cursor<'b>,
    key: Vec<u8>,
}

impl<'b> Records<'b> {
    /// Behind the records stand places of some of them, three bytes each, and how many there are.
    fn new(block: &'b [u8]) -> Result<Self, Fault> {
        let count = block.len().checked_sub(2).map(|at| number(&block[at..])).ok_or(CUT)?;
        let end = block.len().checked_sub(2 + 3 * count).ok_or(CUT)?;
        Ok(Self { cursor: Cursor(&block[..end]), key: Vec::new() })
    }

    /// The kind of the next record, and the bytes behind its key, which the caller takes.
    fn next(&mut self) -> Result<Option<usize>, Fault> {
        if self.cursor.0.is_empty() {
            return Ok(None);
        }
        let shared = self.cursor.varint()?;
        let rest = self.cursor.varint()?;
        let (length, kind) = (rest >> 3, rest & 7);
        if shared > self.key.len() {
            return Err("a key that shares more than there is");
        }
        self.key.truncate(shared);
        self.key.extend_from_slice(self.cursor.take(length)?);
        Ok(Some(kind))
    }
}

struct Cursor<'b>(&'b [u8]);

impl<'b> Cursor<'b> {
    fn take(&mut self, length: usize) -> Result<&'b [u8], Fault> {
        let (taken, rest) = self.0.split_at_checked(length).ok_or(CUT)?;
        self.0 = rest;
        Ok(taken)
    }

    /// Seven bits a byte, the greatest first, each further byte worth one more.
    fn varint(&mut self) -> Result<usize, Fault> {
        let mut byte = self.take(1)?[0];
        let mut value = usize::from(byte & 0x7f);
        while byte & 0x80 != 0 {
            byte = self.take(1)?[0];
            value = (value + 1).checked_mul(128).ok_or(CUT)? | usize::from(byte & 0x7f);
        }
        Ok(value)
    }
}

/// The greatest byte first. Too great for this machine is as good as the greatest.
fn number(bytes: &[u8]) -> usize {
    bytes.iter().fold(0, |all: usize, byte| all.saturating_mul(256).saturating_add(usize::from(*byte)))
}
