//! Findings by what they open: one storage account with its key, its signatures and
//! the code that asks for them is one piece of work for a team, not five.

use std::collections::BTreeMap;

use crate::model::{Finding, Kind, Phase, Severity, Step};

/// Parts that name what a credential opens, the most telling first.
const NAMES: [&str; 13] = [
    "account",
    "namespace",
    "registry",
    "server",
    "host",
    "vault",
    "hub",
    "site",
    "client",
    "organization",
    "workspace",
    "factory",
    "endpoint",
];

/// Something that credentials open.
#[derive(Debug)]
pub(super) struct Resource<'a> {
    /// `account contoso`, or the rule's title where no part names it.
    pub(super) name: String,
    /// Secrets first, the gravest first; never empty.
    pub(super) findings: Vec<&'a Finding>,
}

/// All resources of the open findings, the gravest first.
pub(super) fn resources<'a>(findings: impl Iterator<Item = &'a Finding>) -> Vec<Resource<'a>> {
    let mut by_name: BTreeMap<String, Vec<&'a Finding>> = BTreeMap::new();
    let mut groups = BTreeMap::new();
    let mut all: Vec<&Finding> = findings.collect();
    // A lint goes where the secret of its group goes, so secrets come first.
    all.sort_by_key(|finding| (finding.kind, std::cmp::Reverse(finding.severity)));
    for finding in all {
        let name = groups.entry(finding.group.0).or_insert_with(|| name(finding)).clone();
        by_name.entry(name).or_default().push(finding);
    }
    let mut found: Vec<Resource<'a>> =
        by_name.into_iter().map(|(name, findings)| Resource { name, findings }).collect();
    found.sort_by(|a, b| (b.rank(), &a.name).cmp(&(a.rank(), &b.name)));
    found
}

fn name(finding: &Finding) -> String {
    let part = NAMES.iter().find_map(|name| finding.parts.iter().find(|part| part.name == *name));
    match part {
        Some(part) => format!("{} {}", part.name, part.value),
        None => finding.title.clone(),
    }
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

    /// The steps of one phase, in order, each once.
    pub(super) fn steps(&self, phase: Phase) -> Vec<&Step> {
        let mut steps: Vec<&Step> = Vec::new();
        let all = self.findings.iter().flat_map(|finding| &finding.remedies).flat_map(|remedy| &remedy.steps);
        for step in all.filter(|step| step.phase == phase) {
            if !steps.iter().any(|known| known.text == step.text && known.command == step.command) {
                steps.push(step);
            }
        }
        steps
    }
}
