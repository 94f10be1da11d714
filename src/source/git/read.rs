//! Reads objects through libgit2: any pack, loose objects, alternates.
//!
//! The slow path, which reads everything git can. Its check of each object's hash costs two thirds of
//! its time and is off unless `--verify-objects` asks for it.

use std::cell::RefCell;
use std::fs;
use std::path::{Path, PathBuf};

use git2::{ErrorCode, ObjectFormat, ObjectType, Odb, Oid};

use super::id_map::IdMap;
use super::object::{Entries, Id, Kind};
use super::open::Format;
use crate::source::pack::{self, Defect};
use crate::source::{MAX_BLOB, SourceError};

/// A handle on an object database.
pub(in crate::source) struct Objects {
    odb: Odb<'static>,
    pub(in crate::source) format: Format,
    verify: bool,
    loose: Loose,
}

/// Loose objects, read by ourselves: libgit2 reads one that was cut short for ever.
struct Loose {
    dirs: Vec<PathBuf>,
    /// What lies in each of the 256 directories, listed when one is asked for.
    listed: RefCell<Vec<Option<IdMap<PathBuf>>>>,
}

/// Why an object cannot be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::source) enum ReadError {
    /// It is in no pack and not loose.
    Missing,
    /// It is there and does not decode.
    Damaged(String),
    /// It has more bytes than were asked for.
    TooLarge(u64),
}

impl Objects {
    /// Opens directories of objects with all their alternates.
    pub(in crate::source) fn open(directories: &[PathBuf], format: Format, verify: bool) -> Result<Self, SourceError> {
        // libgit2's cache of whole objects brings nothing where each is read once: 1.16 CPU s with, 1.11 without.
        git2::opts::enable_caching(false);
        git2::opts::strict_hash_verification(verify);
        let (dirs, _) = super::open::borrowed(directories);
        if let Some(path) = dirs.iter().find_map(|dir| no_file(dir)) {
            return Err(cannot_open(&path, &git2::Error::from_str("it is not a file")));
        }
        let open = || {
            let odb = Odb::new_ext(object_format(format))?;
            for directory in directories {
                odb.add_disk_alternate(&directory.to_string_lossy())?;
            }
            Ok(odb)
        };
        match open() {
            Ok(odb) => {
                let loose = Loose { dirs, listed: RefCell::new(vec![None; 256]) };
                Ok(Self { odb, format, verify, loose })
            }
            Err(error) => Err(cannot_open(directories.first().map_or(Path::new(""), PathBuf::as_path), &error)),
        }
    }

    /// One object, whatever it is.
    pub(in crate::source) fn read(&self, id: Id) -> Result<(Kind, Content<'_>), ReadError> {
        if let Some(path) = self.loose.path(id) {
            return self.read_loose(id, &path, MAX_BLOB);
        }
        let object = self.odb.read(oid(id)?).map_err(|error| told(&error))?;
        match kind(object.kind()) {
            Some(kind) => Ok((kind, Content::Packed(object))),
            None => Err(ReadError::Damaged("it is no blob, tree, commit or tag".to_owned())),
        }
    }

    /// A blob of at most so many bytes. A larger packed one is not inflated for its size.
    pub(in crate::source) fn read_blob(&self, id: Id, most: u64) -> Result<Content<'_>, ReadError> {
        let (kind, content) = match self.loose.path(id) {
            Some(path) => self.read_loose(id, &path, most)?,
            None => match self.header(id)? {
                (Kind::Blob, size) if size > most => return Err(ReadError::TooLarge(size)),
                _ => self.read(id)?,
            },
        };
        match kind {
            Kind::Blob if content.len() as u64 > most => Err(ReadError::TooLarge(content.len() as u64)),
            Kind::Blob => Ok(content),
            kind => Err(ReadError::Damaged(format!("it is a {}, not a blob", kind.as_str()))),
        }
    }

    fn read_loose(&self, id: Id, path: &Path, most: u64) -> Result<(Kind, Content<'_>), ReadError> {
        let (kind, bytes) = pack::read_loose(path, most).map_err(|defect| match defect {
            Defect::TooLarge(size) => ReadError::TooLarge(size),
            defect => ReadError::Damaged(defect.to_string()),
        })?;
        let (kind, theirs) = match kind {
            pack::Kind::Blob => (Kind::Blob, ObjectType::Blob),
            pack::Kind::Tree => (Kind::Tree, ObjectType::Tree),
            pack::Kind::Commit => (Kind::Commit, ObjectType::Commit),
            pack::Kind::Tag => (Kind::Tag, ObjectType::Tag),
        };
        if self.verify && Oid::hash_object_ext(theirs, &bytes, object_format(self.format)).ok() != oid(id).ok() {
            return Err(ReadError::Damaged("its content has another name".to_owned()));
        }
        Ok((kind, Content::Loose(bytes)))
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
        if self.loose.path(id).is_some() {
            return self.read(id).map(|(kind, content)| (kind, content.len() as u64));
        }
        let (size, found) = self.odb.read_header(oid(id)?).map_err(|error| told(&error))?;
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
        let found = self.odb.exists_prefix(oid(id).ok()?, length).ok()?;
        Id::from_bytes(found.as_bytes())
    }

    /// Every object, in the order of the packs; until `each` says no.
    pub(in crate::source) fn each(&self, mut each: impl FnMut(Id) -> bool) -> Result<(), String> {
        let mut stopped = false;
        let done = self.odb.foreach(|oid| {
            let go_on = Id::from_bytes(oid.as_bytes()).is_none_or(&mut each);
            stopped |= !go_on;
            go_on
        });
        match done {
            Err(error) if !stopped => Err(error.message().to_owned()),
            _ => Ok(()),
        }
    }
}

impl Loose {
    /// The file of an object, if it is loose.
    fn path(&self, id: Id) -> Option<PathBuf> {
        let first = usize::from(*id.as_bytes().first()?);
        let mut listed = self.listed.borrow_mut();
        let of = listed.get_mut(first)?.get_or_insert_with(|| self.list(first));
        of.get(&id).cloned()
    }

    fn list(&self, first: usize) -> IdMap<PathBuf> {
        let mut found = IdMap::default();
        let prefix = format!("{first:02x}");
        for dir in &self.dirs {
            for file in fs::read_dir(dir.join(&prefix)).into_iter().flatten().flatten() {
                let hex = [prefix.as_bytes(), file.file_name().as_encoded_bytes()].concat();
                if let Some(id) = Id::from_hex(&hex) {
                    found.entry(id).or_insert_with(|| file.path());
                }
            }
        }
        found
    }
}

/// The bytes of an object.
pub(in crate::source) enum Content<'a> {
    Packed(git2::OdbObject<'a>),
    Loose(Vec<u8>),
}

impl std::ops::Deref for Content<'_> {
    type Target = [u8];

    fn deref(&self) -> &[u8] {
        match self {
            Self::Packed(object) => object.data(),
            Self::Loose(bytes) => bytes,
        }
    }
}

impl ReadError {
    /// For people, with the object's name.
    pub(in crate::source) fn told(&self, id: Id) -> String {
        match self {
            Self::Missing => format!("object {id} is missing"),
            Self::Damaged(what) => format!("object {id}: {what}"),
            Self::TooLarge(size) => format!("object {id} has {size} bytes"),
        }
    }
}

fn told(error: &git2::Error) -> ReadError {
    match error.code() {
        ErrorCode::NotFound => ReadError::Missing,
        _ => ReadError::Damaged(error.message().to_owned()),
    }
}

/// Zeros name nothing, and are 20 bytes in whatever repository.
fn oid(id: Id) -> Result<Oid, ReadError> {
    if id.is_zero() {
        return Err(ReadError::Missing);
    }
    Oid::from_bytes(id.as_bytes()).map_err(|error| told(&error))
}

fn object_format(format: Format) -> ObjectFormat {
    if format.sha256 { ObjectFormat::Sha256 } else { ObjectFormat::Sha1 }
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

/// What libgit2 would open by its name and is no file, so that it might wait for it without end.
fn no_file(objects: &Path) -> Option<PathBuf> {
    let alternates = objects.join("info/alternates");
    let packs = fs::read_dir(objects.join("pack")).into_iter().flatten().flatten();
    let strange = packs.filter(|entry| entry.file_type().is_ok_and(|kind| !kind.is_file() && !kind.is_dir()));
    let paths = strange.map(|entry| entry.path()).chain(std::iter::once(alternates));
    paths.into_iter().find(|path| fs::metadata(path).is_ok_and(|meta| !meta.is_file()))
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
