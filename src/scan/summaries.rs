//! Secrets in what is told of a commit: its summary, its author, its refs.
//!
//! Whoever pushed a key may have named it in the message too. What the rules find there is covered, whatever
//! its confidence, and so is every value that is reported.

use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

use aho_corasick::{AhoCorasick, MatchKind};

use crate::detect::{Buffers, Detector};
use crate::document::{Document, Opened};
use crate::model::{Commit, Finding, Origin, RepoPath, Stats, mask};

/// Covers secrets in every commit that findings name.
pub(super) fn cover(findings: &mut [Finding], detector: &Detector<'_>) {
    // Most scans are of files, and an automaton of all their values takes 20 MB.
    if !findings.iter().any(names_a_commit) {
        return;
    }
    // One pass over a text for all values: a thousand findings in a thousand refs had cost half of a scan.
    let values = AhoCorasick::builder().match_kind(MatchKind::LeftmostLongest).build(values(findings)).ok();
    let mut covering = Covering { detector, values, done: HashMap::new(), names: HashMap::new() };
    for finding in findings {
        let places = std::iter::once(&mut finding.location).chain(&mut finding.also_at);
        places.for_each(|place| covering.origin(&mut place.origin));
        if let Some(history) = &mut finding.history {
            covering.commit(&mut history.introduced);
            history.removed_in.iter_mut().for_each(|commit| covering.commit(commit));
            history.refs.iter_mut().for_each(|name| covering.name(name));
        }
    }
}

fn names_a_commit(finding: &Finding) -> bool {
    let mut places = std::iter::once(&finding.location).chain(&finding.also_at);
    finding.history.is_some() || places.any(|place| may_name_a_commit(&place.origin))
}

fn may_name_a_commit(origin: &Origin) -> bool {
    match origin {
        Origin::Commit { .. } | Origin::Message { .. } => true,
        Origin::Archive { outer, .. } => may_name_a_commit(outer),
        Origin::File { .. }
        | Origin::Index { .. }
        | Origin::Object { .. }
        | Origin::Patch { .. }
        | Origin::Stdin { .. } => false,
    }
}

/// Every value that is reported and long enough not to be a word.
#[allow(clippy::disallowed_methods, reason = "what must not be shown has to be known")]
fn values(findings: &[Finding]) -> Vec<String> {
    let secrets = findings.iter().filter_map(|finding| finding.secret.as_ref());
    let texts = secrets.filter_map(|secret| String::from_utf8(secret.expose().to_vec()).ok());
    let values: BTreeSet<String> = texts.filter(|text| text.len() >= 8).collect();
    values.into_iter().collect()
}

struct Covering<'a, 'r> {
    detector: &'a Detector<'r>,
    /// `None` if there are too many to look for; then nothing is told.
    values: Option<AhoCorasick>,
    /// Commits by id: one may bring a thousand findings.
    done: HashMap<String, Arc<Commit>>,
    /// Names of refs: one may hold a thousand findings.
    names: HashMap<Arc<str>, Arc<str>>,
}

impl Covering<'_, '_> {
    fn origin(&mut self, origin: &mut Origin) {
        match origin {
            Origin::Commit { commit, .. } | Origin::Message { commit, tag: None } => self.commit(commit),
            Origin::Message { commit, tag: Some(tag) } => {
                self.commit(commit);
                self.values_in(tag);
            }
            Origin::Archive { outer, .. } => self.origin(outer),
            Origin::File { .. }
            | Origin::Index { .. }
            | Origin::Object { .. }
            | Origin::Patch { .. }
            | Origin::Stdin { .. } => {}
        }
    }

    fn commit(&mut self, commit: &mut Arc<Commit>) {
        if let Some(done) = self.done.get(&commit.id) {
            *commit = Arc::clone(done);
            return;
        }
        let mut covered = Commit::clone(commit);
        for text in [&mut covered.summary, &mut covered.author] {
            self.found_in(text);
            self.values_in(text);
        }
        if covered != **commit {
            *commit = Arc::new(covered);
        }
        self.done.insert(commit.id.clone(), Arc::clone(commit));
    }

    fn found_in(&self, text: &mut String) {
        let mut bytes = std::mem::take(text).into_bytes();
        let path = RepoPath::new(*b"<message>");
        let mut spans = Vec::new();
        if let Opened::Text(mut doc) = Document::open(&bytes, &path) {
            let found = self.detector.detect(&mut doc, &path, &mut Buffers::default(), &mut Stats::default());
            let secrets = found.detected.iter().filter(|one| one.secret.is_some());
            spans.extend(secrets.map(|one| one.span.unwrap_or(one.whole).range()));
        }
        for span in spans {
            if let Some(bytes) = bytes.get_mut(span) {
                mask::cover(bytes);
            }
        }
        *text = String::from_utf8_lossy(&bytes).into_owned();
    }

    fn name(&mut self, name: &mut Arc<str>) {
        if let Some(done) = self.names.get(name) {
            *name = Arc::clone(done);
            return;
        }
        let mut text = name.to_string();
        self.values_in(&mut text);
        let covered = if text == **name { Arc::clone(name) } else { Arc::from(text) };
        self.names.insert(Arc::clone(name), Arc::clone(&covered));
        *name = covered;
    }

    fn values_in(&self, text: &mut String) {
        let Some(values) = &self.values else { return text.clear() };
        let spans: Vec<_> = values.find_iter(text.as_str()).map(|found| found.range()).collect();
        if spans.is_empty() {
            return;
        }
        let mut bytes = std::mem::take(text).into_bytes();
        spans.into_iter().for_each(|span| mask::cover(&mut bytes[span]));
        *text = String::from_utf8_lossy(&bytes).into_owned();
    }
}
