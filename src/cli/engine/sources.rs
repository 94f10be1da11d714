//! The sources that a job names.

use std::io;
use std::path::Path;

use crate::cli::args::Past;
use crate::cli::cache;
use crate::cli::plan::{Job, Target};
use crate::config::{Config, Profile};
use crate::detect;
use crate::error::Error;
use crate::model::RepoPath;
use crate::rule::RuleSet;
use crate::source::{
    History, HistoryOptions, Index, IndexOptions, Patch, Range, RangeOptions, Source, SourceError, Stdin, WalkOptions,
    Worktree,
};

use super::Asked;

pub(super) fn sources(
    job: &Job,
    rules: &RuleSet,
    detect: &detect::Options,
    asked: &Asked,
) -> Result<Vec<Box<dyn Source>>, Error> {
    let walk = walk_options(&job.config);
    let mut sources: Vec<Box<dyn Source>> = Vec::new();
    match &job.target {
        Target::Paths { paths, stdin } => {
            if !paths.is_empty() {
                sources.push(Box::new(Worktree { roots: paths.clone(), options: walk }));
            }
            if *stdin {
                sources.push(Box::new(Stdin::new(asked.stdin_name.clone())));
            }
        }
        Target::Staged { files } => {
            sources.push(Box::new(Index::here(IndexOptions { files: files.clone(), walk })?));
        }
        Target::Range(range) => {
            let (bases, heads) = (range.bases.clone(), vec![range.head.clone()]);
            let options = RangeOptions { bases, first_base: range.first_base, heads, walk, emails: asked.emails };
            sources.push(Box::new(Range::here(options)?));
        }
        Target::History { repo, prefix, past } => {
            let cache = cache::of(past, rules, detect, &walk, (&job.base, prefix));
            let options = HistoryOptions { cache, ..history_options(past, walk, asked.emails) };
            let all = History::open(repo.as_deref(), prefix, &options)?;
            sources.extend(all.into_iter().map(|one| Box::new(one) as Box<dyn Source>));
        }
        Target::Patch { file } => sources.push(patch(file)?),
    }
    Ok(sources)
}

fn history_options(past: &Past, walk: WalkOptions, emails: bool) -> HistoryOptions {
    HistoryOptions {
        unreachable: past.unreachable,
        submodules: past.submodules,
        since: past.since.clone(),
        branches: past.branch.clone(),
        max_commits: past.max_commits,
        verify_objects: past.verify_objects,
        slow: past.slow_git,
        emails,
        walk,
        cache: None,
    }
}

fn patch(file: &Path) -> Result<Box<dyn Source>, Error> {
    let name = RepoPath::from_path(file);
    if file.as_os_str() == "-" {
        return Ok(Box::new(Patch::from_reader(RepoPath::new(*b"<stdin>"), io::stdin())));
    }
    let open = std::fs::File::open(file);
    let open = open.map_err(|cause| SourceError::Unreadable { path: name.shown().into_owned(), cause })?;
    Ok(Box::new(Patch::from_reader(name, open)))
}

/// Directories that were asked for by an absolute path or one that leads up, each with its last slash.
pub(super) fn roots(job: &Job) -> Vec<Vec<u8>> {
    let Target::Paths { paths, .. } = &job.target else { return Vec::new() };
    let leads_out = |path: &&std::path::PathBuf| path.is_absolute() || path.starts_with("..");
    let named = paths.iter().filter(leads_out).filter(|path| path.is_dir());
    named.map(|path| [RepoPath::from_path(path).as_bytes(), b"/"].concat()).collect()
}

pub(super) fn walk_options(config: &Config) -> WalkOptions {
    WalkOptions {
        no_ignore: !config.ignore_files.value,
        base: Some(config.root.clone()),
        excludes: config.exclude.iter().map(|exclude| exclude.value.as_str().to_owned()).collect(),
        max_file_size: config.max_file_size.value.bytes(),
        read_ignored_carriers: config.profile.value == Profile::Audit,
    }
}
