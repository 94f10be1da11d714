//! Names of files inside what is scanned.
//!
//! A [`RepoPath`] is the bytes of a path with `/` between its parts, whatever the
//! system; it need not be UTF-8, and it may hold control characters. Nothing
//! prints it raw: [`RepoPath::shown`] for people, [`RepoPath::uri`] for URIs.

use std::borrow::Cow;
use std::fmt::{self, Write as _};
use std::path::{Path, PathBuf};

use serde::{Serialize, Serializer};

/// A path relative to the root of a scan, or absolute if it was named so.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RepoPath(Box<[u8]>);

impl RepoPath {
    /// From bytes with `/` between the parts.
    pub fn new(bytes: impl Into<Box<[u8]>>) -> Self {
        Self(bytes.into())
    }

    /// From a path of this system. A leading `./` goes.
    pub fn from_path(path: &Path) -> Self {
        let bytes = path.as_os_str().as_encoded_bytes();
        let bytes = if cfg!(windows) {
            bytes.iter().map(|&b| if b == b'\\' { b'/' } else { b }).collect()
        } else {
            bytes.to_vec()
        };
        let stripped = bytes.strip_prefix(b"./").map(<[u8]>::to_vec);
        Self(stripped.unwrap_or(bytes).into())
    }

    /// The bytes, `/` between the parts.
    pub fn as_bytes(&self) -> &[u8] {
        &self.0
    }

    /// As a path of this system.
    pub fn to_path(&self) -> PathBuf {
        #[cfg(unix)]
        {
            use std::os::unix::ffi::OsStrExt as _;
            PathBuf::from(std::ffi::OsStr::from_bytes(&self.0))
        }
        #[cfg(not(unix))]
        PathBuf::from(&*self.text())
    }

    /// The last part.
    pub fn file_name(&self) -> &[u8] {
        self.0.rsplit(|&b| b == b'/').next().unwrap_or(&[])
    }

    /// What follows the last dot of the file name, if a name stands before the dot.
    pub fn extension(&self) -> Option<&[u8]> {
        let name = self.file_name();
        let dot = name.iter().rposition(|&b| b == b'.')?;
        (dot > 0).then(|| &name[dot + 1..])
    }

    /// As text for machines: valid UTF-8 unchanged, other bytes as `\xNN`.
    pub fn text(&self) -> Cow<'_, str> {
        match std::str::from_utf8(&self.0) {
            Ok(text) => Cow::Borrowed(text),
            Err(_) => Cow::Owned(escape_bytes(&self.0, |_| false)),
        }
    }

    /// As text for a terminal: control characters and direction marks are escaped too.
    pub fn shown(&self) -> Cow<'_, str> {
        match std::str::from_utf8(&self.0) {
            Ok(text) if !text.chars().any(is_unsafe_to_show) => Cow::Borrowed(text),
            _ => Cow::Owned(escape_bytes(&self.0, is_unsafe_to_show)),
        }
    }

    /// As a relative URI reference (RFC 3986): every byte but unreserved ones and `/` percent-encoded.
    pub fn uri(&self) -> String {
        let mut out = String::with_capacity(self.0.len());
        for &byte in &self.0 {
            if byte.is_ascii_alphanumeric() || b"-._~/".contains(&byte) {
                out.push(char::from(byte));
            } else {
                let _ = write!(out, "%{byte:02X}");
            }
        }
        out
    }
}

/// Would this character move a terminal's cursor, hide text or change its direction?
pub fn is_unsafe_to_show(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}')
}

fn escape_bytes(bytes: &[u8], also: impl Fn(char) -> bool) -> String {
    let mut out = String::with_capacity(bytes.len() + 8);
    for chunk in bytes.utf8_chunks() {
        for c in chunk.valid().chars() {
            if also(c) {
                out.extend(c.escape_default());
            } else {
                out.push(c);
            }
        }
        for byte in chunk.invalid() {
            let _ = write!(out, "\\x{byte:02X}");
        }
    }
    out
}

impl fmt::Debug for RepoPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.shown())
    }
}

impl Serialize for RepoPath {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.text())
    }
}

#[cfg(test)]
impl schemars::JsonSchema for RepoPath {
    fn schema_name() -> Cow<'static, str> {
        "RepoPath".into()
    }

    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({"type": "string"})
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hostile_names_are_shown_escaped_and_kept_apart() {
        for (bytes, shown, uri) in [
            (&b"src/a b.cs"[..], "src/a b.cs", "src/a%20b.cs"),
            (b"a\x1b[2Jb", "a\\u{1b}[2Jb", "a%1B%5B2Jb"),
            (b"caf\xe9", "caf\\xE9", "caf%E9"),
            ("x\u{202e}gnp.exe".as_bytes(), "x\\u{202e}gnp.exe", "x%E2%80%AEgnp.exe"),
        ] {
            let path = RepoPath::new(bytes);
            assert_eq!(path.shown(), shown);
            assert_eq!(path.uri(), uri);
        }
    }

    #[test]
    fn a_dot_file_has_no_extension() {
        for (name, extension) in
            [("a/.env", None), (".env.local", Some("local")), ("x.tar.gz", Some("gz")), ("Makefile", None)]
        {
            assert_eq!(RepoPath::new(name.as_bytes()).extension(), extension.map(str::as_bytes), "{name}");
        }
    }
}
