//! The command line: words in, an exit code out.
//!
//! Each verb has a file that reads like a recipe. What a word means to the engine is
//! said in `engine`, the one place where verbs and engine meet. Standard output
//! holds what was asked for and nothing else.

mod args;
mod baseline;
mod cache;
mod ci;
mod demo;
mod engine;
mod exit;
mod explain;
mod fix;
mod hook;
mod join;
mod known;
mod output;
mod patches;
mod plan;
mod plans;
mod policy;
mod purge;
mod rules;
mod scan;
mod terminal;
mod value_at;
mod watch;

use clap::{Args, Parser, Subcommand};

use crate::error::Error;

pub use exit::ExitCode;
use terminal::Colour;

const EXAMPLES: &str = "\
Examples:
  keyless scan                                 scan the current directory
  keyless demo                                 see it work, on fake credentials
  keyless explain azure-storage-account-key    why it matters, and what to do instead

Exit codes:
  0   everything was read, and no finding reaches --fail-on
  1   at least one finding does
  2   something could not be read, or a configuration is wrong
  64  the command line is wrong";

/// Finds credentials in Azure code, and shows the way to have none.
#[derive(Debug, Parser)]
#[command(name = "keyless", version, after_help = EXAMPLES, max_term_width = 100, propagate_version = false)]
#[command(subcommand_required = true, arg_required_else_help = true, disable_help_subcommand = true)]
pub struct Keyless {
    #[command(flatten)]
    global: Global,
    #[command(subcommand)]
    command: Command,
}

/// Options that every verb understands.
#[derive(Debug, Args)]
#[command(next_help_heading = "Terminal")]
struct Global {
    /// Say nothing but the report and errors
    #[arg(short, long, global = true, conflicts_with = "verbose")]
    quiet: bool,
    /// Say more on standard error: configuration files, rules, what was skipped
    #[arg(short, long, global = true)]
    verbose: bool,
    /// Colours; also heeds NO_COLOR and CLICOLOR_FORCE
    #[arg(long, global = true, value_name = "WHEN", value_enum, default_value_t = Colour::Auto)]
    color: Colour,
    /// No progress line during long work
    #[arg(long, global = true)]
    no_progress: bool,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Scan files and directories for credentials
    Scan(Box<args::ScanArgs>),
    /// Scan, and write a plan for the team: what to do, in which order, with boxes to tick
    Plan(Box<plans::PlanArgs>),
    /// Say how to make leaked values worthless, most dangerous first
    Revoke(Box<plans::RevokeArgs>),
    /// Say what must leave a history and how, or prove that no object holds it any more
    Purge(Box<purge::PurgeArgs>),
    /// Make the changes that mend findings, where that is safe
    Fix(Box<fix::FixArgs>),
    /// Accept what is found today, so that what is new stands out
    #[command(subcommand)]
    Baseline(Box<baseline::BaselineCommand>),
    /// Call keyless from git's hooks: before a commit, before a push, on a server
    #[command(subcommand)]
    Hook(hook::HookCommand),
    /// Write a small Azure shop with fake credentials, scan it, and show the report
    Demo(demo::DemoArgs),
    /// Explain a rule or a topic: what it is, why it matters, what to do
    Explain(explain::ExplainArgs),
    /// List, show and test rules
    #[command(subcommand)]
    Rules(rules::RulesCommand),
}

impl Keyless {
    /// Reads the words the program was called with.
    ///
    /// # Errors
    /// Help, the version or a mistake: it is printed already, and the run ends with this code.
    pub fn from_command_line() -> Result<Self, ExitCode> {
        Self::try_parse().map_err(|error| refuse(&error))
    }

    /// Does what the words ask for.
    ///
    /// # Errors
    /// Whatever ends the run.
    pub fn run(&self) -> Result<ExitCode, Error> {
        match &self.command {
            Command::Scan(args) => scan::run(args, &self.global),
            Command::Plan(args) => plans::run(args, &self.global),
            Command::Revoke(args) => plans::revoke(args, &self.global),
            Command::Purge(args) => purge::run(args, &self.global),
            Command::Fix(args) => fix::run(args, &self.global),
            Command::Baseline(command) => baseline::run(command, &self.global),
            Command::Hook(command) => hook::run(command, &self.global),
            Command::Demo(args) => demo::run(args, &self.global),
            Command::Explain(args) => explain::run(args),
            Command::Rules(command) => rules::run(command),
        }
    }

    /// An error, for standard error.
    pub fn rendered(&self, error: &Error) -> String {
        error.rendered(self.global.color.on_stderr(), terminal::width())
    }
}

/// Prints what clap says: a mistake on standard error, help on standard output.
fn refuse(error: &clap::Error) -> ExitCode {
    // A closed pipe ends the writing, not the verdict.
    let _ = error.print();
    if let Some(path) = scan::meant_path(error) {
        terminal::say(format_args!("  tip: to scan it, write `keyless scan {path}`"));
    }
    ExitCode::from(error)
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory as _;

    use super::*;

    #[test]
    fn the_command_line_holds_together() {
        Keyless::command().debug_assert();
    }

    #[test]
    fn every_option_and_verb_has_a_help_text_of_one_line() {
        fn look(command: &clap::Command) {
            let about = command.get_about().map(ToString::to_string).unwrap_or_default();
            assert!(!about.is_empty(), "{} has no help", command.get_name());
            for argument in command.get_arguments() {
                let help = argument.get_help().map(ToString::to_string).unwrap_or_default();
                assert!(!help.is_empty() && !help.contains('\n'), "{}: {help:?}", argument.get_id());
                assert!(!help.ends_with('.'), "{}: {help:?}", argument.get_id());
            }
            command.get_subcommands().for_each(look);
        }
        look(&Keyless::command());
    }

    #[test]
    fn a_slip_in_a_word_gets_a_suggestion() {
        for (words, meant) in [
            (&["keyless", "scn"][..], "'scan'"),
            (&["keyless", "scan", "--severty", "low"], "'--severity'"),
            (&["keyless", "scan", "--severity", "hgh"], "'high'"),
            (&["keyless", "scan", "--format", "sarf"], "`sarif`"),
            (&["keyless", "scan", "--profile", "gat"], "'gate'"),
            (&["keyless", "rules", "lst"], "'list'"),
        ] {
            let error = Keyless::try_parse_from(words).expect_err("a slip");
            assert!(error.to_string().contains(meant), "{words:?}: {error}");
            assert_eq!(ExitCode::from(&error), ExitCode::Usage, "{words:?}");
        }
    }

    #[test]
    fn help_and_version_are_no_mistakes_and_no_words_are() {
        for (words, code) in [
            (&["keyless", "--help"][..], ExitCode::Clean),
            (&["keyless", "scan", "-h"], ExitCode::Clean),
            (&["keyless", "--version"], ExitCode::Clean),
            (&["keyless"], ExitCode::Usage),
            (&["keyless", "rules"], ExitCode::Usage),
        ] {
            let error = Keyless::try_parse_from(words).expect_err("nothing to run");
            assert_eq!(ExitCode::from(&error), code, "{words:?}");
        }
    }
}
