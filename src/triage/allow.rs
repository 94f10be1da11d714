//! Findings that the configuration accepts. Marked, never dropped.

use regex::bytes::Regex;

use crate::model::{Day, Finding, RepoPath, Status, SuppressedBy};

/// One accepted kind of finding; everything that is given must hold.
pub struct Entry {
    /// Slugs or codes; empty: any rule.
    pub rules: Vec<String>,
    /// Does a path belong to it?
    pub paths: Box<dyn Fn(&RepoPath) -> bool>,
    /// The secret holds it somewhere.
    pub regex: Option<Regex>,
    /// This very secret, 32 hex digits.
    pub secret_id: Option<String>,
    /// Why.
    pub reason: String,
    /// The last day on which it holds.
    pub until: Option<Day>,
}

impl Entry {
    #[allow(clippy::disallowed_methods, reason = "a pattern is held against the secret, and nothing of it leaves")]
    fn accepts(&self, finding: &Finding, today: Day) -> bool {
        let rule = &finding.rule;
        let named = |name: &String| name.eq_ignore_ascii_case(&rule.slug) || name.eq_ignore_ascii_case(&rule.code);
        let value = finding.secret.as_ref().map(|secret| secret.expose());
        let places = std::iter::once(&finding.location).chain(&finding.also_at);
        (self.rules.is_empty() || self.rules.iter().any(named))
            && self.until.is_none_or(|until| today <= until)
            && self.regex.as_ref().is_none_or(|regex| value.is_some_and(|value| regex.is_match(value)))
            && self.secret_id.as_ref().is_none_or(|id| finding.secret_id.is_some_and(|own| own.to_string() == *id))
            // A copy outside the accepted paths is not accepted.
            && places.map(|place| &place.path).all(|path| (self.paths)(path))
    }
}

/// Marks what is accepted.
pub fn apply(entries: &[Entry], findings: &mut [Finding], today: Day) {
    for finding in findings.iter_mut().filter(|finding| finding.is_open()) {
        if let Some(entry) = entries.iter().find(|entry| entry.accepts(finding, today)) {
            finding.status =
                Status::Suppressed { by: SuppressedBy::Allow, reason: Some(entry.reason.clone()), until: entry.until };
        }
    }
}
