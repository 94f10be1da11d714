//! Refs, as git keeps them in files: HEAD, loose, packed.

use std::fs;

use super::object::Id;
use super::open::{Repo, read_small};

/// Symbolic refs that lead to symbolic refs end here; git says five too.
const MAX_HOPS: usize = 5;

/// What HEAD says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::source) enum Head {
    /// A commit, on this branch if on any.
    At(Id, Option<String>),
    /// A branch that has no commit yet.
    Unborn(String),
    /// Not what a HEAD looks like.
    Broken,
}

/// Where HEAD is.
pub(in crate::source) fn head(repo: &Repo) -> Head {
    let Some(text) = read_small(&repo.git_dir.join("HEAD")) else { return Head::Broken };
    if let Some(id) = Id::from_hex(text.trim_end().as_bytes()) {
        return Head::At(id, None);
    }
    let Some(name) = text.strip_prefix("ref:").map(|name| name.trim().to_owned()) else { return Head::Broken };
    match resolve(repo, &name) {
        Some(id) => Head::At(id, Some(name)),
        None => Head::Unborn(name),
    }
}

/// The object that a full name leads to.
pub(in crate::source) fn resolve(repo: &Repo, name: &str) -> Option<Id> {
    let mut name = name.to_owned();
    for _ in 0..MAX_HOPS {
        if !is_safe(&name) {
            return None;
        }
        let mut places = [&repo.git_dir, &repo.common_dir].into_iter();
        match places.find_map(|dir| read_small(&dir.join(&name))) {
            Some(text) => match text.strip_prefix("ref:") {
                Some(next) => next.trim().clone_into(&mut name),
                // FETCH_HEAD says more than the id.
                None => return Id::from_hex(text.split_ascii_whitespace().next()?.as_bytes()),
            },
            None => return packed(repo, &name),
        }
    }
    None
}

/// A name from a file must not lead out of the repository.
fn is_safe(name: &str) -> bool {
    !name.is_empty() && name.split('/').all(|part| !part.is_empty() && part != "." && part != "..")
}

fn packed(repo: &Repo, wanted: &str) -> Option<Id> {
    let bytes = fs::read(repo.common_dir.join("packed-refs")).ok()?;
    packed_lines(&bytes).find(|(name, _)| *name == wanted.as_bytes()).map(|(_, id)| id)
}

fn packed_lines(bytes: &[u8]) -> impl Iterator<Item = (&[u8], Id)> {
    bytes.split(|&b| b == b'\n').filter_map(|line| {
        let space = memchr::memchr(b' ', line)?;
        Some((line[space + 1..].trim_ascii_end(), Id::from_hex(&line[..space])?))
    })
}
