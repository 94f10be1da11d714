//! The rules of a run: the built-in table, and those of users' directories.

use std::borrow::Cow;
use std::collections::HashMap;
use std::sync::{Arc, OnceLock};

use super::spec::*;
use crate::model::{Confidence, RuleId, Severity};

include!(concat!(env!("OUT_DIR"), "/rules.rs"));

/// The place of a rule in its [`RuleSet`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RuleIndex(pub u16);

/// A rule that can run, and the text it came from.
#[derive(Clone, Debug)]
pub struct Rule {
    spec: Cow<'static, RuleSpec>,
    source: Cow<'static, str>,
    /// What the text says, read when it is first asked for: a report asks for each finding.
    file: OnceLock<Arc<RuleFile>>,
}

impl Rule {
    /// From a checked file.
    pub fn new(spec: RuleSpec, source: String) -> Self {
        Self { spec: Cow::Owned(spec), source: Cow::Owned(source), file: OnceLock::new() }
    }

    /// What the engine needs.
    pub fn spec(&self) -> &RuleSpec {
        &self.spec
    }

    /// The TOML file, for pages and examples.
    pub fn source(&self) -> &str {
        &self.source
    }

    /// The same, read.
    pub fn file(&self) -> Arc<RuleFile> {
        let read = || Arc::new(super::spec::parse(self.source()).expect("the rule was made from this text"));
        Arc::clone(self.file.get_or_init(read))
    }

    /// Slug and code.
    pub fn id(&self) -> RuleId {
        RuleId { slug: self.spec.slug.to_string(), code: self.spec.code.to_string() }
    }
}

/// Rules, sorted by slug, each with its index.
#[derive(Clone, Debug)]
pub struct RuleSet {
    rules: Vec<Rule>,
    names: HashMap<String, RuleIndex>,
}

impl RuleSet {
    /// The rules that the program carries.
    pub fn builtin() -> Self {
        Self::from_rules(
            BUILTIN
                .iter()
                .map(|(spec, source)| Rule {
                    spec: Cow::Borrowed(spec),
                    source: Cow::Borrowed(source),
                    file: OnceLock::new(),
                })
                .collect(),
        )
    }

    /// From rules whose names do not clash.
    pub fn from_rules(mut rules: Vec<Rule>) -> Self {
        rules.sort_by(|a, b| a.spec.slug.cmp(&b.spec.slug));
        let mut names = HashMap::new();
        for (index, rule) in rules.iter().enumerate() {
            let index = RuleIndex(u16::try_from(index).expect("fewer than 65,536 rules"));
            let spec = rule.spec();
            for name in spec.formerly.iter().chain([&spec.slug, &spec.code]) {
                names.insert(name.to_ascii_lowercase(), index);
            }
        }
        Self { rules, names }
    }

    /// All rules, by slug.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = (RuleIndex, &Rule)> {
        self.rules
            .iter()
            .enumerate()
            .map(|(index, rule)| (RuleIndex(u16::try_from(index).expect("fewer than 65,536 rules")), rule))
    }

    /// The rule at an index of this set.
    pub fn get(&self, index: RuleIndex) -> &Rule {
        &self.rules[usize::from(index.0)]
    }

    /// By slug, code or a former name, in any letter case.
    pub fn find(&self, name: &str) -> Option<&Rule> {
        self.names.get(&name.to_ascii_lowercase()).map(|&index| self.get(index))
    }

    /// Every name that [`RuleSet::find`] understands, for suggestions.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.names.keys().map(String::as_str)
    }

    /// Are these the rules that the program carries, all of them and no other?
    pub fn is_builtin(&self) -> bool {
        self.rules.len() == BUILTIN.len() && self.rules.iter().all(|rule| matches!(rule.spec, Cow::Borrowed(_)))
    }

    /// Only the rules for which `keep` holds.
    #[must_use]
    pub fn filter(self, keep: impl Fn(&RuleSpec) -> bool) -> Self {
        if self.rules.iter().all(|rule| keep(rule.spec())) {
            return self;
        }
        Self::from_rules(self.rules.into_iter().filter(|rule| keep(rule.spec())).collect())
    }

    /// Number of rules.
    pub fn len(&self) -> usize {
        self.rules.len()
    }

    /// None at all?
    pub fn is_empty(&self) -> bool {
        self.rules.is_empty()
    }
}

impl From<Level> for Severity {
    fn from(level: Level) -> Self {
        match level {
            Level::Critical => Self::Critical,
            Level::High => Self::High,
            Level::Medium => Self::Medium,
            Level::Low => Self::Low,
            Level::Info => Self::Info,
        }
    }
}

impl From<Sureness> for Confidence {
    fn from(sureness: Sureness) -> Self {
        match sureness {
            Sureness::High => Self::High,
            Sureness::Medium => Self::Medium,
            Sureness::Low => Self::Low,
        }
    }
}
