//! A value that must leave a history: planned, rewritten by a real tool, and proved absent from every object.

#[path = "git/scratch.rs"]
#[allow(dead_code, reason = "shared with the tests of sources")]
mod scratch;

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::process::Output;

use scratch::{Scratch, key, leak};

/// Storage keys in a file that is gone, at HEAD, in a message, in a tag, and one that only a reflog keeps.
fn leaky() -> (Scratch, Vec<String>) {
    let scratch = Scratch::new();
    scratch.commit("begin", &[("readme.md", "a shop\n")]);
    scratch.commit("settings", &[("old/.env", &leak("old"))]);
    fs::remove_file(scratch.at.join("old/.env")).expect("it was just written");
    scratch.commit("no settings", &[]);
    scratch.commit("settings again", &[("app/.env", &leak("here"))]);
    scratch.commit(&format!("use the account\n\n{}", leak("said")), &[]);
    scratch.git(&["tag", "-a", "v1", "-m", &leak("tagged")]);
    scratch.git(&["update-ref", "refs/pull/7/head", "HEAD~1"]);
    scratch.commit("a slip", &[("slip.env", &leak("slip"))]);
    scratch.git(&["reset", "-q", "--hard", "HEAD~1"]);
    let values = ["old", "here", "said", "tagged", "slip"].map(key).to_vec();
    (scratch, values)
}

fn keyless(scratch: &Scratch, words: &[&str]) -> (i32, String) {
    let Output { status, stdout, stderr } = scratch.keyless_as_it_is(words).output().expect("the program starts");
    let text = String::from_utf8_lossy(&stdout).into_owned() + &String::from_utf8_lossy(&stderr);
    assert!(!text.contains("panicked"), "{text}");
    (status.code().unwrap_or(-1), text)
}

#[test]
fn the_plan_names_refs_and_prints_no_value_and_its_files_are_for_their_owner_alone() {
    let (scratch, values) = leaky();
    let out = scratch.path("outside");
    let (code, text) = keyless(&scratch, &["purge", "--plan", ".", "--out", out.to_str().unwrap()]);
    assert_eq!(code, 0, "{text}");
    for told in ["refs/heads/main", "refs/tags/v1", "refs/pull/7/head", "git filter-repo", "still at HEAD", "reflog"] {
        assert!(text.contains(told), "{told}: {text}");
    }
    let replacements = fs::read_to_string(out.join("replacements.txt")).unwrap();
    let record = fs::read_to_string(out.join("purge.json")).unwrap();
    for value in &values {
        assert!(!text.contains(&value[..20]) && !record.contains(&value[..20]), "a value is printed: {text}");
        assert!(replacements.contains(value), "{value} is not among the replacements");
    }
    for name in ["replacements.txt", "purge.json"] {
        let mode = fs::metadata(out.join(name)).unwrap().permissions().mode() & 0o777;
        assert_eq!(mode, 0o600, "{name}");
    }
    let (code, text) = keyless(&scratch, &["purge", "--plan", ".", "--out", out.to_str().unwrap()]);
    assert_eq!(code, 2, "files that are there are not written over: {text}");
}

#[test]
fn a_directory_in_a_repository_is_refused_before_anything_is_read() {
    let (scratch, _) = leaky();
    for inside in [".", "new/below", ".git", "../repo/x"] {
        let (code, text) = keyless(&scratch, &["purge", "--plan", ".", "--out", inside]);
        assert_eq!(code, 64, "{inside}: {text}");
        assert!(!scratch.at.join(inside).join("replacements.txt").exists(), "{inside}");
    }
}

#[test]
fn one_of_plan_and_verify_is_asked_for() {
    let (scratch, _) = leaky();
    for words in [&["purge"][..], &["purge", "--plan", "--verify"], &["purge", "--verify"]] {
        assert_eq!(keyless(&scratch, words).0, 64, "{words:?}");
    }
}

/// Rewrites with `git filter-repo` where it is installed, else with what git brings.
fn rewrite(scratch: &Scratch, values: &[String], replacements: &str) {
    if scratch.git_command(&["filter-repo", "--version"]).output().is_ok_and(|output| output.status.success()) {
        let words = ["--force", "--replace-text", replacements, "--replace-message", replacements];
        scratch.git(&[&["filter-repo"][..], &words].concat());
        return;
    }
    let sed: String = values.iter().map(|value| format!("s|{}|REMOVED|g;", value.replace('+', "[+]"))).collect();
    let tree = format!("find . -type f -exec sed -i '{sed}' {{}} +");
    let mut command = scratch.git_command(&["filter-branch", "-f", "--tree-filter", &tree, "--msg-filter"]);
    command.arg(format!("sed '{sed}'")).args(["--", "--all"]).env("FILTER_BRANCH_SQUELCH_WARNING", "1");
    let output = command.output().expect("git starts");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    // It leaves the messages of tags as they are.
    scratch.git(&["tag", "-d", "v1"]);
    for name in scratch.git(&["for-each-ref", "--format=%(refname)", "refs/original"]).lines() {
        scratch.git(&["update-ref", "-d", name]);
    }
}

#[test]
fn absence_is_proved_in_every_object_and_only_once_it_is_true() {
    let (scratch, values) = leaky();
    let out = scratch.path("outside");
    keyless(&scratch, &["purge", "--plan", ".", "--out", out.to_str().unwrap()]);
    let (record, replacements) = (out.join("purge.json"), out.join("replacements.txt"));
    let (record, replacements) = (record.to_str().unwrap().to_owned(), replacements.to_str().unwrap().to_owned());
    let verify = |with: &str| keyless(&scratch, &["purge", "--verify", ".", "--with", with]);

    let (code, text) = verify(&record);
    assert_eq!(code, 1, "{text}");
    assert!(text.contains("commit ") && text.contains("tag ") && text.contains("blob "), "{text}");

    // Packs count as loose objects do.
    scratch.git(&["repack", "-q", "-a", "-d", "--keep-unreachable"]);
    assert_eq!(verify(&record).0, 1);

    rewrite(&scratch, &values, &replacements);
    let gone = |text: &str| text.lines().filter(|line| line.ends_with("is still there")).count();
    // Rewritten, but nothing is let go: with filter-branch the old objects are all there.
    let (_, before) = verify(&record);
    scratch.git(&["reflog", "expire", "--expire=now", "--all"]);
    scratch.git(&["gc", "-q", "--prune=now"]);
    let (code, text) = verify(&record);
    assert_eq!((code, gone(&text)), (0, 0), "{text}\nbefore: {before}");
    assert!(text.contains("absent: "), "{text}");
    assert_eq!(verify(&replacements).0, 0, "the replacements say the same");

    // One object that nothing leads to brings it back.
    scratch.write("../again", leak("old"));
    let id = scratch.git(&["hash-object", "-w", "../again"]);
    let (code, text) = verify(&record);
    assert_eq!(code, 1, "{text}");
    assert!(text.contains(&format!("blob {id}")), "{text}");
    scratch.git(&["gc", "-q", "--prune=now"]);
    assert_eq!(verify(&record).0, 0);

    // So does a file beside the objects.
    scratch.write(".git/COMMIT_EDITMSG", leak("said"));
    let (code, text) = verify(&record);
    assert_eq!(code, 1, "{text}");
    assert!(text.contains("file COMMIT_EDITMSG"), "{text}");
    fs::remove_file(scratch.at.join(".git/COMMIT_EDITMSG")).unwrap();

    // And what cannot be read is no proof.
    let id = scratch.git(&["hash-object", "-w", "readme.md"]);
    let loose = scratch.at.join(format!(".git/objects/{}/{}", &id[..2], &id[2..]));
    if loose.exists() {
        fs::set_permissions(&loose, fs::Permissions::from_mode(0o600)).unwrap();
        fs::write(&loose, b"no object").unwrap();
    } else {
        scratch.write(".git/objects/pack/tmp_pack_left", "x");
    }
    let (code, text) = verify(&record);
    assert_eq!(code, 2, "{text}");
}

#[test]
fn what_is_no_record_is_refused_and_what_is_not_there_is_told() {
    let (scratch, _) = leaky();
    scratch.write("../not.json", "{\"schema\": \"other/1\"}");
    let not = scratch.path("not.json");
    assert_eq!(keyless(&scratch, &["purge", "--verify", ".", "--with", not.to_str().unwrap()]).0, 64);
    assert_eq!(keyless(&scratch, &["purge", "--verify", ".", "--with", "missing.json"]).0, 2);
}

#[test]
fn a_record_of_another_key_proves_only_half() {
    let (scratch, _) = leaky();
    let out = scratch.path("outside");
    keyless(&scratch, &["purge", "--plan", ".", "--out", out.to_str().unwrap()]);
    let clean = Scratch::new();
    clean.commit("nothing", &[("readme.md", "x\n")]);
    let record = out.join("purge.json");
    let verify = || keyless(&clean, &["purge", "--verify", ".", "--with", record.to_str().unwrap()]);
    assert_eq!(verify().0, 0);
    clean.write("keyless.toml", "identity-key = \"contoso\"\n");
    let (code, text) = verify();
    assert_eq!(code, 2, "{text}");
    assert!(text.contains("another identity-key"), "{text}");
}
