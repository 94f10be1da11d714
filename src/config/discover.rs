//! Finding configuration files and reading them with all they extend.
//!
//! A file found by search belongs to whoever wrote the scanned tree, so it may
//! lead to files of its own repository only; a file the user named is trusted.

use std::fs::{self, File};
use std::io::{ErrorKind, Read as _};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::error::{ConfigError, Place, SourceText};
use super::file::{self, ConfigFile};
use super::glob::plain;
use crate::model::in_words;

/// The name that is looked for.
pub const FILE_NAME: &str = "keyless.toml";

/// A megabyte of settings is a mistake or an attack.
const MAX_BYTES: u64 = 1 << 20;
/// Files that extend each other crosswise would otherwise be read without end.
const MAX_FILES: usize = 32;

/// Files in force, in the order they are applied: what is extended stands before what extends it.
#[derive(Debug)]
pub struct Chain {
    /// What was read, and what it says.
    pub files: Vec<(Arc<SourceText>, ConfigFile)>,
    /// Found by search, so written by whoever wrote the tree.
    searched: bool,
    /// The repository these files must not lead out of.
    bounds: Option<PathBuf>,
    /// The directory of the file that was found: lines of what lies outside are not shown.
    home: Option<PathBuf>,
}

/// A file that a search found.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Found {
    /// The `keyless.toml`.
    pub file: PathBuf,
    /// The root of the repository it lies in.
    pub repository: Option<PathBuf>,
}

/// The directory where the search for this absolute path starts, without `.` and `..`.
pub fn start(path: &Path) -> PathBuf {
    let path = plain(path);
    if path.is_dir() { path } else { path.parent().unwrap_or(&path).to_owned() }
}

/// Looks upwards from a directory for the nearest `keyless.toml`; the root of a repository is the last place.
pub fn find(start: &Path) -> Option<Found> {
    Some(Found { file: nearest(start, FILE_NAME)?, repository: repository(start) })
}

/// The nearest file of this name, from a directory upwards to the root of its repository.
pub fn nearest(start: &Path, name: &str) -> Option<PathBuf> {
    let start = open_to_us(start);
    let repository = repository(start);
    let depth = start.ancestors().take_while(|directory| Some(*directory) != repository.as_deref()).count();
    start.ancestors().take(depth + 1).map(|directory| directory.join(name)).find(|file| exists(file))
}

/// The root of the repository that a directory lies in.
pub fn repository(start: &Path) -> Option<PathBuf> {
    open_to_us(start).ancestors().find(|directory| exists(&directory.join(".git"))).map(Path::to_owned)
}

/// The nearest directory upwards that we may look into. In one that we may not, nothing at all can be read, and
/// the scan says so; a search that ended there would keep it from all else.
fn open_to_us(start: &Path) -> &Path {
    let is_shut =
        |dir: &Path| fs::metadata(dir.join(".")).is_err_and(|error| error.kind() == ErrorKind::PermissionDenied);
    // Who stands in a directory can read it by relative paths, whatever lies above.
    if !is_shut(start) || std::env::current_dir().is_ok_and(|here| is_shut(&here)) {
        return start;
    }
    start.ancestors().find(|dir| !is_shut(dir)).unwrap_or(start)
}

/// Is there anything by that name? What cannot be looked at counts: reading it will say what is wrong.
fn exists(path: &Path) -> bool {
    match fs::symlink_metadata(path) {
        Ok(_) => true,
        Err(error) => !matches!(error.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory),
    }
}

impl Chain {
    /// No file at all: defaults and the command line only.
    pub fn empty() -> Self {
        Self { files: Vec::new(), searched: false, bounds: None, home: None }
    }

    /// A file the user named, and what it extends.
    ///
    /// # Errors
    /// A file that cannot be read or understood; `extends` that leads in a circle.
    pub fn named(file: &Path) -> Result<Self, ConfigError> {
        Self::read(file, false, None)
    }

    /// A file a search found, and what it extends.
    ///
    /// # Errors
    /// As [`Chain::named`]; also a file outside the repository.
    pub fn found(found: &Found) -> Result<Self, ConfigError> {
        Self::read(&found.file, true, found.repository.as_deref())
    }

    fn read(file: &Path, searched: bool, bounds: Option<&Path>) -> Result<Self, ConfigError> {
        let bounds = bounds.and_then(|root| root.canonicalize().ok());
        let home = file.parent().filter(|_| searched).and_then(|dir| dir.canonicalize().ok());
        let mut chain = Self { files: Vec::new(), searched, bounds, home };
        chain.add(file, None, &mut Vec::new())?;
        Ok(chain)
    }

    /// Reads one file after all it extends. `by` is the place that names it.
    fn add(&mut self, path: &Path, by: Option<&Place>, open: &mut Vec<PathBuf>) -> Result<(), ConfigError> {
        let real = self.inside(path, by)?;
        if open.contains(&real) {
            return Err(circle(path, by, open));
        }
        if self.files.len() + open.len() >= MAX_FILES {
            return Err(blame(by, format!("more than {MAX_FILES} configuration files extend each other")));
        }
        let source = Arc::new(self.load(path, by)?);
        let is_foreign = self.bounds.is_none() && self.home.as_ref().is_some_and(|home| !real.starts_with(home));
        let file = file::parse(source.text()).map_err(|error| match is_foreign {
            true => blame(by, format!("`{}` leads out of its directory and is no configuration", shown(path))),
            false => ConfigError::of_toml(&source, &error),
        })?;
        open.push(real);
        for base in &file.extends {
            let place = Place { file: Arc::clone(&source), span: base.span.clone() };
            self.add(&beside(path, &base.value), Some(&place), open)?;
        }
        open.pop();
        self.files.push((source, file));
        Ok(())
    }

    /// The directory that `rules.directories` names at `place`.
    ///
    /// # Errors
    /// It does not exist, is no directory, or lies outside the repository.
    pub fn directory(&self, name: &str, place: &Place) -> Result<PathBuf, ConfigError> {
        let path = beside(place.file.path(), name);
        let real = self.inside(&path, Some(place))?;
        if real.is_dir() { Ok(path) } else { Err(blame(Some(place), format!("`{name}` is not a directory"))) }
    }

    /// The path without links, if it may be used.
    fn inside(&self, path: &Path, by: Option<&Place>) -> Result<PathBuf, ConfigError> {
        let real = path.canonicalize().map_err(|error| cannot_read(path, by, &error))?;
        match &self.bounds {
            Some(root) if !real.starts_with(root) => {
                let what = format!("`{}` leads out of the repository", shown(path));
                Err(blame(by, what).with_help("a configuration that was found by search may only use files of its repository; name it with --config to trust it"))
            }
            _ => Ok(real),
        }
    }

    fn load(&self, path: &Path, by: Option<&Place>) -> Result<SourceText, ConfigError> {
        // A pipe in a scanned tree would keep us waiting for ever; one the user named has a writer.
        if self.searched && !path.is_file() {
            return Err(blame(by, format!("`{}` is not a file", shown(path))));
        }
        let mut bytes = Vec::new();
        let read = File::open(path).and_then(|file| file.take(MAX_BYTES + 1).read_to_end(&mut bytes));
        read.map_err(|error| cannot_read(path, by, &error))?;
        if bytes.len() as u64 > MAX_BYTES {
            return Err(blame(by, format!("`{}` is larger than 1 MiB", shown(path))));
        }
        let text = String::from_utf8(bytes)
            .map_err(|_| blame(by, format!("`{}` is not UTF-8", shown(path))).with_help("TOML is always UTF-8"))?;
        Ok(SourceText::new(path.to_owned(), &shown(path), text))
    }
}

fn circle(path: &Path, by: Option<&Place>, open: &[PathBuf]) -> ConfigError {
    let names: Vec<String> = open.iter().map(|path| shown(path)).chain([shown(path)]).collect();
    blame(by, format!("`extends` leads in a circle: {}", names.join(" → ")))
}

fn cannot_read(path: &Path, by: Option<&Place>, error: &std::io::Error) -> ConfigError {
    blame(by, format!("cannot read `{}`: {}", shown(path), in_words(error)))
}

fn blame(by: Option<&Place>, what: String) -> ConfigError {
    match by {
        Some(place) => ConfigError::at(place.clone(), what),
        None => ConfigError::new(what),
    }
}

/// A path that a file names, relative to the directory of that file.
fn beside(file: &Path, name: &str) -> PathBuf {
    file.parent().unwrap_or(Path::new("")).join(name)
}

/// Relative to the current directory where it lies under it.
pub fn shown(path: &Path) -> String {
    let here = std::env::current_dir().unwrap_or_default();
    let short = path.strip_prefix(&here).unwrap_or(path);
    crate::model::RepoPath::from_path(short).shown().into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Tree(tempfile::TempDir);

    impl Tree {
        fn new(files: &[(&str, &str)]) -> Self {
            let tree = Self(tempfile::tempdir().expect("a directory for the test"));
            for (name, text) in files {
                let path = tree.path(name);
                fs::create_dir_all(path.parent().expect("under the root")).expect("a directory");
                fs::write(path, text).expect("a file");
            }
            tree
        }

        fn path(&self, name: &str) -> PathBuf {
            self.0.path().join(name)
        }

        fn load(&self, from: &str) -> Result<Chain, String> {
            let found = find(&start(&self.path(from))).expect("a configuration");
            let root = self.0.path().to_string_lossy().into_owned();
            Chain::found(&found).map_err(|error| {
                let place = error.place().map(|place| format!("{place}: ")).unwrap_or_default();
                format!("{place}{error}").replace(&format!("{root}/"), "")
            })
        }
    }

    fn names(chain: &Chain) -> Vec<String> {
        chain
            .files
            .iter()
            .map(|(source, _)| source.path().file_name().unwrap_or_default().to_string_lossy().into())
            .collect()
    }

    #[test]
    fn the_nearest_file_upwards_counts_and_a_repository_is_the_last_place() {
        let tree = Tree::new(&[
            ("keyless.toml", ""),
            ("repo/.git/HEAD", ""),
            ("repo/src/a.cs", ""),
            ("with/.git/HEAD", ""),
            ("with/keyless.toml", ""),
            ("with/src/deep/a.cs", ""),
            ("with/sub/keyless.toml", ""),
            ("with/sub/a.cs", ""),
            ("worktree/.git", "gitdir: elsewhere"),
        ]);
        for (from, expected) in [
            ("a.cs", Some("keyless.toml")),
            ("with/../a.cs", Some("keyless.toml")),
            ("repo/src/a.cs", None),
            ("repo", None),
            ("worktree", None),
            ("with/src/deep/a.cs", Some("with/keyless.toml")),
            ("with/src/deep/missing.cs", Some("with/keyless.toml")),
            ("with", Some("with/keyless.toml")),
            ("with/sub/a.cs", Some("with/sub/keyless.toml")),
        ] {
            assert_eq!(
                find(&start(&tree.path(from))).map(|found| found.file),
                expected.map(|file| tree.path(file)),
                "{from}"
            );
        }
    }

    #[test]
    fn what_is_extended_is_applied_before_what_extends_it() {
        let tree = Tree::new(&[
            ("a/keyless.toml", "extends = ['../b.toml', 'c.toml']"),
            ("b.toml", "extends = ['d.toml']"),
            ("a/c.toml", ""),
            ("d.toml", ""),
        ]);
        assert_eq!(names(&tree.load("a").expect("all there")), ["d.toml", "b.toml", "c.toml", "keyless.toml"]);
    }

    #[test]
    fn a_circle_a_missing_file_and_a_way_out_of_the_repository_are_errors_at_the_very_word() {
        let git = (".git/HEAD", "");
        for (files, expected) in [
            (
                vec![git, ("keyless.toml", "extends = ['b.toml']"), ("b.toml", "\nextends = ['keyless.toml']")],
                "b.toml:2:12: `extends` leads in a circle: keyless.toml → b.toml → keyless.toml",
            ),
            (
                vec![git, ("keyless.toml", "extends = ['keyless.toml']")],
                "keyless.toml:1:12: `extends` leads in a circle: keyless.toml → keyless.toml",
            ),
            (
                vec![git, ("keyless.toml", "extends = ['no.toml']")],
                "keyless.toml:1:12: cannot read `no.toml`: no such file or directory",
            ),
            (vec![git, ("keyless.toml", "extends = ['d']"), ("d/x", "")], "keyless.toml:1:12: `d` is not a file"),
            (vec![git, ("keyless.toml", "extends = ['b.toml']"), ("b.toml", "x = 1")], "b.toml:1:1: unknown key `x`"),
        ] {
            let tree = Tree::new(&files);
            assert_eq!(tree.load("x").map(|chain| names(&chain)), Err(expected.to_owned()));
        }
        let tree = Tree::new(&[
            ("outside.toml", ""),
            ("repo/.git/HEAD", ""),
            ("repo/keyless.toml", "extends = ['../outside.toml']"),
        ]);
        let error = tree.load("repo").map(|chain| names(&chain)).expect_err("not its own file");
        assert_eq!(error, "repo/keyless.toml:1:12: `repo/../outside.toml` leads out of the repository");
        assert!(Chain::named(&tree.path("repo/keyless.toml")).is_ok(), "the user named it");
    }

    #[test]
    fn files_that_extend_each_other_crosswise_come_to_an_end() {
        let texts: Vec<(String, String)> = (0..40)
            .map(|n| (format!("l{n}.toml"), format!("extends = ['l{0}.toml', 'l{0}.toml']", n + 1)))
            .chain([("keyless.toml".into(), "extends = ['l20.toml']".into()), ("l40.toml".into(), String::new())])
            .collect();
        let files: Vec<(&str, &str)> = texts.iter().map(|(name, text)| (name.as_str(), text.as_str())).collect();
        let error = Tree::new(&files).load("x").map(|chain| names(&chain)).expect_err("a million readings");
        assert!(error.ends_with("more than 32 configuration files extend each other"), "{error}");
    }

    #[test]
    fn a_file_that_is_not_text_or_endless_is_refused() {
        let tree = Tree::new(&[(".git/HEAD", "")]);
        fs::write(tree.path(FILE_NAME), b"\xff\xfe").expect("a file");
        assert_eq!(tree.load("x").map(|chain| names(&chain)), Err("`keyless.toml` is not UTF-8".into()));
        fs::write(tree.path(FILE_NAME), vec![b'#'; 1 << 21]).expect("a file");
        assert_eq!(tree.load("x").map(|chain| names(&chain)), Err("`keyless.toml` is larger than 1 MiB".into()));
    }

    #[cfg(unix)]
    #[test]
    fn a_link_does_not_lead_out_of_the_repository_and_a_broken_one_is_not_overlooked() {
        let tree = Tree::new(&[("secret", "private = 1"), ("repo/.git/HEAD", "")]);
        std::os::unix::fs::symlink("../secret", tree.path("repo/keyless.toml")).expect("a link");
        let error = tree.load("repo").map(|chain| names(&chain)).expect_err("a way out");
        assert_eq!(error, "`repo/keyless.toml` leads out of the repository");
        fs::remove_file(tree.path("secret")).expect("it is there");
        assert!(tree.load("repo").is_err());
    }
}
