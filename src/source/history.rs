//! Everything a repository ever held: each distinct blob of its history once.
//!
//! Four steps with plain data between them, so that a faster reader can take the place of any one:
//!
//! 1. [`commits::load`]: the commits that refs, reflogs and what else keeps lead to, parents before their
//!    children. Messages are handed over on the way, as each commit is read here once.
//! 2. [`blobs::walk`]: trees, as [`listing`] has them, below them, each distinct one once, the oldest commit first. Gives for each
//!    blob the first commit that has it and one path, the path at HEAD if it is there.
//! 3. [`fast::sweep`]: the blobs, along the deltas of the packs, on all threads; [`sweep`] for what that leaves.
//! 4. [`became::tell`], after the scan and only for findings: when they went away, and which refs hold them.

mod became;
mod blobs;
mod cache;
mod commits;
mod fast;
mod listing;
mod reach;

use std::collections::HashSet;
use std::path::{Path, PathBuf};
use std::sync::atomic::AtomicBool;
use std::sync::{Mutex, PoisonError};

use crate::model::{Coverage, Finding, Gap, Origin, Provenance, RepoPath, Scope, Skip, SkipReason};

use super::git::refs::Head;
use super::git::sweep::{Wanted, partial, sweep};
use super::git::{Entries, Id, Kind, Objects, Repo, graph, refs};
use super::leave_out::{LeaveOut, LeftOut};
use super::memory;
use super::{Source, SourceError, Visit, WalkOptions, Workers};
use crate::source::pack::{Packs, Trees};
use blobs::Blobs;
pub use cache::Cache;
use cache::{Answers, Recorder, Snapshot, Verdicts, Watcher};
use commits::Commits;
use listing::Listing;
use reach::{Reach, Step};

/// How much of a history is read.
#[derive(Clone, Debug, Default)]
pub struct HistoryOptions {
    /// Also what no ref and no reflog leads to.
    pub unreachable: bool,
    /// Also the repositories of submodules.
    pub submodules: bool,
    /// Only commits after this day, or after this commit.
    pub since: Option<String>,
    /// Only what these branches lead to.
    pub branches: Vec<String>,
    /// Only so many commits, the newest ones.
    pub max_commits: Option<usize>,
    /// Hold each object against its name.
    pub verify_objects: bool,
    /// Read blobs with git2 alone: slow, and the twin that the own reader is held against.
    pub slow: bool,
    /// Tell the e-mail addresses of authors.
    pub emails: bool,
    /// As for files on disk.
    pub walk: WalkOptions,
    /// Remember what left nothing, and do not look at it again. Only of a whole history: what is narrowed is
    /// quick, and tells less than the whole.
    pub cache: Option<Cache>,
}

/// The history of one repository.
#[derive(Debug)]
pub struct History {
    repo: Repo,
    options: HistoryOptions,
    /// Stands before every path: a submodule's place, or the name of one of several repositories.
    prefix: Vec<u8>,
    gaps: Vec<Gap>,
    read: Mutex<Option<Read>>,
}

/// What a scan leaves for the attribution of its findings.
#[derive(Debug)]
struct Read {
    commits: Commits,
    blobs: Blobs,
    packs: Option<Packs>,
    /// Of these packs: most histories hold a finding, and to read them again would cost more than the memory.
    trees: Option<Trees>,
    /// What may be remembered, if all was read.
    memory: Option<Memory>,
}

/// What a scan leaves for the next one.
#[derive(Debug)]
struct Memory {
    verdicts: Verdicts,
    left_out: LeftOut,
    shallow: HashSet<Id>,
    /// What became of findings, as far as it was remembered.
    answers: Answers,
}

impl History {
    /// The repository around the current directory or at `path`, and those of its submodules if they are
    /// asked for. `prefix` stands before the paths.
    ///
    /// # Errors
    /// There is none, or it cannot be read.
    pub fn open(path: Option<&Path>, prefix: &[u8], options: &HistoryOptions) -> Result<Vec<Self>, SourceError> {
        let repo = match path {
            Some(path) => Repo::at(path)?,
            None => Repo::here()?,
        };
        let mut all = Vec::new();
        let mut open = vec![(repo, prefix.to_vec())];
        while let Some((repo, prefix)) = open.pop() {
            let mut gaps = Vec::new();
            if options.submodules {
                for path in submodules(&repo)? {
                    let below = [&prefix[..], &path, b"/"].concat();
                    match submodule(&repo, &path) {
                        Some(found) if all.len() + open.len() < MAX_SUBMODULES => open.push((found, below)),
                        _ => gaps.push(missing(&below)),
                    }
                }
            }
            let options = options.clone();
            let repo = Repo { verify: options.verify_objects, ..repo };
            all.push(Self { repo, options, prefix, gaps, read: Mutex::default() });
        }
        Ok(all)
    }

    /// The root of its paths.
    pub fn root(&self) -> &Path {
        self.repo.root()
    }
}

/// A repository with more submodules within each other than this leads in circles.
const MAX_SUBMODULES: usize = 1_000;

impl Source for History {
    fn visit(&self, threads: usize, worker: Workers<'_>) -> Result<Coverage, SourceError> {
        let mut coverage = Coverage { gaps: self.gaps.clone(), ..Coverage::default() };
        let failed = AtomicBool::new(false);
        let objects = self.repo.open_objects()?;
        let shallow = graph::shallow(&self.repo);
        let cache = self.cache();
        let snapshot = cache.and_then(|cache| cache::load(cache, &self.repo)).filter(|one| one.is_of(&shallow));
        // Little is left to read of what is remembered: to open packs would take longer.
        let open = || if self.is_slow() { None } else { listing::packs(&self.repo) };
        let mut packs = if snapshot.is_none() { open() } else { None };
        let mut visit = Watcher { inner: worker(), failed: &failed };
        let mut listing = Listing::new(&objects, packs.as_ref(), None, threads);
        let known = snapshot.as_ref().map(Snapshot::known_commits).unwrap_or_default();
        let commits = commits::load(&self.repo, &listing, &self.options, &known, &mut visit, &mut coverage)?;
        drop(known);
        let mut leave_out = LeaveOut::new(&self.options.walk, self.repo.root())?;
        let goes_on = snapshot.as_ref().and_then(|snapshot| snapshot.goes_on_at(&commits));
        let step = Step::of(snapshot, goes_on, &commits, leave_out.is_of_dirs());
        if packs.is_none() && matches!(step, Step::Compare(_)) {
            packs = open();
            listing = Listing::new(&objects, packs.as_ref(), None, threads);
        }
        let mut reach = step.reach(&commits, &listing, &mut leave_out, &mut visit);
        if self.options.unreachable {
            reach.blobs.take_unreachable(&listing, &mut leave_out, &mut visit);
            reach.verdicts.grow(reach.blobs.ids.len());
        }
        let trees = listing.into_trees();
        let Reach { blobs, verdicts, answers } = reach;
        coverage.left_out.excluded.clone_from(leave_out.counts());
        coverage.left_out.submodules = if self.options.submodules { 0 } else { blobs.submodules };
        coverage.gaps.extend(shallow_gap(&shallow, &commits));
        coverage.gaps.extend(partial(blobs.left_away));
        coverage.gaps.extend(self.repo.missing_alternates().iter().map(|dir| missing_alternate(dir)));
        let unknown = self.pass_over_quiet(&blobs, &verdicts, &mut visit, &mut coverage);
        drop(visit);
        memory::give_back();
        let recorder = || Box::new(Recorder { inner: worker(), blobs: &blobs, verdicts: &verdicts }) as Box<_>;
        if packs.is_none() && unknown.len() > WORTH_A_PACK {
            packs = open();
        }
        coverage.merge(self.sweep(&objects, packs.as_ref(), (&blobs, &commits), unknown, threads, &recorder)?);
        let is_whole = !failed.into_inner() && !coverage.interrupted && blobs.left_away == 0;
        let memory =
            (is_whole && cache.is_some()).then(|| Memory { verdicts, left_out: leave_out.done(), shallow, answers });
        *self.read.lock().unwrap_or_else(PoisonError::into_inner) = Some(Read { commits, blobs, packs, trees, memory });
        Ok(coverage)
    }

    fn attribute(&self, findings: &mut [Finding]) -> Result<(), SourceError> {
        let read = self.read.lock().unwrap_or_else(PoisonError::into_inner).take();
        let Some(mut read) = read else { return Ok(()) };
        memory::give_back();
        let answers = became::tell(&self.repo, &mut read, self.is_slow(), &self.prefix, self.options.emails, findings)?;
        if let Some((cache, memory)) = self.cache().zip(read.memory.take()) {
            let Memory { verdicts, left_out, shallow, .. } = memory;
            let known = (read.blobs, verdicts);
            let snapshot = Snapshot::new(&mut read.commits, &shallow, known, left_out, answers, cache.today);
            cache::store(cache, &self.repo, &snapshot);
        }
        Ok(())
    }
}

/// So many blobs are read faster from packs that are opened for them.
const WORTH_A_PACK: usize = 1_000;
impl History {
    /// Is everything left to git2?
    fn is_slow(&self) -> bool {
        self.options.slow || self.options.verify_objects
    }

    fn wanted(&self, at: usize, blobs: &Blobs, commits: &Commits) -> Wanted {
        let id = blobs.ids[at];
        let path = self.path(at, blobs);
        let origin = match blobs.commit(at) {
            Some(commit) => {
                let (commit, at_head) = (commits.stub(commit), blobs.at_head[at]);
                Origin::Commit { path, blob: id.to_string(), commit, at_head }
            }
            None => Origin::Object { path, blob: id.to_string() },
        };
        Wanted { id, provenance: Provenance::new(origin), scope: Scope::Whole }
    }

    /// Where to remember: only what is read whole, and fast.
    fn cache(&self) -> Option<&Cache> {
        let options = &self.options;
        let is_narrowed = options.since.is_some() || options.max_commits.is_some() || !options.branches.is_empty();
        options.cache.as_ref().filter(|_| !is_narrowed && !options.unreachable && !self.is_slow())
    }

    /// Counts what is known to leave nothing; gives the places of all other blobs.
    fn pass_over_quiet(
        &self,
        blobs: &Blobs,
        verdicts: &Verdicts,
        visit: &mut dyn Visit,
        coverage: &mut Coverage,
    ) -> Vec<u32> {
        let mut unknown = Vec::new();
        for at in 0..blobs.ids.len() {
            let Some(quiet) = verdicts.get(at) else {
                unknown.extend(u32::try_from(at));
                continue;
            };
            coverage.blobs += 1;
            coverage.remembered += 1;
            coverage.bytes += quiet.size;
            if quiet.is_binary {
                visit.skip(Skip::policy(self.path(at, blobs), SkipReason::Binary, ""));
            }
        }
        unknown
    }

    /// Hands over these blobs.
    fn sweep(
        &self,
        objects: &Objects,
        packs: Option<&Packs>,
        (blobs, commits): (&Blobs, &Commits),
        wanted: Vec<u32>,
        threads: usize,
        worker: Workers<'_>,
    ) -> Result<Coverage, SourceError> {
        let max_size = self.options.walk.max_file_size;
        let mut coverage = Coverage::default();
        let order = match packs {
            None if wanted.len() <= WORTH_A_PACK => wanted,
            None => blobs.in_pack_order(objects),
            Some(packs) => {
                let ids: Vec<Id> = wanted.iter().map(|at| blobs.ids[*at as usize]).collect();
                let provenance = |at: usize| self.wanted(wanted[at] as usize, blobs, commits).provenance;
                let (covered, left) = fast::sweep(packs, &ids, &provenance, max_size, threads, worker);
                coverage.merge(covered);
                left.into_iter().map(|at| wanted[at as usize]).collect()
            }
        };
        let wanted = |at: usize| self.wanted(order[at] as usize, blobs, commits);
        coverage.merge(sweep(&self.repo, order.len(), &wanted, max_size, threads, worker)?);
        Ok(coverage)
    }

    fn path(&self, at: usize, blobs: &Blobs) -> RepoPath {
        RepoPath::new([&self.prefix[..], &blobs.path(at)].concat())
    }
}

fn shallow_gap(ends: &HashSet<Id>, commits: &Commits) -> Option<Gap> {
    let met = ends.iter().filter(|id| commits.index.contains_key(*id)).count();
    (met > 0).then(|| Gap {
        what: "shallow-clone".to_owned(),
        detail: format!(
            "the clone ends at {met} {}; what came before was not seen: git fetch --unshallow",
            if met == 1 { "commit" } else { "commits" }
        ),
    })
}

/// Places in HEAD's tree where another repository belongs.
fn submodules(repo: &Repo) -> Result<Vec<Vec<u8>>, SourceError> {
    let objects = repo.open_objects()?;
    let Head::At(head, _) = refs::head(repo) else { return Ok(Vec::new()) };
    let Some(tree) = tree_of(&objects, head) else { return Ok(Vec::new()) };
    let mut found = Vec::new();
    let mut open = vec![(tree, Vec::new())];
    while let Some((tree, dir)) = open.pop() {
        let Ok(bytes) = objects.read_as(tree, Kind::Tree) else { continue };
        for entry in Entries::new(&bytes, repo.format.id_length()).flatten() {
            let path = [&dir[..], entry.name].concat();
            if entry.is_submodule() {
                found.push(path);
            } else if entry.is_tree() {
                open.push((entry.id, [&path[..], b"/"].concat()));
            }
        }
    }
    found.sort();
    Ok(found)
}

fn tree_of(objects: &Objects, commit: Id) -> Option<Id> {
    let bytes = objects.read_as(commit, Kind::Commit).ok()?;
    super::git::CommitObject::parse(&bytes).map(|commit| commit.tree)
}

/// Where the repository of a submodule is: at its place, or among the modules under its name or path.
fn submodule(repo: &Repo, path: &[u8]) -> Option<Repo> {
    let text = String::from_utf8_lossy(path).into_owned();
    let is_inside = text.split('/').all(|part| !matches!(part, "" | "." | ".." | ".git"));
    let places =
        [repo.worktree.as_ref().map(|root| root.join(&text)), Some(repo.common_dir.join("modules").join(&text))];
    let found: Vec<PathBuf> = places.into_iter().flatten().filter(|_| is_inside).collect();
    found.iter().find_map(|place| Repo::at(place).ok())
}

fn missing_alternate(dir: &Path) -> Gap {
    let dir = RepoPath::from_path(dir);
    Gap {
        what: "missing-alternate".to_owned(),
        detail: format!("{} has objects of this repository and is not there", dir.shown()),
    }
}

fn missing(path: &[u8]) -> Gap {
    let path = RepoPath::new(path.strip_suffix(b"/").unwrap_or(path));
    Gap {
        what: "missing-submodule".to_owned(),
        detail: format!("the repository of {} is not here: git submodule update --init", path.shown()),
    }
}
