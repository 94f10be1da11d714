//! `keyless scan --patch`: the new side of a diff, wherever it comes from.

use std::fs::{self, File};
use std::process::Stdio;

use super::scratch::{Said, Scratch, leak};

#[test]
fn every_way_in_which_git_prints_a_difference_is_understood() {
    let repo = Scratch::new();
    let lines: String = (0..30).map(|n| format!("line {n}\n")).collect();
    repo.commit("base", &[("dir/a b.env", &format!("{lines}{}", leak("old"))), ("gone.env", &leak("gone"))]);
    repo.git(&["mv", "gone.env", "renamed.env"]);
    repo.commit(
        "edit",
        &[("dir/a b.env", &format!("{lines}{}A=1\n{}", leak("old"), leak("new"))), ("ä.env", &leak("name"))],
    );
    let expected = ["dir/a b.env:33", "ä.env:1"];
    for words in [
        &["diff", "HEAD~1"][..],
        &["diff", "-U0", "HEAD~1"],
        &["diff", "--no-prefix", "HEAD~1"],
        &["-c", "diff.mnemonicPrefix=true", "diff", "HEAD~1"],
        &["format-patch", "--stdout", "HEAD~1"],
        &["show", "--format=raw", "HEAD"],
        &["diff", "--color=always", "HEAD~1"],
        &["-c", "color.ui=always", "-c", "color.diff.meta=normal", "diff", "HEAD~1"],
        &["diff", "--color=always", "--no-prefix", "-U0", "HEAD~1"],
    ] {
        let patch = repo.path("x.patch");
        let output = repo.git_command(words).output().expect("git");
        std::fs::write(&patch, &output.stdout).expect("it can be written");
        let said = repo.scan(&["--patch", patch.to_str().expect("plain")]);
        said.expect(1, &expected);
        let mut command = repo.keyless(&["scan", "--patch", "-", "--format", "json"]);
        command.stdin(Stdio::from(File::open(&patch).expect("it is there")));
        Said::of(&mut command).expect(1, &expected);
    }
}

#[test]
fn nothing_is_clean_and_what_is_no_patch_is_not() {
    let repo = Scratch::new();
    for (name, text, code) in [
        ("empty.patch", "", 0),
        ("text.patch", "no diff\n", 2),
        ("cut.patch", "--- a/x\n+++ b/x\n@@ -1,3 +1,3 @@\n a\n", 2),
    ] {
        repo.write(name, text);
        assert_eq!(repo.scan(&["--patch", name]).code, Some(code), "{name}");
    }
    let said = repo.scan(&["--patch", "nowhere.patch"]);
    assert_eq!((said.code, said.err.contains("nowhere.patch")), (Some(2), true), "{}", said.err);
}

#[test]
fn a_file_that_is_not_text_is_told_by_its_name() {
    let repo = Scratch::new();
    repo.commit("base", &[("a b.dat", "x\0y"), ("q\n.dat", "x\0y")]);
    repo.commit("edit", &[("a b.dat", "x\0z"), ("q\n.dat", "x\0z"), ("new.dat", "x\0")]);
    for words in
        [&["diff", "HEAD~1"][..], &["diff", "--binary", "HEAD~1"], &["diff", "--binary", "--no-prefix", "HEAD~1"]]
    {
        let output = repo.git_command(words).output().expect("git");
        fs::write(repo.path("x.patch"), &output.stdout).expect("it can be written");
        let said = repo.scan(&["--patch", repo.path("x.patch").to_str().expect("plain")]);
        let skips = said.report["skips"].as_array().expect("a list");
        let names: Vec<_> = skips.iter().map(|skip| skip["path"].as_str().unwrap_or_default()).collect();
        assert_eq!(names, ["a b.dat", "new.dat", "q\n.dat"], "{words:?}");
    }
}
