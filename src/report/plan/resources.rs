//! Findings by what they open, and by which application needs it: one storage account with its key, its signatures,
//! its template and the code that asks for them is one piece of work for a team, not five.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use serde::Deserialize;

use crate::model::{Finding, Home, Kind, Phase, Remedy, Severity, Step};

/// `rules/tables/resources.toml`: what resources are called, and what tells them.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Table {
    names: Vec<String>,
    kind: Vec<KindRow>,
    host: Vec<HostRow>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct KindRow {
    rule: String,
    part: String,
    label: String,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct HostRow {
    ending: String,
    placeholder: String,
    label: String,
}

static TABLE: LazyLock<Table> = LazyLock::new(|| {
    toml::from_str(include_str!("../../../rules/tables/resources.toml"))
        .expect("every test of plans reads the same file")
});

/// Something that credentials open, or an application that needs one.
#[derive(Debug)]
pub(super) struct Resource<'a> {
    /// `storage account contoso`, `application orders-api`.
    pub(super) name: String,
    /// The part that names it, as commands have it between angle brackets, and its value.
    part: Option<(String, String)>,
    /// Secrets first, the gravest first; never empty.
    pub(super) findings: Vec<&'a Finding>,
}

/// What a finding belongs to.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Named {
    name: String,
    part: Option<(String, String)>,
}

/// All resources of the open findings, the gravest first. `below`: what all paths begin with.
pub(super) fn resources<'a>(findings: impl Iterator<Item = &'a Finding>, below: &str) -> Vec<Resource<'a>> {
    let mut by_name: BTreeMap<String, Resource<'a>> = BTreeMap::new();
    let mut groups = BTreeMap::new();
    let mut all: Vec<&Finding> = findings.collect();
    // A lint goes where the secret of its group goes, so secrets come first.
    all.sort_by_key(|finding| (finding.kind, std::cmp::Reverse(finding.severity)));
    for finding in all {
        let named = groups.entry(finding.group.0).or_insert_with(|| named(finding, below)).clone();
        let one = by_name.entry(named.name.clone());
        let one = one.or_insert_with(|| Resource { name: named.name, part: named.part, findings: Vec::new() });
        one.findings.push(finding);
    }
    let mut found: Vec<Resource<'a>> = by_name.into_values().collect();
    found.sort_by(|a, b| b.rank().cmp(&a.rank()).then_with(|| a.name.cmp(&b.name)));
    found
}

fn named(finding: &Finding, below: &str) -> Named {
    let slug = finding.rule.slug.as_str();
    let part = |name: &str| finding.parts.iter().find(|part| part.name == name && is_name(part.resource_name()));
    let of_service = TABLE.kind.iter().filter(|row| slug.contains(&row.rule));
    let known = of_service.filter_map(|row| Some((row.label.as_str(), part(&row.part)?))).next();
    let found = known.or_else(|| TABLE.names.iter().find_map(|name| Some((name.as_str(), part(name)?))));
    let Some((label, part)) = found else {
        return Named { name: Home::of(&finding.location.path.shown(), below).to_string(), part: None };
    };
    let value = part.resource_name().to_lowercase();
    let host = part.value.split([',', ':', '/']).next().unwrap_or_default().to_ascii_lowercase();
    let of_host = TABLE.host.iter().find(|row| part.name == "host" && host.ends_with(&row.ending));
    let (word, label) = match of_host {
        Some(row) => (row.placeholder.as_str(), row.label.as_str()),
        None if label == "client" => ("client", "app registration"),
        None => (part.name.as_str(), label),
    };
    Named { name: format!("{label} {value}"), part: Some((word.to_owned(), value)) }
}

/// What keeps a secret, for a finding that no identity helps.
fn keeps_a_secret(finding: &Finding) -> bool {
    finding.remedies.iter().any(|remedy| remedy.still_secret)
}

/// A variable of a script or a placeholder names nothing.
fn is_name(text: &str) -> bool {
    !text.is_empty() && !text.contains(['$', '<', '{', '%', '[', '(', ' '])
}

impl Resource<'_> {
    fn rank(&self) -> (bool, Severity) {
        let worst = self.findings.iter().map(|finding| finding.severity).max().unwrap_or(Severity::Info);
        (self.secrets().next().is_some(), worst)
    }

    /// The credentials among its findings.
    pub(super) fn secrets(&self) -> impl Iterator<Item = &Finding> {
        self.findings.iter().copied().filter(|finding| finding.kind == Kind::Secret)
    }

    /// The code that needs them.
    pub(super) fn lints(&self) -> impl Iterator<Item = &Finding> {
        self.findings.iter().copied().filter(|finding| finding.kind == Kind::Lint)
    }

    /// The ways out that were chosen, each with its evidence, each once.
    pub(super) fn ways(&self) -> Vec<(&str, &str)> {
        let mut ways: Vec<(&str, &str)> = Vec::new();
        for remedy in self.findings.iter().flat_map(|finding| &finding.remedies) {
            if let Some(because) = &remedy.because
                && !ways.contains(&(remedy.title.as_str(), because.as_str()))
            {
                ways.push((&remedy.title, because));
            }
        }
        ways
    }

    /// Does an identity open it, so that a secret that is better kept is only the next best?
    fn has_identity_way(&self) -> bool {
        let is_way = |phase: Phase| matches!(phase, Phase::Prepare | Phase::Grant | Phase::Change);
        let leads = |finding: &&Finding| {
            let steps = finding.remedies.iter().filter(|remedy| !remedy.asks).flat_map(|remedy| &remedy.steps);
            !keeps_a_secret(finding) && steps.into_iter().any(|step| is_way(step.phase))
        };
        self.part.is_some() && self.findings.iter().copied().any(|finding| leads(&finding))
    }

    /// What no identity replaces, each way of keeping it once; or what is next best where one could.
    pub(super) fn still_secret(&self) -> Vec<String> {
        let remedies = self.findings.iter().flat_map(|finding| &finding.remedies);
        // Where it is the next best its steps are not told: the warning, their last, is.
        let warning = |one: &Remedy| one.steps.last().map(|step| step.text.clone()).unwrap_or_default();
        let told = |one: &Remedy| (one.title.clone(), warning(one));
        let mut kept: Vec<(String, String)> = remedies.filter(|one| one.still_secret).map(told).collect();
        kept.sort_unstable();
        kept.dedup();
        let has_way = self.has_identity_way();
        let tell = |(title, warning): &(String, String)| match has_way {
            true => format!("next best, only where no identity can be: {title}; {warning}"),
            false => format!("stays a secret, better kept: {title}"),
        };
        kept.iter().map(tell).collect()
    }

    /// What asks where its code runs.
    pub(super) fn questions(&self) -> impl Iterator<Item = &Remedy> {
        self.findings.iter().flat_map(|finding| &finding.remedies).filter(|remedy| remedy.asks)
    }

    /// The name of the resource alone.
    pub(super) fn value(&self) -> Option<&str> {
        self.part.as_ref().map(|(_, value)| value.as_str())
    }

    /// The steps of one phase, in order, each once, with the resource's own name where a finding did not know it, and
    /// the codes of the rules that ask for it. The question where code runs is put elsewhere, once.
    pub(super) fn steps(&self, phase: Phase) -> Vec<(Step, Vec<String>)> {
        let mut all: Vec<(Step, Vec<String>)> = Vec::new();
        let has_way = self.has_identity_way();
        let in_any_way = [Phase::Revoke, Phase::Clean, Phase::Watch].contains(&phase);
        for finding in self.findings.iter().filter(|finding| in_any_way || !has_way || !keeps_a_secret(finding)) {
            let is_told = |remedy: &&Remedy| !(remedy.asks || has_way && remedy.still_secret);
            let told = finding.remedies.iter().filter(is_told).flat_map(|remedy| &remedy.steps);
            for step in told.filter(|step| step.phase == phase) {
                let step = Step { command: step.command.as_ref().map(|text| self.filled(text)), ..step.clone() };
                let code = &finding.rule.code;
                match all.iter_mut().find(|(known, _)| is_same(known, &step)) {
                    Some((_, codes)) if codes.contains(code) => {}
                    Some((_, codes)) => codes.push(code.clone()),
                    None => all.push((step, vec![code.clone()])),
                }
            }
        }
        let kept = self.kept(all.iter().map(|(step, _)| step.clone()).collect(), phase);
        all.retain(|(step, _)| kept.contains(step));
        all
    }

    /// Without what others say better.
    fn kept(&self, mut steps: Vec<Step>, phase: Phase) -> Vec<Step> {
        // What leaves the resource open says nothing beside a step that names it.
        let is_open = |step: &Step| step.command.as_ref().is_some_and(|command| command.contains("<resource-id>"));
        if phase == Phase::Disable && steps.iter().any(|step| step.command.is_some() && !is_open(step)) {
            steps.retain(|step| !is_open(step));
        }
        let is_any = |step: &Step| step.command.as_ref().is_some_and(|command| command.contains("\"<role>\""));
        // One resource is opened by the role that has a name; of an application another resource may be meant.
        if self.part.is_some()
            && phase == Phase::Grant
            && steps.iter().any(|step| step.command.is_some() && !is_any(step))
        {
            steps.retain(|step| !is_any(step));
        }
        let all = steps.clone();
        steps.retain(|step| !all.iter().any(|other| says_more(other, step)));
        steps
    }

    /// A command with the name of the resource in it, if it is a plain word.
    pub(super) fn filled(&self, command: &str) -> String {
        let is_plain = |text: &str| text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"._-".contains(&byte));
        match &self.part {
            Some((name, value)) if is_plain(value) && !value.starts_with('-') => {
                command.replace(&format!("<{name}>"), value)
            }
            _ => command.to_owned(),
        }
    }
}

/// Does one step hold every line of another's command, and more?
fn says_more(step: &Step, other: &Step) -> bool {
    let (Some(long), Some(short)) = (&step.command, &other.command) else { return false };
    let lines: Vec<&str> = long.lines().collect();
    long.len() > short.len() && short.lines().all(|line| lines.contains(&line))
}

/// The same thing to do: the same command, or the same words where there is none.
fn is_same(known: &Step, step: &Step) -> bool {
    match (&known.command, &step.command) {
        (Some(known), Some(other)) => known == other,
        (None, None) => known.text == step.text,
        _ => false,
    }
}
