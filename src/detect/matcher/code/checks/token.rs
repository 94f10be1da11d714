//! Does a value hold a token or a secret? By its name, or by the call that it comes from.

use crate::detect::matcher::code::source::{Source, normal};
use crate::syntax::{Id, Language, NodeKind};

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
const HARMLESS: [&str; 29] = [
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
    "locktoken",
    "leasetoken",
    "sessiontoken",
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

/// Calls of a vault that are given the name of a secret.
const BY_NAME: [&str; 8] = [
    "getsecret",
    "getsecretasync",
    "getsecretvalue",
    "getsecretbundle",
    "begindeletesecret",
    "deletesecret",
    "startdeletesecret",
    "recoverdeletedsecret",
];

/// Words at the end of what holds words and no values: `EventIds.ErrorParsingToken`.
const ENUMS: [&str; 14] = [
    "eventids",
    "eventid",
    "logevents",
    "errorcodes",
    "errorcode",
    "kind",
    "kinds",
    "types",
    "reason",
    "reasons",
    "messages",
    "resources",
    "strings",
    "constants",
];

/// `HasPrivateKey`, `is_token`: yes or no, and no value.
fn is_question(name: &str) -> bool {
    let begins = |word: &str| {
        name.strip_prefix(word).is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_uppercase() || c == '_'))
    };
    ["Has", "has", "Is", "is", "Can", "can", "Needs", "needs", "Should", "should"].into_iter().any(begins)
}

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
pub(super) fn is_token(source: &Source<'_>, id: Id, depth: u8) -> bool {
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
            is_bearing(name)
                && !is_question(name)
                && !is_message(source, id)
                && !names_a_secret(source, id)
                && !is_word_of_a_text(source, id)
                && !is_resource(source, id)
                || came_from_token(source, id)
        }
        NodeKind::Member => {
            let own = tree.name(id, source.text);
            let owner = node.kids.first().map(|owner| normal(tree.name(*owner, source.text))).unwrap_or_default();
            if is_question(own) || ENUMS.iter().any(|word| owner.ends_with(word)) {
                return false;
            }
            let name = normal(own);
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
                || unwraps(source, id).is_some_and(|base| is_token(source, base, depth + 1))
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

/// `errGetSecret`, `logFailedToken`: what is said, and no value.
fn is_message(source: &Source<'_>, id: Id) -> bool {
    let name = source.tree.name(id, source.text);
    let begins = |word: &&str| {
        name.strip_prefix(word).is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_uppercase() || c == '_'))
    };
    if ["log", "err", "error", "msg", "message", "Err", "ERR", "MSG"].iter().any(begins) {
        return true;
    }
    let resolved = source.tree.get(source.classifier().resolve(id));
    resolved.kind == NodeKind::Str
        && source.text.get(resolved.name.range()).is_some_and(|text| text.iter().filter(|b| **b == b' ').count() > 1)
}

/// `token.secret()`, `value.clone()` of Rust: what it is called on goes on.
fn unwraps(source: &Source<'_>, id: Id) -> Option<Id> {
    const ON: [&str; 12] = [
        "secret",
        "expose_secret",
        "clone",
        "as_str",
        "as_ref",
        "to_string",
        "to_owned",
        "unwrap",
        "expect",
        "into_model",
        "into_body",
        "unwrap_or_default",
    ];
    let goes_on = source.language() == Language::Rust && ON.contains(&source.tree.name(id, source.text));
    let callee = source.tree.get(id).kids.first().filter(|_| goes_on)?;
    source.tree.get(*callee).kids.first().copied()
}

/// `client.getSecret(secret)` in the same function: the variable holds the name of a secret.
fn names_a_secret(source: &Source<'_>, id: Id) -> bool {
    let tree = source.tree;
    let name = tree.name(id, source.text);
    let is_function = |up: &Id| matches!(tree.get(*up).kind, NodeKind::Function | NodeKind::Lambda);
    let Some(function) = tree.above(id).find(is_function) else { return false };
    let is_asked_for = |call: Id| {
        let node = tree.get(call);
        node.kind == NodeKind::Call
            && BY_NAME.contains(&normal(tree.name(call, source.text)).as_str())
            && source.arguments(call).iter().any(|given| {
                given.value.is_some_and(|value| {
                    tree.get(value).kind == NodeKind::Name && tree.name(value, source.text) == name
                })
            })
    };
    tree.below(function).into_iter().any(is_asked_for)
}

/// `token = registry.tokens.begin_create(…)`: a resource that is managed, whose secret the answer leaves out.
fn is_resource(source: &Source<'_>, id: Id) -> bool {
    let resolved = source.classifier().resolve(id);
    let is_call = source.tree.get(resolved).kind == NodeKind::Call;
    resolved != id && is_call && {
        let path = source.tree.path(resolved, source.text);
        let chain = source.tree.text(resolved, source.text);
        path.contains(&"tokens") || chain.contains(".tokens.")
    }
}

/// `for token in doc`: a piece of a text or of a stream, as parsers and models give it.
fn is_word_of_a_text(source: &Source<'_>, id: Id) -> bool {
    is_looped_over(source, id, source.tree.name(id, source.text))
}

fn is_looped_over(source: &Source<'_>, id: Id, name: &str) -> bool {
    let tree = source.tree;
    let is_its_loop = |up: Id| {
        let node = tree.get(up);
        let heads = node.kids.iter().take(2);
        node.kind == NodeKind::Loop
            && heads.copied().any(|head| tree.name(head, source.text).eq_ignore_ascii_case(name))
    };
    name == "token" && source.language() != Language::Bash && tree.above(id).any(is_its_loop)
        || tree.above(id).any(|up| is_its_loop(up) && goes_over_names(source, up))
}

/// `foreach ($apiKey in $body.PSObject.Properties.Name)`
fn goes_over_names(source: &Source<'_>, each: Id) -> bool {
    let over = source.tree.get(each).kids.get(1).map(|over| normal(source.tree.name(*over, source.text)));
    over.is_some_and(|over| matches!(over.as_str(), "name" | "names" | "keys"))
}

/// `request.headers`, with the one that authorises among them.
fn is_request_headers(source: &Source<'_>, id: Id) -> bool {
    let path = source.tree.path(id, source.text);
    let asks = |word: &&str| matches!(normal(word).as_str(), "request" | "req" | "httprequest");
    path.len() > 1 && path.last().is_some_and(|last| normal(last) == "headers") && path.iter().any(asks)
}

/// `result.accessToken()`, `config.getClientSecret()`: nothing is given to them.
fn is_getter(source: &Source<'_>, id: Id) -> bool {
    const GIVEN: [&str; 9] = [
        "accesstoken",
        "idtoken",
        "refreshtoken",
        "clientsecret",
        "password",
        "connectionstring",
        "accountkey",
        "sastoken",
        "secret",
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
    if resolved != id && source.language() == Language::PowerShell {
        return is_token_of_cmdlet(source, resolved);
    }
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

/// `Get-AzAccessToken`, `(Get-MsalToken …).AccessToken`; another member of it is no token.
fn is_token_of_cmdlet(source: &Source<'_>, id: Id) -> bool {
    let node = source.tree.get(id);
    match node.kind {
        NodeKind::Member => {
            is_whole(&normal(source.tree.name(id, source.text)))
                && node.kids.first().is_some_and(|&base| is_token_of_cmdlet(source, base))
        }
        NodeKind::Command => gives_token(source.tree.name(id, source.text)),
        NodeKind::Substitution | NodeKind::List | NodeKind::Other if node.kids.len() == 1 => {
            is_token_of_cmdlet(source, node.kids[0])
        }
        _ => false,
    }
}

pub(super) fn masks(source: &Source<'_>, id: Id) -> bool {
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
            let is_name = name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_');
            is_name && is_bearing(name) && !is_looped_over(source, id, name)
        })
}
