//! Pages of rules, as outputs want them.

use super::{Page, Pages};
use crate::rule::{RuleSet, page};

impl Pages for RuleSet {
    fn page(&self, slug: &str) -> Option<Page> {
        let rule = self.find(slug)?;
        let (spec, file) = (rule.spec(), rule.file());
        Some(Page {
            code: spec.code.to_string(),
            title: spec.title.to_string(),
            what: spec.what.to_string(),
            why: spec.why.to_string(),
            markdown: page::markdown(rule),
            tags: spec.tags.iter().map(ToString::to_string).collect(),
            links: file.docs.links.iter().map(ToString::to_string).collect(),
            severity: Some(spec.severity.into()),
            confidence: Some(spec.confidence.into()),
        })
    }
}

/// The rules of several jobs: the first that knows a slug answers.
impl Pages for &[RuleSet] {
    fn page(&self, slug: &str) -> Option<Page> {
        self.iter().find_map(|rules| rules.page(slug))
    }
}
