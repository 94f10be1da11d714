//! `keyless explain RULE|TOPIC`: what a rule finds and what to do, or a page about one way to have no secret.

use clap::Args;

use super::ExitCode;
use super::{engine, output, plan};
use crate::config::Origin;
use crate::error::Error;

const EXAMPLES: &str = "\
Examples:
  keyless explain azure-storage-account-key
  keyless explain KS010
  keyless explain managed-identity                 a topic; without a name all are listed";

/// Words of `keyless explain`.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct ExplainArgs {
    /// A rule (slug, code, or a name it once had) or a topic; all topics are listed if it is left out
    #[arg(value_name = "RULE|TOPIC")]
    name: Option<String>,
}

/// Runs the verb.
pub(super) fn run(args: &ExplainArgs) -> Result<ExitCode, Error> {
    let Some(name) = &args.name else {
        output::print(engine::topics().as_bytes())?;
        return Ok(ExitCode::Clean);
    };
    if let Some(page) = engine::topic(name) {
        output::print(page.as_bytes())?;
        return Ok(ExitCode::Clean);
    }
    let rules = engine::all_rules(&plan::config_here()?)?;
    let Some(rule) = rules.find(name) else {
        return Err(plan::unknown_rule(name, &Origin::CommandLine("RULE"), &rules));
    };
    let page = engine::page(rule);
    output::print(page.as_bytes())?;
    Ok(ExitCode::Clean)
}
