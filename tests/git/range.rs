//! `keyless scan --diff`: what commits bring that the base has not.

use std::fs;

use super::scratch::{Said, Scratch, key, leak};

/// `main` with an old leak, `topic` that edits beside it and adds a new one.
fn topic() -> Scratch {
    let repo = Scratch::new();
    repo.commit("base", &[("app.env", &format!("A=1\n{}B=2\n", leak("old"))), ("other", "x\n")]);
    repo.git(&["tag", "v1"]);
    repo.git(&["checkout", "-q", "-b", "topic"]);
    repo.commit("edit", &[("app.env", &format!("A=2\n{}B=2\n", leak("old")))]);
    repo.commit("leak", &[("app.env", &format!("A=2\n{}B=2\nC=3\n{}", leak("old"), leak("new")))]);
    repo
}

#[test]
fn only_new_lines_count_and_every_name_of_the_base_does() {
    let repo = topic();
    let base = repo.git(&["rev-parse", "main"]);
    for range in ["main", "main..topic", "main...topic", "main..", "v1", "HEAD~2", "topic~1^", &base, &base[..7]] {
        let said = repo.scan(&["--diff", range]);
        said.expect(1, &["app.env:5"]);
    }
    repo.scan(&["--diff", "HEAD"]).expect(0, &[]);
    repo.scan(&["--diff", "topic..main"]).expect(0, &[]);
    repo.scan(&["--diff", "HEAD~1", "--profile", "audit"]).expect(1, &["app.env:5"]);
}

#[test]
fn the_commit_that_brought_it_is_told() {
    let repo = topic();
    let id = repo.git(&["rev-parse", "HEAD"]);
    let said = repo.scan(&["--diff", "main"]);
    let history = &said.findings()[0]["history"];
    assert_eq!(history["introduced"]["id"], id.as_str());
    assert_eq!(history["introduced"]["summary"], "leak");
    assert_eq!(history["introduced"]["author"], "Ada Author");
    assert_eq!(history["at_head"], true);
    assert!(!said.out.contains("ada@example.org"));
    assert!(repo.scan(&["--diff", "main", "--show-emails"]).out.contains("ada@example.org"));
}

#[test]
fn a_name_that_does_not_resolve_is_an_error_with_a_way_out() {
    let repo = topic();
    for range in ["nowhere", "main..nowhere", "main~9", "v1:app.env", "main@{1}", "0123456789"] {
        let said = repo.scan(&["--diff", range]);
        assert_eq!((said.code, said.out.as_str()), (Some(2), ""), "{range}: {}", said.err);
        assert!(said.err.contains("help:"), "{range}: {}", said.err);
    }
    for range in ["", "a..b..c"] {
        assert_eq!(repo.scan(&["--diff", range]).code, Some(64), "{range}");
    }
}

#[test]
fn what_was_there_only_for_a_while_is_found_where_it_was() {
    let repo = topic();
    let id = repo.commit("more", &[("passing.env", &format!("x\n{}", leak("passing")))]);
    repo.commit("less", &[("passing.env", "x\n")]);
    let said = repo.scan(&["--diff", "HEAD~2"]);
    said.expect(1, &["passing.env:2"]);
    let finding = &said.findings()[0];
    assert_eq!(
        (&finding["history"]["introduced"]["id"], &finding["history"]["at_head"]),
        (&id.as_str().into(), &false.into())
    );
}

#[test]
fn what_a_merge_brings_by_itself_is_found_and_what_it_brings_from_the_base_is_not() {
    let repo = topic();
    repo.git(&["checkout", "-q", "main"]);
    repo.commit("on main", &[("main.env", &leak("main"))]);
    repo.git(&["checkout", "-q", "topic"]);
    repo.git(&["reset", "-q", "--hard", "topic~1"]);
    repo.git(&["merge", "-q", "--no-commit", "--no-ff", "main"]);
    let merge = repo.commit("merge", &[("evil.env", &leak("evil"))]);
    repo.commit("away", &[("evil.env", "x\n")]);
    let said = repo.scan(&["--diff", "main"]);
    said.expect(1, &["evil.env:1"]);
    assert_eq!(said.findings()[0]["history"]["introduced"]["id"], merge.as_str());
}

#[test]
fn renames_and_reverts_bring_nothing_and_edits_in_a_renamed_file_do() {
    let repo = Scratch::new();
    let lines: String = (0..40).map(|n| format!("line {n}\n")).collect();
    repo.commit("base", &[("a.env", &format!("{lines}{}", leak("old"))), ("dir/b.env", &leak("dir"))]);
    repo.git(&["mv", "a.env", "moved.env"]);
    repo.git(&["mv", "dir", "elsewhere"]);
    repo.commit("move", &[]);
    repo.scan(&["--diff", "HEAD~1"]).expect(0, &[]);
    repo.commit("edit", &[("moved.env", &format!("{lines}{}{}", leak("old"), leak("new")))]);
    repo.scan(&["--diff", "HEAD~2"]).expect(1, &["moved.env:42"]);
    repo.git(&["revert", "--no-edit", "HEAD"]);
    repo.git(&["checkout", "-q", "-b", "other", "HEAD~1"]);
    repo.commit("without", &[("moved.env", "x\n")]);
    repo.git(&["revert", "--no-edit", "HEAD"]);
    repo.scan(&["--diff", "HEAD~2"]).expect(0, &[]);
}

#[test]
fn messages_of_commits_are_read_and_a_secret_in_a_summary_is_never_printed() {
    let repo = topic();
    repo.commit(leak("message").trim_end(), &[("b.env", &leak("beside"))]);
    let said = repo.scan(&["--diff", "HEAD~1"]);
    said.expect(1, &["<message>:1", "b.env:1"]);
    for format in ["human", "json", "jsonl", "sarif"] {
        let output = repo.keyless(&["scan", "--diff", "HEAD~1", "--format", format]).output().expect("it runs");
        let out = String::from_utf8_lossy(&output.stdout).into_owned();
        for name in ["message", "beside"] {
            assert!(!out.contains(&key(name)[4..]), "{format} prints the {name}");
        }
    }
}

#[test]
fn the_message_of_a_tag_belongs_to_what_it_names() {
    let repo = topic();
    repo.git(&["checkout", "-q", "main"]);
    repo.git(&["tag", "-a", "v2", "-m", leak("tag").trim_end()]);
    let said = repo.scan(&["--diff", "main..v2"]);
    said.expect(1, &["<tag message>:1"]);
    assert_eq!(said.findings()[0]["location"]["origin"]["tag"], "v2");
    repo.scan(&["--diff", "main..v2^0"]).expect(0, &[]);
    repo.scan(&["--diff", "v2..main"]).expect(0, &[]);
}

#[test]
fn unrelated_histories_and_first_commits_are_all_new() {
    let repo = topic();
    repo.git(&["checkout", "-q", "--orphan", "fresh"]);
    repo.git(&["rm", "-rfq", "."]);
    repo.commit("fresh", &[("f.env", &leak("fresh"))]);
    repo.scan(&["--diff", "main"]).expect(1, &["f.env:1"]);
}

#[test]
fn a_clone_too_shallow_for_its_base_says_so() {
    let mut repo = topic();
    let url = format!("file://{}", repo.at.display());
    repo.git(&["clone", "-q", "--depth", "1", "--no-single-branch", &url, "../shallow"]);
    repo.go("shallow");
    let said = repo.scan(&["--diff", "origin/main"]);
    assert_eq!((said.code, said.gaps()), (Some(1), vec!["shallow-clone"]), "{}{}", said.out, said.err);
    let said = repo.scan(&["--diff", "HEAD~1"]);
    assert_eq!(said.code, Some(2), "{}", said.err);
    assert!(said.err.contains("fetch"), "{}", said.err);
}

#[test]
fn a_pull_request_in_a_workflow_is_held_against_its_base() {
    let repo = topic();
    let base = repo.git(&["rev-parse", "main"]);
    repo.git(&["checkout", "-q", "--detach", "main"]);
    repo.git(&["merge", "-q", "--no-ff", "-m", "merge", "topic"]);
    let event = repo.path("event.json");
    fs::write(&event, format!(r#"{{"pull_request": {{"base": {{"sha": "{base}"}}}}}}"#)).expect("it can be written");
    let mut command = repo.keyless(&["scan", "--diff", "auto", "--format", "json"]);
    command.env("GITHUB_ACTIONS", "true").env("GITHUB_EVENT_NAME", "pull_request").env("GITHUB_EVENT_PATH", &event);
    Said::of(command.env("GITHUB_REF", "refs/pull/7/merge")).expect(1, &["app.env:5"]);
    assert_eq!(repo.scan(&["--diff", "auto"]).code, Some(64));
}

/// Variables as the services set them in their runs, with ids of this repository.
#[test]
fn every_service_tells_its_base() {
    let repo = topic();
    let [base, before] = ["main", "HEAD~1"].map(|name| repo.git(&["rev-parse", name]));
    repo.git(&["clone", "-q", ".", "../clone"]);
    let mut clone = repo;
    clone.go("clone");
    clone.git(&["checkout", "-q", "topic"]);
    let zeros = "0".repeat(40);
    let event = |text: String| {
        let file = clone.path(&format!("{:x}.json", text.len()));
        fs::write(&file, text).expect("it can be written");
        file.to_str().expect("plain").to_owned()
    };
    let push = |before: &str| {
        event(format!(r#"{{"before": "{before}", "after": "x", "repository": {{"default_branch": "main"}}}}"#))
    };
    let github = |name: &str, file: String| {
        let [actions, event, path] = ["GITHUB_ACTIONS", "GITHUB_EVENT_NAME", "GITHUB_EVENT_PATH"].map(str::to_owned);
        vec![(actions, "true".to_owned()), (event, name.to_owned()), (path, file)]
    };
    let of = |pairs: &[(&str, &str)]| -> Vec<(String, String)> {
        pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
    };
    let group = event(format!(r#"{{"merge_group": {{"base_sha": "{base}", "head_sha": "x"}}}}"#));
    for variables in [
        github("push", push(&before)),
        github("push", push(&zeros)),
        github("merge_group", group),
        of(&[("TF_BUILD", "True"), ("SYSTEM_PULLREQUEST_TARGETBRANCH", "refs/heads/main")]),
        of(&[("GITLAB_CI", "true"), ("CI_MERGE_REQUEST_DIFF_BASE_SHA", &base)]),
        of(&[("GITLAB_CI", "true"), ("CI_COMMIT_BEFORE_SHA", &before)]),
        of(&[
            ("GITLAB_CI", "true"),
            ("CI_COMMIT_BEFORE_SHA", &zeros),
            ("CI_DEFAULT_BRANCH", "main"),
            ("CI_COMMIT_BRANCH", "topic"),
        ]),
        of(&[("BITBUCKET_BUILD_NUMBER", "9"), ("BITBUCKET_PR_DESTINATION_COMMIT", &base[..12])]),
    ] {
        let mut command = clone.keyless(&["scan", "--diff", "auto", "--format", "json"]);
        let said = Said::of(command.envs(variables.clone()));
        assert_eq!((said.code, said.places()), (Some(1), vec!["app.env:5".to_owned()]), "{variables:?} {}", said.err);
    }
    // A base that the clone does not have: what it takes to have it.
    for variables in [
        github("push", push(&"1".repeat(40))),
        of(&[("TF_BUILD", "True"), ("SYSTEM_PULLREQUEST_TARGETBRANCH", "refs/heads/release")]),
    ] {
        let said = Said::of(clone.keyless(&["scan", "--diff", "auto"]).envs(variables.clone()));
        assert_eq!(said.code, Some(2), "{variables:?}");
        assert!(said.err.contains("fetch") && !said.err.contains("fetch origin origin"), "{}", said.err);
    }
}
