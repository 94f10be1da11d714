//! What is remembered of a history: the report must be the one of a scan that remembers nothing.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use super::scratch::{Scratch, files_below, leak};

/// A report, and of how many blobs it was remembered that they left nothing.
struct Scanned {
    remembered: u64,
    out: String,
}

fn run(command: &mut Command) -> Scanned {
    let output = command.output().expect("it runs");
    let [out, err] = [output.stdout, output.stderr].map(|bytes| String::from_utf8_lossy(&bytes).into_owned());
    assert!(matches!(output.status.code(), Some(0..=2)) && !err.contains("panicked"), "{err}");
    let line = err.lines().find_map(|line| line.strip_prefix("known clean"));
    let remembered = line.and_then(|line| line.split_whitespace().next()?.parse().ok()).unwrap_or(0);
    Scanned { remembered, out }
}

const SCAN: [&str; 5] = ["scan", "--history", "--format", "json", "--stats"];

fn scan(repo: &Scratch, words: &[&str]) -> Scanned {
    run(&mut repo.keyless_as_it_is(&[&SCAN, words].concat()))
}

/// Scans with what is remembered and without, and gives how much was remembered.
#[track_caller]
fn same(repo: &Scratch, what: &str) -> u64 {
    let known = scan(repo, &[]);
    let plain = scan(repo, &["--no-cache"]);
    assert_eq!(plain.remembered, 0);
    assert!(known.out == plain.out, "{what}: {}", first_difference(&known.out, &plain.out));
    known.remembered
}

/// Reports are long: of two that differ the first line that does.
fn first_difference(one: &str, other: &str) -> String {
    let lines = one.lines().zip(other.lines()).find(|(one, other)| one != other);
    lines.map_or_else(|| "one is longer".to_owned(), |(one, other)| format!("{one} against {other}"))
}

/// Files of several kinds, with and without findings, notices, and evidence of platforms.
fn small() -> Scratch {
    let repo = Scratch::new();
    repo.commit("first", &[("readme.md", "hello\n"), ("src/main.py", "print(1)\n"), ("main.tf", "# nothing\n")]);
    repo.commit("leak", &[("app.env", &leak("one")), ("img.bin", "\0\u{1}\0"), ("a/b/c.txt", "text\n")]);
    repo.commit("odd", &[("x.py", "a = 1  # keyless:ignore[no-such-rule] -- unknown\n")]);
    repo.commit(&format!("a message with {}", leak("two").trim()), &[("app.env", "A=1\n")]);
    repo
}

fn snapshots(repo: &Scratch) -> Vec<PathBuf> {
    let dir = repo.at.join(".git/keyless");
    if dir.exists() { files_below(&dir) } else { Vec::new() }
}

#[test]
fn a_second_scan_looks_only_at_what_was_found() {
    let repo = small();
    let first = scan(&repo, &[]);
    assert_eq!(first.remembered, 0);
    assert_eq!(snapshots(&repo).len(), 1);
    let second = scan(&repo, &[]);
    assert!(second.out == first.out, "{}", first_difference(&second.out, &first.out));
    assert!(second.remembered >= 4, "{}", second.remembered);
    assert_eq!(same(&repo, "a third"), second.remembered);
    // Found again although it is remembered that there was something.
    assert!(second.out.contains("\"path\": \"app.env\""), "{}", second.out);
}

#[test]
fn nothing_of_a_secret_is_remembered() {
    let repo = small();
    scan(&repo, &[]);
    let bytes = fs::read(&snapshots(&repo)[0]).expect("it is there");
    for name in ["one", "two"] {
        let secret = leak(name);
        let part = &secret.as_bytes()[secret.len() - 60..secret.len() - 40];
        assert!(!bytes.windows(part.len()).any(|window| window == part));
    }
}

#[test]
fn whatever_happens_to_a_repository_the_report_is_the_same() {
    let repo = small();
    scan(&repo, &[]);
    let step = |what: &str, remembers: bool| {
        let remembered = same(&repo, what);
        assert_eq!(remembered > 0, remembers, "{what}");
    };
    repo.commit("more", &[("new.env", &leak("three")), ("main.tf", "resource \"azurerm_linux_web_app\" \"a\" {}\n")]);
    step("a commit on top", true);
    repo.git(&["mv", "src/main.py", "src/app.py"]);
    repo.git(&["mv", "new.env", "old.txt"]);
    repo.commit("renamed", &[]);
    step("renamed at HEAD", true);
    repo.git(&["revert", "--no-edit", "HEAD"]);
    step("renamed back", true);
    repo.git(&["checkout", "-q", "-b", "side", "HEAD~3"]);
    repo.commit("aside", &[("side.env", &leak("one")), ("src/app.py", "print(1)\n")]);
    step("a branch, and HEAD on it", true);
    repo.git(&["checkout", "-q", "main"]);
    repo.git(&["merge", "-q", "--no-edit", "side"]);
    step("merged", true);
    repo.git(&["rm", "-q", "side.env", "app.env"]);
    repo.commit("gone", &[]);
    step("a leak gone from HEAD", true);
    repo.git(&["commit", "-q", "--amend", "-m", "gone, said better"]);
    step("amended", true);
    repo.git(&["reflog", "expire", "--expire=now", "--all"]);
    step("its reflog is gone", true);
    repo.git(&["branch", "-D", "side"]);
    repo.git(&["tag", "-a", "-m", leak("tagged").trim(), "v1", "HEAD~2"]);
    step("a branch less, a tag more", true);
    repo.git(&["notes", "add", "-m", leak("noted").trim(), "HEAD"]);
    step("a note", true);
    repo.git(&["checkout", "-q", "--detach", "HEAD~4"]);
    step("HEAD far back", true);
    repo.git(&["update-ref", "refs/odd/tree", "HEAD^{tree}"]);
    step("a ref to a tree", true);
    step("and again", true);
    repo.git(&["update-ref", "-d", "refs/odd/tree"]);
    step("that ref is gone", true);
    repo.git(&["gc", "-q", "--prune=now"]);
    step("packed", true);
}

#[test]
fn commits_that_are_older_than_known_ones_change_what_came_first() {
    let repo = small();
    scan(&repo, &[]);
    let head = repo.git(&["rev-parse", "HEAD~2"]);
    // Made long before the others, as by somebody who worked offline.
    repo.write("early.env", leak("one"));
    repo.write("copy.py", "print(1)\n");
    repo.git(&["add", "-A"]);
    let tree = repo.git(&["write-tree"]);
    let mut command = repo.git_command(&["commit-tree", "-p", &head, "-m", "early", &tree]);
    command.env("GIT_AUTHOR_DATE", "1000000000 +0000").env("GIT_COMMITTER_DATE", "1000000000 +0000");
    let id = String::from_utf8(command.output().expect("it runs").stdout).expect("an id");
    repo.git(&["update-ref", "refs/heads/early", id.trim()]);
    repo.git(&["reset", "-q", "--hard"]);
    assert!(same(&repo, "an old commit") > 0);
    assert!(same(&repo, "once more") > 0);
}

#[test]
fn what_does_not_fit_is_not_believed() {
    let repo = small();
    let plain = scan(&repo, &["--no-cache"]).out;
    assert!(snapshots(&repo).is_empty());
    scan(&repo, &[]);
    let path = snapshots(&repo).remove(0);
    let whole = fs::read(&path).expect("it is there");
    let mut flipped = whole.clone();
    flipped[whole.len() / 2] ^= 1;
    for bytes in [&[][..], &whole[..20], &whole[..whole.len() - 1], &flipped] {
        fs::write(&path, bytes).expect("it can be written");
        let said = scan(&repo, &[]);
        assert_eq!((said.remembered, said.out == plain), (0, true));
        assert_eq!(fs::read(&path).expect("it is there"), whole, "it is written anew");
    }
    // Other rules, other settings.
    for words in [&["--rule", "azure-*"][..], &["--max-file-size", "1kb"], &["--exclude", "a/"]] {
        assert_eq!(scan(&repo, words).remembered, 0, "{words:?}");
        assert!(scan(&repo, words).remembered > 0, "{words:?}");
    }
    assert!(same(&repo, "the first settings") > 0);
    // Sealed by somebody else.
    let mut command = repo.keyless_as_it_is(&SCAN);
    command.env("XDG_CACHE_HOME", repo.at.join("elsewhere"));
    let said = run(&mut command);
    assert_eq!((said.remembered, said.out == plain), (0, true));
    // Of a later day: what was over by then may not be over yet.
    scan(&repo, &[]);
    let mut command = repo.keyless_as_it_is(&SCAN);
    assert_eq!(run(command.env("SOURCE_DATE_EPOCH", "1000000000")).remembered, 0);
}

#[test]
fn a_narrowed_scan_neither_remembers_nor_is_told() {
    let repo = small();
    for words in [&["--max-commits", "2"][..], &["--since", "HEAD~1"], &["--branch", "main"], &["--unreachable"]] {
        assert_eq!(scan(&repo, words).remembered, 0);
        assert!(snapshots(&repo).is_empty(), "{words:?}");
    }
    scan(&repo, &[]);
    for words in [&["--max-commits", "2"][..], &["--slow-git"], &["--verify-objects"]] {
        assert_eq!(scan(&repo, words).remembered, 0, "{words:?}");
    }
}

#[test]
fn a_directory_for_it_goes_along_with_a_clone() {
    let repo = small();
    let dir = repo.at.join("kept");
    let words = ["--cache-dir", dir.to_str().expect("a name")];
    scan(&repo, &words);
    assert!(snapshots(&repo).is_empty());
    let away = tempfile::tempdir().expect("a directory");
    let clone = away.path().join(repo.at.file_name().expect("a name"));
    repo.git(&["clone", "-q", ".", clone.to_str().expect("a name")]);
    let said = run(repo.keyless_as_it_is(&[&SCAN[..], &words].concat()).current_dir(&clone));
    assert!(said.remembered > 0);
    let plain = run(repo.keyless_as_it_is(&[&SCAN[..], &["--no-cache"]].concat()).current_dir(&clone));
    assert!(said.out == plain.out, "{}", first_difference(&said.out, &plain.out));
}

#[test]
fn a_link_in_the_repository_leads_nothing_outside() {
    let repo = small();
    let outside = tempfile::tempdir().expect("a directory");
    std::os::unix::fs::symlink(outside.path(), repo.at.join(".git/keyless")).expect("a link");
    let plain = scan(&repo, &["--no-cache"]).out;
    assert!(scan(&repo, &[]).out == plain);
    assert!(files_below(outside.path()).is_empty());
}

#[test]
fn runs_at_the_same_time_do_not_hinder_each_other() {
    let repo = small();
    let plain = scan(&repo, &["--no-cache"]).out;
    let start = || repo.keyless_as_it_is(&SCAN).stdout(std::process::Stdio::piped()).spawn().expect("it starts");
    let all: Vec<_> = (0..6).map(|_| start()).collect();
    for one in all {
        let output = one.wait_with_output().expect("it ends");
        assert!(String::from_utf8_lossy(&output.stdout) == plain);
    }
    assert_eq!(left_over(&repo.at.join(".git/keyless")), 0);
    assert!(same(&repo, "afterwards") > 0);
}

/// Files of writers that did not end.
fn left_over(dir: &Path) -> usize {
    files_below(dir).iter().filter(|path| path.extension().is_none_or(|ending| ending != "history")).count()
}

#[test]
fn few_are_kept() {
    let repo = small();
    for size in 1..=12 {
        scan(&repo, &["--max-file-size", &format!("{size}kb")]);
    }
    assert_eq!(snapshots(&repo).len(), 8);
}

#[test]
fn what_could_not_be_read_is_tried_again() {
    let repo = small();
    let blob = repo.git(&["rev-parse", "HEAD:readme.md"]);
    let path = repo.at.join(format!(".git/objects/{}/{}", &blob[..2], &blob[2..]));
    let bytes = fs::read(&path).expect("it is loose");
    fs::remove_file(&path).expect("it can go");
    for _ in 0..2 {
        let said = scan(&repo, &[]);
        assert!(said.out.contains(&format!("object {blob} is missing")), "{}", said.out);
    }
    assert!(same(&repo, "still missing") > 0);
    fs::write(&path, bytes).expect("it can come back");
    let said = scan(&repo, &[]);
    assert!(!said.out.contains("is missing"));
    same(&repo, "back again");
}

#[test]
fn a_pipe_in_its_place_holds_nothing_up() {
    let repo = Scratch::new();
    repo.commit("one", &[("a.env", &leak("a"))]);
    let first = repo.scan(&["--history"]);
    let file = files_below(&repo.at.join(".git/keyless")).remove(0);
    fs::remove_file(&file).expect("it is there");
    let made = Command::new("mkfifo").arg(&file).status().expect("mkfifo runs");
    assert!(made.success());
    assert_eq!(repo.scan(&["--history"]).out, first.out);
}
