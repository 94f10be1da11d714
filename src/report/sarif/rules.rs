//! The rules that have results, as GitHub and Azure DevOps show them.
//!
//! `id` is the code: it is never reused, so alerts outlive a renamed slug. GitHub
//! shows `shortDescription` as the alert's title and the help below it; the slug is
//! in `name`, the help and the properties.

use std::collections::BTreeMap;

use super::limits;
use super::log::{Configuration, Descriptor, Help, Level, RuleProperties, Text};
use crate::model::{Confidence, Finding, Kind, RuleId, Severity};
use crate::report::{Page, Pages, told};

/// Rules in the order of their codes, each with its index.
pub(super) struct Rules<'a> {
    met: BTreeMap<&'a str, Met<'a>>,
}

/// What the findings of one rule say about it, for what its page does not.
struct Met<'a> {
    id: &'a RuleId,
    kind: Kind,
    title: &'a str,
    severity: Severity,
    confidence: Confidence,
}

impl<'a> Rules<'a> {
    /// The rules of these findings.
    pub(super) fn of(findings: impl Iterator<Item = &'a Finding>) -> Self {
        let mut met: BTreeMap<&'a str, Met<'a>> = BTreeMap::new();
        for finding in findings {
            let rule = met.entry(&finding.rule.code).or_insert(Met {
                id: &finding.rule,
                kind: finding.kind,
                title: &finding.title,
                severity: finding.severity,
                confidence: finding.confidence,
            });
            rule.severity = rule.severity.max(finding.severity);
            rule.confidence = rule.confidence.max(finding.confidence);
        }
        Self { met }
    }

    /// Code to index.
    pub(super) fn indices(&self) -> BTreeMap<&'a str, usize> {
        self.met.keys().enumerate().map(|(index, code)| (*code, index)).collect()
    }

    /// What stands in `tool.driver.rules`.
    pub(super) fn descriptors(&self, pages: &dyn Pages) -> Vec<Descriptor> {
        self.met.values().map(|met| met.descriptor(pages.page(&met.id.slug).unwrap_or_default())).collect()
    }
}

impl Met<'_> {
    fn descriptor(&self, page: Page) -> Descriptor {
        let severity = page.severity.unwrap_or(self.severity);
        let title = if page.title.is_empty() { self.title } else { &page.title };
        let full = match sentences(&[&page.what, &page.why]) {
            text if text.is_empty() => sentence(title),
            text => text,
        };
        Descriptor {
            id: self.id.code.clone(),
            name: told::clip(&pascal_case(&self.id.slug), limits::NAME),
            short_description: Text::new(told::clip(&sentence(title), limits::TEXT)),
            full_description: Text::new(told::clip(&full, limits::TEXT)),
            default_configuration: Configuration { level: severity.into() },
            help_uri: page.links.iter().find(|link| link.starts_with("https://")).cloned(),
            help: self.help(&full, &page),
            properties: RuleProperties {
                slug: self.id.slug.clone(),
                precision: precision(page.confidence.unwrap_or(self.confidence)),
                problem_severity: match Level::from(severity) {
                    Level::Error => "error",
                    Level::Warning => "warning",
                    Level::Note => "recommendation",
                },
                security_severity: security_severity(severity),
                tags: self.tags(&page.tags),
            },
        }
    }

    fn help(&self, full: &str, page: &Page) -> Help {
        let explain = format!("keyless explain {}", self.id.slug);
        let markdown = match page.markdown.is_empty() {
            true => format!("{full}\n\nMore: `{explain}`"),
            false => page.markdown.clone(),
        };
        Help { text: format!("{full} More: {explain}"), markdown }
    }

    /// `security` first: without it GitHub does not read `security-severity`. The CWE
    /// in CodeQL's spelling, which GitHub links: hard-coded credentials.
    fn tags(&self, more: &[String]) -> Vec<String> {
        let own: &[&str] = match self.kind {
            Kind::Secret => &["security", "secret", "external/cwe/cwe-798"],
            Kind::Lint => &["security", "lint"],
        };
        let mut tags: Vec<String> = own.iter().map(|tag| (*tag).to_owned()).collect();
        for tag in more {
            if !tags.contains(tag) && tags.len() < limits::TAGS {
                tags.push(tag.clone());
            }
        }
        tags
    }
}

/// GitHub: above 9.0 critical, 7.0 to 8.9 high, 4.0 to 6.9 medium, 0.1 to 3.9 low, 0.0 none.
fn security_severity(severity: Severity) -> &'static str {
    match severity {
        Severity::Critical => "9.5",
        Severity::High => "8.0",
        Severity::Medium => "5.5",
        Severity::Low => "2.0",
        Severity::Info => "0.0",
    }
}

fn precision(confidence: Confidence) -> &'static str {
    match confidence {
        Confidence::High => "very-high",
        Confidence::Medium => "high",
        Confidence::Low => "medium",
    }
}

/// `azure-storage-key` as `AzureStorageKey`, the form SARIF asks of a rule's name.
fn pascal_case(slug: &str) -> String {
    let words = slug.split(|c: char| !c.is_ascii_alphanumeric());
    words.flat_map(|word| word.chars().take(1).flat_map(char::to_uppercase).chain(word.chars().skip(1))).collect()
}

/// A text of a rule as a sentence: they begin small and end without a full stop.
pub(super) fn sentence(text: &str) -> String {
    let mut chars = text.trim().chars();
    let capital: String = chars.next().into_iter().flat_map(char::to_uppercase).collect();
    ended(&(capital + chars.as_str()))
}

/// With a full stop, unless it ends already; nothing stays nothing.
pub(super) fn ended(text: &str) -> String {
    let end = if text.is_empty() || text.ends_with(['.', '!', '?']) { "" } else { "." };
    format!("{text}{end}")
}

fn sentences(texts: &[&str]) -> String {
    let texts: Vec<String> = texts.iter().map(|text| sentence(text)).filter(|text| !text.is_empty()).collect();
    texts.join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_become_sentences_and_slugs_names() {
        for (text, whole) in
            [("it opens all", "It opens all."), ("Done.", "Done."), ("", ""), ("über alles", "Über alles.")]
        {
            assert_eq!(sentence(text), whole);
        }
        for (slug, name) in [("azure-storage-key", "AzureStorageKey"), ("x", "X"), ("a--b", "AB"), ("", "")] {
            assert_eq!(pascal_case(slug), name);
        }
    }

    #[test]
    fn security_severity_falls_into_the_band_github_gives_that_word() {
        for (severity, low, high) in [
            (Severity::Critical, 9.01, 10.0),
            (Severity::High, 7.0, 8.9),
            (Severity::Medium, 4.0, 6.9),
            (Severity::Low, 0.1, 3.9),
            (Severity::Info, 0.0, 0.0),
        ] {
            let score: f64 = security_severity(severity).parse().expect("a number");
            assert!((low..=high).contains(&score), "{severity:?}");
        }
    }
}
