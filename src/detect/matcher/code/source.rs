//! A source with its names: calls by name, options, imports, what a call is given.

mod arguments;
mod imports;
mod words;

use std::cell::OnceCell;
use std::collections::{HashMap, HashSet};

use regex::bytes::Regex;

use crate::document::layer::LayerSpan;
use crate::rule::spec::Text;
use crate::syntax::value::{Bindings, Classifier};
use crate::syntax::{Id, Language, NodeKind, Tree};

pub(super) use arguments::Argument;
use words::glob;
pub(super) use words::normal;
pub(in crate::detect) use words::word_at;

/// One parsed piece of a document.
pub(super) struct Source<'t> {
    pub(super) tree: &'t Tree,
    pub(super) text: &'t [u8],
    /// The whole document in small letters.
    pub(super) lower: &'t [u8],
    pub(super) bindings: Bindings,
    calls: HashMap<&'t str, Vec<Id>>,
    imports: Vec<Id>,
    declared: HashSet<&'t str>,
    setters: OnceCell<HashMap<&'t str, Vec<Id>>>,
    /// Is it the code of a notebook, which somebody runs by hand?
    pub(super) notebook: bool,
}

/// `Settings.fromText = function (text) {…}`: a class of JavaScript before there were any.
fn classic_class<'t>(tree: &Tree, text: &'t [u8], id: Id) -> Option<&'t str> {
    let kids = &tree.get(id).kids;
    let (&target, &value) = (kids.first()?, kids.last()?);
    let (target, is_function) =
        (tree.get(target), matches!(tree.get(value).kind, NodeKind::Function | NodeKind::Lambda));
    let base = target.kids.first().copied().filter(|_| is_function && target.kind == NodeKind::Member)?;
    let name = (tree.get(base).kind == NodeKind::Name).then(|| tree.name(base, text))?;
    name.starts_with(|first: char| first.is_ascii_uppercase()).then_some(name)
}

impl<'t> Source<'t> {
    pub(super) fn new(tree: &'t Tree, text: &'t [u8], lower: &'t [u8]) -> Self {
        let mut source = Self {
            tree,
            text,
            lower,
            bindings: Bindings::of(tree, text),
            calls: HashMap::new(),
            imports: Vec::new(),
            declared: HashSet::new(),
            setters: OnceCell::new(),
            notebook: false,
        };
        for (id, node) in tree.iter() {
            match node.kind {
                NodeKind::Call | NodeKind::New => source.calls.entry(tree.name(id, text)).or_default().push(id),
                // `await import("x")`: the statement about it says what is taken.
                NodeKind::Import if tree.text(id, text) == "import" => {
                    let statement = tree.above(id).take(6).find(|up| tree.get(*up).kind == NodeKind::Assign);
                    source.imports.push(statement.unwrap_or(id));
                }
                NodeKind::Import => source.imports.push(id),
                NodeKind::Class => drop(source.declared.insert(tree.name(id, text))),
                NodeKind::Assign => source.declared.extend(classic_class(tree, text, id)),
                _ => {}
            }
        }
        source.find_other_imports();
        source.call_by_alias();
        source
    }

    pub(super) fn classifier(&self) -> Classifier<'_> {
        Classifier { tree: self.tree, text: self.text, bindings: &self.bindings }
    }

    pub(super) fn language(&self) -> Language {
        self.tree.language()
    }

    /// The word that names a call; `new` itself, if its type stands in another statement some lines above.
    pub(super) fn word(&self, id: Id) -> LayerSpan {
        let node = self.tree.get(id);
        let between = self.text.get(node.name.end as usize..node.span.start as usize).unwrap_or_default();
        if between.contains(&b'\n') && memchr::memchr2(b';', b'{', between).is_some() {
            return LayerSpan { start: node.span.start, end: node.span.start + 3 };
        }
        node.name
    }

    /// Calls whose name is one of `names`; names of the file's own classes are somebody else's.
    pub(super) fn calls<'s>(&'s self, names: &'s [Text]) -> impl Iterator<Item = Id> + 's {
        names.iter().flat_map(move |name| {
            let last = name.rsplit('.').next().unwrap_or(name);
            let exact = (!last.contains('*')).then(|| self.calls.get(last)).flatten();
            let globbed = last
                .contains('*')
                .then(|| self.calls.iter().filter(move |(known, _)| glob(last, known)).flat_map(|(_, ids)| ids.iter()));
            let ids = exact.into_iter().flatten().chain(globbed.into_iter().flatten()).copied();
            ids.filter(move |id| self.is_called(*id, name))
                .filter(|id| !self.declared.contains(self.tree.name(*id, self.text)) && !self.is_of_own_class(*id))
        })
    }

    /// `Settings.fromConnectionString(x)` of a class that this file or a file beside it declares.
    fn is_of_own_class(&self, id: Id) -> bool {
        let Some(&callee) = self.tree.get(id).kids.first() else { return false };
        let node = self.tree.get(callee);
        let Some(&base) = node.kids.first().filter(|_| node.kind == NodeKind::Member) else { return false };
        let name = self.tree.name(base, self.text);
        self.tree.get(base).kind == NodeKind::Name
            && name.starts_with(|first: char| first.is_ascii_uppercase())
            && (self.declared.contains(name) || self.is_from_beside(name))
    }

    /// Do the words before the last one stand before it?
    fn is_called(&self, id: Id, name: &str) -> bool {
        let mut wanted: Vec<&str> = name.split('.').collect();
        wanted.pop();
        if wanted.is_empty() {
            return true;
        }
        let callee = self.tree.get(id).kids.first().copied();
        let mut path = callee.map(|callee| self.tree.path(callee, self.text)).unwrap_or_default();
        path.pop();
        if path.is_empty() && wanted == ["*"] {
            // `get_blob().method()`: what stands before is no name.
            return callee.is_some_and(|callee| self.tree.get(callee).kind == NodeKind::Member);
        }
        path.len() >= wanted.len()
            && path.iter().rev().zip(wanted.iter().rev()).all(|(word, wanted)| glob(wanted, word))
    }

    /// Command lines that begin with these words.
    pub(super) fn commands<'s>(&'s self, lines: &'s [Text]) -> impl Iterator<Item = Id> + 's {
        let commands = self.tree.iter().filter(|(_, node)| node.kind == NodeKind::Command).map(|(id, _)| id);
        commands.filter(move |id| lines.iter().any(|line| self.is_command(*id, line)))
    }

    fn is_command(&self, id: Id, line: &str) -> bool {
        let mut wanted = line.split(' ');
        let fold = self.language() == Language::PowerShell;
        let same = |a: &str, b: &str| if fold { a.eq_ignore_ascii_case(b) } else { a == b };
        let name = self.tree.name(id, self.text);
        // `@az login` of make.
        let name = name.rsplit('/').next().unwrap_or(name).trim_start_matches('@');
        let name = if fold { name.rsplit('\\').next().unwrap_or(name) } else { name };
        let name = name.strip_suffix(".exe").unwrap_or(name);
        if !wanted.next().is_some_and(|first| same(name, first)) {
            return false;
        }
        let node = self.tree.get(id);
        let mut words = node.kids.iter().skip(1).filter(|kid| self.tree.get(**kid).kind == NodeKind::Str);
        wanted.all(|wanted| words.next().is_some_and(|word| same(self.tree.name(*word, self.text), wanted)))
    }

    /// Everything named so that has a value: pairs, assignments, setters, flags.
    pub(super) fn options_named<'s>(&'s self, names: &'s [Text]) -> impl Iterator<Item = (Id, LayerSpan)> + 's {
        self.tree.iter().filter_map(move |(id, node)| {
            let may = match node.kind {
                NodeKind::Pair | NodeKind::Assign => true,
                NodeKind::Call => node.kids.len() == 2,
                _ => false,
            };
            if !may || node.name.is_empty() {
                return None;
            }
            let argument = Argument { at: None, name: node.name, value: None };
            self.is_named(&argument, names).then_some((id, node.name))
        })
    }

    /// Strings that hold a pattern, with the place of what it matched. A group `mark` is all that may be
    /// shown of a match: the text behind it is handed over as well.
    pub(super) fn strings<'s>(
        &'s self,
        pattern: &'s Regex,
    ) -> impl Iterator<Item = (Id, LayerSpan, Option<LayerSpan>)> + 's {
        self.tree.iter().filter_map(move |(id, node)| {
            if !matches!(node.kind, NodeKind::Str | NodeKind::Template | NodeKind::Concat) {
                return None;
            }
            // A piece of a text is looked at with its whole.
            let parent = self.tree.get(node.parent).kind;
            if parent == NodeKind::Template || (node.kind == NodeKind::Str && parent == NodeKind::Concat) {
                return None;
            }
            let span = if node.name.is_empty() { node.span } else { node.name };
            let text = self.text.get(span.range())?;
            if !pattern.is_match(text) {
                return None;
            }
            let found = pattern.captures(text)?;
            let start = span.start as usize;
            match found.name("mark") {
                Some(mark) => {
                    let word = LayerSpan::new(start + mark.start(), start + mark.end())?;
                    Some((id, word, LayerSpan::new(start + mark.end(), span.end as usize)))
                }
                None => {
                    let whole = found.get(0)?;
                    Some((id, LayerSpan::new(start + whole.start(), start + whole.end())?, None))
                }
            }
        })
    }

    /// The text of a value: of a name what it stands for.
    pub(super) fn value_text(&self, id: Id) -> &'t str {
        let id = self.classifier().resolve(id);
        let node = self.tree.get(id);
        if node.kind == NodeKind::Str { self.tree.name(id, self.text) } else { self.tree.text(id, self.text) }
    }
}
