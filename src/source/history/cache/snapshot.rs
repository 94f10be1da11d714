//! What is remembered, and how it is held against what is there now.

use std::collections::{BTreeMap, HashSet};

use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use crate::model::{Day, KeptBy};
use crate::source::git::id_map::{IdMap, IdSet};
use crate::source::git::{CommitObject, Id};
use crate::source::leave_out::LeftOut;

use super::super::blobs::Blobs;
use super::super::commits::Commits;
use super::Verdicts;

/// A scan that read everything.
#[derive(Debug, Serialize, Deserialize)]
pub(in super::super) struct Snapshot {
    /// The day of the scan, as its first second since 1970.
    today: i64,
    commits: KeptCommits,
    /// The tree of HEAD.
    pub(in super::super) head: Option<Id>,
    /// Refs led to trees or blobs without a commit.
    has_loose_tips: bool,
    pub(in super::super) left_out: LeftOut,
    pub(in super::super) blobs: Blobs,
    pub(in super::super) verdicts: Verdicts,
    pub(in super::super) answers: Answers,
}

/// Commits in their order, parents before children.
#[derive(Debug, Default, Serialize, Deserialize)]
struct KeptCommits {
    ids: Vec<Id>,
    trees: Vec<Id>,
    times: Vec<i64>,
    parents: Vec<Box<[u32]>>,
    /// Kept by notes only.
    is_note: Vec<bool>,
    /// Their messages left something.
    loud: Vec<u32>,
    /// Commits at which a shallow clone ended.
    shallow: Vec<Id>,
}

/// What became of findings, by what is asked.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(in super::super) struct Answers {
    /// Commits, refs and HEAD that they are about.
    state: [u8; 32],
    known: BTreeMap<[u8; 16], Answer>,
}

/// What became of one finding.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(in super::super) struct Answer {
    /// The last commit in which it went away.
    pub(in super::super) gone: Option<u32>,
    /// Does the tree of HEAD hold it?
    pub(in super::super) at_head: bool,
    /// The first refs that hold it, by their places among all.
    pub(in super::super) refs: Vec<u32>,
    pub(in super::super) other_refs: usize,
}

impl Snapshot {
    /// Of a scan that is over.
    pub(in super::super) fn new(
        commits: &mut Commits,
        shallow: &HashSet<Id>,
        (blobs, verdicts): (Blobs, Verdicts),
        left_out: LeftOut,
        answers: Answers,
        today: Day,
    ) -> Self {
        let mut shallow: Vec<Id> = shallow.iter().copied().collect();
        shallow.sort_unstable();
        let mut loud: Vec<u32> = commits.loud.iter().filter_map(|id| commits.index.get(id).copied()).collect();
        loud.sort_unstable();
        let kept = KeptCommits {
            is_note: commits.kept_by.iter().map(|by| *by == KeptBy::Notes).collect(),
            ids: std::mem::take(&mut commits.ids),
            times: std::mem::take(&mut commits.times),
            parents: std::mem::take(&mut commits.parents),
            loud,
            shallow,
            trees: std::mem::take(&mut commits.trees),
        };
        Self {
            today: today.first_second(),
            head: commits.head.and_then(|head| kept.trees.get(head as usize).copied()),
            commits: kept,
            has_loose_tips: !commits.loose_tips.is_empty(),
            left_out,
            blobs,
            verdicts,
            answers,
        }
    }

    /// Itself, if it is whole and of no later day.
    pub(super) fn checked(mut self, today: Day) -> Option<Self> {
        let count = self.commits.ids.len();
        let same_length = self.commits.trees.len() == count
            && self.commits.times.len() == count
            && self.commits.parents.len() == count
            && self.commits.is_note.len() == count;
        let parents_first =
            (0..).zip(&self.commits.parents).all(|(at, parents)| parents.iter().all(|parent| *parent < at));
        let is_whole = same_length
            && parents_first
            && self.commits.loud.iter().all(|at| (*at as usize) < count)
            && self.verdicts.len() == self.blobs.ids.len()
            && self.today <= today.first_second();
        (is_whole && self.blobs.restore(count)).then_some(self)
    }

    /// Was nothing cut off elsewhere than it is now?
    pub(in super::super) fn is_of(&self, shallow: &HashSet<Id>) -> bool {
        self.commits.shallow.len() == shallow.len() && self.commits.shallow.iter().all(|id| shallow.contains(id))
    }

    pub(in super::super) fn known_commits(&self) -> KnownCommits {
        let kept = &self.commits;
        let mut known = KnownCommits::default();
        for (at, &id) in kept.ids.iter().enumerate() {
            let parents = kept.parents[at].iter().map(|parent| kept.ids[*parent as usize]).collect();
            known.of.insert(id, CommitObject { tree: kept.trees[at], parents, time: kept.times[at] });
        }
        known.loud = kept.loud.iter().map(|at| kept.ids[*at as usize]).collect();
        known
    }

    /// So many commits were seen, if the order of all that there are now begins with them: then each blob has
    /// still the first commit that it had.
    pub(in super::super) fn goes_on_at(&self, commits: &Commits) -> Option<usize> {
        let kept = &self.commits;
        let is_note = commits.kept_by.iter().map(|by| *by == KeptBy::Notes);
        let goes_on = commits.ids.starts_with(&kept.ids)
            && kept.is_note.iter().copied().eq(is_note.take(kept.ids.len()))
            && !self.has_loose_tips
            && commits.loose_tips.is_empty();
        goes_on.then_some(kept.ids.len())
    }
}

/// Commits that were read before.
#[derive(Debug, Default)]
pub(in super::super) struct KnownCommits {
    of: IdMap<CommitObject>,
    loud: IdSet,
}

impl KnownCommits {
    /// A commit, and whether its message left something.
    pub(in super::super) fn get(&self, id: Id) -> Option<(&CommitObject, bool)> {
        self.of.get(&id).map(|commit| (commit, self.loud.contains(&id)))
    }
}

impl Answers {
    /// None yet, about these commits.
    pub(in super::super) fn about(commits: &Commits) -> Self {
        let mut state = Sha256::new();
        commits.ids.iter().for_each(|id| state.update(id.as_bytes()));
        state.update(commits.head.map_or([0xFF; 4], u32::to_le_bytes));
        for (name, at) in &commits.refs {
            state.update(name.as_bytes());
            state.update([0]);
            state.update(at.to_le_bytes());
        }
        Self { state: state.finalize().into(), known: BTreeMap::new() }
    }

    /// Are they about the same commits?
    pub(in super::super) fn is_about_same(&self, other: &Self) -> bool {
        self.state == other.state
    }

    pub(in super::super) fn get(&self, question: [u8; 16]) -> Option<&Answer> {
        self.known.get(&question)
    }

    pub(in super::super) fn insert(&mut self, question: [u8; 16], answer: Answer) {
        self.known.insert(question, answer);
    }
}
