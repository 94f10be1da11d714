//! Loose objects: one file each, named by the object.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::fault::{Defect, Fault};
use super::inflate::{Buffer, Inflater};
use super::oid::{Kind, Oid};
use crate::source::whole;

/// What is known of a loose object without its content.
#[derive(Clone, Copy, Debug)]
pub(super) struct Loose {
    pub(super) oid: Oid,
    /// `None` if it cannot be read.
    pub(super) kind: Option<Kind>,
    pub(super) size: u64,
    dir: u32,
}

/// All loose objects of a store, sorted by name.
#[derive(Debug, Default)]
pub(super) struct LooseObjects {
    dirs: Vec<PathBuf>,
    pub(super) all: Vec<Loose>,
}

/// Digits of `blob 4294967295` and the zero behind it, and room for what a size may grow to.
const LONGEST_HEAD: usize = 32;

impl LooseObjects {
    /// Lists the objects below a directory.
    pub(super) fn list(&mut self, objects: &Path, hash: usize) {
        let dir = u32::try_from(self.dirs.len()).unwrap_or(u32::MAX);
        self.dirs.push(objects.to_owned());
        let Ok(entries) = fs::read_dir(objects) else { return };
        for entry in entries.flatten() {
            let first = entry.file_name();
            if first.as_encoded_bytes().len() != 2 {
                continue;
            }
            let Ok(files) = fs::read_dir(entry.path()) else { continue };
            for file in files.flatten() {
                let hex = [first.as_encoded_bytes(), file.file_name().as_encoded_bytes()].concat();
                if let Some(oid) = Oid::from_hex(&hex).filter(|oid| oid.as_bytes().len() == hash) {
                    self.all.push(Loose { oid, kind: None, size: 0, dir });
                }
            }
        }
    }

    /// Sorts, and reads every object's kind. Later copies of the same object go.
    pub(super) fn settle(&mut self, most: u64, faults: &mut Vec<Fault>) {
        self.all.sort_by_key(|loose| (loose.oid, loose.dir));
        self.all.dedup_by_key(|loose| loose.oid);
        let (mut inflater, mut buffer) = (Inflater::new(), Buffer::default());
        for at in 0..self.all.len() {
            match self.read(at, most, &mut inflater, &mut buffer) {
                Ok((kind, content)) => {
                    let size = content.len() as u64;
                    (self.all[at].kind, self.all[at].size) = (Some(kind), size);
                }
                Err(defect) => faults.push(self.fault(at, defect)),
            }
        }
    }

    pub(super) fn fault(&self, at: usize, defect: Defect) -> Fault {
        Fault { file: Arc::from(self.path(at)), offset: 0, oid: Some(self.all[at].oid), defect }
    }

    fn path(&self, at: usize) -> PathBuf {
        let hex = self.all[at].oid.to_string();
        self.dirs[self.all[at].dir as usize].join(&hex[..2]).join(&hex[2..])
    }

    /// Reads an object; its content stands in the buffer.
    pub(super) fn read<'b>(
        &self,
        at: usize,
        most: u64,
        inflater: &mut Inflater,
        buffer: &'b mut Buffer,
    ) -> Result<(Kind, &'b [u8]), Defect> {
        read_file(&self.path(at), most, inflater, buffer)
    }
}

/// Reads one object from its file; its content stands in the buffer.
fn read_file<'b>(
    path: &Path,
    most: u64,
    inflater: &mut Inflater,
    buffer: &'b mut Buffer,
) -> Result<(Kind, &'b [u8]), Defect> {
    let unreadable = |cause: std::io::Error| Defect::Unreadable(cause.to_string());
    let length = fs::metadata(path).map_err(unreadable)?.len();
    if length > most {
        return Err(Defect::TooLarge(length));
    }
    let deflated = whole::read_file(path).map_err(unreadable)?;
    inflater.inflate_all(&deflated, most.saturating_add(LONGEST_HEAD as u64), buffer)?;
    let bytes = buffer.bytes();
    let (kind, size, head) = parse_head(bytes).ok_or(Defect::Header)?;
    if (bytes.len() - head) as u64 == size { Ok((kind, &bytes[head..])) } else { Err(Defect::Inflate) }
}

/// Reads one object from its file, for a reader that goes by names.
pub(in crate::source) fn read(path: &Path, most: u64) -> Result<(Kind, Vec<u8>), Defect> {
    let (mut inflater, mut buffer) = (Inflater::new(), Buffer::default());
    read_file(path, most, &mut inflater, &mut buffer).map(|(kind, content)| (kind, content.to_vec()))
}

/// `blob 12\0` gives kind, size and its own length.
fn parse_head(bytes: &[u8]) -> Option<(Kind, u64, usize)> {
    let zero = bytes.iter().take(LONGEST_HEAD).position(|&byte| byte == 0)?;
    let space = bytes[..zero].iter().position(|&byte| byte == b' ')?;
    let digits = std::str::from_utf8(&bytes[space + 1..zero]).ok()?;
    Some((Kind::named(&bytes[..space])?, digits.parse().ok()?, zero + 1))
}
