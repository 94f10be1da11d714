//! What kind of file a document is, from its name, its first line and its first bytes.
//!
//! The name decides where it says enough (`names.rs`); content is asked where it does not.

use crate::model::RepoPath;

use super::names::{self, Lower};

/// Languages and configuration formats that are told apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[allow(missing_docs)]
pub enum Kind {
    Json,
    Yaml,
    Toml,
    Xml,
    /// `.env` and its like.
    Dotenv,
    Properties,
    Ini,
    Hcl,
    Bicep,
    Dockerfile,
    Shell,
    PowerShell,
    Batch,
    CSharp,
    /// Visual Basic, F# and other .NET languages.
    DotNet,
    Java,
    Kotlin,
    Scala,
    Groovy,
    Python,
    JavaScript,
    TypeScript,
    Go,
    Rust,
    /// C, C++, Objective-C, Arduino.
    C,
    Swift,
    Dart,
    Php,
    Ruby,
    Perl,
    R,
    Lua,
    Elixir,
    /// Any other programming language: literals stand in quotes.
    Code,
    Sql,
    Html,
    Css,
    Markdown,
    /// Jupyter: JSON with code in it.
    Notebook,
    Csv,
    /// `.http`, `.rest`.
    Http,
    /// Prose and everything that is not known.
    Text,
}

impl Kind {
    /// Is a value a literal only if it is quoted?
    pub fn quotes_literals(self) -> bool {
        !matches!(
            self,
            Self::Yaml
                | Self::Dotenv
                | Self::Properties
                | Self::Ini
                | Self::Dockerfile
                | Self::Shell
                | Self::Batch
                | Self::Http
                | Self::Csv
                | Self::Markdown
                | Self::Html
                | Self::Text
        )
    }

    /// Is code in it that puts strings together from literals?
    pub fn joins_literals(self) -> bool {
        self.quotes_literals()
            && !matches!(
                self,
                Self::Json | Self::Toml | Self::Xml | Self::Css | Self::Notebook | Self::Hcl | Self::Bicep
            )
    }

    /// From the path and the first bytes of the text.
    ///
    /// Names are compared in small letters, and without endings such as `.example`,
    /// `.bak` or `.j2`: `appsettings.json.template` is JSON.
    pub fn of(path: &RepoPath, head: &[u8]) -> Self {
        let head = &head[..head.len().min(1024)];
        let name = Lower::<96>::last(path.file_name());
        let name = without_wrapping(name.as_bytes());
        match names::by_name(name, path) {
            Some(kind) => kind,
            None => match names::by_extension(name) {
                Some(Kind::Ini | Kind::Xml) if !names::is_sure(name) => settings(head),
                Some(kind) => kind,
                None => Self::by_content(head),
            },
        }
    }

    /// From the first bytes alone: a shebang, or what begins like one format only.
    fn by_content(head: &[u8]) -> Self {
        if let Some(interpreter) = interpreter(head) {
            return names::by_interpreter(interpreter);
        }
        let text = head.trim_ascii_start();
        if text.starts_with(b"<?php") {
            return Self::Php;
        }
        if begins_html(text) {
            return Self::Html;
        }
        if text.starts_with(b"---\n")
            || text.starts_with(b"---\r")
            || text.starts_with(b"%YAML")
            || text.starts_with(b"apiVersion:")
        {
            return Self::Yaml;
        }
        match structured(text) {
            Some(kind) => kind,
            None => Self::Text,
        }
    }
}

/// `.config`, `.conf`, `.settings`: XML in .NET, JSON or lines elsewhere.
fn settings(head: &[u8]) -> Kind {
    match structured(head.trim_ascii_start()) {
        Some(kind @ (Kind::Xml | Kind::Json)) => kind,
        _ => Kind::Ini,
    }
}

/// JSON, XML or INI by the first sign and what follows it.
fn structured(text: &[u8]) -> Option<Kind> {
    let rest = text.get(1..)?.trim_ascii_start();
    let next = *rest.first()?;
    match text[0] {
        b'{' => matches!(next, b'"' | b'}' | b'/').then_some(Kind::Json),
        b'[' if matches!(next, b'{' | b'[' | b'"' | b']') => Some(Kind::Json),
        b'[' => is_section(text).then_some(Kind::Ini),
        b'<' => is_xml(text).then_some(Kind::Xml),
        _ => None,
    }
}

/// `[name]` alone on its line.
fn is_section(text: &[u8]) -> bool {
    let line = text.split(|b| matches!(b, b'\r' | b'\n')).next().unwrap_or(text).trim_ascii_end();
    line.ends_with(b"]") && line.len() > 2 && !line[1..line.len() - 1].contains(&b',')
}

/// A declaration, or a tag that is closed again: `<your-key>` and `<VirtualHost *:80>` are none.
fn is_xml(text: &[u8]) -> bool {
    let is_declared = text.starts_with(b"<?xml") || text.starts_with(b"<!--");
    let name_end = text[1..].iter().position(|b| !b.is_ascii_alphanumeric() && !b"_:.-".contains(b));
    let is_tag = text.get(1).is_some_and(u8::is_ascii_alphabetic) && name_end.is_some();
    is_declared
        || (is_tag && !text.starts_with(b"<VirtualHost") && memchr::memmem::find(text, b"</").is_some())
        || (is_tag && memchr::memmem::find(text, b"/>").is_some())
}

fn begins_html(text: &[u8]) -> bool {
    let start = Lower::<16>::first(text);
    start.as_bytes().starts_with(b"<!doctype html") || start.as_bytes().starts_with(b"<html")
}

/// The program of `#!/usr/bin/env -S python3 -u`: `python`.
fn interpreter(head: &[u8]) -> Option<&[u8]> {
    let line = head.strip_prefix(b"#!")?.split(|b| matches!(b, b'\r' | b'\n')).next()?;
    let mut words = line.split(|b| b.is_ascii_whitespace()).filter(|w| !w.is_empty());
    let mut program = base_name(words.next()?);
    if program == b"env" {
        let is_option = |word: &&[u8]| word.starts_with(b"-") || word.contains(&b'=');
        program = base_name(words.find(|word| !is_option(word))?);
    }
    let digits = program.iter().rev().take_while(|b| b.is_ascii_digit() || **b == b'.').count();
    Some(&program[..program.len() - digits])
}

fn base_name(path: &[u8]) -> &[u8] {
    path.rsplit(|b| *b == b'/').next().unwrap_or(path)
}

/// The name without endings that say nothing of the format, at most three.
fn without_wrapping(name: &[u8]) -> &[u8] {
    let mut name = name;
    for _ in 0..3 {
        let Some(dot) = memchr::memrchr(b'.', name).filter(|dot| *dot > 0) else { break };
        if !names::is_wrapping(&name[dot + 1..]) {
            break;
        }
        name = &name[..dot];
    }
    name
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kind(path: &str, head: &str) -> Kind {
        Kind::of(&RepoPath::new(path.as_bytes()), head.as_bytes())
    }

    #[test]
    fn names_decide_first() {
        for (path, expected) in [
            ("src/appsettings.Development.json", Kind::Json),
            ("local.settings.json", Kind::Json),
            ("terraform.tfstate.backup", Kind::Json),
            (".docker/config.json", Kind::Json),
            (".dockerconfigjson", Kind::Json),
            ("Web.Config", Kind::Xml),
            ("App.config.transform", Kind::Xml),
            ("web.Release.config", Kind::Xml),
            ("a.csproj", Kind::Xml),
            ("a.csproj.user", Kind::Xml),
            ("Site.PublishSettings", Kind::Xml),
            ("p.pubxml", Kind::Xml),
            ("ServiceConfiguration.Cloud.cscfg", Kind::Xml),
            ("Resources.resx", Kind::Xml),
            ("NuGet.Config", Kind::Xml),
            ("main.tf", Kind::Hcl),
            ("prod.auto.tfvars", Kind::Hcl),
            ("main.tf.json", Kind::Json),
            ("main.bicep", Kind::Bicep),
            ("main.bicepparam", Kind::Bicep),
            (".env", Kind::Dotenv),
            (".env.local", Kind::Dotenv),
            (".env.production.example", Kind::Dotenv),
            ("prod.env", Kind::Dotenv),
            (".dev.vars", Kind::Dotenv),
            (".env.js", Kind::JavaScript),
            (".envrc", Kind::Shell),
            ("gradle.properties", Kind::Properties),
            ("setup.cfg", Kind::Ini),
            (".npmrc", Kind::Ini),
            (".pypirc", Kind::Ini),
            (".netrc", Kind::Text),
            (".pgpass", Kind::Text),
            (".aws/credentials", Kind::Ini),
            (".azure/config", Kind::Ini),
            (".kube/config", Kind::Yaml),
            ("kubeconfig", Kind::Yaml),
            ("aks.kubeconfig", Kind::Yaml),
            ("Dockerfile", Kind::Dockerfile),
            ("Dockerfile.dev", Kind::Dockerfile),
            ("api.dockerfile", Kind::Dockerfile),
            ("Containerfile", Kind::Dockerfile),
            ("dockerfile_parser.go", Kind::Go),
            ("a.ps1", Kind::PowerShell),
            ("a.psm1", Kind::PowerShell),
            ("a.psd1", Kind::PowerShell),
            ("ConsoleHost_history.txt", Kind::PowerShell),
            ("run.cmd", Kind::Batch),
            ("a.ipynb", Kind::Notebook),
            ("api.http", Kind::Http),
            ("api.rest", Kind::Http),
            ("A.CS", Kind::CSharp),
            ("script.csx", Kind::CSharp),
            ("a.vb", Kind::DotNet),
            ("a.fs", Kind::DotNet),
            ("A.java", Kind::Java),
            ("build.gradle", Kind::Groovy),
            ("build.gradle.kts", Kind::Kotlin),
            ("Jenkinsfile.release", Kind::Groovy),
            ("values.yaml.gotmpl", Kind::Yaml),
            ("config.yml.j2", Kind::Yaml),
            ("poetry.lock", Kind::Toml),
            ("Pipfile", Kind::Toml),
            ("Makefile", Kind::Shell),
            (".bashrc", Kind::Shell),
            ("a.zig", Kind::Code),
            ("a.kql", Kind::Code),
            ("index.cshtml", Kind::Html),
            ("App.vue", Kind::JavaScript),
            ("README.md", Kind::Markdown),
            ("notes.txt", Kind::Text),
            ("key.pem", Kind::Text),
            ("", Kind::Text),
        ] {
            assert_eq!(kind(path, ""), expected, "{path}");
        }
    }

    #[test]
    fn content_decides_where_the_name_does_not() {
        for (path, head, expected) in [
            ("run", "#!/bin/sh\n", Kind::Shell),
            ("run", "#!/usr/bin/env -S python3.12 -u\n", Kind::Python),
            ("run", "#!/usr/bin/env A=1 node\r\n", Kind::JavaScript),
            ("run", "#! /usr/bin/pwsh", Kind::PowerShell),
            ("run", "#!/opt/unheard-of\n", Kind::Text),
            ("data", "  {\n \"a\": 1}", Kind::Json),
            ("data", "[\n{\"a\": 1}]", Kind::Json),
            ("data", "[core]\nbare = false", Kind::Ini),
            ("data", "[see, below] and on", Kind::Text),
            ("data", "<?xml version=\"1.0\"?><a/>", Kind::Xml),
            ("data", "<publishData></publishData>", Kind::Xml),
            ("data", "<your-key>", Kind::Text),
            ("data", "<!DOCTYPE HTML>", Kind::Html),
            ("data", "---\na: b", Kind::Yaml),
            ("data", "{{ template }}", Kind::Text),
            ("data", "-----BEGIN PRIVATE KEY-----", Kind::Text),
            ("data.unknown", "{\"a\":1}", Kind::Json),
            ("cred.bak", "{\"a\":1}", Kind::Json),
            ("nlog.config", "{\"a\":1}", Kind::Json),
            ("nlog.config", "<configuration></configuration>", Kind::Xml),
            ("nlog.config", "key = value", Kind::Ini),
            ("httpd.conf", "<VirtualHost *:80>\n</VirtualHost>", Kind::Ini),
            ("server.conf", "<?xml version=\"1.0\"?>", Kind::Xml),
            ("notes.txt", "{\"a\":1}", Kind::Text),
            ("<stdin>", "{\"a\":1}", Kind::Json),
        ] {
            assert_eq!(kind(path, head), expected, "{path}: {head}");
        }
    }
}
