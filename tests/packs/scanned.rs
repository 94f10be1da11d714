//! What a scan is handed of a store, and that its findings are the same either way.

use std::collections::{BTreeMap, HashSet};
use std::sync::{Arc, Mutex};

use keyless::model::{BlobRef, Coverage, Origin, Provenance, RepoPath, Skip, SkipReason};
use keyless::rule::spec::SampleSpec;
use keyless::rule::{RuleSet, sample};
use keyless::scan::{Progress, ScanPlan, scan};
use keyless::source::pack::{Attribution, Oid, Packs, Wanted};
use keyless::source::{Source, SourceError, Visit, Workers};

use super::attributed::attributed_by_hand;
use super::git::Repo;
use super::sweep::MOST;

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
