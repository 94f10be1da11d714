//! Which edits mend a finding: from the `[[fix]]` of its rule to places in the blob.
//!
//! Planned where the trees are. A fix is planned whole or not at all: an edit whose place is
//! not there, that overlaps another, or whose text would hold a secret ends it. Whether fixes are
//! made, and which of several in a file, is left to [`crate::fix`].

mod align;
mod around;
mod call;
mod go;
mod ground;
mod hidden;
mod identity;
mod import;
mod node;
mod notation;
mod span;
mod statement;
mod text;
mod types;
mod unused;

use std::ops::Range;

use crate::document::Document;
use crate::document::context::Context;
use crate::document::kind::Kind;
use crate::document::tree;
use crate::model::{Applicability, Edit, Elsewhere, Fix, Span};
use crate::rule::RuleSet;
use crate::rule::spec::{FixSpec, RuleSpec, Safety};
use crate::syntax::{self, Parsers};

use super::Detected;
use ground::Ground;
use hidden::Hidden;

/// Lines above and below a change that a diff shows.
const SHOWN: usize = 3;

/// A replacement in the text layer.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Change {
    range: Range<usize>,
    content: String,
}

impl Change {
    fn new(range: Range<usize>, content: impl Into<String>) -> Self {
        Self { range, content: content.into() }
    }

    fn insert(at: usize, content: impl Into<String>) -> Self {
        Self::new(at..at, content)
    }
}

/// Plans a fix for each finding whose rule has one that fits.
pub(super) fn attach(rules: &RuleSet, doc: &Document<'_>, detected: &mut [Detected], parsers: &mut Parsers) {
    let has_fix = |one: &Detected| !rules.get(one.rule).spec().fixes.is_empty();
    if !may_be_changed(doc) || !detected.iter().any(has_fix) {
        return;
    }
    let hidden = Hidden::of(doc.text(), detected);
    let mut ground = Ground::new(doc, parsers);
    for one in detected.iter_mut().filter(|one| has_fix(one)) {
        let rule = rules.get(one.rule).spec();
        one.fixes = offered(&mut ground, rule, one, &hidden).into_iter().collect();
    }
}

/// The first fix that fits, and the same for a pod if it signs in as the identity of its host.
fn offered(ground: &mut Ground<'_>, rule: &RuleSpec, one: &Detected, hidden: &Hidden<'_>) -> Option<Fix> {
    let mut fits = rule.fixes.iter().filter_map(|fix| Some((fix, planned(ground, rule, fix, one, hidden)?)));
    let (spec, mut fix) = fits.next()?;
    drop(fits);
    if identity::relies_on_host(spec) {
        fix.on_host = true;
        let of_pod = planned(ground, rule, &identity::of_pod(spec), one, hidden);
        let platforms = || identity::PODS.map(str::to_owned).to_vec();
        fix.elsewhere = of_pod.map(|fix| Elsewhere { platforms: platforms(), fix }).into_iter().collect();
    }
    Some(fix)
}

/// Prose and samples teach what they show, and templates are no text of the language that they make.
fn may_be_changed(doc: &Document<'_>) -> bool {
    let is_taught = [Context::DOCS, Context::SAMPLE].iter().any(|&one| doc.context().has(one));
    let has = |sign: &[u8]| memchr::memmem::find(doc.text(), sign).is_some();
    let is_template = match doc.kind() {
        // `${{ … }}` of a pipeline is a value, `{{ … }}` alone is a hole.
        Kind::Yaml => memchr::memmem::find_iter(doc.text(), b"{{").any(|at| at == 0 || doc.text()[at - 1] != b'$'),
        Kind::Json | Kind::Xml | Kind::Hcl => has(b"{%") || has(b"<%="),
        _ => false,
    };
    !is_taught && !is_template && !matches!(doc.kind(), Kind::Markdown)
}

fn planned(
    ground: &mut Ground<'_>,
    rule: &RuleSpec,
    fix: &FixSpec,
    one: &Detected,
    hidden: &Hidden<'_>,
) -> Option<Fix> {
    let mut changes = ground.changes(rule, fix, one)?;
    changes.sort_by_key(|change| (change.range.start, change.range.end));
    changes.dedup();
    let overlap = changes.windows(2).any(|pair| pair[1].range.start < pair[0].range.end);
    let text = ground.doc.text();
    let changes_nothing = changes.iter().all(|change| text[change.range.clone()] == *change.content.as_bytes());
    let tells = |change: &Change| change.content.contains('\u{fffd}') || hidden.stands_in(&change.content);
    if overlap || changes_nothing || changes.iter().any(tells) {
        return None;
    }
    Some(Fix {
        title: fix.title.to_string(),
        applicability: match fix.applicability {
            Safety::Safe => Applicability::Safe,
            Safety::Unsafe => Applicability::Unsafe,
        },
        needs: fix.needs.iter().map(ToString::to_string).collect(),
        grant: fix.grant.iter().map(ToString::to_string).collect(),
        once: fix.once,
        beside: beside(ground, &changes, hidden),
        edits: changes.into_iter().map(|change| edit(ground, change)).collect(),
        on_host: false,
        elsewhere: Vec::new(),
        diff: None,
    })
}

/// The secrets in the lines that a diff of the changes would show, in the blob.
fn beside(ground: &Ground<'_>, changes: &[Change], hidden: &Hidden<'_>) -> Vec<Span> {
    let mut secrets: Vec<&Range<usize>> = Vec::new();
    for change in changes {
        secrets.extend(hidden.places.within(&shown(ground.doc.text(), &change.range)));
    }
    secrets.sort_unstable_by_key(|secret| (secret.start, secret.end));
    secrets.dedup();
    let in_blob = |range: &Range<usize>| Span::new(ground.doc.blob_at(range.start), ground.doc.blob_at(range.end));
    secrets.into_iter().filter_map(in_blob).collect()
}

/// The lines of a diff about a change.
fn shown(text: &[u8], range: &Range<usize>) -> Range<usize> {
    let (mut from, mut to) = (span::line_start(text, range.start), span::next_line(text, range.end));
    for _ in 0..SHOWN {
        from = span::line_start(text, from.saturating_sub(1));
        to = span::next_line(text, to);
    }
    from..to
}

/// How many places of a document cannot be parsed: as configuration, and as source.
pub fn faults(doc: &Document<'_>) -> usize {
    let text = doc.text();
    let broken = tree::read(text, doc.kind()).is_some_and(|tree| !tree.whole);
    let mut parsers = Parsers::default();
    let pieces = syntax::pieces(doc.kind(), doc.path().file_name(), text);
    let sources = pieces.into_iter().map(|piece| parsers.faults(piece.language, text, piece.range).unwrap_or(0));
    usize::from(broken) + sources.sum::<usize>()
}

/// With places in the blob and the line ends of the file.
fn edit(ground: &Ground<'_>, change: Change) -> Edit {
    let place = |at: usize| ground.doc.line_col(ground.doc.blob_at(at));
    let content = if ground.newline == "\n" { change.content } else { crlf(&change.content) };
    Edit { start: place(change.range.start), end: place(change.range.end), content }
}

/// Texts copied from the file have its line ends already.
fn crlf(content: &str) -> String {
    content.replace("\r\n", "\n").replace('\n', "\r\n")
}
