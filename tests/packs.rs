//! The own reader of object stores against git itself, on repositories that git made.
//!
//! `KEYLESS_REPO=DIR cargo test --release --test packs -- --ignored throughput --nocapture` sweeps a real one;
//! compare with `git cat-file --batch-all-objects --batch --unordered --buffer`.

#![allow(clippy::unwrap_used, reason = "a test may panic")]

#[path = "packs/git.rs"]
mod git;

use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::path::Path;
use std::sync::{Arc, Mutex};

use git::{Objects, Repo, Story};
use keyless::model::{BlobRef, Coverage, Origin, Provenance, RepoPath, Skip, SkipReason};
use keyless::rule::{RuleSet, sample, spec::SampleSpec};
use keyless::scan::{Progress, ScanPlan, scan};
use keyless::source::pack::{Attribution, Defect, Fault, Follow, Kind, Object, Oid, Packs, Wanted};
use keyless::source::{Source, SourceError, Visit, Workers};

/// Objects up to this size are read.
const MOST: u64 = 1 << 30;
const KINDS: [Kind; 4] = [Kind::Commit, Kind::Tree, Kind::Blob, Kind::Tag];

/// Takes everything; holds each object against its base and the steps between.
#[derive(Default)]
struct Collector {
    objects: Vec<(u32, Vec<u8>)>,
    faults: Vec<Fault>,
    deltas: usize,
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
struct Swept {
    /// By name: kind and content.
    objects: Objects,
    faults: Vec<Fault>,
    deltas: usize,
}

fn sweep(git_dir: &Path, threads: usize) -> Swept {
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
fn like_git(repo: &Repo, what: &str) -> Swept {
    let by_git = repo.all_objects();
    let one = sweep(repo.git_dir(), 1);
    assert_eq!(one.faults, [], "{what}");
    assert!(one.objects == by_git, "{what}: {} objects against git's {}", one.objects.len(), by_git.len());
    let three = sweep(repo.git_dir(), 3);
    assert!(three.objects == one.objects && three.faults.is_empty(), "{what}: threads change nothing");
    one
}

#[test]
fn packs_of_every_make_are_read_as_git_reads_them() {
    let plans: &[(&str, &[&str], bool, &[&str])] = &[
        ("as it was imported", &[], false, &["count-objects"]),
        ("deltas by offset", &[], true, &["repack", "-adfq", "--depth=50"]),
        ("deltas by name", &[], true, &["-c", "repack.useDeltaBaseOffset=false", "repack", "-adfq", "--depth=50"]),
        ("no deltas", &[], false, &["repack", "-adfq", "--depth=0", "--window=0"]),
        ("loose objects", &[], false, &["unpack"]),
        ("SHA-256", &["--object-format=sha256"], true, &["repack", "-adfq"]),
        ("SHA-256, loose", &["--object-format=sha256"], false, &["unpack"]),
        ("index of version 1", &[], true, &["-c", "pack.indexVersion=1", "repack", "-adfq"]),
    ];
    for (what, init, has_deltas, step) in plans {
        let repo = Repo::new(init);
        repo.import(&Story::of(40, 6));
        repo.git(step);
        let swept = like_git(&repo, what);
        assert!(swept.objects.len() > 100, "{what}");
        assert_eq!(swept.deltas > 0, *has_deltas, "{what}: deltas were used");
    }
}

#[test]
fn chains_of_4000_deltas_are_followed() {
    let repo = Repo::new(&[]);
    repo.import(&Story::of(4100, 1));
    repo.git(&["-c", "pack.window=3", "repack", "-adfq", "--depth=4000"]);
    assert!(repo.deepest_chain() > 1000, "git made a chain of {}", repo.deepest_chain());
    like_git(&repo, "4,100 versions of a file");
}

#[test]
fn many_packs_and_loose_objects_are_one_store_in_which_each_object_comes_once() {
    let repo = Repo::new(&[]);
    for part in 0..5 {
        repo.import(&Story { first: part * 10, ..Story::of(10, 4) });
        repo.git(&["repack", "-dq"]);
    }
    // All again in one pack, the old ones stay; and a few loose ones.
    repo.git(&["-c", "pack.packSizeLimit=0", "repack", "-aq"]);
    repo.import_loose(&Story { first: 90, ..Story::of(3, 3) });
    assert!(repo.packs().len() >= 6);
    like_git(&repo, "six packs");
    repo.git(&["multi-pack-index", "write"]);
    like_git(&repo, "with a multi-pack-index");
}

#[test]
fn a_pack_whose_index_is_gone_is_read_by_the_multi_pack_index() {
    for format in ["sha1", "sha256"] {
        let repo = Repo::new(&[&format!("--object-format={format}")]);
        for part in 0..3 {
            repo.import(&Story { first: part * 10, ..Story::of(10, 4) });
            repo.git(&["repack", "-dq"]);
        }
        let by_git = repo.all_objects();
        repo.git(&["multi-pack-index", "write"]);
        repo.packs().iter().for_each(|pack| std::fs::remove_file(pack.with_extension("idx")).unwrap());
        let swept = sweep(repo.git_dir(), 2);
        assert_eq!(swept.faults, [], "{format}");
        assert!(swept.objects == by_git, "{format}");
    }
}

#[test]
fn borrowed_objects_are_part_of_the_store() {
    let lender = Repo::new(&[]);
    lender.import(&Story::of(20, 3));
    let repo = Repo::new(&[]);
    repo.write(".git/objects/info/alternates", &format!("# lent\n{}\n", lender.git_dir().join("objects").display()));
    repo.import(&Story { first: 50, ..Story::of(20, 3) });
    // A circle must end.
    lender.write(".git/objects/info/alternates", &format!("{}\n", repo.git_dir().join("objects").display()));
    like_git(&repo, "borrowed");
    repo.write(".git/objects/info/alternates", "/nowhere/objects\n");
    let faults = sweep(repo.git_dir(), 1).faults;
    assert!(faults.iter().any(|fault| matches!(fault.defect, Defect::File(_))), "{faults:?}");
}

#[test]
fn a_thin_pack_gives_what_it_has_and_names_the_bases_that_it_lacks() {
    let repo = Repo::new(&[]);
    repo.import(&Story::of(20, 2));
    repo.git(&["repack", "-adfq"]);
    let thin = repo.thin_pack(10);
    let swept = sweep(thin.git_dir(), 2);
    let missing: Vec<_> = swept.faults.iter().filter(|fault| matches!(fault.defect, Defect::BaseMissing(_))).collect();
    assert!(!missing.is_empty(), "{:?}", swept.faults);
    assert!(missing.iter().all(|fault| fault.oid.is_some() && fault.offset >= 12));
    let by_git = repo.all_objects();
    assert!(!swept.objects.is_empty());
    for (name, object) in &swept.objects {
        assert_eq!(by_git.get(name), Some(object), "{name}");
    }
    let lost: Vec<String> = swept.faults.iter().map(|fault| fault.oid.unwrap().to_string()).collect();
    for name in thin.named_by_index() {
        assert!(swept.objects.contains_key(&name) || lost.contains(&name), "{name} is told or read");
    }
}

#[test]
fn an_object_that_is_damaged_in_one_pack_is_read_from_another() {
    let repo = Repo::new(&[]);
    repo.import(&Story::of(20, 3));
    repo.git(&["repack", "-adfq"]);
    let by_git = repo.all_objects();
    let first = repo.packs();
    repo.git(&["-c", "pack.window=0", "repack", "-aFq", "--depth=1"]);
    let damaged = first.iter().find(|pack| pack.exists()).map_or_else(|| repo.packs()[0].clone(), Clone::clone);
    let copy = damaged.with_file_name("pack-0000000000000000000000000000000000000000.pack");
    std::fs::copy(&damaged, &copy).unwrap();
    std::fs::copy(damaged.with_extension("idx"), copy.with_extension("idx")).unwrap();
    repo.change(&copy, |bytes| {
        let middle = bytes.len() / 2;
        bytes[middle..middle + 40].fill(0xee);
    });
    let swept = sweep(repo.git_dir(), 2);
    assert!(swept.objects == by_git, "{:?}", swept.faults);
    assert_eq!(swept.faults, [], "nothing was lost");
}

/// Every byte of a small pack, and every fifth of its index, is changed, in turn: each change is noticed, or changes nothing.
#[test]
fn damage_anywhere_is_a_fault_and_never_a_panic() {
    for version in ["1", "2"] {
        let repo = Repo::new(&[]);
        repo.import(&Story { lines: 12, ..Story::of(6, 2) });
        repo.git(&["-c", &format!("pack.indexVersion={version}"), "repack", "-adfq", "--depth=50"]);
        let by_git = repo.all_objects();
        let pack = repo.packs()[0].clone();
        for (ending, step) in [("pack", 1), ("idx", 5)] {
            let file = pack.with_extension(ending);
            let whole = std::fs::read(&file).unwrap();
            for (at, change) in (0..whole.len()).zip([0x01, 0x80, 0x5a, 0xff].into_iter().cycle()) {
                if at % step == 0 {
                    repo.change(&file, |bytes| bytes[at] = whole[at] ^ change);
                    let swept = sweep(repo.git_dir(), 1);
                    let unchanged = swept.objects == by_git;
                    // Version 1 has no checksums: content is held against its stream's own, headers are not.
                    let silent = swept.faults.is_empty() && !unchanged && (version == "2" && ending == "pack");
                    assert!(!silent, "byte {at} of the {ending}, version {version}, with {change:#x} changed");
                }
            }
            repo.change(&file, |bytes| bytes.copy_from_slice(&whole));
            for length in (0..whole.len()).step_by(31) {
                repo.cut(&file, length);
                let swept = sweep(repo.git_dir(), 1);
                assert!(!swept.faults.is_empty(), "the {ending}, cut to {length} bytes");
                repo.replace(&file, &whole);
            }
        }
    }
}

#[test]
fn an_object_larger_than_the_limit_is_a_fault_and_so_is_what_is_built_on_it() {
    let repo = Repo::new(&[]);
    repo.import(&Story { lines: 400, ..Story::of(10, 1) });
    repo.git(&["repack", "-adfq"]);
    let packs = Packs::open(repo.git_dir(), 2000).unwrap();
    let workers = packs.sweep(Kind::Blob, 1, &|_| true, Collector::default);
    assert!(workers[0].objects.iter().all(|(_, bytes)| bytes.len() <= 2000));
    assert!(workers[0].faults.iter().any(|fault| matches!(fault.defect, Defect::TooLarge(size) if size > 2000)));
    assert_eq!(workers[0].objects.len() + workers[0].faults.len(), 10);
}

#[test]
fn only_what_is_wanted_comes_by_number() {
    let repo = Repo::new(&[]);
    repo.import(&Story::of(60, 2));
    repo.git(&["repack", "-adfq", "--depth=50"]);
    let packs = Packs::open(repo.git_dir(), MOST).unwrap();
    let wanted = |number: u32| number % 7 == 3;
    let got: Vec<u32> = packs
        .sweep(Kind::Blob, 2, &wanted, Collector::default)
        .into_iter()
        .flat_map(|worker| worker.objects.into_iter().map(|(number, _)| number))
        .collect();
    assert!(!got.is_empty() && got.iter().all(|&number| wanted(number)));
    for number in got {
        let (kind, bytes) = packs.read(number).unwrap();
        assert_eq!(repo.all_objects()[&packs.oid(number).to_string()], (kind.as_str(), bytes));
    }
}

/// Commit and path that brought each blob, by the plainest means: every tree of every commit is entered whole.
fn attributed_by_hand(objects: &Objects, tips: &[String]) -> BTreeMap<String, (String, String)> {
    let field = |name: &str, word: &str| -> Vec<String> {
        let text = String::from_utf8_lossy(&objects[name].1).into_owned();
        let head = text.split("\n\n").next().unwrap().to_owned();
        head.lines().filter_map(|line| line.strip_prefix(word).map(str::to_owned)).collect()
    };
    let time = |name: &str| -> i64 {
        let who = &field(name, "committer ")[0];
        who.rsplit(' ').nth(1).unwrap().parse().unwrap()
    };
    let mut reachable = BTreeSet::new();
    let mut open = tips.to_vec();
    while let Some(name) = open.pop() {
        if reachable.insert(name.clone()) {
            open.extend(field(&name, "parent "));
        }
    }
    let (mut done, mut met) = (BTreeSet::new(), BTreeMap::new());
    while done.len() < reachable.len() {
        let free = |name: &&String| !done.contains(*name) && field(name, "parent ").iter().all(|p| done.contains(p));
        let next = reachable.iter().filter(free).min_by_key(|name| (time(name), (*name).clone())).unwrap().clone();
        let root = field(&next, "tree ")[0].clone();
        enter(objects, &next, &root, "", &mut met, &mut BTreeSet::new());
        done.insert(next);
    }
    met
}

fn enter(
    objects: &Objects,
    commit: &str,
    tree: &str,
    path: &str,
    met: &mut BTreeMap<String, (String, String)>,
    entered: &mut BTreeSet<String>,
) {
    if !entered.insert(tree.to_owned()) {
        return;
    }
    let (kind, mut rest) = (objects[tree].0, &objects[tree].1[..]);
    assert_eq!(kind, "tree");
    let id_length = tree.len() / 2;
    while !rest.is_empty() {
        let zero = rest.iter().position(|&byte| byte == 0).unwrap();
        let head = String::from_utf8_lossy(&rest[..zero]).into_owned();
        let (mode, name) = head.split_once(' ').unwrap();
        let id: String = rest[zero + 1..=zero + id_length].iter().map(|byte| format!("{byte:02x}")).collect();
        rest = &rest[zero + 1 + id_length..];
        let path = if path.is_empty() { name.to_owned() } else { format!("{path}/{name}") };
        if mode == "40000" {
            enter(objects, commit, &id, &path, met, entered);
        } else {
            met.entry(id).or_insert_with(|| (commit.to_owned(), path));
        }
    }
}

#[test]
fn each_blob_is_told_by_the_commit_and_path_that_brought_it() {
    let shapes: &[(&str, &[&str])] = &[
        ("as imported", &["count-objects"]),
        ("deltas", &["repack", "-adfq", "--depth=50"]),
        ("deep deltas", &["repack", "-adfq", "--depth=250", "--window=100"]),
        ("no deltas", &["repack", "-adfq", "--depth=0", "--window=0"]),
        ("loose objects", &["unpack"]),
    ];
    for format in ["sha1", "sha256"] {
        let repo = Repo::new(&[&format!("--object-format={format}")]);
        repo.import_branches(60);
        let objects = repo.all_objects();
        let tips = repo.tips();
        let by_hand = attributed_by_hand(&objects, &tips);
        for (what, step) in shapes {
            repo.git(step);
            let packs = Packs::open(repo.git_dir(), MOST).unwrap();
            let oids: Vec<Oid> = tips.iter().map(|tip| Oid::from_hex(tip.as_bytes()).unwrap()).collect();
            for threads in [1, 3] {
                let all = packs.attribute(&oids, &HashSet::new(), threads);
                assert!(all.missing.is_empty() && all.malformed.is_empty() && all.faults.is_empty(), "{what}");
                let mut found = BTreeMap::new();
                for number in 0..packs.count() {
                    let name = packs.oid(number).to_string();
                    if let Some(met) = all.of(number).filter(|_| objects[&name].0 == "blob") {
                        let path = String::from_utf8(met.path).unwrap();
                        found.insert(name, (packs.oid(met.commit).to_string(), path));
                    }
                }
                assert!(found.len() > 40, "{what}: {}", found.len());
                assert!(found == by_hand, "{format}, {what}, {threads} threads");
            }
        }
    }
}

#[test]
fn what_is_missing_is_told_with_who_wanted_it() {
    let repo = Repo::new(&[]);
    repo.import(&Story::of(8, 4));
    repo.git(&["unpack"]);
    let tips = repo.tips();
    let whole = attributed_by_hand(&repo.all_objects(), &tips);
    let (blob, (commit, path)) = whole.iter().next().unwrap();
    std::fs::remove_file(repo.git_dir().join("objects").join(&blob[..2]).join(&blob[2..])).unwrap();
    let packs = Packs::open(repo.git_dir(), MOST).unwrap();
    let oids: Vec<Oid> = tips.iter().map(|tip| Oid::from_hex(tip.as_bytes()).unwrap()).collect();
    let missing = packs.attribute(&oids, &HashSet::new(), 1).missing;
    assert_eq!(missing.len(), 1);
    assert_eq!(missing[0].oid.to_string(), *blob);
    let met = missing[0].met.clone().unwrap();
    assert_eq!(
        (packs.oid(met.commit).to_string(), String::from_utf8(met.path).unwrap()),
        (commit.clone(), path.clone())
    );
    std::fs::remove_file(repo.git_dir().join("objects").join(&tips[0][..2]).join(&tips[0][2..])).unwrap();
    let packs = Packs::open(repo.git_dir(), MOST).unwrap();
    let all = packs.attribute(&oids, &HashSet::new(), 1);
    assert!(all.commits.is_empty());
    assert_eq!((all.missing.len(), all.missing[0].met.clone()), (1, None));
}

/// What a scan is handed.
#[derive(Clone, Default)]
struct Seen {
    blobs: Arc<Mutex<BTreeMap<String, Vec<u8>>>>,
    skips: Arc<Mutex<Vec<Skip>>>,
}

impl Visit for Seen {
    fn blob(&mut self, blob: BlobRef<'_>) {
        let path = blob.provenance.first().path().text().into_owned();
        let old = self.blobs.lock().unwrap().insert(path.clone(), blob.bytes.to_vec());
        assert!(old.is_none(), "{path} came twice");
    }

    fn skip(&mut self, skip: Skip) {
        self.skips.lock().unwrap().push(skip);
    }

    fn go_on(&self) -> bool {
        true
    }
}

/// Visits all blobs that branches lead to; each is named by commit and path.
fn visit(repo: &Repo, max_size: u64) -> (Seen, Coverage) {
    let packs = Packs::open(repo.git_dir(), MOST).unwrap();
    let tips: Vec<Oid> = repo.tips().iter().map(|tip| Oid::from_hex(tip.as_bytes()).unwrap()).collect();
    let all = packs.attribute(&tips, &HashSet::new(), 2);
    let name = |number| {
        let met = all.of(number).unwrap();
        format!("{}:{}", packs.oid(met.commit), String::from_utf8(met.path).unwrap())
    };
    let provenance = |number| Provenance::new(Origin::File { path: RepoPath::new(name(number).into_bytes()) });
    let seen = Seen::default();
    let wanted = Wanted { is_wanted: &|number| all.is_blob(number), provenance: &provenance, max_size, unread: None };
    let coverage = packs.visit(&wanted, 2, &|| Box::new(seen.clone()));
    (seen, coverage)
}

#[test]
fn a_scan_is_handed_every_reachable_blob_once_or_told_why_not() {
    let repo = Repo::new(&[]);
    repo.import_branches(60);
    repo.git(&["repack", "-adfq", "--depth=50"]);
    let objects = repo.all_objects();
    let by_hand: BTreeMap<String, Vec<u8>> = attributed_by_hand(&objects, &repo.tips())
        .into_iter()
        .map(|(blob, (commit, path))| (format!("{commit}:{path}"), objects[&blob].1.clone()))
        .collect();
    let names = repo.blob_names();
    let (seen, coverage) = visit(&repo, MOST);
    assert!(*seen.blobs.lock().unwrap() == by_hand);
    assert_eq!(*seen.skips.lock().unwrap(), []);
    assert_eq!(coverage.blobs, by_hand.len() as u64);

    let (seen, _) = visit(&repo, 1500);
    let small = by_hand.values().filter(|bytes| bytes.len() <= 1500).count();
    assert_eq!(seen.blobs.lock().unwrap().len(), small);
    assert!(seen.skips.lock().unwrap().iter().all(|skip| skip.reason == SkipReason::TooLarge));

    // Blobs only: what is damaged in a commit or a tree changes what is reachable.
    let damaged = repo.packs()[0].clone();
    let whole = std::fs::read(&damaged).unwrap();
    for blob in names.iter().step_by(9) {
        let (offset, length) = repo.place_in_pack(blob);
        for at in [offset, offset + length / 2, offset + length - 1] {
            repo.change(&damaged, |bytes| bytes[at] ^= 0x31);
            let (seen, _) = visit(&repo, MOST);
            let (blobs, skips) = (seen.blobs.lock().unwrap(), seen.skips.lock().unwrap());
            assert!(!skips.is_empty() && skips.iter().all(Skip::is_failure), "{blob} at {at}");
            assert_eq!(blobs.len() + skips.len(), by_hand.len(), "{blob} at {at}");
            assert!(blobs.iter().all(|(path, bytes)| by_hand[path] == *bytes), "{blob} at {at}");
            let told = skips.iter().find(|skip| skip.detail.contains(blob.as_str()));
            assert!(told.is_some_and(|skip| by_hand.contains_key(&*skip.path.text())), "{blob}: {skips:?}");
            repo.replace(&damaged, &whole);
        }
    }
}

/// All blobs that branches lead to, as a source.
struct Branches {
    packs: Packs,
    all: Attribution,
}

impl Source for Branches {
    fn visit(&self, threads: usize, worker: Workers<'_>) -> Result<Coverage, SourceError> {
        // Each version has a name of its own: two contents of one file are no state of a tree.
        let path = |number| {
            let met = self.all.of(number).unwrap();
            let commit = self.packs.oid(met.commit);
            RepoPath::new([commit.to_string().as_bytes(), b"/", &met.path].concat())
        };
        let wanted = Wanted {
            is_wanted: &|number| self.all.is_blob(number),
            provenance: &|number| Provenance::new(Origin::File { path: path(number) }),
            max_size: MOST,
            unread: None,
        };
        Ok(self.packs.visit(&wanted, threads, worker))
    }
}

#[test]
fn findings_are_the_same_whether_versions_are_looked_at_whole_or_not() {
    let rules = RuleSet::builtin();
    let secret = SampleSpec { made: Some("his-v1:+ASt:Default0".into()), ..SampleSpec::default() };
    let key = |number| sample::make("key", &secret, number, &|_| None).unwrap();
    let lines = |commit: usize, line: usize| match (commit / 5 + line) % 23 {
        // Keys that come, move, change and go; words of keys that were cut by a change.
        3 => format!("AccountName=orders;AccountKey={}\n", key((commit / 12) as u64)),
        9 if commit.is_multiple_of(2) => format!("connection = \"AccountKey={}\"\n", key(line as u64)),
        11 => "Account\nKey=\npassword = \"\"\n".to_owned(),
        17 => format!("\tclient_secret: {}x{commit}\n", &key(77)[..40]),
        _ => format!("line {line} {}\n", (line * 7919 + commit / 9) % 1009),
    };
    for options in [["--depth=50", "--window=10"], ["--depth=250", "--window=60"], ["--depth=0", "--window=0"]] {
        let repo = Repo::new(&[]);
        repo.import_text(60, &|commit| (0..90).map(|line| lines(commit, line)).collect());
        repo.git(&[&["repack", "-adfq"], &options[..]].concat());
        let packs = Packs::open(repo.git_dir(), MOST).unwrap();
        let tips: Vec<Oid> = repo.tips().iter().map(|tip| Oid::from_hex(tip.as_bytes()).unwrap()).collect();
        let all = packs.attribute(&tips, &HashSet::new(), 1);
        let source = Branches { packs, all };
        let report = |without_versions, threads| {
            let mut plan = ScanPlan { threads, ..ScanPlan::default() };
            plan.detect.without_versions = without_versions;
            scan(&plan, &[&source], &rules, &Progress::default()).unwrap()
        };
        let whole = report(true, 1);
        assert!(whole.findings.len() > 5, "{}", whole.findings.len());
        assert_eq!(whole.coverage.blobs, 60);
        let whole = serde_json::to_string(&whole).unwrap();
        for threads in [1, 3] {
            let by_version = serde_json::to_string(&report(false, threads)).unwrap();
            assert!(by_version == whole, "{options:?}, {threads} threads");
        }
    }
}

#[derive(Default)]
struct Counter {
    objects: usize,
    bytes: u64,
    faults: usize,
}

impl Follow for Counter {
    type Kept = ();

    fn object(&mut self, object: Object<'_, ()>, (): &mut ()) {
        self.objects += 1;
        self.bytes += object.bytes.len() as u64;
    }

    fn fault(&mut self, _: Fault) {
        self.faults += 1;
    }
}

#[test]
#[ignore = "needs a repository by path, and says what it measured"]
#[allow(clippy::print_stderr, reason = "it is run to see the numbers")]
fn throughput() {
    let repo = std::env::var("KEYLESS_REPO").expect("KEYLESS_REPO names a git directory");
    let threads = std::env::var("KEYLESS_THREADS").map_or(1, |threads| threads.parse().unwrap());
    let begun = std::time::Instant::now();
    let packs = Packs::open(Path::new(&repo), MOST).unwrap();
    eprintln!("open {:?}, {} objects, {} faults", begun.elapsed(), packs.count(), packs.faults().len());
    let kinds = std::env::var("KEYLESS_KINDS").unwrap_or_else(|_| "blob".to_owned());
    for kind in KINDS.into_iter().filter(|kind| kinds.contains(kind.as_str())) {
        let begun = std::time::Instant::now();
        let workers = packs.sweep(kind, threads, &|_| true, Counter::default);
        let sum = |of: fn(&Counter) -> u64| workers.iter().map(of).sum::<u64>();
        let (objects, bytes) = (sum(|worker| worker.objects as u64), sum(|worker| worker.bytes));
        eprintln!(
            "{} {:?}, {objects} objects, {bytes} bytes, {} faults",
            kind.as_str(),
            begun.elapsed(),
            sum(|w| w.faults as u64)
        );
    }
}
