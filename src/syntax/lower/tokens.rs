//! What stands in a macro of Rust: tokens that the grammar leaves unparsed.
//!
//! `debug!("until {}", token.expires_on)` logs a day and no token, so members and calls are put together again.
//! Operators are passed over; a piece with several operands keeps each of them.

use tree_sitter::Node as Raw;

use crate::document::layer::LayerSpan;
use crate::syntax::tree::{Id, NodeKind};

use super::{DEEPEST, Lower, last_word, named};

impl Lower<'_> {
    pub(super) fn rust_macro(&mut self, raw: Raw<'_>) -> Id {
        let mut kids = Vec::new();
        let mut name = LayerSpan::default();
        for (index, child) in named(raw).into_iter().enumerate() {
            if child.kind() == "token_tree" {
                kids.extend(self.tokens(child));
            } else if index == 0 {
                let (callee, word) = self.callee(child);
                name = word;
                kids.push(callee);
            }
        }
        self.add(NodeKind::Call, self.span(raw), name, kids)
    }

    /// The pieces between commas.
    fn tokens(&mut self, tree: Raw<'_>) -> Vec<Id> {
        if self.depth >= DEEPEST {
            return Vec::new();
        }
        self.depth += 1;
        let mut cursor = tree.walk();
        let all: Vec<_> = tree.children(&mut cursor).collect();
        let inside = all.get(1..all.len().saturating_sub(1)).unwrap_or_default();
        let pieces = inside.split(|token| matches!(token.kind(), "," | ";" | "=>"));
        let kids = pieces.filter_map(|piece| self.piece(piece)).collect();
        self.depth -= 1;
        kids
    }

    fn piece(&mut self, tokens: &[Raw<'_>]) -> Option<Id> {
        let span =
            |this: &Self, last: Raw<'_>| LayerSpan { start: this.span(tokens[0]).start, end: this.span(last).end };
        // `path = name` of tracing, `"key": value` of `json!`.
        if let [key, sign, .., last] = tokens
            && matches!((key.kind(), sign.kind()), ("identifier", "=") | ("string_literal", ":"))
        {
            let whole = self.span(*key);
            let name = if sign.kind() == ":" { self.content(whole) } else { whole };
            let value = self.piece(&tokens[2..]);
            return Some(self.add(NodeKind::Pair, span(self, *last), name, value.into_iter().collect()));
        }
        let mut operands = Vec::new();
        let mut rest = tokens;
        while let [first, behind @ ..] = rest {
            rest = behind;
            let begun = match first.kind() {
                "token_tree" => Some(self.group(*first)),
                "identifier" | "self" | "crate" | "super" => {
                    let word = self.span(*first);
                    Some(self.add(NodeKind::Name, word, word, Vec::new()))
                }
                _ if first.is_named() => self.node(*first),
                _ => None,
            };
            if let Some(begun) = begun {
                let (operand, after) = self.postfix(begun, rest);
                operands.push(operand);
                rest = after;
            }
        }
        match operands[..] {
            [] => None,
            [only] => Some(only),
            _ => Some(self.add(NodeKind::Other, span(self, *tokens.last()?), LayerSpan::default(), operands)),
        }
    }

    /// `(a, b)`, `[a, b]`, `{ "a": b }`.
    fn group(&mut self, tree: Raw<'_>) -> Id {
        let kids = self.tokens(tree);
        let span = self.span(tree);
        let is_brace = self.source(span).first() == Some(&b'{');
        match kids[..] {
            [key, value] if !is_brace && self.nodes[key as usize].kind == NodeKind::Str && self.is_no_label(value) => {
                let name = self.nodes[key as usize].name;
                self.add(NodeKind::Pair, span, name, vec![value])
            }
            [only] if !is_brace => only,
            _ => self.add(if is_brace { NodeKind::Object } else { NodeKind::List }, span, LayerSpan::default(), kids),
        }
    }

    /// `.name`, `::name`, `(…)`, `[…]`, `!(…)`, `?` behind an operand, and what is left over.
    fn postfix<'a, 'r>(&mut self, begun: Id, tokens: &'a [Raw<'r>]) -> (Id, &'a [Raw<'r>]) {
        let mut at = begun;
        let mut rest = tokens;
        loop {
            let start = self.nodes[at as usize].span.start;
            match rest {
                [dot, word, behind @ ..]
                    if matches!(dot.kind(), "." | "::") && word.is_named() && word.kind() != "token_tree" =>
                {
                    let name = self.span(*word);
                    at = self.add(NodeKind::Member, LayerSpan { start, end: name.end }, name, vec![at]);
                    rest = behind;
                }
                [bang, tree, behind @ ..] if bang.kind() == "!" && tree.kind() == "token_tree" => {
                    at = self.called(at, *tree);
                    rest = behind;
                }
                [tree, behind @ ..] if tree.kind() == "token_tree" => {
                    at = self.called(at, *tree);
                    rest = behind;
                }
                [sign, behind @ ..] if sign.kind() == "?" => rest = behind,
                _ => return (at, rest),
            }
        }
    }

    fn called(&mut self, callee: Id, tree: Raw<'_>) -> Id {
        let given = self.tokens(tree);
        let own = &self.nodes[callee as usize];
        let span = LayerSpan { start: own.span.start, end: self.span(tree).end };
        let (kind, name) = (own.kind, own.name);
        let base = own.kids.first().copied();
        let kids: Vec<Id> = std::iter::once(callee).chain(given).collect();
        if self.source(self.span(tree)).first() == Some(&b'[') && kind != NodeKind::Name {
            return self.add(NodeKind::Index, span, LayerSpan::default(), kids);
        }
        let name = if matches!(kind, NodeKind::Name | NodeKind::Member) { name } else { LayerSpan::default() };
        match base {
            Some(base) if self.source(name) == b"new" => {
                let made = last_word(self.text, self.nodes[base as usize].name);
                self.add(NodeKind::New, span, made, kids)
            }
            _ => self.add(NodeKind::Call, span, name, kids),
        }
    }
}
