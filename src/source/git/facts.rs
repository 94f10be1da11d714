//! What is told of a commit, and what it says itself.

use std::sync::Arc;

use super::object::{Id, Said};
use crate::model::{BlobRef, Commit, Coverage, Origin, Provenance, Scope};
use crate::source::Visit;

/// A commit or a tag, for people.
pub(in crate::source) fn told(id: Id, bytes: &[u8], with_email: bool) -> Arc<Commit> {
    let said = Said::parse(bytes);
    Arc::new(Commit {
        id: id.to_string(),
        author: String::from_utf8_lossy(said.name).into_owned(),
        email: with_email.then(|| String::from_utf8_lossy(said.email).into_owned()),
        time: said.time,
        summary: said.summary(),
    })
}

/// Hands over what somebody wrote about a commit.
pub(in crate::source) fn message(
    bytes: &[u8],
    commit: Arc<Commit>,
    tag: Option<String>,
    visit: &mut dyn Visit,
    coverage: &mut Coverage,
) {
    let message = Said::parse(bytes).message;
    let provenance = Provenance::new(Origin::Message { commit, tag });
    visit.blob(BlobRef { bytes: message, provenance: &provenance, scope: &Scope::Whole });
    coverage.messages += 1;
}
