//! What a file says of where the code runs: by its path, and by words in its text.
//!
//! Routes need evidence, not proof, and every piece carries the path that shows it.

mod called;
mod content;
mod packages;

use crate::model::RepoPath;
use crate::model::facts::{Evidence, Facts, Name};

use super::Document;
use super::context::Context;
use super::names::Lower;

/// What a name is of that is a package with its version.
const PACKAGE: &str = "package";

/// Adds what a document shows, if it shows anything. Copies of other people's code show nothing.
pub fn learn(document: &Document, path: &RepoPath, facts: &mut Facts) -> bool {
    let name = Lower::<64>::last(path.file_name());
    let by_content = content::platforms(document.kind(), name.as_bytes(), document.text());
    let by_path = platform(path);
    let names = called::names(document.kind(), document.text());
    let packages = packages::packages(document.kind(), name.as_bytes(), document.text());
    if by_path.is_none() && by_content.is_empty() && names.is_empty() && packages.is_empty() {
        return false;
    }
    let is_empty = document.text().trim_ascii().is_empty();
    if is_empty || Context::of(path).has(Context::VENDORED) {
        return false;
    }
    let shown = path.text();
    let mut add = |platform: &str, what: &str| {
        let (platform, path, what) = (platform.to_owned(), shown.to_string(), what.to_owned());
        facts.platforms.insert(Evidence { platform, path, what });
    };
    if let Some(platform) = by_path {
        add(platform, &String::from_utf8_lossy(path.file_name()));
    }
    for (word, platform) in by_content {
        add(platform, word.trim_matches(['"', '@']));
    }
    let packages = packages.into_iter().map(|package| (PACKAGE, "", package));
    for (of, platform, value) in names.into_iter().chain(packages) {
        facts.names.insert(Name { of, platform, value, path: shown.to_string() });
    }
    true
}

/// `github-actions`, `azure-pipelines`, `gitlab-ci`, `jenkins`, `functions`, `azd`, `kubernetes`,
/// `container`, `bicep` or `terraform`.
fn platform(path: &RepoPath) -> Option<&'static str> {
    let name = Lower::<64>::last(path.file_name());
    let name = name.as_bytes();
    let whole = match name {
        b".gitlab-ci.yml" | b".gitlab-ci.yaml" => Some("gitlab-ci"),
        b"host.json" => Some("functions"),
        b"azure.yaml" | b"azure.yml" => Some("azd"),
        b"chart.yaml" | b"kustomization.yaml" | b"kustomization.yml" => Some("kubernetes"),
        b"dockerfile" | b"containerfile" => Some("container"),
        b"jenkinsfile" => Some("jenkins"),
        _ => None,
    };
    whole.or_else(|| by_place(path, name)).or_else(|| by_ending(name))
}

fn by_place(path: &RepoPath, name: &[u8]) -> Option<&'static str> {
    let is_yaml = name.ends_with(b".yml") || name.ends_with(b".yaml");
    if is_yaml && is_within(path, &[b".github", b"workflows"]) {
        return Some("github-actions");
    }
    let is_pipeline = || name.starts_with(b"azure-pipeline") || is_within(path, &[b".azure-pipelines"]);
    (is_yaml && (is_pipeline() || is_within(path, &[b".azuredevops"]))).then_some("azure-pipelines")
}

fn by_ending(name: &[u8]) -> Option<&'static str> {
    let endings = [
        (&b".bicep"[..], "bicep"),
        (b".bicepparam", "bicep"),
        (b".tf", "terraform"),
        (b".tf.json", "terraform"),
        (b".dockerfile", "container"),
    ];
    let by_end = endings.into_iter().find(|(ending, _)| name.ends_with(ending)).map(|(_, platform)| platform);
    by_end.or_else(|| name.starts_with(b"dockerfile.").then_some("container"))
}

/// Do these directories stand in the path, one below the other?
fn is_within(path: &RepoPath, directories: &[&[u8]]) -> bool {
    let segments: Vec<&[u8]> = path.as_bytes().split(|b| *b == b'/').collect();
    let above = &segments[..segments.len() - 1];
    above.windows(directories.len()).any(|window| window == directories)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn learned(path: &str, blob: &[u8]) -> Vec<(String, String)> {
        let path = RepoPath::new(path.as_bytes());
        let document = Document::open(blob, &path).text().unwrap();
        let mut facts = Facts::default();
        learn(&document, &path, &mut facts);
        facts.platforms.into_iter().map(|one| (one.platform, one.path)).collect()
    }

    #[test]
    fn paths_show_where_code_runs() {
        for (path, expected) in [
            (".github/workflows/ci.yml", Some("github-actions")),
            ("a/.github/workflows/ci.yaml", Some("github-actions")),
            (".github/dependabot.yml", None),
            ("azure-pipelines.yml", Some("azure-pipelines")),
            ("azure-pipelines-release.yml", Some("azure-pipelines")),
            (".azuredevops/build.yml", Some("azure-pipelines")),
            (".gitlab-ci.yml", Some("gitlab-ci")),
            ("api/host.json", Some("functions")),
            ("azure.yaml", Some("azd")),
            ("deploy/Chart.yaml", Some("kubernetes")),
            ("Dockerfile", Some("container")),
            ("Dockerfile.prod", Some("container")),
            ("infra/main.bicep", Some("bicep")),
            ("infra/main.tf", Some("terraform")),
            ("Jenkinsfile", Some("jenkins")),
            ("node_modules/a/Dockerfile", None),
            ("src/main.rs", None),
            ("", None),
        ] {
            let expected: Vec<_> =
                expected.map(|platform| (platform.to_owned(), path.to_owned())).into_iter().collect();
            assert_eq!(learned(path, b"x"), expected, "{path}");
        }
    }

    #[test]
    fn an_empty_file_shows_nothing() {
        assert_eq!(learned("Dockerfile", b" \n"), []);
    }
}
