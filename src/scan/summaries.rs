//! Secrets in what is told of a commit: its summary, its author, its refs.
//!
//! Whoever pushed a key may have named it in the message too. What the rules find there is covered, whatever
//! its confidence, and so is every value that is reported.

use std::collections::HashMap;
use std::sync::Arc;

use crate::detect::{Buffers, Detector};
use crate::document::{Document, Opened};
use crate::model::{Commit, Finding, Origin, RepoPath, Stats, mask};

/// Covers secrets in every commit that findings name.
pub(super) fn cover(findings: &mut [Finding], detector: &Detector<'_>) {
    let mut covering = Covering { detector, values: values(findings), done: HashMap::new() };
    for finding in findings {
        let places = std::iter::once(&mut finding.location).chain(&mut finding.also_at);
        places.for_each(|place| covering.origin(&mut place.origin));
        if let Some(history) = &mut finding.history {
            covering.commit(&mut history.introduced);
            history.removed_in.iter_mut().for_each(|commit| covering.commit(commit));
            history.refs.iter_mut().for_each(|name| covering.values_in(name));
        }
    }
}

/// Every value that is reported and long enough not to be a word.
#[allow(clippy::disallowed_methods, reason = "what must not be shown has to be known")]
fn values(findings: &[Finding]) -> Vec<String> {
    let secrets = findings.iter().filter_map(|finding| finding.secret.as_ref());
    let texts = secrets.filter_map(|secret| String::from_utf8(secret.expose().to_vec()).ok());
    let mut values: Vec<String> = texts.filter(|text| text.len() >= 8).collect();
    values.sort_by_key(|value| std::cmp::Reverse(value.len()));
    values.dedup();
    values
}

struct Covering<'a, 'r> {
    detector: &'a Detector<'r>,
    values: Vec<String>,
    /// Commits by id: one may bring a thousand findings.
    done: HashMap<String, Arc<Commit>>,
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

    fn values_in(&self, text: &mut String) {
        for value in &self.values {
            if text.contains(value.as_str()) {
                let mut covered = value.clone().into_bytes();
                mask::cover(&mut covered);
                *text = text.replace(value.as_str(), &String::from_utf8_lossy(&covered));
            }
        }
    }
}
