//! What a value in a configuration file is: written out, looked up, or nothing yet.

use std::borrow::Cow;

use crate::check::{self, Class};
use crate::document::tree::{NodeId, Shape, Tree};
use crate::rule::spec::{FileKind, ValueKind};

use super::files::Files;

/// Steps from a name to what it stands for.
const LONGEST_WAY: usize = 8;

/// The node that a value stands for: a parameter's default, a variable of the same file; else itself.
pub(in crate::detect) fn resolved(tree: &Tree<'_>, root: NodeId, node: NodeId) -> NodeId {
    follow(tree, root, node, true)
}

/// The same without parameters: what is their default is a finding there, not where they are used.
pub(in crate::detect) fn settled(tree: &Tree<'_>, root: NodeId, node: NodeId) -> NodeId {
    follow(tree, root, node, false)
}

fn follow(tree: &Tree<'_>, root: NodeId, node: NodeId, parameters: bool) -> NodeId {
    let mut at = node;
    for _ in 0..LONGEST_WAY {
        let Some(next) = target(tree, root, at, parameters) else { return at };
        at = next;
    }
    at
}

fn target(tree: &Tree<'_>, root: NodeId, node: NodeId, parameters: bool) -> Option<NodeId> {
    let text = tree.value(node)?;
    let text = text.trim();
    let at = |words: &[&str]| first(tree, root, words);
    if tree.node(node).shape == Shape::Expression {
        return match text.split_once('.') {
            Some(("var", name)) if parameters && is_name(name) => at(&["variable", name, "default"]),
            Some(("local", name)) if is_name(name) => at(&["locals", name]),
            Some((name, "id")) if is_name(name) => role(tree, at(&["resource", name])?),
            None if is_name(text) => {
                at(&["var", text]).or_else(|| at(&["param", text, "default"]).filter(|_| parameters))
            }
            _ => None,
        };
    }
    // ARM: `[parameters('x')]`, `[variables('x')]`.
    let inner = text.strip_prefix('[')?.strip_suffix(']')?;
    let call =
        |word: &str| inner.strip_prefix(word)?.strip_prefix("('")?.strip_suffix("')").filter(|name| is_name(name));
    match call("parameters") {
        Some(name) => at(&["parameters", name, "defaultValue"]).filter(|_| parameters),
        None => at(&["variables", call("variables")?]),
    }
}

/// The id of a role that Bicep looks up by it: `name: 'b24988ac-…'` of an existing role definition.
fn role(tree: &Tree<'_>, resource: NodeId) -> Option<NodeId> {
    let kind = tree.text_of(resource, "type")?;
    let is_role = kind.to_ascii_lowercase().starts_with("microsoft.authorization/roledefinitions@");
    first(tree, resource, &["body", "name"]).filter(|_| is_role)
}

/// The first node at a way down; each declaration of a file stands under a word of its own.
fn first(tree: &Tree<'_>, from: NodeId, words: &[&str]) -> Option<NodeId> {
    let Some((word, rest)) = words.split_first() else { return Some(from) };
    let mut named = tree.members(from).into_iter().filter(|&member| tree.is_named(member, word));
    named.find_map(|member| first(tree, member, rest))
}

fn is_name(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'-'))
}

/// What a value is. The node is asked, not what it stands for.
pub(in crate::detect) fn kind_of(tree: &Tree<'_>, node: NodeId, files: Files) -> ValueKind {
    let name = tree.node(node).name.as_ref().map(|name| &*name.text);
    match tree.node(node).shape {
        Shape::Nothing => ValueKind::Placeholder,
        Shape::Map | Shape::List => ValueKind::Param,
        Shape::Expression => expression(&tree.value(node).unwrap_or_default()),
        Shape::Text { quoted } => {
            let text = tree.value(node).unwrap_or(Cow::Borrowed(""));
            of_text(&text, name, quoted, files)
        }
    }
}

fn expression(text: &str) -> ValueKind {
    let lower = text.to_ascii_lowercase();
    let has = |word: &str| lower.contains(word);
    if lower == "null" || lower == "\"\"" || lower == "''" {
        ValueKind::Placeholder
    } else if has("azurerm_key_vault_secret") || has("getsecret(") || has("@microsoft.keyvault") {
        ValueKind::Vault
    } else if has("list") && has("(") || is_sensitive_attribute(&lower) {
        ValueKind::Resource
    } else {
        ValueKind::Param
    }
}

/// Attributes of Terraform resources that hold a key.
pub(in crate::detect) fn is_sensitive_attribute(lower: &str) -> bool {
    let ends = [
        "_access_key",
        "primary_key",
        "secondary_key",
        "_connection_string",
        "primary_master_key",
        "admin_password",
        ".result",
        "_sas_token",
        "instrumentation_key_secret",
    ];
    lower.contains('.') && ends.iter().any(|end| lower.contains(end))
        || lower.contains("azuread_application_password")
        || lower.contains("azuread_service_principal_password")
}

/// The same for a text, from a tree or a command line.
pub(in crate::detect) fn of_text(text: &str, name: Option<&str>, quoted: bool, files: Files) -> ValueKind {
    let text = text.trim();
    let lower = text.to_ascii_lowercase();
    if text.is_empty() {
        return ValueKind::Placeholder;
    }
    if lower.contains("@microsoft.keyvault(") || lower.contains("getsecret(") || lower.contains("keyvault secret show")
    {
        return ValueKind::Vault;
    }
    if lower.contains("${{") {
        return if lower.contains("secrets.") { ValueKind::CiSecret } else { ValueKind::Param };
    }
    if files.is(FileKind::Arm) && text.starts_with('[') && text.ends_with(']') && !text.starts_with("[[") {
        return if lower.contains("list") { ValueKind::Resource } else { ValueKind::Param };
    }
    if is_variable_alone(text) {
        return if text.starts_with("$(") || text.starts_with("$[") { ValueKind::CiSecret } else { ValueKind::Env };
    }
    if is_named_blank(text) {
        return ValueKind::Placeholder;
    }
    match check::classify(text.as_bytes(), name, quoted) {
        Class::Literal | Class::WeakPassword | Class::Identifier(_) => match () {
            () if !holds_reference(text) => ValueKind::Literal,
            () if has_secret_part(&lower) => ValueKind::Partial,
            () => ValueKind::Param,
        },
        Class::Reference(_) if text.starts_with("$(") => ValueKind::CiSecret,
        Class::Reference(_) if text.starts_with('$') => ValueKind::Env,
        Class::Reference(_) | Class::Path => ValueKind::Param,
        Class::Placeholder(_) | Class::Known(_) | Class::Sanitized(_) => ValueKind::Placeholder,
    }
}

/// `GEN-SELFSIGNED-CERT-PASSWORD`: a name in capitals of what belongs there.
fn is_named_blank(text: &str) -> bool {
    let words = ["PASSWORD", "SECRET", "TOKEN", "YOUR", "_KEY", "-KEY"];
    text.bytes().all(|b| b.is_ascii_uppercase() || matches!(b, b'-' | b'_'))
        && words.iter().any(|word| text.contains(word))
}

/// Is the secret of a connection string written out, whatever else is looked up?
fn has_secret_part(lower: &str) -> bool {
    ["password=", "pwd=", "accountkey=", "sharedaccesskey=", "accesskey=", "sig=", "secret="].iter().any(|key| {
        lower.split(key).skip(1).any(|rest| {
            let value = rest.split(';').next().unwrap_or_default();
            value.len() >= 4 && !value.starts_with(['$', '{', '<', '#', '%', '*', '\'', '"'])
        })
    })
}

/// `$X`, `${X}`, `$(X)`, `$env:X`, `%X%`.
fn is_variable_alone(text: &str) -> bool {
    let text = text.trim_matches(['"', '\'']);
    let inner = match text.strip_prefix('$') {
        Some(rest) => rest
            .strip_prefix('{')
            .and_then(|rest| rest.strip_suffix('}'))
            .or_else(|| rest.strip_prefix('(').and_then(|rest| rest.strip_suffix(')')))
            .or_else(|| rest.strip_prefix("[").and_then(|rest| rest.strip_suffix(']')))
            .or_else(|| rest.strip_prefix("env:"))
            .unwrap_or(rest),
        None => match text.strip_prefix('%').and_then(|rest| rest.strip_suffix('%')) {
            Some(inner) => inner,
            None => return false,
        },
    };
    !inner.is_empty()
        && inner.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'.' | b'-' | b':' | b' ' | b'\''))
}

fn holds_reference(text: &str) -> bool {
    ["${", "$(", "{{", "#{", "%("].iter().any(|sign| text.contains(sign))
}
