//! What a file is for: a test, documentation, a sample, somebody else's code.
//!
//! Told by the path, but for minified text. A context never hides anything by itself:
//! `triage` takes steps and says so.

mod path;

use crate::model::RepoPath;

use super::kind::Kind;
use super::names::Lower;
use path::{is_built, is_cryptography, is_output, of_directory, of_file};

/// A set of purposes; most files have none.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Context(u16);

impl Context {
    /// Nothing special.
    pub const NONE: Self = Self(0);
    /// Tests and their data.
    pub const TEST: Self = Self(1);
    /// Documentation.
    pub const DOCS: Self = Self(1 << 1);
    /// Samples, demos, templates to be filled in.
    pub const SAMPLE: Self = Self(1 << 2);
    /// Settings of a developer's own machine.
    pub const LOCAL_DEV: Self = Self(1 << 3);
    /// Code of others that was copied in.
    pub const VENDORED: Self = Self(1 << 4);
    /// Written by a tool: `dist/*.js`, `*.g.cs`. Settings files below `bin` and `build` are not: people write those.
    pub const GENERATED: Self = Self(1 << 5);
    /// Lock files of package managers.
    pub const LOCK: Self = Self(1 << 6);
    /// Lines nobody reads: see [`Context::with_lines_of`].
    pub const MINIFIED: Self = Self(1 << 7);
    /// Texts in other languages.
    pub const LOCALISATION: Self = Self(1 << 8);
    /// Descriptions of user interfaces.
    pub const UI: Self = Self(1 << 9);
    /// Rules, baselines and results of scanners, ours too.
    pub const SCANNER_RULES: Self = Self(1 << 10);
    /// Recorded HTTP traffic.
    pub const RECORDING: Self = Self(1 << 11);

    /// Vectors that implementations of cryptography are tested with.
    pub const VECTORS: Self = Self(1 << 12);

    const NAMES: [(Self, &'static str); 13] = [
        (Self::TEST, "test"),
        (Self::DOCS, "documentation"),
        (Self::SAMPLE, "sample"),
        (Self::LOCAL_DEV, "local development"),
        (Self::VENDORED, "vendored"),
        (Self::GENERATED, "generated"),
        (Self::LOCK, "lock file"),
        (Self::MINIFIED, "minified"),
        (Self::LOCALISATION, "localisation"),
        (Self::UI, "user interface"),
        (Self::SCANNER_RULES, "rules of a scanner"),
        (Self::RECORDING, "recording"),
        (Self::VECTORS, "vectors of a test"),
    ];

    /// By the path alone.
    pub fn of(path: &RepoPath) -> Self {
        Self::below(path, 0)
    }

    /// By the path below its first bytes.
    pub fn below(path: &RepoPath, root: usize) -> Self {
        let mut context = Self::NONE;
        let mut segments = path.as_bytes().get(root..).unwrap_or(path.as_bytes()).split(|b| *b == b'/');
        let file = segments.next_back().unwrap_or(&[]);
        let (mut within_output, mut within_crypto) = (false, false);
        for segment in segments {
            let lower = Lower::<48>::last(segment);
            let own = of_directory(lower.as_bytes(), segment);
            // What is tested below such a name is computed with published keys.
            if within_crypto && own.has(Self::TEST) {
                context = context | Self::VECTORS;
            }
            context = context | own;
            within_crypto |= is_cryptography(lower.as_bytes());
            within_output |= is_output(lower.as_bytes());
        }
        let name = Lower::<96>::last(file);
        context = context | of_file(name.as_bytes(), file);
        if within_output && is_built(name.as_bytes()) {
            context = context | Self::GENERATED;
        }
        context
    }

    /// Adds [`Context::MINIFIED`] for web code with a line over 5,000 bytes or 500 on average,
    /// and for large data files with such an average and few blanks.
    ///
    /// Other kinds never are: a key in a settings file may well be 5,000 bytes long.
    #[must_use]
    pub fn with_lines_of(self, text: &[u8], kind: Kind) -> Self {
        let is_minified = match kind {
            Kind::JavaScript | Kind::TypeScript | Kind::Css | Kind::Html => {
                has_line_over(text, LONG_LINE) || (text.len() >= LONG_LINE && is_dense(text))
            }
            Kind::Json | Kind::Xml | Kind::Csv | Kind::Text => text.len() >= LARGE && is_dense(text),
            _ => false,
        };
        if is_minified { self | Self::MINIFIED } else { self }
    }

    /// Is one of `others` among them?
    pub fn has(self, others: Self) -> bool {
        self.0 & others.0 != 0
    }

    /// In a word or two each, for `because`.
    pub fn names(self) -> impl Iterator<Item = &'static str> {
        Self::NAMES.into_iter().filter(move |(flag, _)| self.has(*flag)).map(|(_, name)| name)
    }
}

impl std::ops::BitOr for Context {
    type Output = Self;

    fn bitor(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }
}

const LONG_LINE: usize = 5_000;

const LONG_AVERAGE: usize = 500;

const LARGE: usize = 64 * 1024;

/// Steps from line end to line end backwards, so most of the text is not even read.
fn has_line_over(text: &[u8], longest: usize) -> bool {
    let mut start = 0;
    while text.len() - start > longest {
        match memchr::memrchr2(b'\r', b'\n', &text[start..start + longest + 1]) {
            Some(end) => start += end + 1,
            None => return true,
        }
    }
    false
}

/// Long lines on average, and less than one blank in twelve bytes at the beginning: prose has one in six.
fn is_dense(text: &[u8]) -> bool {
    let lines = memchr::memchr_iter(b'\n', text).count() + 1;
    let head = &text[..text.len().min(16 * 1024)];
    text.len() / lines > LONG_AVERAGE && memchr::memchr_iter(b' ', head).count() * 12 < head.len()
}

#[cfg(test)]
mod tests;
