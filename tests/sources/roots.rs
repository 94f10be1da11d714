//! The paths that are given: overlapping, missing, as they were typed.

use keyless::model::SkipReason;
use keyless::source::WalkOptions;

use super::scratch::{Tree, plain, visit};

#[test]
fn overlapping_roots_report_a_file_once() {
    let files = [("src/a", "1"), ("src/deep/b", "2"), ("c", "3"), ("skipped/d", "4"), ("e.log", "5")];
    let tree = Tree::repository(&files);
    tree.write(".gitignore", "skipped\n*.log\n");
    for roots in [
        &["", "src", "skipped", "e.log"][..],
        &["src", "", "e.log", "skipped"],
        &["", "", "src/../src", "src/deep", "src/deep/b", "c", "skipped/d", "e.log", "e.log", "src/deep/../a"],
    ] {
        let seen = tree.visit(roots, plain());
        let mut texts: Vec<_> = seen.blobs.values().filter(|text| text.len() == 1).map(Vec::as_slice).collect();
        texts.sort_unstable();
        assert_eq!(texts, [b"1", b"2", b"3", b"4", b"5"], "{roots:?}: {:?}", seen.paths());
        assert!(!seen.paths().iter().any(|path| path.ends_with("(again)")), "{roots:?}: {:?}", seen.paths());
        assert_eq!(seen.ignored(), u64::from(roots.contains(&"skipped/d")), "{roots:?}");
    }
}

#[test]
fn paths_are_shown_as_they_were_typed() {
    for (root, shown) in [(".", "tests/sources.rs"), ("./tests", "tests/sources.rs"), ("tests/", "tests/sources.rs")] {
        let options = WalkOptions { excludes: vec!["target".into()], ..plain() };
        let seen = visit(vec![root.into()], options, 2);
        assert!(seen.blobs.contains_key(shown), "{root}: {:?}", seen.paths());
    }
    let seen = visit(vec!["./Cargo.toml".into(), "src/../Cargo.toml".into()], plain(), 1);
    assert_eq!(seen.paths(), ["Cargo.toml"]);
}

#[test]
fn a_missing_path_does_not_stop_the_others_and_is_a_failure() {
    let tree = Tree::new(&[("a", "1")]);
    let seen = tree.visit(&["nowhere", "a"], plain());
    assert_eq!(seen.paths(), ["a"]);
    assert_eq!(seen.skips["nowhere"], (SkipReason::Unreadable, "no such file or directory; check the spelling".into()));
}
