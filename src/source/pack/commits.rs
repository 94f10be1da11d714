//! All commits of a store: their trees, parents and times.

use std::cmp::Reverse;
use std::collections::{BinaryHeap, HashSet};

use super::oid::Oid;
use super::{Fault, Follow, Kind, Object, Packs};

/// What a walk needs of a commit.
#[derive(Clone, Debug)]
struct Commit {
    number: u32,
    tree: Oid,
    parents: Vec<Oid>,
    /// Of the committer, seconds since 1970.
    time: i64,
}

/// A commit on the walk.
#[derive(Clone, Copy, Debug)]
pub(super) struct Step {
    pub(super) number: u32,
    pub(super) tree: Oid,
}

/// Commits that tips lead to.
#[derive(Debug, Default)]
pub(super) struct Walk {
    /// Parents before children; of those that are free, the oldest first.
    pub(super) steps: Vec<Step>,
    /// Commits that somebody names and the store has not.
    pub(super) missing: Vec<Oid>,
    /// Commits without a tree.
    pub(super) malformed: Vec<u32>,
    pub(super) faults: Vec<Fault>,
}

#[derive(Default)]
struct Reader {
    commits: Vec<Commit>,
    malformed: Vec<u32>,
    faults: Vec<Fault>,
}

impl Follow for Reader {
    type Kept = ();

    fn object(&mut self, object: Object<'_, ()>, (): &mut ()) {
        let Some(number) = object.number else { return };
        match parse(number, object.bytes) {
            Some(commit) => self.commits.push(commit),
            None => self.malformed.push(number),
        }
    }

    fn fault(&mut self, fault: Fault) {
        self.faults.push(fault);
    }
}

fn parse(number: u32, bytes: &[u8]) -> Option<Commit> {
    let end = memchr::memmem::find(bytes, b"\n\n").unwrap_or(bytes.len());
    let mut lines = bytes[..end].split(|&byte| byte == b'\n');
    let tree = Oid::from_hex(lines.next()?.strip_prefix(b"tree ")?)?;
    let (mut parents, mut time) = (Vec::new(), 0);
    for line in lines {
        if let Some(parent) = line.strip_prefix(b"parent ") {
            parents.extend(Oid::from_hex(parent));
        } else if let Some(who) = line.strip_prefix(b"committer ") {
            time = seconds(who);
            break;
        }
    }
    Some(Commit { number, tree, parents, time })
}

/// `Name <mail> 1700000000 +0100`, read from behind: a name may hold anything.
fn seconds(who: &[u8]) -> i64 {
    let Some(end) = memchr::memrchr(b'>', who) else { return 0 };
    let mut words = who[end + 1..].split(|&byte| byte == b' ').filter(|word| !word.is_empty());
    words.next().and_then(|word| std::str::from_utf8(word).ok()?.parse().ok()).unwrap_or(0)
}

/// Orders the commits that tips lead to. Parents of `shallow` ones are known not to be here.
pub(super) fn walk(packs: &Packs, tips: &[Oid], shallow: &HashSet<Oid>, threads: usize) -> Walk {
    let mut walk = Walk::default();
    let mut commits = Vec::new();
    for reader in packs.sweep(Kind::Commit, threads, &|_| true, Reader::default) {
        commits.extend(reader.commits);
        walk.malformed.extend(reader.malformed);
        walk.faults.extend(reader.faults);
    }
    commits.sort_unstable_by_key(|commit| commit.number);
    let mut graph = Graph { packs, shallow, commits: &commits, missing: HashSet::new() };
    let tips: Vec<u32> = tips.iter().filter_map(|tip| graph.find(tip)).collect();
    walk.steps = graph.order(tips);
    walk.missing = graph.missing.into_iter().collect();
    walk.missing.sort_unstable();
    walk
}

struct Graph<'a> {
    packs: &'a Packs,
    shallow: &'a HashSet<Oid>,
    commits: &'a [Commit],
    missing: HashSet<Oid>,
}

impl Graph<'_> {
    /// The place of a commit; an object that is none, or was not read, is told elsewhere.
    fn find(&mut self, oid: &Oid) -> Option<u32> {
        let Some(number) = self.packs.find(oid.as_bytes()) else {
            self.missing.insert(*oid);
            return None;
        };
        let place = self.commits.binary_search_by_key(&number, |commit| commit.number).ok()?;
        u32::try_from(place).ok()
    }

    fn parents(&mut self, at: u32) -> Vec<u32> {
        let commit = &self.commits[at as usize];
        if self.shallow.contains(&self.packs.oid(commit.number)) {
            return Vec::new();
        }
        commit.parents.iter().filter_map(|parent| self.find(parent)).collect()
    }

    fn order(&mut self, tips: Vec<u32>) -> Vec<Step> {
        let count = self.commits.len();
        // How many parents a commit waits for; those that nobody met wait for ever.
        let (mut waits, mut children) = (vec![u32::MAX; count], vec![Vec::new(); count]);
        let mut open = tips;
        let mut free = BinaryHeap::new();
        while let Some(at) = open.pop() {
            if waits[at as usize] != u32::MAX {
                continue;
            }
            let parents = self.parents(at);
            waits[at as usize] = u32::try_from(parents.len()).unwrap_or(u32::MAX - 1);
            for &parent in &parents {
                children[parent as usize].push(at);
            }
            if parents.is_empty() {
                free.push(self.rank(at));
            }
            open.extend(parents);
        }
        let mut steps = Vec::new();
        while let Some(Reverse((_, _, at))) = free.pop() {
            let commit = &self.commits[at as usize];
            steps.push(Step { number: commit.number, tree: commit.tree });
            for &child in &children[at as usize] {
                waits[child as usize] -= 1;
                if waits[child as usize] == 0 {
                    free.push(self.rank(child));
                }
            }
        }
        steps
    }

    fn rank(&self, at: u32) -> Reverse<(i64, Oid, u32)> {
        let commit = &self.commits[at as usize];
        Reverse((commit.time, self.packs.oid(commit.number), at))
    }
}
