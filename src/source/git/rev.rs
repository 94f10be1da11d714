//! Names of commits: branches, tags, ids and their beginnings, `~2`, `^1`.
//!
//! What git's own language has beyond that (dates, upstreams, searches) is refused with a word on how to
//! have it: ask `git rev-parse` and name the id.

use super::object::{CommitObject, Id, Kind, TagObject};
use super::open::Repo;
use super::read::{Objects, ReadError};
use super::refs::{self, Head};
use crate::source::SourceError;

/// Tags of tags end here.
const MAX_TAGS: usize = 16;

/// The commit that a text names.
///
/// # Errors
/// Nothing is named so, or what is named is no commit or is not here.
pub(in crate::source) fn commit(repo: &Repo, objects: &Objects, text: &str) -> Result<Id, SourceError> {
    let (base, steps) = split(text);
    if text.starts_with('-') || base.contains("@{") || base.contains(':') || steps.contains('{') {
        return Err(SourceError::Git {
            what: format!("`{text}` is not a name of a commit that is understood here"),
            help: format!("name its id; `git rev-parse --verify '{text}'` tells it"),
        });
    }
    let named = base_id(repo, objects, base).ok_or_else(|| not_found(text))?;
    let mut id = peel(objects, named).map_err(|error| unreadable(text, named, &error))?;
    for (kind, number) in steps_of(steps).ok_or_else(|| not_found(text))? {
        id = step(objects, id, kind, number).map_err(|error| unreadable(text, id, &error))?.ok_or_else(|| {
            SourceError::Git {
                what: format!("`{text}` goes past the first commit that is here"),
                help: "name a later commit, or fetch more of the history: `git fetch --unshallow`".to_owned(),
            }
        })?;
    }
    // A shallow clone knows the names of parents that it has not.
    objects.read_as(id, Kind::Commit).map_err(|error| unreadable(text, id, &error))?;
    Ok(id)
}

/// `main~2^1` as `main` and `~2^1`.
fn split(text: &str) -> (&str, &str) {
    let end = text.find(['~', '^']).unwrap_or(text.len());
    (&text[..end], &text[end..])
}

fn base_id(repo: &Repo, objects: &Objects, base: &str) -> Option<Id> {
    if matches!(base, "" | "@" | "HEAD") {
        return match refs::head(repo) {
            Head::At(id, _) => Some(id),
            Head::Unborn(_) | Head::Broken => None,
        };
    }
    if let Some(id) = Id::from_hex(base.as_bytes()) {
        return Some(id);
    }
    let places = ["", "refs/", "refs/tags/", "refs/heads/", "refs/remotes/"];
    let by_name = places.iter().find_map(|place| refs::resolve(repo, &format!("{place}{base}")));
    let by_remote = || refs::resolve(repo, &format!("refs/remotes/{base}/HEAD"));
    let by_prefix = || {
        let is_hex = base.len() >= 4 && base.bytes().all(|b| b.is_ascii_hexdigit());
        is_hex.then(|| objects.by_prefix(&base.to_ascii_lowercase())).flatten()
    };
    by_name.or_else(by_remote).or_else(by_prefix)
}

/// The commit a tag leads to, or the commit itself.
pub(in crate::source) fn peel(objects: &Objects, mut id: Id) -> Result<Id, ReadError> {
    for _ in 0..MAX_TAGS {
        let (kind, bytes) = objects.read(id)?;
        match kind {
            Kind::Commit => return Ok(id),
            Kind::Tag => {
                let damaged = || ReadError::Damaged("the tag names no object".to_owned());
                id = TagObject::parse(&bytes).ok_or_else(damaged)?.target;
            }
            Kind::Tree | Kind::Blob => return Err(ReadError::Damaged(format!("it is a {}", kind.as_str()))),
        }
    }
    Err(ReadError::Damaged("too many tags of tags".to_owned()))
}

/// The annotated tags between a name and its commit: what is said in them goes where the name goes.
pub(in crate::source) fn tags(repo: &Repo, objects: &Objects, text: &str) -> Vec<(Id, Vec<u8>)> {
    let mut tags = Vec::new();
    let mut next = split(text).1.is_empty().then(|| base_id(repo, objects, text)).flatten();
    while let Some((id, (Kind::Tag, bytes))) = next.take().and_then(|id| Some((id, objects.read(id).ok()?))) {
        if tags.len() < MAX_TAGS {
            next = TagObject::parse(&bytes).map(|tag| tag.target);
        }
        tags.push((id, bytes.to_vec()));
    }
    tags
}

/// `~` and `^` with their numbers.
fn steps_of(steps: &str) -> Option<Vec<(u8, usize)>> {
    let mut found = Vec::new();
    let mut rest = steps;
    while let Some(kind) = rest.bytes().next() {
        let digits = rest[1..].bytes().take_while(u8::is_ascii_digit).count();
        let number = if digits == 0 { 1 } else { rest[1..=digits].parse().ok()? };
        if !matches!(kind, b'~' | b'^') {
            return None;
        }
        found.push((kind, number));
        rest = &rest[1 + digits..];
    }
    Some(found)
}

fn step(objects: &Objects, mut id: Id, kind: u8, number: usize) -> Result<Option<Id>, ReadError> {
    let parents = |id| {
        let bytes = objects.read_as(id, Kind::Commit)?;
        Ok(CommitObject::parse(&bytes).map(|commit| commit.parents).unwrap_or_default())
    };
    if kind == b'^' {
        return if number == 0 { Ok(Some(id)) } else { Ok(parents(id)?.get(number - 1).copied()) };
    }
    for _ in 0..number {
        let Some(&first) = parents(id)?.first() else { return Ok(None) };
        id = first;
    }
    Ok(Some(id))
}

fn not_found(text: &str) -> SourceError {
    let branch = split(text).0.trim_start_matches("refs/heads/").trim_start_matches("origin/");
    let help = match branch {
        "" | "@" | "HEAD" => "commit something first: this repository has no commit, or HEAD leads to none".to_owned(),
        branch => format!(
            "check the spelling, or fetch it: `git fetch origin {branch}`; a shallow clone may need a depth of 0"
        ),
    };
    SourceError::Git { what: format!("no commit is named `{text}` here"), help }
}

fn unreadable(text: &str, id: Id, error: &ReadError) -> SourceError {
    let help = match error {
        ReadError::Missing => "it is not in this clone; fetch it, or deepen the clone: `git fetch --unshallow`",
        ReadError::Damaged(_) | ReadError::TooLarge(_) => "`git fsck` tells what is wrong with the repository",
    };
    SourceError::Git { what: format!("`{text}`: {}", error.told(id)), help: help.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn steps_are_read_from_left_to_right() {
        for (text, base, expected) in [
            ("main", "main", Some(vec![])),
            ("HEAD~3", "HEAD", Some(vec![(b'~', 3)])),
            ("v1^", "v1", Some(vec![(b'^', 1)])),
            ("x~2^2~", "x", Some(vec![(b'~', 2), (b'^', 2), (b'~', 1)])),
            ("x~99999999999999999999", "x", None),
            ("x~1y", "x", None),
        ] {
            let (found, steps) = split(text);
            assert_eq!((found, steps_of(steps)), (base, expected), "{text}");
        }
    }
}
