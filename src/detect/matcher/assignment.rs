//! Keys with values: from the readers of configuration formats, or from code about a word.
//!
//! Every rule shares the same few words (`secret`, `password`, `key` …) as anchors.
//! A document whose format has a reader is read once when such a word was seen in
//! it; in everything else the lexer looks at the word's own line.

use crate::check::{entropy, suffix};
use crate::detect::Match;
use crate::detect::anchors::Hit;
use crate::document::Document;
use crate::document::assign::{self, Assignments, Decoded};
use crate::document::kind::Kind;
use crate::document::layer::{Layer, LayerId, LayerSpan};
use crate::model::Stats;
use crate::rule::RuleIndex;
use crate::rule::spec::AssignmentSpec;

use super::keys::{self, KeyGlobs, Looked};
use super::path::Files;
use super::regex::{LazyPattern, named_parts};
use super::{inside, kubernetes};

/// One `[[match.assignment]]`.
#[derive(Debug)]
struct One<'r> {
    rule: RuleIndex,
    spec: &'r AssignmentSpec,
    value: Option<LazyPattern>,
    files: Files<'r>,
}

/// All of them.
#[derive(Debug, Default)]
pub(in crate::detect) struct AssignmentMatchers<'r> {
    all: Vec<One<'r>>,
    globs: KeyGlobs,
}

/// A key with its value, whichever reader gave it.
struct Found {
    key: (LayerId, LayerSpan),
    value: LayerSpan,
    decoded: Option<Decoded>,
    quoted: bool,
}

/// Reused from call to call.
#[derive(Debug, Default)]
pub(in crate::detect) struct Scratch {
    path: String,
    above: Above,
    looked: Looked,
    near: Vec<bool>,
}

impl<'r> AssignmentMatchers<'r> {
    pub(in crate::detect) fn push(&mut self, rule: RuleIndex, spec: &'r AssignmentSpec) {
        let number = u16::try_from(self.all.len()).expect("fewer than 65,536 matchers");
        for glob in spec.keys.iter() {
            self.globs.push(glob, number);
        }
        let value = spec.value.as_deref().map(LazyPattern::whole);
        self.all.push(One { rule, spec, value, files: Files::new(&spec.files) });
    }

    /// Every assignment of a rule's key, in the text about these hits.
    pub(in crate::detect) fn run(
        &self,
        doc: &mut Document<'_>,
        layer: LayerId,
        hits: &[Hit],
        scratch: &mut Scratch,
        stats: &mut Stats,
        out: &mut Vec<Match>,
    ) {
        if hits.is_empty() || self.all.is_empty() {
            return;
        }
        let unpacked = inside::unpacked_kind(doc, layer);
        let kind = unpacked.unwrap_or(doc.kind());
        let is_file = layer == LayerId::TEXT || unpacked.is_some();
        match is_file.then(|| assign::read(doc.layer(layer), kind)).flatten() {
            Some(assignments) if layer != LayerId::TEXT => {
                self.read_assignments(doc, layer, assignments, Some(hits), scratch, out);
            }
            Some(assignments) => {
                *(if assignments.by_line { &mut stats.read_by_line } else { &mut stats.parsed }) += 1;
                let sorted = inside::sort(doc.text(), &assignments, hits);
                self.read_inside(doc, &assignments, sorted.values, scratch, out);
                // In comments: what somebody made up to show how it is done is no news.
                let first = out.len();
                self.read_code(doc, layer, kind, &sorted.elsewhere, scratch, out);
                retain_from(out, first, |found| {
                    let secret = found.secret.map(|secret| &doc.layer(found.secret_layer)[secret.range()]);
                    secret.is_some_and(|secret| entropy::grade(secret) == entropy::Grade::Strong)
                });
                self.read_assignments(doc, layer, assignments, Some(hits), scratch, out);
            }
            None => self.read_code(doc, layer, kind, hits, scratch, out),
        }
    }

    /// Reads again the values that hold settings themselves.
    fn read_inside(
        &self,
        doc: &mut Document<'_>,
        read: &Assignments,
        values: Vec<(usize, Vec<Hit>)>,
        scratch: &mut Scratch,
        out: &mut Vec<Match>,
    ) {
        for (item, hits) in values {
            let item = &read.items[item];
            if !inside::may_assign(item.bytes(doc.text())) {
                continue;
            }
            let Some(layer) = inside::layer_of(doc, LayerId::TEXT, item) else { return };
            let kind = inside::kind_of(read.name(&read.keys[item.key as usize]), doc.layer(layer), doc.kind());
            match assign::read(doc.layer(layer), kind) {
                Some(assignments) => self.read_assignments(doc, layer, assignments, None, scratch, out),
                None => {
                    let hits = inside::hits_in(doc.text(), item, doc.layer(layer), &hits);
                    self.read_code(doc, layer, kind, &hits, scratch, out);
                }
            }
        }
    }

    /// `hits` are all places of words in this layer, where they are known: a key away from them is no rule's.
    fn read_assignments(
        &self,
        doc: &mut Document<'_>,
        layer: LayerId,
        mut read: Assignments,
        hits: Option<&[Hit]>,
        scratch: &mut Scratch,
        out: &mut Vec<Match>,
    ) {
        let secrets = layer == LayerId::TEXT && kubernetes::has_secrets(doc.text(), doc.kind());
        near_keys(&read, hits, &mut scratch.near);
        scratch.above.forget();
        for item in std::mem::take(&mut read.items) {
            if item.value.is_empty() || !(scratch.near[item.key as usize] || has_hit(hits, item.value)) {
                continue;
            }
            scratch.path.clear();
            scratch.above.push_path(&mut scratch.path, &read, item.key);
            keys::unwrap(&mut scratch.path);
            let matchers = self.globs.find(&scratch.path, &mut scratch.looked);
            if matchers.is_empty() {
                continue;
            }
            let key = read.keys[item.key as usize].span;
            let plain = (secrets && kubernetes::is_data(&scratch.path))
                .then(|| kubernetes::decoded(item.bytes(doc.text()), &item))
                .flatten();
            let found = Found {
                key: (layer, key),
                value: item.value,
                decoded: plain.or(item.decoded.map(|decoded| *decoded)),
                quoted: item.quoted,
            };
            self.offer(doc, layer, found, matchers, out);
        }
    }

    fn read_code(
        &self,
        doc: &mut Document<'_>,
        layer: LayerId,
        kind: Kind,
        hits: &[Hit],
        scratch: &mut Scratch,
        out: &mut Vec<Match>,
    ) {
        // A name may hold several words: `secret_access_key`. It is looked at once.
        let mut done = 0;
        // The end of a word whose name was given nothing: a further word of that name is given nothing either.
        let mut refused = 0;
        for hit in hits {
            let word = hit.start as usize..hit.end as usize;
            if hit.start < done || assign::code::is_of_one_name(doc.layer(layer), refused, word.end) {
                continue;
            }
            let Some(found) = assign::code::at(doc.layer(layer), word, kind) else {
                refused = hit.end as usize;
                continue;
            };
            done = found.name.end;
            scratch.path.clear();
            keys::push_normal(&mut scratch.path, suffix::without(&doc.layer(layer)[found.name.range()]));
            keys::unwrap(&mut scratch.path);
            let matchers = self.globs.find(&scratch.path, &mut scratch.looked);
            if matchers.is_empty() || found.value.is_empty() {
                continue;
            }
            let strong = |value: LayerSpan| entropy::grade(&doc.layer(layer)[value.range()]) == entropy::Grade::Strong;
            if found.loose && !strong(found.value) {
                continue;
            }
            let found =
                Found { key: (layer, found.name), value: found.value, decoded: found.decoded, quoted: found.quoted };
            self.offer(doc, layer, found, matchers, out);
        }
    }

    /// Tries the value on each matcher whose key fits.
    fn offer(&self, doc: &mut Document<'_>, layer: LayerId, found: Found, matchers: &[u16], out: &mut Vec<Match>) {
        let mut at = (layer, found.value);
        if let Some(decoded) = found.decoded {
            let span = LayerSpan::new(0, decoded.bytes.len());
            let pushed = doc.push(Layer { parent: layer, how: decoded.how, bytes: decoded.bytes, map: decoded.map });
            if let (Some(id), Some(span)) = (pushed, span) {
                at = (id, span);
            }
        }
        for &number in matchers {
            let one = &self.all[usize::from(number)];
            if !one.files.include(doc.path()) {
                continue;
            }
            out.extend(one.to_match(doc.layer(at.0), at, found.key, found.quoted));
        }
    }
}

impl<'r> One<'r> {
    fn to_match(
        &self,
        text: &[u8],
        at: (LayerId, LayerSpan),
        key: (LayerId, LayerSpan),
        quoted: bool,
    ) -> Option<Match> {
        let (layer, value) = at;
        let mut found = Match::new(self.rule, layer, value);
        found.secret = Some(value);
        if let Some(pattern) = &self.value {
            let pattern = pattern.get();
            let bytes = &text[value.range()];
            if !pattern.is_match(bytes) {
                return None;
            }
            let captures = pattern.captures(bytes)?;
            if let Some(secret) = captures.name("secret") {
                let offset = value.start as usize;
                found.secret = Some(LayerSpan::new(offset + secret.start(), offset + secret.end())?);
            }
            found.parts = named_parts(pattern, &captures, value.start as usize);
        }
        found.shaped = self.value.is_some();
        found.confidence = self.spec.confidence;
        found.quoted = quoted;
        found.key = Some(key);
        Some(found)
    }
}

/// As `retain`, for the matches from `first` on.
fn retain_from(all: &mut Vec<Match>, first: usize, mut keep: impl FnMut(&Match) -> bool) {
    let tail = all.split_off(first);
    all.extend(tail.into_iter().filter(|found| keep(found)));
}

/// Marks the keys that hold a word of a rule, or stand in one that does. Without hits all may.
fn near_keys(read: &Assignments, hits: Option<&[Hit]>, near: &mut Vec<bool>) {
    near.clear();
    for key in &read.keys {
        // The words were looked for in the text: in an escaped name they may have been missed.
        let is_escaped = read.name(key).len() != key.span.range().len();
        let is_near = is_escaped
            || key.parent.is_some_and(|parent| near.get(parent as usize).is_none_or(|near| *near))
            || has_hit(hits, key.span);
        near.push(is_near);
    }
}

/// Does a hit begin in this place? True if nobody knows. Hits are sorted.
fn has_hit(hits: Option<&[Hit]>, span: LayerSpan) -> bool {
    let Some(hits) = hits else { return true };
    let next = hits.partition_point(|hit| hit.start < span.start);
    hits.get(next).is_some_and(|hit| hit.start < span.end)
}

/// The normal form of the path above the last key, as the next one mostly stands beside it.
#[derive(Debug, Default)]
struct Above {
    parent: Option<u32>,
    path: String,
}

impl Above {
    /// Other keys are coming.
    fn forget(&mut self) {
        self.parent = None;
        self.path.clear();
    }

    /// The normal form of a key's path, written from the outermost key on.
    fn push_path(&mut self, path: &mut String, read: &Assignments, key: u32) {
        let key = &read.keys[key as usize];
        if self.parent != key.parent {
            self.path.clear();
            push_parents(&mut self.path, read, key.parent);
            self.parent = key.parent;
        }
        path.push_str(&self.path);
        keys::push_normal(path, suffix::without(read.name(key).as_bytes()));
    }
}

fn push_parents(path: &mut String, read: &Assignments, parent: Option<u32>) {
    let Some(parent) = parent else { return };
    let key = &read.keys[parent as usize];
    push_parents(path, read, key.parent);
    keys::push_normal(path, read.name(key).as_bytes());
}
