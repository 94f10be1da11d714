//! The rules of a run, and what is asked about rules themselves.

use std::path::Path;
use std::sync::Arc;

use crate::config::{Config, ConfigError, Place, SourceText, discover};
use crate::detect::Costs;
use crate::error::Error;
use crate::fix;
use crate::model::RepoPath;
use crate::remedy::Tables;
use crate::rule::load::{self, Loaded, RuleError};
use crate::rule::spec::SampleSpec;
use crate::rule::{Rule, RuleSet, example, page as pages, sample, topic};
use crate::scan::{self, Progress, ScanPlan, probe};
use crate::source::{WalkOptions, Worktree};

/// The built-in rules and those of the directories that the configuration names.
pub(in crate::cli) fn all_rules(config: &Config) -> Result<RuleSet, Error> {
    let builtin = RuleSet::builtin();
    if config.rules.directories.is_empty() {
        return Ok(builtin);
    }
    let mut rules: Vec<Rule> = builtin.iter().map(|(_, rule)| rule.clone()).collect();
    let mut wrong = Vec::new();
    for directory in &config.rules.directories {
        match load::directory(&directory.value) {
            Ok(loaded) => add(&mut rules, &loaded, &mut wrong),
            Err(errors) => wrong.extend(errors.into_iter().map(told)),
        }
    }
    if wrong.is_empty() { Ok(RuleSet::from_rules(rules)) } else { Err(Error::Rules { wrong }) }
}

/// A user's rule may not take the name of another one: directives and baselines would mean both.
fn add(rules: &mut Vec<Rule>, loaded: &[Loaded], wrong: &mut Vec<ConfigError>) {
    for one in loaded {
        let (slug, code) = (&*one.slug, &*one.file.code);
        match rules.iter().find(|known| known.spec().slug == slug || known.spec().code == code) {
            Some(known) => wrong.push(ConfigError::new(format!(
                "{slug} ({code}): the rule {} ({}) has that name already; choose another file name and code",
                known.spec().slug,
                known.spec().code
            ))),
            None => rules.push(one.rule()),
        }
    }
}

/// A rule's error in the form that `main` prints.
fn told(error: RuleError) -> ConfigError {
    let shown = discover::shown(&error.file);
    let file = Arc::new(SourceText::new(error.file, &shown, error.text));
    ConfigError::at(Place { file, span: error.span }, error.what)
}

/// The rules that the configuration lets run.
pub(in crate::cli) fn selected(rules: RuleSet, config: &Config) -> RuleSet {
    rules.filter(|spec| {
        let former = spec.formerly.iter().map(AsRef::as_ref);
        config.rules.run(former.chain([spec.slug.as_ref(), spec.code.as_ref()]))
    })
}

/// The page of a topic.
pub(in crate::cli) fn topic(name: &str) -> Option<&'static str> {
    topic::find(name).map(|topic| topic.text)
}

/// Every topic, a line each.
pub(in crate::cli) fn topics() -> String {
    topic::all().map(|topic| format!("{:<30} {}\n", topic.slug, topic.title())).collect()
}

/// Name, title and page of every topic.
pub(in crate::cli) fn topic_pages() -> impl Iterator<Item = (&'static str, &'static str, &'static str)> {
    topic::all().map(|topic| (topic.slug, topic.title(), topic.text))
}

/// A rule's page, as Markdown, with what to do.
pub(in crate::cli) fn page(rule: &Rule) -> String {
    let tables = Tables::builtin();
    let wanted = &rule.spec().remedy;
    let mut out = pages::markdown(rule);
    out.push_str(&pages::detection(rule));
    for (heading, row) in [("First", tables.revoke(&wanted.revoke)), ("Then", tables.route(&wanted.route))] {
        let Some(row) = row else { continue };
        out.push_str(&format!("\n{heading}: {}\n", row.title));
        for (number, step) in row.steps.iter().enumerate() {
            out.push_str(&format!("{}. {}\n", number + 1, step.text));
            for command in step.command.iter().flat_map(|command| command.lines()) {
                out.push_str(&format!("   `{}`\n", crate::remedy::left_open(command)));
            }
        }
    }
    for role in wanted.grant.iter().filter_map(|id| tables.role(id)) {
        out.push_str(&format!(
            "\nRole: {}{}\n",
            role.name,
            if role.guid.is_empty() { String::new() } else { format!(" ({})", role.guid) }
        ));
    }
    out.push_str(&pages::examples(rule, &RuleSet::builtin()));
    out
}

/// Runs the examples of the rules in a directory, or of the built-in ones: how many ran, and what is wrong.
pub(in crate::cli) fn test_rules(directory: Option<&Path>) -> Result<(usize, Vec<String>), Error> {
    let loaded = match directory {
        Some(directory) => load::directory(directory)
            .map_err(|errors| Error::Rules { wrong: errors.into_iter().map(told).collect() })?,
        None => builtin_files(),
    };
    let set = RuleSet::from_rules(loaded.iter().map(Loaded::rule).collect());
    let plan = ScanPlan {
        threads: 1,
        severity: crate::model::Severity::Info,
        confidence: crate::model::Confidence::Low,
        ..ScanPlan::default()
    };
    let scanner = scan::Scanner::new(&set, plan.detect.clone());
    let (mut ran, mut wrong) = (0, Vec::new());
    for rule in &loaded {
        let examples = match example::prepare(&rule.slug, &rule.file, 0) {
            Ok(examples) => examples,
            Err(what) => {
                ran += 1;
                wrong.push(what);
                continue;
            }
        };
        for one in examples {
            ran += 1;
            let report = probe::probe(&scanner, &plan, &one.file, &one.bytes);
            let mut found = one.judge(&rule.slug, &probe::seen(&report), &rule.file.overlaps);
            let path = RepoPath::new(one.file.as_bytes());
            let eyes = probe::Probe { scanner: &scanner, plan: &plan, path: &path, only: Some(&rule.slug) };
            found.extend(fix::example::judge(&one, &rule.slug, &eyes));
            if !found.is_empty() {
                wrong.push(format!("{}::{}: {}", rule.slug, one.name, found.join("; ")));
            }
        }
    }
    Ok((ran, wrong))
}

/// What the rules cost on a tree, its blobs and its bytes.
pub(in crate::cli) fn costs(path: &Path, rules: &RuleSet) -> Result<(Costs, u64, u64), Error> {
    let tree = Worktree { roots: vec![path.to_owned()], options: WalkOptions::default() };
    Ok(scan::cost::costs(&ScanPlan::default(), &tree, rules, &Progress::default())?)
}

fn builtin_files() -> Vec<Loaded> {
    RuleSet::builtin()
        .iter()
        .map(|(_, rule)| Loaded {
            slug: rule.spec().slug.to_string(),
            file: (*rule.file()).clone(),
            text: rule.source().to_owned(),
        })
        .collect()
}

/// A fake value, signed where its kind is signed; another one for another seed.
pub(in crate::cli) fn fake(name: &str, spec: &SampleSpec, seed: u64) -> String {
    sample::make(name, spec, seed, &|_| None).expect("the demo's kinds can be made")
}
