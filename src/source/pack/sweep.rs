//! Rebuilds all objects of a kind, each from the one before it, on all threads.
//!
//! A task is a tree of deltas; the greatest go first. A tree is walked depth first with a
//! buffer for each object that is still needed. As the heaviest child goes last and takes
//! its base's place, there are at most as many buffers as the tree can be halved.

use std::sync::atomic::{AtomicUsize, Ordering};

use super::Packs;
use super::catalog::Place;
use super::delta::Op;
use super::entries::NONE;
use super::fault::{Defect, Fault};
use super::file::{Pack, Rebuild};
use super::inflate::{Buffer, Inflater};
use super::oid::Kind;

/// One worker of a sweep. It is handed back when all is done.
pub trait Follow: Send {
    /// What it keeps of an object as long as others are built on it. Kept ones are used again, not cleared.
    type Kept: Default + Send;

    /// Looks at one object, after the one it is built on. Each number comes once.
    fn object(&mut self, object: Object<'_, Self::Kept>, kept: &mut Self::Kept);

    /// Notes an object that cannot be rebuilt.
    fn fault(&mut self, fault: Fault);

    /// False ends the sweep.
    fn go_on(&self) -> bool {
        true
    }
}

/// An object that was rebuilt.
#[derive(Debug)]
pub struct Object<'a, K> {
    /// Its number; `None` for one that is only a base, as it was not asked for or is another source's.
    pub number: Option<u32>,
    /// Its content.
    pub bytes: &'a [u8],
    /// What it was built on.
    pub base: Option<Base<'a, K>>,
}

/// What an object was built on.
#[derive(Debug)]
pub struct Base<'a, K> {
    /// Its content.
    pub bytes: &'a [u8],
    /// What was kept of it.
    pub kept: &'a K,
    /// How the object was made of it.
    pub ops: &'a [Op],
}

/// A tree of a pack, or a loose object.
#[derive(Clone, Copy, Debug)]
struct Task {
    weight: u64,
    source: u32,
    /// The entry of a pack, or the place among loose objects.
    at: u32,
}

/// Bits by entry.
struct Needed(Vec<u64>);

impl Needed {
    fn has(&self, at: u32) -> bool {
        self.0[at as usize / 64] >> (at % 64) & 1 == 1
    }

    /// True if it was not set before.
    fn set(&mut self, at: u32) -> bool {
        let word = &mut self.0[at as usize / 64];
        let bit = 1 << (at % 64);
        let new = *word & bit == 0;
        *word |= bit;
        new
    }
}

impl Packs {
    /// Hands every object of a kind to one of the workers, each after the one it is built on.
    ///
    /// Only numbers that are `wanted` are handed over by number; what they are built on comes without.
    pub fn sweep<W: Follow>(
        &self,
        kind: Kind,
        threads: usize,
        wanted: &(dyn Fn(u32) -> bool + Sync),
        worker: impl Fn() -> W + Sync,
    ) -> Vec<W> {
        let needed: Vec<Needed> =
            (0..).zip(&self.packs).map(|(at, pack)| self.needed(at, pack, kind, wanted)).collect();
        let tasks = self.tasks(kind, &needed, wanted);
        let next = AtomicUsize::new(0);
        let work = || {
            let mut run = Run::new(self, &needed, wanted, worker());
            while let Some(&task) = tasks.get(next.fetch_add(1, Ordering::Relaxed)) {
                if !run.worker.go_on() {
                    break;
                }
                run.task(task);
            }
            run.worker
        };
        if threads <= 1 || tasks.len() <= 1 {
            return vec![work()];
        }
        std::thread::scope(|scope| {
            let all: Vec<_> = (0..threads.min(tasks.len())).map(|_| scope.spawn(work)).collect();
            let join = |one: std::thread::ScopedJoinHandle<'_, W>| match one.join() {
                Ok(worker) => worker,
                Err(panic) => std::panic::resume_unwind(panic),
            };
            all.into_iter().map(join).collect()
        })
    }

    /// The wanted entries of a pack, and all they are built on.
    fn needed(&self, source: u32, pack: &Pack, kind: Kind, wanted: &(dyn Fn(u32) -> bool + Sync)) -> Needed {
        let mut needed = Needed(vec![0; pack.entries.len().div_ceil(64)]);
        for (at, entry) in (0..).zip(&pack.entries) {
            if !entry.is(kind) || self.wanted_number(source, entry.name, wanted).is_none() {
                continue;
            }
            let mut at = at;
            while at != NONE && needed.set(at) {
                at = pack.entries[at as usize].base;
            }
        }
        needed
    }

    /// The number of an object of a source, if the source owns it and it is wanted.
    fn wanted_number(&self, source: u32, name: u32, wanted: &(dyn Fn(u32) -> bool + Sync)) -> Option<u32> {
        let place = Place { source, name };
        let number = (name != NONE).then(|| self.catalog.number(place))?;
        (self.catalog.place(number) == place && wanted(number)).then_some(number)
    }

    fn tasks(&self, kind: Kind, needed: &[Needed], wanted: &(dyn Fn(u32) -> bool + Sync)) -> Vec<Task> {
        let mut tasks = Vec::new();
        for ((source, pack), needed) in (0..).zip(&self.packs).zip(needed) {
            let roots = pack.forest.roots(&pack.entries, kind).filter(|root| needed.has(root.entry));
            tasks.extend(roots.map(|root| Task { weight: root.weight, source, at: root.entry }));
        }
        let source = u32::try_from(self.packs.len()).unwrap_or(u32::MAX);
        for (at, loose) in (0..).zip(&self.loose.all) {
            if loose.kind == Some(kind) && self.wanted_number(source, at, wanted).is_some() {
                tasks.push(Task { weight: loose.size, source, at });
            }
        }
        tasks.sort_by_key(|task| std::cmp::Reverse(task.weight));
        tasks
    }
}

/// A rebuilt object that others are built on.
#[derive(Default)]
struct Frame<K> {
    bytes: Buffer,
    kept: K,
}

/// An object on the way from the root to the present one, with the children still to do.
struct Level<'a, K> {
    frame: Frame<K>,
    children: &'a [u32],
}

/// One thread of a sweep.
struct Run<'a, W: Follow> {
    packs: &'a Packs,
    needed: &'a [Needed],
    wanted: &'a (dyn Fn(u32) -> bool + Sync),
    worker: W,
    rebuild: Rebuild,
    spare: Vec<Frame<W::Kept>>,
}

impl<'a, W: Follow> Run<'a, W> {
    fn new(packs: &'a Packs, needed: &'a [Needed], wanted: &'a (dyn Fn(u32) -> bool + Sync), worker: W) -> Self {
        Self { packs, needed, wanted, worker, rebuild: Rebuild::new(packs.most), spare: Vec::new() }
    }

    fn task(&mut self, task: Task) {
        let packs = self.packs;
        match packs.packs.get(task.source as usize) {
            Some(pack) => self.tree(task.source, pack, task.at),
            None => self.loose(task),
        }
    }

    fn loose(&mut self, task: Task) {
        let (packs, at) = (self.packs, task.at as usize);
        let mut frame = self.spare.pop().unwrap_or_default();
        match packs.loose.read(at, packs.most, &mut Inflater::new(), &mut frame.bytes) {
            Ok((_, bytes)) => {
                let number = packs.wanted_number(task.source, task.at, self.wanted);
                self.worker.object(Object { number, bytes, base: None }, &mut frame.kept);
            }
            Err(defect) => self.worker.fault(packs.loose.fault(at, defect)),
        }
        self.rest(frame);
    }

    fn tree(&mut self, source: u32, pack: &'a Pack, root: u32) {
        let mut frame = self.spare.pop().unwrap_or_default();
        if let Err(defect) = self.rebuild.root(pack, root, &mut frame.bytes) {
            self.rest(frame);
            return self.lost(source, pack, root, defect);
        }
        let number = self.number(source, pack, root);
        self.worker.object(Object { number, bytes: frame.bytes.bytes(), base: None }, &mut frame.kept);
        let mut path = vec![Level { frame, children: pack.forest.children(root) }];
        while let Some(level) = path.last_mut() {
            let needed = &self.needed[source as usize];
            let Some(child) = take_needed(&mut level.children, needed) else {
                let level = path.pop().expect("it has a last");
                self.rest(level.frame);
                continue;
            };
            if !self.worker.go_on() {
                return;
            }
            let made = self.child(source, pack, child, &level.frame);
            // Nobody else is built on it: its buffer is free before the child's children are built.
            if !level.children.iter().any(|&other| needed.has(other)) {
                let level = path.pop().expect("it has a last");
                self.rest(level.frame);
            }
            if let Some(frame) = made {
                path.push(Level { frame, children: pack.forest.children(child) });
            }
        }
    }

    /// Rebuilds an object, and hands it over; `None` if that failed.
    fn child(&mut self, source: u32, pack: &Pack, at: u32, base: &Frame<W::Kept>) -> Option<Frame<W::Kept>> {
        let mut frame = self.spare.pop().unwrap_or_default();
        if let Err(defect) = self.rebuild.child(pack, at, base.bytes.bytes(), &mut frame.bytes) {
            self.rest(frame);
            self.lost(source, pack, at, defect);
            return None;
        }
        let number = self.number(source, pack, at);
        let base = Base { bytes: base.bytes.bytes(), kept: &base.kept, ops: &self.rebuild.ops };
        self.worker.object(Object { number, bytes: frame.bytes.bytes(), base: Some(base) }, &mut frame.kept);
        Some(frame)
    }

    fn number(&self, source: u32, pack: &Pack, at: u32) -> Option<u32> {
        self.packs.wanted_number(source, pack.entries[at as usize].name, self.wanted)
    }

    fn rest(&mut self, mut frame: Frame<W::Kept>) {
        frame.bytes.rest();
        self.spare.push(frame);
    }

    /// An entry cannot be rebuilt, and so nothing that is built on it: each may still stand elsewhere.
    fn lost(&mut self, source: u32, pack: &Pack, at: u32, defect: Defect) {
        let mut open = vec![(at, defect)];
        while let Some((at, defect)) = open.pop() {
            let entry = &pack.entries[at as usize];
            let needed = &self.needed[source as usize];
            let children = pack.forest.children(at).iter().filter(|&&child| needed.has(child));
            open.extend(children.map(|&child| (child, Defect::BaseUnreadable)));
            let Some(number) = self.number(source, pack, at) else { continue };
            let place = Place { source, name: entry.name };
            match self.packs.read_elsewhere(place, &mut self.rebuild) {
                Some((kind, bytes)) if entry.is(kind) => {
                    let object = Object { number: Some(number), bytes: &bytes, base: None };
                    self.worker.object(object, &mut W::Kept::default());
                }
                _ => self.worker.fault(pack.fault(entry, defect)),
            }
        }
    }
}

/// The next child that somebody wants, or that somebody wanted is built on.
fn take_needed(children: &mut &[u32], needed: &Needed) -> Option<u32> {
    while let Some((&child, rest)) = children.split_first() {
        *children = rest;
        if needed.has(child) {
            return Some(child);
        }
    }
    None
}
