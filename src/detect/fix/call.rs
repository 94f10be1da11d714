//! Edits of a call in a source: another name, other arguments, fewer setters behind it.
//!
//! What surrounds these stays: qualifiers before the name, generic arguments, what is chained on.

use std::ops::Range;

use regex::bytes::RegexBuilder;

use crate::rule::spec::{CallEdit, Text};
use crate::syntax::{Id, Language, NodeKind, Tree};

use super::{Change, go, types};

/// The call with all that is chained to it: of `new B()` in `new B().x().build()` the whole.
pub(super) fn chain(tree: &Tree, id: Id) -> Id {
    let mut at = id;
    for up in tree.above(id) {
        let node = tree.get(up);
        let is_base = node.kids.first() == Some(&at);
        if !is_base || !matches!(node.kind, NodeKind::Member | NodeKind::Call) {
            break;
        }
        at = up;
    }
    at
}

/// The changes; `None` if one of them cannot be made.
pub(super) fn edited(tree: &Tree, text: &[u8], id: Id, edit: &CallEdit) -> Option<Vec<Change>> {
    let node = tree.get(id);
    if !matches!(node.kind, NodeKind::Call | NodeKind::New) {
        return None;
    }
    if edit.given.is_some() || edit.unless.is_some() {
        let present = &text[arguments(tree, text, id)?];
        let holds = |pattern: &Text| matches(pattern, present);
        if !edit.given.as_ref().is_none_or(holds) || edit.unless.as_ref().is_some_and(holds) {
            return None;
        }
    }
    let mut changes = Vec::new();
    if let Some(name) = &edit.rename {
        // `new(…)` has its type in the declaration, which other code reads too.
        let is_own = node.span.start <= node.name.start && node.name.end <= node.span.end && !node.name.is_empty();
        changes.push(is_own.then(|| Change::new(node.name.range(), name.to_string()))?);
    }
    if let Some(content) = &edit.arguments {
        let inside = arguments(tree, text, id)?;
        let present = &text[inside.clone()];
        if has_comment(present) || memchr::memmem::find(present, b"await ").is_some() {
            return None;
        }
        if tree.language() == Language::Go {
            changes.extend(go::freed(tree, text, id, inside.clone(), "")?);
        }
        let first = node.kids.get(1).map_or("", |kid| tree.text(*kid, text));
        if content.contains("$0") && (first.is_empty() || node.kids.len() != 2) {
            return None;
        }
        changes.push(Change::new(inside, content.replace("$0", first)));
    }
    if let [old, new] = &*edit.typed {
        changes.extend(types::renamed(tree, text, id, old, new)?);
    }
    if !edit.without.is_empty() {
        changes.extend(setters(tree, text, id, &edit.without)?);
    }
    Some(changes)
}

fn matches(pattern: &str, text: &[u8]) -> bool {
    RegexBuilder::new(pattern).unicode(false).build().is_ok_and(|pattern| pattern.is_match(text))
}

/// What stands between the parentheses of a call.
pub(super) fn arguments(tree: &Tree, text: &[u8], id: Id) -> Option<Range<usize>> {
    let node = tree.get(id);
    let from = node.name.range().end;
    let end = node.span.range().end;
    let open = from + memchr::memchr(b'(', text.get(from..end)?)?;
    // An initialiser behind the parentheses says more than we can leave out.
    (text[end - 1] == b')' && open < end - 1).then_some(open + 1..end - 1)
}

fn has_comment(arguments: &[u8]) -> bool {
    let has = |sign: &[u8]| memchr::memmem::find(arguments, sign).is_some();
    has(b"/*")
        || has(b"#")
        || memchr::memmem::find_iter(arguments, b"//").any(|at| at == 0 || arguments[at - 1] != b':')
}

/// Takes `.name(…)` out of the chain, with the line that it may have alone.
fn setters(tree: &Tree, text: &[u8], id: Id, names: &[Text]) -> Option<Vec<Change>> {
    let mut changes = Vec::new();
    let mut at = id;
    loop {
        let up = tree.get(at).parent;
        let parent = tree.get(up);
        if up == at || parent.kids.first() != Some(&at) || !matches!(parent.kind, NodeKind::Member | NodeKind::Call) {
            return Some(changes);
        }
        if parent.kind == NodeKind::Call && names.iter().any(|name| **name == *tree.name(up, text)) {
            // From the end of what it is called on, so that the line break before the point goes along.
            let base = tree.get(tree.get(at).kids.first().copied().filter(|_| tree.get(at).kind == NodeKind::Member)?);
            let range = base.span.range().end..parent.span.range().end;
            if has_comment(&text[range.clone()]) {
                return None;
            }
            changes.push(Change::new(range, ""));
        }
        at = up;
    }
}
