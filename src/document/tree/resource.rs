//! Resources of Azure, whichever language declares them.
//!
//! ARM templates, Bicep and `azapi_resource` give the ARM type, its API version and the body; other
//! Terraform resources give the resource type and the block.

use super::{NodeId, Shape, Tree};

/// A resource as it is declared.
#[derive(Clone, Debug)]
pub struct Resource {
    /// `Microsoft.Storage/storageAccounts`, `azurerm_storage_account`.
    pub kind: String,
    /// Of ARM types.
    pub api: Option<String>,
    /// The node whose name is the header: what a reader looks at when something is missing.
    pub head: NodeId,
    /// Its properties.
    pub body: NodeId,
    /// It is declared elsewhere and only referred to.
    pub existing: bool,
    /// The resource that it stands in, by its place in the list.
    pub parent: Option<usize>,
}

/// All resources, in the order of the text.
pub fn resources(tree: &Tree<'_>) -> Vec<Resource> {
    let mut found = Vec::new();
    for &root in &tree.roots {
        for member in tree.members(root) {
            match tree.node(member).name.as_ref().map(|name| &*name.text) {
                Some("resource") => block(tree, member, None, &mut found),
                Some("resources") => arm(tree, member, None, &mut found),
                _ => {}
            }
        }
    }
    found
}

/// `resource.x`: Bicep if a type stands in it, Terraform otherwise.
fn block(tree: &Tree<'_>, word: NodeId, parent: Option<usize>, out: &mut Vec<Resource>) {
    for &name in &tree.node(word).children {
        let (kind, body) = (tree.member(name, "type"), tree.member(name, "body"));
        match (kind, body) {
            (Some(kind), Some(body)) if is_declared(tree, kind) => bicep(tree, name, (kind, body), parent, out),
            _ => terraform(tree, name, out),
        }
    }
}

/// Does the text `Type@version` stand there, without a name of its own in the file?
fn is_declared(tree: &Tree<'_>, kind: NodeId) -> bool {
    tree.node(kind).name.as_ref().is_some_and(|name| name.span.is_empty())
}

fn bicep(
    tree: &Tree<'_>,
    head: NodeId,
    (kind, body): (NodeId, NodeId),
    parent: Option<usize>,
    out: &mut Vec<Resource>,
) {
    let Some(text) = tree.value(kind) else { return };
    let (kind, api) = versioned(&text);
    let kind = match parent {
        Some(parent) if !kind.contains('.') => format!("{}/{kind}", out[parent].kind),
        _ => kind.to_owned(),
    };
    let own = out.len();
    let existing = tree.member(head, "existing").is_some();
    out.push(Resource { kind, api, head, body, existing, parent });
    for map in tree.maps(body) {
        for &member in &tree.node(map).children {
            if tree.node(member).shape == Shape::Map && tree.is_named(member, "resource") {
                block(tree, member, Some(own), out);
            }
        }
    }
}

/// `Type@2024-01-01` in two.
fn versioned(text: &str) -> (&str, Option<String>) {
    text.split_once('@').map_or((text, None), |(kind, api)| (kind, Some(api.to_owned())))
}

fn terraform(tree: &Tree<'_>, kind: NodeId, out: &mut Vec<Resource>) {
    let Some(name) = tree.node(kind).name.as_ref().map(|name| name.text.to_string()) else { return };
    for &head in &tree.node(kind).children {
        if tree.node(head).shape != Shape::Map {
            continue;
        }
        // It changes some properties of a resource that is declared elsewhere.
        let existing = name == "azapi_update_resource";
        let resource = Resource { kind: name.clone(), api: None, head, body: head, existing, parent: None };
        if !name.starts_with("azapi_") {
            out.push(resource);
            continue;
        }
        let (Some(text), Some(body)) = (tree.text_of(head, "type"), tree.member(head, "body")) else {
            out.push(resource);
            continue;
        };
        let (kind, api) = versioned(&text);
        let kind = kind.to_owned();
        out.push(Resource { kind, api, body, ..resource });
    }
}

/// A list of resources of a template, or a map of them; those in resources and in nested templates too.
fn arm(tree: &Tree<'_>, list: NodeId, parent: Option<usize>, out: &mut Vec<Resource>) {
    let node = tree.node(list);
    if !matches!(node.shape, Shape::List | Shape::Map) {
        return;
    }
    for &body in &node.children {
        let (Some(kind), Some(_)) = (tree.member(body, "type"), tree.member(body, "apiVersion")) else { continue };
        let Some(text) = tree.value(kind) else { continue };
        let name = match parent {
            Some(parent) if !text.contains('.') => format!("{}/{text}", out[parent].kind),
            _ => text.into_owned(),
        };
        let own = out.len();
        let api = tree.text_of(body, "apiVersion").map(std::borrow::Cow::into_owned);
        let existing = tree.text_of(body, "existing").is_some_and(|text| text == "true");
        out.push(Resource { kind: name, api, head: kind, body, existing, parent });
        if let Some(children) = tree.member(body, "resources") {
            arm(tree, children, Some(own), out);
        }
        let template = tree.member(body, "properties").and_then(|properties| tree.member(properties, "template"));
        if let Some(inner) = template.and_then(|template| tree.member(template, "resources")) {
            arm(tree, inner, None, out);
        }
    }
}
