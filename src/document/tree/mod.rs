//! A configuration file as one tree of maps, lists and values, with exact places.
//!
//! The same for YAML, JSON, HCL, Bicep, XML and lines of `key=value`, so that a lint says once what it
//! looks for. Broken and half-typed files give the tree of what could be read. What a
//! value means is left to `detect`; resources of Azure are picked out by [`resource`].

mod bicep;
mod build;
mod dockerfile;
mod expression;
mod hcl;
mod pairs;
pub mod resource;
#[cfg(test)]
mod tests;
mod xml;
mod yaml;

use std::borrow::Cow;

use super::assign::{self, Decoded};
use super::kind::Kind;
use super::layer::LayerSpan;
use build::Builder;

/// Texts longer than this are no configuration that somebody wrote.
const LONGEST: usize = 4 << 20;

/// Which node of a tree.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct NodeId(u32);

/// What a node is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shape {
    /// Members have names; one name may stand there several times.
    Map,
    /// Elements have none.
    List,
    /// A value that is written out.
    Text {
        /// Did it stand in quotes, or in a form that holds text only?
        quoted: bool,
    },
    /// A value that is worked out: `var.x`, `cond ? a : b`, `merge({…}, {…})`. Maps, lists and
    /// texts that stand in it are its children.
    Expression,
    /// `null`, an alias, nothing.
    Nothing,
}

/// The name of a map's member.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Name {
    /// Unescaped.
    pub text: Box<str>,
    /// Where it stands, without quotes.
    pub span: LayerSpan,
}

/// A map, a list or a value.
#[derive(Clone, Debug)]
pub struct Node {
    /// The node it stands in.
    pub parent: Option<NodeId>,
    /// Its name, if it is a map's member.
    pub name: Option<Name>,
    /// What it is.
    pub shape: Shape,
    /// Where it stands, without quotes.
    pub span: LayerSpan,
    /// In the order of the text.
    pub children: Vec<NodeId>,
    decoded: Option<Box<Decoded>>,
}

/// A whole file.
#[derive(Clone, Debug)]
pub struct Tree<'t> {
    text: &'t [u8],
    nodes: Vec<Node>,
    /// One for each document of a YAML file.
    pub roots: Vec<NodeId>,
    /// Was everything read?
    pub whole: bool,
}

/// Reads a text; `None` for kinds that are no configuration.
pub fn read(text: &[u8], kind: Kind) -> Option<Tree<'_>> {
    if text.len() > LONGEST {
        return None;
    }
    let from = if text.starts_with(b"\xEF\xBB\xBF") { 3 } else { 0 };
    let mut builder = Builder::new(text);
    let utf8 = assign::draft::as_utf8(text);
    let stopped = match kind {
        Kind::Json => assign::json::read_into(&mut builder, &utf8, from),
        Kind::Yaml => yaml::read(&mut builder, &utf8, from),
        Kind::Hcl => hcl::read(&mut builder, from),
        Kind::Bicep => bicep::read(&mut builder, from),
        Kind::Xml => xml::read(&mut builder, &utf8, from),
        Kind::Dockerfile => dockerfile::read(&mut builder, from),
        Kind::Toml | Kind::Dotenv | Kind::Properties | Kind::Ini => pairs::read(&mut builder, kind),
        _ => return None,
    };
    Some(builder.finish(stopped.is_none()))
}

impl<'t> Tree<'t> {
    /// The text that was read.
    pub fn text(&self) -> &'t [u8] {
        self.text
    }

    /// The node.
    pub fn node(&self, id: NodeId) -> &Node {
        &self.nodes[id.0 as usize]
    }

    /// Every node, parents before children where they are part of the tree.
    pub fn ids(&self) -> impl Iterator<Item = NodeId> + use<> {
        (0..u32::try_from(self.nodes.len()).unwrap_or(u32::MAX)).map(NodeId)
    }

    /// A value's text, decoded; an expression as it is written; `None` for maps and lists.
    pub fn value(&self, id: NodeId) -> Option<Cow<'_, str>> {
        let node = self.node(id);
        match node.shape {
            Shape::Text { .. } | Shape::Expression => Some(String::from_utf8_lossy(match &node.decoded {
                Some(decoded) => &decoded.bytes,
                None => &self.text[node.span.range()],
            })),
            Shape::Map | Shape::List | Shape::Nothing => None,
        }
    }

    /// The members of a map. Through an expression or a list, those of every map in it.
    pub fn members(&self, id: NodeId) -> Vec<NodeId> {
        self.maps(id).into_iter().flat_map(|map| self.node(map).children.iter().copied()).collect()
    }

    /// The node itself if it is a map; the maps in it if it is an expression or a list of such.
    pub fn maps(&self, id: NodeId) -> Vec<NodeId> {
        let (mut open, mut found) = (vec![id], Vec::new());
        while let Some(id) = open.pop() {
            match self.node(id).shape {
                Shape::Map => found.push(id),
                Shape::List | Shape::Expression => open.extend(self.node(id).children.iter().rev()),
                Shape::Text { .. } | Shape::Nothing => {}
            }
        }
        found
    }

    /// The elements of a list; those of the lists in an expression; a lone value is its own only element.
    pub fn elements(&self, id: NodeId) -> Vec<NodeId> {
        let node = self.node(id);
        match node.shape {
            Shape::List => node
                .children
                .iter()
                .flat_map(|&child| match self.node(child).shape {
                    Shape::Expression if self.holds_maps(child) => self.elements(child),
                    _ => vec![child],
                })
                .collect(),
            Shape::Expression => node
                .children
                .iter()
                .flat_map(|&child| match self.node(child).shape {
                    Shape::List | Shape::Expression => self.elements(child),
                    Shape::Map => vec![child],
                    _ => Vec::new(),
                })
                .collect(),
            _ => Vec::new(),
        }
    }

    fn holds_maps(&self, id: NodeId) -> bool {
        self.node(id).children.iter().any(|&child| matches!(self.node(child).shape, Shape::Map | Shape::List))
    }

    /// The first member of this name, in any letter case.
    pub fn member(&self, id: NodeId, name: &str) -> Option<NodeId> {
        self.members(id).into_iter().find(|&member| self.is_named(member, name))
    }

    /// The text of the first member of this name.
    pub fn text_of(&self, id: NodeId, name: &str) -> Option<Cow<'_, str>> {
        self.value(self.member(id, name)?)
    }

    /// Does it have this name, in any letter case?
    pub fn is_named(&self, id: NodeId, name: &str) -> bool {
        self.node(id).name.as_ref().is_some_and(|own| own.text.eq_ignore_ascii_case(name))
    }

    /// The nearest node above that is no list, expression or element of one: the map whose member it belongs to.
    pub fn above(&self, id: NodeId) -> Option<NodeId> {
        self.node(id).parent
    }
}
