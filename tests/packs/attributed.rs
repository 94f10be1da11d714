//! Which commit and path brought a blob.

use std::collections::{BTreeMap, BTreeSet, HashSet};

use keyless::source::pack::{Oid, Packs};

use super::git::{Objects, Repo, Story};
use super::sweep::MOST;

/// Commit and path that brought each blob, by the plainest means: every tree of every commit is entered whole.
pub(super) fn attributed_by_hand(objects: &Objects, tips: &[String]) -> BTreeMap<String, (String, String)> {
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
