//! What is staged: the blobs of the index, not the files on disk.
//!
//! Without names, what differs from HEAD: what the next commit brings. Directories whose tree the index
//! has cached and that HEAD has too are passed over in one step, so ten files of 50,000 cost a few trees.

use std::collections::{BTreeMap, HashMap};
use std::env;
use std::ops::Range;
use std::path::{Path, PathBuf};

use crate::model::{Coverage, Origin, Provenance, RepoPath, Scope, Side, Skip};

use super::git::index_file::{Index as IndexFile, IndexEntry};
use super::git::refs::{self, Head};
use super::git::sweep::{Wanted, sweep, unreadable};
use super::git::{CommitObject, Entries, Id, Kind, Objects, ReadError, Repo};
use super::leave_out::LeaveOut;
use super::{Source, SourceError, WalkOptions, Workers, Worktree};

/// What of an index is read.
#[derive(Clone, Debug, Default)]
pub struct IndexOptions {
    /// Files and directories, as the user typed them; empty: everything that differs from HEAD.
    pub files: Vec<PathBuf>,
    /// As for files on disk. Excludes hold for named files too: hooks name all they commit.
    pub walk: WalkOptions,
}

/// The index of the repository around the current directory.
#[derive(Clone, Debug)]
pub struct Index {
    repo: Repo,
    options: IndexOptions,
}

impl Index {
    /// Finds the repository.
    ///
    /// # Errors
    /// There is none, or it cannot be read.
    pub fn here(options: IndexOptions) -> Result<Self, SourceError> {
        Ok(Self { repo: Repo::here()?, options })
    }

    /// The root of its paths.
    pub fn root(&self) -> &Path {
        self.repo.root()
    }
}

impl Source for Index {
    fn visit(&self, threads: usize, worker: Workers<'_>) -> Result<Coverage, SourceError> {
        let index = IndexFile::open(&self.repo.index, self.repo.format.id_length()).map_err(|what| damaged(&what))?;
        let objects = self.repo.open_objects()?;
        let mut picked = Picked::new(self, &index, &objects)?;
        if self.options.files.is_empty() {
            picked.changes()
        } else {
            picked.named(&self.options.files)
        }
        let Picked { found, skips, on_disk, leave_out, mut coverage, .. } = picked;
        coverage.left_out.excluded.clone_from(leave_out.counts());
        {
            let mut visit = worker();
            skips.into_iter().for_each(|skip| visit.skip(skip));
        }
        let found: Vec<Wanted> = found.into_iter().map(|(id, provenance)| whole(id, provenance)).collect();
        let max_size = self.options.walk.max_file_size;
        coverage.merge(sweep(&self.repo, found.len(), &|at| found[at].clone(), max_size, threads, worker)?);
        if !on_disk.is_empty() {
            let files = Worktree { roots: on_disk, options: self.options.walk.clone() };
            coverage.merge(files.visit(threads, worker)?);
        }
        Ok(coverage)
    }
}

fn damaged(what: &str) -> SourceError {
    SourceError::Git {
        what: format!("cannot read the index: {what}"),
        help: "`git status` tells whether git can; `rm .git/index && git reset` makes a new one".to_owned(),
    }
}

fn whole(id: Id, provenance: Provenance) -> Wanted {
    Wanted { id, provenance, scope: Scope::Whole }
}

/// What is to be read.
struct Picked<'a> {
    repo: &'a Repo,
    index: &'a IndexFile,
    objects: &'a Objects,
    found: BTreeMap<Id, Provenance>,
    skips: Vec<Skip>,
    on_disk: Vec<PathBuf>,
    leave_out: LeaveOut,
    coverage: Coverage,
}

impl<'a> Picked<'a> {
    fn new(source: &'a Index, index: &'a IndexFile, objects: &'a Objects) -> Result<Self, SourceError> {
        let walk = &source.options.walk;
        Ok(Self {
            repo: &source.repo,
            index,
            objects,
            found: BTreeMap::new(),
            skips: Vec::new(),
            on_disk: Vec::new(),
            leave_out: LeaveOut::new(walk, source.repo.root())?,
            coverage: Coverage::default(),
        })
    }

    /// Everything that HEAD does not have.
    fn changes(&mut self) {
        let tree = self.head_tree();
        let cached = self.index.trees.iter().filter_map(|tree| Some((tree.path.as_slice(), tree.id?)));
        let cached: HashMap<&[u8], Id> = cached.collect();
        self.compare(&[], 0..self.index.entries().len(), tree, &cached);
    }

    /// `None` before the first commit. One that cannot be read is told; then everything counts as new.
    fn head_tree(&mut self) -> Option<Id> {
        let Head::At(id, _) = refs::head(self.repo) else { return None };
        let commit = self.objects.read_as(id, Kind::Commit);
        let tree = commit.map(|bytes| CommitObject::parse(&bytes).map(|commit| commit.tree));
        match tree {
            Ok(Some(tree)) => return Some(tree),
            Ok(None) => self.unreadable(b"HEAD", id, &ReadError::Damaged("it is no commit".to_owned())),
            Err(error) => self.unreadable(b"HEAD", id, &error),
        }
        None
    }

    fn unreadable(&mut self, path: &[u8], id: Id, error: &ReadError) {
        self.skips.push(unreadable(RepoPath::new(path), id, error));
    }

    /// Entries below `dir` (empty, or with a slash at its end) against HEAD's tree of it.
    fn compare(&mut self, dir: &[u8], range: Range<usize>, tree: Option<Id>, cached: &HashMap<&[u8], Id>) {
        let path = dir.strip_suffix(b"/").unwrap_or(dir);
        if tree.is_some() && tree == cached.get(path).copied() {
            return;
        }
        let before = tree.map(|id| self.tree(path, id)).unwrap_or_default();
        let mut at = range.start;
        while at < range.end {
            let entry = &self.index.entries()[at];
            let name = &self.index.name(entry)[dir.len()..];
            let Some(slash) = memchr::memchr(b'/', name) else {
                if before.get(name) != Some(&(self.index.id(entry), false)) || entry.stage > 0 {
                    self.take(entry);
                }
                at += 1;
                continue;
            };
            let below = [dir, &name[..=slash]].concat();
            let end =
                at + self.index.entries()[at..range.end].partition_point(|e| self.index.name(e).starts_with(&below));
            let subtree = before.get(&name[..slash]).and_then(|&(id, is_tree)| is_tree.then_some(id));
            match (self.index.mode(entry) & 0o170_000, name.len() == slash + 1) {
                // A directory of a sparse index: nothing below it was touched unless its tree says so.
                (0o040_000, true) if subtree == Some(self.index.id(entry)) => {}
                (0o040_000, true) => self.new_below(&below, self.index.id(entry), subtree),
                _ => self.compare(&below, at..end, subtree, cached),
            }
            at = end.max(at + 1);
        }
    }

    /// What a tree of a sparse index has and HEAD's has not.
    fn new_below(&mut self, dir: &[u8], tree: Id, before: Option<Id>) {
        let mut open = vec![(dir.to_vec(), tree, before)];
        while let Some((dir, tree, before)) = open.pop() {
            let before = before.map(|id| self.tree(&dir, id)).unwrap_or_default();
            for (name, (id, is_tree)) in self.tree(&dir, tree) {
                let known = before.get(&name);
                if known == Some(&(id, is_tree)) {
                    continue;
                }
                let path = [&dir[..], &name].concat();
                if is_tree {
                    open.push(([&path[..], b"/"].concat(), id, known.and_then(|&(id, is)| is.then_some(id))));
                } else {
                    self.add(&path, id, None);
                }
            }
        }
    }

    /// Names of a tree, with what they name and whether that is a tree.
    fn tree(&mut self, path: &[u8], id: Id) -> BTreeMap<Vec<u8>, (Id, bool)> {
        let mut names = BTreeMap::new();
        let bytes = match self.objects.read_as(id, Kind::Tree) {
            Ok(bytes) => bytes,
            Err(error) => {
                self.unreadable(path, id, &error);
                return names;
            }
        };
        for entry in Entries::new(&bytes, self.repo.format.id_length()) {
            match entry {
                Ok(entry) => _ = names.insert(entry.name.to_vec(), (entry.id, entry.is_tree())),
                Err(_) => self.unreadable(path, id, &ReadError::Damaged("the tree ends early".to_owned())),
            }
        }
        names
    }

    /// An entry that counts.
    fn take(&mut self, entry: &'a IndexEntry) {
        let side = match entry.stage {
            1 => Some(Side::Base),
            2 => Some(Side::Ours),
            3 => Some(Side::Theirs),
            _ => None,
        };
        if self.index.mode(entry) & 0o170_000 == 0o160_000 {
            self.coverage.left_out.submodules += 1;
        } else if entry.intent_to_add {
            self.coverage.left_out.not_staged += 1;
        } else {
            self.add(self.index.name(entry), self.index.id(entry), side);
        }
    }

    fn add(&mut self, path: &[u8], id: Id, side: Option<Side>) {
        if self.leave_out.leaves(path) {
            return;
        }
        let origin = Origin::Index { path: RepoPath::new(path), side };
        match self.found.get_mut(&id) {
            Some(known) => known.push(origin),
            None => _ = self.found.insert(id, Provenance::new(origin)),
        }
    }

    /// Files by name: as staged where they are staged, else as they are on disk.
    fn named(&mut self, files: &[PathBuf]) {
        let here = env::current_dir().unwrap_or_default();
        for file in files {
            let Some(path) = below_root(&here.join(file), self.repo.root()) else {
                self.on_disk.push(file.clone());
                continue;
            };
            let below = if path.is_empty() { Vec::new() } else { [&path[..], b"/"].concat() };
            let entries = self.index.entries();
            let from = entries.partition_point(|entry| self.index.name(entry) < path.as_slice());
            let is_it = |entry: &&IndexEntry| {
                let name = self.index.name(entry);
                name == path || name.starts_with(&below)
            };
            // Names that begin alike and sort between `a` and `a/b`: `a-b`, `a.c`.
            let reach = |entry: &&IndexEntry| self.index.name(entry).starts_with(&path);
            let staged: Vec<&IndexEntry> = entries[from..].iter().take_while(reach).filter(is_it).collect();
            match staged.as_slice() {
                [] => self.on_disk.push(file.clone()),
                [one] if one.intent_to_add => self.on_disk.push(file.clone()),
                _ => staged.into_iter().for_each(|entry| self.take(entry)),
            }
        }
    }
}

/// The path from the root of a worktree; links in the directories are followed, the last part is not.
fn below_root(path: &Path, root: &Path) -> Option<Vec<u8>> {
    let real = match (path.parent(), path.file_name()) {
        (Some(parent), Some(name)) => parent.canonicalize().ok()?.join(name),
        _ => path.canonicalize().ok()?,
    };
    let root = root.canonicalize().ok()?;
    let below = real.strip_prefix(root).ok()?;
    Some(RepoPath::from_path(below).as_bytes().to_vec())
}
