//! Stores of every make: packs, loose objects, borrowed ones, indexes that are gone.

use keyless::source::pack::{Defect, Kind, Packs};

use super::git::{Repo, Story};
use super::sweep::{Collector, MOST, like_git, sweep};

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
