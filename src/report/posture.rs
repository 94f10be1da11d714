//! How far a project is from needing no secret: what still takes keys, what still holds secrets, what still
//! signs in with one.
//!
//! A view on the open findings: rules say by a tag what they stand for. The count is the one to bring to zero.

use std::collections::BTreeMap;

use serde::Serialize;

use super::Pages;
use crate::model::{Finding, Report};

/// Tags of rules, each with what its findings are called.
const TAGS: [&str; 3] = ["accepts-keys", "holds-secret", "pipeline-secret"];

/// Three lists of places, and their sum.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(super) struct Posture {
    /// Resources that accept keys or passwords beside Entra.
    pub(super) accepts_keys: Vec<Place>,
    /// Applications and identities that hold a secret.
    pub(super) holds_secret: Vec<Place>,
    /// Pipelines that sign in with a secret.
    pub(super) pipeline_secret: Vec<Place>,
    /// All of them: the number to bring to zero.
    pub(super) to_zero: usize,
}

/// Where one of them stands.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(super) struct Place {
    /// `KL302`
    pub(super) code: String,
    /// The rule's title.
    pub(super) title: String,
    /// The file.
    pub(super) path: String,
    /// From 1.
    pub(super) line: u32,
}

impl Posture {
    /// Of the open findings of a report.
    pub(super) fn of(report: &Report, pages: &dyn Pages) -> Self {
        let mut known: BTreeMap<&str, Option<usize>> = BTreeMap::new();
        let mut lists: [Vec<Place>; 3] = Default::default();
        for finding in report.open() {
            let slug = finding.rule.slug.as_str();
            let list = known.entry(slug).or_insert_with(|| list_of(slug, pages));
            if let Some(list) = list {
                lists[*list].push(place(finding));
            }
        }
        let to_zero = lists.iter().map(Vec::len).sum();
        let [accepts_keys, holds_secret, pipeline_secret] = lists;
        Self { accepts_keys, holds_secret, pipeline_secret, to_zero }
    }

    /// The lists with their headings, for people.
    pub(super) fn lists(&self) -> [(&'static str, &[Place]); 3] {
        [
            ("resources that still accept keys", &self.accepts_keys),
            ("identities that still hold a secret", &self.holds_secret),
            ("pipelines that still sign in with one", &self.pipeline_secret),
        ]
    }
}

fn list_of(slug: &str, pages: &dyn Pages) -> Option<usize> {
    let page = pages.page(slug)?;
    TAGS.iter().position(|tag| page.tags.iter().any(|own| own == tag))
}

fn place(finding: &Finding) -> Place {
    Place {
        code: finding.rule.code.clone(),
        title: finding.title.clone(),
        path: finding.location.path.shown().into_owned(),
        line: finding.location.start.line,
    }
}
