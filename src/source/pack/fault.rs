//! What could not be read, where it stands, and why.

use std::fmt;
use std::path::Path;
use std::sync::Arc;

use super::oid::Oid;

/// Something of an object store that could not be read. It never ends a sweep.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Fault {
    /// The pack, index or loose object.
    pub file: Arc<Path>,
    /// Where the object's entry begins in the pack; 0 for what is not in one.
    pub offset: u64,
    /// The object, if it is one object and its name is known.
    pub oid: Option<Oid>,
    /// What is wrong.
    pub defect: Defect,
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(oid) = self.oid {
            write!(f, "object {oid}: ")?;
        }
        let name = self.file.file_name().unwrap_or_default().to_string_lossy();
        match self.offset {
            0 => write!(f, "{} ({name})", self.defect),
            at => write!(f, "{} ({name}, byte {at})", self.defect),
        }
    }
}

/// What is wrong with a file, or with an object in it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, thiserror::Error)]
pub enum Defect {
    /// The system does not let us.
    #[error("cannot be read: {0}")]
    Unreadable(String),
    /// A file of the store that is not what it should be.
    #[error("{0}")]
    File(&'static str),
    /// The entry's first bytes say nothing that git writes.
    #[error("its header makes no sense")]
    Header,
    /// The bytes differ from those that the index was made from.
    #[error("its bytes do not have the index's checksum")]
    Checksum,
    /// It does not inflate to what its header promises.
    #[error("it does not inflate to the promised size")]
    Inflate,
    /// The delta asks for bytes that are not there, or makes another size than it says.
    #[error("its delta does not fit its base")]
    Delta,
    /// Built on an object that is not in the pack.
    #[error("its base {0} is not in the pack")]
    BaseMissing(Oid),
    /// Built on an object of the pack that cannot be found or read.
    #[error("its base cannot be read")]
    BaseUnreadable,
    /// Larger than what a sweep rebuilds.
    #[error("it has {0} bytes")]
    TooLarge(u64),
    /// There is no memory for it.
    #[error("there is no memory for its {0} bytes")]
    NoMemory(u64),
}
