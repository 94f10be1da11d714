//! Which blobs a history reaches, and what is known of them: from the beginning, or from what is remembered.

use crate::source::Visit;
use crate::source::leave_out::LeaveOut;

use super::blobs::{self, Blobs};
use super::cache::{Answers, Snapshot, Verdicts};
use super::commits::Commits;
use super::listing::Listing;

/// So many commits are walked faster with the own reader of trees.
const FEW_COMMITS: usize = 500;

/// How the blobs of the commits are found.
pub(super) enum Step {
    /// All from the beginning.
    Whole,
    /// All from the beginning; what is known of the same ones under the same paths holds.
    Compare(Box<Snapshot>),
    /// Only those of the commits after the first so many.
    GoOn(Box<Snapshot>, usize),
}

/// The blobs that a history reaches, and what is known of them.
pub(super) struct Reach {
    pub(super) blobs: Blobs,
    pub(super) verdicts: Verdicts,
    pub(super) answers: Answers,
}

impl Step {
    pub(super) fn of(snapshot: Option<Snapshot>, goes_on: Option<usize>, commits: &Commits, is_of_dirs: bool) -> Self {
        let Some(snapshot) = snapshot else { return Self::Whole };
        let snapshot = Box::new(snapshot);
        let Some(done) = goes_on else { return Self::Compare(snapshot) };
        let head = commits.head.map(|head| commits.trees[head as usize]);
        let is_same = done == commits.ids.len() && head == snapshot.head;
        // How many files a glob leaves out is counted in the whole only.
        let is_little = is_of_dirs && commits.ids.len() - done <= FEW_COMMITS;
        if is_same || is_little { Self::GoOn(snapshot, done) } else { Self::Compare(snapshot) }
    }

    pub(super) fn reach(
        self,
        commits: &Commits,
        listing: &Listing<'_>,
        leave_out: &mut LeaveOut,
        visit: &mut dyn Visit,
    ) -> Reach {
        match self {
            Self::Whole => {
                let blobs = blobs::walk(commits, listing, leave_out, visit);
                Reach { verdicts: Verdicts::new(blobs.ids.len()), blobs, answers: Answers::default() }
            }
            Self::Compare(snapshot) => {
                let blobs = blobs::walk(commits, listing, leave_out, visit);
                let verdicts = Verdicts::new(blobs.ids.len());
                for (at, theirs) in blobs.same_as(&snapshot.blobs) {
                    verdicts.copy(at, &snapshot.verdicts, theirs);
                }
                Reach { blobs, verdicts, answers: snapshot.answers }
            }
            Self::GoOn(snapshot, done) => {
                let Snapshot { blobs, mut verdicts, head, left_out, answers, .. } = *snapshot;
                leave_out.go_on(left_out);
                let (blobs, moved) = blobs::walk_on(blobs, (done, head), commits, listing, leave_out, visit);
                verdicts.grow(blobs.ids.len());
                moved.into_iter().for_each(|at| verdicts.forget(at));
                Reach { blobs, verdicts, answers }
            }
        }
    }
}
