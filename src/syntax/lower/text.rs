//! Strings, and what stands within them.

use tree_sitter::Node as Raw;

use crate::document::layer::LayerSpan;
use crate::syntax::tree::{Id, NodeKind};

use super::{Lower, named, part};

impl<'t> Lower<'t> {
    /// Text, with the pieces in it if it has holes.
    pub(super) fn string(&mut self, raw: Raw<'_>) -> Id {
        let span = self.span(raw);
        let content = self.content(span);
        let mut kids = Vec::new();
        let mut at = content.start;
        for child in named(raw) {
            let place = self.span(child);
            if is_text(child.kind()) {
                continue;
            }
            let before = self.nodes.len();
            let Some(hole) = self.node(child) else { continue };
            if self.nodes.len() == before {
                continue;
            }
            if place.start > at {
                let piece = LayerSpan { start: at, end: place.start };
                kids.push(self.add(NodeKind::Str, piece, piece, Vec::new()));
            }
            kids.push(hole);
            at = place.end.max(at);
        }
        if kids.is_empty() {
            return self.add(NodeKind::Str, span, content, Vec::new());
        }
        if at < content.end {
            let piece = LayerSpan { start: at, end: content.end };
            kids.push(self.add(NodeKind::Str, piece, piece, Vec::new()));
        }
        self.add(NodeKind::Template, span, content, kids)
    }

    /// What stands between the quotes. A word of Bash has none.
    pub(super) fn content(&self, span: LayerSpan) -> LayerSpan {
        let text = self.source(span);
        let is_quote = |b: u8| matches!(b, b'"' | b'\'' | b'`');
        let prefix = text.iter().take_while(|b| b.is_ascii_alphabetic() || matches!(b, b'@' | b'$' | b'#')).count();
        let Some(&quote) = text.get(prefix).filter(|b| is_quote(**b)) else {
            return if text.first() == Some(&b':') { part(span, 1, text.len()) } else { span };
        };
        let run = |bytes: &mut dyn Iterator<Item = &u8>| bytes.take_while(|b| **b == quote).count();
        let opening = run(&mut text[prefix..].iter());
        let quotes = if opening >= 3 { 3 } else { 1 };
        let mut from = prefix + quotes;
        let hashes = text.iter().rev().take_while(|b| **b == b'#' || **b == b'@').count();
        let mut to = text.len() - hashes;
        to -= run(&mut text[from.min(to)..to].iter().rev()).min(quotes);
        if text.starts_with(b"@\"") || text.starts_with(b"@'") {
            // A here-string of PowerShell begins on the next line.
            from += usize::from(text.get(from) == Some(&b'\n'));
        }
        part(span, from.min(to), to)
    }
}

fn is_text(kind: &str) -> bool {
    kind.contains("content") || kind.contains("fragment") || kind.contains("escape") || kind.contains("delimiter")
}
