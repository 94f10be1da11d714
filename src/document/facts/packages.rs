//! Versions of the packages that sign in or connect: what a change relies on may be there already, or be too old.
//!
//! Lines are read, not trees; a version that is an expression is none.

use crate::document::kind::Kind;

/// Packages are told if their name holds one of these.
const TOLD: [&str; 6] = ["azure", "msal", "sqlclient", "stackexchangeredis", "redis-entraid", "mssql-jdbc"];

/// More than this is a lock file.
const MOST: usize = 64;

/// Names and versions, as `name version`.
pub(super) fn packages(kind: Kind, name: &[u8], text: &[u8]) -> Vec<String> {
    let read: fn(&str) -> Vec<(String, String)> = match (kind, name) {
        (Kind::Xml, b"pom.xml") => maven,
        (Kind::Xml, b"packages.config" | b"directory.packages.props") => nuget,
        (Kind::Xml, _) if name.ends_with(b"proj") => nuget,
        (_, b"package.json") => npm,
        (_, b"requirements.txt") => python,
        (_, b"go.mod") => go,
        _ => return Vec::new(),
    };
    let Ok(text) = std::str::from_utf8(text) else { return Vec::new() };
    let is_told = |name: &str| TOLD.iter().any(|word| name.to_ascii_lowercase().contains(word));
    let is_version = |text: &str| text.starts_with(|c: char| c.is_ascii_digit()) && text.len() < 24;
    let found = read(text).into_iter().filter(|(name, version)| is_told(name) && is_version(version));
    found.map(|(name, version)| format!("{name} {version}")).take(MOST).collect()
}

/// What stands in quotes behind `name=`.
fn attribute<'t>(line: &'t str, name: &str) -> Option<&'t str> {
    let at = line.find(&format!("{name}=\""))? + name.len() + 2;
    line[at..].split('"').next()
}

fn nuget(text: &str) -> Vec<(String, String)> {
    let of = |line: &str| {
        let name = attribute(line, "Include").or_else(|| attribute(line, "id"))?;
        let version = attribute(line, "Version").or_else(|| attribute(line, "version"))?;
        Some((name.to_owned(), version.to_owned()))
    };
    text.lines().filter(|line| line.contains("Package") || line.contains("<package ")).filter_map(of).collect()
}

fn maven(text: &str) -> Vec<(String, String)> {
    let value = |line: &str, name: &str| {
        let rest = line.trim().strip_prefix(&format!("<{name}>"))?;
        Some(rest.split('<').next()?.to_owned())
    };
    let mut name = None;
    let mut found = Vec::new();
    for line in text.lines() {
        name = value(line, "artifactId").or(name);
        if let Some(version) = value(line, "version")
            && let Some(name) = name.take()
        {
            found.push((name, version));
        }
    }
    found
}

fn npm(text: &str) -> Vec<(String, String)> {
    let of = |line: &str| {
        let mut words = line.split('"').skip(1).step_by(2);
        Some((words.next()?.to_owned(), words.next()?.trim_start_matches(['^', '~', '>', '=']).to_owned()))
    };
    text.lines().filter_map(of).collect()
}

fn python(text: &str) -> Vec<(String, String)> {
    let of = |line: &str| {
        let at = line.find(['=', '>', '~'])?;
        let version = line[at..].trim_start_matches(['=', '>', '~', ' ']);
        Some((line[..at].trim().to_owned(), version.split([',', ';', ' ', '#']).next()?.to_owned()))
    };
    text.lines().filter_map(of).collect()
}

fn go(text: &str) -> Vec<(String, String)> {
    let of = |line: &str| {
        let line = line.trim().trim_start_matches("require ").trim();
        let (name, version) = line.split_once(" v")?;
        Some((name.to_owned(), version.split(' ').next()?.to_owned()))
    };
    text.lines().filter_map(of).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_are_read_where_they_stand_as_they_are() {
        for (kind, name, text, expected) in [
            (
                Kind::Xml,
                "a.csproj",
                "<PackageReference Include=\"Azure.Identity\" Version=\"1.12.0\" />\n<PackageReference Include=\"Serilog\" Version=\"3.1\" />",
                vec!["Azure.Identity 1.12.0"],
            ),
            (
                Kind::Xml,
                "packages.config",
                "<package id=\"Microsoft.Data.SqlClient\" version=\"4.1.0\" targetFramework=\"net48\" />",
                vec!["Microsoft.Data.SqlClient 4.1.0"],
            ),
            (
                Kind::Xml,
                "pom.xml",
                "<artifactId>azure-identity</artifactId>\n<version>1.13.0</version>\n<artifactId>azure-x</artifactId>\n<version>${v}</version>",
                vec!["azure-identity 1.13.0"],
            ),
            (
                Kind::Json,
                "package.json",
                "{\n \"dependencies\": {\n  \"@azure/identity\": \"^4.2.0\",\n  \"left\": \"1.0.0\"\n }\n}",
                vec!["@azure/identity 4.2.0"],
            ),
            (
                Kind::Text,
                "requirements.txt",
                "azure-identity==1.25.0  # x\nmsal>=1.20,<2\nflask==3.0\n",
                vec!["azure-identity 1.25.0", "msal 1.20"],
            ),
            (
                Kind::Text,
                "go.mod",
                "require (\n\tgithub.com/Azure/azure-sdk-for-go/sdk/azidentity v1.7.0 // x\n)",
                vec!["github.com/Azure/azure-sdk-for-go/sdk/azidentity 1.7.0"],
            ),
            (Kind::Json, "package-lock.json", "\"@azure/identity\": \"^4.2.0\"", vec![]),
        ] {
            assert_eq!(packages(kind, name.as_bytes(), text.as_bytes()), expected, "{name}");
        }
    }
}
