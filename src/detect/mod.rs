//! From a document to what stands in it: prefilter, matchers, checks, overlap.
//!
//! One pass over a text says which rules may match and about where; each matcher
//! looks there only; checks prove or refute what it found; of several rules on the
//! same bytes one remains. Matches are ids and spans inside one worker; what leaves
//! is a [`Detected`] with places in the blob.

mod anchors;
mod asked;
mod cost;
mod fix;
mod found;
mod gate;
mod inherit;
mod judge;
mod lint;
mod matcher;
mod options;
mod overlap;
mod places;
mod prefilter;
mod remembered;
mod search;
mod seen;
mod settings;

use std::cell::RefCell;
use std::ops::Range;
use std::sync::OnceLock;

use crate::document::Document;
use crate::document::decode;
use crate::document::layer::LayerId;
use crate::model::{RepoPath, Stats};
use crate::rule::RuleSet;
use crate::syntax::Parsers;

pub use crate::rule::anchors::AnchorScope;
pub use anchors::AnchorHit;
use anchors::Anchors;
use asked::Asked;
pub use cost::{Cost, Costs, Part};
pub use fix::faults;
pub use found::{Detected, Detection, LintPlaces, Spot, Tried};
pub(crate) use found::{Match, Piece};
use found::{outdone, take_facts};
use matcher::assignment::{AssignmentMatchers, Scratch};
use matcher::code::CodeMatcher;
use matcher::config::ConfigMatchers;
use matcher::connection::ConnectionMatcher;
use matcher::path::PathMatchers;
pub use matcher::path::{ByPath, LastPath};
use matcher::regex::RegexMatcher;
use matcher::run::RunMatcher;
use matcher::url::UrlMatcher;
pub use options::{Options, Written};
pub use places::Places;
use remembered::Remembered;
pub use seen::Seen;

/// The matchers of a rule set, shared by all workers.
#[derive(Debug)]
pub struct Detector<'r> {
    rules: &'r RuleSet,
    anchors: Anchors,
    regex: Vec<RegexMatcher<'r>>,
    assignment: AssignmentMatchers<'r>,
    connection: Vec<ConnectionMatcher<'r>>,
    url: Vec<UrlMatcher<'r>>,
    run: Vec<RunMatcher>,
    path: PathMatchers,
    /// Those of lints are made for the first file that asks for one: a hook that looks at one file mostly does not.
    config: OnceLock<ConfigMatchers<'r>>,
    code: OnceLock<Vec<CodeMatcher<'r>>>,
    judges: judge::Judges,
    options: Options,
}

/// Buffers that a worker reuses from document to document.
#[derive(Debug, Default)]
pub struct Buffers {
    seen: Seen,
    /// The same of a layer.
    inner: Seen,
    asked: Asked,
    scratch: Scratch,
    parsers: Parsers,
    remembered: RefCell<Remembered>,
    /// What everything cost so far; `None` in an ordinary scan.
    pub costs: Option<Box<Costs>>,
    /// What was refused so far; `None` in an ordinary scan.
    pub tried: Option<Vec<Tried>>,
}

impl Buffers {
    /// Buffers that note what everything costs.
    pub fn measuring() -> Self {
        Self { costs: Some(Box::default()), ..Self::default() }
    }

    /// Buffers that note what is refused, and why.
    pub fn tracing() -> Self {
        Self { tried: Some(Vec::new()), ..Self::default() }
    }
}

impl<'r> Detector<'r> {
    /// Prepares the matchers; no pattern is compiled yet.
    pub fn new(rules: &'r RuleSet, options: Options) -> Self {
        let (mut regex, mut connection, mut url, mut run) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
        let (mut assignment, mut path) = (AssignmentMatchers::default(), PathMatchers::default());
        // All of them, whatever `options` say: anchors are numbered over all rules.
        for (index, rule) in rules.iter() {
            let matchers = &rule.spec().matchers;
            regex.extend(matchers.regex.iter().map(|spec| RegexMatcher::new(index, spec)));
            connection.extend(matchers.connection.iter().map(|spec| ConnectionMatcher::new(index, spec)));
            url.extend(matchers.url.iter().map(|spec| UrlMatcher::new(index, spec)));
            run.extend(matchers.run.iter().map(|spec| RunMatcher::new(index, spec)));
            matchers.assignment.iter().for_each(|spec| assignment.push(index, spec));
            matchers.path.iter().for_each(|spec| path.push(index, spec));
        }
        let (config, code) = (OnceLock::new(), OnceLock::new());
        let anchors = Anchors::of(rules);
        let judges = judge::Judges::new(rules);
        Self { rules, anchors, regex, assignment, connection, url, run, path, config, code, judges, options }
    }

    fn config(&self) -> &ConfigMatchers<'r> {
        self.config.get_or_init(|| {
            let mut config = ConfigMatchers::default();
            self.rules.iter().for_each(|(index, rule)| config.push(index, &rule.spec().matchers));
            config
        })
    }

    fn code(&self) -> &[CodeMatcher<'r>] {
        self.code.get_or_init(|| {
            let all = self.rules.iter().flat_map(|(index, rule)| {
                let specs = rule.spec().matchers.code.iter();
                specs.map(move |spec| CodeMatcher::new(index, spec))
            });
            all.collect()
        })
    }

    /// Rules whose files this is one of, by name and first bytes. For binary files too.
    pub fn by_path(&self, path: &RepoPath, bytes: &[u8], last: &mut LastPath) -> Vec<ByPath> {
        let mut found = self.path.find(path.as_bytes(), bytes, last);
        if !self.options.lints {
            found.retain(|one| !self.rules.get(one.rule).spec().is_lint());
        }
        found
    }

    /// Everything that stands in a document.
    pub fn detect(
        &self,
        doc: &mut Document<'_>,
        path: &RepoPath,
        buffers: &mut Buffers,
        stats: &mut Stats,
    ) -> Detection {
        let mut seen = std::mem::take(&mut buffers.seen);
        let scope = self.scope(doc);
        cost::part(&mut buffers.costs, Part::Filter, 0, || {
            self.see(doc.text(), scope, &mut seen);
            ((), seen.hits.len())
        });
        let detection = self.detect_seen(doc, path, &seen, buffers, stats);
        buffers.seen = seen;
        detection
    }

    /// Whose anchors are to be looked for in a document's text: lints read what they have a grammar for.
    pub fn scope(&self, doc: &Document<'_>) -> AnchorScope {
        let (code, config) = (matcher::code::may_hold(doc), matcher::config::may_hold(doc));
        match (self.options.lints, code, config) {
            (false, ..) | (true, false, false) => AnchorScope::Secrets,
            (true, true, false) => AnchorScope::Code,
            (true, false, true) => AnchorScope::Config,
            (true, true, true) => AnchorScope::All,
        }
    }

    /// The same where hits are taken over from a text to another of any kind.
    pub fn scope_of_all(&self) -> AnchorScope {
        if self.options.lints { AnchorScope::All } else { AnchorScope::Secrets }
    }

    /// Every anchor of the bytes that has one of its own bytes in the range, sorted. `hits` is emptied first.
    ///
    /// `bytes` is a document's text (layer 0), which is the blob itself unless it begins with a byte order mark
    /// or is UTF-16.
    pub fn hits(&self, bytes: &[u8], range: Range<usize>, scope: AnchorScope, hits: &mut Vec<AnchorHit>) {
        self.anchors.find(bytes, range, scope, hits);
    }

    /// As [`Detector::detect`], where it is known what stands out in the whole text.
    pub fn detect_seen(
        &self,
        doc: &mut Document<'_>,
        path: &RepoPath,
        seen: &Seen,
        buffers: &mut Buffers,
        stats: &mut Stats,
    ) -> Detection {
        let mut found = Vec::new();
        let mut detection = Detection::default();
        let mut inner = std::mem::take(&mut buffers.inner);
        let mut layers = vec![LayerId::TEXT];
        for depth in 0..=self.options.decode_depth {
            let mut next = Vec::new();
            for layer in layers {
                let seen = if layer == LayerId::TEXT {
                    seen
                } else {
                    cost::part(&mut buffers.costs, Part::Filter, 0, || {
                        self.see(doc.layer(layer), AnchorScope::Secrets, &mut inner);
                        ((), inner.hits.len())
                    });
                    &inner
                };
                self.search(doc, layer, seen, buffers, stats, &mut found);
                if layer == LayerId::TEXT {
                    detection.directives.clone_from(&buffers.asked.directive);
                    if self.options.lints {
                        self.lint(doc, buffers, stats, &mut found);
                    }
                }
                if depth < self.options.decode_depth {
                    let beside = &buffers.asked.secrets;
                    next.extend(cost::part(&mut buffers.costs, Part::Layers, beside.len(), || {
                        let layers = decode::layers(doc, layer, beside, &seen.runs);
                        let count = layers.len();
                        (layers, count)
                    }));
                }
            }
            stats.layers += next.len() as u64;
            layers = next;
            if layers.is_empty() {
                break;
            }
        }
        buffers.inner = inner;
        if !self.options.lints {
            found.retain(|found: &Match| !self.rules.get(found.rule).spec().is_lint());
        }
        detection.facts = take_facts(doc, &mut found);
        if !found.is_empty() {
            let (rules, judges, options) = (self.rules, &self.judges, &self.options);
            let judge = judge::Judge { rules, judges, doc, path, options, remembered: &buffers.remembered };
            let tried = &mut buffers.tried;
            detection.detected = cost::part(&mut buffers.costs, Part::Checks, found.len(), || {
                let judged: Vec<_> = found.into_iter().filter_map(|found| judge.judge(found, stats, tried)).collect();
                let all = tried.as_ref().map(|_| judged.clone());
                let settled = overlap::settle(judged, self.rules);
                if let (Some(tried), Some(all)) = (tried, all) {
                    tried.extend(outdone(all, &settled));
                }
                let count = settled.len();
                (settled, count)
            });
        }
        if self.options.fixes {
            fix::attach(self.rules, doc, &mut detection.detected, &mut buffers.parsers);
        }
        detection
    }
}
