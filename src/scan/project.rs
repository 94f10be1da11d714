//! Lints that need more than one file: what all files say is known when the last one was read.
//!
//! A file says it in the pass that looks for findings, by matchers with a `fact`; nothing is read twice.
//! What does not stand is counted as refuted, like any other gate.

use std::collections::{BTreeMap, BTreeSet};

use crate::model::{Finding, Stats};
use crate::rule::RuleSet;
use crate::rule::spec::ProjectSpec;

use super::found::Found;

/// Leaves out the lints that the project as a whole speaks against.
pub(super) fn settle(found: &mut Vec<Found>, facts: &BTreeSet<(String, String)>, rules: &RuleSet, stats: &mut Stats) {
    let spec = |one: &Found| rules.find(&one.finding.rule.slug).and_then(|rule| rule.spec().project.as_ref());
    let shared = shared(found, &spec);
    let before = found.len();
    found.retain(|one| spec(one).is_none_or(|spec| stands(&one.finding, spec, facts, &shared)));
    if before > found.len() {
        *stats.refuted.entry("project".to_owned()).or_default() += (before - found.len()) as u64;
    }
}

fn stands(finding: &Finding, spec: &ProjectSpec, facts: &BTreeSet<(String, String)>, shared: &Shared) -> bool {
    let value = spec.part.as_ref().map(|name| part(finding, name));
    // A finding without the part is one that its own file tells.
    if value.as_ref().is_some_and(String::is_empty) {
        return true;
    }
    let known = |name: &str| match &value {
        Some(value) => facts.contains(&(name.to_owned(), value.clone())),
        None => facts.iter().any(|(fact, _)| fact == name),
    };
    if spec.environments && !value.as_ref().is_some_and(|value| shared.is_second(finding, value)) {
        return false;
    }
    !spec.unless.iter().any(|name| known(name)) && (spec.when.is_empty() || spec.when.iter().any(|name| known(name)))
}

fn part(finding: &Finding, name: &str) -> String {
    let found = finding.parts.iter().find(|part| part.name == name);
    found.map(|part| part.value.to_ascii_lowercase()).unwrap_or_default()
}

/// Values that stand in several environments, each with the environment of its first place.
#[derive(Debug, Default)]
struct Shared(BTreeMap<String, String>);

impl Shared {
    fn is_second(&self, finding: &Finding, value: &str) -> bool {
        let first = self.0.get(value);
        environment(finding).is_some_and(|own| first.is_some_and(|first| *first != own))
    }
}

fn shared<'r>(found: &[Found], spec: &dyn Fn(&Found) -> Option<&'r ProjectSpec>) -> Shared {
    let mut places = BTreeMap::new();
    for one in found {
        let Some(spec) = spec(one).filter(|spec| spec.environments) else { continue };
        let value = spec.part.as_ref().map(|name| part(&one.finding, name)).unwrap_or_default();
        if let Some(environment) = environment(&one.finding) {
            places.entry(value).or_insert_with(BTreeSet::new).insert((one.finding.location.clone(), environment));
        }
    }
    let several = |set: &BTreeSet<(_, String)>| set.iter().map(|(_, name)| name).collect::<BTreeSet<_>>().len() > 1;
    places.retain(|_, set| several(set));
    let first = |set: BTreeSet<(_, String)>| set.into_iter().next().map(|(_, name)| name);
    Shared(places.into_iter().filter_map(|(value, set)| Some((value, first(set)?))).collect())
}

/// `dev`, `test`, `stage` or `prod`: said by the finding itself, else by a word of its path.
fn environment(finding: &Finding) -> Option<String> {
    let own = part(finding, "environment");
    let path = finding.location.path.text().to_ascii_lowercase();
    let words = |text: &str| text.split(|c: char| !c.is_ascii_alphanumeric()).find_map(of_word);
    words(&own).or_else(|| words(&path)).map(str::to_owned)
}

fn of_word(word: &str) -> Option<&'static str> {
    Some(match word {
        "dev" | "development" => "dev",
        "test" | "tst" | "qa" | "uat" => "test",
        "stage" | "staging" | "stg" | "preprod" => "stage",
        "prod" | "prd" | "production" | "live" => "prod",
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_of_a_path_name_an_environment() {
        for (word, expected) in
            [("prod", Some("prod")), ("production", Some("prod")), ("dev", Some("dev")), ("product", None), ("", None)]
        {
            assert_eq!(of_word(word), expected, "{word}");
        }
    }
}
