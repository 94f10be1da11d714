//! What kind of file a document is, from its name, its first line and its first bytes.

use crate::model::RepoPath;

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

    /// From the path and the first bytes.
    pub fn of(_path: &RepoPath, _head: &[u8]) -> Self {
        Self::Text
    }
}
