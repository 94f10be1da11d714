//! `keyless scan`: words → jobs → scan → outputs → verdict.

use std::io::{self, IsTerminal as _, Write as _};
use std::sync::Arc;
use std::time::{Duration, Instant};

use clap::error::{ContextKind, ContextValue, ErrorKind};

use super::args::{CommitRange, ScanArgs};
use super::engine::{self, Asked, Progress};
use super::hook::Pushed;
use super::output::{Look, Outputs};
use super::plan::{self, Baselines, Job};
use super::terminal::say;
use super::{ExitCode, Global, join, patches, watch};
use crate::error::Error;
use crate::model::{RepoPath, Report, Reveal, Skip, Verdict};
use crate::rule::RuleSet;
use crate::source::SourceError;

/// Runs the verb.
pub(super) fn run(args: &ScanArgs, global: &Global) -> Result<ExitCode, Error> {
    let baselines = if args.no_baseline { Baselines::Without } else { Baselines::Use };
    let jobs = plan::jobs(&args.what, &args.words(), baselines)?;
    run_jobs(&jobs, None, args, global, &|_, _| Ok(()))
}

/// Scans what a push brings, as `--diff` would, each ref apart.
pub(super) fn pushed(args: &ScanArgs, pushed: &Pushed, global: &Global) -> Result<ExitCode, Error> {
    let one = |range: &CommitRange| plan::of_range(&args.what, &args.words(), range.clone());
    let jobs = pushed.ranges.iter().map(one).collect::<Result<Vec<_>, _>>()?;
    run_jobs(&jobs, pushed.limit, args, global, &|_, _| Ok(()))
}

/// What is done with a report beside writing it.
pub(super) type Then<'a> = &'a dyn Fn(&Report, &[RuleSet]) -> Result<(), Error>;

/// Scans all of them and writes the reports; `then` does what a verb wants beside that.
pub(super) fn run_jobs(
    jobs: &[Job],
    limit: Option<Duration>,
    args: &ScanArgs,
    global: &Global,
    then: Then<'_>,
) -> Result<ExitCode, Error> {
    let rule_sets = jobs.iter().map(rules_of).collect::<Result<Vec<_>, _>>()?;
    if args.print_config {
        return print_config(jobs);
    }
    let outputs = Outputs::of(args, &jobs[0].config)?;
    let reveal = reveal(args)?;
    if global.verbose {
        tell_plan(jobs, &rule_sets);
    }
    let begun = Instant::now();
    let stdin_name = args.what.stdin_filename.as_deref().map(RepoPath::from_path);
    let asked = Asked { stdin_name, emails: args.show_emails };
    let progress = Arc::new(Progress::default());
    if let Some(limit) = limit {
        watch::stop_after(&progress, limit);
    }
    let patched = patches::are_wanted(&outputs);
    let shown = patches::are_shown(&outputs);
    let (report, verdict) = scan(jobs, &rule_sets, &asked, (patched, shown), (&progress, global))?;
    let took = begun.elapsed();
    let look = Look {
        verdict,
        show_suppressed: args.show_suppressed,
        posture: args.posture,
        revoke_only: args.revoke_only,
        reveal,
        took,
        colour: global.color.on_stdout(),
    };
    let written = outputs.write(&report, &rule_sets, &look);
    tell_rest(&report, args, global, took);
    written?;
    then(&report, &rule_sets)?;
    Ok(ExitCode::of(verdict, &report, args.exit_zero))
}

pub(super) fn rules_of(job: &Job) -> Result<RuleSet, Error> {
    let all = engine::all_rules(&job.config)?;
    plan::check_rule_names(&job.config, &all)?;
    plan::check_platform(&job.config)?;
    Ok(engine::selected(all, &job.config))
}

/// Scans every job; the verdict is the gravest of theirs, each under its own `fail-on`.
fn scan(
    jobs: &[Job],
    rule_sets: &[RuleSet],
    asked: &Asked,
    (patched, shown): (bool, bool),
    (progress, global): (&Arc<Progress>, &Global),
) -> Result<(Report, Verdict), Error> {
    watch::stop_on_interrupt(progress);
    let _line = watch::Line::show(progress, !global.no_progress && !global.quiet);
    let mut reports = Vec::new();
    let mut verdicts = Vec::new();
    for (job, rules) in jobs.iter().zip(rule_sets) {
        let mut report = match engine::scan(job, rules, asked, progress) {
            // One of several that cannot be read keeps nobody from the others.
            Err(Error::Source(error)) if jobs.len() > 1 => unread(job, &error),
            other => other?,
        };
        if patched && !progress.is_stopped() {
            report.patches = patches::of(job, rules, &report);
        }
        if shown {
            patches::show(job, &mut report);
        }
        verdicts.push(Verdict::of(&report, job.config.fail_on.value));
        reports.push(report);
    }
    Ok((join::reports(reports), join::verdicts(verdicts)))
}

fn unread(job: &Job, error: &SourceError) -> Report {
    let skip = Skip::unreadable(RepoPath::new(job.target.name().into_bytes()), &format!("{error}; {}", error.help()));
    Report { skips: vec![skip], ..Report::default() }
}

/// Secrets are shown to eyes only, never to a file or a pipe.
fn reveal(args: &ScanArgs) -> Result<Option<Reveal>, Error> {
    match args.show_secrets {
        false => Ok(None),
        true if io::stdout().is_terminal() => Ok(Some(Reveal::asked_for_on_a_terminal())),
        true => Err(Error::usage(
            "--show-secrets works on a terminal only",
            "leave it out: a report that is kept must not hold what it reports",
        )),
    }
}

fn print_config(jobs: &[Job]) -> Result<ExitCode, Error> {
    for job in jobs {
        let text = format!("# in force for: {}\n{}", job.target.shown(), job.config.print());
        super::output::print(text.as_bytes())?;
    }
    Ok(ExitCode::Clean)
}

fn tell_plan(jobs: &[Job], rule_sets: &[RuleSet]) {
    for (job, rules) in jobs.iter().zip(rule_sets) {
        let files = if job.config.files.is_empty() { "no configuration".into() } else { job.config.files.join(", ") };
        say(format_args!("{files}: {} rules, profile {}", rules.len(), job.config.profile.value.as_str()));
    }
}

fn tell_rest(report: &Report, args: &ScanArgs, global: &Global, took: Duration) {
    if report.coverage.interrupted {
        let (blobs, bytes) = (report.coverage.blobs, indicatif::HumanBytes(report.coverage.bytes));
        let files = if blobs == 1 { "file was" } else { "files were" };
        say(format_args!("interrupted: {blobs} {files} scanned ({bytes}), the rest was not"));
    }
    if global.verbose {
        for skip in &report.skips {
            say(format_args!("skipped {}: {:?} {}", skip.path.shown(), skip.reason, skip.detail));
        }
    }
    if args.stats {
        tell_stats(report, took);
    }
}

fn tell_stats(report: &Report, took: Duration) {
    let seconds = took.as_secs_f64();
    let rate = indicatif::HumanBytes((report.coverage.bytes as f64 / seconds.max(1e-6)) as u64);
    let stats = &report.stats;
    let mut out = io::stderr().lock();
    let _ = writeln!(out, "time               {seconds:.3} s");
    let _ = writeln!(out, "files              {}", report.coverage.blobs);
    let _ = writeln!(out, "bytes              {} ({rate}/s)", report.coverage.bytes);
    if report.coverage.remembered > 0 {
        let _ = writeln!(out, "known clean        {} of the files", report.coverage.remembered);
    }
    let _ = writeln!(out, "anchors seen       {}", stats.anchors_seen);
    let _ = writeln!(out, "decoded layers     {}", stats.layers);
    let _ = writeln!(out, "parsed             {}", stats.parsed);
    let _ = writeln!(out, "read line by line  {}", stats.read_by_line);
    let _ = writeln!(out, "below threshold    {}", stats.below_threshold);
    for (check, count) in &stats.refuted {
        let _ = writeln!(out, "refuted            {count} by {check}");
    }
}

/// `keyless some/path` is a slip that many make: the path, if that is what the wrong word is.
pub(super) fn meant_path(error: &clap::Error) -> Option<String> {
    let (ErrorKind::InvalidSubcommand, Some(ContextValue::String(word))) =
        (error.kind(), error.get(ContextKind::InvalidSubcommand))
    else {
        return None;
    };
    let path = std::path::Path::new(word);
    path.exists().then(|| RepoPath::from_path(path).shown().into_owned())
}
