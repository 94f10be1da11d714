//! What names are given in a source.

use std::collections::HashMap;

use crate::syntax::tree::{Id, NodeKind, Tree};

/// Assignments of a name that are looked at on either side of its use.
const NEAREST: usize = 32;

/// What names of a file stand for.
#[derive(Debug, Default)]
pub struct Bindings(HashMap<String, Vec<(u32, Id)>>);

impl Bindings {
    /// Every assignment of a tree, by the last word of its target.
    pub fn of(tree: &Tree, text: &[u8]) -> Self {
        let mut all: HashMap<String, Vec<(u32, Id)>> = HashMap::new();
        for (id, node) in tree.iter() {
            let name = tree.name(id, text);
            if node.kind == NodeKind::Assign && !name.is_empty() {
                let value = *node.kids.last().expect("an assignment has a target and a value");
                let places = all.entry(name.to_owned()).or_default();
                // Nearly always at the end: children come before parents, statements in order.
                let at = places.partition_point(|(start, _)| *start <= node.span.start);
                places.insert(at, (node.span.start, value));
            }
        }
        Self(all)
    }

    /// The value a name has at a node: by the last assignment before it, else by the first one after. Variables
    /// of other functions are other variables.
    pub fn value(&self, tree: &Tree, id: Id, name: &str) -> Option<Id> {
        let all = self.0.get(name)?;
        let at = tree.get(id).span.start;
        let functions: Vec<Id> = tree.above(id).filter(|up| tree.get(*up).kind == NodeKind::Function).collect();
        let is_in_reach = |value: Id| {
            let assignment = tree.get(value).parent;
            let target = tree.get(assignment).kids.first().map(|target| tree.get(*target).kind);
            let home = tree.above(assignment).find(|up| tree.get(*up).kind == NodeKind::Function);
            target != Some(NodeKind::Name) || home.is_none_or(|home| functions.contains(&home))
        };
        // The nearest ones: a name that is set a thousand times is followed in constant time.
        let here = all.partition_point(|(start, _)| *start < at);
        let near = &all[here.saturating_sub(NEAREST)..(here + NEAREST).min(all.len())];
        let places: Vec<(u32, Id)> = near.iter().copied().filter(|(_, value)| is_in_reach(*value)).collect();
        let before = places.partition_point(|(start, _)| *start < at);
        let place = if before > 0 { places[before - 1] } else { *places.first()? };
        Some(place.1)
    }
}
