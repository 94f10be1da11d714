//! What commits bring that a base does not have: a pull request, a push.
//!
//! Two looks. The tree of the head against the trees where it left the base: what will be there after the
//! merge, at the lines where it stands. Then each commit on the way against its parents: what was there
//! only for a while and stays in the history, what a merge brought by itself, and the messages. Whole blobs
//! are read, for context; only findings that touch new lines count.

use std::collections::{HashMap, HashSet};
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};

use crate::model::{Commit, Coverage, Finding, Gap, History, KeptBy, Location, Origin, Provenance, RepoPath};

use super::git::changes::{Change, Comparer};
use super::git::graph::Graph;
use super::git::sweep::{Wanted, sweep, unreadable};
use super::git::{CommitObject, Id, Kind, Objects, Repo, facts, rev};
use super::leave_out::LeaveOut;
use super::{Source, SourceError, WalkOptions, Workers};

/// Which commits are looked at.
#[derive(Clone, Debug, Default)]
pub struct RangeOptions {
    /// What is known already: names of commits. Empty: nothing, so the whole history is new.
    pub bases: Vec<String>,
    /// Of the bases only the first one that is here counts.
    pub first_base: bool,
    /// What is new, mostly `HEAD`.
    pub heads: Vec<String>,
    /// As for files on disk.
    pub walk: WalkOptions,
    /// Tell the e-mail addresses of authors.
    pub emails: bool,
}

/// The commits between bases and heads of a repository.
#[derive(Debug)]
pub struct Range {
    repo: Repo,
    options: RangeOptions,
    order: Mutex<HashMap<String, usize>>,
}

impl Range {
    /// In the repository around the current directory.
    ///
    /// # Errors
    /// There is none, or it cannot be read.
    pub fn here(options: RangeOptions) -> Result<Self, SourceError> {
        Ok(Self { repo: Repo::here()?, options, order: Mutex::default() })
    }

    /// The root of its paths.
    pub fn root(&self) -> &Path {
        self.repo.root()
    }

    /// The bases that count.
    fn bases(&self, objects: &Objects) -> Result<Vec<Id>, SourceError> {
        if !self.options.first_base {
            return self.resolve(objects, &self.options.bases);
        }
        let mut tried = self.options.bases.iter().map(|name| rev::commit(&self.repo, objects, name));
        let first = tried.next().transpose();
        match first {
            Err(error) => tried.find_map(Result::ok).map(|id| vec![id]).ok_or(error),
            Ok(first) => Ok(first.into_iter().collect()),
        }
    }

    fn resolve(&self, objects: &Objects, names: &[String]) -> Result<Vec<Id>, SourceError> {
        names.iter().map(|name| rev::commit(&self.repo, objects, name)).collect()
    }
}

impl Source for Range {
    fn visit(&self, threads: usize, worker: Workers<'_>) -> Result<Coverage, SourceError> {
        let objects = self.repo.open_objects()?;
        let heads = self.resolve(&objects, &self.options.heads)?;
        let bases = self.bases(&objects)?;
        let mut graph = Graph::new(&self.repo, &objects);
        let (commits, meet) = graph.between(&bases, &heads);
        let mut leave_out = LeaveOut::new(&self.options.walk, self.repo.root())?;
        let comparer = Comparer { objects: &objects, leave_out: &mut leave_out, skips: Vec::new(), submodules: 0 };
        let mut found = Found::new(&objects, comparer, self.options.emails);
        found.commits(&commits, &mut graph);
        for head in &heads {
            found.head(*head, &meet, &mut graph);
        }
        found.on_the_way(&meet, &mut graph);

        let mut coverage = Coverage::default();
        coverage.narrowed.push(told(&self.options, commits.len()));
        coverage.left_out.submodules = found.comparer.submodules;
        coverage.gaps.extend(too_shallow(&commits, &graph));
        let mut visit = worker();
        for (id, error) in &graph.broken {
            visit.skip(unreadable(RepoPath::new(*b"<commit>"), *id, error));
        }
        std::mem::take(&mut found.comparer.skips).into_iter().for_each(|skip| visit.skip(skip));
        for &id in &commits {
            if let (Ok(bytes), true) = (objects.read_as(id, Kind::Commit), visit.go_on()) {
                facts::message(&bytes, found.told(id), None, &mut *visit, &mut coverage);
            }
        }
        for name in &self.options.heads {
            for (tag, bytes) in rev::tags(&self.repo, &objects, name) {
                let commit = facts::told(tag, &bytes, self.options.emails);
                facts::message(&bytes, commit, Some(name.clone()), &mut *visit, &mut coverage);
            }
        }
        drop(visit);
        *self.order.lock().unwrap_or_else(PoisonError::into_inner) =
            commits.iter().enumerate().map(|(at, id)| (id.to_string(), at)).collect();
        let wanted = std::mem::take(&mut found.wanted);
        drop(found);
        coverage.left_out.excluded.clone_from(leave_out.counts());
        let max_size = self.options.walk.max_file_size;
        coverage.merge(sweep(&self.repo, wanted.len(), &|at| wanted[at].clone(), max_size, threads, worker)?);
        Ok(coverage)
    }

    fn attribute(&self, findings: &mut [Finding]) -> Result<(), SourceError> {
        let order = self.order.lock().unwrap_or_else(PoisonError::into_inner);
        for finding in findings {
            let places = || std::iter::once(&finding.location).chain(&finding.also_at);
            let first = places().filter_map(|place| Some((*order.get(&commit_of(place)?.id)?, place)));
            let Some((_, first)) = first.min_by_key(|(at, _)| *at) else { continue };
            let at_head = places().any(|place| matches!(place.origin, Origin::Commit { at_head: true, .. }));
            finding.history = history(first, at_head);
        }
        Ok(())
    }
}

fn commit_of(place: &Location) -> Option<&Arc<Commit>> {
    match &place.origin {
        Origin::Commit { commit, .. } => Some(commit),
        _ => None,
    }
}

fn history(first: &Location, at_head: bool) -> Option<History> {
    let Origin::Commit { path, blob, commit, .. } = &first.origin else { return None };
    Some(History {
        introduced: Arc::clone(commit),
        path: path.clone(),
        blob: blob.clone(),
        line: first.start.line,
        at_head,
        removed_in: None,
        refs: Vec::new(),
        other_refs: 0,
        kept_by: KeptBy::Refs,
    })
}

/// `3 commits of main..HEAD`.
fn told(options: &RangeOptions, commits: usize) -> String {
    let commits = if commits == 1 { "1 commit".to_owned() } else { format!("{commits} commits") };
    let bases = if options.first_base { &options.bases[..options.bases.len().min(1)] } else { &options.bases[..] };
    let (bases, heads) = (bases.join(" "), options.heads.join(" "));
    if bases.is_empty() { format!("{commits} up to {heads}") } else { format!("{commits} of {bases}..{heads}") }
}

/// New commits whose parents were left at the other side: what lies between them and the base is not seen.
fn too_shallow(commits: &[Id], graph: &Graph<'_>) -> Option<Gap> {
    let ends: Vec<&Id> = commits.iter().filter(|id| graph.shallow.contains(id)).collect();
    let end = ends.first()?;
    let detail = format!(
        "the clone ends at commit {end} before it reaches the base, so earlier commits were not seen; fetch more \
         (git fetch --deepen=100, or fetch-depth: 0 in the checkout step)"
    );
    Some(Gap { what: "shallow-clone".to_owned(), detail })
}

/// What is to be read.
struct Found<'a> {
    objects: &'a Objects,
    comparer: Comparer<'a>,
    emails: bool,
    told: HashMap<Id, Arc<Commit>>,
    /// What each commit brought, the first ones first.
    brought: Vec<(Id, Change)>,
    first: HashMap<Id, Id>,
    wanted: Vec<Wanted>,
    /// Blobs that are wanted, or were there before.
    settled: HashSet<(Id, Vec<u8>)>,
}

impl<'a> Found<'a> {
    fn new(objects: &'a Objects, comparer: Comparer<'a>, emails: bool) -> Self {
        Self {
            objects,
            comparer,
            emails,
            told: HashMap::new(),
            brought: Vec::new(),
            first: HashMap::new(),
            wanted: Vec::new(),
            settled: HashSet::new(),
        }
    }

    /// What each commit has that none of its parents has.
    fn commits(&mut self, commits: &[Id], graph: &mut Graph<'_>) {
        for &id in commits {
            let Some(CommitObject { tree, parents, .. }) = graph.get(id).cloned() else { continue };
            if graph.shallow.contains(&id) {
                continue; // against nothing, everything would be new
            }
            let before: Vec<Option<Id>> = parents.iter().filter_map(|id| Some(Some(graph.get(*id)?.tree))).collect();
            let before = if before.is_empty() { vec![None] } else { before };
            for change in self.comparer.compare(&before, tree) {
                self.first.entry(change.id).or_insert(id);
                self.brought.push((id, change));
            }
        }
    }

    /// What a head has that the base had not.
    fn head(&mut self, head: Id, meet: &[Id], graph: &mut Graph<'_>) {
        let Some(tree) = graph.get(head).map(|commit| commit.tree) else { return };
        let before: Vec<Option<Id>> = meet.iter().filter_map(|id| Some(Some(graph.get(*id)?.tree))).collect();
        let before = if before.is_empty() { vec![None] } else { before };
        for change in self.comparer.compare(&before, tree) {
            let first = self.first.get(&change.id).copied().unwrap_or(head);
            self.want(&change, first, true);
        }
    }

    /// What was brought and is not at a head; what a revert brings back is old.
    fn on_the_way(&mut self, meet: &[Id], graph: &mut Graph<'_>) {
        let trees: Vec<Id> = meet.iter().filter_map(|id| Some(graph.get(*id)?.tree)).collect();
        for (commit, change) in std::mem::take(&mut self.brought) {
            if !trees.iter().any(|tree| self.objects.at_path(*tree, &change.path) == Some(change.id)) {
                self.want(&change, commit, false);
            }
        }
    }

    fn want(&mut self, change: &Change, commit: Id, at_head: bool) {
        if !self.settled.insert((change.id, change.path.clone())) {
            return;
        }
        let origin = Origin::Commit {
            path: RepoPath::new(change.path.clone()),
            blob: change.id.to_string(),
            commit: self.told(commit),
            at_head,
        };
        let scope = self.comparer.new_lines(change);
        self.wanted.push(Wanted { id: change.id, provenance: Provenance::new(origin), scope });
    }

    fn told(&mut self, id: Id) -> Arc<Commit> {
        let (objects, emails) = (self.objects, self.emails);
        let read = || objects.read_as(id, Kind::Commit).map(|bytes| facts::told(id, &bytes, emails));
        let known = self.told.entry(id).or_insert_with(|| read().unwrap_or_else(|_| facts::told(id, b"", false)));
        Arc::clone(known)
    }
}
