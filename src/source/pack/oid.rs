//! Names and kinds of objects.

use std::fmt;

/// Bytes of the longest object id, SHA-256.
const LONGEST: usize = 32;

/// The name of an object: 20 bytes of SHA-1 or 32 of SHA-256.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Oid {
    bytes: [u8; LONGEST],
    length: u8,
}

impl Oid {
    /// From 20 or 32 bytes.
    pub fn new(bytes: &[u8]) -> Option<Self> {
        let length = u8::try_from(bytes.len()).ok().filter(|&length| length == 20 || length == 32)?;
        let mut all = [0; LONGEST];
        all[..bytes.len()].copy_from_slice(bytes);
        Some(Self { bytes: all, length })
    }

    /// From 40 or 64 hexadecimal digits.
    pub fn from_hex(hex: &[u8]) -> Option<Self> {
        let mut bytes = [0; LONGEST];
        if hex.len() != 40 && hex.len() != 64 {
            return None;
        }
        for (byte, pair) in bytes.iter_mut().zip(hex.chunks_exact(2)) {
            *byte = digit(pair[0])? << 4 | digit(pair[1])?;
        }
        Self::new(&bytes[..hex.len() / 2])
    }

    /// Its bytes.
    pub fn as_bytes(&self) -> &[u8] {
        &self.bytes[..usize::from(self.length)]
    }
}

fn digit(hex: u8) -> Option<u8> {
    match hex {
        b'0'..=b'9' => Some(hex - b'0'),
        b'a'..=b'f' => Some(hex - b'a' + 10),
        b'A'..=b'F' => Some(hex - b'A' + 10),
        _ => None,
    }
}

impl fmt::Display for Oid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.as_bytes().iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl fmt::Debug for Oid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// The four kinds of objects, numbered as packs number them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(u8)]
pub enum Kind {
    /// A commit.
    Commit = 1,
    /// A directory.
    Tree = 2,
    /// The content of a file, or the target of a symbolic link.
    Blob = 3,
    /// An annotated tag.
    Tag = 4,
}

impl Kind {
    /// As loose objects and `git cat-file` call it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Commit => "commit",
            Self::Tree => "tree",
            Self::Blob => "blob",
            Self::Tag => "tag",
        }
    }

    pub(super) fn named(name: &[u8]) -> Option<Self> {
        [Self::Commit, Self::Tree, Self::Blob, Self::Tag].into_iter().find(|kind| kind.as_str().as_bytes() == name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hex_and_back_for_both_lengths_and_nothing_else() {
        for hex in ["0123456789abcdef0123456789abcdef01234567", &"fe".repeat(32)] {
            assert_eq!(Oid::from_hex(hex.as_bytes()).unwrap().to_string(), hex);
        }
        for wrong in ["", "01", &"0".repeat(41), &"g".repeat(40), &"0".repeat(62)] {
            assert_eq!(Oid::from_hex(wrong.as_bytes()), None, "{wrong}");
        }
    }
}
