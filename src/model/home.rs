//! What a file belongs to, as far as its path tells: an application, the templates, the pipelines.

use std::fmt;

use super::report::Report;

/// The home of a file.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Home {
    /// An application, by its directory.
    Application(String),
    /// Bicep or Terraform, by its directory; empty at the root.
    Templates(String),
    /// Texts for people, by their directory.
    Texts(String),
    /// Workflows and pipelines.
    Pipelines,
    /// Files that lie at the root.
    Root,
}

/// Directories whose next name is the application: `src/orders-api`.
const SHELVES: [&str; 9] =
    ["src", "apps", "services", "packages", "projects", "samples", "examples", "source", "components"];

/// Directories of texts that belong to no application.
const TEXTS: [&str; 6] = ["docs", "doc", "documentation", "guides", "lab", "labs"];

/// Is it a text for people?
fn is_prose(path: &str) -> bool {
    [".md", ".mdx", ".rst", ".adoc", ".txt"].iter().any(|ending| path.ends_with(ending))
}

impl Home {
    /// Of a path; `below` is what all paths begin with, and says nothing.
    pub fn of(path: &str, below: &str) -> Self {
        let path = path.strip_prefix(below).unwrap_or(path);
        let directories: Vec<&str> = path.split('/').collect();
        let directories = &directories[..directories.len() - 1];
        let is_template = [".tf", ".bicep", ".bicepparam", ".tfvars"].iter().any(|end| path.ends_with(end));
        let depth = match directories.first() {
            None if is_template => return Self::Templates(String::new()),
            None => return Self::Root,
            Some(&(".github" | ".azuredevops" | ".azure-pipelines" | ".gitlab")) => return Self::Pipelines,
            Some(first) if TEXTS.contains(first) && is_prose(path) => return Self::Texts((*first).to_owned()),
            Some(first) if SHELVES.contains(first) => 2,
            Some(_) => 1,
        };
        let home = directories[..depth.min(directories.len())].join("/");
        if is_template { Self::Templates(home) } else { Self::Application(home) }
    }
}

impl fmt::Display for Home {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Application(home) => write!(f, "application {home}"),
            Self::Templates(home) if home.is_empty() => f.write_str("templates"),
            Self::Templates(home) => write!(f, "templates in {home}"),
            Self::Texts(home) => write!(f, "texts in {home}"),
            Self::Pipelines => f.write_str("pipelines"),
            Self::Root => f.write_str("files at the root"),
        }
    }
}

/// The directory, with its slash, that holds everything, if it was asked for by name, or if the paths begin at the
/// root of the machine; else nothing: a plan is read on other machines.
pub fn common(report: &Report) -> String {
    let mut common: Option<String> = None;
    let places = report.open().flat_map(|finding| std::iter::once(&finding.location).chain(&finding.also_at));
    for location in places {
        let path = location.path.shown().to_string();
        let directory = path.rfind('/').map_or("", |end| &path[..=end]);
        let shared = match &common {
            None => directory.to_owned(),
            Some(so_far) => shared(so_far, directory).to_owned(),
        };
        common = Some(shared);
    }
    let common = common.unwrap_or_default();
    let is_of_a_machine = common.starts_with('/') || common.get(1..3) == Some(":/");
    match () {
        () if !report.below.is_empty() && common.starts_with(&report.below) => report.below.clone(),
        () if is_of_a_machine => common,
        () => String::new(),
    }
}

/// The directories that two paths, which end in slashes or are empty, begin with.
fn shared<'a>(one: &'a str, other: &str) -> &'a str {
    let mut end = 0;
    for (a, b) in one.split_inclusive('/').zip(other.split_inclusive('/')) {
        if a != b {
            break;
        }
        end += a.len();
    }
    &one[..end]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_at_home_where_its_directory_says() {
        for (path, expected) in [
            ("orders/Program.cs", "application orders"),
            ("src/orders/api/Program.cs", "application src/orders"),
            ("src/Program.cs", "application src"),
            ("/home/x/shop/orders/a.cs", "application orders"),
            ("infra/main.tf", "templates in infra"),
            ("main.bicep", "templates"),
            ("docs/setup/aks.md", "texts in docs"),
            ("docs/conf.py", "application docs"),
            (".github/workflows/ci.yml", "pipelines"),
            ("docker-compose.yml", "files at the root"),
        ] {
            assert_eq!(Home::of(path, "/home/x/shop/").to_string(), expected, "{path}");
        }
    }

    #[test]
    fn whole_directories_are_shared() {
        for (one, other, expected) in [
            ("/a/b/c/", "/a/b/d/", "/a/b/"),
            ("/a/bc/", "/a/b/", "/a/"),
            ("/a/", "/a/", "/a/"),
            ("a/b/", "c/", ""),
            ("", "a/", ""),
        ] {
            assert_eq!(shared(one, other), expected, "{one} {other}");
        }
    }
}
