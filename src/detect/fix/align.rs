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
