//! `keyless rules`: list them, show one, run their examples.

use std::fmt::Write as _;
use std::path::PathBuf;
use std::time::Duration;

use clap::{Args, Subcommand, ValueEnum};
use serde::Serialize;

use super::ExitCode;
use super::engine::{Cost, Costs, Part};
use super::terminal::say;
use super::{engine, output, plan};
use crate::config::Origin;
use crate::error::Error;
use crate::model::{Confidence, Severity};
use crate::rule::{Rule, RuleSet};

const TEST_EXAMPLES: &str = "\
Examples:
  keyless rules test          the built-in rules
  keyless rules test rules    rules of your own";

/// Words of `keyless rules`.
#[derive(Debug, Subcommand)]
#[command(arg_required_else_help = true)]
pub(super) enum RulesCommand {
    /// List all rules, yours included
    List(ListArgs),
    /// Print the file of a rule
    Show(ShowArgs),
    /// Write a page for each rule, and a list of them, as Markdown
    Docs(DocsArgs),
    /// Run the examples of rules
    Test(TestArgs),
    /// Measure what each rule costs on a tree
    Bench(BenchArgs),
}

/// Words of `keyless rules list`.
#[derive(Debug, Args)]
pub(super) struct ListArgs {
    /// A table for people, or JSON
    #[arg(long, value_name = "FORMAT", value_enum, default_value_t = ListFormat::Human)]
    format: ListFormat,
}

/// How a list is printed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum ListFormat {
    /// A table
    Human,
    /// One JSON array
    Json,
}

/// Words of `keyless rules show`.
#[derive(Debug, Args)]
pub(super) struct ShowArgs {
    /// Its slug, its code, or a name it once had
    #[arg(value_name = "RULE")]
    rule: String,
}

/// Words of `keyless rules docs`.
#[derive(Debug, Args)]
pub(super) struct DocsArgs {
    /// Where; files of the same names are written anew, others stay
    #[arg(long, value_name = "DIR")]
    out: PathBuf,
}

/// Words of `keyless rules test`.
#[derive(Debug, Args)]
#[command(after_help = TEST_EXAMPLES)]
pub(super) struct TestArgs {
    /// A directory of rule files [default: the built-in rules]
    #[arg(value_name = "DIR")]
    directory: Option<PathBuf>,
}

/// Words of `keyless rules bench`.
#[derive(Debug, Args)]
pub(super) struct BenchArgs {
    /// Files or directories to measure on
    #[arg(value_name = "PATH", default_value = ".")]
    path: PathBuf,
    /// Print the dearest so many
    #[arg(long, value_name = "N", default_value_t = 25)]
    top: usize,
}

/// Runs the verb.
pub(super) fn run(command: &RulesCommand) -> Result<ExitCode, Error> {
    match command {
        RulesCommand::List(args) => list(args),
        RulesCommand::Show(args) => show(args),
        RulesCommand::Docs(args) => docs(args),
        RulesCommand::Test(args) => test(args),
        RulesCommand::Bench(args) => bench(args),
    }
}

fn list(args: &ListArgs) -> Result<ExitCode, Error> {
    let rules = engine::all_rules(&plan::config_here()?)?;
    let rows: Vec<Row<'_>> = rules.iter().map(|(_, rule)| Row::of(rule)).collect();
    let text = match args.format {
        ListFormat::Human => table(&rows),
        ListFormat::Json => serde_json::to_string_pretty(&rows).expect("plain data is JSON") + "\n",
    };
    output::print(text.as_bytes())?;
    Ok(ExitCode::Clean)
}

fn show(args: &ShowArgs) -> Result<ExitCode, Error> {
    let rules: RuleSet = engine::all_rules(&plan::config_here()?)?;
    let Some(rule) = rules.find(&args.rule) else {
        return Err(plan::unknown_rule(&args.rule, &Origin::CommandLine("RULE"), &rules));
    };
    output::print(rule.source().as_bytes())?;
    Ok(ExitCode::Clean)
}

/// One page a rule, the topics, and `README.md` that leads to all of them.
fn docs(args: &DocsArgs) -> Result<ExitCode, Error> {
    let rules = engine::all_rules(&plan::config_here()?)?;
    let mut index = String::from("# Rules\n\n| code | rule | finds | severity |\n|---|---|---|---|\n");
    let mut sorted: Vec<&Rule> = rules.iter().map(|(_, rule)| rule).collect();
    sorted.sort_by(|a, b| a.spec().code.cmp(&b.spec().code));
    let mut pages = Vec::new();
    for rule in sorted {
        let spec = rule.spec();
        let severity = Severity::from(spec.severity).as_str();
        let _ = writeln!(index, "| {} | [{}]({1}.md) | {} | {severity} |", spec.code, spec.slug, spec.title);
        pages.push((spec.slug.to_string(), engine::page(rule)));
    }
    index.push_str("\n# Topics\n\n");
    for (slug, title, text) in engine::topic_pages() {
        let _ = writeln!(index, "- [{title}]({slug}.md)");
        pages.push((slug.to_owned(), text.to_owned()));
    }
    pages.push(("README".to_owned(), index));
    let failed = |cause| Error::Output { to: args.out.display().to_string(), cause };
    std::fs::create_dir_all(&args.out).map_err(failed)?;
    for (name, text) in &pages {
        std::fs::write(args.out.join(format!("{name}.md")), text).map_err(failed)?;
    }
    output::print(format!("{} pages in {}\n", pages.len(), args.out.display()).as_bytes())?;
    Ok(ExitCode::Clean)
}

/// A rule that fails its own examples is wrong: 2, as for a configuration.
fn test(args: &TestArgs) -> Result<ExitCode, Error> {
    let (ran, wrong) = engine::test_rules(args.directory.as_deref())?;
    wrong.iter().for_each(|line| say(format_args!("{line}")));
    let summary = format!("{} of {ran} examples hold\n", ran.saturating_sub(wrong.len()));
    output::print(summary.as_bytes())?;
    Ok(if wrong.is_empty() { ExitCode::Clean } else { ExitCode::Incomplete })
}

/// Times differ from run to run; what is cut off is added up in the last line.
fn bench(args: &BenchArgs) -> Result<ExitCode, Error> {
    let rules = engine::all_rules(&plan::config_here()?)?;
    let (costs, blobs, bytes) = engine::costs(&args.path, &rules)?;
    output::print(costs_table(&rules, &costs, args.top, blobs, bytes).as_bytes())?;
    Ok(ExitCode::Clean)
}

fn costs_table(rules: &RuleSet, costs: &Costs, top: usize, blobs: u64, bytes: u64) -> String {
    let parts = Part::ALL.map(|part| (part.name(), costs.part(part)));
    let own = rules.iter().map(|(index, rule)| (&*rule.spec().slug, costs.rule(index)));
    let mut rows: Vec<(&str, Cost)> = own.filter(|(_, cost)| cost.hits > 0 || cost.searched > 0).chain(parts).collect();
    rows.sort_by_key(|(name, cost)| (std::cmp::Reverse((cost.time, cost.hits)), *name));
    let total: Duration = rows.iter().map(|(_, cost)| cost.time).sum();
    let ms = |time: Duration| time.as_secs_f64() * 1e3;
    let mut out = format!("{:>9} {:>6} {:>10} {:>10} {:>9}  rule\n", "ms", "%", "hits", "searched", "matches");
    let mut line = |name: &str, cost: Cost| {
        let share = 100.0 * ms(cost.time) / ms(total).max(1e-9);
        let Cost { hits, searched, matches, time } = cost;
        let _ = writeln!(out, "{:>9.3} {share:>6.1} {hits:>10} {searched:>10} {matches:>9}  {name}", ms(time));
    };
    rows.iter().take(top).for_each(|(name, cost)| line(name, *cost));
    let rest = rows.iter().skip(top).map(|(_, cost)| cost.time).sum();
    line("(all others)", Cost { time: rest, ..Cost::default() });
    let _ = writeln!(out, "{blobs} files, {bytes} bytes, {:.3} ms in all but reading, on one thread", ms(total));
    out
}

/// A rule in a list.
#[derive(Serialize)]
struct Row<'a> {
    rule: &'a str,
    code: &'a str,
    title: &'a str,
    severity: Severity,
    confidence: Confidence,
    tags: Vec<&'a str>,
    formerly: Vec<&'a str>,
}

impl<'a> Row<'a> {
    fn of(rule: &'a Rule) -> Self {
        let spec = rule.spec();
        Self {
            rule: &spec.slug,
            code: &spec.code,
            title: &spec.title,
            severity: spec.severity.into(),
            confidence: spec.confidence.into(),
            tags: spec.tags.iter().map(AsRef::as_ref).collect(),
            formerly: spec.formerly.iter().map(AsRef::as_ref).collect(),
        }
    }
}

fn table(rows: &[Row<'_>]) -> String {
    let slug_width = rows.iter().map(|row| row.rule.len()).max().unwrap_or(0);
    let mut out = String::new();
    for row in rows {
        let (severity, code) = (row.severity.as_str(), row.code);
        let _ = writeln!(out, "{code:<6} {:<slug_width$}  {severity:<8}  {}", row.rule, row.title);
    }
    let _ = writeln!(out, "{} rules; `keyless explain RULE` tells more", rows.len());
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_names_every_rule_on_a_line_of_its_own() {
        let rules = RuleSet::builtin();
        let rows: Vec<Row<'_>> = rules.iter().map(|(_, rule)| Row::of(rule)).collect();
        let text = table(&rows);
        assert_eq!(text.lines().count(), rules.len() + 1);
        for row in &rows {
            assert!(text.lines().any(|line| line.starts_with(row.code) && line.contains(row.rule)), "{}", row.rule);
        }
    }
}
