//! One worker: a blob comes in, findings are kept until the worker is dropped.

use std::collections::BTreeSet;
use std::sync::Mutex;

use crate::detect::{AnchorHit, Buffers, ByPath, Detected, Detector, LastPath, Seen};
use crate::document::context::Context;
use crate::document::layer::LayerSpan;
use crate::document::{Document, Opened, facts};
use crate::model::facts::Facts;
use crate::model::{
    BlobRef, Confidence, Effect, Finding, Fingerprint, Group, Kind, Location, Notice, Origin, Part, Reason, RepoPath,
    Scope, SecretId, Severity, Skip, SkipReason, Span, Stats, Status,
};
use crate::rule::RuleSet;
use crate::source::{Before, Left, Marks, Visit};
use crate::triage::{Directives, RuleNames};

use super::excerpt;
use super::found::{Found, FoundList};
use super::gather::is_past;
use super::{Progress, ScanPlan};

/// What workers bring home.
#[derive(Debug, Default)]
pub(super) struct Harvest {
    pub(super) findings: FoundList,
    pub(super) skips: Vec<Skip>,
    pub(super) notices: Vec<Notice>,
    pub(super) facts: Facts,
    /// What files say of the project: name, value.
    pub(super) project: BTreeSet<(String, String)>,
    pub(super) stats: Stats,
}

impl Harvest {
    fn merge(&mut self, other: Self) {
        self.findings.extend(other.findings);
        self.skips.extend(other.skips);
        self.notices.extend(other.notices);
        self.facts.merge(other.facts);
        self.project.extend(other.project);
        self.stats.merge(other.stats);
    }
}

/// Looks at blobs one after the other.
pub(super) struct Worker<'a, 'r> {
    plan: &'a ScanPlan,
    rules: &'r RuleSet,
    detector: &'a Detector<'r>,
    progress: &'a Progress,
    home: &'a Mutex<Harvest>,
    own: Harvest,
    buffers: Buffers,
    /// What stands out in the present text, and in the one it was made from.
    seen: Seen,
    known: Seen,
    last_path: LastPath,
    left: Left,
}

impl Drop for Worker<'_, '_> {
    fn drop(&mut self) {
        let own = std::mem::take(&mut self.own);
        self.home.lock().unwrap_or_else(std::sync::PoisonError::into_inner).merge(own);
    }
}

impl Visit for Worker<'_, '_> {
    fn blob(&mut self, blob: BlobRef<'_>) {
        self.look_at(&blob, None, None);
    }

    fn version(&mut self, blob: BlobRef<'_>, before: Option<Before<'_>>, marks: &mut Marks) {
        marks.forget();
        self.look_at(&blob, before, Some(marks));
    }

    fn left(&self) -> Left {
        self.left
    }

    fn skip(&mut self, skip: Skip) {
        self.own.skips.push(skip);
    }

    fn go_on(&self) -> bool {
        !self.progress.is_stopped()
    }
}

impl<'a, 'r> Worker<'a, 'r> {
    pub(super) fn new(
        plan: &'a ScanPlan,
        rules: &'r RuleSet,
        detector: &'a Detector<'r>,
        progress: &'a Progress,
        home: &'a Mutex<Harvest>,
    ) -> Self {
        Self {
            plan,
            rules,
            detector,
            progress,
            home,
            own: Harvest::default(),
            buffers: Buffers::default(),
            seen: Seen::default(),
            known: Seen::default(),
            last_path: LastPath::default(),
            left: Left::Something,
        }
    }

    fn look_at(&mut self, blob: &BlobRef<'_>, before: Option<Before<'_>>, marks: Option<&mut Marks>) {
        let found = self.own.findings.len();
        let path = blob.provenance.first().path();
        let by_path = self.detector.by_path(&path, blob.bytes, &mut self.last_path);
        self.left = match Document::open(blob.bytes, &path) {
            Opened::Binary => {
                self.own.skips.push(Skip::policy(path, SkipReason::Binary, ""));
                Left::Binary
            }
            Opened::Text(mut doc) => {
                doc.below(self.root_of(&path));
                self.see(blob, &doc, before, marks);
                if self.document(blob, &path, &mut doc) { Left::Something } else { Left::Nothing }
            }
        };
        if !by_path.is_empty() {
            self.left = Left::Something;
        }
        self.by_path(blob, &by_path, found);
        self.progress.add(blob.bytes.len(), self.own.findings.len() - found);
    }

    /// The bytes of a path that name the directory asked for.
    fn root_of(&self, path: &RepoPath) -> usize {
        let roots = self.plan.roots.iter().filter(|root| path.as_bytes().starts_with(root));
        roots.map(Vec::len).max().unwrap_or(0)
    }

    /// Finds what stands out in the document's text, for bytes that were copied in what is known of the other blob.
    fn see(&mut self, blob: &BlobRef<'_>, doc: &Document<'_>, before: Option<Before<'_>>, marks: Option<&mut Marks>) {
        let text = doc.text();
        // Text that was made of wider characters, or stands behind a mark, is not what was copied.
        let is_own = std::ptr::eq(text, blob.bytes) && !self.plan.detect.without_versions;
        match before.filter(|_| is_own) {
            Some(before) => {
                let known = before.marks.places.iter().map(|&(start, anchor)| AnchorHit { start, anchor });
                self.known.clear();
                self.known.hits.extend(known);
                self.known.runs.extend_from_slice(&before.marks.runs);
                let steps = before.ops.iter().map(|op| (op.copied_from(), op.length));
                self.detector.see_version(text, &self.known, steps, &mut self.seen);
            }
            None => {
                let is_for_another = marks.is_some();
                let scope = if is_for_another { self.detector.scope_of_all() } else { self.detector.scope(doc) };
                self.detector.see(text, scope, &mut self.seen);
            }
        }
        if let Some(marks) = marks.filter(|_| is_own) {
            marks.places.extend(self.seen.hits.iter().map(|hit| (hit.start, hit.anchor)));
            marks.runs.extend_from_slice(&self.seen.runs);
            marks.are_known = true;
        }
    }

    /// Keeps what is found in a document. Was there anything?
    fn document(&mut self, blob: &BlobRef<'_>, path: &RepoPath, doc: &mut Document<'_>) -> bool {
        // Where code ran once says nothing of where it runs.
        let is_present = blob.provenance.iter().any(|origin| !is_past(origin));
        let shows = is_present && facts::learn(doc, path, &mut self.own.facts);
        let found = self.detector.detect_seen(doc, path, &self.seen, &mut self.buffers, &mut self.own.stats);
        self.own.project.extend(found.facts.iter().map(|(name, value)| (name.to_string(), value.to_ascii_lowercase())));
        if found.detected.is_empty() && found.directives.is_empty() {
            return shows || !found.facts.is_empty();
        }
        let mut directives = Directives::read(doc.text(), &found.directives, &|at| doc.line_col_in_text(at).line);
        let secrets = excerpt::secrets(&found.detected);
        for one in &found.detected {
            if !blob.scope.counts(one.whole) {
                continue;
            }
            let (start, end) = (doc.line_col(one.whole.start()), doc.line_col(one.whole.end()));
            let spec = self.rules.get(one.rule).spec();
            let names = RuleNames { slug: &spec.slug, code: &spec.code, formerly: &spec.formerly };
            let status = directives.judge(names, start.line, end.line, self.plan.detect.today).unwrap_or(Status::Open);
            let excerpt = excerpt::excerpt(doc, one, &secrets);
            for origin in blob.provenance.iter() {
                let location = place(doc, one.span.unwrap_or(one.whole), origin);
                let mut finding = self.finding(one, location, doc);
                finding.status = status.clone();
                finding.excerpt = excerpt.clone();
                let cause = self.cause(one, &found.detected);
                self.own.findings.push(Found {
                    finding,
                    proved: one.proved,
                    shape: spec.shape,
                    cause,
                    versions: Vec::new(),
                });
            }
        }
        if *blob.scope == Scope::Whole {
            let known = |name: &str| self.rules.find(name).is_some();
            self.own.notices.extend(directives.notices(path, &known, self.plan.detect.today));
        }
        true
    }

    /// Findings on the file itself; a lint that pointed into the file, among the findings from `since` on, says
    /// the same at a better place.
    fn by_path(&mut self, blob: &BlobRef<'_>, found: &[ByPath], since: usize) {
        for one in found {
            let spec = self.rules.get(one.rule).spec();
            let is_told = |found: &Found| found.finding.rule.code == spec.code;
            if spec.is_lint() && self.own.findings.all()[since..].iter().any(is_told) {
                continue;
            }
            for origin in blob.provenance.iter() {
                let finding = self.file_finding(*one, blob, origin);
                let shape = spec.shape;
                self.own.findings.push(Found { finding, proved: false, shape, cause: None, versions: Vec::new() });
            }
        }
    }

    fn file_finding(&self, ByPath { rule, severity }: ByPath, blob: &BlobRef<'_>, origin: &Origin) -> Finding {
        let spec = self.rules.get(rule).spec();
        let path = origin.path();
        let context = Context::below(&path, self.root_of(&path));
        let severity = severity.unwrap_or(spec.severity);
        // A key that a test made for itself opens nothing.
        let severity = match Severity::from(severity) {
            severity if !spec.is_lint() => severity,
            severity if context.has(Context::TEST) => severity.min(Severity::Low),
            severity if context.has(Context::DOCS) || context.has(Context::SAMPLE) => severity.lower(),
            severity => severity,
        };
        let first = crate::model::LineCol { line: 1, column: 1, offset: 0 };
        let detected = Detected {
            rule,
            whole: Span::new(0, 1).expect("one byte is a span"),
            span: None,
            whole_text: false,
            in_text: LayerSpan { start: 0, end: 0 },
            packed: None,
            secret: None,
            parts: Vec::new(),
            severity,
            confidence: Confidence::from(spec.confidence),
            proved: false,
            because: vec![Reason {
                gate: "path".to_owned(),
                effect: Effect::Passed,
                detail: "the file's name and first bytes".to_owned(),
            }],
            lint: None,
            fixes: Vec::new(),
        };
        let location = Location { path: origin.path(), start: first, end: first, origin: origin.clone() };
        let mut finding = self.bare(&detected, location);
        finding.fingerprint = Fingerprint::of_secret(&self.plan.key, SecretId::of(&self.plan.key, blob.bytes));
        finding
    }

    fn finding(&self, one: &Detected, location: Location, doc: &Document<'_>) -> Finding {
        let mut finding = self.bare(one, location);
        finding.parts = one
            .parts
            .iter()
            .map(|(name, value, span)| Part {
                name: name.clone(),
                value: value.clone(),
                line: span.map(|span| doc.line_col(span.start()).line),
            })
            .collect();
        if let Some(places) = one.lint {
            // The code says which lint it is for: two may speak of the same call.
            let code = doc.text().get(places.code.range()).unwrap_or_default();
            let named = [finding.rule.code.as_bytes(), b" ", code].concat();
            finding.fingerprint = Fingerprint::of_code(&self.plan.key, &named);
        }
        finding
    }

    /// The secret that stands in the code of a lint.
    #[allow(clippy::disallowed_methods, reason = "an identity is made of the secret")]
    fn cause(&self, lint: &Detected, all: &[Detected]) -> Option<Fingerprint> {
        let literal = lint.lint?.literal?;
        let key = &self.plan.key;
        all.iter()
            .filter(|one| one.in_text.start < literal.end && literal.start < one.in_text.end)
            .find_map(|one| Some(Fingerprint::of_secret(key, SecretId::of(key, one.secret.as_ref()?.expose()))))
    }

    #[allow(clippy::disallowed_methods, reason = "an identity is made of the secret")]
    fn bare(&self, one: &Detected, location: Location) -> Finding {
        let rule = self.rules.get(one.rule);
        let key = &self.plan.key;
        let secret_id = one.secret.as_ref().map(|secret| SecretId::of(key, secret.expose()));
        Finding {
            rule: rule.id(),
            kind: if rule.spec().is_lint() { Kind::Lint } else { Kind::Secret },
            title: rule.spec().title.to_string(),
            severity: one.severity,
            confidence: one.confidence,
            because: one.because.clone(),
            location,
            also_at: Vec::new(),
            alike: Vec::new(),
            secret: one.secret.clone(),
            secret_id,
            parts: Vec::new(),
            group: Group(0),
            fingerprint: secret_id.map_or_else(|| Fingerprint::of_code(key, &[]), |id| Fingerprint::of_secret(key, id)),
            remedies: Vec::new(),
            fixes: one.fixes.clone(),
            status: Status::Open,
            history: None,
            excerpt: crate::model::Excerpt::default(),
        }
    }
}

fn place(doc: &Document<'_>, span: Span, origin: &Origin) -> Location {
    Location {
        path: origin.path(),
        start: doc.line_col(span.start()),
        end: doc.line_col(span.end()),
        origin: origin.clone(),
    }
}
