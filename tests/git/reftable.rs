//! Refs in tables: the same repository says the same, however it keeps its refs.

use std::fs;

use super::scratch::{Scratch, leak};

const TABLES: &str = "--ref-format=reftable";

/// A git of before 2.45 keeps refs in files only: then there is nothing to test, and it is said.
#[allow(clippy::print_stderr, reason = "what cannot run says so")]
fn knows_tables() -> bool {
    let scratch = Scratch::bare_directory();
    let done = scratch.git_command(&["init", "-q", TABLES, "x"]).output().expect("git is installed");
    if !done.status.success() {
        let said = String::from_utf8_lossy(&done.stderr).into_owned();
        assert!(said.contains("unknown option"), "{said}");
        eprintln!("not tested: this git keeps refs in files only");
    }
    done.status.success()
}

fn story(words: &[&str]) -> Scratch {
    let repo = Scratch::of(words);
    repo.commit("first", &[("readme", "x\n"), ("kept.env", &leak("kept"))]);
    repo.commit("second", &[("gone.env", &leak("gone"))]);
    repo.git(&["tag", "-a", "-m", "a release", "v1"]);
    repo.git(&["rm", "-q", "gone.env"]);
    repo.commit("third", &[]);
    // More names than one block holds.
    let head = repo.git(&["rev-parse", "HEAD"]);
    let names: String = (0..700).map(|n| format!("create refs/heads/some/topic-number-{n} {head}\n")).collect();
    repo.write("names", &names);
    let mut create = repo.git_command(&["update-ref", "--stdin"]);
    create.stdin(fs::File::open(repo.at.join("names")).expect("it was written"));
    assert!(create.status().expect("git is installed").success());
    fs::remove_file(repo.at.join("names")).expect("it was written");
    repo
}

#[test]
fn a_history_is_the_same_with_refs_in_files_and_in_tables() {
    if !knows_tables() {
        return;
    }
    for words in [&[][..], &["--object-format=sha256"]] {
        let files = story(words).scan(&["--history"]);
        files.expect(1, &["gone.env:1", "kept.env:1"]);
        let repo = story(&[words, &[TABLES]].concat());
        let tables = repo.scan(&["--history"]);
        assert_eq!(tables.out, files.out);
        repo.git(&["pack-refs"]);
        assert_eq!(repo.scan(&["--history"]).out, files.out);
        // Changes lie in tables of their own, the last one holds.
        repo.git(&["branch", "-q", "-D", "some/topic-number-7"]);
        let others = |said: &super::scratch::Said| said.report["findings"][1]["history"]["other_refs"].as_u64();
        assert_eq!(others(&repo.scan(&["--history"])), others(&files).map(|count| count - 1));
    }
}

#[test]
fn what_only_the_log_of_a_table_knows_is_read() {
    if !knows_tables() {
        return;
    }
    let repo = story(&[TABLES]);
    repo.commit("by mistake", &[("slip.env", &leak("slip"))]);
    repo.git(&["reset", "-q", "--hard", "HEAD~1"]);
    let said = repo.scan(&["--history"]);
    said.expect(1, &["gone.env:1", "kept.env:1", "slip.env:1"]);
}

#[test]
fn what_is_staged_and_what_a_branch_brings_are_held_against_tables() {
    if !knows_tables() {
        return;
    }
    let repo = story(&[TABLES]);
    repo.scan(&["--staged"]).expect(0, &[]);
    repo.git(&["checkout", "-q", "-b", "topic"]);
    repo.commit("a leak", &[("new.env", &leak("new"))]);
    repo.scan(&["--diff", "main"]).expect(1, &["new.env:1"]);
    repo.write("staged.env", leak("staged"));
    repo.git(&["add", "staged.env"]);
    repo.scan(&["--staged"]).expect(1, &["staged.env:1"]);
}

#[test]
fn a_damaged_table_is_a_failure() {
    if !knows_tables() {
        return;
    }
    let repo = story(&[TABLES]);
    let dir = repo.at.join(".git/reftable");
    let list = fs::read_to_string(dir.join("tables.list")).expect("a list of tables");
    let table = dir.join(list.lines().next().expect("one table"));
    let mut bytes = fs::read(&table).expect("a table");
    let last = bytes.len() - 1;
    bytes[last] ^= 1;
    let mut permissions = fs::metadata(&table).expect("it is there").permissions();
    std::os::unix::fs::PermissionsExt::set_mode(&mut permissions, 0o644);
    fs::set_permissions(&table, permissions).expect("its owner may");
    fs::write(&table, bytes).expect("a file");
    let said = repo.scan(&["--history"]);
    assert_eq!(said.code, Some(2), "{}", said.out);
    assert!(said.out.contains("its footer does not have its checksum"), "{}", said.out);
}
