//! Placeholders filled with what things are called in the files that deploy them.
//!
//! A name is taken if it is the only one that can be meant: of the finding's own file, of the same platform, of the
//! application whose directory it resembles. Two that could be meant leave the placeholder.

use std::collections::BTreeSet;

use super::iac::{self, Hosted};
use super::steps;
use super::tables::Tables;
use crate::model::facts::{Facts, Name};
use crate::model::{Finding, Home, Remedy, Report};
use crate::rule::RuleSet;

/// A placeholder, and what it is.
const WANTED: [&str; 8] =
    ["app", "cluster", "vault", "vm", "resource-group", "environment", "namespace", "service-account"];

/// Placeholders of a pod; a template of resources tells nothing of pods.
const OF_PODS: [&str; 2] = ["namespace", "service-account"];

/// The group of commands that knows a resource, and the placeholder for its name.
const RESOURCES: [(&str, &str); 16] = [
    ("az storage", "account"),
    ("az cosmosdb", "account"),
    ("az cognitiveservices", "account"),
    ("az servicebus", "namespace"),
    ("az eventhubs", "namespace"),
    ("az redis", "cache"),
    ("az sql", "server"),
    ("az postgres", "server"),
    ("az mysql", "server"),
    ("az appconfig", "store"),
    ("az acr", "registry"),
    ("az search", "service"),
    ("az signalr", "service"),
    ("az iot", "hub"),
    ("az keyvault", "vault"),
    ("az ", "client"),
];

/// The resource that a rule's own commands call so; `None` if they are of several kinds.
fn only_kind(commands: &[&str], word: &str) -> Option<(&'static str, &'static str)> {
    let part = format!("{{{word}}}");
    let is_there = |group: &str| commands.iter().any(|line| line.contains(&part) && line.contains(group));
    let mut kinds = RESOURCES.iter().filter(|(group, known)| *known == word && is_there(group));
    kinds.next().filter(|_| kinds.next().is_none()).copied()
}

/// What the findings call the resources that they are about, by where they stand.
#[derive(Debug, Default)]
pub(super) struct Told {
    /// Home, group of commands, placeholder, name.
    names: BTreeSet<(Home, &'static str, &'static str, String)>,
}

impl Told {
    pub(super) fn of(report: &Report, rules: &RuleSet, tables: &Tables, below: &str) -> Self {
        let mut told = Self::default();
        for finding in report.open() {
            let Some(rule) = rules.find(&finding.rule.slug) else { continue };
            let home = Home::of(&finding.location.path.shown(), below);
            let commands = tables.commands(&rule.spec().remedy);
            let words: BTreeSet<&str> = RESOURCES.iter().map(|(_, word)| *word).collect();
            for (group, word) in words.into_iter().filter_map(|word| only_kind(&commands, word)) {
                if let Some(name) = steps::known(word, &finding.parts) {
                    told.names.insert((home.clone(), group, word, name.to_ascii_lowercase()));
                }
            }
        }
        told
    }

    /// The name of a resource that a command leaves open: the only one of the application, or of all templates.
    fn name(&self, home: &Home, group: &str, word: &str, facts: &Facts) -> Option<String> {
        let own = self.names.iter().filter(|(at, of, what, _)| at == home && *of == group && *what == word);
        let own: BTreeSet<&str> = own.map(|(.., name)| name.as_str()).collect();
        let in_templates = facts.names.iter().filter(|name| name.of == word && name.platform == group);
        let templates: BTreeSet<&str> = in_templates.map(|name| name.value.as_str()).collect();
        let only = |names: &BTreeSet<&str>| names.first().filter(|_| names.len() == 1).map(|name| (*name).to_owned());
        if own.is_empty() { only(&templates) } else { only(&own) }.filter(|name| steps::is_plain_word(name))
    }
}

/// What the report and the repository know of names.
#[derive(Clone, Copy, Debug)]
pub(super) struct Known<'a> {
    pub(super) facts: &'a Facts,
    /// What the repository is called where it is hosted.
    pub(super) hosted: Option<&'a Hosted>,
    /// What all paths begin with.
    pub(super) below: &'a str,
    /// What the findings call their resources.
    pub(super) told: &'a Told,
}

/// Commands and texts of the remedies, with names where there is one.
pub(super) fn fill(remedies: &mut [Remedy], finding: &Finding, row: &str, known: &Known<'_>) {
    let Known { facts, hosted, below, told } = known;
    let home = Home::of(&finding.location.path.shown(), below);
    let texts = |remedies: &[Remedy]| -> Vec<String> {
        let steps = remedies.iter().flat_map(|remedy| &remedy.steps);
        steps.flat_map(|step| step.command.iter().chain([&step.text]).cloned()).collect()
    };
    let all = texts(remedies);
    let is_wanted = |word: &str| all.iter().any(|text| text.contains(word));
    let mut known: Vec<(String, String)> = Vec::new();
    for of in WANTED {
        let word = format!("<{of}>");
        let is_elsewhere = OF_PODS.contains(&of) && matches!(home, Home::Templates(_));
        if is_wanted(&word)
            && !is_elsewhere
            && let Some(name) = name(of, finding, row, facts)
        {
            known.push((word, name.to_owned()));
        }
    }
    // What is made new is called as the files that `--emit-iac` writes call it.
    known.push(("<identity>".to_owned(), format!("id-{}", iac::name(&home))));
    if let Some(hosted) = hosted {
        known.push(("<owner>/<repository>".to_owned(), format!("{}/{}", hosted.owner, hosted.name)));
    }
    let resource = |line: &str| {
        let open = RESOURCES.iter().filter(|(group, word)| line.contains(group) && line.contains(&format!("<{word}>")));
        open.fold(line.to_owned(), |line, (group, word)| match told.name(&home, group, word, facts) {
            Some(name) => line.replace(&format!("<{word}>"), &name),
            None => line,
        })
    };
    let filled = |text: &str| {
        let text: Vec<String> = text.split('\n').map(resource).collect();
        known.iter().fold(text.join("\n"), |text, (word, name)| text.replace(word, name))
    };
    for step in remedies.iter_mut().flat_map(|remedy| &mut remedy.steps) {
        step.text = filled(&step.text);
        step.command = step.command.as_deref().map(filled);
    }
}

/// What the app that a finding stands in is called where it is deployed.
pub(super) fn app(finding: &Finding, row: &str, facts: &Facts) -> Option<String> {
    name("app", finding, row, facts).map(str::to_owned)
}

/// The only name that can be meant.
fn name<'f>(of: &str, finding: &Finding, row: &str, facts: &'f Facts) -> Option<&'f str> {
    let platform = row.strip_prefix("on-").unwrap_or_default();
    let is_of = |name: &&Name| name.of == of && (name.platform.is_empty() || name.platform == platform);
    let all: Vec<&Name> = facts.names.iter().filter(is_of).filter(|name| steps::is_plain_word(&name.value)).collect();
    let path = finding.location.path.text();
    let own: Vec<&Name> = all.iter().copied().filter(|name| name.path == path).collect();
    // What a job is called for is told by its own file only.
    if of == "environment" {
        return only(&own);
    }
    // A script at the other end of the repository may be about another group: a template makes its own, and the
    // file that deploys the app says where.
    if of == "resource-group" {
        let apps: BTreeSet<&str> =
            facts.names.iter().filter(|one| one.of == "app").map(|one| one.path.as_str()).collect();
        let is_told =
            |name: &&Name| is_template(&name.path) || apps.contains(name.path.as_str()) && !is_script(&name.path);
        let told: Vec<&Name> = all.iter().copied().filter(is_told).collect();
        return only(&own).or_else(|| only(&told));
    }
    only(&own).or_else(|| only(&all)).or_else(|| alike(&all, &path))
}

/// Which version of a package that a text names is there already, and where.
pub(super) fn add_versions(text: &mut String, facts: &Facts) {
    let there = facts.names.iter().filter(|name| name.of == "package").filter_map(|name| {
        let (package, version) = name.value.split_once(' ')?;
        let short = package.rsplit('/').next().unwrap_or(package);
        text.contains(short).then(|| format!("{} has {package} {version}", name.path))
    });
    let there: Vec<String> = there.take(3).collect();
    if !there.is_empty() {
        text.push_str(&format!(" ({})", there.join(", ")));
    }
}

/// The identity that every resource of a platform has in the templates: its kind, and the file that says so.
pub(super) fn identity<'f>(platform: &str, facts: &'f Facts) -> Option<(&'f str, &'f str)> {
    let of = |of: &'static str| facts.names.iter().filter(move |name| name.of == of && name.platform == platform);
    let first = of("identity").next()?;
    of("no-identity").next().is_none().then_some((first.value.as_str(), first.path.as_str()))
}

fn is_template(path: &str) -> bool {
    [".tf", ".bicep"].iter().any(|ending| path.ends_with(ending))
}

fn is_script(path: &str) -> bool {
    [".sh", ".ps1", ".psm1"].iter().any(|ending| path.ends_with(ending))
}

fn only<'f>(names: &[&'f Name]) -> Option<&'f str> {
    let values: BTreeSet<&str> = names.iter().map(|name| name.value.as_str()).collect();
    if values.len() == 1 { values.into_iter().next() } else { None }
}

/// Words shorter than this are in every name: `api`, `web`, `app`.
const TELLING: usize = 4;

/// The name that shares a word with the application's directory, if one alone does.
fn alike<'f>(names: &[&'f Name], path: &str) -> Option<&'f str> {
    let Home::Application(home) = Home::of(path, "") else { return None };
    let home = home.rsplit('/').next().unwrap_or_default().to_ascii_lowercase();
    let words: Vec<&str> =
        home.split(|c: char| !c.is_ascii_alphanumeric()).filter(|word| word.len() >= TELLING).collect();
    let shares = |name: &&&Name| words.iter().any(|word| name.value.to_ascii_lowercase().contains(word));
    let like: Vec<&Name> = names.iter().filter(shares).copied().collect();
    only(&like)
}
