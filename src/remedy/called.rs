//! Placeholders filled with what things are called in the files that deploy them.
//!
//! A name is taken if it is the only one that can be meant: of the finding's own file, of the same platform, of the
//! application whose directory it resembles. Two that could be meant leave the placeholder.

use std::collections::BTreeSet;

use super::iac::{self, Hosted};
use super::steps;
use crate::model::facts::{Facts, Name};
use crate::model::{Finding, Home, Remedy};

/// A placeholder, and what it is.
const WANTED: [&str; 7] = ["app", "cluster", "vault", "resource-group", "environment", "namespace", "service-account"];

/// What the report and the repository know of names.
#[derive(Clone, Copy, Debug)]
pub(super) struct Known<'a> {
    pub(super) facts: &'a Facts,
    /// What the repository is called where it is hosted.
    pub(super) hosted: Option<&'a Hosted>,
    /// What all paths begin with.
    pub(super) below: &'a str,
}

/// Commands and texts of the remedies, with names where there is one.
pub(super) fn fill(remedies: &mut [Remedy], finding: &Finding, row: &str, known: &Known<'_>) {
    let Known { facts, hosted, below } = known;
    let texts = |remedies: &[Remedy]| -> Vec<String> {
        let steps = remedies.iter().flat_map(|remedy| &remedy.steps);
        steps.flat_map(|step| step.command.iter().chain([&step.text]).cloned()).collect()
    };
    let all = texts(remedies);
    let is_wanted = |word: &str| all.iter().any(|text| text.contains(word));
    let mut known: Vec<(String, String)> = Vec::new();
    for of in WANTED {
        let word = format!("<{of}>");
        if is_wanted(&word)
            && let Some(name) = name(of, finding, row, facts)
        {
            known.push((word, name.to_owned()));
        }
    }
    // What is made new is called as the files that `--emit-iac` writes call it.
    let home = Home::of(&finding.location.path.shown(), below);
    known.push(("<identity>".to_owned(), format!("id-{}", iac::name(&home))));
    if let Some(hosted) = hosted {
        known.push(("<owner>/<repository>".to_owned(), format!("{}/{}", hosted.owner, hosted.name)));
    }
    let filled = |text: &str| known.iter().fold(text.to_owned(), |text, (word, name)| text.replace(word, name));
    for step in remedies.iter_mut().flat_map(|remedy| &mut remedy.steps) {
        step.text = filled(&step.text);
        step.command = step.command.as_deref().map(filled);
    }
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
