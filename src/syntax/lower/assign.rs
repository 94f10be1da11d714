//! Pairs, assignments and declarations.

use tree_sitter::Node as Raw;

use crate::document::layer::LayerSpan;
use crate::syntax::language::Language;
use crate::syntax::shape::Shape;
use crate::syntax::tree::{Id, NodeKind};

use super::{Lower, last_leaf, last_word, named, part, single_leaf};

impl<'t> Lower<'t> {
    pub(super) fn pair(&mut self, raw: Raw<'_>) -> Id {
        let all = named(raw);
        let key = ["key", "name", "field"].iter().find_map(|field| raw.child_by_field_name(field));
        let key = key.or_else(|| all.first().copied());
        let mut name = LayerSpan::default();
        let mut kids = Vec::new();
        if all.len() == 1 && self.shape(all[0]) != Shape::Pass {
            // One element of an array.
            if let Some(only) = self.node(all[0]) {
                return only;
            }
        }
        if let Some(key) = key {
            let word = single_leaf(key);
            let span = self.span(word);
            name = if self.shape(word) == Shape::Str { self.content(span) } else { self.bare(span) };
            if self.language == Language::Ruby {
                let text = self.source(name);
                let from = usize::from(text.first() == Some(&b':'));
                name = part(name, from, text.len() - usize::from(text.len() > from && text.last() == Some(&b':')));
            }
        }
        for child in all.into_iter().filter(|child| Some(*child) != key) {
            kids.extend(self.node(child));
        }
        self.add(NodeKind::Pair, self.span(raw), name, kids)
    }

    pub(super) fn assign(&mut self, raw: Raw<'_>) -> Option<Id> {
        let all = named(raw);
        let fields = ["left", "name", "pattern", "declarator", "property"];
        let target = fields.iter().find_map(|field| raw.child_by_field_name(field)).or_else(|| {
            let wanted = ["variable_declaration", "left_assignment_expression", "variable"];
            all.iter().find(|child| wanted.contains(&child.kind())).or(all.first()).copied()
        })?;
        let value = ["right", "value", "default_value"].iter().find_map(|field| raw.child_by_field_name(field));
        let value = value.or_else(|| {
            let last = all.iter().rfind(|child| self.shape(**child) != Shape::Skip)?;
            (last.start_byte() >= target.end_byte()).then_some(*last)
        });
        let mut kids = Vec::new();
        let lowered = self.node(target);
        kids.extend(lowered);
        let name = lowered.map_or_else(|| self.bare(self.span(target)), |id| self.target_name(id));
        let Some(value) = value.and_then(|value| self.node(value)) else { return lowered };
        if lowered.is_none() {
            let span = self.span(target);
            kids.push(self.add(NodeKind::Name, span, name, Vec::new()));
        }
        kids.push(value);
        Some(self.add(NodeKind::Assign, self.span(raw), name, kids))
    }

    /// The word of an assignment's target: `c` of `a.b.c`, `k` of `d["k"]`, nothing of a pattern.
    fn target_name(&self, id: Id) -> LayerSpan {
        let node = &self.nodes[id as usize];
        match node.kind {
            NodeKind::Name | NodeKind::Member => last_word(self.text, node.name),
            NodeKind::Index => {
                let key = node.kids.last().map(|key| &self.nodes[*key as usize]);
                key.filter(|key| key.kind == NodeKind::Str).map(|key| key.name).unwrap_or_default()
            }
            _ => LayerSpan::default(),
        }
    }

    /// `a, b := x, y`; one value for several names goes to the first.
    pub(super) fn assign_lists(&mut self, raw: Raw<'_>) -> Id {
        let side = |field: &str| raw.child_by_field_name(field);
        let targets: Vec<Raw<'_>> = match side("left") {
            Some(list) if list.kind() == "expression_list" => named(list),
            Some(one) => vec![one],
            None => {
                let mut cursor = raw.walk();
                raw.children_by_field_name("name", &mut cursor).collect()
            }
        };
        let values = match side("right").or_else(|| side("value")) {
            Some(list) if list.kind() == "expression_list" => named(list),
            Some(one) => vec![one],
            None => Vec::new(),
        };
        let mut kids = Vec::new();
        for (index, target) in targets.iter().enumerate() {
            let Some(left) = self.node(*target) else { continue };
            let name = self.target_name(left);
            let Some(value) = values.get(index) else {
                kids.push(left);
                continue;
            };
            let Some(right) = self.node(*value) else { continue };
            let span = LayerSpan { start: self.span(*target).start, end: self.span(*value).end };
            kids.push(self.add(NodeKind::Assign, span, name, vec![left, right]));
        }
        match kids[..] {
            [only] => only,
            _ => self.add(NodeKind::Other, self.span(raw), LayerSpan::default(), kids),
        }
    }

    pub(super) fn named_body(&mut self, kind: NodeKind, raw: Raw<'_>) -> Id {
        let word = raw.child_by_field_name("name").or_else(|| {
            named(raw)
                .into_iter()
                .find(|child| matches!(child.kind(), "function_name" | "simple_name" | "type_identifier"))
        });
        let name = word.map(|word| self.span(last_leaf(word))).unwrap_or_default();
        let kids = self.kids_of(raw);
        self.add(kind, self.span(raw), name, kids)
    }

    pub(super) fn cpp_declaration(&mut self, raw: Raw<'_>) -> Option<Id> {
        let declared = raw.child_by_field_name("type");
        let mut cursor = raw.walk();
        let declarators: Vec<_> = raw.children_by_field_name("declarator", &mut cursor).collect();
        let mut kids = Vec::new();
        for one in declarators {
            let value = one.child_by_field_name("value");
            match (declared, value) {
                (Some(declared), Some(value)) if matches!(value.kind(), "argument_list" | "initializer_list") => {
                    kids.push(self.cpp_made(declared, one, value));
                }
                // `T name(a, b);` in a body reads as a function that is declared.
                (Some(declared), None)
                    if one.kind() == "function_declarator"
                        && raw.parent().is_some_and(|parent| parent.kind() == "compound_statement") =>
                {
                    match one.child_by_field_name("parameters") {
                        Some(given) => kids.push(self.cpp_made(declared, one, given)),
                        None => kids.extend(self.node(one)),
                    }
                }
                _ => kids.extend(self.node(one)),
            }
        }
        match kids[..] {
            [] => None,
            [only] => Some(only),
            _ => Some(self.add(NodeKind::Other, self.span(raw), LayerSpan::default(), kids)),
        }
    }

    /// `T name(args)` assigns a new `T`.
    fn cpp_made(&mut self, declared: Raw<'_>, declarator: Raw<'_>, value: Raw<'_>) -> Id {
        let (callee, word) = self.callee(declared);
        let mut made = vec![callee];
        made.extend(self.kids_of(value));
        let span = LayerSpan { start: self.span(declared).start, end: self.span(value).end };
        let new = self.add(NodeKind::New, span, word, made);
        let name = declarator.child_by_field_name("declarator").map(|name| self.span(name)).unwrap_or_default();
        let target = self.add(NodeKind::Name, name, name, Vec::new());
        self.add(NodeKind::Assign, span, name, vec![target, new])
    }
}
