//! What edits are planned on: the document, its tree as configuration, its trees as source.
//!
//! Read again for a document that has a finding with a fix: that is rare, and keeps the trees of
//! the search as short-lived as they are.

use std::cell::OnceCell;
use std::collections::HashMap;
use std::ops::Range;

use crate::detect::matcher::config::File;
use crate::detect::{Detected, LintPlaces, Spot};
use crate::document::Document;
use crate::document::tree::NodeId;
use crate::rule::spec::{FixSpec, RuleSpec, Text};
use crate::syntax::{self, Language, NodeKind, Parsers, Tree};

use super::{Change, around, call, go, import, node, statement, text, unused};

/// A document, and what was read of it so far.
pub(super) struct Ground<'a> {
    pub(super) doc: &'a Document<'a>,
    /// `\n`, or `\r\n` where more lines end so.
    pub(super) newline: &'static str,
    parsers: &'a mut Parsers,
    file: Option<File<'a>>,
    source: Option<(usize, Tree)>,
    /// The text in small letters, and whether a word stands in it: a file may have thousands of findings of one rule.
    lower: OnceCell<Vec<u8>>,
    standing: HashMap<Text, bool>,
}

/// Where a finding stands.
#[derive(Clone, Copy)]
pub(super) struct Place {
    pub(super) lint: Option<LintPlaces>,
    /// The node of the finding in the tree of a configuration file.
    pub(super) node: Option<NodeId>,
    /// The node in the tree of a source, and the argument that it is about.
    pub(super) code: Option<(syntax::Id, Option<syntax::Id>)>,
    /// The innermost node of a source that it stands in.
    pub(super) stands: Option<syntax::Id>,
}

impl<'a> Ground<'a> {
    pub(super) fn new(doc: &'a Document<'a>, parsers: &'a mut Parsers) -> Self {
        let text = doc.text();
        let lines = memchr::memchr_iter(b'\n', text).count();
        let carriage = memchr::memmem::find_iter(text, b"\r\n").count();
        let newline = if carriage * 2 > lines { "\r\n" } else { "\n" };
        let (lower, standing) = (OnceCell::new(), HashMap::new());
        Self { doc, newline, parsers, file: None, source: None, lower, standing }
    }

    /// All edits of a fix; `None` if it does not fit or one of them cannot be made.
    pub(super) fn changes(&mut self, rule: &RuleSpec, fix: &FixSpec, one: &Detected) -> Option<Vec<Change>> {
        if !self.text_allows(fix) {
            return None;
        }
        let mut place = self.place(one)?;
        if !fix.languages.is_empty() {
            self.stand(&mut place);
        }
        if !fix.languages.is_empty() && !self.speaks(place, fix) {
            return None;
        }
        if !fix.calls.is_empty() && !self.is_at(place, &fix.calls) {
            return None;
        }
        let mut all = Vec::new();
        if self.wants_tree(fix) {
            let file = self.file.get_or_insert_with(|| File::open(self.doc));
            let base = node::base(file, fix, place)?;
            if fix.switch {
                all.extend(node::switched(file, rule, place)?);
            }
            for edit in fix.node.iter() {
                all.extend(node::edited(file, base, edit)?);
            }
        }
        for edit in fix.text.iter() {
            all.extend(text::edited(self, edit, place)?);
        }
        let source = self.source.as_ref().map(|(_, tree)| tree);
        if let Some(tree) = source.filter(|tree| tree.language() == Language::Go && place.code.is_some()) {
            let freed = go::freed_by(tree, self.doc.text(), place.code?.0, &all)?;
            all.extend(freed);
        }
        for edit in fix.call.iter() {
            all.extend(call::edited(source?, self.doc.text(), place.code?.0, edit)?);
        }
        for edit in fix.statement.iter() {
            let call = around::call(source?, place.stands?)?;
            all.extend(statement::edited(source?, self.doc.text(), call, edit)?);
        }
        for edit in fix.import.iter() {
            all.extend(import::edited(source?, self.doc.text(), edit)?);
        }
        if fix.unused {
            all.extend(unused::lines(self.doc.text(), &all));
        }
        (!all.is_empty()).then_some(all)
    }

    fn wants_tree(&self, fix: &FixSpec) -> bool {
        fix.switch
            || !fix.node.is_empty()
            || !fix.files.is_empty()
            || !fix.resource.is_empty()
            || !fix.conditions.is_empty()
    }

    fn text_allows(&mut self, fix: &FixSpec) -> bool {
        (fix.near.is_empty() || fix.near.iter().any(|word| self.stands(word)))
            && !fix.far.iter().any(|word| self.stands(word))
    }

    /// Does a word stand in the text, in any letter case?
    fn stands(&mut self, word: &Text) -> bool {
        if let Some(&known) = self.standing.get(word) {
            return known;
        }
        let lower = self.lower.get_or_init(|| self.doc.text().to_ascii_lowercase());
        let stands = memchr::memmem::find(lower, word.to_ascii_lowercase().as_bytes()).is_some();
        self.standing.insert(word.clone(), stands);
        stands
    }

    /// Where a finding stands; reads the source that it stands in.
    fn place(&mut self, one: &Detected) -> Option<Place> {
        let mut place = Place { lint: one.lint, node: None, code: None, stands: None };
        match one.lint.and_then(|lint| lint.spot) {
            Some(Spot::Node(node)) => place.node = Some(node),
            Some(Spot::Code { piece, id, argument }) => {
                self.read_source(piece as usize)?;
                place.code = Some((id, argument));
                place.stands = Some(argument.unwrap_or(id));
            }
            None => {}
        }
        Some(place)
    }

    /// Words that a pattern found stand in a source too: in which node of it, and in which call.
    fn stand(&mut self, place: &mut Place) -> Option<()> {
        let at = place.lint.filter(|lint| lint.spot.is_none())?.code.range().start;
        let text = self.doc.text();
        let pieces = syntax::pieces(self.doc.kind(), self.doc.path().file_name(), text);
        let piece = pieces.into_iter().find(|piece| piece.range.contains(&at))?;
        self.read_source(piece.range.start)?;
        let (_, tree) = self.source.as_ref()?;
        place.stands = around::innermost(tree, at);
        place.code = place.stands.and_then(|id| around::call(tree, id)).map(|call| (call, None));
        Some(())
    }

    fn read_source(&mut self, start: usize) -> Option<()> {
        if self.source.as_ref().is_some_and(|(known, _)| *known == start) {
            return Some(());
        }
        let text = self.doc.text();
        let pieces = syntax::pieces(self.doc.kind(), self.doc.path().file_name(), text);
        let piece = pieces.into_iter().find(|piece| piece.range.start == start)?;
        self.source = Some((start, self.parsers.parse(piece.language, text, piece.range).ok()?));
        Some(())
    }

    fn speaks(&self, place: Place, fix: &FixSpec) -> bool {
        let Some((_, tree)) = self.source.as_ref().filter(|_| place.stands.is_some()) else { return false };
        let names = language_names(tree.language());
        fix.languages.iter().any(|wanted| names.contains(&wanted.as_ref()))
    }

    /// Is the finding at a call named so, or at an argument of one?
    fn is_at(&self, place: Place, names: &[Text]) -> bool {
        let (Some((id, _)), Some((_, tree))) = (place.code, &self.source) else { return false };
        let text = self.doc.text();
        let is_call = |id: syntax::Id| matches!(tree.get(id).kind, NodeKind::Call | NodeKind::New);
        let call = std::iter::once(id).chain(tree.above(id).take(3)).find(|&id| is_call(id));
        call.is_some_and(|call| names.iter().any(|name| **name == *tree.name(call, text)))
    }

    /// The tree of the source that was read last.
    pub(super) fn source(&self) -> Option<&Tree> {
        self.source.as_ref().map(|(_, tree)| tree)
    }

    /// The configuration file, read.
    pub(super) fn file(&mut self) -> &File<'a> {
        self.file.get_or_insert_with(|| File::open(self.doc))
    }
}

/// What rules call a language.
fn language_names(language: Language) -> &'static [&'static str] {
    match language {
        Language::CSharp => &["csharp"],
        Language::Java => &["java"],
        Language::Kotlin => &["kotlin"],
        Language::Python => &["python"],
        Language::JavaScript | Language::TypeScript | Language::Tsx => &["javascript"],
        Language::Go => &["go"],
        Language::PowerShell => &["powershell"],
        Language::Bash => &["bash"],
        Language::Rust => &["rust"],
        Language::Cpp => &["cpp"],
        Language::Php => &["php"],
        Language::Ruby => &["ruby"],
    }
}

/// A range within a text that may have been cut.
pub(super) fn within(range: Range<usize>, text: &[u8]) -> Range<usize> {
    range.start.min(text.len())..range.end.min(text.len())
}
