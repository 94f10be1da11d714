//! `keyless baseline`: accept what is there today, so that what is new stands out.
//!
//! `create` and `update` write down what a scan finds, `prune` takes out what is no
//! longer found, `audit` asks a person about each entry, `merge` joins two branches.

mod attributes;
mod audit;

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use clap::{Args, Subcommand};

use super::args::Selection;
use super::engine::{self, Asked, Known as _, Progress};
use super::known::{self, Accepted};
use super::plan::{self, Baselines, Job};
use super::{ExitCode, Global, output, watch};
use crate::config::{ConfigError, Place, SourceText, discover};
use crate::error::Error;
use crate::model::{Day, EntryUse, Finding, Fingerprint, Report, in_words};
use crate::rule::RuleSet;
use crate::triage::baseline::{Baseline, Entry, merge};

const CREATE_EXAMPLES: &str = "\
Examples:
  keyless baseline create                                  what is found below this directory
  keyless baseline create --reason 'before we had a gate' --until 2027-06-30
  keyless scan                                             reports only what is new";

const MERGE_EXAMPLES: &str = "\
As a merge driver of git:
  git config merge.keyless.name 'keyless baseline'
  git config merge.keyless.driver 'keyless baseline merge %O %A %B'
  echo '.keyless-baseline.jsonl merge=keyless' >> .gitattributes";

/// Words of `keyless baseline`.
#[derive(Debug, Subcommand)]
#[command(arg_required_else_help = true)]
pub(super) enum BaselineCommand {
    /// Accept everything that is found today
    Create(CreateArgs),
    /// Also accept what is new, and note what moved
    Update(UpdateArgs),
    /// Take out entries that nothing belongs to
    Prune(PruneArgs),
    /// Walk through the entries: give each a reason, or take it out
    Audit(audit::AuditArgs),
    /// Join two branches of a baseline; a merge driver of git
    Merge(MergeArgs),
}

/// Words of `keyless baseline create`.
#[derive(Debug, Args)]
#[command(after_help = CREATE_EXAMPLES)]
pub(super) struct CreateArgs {
    #[command(flatten)]
    what: Selection,
    #[command(flatten)]
    accept: Accept,
    /// Leave .gitattributes alone, where `merge=union` is noted for the baseline
    #[arg(long)]
    no_gitattributes: bool,
}

/// Words of `keyless baseline update`.
#[derive(Debug, Args)]
pub(super) struct UpdateArgs {
    #[command(flatten)]
    what: Selection,
    #[command(flatten)]
    accept: Accept,
    /// Also take out entries that nothing belongs to
    #[arg(long)]
    prune: bool,
}

/// What is noted of new entries.
#[derive(Debug, Args)]
struct Accept {
    /// Why the new entries are accepted
    #[arg(long, value_name = "TEXT")]
    reason: Option<String>,
    /// The last day on which they are, and those whose day is over: 2027-06-30
    #[arg(long, value_name = "DAY", value_parser = day)]
    until: Option<Day>,
}

/// Words of `keyless baseline prune`.
#[derive(Debug, Args)]
pub(super) struct PruneArgs {
    #[command(flatten)]
    what: Selection,
    /// Say what would go, and write nothing
    #[arg(long, short = 'n')]
    dry_run: bool,
}

/// Words of `keyless baseline merge`.
#[derive(Debug, Args)]
#[command(after_help = MERGE_EXAMPLES)]
pub(super) struct MergeArgs {
    /// What both grew out of; git's %O
    #[arg(value_name = "BASE")]
    base: PathBuf,
    /// One branch; the result is written here; git's %A
    #[arg(value_name = "OURS")]
    ours: PathBuf,
    /// The other branch; git's %B
    #[arg(value_name = "THEIRS")]
    theirs: PathBuf,
}

/// Runs the verb.
pub(super) fn run(command: &BaselineCommand, global: &Global) -> Result<ExitCode, Error> {
    match command {
        BaselineCommand::Create(args) => create(args, global),
        BaselineCommand::Update(args) => update(args, global),
        BaselineCommand::Prune(args) => prune(args, global),
        BaselineCommand::Audit(args) => audit::run(args, global),
        BaselineCommand::Merge(args) => join(args),
    }
}

fn day(text: &str) -> Result<Day, String> {
    Day::parse(text).filter(|_| text.len() == 10).ok_or_else(|| "not a day; write it as 2027-06-30".to_owned())
}

fn create(args: &CreateArgs, global: &Global) -> Result<ExitCode, Error> {
    let mut job = one_job(&args.what, Baselines::Without)?;
    let accepted = Accepted::none_yet(&new_file(&args.what, &job)?, &job.config, &job.start);
    if accepted.path().symlink_metadata().is_ok() {
        let what = format!("`{}` is there already", accepted.name());
        return Err(Error::usage(what, "`keyless baseline update` adds to it; delete it to begin anew"));
    }
    job.baseline = Some(accepted.clone());
    let (report, _) = scan(&job, global)?;
    let entries: Vec<Entry> = open_places(&report, &accepted, &args.accept).collect();
    let baseline = Baseline::new(entries);
    accepted.write(&baseline, &job.config)?;
    let mut told = format!("{}: {}", accepted.name(), count(baseline.entries().len()));
    if !args.no_gitattributes {
        told += &attributes::note_union(accepted.path())?;
    }
    tell(&told, global)?;
    Ok(done(&report))
}

fn update(args: &UpdateArgs, global: &Global) -> Result<ExitCode, Error> {
    let (job, accepted) = existing(&args.what)?;
    let (report, rules) = scan(&job, global)?;
    let gone: Vec<&Entry> = if args.prune { accepted.unused(&job, &rules, &report) } else { Vec::new() };
    let today = Day::today();
    let (mut kept, mut moved, mut renewed) = (Vec::new(), 0, 0);
    for (entry, used) in accepted.baseline().entries().iter().zip(&report.entries) {
        if gone.iter().any(|gone| gone.key() == entry.key()) {
            continue;
        }
        let mut entry = entry.clone();
        if let EntryUse::Moved(to) = used {
            entry.path.clone_from(to);
            moved += 1;
        }
        if entry.is_over(today) && *used != EntryUse::Unused && args.accept.until.is_some() {
            entry.until = args.accept.until;
            renewed += 1;
        }
        kept.push(entry);
    }
    let known = Baseline::new(kept.clone());
    // what is over stays a finding until somebody gives it a new day
    let is_new = |entry: &Entry| !known.entries().iter().any(|known| known.key() == entry.key());
    let new: Vec<Entry> = open_places(&report, &accepted, &args.accept).filter(is_new).collect();
    let told = format!(
        "{}: {}, {} new, {moved} moved, {renewed} renewed, {} taken out",
        accepted.name(),
        count(kept.len() + new.len()),
        new.len(),
        gone.len(),
    );
    accepted.write(&Baseline::new(kept.into_iter().chain(new)), &job.config)?;
    tell(&told, global)?;
    Ok(done(&report))
}

fn prune(args: &PruneArgs, global: &Global) -> Result<ExitCode, Error> {
    let (job, accepted) = existing(&args.what)?;
    let (report, rules) = scan(&job, global)?;
    let gone = accepted.unused(&job, &rules, &report);
    let is_gone = |entry: &Entry| gone.iter().any(|gone| gone.key() == entry.key());
    let kept: Vec<Entry> = accepted.baseline().entries().iter().filter(|entry| !is_gone(entry)).cloned().collect();
    for entry in &gone {
        tell(&format!("{}:{}: {} in {}", accepted.name(), entry.line, entry.rule, shown(&entry.path)), global)?;
    }
    let verb = if args.dry_run { "would go" } else { "taken out" };
    let told = format!("{}: {} {verb}, {} left", accepted.name(), gone.len(), kept.len());
    if !args.dry_run && !gone.is_empty() {
        accepted.write(&Baseline::new(kept), &job.config)?;
    }
    tell(&told, global)?;
    Ok(done(&report))
}

/// Reads three files and writes one; says nothing if all is well, because git listens.
fn join(args: &MergeArgs) -> Result<ExitCode, Error> {
    let config = plan::config_here()?;
    let key = engine::key(&config);
    let read = |path: &Path| -> Result<Baseline, Error> {
        let name = discover::shown(path);
        let cannot = |cause: &dyn std::fmt::Display| ConfigError::new(format!("cannot read `{name}`: {cause}"));
        let bytes = fs::read(path).map_err(|cause| cannot(&in_words(&cause)))?;
        if bytes.is_empty() {
            return Ok(Baseline::default()); // git's word for a file that the base did not have
        }
        let text = String::from_utf8(bytes).map_err(|_| cannot(&"it is not UTF-8"))?;
        let source = Arc::new(SourceText::new(path.to_owned(), &name, text));
        let read = Baseline::parse(source.text(), &key).map_err(|wrong| {
            ConfigError::at(Place { file: Arc::clone(&source), span: wrong.span }, wrong.what).with_help(wrong.help)
        });
        Ok(read?)
    };
    let merged = merge(&read(&args.base)?, &read(&args.ours)?, &read(&args.theirs)?);
    known::replace(&args.ours, merged.text(&key).as_bytes())?;
    Ok(ExitCode::Clean)
}

/// A baseline is about one project: all paths under one configuration.
fn one_job(what: &Selection, baselines: Baselines) -> Result<Job, Error> {
    let mut jobs = plan::jobs(what, &what.words(), baselines)?;
    match (jobs.pop(), jobs.is_empty()) {
        (Some(job), true) => Ok(job),
        _ => Err(Error::usage(
            "these paths belong to several projects",
            "a baseline is about one; name the paths of one at a time",
        )),
    }
}

/// The job with the baseline that is there.
fn existing(what: &Selection) -> Result<(Job, Accepted), Error> {
    let job = one_job(what, Baselines::Use)?;
    match job.baseline.clone() {
        Some(accepted) => Ok((job, accepted)),
        None => Err(Error::usage(
            format!("no {} from here upwards", known::FILE_NAME),
            "`keyless baseline create` writes one; --baseline names one elsewhere",
        )),
    }
}

/// Where a new baseline goes: as named, or beside keyless.toml, or into the root of the repository.
fn new_file(what: &Selection, job: &Job) -> Result<PathBuf, Error> {
    if let Some(file) = &what.baseline {
        return std::path::absolute(file).map_err(|cause| Error::Output { to: discover::shown(file), cause });
    }
    let beside_config = (!job.config.files.is_empty()).then(|| job.config.root.clone());
    let directory = beside_config.or_else(|| discover::repository(&job.start)).unwrap_or_else(|| job.start.clone());
    Ok(directory.join(known::FILE_NAME))
}

fn scan(job: &Job, global: &Global) -> Result<(Report, RuleSet), Error> {
    let all = engine::all_rules(&job.config)?;
    plan::check_rule_names(&job.config, &all)?;
    let rules = engine::selected(all, &job.config);
    let progress = Arc::new(Progress::default());
    watch::stop_on_interrupt(&progress);
    let _line = watch::Line::show(&progress, !global.no_progress && !global.quiet);
    let report = engine::scan(job, &rules, &Asked::default(), &progress)?;
    Ok((report, rules))
}

/// An entry for each place of each open finding, and for each secret that is told with it.
fn open_places<'a>(report: &'a Report, accepted: &'a Accepted, accept: &'a Accept) -> impl Iterator<Item = Entry> + 'a {
    report.open().flat_map(move |finding| {
        let paths: BTreeSet<String> = places(finding, accepted).collect();
        let ids: Vec<Fingerprint> =
            std::iter::once(finding.fingerprint).chain(finding.alike.iter().map(|one| one.fingerprint)).collect();
        let of_path = move |path: String| {
            ids.clone().into_iter().map(move |id| Entry { id, ..entry(finding, path.clone(), accept) })
        };
        paths.into_iter().flat_map(of_path)
    })
}

fn places<'a>(finding: &'a Finding, accepted: &'a Accepted) -> impl Iterator<Item = String> + 'a {
    let places = std::iter::once(&finding.location).chain(&finding.also_at);
    places.map(|place| engine::path_in_baseline(place, accepted))
}

fn entry(finding: &Finding, path: String, accept: &Accept) -> Entry {
    let (reason, until) = (accept.reason.clone(), accept.until);
    Entry { id: finding.fingerprint, path, rule: finding.rule.slug.clone(), reason, until, line: 0 }
}

fn shown(path: &str) -> String {
    crate::model::RepoPath::new(path.as_bytes()).shown().into_owned()
}

fn count(entries: usize) -> String {
    if entries == 1 { "1 entry".into() } else { format!("{entries} entries") }
}

fn tell(line: &str, global: &Global) -> Result<(), Error> {
    if global.quiet { Ok(()) } else { output::print(format!("{line}\n").as_bytes()) }
}

/// What was accepted is no finding; what was not read is still not read.
fn done(report: &Report) -> ExitCode {
    for skip in report.skips.iter().filter(|skip| skip.is_failure()) {
        super::terminal::say(format_args!("not read: {}: {}", skip.path.shown(), skip.detail));
    }
    if report.is_complete() { ExitCode::Clean } else { ExitCode::Incomplete }
}
