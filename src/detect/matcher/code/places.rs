//! Where in a source something stands: in a handler of requests, a loop, a handler of errors.

use crate::document::layer::LayerSpan;
use crate::rule::spec::{PlaceSpec, Text};
use crate::syntax::{Id, Language, NodeKind};

use super::source::Source;

/// Beginnings of a function's declaration that say it answers requests or events.
const MARKS: [&str; 52] = [
    "[Http",
    "[Route",
    "[Function(",
    "[FunctionName(",
    "Trigger(",
    "Trigger]",
    "@GetMapping",
    "@PostMapping",
    "@PutMapping",
    "@DeleteMapping",
    "@PatchMapping",
    "@RequestMapping",
    "@FunctionName",
    "@HttpTrigger",
    ".route(",
    "@app.get(",
    "@app.post(",
    "@app.put(",
    "@app.delete(",
    "@app.patch(",
    "@router.",
    "@bp.",
    "_trigger(",
    "func.HttpRequest",
    "func.TimerRequest",
    "func.ServiceBusMessage",
    "func.QueueMessage",
    "(request)",
    "(self, request)",
    "(self, request,",
    "@GET",
    "@POST",
    "@PUT",
    "@DELETE",
    "(request,",
    "(request:",
    "@Get(",
    "@Post(",
    "@Put(",
    "@Delete(",
    "http.ResponseWriter",
    "*gin.Context",
    "echo.Context",
    "*fiber.Ctx",
    "(req, res",
    "(req: ",
    "(context, req",
    "HttpRequest",
    "InvocationContext",
    "#[get(",
    "#[post(",
    "NextApiRequest",
];

/// Beginnings of a function without a name that answers requests or events.
const SIGNATURES: [&str; 8] = [
    "(req, res",
    "(req: Request",
    "(context, req",
    "(context: Context",
    "http.ResponseWriter",
    "*gin.Context",
    "echo.Context",
    "*fiber.Ctx",
];

/// Declarations of functions that run once, whatever else their decorators look like.
const ONCE: [&str; 7] = [
    "before_app_serving",
    "before_serving",
    "before_first_request",
    "on_event(\"startup\")",
    "on_event('startup')",
    "@asynccontextmanager",
    "lifespan(",
];

/// Calls that register a function for requests.
const REGISTER: [&str; 20] = [
    "get",
    "post",
    "put",
    "delete",
    "patch",
    "all",
    "http",
    "MapGet",
    "MapPost",
    "MapPut",
    "MapDelete",
    "MapPatch",
    "HandleFunc",
    "GET",
    "POST",
    "serviceBusQueue",
    "storageQueue",
    "storageBlob",
    "timer",
    "route",
];

/// Chains of credentials.
pub(super) const CHAINS: [&str; 4] =
    ["ChainedTokenCredential", "ChainedTokenCredentialBuilder", "NewChainedTokenCredential", "AzureMLCredentials"];

/// The word that opens the first handler of errors behind it.
pub(super) fn handler_behind(source: &Source<'_>, id: Id) -> Option<LayerSpan> {
    let tree = source.tree;
    let block = tree.above(id).find(|up| tree.get(*up).kind == NodeKind::Try)?;
    let handler = tree.get(block).kids.iter().find(|kid| tree.get(**kid).kind == NodeKind::Catch)?;
    let span = tree.get(*handler).span;
    let word = tree.text(*handler, source.text).bytes().take_while(u8::is_ascii_alphabetic).count();
    LayerSpan::new(span.start as usize, span.start as usize + word.max(1))
}

/// Does it stand within such a place?
pub(super) fn within(source: &Source<'_>, id: Id, place: PlaceSpec) -> bool {
    match place {
        PlaceSpec::Handler => source.tree.above(id).any(|up| is_handler(source, up)),
        PlaceSpec::Loop => {
            in_function(source, id).any(|kind| kind == NodeKind::Loop)
                || source.tree.above(id).any(|up| is_done_for_each(source, up))
        }
        PlaceSpec::Catch => in_function(source, id).any(|kind| kind == NodeKind::Catch) || is_after_error(source, id),
        PlaceSpec::Branch => in_function(source, id).any(|kind| matches!(kind, NodeKind::If | NodeKind::Either)),
        PlaceSpec::Chain => in_chain(source, id),
        PlaceSpec::Notebook => source.notebook,
        PlaceSpec::Function => source.tree.above(id).any(|up| source.tree.get(up).kind == NodeKind::Function),
    }
}

/// `accounts.forEach(account => …)`
fn is_done_for_each(source: &Source<'_>, id: Id) -> bool {
    let node = source.tree.get(id);
    let name = || source.tree.name(node.parent, source.text);
    let is_call = source.tree.get(node.parent).kind == NodeKind::Call;
    node.kind == NodeKind::Lambda && is_call && (matches!(name(), "forEach" | "ForEach") || is_mapped(source, name()))
}

/// Elsewhere `map` is also of what holds one thing or none.
fn is_mapped(source: &Source<'_>, name: &str) -> bool {
    source.language() == Language::JavaScript && matches!(name, "map" | "flatMap")
}

/// In the branch that Go takes if the call before gave an error.
fn is_after_error(source: &Source<'_>, id: Id) -> bool {
    let above = || source.tree.above(id).take_while(|up| source.tree.get(*up).kind != NodeKind::Function);
    source.language() == Language::Go
        && above().filter(|up| source.tree.get(*up).kind == NodeKind::If).any(|up| {
            let text = source.tree.text(up, source.text);
            text[..text.find('{').unwrap_or(text.len())].contains("err != nil")
        })
}

/// What it stands in, up to its function.
fn in_function<'s>(source: &'s Source<'_>, id: Id) -> impl Iterator<Item = NodeKind> + 's {
    let kinds = source.tree.above(id).map(|up| source.tree.get(up).kind);
    kinds.take_while(|kind| !matches!(kind, NodeKind::Function | NodeKind::Class))
}

/// An argument of a chain, or assigned to a name that is one.
fn in_chain(source: &Source<'_>, id: Id) -> bool {
    let tree = source.tree;
    let is_chain = |up: Id| {
        let node = tree.get(up);
        matches!(node.kind, NodeKind::Call | NodeKind::New) && {
            let start = tree.chain_start(up);
            CHAINS.contains(&tree.name(up, source.text)) || CHAINS.contains(&tree.name(start, source.text))
        }
    };
    let mut variable = None;
    for up in tree.above(id) {
        let node = tree.get(up);
        match node.kind {
            _ if is_chain(up) => return true,
            NodeKind::Assign => {
                variable = Some(tree.name(up, source.text));
                break;
            }
            NodeKind::Function | NodeKind::Class => break,
            _ => {}
        }
    }
    let Some(variable) = variable.filter(|name| !name.is_empty()) else { return false };
    let chains = tree.iter().map(|(id, _)| id).filter(|id| is_chain(*id));
    chains.into_iter().any(|chain| {
        let below = tree.below(chain);
        below.iter().any(|id| tree.get(*id).kind == NodeKind::Name && tree.name(*id, source.text) == variable)
    })
}

fn is_handler(source: &Source<'_>, id: Id) -> bool {
    let node = source.tree.get(id);
    match node.kind {
        NodeKind::Function => {
            let head = head(source, id);
            MARKS.iter().any(|mark| head.contains(mark)) && !ONCE.iter().any(|mark| head.contains(mark))
        }
        NodeKind::Lambda => {
            let parent = source.tree.get(node.parent);
            let is_registered = is_named_handler(source, id)
                || parent.kind == NodeKind::Call
                    && REGISTER.contains(&source.tree.name(node.parent, source.text))
                    && parent.kids.get(1).is_some_and(|first| {
                        let first = source.tree.get(*first);
                        matches!(first.kind, NodeKind::Str | NodeKind::Template)
                    });
            let own = source.tree.text(id, source.text);
            let own = &own[..boundary(own, 60)];
            is_registered || SIGNATURES.iter().any(|mark| own.contains(mark))
        }
        _ => false,
    }
}

/// `app.http("x", { handler: async (request, context) => … })`
fn is_named_handler(source: &Source<'_>, id: Id) -> bool {
    let tree = source.tree;
    let pair = tree.get(id).parent;
    let call = tree.above(pair).take(2).find(|up| tree.get(*up).kind == NodeKind::Call);
    tree.get(pair).kind == NodeKind::Pair
        && tree.name(pair, source.text) == "handler"
        && call.is_some_and(|call| REGISTER.contains(&tree.name(call, source.text)))
}

/// Attributes and decorators before a function, and its declaration.
fn head<'t>(source: &Source<'t>, id: Id) -> &'t str {
    let node = source.tree.get(id);
    let start = node.span.start as usize;
    let mut from = start;
    // Lines above that begin as an attribute does.
    for _ in 0..6 {
        let line_end = source.text[..from].iter().rposition(|b| *b == b'\n').unwrap_or(0);
        let line_start = source.text[..line_end].iter().rposition(|b| *b == b'\n').map_or(0, |at| at + 1);
        let line = source.text[line_start..line_end].trim_ascii();
        if line_end == 0 || !matches!(line.first(), Some(b'@' | b'[' | b'#')) {
            break;
        }
        from = line_start;
    }
    let to = (node.name.end.max(node.span.start) as usize + 240).min(node.span.end as usize);
    let bytes = source.text.get(from..to).unwrap_or_default();
    match std::str::from_utf8(bytes) {
        Ok(head) => head,
        Err(error) => std::str::from_utf8(&bytes[..error.valid_up_to()]).unwrap_or_default(),
    }
}

fn boundary(text: &str, at: usize) -> usize {
    let mut at = at.min(text.len());
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    at
}

/// Is it, however deep in objects and in functions that set options, an argument of a call named so?
pub(super) fn is_argument_of(source: &Source<'_>, id: Id, names: &[Text]) -> bool {
    let wanted: Vec<Id> = source.calls(names).collect();
    let mut above = source
        .tree
        .above(id)
        .take_while(|up| !matches!(source.tree.get(*up).kind, NodeKind::Function | NodeKind::Class));
    above.any(|up| wanted.contains(&up))
}
