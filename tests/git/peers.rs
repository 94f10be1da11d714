//! What other scanners are known to pass over and call clean; we find it, or say that we could not look.
//! Most of it has a test where it belongs; here is the rest.

use std::process::{Command, Stdio};

use keyless::check::base64::encode;

use super::scratch::{Scratch, leak};

fn wide(text: &str, mark: bool) -> Vec<u8> {
    let units = mark.then_some(0xFEFF).into_iter().chain(text.encode_utf16());
    units.flat_map(u16::to_le_bytes).collect()
}

/// The same leak as files, staged, and in a history that has lost it: in every form the same places.
#[test]
fn no_encoding_and_no_name_hides_a_secret_in_files_in_the_index_or_in_a_history() {
    let repo = Scratch::new();
    repo.commit("base", &[("readme", "hello\n")]);
    let files: [(&str, Vec<u8>, u32); 8] = [
        ("-n", leak("dash").into(), 1),
        ("a\nb.env", leak("newline").into(), 1),
        ("b64.txt", format!("v: {}\n", encode(leak("once").as_bytes())).into(), 1),
        ("b64x2.txt", format!("v: {}\n", encode(encode(leak("twice").as_bytes()).as_bytes())).into(), 1),
        ("bom.env", [b"\xEF\xBB\xBF# marked\r\n".to_vec(), leak("bom").into()].concat(), 2),
        ("crlf.env", format!("A=1\r\n{}", leak("crlf").replace('\n', "\r\n")).into(), 2),
        ("utf16.ps1", wide(&leak("marked").replace('\n', "\r\n"), true), 1),
        ("utf16-bare.ps1", wide(&leak("not marked"), false), 1),
    ];
    for (name, bytes, _) in &files {
        repo.write(name, bytes);
    }
    let mut places: Vec<String> = files.iter().map(|(name, _, line)| format!("{name}:{line}")).collect();
    places.sort();
    let places: Vec<&str> = places.iter().map(String::as_str).collect();
    repo.scan(&[]).expect(1, &places);
    repo.git(&["add", "-A"]);
    repo.scan(&["--staged"]).expect(1, &places);
    repo.commit("leak", &[]);
    repo.scan(&["--diff", "HEAD~1"]).expect(1, &places);
    repo.git(&["rm", "-q", "-r", "--", "."]);
    repo.commit("gone", &[]);
    repo.scan(&["--history"]).expect(1, &places);
}

/// Archives are not opened. That is said, so nobody takes them for read.
#[test]
fn what_is_packed_is_counted_as_not_looked_at() {
    let repo = Scratch::new();
    repo.commit("base", &[("a.env", &leak("packed"))]);
    for (program, words) in [("gzip", &["-k", "a.env"][..]), ("git", &["archive", "-o", "a.zip", "HEAD"])] {
        let done = Command::new(program).args(words).current_dir(&repo.at).stdout(Stdio::null()).status();
        assert!(done.is_ok_and(|status| status.success()), "{program}");
    }
    repo.git(&["rm", "-q", "a.env"]);
    repo.commit("packed", &[]);
    for words in [&[][..], &["--diff", "HEAD~1"]] {
        let said = repo.scan(words);
        said.expect(0, &[]);
        let skips = said.report["skips"].as_array().expect("a list");
        let told: Vec<_> = skips.iter().map(|skip| (skip["path"].as_str(), skip["reason"].as_str())).collect();
        assert_eq!(told, [(Some("a.env.gz"), Some("binary")), (Some("a.zip"), Some("binary"))], "{words:?}");
        let people = repo.keyless(&[&["scan"], words].concat()).output().expect("it starts");
        let people = String::from_utf8_lossy(&people.stdout).into_owned();
        assert!(people.contains("2 binary"), "{people}");
    }
}

/// Whoever commits may have said nothing of himself to git, and the index may be of a merge: with names too.
#[test]
fn a_user_without_a_name_is_served_in_the_middle_of_a_merge() {
    let repo = Scratch::new();
    repo.commit("base", &[("a.env", "x=1\n")]);
    repo.git(&["checkout", "-q", "-b", "other"]);
    repo.commit("theirs", &[("a.env", &leak("theirs"))]);
    repo.git(&["checkout", "-q", "main"]);
    repo.commit("ours", &[("a.env", &leak("ours"))]);
    let merged = repo.git_command(&["merge", "-q", "other"]).output().expect("git");
    assert!(!merged.status.success(), "they contradict each other");
    for words in [&["--staged"][..], &["--staged", "a.env"]] {
        let said = repo.scan(words);
        said.expect(1, &["a.env:1", "a.env:1"]);
        let sides: Vec<_> = said.findings().iter().map(|f| f["location"]["origin"]["side"].as_str()).collect();
        assert_eq!(sides, [Some("ours"), Some("theirs")]);
    }
}
