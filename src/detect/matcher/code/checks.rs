//! What no key of a rule file can say: tests with a name.

use crate::check::guid;
use crate::document::layer::LayerSpan;
use crate::rule::spec::CodeCheck;
use crate::syntax::value::ValueClass;
use crate::syntax::{Id, Language, NodeKind};

use super::held;
use super::source::{Argument, Source, normal};

/// Does the test hold for a call, command or option?
pub(super) fn holds(check: CodeCheck, source: &Source<'_>, id: Id, value: Option<Argument>) -> bool {
    match check {
        // `log.RedactGlobally(token)`, `setSecret(token)`, `##vso[task.setsecret]`: it is masked from now on.
        CodeCheck::TokenArgument if masks(source, id) => false,
        CodeCheck::TokenArgument => {
            let given = source.arguments(id);
            given
                .iter()
                .filter(|one| one.at.is_some())
                .any(|one| one.value.is_some_and(|value| is_token(source, value, 0)))
        }
        CodeCheck::TokenContent => {
            let given = source.arguments(id);
            // `path.write_text(token)` has no second one.
            let content =
                given.iter().find(|one| one.at == Some(1)).or_else(|| given.iter().find(|one| one.at == Some(0)));
            content.and_then(|one| one.value).is_some_and(|value| is_token(source, value, 0))
        }
        CodeCheck::Service => is_service(source),
        CodeCheck::Entra => speaks_to_entra(source) && !asks_elsewhere(source, id),
        CodeCheck::NotAddress => value.and_then(|value| value.value).is_none_or(|value| !is_address(source, value)),
        CodeCheck::NoRetry => !RETRY.iter().any(|word| source.stands(word)),
        CodeCheck::Unchecked => is_unchecked(source, id),
        CodeCheck::Development => !is_development(source, id),
        CodeCheck::RawKey => is_raw_key(source, id),
        CodeCheck::PipedLiteral => is_piped_literal(source, id),
        CodeCheck::Redirected => is_redirected(source, id),
        CodeCheck::NotRedirected => {
            goes_to_file(source, id).is_none() && !is_consumed(source, id) && !is_return_value(source, id)
        }
        CodeCheck::CredentialArgument => makes_credential(source, id),
        CodeCheck::LiteralToken => is_literal_token(source, id),
        CodeCheck::LiteralScope => is_literal_scope(source, id),
        CodeCheck::ErrorIgnored => is_error_ignored(source, id),
        CodeCheck::DirectoryId => is_directory_id(source, id),
        CodeCheck::Swallowed => is_swallowed(source, id),
        CodeCheck::OrTrue => is_or_true(source, id),
        CodeCheck::CallArgument => is_call_argument(source, id),
        CodeCheck::NoEmulator => !speaks_of_emulator(source, id),
        CodeCheck::NoBlank => !has_blank(source, id),
        CodeCheck::NotVariable => !is_variable(source, id),
    }
}

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

fn speaks_to_entra(source: &Source<'_>) -> bool {
    ENTRA.iter().any(|word| {
        let is_path = word.starts_with("oauth2/");
        memchr::memmem::find_iter(source.lower, word).any(|at| {
            let before = &source.lower[..at];
            !is_path || !(OTHERS.iter().any(|path| before.ends_with(path.as_bytes())) || ends_with_another_host(before))
        })
    })
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
fn asks_elsewhere(source: &Source<'_>, id: Id) -> bool {
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

const RETRY: [&str; 9] =
    ["retry", "retries", "tenacity", "polly", "backoff", "resilience4j", "while true", "start-sleep", "sleep "];

/// Frameworks that answer requests, and platforms without a person.
const SERVICE: [&str; 28] = [
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

fn is_service(source: &Source<'_>) -> bool {
    SERVICE.iter().any(|word| source.stands(word))
}

/// Words at the end of a name that make it a token or a secret.
const BEARING: [&str; 25] = [
    "token",
    "accesstoken",
    "idtoken",
    "refreshtoken",
    "bearer",
    "authorization",
    "clientsecret",
    "appsecret",
    "secret",
    "secretvalue",
    "connectionstring",
    "connstr",
    "password",
    "passwd",
    "pwd",
    "sastoken",
    "accountkey",
    "apikey",
    "accesskey",
    "sharedkey",
    "privatekey",
    "jwt",
    "tokenresponse",
    "tokenresult",
    "authresponse",
];

/// Names that end like one and are none.
const HARMLESS: [&str; 26] = [
    "cancellationtoken",
    "canceltoken",
    "continuationtoken",
    "csrftoken",
    "xsrftoken",
    "antiforgerytoken",
    "pagetoken",
    "nexttoken",
    "nextpagetoken",
    "synctoken",
    "skiptoken",
    "deltatoken",
    "maxtoken",
    "tokentype",
    "publickeytoken",
    "stoptoken",
    "eostoken",
    "padtoken",
    "bostoken",
    "resumetoken",
    "changetoken",
    "hastoken",
    "istoken",
    "notoken",
    "needtoken",
    "stoppingtoken",
];

/// Members that tell nothing of the token they are read from.
const SAFE: [&str; 24] = [
    "expireson",
    "expiresin",
    "expirytime",
    "expiry",
    "expires",
    "tokentype",
    "error",
    "errordescription",
    "correlationid",
    "length",
    "len",
    "count",
    "hash",
    "fingerprint",
    "isvalid",
    "isnullorempty",
    "isnullorwhitespace",
    "name",
    "id",
    "type",
    "scopes",
    "tenantid",
    "message",
    "statuscode",
];

/// Calls whose result is a token, or an object that holds one.
fn gives_token(name: &str) -> bool {
    let plain = normal(name);
    plain.starts_with("acquiretoken")
        || matches!(
            plain.as_str(),
            "gettoken"
                | "gettokenasync"
                | "getaccesstoken"
                | "getaccesstokenasync"
                | "gettokensync"
                | "getazaccesstoken"
                | "getmsaltoken"
                | "getsecretvalue"
                | "gettokencredential"
                | "getbearertoken"
        )
}

/// Does a value hold a token or a secret? By name, or by the call that it comes from.
fn is_token(source: &Source<'_>, id: Id, depth: u8) -> bool {
    if depth > 4 {
        return false;
    }
    let tree = source.tree;
    let node = tree.get(id);
    let deeper = |ids: &[Id]| ids.iter().any(|id| is_token(source, *id, depth + 1));
    match node.kind {
        // A piece of it, as `${TOKEN:0:4}`, is what people show.
        NodeKind::Name
            if source.language() == Language::Bash && tree.text(id, source.text).contains([':', '#', '%', '/']) =>
        {
            false
        }
        NodeKind::Name => {
            let name = tree.name(id, source.text);
            is_bearing(name) || came_from_token(source, id)
        }
        NodeKind::Member => {
            let name = normal(tree.name(id, source.text));
            if SAFE.contains(&name.as_str()) || HARMLESS.contains(&name.as_str()) {
                return false;
            }
            is_bearing(&name) || (is_whole(&name) && deeper(&node.kids)) || is_request_headers(source, id)
        }
        NodeKind::Index => {
            let key = node.kids.get(1).map(|key| tree.name(*key, source.text)).unwrap_or_default();
            let is_text = node.kids.get(1).is_some_and(|key| tree.get(*key).kind == NodeKind::Str);
            is_text && is_bearing(key) && !key.contains(' ')
        }
        // Only what hands its text on: `len(token)` and `mask(token)` do not.
        NodeKind::Call => {
            hands_on(source, id) && deeper(node.kids.get(1..).unwrap_or_default())
                || gives_token(tree.name(id, source.text))
                || is_getter(source, id)
        }
        NodeKind::Template | NodeKind::Concat | NodeKind::Either | NodeKind::List => deeper(&node.kids),
        NodeKind::Object | NodeKind::Pair => deeper(&node.kids),
        NodeKind::Str => rust_hole(source, id),
        NodeKind::Substitution => false,
        _ => false,
    }
}

/// `request.headers`, with the one that authorises among them.
fn is_request_headers(source: &Source<'_>, id: Id) -> bool {
    let path = source.tree.path(id, source.text);
    let asks = |word: &&str| matches!(normal(word).as_str(), "request" | "req" | "httprequest");
    path.len() > 1 && path.last().is_some_and(|last| normal(last) == "headers") && path.iter().any(asks)
}

/// `result.accessToken()`, `config.getClientSecret()`: nothing is given to them.
fn is_getter(source: &Source<'_>, id: Id) -> bool {
    const GIVEN: [&str; 8] = [
        "accesstoken",
        "idtoken",
        "refreshtoken",
        "clientsecret",
        "password",
        "connectionstring",
        "accountkey",
        "sastoken",
    ];
    let node = source.tree.get(id);
    let name = normal(source.tree.name(id, source.text));
    let is_member = node.kids.first().is_some_and(|callee| source.tree.get(*callee).kind == NodeKind::Member);
    node.kids.len() == 1 && is_member && GIVEN.contains(&name.strip_prefix("get").unwrap_or(&name))
}

/// `Token` of an `AccessToken`, `Value` of a secret.
fn is_whole(name: &str) -> bool {
    matches!(name, "token" | "value" | "result" | "data" | "accesstoken" | "secret")
}

fn is_bearing(name: &str) -> bool {
    let plain = normal(name);
    // The working directory, in shells.
    if plain == "pwd" {
        return false;
    }
    !HARMLESS.iter().any(|word| plain.ends_with(word)) && BEARING.iter().any(|word| plain.ends_with(word))
}

/// A name whose last value is the result of a token request.
fn came_from_token(source: &Source<'_>, id: Id) -> bool {
    let resolved = source.classifier().resolve(id);
    let node = source.tree.get(resolved);
    resolved != id && node.kind == NodeKind::Call && {
        let own = source.tree.name(resolved, source.text);
        let inner = source.tree.chain_start(resolved);
        gives_token(own)
            || (matches!(own, "block" | "Result" | "ExecuteAsync" | "get" | "join") && {
                let chain = source.tree.below(inner);
                chain.iter().any(|id| gives_token(source.tree.name(*id, source.text)))
                    || source.tree.path(resolved, source.text).iter().any(|word| gives_token(word))
            })
    }
}

fn masks(source: &Source<'_>, id: Id) -> bool {
    let name = normal(source.tree.name(id, source.text));
    let text = source.tree.text(id, source.text);
    ["redact", "mask", "setsecret", "sanitize"].iter().any(|word| name.contains(word))
        || ["task.setsecret]", "::add-mask::"].iter().any(|word| text.contains(word))
}

/// Calls that give back the text of what they get.
fn hands_on(source: &Source<'_>, id: Id) -> bool {
    matches!(
        source.tree.name(id, source.text),
        "format"
            | "Format"
            | "str"
            | "repr"
            | "String"
            | "stringify"
            | "dumps"
            | "ToString"
            | "toString"
            | "Sprintf"
            | "valueOf"
            | "json"
            | "Serialize"
            | "SerializeObject"
            | "concat"
            | "encode"
            | "decode"
            | "sprintf"
            | "print_r"
            | "inspect"
            | "dict"
    )
}

/// `"{token}"` within a macro of Rust.
fn rust_hole(source: &Source<'_>, id: Id) -> bool {
    let text = source.tree.name(id, source.text);
    source.language() == Language::Rust
        && text.split('{').skip(1).any(|rest| {
            let name = rest.split(['}', ':']).next().unwrap_or_default();
            name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_') && is_bearing(name)
        })
}

/// An address, an identity, or development storage: no key is in it.
fn is_address(source: &Source<'_>, id: Id) -> bool {
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

/// Is the result read right there, with nothing about it that looks for an error?
fn is_unchecked(source: &Source<'_>, id: Id) -> bool {
    let tree = source.tree;
    let parent = tree.get(tree.get(id).parent);
    let reads = |text: &str| text.contains("access_token");
    if parent.kind == NodeKind::Index {
        return reads(tree.text(tree.get(id).parent, source.text));
    }
    if parent.kind != NodeKind::Assign {
        return false;
    }
    let variable = tree.name(tree.get(id).parent, source.text);
    let scope = tree.above(id).find(|up| tree.get(*up).kind == NodeKind::Function);
    let scope = scope.unwrap_or_else(|| tree.above(id).last().unwrap_or(id));
    let text = tree.text(scope, source.text);
    let plain: String = text.chars().filter(|c| !c.is_whitespace()).collect();
    let read = plain.contains(&format!("{variable}[\"access_token\"]"))
        || plain.contains(&format!("{variable}['access_token']"));
    let looks = ["error", "\"access_token\" in", "'access_token' in", ".get(", "raise", "except", "not in", "KeyError"];
    read && !looks.iter().any(|word| text.contains(word))
}

/// `result["access_token"]`, the first behind the request whose result it reads.
pub(super) fn unchecked_read(source: &Source<'_>, id: Id) -> Option<LayerSpan> {
    let tree = source.tree;
    let parent = tree.get(tree.get(id).parent);
    if parent.kind != NodeKind::Assign {
        return None;
    }
    let variable = tree.name(tree.get(id).parent, source.text);
    let reads = tree.iter().filter(|(_, node)| node.kind == NodeKind::Index && node.span.start >= parent.span.end);
    let mut own = reads.filter(|(read, _)| {
        let text: String = tree.text(*read, source.text).chars().filter(|c| !c.is_whitespace()).collect();
        text.strip_prefix(variable).is_some_and(|rest| matches!(rest, "[\"access_token\"]" | "['access_token']"))
    });
    own.next().map(|(_, node)| node.span)
}

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
fn is_development(source: &Source<'_>, id: Id) -> bool {
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

fn is_raw_key(source: &Source<'_>, id: Id) -> bool {
    let tree = source.tree;
    let node = tree.get(id);
    if !tree.name(id, source.text).contains('_') {
        return false;
    }
    match node.kind {
        NodeKind::Pair => {
            let parent = tree.get(node.parent).kind;
            // A hash of Ruby needs no braces.
            let is_bare_hash = source.language() == Language::Ruby && matches!(parent, NodeKind::Call);
            is_bare_hash || matches!(parent, NodeKind::Object | NodeKind::List | NodeKind::Other)
        }
        NodeKind::Assign => node.kids.first().is_some_and(|target| tree.get(*target).kind == NodeKind::Index),
        _ => false,
    }
}

/// `"text" | command`
fn is_piped_literal(source: &Source<'_>, id: Id) -> bool {
    let tree = source.tree;
    let siblings = &tree.get(tree.get(id).parent).kids;
    let before = siblings.iter().position(|kid| *kid == id).and_then(|at| at.checked_sub(1)).map(|at| siblings[at]);
    let Some(before) = before else { return false };
    let gap = tree.get(before).span.end as usize..tree.get(id).span.start as usize;
    let is_pipe = source.text.get(gap).is_some_and(|gap| gap.trim_ascii() == b"|");
    is_pipe && source.classifier().classify(before).class == ValueClass::Literal
}

/// Does the output go into a file of ours? What the runner reads is none.
fn is_redirected(source: &Source<'_>, id: Id) -> bool {
    goes_to_file(source, id).is_some_and(|target| !target.trim_start_matches(['"', '$', '{']).starts_with("GITHUB_"))
}

/// What follows `>` on the line, or the rest behind `| tee`.
fn goes_to_file(source: &Source<'_>, id: Id) -> Option<String> {
    let end = source.tree.get(id).span.end as usize;
    let rest = source.text.get(end..).unwrap_or_default();
    let line = rest.split(|b| *b == b'\n').next().unwrap_or_default();
    let line = String::from_utf8_lossy(line);
    let line = line.trim_start();
    let target = line.strip_prefix('>').map(|rest| rest.trim_start_matches('>').trim_start());
    if let Some(target) = target {
        let to_file = !["&", "/dev/null", "/dev/std"].iter().any(|known| target.starts_with(known));
        return to_file.then(|| target.to_owned());
    }
    let kept = ["| tee ", "| Out-File", "| Set-Content"].iter().any(|word| line.contains(word));
    kept.then(|| line.to_owned())
}

/// Does another command take the output?
fn is_consumed(source: &Source<'_>, id: Id) -> bool {
    let end = source.tree.get(id).span.end as usize;
    let rest = source.text.get(end..).unwrap_or_default().trim_ascii_start();
    let is_piped = rest.starts_with(b"|") && !rest.starts_with(b"||");
    is_piped || source.tree.above(id).any(|up| source.tree.get(up).kind == NodeKind::Substitution)
}

fn makes_credential(source: &Source<'_>, id: Id) -> bool {
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
fn is_literal_token(source: &Source<'_>, id: Id) -> bool {
    let node = source.tree.get(id);
    let text = source.value_text(id);
    let Some(at) = text.to_ascii_lowercase().find("bearer ") else { return false };
    let token: String =
        text[at + 7..].chars().take_while(|c| c.is_ascii_alphanumeric() || "_~+/.-=".contains(*c)).collect();
    let variety = token.bytes().collect::<std::collections::HashSet<_>>().len();
    let has_digit = token.bytes().any(|b| b.is_ascii_digit());
    node.kind == NodeKind::Str && variety >= 12 && has_digit
}

fn is_literal_scope(source: &Source<'_>, id: Id) -> bool {
    let first =
        source.arguments(id).into_iter().find(|argument| argument.at == Some(0)).and_then(|argument| argument.value);
    first.is_some_and(|value| {
        let resolved = source.classifier().resolve(value);
        let below = source.tree.below(resolved);
        let texts = below.iter().filter(|id| source.tree.get(**id).kind == NodeKind::Str).count();
        texts == 1 && below.iter().all(|id| !matches!(source.tree.get(*id).kind, NodeKind::Template | NodeKind::Concat))
    })
}

/// `x, _ := call()`
fn is_error_ignored(source: &Source<'_>, id: Id) -> bool {
    let start = source.tree.get(id).span.start as usize;
    let line = source.text[..start].iter().rposition(|b| *b == b'\n').map_or(0, |at| at + 1);
    let before: String = String::from_utf8_lossy(&source.text[line..start]).split_whitespace().collect();
    before.ends_with(",_:=") || before.ends_with(",_=")
}

fn is_directory_id(source: &Source<'_>, id: Id) -> bool {
    let value = source.tree.get(id).kids.last().copied().unwrap_or(id);
    let text = source.value_text(value).trim_matches(|c| c == '"' || c == '\'');
    guid::parse(text.as_bytes()).is_some_and(held::is_directory_id)
}

/// Is the try around it ended by a handler that does nothing?
fn is_swallowed(source: &Source<'_>, id: Id) -> bool {
    let tree = source.tree;
    let Some(block) = tree.above(id).find(|up| tree.get(*up).kind == NodeKind::Try) else { return false };
    let handlers: Vec<Id> =
        tree.get(block).kids.iter().copied().filter(|kid| tree.get(*kid).kind == NodeKind::Catch).collect();
    !handlers.is_empty() && handlers.iter().all(|handler| is_empty_handler(source, *handler)) && !handlers.contains(&id)
}

fn is_empty_handler(source: &Source<'_>, id: Id) -> bool {
    let text = source.tree.text(id, source.text);
    let at = if source.language() == Language::Python { text.find(':') } else { text.find('{') };
    let body = at.map_or("", |at| &text[at + 1..]);
    let body: String = body
        .lines()
        .map(|line| line.split("//").next().unwrap_or_default().split('#').next().unwrap_or_default().trim())
        .collect();
    let body = body.trim_matches(|c: char| c.is_whitespace() || c == '}' || c == ';');
    matches!(
        body,
        "" | "pass" | "return None" | "return null" | "return" | "return nil" | "return false" | "return False"
    )
}

fn is_or_true(source: &Source<'_>, id: Id) -> bool {
    let end = source.tree.get(id).span.end as usize;
    let rest = source.text.get(end..).unwrap_or_default().trim_ascii_start();
    rest.strip_prefix(b"||").is_some_and(|rest| {
        let rest = rest.trim_ascii_start();
        rest.starts_with(b"true") || rest.starts_with(b":")
    })
}

fn is_call_argument(source: &Source<'_>, id: Id) -> bool {
    let node = source.tree.get(id);
    node.kind == NodeKind::Pair && matches!(source.tree.get(node.parent).kind, NodeKind::Call | NodeKind::New)
        || node.kind == NodeKind::Assign
            && node.kids.first().is_some_and(|target| source.tree.get(*target).kind == NodeKind::Member)
}

/// `const clientSecret = x`
fn is_variable(source: &Source<'_>, id: Id) -> bool {
    let node = source.tree.get(id);
    node.kind == NodeKind::Assign
        && node.kids.first().is_some_and(|target| source.tree.get(*target).kind == NodeKind::Name)
}

/// In its call, if an address stands there; else in the function around it, or in the file if there is none.
fn speaks_of_emulator(source: &Source<'_>, id: Id) -> bool {
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

fn has_blank(source: &Source<'_>, id: Id) -> bool {
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

/// `echo "$x"` in a function gives `$x` to its caller; `##vso[…]` and `::add-mask::` speak to the runner.
fn is_return_value(source: &Source<'_>, id: Id) -> bool {
    let tree = source.tree;
    let text = tree.text(id, source.text);
    if text.contains("##vso[") || text.contains("::add-mask::") || text.contains("::set-output") {
        return true;
    }
    let node = tree.get(id);
    let only = node.kids.len() == 2 && {
        let given = tree.get(node.kids[1]);
        given.kind == NodeKind::Name || (given.kind == NodeKind::Template && given.kids.len() == 1)
    };
    only && tree.above(id).any(|up| tree.get(up).kind == NodeKind::Function)
}
