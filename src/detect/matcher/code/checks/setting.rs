//! Where the code runs: in a service, on a developer's machine, against an emulator.

use crate::detect::matcher::code::source::Source;
use crate::syntax::{Id, Language, NodeKind};

pub(super) const RETRY: [&str; 9] =
    ["retry", "retries", "tenacity", "polly", "backoff", "resilience4j", "while true", "start-sleep", "sleep "];

/// Frameworks that answer requests, and platforms without a person.
pub(super) const SERVICE: [&str; 28] = [
    "webapplication.createbuilder",
    "createhostbuilder",
    "iwebhostbuilder",
    "controllerbase",
    "[apicontroller]",
    "[functionname(",
    "[function(",
    "httptrigger",
    "functionsapplication",
    "configurefunctionswebapplication",
    "flask(",
    "fastapi(",
    "django",
    "express()",
    "fastify(",
    "@springbootapplication",
    "@restcontroller",
    "http.listenandserve",
    "gin.default(",
    "azure.functions",
    "@azure/functions",
    "backgroundservice",
    "get-automationvariable",
    "azureautomation",
    "app.listen(",
    "aiohttp.web",
    "push-outputbinding",
    "$triggermetadata",
];

/// Between `#if DEBUG` and its end.
fn is_debug_only(source: &Source<'_>, id: Id) -> bool {
    if source.language() != Language::CSharp {
        return false;
    }
    let before = &source.lower[..(source.tree.get(id).span.start as usize).min(source.lower.len())];
    let last = |word: &[u8]| memchr::memmem::rfind(before, word);
    let Some(begin) = last(b"#if debug") else { return false };
    [&b"#endif"[..], b"#else", b"#elif"].iter().all(|word| last(word).is_none_or(|end| end < begin))
}

/// A branch that is taken on a developer's machine.
pub(super) fn is_development(source: &Source<'_>, id: Id) -> bool {
    is_debug_only(source, id)
        || source.tree.above(id).any(|up| {
            let node = source.tree.get(up);
            matches!(node.kind, NodeKind::If | NodeKind::Either) && {
                let text = source.tree.text(up, source.text).to_ascii_lowercase();
                // Behind an `else` it is the other machines' turn.
                let before = (source.tree.get(id).span.start - node.span.start) as usize;
                if node.kind == NodeKind::If
                    && text.get(..before).is_some_and(|text| text.contains("else") || text.contains("elif"))
                {
                    return false;
                }
                let head = &text[..text.find(['{', '\n', '?']).unwrap_or(text.len())];
                ["develop", "isdev", "local", "debug", "node_env"].iter().any(|word| head.contains(word))
            }
        })
}

/// In its call, if an address stands there; else in the function around it, or in the file if there is none.
pub(super) fn speaks_of_emulator(source: &Source<'_>, id: Id) -> bool {
    const OWN: [&str; 4] = ["localhost", "127.0.0.1", "emulator", "azurite"];
    let tree = source.tree;
    let is_call = |up: &Id| matches!(tree.get(*up).kind, NodeKind::Call | NodeKind::New);
    let inside = tree.above(id).take_while(|up| tree.get(*up).kind != NodeKind::Function);
    for up in std::iter::once(id).chain(inside).filter(is_call) {
        let text = tree.text(up, source.text).to_ascii_lowercase();
        if text.contains("://") || text.contains(".azure.") || text.contains(".windows.net") {
            return OWN.iter().any(|word| text.contains(word));
        }
    }
    let scope = source.tree.above(id).find(|up| source.tree.get(*up).kind == NodeKind::Function);
    let scope = scope.unwrap_or_else(|| source.tree.above(id).last().unwrap_or(id));
    let text = source.tree.text(scope, source.text).to_ascii_lowercase();
    OWN.iter().any(|word| text.contains(word))
}
