//! Names that a source imports: the new one comes, the old one goes unless it is still used.
//!
//! Round by round: while another call uses the old name the new one is put beside it; with the last
//! such call the old name goes. Namespaces, modules and wildcards need nothing.

use std::ops::Range;

use crate::detect::matcher::code::source::word_at;
use crate::rule::spec::ImportEdit;
use crate::syntax::{Id, NodeKind, Tree};

use super::Change;

/// The changes, which may be none.
pub(super) fn edited(tree: &Tree, text: &[u8], edit: &ImportEdit) -> Option<Vec<Change>> {
    let is_there = statement(tree, text, &edit.name).is_some();
    let Some(former) = &edit.instead_of else {
        return if is_there { Some(Vec::new()) } else { below(tree, text, edit).map(|change| vec![change]) };
    };
    let Some(statement) = statement(tree, text, former) else { return Some(Vec::new()) };
    let range = tree.get(statement).span.range();
    let code = std::str::from_utf8(&text[range.clone()]).ok()?;
    let old = range.start + word_at(code, former)?;
    let old = old..old + former.len();
    let is_used = uses(text, former) > 2 || renamed(code, former);
    Some(match (is_there, is_used) {
        (false, false) => vec![Change::new(old, edit.name.to_string())],
        (false, true) => vec![beside(code, range.start, old, former, &edit.name)?],
        (true, true) => Vec::new(),
        (true, false) => without(text, code, range, old),
    })
}

/// The import that brings a name.
fn statement(tree: &Tree, text: &[u8], name: &str) -> Option<Id> {
    let imports = tree.iter().filter(|(_, node)| node.kind == NodeKind::Import).map(|(id, _)| id);
    let required =
        tree.iter().filter(|(_, node)| node.kind == NodeKind::Call).filter(|(id, _)| tree.name(*id, text) == "require");
    let required =
        required.filter_map(|(id, _)| tree.above(id).take(3).find(|up| tree.get(*up).kind == NodeKind::Assign));
    imports.chain(required).find(|id| word_at(tree.text(*id, text), name).is_some())
}

/// A statement of its own below the last import; at the top of a file without one there may be anything.
fn below(tree: &Tree, text: &[u8], edit: &ImportEdit) -> Option<Change> {
    let uses_require = memchr::memmem::find(text, b"require(").is_some();
    let wanted = edit.required.as_ref().filter(|_| uses_require).or(edit.statement.as_ref())?;
    let is_top = |start: usize| start == 0 || text[start - 1] == b'\n';
    let all = tree.iter().filter(|(_, node)| node.kind == NodeKind::Import).map(|(_, node)| node.span.range());
    let required = tree.iter().filter(|(id, node)| node.kind == NodeKind::Call && tree.name(*id, text) == "require");
    let required = required.filter_map(|(_, node)| {
        let start = super::span::line_start(text, node.span.range().start);
        text[start..].starts_with(b"const ").then(|| start..node.span.range().end)
    });
    let last = all.chain(required).filter(|range| is_top(range.start)).max_by_key(|range| range.end)?;
    if text[last.clone()].starts_with(b"import (") {
        let path = wanted.strip_prefix("import ").unwrap_or(wanted);
        let close = super::span::line_start(text, last.end - 1);
        return (close > last.start).then(|| Change::insert(close, format!("\t{path}\n")));
    }
    let end = super::span::line_end(text, last.end.max(last.start + 1) - 1);
    Some(Change::insert(end, format!("\n{wanted}")))
}

/// How often a word stands in the text: once in its import, once in the call that goes.
fn uses(text: &[u8], word: &str) -> usize {
    super::types::words(text, word).count()
}

/// `import X as Y`: who uses `Y` is not looked for.
fn renamed(code: &str, name: &str) -> bool {
    word_at(code, name).is_some_and(|at| {
        let rest = code[at + name.len()..].trim_start();
        rest.starts_with("as ") || rest.starts_with(':')
    })
}

/// `Old, New` in a list; a statement of its own where a statement brings one name.
fn beside(code: &str, start: usize, old: Range<usize>, former: &str, name: &str) -> Option<Change> {
    let in_list = code.starts_with("from ") || code.contains('{');
    if in_list {
        return Some(Change::insert(old.end, format!(", {name}")));
    }
    code.starts_with("import ").then(|| {
        let line = format!("{}\n", code.trim_end().replace(former, name));
        Change::insert(start, line)
    })
}

/// A name out of its list, or its statement out of the file.
fn without(text: &[u8], code: &str, range: Range<usize>, old: Range<usize>) -> Vec<Change> {
    let in_list = code.starts_with("from ") || code.contains('{');
    if !in_list {
        return vec![Change::new(range.start..super::span::next_line(text, range.end), "")];
    }
    let after = &text[old.end..range.end];
    let blanks = after.iter().take_while(|b| b.is_ascii_whitespace()).count();
    if after.get(blanks) == Some(&b',') {
        let more = after[blanks + 1..].iter().take_while(|b| b.is_ascii_whitespace()).count();
        return vec![Change::new(old.start..old.end + blanks + 1 + more, "")];
    }
    let before = text[range.start..old.start].trim_ascii_end();
    match before.strip_suffix(b",") {
        Some(kept) => vec![Change::new(range.start + kept.trim_ascii_end().len()..old.end, "")],
        // It is alone: what remains would import nothing, which Python does not allow.
        None => vec![Change::new(range.start..super::span::next_line(text, range.end), "")],
    }
}
