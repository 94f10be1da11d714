//! Lints of source code: calls, options, commands, strings and imports in the common tree.
//!
//! A document is parsed when an anchor of a matcher was seen in it, once, and each matcher whose
//! anchor was seen runs over that tree. [`matcher`] is one of them; [`source`] knows a source's names,
//! options and imports; [`places`] where something stands in it; [`checks`] what no key of a rule file can say.

mod behind;
mod checks;
mod held;
mod matcher;
mod places;
pub(in crate::detect) mod source;
mod spelled;

use std::cell::OnceCell;
use std::ops::Range;
use std::time::{Duration, Instant};

use crate::detect::Match;
use crate::detect::cost::{Cost, Costs};
use crate::document::Document;
use crate::document::context::Context;
use crate::document::kind::Kind;
use crate::model::Stats;
use crate::rule::spec::Text;
use crate::syntax::{self, Notebook, Parsers};

pub(in crate::detect) use matcher::CodeMatcher;
use matcher::bit;
use source::Source;

/// Lines below an import that are read with it.
const IMPORTS_BELOW: usize = 40;

/// A text in small letters, made when somebody asks: most documents with an anchor are let go before.
struct Lower<'t> {
    text: &'t [u8],
    made: OnceCell<Vec<u8>>,
}

impl Lower<'_> {
    fn get(&self) -> &[u8] {
        self.made.get_or_init(|| self.text.to_ascii_lowercase())
    }
}

/// Matchers whose anchors were seen, by number.
#[derive(Clone, Copy, Debug)]
pub(in crate::detect) struct Wanting<'a> {
    pub(in crate::detect) numbers: &'a [u16],
    /// Do not look for anchors in the pieces of a document either: for tests of anchors.
    pub(in crate::detect) everywhere: bool,
}

/// Can a lint of code be about this document at all? Copies of others' work are theirs to mend.
pub(in crate::detect) fn may_hold(doc: &Document<'_>) -> bool {
    let others = [Context::VENDORED, Context::GENERATED, Context::MINIFIED, Context::LOCK];
    !others.iter().any(|one| doc.context().has(*one)) && !syntax::spoken(doc.kind(), doc.path().file_name()).is_empty()
}

/// The lines up to the last anchor, if all that is looked for are imports: they stand at the top, and a parse of the
/// 50 KB of a generated client below them costs a hundred times as much.
fn head(here: &[&&CodeMatcher<'_>], range: Range<usize>, lower: &[u8]) -> Range<usize> {
    if here.iter().any(|matcher| matcher.spec.import.is_empty()) {
        return range;
    }
    let own = &lower[range.clone()];
    let anchors = here.iter().flat_map(|matcher| matcher.spec.anchors.iter());
    let last = anchors.filter_map(|anchor| memchr::memmem::rfind(own, anchor.to_ascii_lowercase().as_bytes())).max();
    let at = last.unwrap_or(own.len());
    // A block of imports is closed some lines below.
    let end = memchr::memchr_iter(b'\n', &own[at..]).nth(IMPORTS_BELOW).map_or(own.len(), |line| at + line + 1);
    range.start..range.start + end
}

/// Parses what the document holds of code and runs the matchers whose anchors were seen.
pub(in crate::detect) fn run(
    all: &[CodeMatcher<'_>],
    wanted: Wanting<'_>,
    doc: &Document<'_>,
    parsers: &mut Parsers,
    stats: &mut Stats,
    costs: &mut Option<Box<Costs>>,
    out: &mut Vec<Match>,
) {
    if !may_hold(doc) {
        return;
    }
    if doc.kind() == Kind::Notebook {
        in_notebook(all, wanted, doc, parsers, stats, out);
        return;
    }
    let (text, file_name) = (doc.text(), doc.path().file_name());
    let spoken = syntax::spoken(doc.kind(), file_name).iter().fold(0, |all, one| all | bit(*one));
    let lower = Lower { text, made: OnceCell::new() };
    let everywhere = wanted.everywhere;
    let wanted = wanted.numbers.iter().map(|number| &all[usize::from(*number)]);
    let wanted: Vec<_> =
        wanted.filter(|matcher| matcher.speaks & spoken != 0 && matcher.document_allows(text, &lower)).collect();
    if wanted.is_empty() {
        return;
    }
    let lower = lower.get();
    let mut parsed = false;
    for piece in syntax::pieces(doc.kind(), file_name, text) {
        let here: Vec<_> = wanted
            .iter()
            .filter(|matcher| matcher.speaks(piece.language))
            .filter(|matcher| {
                let own = &lower[piece.range.clone()];
                let anchors = &matcher.spec.anchors;
                let is_seen =
                    |anchor: &Text| memchr::memmem::find(own, anchor.to_ascii_lowercase().as_bytes()).is_some();
                everywhere || (anchors.iter().any(is_seen) && matcher.may_stand(piece.language, own))
            })
            .collect();
        if here.is_empty() {
            continue;
        }
        let range = if everywhere { piece.range } else { head(&here, piece.range, lower) };
        let begun = costs.is_some().then(Instant::now);
        match parsers.parse(piece.language, text, range) {
            Ok(tree) => {
                parsed = true;
                let before = out.len();
                let source = Source::new(&tree, text, lower);
                here.iter().for_each(|matcher| matcher.run(&source, out));
                if let (Some(costs), Some(begun)) = (costs.as_mut(), begun) {
                    share_cost(&here, begun.elapsed(), &out[before..], costs);
                }
            }
            Err(reason) => *stats.not_linted.entry(reason.as_str().to_owned()).or_default() += 1,
        }
    }
    stats.linted += u64::from(parsed);
}

/// Who asked for a tree shares what it cost.
fn share_cost(here: &[&&CodeMatcher<'_>], whole: Duration, found: &[Match], costs: &mut Costs) {
    let time = whole / u32::try_from(here.len()).unwrap_or(1);
    for matcher in here {
        let matches = found.iter().filter(|one| one.rule == matcher.rule).count() as u64;
        costs.add_rule(matcher.rule, Cost { hits: 1, searched: 1, matches, time });
    }
}

/// The same for the cells of a notebook, which are one source.
fn in_notebook(
    all: &[CodeMatcher<'_>],
    wanted: Wanting<'_>,
    doc: &Document<'_>,
    parsers: &mut Parsers,
    stats: &mut Stats,
    out: &mut Vec<Match>,
) {
    let Some(notebook) = Notebook::read(doc.text()) else { return };
    let lower = Lower { text: &notebook.text, made: OnceCell::new() };
    let wanted = wanted.numbers.iter().map(|number| &all[usize::from(*number)]);
    let wanted: Vec<_> = wanted
        .filter(|matcher| matcher.speaks(notebook.language) && matcher.document_allows(&notebook.text, &lower))
        .collect();
    if wanted.is_empty() {
        return;
    }
    match parsers.parse(notebook.language, &notebook.text, 0..notebook.text.len()) {
        Ok(tree) => {
            stats.linted += 1;
            let mut source = Source::new(&tree, &notebook.text, lower.get());
            source.notebook = true;
            let mut found = Vec::new();
            wanted.iter().for_each(|matcher| matcher.run(&source, &mut found));
            out.extend(found.into_iter().filter_map(|found| led_back(&notebook, found)));
        }
        Err(reason) => *stats.not_linted.entry(reason.as_str().to_owned()).or_default() += 1,
    }
}

/// A match in the cells as one in the file; nothing is mended there.
fn led_back(notebook: &Notebook, mut found: Match) -> Option<Match> {
    found.whole = notebook.back(found.whole)?;
    found.code = found.code.and_then(|code| notebook.back(code));
    found.literal = found.literal.and_then(|literal| notebook.back(literal));
    found.spot = None;
    Some(found)
}
