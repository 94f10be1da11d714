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
mod commits;
mod fast;
mod listing;

use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use crate::model::{Coverage, Finding, Gap, Origin, Provenance, RepoPath, Scope};

use super::git::refs::Head;
use super::git::sweep::{Wanted, partial, sweep};
use super::git::{Entries, Id, Kind, Objects, Repo, graph, refs};
use super::leave_out::LeaveOut;
use super::{Source, SourceError, WalkOptions, Workers};
use crate::source::pack::Packs;
use blobs::Blobs;
use commits::Commits;
use listing::Listing;

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
        let objects = self.repo.open_objects()?;
        let packs = if self.is_slow() { None } else { listing::packs(&self.repo) };
        let listing = Listing::new(&objects, packs.as_ref(), threads);
        let mut visit = worker();
        let commits = commits::load(&self.repo, &listing, &self.options, &mut *visit, &mut coverage)?;
        let mut leave_out = LeaveOut::new(&self.options.walk, self.repo.root())?;
        let mut blobs = blobs::walk(&commits, &listing, &mut leave_out, &mut *visit);
        if self.options.unreachable {
            blobs.take_unreachable(&listing, &mut leave_out, &mut *visit);
        }
        drop((visit, listing));
        coverage.left_out.excluded = leave_out.counts();
        coverage.left_out.submodules = if self.options.submodules { 0 } else { blobs.submodules };
        coverage.gaps.extend(self.shallow(&commits));
        coverage.gaps.extend(partial(blobs.left_away));
        coverage.gaps.extend(self.repo.missing_alternates().iter().map(|dir| missing_alternate(dir)));
        let max_size = self.options.walk.max_file_size;
        let order = match &packs {
            None => blobs.in_pack_order(&objects),
            Some(packs) => {
                let provenance = |at| self.wanted(at, &blobs, &commits).provenance;
                let (covered, left) = fast::sweep(packs, &blobs.ids, &provenance, max_size, threads, worker);
                coverage.merge(covered);
                left
            }
        };
        let wanted = |at: usize| self.wanted(order[at] as usize, &blobs, &commits);
        coverage.merge(sweep(&self.repo, order.len(), &wanted, max_size, threads, worker)?);
        *self.read.lock().unwrap_or_else(PoisonError::into_inner) = Some(Read { commits, blobs, packs });
        Ok(coverage)
    }

    fn attribute(&self, findings: &mut [Finding]) -> Result<(), SourceError> {
        let read = self.read.lock().unwrap_or_else(PoisonError::into_inner);
        let Some(read) = &*read else { return Ok(()) };
        became::tell(&self.repo, read, &self.prefix, self.options.emails, findings)
    }
}

impl History {
    /// Is everything left to git2?
    fn is_slow(&self) -> bool {
        self.options.slow || self.options.verify_objects
    }

    fn wanted(&self, at: usize, blobs: &Blobs, commits: &Commits) -> Wanted {
        let id = blobs.ids[at];
        let path = RepoPath::new([&self.prefix[..], &blobs.path(at)].concat());
        let origin = match blobs.commit(at) {
            Some(commit) => {
                let (commit, at_head) = (commits.stub(commit), blobs.at_head[at]);
                Origin::Commit { path, blob: id.to_string(), commit, at_head }
            }
            None => Origin::Object { path, blob: id.to_string() },
        };
        Wanted { id, provenance: Provenance::new(origin), scope: Scope::Whole }
    }

    fn shallow(&self, commits: &Commits) -> Option<Gap> {
        let ends = graph::shallow(&self.repo);
        let met = ends.iter().filter(|id| commits.index.contains_key(*id)).count();
        (met > 0).then(|| Gap {
            what: "shallow-clone".to_owned(),
            detail: format!(
                "the clone ends at {met} {}; what came before was not seen: git fetch --unshallow",
                if met == 1 { "commit" } else { "commits" }
            ),
        })
    }
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
