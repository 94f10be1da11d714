//! Damaged and hostile repositories: what can be read is read, what cannot is told with its name, nothing
//! panics, and nothing that was not read is clean.

use std::fs;
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::time::Duration;

use super::scratch::{Scratch, files_below, leak};

fn object(repo: &Scratch, id: &str) -> PathBuf {
    repo.at.join(".git/objects").join(&id[..2]).join(&id[2..])
}

fn overwrite(path: &PathBuf, bytes: &[u8]) {
    fs::remove_file(path).expect("it is there");
    fs::write(path, bytes).expect("it can be written");
}

/// One leak that can be read beside `harmless`, which is to be damaged.
fn beside() -> Scratch {
    let repo = Scratch::new();
    repo.commit("one", &[("leak.env", &leak("a")), ("dir/harmless", "nothing here\n")]);
    repo
}

#[test]
fn a_damaged_object_is_a_failure_with_its_id_and_the_leak_beside_it_is_found() {
    for (what, cut) in [("missing", None), ("empty", Some(0)), ("cut", Some(9)), ("junk", Some(usize::MAX))] {
        for name in ["HEAD:dir/harmless", "HEAD:dir"] {
            let repo = beside();
            let id = repo.git(&["rev-parse", name]);
            let path = object(&repo, &id);
            let bytes = fs::read(&path).expect("it is loose");
            match cut {
                None => fs::remove_file(&path).expect("it is there"),
                Some(usize::MAX) => overwrite(&path, b"this is no object at all, not by any means"),
                Some(cut) => overwrite(&path, &bytes[..cut]),
            }
            let said = repo.scan(&["--history"]);
            said.expect(1, &["leak.env:1"]);
            assert_eq!(said.failures().len(), 1, "{what} {name}: {:?}", said.failures());
            assert!(said.failures()[0].contains(&id), "{what} {name}: {:?}", said.failures());
        }
    }
}

#[test]
fn a_commit_that_is_not_there_and_refs_that_lead_nowhere_are_failures() {
    let repo = beside();
    let first = repo.git(&["rev-parse", "HEAD"]);
    repo.commit("two", &[("b", "x\n")]);
    fs::remove_file(object(&repo, &first)).expect("it is loose");
    repo.write(".git/refs/heads/lost", "1".repeat(40));
    repo.write(".git/refs/heads/junk", "no id");
    repo.write(".git/refs/heads/dangling", "ref: refs/heads/nowhere\n");
    let said = repo.scan(&["--history"]);
    // What the lost commit brought is still in the tree of the second.
    said.expect(1, &["leak.env:1"]);
    let failures = said.failures().join("\n");
    for text in [&first, &"1".repeat(40), "refs/heads/junk", "refs/heads/nowhere"] {
        assert!(failures.contains(text), "{text}: {failures}");
    }
}

#[test]
fn a_damaged_pack_loses_only_what_is_damaged() {
    let repo = Scratch::new();
    for n in 0..20 {
        repo.commit(&format!("{n}"), &[("a.env", &format!("{}{}", "line\n".repeat(n), leak(&format!("leak {n}"))))]);
    }
    repo.git(&["repack", "-q", "-a", "-d", "-f"]);
    let pack = super::scratch::files_below(&repo.at.join(".git/objects/pack"))
        .into_iter()
        .find(|path| path.extension().is_some_and(|e| e == "pack"))
        .expect("there is one");
    let bytes = fs::read(&pack).expect("it can be read");
    for at in [bytes.len() / 3, bytes.len() / 2, bytes.len() - 60] {
        let mut damaged = bytes.clone();
        damaged[at..at + 8].fill(0xFF);
        overwrite(&pack, &damaged);
        let said = repo.scan(&["--history"]);
        assert!(matches!(said.code, Some(1 | 2)), "{at}: {:?} {}", said.code, said.err);
        assert!(!said.failures().is_empty() || said.findings().len() == 20, "{at}: something is lost and nothing said");
    }
    for length in [0, 12, bytes.len() / 2] {
        overwrite(&pack, &bytes[..length]);
        let said = repo.scan(&["--history"]);
        assert!(matches!(said.code, Some(1 | 2)), "{length}: {:?}", said.code);
        assert!(!said.failures().is_empty(), "cut to {length}");
    }
}

#[test]
fn wrong_content_under_a_name_is_told_when_objects_are_verified() {
    let repo = beside();
    let [harmless, other] = ["nothing here\n", "something else\n"].map(|text| {
        repo.write("text", text);
        repo.git(&["hash-object", "-w", "text"])
    });
    let bytes = fs::read(object(&repo, &other)).expect("it is loose");
    overwrite(&object(&repo, &harmless), &bytes);
    repo.scan(&["--history"]).expect(1, &["leak.env:1"]);
    let said = repo.scan(&["--history", "--verify-objects"]);
    said.expect(1, &["leak.env:1"]);
    assert!(said.failures().iter().any(|failure| failure.contains(&harmless)), "{:?}", said.failures());
}

#[test]
fn names_that_no_checkout_would_allow_are_only_names() {
    let repo = Scratch::new();
    repo.write("leak", leak("a"));
    let blob = repo.git(&["hash-object", "-w", "leak"]);
    let raw =
        |id: &str| (0..20).map(|at| u8::from_str_radix(&id[at * 2..at * 2 + 2], 16).expect("hex")).collect::<Vec<_>>();
    let tree_of = |entries: &[(&str, &[u8], &str)]| {
        let mut tree = Vec::new();
        for (mode, name, id) in entries {
            tree.extend_from_slice(mode.as_bytes());
            tree.push(b' ');
            tree.extend_from_slice(name);
            tree.push(0);
            tree.extend(raw(id));
        }
        repo.write("tree", tree);
        repo.git(&["hash-object", "-w", "-t", "tree", "--literally", "tree"])
    };
    let inner = tree_of(&[("100644", b"..", &blob), ("100644", b"caf\xe9\x1b[2J.env", &blob)]);
    let tree = tree_of(&[("40000", b"..", &inner), ("40000", b".git", &inner), ("100644", b"a/../../b", &blob)]);
    let commit = repo.git(&["commit-tree", "-m", "names", &tree]);
    repo.git(&["update-ref", "refs/heads/main", &commit]);
    let said = repo.scan(&["--history"]);
    assert_eq!(said.code, Some(1), "{}{}", said.out, said.err);
    assert_eq!(said.findings().len(), 1);
    let said = repo.scan(&["--diff", "HEAD"]);
    assert_eq!(said.code, Some(0), "{}", said.err);
}

#[test]
fn alternates_in_a_circle_and_missing_ones_end() {
    let mut repo = beside();
    repo.git(&["clone", "-q", "--shared", ".", "../other"]);
    repo.write(".git/objects/info/alternates", format!("{}\n", repo.path("other/.git/objects").display()));
    repo.go("other");
    repo.scan(&["--history"]).expect(1, &["leak.env:1"]);
    repo.write(".git/objects/info/alternates", "/nowhere/objects\n");
    let said = repo.scan(&["--history"]);
    assert_eq!((said.code, said.findings().len()), (Some(2), 0), "{}{}", said.out, said.err);
    assert_eq!(said.gaps(), ["missing-alternate"]);
}

#[test]
fn huge_blobs_are_passed_over_by_policy_and_many_deltas_are_followed() {
    let repo = Scratch::new();
    let mut text = "x\n".repeat(2_000);
    repo.commit("huge", &[("huge.txt", &"0123456789abcdef\n".repeat(6_200_000)), ("a.env", &text)]);
    for n in 0..300 {
        text.push_str(&format!("line {n}\n"));
        if n == 150 {
            text.push_str(&leak("deep"));
        }
        repo.write("a.env", &text);
        repo.git(&["commit", "-q", "-a", "-m", "more"]);
    }
    repo.git(&["repack", "-q", "-a", "-d", "-f", "--depth=4095", "--window=4"]);
    let said = repo.scan(&["--history"]);
    said.expect(1, &["a.env:2152"]);
    let skips = said.report["skips"].to_string();
    assert!(skips.contains("huge.txt") && skips.contains("too-large"), "{skips}");
}

/// Nobody clones a pipe, but an archive of a repository may hold one.
#[test]
fn a_pipe_where_git_has_a_file_holds_nothing_up() {
    let repo = Scratch::new();
    repo.commit("one", &[("a.env", &leak("a"))]);
    repo.git(&["tag", "t"]);
    repo.git(&["gc", "-q"]);
    repo.commit("two", &[("b.env", "x=1\n")]);
    let blob = repo.git(&["rev-parse", "HEAD:b.env"]);
    let loose = format!("objects/{}/{}", &blob[..2], &blob[2..]);
    let pack = files_below(&repo.at.join(".git/objects/pack"))
        .into_iter()
        .find(|file| file.extension().is_some_and(|is| is == "idx"));
    let pack = pack.expect("git packed it").strip_prefix(repo.at.join(".git")).expect("below").to_owned();
    let pack = pack.to_str().expect("plain");
    for name in [
        "packed-refs",
        "HEAD",
        "refs/heads/main",
        "config",
        "shallow",
        "index",
        "logs/HEAD",
        "objects/info/alternates",
        &loose,
        pack,
    ] {
        let (at, aside) = (repo.at.join(".git").join(name), repo.path("aside"));
        let was_there = fs::rename(&at, &aside).is_ok();
        let made = Command::new("mkfifo").arg(&at).status().expect("mkfifo runs");
        assert!(made.success(), "{name}");
        for words in [&["--history", "--no-cache"][..], &["--staged"], &["--staged", "b.env"], &["--diff", "t"], &[]] {
            let mut command = repo.keyless(&[&["scan"], words].concat());
            let mut child = command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().expect("it starts");
            let ended = (0..600).any(|_| {
                std::thread::sleep(Duration::from_millis(50));
                child.try_wait().expect("it is ours").is_some()
            });
            if !ended {
                let _ = child.kill();
            }
            let _ = child.wait();
            assert!(ended, "{words:?} waits for {name}");
        }
        fs::remove_file(&at).expect("it is there");
        if was_there {
            fs::rename(&aside, &at).expect("it was there");
        }
    }
}
