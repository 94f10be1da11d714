//! What Go does not allow to be left behind: variables and imports that nothing uses.

use std::ops::Range;

use crate::syntax::{Id, NodeKind, Tree};

use super::types::words;
use super::{Change, span};

/// The same for what changes take out of a call and do not write again.
pub(super) fn freed_by(tree: &Tree, text: &[u8], call: Id, changes: &[Change]) -> Option<Vec<Change>> {
    let mut freed = Vec::new();
    for change in changes {
        freed.extend(self::freed(tree, text, call, change.range.clone(), &change.content)?);
    }
    Some(freed)
}

/// The changes after which nothing is unused once these arguments are gone and others stand there: imports go; a
/// variable of a function that only they use is too much to decide.
pub(super) fn freed(tree: &Tree, text: &[u8], call: Id, arguments: Range<usize>, written: &str) -> Option<Vec<Change>> {
    let function = tree.above(call).find(|up| tree.get(*up).kind == NodeKind::Function);
    let function = function.map_or(text, |function| &text[tree.get(function).span.range()]);
    let mut changes = Vec::new();
    let mut seen: Vec<&str> = Vec::new();
    for id in tree.below(call) {
        let node = tree.get(id);
        let name = tree.name(id, text);
        let is_inside = arguments.start <= node.span.range().start && node.span.range().end <= arguments.end;
        if node.kind != NodeKind::Name
            || !is_inside
            || name.is_empty()
            || seen.contains(&name)
            || words(written.as_bytes(), name).next().is_some()
        {
            continue;
        }
        seen.push(name);
        let inside = words(&text[arguments.clone()], name).count();
        let all = words(function, name).count();
        if is_package(text, name) {
            // Its import, and the uses that go.
            let uses = words(text, name).filter(|&at| text.get(at + name.len()) == Some(&b'.')).count();
            if uses == inside {
                changes.push(import(text, name)?);
            }
        } else if is_variable(function, name) && all <= inside + 1 {
            return None;
        }
    }
    Some(changes)
}

fn quoted(name: &str) -> String {
    format!("\"{name}\"")
}

fn is_package(text: &[u8], name: &str) -> bool {
    memchr::memmem::find(text, quoted(name).as_bytes()).is_some()
}

/// `name := …`, `name, err := …`, `var name`.
fn is_variable(text: &[u8], name: &str) -> bool {
    words(text, name).any(|at| {
        let line = &text[at..span::line_end(text, at)];
        let before = text[span::line_start(text, at)..at].trim_ascii_start();
        let is_target = memchr::memmem::find(line, b":=").is_some() && !line[..name.len() + 1].contains(&b'(');
        is_target && !before.contains(&b'=') || before.ends_with(b"var ") && !before.is_empty()
    })
}

/// The line of an import; of the first one in a list also the blank line behind it.
fn import(text: &[u8], name: &str) -> Option<Change> {
    let at = memchr::memmem::find(text, quoted(name).as_bytes())?;
    let (start, mut end) = (span::line_start(text, at), span::next_line(text, at));
    let before = text[start..at].trim_ascii();
    if !(before.is_empty() || before == b"import") || !span::ends_line(text, at + name.len() + 2) {
        return None;
    }
    let above = text[..start].trim_ascii_end();
    if above.ends_with(b"(") && text[end..span::next_line(text, end)].trim_ascii().is_empty() {
        end = span::next_line(text, end);
    }
    Some(Change::new(start..end, ""))
}
