//! From a document to what stands in it: prefilter, matchers, checks, overlap.
//!
//! One pass over a text says which rules may match and about where; each matcher
//! looks there only; checks prove or refute what it found; of several rules on the
//! same bytes one remains. Matches are ids and spans inside one worker; what leaves
//! is a [`Detected`] with places in the blob.

mod anchors;
mod cost;
mod fix;
mod gate;
mod inherit;
mod judge;
mod lint;
mod matcher;
mod overlap;
mod prefilter;
mod seen;
mod settings;

use std::borrow::Cow;
use std::fmt;
use std::ops::Range;
use std::sync::Arc;
use std::time::Instant;

use crate::document::Document;
use crate::document::context::Context;
use crate::document::decode::{self, runs};
use crate::document::layer::{LayerId, LayerSpan};
use crate::document::tree::NodeId;
use crate::model::{Confidence, Day, Fix, Reason, RepoPath, Secret, Severity, Span, Stats};
use crate::rule::spec::{Level, Sureness, Text};
use crate::rule::{RuleIndex, RuleSet};
use crate::syntax::value::ValueClass;
use crate::syntax::{self, Parsers};

pub use crate::rule::anchors::AnchorScope;
use crate::rule::anchors::User;
pub use anchors::AnchorHit;
use anchors::{Anchors, Hit};
pub use cost::{Cost, Costs, Part};
pub use fix::faults;
use matcher::assignment::{AssignmentMatchers, Scratch};
use matcher::code::{CodeMatcher, Wanting};
use matcher::config::ConfigMatchers;
use matcher::connection::ConnectionMatcher;
pub use matcher::path::ByPath;
use matcher::path::PathMatchers;
use matcher::regex::RegexMatcher;
use matcher::run::RunMatcher;
use matcher::url::UrlMatcher;
pub use seen::Seen;

/// A named piece of a match.
#[derive(Clone, Debug)]
pub(crate) struct Piece {
    pub(crate) name: Text,
    pub(crate) span: LayerSpan,
}

/// What a matcher found. No bytes, no verdict.
#[derive(Clone, Debug)]
pub(crate) struct Match {
    pub(crate) rule: RuleIndex,
    /// The layer of `whole` and `parts`.
    pub(crate) layer: LayerId,
    /// What the reader should see.
    pub(crate) whole: LayerSpan,
    /// What must be rotated.
    pub(crate) secret: Option<LayerSpan>,
    /// The layer of `secret`: another one if it was decoded on its own.
    pub(crate) secret_layer: LayerId,
    pub(crate) parts: Vec<Piece>,
    /// The key it was assigned to.
    pub(crate) key: Option<(LayerId, LayerSpan)>,
    /// Did it stand in quotes, or in a form that holds text only?
    pub(crate) quoted: bool,
    /// Did the matcher spell the value out? Then its shape is no surprise.
    pub(crate) shaped: bool,
    /// The matcher's confidence, if not the rule's.
    pub(crate) confidence: Option<Sureness>,
    /// The matcher's severity, if not the rule's.
    pub(crate) severity: Option<Level>,
    /// Of a lint: the code that makes its identity. None: `whole`.
    pub(crate) code: Option<LayerSpan>,
    /// Of a lint: a literal in the code that must not be shown.
    pub(crate) literal: Option<LayerSpan>,
    /// Of a lint: where the value comes from that it is about.
    pub(crate) value: Option<ValueClass>,
    /// Of a lint: where it stands in the tree that it was found in.
    pub(crate) spot: Option<Spot>,
    /// Is it nothing unless a check proves it?
    pub(crate) must_prove: bool,
    /// What the project is noted to have, instead of a finding.
    pub(crate) fact: Option<Text>,
}

impl Match {
    fn new(rule: RuleIndex, layer: LayerId, whole: LayerSpan) -> Self {
        Self {
            rule,
            layer,
            whole,
            secret: None,
            secret_layer: layer,
            parts: Vec::new(),
            key: None,
            quoted: false,
            shaped: false,
            confidence: None,
            severity: None,
            code: None,
            literal: None,
            value: None,
            spot: None,
            must_prove: false,
            fact: None,
        }
    }
}

/// A match that passed its checks, with places in the blob.
#[derive(Clone, Debug)]
pub struct Detected {
    /// The rule that names it.
    pub rule: RuleIndex,
    /// What the reader should see.
    pub whole: Span,
    /// Where the secret stands; none for a finding on a whole file.
    pub span: Option<Span>,
    /// The place of the secret, or of the whole, in the document's text layer.
    pub in_text: LayerSpan,
    /// Where in a packed text the secret stands: there all have the same `span`.
    pub packed: Option<(LayerId, LayerSpan)>,
    /// The decoded value.
    pub secret: Option<Secret>,
    /// Was it read as the program reads it, entities undone and pieces joined? The raw text holds it as well.
    pub whole_text: bool,
    /// Named pieces: text, and the place if it stands in the blob.
    pub parts: Vec<(String, String, Option<Span>)>,
    /// After checks and context.
    pub severity: Severity,
    /// After checks and context.
    pub confidence: Confidence,
    /// Did a check prove it?
    pub proved: bool,
    /// Gates passed and steps taken.
    pub because: Vec<Reason>,
    /// Of a lint; a secret has none.
    pub lint: Option<LintPlaces>,
    /// Changes that mend it.
    pub fixes: Vec<Fix>,
}

/// A match that was not believed, for whoever asks why.
#[derive(Clone, Debug)]
pub struct Tried {
    /// The rule that matched.
    pub rule: RuleIndex,
    /// Where, in the document's text layer.
    pub in_text: LayerSpan,
    /// The gate that ended it.
    pub gate: &'static str,
    /// What it said.
    pub detail: Cow<'static, str>,
    /// Gates passed and steps taken before.
    pub because: Vec<Reason>,
}

/// Where the code stands that a lint is about, in the document's text layer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LintPlaces {
    /// What its identity is made of.
    pub code: LayerSpan,
    /// A literal that is covered when the code is shown; a secret found there shares the lint's group.
    pub literal: Option<LayerSpan>,
    /// Where it stands in its tree; none for a command line of a configuration file.
    pub spot: Option<Spot>,
}

/// Where a lint's match stands in the tree that it was found in: read again, the tree is the same.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Spot {
    /// A node of a configuration file.
    Node(NodeId),
    /// A node of the piece of source that begins at a byte, and the argument that the lint is about.
    Code {
        /// Where the piece begins.
        piece: u32,
        /// The node.
        id: syntax::Id,
        /// The argument.
        argument: Option<syntax::Id>,
    },
}

/// What one document gave.
#[derive(Debug, Default)]
pub struct Detection {
    /// Sorted by place, no two on the same secret bytes.
    pub detected: Vec<Detected>,
    /// What the document says of the project, each with the value it speaks of.
    pub facts: Vec<(Text, String)>,
    /// Where `keyless:` was seen in the text, for directives.
    pub directives: Vec<u32>,
}

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
    config: ConfigMatchers<'r>,
    code: Vec<CodeMatcher<'r>>,
    judges: judge::Judges,
    options: Options,
}

/// What a project says of files that tools write, where it says other than we do.
pub trait Written: fmt::Debug + Send + Sync {
    /// Is this file written by a tool? `ours` is what we would say.
    fn by_a_tool(&self, path: &RepoPath, ours: bool) -> bool;
}

/// What a run asks of detection.
#[derive(Clone, Debug)]
pub struct Options {
    /// The day on which an expiry is judged.
    pub today: Day,
    /// How often decoded text is decoded again; 0 switches decoding off.
    pub decode_depth: u8,
    /// Run every matcher on the whole text, as if every byte were an anchor: slow, for tests of anchors.
    pub without_prefilter: bool,
    /// Look at every version of a blob whole, and take nothing over from the one it was made from: slow, for tests.
    pub without_versions: bool,
    /// Which files are written by tools; `None`: what the path says.
    pub written: Option<Arc<dyn Written>>,
    /// Treat minified text as written by a tool.
    pub minified: bool,
    /// Run the lints as well as the secret rules. Off in history: lints look at the present.
    pub lints: bool,
    /// Plan the changes that mend what is found.
    pub fixes: bool,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            today: Day::today(),
            decode_depth: 2,
            without_prefilter: false,
            without_versions: false,
            written: None,
            minified: true,
            lints: true,
            fixes: true,
        }
    }
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
    /// What everything cost so far; `None` in an ordinary scan.
    pub costs: Option<Box<Costs>>,
    /// What was refused so far; `None` in an ordinary scan.
    pub tried: Option<Vec<Tried>>,
}

/// The hits of one layer by who looked for them, each list by place.
#[derive(Debug, Default)]
struct Asked {
    regex: Vec<(u16, Hit)>,
    assignment: Vec<Hit>,
    connection: Vec<Hit>,
    url: Vec<Hit>,
    directive: Vec<u32>,
    /// Where anything was seen that a secret may stand beside, each place once. Anchors of lints are left out: they are
    /// common words, and what is decoded beside them no lint would read.
    secrets: Vec<u32>,
    /// Numbers of matchers of configuration, each once.
    config: Vec<u16>,
    /// Numbers of matchers of code, each once.
    code: Vec<u16>,
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
        let mut code = Vec::new();
        for (index, rule) in rules.iter() {
            let matchers = &rule.spec().matchers;
            regex.extend(matchers.regex.iter().map(|spec| RegexMatcher::new(index, spec)));
            connection.extend(matchers.connection.iter().map(|spec| ConnectionMatcher::new(index, spec)));
            url.extend(matchers.url.iter().map(|spec| UrlMatcher::new(index, spec)));
            run.extend(matchers.run.iter().map(|spec| RunMatcher::new(index, spec)));
            matchers.assignment.iter().for_each(|spec| assignment.push(index, spec));
            matchers.path.iter().for_each(|spec| path.push(index, spec));
            code.extend(matchers.code.iter().map(|spec| CodeMatcher::new(index, spec)));
        }
        let mut config = ConfigMatchers::default();
        rules.iter().for_each(|(index, rule)| config.push(index, &rule.spec().matchers));
        let anchors = Anchors::of(rules);
        let judges = judge::Judges::new(rules);
        Self { rules, anchors, regex, assignment, connection, url, run, path, config, code, judges, options }
    }

    /// Rules whose files this is one of, by name and first bytes. For binary files too.
    pub fn by_path(&self, path: &RepoPath, bytes: &[u8]) -> Vec<ByPath> {
        let mut found = self.path.find(path.as_bytes(), bytes);
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
            let judge = judge::Judge { rules: self.rules, judges: &self.judges, doc, path, options: &self.options };
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
        if self.is_lock_file(doc) {
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
            self.config.run(doc, numbers, out);
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
            buffers.asked.code = (0..u16::try_from(self.code.len()).unwrap_or(u16::MAX)).collect();
        }
        if !buffers.asked.code.is_empty() {
            let wanted = Wanting { numbers: &buffers.asked.code, everywhere };
            matcher::code::run(&self.code, wanted, doc, &mut buffers.parsers, stats, &mut buffers.costs, out);
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

/// What another rule names better.
fn outdone(all: Vec<Detected>, settled: &[Detected]) -> impl Iterator<Item = Tried> {
    let kept = |one: &Detected| settled.iter().any(|kept| (kept.rule, kept.in_text) == (one.rule, one.in_text));
    all.into_iter().filter(move |one| !kept(one)).map(|one| Tried {
        rule: one.rule,
        in_text: one.in_text,
        gate: "overlap",
        detail: Cow::Borrowed("another rule names the same text better"),
        because: one.because,
    })
}

/// Facts are no findings.
fn take_facts(doc: &Document<'_>, found: &mut Vec<Match>) -> Vec<(Text, String)> {
    let of = |one: &Match| {
        let value = one.parts.iter().find(|piece| piece.name == "value");
        let text = value.and_then(|piece| doc.layer(one.layer).get(piece.span.range())).unwrap_or_default();
        Some((one.fact.clone()?, String::from_utf8_lossy(text).into_owned()))
    };
    let facts = found.iter().filter_map(of).collect();
    found.retain(|one| one.fact.is_none());
    facts
}

impl Asked {
    fn fill(&mut self, anchors: &Anchors, hits: &[AnchorHit]) {
        self.regex.clear();
        self.assignment.clear();
        self.connection.clear();
        self.url.clear();
        self.directive.clear();
        self.secrets.clear();
        self.config.clear();
        self.code.clear();
        for &hit in hits {
            let (users, hit) = anchors.users(hit);
            let is_for_lints = |user: &User| matches!(user, User::Directive | User::Config(_) | User::Code(_));
            if !users.iter().all(is_for_lints) && self.secrets.last() != Some(&hit.start) {
                self.secrets.push(hit.start);
            }
            for user in users {
                match user {
                    User::Regex(number) => self.regex.push((*number, hit)),
                    User::Assignment => self.assignment.push(hit),
                    User::Connection => self.connection.push(hit),
                    User::Url => self.url.push(hit),
                    User::Directive => self.directive.push(hit.start),
                    User::Config(number) => self.config.push(*number),
                    User::Code(number) => self.code.push(*number),
                    User::Escape => {}
                }
            }
        }
        self.config.sort_unstable();
        self.config.dedup();
        self.code.sort_unstable();
        self.code.dedup();
    }
}
