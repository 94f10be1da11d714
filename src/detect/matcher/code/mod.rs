//! Lints of source code: calls, options, commands, strings and imports in the common tree.
//!
//! A document is parsed when an anchor of a matcher was seen in it, once, and each matcher whose
//! anchor was seen runs over that tree. [`source`] knows a source's names, options and imports;
//! [`places`] where something stands in it; [`checks`] what no key of a rule file can say.

mod checks;
mod held;
mod places;
pub(in crate::detect) mod source;
mod spelled;

use std::cell::OnceCell;
use std::ops::Range;
use std::time::Instant;

use memchr::memmem::Finder;

use crate::detect::cost::{Cost, Costs};
use crate::detect::{Match, Spot};
use crate::document::Document;
use crate::document::context::Context;
use crate::document::kind::Kind;
use crate::document::layer::{LayerId, LayerSpan};
use crate::model::Stats;
use crate::rule::RuleIndex;
use crate::rule::spec::{ArgumentSpec, CodeSpec, PointSpec, Text};
use crate::syntax::value::ValueClass;
use crate::syntax::{self, Id, Language, NodeKind, Notebook, Parsers};

use super::regex::LazyPattern;
use source::{Argument, Source};

/// More of a call than this is not needed to tell it from others.
const IDENTITY: u32 = 400;

/// So far to both sides a host stands by its password: ten lines of settings.
const CLOSE: usize = 400;

/// Lines below an import that are read with it.
const IMPORTS_BELOW: usize = 40;

/// One `[[match.code]]`.
#[derive(Debug)]
pub(in crate::detect) struct CodeMatcher<'r> {
    pub(in crate::detect) rule: RuleIndex,
    pub(in crate::detect) spec: &'r CodeSpec,
    /// The languages it is for, a bit each.
    speaks: u16,
    near: Vec<Finder<'static>>,
    far: Vec<Finder<'static>>,
    string: Option<LazyPattern>,
    seen: Option<LazyPattern>,
    value: Option<Wanted<'r>>,
    with: Vec<Wanted<'r>>,
    without: Vec<Wanted<'r>>,
}

/// An argument with its patterns.
#[derive(Debug)]
struct Wanted<'r> {
    spec: &'r ArgumentSpec,
    is: Option<LazyPattern>,
    is_not: Option<LazyPattern>,
}

impl<'r> Wanted<'r> {
    fn new(spec: &'r ArgumentSpec) -> Self {
        let lazy = |pattern: &Option<crate::rule::spec::Text>| pattern.as_deref().map(LazyPattern::new);
        Self { spec, is: lazy(&spec.is), is_not: lazy(&spec.is_not) }
    }
}

/// Something of the kind that was looked for.
struct Candidate {
    id: Id,
    /// The word to point at.
    word: LayerSpan,
    /// Text behind the word that is not to be shown.
    hidden: Option<LayerSpan>,
}

impl<'r> CodeMatcher<'r> {
    pub(in crate::detect) fn new(rule: RuleIndex, spec: &'r CodeSpec) -> Self {
        Self {
            rule,
            spec,
            speaks: Language::ALL.into_iter().filter(|one| is_for(spec, *one)).map(bit).fold(0, |all, bit| all | bit),
            near: finders(&spec.near),
            far: finders(&spec.far),
            string: spec.string.as_deref().map(LazyPattern::new),
            seen: spec.seen.as_deref().map(LazyPattern::somewhere),
            value: spec.value.as_ref().map(Wanted::new),
            with: spec.with.iter().map(Wanted::new).collect(),
            without: spec.without.iter().map(Wanted::new).collect(),
        }
    }

    fn speaks(&self, language: Language) -> bool {
        self.speaks & bit(language) != 0
    }

    /// Could something of the kind that is looked for stand in this source? `own` is its text in small letters.
    fn may_stand(&self, language: Language, own: &[u8]) -> bool {
        let spec = self.spec;
        let others = !spec.command.is_empty() || !spec.option.is_empty() || !spec.import.is_empty();
        others || self.string.is_some() || spelled::any(&spec.call, language, own)
    }

    /// Does the document's text as a whole allow it? Cheap questions first.
    fn document_allows(&self, text: &[u8], lower: &Lower<'_>) -> bool {
        let stands = |word: &Finder<'_>| word.find(lower.get()).is_some();
        self.spec.holds.is_none_or(|held| held::stands_in(held, text))
            && (self.near.is_empty() || self.near.iter().any(stands))
            && !self.far.iter().any(stands)
            && self.seen.as_ref().is_none_or(|pattern| pattern.get().is_match(lower.get()))
    }

    fn run(&self, source: &Source<'_>, out: &mut Vec<Match>) {
        for candidate in self.candidates(source) {
            if let Some(found) = self.judge(source, &candidate) {
                out.push(found);
                if self.spec.once {
                    return;
                }
            }
        }
    }

    fn candidates(&self, source: &Source<'_>) -> Vec<Candidate> {
        let spec = self.spec;
        let mut all = Vec::new();
        if !spec.call.is_empty() {
            all.extend(source.calls(&spec.call).map(|id| Candidate { id, word: source.word(id), hidden: None }));
        }
        if !spec.command.is_empty() {
            all.extend(source.commands(&spec.command).map(|id| Candidate {
                id,
                word: source.tree.get(id).name,
                hidden: None,
            }));
        }
        if !spec.option.is_empty() {
            all.extend(source.options_named(&spec.option).map(|(id, word)| Candidate { id, word, hidden: None }));
        }
        if let Some(pattern) = &self.string {
            all.extend(source.strings(pattern.get()).map(|(id, word, hidden)| Candidate { id, word, hidden }));
        }
        if !spec.import.is_empty() {
            all.extend(source.imports_of(&spec.import).map(|(id, word)| Candidate { id, word, hidden: None }));
        }
        all.sort_by_key(|one| one.word.start);
        all
    }

    /// The match, if everything the rule asks for holds.
    fn judge(&self, source: &Source<'_>, candidate: &Candidate) -> Option<Match> {
        let id = candidate.id;
        if candidate.word.is_empty() || !self.is_from(source, id) || !self.stands(source, id) {
            return None;
        }
        if !self.spec.close.is_empty() && !self.is_close(source, candidate.word) {
            return None;
        }
        let arguments = self.arguments(source, id);
        let has = |wanted: &Wanted<'_>| find(source, &arguments, wanted).is_some();
        if !self.with.iter().all(|wanted| wanted.spec.optional || has(wanted)) || self.without.iter().any(has) {
            return None;
        }
        let value = match &self.value {
            Some(wanted) => match find(source, &arguments, wanted) {
                Some(argument) => Some(argument),
                None if wanted.spec.optional => None,
                None => return None,
            },
            None => None,
        };
        let classed = match (value, &self.value) {
            (Some(argument), _) => argument.value.map(|value| source.classifier().classify(value)),
            _ => None,
        };
        let is_optional = self.value.as_ref().is_some_and(|wanted| wanted.spec.optional);
        if let Some(classed) = classed
            && !(self.takes(classed.class) || (is_optional && classed.class == ValueClass::Nothing))
        {
            return None;
        }
        if !self.spec.checks.iter().all(|check| checks::holds(*check, source, id, value)) {
            return None;
        }
        let word = match value {
            // A value without a name has none to point at: the call is enough where both stand on one line.
            Some(argument) if self.spec.at_value && argument.name.is_empty() => {
                let word = argument.word(source);
                let between = source.text.get(candidate.word.end as usize..word.start as usize).unwrap_or_default();
                if between.contains(&b'\n') { word } else { candidate.word }
            }
            Some(argument) if self.spec.at_value => {
                // A table that is splatted stands above its command.
                let word = argument.word(source);
                let splatted = source.tree.get(id).kind == NodeKind::Command && word.start < candidate.word.start;
                if splatted { candidate.word } else { word }
            }
            None if self.spec.at_value => {
                let first = self.with.first().and_then(|wanted| find(source, &arguments, wanted));
                first.map_or(candidate.word, |argument| argument.word(source))
            }
            _ => candidate.word,
        };
        let word = match self.spec.point {
            Some(PointSpec::Handler) => places::handler_behind(source, id).unwrap_or(word),
            Some(PointSpec::Read) => checks::unchecked_read(source, id).unwrap_or(word),
            None => word,
        };
        let mut found = Match::new(self.rule, LayerId::TEXT, word);
        let node = source.tree.get(id).span;
        let code = LayerSpan { start: node.start.min(word.start), end: node.end.max(word.end) };
        found.code = Some(LayerSpan { start: code.start, end: code.end.min(code.start + IDENTITY).max(word.end) });
        found.literal = classed.and_then(|value| value.literal).or(candidate.hidden);
        found.shaped = true;
        found.value = classed.map(|value| value.class);
        found.confidence = self.spec.confidence;
        found.severity = self.spec.severity;
        let piece = u32::try_from(source.tree.range().start).ok();
        found.spot = piece.map(|piece| Spot::Code { piece, id, argument: value.and_then(|given| given.value) });
        Some(found)
    }

    /// Does one of the texts stand near?
    fn is_close(&self, source: &Source<'_>, word: LayerSpan) -> bool {
        let (start, end) = (word.start as usize, word.end as usize);
        let about = &source.lower[start.saturating_sub(CLOSE)..(end + CLOSE).min(source.lower.len())];
        self.spec.close.iter().any(|text| memchr::memmem::find(about, text.to_ascii_lowercase().as_bytes()).is_some())
    }

    fn takes(&self, class: ValueClass) -> bool {
        if class == ValueClass::Nothing {
            return false;
        }
        let name = if class == ValueClass::Partial { "literal" } else { class.as_str() };
        self.spec.values.is_empty() || self.spec.values.iter().any(|wanted| wanted == name)
    }

    fn is_from(&self, source: &Source<'_>, id: Id) -> bool {
        self.spec.imports.is_empty() || source.is_from(id, &self.spec.imports)
    }

    fn stands(&self, source: &Source<'_>, id: Id) -> bool {
        let within = |place| places::within(source, id, place);
        (self.spec.inside.is_empty() || self.spec.inside.iter().any(|place| within(*place)))
            && !self.spec.outside.iter().any(|place| within(*place))
            && (self.spec.of.is_empty() || places::is_argument_of(source, id, &self.spec.of))
    }

    /// What may be an argument: of an option its own value.
    fn arguments(&self, source: &Source<'_>, id: Id) -> Vec<Argument> {
        let node = source.tree.get(id);
        match node.kind {
            NodeKind::Call | NodeKind::New | NodeKind::Command if self.spec.option.is_empty() => source.arguments(id),
            NodeKind::Call | NodeKind::New => {
                source.arguments(id).into_iter().filter(|argument| argument.at.is_some()).collect()
            }
            NodeKind::Pair | NodeKind::Assign => {
                let value = node.kids.last().copied();
                vec![Argument { at: Some(0), name: node.name, value }]
            }
            _ => vec![Argument { at: Some(0), name: LayerSpan::default(), value: Some(id) }],
        }
    }
}

fn bit(language: Language) -> u16 {
    1 << language as u16
}

fn is_for(spec: &CodeSpec, language: Language) -> bool {
    let name = match language {
        Language::CSharp => "csharp",
        Language::Java => "java",
        Language::Kotlin => "kotlin",
        Language::Python => "python",
        Language::JavaScript | Language::TypeScript | Language::Tsx => "javascript",
        Language::Go => "go",
        Language::PowerShell => "powershell",
        Language::Bash => "bash",
        Language::Rust => "rust",
        Language::Cpp => "cpp",
        Language::Php => "php",
        Language::Ruby => "ruby",
    };
    // Other languages have no commands: `offsetX` of a script is no `setx`.
    let is_of_shells =
        !spec.command.is_empty() && spec.call.is_empty() && spec.option.is_empty() && spec.string.is_none();
    if is_of_shells && !language.is_shell() {
        return false;
    }
    spec.languages.is_empty() || spec.languages.iter().any(|wanted| wanted == name)
}

fn finders(words: &[Text]) -> Vec<Finder<'static>> {
    words.iter().map(|word| Finder::new(word.to_ascii_lowercase().as_bytes()).into_owned()).collect()
}

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

/// The argument that is wanted, by position or by name.
fn find(source: &Source<'_>, arguments: &[Argument], wanted: &Wanted<'_>) -> Option<Argument> {
    arguments.iter().copied().find(|argument| {
        let by_place = wanted.spec.at.is_some() && argument.at == wanted.spec.at;
        let by_name = argument.at.is_none() && source.is_named(argument, &wanted.spec.names);
        let any = wanted.spec.at.is_none() && wanted.spec.names.is_empty();
        (by_place || by_name || any) && holds(source, argument, wanted)
    })
}

fn holds(source: &Source<'_>, argument: &Argument, wanted: &Wanted<'_>) -> bool {
    if wanted.is.is_none() && wanted.is_not.is_none() {
        return true;
    }
    let text = argument.value.map(|value| source.value_text(value)).unwrap_or_default();
    wanted.is.as_ref().is_none_or(|pattern| pattern.get().is_match(text.as_bytes()))
        && wanted.is_not.as_ref().is_none_or(|pattern| !pattern.get().is_match(text.as_bytes()))
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
                let source = Source::new(&tree, text, lower);
                let (before, count) = (out.len(), here.len());
                for matcher in &here {
                    matcher.run(&source, out);
                }
                if let (Some(costs), Some(begun)) = (costs.as_mut(), begun) {
                    // Who asked for the tree shares what it cost.
                    let time = begun.elapsed() / u32::try_from(count).unwrap_or(1);
                    let of = |rule| out[before..].iter().filter(|found| found.rule == rule).count() as u64;
                    for matcher in &here {
                        let (rule, matches) = (matcher.rule, of(matcher.rule));
                        costs.add_rule(rule, Cost { hits: 1, searched: 1, matches, time });
                    }
                }
            }
            Err(reason) => *stats.not_linted.entry(reason.as_str().to_owned()).or_default() += 1,
        }
    }
    stats.linted += u64::from(parsed);
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
