//! One `[[match.code]]`: what it looks for in a parsed source, and what must hold there.

use memchr::memmem::Finder;

use crate::detect::matcher::regex::LazyPattern;
use crate::detect::{Match, Spot};
use crate::document::layer::{LayerId, LayerSpan};
use crate::rule::RuleIndex;
use crate::rule::spec::{ArgumentSpec, CodeSpec, PointSpec, Text};
use crate::syntax::value::ValueClass;
use crate::syntax::{Id, Language, NodeKind};

use super::source::{Argument, Source};
use super::{Lower, behind, checks, held, places, spelled};

/// More of a call than this is not needed to tell it from others.
const IDENTITY: u32 = 400;

/// So far to both sides a host stands by its password: ten lines of settings.
const CLOSE: usize = 400;

/// One `[[match.code]]`.
#[derive(Debug)]
pub(in crate::detect) struct CodeMatcher<'r> {
    pub(in crate::detect) rule: RuleIndex,
    pub(in crate::detect) spec: &'r CodeSpec,
    /// The languages it is for, a bit each.
    pub(super) speaks: u16,
    near: Vec<Finder<'static>>,
    far: Vec<Finder<'static>>,
    string: Option<LazyPattern>,
    seen: Option<LazyPattern>,
    behind: Option<LazyPattern>,
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
    pub(super) fn new(spec: &'r ArgumentSpec) -> Self {
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
            seen: spec.seen.as_deref().map(LazyPattern::searched),
            behind: spec.behind.as_deref().map(LazyPattern::new),
            value: spec.value.as_ref().map(Wanted::new),
            with: spec.with.iter().map(Wanted::new).collect(),
            without: spec.without.iter().map(Wanted::new).collect(),
        }
    }

    pub(super) fn speaks(&self, language: Language) -> bool {
        self.speaks & bit(language) != 0
    }

    /// Could something of the kind that is looked for stand in this source? `own` is its text in small letters.
    pub(super) fn may_stand(&self, language: Language, own: &[u8]) -> bool {
        let spec = self.spec;
        let others = !spec.command.is_empty() || !spec.option.is_empty() || !spec.import.is_empty();
        others || self.string.is_some() || spelled::any(&spec.call, language, own)
    }

    /// Does the document's text as a whole allow it? Cheap questions first.
    pub(super) fn document_allows(&self, text: &[u8], lower: &Lower<'_>) -> bool {
        let stands = |word: &Finder<'_>| word.find(lower.get()).is_some();
        self.spec.holds.is_none_or(|held| held::stands_in(held, text))
            && (self.near.is_empty() || self.near.iter().any(stands))
            && !self.far.iter().any(stands)
            && self.seen.as_ref().is_none_or(|seen| self.is_seen(seen, lower.get()))
            && self.spec.checks.iter().all(|check| checks::may_hold(*check, lower.get()))
    }

    fn is_seen(&self, seen: &LazyPattern, text: &[u8]) -> bool {
        let Some(pattern) = &self.behind else { return seen.get().is_match(text) };
        let mut code = Vec::new();
        let stands = |from: usize| !behind::arguments(text, from, &mut code) || pattern.get().is_match(&code);
        seen.get().find_iter(text).map(|begin| begin.end()).any(stands)
    }

    pub(super) fn run(&self, source: &Source<'_>, out: &mut Vec<Match>) {
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
        let word = self.word(source, candidate, &arguments, value);
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

    /// The word to point at: of the candidate, of its value, or of what follows it.
    fn word(
        &self,
        source: &Source<'_>,
        candidate: &Candidate,
        arguments: &[Argument],
        value: Option<Argument>,
    ) -> LayerSpan {
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
                let splatted =
                    source.tree.get(candidate.id).kind == NodeKind::Command && word.start < candidate.word.start;
                if splatted { candidate.word } else { word }
            }
            None if self.spec.at_value => {
                let first = self.with.first().and_then(|wanted| find(source, arguments, wanted));
                first.map_or(candidate.word, |argument| argument.word(source))
            }
            _ => candidate.word,
        };
        match self.spec.point {
            Some(PointSpec::Handler) => places::handler_behind(source, candidate.id).unwrap_or(word),
            Some(PointSpec::Read) => checks::unchecked_read(source, candidate.id).unwrap_or(word),
            None => word,
        }
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

pub(super) fn bit(language: Language) -> u16 {
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
