//! Which of a rule's roles are meant: a client of Cosmos DB needs no role for search.
//!
//! A rule about any client with a key names the roles of all services. The code that the finding points at, or else
//! the code beside it, or the path, says which one it is.

use super::{Role, Tables};
use crate::model::{Finding, Report};
use crate::rule::spec::Text;

/// What the findings of a report point at, by directory.
#[derive(Debug, Default)]
pub(super) struct Near {
    code: Vec<(String, String)>,
}

impl Near {
    pub(super) fn of(report: &Report) -> Self {
        let one = |finding: &Finding| (directory(&finding.location.path.text()).to_owned(), said(finding));
        Self { code: report.findings.iter().map(one).collect() }
    }

    /// The roles with these ids that are meant; all if nothing tells.
    pub(super) fn narrowed(&self, finding: &Finding, ids: &[Text]) -> Vec<&'static Role> {
        let tables = Tables::builtin();
        let all: Vec<&Role> = ids.iter().filter_map(|id| tables.role(id)).collect();
        let own = said(finding);
        let path = finding.location.path.text();
        let here = directory(&path);
        let is_near = |other: &str| {
            let below =
                |one: &str, other: &str| !other.is_empty() && (one == other || one.starts_with(&format!("{other}/")));
            below(here, other) || below(other, here)
        };
        let beside = || self.code.iter().filter(|(directory, _)| is_near(directory)).map(|(_, text)| text.as_str());
        let means = |role: &Role, text: &str| role.words.iter().any(|word| text.contains(word.as_str()));
        let by_own: Vec<&str> = all.iter().filter(|role| means(role, &own)).map(|role| role.id.as_str()).collect();
        let by_others =
            || all.iter().filter(|role| beside().any(|text| means(role, text))).map(|role| role.id.as_str());
        let mut meant = if by_own.is_empty() { by_others().collect() } else { by_own };
        if meant.is_empty() {
            // The last thing that tells: what its author called the directory.
            let place = path.to_ascii_lowercase();
            meant = all.iter().filter(|role| means(role, &place)).map(|role| role.id.as_str()).collect();
        }
        let stays = |role: &&Role| {
            role.words.is_empty() || meant.contains(&role.id.as_str()) || meant.is_empty() && !role.said_only
        };
        all.into_iter().filter(stays).collect()
    }
}

/// The line that a finding points at, in small letters; secrets in it are covered.
fn said(finding: &Finding) -> String {
    let excerpt = &finding.excerpt;
    let (start, _) = excerpt.mark;
    let before = excerpt.text.get(..start).unwrap_or_default().rfind('\n').map_or(0, |at| at + 1);
    let rest = excerpt.text.get(before..).unwrap_or_default();
    rest.lines().next().unwrap_or_default().to_ascii_lowercase()
}

fn directory(path: &str) -> &str {
    path.rfind('/').map_or("", |end| &path[..end])
}
