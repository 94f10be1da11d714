//! `keyless scan --history`: all that a repository ever held, and what became of it.

use std::fs;

use serde_json::Value;

use super::scratch::{Said, Scratch, key, leak};

/// A leak that came, moved, was edited around, and went; and one that is still there.
fn story() -> Scratch {
    let repo = Scratch::new();
    repo.commit("first: nothing", &[("readme", "x\n")]);
    repo.commit("second: the leak", &[("app.env", &format!("A=1\n{}", leak("gone"))), ("kept.env", &leak("kept"))]);
    for n in 0..5 {
        repo.commit(&format!("edit {n}"), &[("app.env", &format!("A=1\nB={n}\n{}", leak("gone")))]);
    }
    repo.git(&["branch", "old"]);
    repo.git(&["tag", "-a", "-m", "a release", "v1"]);
    repo.git(&["rm", "-q", "app.env"]);
    repo.git(&["mv", "kept.env", "moved.env"]);
    repo.commit("away with it", &[]);
    repo.commit("last", &[("readme", "y\n")]);
    repo
}

fn finding<'a>(said: &'a Said, path: &str) -> &'a Value {
    let found = said.findings().iter().find(|finding| finding["location"]["path"] == path);
    found.unwrap_or_else(|| panic!("nothing at {path}: {:?}", said.places()))
}

#[test]
fn one_secret_in_many_commits_is_one_finding_with_its_story() {
    let repo = story();
    let id = |name: &str| repo.git(&["rev-parse", name]);
    let said = repo.scan(&["--history"]);
    said.expect(1, &["app.env:2", "moved.env:1"]);
    let gone = &finding(&said, "app.env")["history"];
    assert_eq!(gone["introduced"]["id"], id("HEAD~7").as_str());
    assert_eq!(gone["introduced"]["summary"], "second: the leak");
    assert_eq!((&gone["path"], &gone["line"]), (&"app.env".into(), &2.into()));
    assert_eq!(gone["blob"], id("HEAD~7:app.env").as_str());
    assert_eq!((&gone["at_head"], &gone["removed_in"]["id"]), (&false.into(), &id("HEAD~1").as_str().into()));
    assert_eq!(gone["refs"], serde_json::json!(["refs/heads/old", "refs/tags/v1"]));
    let kept = &finding(&said, "moved.env")["history"];
    assert_eq!((&kept["at_head"], &kept["path"]), (&true.into(), &"kept.env".into()));
    assert_eq!(kept["removed_in"], Value::Null);
    assert_eq!(kept["refs"], serde_json::json!(["refs/heads/main", "refs/heads/old", "refs/tags/v1"]));
    assert_eq!(said.gaps(), Vec::<&str>::new());
    // Loose or packed, whole or as deltas, on one thread or two: the same bytes.
    repo.git(&["repack", "-q", "-a", "-d", "-f", "--depth=50"]);
    repo.git(&["pack-refs", "--all"]);
    for threads in ["1", "3"] {
        assert_eq!(repo.scan(&["--history", "--threads", threads]).out, said.out);
        assert_eq!(repo.scan(&["--history", "--slow-git", "--threads", threads]).out, said.out);
    }
}

#[test]
fn people_read_the_story_too() {
    let repo = story();
    let output = repo.keyless(&["scan", "--history"]).output().expect("it runs");
    let out = String::from_utf8_lossy(&output.stdout).into_owned();
    for text in ["by Ada Author: second: the leak", "gone since ", "held by old and 1 other ref", "still at HEAD"] {
        assert!(out.contains(text), "{text}: {out}");
    }
    let output = repo.keyless(&["scan", "--history", "--format", "sarif"]).output().expect("it runs");
    assert!(String::from_utf8_lossy(&output.stdout).contains("\"introduced\""));
}

#[test]
fn reflog_stash_notes_messages_and_tags_are_part_of_a_history() {
    let repo = Scratch::new();
    repo.commit("first", &[("a", "x\n")]);
    repo.commit("dropped", &[("dropped.env", &leak("dropped"))]);
    repo.git(&["reset", "-q", "--hard", "HEAD~1"]);
    repo.write("stashed.env", leak("stashed"));
    repo.write("a", leak("worked on"));
    repo.git(&["stash", "-q", "--include-untracked"]);
    repo.git(&["notes", "add", "-m", leak("noted").trim_end(), "HEAD"]);
    repo.git(&["tag", "-a", "-m", leak("tagged").trim_end(), "v1"]);
    repo.commit(leak("said").trim_end(), &[("b", "x\n")]);
    let said = repo.scan(&["--history"]);
    let note = format!("<note>/{}:1", repo.git(&["rev-parse", "HEAD~1"]));
    said.expect(1, &["<message>:1", &note, "<tag message>:1", "a:1", "dropped.env:1", "stashed.env:1"]);
    for (path, kept_by) in [("a", "stash"), ("dropped.env", "reflog"), ("stashed.env", "stash")] {
        assert_eq!(finding(&said, path)["history"]["kept_by"], kept_by, "{path}");
    }
    assert_eq!(finding(&said, "<tag message>")["location"]["origin"]["tag"], "refs/tags/v1");
    for name in ["said", "tagged", "noted"] {
        assert!(!said.out.contains(&key(name)[4..]), "the {name} value is printed");
    }
}

#[test]
fn what_nothing_leads_to_is_read_on_request() {
    let repo = Scratch::new();
    repo.commit("first", &[("a", "x\n")]);
    repo.commit("dropped", &[("dropped.env", &leak("dropped"))]);
    repo.git(&["reset", "-q", "--hard", "HEAD~1"]);
    repo.git(&["reflog", "expire", "--expire=now", "--all"]);
    repo.write("never.env", leak("never"));
    repo.git(&["hash-object", "-w", "never.env"]);
    repo.scan(&["--history"]).expect(0, &[]);
    let said = repo.scan(&["--history", "--unreachable"]);
    said.expect(1, &["<unreachable>/<blob>:1", "dropped.env:1"]);
    assert_eq!(finding(&said, "dropped.env")["history"]["kept_by"], "nothing");
}

#[test]
fn a_secret_in_a_merge_s_own_resolution_is_found_after_it_went_away() {
    let repo = Scratch::new();
    repo.commit("base", &[("a.env", "x=1\n")]);
    repo.git(&["checkout", "-q", "-b", "topic"]);
    repo.commit("topic", &[("b", "x\n")]);
    repo.git(&["checkout", "-q", "main"]);
    repo.commit("main", &[("c", "x\n")]);
    repo.git(&["merge", "-q", "--no-ff", "--no-commit", "topic"]);
    let merge = repo.commit("merge", &[("a.env", &leak("evil"))]);
    let away = repo.commit("away", &[("a.env", "x=1\n")]);
    let said = repo.scan(&["--history"]);
    said.expect(1, &["a.env:1"]);
    let history = &said.findings()[0]["history"];
    assert_eq!(
        (&history["introduced"]["id"], &history["removed_in"]["id"]),
        (&merge.as_str().into(), &away.as_str().into())
    );
}

#[test]
fn attributes_replacements_and_grafts_hide_nothing() {
    let repo = story();
    repo.commit("hide", &[(".gitattributes", "*.env -diff\n* filter=x diff=x\n")]);
    let [with, without] = ["HEAD~8:app.env", "HEAD:readme"].map(|name| repo.git(&["rev-parse", name]));
    repo.git(&["replace", "-f", &with, &without]);
    let head = repo.git(&["rev-parse", "HEAD"]);
    repo.write(".git/info/grafts", format!("{head}\n"));
    let said = repo.scan(&["--history"]);
    said.expect(1, &["app.env:2", "moved.env:1"]);
    assert!(said.report["coverage"]["narrowed"].to_string().contains("grafts"), "{}", said.out);
}

#[test]
fn of_many_refs_that_hold_a_secret_some_are_named_and_the_others_counted() {
    let repo = story();
    let head = repo.git(&["rev-parse", "HEAD"]);
    for number in 0..60 {
        repo.git(&["update-ref", &format!("refs/heads/b{number:02}"), &head]);
    }
    let kept = repo.scan(&["--history"]);
    let kept = &finding(&kept, "moved.env")["history"];
    assert_eq!(kept["refs"].as_array().map(Vec::len), Some(50));
    assert_eq!(kept["other_refs"], 13, "three of the story and sixty, but fifty");
}

#[test]
fn bare_linked_borrowed_and_foreign_repositories_are_read() {
    let mut repo = story();
    let expected = ["app.env:2", "moved.env:1"];
    repo.git(&["clone", "-q", "--mirror", ".", "../bare.git"]);
    repo.git(&["clone", "-q", "--shared", ".", "../borrowed"]);
    repo.git(&["worktree", "add", "-q", "../linked", "-b", "linked"]);
    repo.git(&["repack", "-q", "-a", "-d"]);
    for place in ["bare.git", "borrowed", "linked", "repo"] {
        repo.go(place);
        repo.scan(&["--history"]).expect(1, &expected);
        repo.go(".");
        repo.scan(&["--history", place]).expect(1, &expected);
    }
    let both = repo.scan(&["--history", "bare.git", "borrowed"]);
    both.expect(1, &["bare.git/app.env:2", "bare.git/moved.env:1", "borrowed/app.env:2", "borrowed/moved.env:1"]);
    if super::scratch::is_root() {
        let status =
            std::process::Command::new("chown").args(["-R", "12345:12345"]).arg(repo.path("bare.git")).status();
        assert!(status.expect("chown is there").success());
        repo.scan(&["--history", "bare.git"]).expect(1, &expected);
    }
    let said = repo.scan(&["--history", "."]);
    assert_eq!((said.code, said.err.contains("no git repository")), (Some(2), true), "{}", said.err);
}

#[test]
fn a_repository_with_long_names_of_objects_is_read() {
    let mut repo = Scratch::of(&["--object-format=sha256"]);
    repo.commit("one", &[("a.env", &leak("a"))]);
    repo.commit("two", &[("a.env", "x\n")]);
    for pack in [false, true] {
        if pack {
            repo.git(&["repack", "-q", "-a", "-d"]);
        }
        let said = repo.scan(&["--history"]);
        said.expect(1, &["a.env:1"]);
        assert_eq!(said.findings()[0]["history"]["introduced"]["id"].as_str().map(str::len), Some(64));
    }
    repo.write("b.env", leak("b"));
    repo.git(&["add", "-A"]);
    repo.scan(&["--staged"]).expect(1, &["b.env:1"]);
    repo.scan(&["--diff", "HEAD~1"]).expect(0, &[]);
    repo.git(&["clone", "-q", "--bare", ".", "../bare.git"]);
    repo.go("bare.git");
    repo.scan(&["--history"]).expect(1, &["a.env:1"]);
}

#[test]
fn what_narrows_a_scan_is_told() {
    let repo = story();
    let second = repo.git(&["rev-parse", "HEAD~7"]);
    for (words, places, told) in [
        // Later versions of the file still hold what an earlier commit brought.
        (&["--since", &second][..], &["app.env:3"][..], "commits since"),
        (&["--since", "HEAD~8"], &["app.env:2", "moved.env:1"], "commits since HEAD~8"),
        (&["--since", "2023-11-15"], &[], "commits since 2023-11-15"),
        (&["--since", "2023-11-14"], &["app.env:2", "moved.env:1"], "commits since 2023-11-14"),
        (&["--max-commits", "2"], &[], "the newest 2 commits"),
        (&["--max-commits", "8"], &["app.env:2", "moved.env:1"], "the newest 8 commits"),
        (&["--branch", "old"], &["app.env:2", "kept.env:1"], "what old leads to"),
    ] {
        let said = repo.scan(&[&["--history"], words].concat());
        said.expect(i32::from(!places.is_empty()), places);
        assert!(said.report["coverage"]["narrowed"].to_string().contains(told), "{words:?}: {}", said.out);
    }
    for words in [&["--branch", "nowhere"][..], &["--since", "nowhere"]] {
        assert_eq!(repo.scan(&[&["--history"], words].concat()).code, Some(2), "{words:?}");
    }
    assert_eq!(repo.scan(&["--since", "2023-11-15"]).code, Some(64));
}

#[test]
fn shallow_and_partial_clones_are_gaps() {
    let mut repo = story();
    repo.git(&["config", "uploadpack.allowFilter", "true"]);
    let url = format!("file://{}", repo.at.display());
    repo.git(&["clone", "-q", "--depth", "2", &url, "../shallow"]);
    repo.git(&["clone", "-q", "--bare", "--filter=blob:none", &url, "../partial"]);
    repo.git(&["clone", "-q", "--bare", "--filter=tree:0", &url, "../treeless"]);
    for (place, gap) in [("shallow", "shallow-clone"), ("partial", "partial-clone"), ("treeless", "partial-clone")] {
        repo.go(place);
        let said = repo.scan(&["--history"]);
        assert_eq!(said.gaps(), [gap], "{place}: {}{}", said.out, said.err);
        assert!(said.failures().is_empty(), "{place}: {:?}", said.failures());
        assert_eq!(said.code, Some(if place == "shallow" { 1 } else { 2 }), "{place}");
    }
}

#[test]
fn submodules_are_counted_and_read_on_request() {
    let mut repo = Scratch::new();
    repo.commit("inner", &[("inner.env", &leak("inner"))]);
    repo.git(&["init", "-q", "-b", "main", "../outer"]);
    repo.go("outer");
    let url = format!("file://{}", repo.path("repo").display());
    repo.git(&["submodule", "--quiet", "add", &url, "lib/inner"]);
    repo.commit("outer", &[("a", "x\n")]);
    let said = repo.scan(&["--history"]);
    said.expect(0, &[]);
    assert_eq!(said.report["coverage"]["left_out"]["submodules"], 1);
    repo.scan(&["--history", "--submodules"]).expect(1, &["lib/inner/inner.env:1"]);
    fs::remove_dir_all(repo.at.join("lib")).expect("it is there");
    fs::remove_dir_all(repo.at.join(".git/modules")).expect("it is there");
    let said = repo.scan(&["--history", "--submodules"]);
    assert_eq!((said.code, said.gaps()), (Some(2), vec!["missing-submodule"]), "{}", said.out);
}

#[test]
fn nothing_yet_is_clean_and_what_a_repository_configures_does_not_run() {
    let repo = Scratch::new();
    repo.scan(&["--history"]).expect(0, &[]);
    let trap = repo.path("trap");
    for setting in ["core.fsmonitor", "diff.external", "core.sshCommand", "alias.log", "core.gitProxy"] {
        repo.git(&["config", setting, &format!("!touch {}", trap.display())]);
    }
    repo.git(&["config", "core.repositoryformatversion", "1"]);
    repo.git(&["config", "extensions.preciousObjects", "true"]);
    repo.git(&["-c", "core.fsmonitor=false", "commit", "-q", "--allow-empty", "-m", leak("said").trim_end()]);
    let _ = fs::remove_file(&trap);
    repo.scan(&["--history"]).expect(1, &["<message>:1"]);
    assert!(!trap.exists());
}

#[test]
fn one_of_several_that_cannot_be_read_keeps_nobody_from_the_others() {
    let repo = Scratch::new();
    repo.commit("leak", &[("a.env", &leak("a"))]);
    fs::create_dir(repo.path("empty")).expect("a directory");
    let said = repo.scan(&["--history", ".", "../nowhere", "../empty"]);
    assert_eq!((said.code, said.places()), (Some(1), vec!["./a.env:1".to_owned()]), "{}", said.err);
    assert_eq!(said.failures().len(), 2, "{:?}", said.failures());
    assert!(said.failures()[0].starts_with("../empty: no git repository"), "{:?}", said.failures());
    assert!(said.failures()[1].starts_with("../nowhere: "), "{:?}", said.failures());
    repo.scan(&["--history", "../nowhere"]).expect(2, &[]);
}

#[test]
fn a_day_that_is_none_is_not_taken_for_a_commit() {
    let repo = Scratch::new();
    repo.commit("leak", &[("a.env", &leak("a"))]);
    let said = repo.scan(&["--history", "--since", "2026-02-30"]);
    assert_eq!(said.code, Some(2));
    assert!(said.err.contains("no day of the calendar"), "{}", said.err);
}
