//! Every object of a repository as it is stored, whatever leads to it or not.
//!
//! For proofs that something is gone: no ref, no reflog and no path decides what is looked at. What could not be
//! looked at is told, never passed over.

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};
use std::{fs, io};

use super::git::{Id, Kind, Objects, Repo, graph, refs};
use super::{SourceError, in_words};
use crate::model::RepoPath;

/// Objects that a thread takes at once: neighbours share deltas.
const STEP: usize = 256;

/// A repository's database of objects.
#[derive(Debug)]
pub struct Store {
    repo: Repo,
}

/// What was looked at, and what could not be.
#[derive(Debug, Default)]
pub struct Seen {
    /// Objects that were read.
    pub objects: u64,
    /// Their bytes.
    pub bytes: u64,
    /// What could not be read or is not here, each in a sentence.
    pub failures: Vec<String>,
}

/// Refs by what they are to whoever rewrites a history.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct RefList {
    /// Full names, sorted.
    pub named: Vec<String>,
    /// Names that lead nowhere.
    pub broken: Vec<String>,
}

impl Store {
    /// The repository that is exactly here.
    ///
    /// # Errors
    /// There is none.
    pub fn open(path: &Path) -> Result<Self, SourceError> {
        Ok(Self { repo: Repo::at(path)? })
    }

    /// The root of its files; of a bare one, itself.
    pub fn root(&self) -> &Path {
        self.repo.root()
    }

    /// Its refs.
    pub fn refs(&self) -> RefList {
        let all = refs::all(&self.repo);
        RefList { named: all.named.into_keys().collect(), broken: all.broken.into_keys().collect() }
    }

    /// Names and addresses of the repositories that it exchanges commits with, without users and passwords.
    pub fn remotes(&self) -> Vec<(String, String)> {
        let text = super::git::open::read_small(&self.repo.common_dir.join("config")).unwrap_or_default();
        let mut found = Vec::new();
        let mut name = None;
        for line in text.lines().map(str::trim) {
            if line.starts_with('[') {
                let of = line.strip_prefix("[remote \"").and_then(|rest| rest.strip_suffix("\"]"));
                name = of.map(str::to_owned);
            } else if let (Some(name), Some((key, url))) = (&name, line.split_once('='))
                && key.trim() == "url"
            {
                found.push((name.clone(), without_user(url.trim())));
            }
        }
        found
    }

    /// One object, with its kind.
    ///
    /// # Errors
    /// In words, if it cannot be read.
    pub fn read(&self, hex: &str) -> Result<Vec<u8>, String> {
        let id = Id::from_hex(hex.as_bytes()).ok_or_else(|| format!("{hex} is no object id"))?;
        let objects = self.repo.open_objects().map_err(|error| error.to_string())?;
        let read = objects.read(id);
        read.map(|(_, content)| content.to_vec()).map_err(|error| error.told(id))
    }

    /// Hands over every object, of whatever kind, with its id, on up to `threads` threads.
    ///
    /// # Errors
    /// Only if the database cannot be opened.
    pub fn every(
        &self,
        threads: usize,
        each: &(dyn Fn(&str, &'static str, &[u8]) + Sync),
    ) -> Result<Seen, SourceError> {
        let mut seen = Seen { failures: self.out_of_reach(), ..Seen::default() };
        let mut ids = Vec::new();
        let listed = self.repo.open_objects()?.each(|id| {
            ids.push(id);
            true
        });
        if let Err(what) = listed {
            seen.failures.push(format!("the objects cannot be listed: {what}"));
        }
        let next = AtomicUsize::new(0);
        let all = Mutex::new(seen);
        let work = || -> Result<(), SourceError> {
            let objects = self.repo.open_objects()?;
            let mut own = Seen::default();
            loop {
                let from = next.fetch_add(STEP, Ordering::Relaxed);
                let Some(some) = ids.get(from..(from + STEP).min(ids.len())).filter(|some| !some.is_empty()) else {
                    break;
                };
                some.iter().for_each(|id| one(&objects, *id, each, &mut own));
            }
            let mut all = all.lock().unwrap_or_else(PoisonError::into_inner);
            all.objects += own.objects;
            all.bytes += own.bytes;
            all.failures.append(&mut own.failures);
            Ok(())
        };
        std::thread::scope(|scope| {
            let threads: Vec<_> = (0..threads.max(1)).map(|_| scope.spawn(work)).collect();
            threads.into_iter().try_for_each(|one| one.join().expect("a worker does not panic"))
        })?;
        let mut seen = all.into_inner().unwrap_or_else(PoisonError::into_inner);
        seen.failures.sort();
        Ok(seen)
    }

    /// Hands over every plain file of the git directory that is no object: reflogs, messages, packed refs, stores of
    /// large files.
    pub fn files(&self, each: &dyn Fn(&str, &[u8])) -> Seen {
        let mut seen = Seen::default();
        let mut open = vec![self.repo.common_dir.clone()];
        if self.repo.git_dir != self.repo.common_dir && !self.repo.git_dir.starts_with(&self.repo.common_dir) {
            open.push(self.repo.git_dir.clone());
        }
        let objects = self.repo.common_dir.join("objects");
        while let Some(dir) = open.pop() {
            let entries = match fs::read_dir(&dir) {
                Ok(entries) => entries,
                Err(cause) => {
                    seen.failures.push(format!("{}: {}", shown(&dir), in_words(&cause)));
                    continue;
                }
            };
            for entry in entries {
                let Ok(entry) = entry else {
                    seen.failures.push(format!("{} cannot be listed to its end", shown(&dir)));
                    break;
                };
                let path = entry.path();
                match entry.file_type() {
                    Ok(kind) if kind.is_dir() && path == objects => self.left_over(&path, &mut seen),
                    Ok(kind) if kind.is_dir() => open.push(path),
                    Ok(kind) if kind.is_file() => match fs::read(&path) {
                        Ok(bytes) => {
                            seen.objects += 1;
                            seen.bytes += bytes.len() as u64;
                            each(&shown(path.strip_prefix(&self.repo.common_dir).unwrap_or(&path)), &bytes);
                        }
                        Err(cause) => seen.failures.push(format!("{}: {}", shown(&path), in_words(&cause))),
                    },
                    _ => {}
                }
            }
        }
        seen.failures.sort();
        seen
    }

    /// Packs and objects that were being written when something stopped: git does not see them, a thief does.
    fn left_over(&self, objects: &Path, seen: &mut Seen) {
        let mut open = vec![objects.to_owned()];
        while let Some(dir) = open.pop() {
            let Ok(entries) = fs::read_dir(&dir).and_then(Iterator::collect::<io::Result<Vec<_>>>) else {
                seen.failures.push(format!("{} cannot be listed", shown(&dir)));
                continue;
            };
            for entry in entries {
                let (path, name) = (entry.path(), entry.file_name().to_string_lossy().into_owned());
                let is_pack_alone = name.ends_with(".pack") && !path.with_extension("idx").exists();
                if entry.file_type().is_ok_and(|kind| kind.is_dir()) {
                    open.push(path);
                } else if name.starts_with("tmp_") || is_pack_alone {
                    seen.failures.push(format!("{} is left over and was not read: git gc --prune=now", shown(&path)));
                }
            }
        }
    }

    /// What belongs to the history and is not in this clone.
    fn out_of_reach(&self) -> Vec<String> {
        let mut gaps = Vec::new();
        if !graph::shallow(&self.repo).is_empty() {
            gaps.push("the clone is shallow: what came before is not here: git fetch --unshallow".to_owned());
        }
        if self.repo.format.partial {
            gaps.push("the clone is partial: some objects are not here: git fetch --refetch --no-filter".to_owned());
        }
        let missing = self.repo.missing_alternates();
        gaps.extend(missing.iter().map(|dir| format!("{} has objects of it and is not there", shown(dir))));
        gaps
    }
}

fn one(objects: &Objects, id: Id, each: &(dyn Fn(&str, &'static str, &[u8]) + Sync), seen: &mut Seen) {
    match objects.read(id) {
        Ok((kind, content)) => {
            seen.objects += 1;
            seen.bytes += content.len() as u64;
            each(&id.to_string(), Kind::as_str(kind), &content);
        }
        Err(error) => seen.failures.push(error.told(id)),
    }
}

fn shown(path: &Path) -> String {
    RepoPath::from_path(path).shown().into_owned()
}

/// `https://user:password@host/path` without the first two.
fn without_user(url: &str) -> String {
    match (url.split_once("://"), url.rfind('@')) {
        (Some((scheme, rest)), Some(_)) => {
            let (host, path) = rest.split_once('/').unwrap_or((rest, ""));
            let host = host.rsplit('@').next().unwrap_or(host);
            format!("{scheme}://{host}/{path}")
        }
        _ => url.to_owned(),
    }
}

/// Is there a repository at or above this path?
pub fn is_in_repository(path: &Path) -> Option<PathBuf> {
    Repo::above(path).ok().map(|repo| repo.root().to_owned())
}

/// The message of a commit or tag, as it stands in the object.
pub fn message(object: &[u8]) -> &[u8] {
    super::git::object::Said::parse(object).message
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_loses_its_user() {
        for (url, expected) in [
            ("https://me:pw@github.com/o/r.git", "https://github.com/o/r.git"),
            ("https://github.com/o/r@v1", "https://github.com/o/r@v1"),
            ("git@github.com:o/r.git", "git@github.com:o/r.git"),
        ] {
            assert_eq!(without_user(url), expected, "{url}");
        }
    }
}
