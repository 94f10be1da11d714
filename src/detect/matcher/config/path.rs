//! Paths in a tree: `jobs.*.steps[*].with.creds`, `/permissions`, `^^.uses`.
//!
//! What a path may say stands in `rule::spec`. Steps go through expressions and lists of
//! maps, so that `merge({ … })` and `[for … : { … }]` are what they hold.

use crate::document::tree::{NodeId, Shape, Tree};

/// Nodes that one step may lead to; a file with more repeats itself.
const MOST: usize = 20_000;

#[derive(Clone, Debug, PartialEq, Eq)]
enum Step {
    /// A member of one of these names.
    Member(Vec<String>),
    AnyMember,
    Element,
    /// Any way down, no step included.
    Below,
    Up,
    Root,
}

/// A path, ready to be walked.
#[derive(Clone, Debug, Default)]
pub(in crate::detect) struct Path {
    steps: Vec<Step>,
}

/// Alternatives: `a.b, c.d`.
#[derive(Clone, Debug, Default)]
pub(in crate::detect) struct Paths(Vec<Path>);

impl Paths {
    pub(in crate::detect) fn parse(text: &str) -> Self {
        Self(text.split(',').map(|one| Path::parse(one.trim())).collect())
    }

    /// Every node that one of them leads to.
    pub(in crate::detect) fn find(&self, tree: &Tree<'_>, from: NodeId) -> Vec<NodeId> {
        self.0.iter().flat_map(|path| path.find(tree, from)).collect()
    }
}

impl Path {
    pub(in crate::detect) fn parse(text: &str) -> Self {
        let mut steps = Vec::new();
        let mut rest = text;
        while let Some(first) = rest.chars().next() {
            let length = match first {
                '/' => {
                    steps.push(Step::Root);
                    1
                }
                '^' => {
                    steps.push(Step::Up);
                    1
                }
                '.' => 1,
                '[' => {
                    steps.push(Step::Element);
                    rest.find(']').map_or(rest.len(), |end| end + 1)
                }
                '*' if rest.starts_with("**") => {
                    steps.push(Step::Below);
                    2
                }
                '*' => {
                    steps.push(Step::AnyMember);
                    1
                }
                '\'' => {
                    let end = rest[1..].find('\'').map_or(rest.len(), |end| end + 1);
                    steps.push(Step::Member(vec![rest[1..end].to_owned()]));
                    (end + 1).min(rest.len())
                }
                _ => {
                    let end = rest.find(['.', '[', '\'', '^', '/']).unwrap_or(rest.len());
                    steps.push(Step::Member(rest[..end].split('|').map(str::to_owned).collect()));
                    end
                }
            };
            rest = &rest[length..];
        }
        Self { steps }
    }

    /// Every node that it leads to, in the order of the text.
    pub(in crate::detect) fn find(&self, tree: &Tree<'_>, from: NodeId) -> Vec<NodeId> {
        let mut here = vec![from];
        for step in &self.steps {
            let mut next = Vec::new();
            for node in here {
                step.from(tree, node, &mut next);
                if next.len() > MOST {
                    break;
                }
            }
            // A list and the maps in it lead to the same members.
            next.sort_unstable();
            next.dedup();
            here = next;
        }
        here
    }
}

impl Step {
    fn from(&self, tree: &Tree<'_>, node: NodeId, out: &mut Vec<NodeId>) {
        match self {
            Self::Member(names) => out.extend(
                tree.members(node).into_iter().filter(|&member| names.iter().any(|name| tree.is_named(member, name))),
            ),
            Self::AnyMember => out.extend(tree.members(node)),
            Self::Element => out.extend(tree.elements(node)),
            Self::Below => below(tree, node, out),
            Self::Up => out.extend(up(tree, node)),
            Self::Root => out.extend(root(tree, node)),
        }
    }
}

fn below(tree: &Tree<'_>, node: NodeId, out: &mut Vec<NodeId>) {
    let mut open = vec![node];
    while let Some(id) = open.pop() {
        out.push(id);
        if out.len() > MOST {
            return;
        }
        open.extend(tree.node(id).children.iter().rev());
    }
}

/// The member or element that holds this one.
fn up(tree: &Tree<'_>, node: NodeId) -> Option<NodeId> {
    let mut above = tree.node(node).parent?;
    // An unnamed expression or map within one is no step of its own.
    while tree.node(above).name.is_none()
        && tree.node(above).parent.is_some_and(|parent| tree.node(parent).shape == Shape::Expression)
    {
        above = tree.node(above).parent?;
    }
    Some(above)
}

pub(in crate::detect) fn root(tree: &Tree<'_>, node: NodeId) -> Option<NodeId> {
    let mut at = node;
    while let Some(parent) = tree.node(at).parent {
        at = parent;
    }
    Some(at)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::kind::Kind;
    use crate::document::tree;

    fn found(kind: Kind, text: &str, path: &str) -> Vec<String> {
        let tree = tree::read(text.as_bytes(), kind).unwrap();
        let nodes = Path::parse(path).find(&tree, tree.roots[0]);
        nodes.into_iter().filter_map(|node| tree.value(node).map(|text| text.into_owned())).collect()
    }

    #[test]
    fn steps_lead_down_up_and_to_the_root() {
        let text = "jobs:\n  a:\n    steps:\n    - uses: x\n      with:\n        Creds: 1\n    - uses: y\nlabels:\n  a.b/c: 2\n";
        for (path, expected) in [
            ("jobs.*.steps[*].uses", &["x", "y"][..]),
            ("jobs.*.steps[*].with.creds", &["1"]),
            ("jobs.*.steps[*].with.creds^^.uses", &["x"]),
            ("jobs.a/labels.'a.b/c'", &["2"]),
            ("**.uses", &["x", "y"]),
            ("jobs.b|a.steps[*].uses", &["x", "y"]),
            ("jobs.nothing", &[]),
        ] {
            assert_eq!(found(Kind::Yaml, text, path), expected, "{path}");
        }
    }

    #[test]
    fn expressions_and_lists_of_maps_are_what_they_hold() {
        let text = "a = merge(local.x, { b = 1 })\nc {\n d = 2\n}\nc {\n d = 3\n}\ne = concat([\"f\"], [\"g\"])\n";
        for (path, expected) in [("a.b", &["1"][..]), ("c.d", &["2", "3"]), ("e[*]", &["f", "g"])] {
            assert_eq!(found(Kind::Hcl, text, path), expected, "{path}");
        }
        let text = "resource r 'T@1' = [for x in y: if (z) {\n  b: 1\n  c: [\n    {\n      d: 2\n    }\n  ]\n}]\n";
        for (path, expected) in [("resource.r.body.b", &["1"][..]), ("resource.r.body.c[*].d", &["2"])] {
            assert_eq!(found(Kind::Bicep, text, path), expected, "{path}");
        }
    }
}
