//! `keyless explain RULE|TOPIC`: what a rule finds and what to do, or a page about one way to have no secret;
//! `keyless explain --finding`: all steps of one finding, in order; `--value-at`: see [`super::value_at`].

use std::fmt::Write as _;
use std::path::PathBuf;
use std::sync::Arc;

use clap::Args;

use super::args::Selection;
use super::engine::{Asked, Progress};
use super::plan::Baselines;
use super::{ExitCode, engine, output, plan, value_at};
use crate::config::{Origin, Profile};
use crate::error::Error;
use crate::model::{Applicability, Finding, Kind, Phase, Step};

const EXAMPLES: &str = "\
Examples:
  keyless explain azure-storage-account-key
  keyless explain KS010
  keyless explain managed-identity                 a topic; without a name all are listed
  keyless explain --finding 9f86d081884c src       all steps of one finding below src
  keyless explain --value-at src/app.py:12         why that line was reported, or was not";

/// Signs of a fingerprint that tell it from others.
const SHORTEST: usize = 6;

/// Words of `keyless explain`.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct ExplainArgs {
    /// A rule (slug, code, or a name it once had) or a topic, all of which are listed if it is left out
    #[arg(value_name = "RULE|TOPIC|PATH")]
    names: Vec<String>,
    /// The fingerprint of a finding, or its beginning; PATH is what is scanned for it [default: here]
    #[arg(long, value_name = "FINGERPRINT")]
    finding: Option<String>,
    /// Why a place was reported, or was not: every rule that looked at it, gate by gate
    #[arg(long, value_name = "PATH:LINE", conflicts_with_all = ["finding", "names"])]
    value_at: Option<String>,
}

/// Runs the verb.
pub(super) fn run(args: &ExplainArgs) -> Result<ExitCode, Error> {
    if let Some(place) = &args.value_at {
        output::print(value_at::tell(place)?.as_bytes())?;
        return Ok(ExitCode::Clean);
    }
    let page = match (&args.finding, args.names.as_slice()) {
        (Some(fingerprint), paths) => finding(fingerprint, paths)?,
        (None, []) => engine::topics(),
        (None, [name]) => page(name)?,
        (None, _) => {
            return Err(Error::usage("one name at a time", "write `keyless explain RULE`, or --finding before paths"));
        }
    };
    output::print(page.as_bytes())?;
    Ok(ExitCode::Clean)
}

fn page(name: &str) -> Result<String, Error> {
    if let Some(page) = engine::topic(name) {
        return Ok(page.to_owned());
    }
    let rules = engine::all_rules(&plan::config_here()?)?;
    let Some(rule) = rules.find(name) else {
        return Err(plan::unknown_rule(name, &Origin::CommandLine("RULE"), &rules));
    };
    Ok(engine::page(rule))
}

/// Scans, as an audit would, and tells the one finding.
fn finding(fingerprint: &str, paths: &[String]) -> Result<String, Error> {
    let wanted = fingerprint.to_ascii_lowercase();
    if wanted.len() < SHORTEST || !wanted.bytes().all(|b| b.is_ascii_hexdigit()) {
        return Err(Error::usage(
            format!("`{fingerprint}` is no fingerprint"),
            format!("write the first {SHORTEST} signs or more of one that a report shows"),
        ));
    }
    let paths = paths.iter().map(PathBuf::from).collect();
    let selection = Selection { paths, profile: Some(Profile::Audit), ..Selection::default() };
    let mut told = Vec::new();
    for job in plan::jobs(&selection, &selection.words(), Baselines::Use)? {
        let rules = super::scan::rules_of(&job)?;
        let report = engine::scan(&job, &rules, &Asked::default(), &Arc::new(Progress::default()))?;
        let found = report.findings.iter().filter(|one| one.fingerprint.to_string().starts_with(&wanted));
        told.extend(found.map(|finding| tell(finding, rules.find(&finding.rule.slug).map(|rule| &*rule.spec().why))));
    }
    if told.is_empty() {
        return Err(Error::usage(
            format!("nothing here has the fingerprint {fingerprint}"),
            "name the paths that were scanned when it was shown; a finding in history has no steps here",
        ));
    }
    Ok(told.join("\n"))
}

/// A finding as Markdown: what, where, why, and everything to do about it.
fn tell(finding: &Finding, why: Option<&str>) -> String {
    let (place, rule) = (&finding.location, &finding.rule);
    let mut out = format!("# {} ({}, {})\n\n", finding.title, rule.slug, rule.code);
    let (severity, confidence) = (finding.severity.as_str(), finding.confidence.as_str());
    let state = if finding.is_open() { "" } else { ", accepted" };
    let _ = writeln!(
        out,
        "{}:{}, severity {severity}, confidence {confidence}{state}",
        place.path.shown(),
        place.start.line
    );
    let _ = writeln!(out, "fingerprint {}\n", finding.fingerprint);
    if let Some(why) = why {
        let _ = writeln!(out, "Why it matters: {why}.\n");
    }
    for other in &finding.also_at {
        let _ = writeln!(out, "Also at {}:{}.", other.path.shown(), other.start.line);
    }
    for remedy in finding.remedies.iter().filter_map(|remedy| Some((&remedy.title, remedy.because.as_ref()?))) {
        let _ = writeln!(out, "The way out: {}, because {}.\n", remedy.0, remedy.1);
    }
    if finding.kind == Kind::Secret {
        out.push_str(
            "If somebody may have read it who should not, begin with the steps that make it worthless, and take the \
             outage; else the order keeps production running.\n\n",
        );
    }
    steps(finding, &mut out);
    for fix in finding.fixes.iter().filter(|_| finding.is_open()) {
        let option = if fix.applicability == Applicability::Unsafe { "--unsafe-fixes " } else { "" };
        let _ = writeln!(out, "\nkeyless can {}: `keyless fix {option}--rule {}`", fix.title, rule.code);
    }
    out
}

/// In the order that keeps production running, not in that of the tables they come from.
fn steps(finding: &Finding, out: &mut String) {
    let steps: Vec<&Step> = finding.remedies.iter().flat_map(|remedy| &remedy.steps).collect();
    let mut number = 0;
    for phase in Phase::ALL {
        for step in steps.iter().filter(|step| step.phase == phase) {
            number += 1;
            let _ = writeln!(out, "{number}. {}", step.text);
            for line in step.command.iter().flat_map(|command| command.lines()) {
                let _ = writeln!(out, "       {line}");
            }
        }
    }
}
