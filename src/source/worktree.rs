//! Files on disk: those that were named, and those below the directories that were named.
//!
//! Hidden files are read, `.git` is not. Ignore files are obeyed as ripgrep obeys
//! them, but for what git tracks, and what they leave out is counted. Links are not followed, so nothing
//! leads out of the tree. What a user names is always read, or it is a failure.

use std::collections::HashSet;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use crate::model::Coverage;

use super::carrier::is_bulk;
use super::exclude::Excludes;
use super::read::{Asked, Pool};
use super::roots::Roots;
use super::tracked::Tracked;
use super::walk::{Mode, Notes, lock, walk};
use super::{MAX_BLOB, Source, SourceError, Workers, ruled};

/// What a walk leaves out. Paths given by name are read whatever stands here.
#[derive(Clone, Debug)]
pub struct WalkOptions {
    /// Read what `.gitignore`, `.ignore`, `.git/info/exclude` and git's global excludes leave out.
    pub no_ignore: bool,
    /// Globs of what is left out, as lines of a `.gitignore` read: the last one that matches decides.
    pub excludes: Vec<String>,
    /// The directory whose globs these are, absolute; `None`: each root is its own.
    pub base: Option<PathBuf>,
    /// Files with more bytes are passed over.
    pub max_file_size: u64,
    /// Read well-known carriers of credentials (`.env`, `*.pfx`, `*.tfvars` …) even if ignore files leave
    /// them out. Excludes still hold.
    pub read_ignored_carriers: bool,
}

impl Default for WalkOptions {
    fn default() -> Self {
        Self {
            no_ignore: false,
            excludes: Vec::new(),
            base: None,
            max_file_size: MAX_BLOB,
            read_ignored_carriers: false,
        }
    }
}

/// Files and directories on disk.
#[derive(Clone, Debug)]
pub struct Worktree {
    /// Files and directories, as the user typed them.
    pub roots: Vec<PathBuf>,
    /// What is left out.
    pub options: WalkOptions,
}

impl Worktree {
    /// Is this glob understood as an exclude?
    ///
    /// # Errors
    /// What is wrong with it.
    pub fn check_exclude(glob: &str) -> Result<(), SourceError> {
        Excludes::new(&[glob.to_owned()], &[], None).map(drop)
    }
}

impl Source for Worktree {
    fn visit(&self, threads: usize, worker: Workers<'_>) -> Result<Coverage, SourceError> {
        let roots = Roots::sort(&self.roots);
        let excludes = Excludes::new(&self.options.excludes, &roots.dirs, self.options.base.as_deref())?;
        let mut pool = Pool::new(worker, self.options.max_file_size);
        report_failures(&roots, &pool);
        read_files(&roots.files, Asked::ByName, &pool, threads);
        let notes = Arc::new(Notes::new(excludes, roots.elsewhere, &self.options));
        self.walk_dirs(roots.dirs.clone(), &notes, &pool, threads);
        let read = self.read_tracked(roots.dirs, &notes, &mut pool, threads);
        let ignored = ignored_carriers(&notes, &mut pool);
        read_files(&ignored.files, Asked::Met, &pool, threads);
        walk(&ignored.dirs, Mode::Carriers, &notes, &pool, threads);
        Ok(add_up(&notes, &mut pool, read + ignored.files.len() as u64))
    }
}

impl Worktree {
    /// Reads what git tracks though it ignores it; how many of these were counted as ignored.
    fn read_tracked(&self, dirs: Vec<PathBuf>, notes: &Arc<Notes>, pool: &mut Pool<'_>, threads: usize) -> u64 {
        let mut tracked = Tracked::default();
        let mut starts = dirs;
        loop {
            starts.append(&mut lock(&notes.repositories));
            if ignored(notes, pool) <= tracked.counted || pool.is_stopped() {
                break;
            }
            let found = tracked.look(&starts, notes, pool);
            read_files(&found.files, Asked::Met, pool, threads);
            found.note_failures(pool);
            starts.clone_from(&found.submodules);
            self.walk_dirs(found.submodules, notes, pool, threads);
            if starts.is_empty() {
                break;
            }
        }
        let counted = tracked.counted;
        notes.tracked.get_or_init(|| tracked.into_paths());
        counted
    }

    fn walk_dirs(&self, dirs: Vec<PathBuf>, notes: &Arc<Notes>, pool: &Pool<'_>, threads: usize) {
        if self.options.no_ignore {
            return walk(&dirs, Mode::Unruled, notes, pool, threads);
        }
        let is_safe = |dir: &PathBuf| ruled::parents_are_safe(dir) && notes.list(dir);
        let (ruled, unruled): (Vec<_>, Vec<_>) = dirs.into_iter().partition(is_safe);
        walk(&ruled, Mode::Ruled, notes, pool, threads);
        walk(&unruled, Mode::Unruled, notes, pool, threads);
        let below = lock(&notes.unsafe_dirs).clone();
        walk(&below, Mode::Unruled, notes, pool, threads);
    }
}

fn report_failures(roots: &Roots, pool: &Pool<'_>) {
    let mut loan = pool.lend();
    for skip in &roots.failures {
        if let Some(reader) = loan.reader() {
            reader.note(skip.clone());
        }
    }
}

/// Below this a thread costs more than it saves: 30 us against 7 a file.
const FILES_A_THREAD: usize = 16;

/// Reads files by name, in order on one thread, in small steps on several.
fn read_files(files: &[PathBuf], asked: Asked, pool: &Pool<'_>, threads: usize) {
    let next = AtomicUsize::new(0);
    let work = || {
        let mut loan = pool.lend();
        while let Some(path) = files.get(next.fetch_add(1, Ordering::Relaxed)) {
            let Some(reader) = loan.reader() else { return };
            reader.read(path, asked);
        }
    };
    match threads.min(files.len().div_ceil(FILES_A_THREAD)) {
        0 | 1 => work(),
        threads => std::thread::scope(|scope| {
            for _ in 0..threads {
                scope.spawn(work);
            }
        }),
    }
}

/// Entries that ignore files left out and that hold, or may hold, carriers.
#[derive(Default)]
struct Ignored {
    files: Vec<PathBuf>,
    dirs: Vec<PathBuf>,
}

/// What was listed and never met; without what excludes leave out.
fn ignored_carriers(notes: &Notes, pool: &mut Pool<'_>) -> Ignored {
    let mut ignored = Ignored::default();
    let mut met: HashSet<PathBuf> = lock(&notes.unsafe_dirs).drain(..).collect(); // walked after the others
    for reader in pool.readers() {
        met.extend(reader.met_paths.drain(..));
    }
    let gathered = std::mem::take(&mut *lock(&notes.gathered));
    let tracked = notes.tracked.get_or_init(HashSet::new);
    for path in gathered.into_iter().filter(|path| !met.contains(path) && !tracked.contains(path)) {
        let is_dir = path.is_dir();
        if notes.excludes.leaving_out(&path, is_dir).is_some() {
            continue;
        }
        if !is_dir {
            ignored.files.push(path);
        } else if !path.file_name().is_some_and(|name| is_bulk(name.as_encoded_bytes())) {
            ignored.dirs.push(path);
        }
    }
    ignored
}

/// How many entries were listed and never met.
fn ignored(notes: &Notes, pool: &mut Pool<'_>) -> u64 {
    let met: u64 = pool.readers().map(|reader| reader.met).sum();
    notes.listed.load(Ordering::Relaxed).saturating_sub(met + notes.pruned.load(Ordering::Relaxed))
}

/// `read` of the ignored entries were read all the same.
fn add_up(notes: &Notes, pool: &mut Pool<'_>, read: u64) -> Coverage {
    let mut coverage = Coverage::default();
    for reader in pool.readers() {
        coverage.merge(std::mem::take(&mut reader.coverage));
    }
    coverage.interrupted = pool.is_stopped();
    coverage.left_out.ignored = ignored(notes, pool).saturating_sub(read);
    for (glob, count) in notes.excluded.iter().enumerate() {
        let count = count.load(Ordering::Relaxed);
        if count > 0 {
            *coverage.left_out.excluded.entry(notes.excludes.text(glob).to_owned()).or_default() += count;
        }
    }
    coverage
}
