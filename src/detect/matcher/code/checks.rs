//! What no key of a rule file can say: tests with a name.

mod entra;
mod failure;
mod output;
mod setting;
mod token;
mod value;

use crate::rule::spec::CodeCheck;
use crate::syntax::{Id, Language, NodeKind};

use super::source::{Argument, Source};
use entra::{asks_elsewhere, speaks_to_entra};
pub(super) use failure::unchecked_read;
use failure::{is_error_ignored, is_or_true, is_swallowed, is_unchecked};
use output::{goes_to_file, is_consumed, is_piped_literal, is_redirected, is_return_value};
use setting::{RETRY, SERVICE, is_development, speaks_of_emulator};
use token::{is_token, masks};
use value::{has_blank, is_address, is_directory_id, is_literal_scope, is_literal_token, makes_credential};

/// May the test hold anywhere in a document? Told by its text in small letters, before it is parsed.
pub(super) fn may_hold(check: CodeCheck, lower: &[u8]) -> bool {
    let stands = |word: &&str| memchr::memmem::find(lower, word.as_bytes()).is_some();
    match check {
        CodeCheck::Entra => speaks_to_entra(lower),
        CodeCheck::Service => SERVICE.iter().any(stands),
        CodeCheck::NoRetry => !RETRY.iter().any(stands),
        _ => true,
    }
}

/// Does the test hold for a call, command or option?
pub(super) fn holds(check: CodeCheck, source: &Source<'_>, id: Id, value: Option<Argument>) -> bool {
    match check {
        // `log.RedactGlobally(token)`, `setSecret(token)`, `##vso[task.setsecret]`: it is masked from now on.
        CodeCheck::TokenArgument if masks(source, id) => false,
        CodeCheck::TokenArgument => {
            let given = source.arguments(id);
            given
                .iter()
                // `error!(secret = %value)`: fields of tracing are written too.
                .filter(|one| one.at.is_some() || source.language() == Language::Rust)
                .any(|one| one.value.is_some_and(|value| is_token(source, value, 0)))
        }
        CodeCheck::TokenContent => {
            let given = source.arguments(id);
            // `path.write_text(token)` has no second one.
            let content =
                given.iter().find(|one| one.at == Some(1)).or_else(|| given.iter().find(|one| one.at == Some(0)));
            content.and_then(|one| one.value).is_some_and(|value| is_token(source, value, 0))
        }
        CodeCheck::Entra => !asks_elsewhere(source, id),
        // They are about the whole document: `may_hold` told.
        CodeCheck::Service | CodeCheck::NoRetry => true,
        CodeCheck::NotAddress => value.and_then(|value| value.value).is_none_or(|value| !is_address(source, value)),
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

fn is_raw_key(source: &Source<'_>, id: Id) -> bool {
    let tree = source.tree;
    let node = tree.get(id);
    if !tree.name(id, source.text).contains('_') {
        return false;
    }
    match node.kind {
        NodeKind::Pair => {
            let parent = tree.get(node.parent).kind;
            // A hash of Ruby needs no braces, a macro of Rust takes pairs, and `dict(client_secret=x)` of Python has none.
            let is_bare_hash = matches!(parent, NodeKind::Call)
                && (matches!(source.language(), Language::Ruby | Language::Rust)
                    || tree.name(node.parent, source.text) == "dict");
            is_bare_hash || matches!(parent, NodeKind::Object | NodeKind::List | NodeKind::Other)
        }
        NodeKind::Assign => node.kids.first().is_some_and(|target| tree.get(*target).kind == NodeKind::Index),
        _ => false,
    }
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
