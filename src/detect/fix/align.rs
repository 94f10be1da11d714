//! Signs one below the other, as `terraform fmt` wants them in lines that follow each other.

use crate::document::tree::{NodeId, Tree};

use super::notation::value_range;
use super::{Change, span};

/// A line `name = value` to go below an attribute: with its sign in their column, or theirs in its own where
/// its name is the longest.
pub(super) fn below(tree: &Tree<'_>, anchor: NodeId, own: &str) -> (String, Vec<Change>) {
    let unchanged = || (own.to_owned(), Vec::new());
    let Some((name, rest)) = own.split_once(" = ").filter(|(name, _)| !name.contains(['\n', '{'])) else {
        return unchanged();
    };
    let group = group(tree, anchor);
    let Some(&(start, sign)) = group.first() else { return unchanged() };
    let width = sign - start;
    if group.iter().any(|(start, sign)| sign - start != width) {
        return unchanged();
    }
    let wanted = width.max(name.len() + 1);
    let more = " ".repeat(wanted - width);
    let widened = group.iter().filter(|_| !more.is_empty()).map(|&(_, sign)| Change::insert(sign, more.clone()));
    (format!("{name:<0$} = {rest}", wanted - 1), widened.collect())
}

/// Another name for an attribute, its sign and those about it in one column. `None` if it stands in no such lines.
pub(super) fn renamed(tree: &Tree<'_>, node: NodeId, name: &str) -> Option<Vec<Change>> {
    let own = tree.node(node).name.as_ref()?.span.range();
    let group = group(tree, last_below(tree, node)?);
    let &(start, sign) = group.iter().find(|(start, _)| *start == own.start)?;
    let width = sign - start;
    if group.iter().any(|(start, sign)| sign - start != width) {
        return None;
    }
    let wanted = width.max(name.len() + 1);
    let more = " ".repeat(wanted - width);
    let others = group.iter().filter(|(start, _)| *start != own.start && !more.is_empty());
    let mut changes: Vec<Change> = others.map(|&(_, sign)| Change::insert(sign, more.clone())).collect();
    changes.push(Change::new(start..sign, format!("{name:<wanted$}")));
    Some(changes)
}

/// The last attribute in the lines that follow this one without a gap.
fn last_below(tree: &Tree<'_>, node: NodeId) -> Option<NodeId> {
    let text = tree.text();
    let siblings = &tree.node(tree.node(node).parent?).children;
    let mut last = node;
    for &one in siblings.iter().skip_while(|&&one| one != node).skip(1) {
        let Some(name) = &tree.node(one).name else { break };
        let follows =
            span::line_start(text, name.span.range().start) == span::next_line(text, value_range(tree, last).end);
        if !follows || tree.node(one).span.start <= name.span.end || super::notation::is_hcl_block(tree, one) {
            break;
        }
        last = one;
    }
    Some(last)
}

/// Where the names and the signs stand of the attributes in the lines that end with this one, each on one line.
fn group(tree: &Tree<'_>, anchor: NodeId) -> Vec<(usize, usize)> {
    let text = tree.text();
    let Some(parent) = tree.node(anchor).parent else { return Vec::new() };
    let siblings = &tree.node(parent).children;
    let mut found: Vec<(usize, usize)> = Vec::new();
    let mut line = None;
    for &one in siblings.iter().rev().skip_while(|&&one| one != anchor) {
        let Some(name) = tree.node(one).name.as_ref().map(|name| name.span.range()) else { break };
        let value = value_range(tree, one);
        let is_one_line = value.start > name.end && !text[name.start..value.end].contains(&b'\n');
        let follows = line.is_none_or(|line| span::next_line(text, value.end) == line);
        let between = text.get(name.end..value.start).unwrap_or_default();
        let sign = between.iter().position(|&b| b == b'=');
        let (Some(sign), true) = (sign, is_one_line && follows) else { break };
        found.push((name.start, name.end + sign));
        line = Some(span::line_start(text, name.start));
    }
    found
}
