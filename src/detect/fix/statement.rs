//! Lines beside the statement that a call stands in.
//!
//! The common tree knows no statements, so only the plain ones are taken: an assignment, a return or a call that
//! begins a line and ends one, with nothing about it that it could be a part of.

use std::sync::LazyLock;

use regex::bytes::Regex;

use crate::rule::spec::StatementEdit;
use crate::syntax::{Id, Language, NodeKind, Tree};

use super::{Change, around, call, span, types};

/// What stands on a line before the call.
static BEFORE: LazyLock<Regex> = LazyLock::new(|| {
    let pattern = r"(?-u)^[ \t]*(?<word>(?:export\s+(?:default\s+)?)?(?:(?:const|let|var)\s+)?)(?:(?<target>[\w.$]+)(?:\s*:\s*[\w.<>\[\]| ]+)?\s*=\s*)?(?<back>return\s+)?(?:await\s+)?$";
    Regex::new(pattern).expect("it is a pattern")
});

/// The lines; `None` if they cannot be put there.
pub(super) fn edited(tree: &Tree, text: &[u8], id: Id, edit: &StatementEdit) -> Option<Vec<Change>> {
    let chain = call::chain(tree, id);
    let range = tree.get(chain).span.range();
    let start = span::line_start(text, range.start);
    let before = BEFORE.captures(&text[start..range.start])?;
    if is_part(tree, chain) || !ends(text, range.end) || !begins(tree, text, start, &before) {
        return None;
    }
    let indent = span::indent(text, range.start);
    let mut changes = Vec::new();
    let is_taken = || types::words(text, &edit.name).next().is_some();
    if let Some(above) = edit.above.as_ref().filter(|above| !stands(tree, text, chain, above)) {
        if is_taken() {
            return None;
        }
        changes.push(Change::insert(start, format!("{}\n", indented(above, &indent))));
    }
    if let Some(below) = &edit.below {
        let target = before.name("target").map(|target| String::from_utf8_lossy(target.as_bytes()).into_owned());
        let target = target.filter(|target| !target.contains('.'))?;
        if is_taken() {
            return None;
        }
        let lines = indented(&below.replace("$target", &target), &indent);
        changes.push(Change::insert(span::line_end(text, range.end), format!("\n{lines}")));
    }
    Some(changes)
}

/// Is it given to another call, or a part of a value?
fn is_part(tree: &Tree, chain: Id) -> bool {
    let mut about = tree.above(chain).map(|id| tree.get(id).kind);
    let scope = about.find(|kind| !matches!(kind, NodeKind::Assign | NodeKind::Other));
    // A field of a class has no statement beside it.
    !matches!(
        scope,
        None | Some(
            NodeKind::Function | NodeKind::Lambda | NodeKind::If | NodeKind::Try | NodeKind::Catch | NodeKind::Loop
        )
    )
}

/// Does a statement begin at the line, and is it no body without braces?
fn begins(tree: &Tree, text: &[u8], start: usize, before: &regex::bytes::Captures<'_>) -> bool {
    let is_said = before.name("word").is_some_and(|word| !word.is_empty());
    let above = text[..start].trim_ascii_end().last();
    match tree.language() {
        Language::Python => !above.is_some_and(|sign| b"([{,\\=".contains(sign)),
        _ => is_said || above.is_none_or(|sign| b";{}".contains(sign)),
    }
}

/// Nothing but the end of the statement and a comment stand behind it on its line.
fn ends(text: &[u8], at: usize) -> bool {
    let rest = text[at..span::line_end(text, at)].trim_ascii_start();
    let rest = rest.strip_prefix(b";").unwrap_or(rest).trim_ascii_start();
    rest.is_empty() || rest.starts_with(b"//") || rest.starts_with(b"#")
}

/// Does the line stand already where the call sees it: at the top of the file, or above it in the same function?
fn stands(tree: &Tree, text: &[u8], chain: Id, line: &str) -> bool {
    let at = tree.get(chain).span.range().start;
    let function = tree.above(chain).find(|up| around::is_scope(tree.get(*up).kind));
    let from = function.map_or(0, |function| tree.get(function).span.range().start);
    memchr::memmem::find_iter(&text[..at], line.as_bytes()).any(|found| {
        let first = span::line_start(text, found);
        let is_whole = span::is_first(text, found)
            && text[found + line.len()..span::line_end(text, found)].trim_ascii().is_empty();
        is_whole && (first == found || first >= from && span::indent(text, found) == span::indent(text, at))
    })
}

fn indented(lines: &str, indent: &str) -> String {
    let line = |line: &str| if line.is_empty() { String::new() } else { format!("{indent}{line}") };
    lines.lines().map(line).collect::<Vec<_>>().join("\n")
}
