//! `keyless explain RULE`: what it finds, why it matters, what to do.

use clap::Args;

use super::ExitCode;
use super::{engine, output, plan};
use crate::config::Origin;
use crate::error::Error;

const EXAMPLES: &str = "\
Examples:
  keyless explain azure-storage-account-key
  keyless explain KS010";

/// Words of `keyless explain`.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct ExplainArgs {
    /// Its slug, its code, or a name it once had
    #[arg(value_name = "RULE")]
    rule: String,
}

/// Runs the verb.
pub(super) fn run(args: &ExplainArgs) -> Result<ExitCode, Error> {
    let rules = engine::all_rules(&plan::config_here()?)?;
    let Some(rule) = rules.find(&args.rule) else {
        return Err(plan::unknown_rule(&args.rule, &Origin::CommandLine("RULE"), &rules));
    };
    let page = engine::page(rule);
    output::print(page.as_bytes())?;
    Ok(ExitCode::Clean)
}
