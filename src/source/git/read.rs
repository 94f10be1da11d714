//! Reads objects through libgit2: any pack, loose objects, alternates.
//!
//! The slow path, which reads everything git can. Its check of each object's hash costs two thirds of
//! its time and is off unless `--verify-objects` asks for it.

use std::path::{Path, PathBuf};

use git2::{ErrorCode, ObjectFormat, ObjectType, Odb, Oid};

use super::object::{Entries, Id, Kind};
use super::open::Format;
use crate::source::SourceError;

/// A handle on an object database.
pub(in crate::source) struct Objects {
    odb: Odb<'static>,
    pub(in crate::source) format: Format,
}

/// Why an object cannot be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::source) enum ReadError {
    /// It is in no pack and not loose.
    Missing,
    /// It is there and does not decode.
    Damaged(String),
}

impl Objects {
    /// Opens directories of objects with all their alternates.
    pub(in crate::source) fn open(directories: &[PathBuf], format: Format) -> Result<Self, SourceError> {
        // libgit2's cache of whole objects brings nothing where each is read once: 1.16 CPU s with, 1.11 without.
        git2::opts::enable_caching(false);
        let open = || {
            let odb = Odb::new_ext(if format.sha256 { ObjectFormat::Sha256 } else { ObjectFormat::Sha1 })?;
            for directory in directories {
                odb.add_disk_alternate(&directory.to_string_lossy())?;
            }
            Ok(odb)
        };
        match open() {
            Ok(odb) => Ok(Self { odb, format }),
            Err(error) => Err(cannot_open(directories.first().map_or(Path::new(""), PathBuf::as_path), &error)),
        }
    }

    /// One object, whatever it is.
    pub(in crate::source) fn read(&self, id: Id) -> Result<(Kind, Content<'_>), ReadError> {
        let object = self.odb.read(oid(id)).map_err(|error| told(&error))?;
        match kind(object.kind()) {
            Some(kind) => Ok((kind, Content(object))),
            None => Err(ReadError::Damaged("it is no blob, tree, commit or tag".to_owned())),
        }
    }

    /// One object, which must be of this kind.
    pub(in crate::source) fn read_as(&self, id: Id, wanted: Kind) -> Result<Content<'_>, ReadError> {
        match self.read(id)? {
            (kind, content) if kind == wanted => Ok(content),
            (kind, _) => Err(ReadError::Damaged(format!("it is a {}, not a {}", kind.as_str(), wanted.as_str()))),
        }
    }

    /// Kind and size, mostly without inflating it.
    pub(in crate::source) fn header(&self, id: Id) -> Result<(Kind, u64), ReadError> {
        let (size, found) = self.odb.read_header(oid(id)).map_err(|error| told(&error))?;
        let kind = kind(found).ok_or_else(|| ReadError::Damaged("it is no blob, tree, commit or tag".to_owned()))?;
        Ok((kind, size as u64))
    }

    /// What a tree has at a path.
    pub(in crate::source) fn at_path(&self, tree: Id, path: &[u8]) -> Option<Id> {
        path.split(|&b| b == b'/').try_fold(tree, |tree, name| {
            let bytes = self.read_as(tree, Kind::Tree).ok()?;
            let mut entries = Entries::new(&bytes, self.format.id_length()).flatten();
            entries.find(|entry| entry.name == name).map(|entry| entry.id)
        })
    }

    /// The one object whose name begins so.
    pub(in crate::source) fn by_prefix(&self, hex: &str) -> Option<Id> {
        let length = hex.len().min(self.format.id_length() * 2);
        let full = format!("{hex:0<width$}", width = self.format.id_length() * 2);
        let id = Id::from_hex(full.as_bytes())?;
        let found = self.odb.exists_prefix(oid(id), length).ok()?;
        Id::from_bytes(found.as_bytes())
    }
}

/// The bytes of an object.
pub(in crate::source) struct Content<'a>(git2::OdbObject<'a>);

impl std::ops::Deref for Content<'_> {
    type Target = [u8];

    fn deref(&self) -> &[u8] {
        self.0.data()
    }
}

impl ReadError {
    /// For people, with the object's name.
    pub(in crate::source) fn told(&self, id: Id) -> String {
        match self {
            Self::Missing => format!("object {id} is missing"),
            Self::Damaged(what) => format!("object {id}: {what}"),
        }
    }
}

fn told(error: &git2::Error) -> ReadError {
    match error.code() {
        ErrorCode::NotFound => ReadError::Missing,
        _ => ReadError::Damaged(error.message().to_owned()),
    }
}

fn oid(id: Id) -> Oid {
    Oid::from_bytes(id.as_bytes()).expect("20 or 32 bytes are an id")
}

fn kind(kind: ObjectType) -> Option<Kind> {
    match kind {
        ObjectType::Blob => Some(Kind::Blob),
        ObjectType::Tree => Some(Kind::Tree),
        ObjectType::Commit => Some(Kind::Commit),
        ObjectType::Tag => Some(Kind::Tag),
        ObjectType::Any => None,
    }
}

fn cannot_open(directory: &Path, error: &git2::Error) -> SourceError {
    SourceError::Git {
        what: format!(
            "cannot open the objects in {}: {}",
            crate::model::RepoPath::from_path(directory).shown(),
            error.message()
        ),
        help: "`git fsck` tells what is wrong with the repository".to_owned(),
    }
}
