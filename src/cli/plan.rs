//! From words to jobs: which configuration holds for which of the paths.

use std::collections::HashMap;
use std::env;
use std::path::{Path, PathBuf};

use super::args::{CommitRange, Past, Selection};
use super::ci;
use super::engine;
use super::known::{self, Accepted};
use crate::config::{Chain, Config, ConfigError, Found, Origin, Profile, Setting, Words, discover, suggest};
use crate::error::Error;
use crate::model::RepoPath;
use crate::rule::RuleSet;
use crate::source::SourceError;

/// What is scanned under one configuration.
#[derive(Debug)]
pub(super) struct Job {
    pub(super) config: Config,
    pub(super) target: Target,
    /// The directory that the paths of the report start from.
    pub(super) base: PathBuf,
    /// A directory of what is scanned, absolute.
    pub(super) start: PathBuf,
    /// What the project knows of and lives with.
    pub(super) baseline: Option<Accepted>,
}

/// What is scanned.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Target {
    /// Files on disk, and standard input if it is named.
    Paths { paths: Vec<PathBuf>, stdin: bool },
    /// The index; the files of it that are named, or all that changed.
    Staged { files: Vec<PathBuf> },
    /// Commits.
    Range(CommitRange),
    /// All that a repository ever held; `prefix` stands before its paths.
    History { repo: Option<PathBuf>, prefix: Vec<u8>, past: Past },
    /// The new side of a patch.
    Patch { file: PathBuf },
}

impl Target {
    /// Files and directories that are read as a whole; of an index or of commits only parts are.
    pub(super) fn paths(&self) -> &[PathBuf] {
        match self {
            Self::Paths { paths, .. } => paths,
            Self::Staged { .. } | Self::Range(_) | Self::History { .. } | Self::Patch { .. } => &[],
        }
    }

    /// What it is called where it cannot be read.
    pub(super) fn name(&self) -> String {
        match self {
            Self::History { repo: Some(repo), .. } => RepoPath::from_path(repo).shown().into_owned(),
            Self::Range(range) => range.to_string(),
            other => other.shown(),
        }
    }

    /// As words of the command line would name it.
    pub(super) fn shown(&self) -> String {
        let shown =
            |paths: &[PathBuf]| paths.iter().map(|path| RepoPath::from_path(path).shown().into_owned()).collect();
        let words: Vec<String> = match self {
            Self::Paths { paths, stdin: false } => shown(paths),
            Self::Paths { paths, stdin: true } => [shown(paths), vec![STDIN.to_owned()]].concat(),
            Self::Staged { files } => [vec!["--staged".to_owned()], shown(files)].concat(),
            Self::Range(range) => vec![format!("--diff {range}")],
            Self::History { repo, .. } => [vec!["--history".to_owned()], shown(repo.as_slice())].concat(),
            Self::Patch { file } => [vec!["--patch".to_owned()], shown(std::slice::from_ref(file))].concat(),
        };
        words.join(" ")
    }
}

/// Names standard input.
const STDIN: &str = "-";

/// What a verb does with baselines.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Baselines {
    /// The one that is named, or found.
    Use,
    /// None.
    Without,
}

/// One job for each configuration and baseline, in the order of the paths. Never empty.
pub(super) fn jobs(args: &Selection, words: &Words, baselines: Baselines) -> Result<Vec<Job>, Error> {
    if args.paths.iter().filter(|path| path.as_os_str() == STDIN).count() > 1 {
        return Err(Error::usage("standard input is named twice", "it can be read once; write `-` once"));
    }
    if args.stdin_filename.is_some() && !args.paths.iter().any(|path| path.as_os_str() == STDIN) {
        return Err(Error::usage("--stdin-filename without standard input", "write `-` for standard input"));
    }
    if let Some((targets, profile)) = of_git(args)? {
        let are_several = targets.len() > 1;
        let one = |target: Target| match in_repository(args, words, baselines, target.clone(), profile) {
            Err(Error::Source(_)) if are_several => nowhere(target, words, profile),
            other => other,
        };
        return targets.into_iter().map(one).collect();
    }
    let here = here()?;
    let paths = if args.paths.is_empty() { vec![PathBuf::from(".")] } else { args.paths.clone() };
    if let Some((chain, by)) = named(args)? {
        let mut config = Config::of(Profile::Gate, &here, &chain, words)?;
        config.named_by = by;
        let searched = if args.no_config { None } else { discover::nearest(&here, known::FILE_NAME) };
        let file = baseline_file(args, baselines, &here, searched);
        return Ok(vec![job(config, &paths, &here, file)?]);
    }
    by_search(&paths, args, baselines, (&here, words))
}

/// What of a repository is asked for, and the profile that fits.
fn of_git(args: &Selection) -> Result<Option<(Vec<Target>, Profile)>, Error> {
    if args.staged {
        return Ok(Some((vec![Target::Staged { files: args.paths.clone() }], Profile::Hook)));
    }
    if args.history {
        return Ok(Some((histories(&args.paths, &args.past), Profile::Audit)));
    }
    if let Some(file) = &args.patch {
        return Ok(Some((vec![Target::Patch { file: file.clone() }], Profile::Gate)));
    }
    match args.diff.as_deref() {
        Some("auto") => Ok(Some((vec![Target::Range(ci::range()?)], Profile::Gate))),
        Some(text) => Ok(Some((vec![Target::Range(text.parse()?)], Profile::Gate))),
        None => Ok(None),
    }
}

/// Paths of several repositories are told apart by the names that were given.
fn histories(repos: &[PathBuf], past: &Past) -> Vec<Target> {
    let one = |repo: &PathBuf| {
        let name = RepoPath::from_path(repo);
        let prefix = if repos.len() > 1 { [name.as_bytes(), b"/"].concat() } else { Vec::new() };
        Target::History { repo: Some(repo.clone()), prefix, past: past.clone() }
    };
    match repos {
        [] => vec![Target::History { repo: None, prefix: Vec::new(), past: past.clone() }],
        repos => repos.iter().map(one).collect(),
    }
}

/// What a push brings.
pub(super) fn of_range(args: &Selection, words: &Words, range: CommitRange) -> Result<Job, Error> {
    in_repository(args, words, Baselines::Use, Target::Range(range), Profile::Gate)
}

/// The configuration and the baseline at the root of the repository hold for all of it.
fn in_repository(
    args: &Selection,
    words: &Words,
    baselines: Baselines,
    target: Target,
    profile: Profile,
) -> Result<Job, Error> {
    let here = here()?;
    let root = match &target {
        // A patch need not belong to a repository.
        Target::Patch { .. } => crate::source::git_root(None).unwrap_or_else(|_| here.clone()),
        Target::History { repo, .. } => crate::source::git_root(repo.as_deref())?,
        _ => crate::source::git_root(None)?,
    };
    let has_prefix = matches!(&target, Target::History { prefix, .. } if !prefix.is_empty());
    let base = if has_prefix { here.clone() } else { root.clone() };
    let config = match named(args)? {
        Some((chain, by)) => Config { named_by: by, ..Config::of(profile, &root, &chain, words)? },
        None => {
            let (chain, of) = searched(discover::find(&root), &root)?;
            Config::of(profile, &of, &chain, words)?
        }
    };
    let nearest = if args.no_config { None } else { discover::nearest(&root, known::FILE_NAME) };
    let baseline = baseline_file(args, baselines, &here, nearest);
    let baseline = baseline.map(|file| Accepted::read(&file, &config, &root)).transpose()?;
    Ok(Job { config, target, base, start: root, baseline })
}

/// A job for what cannot be opened, which the scan will say.
fn nowhere(target: Target, words: &Words, profile: Profile) -> Result<Job, Error> {
    let here = here()?;
    let config = Config::of(profile, &here, &Chain::empty(), words)?;
    Ok(Job { config, target, base: here.clone(), start: here, baseline: None })
}

/// The file of the baseline: the one that was named before the one that was found.
fn baseline_file(args: &Selection, baselines: Baselines, here: &Path, searched: Option<PathBuf>) -> Option<PathBuf> {
    let named = args.baseline.as_ref().map(|file| here.join(file));
    named.or(searched).filter(|_| baselines == Baselines::Use)
}

/// What holds in the current directory if the command line says nothing.
pub(super) fn config_here() -> Result<Config, Error> {
    let here = here()?;
    let (chain, root) = searched(discover::find(&here), &here)?;
    Ok(Config::of(Profile::Gate, &root, &chain, &Words::default())?)
}

fn here() -> Result<PathBuf, Error> {
    env::current_dir().map_err(|cause| Error::Source(SourceError::Unreadable { path: ".".into(), cause }))
}

/// The configuration that the user named, and how; `None` if it is to be searched.
fn named(args: &Selection) -> Result<Option<(Chain, Origin)>, ConfigError> {
    if args.no_config {
        return Ok(Some((Chain::empty(), Origin::CommandLine("--no-config"))));
    }
    if let Some(file) = &args.config {
        return Ok(Some((Chain::named(file)?, Origin::CommandLine("--config"))));
    }
    match env::var_os("KEYLESS_CONFIG") {
        Some(file) if !file.is_empty() => {
            Ok(Some((Chain::named(Path::new(&file))?, Origin::Environment("KEYLESS_CONFIG"))))
        }
        _ => Ok(None),
    }
}

fn by_search(
    paths: &[PathBuf],
    args: &Selection,
    baselines: Baselines,
    (here, words): (&Path, &Words),
) -> Result<Vec<Job>, Error> {
    let mut groups: Vec<(Nearby, PathBuf, Vec<PathBuf>)> = Vec::new();
    let mut known: HashMap<PathBuf, Nearby> = HashMap::new();
    for path in paths {
        let place = if path.as_os_str() == STDIN { args.stdin_filename.as_ref() } else { Some(path) };
        let start = discover::start(&here.join(place.map_or(Path::new(""), PathBuf::as_path)));
        let nearby = known.entry(start.clone()).or_insert_with_key(|start| Nearby {
            config: discover::find(start),
            baseline: baseline_file(args, baselines, here, discover::nearest(start, known::FILE_NAME)),
        });
        match groups.iter_mut().find(|(of, _, _)| of == nearby) {
            Some((_, _, paths)) => paths.push(path.clone()),
            None => groups.push((nearby.clone(), start, vec![path.clone()])),
        }
    }
    let one = |(nearby, start, paths): (Nearby, PathBuf, Vec<PathBuf>)| {
        let (chain, root) = searched(nearby.config, here)?;
        job(Config::of(Profile::Gate, &root, &chain, words)?, &paths, &start, nearby.baseline)
    };
    groups.into_iter().map(one).collect()
}

/// What holds for a path.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Nearby {
    config: Option<Found>,
    baseline: Option<PathBuf>,
}

/// What a search found, read; and the directory that its globs start from.
fn searched(found: Option<Found>, here: &Path) -> Result<(Chain, PathBuf), ConfigError> {
    let Some(found) = found else { return Ok((Chain::empty(), here.to_owned())) };
    let root = found.file.parent().unwrap_or(here).to_owned();
    Ok((Chain::found(&found)?, root))
}

fn job(config: Config, paths: &[PathBuf], start: &Path, baseline: Option<PathBuf>) -> Result<Job, Error> {
    let (stdin, paths): (Vec<PathBuf>, Vec<PathBuf>) =
        paths.iter().cloned().partition(|path| path.as_os_str() == STDIN);
    let baseline = baseline.map(|file| Accepted::read(&file, &config, start)).transpose()?;
    let target = Target::Paths { paths, stdin: !stdin.is_empty() };
    Ok(Job { config, target, base: here()?, start: start.to_owned(), baseline })
}

/// Refuses names of rules that name nothing: a slip there would switch a rule off, or none.
pub(super) fn check_rule_names(config: &Config, rules: &RuleSet) -> Result<(), Error> {
    let known = |setting: &Setting<crate::config::RuleName>| rules.names().any(|name| setting.value.names([name]));
    match config.rule_names().find(|setting| !known(setting)) {
        Some(setting) => Err(unknown_rule(setting.value.as_str(), &setting.origin, rules)),
        None => Ok(()),
    }
}

/// Refuses a platform that no route knows: advice would silently be the general one.
pub(super) fn check_platform(config: &Config) -> Result<(), Error> {
    let names = || engine::PLATFORMS.iter().map(|(name, _)| *name);
    let is_unknown = |platform: &&Setting<String>| names().all(|name| name != platform.value);
    let Some(platform) = config.platforms().find(is_unknown) else { return Ok(()) };
    let (what, help) = (format!("no platform is named `{}`", platform.value), suggest::help(&platform.value, names()));
    match &platform.origin {
        Origin::File(place) => Err(ConfigError::at(place.clone(), what).with_help(help).into()),
        _ => Err(Error::usage(what, help)),
    }
}

/// A name that names no rule, with the one that was probably meant.
pub(super) fn unknown_rule(name: &str, origin: &Origin, rules: &RuleSet) -> Error {
    let what = format!("no rule is named `{name}`");
    // Of two codes none is more like a third one; of two slugs one is.
    let slugs = rules.iter().map(|(_, rule)| rule.spec().slug.as_ref());
    let help = match suggest::closest(name, slugs) {
        Some(meant) => format!("did you mean `{meant}`? `keyless rules list` names them all"),
        None => "`keyless rules list` names them all".to_owned(),
    };
    match origin {
        Origin::File(place) => ConfigError::at(place.clone(), what).with_help(help).into(),
        _ => Error::usage(what, help),
    }
}
