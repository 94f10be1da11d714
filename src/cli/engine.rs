//! Where the verbs meet the engine: a job becomes a plan and sources, a report becomes bytes.
//!
//! Everything the command line knows of rules, scans, samples and formats goes
//! through here.

use std::io::{self, Write};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use super::args::Past;
use super::cache;
use super::output::Look;
use super::plan::{Job, Target};
use super::policy::{self, PathLimits};
use crate::config::{Config, ConfigError, Place, Profile, SourceText, discover};
use crate::detect;
use crate::error::Error;
use crate::fix::{self, Mended};
use crate::model::facts::Facts;
use crate::model::{Applicability, BlobRef, Finding, Fix, RepoKey, RepoPath, Report, Skip, Step};
use crate::remedy::Tables;
use crate::remedy::iac::{self, Emitted, Hosted};
use crate::report::{Theme, View};
use crate::rule::load::{self, Loaded, RuleError};
use crate::rule::spec::SampleSpec;
use crate::rule::{Rule, RuleSet, example, page as pages, sample, topic};
use crate::scan::{self, ScanPlan, probe};
use crate::source::objects::{self, Store};
use crate::source::{
    History, HistoryOptions, Index, IndexOptions, Patch, Range, RangeOptions, Source, SourceError, Stdin, Visit,
    WalkOptions, Worktree,
};

pub(super) use crate::detect::{Cost, Costs, Part};
pub(super) use crate::remedy::PLATFORMS;
pub(super) use crate::report::Format;
pub(super) use crate::scan::Progress;
pub(super) use crate::scan::known::{Known, path as path_in_baseline};
pub(super) use crate::scan::refused::Refused;

/// The built-in rules and those of the directories that the configuration names.
pub(super) fn all_rules(config: &Config) -> Result<RuleSet, Error> {
    let builtin = RuleSet::builtin();
    if config.rules.directories.is_empty() {
        return Ok(builtin);
    }
    let mut rules: Vec<Rule> = builtin.iter().map(|(_, rule)| rule.clone()).collect();
    let mut wrong = Vec::new();
    for directory in &config.rules.directories {
        match load::directory(&directory.value) {
            Ok(loaded) => add(&mut rules, &loaded, &mut wrong),
            Err(errors) => wrong.extend(errors.into_iter().map(told)),
        }
    }
    if wrong.is_empty() { Ok(RuleSet::from_rules(rules)) } else { Err(Error::Rules { wrong }) }
}

/// A user's rule may not take the name of another one: directives and baselines would mean both.
fn add(rules: &mut Vec<Rule>, loaded: &[Loaded], wrong: &mut Vec<ConfigError>) {
    for one in loaded {
        let (slug, code) = (&*one.slug, &*one.file.code);
        match rules.iter().find(|known| known.spec().slug == slug || known.spec().code == code) {
            Some(known) => wrong.push(ConfigError::new(format!(
                "{slug} ({code}): the rule {} ({}) has that name already; choose another file name and code",
                known.spec().slug,
                known.spec().code
            ))),
            None => rules.push(one.rule()),
        }
    }
}

/// A rule's error in the form that `main` prints.
fn told(error: RuleError) -> ConfigError {
    let shown = discover::shown(&error.file);
    let file = Arc::new(SourceText::new(error.file, &shown, error.text));
    ConfigError::at(Place { file, span: error.span }, error.what)
}

/// The rules that the configuration lets run.
pub(super) fn selected(rules: RuleSet, config: &Config) -> RuleSet {
    rules.filter(|spec| {
        let former = spec.formerly.iter().map(AsRef::as_ref);
        config.rules.run(former.chain([spec.slug.as_ref(), spec.code.as_ref()]))
    })
}

/// What the command line says beside the configuration.
#[derive(Debug, Default)]
pub(super) struct Asked {
    /// The name of standard input.
    pub(super) stdin_name: Option<RepoPath>,
    /// Tell the e-mail addresses of authors.
    pub(super) emails: bool,
}

/// Scans what a job is about.
pub(super) fn scan(job: &Job, rules: &RuleSet, asked: &Asked, progress: &Progress) -> Result<Report, Error> {
    let plan = plan(job, rules);
    let sources = sources(job, rules, &plan.detect, asked)?;
    let sources: Vec<&dyn Source> = sources.iter().map(|source| &**source).collect();
    let mut report = scan::scan(&plan, &sources, rules, progress)?;
    policy::accept(job, rules, &mut report);
    crate::remedy::attach(&mut report, rules, &policy::Platforms::of(job));
    Ok(report)
}

/// Infrastructure for what a report shows, with the name that the repository has where it is hosted.
pub(super) fn iac(report: &Report, rules: &[RuleSet], jobs: &[Job]) -> Vec<Emitted> {
    let Some((job, rules)) = jobs.first().zip(rules.first()) else { return Vec::new() };
    let below = crate::model::common(report.open());
    iac::emit(report, rules, &policy::Platforms::of(job), &below, hosted(&job.start).as_ref())
}

/// Of the first remote at a host that names owner and repository.
fn hosted(start: &Path) -> Option<Hosted> {
    let root = objects::is_in_repository(start)?;
    let remotes = Store::open(&root).ok()?.remotes();
    remotes.iter().find_map(|(_, url)| {
        let path = url.trim_end_matches('/').trim_end_matches(".git");
        let mut parts = path.rsplit(['/', ':']);
        let (name, owner) = (parts.next()?.to_owned(), parts.next()?.to_owned());
        let is_plain =
            |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_alphanumeric() || b"._-".contains(&b));
        (is_plain(&name) && is_plain(&owner)).then_some(Hosted { owner, name })
    })
}

/// What rules matched in one text of a job, and a gate refused.
pub(super) fn refused(job: &Job, rules: &RuleSet, path: &RepoPath, bytes: &[u8]) -> Vec<Refused> {
    scan::refused::refused(rules, plan(job, rules).detect, path, bytes)
}

/// A file to mend, and who looks on.
pub(super) struct Task<'a> {
    pub(super) job: &'a Job,
    pub(super) rules: &'a RuleSet,
    pub(super) path: &'a RepoPath,
    /// Where the project's code runs.
    pub(super) facts: &'a Facts,
    /// Whose findings are mended.
    pub(super) wants: &'a dyn Fn(&Finding) -> bool,
    /// No change beside a secret, as it will be shown.
    pub(super) shown: bool,
}

/// Mends one file under the job that found something in it.
struct Mender<'a> {
    task: &'a Task<'a>,
    scanner: scan::Scanner<'a>,
    plan: ScanPlan,
}

impl Task<'_> {
    /// Makes every fix that is at least as safe as asked for.
    pub(super) fn mend(&self, bytes: &[u8], least: Applicability) -> Mended {
        let plan = plan(self.job, self.rules);
        let scanner = scan::Scanner::new(self.rules, plan.detect.clone());
        fix::mend(self.path, bytes, least, &Mender { task: self, scanner, plan })
    }
}

impl fix::Eyes for Mender<'_> {
    fn look(&self, bytes: &[u8]) -> Vec<Finding> {
        let Task { job, rules, path, facts, wants, .. } = self.task;
        let mut report = probe::probe_at(&self.scanner, &self.plan, path, bytes);
        policy::accept(job, rules, &mut report);
        report.facts = (*facts).clone();
        crate::remedy::attach(&mut report, rules, &policy::Platforms::of(job));
        report.findings.retain(|finding| wants(finding));
        report.findings
    }

    fn faults(&self, bytes: &[u8]) -> usize {
        probe::faults(self.task.path, bytes)
    }

    fn allow(&self, fix: &Fix) -> bool {
        !(self.task.shown && fix.beside_secret)
    }

    fn needs(&self, finding: &Finding, fix: &Fix) -> Vec<Step> {
        crate::remedy::needs(finding, fix)
    }
}

/// Does the index hold a file of the worktree just as it is?
pub(super) fn is_all_staged(job: &Job, path: &RepoPath, bytes: &[u8]) -> bool {
    struct Same<'a>(&'a [u8], &'a AtomicBool);
    impl Visit for Same<'_> {
        fn blob(&mut self, blob: BlobRef<'_>) {
            self.1.store(blob.bytes == self.0, Ordering::Relaxed);
        }
        fn skip(&mut self, _: Skip) {}
        fn go_on(&self) -> bool {
            true
        }
    }
    let same = AtomicBool::new(false);
    let options = IndexOptions { files: vec![job.base.join(path.to_path())], walk: walk_options(&job.config) };
    let visited = Index::here(options).and_then(|index| index.visit(1, &|| Box::new(Same(bytes, &same))));
    visited.is_ok() && same.load(Ordering::Relaxed)
}

fn sources(job: &Job, rules: &RuleSet, detect: &detect::Options, asked: &Asked) -> Result<Vec<Box<dyn Source>>, Error> {
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

fn plan(job: &Job, rules: &RuleSet) -> ScanPlan {
    let config = &job.config;
    let defaults = ScanPlan::default();
    ScanPlan {
        threads: config.threads.as_ref().map_or(defaults.threads, |threads| threads.value.get().into()),
        severity: config.severity.value,
        confidence: config.confidence.value,
        limits: PathLimits::of(config, rules, &job.base).map(|limits| Arc::new(limits) as _),
        baseline: job.baseline.clone().map(|baseline| Arc::new(baseline) as _),
        key: key(config),
        detect: detect::Options {
            decode_depth: config.decode_depth.value,
            written: policy::Tools::of(config, &job.base).map(|tools| Arc::new(tools) as _),
            minified: config.minified.value,
            // Lints look at the present: what the past needed, nobody can change.
            lints: !matches!(job.target, Target::History { .. }),
            ..defaults.detect
        },
        roots: roots(job),
    }
}

/// Directories that were asked for by an absolute path or one that leads up, each with its last slash.
fn roots(job: &Job) -> Vec<Vec<u8>> {
    let Target::Paths { paths, .. } = &job.target else { return Vec::new() };
    let leads_out = |path: &&std::path::PathBuf| path.is_absolute() || path.starts_with("..");
    let named = paths.iter().filter(leads_out).filter(|path| path.is_dir());
    named.map(|path| [RepoPath::from_path(path).as_bytes(), b"/"].concat()).collect()
}

/// Under which the identities of a project are made.
pub(super) fn key(config: &Config) -> RepoKey {
    config.identity_key.as_ref().map_or_else(RepoKey::default, |key| RepoKey::new(key.value.as_bytes()))
}

fn walk_options(config: &Config) -> WalkOptions {
    WalkOptions {
        no_ignore: !config.ignore_files.value,
        base: Some(config.root.clone()),
        excludes: config.exclude.iter().map(|exclude| exclude.value.as_str().to_owned()).collect(),
        max_file_size: config.max_file_size.value.bytes(),
        read_ignored_carriers: config.profile.value == Profile::Audit,
    }
}

/// Writes a report.
pub(super) fn write(
    format: Format,
    report: &Report,
    rules: &[RuleSet],
    look: &Look,
    width: usize,
    out: &mut dyn Write,
) -> io::Result<()> {
    let view = View {
        show_suppressed: look.show_suppressed,
        posture: look.posture,
        revoke_only: look.revoke_only,
        reveal: look.reveal.as_ref(),
        theme: if look.colour { Theme::Colour } else { Theme::Plain },
        width,
        took: Some(look.took),
        day: crate::model::Day::today(),
        ..View::new(&rules, look.verdict)
    };
    format.output().write(report, &view, out)
}

/// The page of a topic.
pub(super) fn topic(name: &str) -> Option<&'static str> {
    topic::find(name).map(|topic| topic.text)
}

/// Every topic, a line each.
pub(super) fn topics() -> String {
    topic::all().map(|topic| format!("{:<30} {}\n", topic.slug, topic.title())).collect()
}

/// Name, title and page of every topic.
pub(super) fn topic_pages() -> impl Iterator<Item = (&'static str, &'static str, &'static str)> {
    topic::all().map(|topic| (topic.slug, topic.title(), topic.text))
}

/// A rule's page, as Markdown, with what to do.
pub(super) fn page(rule: &Rule) -> String {
    let tables = Tables::builtin();
    let wanted = &rule.spec().remedy;
    let mut out = pages::markdown(rule);
    for (heading, row) in [("First", tables.revoke(&wanted.revoke)), ("Then", tables.route(&wanted.route))] {
        let Some(row) = row else { continue };
        out.push_str(&format!("\n{heading}: {}\n", row.title));
        for (number, step) in row.steps.iter().enumerate() {
            out.push_str(&format!("{}. {}\n", number + 1, step.text));
            for command in step.command.iter().flat_map(|command| command.lines()) {
                out.push_str(&format!("   `{command}`\n"));
            }
        }
    }
    for role in wanted.grant.iter().filter_map(|id| tables.role(id)) {
        out.push_str(&format!(
            "\nRole: {}{}\n",
            role.name,
            if role.guid.is_empty() { String::new() } else { format!(" ({})", role.guid) }
        ));
    }
    out.push_str(&pages::examples(rule));
    out
}

/// Runs the examples of the rules in a directory, or of the built-in ones: how many ran, and what is wrong.
pub(super) fn test_rules(directory: Option<&Path>) -> Result<(usize, Vec<String>), Error> {
    let loaded = match directory {
        Some(directory) => load::directory(directory)
            .map_err(|errors| Error::Rules { wrong: errors.into_iter().map(told).collect() })?,
        None => builtin_files(),
    };
    let set = RuleSet::from_rules(loaded.iter().map(Loaded::rule).collect());
    let plan = ScanPlan {
        threads: 1,
        severity: crate::model::Severity::Info,
        confidence: crate::model::Confidence::Low,
        ..ScanPlan::default()
    };
    let scanner = scan::Scanner::new(&set, plan.detect.clone());
    let (mut ran, mut wrong) = (0, Vec::new());
    for rule in &loaded {
        let examples = match example::prepare(&rule.slug, &rule.file, 0) {
            Ok(examples) => examples,
            Err(what) => {
                ran += 1;
                wrong.push(what);
                continue;
            }
        };
        for one in examples {
            ran += 1;
            let report = probe::probe(&scanner, &plan, &one.file, &one.bytes);
            let mut found = one.judge(&rule.slug, &probe::seen(&report), &rule.file.overlaps);
            let path = RepoPath::new(one.file.as_bytes());
            let eyes = probe::Probe { scanner: &scanner, plan: &plan, path: &path, only: Some(&rule.slug) };
            found.extend(fix::example::judge(&one, &rule.slug, &eyes));
            if !found.is_empty() {
                wrong.push(format!("{}::{}: {}", rule.slug, one.name, found.join("; ")));
            }
        }
    }
    Ok((ran, wrong))
}

/// What the rules cost on a tree, its blobs and its bytes.
pub(super) fn costs(path: &Path, rules: &RuleSet) -> Result<(Costs, u64, u64), Error> {
    let tree = Worktree { roots: vec![path.to_owned()], options: WalkOptions::default() };
    Ok(scan::cost::costs(&ScanPlan::default(), &tree, rules, &Progress::default())?)
}

fn builtin_files() -> Vec<Loaded> {
    RuleSet::builtin()
        .iter()
        .map(|(_, rule)| Loaded {
            slug: rule.spec().slug.to_string(),
            file: pages::file(rule),
            text: rule.source().to_owned(),
        })
        .collect()
}

/// A fake value, signed where its kind is signed; another one for another seed.
pub(super) fn fake(name: &str, spec: &SampleSpec, seed: u64) -> String {
    sample::make(name, spec, seed, &|_| None).expect("the demo's kinds can be made")
}
