//! Finds a repository and the files that belong to it.
//!
//! Worktree, linked worktree, submodule, bare: each is a git directory and, for linked worktrees, a common
//! directory beside it. The configuration is looked at for three words (the object format, the format of
//! refs, a partial clone) and for nothing else.

use std::env;
use std::fs;
use std::path::{Component, Path, PathBuf};

use super::read::Objects;
use crate::source::SourceError;

/// Longer files than this are not what they seem.
const MAX_FILE: u64 = 1 << 20;

/// Who borrows from more than this is lost in a circle.
const MAX_ALTERNATES: usize = 256;

/// Where the parts of a repository are.
#[derive(Clone, Debug)]
pub(in crate::source) struct Repo {
    /// HEAD and the index.
    pub(in crate::source) git_dir: PathBuf,
    /// Refs and objects; the same for all worktrees.
    pub(in crate::source) common_dir: PathBuf,
    /// The root of the files; a bare repository has none.
    pub(in crate::source) worktree: Option<PathBuf>,
    pub(in crate::source) index: PathBuf,
    pub(in crate::source) objects: Vec<PathBuf>,
    pub(in crate::source) format: Format,
    /// Objects are held against their names.
    pub(in crate::source) verify: bool,
}

/// What the configuration says of how the repository is stored.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(in crate::source) struct Format {
    pub(in crate::source) sha256: bool,
    /// Refs in a format that we do not read.
    pub(in crate::source) reftable: bool,
    /// Objects that were left at the other side on purpose.
    pub(in crate::source) partial: bool,
}

impl Format {
    /// Bytes of an id.
    pub(in crate::source) fn id_length(self) -> usize {
        if self.sha256 { 32 } else { 20 }
    }
}

impl Repo {
    /// The repository that git would take here: of `GIT_DIR`, as in a hook, or of the directory upwards.
    pub(in crate::source) fn here() -> Result<Self, SourceError> {
        let here = env::current_dir().map_err(|cause| SourceError::Unreadable { path: ".".into(), cause })?;
        let Some(git_dir) = variable("GIT_DIR") else { return Self::with_variables(Self::above(&here)?) };
        let git_dir = git_dir_at(&here.join(git_dir)).ok_or_else(|| not_one("GIT_DIR"))?;
        let worktree = variable("GIT_WORK_TREE").map(|path| here.join(path));
        // Git calls hooks in the root of the worktree.
        let is_bare = git_dir.file_name().is_some_and(|name| name != ".git") && !git_dir.join("commondir").exists();
        let worktree = worktree.or_else(|| (!is_bare).then(|| here.clone()));
        Self::with_variables(Self::of(git_dir, worktree))
    }

    /// The repository at or above a path, whatever the environment says.
    pub(in crate::source) fn above(path: &Path) -> Result<Self, SourceError> {
        let from = path.canonicalize().map_err(|cause| SourceError::Unreadable { path: shown(path), cause })?;
        for dir in from.ancestors() {
            if let Some(git_dir) = git_dir_at(&dir.join(".git")) {
                return Ok(Self::of(git_dir, Some(dir.to_owned())));
            }
            if is_git_dir(dir) {
                return Ok(Self::of(dir.to_owned(), None));
            }
        }
        Err(not_one(&shown(path)))
    }

    /// The repository that is exactly here: a worktree's root, a bare repository, or a git directory.
    pub(in crate::source) fn at(path: &Path) -> Result<Self, SourceError> {
        let dir = path.canonicalize().map_err(|cause| SourceError::Unreadable { path: shown(path), cause })?;
        match git_dir_at(&dir.join(".git")) {
            Some(git_dir) => Ok(Self::of(git_dir, Some(dir))),
            None if is_git_dir(&dir) => Ok(Self::of(dir, None)),
            None => Err(not_one(&shown(path))),
        }
    }

    fn of(git_dir: PathBuf, worktree: Option<PathBuf>) -> Self {
        let common_dir = read_small(&git_dir.join("commondir"))
            .map_or_else(|| git_dir.clone(), |path| plain(&git_dir.join(path.trim_end())));
        let format = format(&common_dir);
        let objects = vec![common_dir.join("objects")];
        Self { index: git_dir.join("index"), git_dir, common_dir, worktree, objects, format, verify: false }
    }

    /// What git tells its hooks: an index that is about to be, and objects in quarantine.
    fn with_variables(mut self) -> Result<Self, SourceError> {
        let here = env::current_dir().map_err(|cause| SourceError::Unreadable { path: ".".into(), cause })?;
        if let Some(index) = variable("GIT_INDEX_FILE") {
            self.index = here.join(index);
        }
        if let Some(objects) = variable("GIT_OBJECT_DIRECTORY") {
            self.objects.insert(0, here.join(objects));
        }
        if let Some(more) = variable("GIT_ALTERNATE_OBJECT_DIRECTORIES") {
            self.objects.extend(env::split_paths(&more).map(|path| here.join(path)));
        }
        Ok(self)
    }

    /// A handle of its own: libgit2 reads one object at a time through each.
    pub(in crate::source) fn open_objects(&self) -> Result<Objects, SourceError> {
        Objects::open(&self.objects, self.format, self.verify)
    }

    /// Borrowed directories of objects that are not there.
    pub(in crate::source) fn missing_alternates(&self) -> Vec<PathBuf> {
        borrowed(&self.objects).1
    }

    /// The root that the paths of the repository start from.
    pub(in crate::source) fn root(&self) -> &Path {
        self.worktree.as_deref().unwrap_or(&self.git_dir)
    }
}

fn variable(name: &str) -> Option<PathBuf> {
    env::var_os(name).filter(|value| !value.is_empty()).map(PathBuf::from)
}

fn shown(path: &Path) -> String {
    crate::model::RepoPath::from_path(path).shown().into_owned()
}

fn not_one(what: &str) -> SourceError {
    SourceError::Git {
        what: format!("no git repository at {what}"),
        help: "name a worktree, a bare repository or a directory inside one".to_owned(),
    }
}

/// The git directory that a `.git` is, or leads to.
fn git_dir_at(dot_git: &Path) -> Option<PathBuf> {
    if dot_git.is_dir() {
        return is_git_dir(dot_git).then(|| dot_git.to_owned());
    }
    let text = read_small(dot_git)?;
    let to = text.strip_prefix("gitdir:")?.trim();
    let git_dir = plain(&dot_git.parent()?.join(to));
    is_git_dir(&git_dir).then_some(git_dir)
}

fn is_git_dir(dir: &Path) -> bool {
    let has_head = fs::symlink_metadata(dir.join("HEAD")).is_ok();
    has_head && ((dir.join("objects").is_dir() && dir.join("refs").is_dir()) || dir.join("commondir").is_file())
}

/// Directories of objects with those that they borrow from, and those that are not there.
pub(super) fn borrowed(directories: &[PathBuf]) -> (Vec<PathBuf>, Vec<PathBuf>) {
    let (mut met, mut missing): (Vec<PathBuf>, Vec<PathBuf>) = (Vec::new(), Vec::new());
    let mut open: Vec<PathBuf> = directories.iter().rev().cloned().collect();
    while let Some(dir) = open.pop() {
        let Ok(real) = dir.canonicalize() else {
            missing.push(dir);
            continue;
        };
        if met.contains(&real) || met.len() > MAX_ALTERNATES {
            continue;
        }
        let text = read_small(&real.join("info/alternates")).unwrap_or_default();
        let lines = text.lines().filter(|line| !line.is_empty() && !line.starts_with('#'));
        open.extend(lines.map(|line| real.join(line)));
        met.push(real);
    }
    missing.sort();
    (met, missing)
}

/// The path without `.` and `..`, as far as names go.
fn plain(path: &Path) -> PathBuf {
    let mut out = PathBuf::new();
    for component in path.components() {
        match component {
            Component::CurDir => {}
            Component::ParentDir => _ = out.pop(),
            other => out.push(other),
        }
    }
    out
}

/// A small file as text; whatever keeps it from being read, there is none.
pub(in crate::source) fn read_small(path: &Path) -> Option<String> {
    let meta = fs::metadata(path).ok()?;
    if !meta.is_file() || meta.len() > MAX_FILE {
        return None;
    }
    Some(String::from_utf8_lossy(&fs::read(path).ok()?).into_owned())
}

fn format(common_dir: &Path) -> Format {
    let mut format = Format::default();
    let text = read_small(&common_dir.join("config")).unwrap_or_default();
    let mut section = String::new();
    for line in text.lines().map(str::trim) {
        if let Some(name) = line.strip_prefix('[') {
            section = name.split([']', ' ', '\t']).next().unwrap_or_default().to_ascii_lowercase();
            continue;
        }
        let (key, value) = line.split_once('=').map_or((line, "true"), |(key, value)| (key.trim(), value.trim()));
        let value = value.trim_matches('"').to_ascii_lowercase();
        match (section.as_str(), key.to_ascii_lowercase().as_str()) {
            ("extensions", "objectformat") => format.sha256 = value == "sha256",
            ("extensions", "refstorage") => format.reftable = value != "files",
            ("extensions", "partialclone") => format.partial = true,
            ("remote", "promisor") => format.partial |= value == "true",
            _ => {}
        }
    }
    format
}
