//! Sorts the paths a user named: files, directories, and what is neither.
//!
//! The same thing named twice is read once. A root inside another root is walked by
//! itself, because what is named is read even where an ignore file or an exclude
//! would leave it out; the outer walk passes it over.

use std::collections::{HashMap, HashSet};
use std::fs;
use std::io;
use std::path::{Component, Path, PathBuf};

use crate::model::Skip;

use super::in_words;
use super::read::{kind_in_words, shown};

/// What is to be read.
#[derive(Debug, Default)]
pub(super) struct Roots {
    pub(super) files: Vec<PathBuf>,
    pub(super) dirs: Vec<PathBuf>,
    /// Paths as a walk of the `dirs` would form them, that are read on their own.
    pub(super) elsewhere: HashSet<PathBuf>,
    /// Named, and cannot be read.
    pub(super) failures: Vec<Skip>,
}

impl Roots {
    pub(super) fn sort(named: &[PathBuf]) -> Self {
        let mut roots = Self::default();
        let mut known = Identities::default();
        for path in named {
            let path = tidy(path);
            match fs::metadata(&path) {
                Ok(meta) if meta.is_dir() => {
                    if known.add_dir(&path, roots.dirs.len()) {
                        roots.dirs.push(path);
                    }
                }
                Ok(meta) if meta.is_file() => {
                    if known.add_file(&path) {
                        roots.files.push(path);
                    }
                }
                Ok(meta) => roots.fail(&path, not_a_file(kind_in_words(meta.file_type()))),
                Err(cause) => roots.fail(&path, missing(&path, &cause)),
            }
        }
        roots.elsewhere = known.elsewhere(&roots.dirs);
        roots
    }

    fn fail(&mut self, path: &Path, detail: String) {
        self.failures.push(Skip::unreadable(shown(path), &detail));
    }
}

fn not_a_file(kind: &str) -> String {
    if kind == "a pipe" {
        "a pipe; read it with `keyless scan - < PIPE`".to_owned()
    } else {
        format!("{kind}, not a file")
    }
}

fn missing(path: &Path, cause: &io::Error) -> String {
    if cause.kind() != io::ErrorKind::NotFound {
        return in_words(cause);
    }
    if path.is_symlink() {
        return "a link to something that does not exist".to_owned();
    }
    "no such file or directory; check the spelling".to_owned()
}

/// Without `./` at the start and doubled slashes, which would be shown.
fn tidy(path: &Path) -> PathBuf {
    let mut parts = path.components().peekable();
    if parts.peek() == Some(&Component::CurDir) {
        parts.next();
    }
    let tidy: PathBuf = parts.collect();
    if tidy.as_os_str().is_empty() {
        PathBuf::from(".")
    } else if tidy == Path::new("-") {
        PathBuf::from("./-") // the walker takes `-` for standard input
    } else {
        tidy
    }
}

/// The named things under the names that tell whether two are the same: absolute and free of links.
#[derive(Default)]
struct Identities {
    dirs: HashMap<PathBuf, usize>,
    files: HashSet<PathBuf>,
    /// Parents of the files, resolved: hooks name a thousand files of ten directories.
    parents: HashMap<PathBuf, PathBuf>,
}

impl Identities {
    /// A linked directory is the directory it leads to.
    fn add_dir(&mut self, path: &Path, number: usize) -> bool {
        let identity = path.canonicalize().unwrap_or_else(|_| path.to_path_buf());
        let is_new = !self.dirs.contains_key(&identity);
        self.dirs.entry(identity).or_insert(number);
        is_new
    }

    /// A linked file is the link: it was named, so it is read under its own name.
    fn add_file(&mut self, path: &Path) -> bool {
        let (Some(parent), Some(name)) = (path.parent(), path.file_name()) else { return true };
        let parent = if parent.as_os_str().is_empty() { Path::new(".") } else { parent };
        let resolved = self
            .parents
            .entry(parent.to_path_buf())
            .or_insert_with(|| parent.canonicalize().unwrap_or_else(|_| parent.to_path_buf()));
        self.files.insert(resolved.join(name))
    }

    /// What lies inside one of the directories, named as its walk names it.
    fn elsewhere(&self, dirs: &[PathBuf]) -> HashSet<PathBuf> {
        let mut inside = HashSet::new();
        if self.dirs.is_empty() {
            return inside;
        }
        for identity in self.dirs.keys().chain(&self.files) {
            for outer in identity.ancestors().skip(1) {
                let Some(&number) = self.dirs.get(outer) else { continue };
                let rest = identity.strip_prefix(outer).expect("an ancestor is a prefix");
                inside.insert(dirs[number].join(rest));
            }
        }
        inside
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_typed_is_kept_but_for_what_only_clutters() {
        for (typed, kept) in [
            (".", "."),
            ("./", "."),
            ("./src", "src"),
            (".//src/", "src"),
            ("src/./a", "src/a"),
            ("../x", "../x"),
            ("/a//b", "/a/b"),
            ("-", "./-"),
            ("", "."),
        ] {
            assert_eq!(tidy(Path::new(typed)).to_str(), Some(kept), "{typed}");
        }
    }
}
