//! `keyless scan --staged`: what the next commit brings, not what lies on disk.

use std::fs;

use super::scratch::{Scratch, is_root, leak};

#[test]
fn before_the_first_commit_everything_staged_is_new() {
    let repo = Scratch::new();
    repo.write("app/.env", leak("a"));
    repo.write("other/.env", leak("b"));
    repo.git(&["add", "app"]);
    repo.scan(&["--staged"]).expect(1, &["app/.env:1"]);
}

#[test]
fn what_is_staged_is_read_and_not_the_file_on_disk() {
    let repo = Scratch::new();
    repo.commit("one", &[("a.env", "x=1\n"), ("b.env", "x=1\n"), ("old.env", &leak("old"))]);
    repo.write("a.env", leak("a"));
    repo.git(&["add", "a.env"]);
    repo.write("a.env", "x=2\n");
    repo.write("b.env", leak("b"));
    repo.scan(&["--staged"]).expect(1, &["a.env:1"]);
    repo.git(&["reset", "-q"]);
    repo.scan(&["--staged"]).expect(0, &[]);
}

#[test]
fn nested_directories_are_compared_one_by_one() {
    let repo = Scratch::new();
    repo.commit("one", &[("a/b/c/x.env", "x\n"), ("a/b/y.env", "y\n"), ("a-b/z.env", "z\n"), ("a.c/z.env", "z\n")]);
    for name in ["a/b/c/x.env", "a/b/y.env", "a-b/new.env", "a.c/z.env", "a/b/c/d/e/f.env"] {
        repo.write(name, leak(name));
    }
    repo.git(&["add", "-A"]);
    let expected = ["a-b/new.env:1", "a.c/z.env:1", "a/b/c/d/e/f.env:1", "a/b/c/x.env:1", "a/b/y.env:1"];
    let said = repo.scan(&["--staged"]);
    said.expect(1, &expected);
    assert_eq!(said.report["coverage"]["blobs"], 5);
    // Without the cached trees every tree of HEAD is read, with the same result.
    repo.git(&["-c", "index.skipHash=true", "read-tree", "--empty"]);
    repo.git(&["add", "-A"]);
    repo.scan(&["--staged"]).expect(1, &expected);
}

#[test]
fn names_are_scanned_as_they_are_staged_and_else_as_they_are_on_disk() {
    let mut repo = Scratch::new();
    repo.commit(
        "one",
        &[("sub/kept.env", &leak("kept")), ("sub/x y\n.env", "x=1\n"), ("sub-b/k.env", &leak("kept-b"))],
    );
    repo.write("sub/x y\n.env", leak("staged"));
    repo.git(&["add", "-A"]);
    repo.write("sub/x y\n.env", "x=2\n");
    repo.write("sub/new.env", leak("untracked"));
    repo.write("gone.env", "");
    repo.git(&["add", "gone.env"]);
    fs::remove_file(repo.at.join("gone.env")).expect("it was written");
    repo.go("repo/sub");
    for (files, code, places) in [
        (&["x y\n.env"][..], 1, &["sub/x y\n.env:1"][..]),
        (&["kept.env", "new.env"], 1, &["new.env:1", "sub/kept.env:1"]),
        (&["../gone.env"], 0, &[]),
        (&["../sub"], 1, &["sub/kept.env:1", "sub/x y\n.env:1"]),
        (&["nowhere.env"], 2, &[]),
    ] {
        repo.scan(&[&["--staged"], files].concat()).expect(code, places);
    }
}

#[test]
fn an_intent_to_add_is_told_and_the_submodule_too() {
    let repo = Scratch::new();
    let id = repo.commit("one", &[("a", "x\n")]);
    repo.write("new.env", leak("new"));
    repo.git(&["add", "-N", "new.env"]);
    repo.git(&["update-index", "--add", "--cacheinfo", &format!("160000,{id},module")]);
    let said = repo.scan(&["--staged"]);
    said.expect(0, &[]);
    let left_out = &said.report["coverage"]["left_out"];
    assert_eq!((&left_out["not_staged"], &left_out["submodules"]), (&1.into(), &1.into()));
    repo.scan(&["--staged", "new.env"]).expect(1, &["new.env:1"]);
}

#[test]
fn each_side_of_a_merge_that_is_not_resolved_is_read() {
    let repo = Scratch::new();
    repo.commit("base", &[("a.env", &leak("base"))]);
    repo.git(&["checkout", "-q", "-b", "topic"]);
    repo.commit("theirs", &[("a.env", &leak("theirs"))]);
    repo.git(&["checkout", "-q", "main"]);
    repo.commit("ours", &[("a.env", &leak("ours"))]);
    assert!(!repo.git_command(&["merge", "-q", "topic"]).output().expect("git").status.success());
    let said = repo.scan(&["--staged"]);
    said.expect(1, &["a.env:1"; 3]);
    let sides: Vec<_> =
        said.findings().iter().map(|f| f["location"]["origin"]["side"].as_str().unwrap_or("")).collect();
    assert_eq!(sides, ["base", "ours", "theirs"]);
}

#[test]
fn split_and_sparse_indexes_and_every_version_are_read() {
    for settings in [
        &["update-index", "--split-index"][..],
        &["update-index", "--index-version", "4"],
        &["update-index", "--index-version", "3"],
        &["sparse-checkout", "set", "--cone", "--sparse-index", "in"],
    ] {
        let repo = Scratch::new();
        repo.commit("one", &[("in/a.env", "x\n"), ("out/deep/b.env", "x\n"), ("out/c.env", "x\n"), ("z/z", "z\n")]);
        repo.git(settings);
        for (name, text) in [("in/a.env", leak("a")), ("in/new.env", leak("new"))] {
            repo.write(name, text);
        }
        repo.git(&["add", "-A", "in"]);
        repo.git(&["rm", "-q", "--cached", "--sparse", "z/z"]);
        repo.scan(&["--staged"]).expect(1, &["in/a.env:1", "in/new.env:1"]);
    }
}

#[test]
fn a_sparse_directory_that_differs_from_head_is_opened() {
    let repo = Scratch::new();
    let old = repo.commit("one", &[("in/a", "x\n"), ("out/deep/b.env", "x\n"), ("out/c.env", "x\n")]);
    repo.commit("two", &[("out/deep/b.env", &leak("b"))]);
    repo.git(&["sparse-checkout", "set", "--cone", "--sparse-index", "in"]);
    repo.git(&["update-ref", "HEAD", &old]);
    repo.scan(&["--staged"]).expect(1, &["out/deep/b.env:1"]);
}

#[test]
fn linked_worktrees_and_hooks_have_an_index_of_their_own() {
    let mut repo = Scratch::new();
    repo.commit("one", &[("a", "x\n")]);
    repo.git(&["worktree", "add", "-q", "../linked", "-b", "linked"]);
    repo.go("linked");
    repo.write("b.env", leak("b"));
    repo.git(&["add", "-A"]);
    repo.scan(&["--staged"]).expect(1, &["b.env:1"]);
    repo.go("repo");
    repo.scan(&["--staged"]).expect(0, &[]);
    // `git commit FILE` tells its hooks of an index that is about to be.
    repo.write("c.env", leak("c"));
    repo.git(&["add", "-A"]);
    fs::rename(repo.at.join(".git/index"), repo.at.join(".git/next-index")).expect("there is one");
    let mut command = repo.keyless(&["scan", "--staged", "--format", "json"]);
    command.env("GIT_INDEX_FILE", ".git/next-index").env("GIT_DIR", ".git");
    super::scratch::Said::of(&mut command).expect(1, &["c.env:1"]);
}

#[test]
fn no_attribute_and_no_setting_of_the_repository_hides_or_runs_anything() {
    let repo = Scratch::new();
    let trap = repo.path("trap");
    let run = format!("touch {}", trap.display());
    for setting in
        ["core.fsmonitor", "diff.external", "diff.x.textconv", "filter.x.clean", "filter.x.smudge", "core.pager"]
    {
        repo.git(&["config", setting, &run]);
    }
    repo.git(&["config", "diff.noprefix", "true"]);
    repo.git(&["config", "extensions.worktreeConfig", "true"]);
    repo.write(".gitattributes", "*.env -diff diff=x filter=x\n");
    repo.write("a.env", leak("a"));
    let id = repo.git(&["hash-object", "-w", "--no-filters", "a.env"]);
    repo.git(&["-c", "core.fsmonitor=false", "update-index", "--add", "--cacheinfo", &format!("100644,{id},a.env")]);
    let _ = fs::remove_file(&trap);
    repo.scan(&["--staged"]).expect(1, &["a.env:1"]);
    assert!(!trap.exists(), "a command of the repository ran");
}

#[test]
fn a_repository_of_another_owner_is_read() {
    if !is_root() {
        return; // only root can give files away
    }
    let repo = Scratch::new();
    repo.write("a.env", leak("a"));
    repo.git(&["add", "-A"]);
    let status = std::process::Command::new("chown").args(["-R", "12345:12345"]).arg(&repo.at).status();
    assert!(status.expect("chown is there").success());
    assert!(!repo.git_command(&["status"]).output().expect("git").status.success(), "git itself refuses");
    repo.scan(&["--staged"]).expect(1, &["a.env:1"]);
}

#[test]
fn excludes_hold_for_what_is_staged_and_are_counted() {
    let repo = Scratch::new();
    repo.write("keyless.toml", "exclude = [\"gen/\", \"/top.env\"]\n");
    for name in ["gen/a.env", "sub/gen/deep/b.env", "top.env", "sub/top.env"] {
        repo.write(name, leak(name));
    }
    repo.git(&["add", "-A"]);
    let said = repo.scan(&["--staged"]);
    said.expect(1, &["sub/top.env:1"]);
    assert_eq!(said.report["coverage"]["left_out"]["excluded"], serde_json::json!({"gen/": 2, "/top.env": 1}));
    repo.scan(&["--staged", "top.env"]).expect(0, &[]);
}

#[test]
fn without_a_repository_or_with_a_damaged_index_nothing_is_clean() {
    let nowhere = Scratch::bare_directory();
    let said = nowhere.scan(&["--staged"]);
    assert_eq!(said.code, Some(2), "{}", said.err);
    assert!(said.err.contains("no git repository"), "{}", said.err);

    let repo = Scratch::new();
    repo.commit("one", &[("a", "x\n")]);
    let index = fs::read(repo.at.join(".git/index")).expect("there is one");
    for (what, bytes) in [("empty", vec![]), ("cut", index[..index.len() / 2].to_vec()), ("other", b"JUNK".repeat(40))]
    {
        fs::write(repo.at.join(".git/index"), bytes).expect("it can be written");
        let said = repo.scan(&["--staged"]);
        assert_eq!(said.code, Some(2), "{what}: {}{}", said.out, said.err);
        assert!(said.err.contains("cannot read the index"), "{what}: {}", said.err);
    }
}

#[test]
fn an_object_that_is_not_there_is_a_failure_with_its_id_and_the_rest_is_read() {
    let repo = Scratch::new();
    repo.commit("one", &[("a", "x\n")]);
    repo.write("gone.env", "x=1\n");
    repo.write("here.env", leak("here"));
    repo.git(&["add", "-A"]);
    let id = repo.git(&["rev-parse", ":gone.env"]);
    fs::remove_file(repo.at.join(".git/objects").join(&id[..2]).join(&id[2..])).expect("it is loose");
    let said = repo.scan(&["--staged"]);
    said.expect(1, &["here.env:1"]);
    assert_eq!(said.failures(), [format!("gone.env: object {id} is missing")]);
    repo.git(&["rm", "-q", "--cached", "here.env"]);
    repo.scan(&["--staged"]).expect(2, &[]);
}
