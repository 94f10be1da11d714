//! Does a request for a token speak to Entra, or to somebody else?

use crate::detect::matcher::code::source::Source;
use crate::syntax::{Id, NodeKind};

const ENTRA: [&str; 12] = [
    "login.microsoftonline",
    "login.windows.net",
    "partner.microsoftonline.cn",
    "login.chinacloudapi",
    "oauth2/v2.0/token",
    "oauth2/token",
    "azure.identity",
    "@azure/",
    "msal",
    "microsoft.identity",
    "graph.microsoft.com",
    "sts.windows.net",
];

/// Beginnings of the paths of others: `https://x.my.salesforce.com/services/oauth2/token`.
const OTHERS: [&str; 6] = ["services/", "api/", "rest/", "auth/", "login/", "connect/"];

/// Asked of a document, in small letters.
pub(super) fn speaks_to_entra(lower: &[u8]) -> bool {
    ENTRA.iter().any(|word| {
        let is_path = word.starts_with("oauth2/");
        memchr::memmem::find_iter(lower, word).any(|at| {
            let before = &lower[..at];
            !is_path
                || !(OTHERS.iter().any(|path| before.ends_with(path.as_bytes()))
                    || is_named_path(before)
                    || ends_with_another_host(before))
        })
    })
}

/// `"/iso/oauth2/token"`: before Entra's path stands a tenant, which is looked up, a GUID or a domain, and no word.
fn is_named_path(before: &[u8]) -> bool {
    const TENANTS: [&[u8]; 5] = [b"common", b"organizations", b"consumers", b"adfs", b"tenant"];
    let Some(path) = before.strip_suffix(b"/") else { return false };
    let word = path.iter().rev().take_while(|b| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'-')).count();
    let (before, word) = path.split_at(path.len() - word);
    matches!(before, [.., b'"' | b'\'' | b'`' | b' ', b'/']) && !word.is_empty() && !TENANTS.contains(&word)
}

/// `https://id.example.com/` written out, with no blank in it: a path behind it is not Entra's.
fn ends_with_another_host(before: &[u8]) -> bool {
    let Some(start) = memchr::memmem::rfind(&before[before.len().saturating_sub(120)..], b"://") else { return false };
    let address = &before[before.len().saturating_sub(120) + start + 3..];
    let is_written = address.iter().all(|b| b.is_ascii_alphanumeric() || b"./-_:".contains(b));
    let is_entra = AUTHORITIES[..6].iter().any(|host| memchr::memmem::find(address, host.as_bytes()).is_some());
    is_written && !is_entra
}

/// Hosts of Entra; others have token endpoints too.
const AUTHORITIES: [&str; 8] = [
    "microsoftonline",
    "login.windows.net",
    "sts.windows.net",
    "chinacloudapi",
    "b2clogin.com",
    "ciamlogin.com",
    "oauth2/v2.0/token",
    "oauth2/token",
];

/// Does the request name the token endpoint of somebody else?
pub(super) fn asks_elsewhere(source: &Source<'_>, id: Id) -> bool {
    let tree = source.tree;
    let calls = tree.above(id).take_while(|up| !matches!(tree.get(*up).kind, NodeKind::Function | NodeKind::Class));
    for up in calls.filter(|up| matches!(tree.get(*up).kind, NodeKind::Call | NodeKind::New)) {
        let text = tree.text(up, source.text).to_ascii_lowercase();
        let hosts = text.match_indices("https://").map(|(at, _)| text[at..].split(['"', '\'', '`']).next());
        let mut endpoints = hosts.flatten().filter(|address| address.contains("token") || address.contains("oauth"));
        if let Some(address) = endpoints.next() {
            return !AUTHORITIES.iter().any(|host| address.contains(host));
        }
    }
    false
}
