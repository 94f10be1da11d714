//! Edits of nodes of a configuration file: set, put, take out, rename, a line above.

use std::ops::Range;

use crate::detect::matcher::config::File;
use crate::detect::matcher::config::condition::{Conditions, is_type};
use crate::detect::matcher::config::path::Paths;
use crate::detect::matcher::config::switch::is_before;
use crate::detect::matcher::config::value::resolved;
use crate::document::kind::Kind;
use crate::document::tree::resource::Resource;
use crate::document::tree::{NodeId, Shape, Tree};
use crate::rule::spec::{FixSpec, NodeEdit, RuleSpec, StateSpec};

use super::ground::Place;
use super::notation::{Leaf, Notation, Target, is_hcl_block, name_start, value_range};
use super::{Change, align, notation, span};

/// The node that paths begin at, if the fix fits the file and what stands about the finding.
pub(super) fn base(file: &File<'_>, fix: &FixSpec, place: Place) -> Option<NodeId> {
    let (tree, node) = (file.tree()?, place.node?);
    if !fix.files.is_empty() && !file.is_any(&fix.files) {
        return None;
    }
    let base = if fix.resource.is_empty() {
        node
    } else {
        let one = resource(file, node)?;
        fix.resource.iter().any(|glob| is_type(glob, &one.kind)).then_some(one.body)?
    };
    Conditions::new(&fix.conditions).hold(file, tree, base).then_some(base)
}

/// The innermost resource that a node stands in or heads.
fn resource<'f>(file: &'f File<'_>, node: NodeId) -> Option<&'f Resource> {
    let tree = file.tree()?;
    let holds = |one: &&Resource| {
        one.head == node
            || tree.node(one.body).span.range().start <= tree.node(node).span.range().start
                && tree.node(node).span.range().end <= tree.node(one.body).span.range().end
    };
    file.resources().iter().filter(holds).max_by_key(|one| tree.node(one.body).span.start)
}

/// One edit; `None` if it cannot be made.
pub(super) fn edited(file: &File<'_>, base: NodeId, edit: &NodeEdit) -> Option<Vec<Change>> {
    let tree = file.tree()?;
    let node = if edit.at.is_empty() { Some(base) } else { Paths::parse(&edit.at).find(tree, base).first().copied() };
    let Some(node) = node else { return edit.optional.then(Vec::new) };
    let text = tree.text();
    if let Some(path) = &edit.put {
        let names = names(path);
        let (last, above) = names.split_last()?;
        return put(file, node, above, &[(last, &edit.value)]);
    }
    if let Some(value) = &edit.set {
        return set(file, tree, node, value);
    }
    if let Some(name) = &edit.rename {
        return renamed(file, node, &name.replace("$name", &tree.node(node).name.as_ref()?.text));
    }
    if let Some(line) = &edit.above {
        let at = tree.node(node).name.as_ref()?.span.range().start;
        let start = span::line_start(text, at);
        return Some(vec![Change::insert(start, format!("{}{line}\n", span::indent(text, at)))]);
    }
    removed(file, node)
}

/// Another name; in Terraform with the signs of the lines about it in one column.
fn renamed(file: &File<'_>, node: NodeId, name: &str) -> Option<Vec<Change>> {
    let tree = file.tree()?;
    let own = tree.node(node).name.as_ref()?.span.range();
    if own.is_empty() {
        return None;
    }
    let aligned = if file.kind() == Kind::Hcl { align::renamed(tree, node, name) } else { None };
    Some(aligned.unwrap_or_else(|| vec![Change::new(own, name)]))
}

/// `a.b` in its names; a name in quotes stays whole.
fn names(path: &str) -> Vec<&str> {
    let mut quoted = false;
    let pieces = path.split(move |c| {
        quoted ^= c == '\'';
        c == '.' && !quoted
    });
    pieces.map(|name| name.trim_matches('\'')).collect()
}

fn set(file: &File<'_>, tree: &Tree<'_>, node: NodeId, value: &str) -> Option<Vec<Change>> {
    let own = tree.node(node);
    if !matches!(own.shape, Shape::Text { .. } | Shape::Expression) || own.span.is_empty() {
        return None;
    }
    let present = std::str::from_utf8(&tree.text()[own.span.range()]).ok()?;
    // A text over several lines has a header and an indentation of its own.
    let name = own.name.as_ref().map_or("", |name| &*name.text);
    let value = value.replace("$value", present).replace("$name", name);
    let is_flow = file.kind() == Kind::Yaml && own.parent.is_some_and(|map| notation::is_flow(tree, map));
    let value = if is_flow { notation::in_flow(&value) } else { value };
    (!present.contains('\n')).then(|| vec![Change::new(value_range(tree, node), value)])
}

/// Sets members that are there, makes those that are not, and the maps about them.
fn put(file: &File<'_>, node: NodeId, path: &[&str], own: &[Leaf<'_>]) -> Option<Vec<Change>> {
    let tree = file.tree()?;
    let [map] = tree.maps(node)[..] else { return None };
    if let Some((first, rest)) = path.split_first()
        && let Some(member) = tree.member(map, first)
    {
        return put(file, member, rest, own);
    }
    let mut changes = Vec::new();
    let mut new: Vec<Leaf<'_>> = Vec::new();
    for &(name, value) in own {
        match tree.member(map, name).filter(|_| path.is_empty()) {
            Some(member) if is_written(tree, member, value) => {}
            Some(member) => changes.extend(set(file, tree, member, value)?),
            None => new.push((name, value)),
        }
    }
    if !new.is_empty() {
        let notation = Notation::of(file.kind())?;
        let is_block = notation == Notation::Hcl && is_body_of_block(tree, map);
        changes.extend(Target { notation, tree, map, is_block }.put(path, &new)?);
    }
    Some(changes)
}

/// Does it say so already, in quotes or not?
fn is_written(tree: &Tree<'_>, member: NodeId, value: &str) -> bool {
    tree.value(member).is_some_and(|present| present.trim() == value.trim_matches(['"', '\'']))
}

/// Resources, and blocks in them; not the value of an attribute.
fn is_body_of_block(tree: &Tree<'_>, map: NodeId) -> bool {
    tree.node(map).name.is_some() && {
        let mut at = Some(map);
        std::iter::from_fn(|| {
            let node = at?;
            at = tree.node(node).parent;
            Some(node)
        })
        .filter(|&node| tree.node(node).name.is_some())
        .all(|node| is_hcl_block(tree, node) || tree.node(node).parent.is_some_and(|up| shares_body(tree, node, up)))
    }
}

/// `resource "type" "name" { … }`: three names, one body.
fn shares_body(tree: &Tree<'_>, node: NodeId, up: NodeId) -> bool {
    tree.node(node).span == tree.node(up).span
}

/// All of a member: its name, its value, with their quotes; an element's value.
pub(super) fn member(tree: &Tree<'_>, node: NodeId) -> Range<usize> {
    let value = value_range(tree, node);
    match &tree.node(node).name {
        Some(name) if !name.span.is_empty() && name.span.start <= tree.node(node).span.start => {
            name_start(tree, node)..value.end.max(name.span.range().end)
        }
        _ => value,
    }
}

/// Takes a member out, with its line if it has one alone, and with the comma that divides it from another.
fn removed(file: &File<'_>, node: NodeId) -> Option<Vec<Change>> {
    let tree = file.tree()?;
    let text = tree.text();
    let mut range = member(tree, node);
    if file.kind() == Kind::Yaml {
        return lines_of_yaml(tree, node, range);
    }
    let start = range.start;
    let blanks = text[range.end..].iter().take_while(|b| b.is_ascii_whitespace()).count();
    let has_comma = text.get(range.end + blanks) == Some(&b',');
    if has_comma {
        range.end += blanks + 1;
    }
    let mut changes = Vec::new();
    let alone = span::is_first(text, start) && span::ends_line(text, range.end);
    if alone {
        range = span::line_start(text, start)..span::next_line(text, range.end);
    } else if has_comma {
        range.end += text[range.end..].iter().take_while(|b| matches!(b, b' ' | b'\t')).count();
    }
    let commas = matches!(file.kind(), Kind::Json) || !alone;
    if commas && !has_comma {
        // The last one: the comma before it divides nothing any more.
        let before = text[..start].trim_ascii_end();
        if before.ends_with(b",") {
            let comma = before.len() - 1;
            if alone {
                changes.push(Change::new(comma..comma + 1, ""));
            } else {
                range.start = comma;
            }
        }
    }
    changes.push(Change::new(range, ""));
    Some(changes)
}

/// Whole lines, to the last one that has something of the node on it.
fn lines_of_yaml(tree: &Tree<'_>, node: NodeId, range: Range<usize>) -> Option<Vec<Change>> {
    let text = tree.text();
    let mut last = range.end;
    let mut open = vec![node];
    if matches!(tree.node(node).shape, Shape::Map | Shape::List) {
        last = range.start;
        while let Some(id) = open.pop() {
            open.extend(&tree.node(id).children);
            let is_leaf = !matches!(tree.node(id).shape, Shape::Map | Shape::List);
            if is_leaf {
                last = last.max(value_range(tree, id).end);
            }
            last = last.max(tree.node(id).name.as_ref().map_or(0, |name| name.span.range().end));
        }
    }
    let begins = span::is_first(text, range.start);
    (begins && span::ends_line(text, last))
        .then(|| vec![Change::new(span::line_start(text, range.start)..span::next_line(text, last), "")])
}

/// Members of one map, and the names above them.
struct Together<'s> {
    above: Vec<&'s str>,
    leaves: Vec<(&'s str, String)>,
}

/// Every property that the matching `[[match.switch]]` asks for, in its safe state.
pub(super) fn switched(file: &File<'_>, rule: &RuleSpec, place: Place) -> Option<Vec<Change>> {
    let (tree, node) = (file.tree()?, place.node?);
    let one = resource(file, node)?;
    let mut changes = Vec::new();
    for spec in rule.matchers.switch.iter() {
        let is_meant = spec.resource.iter().any(|glob| is_type(glob, &one.kind));
        let is_old = spec.since.as_deref().zip(one.api.as_deref()).is_some_and(|(since, api)| is_before(api, since));
        if !is_meant || is_old || !Conditions::new(&spec.conditions).hold(file, tree, one.body) {
            continue;
        }
        // Names of another version of the provider, if the resource uses them.
        let is_there = |state: &StateSpec| !Paths::parse(&state.path).find(tree, one.body).is_empty();
        let states = if spec.or.iter().any(is_there) { &spec.or } else { &spec.safe };
        // Those of one map are put together.
        let mut put_in: Vec<Together<'_>> = Vec::new();
        for state in states.iter().filter(|state| !is_safe(file, tree, one.body, state)) {
            let value = written(file.kind(), state.is.split('|').next().unwrap_or_default());
            let present = Paths::parse(&state.path).find(tree, one.body).first().copied();
            // A parameter or variable of the file is what decides: others may read it too.
            let decides = present.map(|node| resolved(tree, file.root(tree, node), node));
            if let Some(node) = decides.filter(|&node| Some(node) != present) {
                changes.extend(set(file, tree, node, &value)?);
                continue;
            }
            let mut above = names(&state.path);
            let last = above.pop()?;
            match put_in.iter_mut().find(|known| known.above == above) {
                Some(known) => known.leaves.push((last, value)),
                None => put_in.push(Together { above, leaves: vec![(last, value)] }),
            }
        }
        for Together { above, leaves } in &put_in {
            let leaves: Vec<Leaf<'_>> = leaves.iter().map(|(name, value)| (*name, value.as_str())).collect();
            changes.extend(put(file, one.body, above, &leaves)?);
        }
        if !changes.is_empty() {
            return Some(changes);
        }
    }
    None
}

fn is_safe(file: &File<'_>, tree: &Tree<'_>, body: NodeId, state: &StateSpec) -> bool {
    let nodes = Paths::parse(&state.path).find(tree, body);
    let settled = nodes.first().map(|&node| resolved(tree, file.root(tree, node), node));
    let value = settled.and_then(|node| tree.value(node));
    value.is_some_and(|value| state.is.split('|').any(|safe| safe.eq_ignore_ascii_case(value.trim())))
}

/// A value as the file writes it: a text in quotes, anything else as it is.
fn written(kind: Kind, value: &str) -> String {
    let is_plain = matches!(value, "true" | "false") || value.bytes().all(|b| b.is_ascii_digit());
    match kind {
        _ if is_plain => value.to_owned(),
        Kind::Bicep => format!("'{value}'"),
        _ => format!("\"{value}\""),
    }
}
