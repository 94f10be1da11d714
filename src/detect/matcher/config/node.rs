//! `[[match.config]]`: nodes by path, name, value and what stands about them.

use crate::detect::matcher::regex::LazyPattern;
use crate::detect::{Match, Piece};
use crate::document::layer::LayerSpan;
use crate::document::tree::{NodeId, Shape, Tree};
use crate::rule::RuleIndex;
use crate::rule::spec::{ConfigSpec, Text, ValueKind};

use super::condition::{Conditions, has_kind, is_type, pattern};
use super::path::Path;
use super::{File, value};

/// One of them, ready to run.
#[derive(Debug)]
pub(super) struct ConfigMatcher<'r> {
    spec: &'r ConfigSpec,
    at: Vec<Path>,
    name: Option<LazyPattern>,
    not_name: Option<LazyPattern>,
    is: Option<LazyPattern>,
    not: Option<LazyPattern>,
    conditions: Conditions<'r>,
    parts: Vec<(Text, Path)>,
}

impl<'r> ConfigMatcher<'r> {
    pub(super) fn new(spec: &'r ConfigSpec) -> Self {
        Self {
            spec,
            at: spec.at.iter().map(|text| Path::parse(text)).collect(),
            name: pattern(spec.name.as_ref()),
            not_name: pattern(spec.not_name.as_ref()),
            is: pattern(spec.is.as_ref()),
            not: pattern(spec.not.as_ref()),
            conditions: Conditions::new(&spec.conditions),
            parts: spec.parts.iter().map(|one| (one.part.clone(), Path::parse(&one.path))).collect(),
        }
    }

    pub(super) fn run(&self, file: &File<'_>, rule: RuleIndex, out: &mut Vec<Match>) {
        let Some(tree) = &file.tree else { return };
        if !self.spec.files.is_empty() && !file.files.any(&self.spec.files) || file.files.any(&self.spec.not_files) {
            return;
        }
        if self.spec.resource.is_empty() {
            for &root in &tree.roots {
                self.below(file, tree, root, rule, out);
            }
            return;
        }
        for one in file.resources() {
            if one.existing || !self.spec.resource.iter().any(|glob| is_type(glob, &one.kind)) {
                continue;
            }
            if !self.at.is_empty() {
                self.below(file, tree, one.body, rule, out);
            } else if self.conditions.hold(file, tree, one.body) {
                out.push(self.found(file, tree, one.head, rule));
            }
        }
    }

    fn below(&self, file: &File<'_>, tree: &Tree<'_>, base: NodeId, rule: RuleIndex, out: &mut Vec<Match>) {
        for path in &self.at {
            let fits = |node: &NodeId| self.fits(file, tree, *node) && self.conditions.hold(file, tree, *node);
            let all: Vec<NodeId> = path.find(tree, base).into_iter().filter(fits).collect();
            for &node in all.iter().filter(|node| !has_inner(tree, **node, &all)) {
                out.push(self.found(file, tree, node, rule));
                if self.spec.once {
                    return;
                }
            }
        }
    }

    fn fits(&self, file: &File<'_>, tree: &Tree<'_>, node: NodeId) -> bool {
        let name = tree.node(node).name.as_ref().map_or("", |name| &*name.text);
        let named = |pattern: &LazyPattern| pattern.get().is_match(name.as_bytes());
        if self.name.as_ref().is_some_and(|pattern| !named(pattern)) || self.not_name.as_ref().is_some_and(named) {
            return false;
        }
        let shape = tree.node(node).shape;
        if self.spec.quoted.is_some_and(|quoted| shape != Shape::Text { quoted }) {
            return false;
        }
        let settled = value::resolved(tree, file.root(tree, node), node);
        let holds =
            |pattern: &LazyPattern| tree.value(settled).is_some_and(|text| pattern.get().is_match(text.as_bytes()));
        self.is.as_ref().is_none_or(holds)
            && !self.not.as_ref().is_some_and(holds)
            && (self.spec.class.is_empty() || has_kind(file, tree, node, &self.spec.class))
            && !(self.spec.literal.is_some() && is_blank(file, tree, node))
    }

    fn found(&self, file: &File<'_>, tree: &Tree<'_>, node: NodeId, rule: RuleIndex) -> Match {
        let secret = !self.spec.class.is_empty() || self.spec.literal.is_some();
        let mut found = file.found(rule, tree, node, secret);
        found.severity = self.spec.severity;
        found.confidence = self.spec.confidence;
        found.fact.clone_from(&self.spec.fact);
        let literal = [ValueKind::Literal, ValueKind::Partial];
        if self.spec.literal.is_some() && has_kind(file, tree, node, &literal) {
            found.severity = self.spec.literal;
        }
        for (name, path) in &self.parts {
            if let Some(&first) = path.find(tree, node).first()
                && let Some(span) = shown(tree, first)
            {
                found.parts.push(Piece { name: name.clone(), span });
            }
        }
        found
    }
}

/// Something is written there, for somebody to replace.
fn is_blank(file: &File<'_>, tree: &Tree<'_>, node: NodeId) -> bool {
    tree.value(node).is_some_and(|text| !text.trim().is_empty())
        && has_kind(file, tree, node, &[ValueKind::Placeholder])
}

/// The place of a value that may become a part.
fn shown(tree: &Tree<'_>, node: NodeId) -> Option<LayerSpan> {
    tree.value(node)?;
    Some(tree.node(node).span).filter(|span| !span.is_empty() && span.len() < 200)
}

/// `merge({ a = x }, b)`: what stands in the pieces of a value is found there, and not in the whole again.
fn has_inner(tree: &Tree<'_>, node: NodeId, all: &[NodeId]) -> bool {
    let range = tree.node(node).span.range();
    let is_inner = |other: &NodeId| {
        let inner = tree.node(*other).span.range();
        *other != node && range.start <= inner.start && inner.end <= range.end && inner != range
    };
    tree.node(node).shape == Shape::Expression && all.iter().any(is_inner)
}
