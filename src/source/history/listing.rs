//! What stands in trees: from the own reader of packs, from git2 where that has not read one.
//!
//! A history has a thousand trees for each that is new: the next one differs in one entry. The own reader keeps
//! trees as such differences, so whoever has looked at all of one tree is told of its neighbours only what is new.

use std::borrow::Cow;
use std::cell::RefCell;
use std::collections::HashMap;
use std::path::Path;

use crate::source::git::{Entries, Id, Kind, Objects, ReadError, Repo};
use crate::source::pack::{self, Packs, Reader, Trees};

/// Larger objects are left to git2.
const MOST: u64 = 1 << 30;

/// No object, no directory.
pub(super) const NONE: u32 = u32::MAX;
/// Any directory: what is left out of none counts as looked at in all.
pub(super) const ANYWHERE: u32 = u32::MAX - 1;

/// Commits and trees of a history.
pub(super) struct Listing<'r> {
    pub(super) objects: &'r Objects,
    own: Option<Own<'r>>,
}

/// The own reader.
struct Own<'r> {
    packs: &'r Packs,
    trees: Trees,
    reader: RefCell<Reader>,
}

/// An entry of a tree.
#[derive(Clone, Debug)]
pub(super) struct Entry<'l> {
    pub(super) id: Id,
    /// Its number in the own reader, or [`NONE`].
    pub(super) number: u32,
    pub(super) name: Cow<'l, [u8]>,
    pub(super) what: What,
}

/// An entry that was asked for by name.
#[derive(Clone, Copy, Debug)]
pub(super) struct NamedEntry {
    pub(super) id: Id,
    /// Its number in the own reader, or [`NONE`].
    pub(super) number: u32,
    /// The number of its name among those that were asked for.
    pub(super) name: u32,
    pub(super) what: What,
}

/// What an entry leads to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum What {
    /// A directory.
    Tree,
    /// A file or a symbolic link.
    Blob,
    /// A commit of another repository.
    Submodule,
}

/// Entries of a tree, all or those that are news.
pub(super) struct Listed<'l> {
    pub(super) entries: Vec<Entry<'l>>,
    /// The tree ends early.
    pub(super) is_cut: bool,
}

/// The packs of a repository, if the own reader knows its format.
pub(super) fn packs(repo: &Repo) -> Option<Packs> {
    open(&repo.common_dir, repo.format.id_length())
}

fn open(common_dir: &Path, id_length: usize) -> Option<Packs> {
    Packs::open(common_dir, MOST).ok().filter(|packs| packs.id_length() == id_length)
}

impl<'r> Listing<'r> {
    /// Without `packs` everything is read by git2, one by one. `trees`: those of the packs, if they were read before.
    pub(super) fn new(objects: &'r Objects, packs: Option<&'r Packs>, trees: Option<Trees>, threads: usize) -> Self {
        let own = packs.map(|packs| Own {
            packs,
            trees: trees.unwrap_or_else(|| Trees::read(packs, threads)),
            reader: RefCell::new(packs.reader()),
        });
        Self { objects, own }
    }

    /// What was read of trees, for another listing of the same packs.
    pub(super) fn into_trees(self) -> Option<Trees> {
        self.own.map(|own| own.trees)
    }

    /// Any object, and its kind.
    pub(super) fn object(&self, id: Id) -> Result<(Kind, Cow<'_, [u8]>), ReadError> {
        if let Some(own) = &self.own
            && let Some(number) = own.packs.find(id.as_bytes())
            && let Ok((kind, bytes)) = own.reader.borrow_mut().read(own.packs, number)
        {
            return Ok((of_pack(kind), Cow::Owned(bytes.to_vec())));
        }
        self.objects.read(id).map(|(kind, bytes)| (kind, Cow::Owned(bytes.to_vec())))
    }

    /// The bytes of a commit.
    pub(super) fn commit(&self, id: Id) -> Result<Cow<'_, [u8]>, ReadError> {
        if let Some(own) = &self.own
            && let Some(number) = own.packs.find(id.as_bytes())
            && let Ok((pack::Kind::Commit, bytes)) = own.reader.borrow_mut().read(own.packs, number)
        {
            return Ok(Cow::Owned(bytes.to_vec()));
        }
        self.objects.read_as(id, Kind::Commit).map(|bytes| Cow::Owned(bytes.to_vec()))
    }

    /// The number of an object, or [`NONE`].
    pub(super) fn number(&self, id: Id) -> u32 {
        self.own.as_ref().and_then(|own| own.packs.find(id.as_bytes())).unwrap_or(NONE)
    }

    /// The entries of a tree that have one of these names.
    pub(super) fn named(&self, id: Id, number: u32, names: &mut Names) -> Result<Vec<NamedEntry>, ReadError> {
        if let Some(entries) = self.own.as_ref().and_then(|own| own.named(number, names)) {
            return Ok(entries);
        }
        let named = |Entry { id, number, name, what }: Entry<'_>| {
            Some(NamedEntry { id, number, name: *names.wanted.get(&*name)?, what })
        };
        Ok(self.slowly(id)?.entries.into_iter().filter_map(named).collect())
    }

    /// The entries of a tree that may be news to somebody who looked at those that are done in `dir`. Objects that
    /// are no news anywhere may be left out.
    pub(super) fn news(&self, id: Id, number: u32, dir: u32, done: &Done) -> Result<Listed<'_>, ReadError> {
        match self.own.as_ref().and_then(|own| own.news(number, dir, done)) {
            Some(entries) => Ok(Listed { entries, is_cut: false }),
            None => self.slowly(id),
        }
    }

    fn slowly(&self, id: Id) -> Result<Listed<'_>, ReadError> {
        let bytes = self.objects.read_as(id, Kind::Tree)?;
        let mut listed = Listed { entries: Vec::new(), is_cut: false };
        for entry in Entries::new(&bytes, self.objects.format.id_length()) {
            let Ok(entry) = entry else {
                listed.is_cut = true;
                break;
            };
            let what = match () {
                () if entry.is_tree() => What::Tree,
                () if entry.is_submodule() => What::Submodule,
                () => What::Blob,
            };
            let number = if what == What::Tree { self.number(entry.id) } else { NONE };
            listed.entries.push(Entry { id: entry.id, number, name: Cow::Owned(entry.name.to_vec()), what });
        }
        Ok(listed)
    }
}

fn of_pack(kind: pack::Kind) -> Kind {
    match kind {
        pack::Kind::Commit => Kind::Commit,
        pack::Kind::Tree => Kind::Tree,
        pack::Kind::Blob => Kind::Blob,
        pack::Kind::Tag => Kind::Tag,
    }
}

impl Own<'_> {
    fn named(&self, number: u32, names: &mut Names) -> Option<Vec<NamedEntry>> {
        let tree = self.trees.get_whole(number)?;
        let mut named = |child: pack::Child| {
            let name = names.number(child.name(), || self.trees.name(child))?;
            let Entry { id, number, what, .. } = self.entry(child);
            Some(NamedEntry { id, number, name, what })
        };
        Some(self.trees.whole(tree).into_iter().filter_map(&mut named).collect())
    }

    fn news(&self, number: u32, dir: u32, done: &Done) -> Option<Vec<Entry<'_>>> {
        let tree = self.trees.get_whole(number)?;
        let child = done.child(number, dir).and_then(|child| self.trees.get_whole(child));
        let count = self.packs.count();
        let is_news = |child: &&pack::Child| child.number(count).is_none_or(|number| !done.is_met(number));
        let told = |children: &[pack::Child]| children.iter().filter(is_news).map(|child| self.entry(*child)).collect();
        Some(match child {
            _ if tree.base() == NONE || done.is(tree.base(), dir) => told(self.trees.brings(tree)),
            Some(child) => told(self.trees.drops(child)),
            None => told(&self.trees.whole(tree)),
        })
    }

    fn entry(&self, child: pack::Child) -> Entry<'_> {
        let name = Cow::Borrowed(self.trees.name(child));
        let (oid, number) = match child.number(self.packs.count()) {
            Some(number) => (self.packs.oid(number), number),
            None => (self.trees.missing_oid(child, self.packs.count()), NONE),
        };
        let what = match () {
            () if child.is_tree() => What::Tree,
            () if child.is_elsewhere() => What::Submodule,
            () => What::Blob,
        };
        Entry { id: Id::from_bytes(oid.as_bytes()).unwrap_or(Id::ZERO), number, name, what }
    }
}

/// Names of entries that somebody asks for, each with a number. Whether one is among them is found out once for each name.
#[derive(Debug, Default)]
pub(super) struct Names {
    wanted: HashMap<Vec<u8>, u32>,
    /// By the number that the own reader gave a name.
    known: Vec<Option<Option<u32>>>,
}

impl Names {
    /// Asks for a name: its number.
    pub(super) fn want(&mut self, name: &[u8]) -> u32 {
        if let Some(&known) = self.wanted.get(name) {
            return known;
        }
        let number = u32::try_from(self.wanted.len()).expect("paths of findings are counted in 32 bits");
        self.wanted.insert(name.to_vec(), number);
        number
    }

    /// The number of a name that is asked for.
    fn number<'n>(&mut self, of_reader: u32, name: impl FnOnce() -> &'n [u8]) -> Option<u32> {
        let of_reader = of_reader as usize;
        if of_reader >= self.known.len() {
            self.known.resize(of_reader + 1, None);
        }
        *self.known[of_reader].get_or_insert_with(|| self.wanted.get(name()).copied())
    }
}

/// Trees of which everything below was looked at, by number.
#[derive(Debug, Default)]
pub(super) struct Done {
    /// A bit for each object that is no news any more, wherever it is met.
    met: Vec<u64>,
    /// For each tree the directory in which it was.
    dirs: Vec<u32>,
    /// For each tree one that was built on it and is done.
    children: Vec<u32>,
    /// Does it not matter in which directory?
    anywhere: bool,
}

impl Done {
    /// `anywhere`: nothing is left out for its path, so what was seen in one directory was seen in all.
    pub(super) fn new(listing: &Listing<'_>, anywhere: bool) -> Self {
        let count = listing.own.as_ref().map_or(0, |own| own.packs.count() as usize);
        Self { met: vec![0; count.div_ceil(64)], dirs: vec![NONE; count], children: vec![NONE; count], anywhere }
    }

    /// This object is no news any more, wherever it is met. [`NONE`] is nobody.
    pub(super) fn meet(&mut self, number: u32) {
        if let Some(word) = self.met.get_mut(number as usize / 64) {
            *word |= 1 << (number % 64);
        }
    }

    fn is_met(&self, number: u32) -> bool {
        self.met.get(number as usize / 64).is_some_and(|word| word >> (number % 64) & 1 == 1)
    }

    fn is(&self, number: u32, dir: u32) -> bool {
        self.dirs
            .get(number as usize)
            .is_some_and(|&was| was != NONE && (self.anywhere || was == dir || was == ANYWHERE))
    }

    fn child(&self, number: u32, dir: u32) -> Option<u32> {
        self.children.get(number as usize).copied().filter(|&child| self.is(child, dir))
    }

    /// All below this tree was looked at.
    pub(super) fn add(&mut self, listing: &Listing<'_>, number: u32, dir: u32) {
        let Some(own) = &listing.own else { return };
        let (Some(was), Some(tree)) = (self.dirs.get_mut(number as usize), own.trees.get_whole(number)) else { return };
        *was = dir;
        let Some(known) = self.children.get(tree.base() as usize).copied() else { return };
        let drops = |number: u32| own.trees.get_whole(number).map_or(usize::MAX, |tree| own.trees.drops(tree).len());
        if !self.is(known, dir) || drops(known) > drops(number) {
            self.children[tree.base() as usize] = number;
        }
    }
}
