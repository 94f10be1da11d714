//! What became of findings: when they were brought, when they went away, which refs still hold them.
//!
//! Only trees on the way to a finding's paths are looked at, each once: a commit that changed nothing there
//! costs one look at its root.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::rc::Rc;
use std::sync::Arc;

use sha2::{Digest as _, Sha256};

use crate::model::{Commit, Finding, History, Location, Origin, RepoPath};
use crate::source::SourceError;
use crate::source::git::id_map::{IdMap, State};
use crate::source::git::{Id, Kind, Objects, Repo, facts};

use super::Read;
use super::blobs::Blobs;
use super::cache::{Answer, Answers};
use super::commits::Commits;
use super::listing::{self, Listing, NONE, Names, What};

/// Where the trees were not read for the scan, they are now: on so many threads.
const THREADS: usize = 2;

/// Fills in the history of every finding that has a place in these commits. Gives what became of each, to be
/// remembered; what is remembered already is not found out again.
pub(super) fn tell(
    repo: &Repo,
    read: &mut Read,
    is_slow: bool,
    prefix: &[u8],
    emails: bool,
    findings: &mut [Finding],
) -> Result<Answers, SourceError> {
    let mut answers = Answers::about(&read.commits);
    let mut ours = Vec::new();
    for (number, finding) in findings.iter().enumerate() {
        if let Some(held) = Held::of(finding, &read.commits, &read.blobs) {
            ours.push((number, held));
        }
    }
    if ours.is_empty() {
        return Ok(answers);
    }
    let objects = repo.open_objects()?;
    let became = match remembered(read, &answers, &ours) {
        Some(became) => became,
        None => {
            if read.packs.is_none() && !is_slow {
                read.packs = listing::packs(repo);
            }
            let trees = read.trees.take();
            let listing = Listing::new(&objects, read.packs.as_ref(), trees, THREADS);
            found_out(&listing, read, &ours)
        }
    };
    let Read { commits, blobs, .. } = read;
    let names: Vec<Arc<str>> = named_refs(commits).map(|(name, _)| Arc::from(name)).collect();
    let mut facts = Facts { objects: &objects, commits, emails, known: HashMap::new() };
    for ((number, held), answer) in ours.iter().zip(became) {
        let finding = &mut findings[*number];
        let at_head = held.at_head || answer.at_head;
        finding.history = Some(History {
            introduced: facts.of(held.commit),
            path: RepoPath::new([prefix, &blobs.first_path(held.first)].concat()),
            blob: blobs.ids[held.first].to_string(),
            line: held.line,
            at_head,
            removed_in: answer.gone.filter(|_| !at_head).map(|commit| facts.of(commit)),
            refs: answer.refs.iter().filter_map(|at| names.get(*at as usize).cloned()).collect(),
            other_refs: answer.other_refs,
            kept_by: commits.kept_by[held.commit as usize],
        });
        finding.fold_versions();
        let places = std::iter::once(&mut finding.location).chain(&mut finding.also_at);
        places.for_each(|place| facts.fill(place));
        answers.insert(held.question(), answer);
    }
    Ok(answers)
}

/// What became of all of them, if that is known of each and nothing moved since.
fn remembered(read: &Read, now: &Answers, ours: &[(usize, Held)]) -> Option<Vec<Answer>> {
    let known = &read.memory.as_ref()?.answers;
    let all = || ours.iter().map(|(_, held)| known.get(held.question()).cloned()).collect();
    if known.is_about_same(now) { all() } else { None }
}

fn found_out(listing: &Listing<'_>, Read { commits, blobs, .. }: &Read, ours: &[(usize, Held)]) -> Vec<Answer> {
    let mut presence = Presence::new(listing, ours, blobs);
    let held: Vec<u32> = commits.trees.iter().map(|tree| presence.in_root(*tree)).collect();
    let gone = presence.over_time(commits, &held);
    let refs = presence.in_refs(commits, &held);
    let at_head = commits.head.map_or(&[][..], |head| presence.lists.get(held[head as usize]));
    let answer = |(at, (refs, other_refs))| Answer {
        gone: gone[at],
        at_head: at_head.iter().any(|one| *one as usize == at),
        refs,
        other_refs,
    };
    refs.into_iter().enumerate().map(answer).collect()
}

/// Refs that are told, in the order of their names.
fn named_refs(commits: &Commits) -> impl Iterator<Item = (&str, u32)> {
    commits.refs.iter().map(|(name, at)| (name.as_str(), *at)).filter(|(name, _)| name.starts_with("refs/"))
}

/// Which blobs hold a finding, and where it was first.
struct Held {
    blobs: BTreeSet<usize>,
    first: usize,
    commit: u32,
    line: u32,
    at_head: bool,
}

impl Held {
    /// What is asked about it, in few bytes.
    fn question(&self) -> [u8; 16] {
        let mut asked = Sha256::new();
        asked.update([u8::from(self.at_head)]);
        for number in [self.first as u64, u64::from(self.commit), u64::from(self.line)] {
            asked.update(number.to_le_bytes());
        }
        self.blobs.iter().for_each(|at| asked.update((*at as u64).to_le_bytes()));
        let mut question = [0; 16];
        question.copy_from_slice(&asked.finalize()[..16]);
        question
    }

    fn of(finding: &Finding, commits: &Commits, blobs: &Blobs) -> Option<Self> {
        let mut held: Option<Self> = None;
        for place in std::iter::once(&finding.location).chain(&finding.also_at) {
            let Origin::Commit { blob, commit, at_head, .. } = &place.origin else { continue };
            let Some(at) = Id::from_hex(blob.as_bytes()).and_then(|id| blobs.find(id)) else { continue };
            let Some(&commit) = Id::from_hex(commit.id.as_bytes()).and_then(|id| commits.index.get(&id)) else {
                continue;
            };
            let line = place.start.line;
            let known = held.get_or_insert(Self { blobs: BTreeSet::new(), first: at, commit, line, at_head: false });
            known.blobs.insert(at);
            known.at_head |= at_head;
            if (commit, at, line) < (known.commit, known.first, known.line) {
                (known.commit, known.first, known.line) = (commit, at, line);
            }
        }
        held
    }
}

/// Names and summaries of the few commits that are told.
struct Facts<'a> {
    objects: &'a Objects,
    commits: &'a Commits,
    emails: bool,
    known: HashMap<u32, Arc<Commit>>,
}

impl Facts<'_> {
    fn of(&mut self, at: u32) -> Arc<Commit> {
        let (id, objects, emails) = (self.commits.ids[at as usize], self.objects, self.emails);
        let read = || objects.read_as(id, Kind::Commit).map(|bytes| facts::told(id, &bytes, emails));
        let stub = || self.commits.stub(at);
        Arc::clone(self.known.entry(at).or_insert_with(|| read().unwrap_or_else(|_| stub())))
    }

    fn fill(&mut self, place: &mut Location) {
        let Origin::Commit { commit, .. } = &mut place.origin else { return };
        if let Some(&at) = Id::from_hex(commit.id.as_bytes()).and_then(|id| self.commits.index.get(&id)) {
            *commit = self.of(at);
        }
    }
}

/// A directory on the way to a place where a finding was.
#[derive(Default)]
struct Node {
    /// Directories in it, by the numbers of their names.
    below: BTreeMap<u32, usize>,
    /// Files in it.
    names: BTreeSet<u32>,
}

/// Which findings a tree holds, at the paths where they are known to have been.
struct Presence<'a> {
    listing: &'a Listing<'a>,
    nodes: Vec<Node>,
    /// Of all nodes.
    names: Names,
    /// Findings by blob.
    of_blob: IdMap<Vec<u32>>,
    /// What each tree holds below each directory: the number of a list. By the number of the tree, or by its id where the
    /// own reader has none.
    known: HashMap<(u32, u32), u32, State>,
    known_by_id: HashMap<(Id, u32), u32, State>,
    lists: Lists,
}

/// Lists of findings, each once: most commits change none.
#[derive(Default)]
struct Lists {
    all: Vec<Rc<[u32]>>,
    numbers: HashMap<Rc<[u32]>, u32, State>,
}

impl Lists {
    fn get(&self, number: u32) -> &[u32] {
        &self.all[number as usize]
    }

    /// The number of a list; an equal one has the same.
    fn number(&mut self, list: Vec<u32>) -> u32 {
        if let Some(known) = self.numbers.get(&list[..]) {
            return *known;
        }
        let number =
            u32::try_from(self.all.len()).expect("there are fewer lists than trees, which have numbers as well");
        let list: Rc<[u32]> = Rc::from(list);
        self.all.push(Rc::clone(&list));
        self.numbers.insert(list, number);
        number
    }
}

impl<'a> Presence<'a> {
    fn new(listing: &'a Listing<'a>, ours: &[(usize, Held)], blobs: &Blobs) -> Self {
        let mut of_blob: IdMap<Vec<u32>> = IdMap::default();
        let (mut nodes, mut names) = (vec![Node::default()], Names::default());
        for (number, (_, held)) in (0..).zip(ours) {
            for &at in &held.blobs {
                of_blob.entry(blobs.ids[at]).or_default().push(number);
                for path in [blobs.path(at), blobs.first_path(at)] {
                    add(&mut nodes, &mut names, &path);
                }
            }
        }
        let (known, known_by_id) = (HashMap::default(), HashMap::default());
        Self { listing, nodes, names, of_blob, known, known_by_id, lists: Lists::default() }
    }

    fn in_root(&mut self, tree: Id) -> u32 {
        self.in_tree((tree, self.listing.number(tree)), 0)
    }

    /// The number of the sorted list of findings. The depth is that of the paths, which is limited.
    fn in_tree(&mut self, (tree, number): (Id, u32), node: usize) -> u32 {
        let of_node = u32::try_from(node).expect("there are fewer directories on the way than bytes of their paths");
        let known = match number {
            NONE => self.known_by_id.get(&(tree, of_node)),
            number => self.known.get(&(number, of_node)),
        };
        if let Some(known) = known {
            return *known;
        }
        let listing = self.listing;
        let mut held: Vec<u32> = Vec::new();
        // Most trees hold what one directory in them holds: that list is theirs.
        let mut only = None;
        for entry in listing.named(tree, number, &mut self.names).unwrap_or_default() {
            if entry.what == What::Tree {
                if let Some(&below) = self.nodes[node].below.get(&entry.name) {
                    let found = self.in_tree((entry.id, entry.number), below);
                    let list = self.lists.get(found);
                    if list.is_empty() {
                        continue;
                    }
                    only = held.is_empty().then_some(found);
                    held.extend_from_slice(list);
                }
            } else if self.nodes[node].names.contains(&entry.name)
                && let Some(found) = self.of_blob.get(&entry.id)
            {
                only = None;
                held.extend_from_slice(found);
            }
        }
        let list = only.unwrap_or_else(|| {
            held.sort_unstable();
            held.dedup();
            self.lists.number(held)
        });
        match number {
            NONE => self.known_by_id.insert((tree, of_node), list),
            number => self.known.insert((number, of_node), list),
        };
        list
    }

    /// The last commit in which each finding went away: of HEAD's past if it was there, else of any.
    fn over_time(&self, commits: &Commits, held: &[u32]) -> Vec<Option<u32>> {
        let mut is_of_head = vec![false; commits.ids.len()];
        if let Some(head) = commits.head {
            is_of_head[head as usize] = true;
        }
        for at in (0..commits.ids.len()).rev() {
            if is_of_head[at] {
                commits.parents[at].iter().for_each(|parent| is_of_head[*parent as usize] = true);
            }
        }
        let count = self.of_blob.values().flatten().max().map_or(0, |most| *most as usize + 1);
        let mut gone: Vec<Option<(bool, u32)>> = vec![None; count];
        for (at, list) in (0..).zip(held) {
            let now = self.lists.get(*list);
            for parent in &commits.parents[at as usize] {
                let before = held[*parent as usize];
                if before == *list {
                    continue;
                }
                for one in self.lists.get(before).iter().filter(|one| now.binary_search(one).is_err()) {
                    let this = Some((is_of_head[at as usize], at));
                    gone[*one as usize] = gone[*one as usize].max(this);
                }
            }
        }
        gone.into_iter().map(|gone| gone.map(|(_, at)| at)).collect()
    }

    /// The first refs whose tree holds each finding, by their places among all, and how many others do.
    fn in_refs(&self, commits: &Commits, held: &[u32]) -> Vec<(Vec<u32>, usize)> {
        let count = self.of_blob.values().flatten().max().map_or(0, |most| *most as usize + 1);
        let mut refs = vec![(Vec::new(), 0); count];
        for (number, (_, at)) in (0..).zip(named_refs(commits)) {
            for &one in self.lists.get(held[at as usize]) {
                match &mut refs[one as usize] {
                    (named, _) if named.len() < History::MOST_REFS => named.push(number),
                    (_, others) => *others += 1,
                }
            }
        }
        refs
    }
}

fn add(nodes: &mut Vec<Node>, names: &mut Names, path: &[u8]) {
    let mut parts: Vec<&[u8]> = path.split(|&b| b == b'/').collect();
    let last = parts.pop().unwrap_or_default();
    let mut node = 0;
    for part in parts {
        let name = names.want(part);
        node = match nodes[node].below.get(&name) {
            Some(&below) => below,
            None => {
                let below = nodes.len();
                nodes.push(Node::default());
                nodes[node].below.insert(name, below);
                below
            }
        };
    }
    nodes[node].names.insert(names.want(last));
}
