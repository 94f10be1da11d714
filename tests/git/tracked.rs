//! A scan of files: what git tracks is read, whatever its ignore files say.

use std::fs;

use super::scratch::{Scratch, leak};

/// A repository in which git tracks files that its ignore files name.
fn ignored_and_tracked() -> Scratch {
    let git = Scratch::new();
    git.write(".gitignore", "*.env\nbuild/\n/vendor/\n");
    git.write("tracked.env", leak("one"));
    git.write("build/kept/deep.txt", leak("two"));
    git.write("app/own.env", leak("three"));
    git.git(&["add", "-f", "."]);
    git.git(&["commit", "-q", "-m", "all of it"]);
    git.write(".env", leak("not tracked"));
    git.write("build/made.txt", leak("made"));
    git
}

#[test]
fn what_git_tracks_is_read_though_it_is_ignored() {
    let git = ignored_and_tracked();
    let said = git.scan(&[]);
    said.expect(1, &["app/own.env:1", "build/kept/deep.txt:1", "tracked.env:1"]);
    assert_eq!(said.report["coverage"]["left_out"]["ignored"], 2, ".env and build");
    git.scan(&["app"]).expect(1, &["app/own.env:1"]);
    git.scan(&["build", "app"]).expect(1, &["app/own.env:1", "build/kept/deep.txt:1", "build/made.txt:1"]);
    for threads in ["1", "4"] {
        assert_eq!(git.scan(&["--threads", threads]).out, said.out);
    }
    let all = git.scan(&["--no-ignore"]);
    assert_eq!((all.findings().len(), &all.report["coverage"]["left_out"]["ignored"]), (5, &0.into()));
    // The carriers of the audit profile, each once.
    let audit = git.scan(&["--profile", "audit"]);
    audit.expect(1, &[".env:1", "app/own.env:1", "build/kept/deep.txt:1", "tracked.env:1"]);
    assert_eq!(audit.report["coverage"]["blobs"], 5);
}

#[test]
fn what_is_not_git_s_still_leaves_tracked_files_out() {
    let git = ignored_and_tracked();
    git.scan(&["--exclude", "tracked.env", "--exclude", "build/"]).expect(1, &["app/own.env:1"]);
    git.write(".ignore", "deep.txt\n/app/\n");
    git.scan(&[]).expect(1, &["tracked.env:1"]);
    git.scan(&["build"]).expect(1, &["build/made.txt:1"]);
}

#[test]
fn what_was_taken_away_or_leads_out_is_not_looked_for() {
    let git = ignored_and_tracked();
    let outside = git.path("outside");
    fs::create_dir_all(outside.join("kept")).expect("a directory");
    fs::write(outside.join("kept/deep.txt"), leak("elsewhere")).expect("a file");
    fs::remove_dir_all(git.at.join("build")).expect("it is there");
    std::os::unix::fs::symlink(&outside, git.at.join("build")).expect("a link");
    fs::remove_file(git.at.join("tracked.env")).expect("it is there");
    git.scan(&[]).expect(1, &["app/own.env:1"]);
}

#[test]
fn linked_worktrees_and_submodules_that_are_ignored_are_read() {
    let mut git = ignored_and_tracked();
    git.git(&["worktree", "add", "-q", "../linked", "-b", "linked"]);
    let other = ignored_and_tracked();
    let from = other.at.to_str().expect("a path of ours").to_owned();
    git.git(&["submodule", "--quiet", "add", "-f", &from, "vendor/module"]);
    git.scan(&["--exclude", "build/", "--exclude", "app/"]).expect(1, &["tracked.env:1"]);
    let said = git.scan(&["--exclude", "/build/", "--exclude", "/app/"]);
    let places: Vec<String> = said
        .findings()
        .iter()
        .flat_map(|finding| {
            let also = finding["also_at"].as_array().map_or(&[][..], Vec::as_slice);
            std::iter::once(&finding["location"])
                .chain(also)
                .map(|place| place["path"].as_str().unwrap_or_default().to_owned())
        })
        .collect();
    for path in ["tracked.env", "vendor/module/tracked.env", "vendor/module/build/kept/deep.txt"] {
        assert!(places.iter().any(|place| place == path), "{path}: {places:?}");
    }
    git.go("linked");
    git.scan(&[]).expect(1, &["app/own.env:1", "build/kept/deep.txt:1", "tracked.env:1"]);
}

#[test]
fn an_index_that_cannot_be_read_is_a_failure_and_only_if_something_is_ignored() {
    let git = ignored_and_tracked();
    fs::write(git.at.join(".git/index"), "DIRC").expect("a file");
    let said = git.scan(&["--exclude", "build/", "--rule", "kl118"]);
    assert_eq!(said.code, Some(2), "{}{}", said.out, said.err);
    assert!(said.failures()[0].starts_with(".: the index of git"), "{:?}", said.failures());
    fs::remove_file(git.at.join(".gitignore")).expect("it is there");
    git.scan(&[]).expect(1, &[".env:1", "app/own.env:1", "build/kept/deep.txt:1", "build/made.txt:1", "tracked.env:1"]);
    git.write(".gitignore", "*.env\n");
    fs::remove_file(git.at.join(".git/index")).expect("it is there");
    let made = std::process::Command::new("mkfifo").arg(git.at.join(".git/index")).status().expect("mkfifo");
    assert!(made.success());
    let said = git.scan(&["--rule", "kl118"]);
    assert!(said.failures()[0].contains("it is not a file"), "{:?}", said.failures());
    assert_eq!(git.scan(&["--staged"]).code, Some(2));
}
