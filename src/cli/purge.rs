//! `keyless purge`: what must leave a history, how, and the proof that it did.
//!
//! `--plan` writes the files that a rewriting tool reads and prints the steps; `--verify` reads every object. keyless
//! itself rewrites nothing, and prints no value.

mod files;
mod forms;
mod page;

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use clap::{ArgGroup, Args};

use super::args::{self, Past, Selection};
use super::engine::{self, Asked, Progress};
use super::output::print;
use super::plan::{self, Baselines, Job};
use super::terminal::say;
use super::{ExitCode, Global, scan, watch};
use crate::config::{Profile, RuleName};
use crate::error::Error;
use crate::model::{Finding, Kind, RepoPath, Report, Severity};
use crate::purge::{self, Form, Record};
use crate::source::SourceError;
use crate::source::objects::{self, Seen, Store};
use forms::Forms;

const EXAMPLES: &str = "\
Examples:
  keyless purge --plan                             which refs, tags and pull requests hold what; the steps
  keyless purge --plan . --out ../northlake-purge  also the files for git filter-repo, readable by you alone
  keyless purge --verify mirror.git --with ../northlake-purge/purge.json

Exit codes:
  0   the plan is made; with --verify: no object holds any of the values
  1   with --verify: an object does
  2   something could not be read
  64  the command line is wrong";

/// Words of `keyless purge`.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES, group = ArgGroup::new("what").required(true).args(["plan", "verify"]))]
pub(super) struct PurgeArgs {
    /// The repository, or a directory in one [default: the one around the current directory]
    #[arg(value_name = "REPO")]
    repo: Option<PathBuf>,
    /// Print what must go and the steps; keyless itself rewrites nothing
    #[arg(long)]
    plan: bool,
    /// Look into every object, reachable or not, and into the files beside them
    #[arg(long, requires = "with")]
    verify: bool,
    /// Write the files for git filter-repo, and the record for --verify, into this directory outside any repository
    #[arg(long, value_name = "DIR", conflicts_with = "verify")]
    out: Option<PathBuf>,
    /// The record (purge.json, which holds no value), or a file of replacements
    #[arg(long, value_name = "FILE", conflicts_with = "plan")]
    with: Option<PathBuf>,
    /// Only what this rule finds; slug, code, or slug with `*`; repeatable
    #[arg(long, value_name = "RULE", help_heading = "What must go")]
    rule: Vec<RuleName>,
    /// Not what this rule finds; repeatable
    #[arg(long, value_name = "RULE", help_heading = "What must go")]
    exclude_rule: Vec<RuleName>,
    /// Only findings whose fingerprint begins so; repeatable
    #[arg(long, value_name = "FINGERPRINT", help_heading = "What must go")]
    finding: Vec<String>,
    /// The least severity [default: low]
    #[arg(long, value_name = "LEVEL", value_parser = args::severities(), help_heading = "What must go")]
    severity: Option<Severity>,
}

/// Runs the verb.
pub(super) fn run(args: &PurgeArgs, global: &Global) -> Result<ExitCode, Error> {
    let root = root(args.repo.as_deref())?;
    let store = Store::open(&root)?;
    match (&args.with, args.verify) {
        (Some(file), true) => verify(&store, &root, file, global),
        _ => planned(args, &store, &root, global),
    }
}

/// The root of the repository around a path.
fn root(path: Option<&Path>) -> Result<PathBuf, Error> {
    match path {
        None => Ok(crate::source::git_root(None)?),
        Some(path) => objects::is_in_repository(path).ok_or_else(|| {
            let shown = RepoPath::from_path(path).shown().into_owned();
            Error::Source(SourceError::Git {
                what: format!("no git repository at {shown}"),
                help: "name a worktree, a bare repository or a directory inside one".to_owned(),
            })
        }),
    }
}

fn planned(args: &PurgeArgs, store: &Store, root: &Path, global: &Global) -> Result<ExitCode, Error> {
    if let Some(directory) = &args.out {
        files::may_hold(directory)?;
    }
    let job = history(root, args)?;
    let report = scanned(&job, global)?;
    let wanted: Vec<&Finding> = report.open().filter(|finding| args.wants(finding)).collect();
    let key = engine::key(&job.config).mark();
    let forms = Forms::of(&wanted, store, key);
    let out = args.out.as_deref().filter(|_| !wanted.is_empty());
    let written = out.map(|directory| files::write(directory, &forms)).transpose()?;
    print(page::page(&wanted, &forms, store, written.as_ref(), report.is_complete()).as_bytes())?;
    let is_whole = report.is_complete() && forms.failures.is_empty();
    forms.failures.iter().for_each(|what| say(format_args!("{what}")));
    Ok(if is_whole { ExitCode::Clean } else { ExitCode::Incomplete })
}

impl PurgeArgs {
    fn wants(&self, finding: &Finding) -> bool {
        let fingerprint = finding.fingerprint.to_string();
        let named = |start: &String| fingerprint.starts_with(&start.to_ascii_lowercase());
        finding.kind == Kind::Secret && (self.finding.is_empty() || self.finding.iter().any(named))
    }
}

/// All that the repository ever held. What is unlikely is left out: replacing it everywhere would harm.
fn history(root: &Path, args: &PurgeArgs) -> Result<Job, Error> {
    let selection = Selection {
        paths: vec![root.to_owned()],
        history: true,
        past: Past { unreachable: true, ..Past::default() },
        profile: Some(Profile::Gate),
        rule: args.rule.clone(),
        exclude_rule: args.exclude_rule.clone(),
        severity: args.severity,
        ..Selection::default()
    };
    let jobs = plan::jobs(&selection, &selection.words(), Baselines::Without)?;
    Ok(jobs.into_iter().next().expect("one repository is one job"))
}

fn scanned(job: &Job, global: &Global) -> Result<Report, Error> {
    let rules = scan::rules_of(job)?;
    let progress = Arc::new(Progress::default());
    watch::stop_on_interrupt(&progress);
    let _line = watch::Line::show(&progress, !global.no_progress && !global.quiet);
    engine::scan(job, &rules, &Asked::default(), &progress)
}

/// Where a value still is: an object or a file, and the numbers of the forms in it.
type Hits = Vec<(String, Vec<usize>)>;

fn verify(store: &Store, root: &Path, file: &Path, global: &Global) -> Result<ExitCode, Error> {
    let (record, others) = record(file)?;
    let needles = record.needles().map_err(|wrong| unusable(file, &wrong))?;
    let hits: Mutex<Hits> = Mutex::default();
    let look = |place: String, bytes: &[u8]| {
        let found = needles.within(bytes);
        if !found.is_empty() {
            hits.lock().unwrap_or_else(PoisonError::into_inner).push((place, found));
        }
    };
    let threads = std::thread::available_parallelism().map_or(1, usize::from);
    let mut seen = store.every(threads, &|id, kind, bytes| look(format!("{kind} {id}"), bytes))?;
    let beside = store.files(&|path, bytes| look(format!("file {path}"), bytes));
    let mut hits = hits.into_inner().unwrap_or_else(PoisonError::into_inner);
    hits.sort();
    let (elsewhere, unscanned) = in_other_encodings(root, &record, global)?;
    seen.failures.extend(unscanned);
    let failures = seen.failures.len() + beside.failures.len() + others;
    print(verdict(&record, &hits, &elsewhere, (&seen, &beside), others).as_bytes())?;
    Ok(match (hits.is_empty() && elsewhere.is_empty(), failures) {
        (false, _) => ExitCode::Findings,
        (true, 0) => ExitCode::Clean,
        (true, _) => ExitCode::Incomplete,
    })
}

/// The record, or one made of a file of replacements; and how many lines of that are patterns which cannot be searched.
fn record(file: &Path) -> Result<(Record, usize), Error> {
    let text = fs::read(file).map_err(|cause| {
        Error::Source(SourceError::Unreadable { path: RepoPath::from_path(file).shown().into_owned(), cause })
    })?;
    if text.trim_ascii_start().starts_with(b"{") {
        return Ok((Record::parse(&text).map_err(|wrong| unusable(file, &wrong))?, 0));
    }
    let (forms, others) = purge::read(&text);
    let salt = files::salt();
    let mut record = Record::new(&salt, String::new());
    let shown = |at: usize| ("", "line of the replacements", format!("{}", at + 1), String::new());
    record.forms = forms.iter().enumerate().map(|(at, raw)| Form::of(&salt, raw, shown(at))).collect();
    Ok((record, others))
}

fn unusable(file: &Path, wrong: &dyn std::fmt::Display) -> Error {
    let shown = RepoPath::from_path(file).shown().into_owned();
    Error::usage(format!("{shown}: {wrong}"), "name the purge.json or replacements.txt that --plan --out wrote")
}

/// Values of the record that a scan still finds, in whatever encoding, and what kept it from looking everywhere.
fn in_other_encodings(root: &Path, record: &Record, global: &Global) -> Result<(Vec<String>, Option<String>), Error> {
    let args = PurgeArgs {
        repo: None,
        plan: false,
        verify: true,
        out: None,
        with: None,
        rule: Vec::new(),
        exclude_rule: Vec::new(),
        finding: Vec::new(),
        severity: None,
    };
    let job = history(root, &args)?;
    // A file of replacements names no identities: its forms are all that is asked for.
    if record.key.is_empty() {
        return Ok((Vec::new(), None));
    }
    if record.key != engine::key(&job.config).mark() {
        let what = "other encodings: the record was made with another identity-key; verify with that configuration";
        return Ok((Vec::new(), Some(what.to_owned())));
    }
    let report = scanned(&job, global)?;
    let unscanned = (!report.is_complete())
        .then(|| "other encodings: the scan did not reach everything; `keyless scan --history` tells what".to_owned());
    let is_meant = |finding: &&Finding| {
        let id = finding.secret_id.map(|id| id.to_string());
        id.is_some_and(|id| record.forms.iter().any(|form| form.secret_id == id))
    };
    let shown = |finding: &Finding| {
        format!("{}:{}: {}", finding.location.path.shown(), finding.location.start.line, finding.title)
    };
    Ok((report.findings.iter().filter(is_meant).map(shown).collect(), unscanned))
}

/// What was found, or that nothing was, and what was looked at.
fn verdict(
    record: &Record,
    hits: &Hits,
    elsewhere: &[String],
    (seen, beside): (&Seen, &Seen),
    others: usize,
) -> String {
    let mut out = String::new();
    for (place, numbers) in hits {
        for form in numbers.iter().filter_map(|at| record.forms.get(*at)) {
            out.push_str(&format!("{place}: {} {} is still there\n", form.title, form.masked));
        }
    }
    for place in elsewhere {
        out.push_str(&format!("{place} is still there, in one encoding or another\n"));
    }
    for what in seen.failures.iter().chain(&beside.failures) {
        out.push_str(&format!("not read: {what}\n"));
    }
    if others > 0 {
        out.push_str(&format!("not searched for: {others} patterns; purge.json holds all forms\n"));
    }
    let looked = format!(
        "{} forms of values, {} objects ({}), {} files beside them",
        record.forms.len(),
        seen.objects,
        indicatif::HumanBytes(seen.bytes + beside.bytes),
        beside.objects,
    );
    let is_there = !hits.is_empty() || !elsewhere.is_empty();
    let is_whole = seen.failures.is_empty() && beside.failures.is_empty() && others == 0;
    out.push_str(&match (is_there, is_whole) {
        (true, _) => format!("still there: {looked}\n"),
        (false, true) => format!("absent: {looked}\n"),
        (false, false) => format!("incomplete: not found in what was read: {looked}\n"),
    });
    out
}
