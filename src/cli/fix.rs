//! `keyless fix`: scan, make the changes that findings offer, say what is left.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use clap::Args;

use super::args::{self, Selection};
use super::engine::{self, Asked, Progress, Task};
use super::output::print;
use super::plan::{self, Baselines, Job, Target};
use super::terminal::say;
use super::{ExitCode, Global, watch};
use crate::config::{Exclude, Profile, RuleName, Words};
use crate::error::Error;
use crate::fix::{Made, Mended, Why, unified, write};
use crate::model::{Applicability, Finding, Origin, RepoPath, Report, Severity, Verdict};
use crate::rule::RuleSet;

const EXAMPLES: &str = "\
Examples:
  keyless fix                                   what cannot change what the program can reach
  keyless fix --diff                            show it, change nothing
  keyless fix --diff --unsafe-fixes > keyless.patch && git apply keyless.patch
  keyless fix --unsafe-fixes --rule KL302 infra  one rule, below one directory
  keyless fix --staged                          of what the next commit brings; add the files again

Exit codes:
  0   nothing is left that reaches --fail-on
  1   something is
  2   something could not be read or written
  64  the command line is wrong";

/// Words of `keyless fix`.
#[derive(Clone, Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct FixArgs {
    /// Files and directories [default: the current one]
    #[arg(value_name = "PATH")]
    paths: Vec<PathBuf>,
    /// Print the changes as a patch for `git apply`, and write nothing
    #[arg(long)]
    diff: bool,
    /// Also changes that work only once an identity, a role or a package is there; these are printed
    #[arg(long)]
    unsafe_fixes: bool,
    /// Files that are staged, where all of a file is; PATH names some of them
    #[arg(long)]
    staged: bool,
    /// Mend what this rule finds only; slug, code, or slug with `*`; repeatable
    #[arg(long, value_name = "RULE", help_heading = "What is mended")]
    rule: Vec<RuleName>,
    /// Do not mend what this rule finds; repeatable
    #[arg(long, value_name = "RULE", help_heading = "What is mended")]
    exclude_rule: Vec<RuleName>,
    /// Do not read what this glob names; adds to the configuration
    #[arg(long, value_name = "GLOB", help_heading = "What is mended")]
    exclude: Vec<Exclude>,
    /// The least severity that makes the exit code 1 [default: low]
    #[arg(long, value_name = "LEVEL", value_parser = args::severities(), help_heading = "Output")]
    fail_on: Option<Severity>,
    /// Exit with 0 whatever is left; what could not be read or written still makes it 2
    #[arg(long, help_heading = "Output")]
    exit_zero: bool,
    /// Use this configuration instead of searching for keyless.toml [env: KEYLESS_CONFIG]
    #[arg(long, value_name = "FILE", help_heading = "Configuration")]
    config: Option<PathBuf>,
    /// Use no configuration but the command line
    #[arg(long, conflicts_with = "config", help_heading = "Configuration")]
    no_config: bool,
}

impl FixArgs {
    fn selection(&self) -> Selection {
        Selection {
            paths: self.paths.clone(),
            staged: self.staged,
            exclude: self.exclude.clone(),
            // What is staged is looked at as a gate would: a hook's thresholds hide what can be mended.
            profile: Some(Profile::Gate).filter(|_| self.staged),
            config: self.config.clone(),
            no_config: self.no_config,
            ..Selection::default()
        }
    }

    fn least(&self) -> Applicability {
        if self.unsafe_fixes { Applicability::Unsafe } else { Applicability::Safe }
    }
}

/// What became of the files of a run.
#[derive(Default)]
struct Outcome {
    /// What is printed: lines, or a patch.
    out: Vec<u8>,
    files: usize,
    made: Vec<Made>,
    /// Files that were not written, or not shown.
    failed: usize,
    /// Changes that a patch would show with a secret beside them.
    hidden: usize,
    verdicts: Vec<Verdict>,
    /// Findings that are left.
    open: usize,
}

/// Runs the verb.
pub(super) fn run(args: &FixArgs, global: &Global) -> Result<ExitCode, Error> {
    if args.paths.iter().any(|path| path.as_os_str() == "-") {
        return Err(Error::usage("standard input cannot be mended", "name files, or pipe a file through --diff"));
    }
    let selection = args.selection();
    let words = Words { fail_on: args.fail_on, ..selection.words() };
    let jobs = plan::jobs(&selection, &words, Baselines::Use)?;
    // Every rule looks on, so that a secret is known for one; the named ones mend.
    let named = Words { rules: args.rule.clone(), exclude_rules: args.exclude_rule.clone(), ..words };
    let narrow = plan::jobs(&selection, &named, Baselines::Use)?;
    let progress = Arc::new(Progress::default());
    watch::stop_on_interrupt(&progress);
    let mut outcome = Outcome::default();
    for (job, narrow) in jobs.iter().zip(&narrow) {
        let (rules, wanted) = (super::scan::rules_of(job)?, super::scan::rules_of(narrow)?);
        let run = Run { job, rules: &rules, wanted: &wanted, args };
        run.mend((&progress, global), &mut outcome)?;
    }
    print(&outcome.out)?;
    tell(&outcome, args, global);
    let verdict = super::join::verdicts(outcome.verdicts);
    Ok(match verdict {
        Verdict::Findings if !args.exit_zero => ExitCode::Findings,
        Verdict::Incomplete => ExitCode::Incomplete,
        _ if outcome.failed > 0 => ExitCode::Incomplete,
        Verdict::Clean | Verdict::Findings => ExitCode::Clean,
    })
}

/// One job, all rules, and those whose findings are mended.
struct Run<'a> {
    job: &'a Job,
    rules: &'a RuleSet,
    wanted: &'a RuleSet,
    args: &'a FixArgs,
}

impl Run<'_> {
    fn mend(&self, (progress, global): (&Arc<Progress>, &Global), outcome: &mut Outcome) -> Result<(), Error> {
        let line = watch::Line::show(progress, !global.no_progress && !global.quiet);
        let mut report = engine::scan(self.job, self.rules, &Asked::default(), progress)?;
        drop(line);
        report.findings.retain(|finding| self.wants(finding));
        let offers = report.open().filter(|finding| self.offers(finding));
        let offers: BTreeSet<RepoPath> = offers.map(|finding| finding.location.path.clone()).collect();
        if !progress.is_stopped() {
            offers.iter().for_each(|path| self.file(path, &mut report, outcome));
        }
        outcome.open += report.open().count();
        outcome.verdicts.push(Verdict::of(&report, self.job.config.fail_on.value));
        Ok(())
    }

    fn wants(&self, finding: &Finding) -> bool {
        self.wanted.find(&finding.rule.slug).is_some()
    }

    fn offers(&self, finding: &Finding) -> bool {
        let is_here = matches!(finding.location.origin, Origin::File { .. } | Origin::Index { .. });
        is_here && finding.fixes.iter().any(|fix| fix.applicability >= self.args.least())
    }

    /// Mends one file, and puts what is left of it in the place of what the report said.
    fn file(&self, path: &RepoPath, report: &mut Report, outcome: &mut Outcome) {
        let shown = path.shown().into_owned();
        let file = file_of(self.job, path);
        let before = match fs::read(&file) {
            Ok(bytes) => bytes,
            Err(cause) => return fail(outcome, &shown, &cause),
        };
        if matches!(self.job.target, Target::Staged { .. }) && !engine::is_all_staged(self.job, path, &before) {
            return fail(outcome, &shown, &"it has changes that are not staged; stage or stash them first");
        }
        let wants = |finding: &Finding| self.wants(finding);
        let Self { job, rules, .. } = self;
        let task = Task { job, rules, path, facts: &report.facts, wants: &wants, shown: self.args.diff };
        let mut mended = task.mend(&before, self.args.least());
        outcome.hidden += mended.left.iter().filter(|left| left.why == Why::NotAllowed).count();
        for left in mended.left.iter().filter(|left| left.why != Why::NotAllowed) {
            let why = if left.why == Why::Breaks { "the file would not parse any more" } else { "it would not help" };
            say(format_args!("{shown}:{}: the change for {} is not made: {why}", left.line, left.rule.slug));
        }
        if mended.bytes == before {
            return;
        }
        if self.args.diff {
            if std::str::from_utf8(&before).is_err() || before.contains(&0) {
                return fail(outcome, &shown, &"its encoding cannot be shown as a patch; leave --diff out");
            }
            outcome.out.extend(unified(path.as_bytes(), &before, &mended.bytes));
        } else {
            if let Err(cause) = write(&file, &before, &mended.bytes) {
                return fail(outcome, &shown, &cause);
            }
            outcome.out.extend(lines(&shown, &mended).into_bytes());
        }
        outcome.files += 1;
        outcome.made.append(&mut mended.made);
        leave(report, path);
        report.findings.append(&mut mended.findings);
    }
}

/// Takes a file's findings out of a report. A secret that stands in other files as well stays, there.
fn leave(report: &mut Report, path: &RepoPath) {
    report.findings.retain_mut(|finding| {
        finding.also_at.retain(|place| place.path != *path);
        let is_here = finding.location.path == *path;
        if is_here && !finding.also_at.is_empty() {
            finding.location = finding.also_at.remove(0);
            return true;
        }
        !is_here
    });
}

fn fail(outcome: &mut Outcome, shown: &str, cause: &dyn std::fmt::Display) {
    say(format_args!("{shown}: not mended: {cause}"));
    outcome.failed += 1;
}

/// Paths of an index start at the root of the repository, those of a walk where the program runs.
pub(super) fn file_of(job: &Job, path: &RepoPath) -> PathBuf {
    let path = path.to_path();
    match job.target {
        Target::Staged { .. } => job.base.join(path),
        _ => Path::new("").join(path),
    }
}

fn lines(shown: &str, mended: &Mended) -> String {
    let mut out = String::new();
    for made in &mended.made {
        let kind = if made.applicability == Applicability::Unsafe { " (unsafe)" } else { "" };
        let _ = writeln!(out, "{shown}:{}: {}, {}{kind}", made.line, made.title, made.rule.code);
    }
    out
}

/// The end, on standard error: how many, what the unsafe ones rely on, what is left.
fn tell(outcome: &Outcome, args: &FixArgs, global: &Global) {
    if outcome.hidden > 0 {
        let (is, they) = if outcome.hidden == 1 { ("change is", "its") } else { ("changes are", "their") };
        say(format_args!(
            "{} {is} not shown: secrets stand in {they} lines, and a patch would copy them; leave --diff out to make {}",
            outcome.hidden,
            if outcome.hidden == 1 { "it" } else { "them" }
        ));
    }
    tell_needs(&outcome.made);
    if global.quiet {
        return;
    }
    let made = count(outcome.made.len(), "change");
    let files = count(outcome.files, "file");
    let done = if args.diff { "shown" } else { "made" };
    let left = match outcome.open {
        0 => "nothing is left to report".to_owned(),
        open => format!("{} left; `keyless scan` shows them", count(open, "finding")),
    };
    say(format_args!("{made} {done} in {files}; {left}"));
}

/// What must be there before the changed files work; each step once.
fn tell_needs(made: &[Made]) {
    let mut told = BTreeSet::new();
    for one in made.iter().filter(|one| !one.needs.is_empty()) {
        for step in &one.needs {
            if told.is_empty() {
                say(format_args!("The unsafe changes work once these are done:"));
            }
            if told.insert(&step.text) {
                say(format_args!("  - {}", step.text));
                for command in step.command.iter().flat_map(|command| command.lines()) {
                    say(format_args!("      {command}"));
                }
            }
        }
    }
}

fn count(number: usize, word: &str) -> String {
    format!("{number} {word}{}", if number == 1 { "" } else { "s" })
}
