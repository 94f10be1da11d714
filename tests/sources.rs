//! Sources list and read what they should: hostile trees, ignore files, overlapping roots.
//!
//! `KEYLESS_TREE=DIR cargo test --release --test sources -- --ignored throughput --nocapture` walks a real
//! tree with a worker that does nothing; compare with `rg -c zzzz` on the same tree.

#![allow(clippy::unwrap_used, clippy::print_stderr, reason = "a test may panic, and says what it could not try")]

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};

use keyless::model::{BlobRef, Coverage, Skip, SkipReason};
use keyless::source::{Source, Visit, WalkOptions, Worktree};

/// What one visit of a source showed, whatever the order.
#[derive(Clone, Debug, Default)]
struct Seen {
    /// Path to content; a path met twice is noted as `path (again)`.
    blobs: BTreeMap<String, Vec<u8>>,
    skips: BTreeMap<String, (SkipReason, String)>,
    coverage: Coverage,
}

impl Seen {
    fn paths(&self) -> Vec<&str> {
        self.blobs.keys().map(String::as_str).collect()
    }

    fn reasons(&self) -> Vec<(&str, SkipReason)> {
        self.skips.iter().map(|(path, (reason, _))| (path.as_str(), *reason)).collect()
    }

    fn ignored(&self) -> u64 {
        self.coverage.left_out.ignored
    }
}

#[derive(Clone, Default)]
struct Collector {
    seen: Arc<Mutex<Seen>>,
    stop_after: Option<usize>,
}

impl Visit for Collector {
    fn blob(&mut self, blob: BlobRef<'_>) {
        let mut path = blob.provenance.first().path().text().into_owned();
        let blobs = &mut self.seen.lock().unwrap().blobs;
        if blobs.contains_key(&path) {
            path.push_str(" (again)");
        }
        blobs.insert(path, blob.bytes.to_vec());
    }

    fn skip(&mut self, skip: Skip) {
        self.seen.lock().unwrap().skips.insert(skip.path.text().into_owned(), (skip.reason, skip.detail));
    }

    fn go_on(&self) -> bool {
        self.stop_after.is_none_or(|most| self.seen.lock().unwrap().blobs.len() < most)
    }
}

/// A directory that goes away with its test.
struct Tree(tempfile::TempDir);

impl Tree {
    fn new(files: &[(&str, &str)]) -> Self {
        let tree = Self(tempfile::Builder::new().prefix("keyless-tree").tempdir().unwrap());
        for (path, text) in files {
            tree.write(path, text);
        }
        tree
    }

    /// The same, and git takes it for a repository, so that ignore files count.
    fn repository(files: &[(&str, &str)]) -> Self {
        let tree = Self::new(files);
        tree.write(".git/HEAD", "ref: refs/heads/main\n");
        tree
    }

    fn path(&self, below: &str) -> PathBuf {
        if below.is_empty() { self.0.path().to_path_buf() } else { self.0.path().join(below) }
    }

    fn write(&self, path: &str, text: &str) {
        let path = self.path(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    /// Visits roots of the tree, and shows paths without the place of the tree.
    fn visit(&self, roots: &[&str], options: WalkOptions) -> Seen {
        let seen = visit(roots.iter().map(|root| self.path(root)).collect(), options, 2);
        let here = format!("{}/", self.0.path().to_str().unwrap());
        let short = |path: &str| path.strip_prefix(&here).unwrap_or(path).to_owned();
        Seen {
            blobs: seen.blobs.into_iter().map(|(path, bytes)| (short(&path), bytes)).collect(),
            skips: seen.skips.into_iter().map(|(path, skip)| (short(&path), skip)).collect(),
            coverage: seen.coverage,
        }
    }
}

fn visit(roots: Vec<PathBuf>, options: WalkOptions, threads: usize) -> Seen {
    visit_with(&Collector::default(), roots, options, threads)
}

fn visit_with(collector: &Collector, roots: Vec<PathBuf>, options: WalkOptions, threads: usize) -> Seen {
    let source = Worktree { roots, options };
    let worker = collector.clone();
    let coverage = source.visit(threads, &move || Box::new(worker.clone())).unwrap();
    let mut seen = collector.seen.lock().unwrap().clone();
    assert_eq!(coverage.blobs, seen.blobs.len() as u64, "blobs are counted");
    assert_eq!(coverage.bytes, seen.blobs.values().map(|bytes| bytes.len() as u64).sum::<u64>(), "bytes are counted");
    seen.coverage = coverage;
    seen
}

fn plain() -> WalkOptions {
    WalkOptions::default()
}

#[test]
fn hidden_files_are_read_and_git_is_not() {
    let tree = Tree::repository(&[(".env", "a"), (".github/ci.yml", "b"), ("x/.hidden/y", "c"), ("empty", "")]);
    tree.write("module/.git", "gitdir: ../.git/modules/module\n");
    tree.write("module/a.c", "d");
    let seen = tree.visit(&[""], plain());
    assert_eq!(seen.paths(), [".env", ".github/ci.yml", "empty", "module/a.c", "x/.hidden/y"]);
    assert_eq!(seen.coverage.left_out.ignored, 0);
    assert_eq!(seen.blobs["x/.hidden/y"], b"c");
}

#[test]
fn named_paths_are_read_whatever_rules_say() {
    let tree = Tree::repository(&[(".gitignore", "*.log\nbuild/\n"), ("a.log", "1234"), ("build/x", "5"), ("b", "6")]);
    let options = WalkOptions { excludes: vec!["*.log".into(), "build".into()], max_file_size: 2, ..plain() };
    let seen = tree.visit(&["a.log", "build", ".git/HEAD"], options);
    assert_eq!(seen.paths(), [".git/HEAD", "a.log", "build/x"]);
    assert!(seen.skips.is_empty(), "{:?}", seen.skips);
}

#[test]
fn ignored_entries_are_counted_each_directory_as_one() {
    let tree = Tree::repository(&[
        (".gitignore", "*.log\n/build/\n!keep.log\n"),
        ("a.log", ""),
        ("keep.log", ""),
        ("build/one", ""),
        ("build/two/three", ""),
        ("src/b.log", ""),
        ("src/.gitignore", "!b.log\ngen.*\n"),
        ("src/gen.rs", ""),
        ("src/.ignore", "other\n"),
        ("src/other", ""),
        (".git/info/exclude", "private\n"),
        ("private", ""),
    ]);
    let seen = tree.visit(&[""], plain());
    assert_eq!(seen.paths(), [".gitignore", "keep.log", "src/.gitignore", "src/.ignore", "src/b.log"]);
    assert_eq!(seen.ignored(), 5, "a.log, build, src/gen.rs, src/other, private");
    let all = tree.visit(&[""], WalkOptions { no_ignore: true, ..plain() });
    assert_eq!((all.blobs.len(), all.ignored()), (11, 0));
}

#[test]
fn ignore_files_above_the_root_hold_too() {
    let tree = Tree::repository(&[(".gitignore", "*.log\n/a/only-here\n"), ("a/b/x.log", ""), ("a/b/y", "")]);
    tree.write("a/only-here", "");
    let seen = tree.visit(&["a"], plain());
    assert_eq!((seen.paths(), seen.ignored()), (vec!["a/b/y"], 2));
}

#[test]
fn without_a_repository_gitignore_is_only_a_file() {
    let tree = Tree::new(&[(".gitignore", "*.log\n"), ("a.log", ""), (".ignore", "b\n"), ("b", "")]);
    let seen = tree.visit(&[""], plain());
    assert_eq!((seen.paths(), seen.ignored()), (vec![".gitignore", ".ignore", "a.log"], 1));
}

#[test]
fn a_bad_line_in_an_ignore_file_hides_nothing_and_fails_nothing() {
    let tree = Tree::repository(&[(".gitignore", "a[\n*.log\n"), ("x.log", ""), ("y", ""), ("sub/z", "")]);
    for root in ["", "sub"] {
        let seen = tree.visit(&[root], plain());
        assert!(seen.skips.is_empty(), "{:?}", seen.skips);
    }
    assert_eq!(tree.visit(&[""], plain()).ignored(), 1);
}

#[test]
fn excludes_are_counted_by_glob() {
    let tree = Tree::new(&[
        ("node_modules/a/index.js", ""),
        ("web/node_modules/b.js", ""),
        ("web/x.min.js", ""),
        ("web/y.js", ""),
        ("docs/a.md", ""),
        ("x/docs/b.md", ""),
    ]);
    let excludes = ["**/node_modules/**", "*.min.js", "docs/*", "unused"].map(String::from).to_vec();
    let seen = tree.visit(&[""], WalkOptions { excludes, ..plain() });
    assert_eq!(seen.paths(), ["web/y.js", "x/docs/b.md"]);
    let counts: Vec<_> = seen.coverage.left_out.excluded.iter().map(|(glob, n)| (glob.as_str(), *n)).collect();
    assert_eq!(counts, [("**/node_modules/**", 2), ("*.min.js", 1), ("docs/*", 1)]);
    assert_eq!(seen.ignored(), 0);
}

#[test]
fn a_bad_exclude_ends_the_visit_with_its_name() {
    let source = Worktree { roots: vec![], options: WalkOptions { excludes: vec!["a[".into()], ..plain() } };
    let error = source.visit(1, &|| Box::new(Collector::default())).unwrap_err();
    assert!(error.to_string().contains("a["), "{error}");
}

#[test]
fn carriers_of_credentials_are_read_though_ignored_if_asked() {
    let tree = Tree::repository(&[
        (".gitignore", ".env*\nbin/\nnode_modules/\n*.pfx\n*.log\n.terraform/\n"),
        (".env", "1"),
        (".env.local", "2"),
        ("a.log", "3"),
        ("app/prod.pfx", "4"),
        ("bin/local.settings.json", "5"),
        ("bin/deep/er/main.tfvars", "6"),
        ("bin/other.json", "7"),
        ("bin/node_modules/.env", "8"),
        ("node_modules/x/.env", "9"),
        (".terraform/terraform.tfstate", "10"),
        ("prod.tfvars", "11"),
    ]);
    let options = WalkOptions { excludes: vec![".env.local".into()], read_ignored_carriers: true, ..plain() };
    let seen = tree.visit(&[""], options);
    let wanted = [
        ".env",
        ".gitignore",
        ".terraform/terraform.tfstate",
        "app/prod.pfx",
        "bin/deep/er/main.tfvars",
        "bin/local.settings.json",
        "prod.tfvars",
    ];
    assert_eq!(seen.paths(), wanted);
    assert_eq!(seen.ignored(), 5, ".env.local, a.log, bin, node_modules, .terraform; .env and prod.pfx were read");
    let without = tree.visit(&[""], plain());
    assert_eq!((without.paths(), without.ignored()), (vec![".gitignore", "prod.tfvars"], 7));
}

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

#[cfg(unix)]
mod unix {
    use std::ffi::OsStr;
    use std::os::unix::ffi::OsStrExt;
    use std::os::unix::fs::{PermissionsExt, symlink};
    use std::os::unix::net::UnixListener;
    use std::os::unix::process::CommandExt;
    use std::process::Command;

    use super::*;

    fn make_pipe(path: &Path) {
        assert!(Command::new("mkfifo").arg(path).status().unwrap().success());
    }

    #[test]
    fn pipes_sockets_and_devices_are_passed_over_and_hold_nothing_up() {
        let tree = Tree::new(&[("a", "1")]);
        make_pipe(&tree.path("pipe"));
        let _listener = UnixListener::bind(tree.path("socket")).unwrap();
        let met = tree.visit(&[""], plain());
        assert_eq!(met.paths(), ["a"]);
        assert_eq!(met.reasons(), [("pipe", SkipReason::NotAFile), ("socket", SkipReason::NotAFile)]);
        let named = tree.visit(&["pipe", "socket", "a"], plain());
        assert_eq!(named.reasons(), [("pipe", SkipReason::Unreadable), ("socket", SkipReason::Unreadable)]);
        assert_eq!(named.paths(), ["a"]);
        let device = visit(vec!["/dev/zero".into()], plain(), 1);
        assert_eq!(device.skips["/dev/zero"], (SkipReason::Unreadable, "a device, not a file".into()));
    }

    #[test]
    fn links_are_counted_and_not_followed() {
        let outside = Tree::new(&[("secret", "outside")]);
        let tree = Tree::new(&[("a", "1"), ("dir/b", "2")]);
        for (target, link) in [
            (Path::new("/dev/zero"), "endless"),
            (Path::new("nowhere"), "dangling"),
            (&outside.path("secret"), "out"),
            (&outside.path(""), "dir/outdir"),
            (Path::new("a"), "inside"),
            (Path::new(".."), "dir/loop"),
            (Path::new("self"), "self"),
        ] {
            symlink(target, tree.path(link)).unwrap();
        }
        let seen = tree.visit(&[""], plain());
        assert_eq!(seen.paths(), ["a", "dir/b"]);
        assert_eq!((seen.coverage.left_out.links, seen.ignored()), (7, 0));
        assert!(seen.skips.is_empty(), "{:?}", seen.skips);
    }

    #[test]
    fn a_link_that_was_named_is_followed() {
        let outside = Tree::new(&[("secret", "outside"), ("more/x", "too")]);
        let tree = Tree::new(&[("a", "1")]);
        symlink(outside.path("secret"), tree.path("link")).unwrap();
        symlink(outside.path("more"), tree.path("dir")).unwrap();
        symlink("nowhere", tree.path("dangling")).unwrap();
        let seen = tree.visit(&["link", "dir", "dangling", ""], plain());
        assert_eq!(seen.paths(), ["a", "dir/x", "link"]);
        assert_eq!(seen.skips["dangling"].1, "a link to something that does not exist");
        assert_eq!(seen.skips["dangling"].0, SkipReason::Unreadable);
    }

    #[test]
    fn names_that_are_not_utf_8_or_hold_escapes_are_read_and_kept_apart() {
        let tree = Tree::new(&[]);
        for name in [&b"caf\xe9"[..], b"caf\xe8", b"a\x1b[2Jb", b"new\nline", b"back\\slash"] {
            fs::write(tree.0.path().join(OsStr::from_bytes(name)), name).unwrap();
        }
        let seen = tree.visit(&[""], plain());
        assert_eq!(seen.blobs.len(), 5, "{:?}", seen.paths());
        assert_eq!(seen.blobs["caf\\xE9"], b"caf\xe9");
        let named = visit(vec![tree.0.path().join(OsStr::from_bytes(b"caf\xe9"))], plain(), 1);
        assert_eq!(named.blobs.len(), 1);
    }

    #[test]
    fn ignore_files_that_never_end_hold_nothing_up_and_hide_nothing() {
        type Make = fn(&Path);
        let hostile: [(&str, Make); 5] = [
            ("pipe", |dir| make_pipe(&dir.join(".gitignore"))),
            ("zero", |dir| symlink("/dev/zero", dir.join(".ignore")).unwrap()),
            ("proc", |dir| symlink("/proc/self/maps", dir.join(".ignore")).unwrap()),
            ("exclude", |dir| {
                fs::create_dir_all(dir.join(".git/info")).unwrap();
                make_pipe(&dir.join(".git/info/exclude"));
            }),
            ("giant", |dir| fs::File::create(dir.join(".gitignore")).unwrap().set_len(1 << 40).unwrap()),
        ];
        for (name, make) in hostile {
            let tree = Tree::repository(&[("sub/a", "1"), ("sub/deep/b", "2"), ("c", "3"), ("sub/.env", "4")]);
            make(&tree.path("sub"));
            for root in ["", "sub", "sub/deep"] {
                let options = WalkOptions { max_file_size: 1_000, read_ignored_carriers: true, ..plain() };
                let seen = tree.visit(&[root], options);
                let wanted = ["c", "sub/.env", "sub/a", "sub/deep/b"];
                let wanted: Vec<_> = wanted.into_iter().filter(|path| path.starts_with(root)).collect();
                assert_eq!(seen.paths(), wanted, "{name} from {root}");
                assert_eq!(seen.ignored(), 0, "{name} from {root}");
            }
        }
    }

    #[test]
    fn a_linked_ignore_file_is_obeyed() {
        let tree = Tree::repository(&[(".gitignore", "*.log\n"), ("sub/a.txt", ""), ("sub/b", "")]);
        tree.write("shared", "*.txt\n");
        symlink("../shared", tree.path("sub/.ignore")).unwrap();
        let seen = tree.visit(&[""], plain());
        assert_eq!((seen.paths(), seen.ignored()), (vec![".gitignore", "shared", "sub/b"], 1));
    }

    #[test]
    fn a_git_file_that_leads_to_a_pipe_holds_nothing_up() {
        let tree = Tree::new(&[("w/a", "1")]);
        fs::create_dir(tree.path("evil")).unwrap();
        make_pipe(&tree.path("evil/commondir"));
        tree.write("w/.git", &format!("gitdir: {}\n", tree.path("evil").to_str().unwrap()));
        assert_eq!(tree.visit(&["w"], plain()).paths(), ["w/a"]);
        let whole = tree.visit(&[""], plain());
        assert_eq!((whole.paths(), whole.reasons()), (vec!["w/a"], vec![("evil/commondir", SkipReason::NotAFile)]));
    }

    #[test]
    fn a_path_longer_than_the_system_opens_is_a_failure() {
        let tree = Tree::new(&[]);
        let deep = |levels: usize| std::iter::repeat_n("d".repeat(100), levels).collect::<PathBuf>();
        fs::create_dir_all(tree.0.path().join("lower").join(deep(25))).unwrap();
        fs::write(tree.0.path().join("lower").join(deep(25)).join("bottom"), "x").unwrap();
        let upper = tree.0.path().join("upper").join(deep(25));
        fs::create_dir_all(&upper).unwrap();
        fs::rename(tree.path("lower"), upper.join("lower")).unwrap();
        let seen = tree.visit(&[""], plain());
        assert!(seen.blobs.is_empty());
        let reasons: Vec<_> = seen.skips.values().map(|(reason, _)| *reason).collect();
        assert_eq!(reasons, [SkipReason::Unreadable], "{:?}", seen.skips);
    }

    #[test]
    #[cfg(target_os = "linux")]
    fn files_that_do_not_tell_their_length_are_read_up_to_the_limit() {
        let root = PathBuf::from("/proc/sys/kernel/random");
        let all = visit(vec![root.clone()], plain(), 1);
        assert_eq!(all.blobs["/proc/sys/kernel/random/boot_id"].len(), 37);
        let few = visit(vec![root], WalkOptions { max_file_size: 36, ..plain() }, 1);
        let refused = &few.skips["/proc/sys/kernel/random/boot_id"];
        assert_eq!(*refused, (SkipReason::TooLarge, "more than 36 bytes".into()));
        assert!(visit(vec!["/proc/self/maps".into()], plain(), 1).coverage.bytes > 100);
    }

    /// Tells the child of the next test what to read.
    const CHILD: &str = "KEYLESS_TEST_TREE";

    #[test]
    fn what_may_not_be_read_is_a_failure() {
        if let Ok(tree) = std::env::var(CHILD) {
            return visit_unreadable(Path::new(&tree));
        }
        let files =
            [("ok", "1"), ("closed/inner", "2"), ("locked", "3"), ("rules/.gitignore", "x\n"), ("rules/x", "4")];
        let tree = Tree::repository(&files);
        for (path, mode) in [("", 0o755), ("closed", 0o000), ("locked", 0o000), ("rules/.gitignore", 0o000)] {
            fs::set_permissions(tree.path(path), fs::Permissions::from_mode(mode)).unwrap();
        }
        if fs::read(tree.path("locked")).is_err() {
            visit_unreadable(&tree.path(""));
        } else {
            visit_as_nobody(&tree);
        }
        fs::set_permissions(tree.path("closed"), fs::Permissions::from_mode(0o755)).unwrap();
    }

    fn visit_unreadable(root: &Path) {
        let tree = root.to_str().unwrap();
        let reasons = |seen: &Seen| -> Vec<(String, String)> {
            assert!(seen.skips.values().all(|(reason, _)| *reason == SkipReason::Unreadable), "{:?}", seen.skips);
            let short = |path: &str| path.strip_prefix(tree).unwrap().trim_start_matches('/').to_owned();
            seen.skips.iter().map(|(path, (_, detail))| (short(path), detail.clone())).collect()
        };
        let denied = |path: &str| (path.to_owned(), "permission denied".to_owned());
        let seen = visit(vec![root.into()], plain(), 2);
        assert_eq!(reasons(&seen), [denied("closed"), denied("locked"), denied("rules/.gitignore")]);
        assert_eq!(seen.blobs.len(), 2, "ok and rules/x: {:?}", seen.paths());
        let named = ["closed", "closed/inner", "locked", "ok"].map(|path| root.join(path)).to_vec();
        let seen = visit(named, plain(), 1);
        assert_eq!(reasons(&seen), [denied("closed"), denied("closed/inner"), denied("locked")]);
    }

    /// Root may read everything, so the test runs itself again as somebody who may not.
    fn visit_as_nobody(tree: &Tree) {
        let program = Tree::new(&[]);
        fs::set_permissions(program.path(""), fs::Permissions::from_mode(0o755)).unwrap();
        fs::copy(std::env::current_exe().unwrap(), program.path("test")).unwrap();
        let child = Command::new(program.path("test"))
            .args(["--exact", "unix::what_may_not_be_read_is_a_failure", "--nocapture"])
            .env(CHILD, tree.path(""))
            .current_dir("/")
            .uid(65_534)
            .gid(65_534)
            .output();
        match child {
            Ok(output) => {
                let [said, complaints] = [&output.stdout, &output.stderr].map(|out| String::from_utf8_lossy(out));
                assert!(output.status.success() && said.contains("1 passed"), "{said}{complaints}");
            }
            Err(cause) => eprintln!("not tried: cannot start a program as nobody here: {cause}"),
        }
    }
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
