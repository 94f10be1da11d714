//! The commits of a history, parents before their children, and what keeps each of them.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BinaryHeap};
use std::sync::{Arc, OnceLock};

use crate::model::{Commit, Coverage, Day, KeptBy, RepoPath, Skip, SkipReason};
use crate::source::git::id_map::{IdMap, IdSet};
use crate::source::git::refs::{self, Head, Refs};
use crate::source::git::sweep::unreadable;
use crate::source::git::{CommitObject, Id, Kind, Objects, ReadError, Repo, TagObject, facts, graph, rev};
use crate::source::{Left, SourceError, Visit};

use super::HistoryOptions;
use super::cache::KnownCommits;
use super::listing::Listing;

/// Commits as numbers: 0 has no parents here, each parent comes before its children.
#[derive(Debug, Default)]
pub(super) struct Commits {
    pub(super) ids: Vec<Id>,
    pub(super) trees: Vec<Id>,
    pub(super) parents: Vec<Box<[u32]>>,
    pub(super) times: Vec<i64>,
    pub(super) kept_by: Vec<KeptBy>,
    pub(super) index: IdMap<u32>,
    pub(super) head: Option<u32>,
    /// Refs that lead to a commit, by full name.
    pub(super) refs: BTreeMap<String, u32>,
    /// Trees and blobs that refs name without a commit, and what names them.
    pub(super) loose_tips: Vec<(Id, Kind, String)>,
    /// Commits that are looked at: all, or what options leave.
    pub(super) chosen: Vec<bool>,
    /// Commits whose messages left something.
    pub(super) loud: IdSet,
    stubs: Vec<OnceLock<Arc<Commit>>>,
}

impl Commits {
    /// The commit with its id and time only; names and summaries are read for findings.
    pub(super) fn stub(&self, at: u32) -> Arc<Commit> {
        let at = at as usize;
        let make = || {
            let (author, summary) = (String::new(), String::new());
            Arc::new(Commit { id: self.ids[at].to_string(), author, email: None, time: self.times[at], summary })
        };
        Arc::clone(self.stubs[at].get_or_init(make))
    }
}

/// What leads into the history, what keeps it, and how it is called.
struct Tip {
    id: Id,
    kept_by: KeptBy,
    name: String,
}

/// Reads all commits, hands over the messages of those that are chosen, and tells what cannot be read.
/// Those that are `known` are not read again, nor handed over if they left nothing.
///
/// # Errors
/// An option names nothing.
pub(super) fn load(
    repo: &Repo,
    listing: &Listing<'_>,
    options: &HistoryOptions,
    known: &KnownCommits,
    visit: &mut dyn Visit,
    coverage: &mut Coverage,
) -> Result<Commits, SourceError> {
    let objects = listing.objects;
    let refs = refs::all(repo);
    for (name, what) in &refs.broken {
        let path = RepoPath::new(name.as_bytes());
        visit.skip(Skip { path, reason: SkipReason::Damaged, detail: what.clone() });
    }
    let tips = tips(repo, objects, options, &refs)?;
    let later = options.since.is_some() || options.max_commits.is_some();
    let mut loader = Loader {
        listing,
        objects,
        known,
        visit,
        coverage,
        found: IdMap::default(),
        out: Commits::default(),
        emails: options.emails,
        later,
    };
    loader.load(&tips, &graph::shallow(repo));
    let mut commits = loader.finish(&tips, &refs, repo);
    choose(&mut commits, repo, objects, options, coverage)?;
    if later {
        messages(&commits, listing, options, visit, coverage);
    }
    Ok(commits)
}

fn tips(repo: &Repo, objects: &Objects, options: &HistoryOptions, refs: &Refs) -> Result<Vec<Tip>, SourceError> {
    if !options.branches.is_empty() {
        let one = |name: &String| {
            Ok(Tip { id: rev::commit(repo, objects, name)?, kept_by: KeptBy::Refs, name: name.clone() })
        };
        return options.branches.iter().map(one).collect();
    }
    let kept_by = |name: &str| match () {
        () if name.starts_with("refs/notes/") => KeptBy::Notes,
        () if name == "refs/stash" => KeptBy::Stash,
        () => KeptBy::Refs,
    };
    let mut tips: Vec<Tip> =
        refs.named.iter().map(|(name, id)| Tip { id: *id, kept_by: kept_by(name), name: name.clone() }).collect();
    let logs = refs::reflogs(repo).into_iter();
    tips.extend(logs.map(|(id, log)| {
        let kept_by = if log == "refs/stash" { KeptBy::Stash } else { KeptBy::Reflog };
        Tip { id, kept_by, name: format!("<reflog of {log}>") }
    }));
    if options.unreachable {
        let mut all = Vec::new();
        let _ = objects.each(|id| {
            all.push(id);
            true
        });
        let is_one = |id: &Id| matches!(objects.header(*id), Ok((Kind::Commit | Kind::Tag, _)));
        let loose = all.into_iter().filter(is_one);
        tips.extend(loose.map(|id| Tip { id, kept_by: KeptBy::Nothing, name: "<unreachable>".to_owned() }));
    }
    Ok(tips)
}

struct Loader<'a> {
    listing: &'a Listing<'a>,
    objects: &'a Objects,
    known: &'a KnownCommits,
    visit: &'a mut dyn Visit,
    coverage: &'a mut Coverage,
    found: IdMap<CommitObject>,
    out: Commits,
    emails: bool,
    /// Messages wait until it is known which commits are chosen.
    later: bool,
}

impl Loader<'_> {
    fn load(&mut self, tips: &[Tip], shallow: &std::collections::HashSet<Id>) {
        let mut met = IdSet::default();
        for tip in tips {
            let mut open: Vec<Id> = self.peel(tip, &mut met).into_iter().collect();
            while let Some(id) = open.pop() {
                if !met.insert(id) || !self.visit.go_on() {
                    continue;
                }
                if let Some((commit, false)) = self.known.get(id) {
                    self.coverage.messages += 1;
                    open.extend_from_slice(&commit.parents);
                    self.found.insert(id, commit.clone());
                    continue;
                }
                let read = self.listing.commit(id).and_then(|bytes| {
                    let commit = CommitObject::parse(&bytes);
                    let commit = commit.ok_or_else(|| ReadError::Damaged("it is no commit".to_owned()))?;
                    Ok((commit, bytes))
                });
                match read {
                    Ok((mut commit, bytes)) => {
                        if !self.later {
                            facts::message(
                                &bytes,
                                facts::told(id, &bytes, self.emails),
                                None,
                                self.visit,
                                self.coverage,
                            );
                            if self.visit.left() != Left::Nothing {
                                self.out.loud.insert(id);
                            }
                        }
                        if shallow.contains(&id) {
                            commit.parents.clear();
                        }
                        open.extend_from_slice(&commit.parents);
                        self.found.insert(id, commit);
                    }
                    Err(error) => self.visit.skip(unreadable(RepoPath::new(*b"<commit>"), id, &error)),
                }
            }
        }
    }

    /// The commit of a tip, by way of tags, whose messages are handed over. Reflogs outlive what they name.
    fn peel(&mut self, tip: &Tip, met: &mut IdSet) -> Option<Id> {
        let mut id = tip.id;
        loop {
            // A million refs may lead to ten commits: 50 us each.
            if self.found.contains_key(&id) {
                return Some(id);
            }
            let read = self.listing.object(id);
            let (kind, bytes) = match read {
                Ok(read) => read,
                Err(ReadError::Missing) if matches!(tip.kept_by, KeptBy::Reflog | KeptBy::Stash) => return None,
                Err(error) => {
                    if met.insert(id) {
                        self.visit.skip(unreadable(RepoPath::new(tip.name.as_bytes()), id, &error));
                    }
                    return None;
                }
            };
            match kind {
                Kind::Commit => return Some(id),
                Kind::Tag => {
                    if !met.insert(id) {
                        return None;
                    }
                    let commit = facts::told(id, &bytes, self.emails);
                    facts::message(&bytes, commit, Some(tip.name.clone()), self.visit, self.coverage);
                    match TagObject::parse(&bytes) {
                        Some(tag) => id = tag.target,
                        None => {
                            let damaged = ReadError::Damaged("the tag names no object".to_owned());
                            self.visit.skip(unreadable(RepoPath::new(tip.name.as_bytes()), id, &damaged));
                            return None;
                        }
                    }
                }
                Kind::Tree | Kind::Blob => {
                    self.out.loose_tips.push((id, kind, tip.name.clone()));
                    return None;
                }
            }
        }
    }

    /// Kahn's order, the oldest commit first where there is a choice; and who keeps what.
    fn finish(self, tips: &[Tip], refs: &Refs, repo: &Repo) -> Commits {
        let mut missing: IdMap<usize> = IdMap::default();
        let mut children: IdMap<Vec<Id>> = IdMap::default();
        let mut ready = BinaryHeap::new();
        let mut met: Vec<Id> = self.found.keys().copied().collect();
        met.sort_unstable();
        for &id in &met {
            let commit = &self.found[&id];
            let here = commit.parents.iter().filter(|parent| self.found.contains_key(*parent));
            let mut count = 0;
            for parent in here {
                children.entry(*parent).or_default().push(id);
                count += 1;
            }
            missing.insert(id, count);
            if count == 0 {
                ready.push(Reverse((commit.time, id)));
            }
        }
        let mut out = self.out;
        while let Some(Reverse((time, id))) = ready.pop() {
            let commit = &self.found[&id];
            let number = u32::try_from(out.ids.len()).expect("no repository has four billion commits");
            out.index.insert(id, number);
            out.ids.push(id);
            out.trees.push(commit.tree);
            out.times.push(time);
            out.parents.push(commit.parents.iter().filter_map(|parent| out.index.get(parent).copied()).collect());
            for child in children.remove(&id).unwrap_or_default() {
                let left = missing.get_mut(&child).expect("every commit was counted");
                *left -= 1;
                if *left == 0 {
                    ready.push(Reverse((self.found[&child].time, child)));
                }
            }
        }
        out.stubs = (0..out.ids.len()).map(|_| OnceLock::new()).collect();
        out.chosen = vec![true; out.ids.len()];
        keep(&mut out, tips, self.objects);
        for (name, id) in &refs.named {
            let commit = if out.index.contains_key(id) { Some(*id) } else { rev::peel(self.objects, *id).ok() };
            if let Some(&at) = commit.and_then(|id| out.index.get(&id)) {
                out.refs.insert(name.clone(), at);
            }
        }
        if let Head::At(id, _) = refs::head(repo) {
            out.head = rev::peel(self.objects, id).ok().and_then(|id| out.index.get(&id).copied());
        }
        out
    }
}

/// The strongest keeper of each commit.
fn keep(commits: &mut Commits, tips: &[Tip], objects: &Objects) {
    commits.kept_by = vec![KeptBy::Nothing; commits.ids.len()];
    for kept_by in [KeptBy::Reflog, KeptBy::Stash, KeptBy::Notes, KeptBy::Refs] {
        let mut is_kept = vec![false; commits.ids.len()];
        for tip in tips.iter().filter(|tip| tip.kept_by == kept_by) {
            let id = if commits.index.contains_key(&tip.id) { Some(tip.id) } else { rev::peel(objects, tip.id).ok() };
            if let Some(&at) = id.and_then(|id| commits.index.get(&id)) {
                is_kept[at as usize] = true;
            }
        }
        for at in (0..commits.ids.len()).rev().collect::<Vec<_>>() {
            if is_kept[at] {
                commits.kept_by[at] = kept_by;
                commits.parents[at].iter().for_each(|parent| is_kept[*parent as usize] = true);
            }
        }
    }
}

/// `2026-02-30`, which nobody calls a commit.
fn is_like_a_day(text: &str) -> bool {
    let form = |(at, byte): (usize, u8)| if matches!(at, 4 | 7) { byte == b'-' } else { byte.is_ascii_digit() };
    text.len() == 10 && text.bytes().enumerate().all(form)
}

/// Which commits the options leave.
fn choose(
    commits: &mut Commits,
    repo: &Repo,
    objects: &Objects,
    options: &HistoryOptions,
    coverage: &mut Coverage,
) -> Result<(), SourceError> {
    if !options.branches.is_empty() {
        coverage.narrowed.push(format!("what {} leads to", options.branches.join(", ")));
    }
    if let Some(since) = &options.since {
        match Day::parse(since) {
            Some(day) => {
                let first = day.first_second();
                let times = commits.times.iter();
                commits.chosen.iter_mut().zip(times).for_each(|(chosen, time)| *chosen &= *time >= first);
            }
            None if is_like_a_day(since) => {
                let what = format!("`{since}` is no day of the calendar");
                return Err(SourceError::Git { what, help: "write a day as 2026-01-31".to_owned() });
            }
            None => leave_out_before(commits, rev::commit(repo, objects, since)?),
        }
        coverage.narrowed.push(format!("commits since {since}"));
    }
    if let Some(most) = options.max_commits {
        let mut left = most;
        for chosen in commits.chosen.iter_mut().rev() {
            *chosen &= left > 0;
            left = left.saturating_sub(usize::from(*chosen));
        }
        coverage.narrowed.push(format!("the newest {most} commits"));
    }
    if repo.common_dir.join("info/grafts").exists() {
        coverage.narrowed.push("commits as they were written, without the grafts of this repository".to_owned());
    }
    Ok(())
}

fn leave_out_before(commits: &mut Commits, id: Id) {
    let Some(&last) = commits.index.get(&id) else { return };
    let mut is_before = vec![false; commits.ids.len()];
    is_before[last as usize] = true;
    for at in (0..=last as usize).rev() {
        if is_before[at] {
            commits.chosen[at] = false;
            commits.parents[at].iter().for_each(|parent| is_before[*parent as usize] = true);
        }
    }
}

fn messages(
    commits: &Commits,
    listing: &Listing<'_>,
    options: &HistoryOptions,
    visit: &mut dyn Visit,
    coverage: &mut Coverage,
) {
    for (&id, _) in commits.ids.iter().zip(&commits.chosen).filter(|(_, chosen)| **chosen) {
        if !visit.go_on() {
            coverage.interrupted = true;
            return;
        }
        if let Ok(bytes) = listing.commit(id) {
            facts::message(&bytes, facts::told(id, &bytes, options.emails), None, visit, coverage);
        }
    }
}
