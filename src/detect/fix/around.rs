//! What of a source surrounds a finding: its call, the text that it is a piece of, the objects that it stands in.
//!
//! A pattern finds words and no node; here the node is looked up that the words stand in.

use std::ops::Range;

use crate::syntax::{Id, NodeKind, Tree};

/// The innermost node over a byte.
pub(super) fn innermost(tree: &Tree, at: usize) -> Option<Id> {
    let over = tree.iter().filter(|(_, node)| node.span.range().contains(&at));
    over.min_by_key(|(_, node)| node.span.range().len()).map(|(id, _)| id)
}

/// The nearest call that a node is, or is given to; not one outside of the function or class about it.
pub(super) fn call(tree: &Tree, id: Id) -> Option<Id> {
    let near = std::iter::once(id).chain(tree.above(id)).take_while(|&id| !is_scope(tree.get(id).kind));
    near.into_iter().find(|&id| matches!(tree.get(id).kind, NodeKind::Call | NodeKind::New))
}

/// All of the text that a node is a piece of.
pub(super) fn literal(tree: &Tree, id: Id) -> Option<Range<usize>> {
    let is_text = |id: &Id| matches!(tree.get(*id).kind, NodeKind::Str | NodeKind::Template | NodeKind::Concat);
    let first = std::iter::once(id).chain(tree.above(id)).find(is_text)?;
    let whole = std::iter::once(first).chain(tree.above(first)).take_while(is_text).last()?;
    Some(tree.get(whole).span.range())
}

/// The objects about a node, from the nearest on.
pub(super) fn objects(tree: &Tree, id: Id) -> impl Iterator<Item = Range<usize>> + '_ {
    let about = std::iter::once(id).chain(tree.above(id));
    about.filter(|&id| tree.get(id).kind == NodeKind::Object).map(|id| tree.get(id).span.range())
}

/// Does something with names of its own begin here?
pub(super) fn is_scope(kind: NodeKind) -> bool {
    matches!(kind, NodeKind::Function | NodeKind::Lambda | NodeKind::Class)
}
