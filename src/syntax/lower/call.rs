//! Calls, members, and objects that are made.

use tree_sitter::Node as Raw;

use crate::document::layer::LayerSpan;
use crate::syntax::language::Language;
use crate::syntax::shape::Shape;
use crate::syntax::tree::{Id, NodeKind};

use super::{DEEPEST, Lower, last_leaf, last_word, named, part};

impl<'t> Lower<'t> {
    pub(super) fn member(&mut self, raw: Raw<'_>) -> Option<Id> {
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
    pub(super) fn call(&mut self, raw: Raw<'_>, kind: NodeKind) -> Id {
        let mut kids = Vec::new();
        let mut name = LayerSpan::default();
        for (index, child) in named(raw).into_iter().enumerate() {
            if child.kind() == "token_tree" {
                kids.extend(self.words_of_macro(child));
            } else if is_arguments(child.kind()) {
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

    /// What is given to a macro of Rust. Its grammar knows words only: one behind a dot is a member of what is
    /// before it, and parentheses behind a member make a call.
    fn words_of_macro(&mut self, raw: Raw<'_>) -> Vec<Id> {
        let mut kids: Vec<Id> = Vec::new();
        if self.depth >= DEEPEST {
            return kids;
        }
        self.depth += 1;
        // Of one chain: as deep as any other tree may be.
        let mut links: u16 = 0;
        for child in named(raw) {
            let span = self.span(child);
            let before = kids.last().map(|last| self.nodes[*last as usize].span);
            let gap = before.map(|before| self.source(LayerSpan { start: before.end, end: span.start }).trim_ascii());
            let base = kids.last().copied();
            let whole = LayerSpan { start: before.unwrap_or(span).start, end: span.end };
            match (base, gap, child.kind()) {
                (Some(base), Some(b"."), "identifier") if self.depth + links < DEEPEST => {
                    links += 1;
                    kids.pop();
                    kids.push(self.add(NodeKind::Member, whole, span, vec![base]));
                }
                (Some(base), Some(b""), "token_tree") if self.nodes[base as usize].kind == NodeKind::Member => {
                    links += 1;
                    kids.pop();
                    let name = self.nodes[base as usize].name;
                    self.depth += links;
                    let given = std::iter::once(base).chain(self.words_of_macro(child)).collect();
                    self.depth -= links;
                    kids.push(self.add(NodeKind::Call, whole, name, given));
                }
                (_, _, "token_tree") => kids.extend(self.words_of_macro(child)),
                _ => {
                    links = 0;
                    kids.extend(self.node(child));
                }
            }
        }
        self.depth -= 1;
        kids
    }

    fn ps_member(&mut self, kids: &mut Vec<Id>, child: Raw<'_>, before: LayerSpan) -> LayerSpan {
        let word = self.span(child);
        let Some(base) = kids.pop() else { return before };
        let span = LayerSpan { start: self.nodes[base as usize].span.start, end: word.end };
        kids.push(self.add(NodeKind::Member, span, word, vec![base]));
        word
    }

    /// The callee's node and the word that names it; `make_shared<T>` is named by `T`.
    pub(super) fn callee(&mut self, raw: Raw<'_>) -> (Id, LayerSpan) {
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

    pub(super) fn method(&mut self, raw: Raw<'_>, object: &str, name: &str) -> Id {
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
    pub(super) fn implicit_new(&mut self, raw: Raw<'_>) -> Id {
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

    pub(super) fn argument(&mut self, raw: Raw<'_>) -> Option<Id> {
        let all = named(raw);
        let is_named =
            raw.child_by_field_name("name").is_some() || (self.language == Language::Kotlin && all.len() > 1);
        if is_named { Some(self.pair(raw)) } else { self.pass(raw) }
    }
}

/// Where `<` of a generic type begins.
fn without_generics(text: &[u8]) -> usize {
    text.iter().position(|b| *b == b'<' || *b == b'(').unwrap_or(text.len())
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
    )
}
