//! Lints of configuration: nodes of a tree, switches of resources, command lines in scripts.
//!
//! A file is read once, and only if an anchor of such a matcher was seen in it. What a matcher may say
//! stands in `rule::spec`; which file is what in [`files`], what a value is in [`value`].

mod command;
pub(in crate::detect) mod condition;
mod constant;
mod files;
mod held;
mod node;
mod owner;
pub(in crate::detect) mod path;
pub(in crate::detect) mod switch;
pub(in crate::detect) mod value;

use std::cell::OnceCell;

use crate::detect::{Match, Spot};
use crate::document::Document;
use crate::document::context::Context;
use crate::document::kind::Kind;
use crate::document::layer::{LayerId, LayerSpan};
use crate::document::shell::Command;
use crate::document::tree::resource::{Resource, resources};
use crate::document::tree::{self, NodeId, Shape, Tree};
use crate::rule::RuleIndex;
use crate::rule::spec::{FileKind, Matchers, ValueKind};
use command::CommandMatcher;
use files::Files;
use held::Held;
use node::ConfigMatcher;
use switch::SwitchMatcher;

/// One matcher of any of the three sorts.
#[derive(Debug)]
enum Sort<'r> {
    Node(ConfigMatcher<'r>),
    Switch(SwitchMatcher<'r>),
    Command(CommandMatcher<'r>),
}

/// All of them, by the number that their anchors carry.
#[derive(Debug, Default)]
pub(in crate::detect) struct ConfigMatchers<'r> {
    all: Vec<(RuleIndex, Sort<'r>)>,
}

/// A file, with what was worked out about it so far.
pub(in crate::detect) struct File<'d> {
    doc: &'d Document<'d>,
    tree: Option<Tree<'d>>,
    files: Files,
    resources: OnceCell<Vec<Resource>>,
    commands: OnceCell<Vec<Command>>,
    held: OnceCell<Vec<Held>>,
}

impl<'r> ConfigMatchers<'r> {
    /// In the order in which their anchors are numbered.
    pub(in crate::detect) fn push(&mut self, rule: RuleIndex, matchers: &'r Matchers) {
        self.all.extend(matchers.config.iter().map(|spec| (rule, Sort::Node(ConfigMatcher::new(spec)))));
        self.all.extend(matchers.switch.iter().map(|spec| (rule, Sort::Switch(SwitchMatcher::new(spec)))));
        self.all.extend(matchers.command.iter().map(|spec| (rule, Sort::Command(CommandMatcher::new(spec)))));
    }

    /// Runs the matchers with these numbers, which are sorted; `None`: all of them.
    pub(in crate::detect) fn run(&self, doc: &Document<'_>, numbers: Option<&Vec<u16>>, out: &mut Vec<Match>) {
        if !may_hold(doc) || numbers.is_some_and(Vec::is_empty) {
            return;
        }
        let file = File::open(doc);
        if file.is_generated() {
            return;
        }
        for (number, (rule, sort)) in self.all.iter().enumerate() {
            let seen = numbers
                .is_none_or(|seen| u16::try_from(number).is_ok_and(|number| seen.binary_search(&number).is_ok()));
            if !seen {
                continue;
            }
            match sort {
                Sort::Node(matcher) => matcher.run(&file, *rule, out),
                Sort::Switch(matcher) => matcher.run(&file, *rule, out),
                Sort::Command(matcher) => matcher.run(&file, *rule, out),
            }
        }
    }
}

/// Can a lint of configuration be about this file at all? Copies of others' work are theirs to mend.
pub(in crate::detect) fn may_hold(doc: &Document<'_>) -> bool {
    let is_known = matches!(
        doc.kind(),
        Kind::Json
            | Kind::Yaml
            | Kind::Toml
            | Kind::Xml
            | Kind::Dotenv
            | Kind::Properties
            | Kind::Ini
            | Kind::Hcl
            | Kind::Bicep
            | Kind::Dockerfile
            | Kind::Shell
            | Kind::Batch
            | Kind::PowerShell
            | Kind::Markdown
    );
    let others = [
        Context::VENDORED,
        Context::GENERATED,
        Context::LOCK,
        Context::MINIFIED,
        Context::SCANNER_RULES,
        Context::RECORDING,
    ];
    is_known && !others.iter().any(|&one| doc.context().has(one))
}

impl<'d> File<'d> {
    pub(in crate::detect) fn open(doc: &'d Document<'d>) -> Self {
        let tree = tree::read(doc.text(), doc.kind());
        let files = Files::of(doc, tree.as_ref());
        Self { doc, tree, files, resources: OnceCell::new(), commands: OnceCell::new(), held: OnceCell::new() }
    }

    /// Its tree, if it has one.
    pub(in crate::detect) fn tree(&self) -> Option<&Tree<'d>> {
        self.tree.as_ref()
    }

    /// How it is written.
    pub(in crate::detect) fn kind(&self) -> Kind {
        self.doc.kind()
    }

    /// Is it of one of these kinds?
    pub(in crate::detect) fn is_any(&self, kinds: &[FileKind]) -> bool {
        self.files.any(kinds)
    }

    /// A template that a compiler wrote: its source is what is to be changed. Or the words of a page in a language;
    /// a manifest called `es.yaml` is none.
    fn is_generated(&self) -> bool {
        let Some(tree) = &self.tree else { return false };
        if self.doc.context().has(Context::LOCALISATION) && self.files.is(FileKind::Other) {
            return true;
        }
        self.doc.kind() == Kind::Json
            && tree.roots.first().is_some_and(|&root| {
                tree.member(root, "metadata").is_some_and(|metadata| tree.member(metadata, "_generator").is_some())
            })
    }

    /// The resources that it declares.
    pub(in crate::detect) fn resources(&self) -> &[Resource] {
        self.resources.get_or_init(|| self.tree.as_ref().map(resources).unwrap_or_default())
    }

    fn commands(&self) -> &[Command] {
        self.commands.get_or_init(|| command::all(self))
    }

    /// The variables of its scripts that hold a secret.
    fn held(&self) -> &[Held] {
        self.held.get_or_init(|| held::all(self))
    }

    /// The root of the document that a node stands in.
    pub(in crate::detect) fn root(&self, tree: &Tree<'_>, node: NodeId) -> NodeId {
        path::root(tree, node).unwrap_or(node)
    }

    /// A finding at a node. `secret`: its value may be one.
    fn found(&self, rule: RuleIndex, tree: &Tree<'_>, node: NodeId, secret: bool) -> Match {
        let (own, value) = (tree.node(node), tree.node(node).span);
        let name = own.name.as_ref().map(|name| name.span).filter(|span| !span.is_empty());
        let is_value = matches!(own.shape, Shape::Text { .. } | Shape::Expression);
        let one_line = is_value && !tree.text()[value.range()].contains(&b'\n');
        let kind = value::kind_of(tree, node, self.files);
        let hidden = secret && is_value && matches!(kind, ValueKind::Literal | ValueKind::Partial);
        // `- NAME=value` in a list.
        let equals = (hidden && own.name.is_none())
            .then(|| memchr::memchr(b'=', &tree.text()[value.range()]))
            .flatten()
            .and_then(|at| LayerSpan::new(value.range().start, value.range().start + at + 1));
        let code = match name {
            Some(name) if one_line && name.start < value.start => join(name, value),
            Some(name) => name,
            None if one_line => value,
            None => first_line(tree.text(), value),
        };
        // A member that the text does not name (a default in Bicep) is shown by what it belongs to.
        let above = own.parent.and_then(|above| tree.node(above).name.as_ref()).map(|name| name.span);
        let shown = match name.or(above.filter(|above| own.name.is_some() && !above.is_empty())) {
            Some(name) if hidden => name,
            _ => equals.unwrap_or(code),
        };
        let mut found =
            Match::new(rule, LayerId::TEXT, if shown.is_empty() { widened(tree.text(), shown) } else { shown });
        found.code = Some(code);
        found.spot = Some(Spot::Node(node));
        let value = equals.map_or(value, |name| LayerSpan { start: name.end, end: value.end });
        found.literal = hidden.then_some(value).filter(|value| !value.is_empty());
        found.parts.extend(owner::part(self, tree, node));
        found
    }
}

fn join(from: LayerSpan, to: LayerSpan) -> LayerSpan {
    LayerSpan { start: from.start, end: to.end }
}

fn first_line(text: &[u8], span: LayerSpan) -> LayerSpan {
    let length = text[span.range()].iter().take_while(|b| !matches!(b, b'\n' | b'\r')).count();
    LayerSpan { start: span.start, end: span.start + u32::try_from(length).unwrap_or(0) }
}

/// A finding has a place of at least one byte.
fn widened(text: &[u8], span: LayerSpan) -> LayerSpan {
    let end = u32::try_from(text.len()).unwrap_or(u32::MAX);
    let start = span.start.min(end.saturating_sub(1));
    LayerSpan { start, end: (start + 1).min(end) }
}
