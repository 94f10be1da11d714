//! What must hold of a node and of those about it.

use crate::detect::matcher::regex::LazyPattern;
use crate::document::tree::{NodeId, Tree};
use crate::rule::spec::{ConditionSpec, Text, ValueKind};

use super::File;
use super::path::Paths;
use super::value;

/// A pattern in any letter case.
pub(super) fn pattern(text: Option<&Text>) -> Option<LazyPattern> {
    text.map(|text| LazyPattern::new(&format!("(?i){text}")))
}

/// One condition, ready to be asked.
#[derive(Debug)]
pub(super) struct Condition<'r> {
    spec: &'r ConditionSpec,
    path: Paths,
    name: Option<LazyPattern>,
    is: Option<LazyPattern>,
    not: Option<LazyPattern>,
}

/// All of a matcher's.
#[derive(Debug)]
pub(in crate::detect) struct Conditions<'r>(Vec<Condition<'r>>);

impl<'r> Conditions<'r> {
    pub(in crate::detect) fn new(specs: &'r [ConditionSpec]) -> Self {
        let one = |spec: &'r ConditionSpec| Condition {
            spec,
            path: Paths::parse(&spec.path),
            name: pattern(spec.name.as_ref()),
            is: pattern(spec.is.as_ref()),
            not: pattern(spec.not.as_ref()),
        };
        Self(specs.iter().map(one).collect())
    }

    /// Do all of them hold from here?
    pub(in crate::detect) fn hold(&self, file: &File<'_>, tree: &Tree<'_>, node: NodeId) -> bool {
        self.0.iter().all(|condition| condition.holds(file, tree, node) != condition.spec.never)
    }
}

impl Condition<'_> {
    fn holds(&self, file: &File<'_>, tree: &Tree<'_>, node: NodeId) -> bool {
        let bases = if self.spec.resource.is_empty() {
            vec![node]
        } else {
            let wanted = |kind: &str| self.spec.resource.iter().any(|glob| is_type(glob, kind));
            file.resources().iter().filter(|one| wanted(&one.kind)).map(|one| one.body).collect()
        };
        let nodes: Vec<NodeId> = bases.into_iter().flat_map(|base| self.path.find(tree, base)).collect();
        if self.spec.same { self.repeats(tree, node, &nodes) } else { self.of_nodes(file, tree, &nodes) }
    }

    /// Does the node hold what another one is set to?
    fn repeats(&self, tree: &Tree<'_>, node: NodeId, others: &[NodeId]) -> bool {
        let Some(own) = tree.value(node) else { return false };
        let own = split(tree, node, &own).1;
        others.iter().filter(|&&other| other != node).any(|&other| {
            let Some(text) = tree.value(other) else { return false };
            let (name, value) = split(tree, other, &text);
            let is_named = self.name.as_ref().is_none_or(|pattern| pattern.get().is_match(name.as_bytes()));
            is_named && value.len() >= 4 && stands_alone(own, value)
        })
    }

    fn of_nodes(&self, file: &File<'_>, tree: &Tree<'_>, nodes: &[NodeId]) -> bool {
        let spec = self.spec;
        let some = |holds: &dyn Fn(NodeId) -> bool| nodes.iter().any(|&node| holds(node));
        let text = |node: NodeId, pattern: &LazyPattern| {
            let node = value::resolved(tree, file.root(tree, node), node);
            tree.value(node).is_some_and(|text| pattern.get().is_match(text.as_bytes()))
        };
        let named = |node: NodeId, pattern: &LazyPattern| {
            tree.node(node).name.as_ref().is_some_and(|name| pattern.get().is_match(name.text.as_bytes()))
        };
        spec.exists.is_none_or(|wanted| wanted != nodes.is_empty())
            && self.name.as_ref().is_none_or(|pattern| some(&|node| named(node, pattern)))
            && self.is.as_ref().is_none_or(|pattern| some(&|node| text(node, pattern)))
            && self.not.as_ref().is_none_or(|pattern| !some(&|node| text(node, pattern)))
            && (spec.class.is_empty() || some(&|node| has_kind(file, tree, node, &spec.class)))
    }
}

/// Name and value of a node; `NAME=value` in a list has both in its text.
fn split<'t>(tree: &'t Tree<'_>, node: NodeId, text: &'t str) -> (&'t str, &'t str) {
    match (tree.node(node).name.as_ref(), text.split_once('=')) {
        (Some(name), _) => (&name.text, text),
        (None, Some(pair)) => pair,
        (None, None) => ("", text),
    }
}

/// Does a text stand in another, not within a longer word?
fn stands_alone(text: &str, wanted: &str) -> bool {
    let is_edge = |byte: Option<u8>| byte.is_none_or(|byte| !byte.is_ascii_alphanumeric());
    text.match_indices(wanted).any(|(at, _)| {
        let before = at.checked_sub(1).map(|at| text.as_bytes()[at]);
        is_edge(before) && is_edge(text.as_bytes().get(at + wanted.len()).copied())
    })
}

/// Is its value, or what it stands for, of one of these sorts?
pub(super) fn has_kind(file: &File<'_>, tree: &Tree<'_>, node: NodeId, kinds: &[ValueKind]) -> bool {
    let node = value::settled(tree, file.root(tree, node), node);
    kinds.contains(&value::kind_of(tree, node, file.files))
}

/// `Microsoft.Web/sites` in any letter case; `azurerm_*_web_app`: `*` stands for anything.
pub(in crate::detect) fn is_type(glob: &str, kind: &str) -> bool {
    let (glob, kind) = (glob.to_ascii_lowercase(), kind.to_ascii_lowercase());
    let mut pieces = glob.split('*');
    let Some(mut rest) = pieces.next().and_then(|first| kind.strip_prefix(first)) else { return false };
    let mut pieces: Vec<&str> = pieces.collect();
    let Some(last) = pieces.pop() else { return rest.is_empty() };
    for piece in pieces {
        match rest.find(piece) {
            Some(at) => rest = &rest[at + piece.len()..],
            None => return false,
        }
    }
    rest.ends_with(last)
}
