//! From a document to what stands in it: prefilter, matchers, checks, overlap.
//!
//! One pass over a text says which rules may match and about where; each matcher
//! looks there only; checks prove or refute what it found; of several rules on the
//! same bytes one remains. Matches are ids and spans inside one worker; what leaves
//! is a [`Detected`] with places in the blob.

mod anchors;
mod gate;
mod judge;
mod matcher;
mod overlap;
mod prefilter;

use crate::document::Document;
use crate::document::decode;
use crate::document::layer::{LayerId, LayerSpan};
use crate::model::{Confidence, Day, Reason, RepoPath, Secret, Severity, Span, Stats};
use crate::rule::spec::{Sureness, Text};
use crate::rule::{RuleIndex, RuleSet};

use anchors::{Anchors, Hit, User};
use matcher::assignment::{AssignmentMatchers, Scratch};
use matcher::connection::ConnectionMatcher;
use matcher::path::PathMatchers;
use matcher::regex::RegexMatcher;
use matcher::url::UrlMatcher;

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
    /// Of a lint: the code that makes its identity. None: `whole`.
    pub(crate) code: Option<LayerSpan>,
    /// Of a lint: a literal in the code that must not be shown.
    pub(crate) literal: Option<LayerSpan>,
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
            code: None,
            literal: None,
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
    /// The decoded value.
    pub secret: Option<Secret>,
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
}

/// Where the code stands that a lint is about, in the document's text layer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LintPlaces {
    /// What its identity is made of.
    pub code: LayerSpan,
    /// A literal that is covered when the code is shown; a secret found there shares the lint's group.
    pub literal: Option<LayerSpan>,
}

/// What one document gave.
#[derive(Debug, Default)]
pub struct Detection {
    /// Sorted by place, no two on the same secret bytes.
    pub detected: Vec<Detected>,
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
    path: PathMatchers,
    judges: judge::Judges,
    options: Options,
}

/// What a run asks of detection.
#[derive(Clone, Copy, Debug)]
pub struct Options {
    /// The day on which an expiry is judged.
    pub today: Day,
    /// How often decoded text is decoded again; 0 switches decoding off.
    pub decode_depth: u8,
    /// Run every matcher on the whole text, as if every byte were an anchor: slow, for tests of anchors.
    pub without_prefilter: bool,
    /// Run the lints as well as the secret rules. Off in history: lints look at the present.
    pub lints: bool,
}

impl Default for Options {
    fn default() -> Self {
        Self { today: Day::today(), decode_depth: 2, without_prefilter: false, lints: true }
    }
}

/// Buffers that a worker reuses from document to document.
#[derive(Debug, Default)]
pub struct Buffers {
    hits: Vec<Hit>,
    seen: Vec<u32>,
    scratch: Scratch,
}

impl<'r> Detector<'r> {
    /// Prepares the matchers; no pattern is compiled yet.
    pub fn new(rules: &'r RuleSet, options: Options) -> Self {
        let (mut regex, mut connection, mut url) = (Vec::new(), Vec::new(), Vec::new());
        let (mut assignment, mut path) = (AssignmentMatchers::default(), PathMatchers::default());
        for (index, rule) in rules.iter().filter(|(_, rule)| options.lints || !rule.spec().is_lint()) {
            let matchers = &rule.spec().matchers;
            regex.extend(matchers.regex.iter().map(|spec| RegexMatcher::new(index, spec)));
            connection.extend(matchers.connection.iter().map(|spec| ConnectionMatcher::new(index, spec)));
            url.extend(matchers.url.iter().map(|spec| UrlMatcher::new(index, spec)));
            matchers.assignment.iter().for_each(|spec| assignment.push(index, spec));
            matchers.path.iter().for_each(|spec| path.push(index, spec));
        }
        let anchors = Anchors::new(all_anchors(&regex, &assignment, &connection, &url));
        let judges = judge::Judges::new(rules);
        Self { rules, anchors, regex, assignment, connection, url, path, judges, options }
    }

    /// Rules whose files this is one of, by name and first bytes. For binary files too.
    pub fn by_path(&self, path: &RepoPath, bytes: &[u8]) -> Vec<RuleIndex> {
        self.path.find(path.as_bytes(), bytes)
    }

    /// Everything that stands in a document.
    pub fn detect(
        &self,
        doc: &mut Document<'_>,
        path: &RepoPath,
        buffers: &mut Buffers,
        stats: &mut Stats,
    ) -> Detection {
        let mut found = Vec::new();
        let mut detection = Detection::default();
        let mut layers = vec![LayerId::TEXT];
        for depth in 0..=self.options.decode_depth {
            let mut next = Vec::new();
            for layer in layers {
                self.search(doc, layer, buffers, stats, &mut found);
                if layer == LayerId::TEXT {
                    let directives = buffers.hits.iter().filter(|hit| hit.user == User::Directive);
                    detection.directives = directives.map(|hit| hit.start).collect();
                }
                if depth < self.options.decode_depth {
                    buffers.seen.clear();
                    buffers.seen.extend(buffers.hits.iter().map(|hit| hit.start));
                    buffers.seen.sort_unstable();
                    buffers.seen.dedup();
                    next.extend(decode::layers(doc, layer, &buffers.seen));
                }
            }
            stats.layers += next.len() as u64;
            layers = next;
            if layers.is_empty() {
                break;
            }
        }
        if !found.is_empty() {
            let judge = judge::Judge { rules: self.rules, judges: &self.judges, doc, path, today: self.options.today };
            let judged = found.into_iter().filter_map(|found| judge.judge(found, stats)).collect();
            detection.detected = overlap::settle(judged, self.rules);
        }
        detection
    }

    /// Runs every matcher whose anchors stand in a layer.
    fn search(
        &self,
        doc: &mut Document<'_>,
        layer: LayerId,
        buffers: &mut Buffers,
        stats: &mut Stats,
        out: &mut Vec<Match>,
    ) {
        self.anchors.find(doc.layer(layer), &mut buffers.hits);
        if self.options.without_prefilter {
            self.every_regex(doc.layer(layer).len(), &mut buffers.hits);
        }
        let mut hits = std::mem::take(&mut buffers.hits);
        stats.anchors_seen += hits.len() as u64;
        hits.sort_unstable();
        for group in hits.chunk_by(|a, b| a.user == b.user) {
            match group[0].user {
                User::Regex(number) => {
                    let matcher = &self.regex[usize::from(number)];
                    if matcher.files.include(doc.path()) {
                        matcher.run(doc.layer(layer), layer, group, out);
                    }
                }
                User::Assignment => self.assignment.run(doc, layer, group, &mut buffers.scratch, stats, out),
                User::Connection => matcher::connection::run(&self.connection, doc.layer(layer), layer, group, out),
                User::Url => matcher::url::run(&self.url, doc, layer, group, out),
                User::Directive => {}
            }
        }
        buffers.hits = hits;
    }

    /// A hit of every pattern at every thousandth byte: windows that touch, so the whole text is searched.
    fn every_regex(&self, length: usize, hits: &mut Vec<Hit>) {
        hits.retain(|hit| !matches!(hit.user, User::Regex(_)));
        for number in 0..u16::try_from(self.regex.len()).unwrap_or(u16::MAX) {
            hits.extend((0..=u32::try_from(length).unwrap_or(u32::MAX)).map(|at| Hit {
                user: User::Regex(number),
                start: at,
                end: at,
            }));
        }
    }
}

fn all_anchors(
    regex: &[RegexMatcher<'_>],
    assignment: &AssignmentMatchers<'_>,
    connection: &[ConnectionMatcher<'_>],
    url: &[UrlMatcher<'_>],
) -> Vec<(String, bool, User)> {
    let mut all = vec![("keyless:".to_owned(), false, User::Directive)];
    for (number, matcher) in regex.iter().enumerate() {
        let user = User::Regex(u16::try_from(number).expect("fewer than 65,536 patterns"));
        all.extend(matcher.spec.anchors.iter().map(|anchor| (anchor.to_string(), matcher.spec.ignore_case, user)));
    }
    all.extend(assignment.anchors().map(|word| (word, true, User::Assignment)));
    for matcher in connection {
        all.extend(matcher.anchors().map(|key| (key.to_owned(), true, User::Connection)));
    }
    if !url.is_empty() {
        all.push(("://".to_owned(), false, User::Url));
    }
    all
}
