//! What a call, a command or an option is given: arguments, options in objects, setters.

use std::collections::HashMap;

use crate::document::layer::LayerSpan;
use crate::rule::spec::Text;
use crate::syntax::{Id, Language, NodeKind};

use super::Source;
use super::words::normal;

/// Objects within objects are looked into so far.
const DEEPEST: u8 = 5;

/// What a call, a command or an option is given.
#[derive(Clone, Copy, Debug)]
pub(in crate::detect::matcher::code) struct Argument {
    /// Its place; none if it has a name.
    pub(in crate::detect::matcher::code) at: Option<u32>,
    /// Its name; empty if it has none.
    pub(in crate::detect::matcher::code) name: LayerSpan,
    /// None for a flag or a setter without a value.
    pub(in crate::detect::matcher::code) value: Option<Id>,
}

impl Argument {
    /// The word to point at: its name, or the first byte of its value.
    pub(in crate::detect::matcher::code) fn word(&self, source: &Source<'_>) -> LayerSpan {
        if !self.name.is_empty() {
            return self.name;
        }
        let start = self.value.map_or(0, |value| source.tree.get(value).span.start);
        LayerSpan { start, end: start + 1 }
    }
}

impl<'t> Source<'t> {
    /// Is a name among these, in small letters without signs; flags letter for letter?
    pub(in crate::detect::matcher::code) fn is_named(&self, argument: &Argument, names: &[Text]) -> bool {
        let name = std::str::from_utf8(self.text.get(argument.name.range()).unwrap_or_default()).unwrap_or_default();
        if name.is_empty() {
            return false;
        }
        let plain = normal(name);
        let may_be_short = self.language() == Language::PowerShell && name.starts_with('-') && plain.len() >= 4;
        names.iter().any(|wanted| match wanted.strip_prefix('-') {
            Some(_) => *wanted == name,
            None => *wanted == plain || (may_be_short && wanted.starts_with(&plain)),
        })
    }

    /// Everything a call or command is given: arguments, options in objects, setters behind it
    /// and on the variable that it is assigned to.
    pub(in crate::detect::matcher::code) fn arguments(&self, id: Id) -> Vec<Argument> {
        let node = self.tree.get(id);
        let mut all = Vec::new();
        let mut at = 0;
        for &kid in node.kids.iter().skip(1) {
            if self.tree.get(kid).kind == NodeKind::Pair {
                self.push_pair(kid, DEEPEST, &mut all);
                continue;
            }
            all.push(Argument { at: Some(at), name: LayerSpan::default(), value: Some(kid) });
            at += 1;
            self.push_object(kid, DEEPEST, &mut all);
        }
        self.push_chain(id, &mut all);
        all
    }

    fn push_pair(&self, pair: Id, deep: u8, all: &mut Vec<Argument>) {
        let node = self.tree.get(pair);
        let value = node.kids.last().copied();
        all.push(Argument { at: None, name: node.name, value });
        if let (Some(value), Some(deep)) = (value, deep.checked_sub(1)) {
            self.push_object(value, deep, all);
        }
    }

    /// The keys of an object, or of what a name stands for.
    fn push_object(&self, id: Id, deep: u8, all: &mut Vec<Argument>) {
        let Some(next) = deep.checked_sub(1) else { return };
        let id = self.classifier().resolve(id);
        let node = self.tree.get(id);
        match node.kind {
            NodeKind::Object | NodeKind::Other => {
                for &kid in &node.kids {
                    match self.tree.get(kid).kind {
                        NodeKind::Pair | NodeKind::Assign => self.push_pair(kid, deep, all),
                        NodeKind::Name if node.kind == NodeKind::Object => {
                            // `{ clientSecret }`
                            all.push(Argument { at: None, name: self.tree.get(kid).name, value: Some(kid) });
                            self.push_object(kid, next, all);
                        }
                        NodeKind::Object | NodeKind::Other => self.push_object(kid, next, all),
                        _ => {}
                    }
                }
            }
            NodeKind::New => {
                // An object of options: its initialiser, and setters behind it.
                for &kid in node.kids.iter().skip(1) {
                    match self.tree.get(kid).kind {
                        NodeKind::Pair | NodeKind::Assign => self.push_pair(kid, next, all),
                        NodeKind::Object => self.push_object(kid, next, all),
                        _ => {}
                    }
                }
                self.push_chain(id, all);
            }
            _ => {}
        }
    }

    /// `.x(value)` behind a call, and `v.x(value)`, `v.x = value` where it was assigned to `v`.
    fn push_chain(&self, id: Id, all: &mut Vec<Argument>) {
        let mut at = id;
        loop {
            let up = self.tree.get(at).parent;
            let parent = self.tree.get(up);
            if up == at {
                return;
            }
            let is_base = parent.kids.first() == Some(&at);
            match parent.kind {
                NodeKind::Member if is_base => {}
                NodeKind::Call if is_base => {
                    let value = parent.kids.get(1).copied();
                    all.push(Argument { at: None, name: parent.name, value });
                }
                NodeKind::Other if parent.kids.len() == 1 => {}
                NodeKind::Assign if !is_base => {
                    let name = self.tree.name(up, self.text);
                    for &setter in self.setters().get(name).map(Vec::as_slice).unwrap_or_default() {
                        let node = self.tree.get(setter);
                        if node.span.start < parent.span.start {
                            continue;
                        }
                        all.push(Argument { at: None, name: node.name, value: node.kids.get(1).copied() });
                    }
                    return;
                }
                _ => return,
            }
            at = up;
        }
    }

    /// Assignments to properties and calls of methods, by the variable before the point.
    pub(super) fn setters(&self) -> &HashMap<&'t str, Vec<Id>> {
        self.setters.get_or_init(|| {
            let mut all: HashMap<&'t str, Vec<Id>> = HashMap::new();
            for (id, node) in self.tree.iter() {
                if !matches!(node.kind, NodeKind::Assign | NodeKind::Call) || node.kids.len() != 2 {
                    continue;
                }
                let target = self.tree.get(node.kids[0]);
                let base = match target.kind {
                    NodeKind::Member | NodeKind::Index => target.kids.first().copied(),
                    _ => None,
                };
                if let Some(base) = base.filter(|base| self.tree.get(*base).kind == NodeKind::Name) {
                    all.entry(self.tree.name(base, self.text)).or_default().push(id);
                }
            }
            all
        })
    }
}
