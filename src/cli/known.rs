//! The baseline of a job: which file it is, what it says, and how its paths lead to ours.
//!
//! Its paths start from the root of the repository, so that it says the same wherever
//! keyless is called and whatever it scans: files, the index, commits.

use std::env;
use std::fs;
use std::io::{self, Read as _, Write as _};
use std::path::{Component, Path, PathBuf};
use std::sync::Arc;

use super::engine::{self, Known};
use super::plan::Job;
use crate::config::{Base, Config, ConfigError, Place, SourceText, discover};
use crate::error::Error;
use crate::model::{Day, EntryUse, Notice, RepoPath, Report, Skip, in_words};
use crate::rule::RuleSet;
use crate::triage::baseline::{Baseline, Entry};

/// The name that is looked for.
pub(super) const FILE_NAME: &str = ".keyless-baseline.jsonl";

/// A hundred million entries' worth is a mistake or an attack.
const MAX_BYTES: u64 = 256 << 20;

/// A baseline in force.
#[derive(Clone, Debug)]
pub(super) struct Accepted {
    baseline: Baseline,
    file: Arc<SourceText>,
    root: PathBuf,
    base: Base,
}

impl Known for Accepted {
    fn baseline(&self) -> &Baseline {
        &self.baseline
    }

    fn relative(&self, shown: &RepoPath) -> RepoPath {
        self.base.relative(shown)
    }

    fn file(&self, path: &str) -> Option<PathBuf> {
        let path = Path::new(path);
        let inside = path.components().all(|part| matches!(part, Component::Normal(_)));
        inside.then(|| self.root.join(path))
    }
}

impl Accepted {
    /// Reads the file. `start` is a directory of what is scanned.
    ///
    /// # Errors
    /// It cannot be read, or a line of it is not understood.
    pub(super) fn read(file: &Path, config: &Config, start: &Path) -> Result<Self, ConfigError> {
        stays_inside(file)?;
        let text = load(file).map_err(|what| ConfigError::new(format!("cannot read `{}`: {what}", shown(file))))?;
        let source = Arc::new(SourceText::new(file.to_owned(), &shown(file), text));
        let baseline = Baseline::parse(source.text(), &engine::key(config)).map_err(|wrong| {
            ConfigError::at(Place { file: Arc::clone(&source), span: wrong.span }, wrong.what).with_help(wrong.help)
        })?;
        Ok(Self::new(source, baseline, config, start))
    }

    /// One that is still to be written.
    pub(super) fn none_yet(file: &Path, config: &Config, start: &Path) -> Self {
        let source = SourceText::new(file.to_owned(), &shown(file), String::new());
        Self::new(Arc::new(source), Baseline::default(), config, start)
    }

    fn new(file: Arc<SourceText>, baseline: Baseline, config: &Config, start: &Path) -> Self {
        let is_default = file.path().file_name().is_some_and(|name| name == FILE_NAME);
        let beside = file.path().parent().filter(|_| is_default).map(Path::to_owned);
        let root = discover::repository(start).or(beside).unwrap_or_else(|| config.root.clone());
        let base = Base::new(&root, &env::current_dir().unwrap_or_default());
        Self { baseline, file, root, base }
    }

    /// The file, absolute.
    pub(super) fn path(&self) -> &Path {
        self.file.path()
    }

    /// The file, as people are told it.
    pub(super) fn name(&self) -> &str {
        self.file.name()
    }

    /// Writes other entries in its place, whole or not at all.
    ///
    /// # Errors
    /// What the system says.
    pub(super) fn write(&self, baseline: &Baseline, config: &Config) -> Result<(), Error> {
        replace(self.path(), baseline.text(&engine::key(config)).as_bytes())
    }

    /// Entries that nothing belongs to, as far as this scan can tell.
    pub(super) fn unused<'a>(&'a self, job: &'a Job, rules: &'a RuleSet, report: &'a Report) -> Vec<&'a Entry> {
        let entries = self.baseline.entries().iter().zip(&report.entries);
        let unused = entries.filter(|(_, used)| **used == EntryUse::Unused).map(|(entry, _)| entry);
        unused.filter(|entry| self.was_looked_for(entry, job, rules, report)).collect()
    }

    /// Its file was read, or is gone from what was read, and its rule ran.
    fn was_looked_for(&self, entry: &Entry, job: &Job, rules: &RuleSet, report: &Report) -> bool {
        let all_ran = job.config.rules.select.is_none() && job.config.rules.disable.is_empty();
        let covers = |path: &RepoPath| is_below(&entry.path, &self.base.relative(path).text());
        let failed = report.skips.iter().filter(|skip| Skip::is_failure(skip)).any(|skip| covers(&skip.path));
        (all_ran || rules.find(&entry.rule).is_some())
            && !report.coverage.interrupted
            && !failed
            && job.target.paths().iter().any(|path| covers(&RepoPath::from_path(path)))
    }

    /// What is to be said of its entries: of no use, or over.
    pub(super) fn notices(&self, job: &Job, rules: &RuleSet, report: &Report) -> Vec<Notice> {
        let say = |line: u32, what: String| Notice { path: RepoPath::new(self.name().as_bytes()), line, what };
        let unused = self.unused(job, rules, report).into_iter().map(|entry| {
            let what = format!(
                "nothing is found at {} that this entry accepts; `keyless baseline prune` takes it out",
                RepoPath::new(entry.path.as_bytes()).shown()
            );
            say(entry.line, what)
        });
        let today = Day::today();
        let used = self.baseline.entries().iter().zip(&report.entries).filter(|(_, used)| **used != EntryUse::Unused);
        let over = used.filter_map(|(entry, _)| {
            let last = entry.until.filter(|_| entry.is_over(today))?;
            let what = format!("this entry accepted a finding until {last}; mend what it is about, or give a new day");
            Some(say(entry.line, what))
        });
        unused.chain(over).collect()
    }
}

/// A baseline that lies in a tree belongs to whoever wrote the tree: a link there must not show, line by line as
/// what is wrong with it, a file of the reader's own.
fn stays_inside(file: &Path) -> Result<(), ConfigError> {
    let is_ours = file.file_name().is_none_or(|name| name != FILE_NAME);
    let (Some(dir), false) = (file.parent(), is_ours) else { return Ok(()) };
    let root = discover::repository(dir).unwrap_or_else(|| dir.to_owned());
    match (file.canonicalize(), root.canonicalize()) {
        (Ok(real), Ok(root)) if !real.starts_with(&root) => {
            let what = format!("`{}` leads out of the repository", shown(file));
            Err(ConfigError::new(what).with_help("name the file that it leads to with --baseline to trust it"))
        }
        _ => Ok(()),
    }
}

/// Is this path the other one, or below it? The root of everything is the empty path.
fn is_below(path: &str, directory: &str) -> bool {
    let rest = path.strip_prefix(directory.trim_end_matches('/'));
    directory.is_empty() || rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

fn shown(path: &Path) -> String {
    discover::shown(path)
}

fn load(file: &Path) -> Result<String, String> {
    let meta = fs::metadata(file).map_err(|cause| in_words(&cause))?;
    if !meta.is_file() {
        return Err("it is not a file".into());
    }
    if meta.len() > MAX_BYTES {
        return Err("it is larger than 256 MiB".into());
    }
    let mut bytes = Vec::new();
    let read = fs::File::open(file).and_then(|file| file.take(MAX_BYTES).read_to_end(&mut bytes));
    read.map_err(|cause| in_words(&cause))?;
    String::from_utf8(bytes).map_err(|_| "it is not UTF-8".into())
}

/// Writes a file beside and moves it into place; a link stays a link.
pub(super) fn replace(path: &Path, bytes: &[u8]) -> Result<(), Error> {
    let target = path.canonicalize().unwrap_or_else(|_| path.to_owned());
    // To move a file over a device or a pipe would replace it, and whoever runs as root may do that.
    if fs::metadata(&target).is_ok_and(|meta| !meta.is_file()) {
        let cause = io::Error::new(io::ErrorKind::InvalidInput, "it is there and is no regular file");
        return Err(Error::Output { to: shown(path), cause });
    }
    let directory = target.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let write = || {
        let mut builder = tempfile::Builder::new();
        builder.prefix(".keyless-");
        #[cfg(unix)]
        builder.permissions(permissions(&target));
        let mut file = builder.tempfile_in(directory)?;
        file.write_all(bytes)?;
        file.persist(&target).map_err(|error| error.error)
    };
    write().map(drop).map_err(|cause| Error::Output { to: shown(path), cause })
}

/// Those of the file that is replaced, or what a new file has.
#[cfg(unix)]
fn permissions(target: &Path) -> fs::Permissions {
    use std::os::unix::fs::PermissionsExt as _;
    fs::metadata(target).map_or_else(|_| fs::Permissions::from_mode(0o666), |meta| meta.permissions())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[cfg(unix)]
    #[test]
    fn what_is_no_regular_file_is_not_replaced() {
        use std::os::unix::fs::FileTypeExt as _;
        let directory = tempfile::tempdir().expect("a directory");
        let pipe = directory.path().join("pipe");
        let made = std::process::Command::new("mkfifo").arg(&pipe).status().expect("mkfifo is there");
        assert!(made.success());
        assert!(replace(&pipe, b"x").is_err());
        assert!(fs::metadata(&pipe).expect("it is still there").file_type().is_fifo());
        let file = directory.path().join("file");
        replace(&file, b"x").expect("a new file");
        replace(&file, b"y").expect("over an old one");
        assert_eq!(fs::read(&file).expect("it was written"), b"y");
    }

    #[test]
    fn a_path_is_below_a_directory_by_whole_parts() {
        for (path, directory, expected) in [
            ("a/b", "", true),
            ("a/b", "a", true),
            ("a/b", "a/", true),
            ("a/b", "a/b", true),
            ("ab", "a", false),
            ("a", "a/b", false),
        ] {
            assert_eq!(is_below(path, directory), expected, "{path} below {directory}");
        }
    }
}
