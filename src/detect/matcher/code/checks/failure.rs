//! What becomes of an error: is it looked at, or swallowed?

use crate::detect::matcher::code::source::Source;
use crate::document::layer::LayerSpan;
use crate::syntax::{Id, Language, NodeKind};

/// Is the result read right there, with nothing about it that looks for an error?
pub(super) fn is_unchecked(source: &Source<'_>, id: Id) -> bool {
    let tree = source.tree;
    let parent = tree.get(id).parent;
    let reads = |text: &str| text.contains("access_token");
    if tree.get(parent).kind == NodeKind::Index {
        return reads(tree.text(parent, source.text));
    }
    let Some(assigned) = assigned(source, id) else { return false };
    let variable = tree.name(assigned, source.text);
    let scope = tree.above(id).find(|up| tree.get(*up).kind == NodeKind::Function);
    let scope = scope.unwrap_or_else(|| tree.above(id).last().unwrap_or(id));
    let text = tree.text(scope, source.text);
    let plain: String = text.chars().filter(|c| !c.is_whitespace()).collect();
    let read = plain.contains(&format!("{variable}[\"access_token\"]"))
        || plain.contains(&format!("{variable}['access_token']"));
    let looks = ["error", "\"access_token\" in", "'access_token' in", ".get(", "raise", "except", "not in", "KeyError"];
    read && !looks.iter().any(|word| text.contains(word))
}

/// What is set to its result, alone or as `cached or asked_for`.
fn assigned(source: &Source<'_>, id: Id) -> Option<Id> {
    let kind = |id: Id| source.tree.get(id).kind;
    source.tree.above(id).find(|up| kind(*up) != NodeKind::Either).filter(|up| kind(*up) == NodeKind::Assign)
}

/// `result["access_token"]`, the first behind the request whose result it reads.
pub(in crate::detect::matcher::code) fn unchecked_read(source: &Source<'_>, id: Id) -> Option<LayerSpan> {
    let tree = source.tree;
    let assigned = assigned(source, id)?;
    let (variable, end) = (tree.name(assigned, source.text), tree.get(assigned).span.end);
    let reads = tree.iter().filter(|(_, node)| node.kind == NodeKind::Index && node.span.start >= end);
    let mut own = reads.filter(|(read, _)| {
        let text: String = tree.text(*read, source.text).chars().filter(|c| !c.is_whitespace()).collect();
        text.strip_prefix(variable).is_some_and(|rest| matches!(rest, "[\"access_token\"]" | "['access_token']"))
    });
    own.next().map(|(_, node)| node.span)
}

/// `x, _ := call()`
pub(super) fn is_error_ignored(source: &Source<'_>, id: Id) -> bool {
    let start = source.tree.get(id).span.start as usize;
    let line = source.text[..start].iter().rposition(|b| *b == b'\n').map_or(0, |at| at + 1);
    let before: String = String::from_utf8_lossy(&source.text[line..start]).split_whitespace().collect();
    before.ends_with(",_:=") || before.ends_with(",_=")
}

/// Is the try around it ended by a handler that does nothing?
pub(super) fn is_swallowed(source: &Source<'_>, id: Id) -> bool {
    let tree = source.tree;
    let Some(block) = tree.above(id).find(|up| tree.get(*up).kind == NodeKind::Try) else { return false };
    let handlers: Vec<Id> =
        tree.get(block).kids.iter().copied().filter(|kid| tree.get(*kid).kind == NodeKind::Catch).collect();
    !handlers.is_empty() && handlers.iter().all(|handler| is_empty_handler(source, *handler)) && !handlers.contains(&id)
}

fn is_empty_handler(source: &Source<'_>, id: Id) -> bool {
    let text = source.tree.text(id, source.text);
    let at = if source.language() == Language::Python { text.find(':') } else { text.find('{') };
    let body = at.map_or("", |at| &text[at + 1..]);
    let body: String = body
        .lines()
        .map(|line| line.split("//").next().unwrap_or_default().split('#').next().unwrap_or_default().trim())
        .collect();
    let body = body.trim_matches(|c: char| c.is_whitespace() || c == '}' || c == ';');
    matches!(
        body,
        "" | "pass" | "return None" | "return null" | "return" | "return nil" | "return false" | "return False"
    )
}

pub(super) fn is_or_true(source: &Source<'_>, id: Id) -> bool {
    let end = source.tree.get(id).span.end as usize;
    let rest = source.text.get(end..).unwrap_or_default().trim_ascii_start();
    rest.strip_prefix(b"||").is_some_and(|rest| {
        let rest = rest.trim_ascii_start();
        rest.starts_with(b"true") || rest.starts_with(b":")
    })
}
