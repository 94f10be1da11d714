//! `keyless hook`: calls keyless from git's own hooks.
//!
//! What is installed is a short script that calls `keyless hook run`. It lives where git looks for hooks
//! (`core.hooksPath`, the common directory of a worktree), and a hook that was there before is kept
//! beside it and runs first.

mod git;
mod push;
mod script;

use std::fs;
use std::path::{Path, PathBuf};

use clap::{Args, Subcommand};

use super::{ExitCode, Global, output};
use crate::config::discover;
use crate::error::Error;

pub(super) use push::{OnFailure, Pushed};

const INSTALL_EXAMPLES: &str = "\
Examples:
  keyless hook install                  before each commit, in this repository
  keyless hook install --pre-push       before each push, what the remote lacks
  keyless hook install --global         before each commit, in all your repositories
  keyless hook install --pre-receive --timeout 30 --on-failure accept    on a server";

/// Words of `keyless hook`.
#[derive(Debug, Subcommand)]
#[command(arg_required_else_help = true)]
pub(super) enum HookCommand {
    /// Call keyless before each commit or push; a hook that is there already goes on running
    Install(InstallArgs),
    /// Take the hooks away again, and put back what was there before
    Uninstall(WhichArgs),
    /// Tell which hooks are installed, and where
    Status(WhichArgs),
    /// What an installed hook calls
    #[command(hide = true)]
    Run(RunArgs),
}

/// Which hooks. None named: pre-commit for `install`, all for the others.
#[derive(Debug, Args)]
pub(super) struct WhichArgs {
    /// Scan what is staged, before each commit
    #[arg(long)]
    pre_commit: bool,
    /// Scan the commits that the remote lacks, before each push
    #[arg(long)]
    pre_push: bool,
    /// Scan what is pushed to this repository, before it is taken
    #[arg(long)]
    pre_receive: bool,
    /// In all repositories of this user: git's global core.hooksPath
    #[arg(long)]
    global: bool,
}

/// Words of `keyless hook install`.
#[derive(Debug, Args)]
#[command(after_help = INSTALL_EXAMPLES)]
pub(super) struct InstallArgs {
    #[command(flatten)]
    which: WhichArgs,
    /// Seconds that pre-receive may take [default: 60]
    #[arg(long, value_name = "SECONDS", requires = "pre_receive")]
    timeout: Option<u32>,
    /// What pre-receive does with a push that it could not read or not in time [default: reject]
    #[arg(long, value_name = "WHAT", value_enum, requires = "pre_receive")]
    on_failure: Option<OnFailure>,
}

/// Words of `keyless hook run`.
#[derive(Debug, Args)]
pub(super) struct RunArgs {
    /// The hook
    #[arg(value_enum)]
    kind: Kind,
    /// Seconds it may take
    #[arg(long)]
    timeout: Option<u32>,
    /// What to do with what could not be read
    #[arg(long, value_enum, default_value_t = OnFailure::Reject)]
    on_failure: OnFailure,
    /// What git says
    #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
    words: Vec<String>,
}

/// The hooks of git that we know.
#[allow(clippy::enum_variant_names, reason = "git calls them so")]
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub(super) enum Kind {
    /// Before a commit is made.
    PreCommit,
    /// Before objects are sent.
    PrePush,
    /// Before refs are updated.
    PreReceive,
}

impl Kind {
    const ALL: [Self; 3] = [Self::PreCommit, Self::PrePush, Self::PreReceive];

    /// The name of the file.
    fn name(self) -> &'static str {
        match self {
            Self::PreCommit => "pre-commit",
            Self::PrePush => "pre-push",
            Self::PreReceive => "pre-receive",
        }
    }
}

impl WhichArgs {
    fn kinds(&self, otherwise: &[Kind]) -> Vec<Kind> {
        let asked = [self.pre_commit, self.pre_push, self.pre_receive];
        let named: Vec<Kind> =
            Kind::ALL.into_iter().zip(asked).filter(|(_, asked)| *asked).map(|(kind, _)| kind).collect();
        if named.is_empty() { otherwise.to_vec() } else { named }
    }
}

/// Runs the verb.
pub(super) fn run(command: &HookCommand, global: &Global) -> Result<ExitCode, Error> {
    match command {
        HookCommand::Install(args) => install(args),
        HookCommand::Uninstall(args) => uninstall(args),
        HookCommand::Status(args) => status(args),
        HookCommand::Run(args) => call(args, global),
    }
}

fn install(args: &InstallArgs) -> Result<ExitCode, Error> {
    let directory = if args.which.global { git::make_global_hooks()? } else { git::hooks()? };
    fs::create_dir_all(&directory).map_err(|cause| cannot_write(&directory, cause))?;
    for kind in args.which.kinds(&[Kind::PreCommit]) {
        let file = directory.join(kind.name());
        let before = before(&file);
        if !script::is_ours(&file) && file.symlink_metadata().is_ok() {
            if before.symlink_metadata().is_ok() {
                let what = format!("`{}` and `{}` are both there", discover::shown(&file), discover::shown(&before));
                return Err(Error::usage(what, "one hook can be kept beside ours; join the two into one"));
            }
            fs::rename(&file, &before).map_err(|cause| cannot_write(&before, cause))?;
        }
        let options = (kind == Kind::PreReceive).then_some((args.timeout, args.on_failure));
        script::write(&file, &script::text(kind, args.which.global, options.unwrap_or_default()))?;
        let kept = if before.exists() { "; the hook that was there runs first" } else { "" };
        output::print(format!("{}: installed{kept}\n", discover::shown(&file)).as_bytes())?;
    }
    Ok(ExitCode::Clean)
}

fn uninstall(args: &WhichArgs) -> Result<ExitCode, Error> {
    let Some(directory) = directory(args)? else {
        output::print(b"core.hooksPath is not set for this user: nothing is installed\n")?;
        return Ok(ExitCode::Clean);
    };
    for kind in args.kinds(&Kind::ALL) {
        let file = directory.join(kind.name());
        if !script::is_ours(&file) {
            continue;
        }
        fs::remove_file(&file).map_err(|cause| cannot_write(&file, cause))?;
        let before = before(&file);
        let mut told = format!("{}: taken away", discover::shown(&file));
        if before.symlink_metadata().is_ok() {
            fs::rename(&before, &file).map_err(|cause| cannot_write(&file, cause))?;
            told += "; the hook that was there before is back";
        }
        output::print(format!("{told}\n").as_bytes())?;
    }
    Ok(ExitCode::Clean)
}

fn status(args: &WhichArgs) -> Result<ExitCode, Error> {
    let Some(directory) = directory(args)? else {
        output::print(b"core.hooksPath is not set for this user: nothing is installed\n")?;
        return Ok(ExitCode::Clean);
    };
    let mut out = format!("hooks are in {}\n", discover::shown(&directory));
    for kind in args.kinds(&Kind::ALL) {
        let file = directory.join(kind.name());
        let told = match (script::is_ours(&file), file.symlink_metadata().is_ok(), before(&file).exists()) {
            (true, _, false) => "keyless",
            (true, _, true) => "keyless, after the hook that was there before",
            (false, true, _) => "another hook",
            (false, false, _) => "none",
        };
        out += &format!("{:<12} {told}\n", kind.name());
    }
    output::print(out.as_bytes())?;
    Ok(ExitCode::Clean)
}

fn call(args: &RunArgs, global: &Global) -> Result<ExitCode, Error> {
    match args.kind {
        Kind::PreCommit => super::scan::run(&push::words(&["--staged"]), global),
        Kind::PrePush => push::before_push(&args.words, global),
        Kind::PreReceive => push::before_receive(args.timeout, args.on_failure, global),
    }
}

/// Where the hooks of `uninstall` and `status` are; `None`: there is no global directory.
fn directory(args: &WhichArgs) -> Result<Option<PathBuf>, Error> {
    if args.global { git::global_hooks() } else { git::hooks().map(Some) }
}

/// Where a hook that was there before is kept.
fn before(file: &Path) -> PathBuf {
    let mut name = file.file_name().unwrap_or_default().to_owned();
    name.push(script::BEFORE);
    file.with_file_name(name)
}

fn cannot_write(path: &Path, cause: std::io::Error) -> Error {
    Error::Output { to: discover::shown(path), cause }
}
