//! A tree while a reader finds its nodes.

use std::ops::Range;

use super::{LayerSpan, Name, Node, NodeId, Shape, Tree};
use crate::document::assign::sink::Sink;
use crate::document::assign::{DEEPEST, Decoded};

/// Nodes that one tree may have: some 100 bytes each.
const MOST_NODES: usize = 1 << 20;

/// What is found so far, and what is open.
pub(super) struct Builder<'t> {
    tree: Tree<'t>,
    open: Vec<Open>,
}

struct Open {
    node: NodeId,
    name: Option<Name>,
    wants_key: bool,
}

impl<'t> Builder<'t> {
    pub(super) fn new(text: &'t [u8]) -> Self {
        Self { tree: Tree { text, nodes: Vec::new(), roots: Vec::new(), whole: true }, open: Vec::new() }
    }

    pub(super) fn finish(mut self, whole: bool) -> Tree<'t> {
        let end = self.tree.text.len();
        while !self.open.is_empty() {
            self.end(end);
        }
        self.tree.whole = whole && self.tree.nodes.len() < MOST_NODES;
        self.tree
    }

    pub(super) fn text(&self) -> &'t [u8] {
        self.tree.text
    }

    pub(super) fn depth(&self) -> usize {
        self.open.len()
    }

    /// The name at a place of the text.
    pub(super) fn name(&self, at: Range<usize>, decoded: Option<&Decoded>) -> Name {
        let bytes = decoded.map_or(&self.tree.text[at.clone()], |decoded| &decoded.bytes);
        Name { text: String::from_utf8_lossy(bytes).into(), span: span(at) }
    }

    /// Opens a map, list or expression; a root if nothing is open.
    pub(super) fn begin(&mut self, name: Option<Name>, shape: Shape, start: usize) -> NodeId {
        let node = self.push(name, shape, start..start, None);
        self.open.push(Open { node, name: None, wants_key: shape == Shape::Map });
        node
    }

    /// Closes what was opened last.
    pub(super) fn end(&mut self, end: usize) {
        let Some(open) = self.open.pop() else { return };
        let node = &mut self.tree.nodes[open.node.0 as usize];
        node.span.end = u32::try_from(end).unwrap_or(u32::MAX).max(node.span.start);
    }

    /// A value below what is open.
    pub(super) fn leaf(
        &mut self,
        name: Option<Name>,
        shape: Shape,
        at: Range<usize>,
        decoded: Option<Box<Decoded>>,
    ) -> NodeId {
        self.push(name, shape, at, decoded)
    }

    fn push(&mut self, name: Option<Name>, shape: Shape, at: Range<usize>, decoded: Option<Box<Decoded>>) -> NodeId {
        let parent = self.open.last().map(|open| open.node);
        let id = NodeId(u32::try_from(self.tree.nodes.len()).expect("MOST_NODES are fewer"));
        let is_last = self.tree.nodes.len() >= MOST_NODES;
        self.tree.nodes.push(Node { parent, name, shape, span: span(at), children: Vec::new(), decoded });
        // Past the limit nodes are made, so that readers need not ask, and belong to nothing.
        match parent {
            _ if is_last => self.tree.nodes.truncate(MOST_NODES),
            Some(parent) => self.tree.nodes[parent.0 as usize].children.push(id),
            None => self.tree.roots.push(id),
        }
        if is_last { NodeId(0) } else { id }
    }

    pub(super) fn node_mut(&mut self, id: NodeId) -> &mut Node {
        &mut self.tree.nodes[id.0 as usize]
    }

    /// The last child of a node is forgotten.
    pub(super) fn drop_last_child(&mut self, id: NodeId) {
        self.node_mut(id).children.pop();
    }

    /// An expression that is nothing but its one child becomes that child.
    pub(super) fn hoist(&mut self, id: NodeId) {
        let [child] = self.node_mut(id).children[..] else { return };
        let taken = self.node_mut(child);
        let (shape, span, decoded) = (taken.shape, taken.span, taken.decoded.take());
        let children = std::mem::take(&mut taken.children);
        for &grandchild in &children {
            self.node_mut(grandchild).parent = Some(id);
        }
        let node = self.node_mut(id);
        (node.shape, node.span, node.decoded, node.children) = (shape, span, decoded, children);
    }

    /// The name that the next child has; a map then waits for a key again.
    fn take_name(&mut self) -> Option<Name> {
        let top = self.open.last_mut()?;
        let is_map = self.tree.nodes[top.node.0 as usize].shape == Shape::Map;
        // A key that is no text is followed by its value.
        top.wants_key = is_map && !top.wants_key;
        top.name.take()
    }
}

impl<'t> Sink<'t> for Builder<'t> {
    fn text(&self) -> &'t [u8] {
        self.tree.text
    }

    fn is_empty(&self) -> bool {
        self.open.is_empty()
    }

    fn wants_key(&self) -> bool {
        self.open.last().is_some_and(|open| open.wants_key)
    }

    fn in_list(&self) -> bool {
        self.open.last().is_some_and(|open| self.tree.node(open.node).shape == Shape::List)
    }

    fn open(&mut self, map: bool, start: usize) -> bool {
        let name = self.take_name();
        self.begin(name, if map { Shape::Map } else { Shape::List }, start);
        self.open.len() <= DEEPEST
    }

    fn close(&mut self, map: bool, end: usize) -> bool {
        let wanted = if map { Shape::Map } else { Shape::List };
        if self.open.last().is_none_or(|open| self.tree.node(open.node).shape != wanted) {
            return false;
        }
        self.end(end);
        true
    }

    fn key(&mut self, at: Range<usize>, decoded: Option<&Decoded>) {
        let name = self.name(at, decoded);
        if let Some(top) = self.open.last_mut() {
            (top.name, top.wants_key) = (Some(name), false);
        }
    }

    fn value(&mut self, at: Range<usize>, quoted: bool, decoded: Option<Box<Decoded>>) {
        let name = self.take_name();
        self.leaf(name, Shape::Text { quoted }, at, decoded);
    }

    fn bare(&mut self, at: Range<usize>, _: bool) {
        self.value(at, false, None);
    }

    fn nothing(&mut self) {
        let at = self.open.last().and_then(|open| open.name.as_ref()).map_or(0, |name| name.span.range().end);
        let is_key = self.wants_key();
        let name = self.take_name();
        if !is_key {
            self.leaf(name, Shape::Nothing, at..at, None);
        }
    }

    fn next_document(&mut self) {
        self.open.clear();
    }

    fn reset(&mut self) {
        *self = Self::new(self.tree.text);
    }

    fn comment(&mut self, _: Range<usize>) {}
}

fn span(at: Range<usize>) -> LayerSpan {
    LayerSpan::new(at.start, at.end).expect("a tree's text is short, and ranges run forwards")
}
