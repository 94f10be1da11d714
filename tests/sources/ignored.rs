//! What is left out, and counted: ignore files, excludes, carriers of credentials.

use keyless::source::{Source, WalkOptions, Worktree};

use super::scratch::{Collector, Tree, plain};

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
