//! How a member of a map is written, and where in a map a new one goes.
//!
//! New members stand in a line of their own behind the last one that ends its line, in its
//! column; in a map on one line they follow the last one. Nothing that is there is moved.

use std::ops::Range;

use crate::document::kind::Kind;
use crate::document::tree::{NodeId, Shape, Tree};

use super::{Change, align, span};

/// A syntax for maps.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Notation {
    Json,
    Yaml,
    Hcl,
    Bicep,
}

impl Notation {
    /// Of a file; `None` where nothing can be put in.
    pub(super) fn of(kind: Kind) -> Option<Self> {
        Some(match kind {
            Kind::Json => Self::Json,
            Kind::Yaml => Self::Yaml,
            Kind::Hcl => Self::Hcl,
            Kind::Bicep => Self::Bicep,
            _ => return None,
        })
    }
}

/// A name and the text of its value.
pub(super) type Leaf<'l> = (&'l str, &'l str);

/// A map that gets a member.
pub(super) struct Target<'t> {
    pub(super) notation: Notation,
    pub(super) tree: &'t Tree<'t>,
    pub(super) map: NodeId,
    /// HCL: the body of a block, where `x = 1` is an attribute and `x { }` a block.
    pub(super) is_block: bool,
}

impl Target<'_> {
    fn text(&self) -> &[u8] {
        self.tree.text()
    }

    /// Puts members, side by side, with maps about them if `path` has names.
    pub(super) fn put(&self, path: &[&str], own: &[Leaf<'_>]) -> Option<Vec<Change>> {
        let members = self.members();
        let Some(&last) = members.last() else { return self.put_into_empty(path, own) };
        if !self.has_several_lines() {
            return self.behind_on_line(path, own, last);
        }
        let first = members[0];
        let name = name_start(self.tree, first);
        let column = if self.notation == Notation::Yaml {
            span::column(self.text(), name)
        } else {
            span::is_first(self.text(), name).then(|| span::indent(self.text(), name))?
        };
        let step = self.step(&column, &members);
        let own = self.member(path, own, &column, &step);
        match self.anchor(&members) {
            Some(anchor) => self.behind(anchor, &column, &own),
            // No member ends its own line in sight: a block, a list, a long text.
            None => {
                let parted = if self.notation == Notation::Hcl { "\n\n" } else { "\n" };
                let comma = if self.notation == Notation::Json { "," } else { "" };
                Some(vec![Change::insert(name, format!("{own}{comma}{parted}{column}"))])
            }
        }
    }

    /// Members with a name of their own in the text.
    fn members(&self) -> Vec<NodeId> {
        let children = self.tree.node(self.map).children.iter().copied();
        children
            .filter(|&child| self.tree.node(child).name.as_ref().is_some_and(|name| !name.span.is_empty()))
            .collect()
    }

    fn range(&self) -> Range<usize> {
        self.tree.node(self.map).span.range()
    }

    fn has_braces(&self) -> bool {
        self.text().get(self.range().start) == Some(&b'{')
    }

    fn has_several_lines(&self) -> bool {
        !self.has_braces() || self.text()[self.range()].contains(&b'\n')
    }

    /// The member behind which a new one goes: the last that ends its line; of a block the last attribute
    /// before the first block in it.
    fn anchor(&self, members: &[NodeId]) -> Option<NodeId> {
        let is_block = |&&member: &&NodeId| self.is_block && is_hcl_block(self.tree, member);
        let candidates = members.iter().take_while(|member| !is_block(member));
        let candidates: Vec<NodeId> = candidates.copied().collect();
        let ends = |member: NodeId| {
            let node = self.tree.node(member);
            let is_closed = match node.shape {
                Shape::Text { .. } => !self.text()[node.span.range()].contains(&b'\n'),
                Shape::Map | Shape::List | Shape::Expression => {
                    self.notation != Notation::Yaml || self.closes(node.span.range())
                }
                Shape::Nothing => false,
            };
            is_closed && self.value_end(member).is_some()
        };
        match self.notation {
            // A list that ends far below hides what stands above it.
            Notation::Yaml => candidates.last().copied().filter(|&last| ends(last)),
            _ => candidates.last().copied().filter(|&last| ends(last)),
        }
    }

    /// A flow map or list of YAML, on one line.
    fn closes(&self, range: Range<usize>) -> bool {
        let text = &self.text()[range];
        !text.contains(&b'\n') && matches!(text.first(), Some(b'{' | b'['))
    }

    /// Where the value ends, with the comma behind it, if nothing but a comment follows on its line.
    fn value_end(&self, member: NodeId) -> Option<(usize, bool)> {
        let end = value_range(self.tree, member).end;
        let blanks = self.text()[end..].iter().take_while(|b| matches!(b, b' ' | b'\t')).count();
        let has_comma = self.text().get(end + blanks) == Some(&b',');
        let after = if has_comma { end + blanks + 1 } else { end };
        span::ends_line(self.text(), after).then_some((after, has_comma))
    }

    /// In the line below a member.
    fn behind(&self, anchor: NodeId, column: &str, own: &str) -> Option<Vec<Change>> {
        let (end, has_comma) = self.value_end(anchor)?;
        let below = span::line_end(self.text(), end);
        let (own, mut changes) = match self.notation {
            Notation::Hcl => align::below(self.tree, anchor, own),
            _ => (own.to_owned(), Vec::new()),
        };
        let needs_comma = self.notation == Notation::Json && !has_comma;
        if needs_comma && end == below {
            return Some(vec![Change::insert(end, format!(",\n{column}{own}"))]);
        }
        if needs_comma {
            changes.push(Change::insert(end, ","));
        }
        // A comma that was there already goes on to be one.
        let comma = if has_comma { "," } else { "" };
        changes.push(Change::insert(below, format!("\n{column}{own}{comma}")));
        Some(changes)
    }

    fn behind_on_line(&self, path: &[&str], own: &[Leaf<'_>], last: NodeId) -> Option<Vec<Change>> {
        let end = value_range(self.tree, last).end;
        let flow: Vec<(&str, String)> = own.iter().map(|&(name, value)| (name, in_flow(value))).collect();
        let flow: Vec<Leaf<'_>> = flow.iter().map(|(name, value)| (*name, value.as_str())).collect();
        let own = self.member(path, if self.notation == Notation::Yaml { &flow } else { own }, "", "");
        if own.contains('\n') {
            return None;
        }
        if !self.is_block {
            return Some(vec![Change::insert(end, format!(", {own}"))]);
        }
        // A block on one line holds one attribute: it gets lines.
        let (outer, range) = (span::indent(self.text(), self.range().start), self.range());
        let column = format!("{outer}{}", span::step(&outer, None));
        let first = name_start(self.tree, last);
        let (own, widened) = align::below(self.tree, last, &own);
        (self.members().len() == 1).then(|| {
            let mut changes = vec![
                Change::new(range.start + 1..first, format!("\n{column}")),
                Change::new(end..range.end - 1, format!("\n{column}{own}\n{outer}")),
            ];
            changes.extend(widened);
            changes
        })
    }

    fn put_into_empty(&self, path: &[&str], own: &[Leaf<'_>]) -> Option<Vec<Change>> {
        let range = self.range();
        if !self.has_braces() || range.len() < 2 {
            return None;
        }
        let inside = range.start + 1..range.end - 1;
        if !self.text()[inside.clone()].trim_ascii().is_empty() {
            return None;
        }
        let outer = span::indent(self.text(), range.start);
        let above = self.tree.node(self.map).parent.map_or(0..0, |above| self.tree.node(above).span.range());
        let is_one_line = !self.is_block
            && self.notation != Notation::Hcl
            && !self.text()[inside.clone()].contains(&b'\n')
            && !self.text()[above].contains(&b'\n');
        if is_one_line || self.notation == Notation::Yaml {
            let own = self.member(path, own, "", "");
            let own = if self.notation == Notation::Yaml { own } else { format!(" {own} ") };
            return (!own.contains('\n')).then(|| vec![Change::new(inside, own)]);
        }
        let step = self.outer_step(&outer);
        let column = format!("{outer}{step}");
        let own = self.member(path, own, &column, &step);
        Some(vec![Change::new(inside, format!("\n{column}{own}\n{outer}"))])
    }

    /// A level of indentation, seen at the map above.
    fn outer_step(&self, outer: &str) -> String {
        let above = self.tree.node(self.map).parent.map(|above| self.tree.node(above).span.range().start);
        let outermost = above.map(|at| span::indent(self.text(), at)).unwrap_or_default();
        span::step(&outermost, Some(outer))
    }

    /// A level of indentation, seen at a member that has members, else at the map itself.
    fn step(&self, column: &str, members: &[NodeId]) -> String {
        let below = members.iter().find_map(|&member| {
            let child = *self.tree.node(member).children.first()?;
            let at = self.tree.node(child).name.as_ref()?.span.range().start;
            let inner = span::indent(self.text(), at);
            (span::is_first(self.text(), at) && inner.len() > column.len()).then_some(inner)
        });
        if below.is_some() {
            return span::step(column, below.as_deref());
        }
        let outer = span::indent(self.text(), self.range().start.saturating_sub(1));
        span::step(&outer, Some(column).filter(|column| column.len() > outer.len()))
    }

    /// `name: value`, each in a line; with a path in a map in a map.
    fn member(&self, path: &[&str], own: &[Leaf<'_>], column: &str, step: &str) -> String {
        let Some((name, rest)) = path.split_first() else { return self.leaves(own, column) };
        let inner = format!("{column}{step}");
        let own = self.member(rest, own, &inner, step);
        match self.notation {
            Notation::Json => format!("\"{name}\": {{\n{inner}{own}\n{column}}}"),
            Notation::Yaml => format!("{name}:\n{inner}{own}"),
            Notation::Bicep => format!("{name}: {{\n{inner}{own}\n{column}}}"),
            Notation::Hcl if self.is_block => format!("{name} {{\n{inner}{own}\n{column}}}"),
            Notation::Hcl => format!("{name} = {{\n{inner}{own}\n{column}}}"),
        }
    }

    fn leaves(&self, own: &[Leaf<'_>], column: &str) -> String {
        let width = own.iter().map(|(name, _)| name.len()).max().unwrap_or_default();
        let comma = if self.notation == Notation::Json { "," } else { "" };
        let one = |&(name, value): &Leaf<'_>| {
            let value = value.replace('\n', &format!("\n{column}"));
            match self.notation {
                Notation::Json => format!("\"{name}\": {value}"),
                Notation::Yaml if value.starts_with('\n') => format!("{name}:{value}"),
                Notation::Yaml | Notation::Bicep => format!("{name}: {value}"),
                Notation::Hcl => format!("{name:<width$} = {value}"),
            }
        };
        own.iter().map(one).collect::<Vec<_>>().join(&format!("{comma}\n{column}"))
    }
}

/// `{ a: 1 }` of YAML, or something in one.
pub(super) fn is_flow(tree: &Tree<'_>, map: NodeId) -> bool {
    let mut at = Some(map);
    while let Some(id) = at {
        if matches!(tree.text().get(tree.node(id).span.range().start), Some(b'{' | b'[')) {
            return true;
        }
        at = tree.node(id).parent;
    }
    false
}

/// A plain value of YAML within `{ … }`, where brackets and commas mean something.
pub(super) fn in_flow(value: &str) -> String {
    let is_plain = !value.starts_with(['"', '\'']) && !value.contains('\n');
    let has_signs = value.contains(['{', '}', '[', ']', ',']);
    if is_plain && has_signs && !value.contains(['"', '\\']) { format!("\"{value}\"") } else { value.to_owned() }
}

/// Where a member's name begins, with its quote.
pub(super) fn name_start(tree: &Tree<'_>, member: NodeId) -> usize {
    let name = tree.node(member).name.as_ref().map_or(tree.node(member).span, |name| name.span);
    span::quoted(tree.text(), name.range()).start
}

/// A member's value with its quotes.
pub(super) fn value_range(tree: &Tree<'_>, member: NodeId) -> Range<usize> {
    let node = tree.node(member);
    match node.shape {
        Shape::Text { quoted: true } => span::quoted(tree.text(), node.span.range()),
        _ => node.span.range(),
    }
}

/// A block of HCL: its name and its body without a sign between them.
pub(super) fn is_hcl_block(tree: &Tree<'_>, member: NodeId) -> bool {
    let node = tree.node(member);
    let Some(name) = &node.name else { return false };
    let between = tree.text().get(name.span.range().end..node.span.range().start).unwrap_or_default();
    node.shape == Shape::Map && !between.contains(&b'=') && !between.contains(&b':')
}
