//! Refs, as git keeps them in files: HEAD, loose, packed, and the reflogs beside them; or in tables.
//!
//! A ref that leads nowhere is told, never passed over: what it named is not scanned.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use super::object::Id;
use super::open::{Repo, read_small};
use super::reftable::{self, Tables, Target};
use crate::source::whole::read_file;

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

/// All refs of a repository.
#[derive(Debug, Default)]
pub(in crate::source) struct Refs {
    /// By full name; HEADs of worktrees as `HEAD` and `worktrees/x/HEAD`.
    pub(in crate::source) named: BTreeMap<String, Id>,
    /// Those that lead nowhere, and why.
    pub(in crate::source) broken: BTreeMap<String, String>,
}

/// Where HEAD is.
pub(in crate::source) fn head(repo: &Repo) -> Head {
    if repo.format.reftable {
        return head_in(&tables(repo));
    }
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

/// HEAD as the tables have it; the file of that name says nothing then. With a table that cannot be read nobody knows.
fn head_in(tables: &[Tables]) -> Head {
    if tables.iter().any(|tables| !tables.broken.is_empty()) {
        return Head::Broken;
    }
    match tables.first().and_then(|own| own.refs.get("HEAD")) {
        Some(Target::Id(id)) => Head::At(*id, None),
        Some(Target::Name(name)) => match look_up(tables, name) {
            Some(id) => Head::At(id, Some(name.clone())),
            None => Head::Unborn(name.clone()),
        },
        None => Head::Broken,
    }
}

/// The object that a full name leads to, through the tables alone.
fn look_up(tables: &[Tables], name: &str) -> Option<Id> {
    let mut name = name;
    for _ in 0..MAX_HOPS {
        match tables.iter().find_map(|tables| tables.refs.get(name))? {
            Target::Id(id) => return Some(*id),
            Target::Name(next) => name = next,
        }
    }
    None
}

/// The object that a full name leads to.
pub(in crate::source) fn resolve(repo: &Repo, name: &str) -> Option<Id> {
    // FETCH_HEAD is a file all the same.
    if let Some(id) = look_up(&tables(repo), name) {
        return Some(id);
    }
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

/// The tables of this worktree and those of all worktrees; none where refs are files.
fn tables(repo: &Repo) -> Vec<Tables> {
    let mut dirs = vec![&repo.git_dir, &repo.common_dir];
    dirs.dedup();
    let dirs = dirs.into_iter().filter(|_| repo.format.reftable);
    dirs.map(|dir| reftable::read(dir)).collect()
}

/// A name from a file must not lead out of the repository.
fn is_safe(name: &str) -> bool {
    !name.is_empty() && name.split('/').all(|part| !part.is_empty() && part != "." && part != "..")
}

fn packed(repo: &Repo, wanted: &str) -> Option<Id> {
    let bytes = read_file(repo.common_dir.join("packed-refs")).ok()?;
    packed_lines(&bytes).find(|(name, _)| *name == wanted.as_bytes()).map(|(_, id)| id)
}

fn packed_lines(bytes: &[u8]) -> impl Iterator<Item = (&[u8], Id)> {
    bytes.split(|&b| b == b'\n').filter_map(|line| {
        let space = memchr::memchr(b' ', line)?;
        Some((line[space + 1..].trim_ascii_end(), Id::from_hex(&line[..space])?))
    })
}

/// Every ref there is.
pub(in crate::source) fn all(repo: &Repo) -> Refs {
    let mut refs = Refs::default();
    if repo.format.reftable {
        in_tables(repo, &mut refs);
        return refs;
    }
    if let Ok(bytes) = read_file(repo.common_dir.join("packed-refs")) {
        let lines = packed_lines(&bytes).map(|(name, id)| (String::from_utf8_lossy(name).into_owned(), id));
        refs.named.extend(lines);
    }
    for dir in [&repo.common_dir, &repo.git_dir] {
        loose(repo, dir, "refs", &mut refs);
    }
    match head(repo) {
        Head::At(id, _) => _ = refs.named.insert("HEAD".to_owned(), id),
        Head::Unborn(_) => {}
        Head::Broken => _ = refs.broken.insert("HEAD".to_owned(), "it is neither a ref nor an id".to_owned()),
    }
    other_worktrees(repo, &mut refs);
    refs
}

fn in_tables(repo: &Repo, refs: &mut Refs) {
    let tables = tables(repo);
    for (name, target) in tables.iter().rev().flat_map(|tables| &tables.refs) {
        match (target, look_up(&tables, name)) {
            (_, Some(id)) => _ = refs.named.insert(name.clone(), id),
            // A branch without a commit yet.
            (_, None) if name == "HEAD" => {}
            (Target::Name(target), None) => {
                refs.broken.insert(name.clone(), format!("it leads to {target}, which is not there"));
            }
            // This worktree has a ref of that name too, which is told for itself.
            (Target::Id(_), None) => {}
        }
    }
    let faults = tables.iter().flat_map(|tables| &tables.broken);
    refs.broken.extend(faults.map(|(table, what)| (table.clone(), what.clone())));
    if matches!(head_in(&tables), Head::Broken) {
        refs.broken.insert("HEAD".to_owned(), "no table tells where it is".to_owned());
    }
    for (name, dir) in worktrees(repo) {
        if let Some(Target::Id(id)) = reftable::read(&dir).refs.get("HEAD") {
            refs.named.insert(format!("worktrees/{name}/HEAD"), *id);
        }
    }
}

/// Names and git directories of the linked worktrees.
fn worktrees(repo: &Repo) -> Vec<(String, PathBuf)> {
    let entries = fs::read_dir(repo.common_dir.join("worktrees")).into_iter().flatten().flatten();
    entries.map(|entry| (entry.file_name().to_string_lossy().into_owned(), entry.path())).collect()
}

fn loose(repo: &Repo, root: &Path, below: &str, refs: &mut Refs) {
    let mut open = vec![below.to_owned()];
    while let Some(dir) = open.pop() {
        let Ok(entries) = fs::read_dir(root.join(&dir)) else { continue };
        for entry in entries.flatten() {
            let name = format!("{dir}/{}", entry.file_name().to_string_lossy());
            match entry.file_type() {
                Ok(kind) if kind.is_dir() => open.push(name),
                Ok(_) if name.ends_with(".lock") => {}
                _ => one(repo, &entry.path(), name, refs),
            }
        }
    }
}

fn one(repo: &Repo, path: &Path, name: String, refs: &mut Refs) {
    let text = read_small(path).unwrap_or_default();
    let symbolic = text.strip_prefix("ref:").map(str::trim);
    let id = match symbolic {
        Some(target) => resolve(repo, target),
        None => Id::from_hex(text.trim_end().as_bytes()),
    };
    match (id, symbolic) {
        (Some(id), _) => _ = refs.named.insert(name, id),
        (None, Some(target)) => _ = refs.broken.insert(name, format!("it leads to {target}, which is not there")),
        (None, None) => _ = refs.broken.insert(name, "it is neither a ref nor an id".to_owned()),
    }
}

/// HEADs of the other worktrees, which keep commits as refs do.
fn other_worktrees(repo: &Repo, refs: &mut Refs) {
    let mut heads = vec![("main-worktree/HEAD".to_owned(), repo.common_dir.join("HEAD"))];
    heads.extend(worktrees(repo).into_iter().map(|(name, dir)| (format!("worktrees/{name}/HEAD"), dir.join("HEAD"))));
    for (name, path) in heads {
        let text = read_small(&path).unwrap_or_default();
        // On a branch it adds nothing to the branch.
        if let Some(id) = Id::from_hex(text.trim_end().as_bytes()).filter(|_| path != repo.git_dir.join("HEAD")) {
            refs.named.insert(name, id);
        }
    }
}

/// Commits that reflogs remember, each with the ref whose log it is.
pub(in crate::source) fn reflogs(repo: &Repo) -> BTreeMap<Id, String> {
    let mut met = BTreeMap::new();
    let mut roots = vec![repo.common_dir.clone(), repo.git_dir.clone()];
    roots.extend(worktrees(repo).into_iter().map(|(_, dir)| dir));
    roots.sort();
    roots.dedup();
    for root in roots {
        if repo.format.reftable {
            for (id, name) in reftable::read(&root).logs {
                met.entry(id).or_insert(name);
            }
        }
        let mut open = vec![(root.join("logs"), String::new())];
        while let Some((dir, name)) = open.pop() {
            for entry in fs::read_dir(&dir).into_iter().flatten().flatten() {
                let below = format!("{name}{}", entry.file_name().to_string_lossy());
                match entry.file_type() {
                    Ok(kind) if kind.is_dir() => open.push((entry.path(), format!("{below}/"))),
                    Ok(kind) if kind.is_file() => log(&entry.path(), &below, &mut met),
                    _ => {}
                }
            }
        }
    }
    met
}

/// `old new name <mail> time zone\tmessage`, a line for each step.
fn log(path: &Path, name: &str, met: &mut BTreeMap<Id, String>) {
    let bytes = read_file(path).unwrap_or_default();
    for line in bytes.split(|&b| b == b'\n') {
        for hex in line.splitn(3, |&b| b == b' ').take(2) {
            if let Some(id) = Id::from_hex(hex).filter(|id| !id.is_zero()) {
                met.entry(id).or_insert_with(|| name.to_owned());
            }
        }
    }
}
