//! From a tree of tree-sitter to the common tree.

mod assign;
mod call;
mod operator;
mod text;
mod tokens;

use tree_sitter::Node as Raw;

use crate::document::layer::LayerSpan;

use super::language::Language;
use super::shape::{Shape, shape};
use super::tree::{Id, Node, NodeKind, Tree};

/// Nesting that is followed. Hand-written code stays under 100; a worker's stack holds this
/// many levels also in a debug build.
const DEEPEST: u16 = 180;

pub(super) fn lower(language: Language, text: &[u8], base: usize, root: Raw<'_>) -> Tree {
    let range = base..base + root.end_byte();
    let mut lower = Lower { language, text, base, nodes: Vec::new(), depth: 0 };
    let kids = lower.kids_of(root);
    lower.add(NodeKind::Other, lower.span(root), LayerSpan::default(), kids);
    let mut nodes = lower.nodes;
    for id in 0..nodes.len() {
        for kid in std::mem::take(&mut nodes[id].kids) {
            nodes[kid as usize].parent = to_id(id);
            nodes[id].kids.push(kid);
        }
    }
    Tree { language, nodes, range }
}

fn to_id(index: usize) -> Id {
    u32::try_from(index).expect("a source has at most 1 MiB")
}

pub(super) struct Lower<'t> {
    pub(super) language: Language,
    pub(super) text: &'t [u8],
    base: usize,
    pub(super) nodes: Vec<Node>,
    depth: u16,
}

impl<'t> Lower<'t> {
    pub(super) fn add(&mut self, kind: NodeKind, span: LayerSpan, name: LayerSpan, kids: Vec<Id>) -> Id {
        let id = to_id(self.nodes.len());
        self.nodes.push(Node { kind, span, name, parent: id, kids });
        id
    }

    pub(super) fn span(&self, raw: Raw<'_>) -> LayerSpan {
        LayerSpan::new(raw.start_byte() + self.base, raw.end_byte() + self.base).unwrap_or_default()
    }

    pub(super) fn source(&self, span: LayerSpan) -> &'t [u8] {
        self.text.get(span.range()).unwrap_or_default()
    }

    fn shape(&self, raw: Raw<'_>) -> Shape {
        shape(self.language, raw.kind())
    }

    /// Everything of note below a node.
    pub(super) fn kids_of(&mut self, raw: Raw<'_>) -> Vec<Id> {
        named(raw).into_iter().filter_map(|kid| self.node(kid)).collect()
    }

    /// The node, or none if there is nothing of note in it.
    pub(super) fn node(&mut self, raw: Raw<'_>) -> Option<Id> {
        if self.depth >= DEEPEST {
            return None;
        }
        // PowerShell wraps a word a dozen times: wrappers are no depth.
        let mut raw = raw;
        while self.shape(raw) == Shape::Pass
            && raw.named_child_count() == 1
            && let Some(only) = raw.named_child(0)
        {
            raw = only;
        }
        self.depth += 1;
        let lowered = self.by_shape(raw);
        self.depth -= 1;
        lowered
    }

    fn by_shape(&mut self, raw: Raw<'_>) -> Option<Id> {
        let span = self.span(raw);
        let none = LayerSpan::default();
        match self.shape(raw) {
            Shape::Skip => None,
            Shape::Pass => self.pass(raw),
            Shape::Str => Some(self.string(raw)),
            Shape::Name | Shape::PsVariable => Some(self.add(NodeKind::Name, span, self.bare(span), Vec::new())),
            Shape::Member => self.member(raw),
            Shape::Index => Some(self.plain(NodeKind::Index, raw)),
            Shape::Call => Some(self.call(raw, NodeKind::Call)),
            Shape::Method(object, name) => Some(self.method(raw, object, name)),
            Shape::New => Some(self.call(raw, NodeKind::New)),
            Shape::ImplicitNew => Some(self.implicit_new(raw)),
            Shape::Argument => self.argument(raw),
            Shape::Pair => Some(self.pair(raw)),
            Shape::Assign => self.assign(raw),
            Shape::AssignLists => Some(self.assign_lists(raw)),
            Shape::Object => Some(self.object(raw)),
            Shape::List => Some(self.list(raw)),
            Shape::Import => Some(self.add(NodeKind::Import, span, none, Vec::new())),
            Shape::Function => Some(self.named_body(NodeKind::Function, raw)),
            Shape::Lambda => Some(self.plain(NodeKind::Lambda, raw)),
            Shape::Class => Some(self.named_body(NodeKind::Class, raw)),
            Shape::Loop => Some(self.plain(NodeKind::Loop, raw)),
            Shape::Try => Some(self.plain(NodeKind::Try, raw)),
            Shape::Catch => Some(self.plain(NodeKind::Catch, raw)),
            Shape::If => Some(self.plain(NodeKind::If, raw)),
            Shape::Ternary => Some(self.ternary(raw)),
            Shape::Binary => Some(self.binary(raw)),
            Shape::Concat => self.collapse(NodeKind::Concat, raw),
            Shape::Constant => Some(self.add(NodeKind::Constant, span, span, Vec::new())),
            Shape::BashCommand => Some(self.bash_command(raw)),
            Shape::PsCommand => Some(self.ps_command(raw)),
            Shape::Substitution => Some(self.plain(NodeKind::Substitution, raw)),
            Shape::Expansion => Some(self.expansion(raw)),
            Shape::CppDeclaration => self.cpp_declaration(raw),
            Shape::Macro => Some(self.rust_macro(raw)),
        }
    }

    fn plain(&mut self, kind: NodeKind, raw: Raw<'_>) -> Id {
        let kids = self.kids_of(raw);
        self.add(kind, self.span(raw), LayerSpan::default(), kids)
    }

    /// `("key", value)` of Python and Rust is a pair: so they write forms and headers.
    fn list(&mut self, raw: Raw<'_>) -> Id {
        let kids = self.kids_of(raw);
        if let ([key, value], true) = (&kids[..], matches!(raw.kind(), "tuple" | "tuple_expression"))
            && self.nodes[*key as usize].kind == NodeKind::Str
            && self.is_no_label(*value)
        {
            let name = self.nodes[*key as usize].name;
            return self.add(NodeKind::Pair, self.span(raw), name, vec![*value]);
        }
        self.add(NodeKind::List, self.span(raw), LayerSpan::default(), kids)
    }

    /// `("password", "Your password")` is a name and how it is shown.
    fn is_no_label(&self, value: Id) -> bool {
        let node = &self.nodes[value as usize];
        node.kind != NodeKind::Str || self.source(node.name).iter().any(u8::is_ascii_digit)
    }

    /// `{ "key", value }` within an initialiser of C# is a pair.
    fn object(&mut self, raw: Raw<'_>) -> Id {
        let kids = self.kids_of(raw);
        // A node of tree-sitter finds its parent from the root down: asked in one language only.
        let is_inner = self.language == Language::CSharp
            && raw.parent().is_some_and(|parent| parent.kind() == "initializer_expression");
        if let ([key, value], true) = (&kids[..], is_inner)
            && self.nodes[*key as usize].kind == NodeKind::Str
        {
            let name = self.nodes[*key as usize].name;
            return self.add(NodeKind::Pair, self.span(raw), name, vec![*value]);
        }
        self.add(NodeKind::Object, self.span(raw), LayerSpan::default(), kids)
    }

    /// A wrapper of one thing is that thing.
    fn pass(&mut self, raw: Raw<'_>) -> Option<Id> {
        self.collapse(NodeKind::Other, raw)
    }

    fn collapse(&mut self, kind: NodeKind, raw: Raw<'_>) -> Option<Id> {
        let kids = self.kids_of(raw);
        match kids[..] {
            [] => None,
            [only] => Some(only),
            _ => Some(self.add(kind, self.span(raw), LayerSpan::default(), kids)),
        }
    }

    /// Without `$`, `@`, `&`, and what stands before a `:` in PowerShell.
    pub(super) fn bare(&self, span: LayerSpan) -> LayerSpan {
        let text = self.source(span);
        let mut from = text.iter().take_while(|b| matches!(b, b'$' | b'@' | b'{' | b'&' | b'*')).count();
        let to = text.len() - text.iter().rev().take_while(|b| **b == b'}').count();
        let is_variable = from > 0 && self.language == Language::PowerShell;
        if is_variable && let Some(colon) = text.iter().position(|b| *b == b':') {
            from = from.max(colon + 1);
        }
        part(span, from, to.max(from))
    }
}

/// Part of a span, in bytes from its beginning.
pub(super) fn part(span: LayerSpan, from: usize, to: usize) -> LayerSpan {
    let start = span.start as usize;
    LayerSpan::new(start + from, (start + to).min(span.end as usize).max(start + from)).unwrap_or_default()
}

/// The last word of `a.b::c\d`.
pub(super) fn last_word(text: &[u8], span: LayerSpan) -> LayerSpan {
    let bytes = text.get(span.range()).unwrap_or_default();
    let from = bytes.iter().rposition(|b| matches!(b, b'.' | b':' | b'\\')).map_or(0, |at| at + 1);
    part(span, from, bytes.len())
}

pub(super) fn named(raw: Raw<'_>) -> Vec<Raw<'_>> {
    let mut cursor = raw.walk();
    raw.named_children(&mut cursor).filter(|child| !child.is_extra() || child.is_error()).collect()
}

/// The last word in a node.
fn last_leaf(raw: Raw<'_>) -> Raw<'_> {
    let mut at = raw;
    // `Name<T>` is named by what stands before its types.
    while let Some(next) = named(at).into_iter().rfind(|child| !child.kind().contains("argument")) {
        at = next;
    }
    at
}

/// Down through wrappers of one thing.
pub(super) fn single_leaf(raw: Raw<'_>) -> Raw<'_> {
    let mut at = raw;
    while let [only] = named(at)[..]
        && !matches!(at.kind(), "string" | "string_literal" | "interpreted_string_literal" | "encapsed_string")
    {
        at = only;
    }
    at
}
