//! The plan of a purge, as Markdown: what must go, who holds it, and the steps. No value is in it.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::path::Path;

use super::files::Written;
use super::forms::Forms;
use crate::model::{Finding, KeptBy, RepoPath};
use crate::source::objects::Store;

/// Refs of one sort that are named before they are only counted.
const NAMED: usize = 40;

/// The page.
pub(super) fn page(
    findings: &[&Finding],
    forms: &Forms,
    store: &Store,
    written: Option<&Written>,
    is_complete: bool,
) -> String {
    let mut out = String::from("# Purge: values that must leave the history\n\n");
    if !is_complete || !forms.failures.is_empty() {
        out.push_str(
            "**Not everything was read**, so there may be more: run `keyless scan --history` for what and why.\n\n",
        );
    }
    if findings.is_empty() {
        out.push_str("Nothing to do: no credential in the history.\n");
        return out;
    }
    out.push_str("Rewriting a history makes no value worthless: whoever cloned it has it. Revoke first (`keyless revoke --plan`), purge then.\n\n");
    values(findings, &mut out);
    refs(findings, store, &mut out);
    copies(store, &mut out);
    steps(findings, forms, store, written, &mut out);
    out
}

fn values(findings: &[&Finding], out: &mut String) {
    out.push_str(
        "## What must go\n\n| what | begins with | fingerprint | in | since | today |\n|---|---|---|---|---|---|\n",
    );
    for finding in findings {
        let history = finding.history.as_ref();
        let since = history.map_or_else(String::new, |history| format!("{:.12}", history.introduced.id));
        let today = match history {
            Some(history) if history.at_head => "still at HEAD".to_owned(),
            Some(history) => {
                let gone = history.removed_in.as_ref().map(|commit| format!("gone in {:.12}", commit.id));
                format!("{}{}", gone.unwrap_or_else(|| "not at HEAD".to_owned()), kept(history.kept_by))
            }
            None => "no commit leads to it".to_owned(),
        };
        let _ = writeln!(
            out,
            "| {} | {} | {:.12} | {} | {since} | {today} |",
            cell(&finding.title),
            cell(&finding.secret.as_ref().map(|secret| secret.masked()).unwrap_or_default()),
            finding.fingerprint.to_string(),
            cell(&finding.location.path.shown()),
        );
    }
}

fn kept(by: KeptBy) -> &'static str {
    match by {
        KeptBy::Refs => "",
        KeptBy::Notes => ", kept by notes",
        KeptBy::Stash => ", kept by the stash",
        KeptBy::Reflog => ", kept by a reflog",
        KeptBy::Nothing => ", kept by nothing",
    }
}

/// A history that is rewritten changes the commits of every ref behind the first value.
fn refs(findings: &[&Finding], store: &Store, out: &mut String) {
    let tips: BTreeSet<&str> = findings
        .iter()
        .filter_map(|finding| finding.history.as_ref())
        .flat_map(|one| &one.refs)
        .map(|name| &**name)
        .collect();
    let all = store.refs();
    let of = |start: &[&str]| -> Vec<&str> {
        all.named.iter().map(String::as_str).filter(|name| start.iter().any(|one| name.starts_with(one))).collect()
    };
    let known = [
        "refs/heads/",
        "refs/tags/",
        "refs/remotes/",
        "refs/pull/",
        "refs/merge-requests/",
        "refs/stash",
        "refs/notes/",
    ];
    let others: Vec<&str> = all
        .named
        .iter()
        .map(String::as_str)
        .filter(|name| name.starts_with("refs/") && !known.iter().any(|one| name.starts_with(one)))
        .collect();
    out.push_str("\n## Who holds it here\n\nEvery ref whose history goes through a commit above is rewritten; those marked * have the value in their newest tree.\n");
    for (heading, names) in [
        ("branches, to push by force", of(&["refs/heads/"])),
        ("tags, to push by force; tell whoever builds from them", of(&["refs/tags/"])),
        ("branches of others as they were fetched; a fresh clone has them anew", of(&["refs/remotes/"])),
        ("pull requests: only the host can drop them", of(&["refs/pull/", "refs/merge-requests/"])),
        ("stash and notes", of(&["refs/stash", "refs/notes/"])),
        ("other refs", others),
    ] {
        if names.is_empty() {
            continue;
        }
        let _ = writeln!(out, "\n{heading}:\n");
        for name in names.iter().take(NAMED) {
            let mark = if tips.contains(name) { " *" } else { "" };
            let _ = writeln!(out, "- {}{mark}", cell(&RepoPath::new(name.as_bytes()).shown()));
        }
        if let Some(more) = names.len().checked_sub(NAMED).filter(|more| *more > 0) {
            let _ = writeln!(out, "- and {more} more: git for-each-ref");
        }
    }
    for name in &all.broken {
        let _ =
            writeln!(out, "\n{} leads nowhere and was not looked at.", cell(&RepoPath::new(name.as_bytes()).shown()));
    }
}

/// Copies that no push reaches.
fn copies(store: &Store, out: &mut String) {
    out.push_str("\n## Who holds it elsewhere\n\n");
    let remotes = store.remotes();
    for (name, url) in &remotes {
        let _ = writeln!(out, "- the remote {}: {}", cell(name), cell(url));
    }
    let github = remotes
        .iter()
        .find_map(|(_, url)| slug(url, "github.com"))
        .unwrap_or_else(|| "<owner>/<repository>".to_owned());
    let _ = writeln!(
        out,
        "- forks: list them and tell each owner, or they bring it back with the next pull request\n      gh api --paginate repos/{github}/forks --jq '.[].full_name'"
    );
    out.push_str("- open pull requests: merge or close them first; their commits stay at the host\n      git ls-remote origin 'refs/pull/*/head' 'refs/merge-requests/*/head'\n");
    out.push_str("- clones of colleagues and of build agents, caches and artifacts of pipelines, images that were built from it, packages, mirrors and backups\n");
}

fn slug(url: &str, host: &str) -> Option<String> {
    let (_, path) = url.split_once(host)?;
    let path = path.trim_start_matches([':', '/']).trim_end_matches('/').trim_end_matches(".git");
    let is_plain = path.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"._-/".contains(&byte));
    (path.split('/').count() == 2 && is_plain).then(|| path.to_owned())
}

fn steps(findings: &[&Finding], forms: &Forms, store: &Store, written: Option<&Written>, out: &mut String) {
    let at_head =
        findings.iter().filter(|finding| finding.history.as_ref().is_some_and(|history| history.at_head)).count();
    let url = store.remotes().first().map_or_else(|| "<url>".to_owned(), |(_, url)| url.clone());
    let url = if is_plain(&url) { url } else { "<url>".to_owned() };
    let file = |path: Option<&Path>, name: &str| {
        let shown = path.map(|path| {
            RepoPath::from_path(&std::path::absolute(path).unwrap_or_else(|_| path.to_owned())).shown().into_owned()
        });
        shown.filter(|path| is_plain(path)).unwrap_or_else(|| format!("<directory>/{name}"))
    };
    let replacements = file(written.map(|files| files.replacements.as_path()), "replacements.txt");
    let record = file(written.map(|files| files.record.as_path()), "purge.json");
    out.push_str("\n## Steps\n\n");
    let mut step = |text: &str, commands: &[String]| {
        let _ = writeln!(out, "- [ ] {text}");
        commands.iter().for_each(|command| _ = writeln!(out, "      {command}"));
    };
    step("make every value above worthless", &["keyless revoke --plan".to_owned()]);
    if at_head > 0 {
        step(
            "take out of the newest commits what still stands there, and deploy that: the rewrite would break it",
            &["keyless fix --unsafe-fixes".to_owned()],
        );
    }
    if written.is_none() {
        step(
            "write the files that the next steps name, outside any repository",
            &["keyless purge --plan --out <directory>".to_owned()],
        );
    }
    step("ask everybody to push, and stop pushes: protect the branches, pause pipelines", &[]);
    step(
        "make a fresh mirror; the place where you work stays as it is",
        &[format!("git clone --mirror {url} purge.git"), "cd purge.git".to_owned()],
    );
    let mut commands = vec![format!(
        "git filter-repo --sensitive-data-removal --replace-text {replacements} --replace-message {replacements}"
    )];
    if !forms.binary.is_empty() {
        let blobs = file(written.and_then(|files| files.blobs.as_deref()), "blobs.txt");
        commands.push(format!("git filter-repo --strip-blobs-with-ids {blobs}"));
    }
    step("replace the values in all commits and messages", &commands);
    if !forms.binary.is_empty() {
        step(
            "put back, without the value, the files that went whole: the tool leaves what holds zero bytes (UTF-16, archives) alone, so they are taken out",
            &[],
        );
    }
    step(
        "let go of what nothing leads to any more, and see that no object holds a value",
        &[
            "git reflog expire --expire=now --all".to_owned(),
            "git gc --prune=now".to_owned(),
            format!("keyless purge --verify . --with {record}"),
        ],
    );
    step(
        "push all branches and tags by force; refs of pull requests are the host's and are refused",
        &[
            format!("git remote add origin {url}"),
            "git push --force origin 'refs/heads/*:refs/heads/*' 'refs/tags/*:refs/tags/*'".to_owned(),
        ],
    );
    step(
        "let the host forget: GitHub's support drops cached views and pull requests (the tool prints what to tell them), GitLab has Repository cleanup for the commit map, Azure DevOps keeps objects until the repository is deleted and made anew",
        &[],
    );
    step("everybody clones anew; nobody merges or rebases an old clone", &[]);
    step(
        "see that the host gives out none of it",
        &["git clone --mirror <url> check.git".to_owned(), format!("keyless purge --verify check.git --with {record}")],
    );
    step("delete the file with the values", &[format!("rm {replacements}")]);
    if !forms.too_short.is_empty() {
        out.push_str("\nToo short to be replaced everywhere; rewrite these files by their path:\n\n");
        forms.too_short.iter().for_each(|what| _ = writeln!(out, "- {}", cell(what)));
    }
}

fn is_plain(text: &str) -> bool {
    !text.starts_with('-') && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"._-@:/".contains(&byte))
}

/// Text of others in a line or cell of Markdown: no markup, one line.
fn cell(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            c if crate::model::path::is_unsafe_to_show(c) => out.extend(c.escape_default()),
            '|' | '*' | '_' | '`' | '<' | '[' | ']' | '#' | '\\' | '!' => out.extend(['\\', c]),
            c => out.push(c),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_repository_of_the_host_is_known_by_its_address() {
        for (url, expected) in [
            ("https://github.com/o/r.git", Some("o/r")),
            ("git@github.com:o/r", Some("o/r")),
            ("https://github.com/o", None),
            ("https://github.com/o/$(id)", None),
            ("https://example.org/o/r", None),
        ] {
            assert_eq!(slug(url, "github.com").as_deref(), expected, "{url}");
        }
    }
}
