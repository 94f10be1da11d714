//! `--diff auto`: what a CI run is about, from the variables that its service sets.
//!
//! | service | run | base |
//! |---|---|---|
//! | GitHub Actions | `pull_request` | first parent of the merge commit, else the event's `pull_request.base.sha` |
//! | | `pull_request_target` | the event's `pull_request.base.sha` |
//! | | `push` | the event's `before`; for a new branch the default branch |
//! | | `merge_group` | the event's `merge_group.base_sha` |
//! | Azure Pipelines | pull request | first parent of the merge commit, else `SYSTEM_PULLREQUEST_TARGETBRANCH` |
//! | GitLab | merge request | `CI_MERGE_REQUEST_DIFF_BASE_SHA` |
//! | | branch | `CI_COMMIT_BEFORE_SHA`; for a new branch `CI_DEFAULT_BRANCH` |
//! | Bitbucket | pull request | `BITBUCKET_PR_DESTINATION_COMMIT` |
//!
//! The head is what is checked out. Anything else has no base that the service tells; it must be named.

use serde_json::Value;

use super::args::CommitRange;
use crate::error::Error;

type Variables<'a> = &'a dyn Fn(&str) -> Option<String>;

/// The range of this run.
pub(super) fn range() -> Result<CommitRange, Error> {
    let variables = |name: &str| std::env::var(name).ok().filter(|value| !value.is_empty());
    let event = variables("GITHUB_EVENT_PATH")
        .and_then(|path| std::fs::read(path).ok())
        .and_then(|bytes| serde_json::from_slice(&bytes).ok());
    let bases = bases(&variables, event.as_ref()).map_err(|what| {
        Error::usage(format!("--diff auto: {what}"), "name the base: --diff origin/main, or --diff BASE..HEAD")
    })?;
    Ok(CommitRange { bases, first_base: true, head: "HEAD".to_owned() })
}

/// Names of the base, the best one first.
fn bases(variables: Variables<'_>, event: Option<&Value>) -> Result<Vec<String>, String> {
    match () {
        () if variables("GITHUB_ACTIONS").is_some() => github(variables, event),
        () if variables("TF_BUILD").is_some() => azure(variables),
        () if variables("GITLAB_CI").is_some() => gitlab(variables),
        () if variables("BITBUCKET_BUILD_NUMBER").is_some() => bitbucket(variables),
        () => Err("this is no run of GitHub Actions, Azure Pipelines, GitLab or Bitbucket".to_owned()),
    }
}

fn github(variables: Variables<'_>, event: Option<&Value>) -> Result<Vec<String>, String> {
    let name = variables("GITHUB_EVENT_NAME").unwrap_or_default();
    let at = |pointer: &str| event?.pointer(pointer)?.as_str().map(str::to_owned);
    let missing = |what: &str| format!("the event of this `{name}` run does not say its {what}");
    match name.as_str() {
        "pull_request" | "pull_request_target" => {
            let base = at("/pull_request/base/sha").ok_or_else(|| missing("pull_request.base.sha"))?;
            let is_merge = variables("GITHUB_REF").is_some_and(|name| name.ends_with("/merge"));
            Ok(if is_merge { vec!["HEAD^1".to_owned(), base] } else { vec![base] })
        }
        "push" => {
            let before = at("/before").ok_or_else(|| missing("before"))?;
            let default = at("/repository/default_branch");
            let own = variables("GITHUB_REF_NAME");
            Ok(before_or_default(&before, default, own))
        }
        "merge_group" => at("/merge_group/base_sha").map(|base| vec![base]).ok_or_else(|| missing("base_sha")),
        _ => Err(format!("a run on `{name}` is about no range of commits")),
    }
}

fn azure(variables: Variables<'_>) -> Result<Vec<String>, String> {
    let Some(target) = variables("SYSTEM_PULLREQUEST_TARGETBRANCH") else {
        return Err("Azure Pipelines tells a base for pull requests only".to_owned());
    };
    let remote = format!("origin/{}", target.strip_prefix("refs/heads/").unwrap_or(&target));
    let is_merge = variables("BUILD_SOURCEBRANCH").is_some_and(|name| name.ends_with("/merge"));
    Ok(if is_merge { vec!["HEAD^1".to_owned(), remote] } else { vec![remote] })
}

fn gitlab(variables: Variables<'_>) -> Result<Vec<String>, String> {
    if let Some(base) = variables("CI_MERGE_REQUEST_DIFF_BASE_SHA") {
        return Ok(vec![base]);
    }
    let before = variables("CI_COMMIT_BEFORE_SHA").ok_or("GitLab does not say CI_COMMIT_BEFORE_SHA")?;
    Ok(before_or_default(&before, variables("CI_DEFAULT_BRANCH"), variables("CI_COMMIT_BRANCH")))
}

fn bitbucket(variables: Variables<'_>) -> Result<Vec<String>, String> {
    let base = variables("BITBUCKET_PR_DESTINATION_COMMIT");
    base.map(|base| vec![base]).ok_or_else(|| "Bitbucket tells a base for pull requests only".to_owned())
}

/// A new branch was nothing before: it is held against the default branch, and the default branch itself
/// against nothing.
fn before_or_default(before: &str, default: Option<String>, own: Option<String>) -> Vec<String> {
    match default {
        _ if before.bytes().any(|b| b != b'0') => vec![before.to_owned()],
        Some(default) if own.as_ref() != Some(&default) => vec![format!("origin/{default}")],
        _ => Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ZEROS: &str = "0000000000000000000000000000000000000000";

    fn of(variables: &[(&str, &str)], event: &str) -> Result<Vec<String>, String> {
        let find = |wanted: &str| {
            let found = variables.iter().find(|(name, _)| *name == wanted);
            found.map(|(_, value)| (*value).to_owned())
        };
        bases(&find, serde_json::from_str(event).ok().as_ref())
    }

    #[test]
    fn github_tells_its_base_in_the_event() {
        let on = |event: &'static str, name: &'static str| {
            [
                ("GITHUB_ACTIONS", "true"),
                ("GITHUB_EVENT_NAME", event),
                ("GITHUB_REF", name),
                ("GITHUB_REF_NAME", "topic"),
            ]
        };
        let pull = r#"{"number": 7, "pull_request": {"base": {"ref": "main", "sha": "b1"}, "head": {"sha": "c2"}}}"#;
        let push = r#"{"before": "a1", "after": "c2", "repository": {"default_branch": "main"}}"#;
        let new = &push.replace("a1", ZEROS);
        let first = r#"{"before": "0000", "repository": {"default_branch": "topic"}}"#;
        let group = r#"{"merge_group": {"base_sha": "b1", "head_sha": "c2"}}"#;
        for (variables, event, bases) in [
            (on("pull_request", "refs/pull/7/merge"), pull, Some(vec!["HEAD^1", "b1"])),
            (on("pull_request_target", "refs/heads/main"), pull, Some(vec!["b1"])),
            (on("push", "refs/heads/topic"), push, Some(vec!["a1"])),
            (on("push", "refs/heads/topic"), new, Some(vec!["origin/main"])),
            (on("push", "refs/heads/topic"), first, Some(vec![])),
            (on("merge_group", "refs/heads/gh-readonly-queue/main/pr-7-b1"), group, Some(vec!["b1"])),
            (on("schedule", "refs/heads/main"), "{}", None),
            (on("push", "refs/heads/main"), "not json", None),
        ] {
            assert_eq!(of(&variables, event).ok(), bases.map(|all| all.iter().map(|&b| b.to_owned()).collect()));
        }
    }

    #[test]
    fn the_others_tell_theirs_in_variables() {
        for (variables, bases) in [
            (
                &[
                    ("TF_BUILD", "True"),
                    ("SYSTEM_PULLREQUEST_TARGETBRANCH", "refs/heads/main"),
                    ("BUILD_SOURCEBRANCH", "refs/pull/12/merge"),
                ][..],
                Some(vec!["HEAD^1", "origin/main"]),
            ),
            (&[("TF_BUILD", "True"), ("SYSTEM_PULLREQUEST_TARGETBRANCH", "main")], Some(vec!["origin/main"])),
            (&[("TF_BUILD", "True"), ("BUILD_REASON", "IndividualCI")], None),
            (&[("GITLAB_CI", "true"), ("CI_MERGE_REQUEST_DIFF_BASE_SHA", "b1")], Some(vec!["b1"])),
            (&[("GITLAB_CI", "true"), ("CI_COMMIT_BEFORE_SHA", "a1")], Some(vec!["a1"])),
            (
                &[
                    ("GITLAB_CI", "true"),
                    ("CI_COMMIT_BEFORE_SHA", ZEROS),
                    ("CI_DEFAULT_BRANCH", "main"),
                    ("CI_COMMIT_BRANCH", "topic"),
                ],
                Some(vec!["origin/main"]),
            ),
            (
                &[("BITBUCKET_BUILD_NUMBER", "9"), ("BITBUCKET_PR_DESTINATION_COMMIT", "0123456789ab")],
                Some(vec!["0123456789ab"]),
            ),
            (&[("BITBUCKET_BUILD_NUMBER", "9")], None),
            (&[("CI", "true")], None),
        ] {
            let expected = bases.map(|all| all.iter().map(|&b| b.to_owned()).collect());
            assert_eq!(of(variables, "").ok(), expected, "{variables:?}");
        }
    }
}
