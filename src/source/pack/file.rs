//! A pack with its index: where each object's bytes are, and how to rebuild one.

use std::fs::File;
use std::path::Path;
use std::sync::Arc;

use super::delta::{Delta, Op};
use super::entries::{self, Entry, NONE};
use super::fault::{Defect, Fault};
use super::forest::Forest;
use super::index::Index;
use super::inflate::{Buffer, Inflater};
use super::oid::{Kind, Oid};
use crate::source::memory::Mapped;
use crate::source::whole::{open_file, read_at};

/// Longer streams are inflated where they are mapped.
const LONGEST_READ: usize = 1 << 20;

/// A pack that is open.
#[derive(Debug)]
pub(super) struct Pack {
    pub(super) path: Arc<Path>,
    bytes: Mapped,
    /// The same, where there are not so many packs that each could not be held open.
    file: Option<File>,
    /// Where the pack's checksum begins.
    end: u64,
    pub(super) index: Index,
    pub(super) entries: Vec<Entry>,
    pub(super) forest: Forest,
}

impl Pack {
    /// Faults of single objects are added to `faults`.
    pub(super) fn open(path: &Arc<Path>, index: Index, hash: usize, faults: &mut Vec<Fault>) -> Result<Self, Defect> {
        let bytes = Mapped::open(path).map_err(|cause| Defect::Unreadable(cause.to_string()))?;
        let end = bytes.len().checked_sub(hash).ok_or(Defect::File("a pack that ends early"))?;
        let of_file = |defect| Fault { file: Arc::clone(path), offset: 0, oid: None, defect };
        // Objects may be read all the same: each is held against its own checksum.
        if let Some(checksum) = index.pack_checksum() {
            faults.extend(entries::check_head(&bytes, index.count()).err().map(of_file));
            if checksum != &bytes[end..] {
                faults.push(of_file(Defect::File("a pack whose checksum is not the index's")));
            }
        }
        let read = entries::read(path, &bytes, end as u64, &index, hash);
        faults.extend(read.faults);
        let mut entries = read.all;
        let forest = Forest::grow(&mut entries);
        let pack = Self { path: Arc::clone(path), bytes, file: None, end: end as u64, index, entries, forest };
        pack.report_rootless(faults);
        Ok(pack)
    }

    /// Streams are read from now on, not mapped.
    ///
    /// They lie all over the pack, and the system maps sixteen pages where one is asked for: a sweep held most of the pack
    /// in memory, and let go of it only to ask for it again.
    pub(super) fn hold_open(&mut self) {
        self.file = open_file(&self.path).ok();
    }

    /// Deltas on what cannot be read, and deltas in a circle.
    fn report_rootless(&self, faults: &mut Vec<Fault>) {
        for entry in self.entries.iter().filter(|entry| entry.kind == 0 && entry.base != NONE) {
            faults.push(self.fault(entry, Defect::BaseUnreadable));
        }
    }

    pub(super) fn fault(&self, entry: &Entry, defect: Defect) -> Fault {
        Fault { file: Arc::clone(&self.path), offset: entry.offset, oid: self.oid(entry), defect }
    }

    /// The name of an entry, if the index knows one.
    pub(super) fn oid(&self, entry: &Entry) -> Option<Oid> {
        (entry.name != NONE).then(|| self.index.oid(entry.name))
    }

    /// The stream of an entry, read into `buffer` unless it is mapped. It was written as one with its header, so its
    /// checksum says that both are whole.
    fn stream<'b>(&'b self, at: u32, buffer: &'b mut Vec<u8>) -> Result<&'b [u8], Defect> {
        let entry = &self.entries[at as usize];
        let next = self.entries.get(at as usize + 1).map_or(self.end, |next| next.offset.min(self.end));
        let range = usize::try_from(entry.offset).unwrap_or(usize::MAX)..usize::try_from(next).unwrap_or(0);
        let bytes = match &self.file {
            Some(file) if range.start <= range.end && range.len() <= LONGEST_READ => {
                if buffer.len() < range.len() {
                    buffer.resize(range.len(), 0);
                }
                let bytes = &mut buffer[..range.len()];
                read_at(file, bytes, entry.offset).map_err(|cause| Defect::Unreadable(cause.to_string()))?;
                &*bytes
            }
            _ => self.bytes.get(range).ok_or(Defect::Inflate)?,
        };
        if entry.name != NONE
            && let Some(checksum) = self.index.checksum(entry.name)
            && crc32fast::hash(bytes) != checksum
        {
            return Err(Defect::Checksum);
        }
        bytes.get(usize::from(entry.header)..).ok_or(Defect::Inflate)
    }

    /// The entry that the index has at a place.
    fn entry_named(&self, name: u32) -> Option<u32> {
        let offset = self.index.offset(name)?;
        let mut at = self.entries.partition_point(|entry| entry.offset < offset);
        while self.entries.get(at).is_some_and(|entry| entry.offset == offset) {
            if self.entries[at].name == name {
                return u32::try_from(at).ok();
            }
            at += 1;
        }
        None
    }

    /// Reads one object by its place in the index, through the whole chain of its bases.
    pub(super) fn read(&self, name: u32, rebuild: &mut Rebuild, out: &mut Buffer) -> Result<Kind, Defect> {
        let mut at = self.entry_named(name).ok_or(Defect::Header)?;
        let kind = self.kind(at).ok_or(Defect::BaseUnreadable)?;
        let mut chain = Vec::new();
        while self.entries[at as usize].base != NONE {
            chain.push(at);
            at = self.entries[at as usize].base;
        }
        let (mut base, mut next) = (Buffer::default(), Buffer::default());
        rebuild.root(self, at, &mut base)?;
        for &at in chain.iter().rev() {
            rebuild.child(self, at, base.bytes(), &mut next)?;
            std::mem::swap(&mut base, &mut next);
        }
        *out = base;
        Ok(kind)
    }

    /// An entry without a kind has no root: its chain is broken, or a circle.
    fn kind(&self, at: u32) -> Option<Kind> {
        let entry = &self.entries[at as usize];
        [Kind::Commit, Kind::Tree, Kind::Blob, Kind::Tag].into_iter().find(|&kind| entry.is(kind))
    }
}

/// After so many bytes of mapped streams a thread lets go of the pages it read.
const LET_GO: u64 = 2 << 20;

/// What one thread needs to rebuild objects.
pub(super) struct Rebuild {
    inflater: Inflater,
    /// The stream that was read last.
    stream: Vec<u8>,
    delta: Buffer,
    /// What the last delta did.
    pub(super) ops: Vec<Op>,
    /// Larger objects are not built.
    most: u64,
    /// Bytes of packs read since their pages were let go of.
    held: u64,
}

impl Rebuild {
    pub(super) fn new(most: u64) -> Self {
        let (stream, delta) = (Vec::new(), Buffer::default());
        Self { inflater: Inflater::new(), stream, delta, ops: Vec::new(), most, held: 0 }
    }

    /// An object that is stored whole.
    pub(super) fn root(&mut self, pack: &Pack, at: u32, out: &mut Buffer) -> Result<(), Defect> {
        self.ops.clear();
        let size = u64::from(pack.entries[at as usize].size);
        if size > self.most {
            return Err(Defect::TooLarge(size));
        }
        self.inflate(pack, at, size, out)
    }

    fn inflate(&mut self, pack: &Pack, at: u32, size: u64, out: &mut Buffer) -> Result<(), Defect> {
        let stream = pack.stream(at, &mut self.stream)?;
        let read = stream.len();
        self.inflater.inflate(stream, size, out)?;
        if pack.file.is_none() || read > LONGEST_READ {
            self.held += read as u64;
        }
        if self.held > LET_GO {
            self.held = 0;
            pack.bytes.let_go();
        }
        Ok(())
    }

    /// An object that is stored as a delta.
    pub(super) fn child(&mut self, pack: &Pack, at: u32, base: &[u8], out: &mut Buffer) -> Result<(), Defect> {
        let made = self.apply(pack, at, base, out);
        self.delta.rest();
        made
    }

    fn apply(&mut self, pack: &Pack, at: u32, base: &[u8], out: &mut Buffer) -> Result<(), Defect> {
        let size = u64::from(pack.entries[at as usize].size);
        if size > self.most {
            return Err(Defect::TooLarge(size));
        }
        let mut told = std::mem::take(&mut self.delta);
        let inflated = self.inflate(pack, at, size, &mut told);
        self.delta = told;
        inflated?;
        let delta = Delta::parse(self.delta.bytes())?;
        if delta.size > self.most {
            return Err(Defect::TooLarge(delta.size));
        }
        if delta.base_size != base.len() as u64 {
            return Err(Defect::Delta);
        }
        // What makes more than its base and its own bytes may be a lie: the steps are added up first.
        if delta.size > delta.base_size + size {
            delta.check()?;
        }
        let size = usize::try_from(delta.size).map_err(|_| Defect::TooLarge(delta.size))?;
        delta.apply(base, out.room(size)?, &mut self.ops)
    }
}
