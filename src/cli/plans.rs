//! `keyless plan` and `keyless revoke --plan`: a scan whose report is a plan for people, and whose findings are no failure.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use clap::{Args, ValueEnum};

use super::args::{Past, ScanArgs, Selection, Wanted};
use super::engine::Format;
use super::plan::{self, Baselines, Job};
use super::terminal::say;
use super::{ExitCode, Global, engine, scan};
use crate::error::Error;
use crate::model::{RepoPath, Report};
use crate::rule::RuleSet;

const EXAMPLES: &str = "\
Examples:
  keyless plan                                   Markdown on standard output
  keyless plan --history                         also what the history still holds
  keyless plan --format html --output plan.html  one page, to print or to send
  keyless plan --format json infra orders-api    for programs, schema keyless-plan/1
  keyless plan --emit-iac identities             also Bicep, Terraform and commands for the identities";

const REVOKE_EXAMPLES: &str = "\
Examples:
  keyless revoke --plan                          what to make worthless first, with the commands
  keyless revoke --plan --history                also what only the history holds
  keyless revoke --plan --format html -o now.html";

/// How a plan is written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(super) enum Written {
    /// For a wiki, an issue or a merge request
    #[default]
    Markdown,
    /// One page for a browser or a printer
    Html,
    /// For programs, schema keyless-plan/1
    Json,
}

/// What both verbs understand.
#[derive(Debug, Args)]
struct Common {
    #[command(flatten)]
    what: Selection,
    /// Use no baseline, also where one is found
    #[arg(long, conflicts_with = "baseline", help_heading = "What is reported")]
    no_baseline: bool,
    /// How it is written
    #[arg(long, short, value_name = "FORMAT", value_enum, default_value_t, help_heading = "Output")]
    format: Written,
    /// Write it to this file instead of standard output
    #[arg(long, short, value_name = "FILE", help_heading = "Output")]
    output: Option<PathBuf>,
}

/// Words of `keyless plan`.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct PlanArgs {
    #[command(flatten)]
    common: Common,
    /// Also write identities, roles and trust as Bicep, Terraform (azurerm 4 and 5) and az commands into this directory
    #[arg(long, value_name = "DIR", help_heading = "Output")]
    emit_iac: Option<PathBuf>,
}

/// Words of `keyless revoke`.
#[derive(Debug, Args)]
#[command(after_help = REVOKE_EXAMPLES)]
pub(super) struct RevokeArgs {
    /// Print the commands; keyless itself revokes nothing
    #[arg(long, required = true)]
    plan: bool,
    #[command(flatten)]
    common: Common,
}

/// Runs `keyless plan`.
pub(super) fn run(args: &PlanArgs, global: &Global) -> Result<ExitCode, Error> {
    written(&args.common, args.emit_iac.as_deref(), false, global)
}

/// Runs `keyless revoke`. Without `--plan` clap has refused it.
pub(super) fn revoke(args: &RevokeArgs, global: &Global) -> Result<ExitCode, Error> {
    debug_assert!(args.plan, "it is required");
    written(&args.common, None, true, global)
}

fn written(args: &Common, emit: Option<&Path>, revoke_only: bool, global: &Global) -> Result<ExitCode, Error> {
    let format = match args.format {
        Written::Markdown => Format::Plan,
        Written::Html => Format::PlanHtml,
        Written::Json => Format::PlanJson,
    };
    let scan = ScanArgs {
        what: args.what.clone(),
        no_baseline: args.no_baseline,
        format: vec![Wanted { format, file: None }],
        output: args.output.clone(),
        exit_zero: true,
        revoke_only,
        ..ScanArgs::default()
    };
    let baselines = if args.no_baseline { Baselines::Without } else { Baselines::Use };
    let mut jobs = plan::jobs(&scan.what, &scan.words(), baselines)?;
    if args.what.history {
        // What stands in files today is changed there, so a plan looks at the tree beside the history.
        let tree = Selection { history: false, past: Past::default(), ..args.what.clone() };
        jobs.splice(0..0, plan::jobs(&tree, &tree.words(), baselines)?);
    }
    scan::run_jobs(&jobs, None, &scan, global, &|report, rules| match emit {
        Some(directory) => emitted(directory, report, rules, &jobs, global),
        None => Ok(()),
    })
}

/// Writes what the way out needs, new: what is there already may be deployed.
fn emitted(directory: &Path, report: &Report, rules: &[RuleSet], jobs: &[Job], global: &Global) -> Result<(), Error> {
    let files = engine::iac(report, rules, jobs);
    let cannot =
        |path: &Path, cause: io::Error| Error::Output { to: RepoPath::from_path(path).shown().into_owned(), cause };
    let there = files.iter().map(|file| directory.join(&file.path)).find(|path| path.symlink_metadata().is_ok());
    if let Some(path) = there {
        return Err(cannot(&path, io::ErrorKind::AlreadyExists.into()));
    }
    for file in &files {
        let path = directory.join(&file.path);
        let made = fs::create_dir_all(path.parent().unwrap_or(directory)).and_then(|()| {
            let mut open = fs::OpenOptions::new().write(true).create_new(true).open(&path)?;
            io::Write::write_all(&mut open, file.text.as_bytes())
        });
        made.map_err(|cause| cannot(&path, cause))?;
    }
    if !global.quiet {
        let shown = RepoPath::from_path(directory).shown().into_owned();
        match files.len() {
            0 => say(format_args!("no identity to write: no finding shows where its code runs and what it opens")),
            many => say(format_args!("{many} files in {shown}; read them before they are deployed")),
        }
    }
    Ok(())
}
