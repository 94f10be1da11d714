//! A tree made for a test, and what a visit of it showed.

use std::collections::BTreeMap;
use std::fs;
use std::path::PathBuf;
use std::sync::{Arc, Mutex};

use keyless::model::{BlobRef, Coverage, Skip, SkipReason};
use keyless::source::{Source, Visit, WalkOptions, Worktree};

/// What one visit of a source showed, whatever the order.
#[derive(Clone, Debug, Default)]
pub(super) struct Seen {
    /// Path to content; a path met twice is noted as `path (again)`.
    pub(super) blobs: BTreeMap<String, Vec<u8>>,
    pub(super) skips: BTreeMap<String, (SkipReason, String)>,
    pub(super) coverage: Coverage,
}

impl Seen {
    pub(super) fn paths(&self) -> Vec<&str> {
        self.blobs.keys().map(String::as_str).collect()
    }

    pub(super) fn reasons(&self) -> Vec<(&str, SkipReason)> {
        self.skips.iter().map(|(path, (reason, _))| (path.as_str(), *reason)).collect()
    }

    pub(super) fn ignored(&self) -> u64 {
        self.coverage.left_out.ignored
    }
}

#[derive(Clone, Default)]
pub(super) struct Collector {
    pub(super) seen: Arc<Mutex<Seen>>,
    pub(super) stop_after: Option<usize>,
}

impl Visit for Collector {
    fn blob(&mut self, blob: BlobRef<'_>) {
        let mut path = blob.provenance.first().path().text().into_owned();
        let blobs = &mut self.seen.lock().unwrap().blobs;
        if blobs.contains_key(&path) {
            path.push_str(" (again)");
        }
        blobs.insert(path, blob.bytes.to_vec());
    }

    fn skip(&mut self, skip: Skip) {
        self.seen.lock().unwrap().skips.insert(skip.path.text().into_owned(), (skip.reason, skip.detail));
    }

    fn go_on(&self) -> bool {
        self.stop_after.is_none_or(|most| self.seen.lock().unwrap().blobs.len() < most)
    }
}

/// A directory that goes away with its test.
pub(super) struct Tree(pub(super) tempfile::TempDir);

impl Tree {
    pub(super) fn new(files: &[(&str, &str)]) -> Self {
        let tree = Self(tempfile::Builder::new().prefix("keyless-tree").tempdir().unwrap());
        for (path, text) in files {
            tree.write(path, text);
        }
        tree
    }

    /// The same, and git takes it for a repository, so that ignore files count.
    pub(super) fn repository(files: &[(&str, &str)]) -> Self {
        let tree = Self::new(files);
        tree.write(".git/HEAD", "ref: refs/heads/main\n");
        tree
    }

    pub(super) fn path(&self, below: &str) -> PathBuf {
        if below.is_empty() { self.0.path().to_path_buf() } else { self.0.path().join(below) }
    }

    pub(super) fn write(&self, path: &str, text: &str) {
        let path = self.path(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    /// Visits roots of the tree, and shows paths without the place of the tree.
    pub(super) fn visit(&self, roots: &[&str], options: WalkOptions) -> Seen {
        let seen = visit(roots.iter().map(|root| self.path(root)).collect(), options, 2);
        let here = format!("{}/", self.0.path().to_str().unwrap());
        let short = |path: &str| path.strip_prefix(&here).unwrap_or(path).to_owned();
        Seen {
            blobs: seen.blobs.into_iter().map(|(path, bytes)| (short(&path), bytes)).collect(),
            skips: seen.skips.into_iter().map(|(path, skip)| (short(&path), skip)).collect(),
            coverage: seen.coverage,
        }
    }
}

pub(super) fn visit(roots: Vec<PathBuf>, options: WalkOptions, threads: usize) -> Seen {
    visit_with(&Collector::default(), roots, options, threads)
}

pub(super) fn visit_with(collector: &Collector, roots: Vec<PathBuf>, options: WalkOptions, threads: usize) -> Seen {
    let source = Worktree { roots, options };
    let worker = collector.clone();
    let coverage = source.visit(threads, &move || Box::new(worker.clone())).unwrap();
    let mut seen = collector.seen.lock().unwrap().clone();
    assert_eq!(coverage.blobs, seen.blobs.len() as u64, "blobs are counted");
    assert_eq!(coverage.bytes, seen.blobs.values().map(|bytes| bytes.len() as u64).sum::<u64>(), "bytes are counted");
    seen.coverage = coverage;
    seen
}

pub(super) fn plain() -> WalkOptions {
    WalkOptions::default()
}
