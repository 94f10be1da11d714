//! Users' rules: the same files, read from a directory at start.

use std::fmt;
use std::fs;
use std::ops::Range;
use std::path::{Path, PathBuf};

use super::place::place;
use super::set::Rule;
use super::spec::{self, RuleFile};
use super::verify;
use crate::model::in_words;

/// The largest rule of our own has 60 KiB.
const MAX_BYTES: u64 = 4 << 20;

/// What is wrong with a rule file, and where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RuleError {
    /// The file.
    pub file: PathBuf,
    /// Its text; empty if it could not be read.
    pub text: String,
    /// Bytes of the text that are wrong.
    pub span: Range<usize>,
    /// What is wrong and how to mend it.
    pub what: String,
}

impl fmt::Display for RuleError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let line = self.text.get(..self.span.start).map_or(1, |before| before.matches('\n').count() + 1);
        write!(f, "{}:{line}: {}", self.file.display(), self.what)
    }
}

impl std::error::Error for RuleError {}

/// A rule file with its slug and text.
#[derive(Clone, Debug)]
pub struct Loaded {
    /// File stem.
    pub slug: String,
    /// The file, parsed.
    pub file: RuleFile,
    /// As it stands.
    pub text: String,
}

impl Loaded {
    /// The rule that runs.
    pub fn rule(&self) -> Rule {
        Rule::new(self.file.spec(&self.slug), self.text.clone())
    }
}

/// Every `.toml` file below a directory but those of `tables/`, sorted by path.
///
/// # Errors
/// Everything that is wrong with any of them, and a directory that cannot be read.
pub fn directory(dir: &Path) -> Result<Vec<Loaded>, Vec<RuleError>> {
    let mut files = Vec::new();
    let mut errors = Vec::new();
    let root = dir.canonicalize().unwrap_or_else(|_| dir.to_owned());
    collect(dir, &mut files, &mut errors);
    files.sort();
    let mut loaded = Vec::new();
    for file in files {
        match one(&file, &root) {
            Ok(rule) => loaded.push(rule),
            Err(found) => errors.extend(found),
        }
    }
    if loaded.is_empty() && errors.is_empty() {
        errors.push(unreadable(dir, "holds no rule: a rule is a .toml file"));
    }
    if errors.is_empty() { Ok(loaded) } else { Err(errors) }
}

fn collect(dir: &Path, files: &mut Vec<PathBuf>, errors: &mut Vec<RuleError>) {
    let entries = match fs::read_dir(dir) {
        Ok(entries) => entries,
        Err(error) => return errors.push(unreadable(dir, &in_words(&error))),
    };
    for entry in entries {
        let path = match entry {
            Ok(entry) => entry.path(),
            Err(error) => {
                errors.push(unreadable(dir, &in_words(&error)));
                continue;
            }
        };
        if path.is_dir() {
            if path.file_name().is_some_and(|name| name != "tables") {
                collect(&path, files, errors);
            }
        } else if path.extension().is_some_and(|extension| extension == "toml") {
            files.push(path);
        }
    }
}

fn unreadable(path: &Path, what: &str) -> RuleError {
    RuleError { file: path.to_owned(), text: String::new(), span: 0..0, what: what.to_owned() }
}

fn one(path: &Path, root: &Path) -> Result<Loaded, Vec<RuleError>> {
    let text = text(path, root).map_err(|what| vec![unreadable(path, &what)])?;
    let slug = path.file_stem().and_then(|stem| stem.to_str()).unwrap_or_default().to_owned();
    parse(path, &slug, text)
}

/// Rules may come with a tree that somebody else wrote: a link must not show the reader's own files as what is
/// wrong with them, and nothing that never ends is read.
fn text(path: &Path, root: &Path) -> Result<String, String> {
    let meta = fs::metadata(path).map_err(|cause| in_words(&cause))?;
    if !path.canonicalize().map_err(|cause| in_words(&cause))?.starts_with(root) {
        return Err("it leads out of the directory of the rules".to_owned());
    }
    if !meta.is_file() {
        return Err("it is not a file".to_owned());
    }
    if meta.len() > MAX_BYTES {
        return Err("it is larger than 4 MiB".to_owned());
    }
    fs::read_to_string(path).map_err(|cause| in_words(&cause))
}

/// One file's text.
///
/// # Errors
/// Everything that is wrong with it.
pub fn parse(path: &Path, slug: &str, text: String) -> Result<Loaded, Vec<RuleError>> {
    let wrong = |span: Range<usize>, what: String| RuleError { file: path.to_owned(), text: text.clone(), span, what };
    let file =
        spec::parse(&text).map_err(|error| vec![wrong(error.span().unwrap_or(0..0), error.message().to_owned())])?;
    let problems: Vec<_> = verify::verify(&file)
        .into_iter()
        .map(|problem| wrong(place(&text, &problem.key), format!("{}: {}", problem.key, problem.what)))
        .collect();
    if problems.is_empty() { Ok(Loaded { slug: slug.to_owned(), file, text }) } else { Err(problems) }
}
