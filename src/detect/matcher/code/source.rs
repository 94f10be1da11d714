//! A source with its names: calls by name, options, imports, what a call is given.

use std::cell::OnceCell;
use std::collections::{HashMap, HashSet};

use regex::bytes::Regex;

use crate::document::layer::LayerSpan;
use crate::rule::spec::Text;
use crate::syntax::value::{Bindings, Classifier};
use crate::syntax::{Id, Language, NodeKind, Tree};

/// Objects within objects are looked into so far.
const DEEPEST: u8 = 5;

/// What a call, a command or an option is given.
#[derive(Clone, Copy, Debug)]
pub(super) struct Argument {
    /// Its place; none if it has a name.
    pub(super) at: Option<u32>,
    /// Its name; empty if it has none.
    pub(super) name: LayerSpan,
    /// None for a flag or a setter without a value.
    pub(super) value: Option<Id>,
}

impl Argument {
    /// The word to point at: its name, or the first byte of its value.
    pub(super) fn word(&self, source: &Source<'_>) -> LayerSpan {
        if !self.name.is_empty() {
            return self.name;
        }
        let start = self.value.map_or(0, |value| source.tree.get(value).span.start);
        LayerSpan { start, end: start + 1 }
    }
}

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
                _ => {}
            }
        }
        source.find_other_imports();
        source.call_by_alias();
        source
    }

    /// `from x import A as B`, `import { A as B }`, `using B = x.A`: a call of `B` is one of `A`.
    fn call_by_alias(&mut self) {
        for &import in &self.imports {
            for (name, alias) in aliases(self.tree.text(import, self.text)) {
                let called = self.calls.get(alias).cloned().unwrap_or_default();
                self.calls.entry(name).or_default().extend(called);
            }
        }
    }

    /// `require("x")` and `Import-Module X` are imports too.
    fn find_other_imports(&mut self) {
        for name in ["require", "import", "require_relative"] {
            for &id in self.calls.get(name).map(Vec::as_slice).unwrap_or_default() {
                let statement = self.tree.above(id).take(3).find(|up| self.tree.get(*up).kind == NodeKind::Assign);
                self.imports.push(statement.unwrap_or(id));
            }
        }
        let is_import = |id: Id| {
            let name = self.tree.name(id, self.text);
            name.eq_ignore_ascii_case("Import-Module") || name.eq_ignore_ascii_case("Install-Module")
        };
        let commands = self.tree.iter().filter(|(_, node)| node.kind == NodeKind::Command).map(|(id, _)| id);
        let found: Vec<Id> = commands.filter(|id| is_import(*id)).collect();
        self.imports.extend(found);
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
                .filter(|id| !self.declared.contains(self.tree.name(*id, self.text)))
        })
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

    /// Import statements that hold one of these.
    pub(super) fn imports_of<'s>(&'s self, texts: &'s [Text]) -> impl Iterator<Item = (Id, LayerSpan)> + 's {
        self.imports.iter().filter_map(move |&id| {
            let node = self.tree.get(id);
            let whole = self.tree.text(id, self.text);
            let at = texts.iter().find_map(|text| Some((word_at(whole, text)?, text.len())))?;
            let start = node.span.start as usize + at.0;
            Some((id, LayerSpan::new(start, start + at.1)?))
        })
    }

    /// Does the name come from one of these packages, as far as the file tells?
    pub(super) fn is_from(&self, id: Id, packages: &[Text]) -> bool {
        let node = self.tree.get(id);
        let path = node.kids.first().map(|callee| self.tree.path(*callee, self.text)).unwrap_or_default();
        let whole = node.kids.first().map(|callee| self.tree.text(*callee, self.text)).unwrap_or_default();
        let is_python = self.language() == Language::Python;
        let wanted = |text: &str| {
            packages.iter().any(|package| holds_package(text, package))
                || (is_python
                    && module_from(text).is_some_and(|text| packages.iter().any(|one| holds_package(&text, one))))
        };
        if wanted(whole) {
            return true;
        }
        let words = [self.tree.name(id, self.text), path.first().copied().unwrap_or_default()];
        let mut any = false;
        let mut named = None;
        for &import in &self.imports {
            let statement = self.tree.text(import, self.text);
            let is_wanted = wanted(statement);
            any |= is_wanted;
            if words.iter().any(|word| !word.is_empty() && word_at(statement, word).is_some()) {
                named = Some(named.unwrap_or(false) || is_wanted);
            }
        }
        match named {
            Some(from) if self.language() == Language::CSharp => from || any,
            Some(from) => from,
            None => any || self.imports.is_empty() || self.language().imports_are_elsewhere(),
        }
    }

    /// Is a name among these, in small letters without signs; flags letter for letter?
    pub(super) fn is_named(&self, argument: &Argument, names: &[Text]) -> bool {
        let name = std::str::from_utf8(self.text.get(argument.name.range()).unwrap_or_default()).unwrap_or_default();
        if name.is_empty() {
            return false;
        }
        let plain = normal(name);
        let may_be_short = self.language() == Language::PowerShell && name.starts_with('-') && plain.len() >= 4;
        names.iter().any(|wanted| match wanted.strip_prefix('-') {
            Some(_) => *wanted == name,
            None => *wanted == plain || (may_be_short && wanted.starts_with(&plain)),
        })
    }

    /// Everything a call or command is given: arguments, options in objects, setters behind it
    /// and on the variable that it is assigned to.
    pub(super) fn arguments(&self, id: Id) -> Vec<Argument> {
        let node = self.tree.get(id);
        let mut all = Vec::new();
        let mut at = 0;
        for &kid in node.kids.iter().skip(1) {
            if self.tree.get(kid).kind == NodeKind::Pair {
                self.push_pair(kid, DEEPEST, &mut all);
                continue;
            }
            all.push(Argument { at: Some(at), name: LayerSpan::default(), value: Some(kid) });
            at += 1;
            self.push_object(kid, DEEPEST, &mut all);
        }
        self.push_chain(id, &mut all);
        all
    }

    fn push_pair(&self, pair: Id, deep: u8, all: &mut Vec<Argument>) {
        let node = self.tree.get(pair);
        let value = node.kids.last().copied();
        all.push(Argument { at: None, name: node.name, value });
        if let (Some(value), Some(deep)) = (value, deep.checked_sub(1)) {
            self.push_object(value, deep, all);
        }
    }

    /// The keys of an object, or of what a name stands for.
    fn push_object(&self, id: Id, deep: u8, all: &mut Vec<Argument>) {
        let Some(next) = deep.checked_sub(1) else { return };
        let id = self.classifier().resolve(id);
        let node = self.tree.get(id);
        match node.kind {
            NodeKind::Object | NodeKind::Other => {
                for &kid in &node.kids {
                    match self.tree.get(kid).kind {
                        NodeKind::Pair | NodeKind::Assign => self.push_pair(kid, deep, all),
                        NodeKind::Name if node.kind == NodeKind::Object => {
                            // `{ clientSecret }`
                            all.push(Argument { at: None, name: self.tree.get(kid).name, value: Some(kid) });
                            self.push_object(kid, next, all);
                        }
                        NodeKind::Object | NodeKind::Other => self.push_object(kid, next, all),
                        _ => {}
                    }
                }
            }
            NodeKind::New => {
                // An object of options: its initialiser, and setters behind it.
                for &kid in node.kids.iter().skip(1) {
                    match self.tree.get(kid).kind {
                        NodeKind::Pair | NodeKind::Assign => self.push_pair(kid, next, all),
                        NodeKind::Object => self.push_object(kid, next, all),
                        _ => {}
                    }
                }
                self.push_chain(id, all);
            }
            _ => {}
        }
    }

    /// `.x(value)` behind a call, and `v.x(value)`, `v.x = value` where it was assigned to `v`.
    fn push_chain(&self, id: Id, all: &mut Vec<Argument>) {
        let mut at = id;
        loop {
            let up = self.tree.get(at).parent;
            let parent = self.tree.get(up);
            if up == at {
                return;
            }
            let is_base = parent.kids.first() == Some(&at);
            match parent.kind {
                NodeKind::Member if is_base => {}
                NodeKind::Call if is_base => {
                    let value = parent.kids.get(1).copied();
                    all.push(Argument { at: None, name: parent.name, value });
                }
                NodeKind::Other if parent.kids.len() == 1 => {}
                NodeKind::Assign if !is_base => {
                    let name = self.tree.name(up, self.text);
                    for &setter in self.setters().get(name).map(Vec::as_slice).unwrap_or_default() {
                        let node = self.tree.get(setter);
                        if node.span.start < parent.span.start {
                            continue;
                        }
                        all.push(Argument { at: None, name: node.name, value: node.kids.get(1).copied() });
                    }
                    return;
                }
                _ => return,
            }
            at = up;
        }
    }

    /// Assignments to properties and calls of methods, by the variable before the point.
    fn setters(&self) -> &HashMap<&'t str, Vec<Id>> {
        self.setters.get_or_init(|| {
            let mut all: HashMap<&'t str, Vec<Id>> = HashMap::new();
            for (id, node) in self.tree.iter() {
                if !matches!(node.kind, NodeKind::Assign | NodeKind::Call) || node.kids.len() != 2 {
                    continue;
                }
                let target = self.tree.get(node.kids[0]);
                let base = match target.kind {
                    NodeKind::Member | NodeKind::Index => target.kids.first().copied(),
                    _ => None,
                };
                if let Some(base) = base.filter(|base| self.tree.get(*base).kind == NodeKind::Name) {
                    all.entry(self.tree.name(base, self.text)).or_default().push(id);
                }
            }
            all
        })
    }

    /// The text of a value: of a name what it stands for.
    pub(super) fn value_text(&self, id: Id) -> &'t str {
        let id = self.classifier().resolve(id);
        let node = self.tree.get(id);
        if node.kind == NodeKind::Str { self.tree.name(id, self.text) } else { self.tree.text(id, self.text) }
    }

    pub(super) fn stands(&self, word: &str) -> bool {
        memchr::memmem::find(self.lower, word.as_bytes()).is_some()
    }
}

/// Names and what an import statement calls them.
fn aliases(statement: &str) -> Vec<(&str, &str)> {
    let word = |b: char| b.is_ascii_alphanumeric() || b == '_';
    let last = |text| str::trim_end(text).rsplit(|b| !word(b)).next().unwrap_or_default();
    let first = |text| str::trim_start(text).split(|b| !word(b)).next().unwrap_or_default();
    let mut found: Vec<_> =
        statement.match_indices(" as ").map(|(at, _)| (last(&statement[..at]), first(&statement[at + 4..]))).collect();
    if statement.starts_with("using ")
        && let Some((alias, name)) = statement.split_once('=')
    {
        found.push((last(name.trim_end().trim_end_matches(';')), last(alias)));
    }
    found.retain(|(name, alias)| !name.is_empty() && !alias.is_empty() && name != alias);
    found
}

/// Small letters and digits only.
pub(super) fn normal(name: &str) -> String {
    name.chars().filter(char::is_ascii_alphanumeric).map(|c| c.to_ascii_lowercase()).collect()
}

/// `*` stands for any letters within a word.
fn glob(pattern: &str, word: &str) -> bool {
    let Some((head, tail)) = pattern.split_once('*') else { return pattern == word };
    let Some(rest) = word.strip_prefix(head) else { return false };
    match tail.split_once('*') {
        None => rest.ends_with(tail),
        Some((middle, end)) => rest.find(middle).is_some_and(|at| rest[at + middle.len()..].ends_with(end)),
    }
}

/// Where `word` stands as a word of its own.
pub(in crate::detect) fn word_at(text: &str, word: &str) -> Option<usize> {
    let is_word = |byte: Option<&u8>| byte.is_some_and(|b| b.is_ascii_alphanumeric() || *b == b'_');
    let bytes = text.as_bytes();
    text.match_indices(word).map(|(at, _)| at).find(|&at| {
        let before = at.checked_sub(1).and_then(|before| bytes.get(before));
        !is_word(before) && !is_word(bytes.get(at + word.len()))
    })
}

/// `from azure import identity` imports `azure.identity`.
fn module_from(statement: &str) -> Option<String> {
    let (package, names) = statement.strip_prefix("from ")?.split_once(" import ")?;
    let names = names.split(',').map(|name| name.trim().split(' ').next().unwrap_or_default());
    Some(names.map(|name| format!("{}.{name}\n", package.trim())).collect())
}

/// `Azure.Identity` in `Azure::Identity::X` and `azure/identity` too.
fn holds_package(text: &str, package: &str) -> bool {
    if text.contains(package) {
        return true;
    }
    let plain = |text: &str| text.to_ascii_lowercase().replace("::", ".").replace(['\\', '/', '_'], ".");
    plain(text).contains(&plain(package))
}
