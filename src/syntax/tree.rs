//! The common tree: an arena of nodes with places in the document's text.

use std::ops::Range;

use super::language::Language;
use crate::document::layer::LayerSpan;

/// A node of a [`Tree`].
pub type Id = u32;

/// What a node is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NodeKind {
    /// Text without holes; `name` is its content without quotes.
    Str,
    /// Text with holes; its children are the pieces in order.
    Template,
    /// An identifier or variable; `name` without its sigil.
    Name,
    /// `base.name`; the base is its child.
    Member,
    /// `base[key]`.
    Index,
    /// Callee, then arguments; `name` is the last word of the callee.
    Call,
    /// As `Call`: an object is made.
    New,
    /// A value with a name: keyword argument, key of an object, setter. The value is its child.
    Pair,
    /// A name gets a value: target, value. `name` is the last word of the target.
    Assign,
    /// Pairs and others.
    Object,
    /// Array, tuple, list.
    List,
    /// The whole statement is its place.
    Import,
    /// A function or method; `name` may be empty.
    Function,
    /// A function without a name.
    Lambda,
    /// A class, interface or struct is declared.
    Class,
    /// For, while, foreach.
    Loop,
    /// A protected block with its handlers.
    Try,
    /// A handler of errors.
    Catch,
    /// A branch.
    If,
    /// One of its children: `a ?? b`, `a or b`, `c ? a : b`.
    Either,
    /// Text put together: `a + b`, `a . b`, `a % b`.
    Concat,
    /// Number, boolean, null.
    Constant,
    /// A command line: command word, then words and pairs. `name` is the command word.
    Command,
    /// A command's output becomes a value.
    Substitution,
    /// Anything else; its children are what is known within it.
    Other,
}

/// A node.
#[derive(Clone, Debug)]
pub struct Node {
    /// What it is.
    pub kind: NodeKind,
    /// All of it.
    pub span: LayerSpan,
    /// The word that names it; empty if none does.
    pub name: LayerSpan,
    /// Itself for the root.
    pub parent: Id,
    /// In order.
    pub kids: Vec<Id>,
}

/// A source as a tree.
#[derive(Debug)]
pub struct Tree {
    pub(super) language: Language,
    pub(super) nodes: Vec<Node>,
    pub(super) range: Range<usize>,
}

impl Tree {
    /// What it was parsed as.
    pub fn language(&self) -> Language {
        self.language
    }

    /// The bytes it was made from.
    pub fn range(&self) -> Range<usize> {
        self.range.clone()
    }

    /// All nodes; children come before their parent, the root last.
    pub fn iter(&self) -> impl Iterator<Item = (Id, &Node)> {
        self.nodes.iter().enumerate().map(|(id, node)| (u32::try_from(id).unwrap_or(u32::MAX), node))
    }

    /// A node.
    pub fn get(&self, id: Id) -> &Node {
        &self.nodes[id as usize]
    }

    /// The text that names a node.
    pub fn name<'t>(&self, id: Id, text: &'t [u8]) -> &'t str {
        str_of(text, self.get(id).name)
    }

    /// The whole text of a node.
    pub fn text<'t>(&self, id: Id, text: &'t [u8]) -> &'t str {
        str_of(text, self.get(id).span)
    }

    /// Parents from the nearest on.
    pub fn above(&self, id: Id) -> impl Iterator<Item = Id> + '_ {
        let mut at = id;
        std::iter::from_fn(move || {
            let parent = self.get(at).parent;
            (parent != at).then(|| {
                at = parent;
                parent
            })
        })
    }

    /// A node and everything below it, in the order of the text.
    pub fn below(&self, id: Id) -> Vec<Id> {
        let (mut all, mut open) = (Vec::new(), vec![id]);
        while let Some(id) = open.pop() {
            all.push(id);
            open.extend(self.get(id).kids.iter().rev());
        }
        all
    }

    /// The words of a callee from the left, as far as they are names: `Azure.Identity.X` has three.
    /// The name of a call in the middle counts too: `Builder.Create().WithSecret`.
    pub fn path<'t>(&self, id: Id, text: &'t [u8]) -> Vec<&'t str> {
        let mut words = Vec::new();
        let mut at = Some(id);
        while let Some(id) = at {
            let node = self.get(id);
            at = match node.kind {
                NodeKind::Member => {
                    words.push(str_of(text, node.name));
                    node.kids.first().copied()
                }
                NodeKind::Call | NodeKind::New | NodeKind::Index => node.kids.first().copied(),
                NodeKind::Name => {
                    words.extend(str_of(text, node.name).rsplit(['.', ':', '\\']).filter(|word| !word.is_empty()));
                    None
                }
                _ => None,
            };
        }
        words.reverse();
        words
    }

    /// The call that a chain of calls begins with: of `new B().x().y()` it is `new B()`.
    pub fn chain_start(&self, id: Id) -> Id {
        let (mut at, mut start) = (id, id);
        loop {
            let node = self.get(at);
            if matches!(node.kind, NodeKind::Call | NodeKind::New) {
                start = at;
            }
            match (node.kind, node.kids.first()) {
                (NodeKind::Call | NodeKind::Member, Some(&base)) => at = base,
                _ => return start,
            }
        }
    }
}

pub(super) fn str_of(text: &[u8], span: LayerSpan) -> &str {
    std::str::from_utf8(text.get(span.range()).unwrap_or_default()).unwrap_or_default()
}
