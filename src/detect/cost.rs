//! What each rule and each part of detection costs, for `keyless rules bench`.
//!
//! Nothing is measured in an ordinary scan: a worker's buffers hold no costs then, and
//! what is asked is one pointer for each rule with hits.

use std::time::{Duration, Instant};

use crate::rule::RuleIndex;

/// What a rule, or a part, cost.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Cost {
    /// Anchors seen.
    pub hits: u64,
    /// Hits about which it was searched: the bytes beside the anchor fit.
    pub searched: u64,
    /// Matches before checks.
    pub matches: u64,
    /// Time of the searches.
    pub time: Duration,
}

impl Cost {
    fn add(&mut self, other: Self) {
        self.hits += other.hits;
        self.searched += other.searched;
        self.matches += other.matches;
        self.time += other.time;
    }
}

/// A part of detection that rules share.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Part {
    /// The pass over all bytes.
    Filter,
    /// The test of the bytes beside each anchor of a pattern.
    Beside,
    /// Keys with values, of all rules.
    Assignments,
    /// Connection strings, of all rules.
    Connections,
    /// Addresses, of all rules.
    Urls,
    /// Runs of characters that a check proves.
    Runs,
    /// Decoding of layers.
    Layers,
    /// Checks of what was matched.
    Checks,
    /// Reading configuration as a tree, and its lints.
    Config,
    /// Parsing source code, and its lints.
    Code,
}

impl Part {
    /// All of them, in the order of the work.
    pub const ALL: [Self; 10] = [
        Self::Filter,
        Self::Beside,
        Self::Assignments,
        Self::Connections,
        Self::Urls,
        Self::Runs,
        Self::Layers,
        Self::Checks,
        Self::Config,
        Self::Code,
    ];

    /// As it is printed.
    pub fn name(self) -> &'static str {
        match self {
            Self::Filter => "(all anchors)",
            Self::Beside => "(bytes beside anchors)",
            Self::Assignments => "(keys with values)",
            Self::Connections => "(connection strings)",
            Self::Urls => "(addresses)",
            Self::Runs => "(runs of characters)",
            Self::Layers => "(decoding)",
            Self::Checks => "(checks)",
            Self::Config => "(configuration)",
            Self::Code => "(source code)",
        }
    }
}

/// All costs of a worker.
#[derive(Clone, Debug, Default)]
pub struct Costs {
    rules: Vec<Cost>,
    parts: [Cost; Part::ALL.len()],
}

impl Costs {
    /// Of a rule.
    pub fn rule(&self, rule: RuleIndex) -> Cost {
        self.rules.get(usize::from(rule.0)).copied().unwrap_or_default()
    }

    /// Of a part.
    pub fn part(&self, part: Part) -> Cost {
        self.parts[part as usize]
    }

    /// Adds another worker's.
    pub fn merge(&mut self, other: &Self) {
        for (index, cost) in (0..).zip(&other.rules) {
            self.add_rule(RuleIndex(index), *cost);
        }
        for part in Part::ALL {
            self.add_part(part, other.part(part));
        }
    }

    pub(super) fn add_rule(&mut self, rule: RuleIndex, cost: Cost) {
        let index = usize::from(rule.0);
        if self.rules.len() <= index {
            self.rules.resize(index + 1, Cost::default());
        }
        self.rules[index].add(cost);
    }

    pub(super) fn add_part(&mut self, part: Part, cost: Cost) {
        self.parts[part as usize].add(cost);
    }
}

/// Runs a part and notes its time, its hits and what it brought, if anybody asks.
pub(super) fn part<T>(costs: &mut Option<Box<Costs>>, part: Part, hits: usize, run: impl FnOnce() -> (T, usize)) -> T {
    let Some(costs) = costs else { return run().0 };
    let begun = Instant::now();
    let (result, matches) = run();
    let (hits, matches) = (hits as u64, matches as u64);
    costs.add_part(part, Cost { hits, searched: hits, matches, time: begun.elapsed() });
    result
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::detect::{Buffers, Detector, Options};
    use crate::document::Document;
    use crate::model::{RepoPath, Stats};
    use crate::rule::RuleSet;

    #[test]
    fn a_rule_pays_for_its_hits_and_a_word_that_goes_on_otherwise_is_not_searched() {
        let rules = RuleSet::builtin();
        let detector = Detector::new(&rules, Options::default());
        let path = RepoPath::new(*b"a.txt");
        let mut document = Document::open(b"ghp_ is a prefix, ghp_ too", &path).text().unwrap();
        let mut buffers = Buffers::measuring();
        detector.detect(&mut document, &path, &mut buffers, &mut Stats::default());
        let costs = buffers.costs.unwrap();
        let (index, _) = rules.iter().find(|(_, rule)| rule.spec().slug == "github-pat-classic").unwrap();
        assert_eq!((costs.rule(index).hits, costs.rule(index).searched), (2, 0));
        assert!(costs.part(Part::Filter).matches >= 2);
    }
}
