//! All objects of a store, as git reads them.

use std::path::Path;

use keyless::source::pack::{Fault, Follow, Kind, Object, Packs};

use super::git::{Objects, Repo};

/// Objects up to this size are read.
pub(super) const MOST: u64 = 1 << 30;

pub(super) const KINDS: [Kind; 4] = [Kind::Commit, Kind::Tree, Kind::Blob, Kind::Tag];

/// Takes everything; holds each object against its base and the steps between.
#[derive(Default)]
pub(super) struct Collector {
    pub(super) objects: Vec<(u32, Vec<u8>)>,
    pub(super) faults: Vec<Fault>,
    pub(super) deltas: usize,
}

impl Follow for Collector {
    type Kept = Vec<u8>;

    fn object(&mut self, object: Object<'_, Vec<u8>>, kept: &mut Vec<u8>) {
        if let Some(base) = &object.base {
            assert_eq!(base.bytes, base.kept, "the base is the object that was handed over before");
            let mut at = 0;
            for op in base.ops {
                let length = op.length as usize;
                if let Some(from) = op.copied_from() {
                    assert_eq!(object.bytes[at..at + length], base.bytes[from as usize..from as usize + length]);
                }
                at += length;
            }
            assert_eq!(at, object.bytes.len());
            self.deltas += 1;
        }
        kept.clear();
        kept.extend_from_slice(object.bytes);
        self.objects.extend(object.number.map(|number| (number, object.bytes.to_vec())));
    }

    fn fault(&mut self, fault: Fault) {
        self.faults.push(fault);
    }
}

/// All that sweeps of all kinds gave.
#[derive(Debug, Default)]
pub(super) struct Swept {
    /// By name: kind and content.
    pub(super) objects: Objects,
    pub(super) faults: Vec<Fault>,
    pub(super) deltas: usize,
}

pub(super) fn sweep(git_dir: &Path, threads: usize) -> Swept {
    let packs = Packs::open(git_dir, MOST).unwrap();
    let mut swept = Swept { faults: packs.faults().to_vec(), ..Swept::default() };
    for kind in KINDS {
        for worker in packs.sweep(kind, threads, &|_| true, Collector::default) {
            swept.faults.extend(worker.faults);
            swept.deltas += worker.deltas;
            for (number, bytes) in worker.objects {
                let old = swept.objects.insert(packs.oid(number).to_string(), (kind.as_str(), bytes));
                assert!(old.is_none(), "object {number} came twice");
                assert_eq!(packs.find(packs.oid(number).as_bytes()), Some(number));
            }
        }
    }
    swept
}

/// Sweeps on one and on three threads, and holds both against git.
pub(super) fn like_git(repo: &Repo, what: &str) -> Swept {
    let by_git = repo.all_objects();
    let one = sweep(repo.git_dir(), 1);
    assert_eq!(one.faults, [], "{what}");
    assert!(one.objects == by_git, "{what}: {} objects against git's {}", one.objects.len(), by_git.len());
    let three = sweep(repo.git_dir(), 3);
    assert!(three.objects == one.objects && three.faults.is_empty(), "{what}: threads change nothing");
    one
}
