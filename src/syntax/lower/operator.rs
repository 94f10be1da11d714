//! Operators: texts put together, and one of two.

use tree_sitter::Node as Raw;

use crate::document::layer::LayerSpan;
use crate::syntax::language::Language;
use crate::syntax::shape::Shape;
use crate::syntax::tree::{Id, NodeKind};

use super::{Lower, named};

impl<'t> Lower<'t> {
    pub(super) fn ternary(&mut self, raw: Raw<'_>) -> Id {
        let all = named(raw);
        let condition = raw
            .child_by_field_name("condition")
            .or_else(|| (self.language == Language::Python && all.len() == 3).then(|| all[1]));
        // `a ?: b` is `a` or `b`.
        let keeps = all.len() == 2;
        let kids: Vec<_> = all
            .into_iter()
            .filter(|child| keeps || Some(*child) != condition)
            .filter_map(|child| self.node(child))
            .collect();
        self.add(NodeKind::Either, self.span(raw), LayerSpan::default(), kids)
    }

    /// Chains of one operator become one node, without recursion: a thousand `+` are no depth.
    pub(super) fn binary(&mut self, raw: Raw<'_>) -> Id {
        let operator = self.operator(raw);
        let kind = match operator {
            b"+" | b"." | b"%" | b"<<" => NodeKind::Concat,
            b"??" | b"||" | b"or" | b"?:" => NodeKind::Either,
            _ => NodeKind::Other,
        };
        let mut operands = Vec::new();
        let mut at = raw;
        loop {
            let all = named(at);
            operands.extend(all.iter().skip(1).rev().copied());
            let Some(&left) = all.first() else { break };
            if self.shape(left) == Shape::Binary && self.operator(left) == operator {
                at = left;
            } else {
                operands.push(left);
                break;
            }
        }
        let kids = operands.into_iter().rev().filter_map(|operand| self.node(operand)).collect();
        self.add(kind, self.span(raw), LayerSpan::default(), kids)
    }

    fn operator(&self, raw: Raw<'_>) -> &'t [u8] {
        let mut cursor = raw.walk();
        let sign = raw.children(&mut cursor).find(|child| !child.is_named());
        sign.map(|sign| self.source(self.span(sign))).unwrap_or_default()
    }
}
