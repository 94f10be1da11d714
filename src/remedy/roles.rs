//! Which of a rule's roles are meant: a client of Cosmos DB needs no role for search.
//!
//! A rule about any client with a key names the roles of all services. The code that the finding points at, or else
//! the code beside it, or the path, says which one it is.

use std::collections::{BTreeMap, BTreeSet};

use super::{Role, Tables};
use crate::model::{Finding, Report};
use crate::rule::spec::Text;

/// The roles that the findings of a report speak of, by directory: a report has thousands of findings in a few
/// directories.
#[derive(Debug, Default)]
pub(super) struct Near {
    meant: BTreeMap<String, BTreeSet<&'static str>>,
}

/// Roles of a rule that are meant for one finding.
#[derive(Debug)]
pub(super) struct Narrowed {
    /// In the order of the rule.
    pub(super) roles: Vec<&'static Role>,
    /// Does anything tell that these are meant, or are they just all?
    pub(super) is_told: bool,
}

impl Near {
    pub(super) fn of(report: &Report) -> Self {
        let mut near = Self::default();
        for finding in &report.findings {
            let here = directory(&finding.location.path.text()).to_owned();
            let said = said(finding);
            let meant = Tables::builtin().roles().filter(|role| is_meant(role, &said)).map(|role| role.id.as_str());
            near.meant.entry(here).or_default().extend(meant);
        }
        near
    }

    /// The roles with these ids that are meant; all if nothing tells.
    pub(super) fn narrowed(&self, finding: &Finding, ids: &[Text]) -> Narrowed {
        let tables = Tables::builtin();
        let all: Vec<&Role> = ids.iter().filter_map(|id| tables.role(id)).collect();
        let own = said(finding);
        let path = finding.location.path.text();
        let of = |text: &str| -> Vec<&str> {
            all.iter().filter(|role| is_meant(role, text)).map(|role| role.id.as_str()).collect()
        };
        let mut meant = of(&own);
        if meant.is_empty() {
            let beside = self.beside(directory(&path));
            meant = all.iter().map(|role| role.id.as_str()).filter(|id| beside.contains(id)).collect();
        }
        if meant.is_empty() {
            // The last thing that tells: what its author called the directory.
            meant = of(&path.to_ascii_lowercase());
        }
        let stays = |role: &&Role| {
            role.words.is_empty() || meant.contains(&role.id.as_str()) || meant.is_empty() && !role.said_only
        };
        Narrowed { roles: all.into_iter().filter(stays).collect(), is_told: !meant.is_empty() }
    }

    /// What is meant in a directory, in those below it and in those above it.
    fn beside(&self, here: &str) -> BTreeSet<&'static str> {
        let is_below = |one: &str, other: &str| {
            !other.is_empty() && one.strip_prefix(other).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
        };
        let near = self.meant.iter().filter(|(other, _)| is_below(here, other) || is_below(other, here));
        near.flat_map(|(_, meant)| meant).copied().collect()
    }
}

/// Does a text have a word of the role?
fn is_meant(role: &Role, text: &str) -> bool {
    role.words.iter().any(|word| text.contains(word.as_str()))
}

/// Options of commands that hold the word of a service.
const SHOWN: [&str; 3] = ["-o table", "--output table", "--output=table"];

/// The line that a finding points at, in small letters; secrets in it are covered.
pub(super) fn said(finding: &Finding) -> String {
    let excerpt = &finding.excerpt;
    let (start, _) = excerpt.mark;
    let before = excerpt.text.get(..start).unwrap_or_default().rfind('\n').map_or(0, |at| at + 1);
    let rest = excerpt.text.get(before..).unwrap_or_default();
    let line = rest.lines().next().unwrap_or_default().to_ascii_lowercase();
    // How an answer is shown says nothing of what is opened.
    SHOWN.iter().fold(line, |line, option| line.replace(option, ""))
}

fn directory(path: &str) -> &str {
    path.rfind('/').map_or("", |end| &path[..end])
}
