//! One pass over directories with the walker of `ignore`.
//!
//! The walker does not tell what an ignore file left out. So each directory is
//! listed once more before it is entered (about 4 us, 4 % of a walk with reading),
//! and what was listed and never met was left out. That listing also sees whether
//! the ignore files in it are safe to read, which must be known before.

use std::collections::HashSet;
use std::ffi::OsStr;
use std::fs::{self, FileType};
use std::hash::{BuildHasher as _, RandomState};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use ignore::{DirEntry, Error, ParallelVisitor, ParallelVisitorBuilder, WalkBuilder, WalkState};

use crate::model::SkipReason;

use super::carrier::{is_bulk, is_carrier};
use super::exclude::Excludes;
use super::read::{Asked, Loan, Pool, Reader, kind_in_words};
use super::{WalkOptions, in_words, ruled};

/// What a pass obeys and looks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Mode {
    /// Ignore files are obeyed and what they leave out is counted.
    Ruled,
    /// No ignore file is even opened.
    Unruled,
    /// The same, and only carriers of credentials are read; nothing is counted as left out.
    Carriers,
}

/// What all passes of one scan share. The walker's filter keeps it, hence the atomics: they are
/// touched once a directory and once an excluded entry, never once a file.
#[derive(Debug)]
pub(super) struct Notes {
    pub(super) excludes: Excludes,
    pub(super) elsewhere: HashSet<PathBuf>,
    /// Gather directories and carriers, to find the ignored ones among them afterwards?
    pub(super) gathers: bool,
    /// Entries of all directories that ignore files could leave out.
    pub(super) listed: AtomicU64,
    /// Entries among them that the filter took away before the walker could hand them over.
    pub(super) pruned: AtomicU64,
    /// Entries left out, a number for each exclude.
    pub(super) excluded: Vec<AtomicU64>,
    /// Directories whose ignore files are not safe to read.
    pub(super) unsafe_dirs: Mutex<Vec<PathBuf>>,
    /// Directories and carriers that were listed.
    pub(super) gathered: Mutex<Vec<PathBuf>>,
    /// Directories with a `.git` in them.
    pub(super) repositories: Mutex<Vec<PathBuf>>,
    /// Makes one number of a path that was met; `None` if nobody asks. Keyed anew in each run, so no name
    /// can be made to look like another.
    pub(super) numbers: Option<RandomState>,
    /// What was read though ignored, because git tracks it.
    pub(super) tracked: OnceLock<HashSet<PathBuf>>,
}

impl Notes {
    pub(super) fn new(excludes: Excludes, elsewhere: HashSet<PathBuf>, options: &WalkOptions) -> Self {
        let excluded = std::iter::repeat_with(AtomicU64::default).take(excludes.len()).collect();
        Self {
            excludes,
            elsewhere,
            gathers: options.read_ignored_carriers && !options.no_ignore,
            listed: AtomicU64::new(0),
            pruned: AtomicU64::new(0),
            excluded,
            unsafe_dirs: Mutex::default(),
            gathered: Mutex::default(),
            repositories: Mutex::default(),
            numbers: (!options.no_ignore).then(RandomState::new),
            tracked: OnceLock::new(),
        }
    }

    /// Should the walker go on with this entry? Asked after its ignore files were.
    fn lets_through(&self, entry: &DirEntry, mode: Mode) -> bool {
        if entry.depth() == 0 {
            return true;
        }
        if entry.file_name() == ".git" || self.is_elsewhere(entry.path()) {
            return false;
        }
        let is_dir = entry.file_type().is_some_and(|kind| kind.is_dir());
        if let Some(glob) = self.excludes.leaving_out(entry.path(), is_dir) {
            if mode != Mode::Carriers {
                self.excluded[glob].fetch_add(1, Ordering::Relaxed);
            }
            if mode == Mode::Ruled {
                self.pruned.fetch_add(1, Ordering::Relaxed);
            }
            return false;
        }
        match mode {
            Mode::Ruled => !is_dir || self.enters(entry.path()),
            Mode::Unruled => true,
            Mode::Carriers => !is_dir || !is_bulk(entry.file_name().as_encoded_bytes()),
        }
    }

    pub(super) fn is_elsewhere(&self, path: &Path) -> bool {
        !self.elsewhere.is_empty() && self.elsewhere.contains(path)
    }

    /// Lists a directory below a root, unless its ignore files keep it for a pass without them.
    fn enters(&self, dir: &Path) -> bool {
        if self.list(dir) {
            return true;
        }
        self.pruned.fetch_add(1, Ordering::Relaxed);
        lock(&self.unsafe_dirs).push(dir.to_path_buf());
        false
    }

    /// Counts what a directory holds. False, and nothing counted, if its ignore files are not safe to read.
    pub(super) fn list(&self, dir: &Path) -> bool {
        let Ok(entries) = fs::read_dir(dir) else { return true }; // the walker will say so
        let mut listed = 0;
        let mut gathered = Vec::new();
        for entry in entries.flatten() {
            let name = entry.file_name();
            if name == ".git" {
                if !ruled::is_safe_git(dir) {
                    return false;
                }
                lock(&self.repositories).push(dir.to_path_buf());
                continue;
            }
            if ruled::RULE_FILES.iter().any(|file| name == *file) && !ruled::is_safe_file(&entry.path()) {
                return false;
            }
            if !self.elsewhere.is_empty() && self.is_elsewhere(&dir.join(&name)) {
                continue;
            }
            listed += 1;
            if self.gathers && may_hold_carriers(entry.file_type().ok(), &name) {
                gathered.push(entry.path());
            }
        }
        self.listed.fetch_add(listed, Ordering::Relaxed);
        if !gathered.is_empty() {
            lock(&self.gathered).append(&mut gathered);
        }
        true
    }
}

/// A lock whose holders cannot leave a half-done change behind.
pub(super) fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Walks the directories and hands their files to the pool's workers.
pub(super) fn walk(dirs: &[PathBuf], mode: Mode, notes: &Arc<Notes>, pool: &Pool<'_>, threads: usize) {
    if dirs.is_empty() || pool.is_stopped() {
        return;
    }
    let mut builder = WalkBuilder::from_iter(dirs);
    builder.standard_filters(mode == Mode::Ruled).hidden(false).follow_links(false).threads(threads.max(1));
    let filter = Arc::clone(notes);
    builder.filter_entry(move |entry| filter.lets_through(entry, mode));
    builder.build_parallel().visit(&mut Visitors { pool, mode, notes });
}

struct Visitors<'p, 'w> {
    pool: &'p Pool<'w>,
    mode: Mode,
    notes: &'p Notes,
}

impl<'p, 'w: 'p> ParallelVisitorBuilder<'p> for Visitors<'p, 'w> {
    fn build(&mut self) -> Box<dyn ParallelVisitor + 'p> {
        Box::new(Visitor { loan: self.pool.lend(), mode: self.mode, notes: self.notes })
    }
}

struct Visitor<'p, 'w> {
    loan: Loan<'p, 'w>,
    mode: Mode,
    notes: &'p Notes,
}

impl ParallelVisitor for Visitor<'_, '_> {
    fn visit(&mut self, entry: Result<DirEntry, Error>) -> WalkState {
        let Some(reader) = self.loan.reader() else { return WalkState::Quit };
        match entry {
            Ok(entry) if self.mode == Mode::Carriers => read_carrier(reader, &entry, self.notes),
            Ok(entry) => {
                if entry.depth() > 0 {
                    count(reader, &entry, self.mode, self.notes);
                }
                look_at(reader, &entry);
            }
            Err(error) => report(reader, &error),
        }
        WalkState::Continue
    }
}

/// Notes that an entry was met, so not ignored.
fn count(reader: &mut Reader<'_>, entry: &DirEntry, mode: Mode, notes: &Notes) {
    // Kept as a number: a path each would fill the memory.
    if let Some(numbers) = &notes.numbers {
        reader.met_numbers.push(number(numbers, entry.path()));
    }
    if mode != Mode::Ruled {
        return;
    }
    reader.met += 1;
    if notes.gathers && may_hold_carriers(entry.file_type(), entry.file_name()) {
        reader.met_paths.push(entry.path().to_path_buf());
    }
}

/// A path as one number.
pub(super) fn number(numbers: &RandomState, path: &Path) -> u64 {
    numbers.hash_one(path.as_os_str().as_encoded_bytes())
}

fn may_hold_carriers(kind: Option<FileType>, name: &OsStr) -> bool {
    kind.is_some_and(|kind| kind.is_dir() || (kind.is_file() && is_carrier(name.as_encoded_bytes())))
}

fn look_at(reader: &mut Reader<'_>, entry: &DirEntry) {
    let Some(kind) = entry.file_type() else { return };
    if kind.is_file() {
        reader.read(entry.path(), Asked::Met);
    } else if kind.is_symlink() {
        reader.coverage.left_out.links += 1;
    } else if !kind.is_dir() {
        reader.skip(entry.path(), SkipReason::NotAFile, kind_in_words(kind).to_owned());
    }
}

fn read_carrier(reader: &mut Reader<'_>, entry: &DirEntry, notes: &Notes) {
    let is_file = entry.file_type().is_some_and(|kind| kind.is_file());
    if notes.tracked.get().is_some_and(|tracked| tracked.contains(entry.path())) {
        return; // it was read
    }
    if is_file && is_carrier(entry.file_name().as_encoded_bytes()) {
        reader.read(entry.path(), Asked::Met);
    }
}

/// Notes what could not be listed. A bad line in an ignore file is not that: the others hold.
fn report(reader: &mut Reader<'_>, error: &Error) {
    let Some(path) = failed_path(error) else { return };
    match error.io_error() {
        Some(cause) if cause.kind() == std::io::ErrorKind::NotFound => {
            reader.skip(path, SkipReason::Changed, "it vanished before it could be listed".to_owned());
        }
        Some(cause) => reader.skip(path, SkipReason::Unreadable, in_words(cause)),
        None => reader.skip(path, SkipReason::Unreadable, "a loop of links".to_owned()),
    }
}

/// The entry that an error is about; `None` if it is about a line of an ignore file.
fn failed_path(error: &Error) -> Option<&Path> {
    fn inner<'e>(error: &'e Error, place: Option<&'e Path>) -> Option<&'e Path> {
        match error {
            Error::WithPath { path, err } => inner(err, Some(path)),
            Error::WithDepth { err, .. } => inner(err, place),
            Error::Loop { child, .. } => Some(child),
            Error::Io(_) => Some(place.unwrap_or(Path::new("."))),
            _ => None,
        }
    }
    inner(error, None)
}
