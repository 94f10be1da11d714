//! Types that a variable is declared with, where a call that makes it another one is changed.

use std::ops::Range;

use crate::syntax::{Id, NodeKind, Tree};

use super::{Change, span};

/// `Old name = new Old(…)`: the declaration goes along. `None` if the type is spoken of elsewhere, where nobody
/// can tell what a change would break.
pub(super) fn renamed(tree: &Tree, text: &[u8], id: Id, old: &str, new: &str) -> Option<Vec<Change>> {
    let call = tree.get(id);
    let mut changes = Vec::new();
    for at in words(text, old) {
        let word = at..at + old.len();
        let is_own = call.name.range() == word;
        if is_own || stands_in(tree, &word) || is_required(text, &word) || is_comment(text, at) {
            continue;
        }
        let line = span::line_start(text, call.span.range().start);
        let is_declared = (line..call.span.range().start).contains(&at);
        if !is_declared || !text[word.end..call.span.range().start].contains(&b'=') {
            return None;
        }
        changes.push(Change::new(word, new));
    }
    Some(changes)
}

/// In an import, or the name of a call.
fn stands_in(tree: &Tree, word: &Range<usize>) -> bool {
    tree.iter().any(|(_, node)| match node.kind {
        NodeKind::Import => node.span.range().start <= word.start && word.end <= node.span.range().end,
        NodeKind::Call | NodeKind::New => node.name.range() == *word && node.span.range().start <= word.start,
        _ => false,
    })
}

/// `const { Old } = require("…")`.
fn is_required(text: &[u8], word: &Range<usize>) -> bool {
    let Some(end) = memchr::memchr(b'}', &text[word.end..]) else { return false };
    let names = &text[word.end..word.end + end];
    let rest = text[word.end + end + 1..].trim_ascii_start();
    let is_list = names.iter().all(|b| b.is_ascii_alphanumeric() || b.is_ascii_whitespace() || b"_,:$".contains(b));
    is_list && rest.strip_prefix(b"=").is_some_and(|rest| rest.trim_ascii_start().starts_with(b"require("))
}

fn is_comment(text: &[u8], at: usize) -> bool {
    let line = &text[span::line_start(text, at)..at];
    let begins = line.trim_ascii_start();
    [&b"//"[..], b"#", b"*", b"/*", b"///"].iter().any(|sign| begins.starts_with(sign))
        || memchr::memmem::find(line, b" //").is_some()
        || memchr::memmem::find(line, b" # ").is_some()
}

/// Places where a word stands as a word of its own.
pub(super) fn words<'t>(text: &'t [u8], word: &'t str) -> impl Iterator<Item = usize> + 't {
    let is_word = |byte: Option<&u8>| byte.is_some_and(|b| b.is_ascii_alphanumeric() || *b == b'_');
    memchr::memmem::find_iter(text, word.as_bytes()).filter(move |&at| {
        let before = at.checked_sub(1).and_then(|before| text.get(before));
        !is_word(before) && !is_word(text.get(at + word.len()))
    })
}
