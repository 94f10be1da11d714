//! Edits by a pattern, within a part of the file.

use std::ops::Range;

use regex::bytes::RegexBuilder;

use crate::rule::spec::{TextEdit, Within};
use crate::syntax::{Id, NodeKind};

use super::ground::{Ground, Place, within};
use super::{Change, around, call, node, span};

/// A change for each match; `None` if there is none and one is needed.
pub(super) fn edited(ground: &mut Ground<'_>, edit: &TextEdit, place: Place) -> Option<Vec<Change>> {
    let pattern = RegexBuilder::new(&edit.pattern).unicode(false).build().ok()?;
    let text = ground.doc.text();
    let window = if edit.within == Within::Object {
        let objects: Vec<_> = around::objects(ground.source()?, place.stands?).collect();
        objects.into_iter().find(|object| pattern.is_match(&text[object.clone()]))
    } else {
        window(ground, edit.within, place)
    };
    let Some(window) = window else { return edit.optional.then(Vec::new) };
    let text = &text[window.clone()];
    let mut changes = Vec::new();
    for found in pattern.captures_iter(text) {
        let whole = found.get(0).expect("the whole match is always there");
        let mut content = Vec::new();
        found.expand(edit.content.as_bytes(), &mut content);
        let range = window.start + whole.start()..window.start + whole.end();
        changes.push(Change::new(range, String::from_utf8(content).ok()?));
    }
    (edit.optional || !changes.is_empty()).then_some(changes)
}

fn window(ground: &mut Ground<'_>, part: Within, place: Place) -> Option<Range<usize>> {
    let text = ground.doc.text();
    Some(match part {
        Within::File => 0..text.len(),
        Within::Match => matched(ground, place)?,
        Within::Lines => {
            let matched = matched(ground, place)?;
            let text = ground.doc.text();
            span::line_start(text, matched.start)..span::line_end(text, matched.end)
        }
        Within::Value => {
            let node = place.node?;
            let tree = ground.file().tree()?;
            tree.node(node).span.range()
        }
        Within::Argument => {
            let (_, argument) = place.code?;
            ground.source()?.get(argument?).span.range()
        }
        Within::Named => {
            let (tree, argument) = (ground.source()?, place.stands?);
            let is_pair = |id: &Id| tree.get(*id).kind == NodeKind::Pair;
            let pair = std::iter::once(argument).chain(tree.above(argument).take(1)).find(is_pair)?;
            tree.get(pair).span.range()
        }
        Within::Call => {
            let tree = ground.source()?;
            tree.get(around::call(tree, place.stands?)?).span.range()
        }
        Within::Literal => around::literal(ground.source()?, place.stands?)?,
        // Which one depends on the pattern.
        Within::Object => return None,
    })
}

/// The code that a finding is about.
fn matched(ground: &mut Ground<'_>, place: Place) -> Option<Range<usize>> {
    if let Some((id, _)) = place.code {
        let tree = ground.source()?;
        return Some(tree.get(call::chain(tree, id)).span.range());
    }
    if let Some(node) = place.node {
        let tree = ground.file().tree()?;
        return Some(node::member(tree, node));
    }
    let code = place.lint?.code.range();
    Some(within(code, ground.doc.text()))
}
