//! keyless in git's hooks: real commits, real pushes to a real bare repository, the real pre-commit program.

#![cfg(unix)]

mod support;

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::PathBuf;
use std::process::Command;

use support::{Said, Scratch, settings};

const LEAK: &str = "appsettings.json";

/// A repository with a hook.
fn with_hook(words: &[&str]) -> Scratch {
    let scratch = Scratch::repository();
    scratch.run(&[&["hook", "install"], words].concat()).ends(0);
    scratch
}

fn commit(scratch: &Scratch) -> Said {
    scratch.try_git(&["commit", "-q", "-m", "work"])
}

fn script(scratch: &Scratch, name: &str, text: &str) {
    scratch.write(name, format!("#!/bin/sh\n{text}\n"));
    fs::set_permissions(scratch.join(name), fs::Permissions::from_mode(0o755)).expect("it is ours");
}

#[test]
fn a_commit_with_a_leak_is_stopped_and_one_without_is_made() {
    let scratch = with_hook(&[]);
    // the first commit of all
    scratch.write(LEAK, settings(1));
    scratch.git(&["add", "-A"]);
    let said = commit(&scratch).ends(1);
    assert!(said.out.contains(LEAK) || said.err.contains(LEAK), "{said:?}");
    // what is staged counts, not what is on disk
    scratch.write(LEAK, "{}\n");
    commit(&scratch).ends(1);
    scratch.git(&["add", "-A"]);
    commit(&scratch).ends(0);
    scratch.write(LEAK, settings(1));
    scratch.write("readme.md", "hello\n");
    scratch.git(&["add", "readme.md"]);
    commit(&scratch).ends(0);
}

#[test]
fn a_commit_from_below_and_of_some_paths_is_scanned_as_it_will_be() {
    let scratch = with_hook(&[]);
    scratch.write("a/readme.md", "hello\n");
    scratch.commit("begin");
    scratch.write("a/leak.json", settings(1));
    scratch.write("a/readme.md", "hello again\n");
    scratch.git(&["add", "-A"]);
    // git makes an index of its own for these paths
    scratch.git(&["commit", "-q", "-m", "only", "a/readme.md"]);
    scratch.try_git(&["commit", "-q", "-m", "only", "a/leak.json"]).ends(1);
    let mut below = scratch.program("git", &["commit", "-q", "-m", "below"]);
    assert_eq!(Said::of(&below.current_dir(scratch.join("a")).output().expect("git runs")).code, Some(1));
}

#[test]
fn a_hook_that_is_there_runs_first_and_comes_back() {
    let scratch = Scratch::repository();
    script(&scratch, ".git/hooks/pre-commit", "echo other >> ran.txt; test ! -e stop");
    let before = scratch.read(".git/hooks/pre-commit");
    for _ in 0..2 {
        scratch.run(&["hook", "install"]).ends(0);
    }
    let told = scratch.run(&["hook", "status"]).ends(0).out;
    assert!(told.contains("pre-commit   keyless, after the hook that was there before"), "{told}");
    assert!(told.contains("pre-push     none"), "{told}");
    scratch.write("a.txt", "hello\n");
    scratch.git(&["add", "a.txt"]);
    commit(&scratch).ends(0);
    assert_eq!(scratch.read("ran.txt"), "other\n");
    scratch.write("b.txt", "hello\n");
    scratch.write("stop", "");
    scratch.git(&["add", "b.txt"]);
    commit(&scratch).ends(1);
    scratch.remove("stop");
    scratch.write(LEAK, settings(1));
    scratch.git(&["add", LEAK]);
    commit(&scratch).ends(1);
    scratch.run(&["hook", "uninstall"]).ends(0);
    assert_eq!(scratch.read(".git/hooks/pre-commit"), before);
    commit(&scratch).ends(0);
    assert!(scratch.run(&["hook", "status"]).ends(0).out.contains("pre-commit   another hook"));
}

#[test]
fn hooks_go_where_git_looks_for_them() {
    // core.hooksPath, relative to the root
    let scratch = Scratch::repository();
    scratch.git(&["config", "core.hooksPath", "our-hooks"]);
    scratch.write("below/a.txt", "hello\n");
    let mut install = scratch.command(&["hook", "install"]);
    assert!(install.current_dir(scratch.join("below")).status().expect("it runs").success());
    assert!(scratch.join("our-hooks/pre-commit").exists());
    scratch.write(LEAK, settings(1));
    scratch.git(&["add", LEAK]);
    commit(&scratch).ends(1);

    // a linked worktree
    let scratch = Scratch::repository();
    scratch.write("a.txt", "hello\n");
    scratch.commit("begin");
    scratch.git(&["worktree", "add", "-q", "linked"]);
    let linked = scratch.join("linked");
    let mut install = scratch.command(&["hook", "install"]);
    assert!(install.current_dir(&linked).status().expect("it runs").success());
    fs::write(linked.join(LEAK), settings(1)).expect("a file");
    let git =
        |words: &[&str]| Said::of(&scratch.program("git", words).current_dir(&linked).output().expect("git runs")).code;
    assert_eq!(git(&["add", LEAK]), Some(0));
    assert_eq!(git(&["commit", "-q", "-m", "leak"]), Some(1));
    assert_eq!(git(&["rm", "-q", "--cached", LEAK]), Some(0));
    assert_eq!(git(&["commit", "-q", "--allow-empty", "-m", "none"]), Some(0));

    let nowhere = Scratch::new();
    nowhere.run(&["hook", "install"]).ends(64);
}

#[test]
fn a_global_hook_is_in_force_everywhere_and_hides_no_hook_of_a_repository() {
    let home = Scratch::new();
    let scratch = Scratch::repository();
    let with_home = |mut command: Command| {
        command.env("HOME", home.path()).env("GIT_CONFIG_GLOBAL", home.join(".gitconfig"));
        Said::of(&command.output().expect("it runs"))
    };
    script(&scratch, ".git/hooks/pre-commit", "echo own >> ran.txt");
    with_home(scratch.command(&["hook", "install", "--global"])).ends(0);
    assert!(home.join(".config/git/hooks/pre-commit").exists());
    scratch.write("a.txt", "hello\n");
    with_home(scratch.program("git", &["add", "a.txt"])).ends(0);
    with_home(scratch.program("git", &["commit", "-q", "-m", "clean"])).ends(0);
    assert_eq!(scratch.read("ran.txt"), "own\n");
    scratch.write(LEAK, settings(1));
    with_home(scratch.program("git", &["add", LEAK])).ends(0);
    with_home(scratch.program("git", &["commit", "-q", "-m", "leak"])).ends(1);
    with_home(scratch.command(&["hook", "uninstall", "--global"])).ends(0);
    with_home(scratch.program("git", &["commit", "-q", "-m", "leak"])).ends(0);
}

/// A repository and the bare one it pushes to.
fn with_remote() -> (Scratch, Scratch) {
    let (here, there) = (Scratch::repository(), Scratch::new());
    there.git(&["init", "-q", "--bare", "-b", "main"]);
    here.git(&["remote", "add", "origin", there.path().to_str().expect("UTF-8")]);
    here.write("a.txt", "hello\n");
    here.commit("begin");
    (here, there)
}

#[test]
fn a_push_is_scanned_for_what_the_remote_lacks_and_no_more() {
    let (here, there) = with_remote();
    // a leak that is there already is not this push's
    here.write("old.json", settings(1));
    here.commit("old leak");
    here.git(&["push", "-q", "origin", "main"]);
    here.run(&["hook", "install", "--pre-push"]).ends(0);
    let push = |words: &[&str]| here.try_git(&[&["push", "-q"], words].concat()).code;
    here.write("b.txt", "hello\n");
    here.commit("clean");
    assert_eq!(push(&["origin", "main"]), Some(0), "clean");
    // added and removed again: it would be in the history all the same
    here.git(&["checkout", "-q", "-b", "topic"]);
    here.write(LEAK, settings(2));
    here.commit("leak");
    here.remove(LEAK);
    here.commit("removed");
    let said = here.try_git(&["push", "-q", "origin", "topic"]);
    assert_eq!(said.code, Some(1), "{said:?}");
    assert!((said.out + &said.err).contains(LEAK));
    assert!(!there.try_git(&["rev-parse", "topic"]).out.starts_with(|c: char| c.is_ascii_hexdigit()));
    // the same commits without the leak, forced
    here.git(&["reset", "-q", "--hard", "main"]);
    here.write("c.txt", "hello\n");
    here.commit("clean");
    assert_eq!(push(&["--force", "origin", "topic"]), Some(0), "forced");
    assert_eq!(push(&["origin", "topic:other", "main:third"]), Some(0), "new branches of known commits");
    assert_eq!(push(&["origin", ":topic"]), Some(0), "deleted");
    here.git(&["tag", "-a", "v1", "-m", "one"]);
    assert_eq!(push(&["origin", "v1"]), Some(0), "a tag");
    // an address instead of a name: nothing is known of it but what git says
    here.write(LEAK, settings(2));
    here.commit("leak");
    assert_eq!(push(&[there.path().to_str().expect("UTF-8"), "topic:main"]), Some(1), "by address");
}

#[test]
fn a_server_takes_no_push_with_a_leak() {
    let (here, there) = with_remote();
    there.run(&["hook", "install", "--pre-receive"]).ends(0);
    let push = |words: &[&str]| here.try_git(&[&["push", "-q"], words].concat()).code;
    assert_eq!(push(&["origin", "main"]), Some(0), "the first of all");
    here.write(LEAK, settings(1));
    here.commit("leak");
    let said = here.try_git(&["push", "-q", "origin", "main"]);
    assert_eq!(said.code, Some(1), "{said:?}");
    assert!(said.err.contains("remote:") && said.err.contains(LEAK), "{}", said.err);
    assert_eq!(push(&["origin", "main:new"]), Some(1), "a new ref");
    here.git(&["reset", "-q", "--hard", "HEAD~1"]);
    here.write("b.txt", "hello\n");
    here.commit("clean");
    assert_eq!(push(&["origin", "main", "main:new"]), Some(0), "two refs");
    here.git(&["commit", "-q", "--amend", "-m", "again"]);
    assert_eq!(push(&["--force", "origin", "main"]), Some(0), "forced");
    assert_eq!(push(&["origin", ":new"]), Some(0), "deleted");
}

#[test]
fn what_a_tag_says_is_pushed_with_it() {
    let (here, there) = with_remote();
    here.git(&["push", "-q", "origin", "main"]);
    let message = format!("STORAGE={}", support::connection(1));
    here.git(&["tag", "-a", "v1", "-m", &message]);
    here.git(&["tag", "-a", "of-a-tag", "-m", "nothing here", "v1"]);
    there.run(&["hook", "install", "--pre-receive"]).ends(0);
    for name in ["v1", "of-a-tag"] {
        let said = here.try_git(&["push", "-q", "origin", name]);
        assert_eq!(said.code, Some(1), "{name}: {said:?}");
        assert!(said.err.contains("<tag message>:1"), "{name}: {}", said.err);
    }
    there.run(&["hook", "uninstall"]).ends(0);
    here.run(&["hook", "install", "--pre-push"]).ends(0);
    let said = here.try_git(&["push", "-q", "origin", "v1"]);
    assert_eq!(said.code, Some(1), "{said:?}");
    here.git(&["tag", "-f", "-a", "v1", "-m", "nothing here"]);
    here.try_git(&["push", "-q", "origin", "v1"]).ends(0);
}

#[test]
fn settings_of_all_repositories_are_never_put_in_the_place_of_a_device() {
    // The words of a user whose git has no settings; with the rights for it git would replace the device.
    let scratch = Scratch::new();
    scratch.git(&["init", "-q"]);
    let made = Command::new("mkfifo").arg(scratch.join("settings")).status().expect("mkfifo runs");
    assert!(made.success());
    let mut command = scratch.command(&["hook", "install", "--global"]);
    let said = Said::of(&command.env("GIT_CONFIG_GLOBAL", scratch.join("settings")).output().expect("it starts"));
    // Git would wait for the pipe for ever.
    assert!(said.err.contains("GIT_CONFIG_GLOBAL is"), "{}", said.err);
    assert_eq!(said.code, Some(64));
}

#[test]
fn a_server_that_runs_out_of_time_does_what_it_was_told() {
    for (words, code) in [(&["--on-failure", "reject"][..], 1), (&["--on-failure", "accept"], 0)] {
        let (here, there) = with_remote();
        there.run(&[&["hook", "install", "--pre-receive", "--timeout", "0"], words].concat()).ends(0);
        let said = here.try_git(&["push", "-q", "origin", "main"]);
        assert_eq!(said.code, Some(code), "{words:?}: {said:?}");
    }
}

#[test]
fn a_program_that_vanished_stops_the_commit_and_says_so() {
    let scratch = with_hook(&[]);
    let hook = scratch.read(".git/hooks/pre-commit").replace(env!("CARGO_BIN_EXE_keyless"), "/nowhere/keyless");
    script(&scratch, ".git/hooks/pre-commit", hook.trim_start_matches("#!/bin/sh\n"));
    scratch.write("a.txt", "hello\n");
    scratch.git(&["add", "a.txt"]);
    let said = commit(&scratch).ends(1);
    assert!(said.err.contains("the program is not there"), "{}", said.err);
}

/// The pre-commit program: of PATH, or of KEYLESS_PRE_COMMIT.
fn pre_commit() -> Option<PathBuf> {
    let named = std::env::var_os("KEYLESS_PRE_COMMIT").map(PathBuf::from);
    let path = std::env::var_os("PATH").unwrap_or_default();
    let found = std::env::split_paths(&path).map(|directory| directory.join("pre-commit")).find(|file| file.is_file());
    named.or(found)
}

#[allow(clippy::print_stderr, reason = "a test that could not be tried must say so")]
#[test]
fn the_pre_commit_program_stops_what_our_hook_stops() {
    let Some(program) = pre_commit() else {
        eprintln!("not tried: pre-commit is not installed; `pip install pre-commit`, or name it in KEYLESS_PRE_COMMIT");
        return;
    };
    // a repository with our hooks, and the program where a shell finds it
    let (hooks, bin, scratch) = (Scratch::repository(), Scratch::new(), Scratch::repository());
    let yaml = fs::read(concat!(env!("CARGO_MANIFEST_DIR"), "/.pre-commit-hooks.yaml")).expect("it is there");
    hooks.write(".pre-commit-hooks.yaml", yaml);
    hooks.commit("hooks");
    let rev = hooks.git(&["rev-parse", "HEAD"]);
    std::os::unix::fs::symlink(env!("CARGO_BIN_EXE_keyless"), bin.join("keyless")).expect("a link");
    let path = format!("{}:{}", bin.path().display(), std::env::var("PATH").unwrap_or_default());
    let config = format!(
        "repos:\n  - repo: {}\n    rev: {rev}    hooks:\n      - id: keyless-system\n      - id: keyless-history\n",
        hooks.path().display()
    );
    scratch.write(".pre-commit-config.yaml", config);
    let run = |program: &std::ffi::OsStr, words: &[&str]| {
        let mut command = scratch.program(program, words);
        command.env("PATH", &path).env("PRE_COMMIT_HOME", bin.join("cache"));
        Said::of(&command.output().expect("it runs"))
    };
    let pre_commit = |words: &[&str]| run(program.as_os_str(), words);
    let git = |words: &[&str]| run("git".as_ref(), words);
    pre_commit(&["install"]).ends(0);

    // the first commit
    let odd = "a name with spaces\nand two lines.json";
    scratch.write(odd, settings(1));
    git(&["add", "-A"]).ends(0);
    let said = git(&["commit", "-q", "-m", "leak"]).ends(1);
    assert!((said.out + &said.err).contains("and two lines.json"));
    scratch.write(odd, "{}\n");
    git(&["add", "-A"]).ends(0);
    git(&["commit", "-q", "-m", "clean"]).ends(0);

    // partial staging: the leak is on disk, and is not staged
    scratch.write(odd, settings(1));
    scratch.write("b.txt", "hello\n");
    git(&["add", "b.txt"]).ends(0);
    git(&["commit", "-q", "-m", "clean"]).ends(0);
    assert!(scratch.read(odd).contains("AccountKey"), "it is still on disk");

    // everything, and a range
    git(&["add", "-A"]).ends(0);
    git(&["commit", "-q", "--no-verify", "-m", "leak"]).ends(0);
    pre_commit(&["run", "--all-files"]).ends(1);
    pre_commit(&["run", "--from-ref", "HEAD~1", "--to-ref", "HEAD"]).ends(1);
    pre_commit(&["run", "--from-ref", "HEAD~2", "--to-ref", "HEAD~1"]).ends(0);
    pre_commit(&["run", "--hook-stage", "manual", "keyless-history"]).ends(1);
}
