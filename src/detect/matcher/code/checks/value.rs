//! What a value says: an address, a literal, a credential, a blank.

use crate::check::guid;
use crate::detect::matcher::code::held;
use crate::detect::matcher::code::source::{Source, normal};
use crate::syntax::{Id, NodeKind};

/// An address, an identity, or development storage: no key is in it.
pub(super) fn is_address(source: &Source<'_>, id: Id) -> bool {
    let named = source.tree.text(id, source.text);
    let resolved = source.classifier().resolve(id);
    let node = source.tree.get(resolved);
    let text = source.value_text(id);
    let lower = text.to_ascii_lowercase();
    let has_key = lower.contains("key=") || lower.contains("password=") || lower.contains("signature=");
    if lower.contains("usedevelopmentstorage=true") || lower.contains("usedevelopmentemulator=true") {
        return true;
    }
    if matches!(node.kind, NodeKind::Str | NodeKind::Template | NodeKind::Concat) && !has_key {
        return lower.contains("://") || lower.contains(".net") || lower.contains(".io") || lower.contains(".azure.");
    }
    if matches!(node.kind, NodeKind::Call | NodeKind::New) {
        let name = source.tree.name(resolved, source.text);
        if matches!(name, "Uri" | "URI" | "URL" | "UriBuilder") {
            return true;
        }
    }
    let plain = normal(named);
    ["uri", "url", "endpoint", "namespace", "hostname", "accountname", "host", "fqdn"]
        .iter()
        .any(|word| plain.ends_with(word))
}

pub(super) fn makes_credential(source: &Source<'_>, id: Id) -> bool {
    let whole = source.tree.text(id, source.text);
    let in_types =
        whole.split('(').next().is_some_and(|head| head.contains("<TokenCredential") || head.contains("Credential>"));
    let below = source.tree.below(id);
    let made = below.iter().skip(1).any(|id| {
        let node = source.tree.get(*id);
        let name = source.tree.name(*id, source.text);
        node.kind == NodeKind::New && (name.ends_with("Credential") && !name.starts_with("Network"))
            || name == "ConfidentialClientApplicationBuilder"
    });
    in_types || made
}

/// `Bearer eyJ…` without holes, and not made of one letter.
pub(super) fn is_literal_token(source: &Source<'_>, id: Id) -> bool {
    let node = source.tree.get(id);
    let text = source.value_text(id);
    let Some(at) = text.to_ascii_lowercase().find("bearer ") else { return false };
    let token: String =
        text[at + 7..].chars().take_while(|c| c.is_ascii_alphanumeric() || "_~+/.-=".contains(*c)).collect();
    let variety = token.bytes().collect::<std::collections::HashSet<_>>().len();
    let has_digit = token.bytes().any(|b| b.is_ascii_digit());
    node.kind == NodeKind::Str && variety >= 12 && has_digit
}

pub(super) fn is_literal_scope(source: &Source<'_>, id: Id) -> bool {
    let first =
        source.arguments(id).into_iter().find(|argument| argument.at == Some(0)).and_then(|argument| argument.value);
    first.is_some_and(|value| {
        let resolved = source.classifier().resolve(value);
        let below = source.tree.below(resolved);
        let texts = below.iter().filter(|id| source.tree.get(**id).kind == NodeKind::Str).count();
        texts == 1 && below.iter().all(|id| !matches!(source.tree.get(*id).kind, NodeKind::Template | NodeKind::Concat))
    })
}

pub(super) fn is_directory_id(source: &Source<'_>, id: Id) -> bool {
    let value = source.tree.get(id).kids.last().copied().unwrap_or(id);
    let text = source.value_text(value).trim_matches(|c| c == '"' || c == '\'');
    guid::parse(text.as_bytes()).is_some_and(held::is_directory_id)
}

pub(super) fn has_blank(source: &Source<'_>, id: Id) -> bool {
    let text = source.tree.text(id, source.text).to_ascii_lowercase();
    let Some(at) = ["access_token=", "client_secret=", "subscription-key="]
        .iter()
        .find_map(|key| Some(text.find(key)? + key.len()))
    else {
        return false;
    };
    let value = &text[at..];
    ["<", "your", "xxx", "...", "[", "{{", "%"].iter().any(|blank| value.starts_with(blank))
}
