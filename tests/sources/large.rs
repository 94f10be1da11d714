//! Large files, large and deep directories, and visits that are stopped.

use std::fs;
use std::path::PathBuf;

use keyless::model::{BlobRef, Skip, SkipReason};
use keyless::source::{Source, Visit, WalkOptions, Worktree};

use super::scratch::{Collector, Tree, plain, visit, visit_with};

#[test]
fn files_over_the_limit_are_passed_over_with_their_size() {
    let tree = Tree::new(&[("big", "123456"), ("fits", "12345")]);
    let seen = tree.visit(&[""], WalkOptions { max_file_size: 5, ..plain() });
    assert_eq!(seen.paths(), ["fits"]);
    assert_eq!(seen.skips["big"], (SkipReason::TooLarge, "6 bytes".into()));
}

#[test]
fn a_file_larger_than_the_buffer_is_read_whole_and_a_sparse_giant_is_refused() {
    let tree = Tree::new(&[]);
    for (name, length) in [("below", 131_071), ("equal", 131_072), ("above", 131_073), ("mega", 9_000_000)] {
        let text: String = (0..length).map(|i| char::from(b'a' + u8::try_from(i % 23).unwrap())).collect();
        tree.write(name, &text);
    }
    let seen = tree.visit(&[""], plain());
    for (name, bytes) in &seen.blobs {
        assert!(*bytes == fs::read(tree.path(name)).unwrap(), "{name}");
    }
    assert_eq!(seen.blobs.len(), 4);
    fs::File::create(tree.path("giant")).unwrap().set_len(5 << 30).unwrap();
    let met = tree.visit(&[""], plain());
    assert_eq!(met.reasons(), [("giant", SkipReason::TooLarge)]);
    let named = tree.visit(&["giant"], plain());
    assert_eq!(named.reasons(), [("giant", SkipReason::Unreadable)]);
}

#[test]
fn a_file_that_vanishes_after_it_was_listed_is_a_failure() {
    struct Vandal(PathBuf, Collector);
    impl Visit for Vandal {
        fn blob(&mut self, blob: BlobRef<'_>) {
            self.1.blob(blob);
            for entry in fs::read_dir(&self.0).unwrap().flatten() {
                fs::remove_file(entry.path()).unwrap();
            }
        }
        fn skip(&mut self, skip: Skip) {
            self.1.skip(skip);
        }
        fn go_on(&self) -> bool {
            true
        }
    }
    let tree = Tree::new(&[("a", "1"), ("b", "2"), ("c", "3")]);
    let collector = Collector::default();
    let source = Worktree { roots: vec![tree.path("")], options: plain() };
    let (root, worker) = (tree.path(""), collector.clone());
    source.visit(1, &move || Box::new(Vandal(root.clone(), worker.clone()))).unwrap();
    let seen = collector.seen.lock().unwrap().clone();
    assert_eq!(seen.blobs.len(), 1);
    let reasons: Vec<_> = seen.skips.values().map(|(reason, _)| *reason).collect();
    assert_eq!(reasons, [SkipReason::Changed; 2]);
}

#[test]
fn a_visit_that_is_stopped_says_so_and_ends_soon() {
    let tree = Tree::new(&[]);
    for i in 0..200 {
        tree.write(&format!("d{}/f{i}", i % 10), "x");
    }
    let named: Vec<PathBuf> = (0..200).map(|i| tree.path(&format!("d{}/f{i}", i % 10))).collect();
    for roots in [vec![tree.path("")], named] {
        for threads in [1, 4] {
            let collector = Collector { stop_after: Some(5), ..Collector::default() };
            let seen = visit_with(&collector, roots.clone(), plain(), threads);
            assert!(seen.coverage.interrupted);
            assert!((5..5 + threads).contains(&seen.blobs.len()), "{threads} threads read {}", seen.blobs.len());
        }
    }
    assert!(!visit(vec![tree.path("")], plain(), 2).coverage.interrupted);
}

#[test]
fn five_thousand_entries_in_one_directory_are_all_read_on_any_number_of_threads() {
    let tree = Tree::repository(&[(".gitignore", "*7\n")]);
    for i in 0..5_000 {
        tree.write(&format!("f{i}"), "x");
    }
    for threads in [0, 1, 3, 16] {
        let seen = visit(vec![tree.path("")], plain(), threads);
        assert_eq!((seen.blobs.len(), seen.ignored()), (4_501, 500), "{threads} threads");
    }
    let named = (0..5_000).map(|i| tree.path(&format!("f{i}"))).collect();
    assert_eq!(visit(named, plain(), 3).blobs.len(), 5_000);
}

#[test]
fn a_thousand_levels_are_walked() {
    let tree = Tree::new(&[]);
    let mut path = tree.path("");
    for _ in 0..1_000 {
        path.push("d");
    }
    fs::create_dir_all(&path).unwrap();
    fs::write(path.join("bottom"), "x").unwrap();
    let seen = tree.visit(&[""], plain());
    assert_eq!(seen.blobs.len(), 1, "{:?}", seen.skips);
}

/// A walk with nothing to do, to be timed.
#[test]
#[ignore = "a measurement"]
fn throughput() {
    struct Nothing;
    impl Visit for Nothing {
        fn blob(&mut self, blob: BlobRef<'_>) {
            std::hint::black_box(blob.bytes);
        }
        fn skip(&mut self, skip: Skip) {
            std::hint::black_box(skip);
        }
        fn go_on(&self) -> bool {
            true
        }
    }
    let Some(tree) = std::env::var_os("KEYLESS_TREE") else { return };
    let number = |name: &str, default: usize| std::env::var(name).map_or(default, |n| n.parse().unwrap());
    let options = WalkOptions {
        no_ignore: number("KEYLESS_NO_IGNORE", 0) > 0,
        excludes: ["node_modules", "*.min.js", ".terraform/providers/**"].map(String::from).to_vec(),
        base: None,
        max_file_size: 16 << 20,
        read_ignored_carriers: number("KEYLESS_CARRIERS", 0) > 0,
    };
    let source = Worktree { roots: vec![tree.into()], options };
    for _ in 0..number("KEYLESS_ROUNDS", 1) {
        let coverage = source.visit(number("KEYLESS_THREADS", 2), &|| Box::new(Nothing)).unwrap();
        println!("{coverage:?}");
    }
}
