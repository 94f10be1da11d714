//! Names that a source imports: the new one comes, the old one goes unless it is still used.
//!
//! Round by round: while another call uses the old name the new one is put beside it; with the last
//! such call the old name goes. Namespaces, modules and wildcards need nothing.

use crate::detect::matcher::code::source::word_at;
use crate::rule::spec::ImportEdit;
use crate::syntax::{Id, NodeKind, Tree};

use super::Change;

/// The changes, which may be none.
pub(super) fn edited(tree: &Tree, text: &[u8], edit: &ImportEdit) -> Option<Vec<Change>> {
    let Some(statement) = statement(tree, text, &edit.instead_of) else { return Some(Vec::new()) };
    let range = tree.get(statement).span.range();
    let code = std::str::from_utf8(&text[range.clone()]).ok()?;
    let old = range.start + word_at(code, &edit.instead_of)?;
    let old = old..old + edit.instead_of.len();
    let is_there = statement_of(tree, text, &edit.name);
    let is_used = uses(text, &edit.instead_of) > 2 || renamed(code, &edit.instead_of);
    Some(match (is_there, is_used) {
        (false, false) => vec![Change::new(old, edit.name.to_string())],
        (false, true) => vec![beside(code, range.start, old, edit)?],
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

fn statement_of(tree: &Tree, text: &[u8], name: &str) -> bool {
    statement(tree, text, name).is_some()
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
fn beside(code: &str, start: usize, old: std::ops::Range<usize>, edit: &ImportEdit) -> Option<Change> {
    let in_list = code.starts_with("from ") || code.contains('{');
    if in_list {
        return Some(Change::insert(old.end, format!(", {}", edit.name)));
    }
    code.starts_with("import ").then(|| {
        let line = format!("{}\n", code.trim_end().replace(&*edit.instead_of, &edit.name));
        Change::insert(start, line)
    })
}

/// A name out of its list, or its statement out of the file.
fn without(text: &[u8], code: &str, range: std::ops::Range<usize>, old: std::ops::Range<usize>) -> Vec<Change> {
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
