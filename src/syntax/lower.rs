//! From a tree of tree-sitter to the common tree.

use tree_sitter::Node as Raw;

use super::language::Language;
use super::shape::{Shape, shape};
use super::tree::{Id, Node, NodeKind, Tree};
use crate::document::layer::LayerSpan;

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
            Shape::List => Some(self.plain(NodeKind::List, raw)),
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
            Shape::Macro => Some(self.call(raw, NodeKind::Call)),
        }
    }

    fn plain(&mut self, kind: NodeKind, raw: Raw<'_>) -> Id {
        let kids = self.kids_of(raw);
        self.add(kind, self.span(raw), LayerSpan::default(), kids)
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

    /// Text, with the pieces in it if it has holes.
    fn string(&mut self, raw: Raw<'_>) -> Id {
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
    fn content(&self, span: LayerSpan) -> LayerSpan {
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

    fn member(&mut self, raw: Raw<'_>) -> Option<Id> {
        let all = named(raw);
        let (first, last) = (*all.first()?, *all.last()?);
        if all.len() == 1 {
            // `?.Name`, `.Name`
            return self.node(first);
        }
        let name = self.span(last_leaf(last));
        // PowerShell's types and C++'s namespaces are names here.
        let base = self.node(first).or_else(|| {
            let span = self.span(first);
            Some(self.add(NodeKind::Name, span, span, Vec::new()))
        })?;
        let name = self.bare(name);
        // `x["a"]` behind `?.`
        if matches!(self.shape(last), Shape::Index) {
            let key = self.kids_of(last);
            let kids = std::iter::once(base).chain(key).collect();
            return Some(self.add(NodeKind::Index, self.span(raw), LayerSpan::default(), kids));
        }
        Some(self.add(NodeKind::Member, self.span(raw), name, vec![base]))
    }

    /// Callee or type, then arguments, then an initialiser.
    fn call(&mut self, raw: Raw<'_>, kind: NodeKind) -> Id {
        let mut kids = Vec::new();
        let mut name = LayerSpan::default();
        for (index, child) in named(raw).into_iter().enumerate() {
            if is_arguments(child.kind()) {
                kids.extend(self.kids_of(child));
            } else if index == 0 {
                let (callee, word) = self.callee(child);
                name = word;
                kids.push(callee);
            } else if self.language == Language::PowerShell && child.kind() == "member_name" {
                // `[T]::new(…)` and `$x.Method(…)`: the first is a making, the second a call.
                name = self.ps_member(&mut kids, child, name);
            } else {
                kids.extend(self.node(child));
            }
        }
        let is_new = self.source(name).eq_ignore_ascii_case(b"new") && !kids.is_empty();
        if is_new && let Some(base) = self.nodes[kids[0] as usize].kids.first().copied() {
            // `T::new(…)`, `T.new(…)`
            name = last_word(self.text, self.nodes[base as usize].name);
            return self.add(NodeKind::New, self.span(raw), name, kids);
        }
        self.add(kind, self.span(raw), name, kids)
    }

    fn ps_member(&mut self, kids: &mut Vec<Id>, child: Raw<'_>, before: LayerSpan) -> LayerSpan {
        let word = self.span(child);
        let Some(base) = kids.pop() else { return before };
        let span = LayerSpan { start: self.nodes[base as usize].span.start, end: word.end };
        kids.push(self.add(NodeKind::Member, span, word, vec![base]));
        word
    }

    /// The callee's node and the word that names it; `make_shared<T>` is named by `T`.
    fn callee(&mut self, raw: Raw<'_>) -> (Id, LayerSpan) {
        let made = self.made_type(raw);
        let inner = if let Some(made) = made { made } else { raw };
        let span = self.span(inner);
        let lowered = self.node(inner);
        let id = lowered.unwrap_or_else(|| {
            let bare = without_generics(self.source(span));
            let named = part(span, 0, bare);
            self.add(NodeKind::Name, named, named, Vec::new())
        });
        let node = &self.nodes[id as usize];
        let word = match node.kind {
            NodeKind::Name => last_word(self.text, node.name),
            NodeKind::Member => node.name,
            _ => LayerSpan::default(),
        };
        let word = part(word, 0, without_generics(self.source(word)));
        if matches!(self.nodes[id as usize].kind, NodeKind::Member) {
            self.nodes[id as usize].name = word;
        }
        (id, word)
    }

    /// Of `std::make_shared<T>` and `make_unique<T>` the `T`.
    fn made_type<'r>(&self, raw: Raw<'r>) -> Option<Raw<'r>> {
        if self.language != Language::Cpp || !self.source(self.span(raw)).contains(&b'<') {
            return None;
        }
        let template = if raw.kind() == "template_function" { raw } else { raw.child_by_field_name("name")? };
        let maker = self.source(self.span(template.child_by_field_name("name")?));
        if !maker.starts_with(b"make_") {
            return None;
        }
        let argument = template.child_by_field_name("arguments")?.named_child(0)?;
        argument.named_child(0).or(Some(argument))
    }

    fn method(&mut self, raw: Raw<'_>, object: &str, name: &str) -> Id {
        let receiver = raw.child_by_field_name(object);
        let word = raw.child_by_field_name(name).map(|node| self.span(node)).unwrap_or_default();
        let callee = match receiver.and_then(|receiver| self.node(receiver)) {
            Some(base) => {
                let start = self.nodes[base as usize].span.start;
                let span = LayerSpan { start, end: word.end.max(start) };
                self.add(NodeKind::Member, span, word, vec![base])
            }
            None => self.add(NodeKind::Name, word, word, Vec::new()),
        };
        let mut kids = vec![callee];
        let mut has_arguments = false;
        for child in named(raw) {
            if is_arguments(child.kind()) {
                has_arguments = true;
                kids.extend(self.kids_of(child));
            } else if matches!(child.kind(), "do_block" | "block") {
                kids.extend(self.node(child));
            }
        }
        if self.language == Language::Ruby && !has_arguments && kids.len() == 1 {
            // `x.y` of Ruby is a call without arguments, or a name.
            return callee;
        }
        if self.source(word) == b"new"
            && let Some(base) = self.nodes[callee as usize].kids.first().copied()
        {
            let named = self.nodes[base as usize].name;
            let named = last_word(self.text, named);
            return self.add(NodeKind::New, self.span(raw), named, kids);
        }
        self.add(NodeKind::Call, self.span(raw), word, kids)
    }

    /// `T x = new(…)`: the type is the declaration's, or the property's.
    fn implicit_new(&mut self, raw: Raw<'_>) -> Id {
        let mut kids = Vec::new();
        let mut at = raw.parent();
        let mut named_type = None;
        for _ in 0..4 {
            let Some(parent) = at else { break };
            named_type = parent.child_by_field_name("type").filter(|node| node.kind() != "implicit_type");
            if named_type.is_some() {
                break;
            }
            at = parent.parent();
        }
        let word = match named_type {
            Some(node) => {
                let span = self.span(node);
                last_word(self.text, part(span, 0, without_generics(self.source(span))))
            }
            None => self.declared_type(raw).unwrap_or_default(),
        };
        kids.push(self.add(NodeKind::Name, word, word, Vec::new()));
        for child in named(raw) {
            if is_arguments(child.kind()) {
                kids.extend(self.kids_of(child));
            } else {
                kids.extend(self.node(child));
            }
        }
        // It is seen where `new` stands; the type may be lines above.
        let span = self.span(raw);
        self.add(NodeKind::New, span, word, kids)
    }

    /// `_x = new(…)`: the type that stands before the name where it is declared.
    fn declared_type(&self, raw: Raw<'_>) -> Option<LayerSpan> {
        let assignment = raw.parent().filter(|parent| parent.kind() == "assignment_expression")?;
        let target = last_word(self.text, self.span(assignment.child_by_field_name("left")?));
        let name = self.source(target);
        let is_of_name = |b: u8| b.is_ascii_alphanumeric() || b == b'_';
        memchr::memmem::find_iter(self.text, name).find_map(|at| {
            let before = self.text[..at].trim_ascii_end();
            let behind = self.text[at + name.len()..].trim_ascii_start().first();
            if before.len() == at || !matches!(behind, Some(b';' | b'=' | b'{')) {
                return None;
            }
            let from = before.iter().rposition(|b| !is_of_name(*b)).map_or(0, |from| from + 1);
            before.get(from).filter(|first| first.is_ascii_uppercase())?;
            LayerSpan::new(from, before.len())
        })
    }

    fn argument(&mut self, raw: Raw<'_>) -> Option<Id> {
        let all = named(raw);
        let is_named =
            raw.child_by_field_name("name").is_some() || (self.language == Language::Kotlin && all.len() > 1);
        if is_named { Some(self.pair(raw)) } else { self.pass(raw) }
    }

    fn pair(&mut self, raw: Raw<'_>) -> Id {
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

    fn assign(&mut self, raw: Raw<'_>) -> Option<Id> {
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
    fn assign_lists(&mut self, raw: Raw<'_>) -> Id {
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

    fn named_body(&mut self, kind: NodeKind, raw: Raw<'_>) -> Id {
        let word = raw.child_by_field_name("name").or_else(|| {
            named(raw)
                .into_iter()
                .find(|child| matches!(child.kind(), "function_name" | "simple_name" | "type_identifier"))
        });
        let name = word.map(|word| self.span(last_leaf(word))).unwrap_or_default();
        let kids = self.kids_of(raw);
        self.add(kind, self.span(raw), name, kids)
    }

    fn ternary(&mut self, raw: Raw<'_>) -> Id {
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
    fn binary(&mut self, raw: Raw<'_>) -> Id {
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

    fn cpp_declaration(&mut self, raw: Raw<'_>) -> Option<Id> {
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

/// Where `<` of a generic type begins.
fn without_generics(text: &[u8]) -> usize {
    text.iter().position(|b| *b == b'<' || *b == b'(').unwrap_or(text.len())
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

fn is_text(kind: &str) -> bool {
    kind.contains("content") || kind.contains("fragment") || kind.contains("escape") || kind.contains("delimiter")
}

fn is_arguments(kind: &str) -> bool {
    matches!(
        kind,
        "argument_list"
            | "arguments"
            | "value_arguments"
            | "call_suffix"
            | "bracketed_argument_list"
            | "annotation_argument_list"
            | "token_tree"
    )
}
