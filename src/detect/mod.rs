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
mod seen;
mod settings;

use std::cell::RefCell;
use std::ops::Range;
use std::sync::OnceLock;
use std::time::Instant;

use crate::document::Document;
use crate::document::context::Context;
use crate::document::decode::{self, runs};
use crate::document::layer::LayerId;
use crate::model::{RepoPath, Stats};
use crate::rule::RuleSet;
use crate::syntax::Parsers;

pub use crate::rule::anchors::AnchorScope;
pub use anchors::AnchorHit;
use anchors::{Anchors, Hit};
use asked::Asked;
pub use cost::{Cost, Costs, Part};
pub use fix::faults;
pub use found::{Detected, Detection, LintPlaces, Spot, Tried};
pub(crate) use found::{Match, Piece};
use found::{outdone, take_facts};
use matcher::assignment::{AssignmentMatchers, Scratch};
use matcher::code::{CodeMatcher, Wanting};
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

    /// Runs every matcher whose anchors stand in a layer.
    fn search(
        &self,
        doc: &mut Document<'_>,
        layer: LayerId,
        seen: &Seen,
        buffers: &mut Buffers,
        stats: &mut Stats,
        out: &mut Vec<Match>,
    ) {
        stats.anchors_seen += seen.hits.len() as u64;
        let Buffers { asked, scratch, costs, .. } = buffers;
        asked.fill(&self.anchors, &seen.hits);
        if self.options.without_prefilter {
            self.every_regex(doc.layer(layer).len(), &mut asked.regex);
        } else {
            self.look_beside(doc.layer(layer), &mut asked.regex, costs);
        }
        asked.regex.sort_unstable();
        for group in asked.regex.chunk_by(|a, b| a.0 == b.0) {
            self.search_pattern(doc, layer, group, costs, out);
        }
        // Lock files pair names of packages with hashes. What has a shape of its own is found there all the same.
        if !asked.assignment.is_empty() && self.is_lock_file(doc) {
            asked.assignment.clear();
        }
        let before = out.len();
        cost::part(costs, Part::Assignments, asked.assignment.len(), || {
            self.assignment.run(doc, layer, &asked.assignment, scratch, stats, out);
            ((), out.len() - before)
        });
        let before = out.len();
        cost::part(costs, Part::Connections, asked.connection.len(), || {
            matcher::connection::run(&self.connection, doc.layer(layer), layer, &asked.connection, out);
            ((), out.len() - before)
        });
        let before = out.len();
        cost::part(costs, Part::Urls, asked.url.len(), || {
            matcher::url::run(&self.url, doc, layer, &asked.url, out);
            ((), out.len() - before)
        });
        let before = out.len();
        cost::part(costs, Part::Runs, seen.runs.len(), || {
            self.search_runs(doc.layer(layer), layer, &seen.runs, out);
            ((), out.len() - before)
        });
    }

    fn search_runs(&self, text: &[u8], layer: LayerId, starts: &[u32], out: &mut Vec<Match>) {
        for matcher in &self.run {
            if self.options.without_prefilter {
                matcher.run(text, 0..text.len(), layer, out);
            } else {
                starts.iter().for_each(|&start| matcher.run(text, runs::at(text, start), layer, out));
            }
        }
    }

    fn is_lock_file(&self, doc: &Document<'_>) -> bool {
        let written = self.options.written.as_ref();
        doc.context().has(Context::LOCK) && written.is_none_or(|written| written.by_a_tool(doc.path(), true))
    }

    /// Runs the lints whose anchors stand in the text.
    fn lint(&self, doc: &Document<'_>, buffers: &mut Buffers, stats: &mut Stats, out: &mut Vec<Match>) {
        let before = out.len();
        let numbers = (!self.options.without_prefilter).then_some(&buffers.asked.config);
        cost::part(&mut buffers.costs, Part::Config, numbers.map_or(0, Vec::len), || {
            if numbers.is_none_or(|numbers| !numbers.is_empty()) {
                self.config().run(doc, numbers, out);
            }
            ((), out.len() - before)
        });
        let before = out.len();
        let (begun, hits) = (buffers.costs.is_some().then(Instant::now), buffers.asked.code.len() as u64);
        self.lint_code(doc, buffers, stats, out);
        if let (Some(costs), Some(begun)) = (&mut buffers.costs, begun) {
            let matches = (out.len() - before) as u64;
            costs.add_part(Part::Code, Cost { hits, searched: hits, matches, time: begun.elapsed() });
        }
    }

    fn lint_code(&self, doc: &Document<'_>, buffers: &mut Buffers, stats: &mut Stats, out: &mut Vec<Match>) {
        let everywhere = self.options.without_prefilter;
        if everywhere {
            buffers.asked.code = (0..u16::try_from(self.code().len()).unwrap_or(u16::MAX)).collect();
        }
        if !buffers.asked.code.is_empty() {
            let wanted = Wanting { numbers: &buffers.asked.code, everywhere };
            matcher::code::run(self.code(), wanted, doc, &mut buffers.parsers, stats, &mut buffers.costs, out);
        }
    }

    /// Keeps the hits about which their pattern may match.
    fn look_beside(&self, text: &[u8], hits: &mut Vec<(u16, Hit)>, costs: &mut Option<Box<Costs>>) {
        if let Some(costs) = costs {
            for (number, _) in &*hits {
                costs.add_rule(self.regex[usize::from(*number)].rule, Cost { hits: 1, ..Cost::default() });
            }
        }
        cost::part(costs, Part::Beside, hits.len(), || {
            hits.retain(|(number, hit)| self.regex[usize::from(*number)].allows(text, *hit));
            ((), hits.len())
        });
    }

    /// Runs one pattern about its hits.
    fn search_pattern(
        &self,
        doc: &Document<'_>,
        layer: LayerId,
        group: &[(u16, Hit)],
        costs: &mut Option<Box<Costs>>,
        out: &mut Vec<Match>,
    ) {
        let matcher = &self.regex[usize::from(group[0].0)];
        if !matcher.files.include(doc.path()) {
            return;
        }
        // A lint is about text as it stands, not about what it decodes to; history has none.
        let speaks = self.options.lints && layer == LayerId::TEXT;
        if self.rules.get(matcher.rule).spec().is_lint() && !speaks {
            return;
        }
        let (before, begun) = (out.len(), costs.is_some().then(Instant::now));
        matcher.run(doc.layer(layer), layer, group.iter().map(|(_, hit)| *hit), out);
        if out.len() > before && !matcher.document_allows(doc.text()) {
            out.truncate(before);
        }
        if let (Some(costs), Some(begun)) = (costs, begun) {
            let (searched, matches) = (group.len() as u64, (out.len() - before) as u64);
            costs.add_rule(matcher.rule, Cost { hits: 0, searched, matches, time: begun.elapsed() });
        }
    }

    /// Hits of every pattern so dense that their windows touch: the whole text is searched.
    fn every_regex(&self, length: usize, hits: &mut Vec<(u16, Hit)>) {
        hits.clear();
        for number in 0..u16::try_from(self.regex.len()).unwrap_or(u16::MAX) {
            let all = (0..=u32::try_from(length).unwrap_or(u32::MAX)).step_by(crate::rule::verify::SHORTEST_ANCHOR);
            hits.extend(all.map(|at| (number, Hit { start: at, end: at })));
        }
    }
}
