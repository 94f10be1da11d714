//! Languages that can be parsed, and which documents are written in them.

use crate::document::kind::Kind;

/// A language with a grammar.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[allow(missing_docs)]
pub enum Language {
    CSharp,
    Java,
    Kotlin,
    Python,
    JavaScript,
    TypeScript,
    Tsx,
    Go,
    PowerShell,
    Bash,
    Rust,
    Cpp,
    Php,
    Ruby,
}

impl Language {
    /// All of them.
    pub const ALL: [Self; 14] = [
        Self::CSharp,
        Self::Java,
        Self::Kotlin,
        Self::Python,
        Self::JavaScript,
        Self::TypeScript,
        Self::Tsx,
        Self::Go,
        Self::PowerShell,
        Self::Bash,
        Self::Rust,
        Self::Cpp,
        Self::Php,
        Self::Ruby,
    ];

    /// The language of a document as a whole; none if there is no grammar for it.
    pub fn of(kind: Kind, file_name: &[u8]) -> Option<Self> {
        let ends = |ending: &str| {
            file_name.len() > ending.len()
                && file_name[file_name.len() - ending.len()..].eq_ignore_ascii_case(ending.as_bytes())
        };
        Some(match kind {
            Kind::CSharp => Self::CSharp,
            Kind::Java => Self::Java,
            Kind::Kotlin => Self::Kotlin,
            Kind::Python => Self::Python,
            Kind::JavaScript if ends(".jsx") => Self::Tsx,
            Kind::JavaScript => Self::JavaScript,
            Kind::TypeScript if ends(".tsx") => Self::Tsx,
            Kind::TypeScript => Self::TypeScript,
            Kind::Go => Self::Go,
            Kind::PowerShell => Self::PowerShell,
            Kind::Shell => Self::Bash,
            Kind::Rust => Self::Rust,
            Kind::C => Self::Cpp,
            Kind::Php => Self::Php,
            Kind::Ruby => Self::Ruby,
            _ => return None,
        })
    }

    /// The language a Markdown fence or an interpreter is named by.
    pub fn named(name: &str) -> Option<Self> {
        Some(match name.to_ascii_lowercase().as_str() {
            "csharp" | "cs" | "c#" => Self::CSharp,
            "java" => Self::Java,
            "kotlin" | "kt" => Self::Kotlin,
            "python" | "py" | "python3" => Self::Python,
            "javascript" | "js" | "node" => Self::JavaScript,
            "jsx" | "tsx" => Self::Tsx,
            "typescript" | "ts" => Self::TypeScript,
            "go" | "golang" => Self::Go,
            "powershell" | "pwsh" | "ps1" | "azurepowershell" | "azurepowershell-interactive" | "ps" => {
                Self::PowerShell
            }
            "bash" | "sh" | "shell" | "zsh" | "console" | "azurecli" | "azurecli-interactive" => Self::Bash,
            "rust" | "rs" => Self::Rust,
            "cpp" | "c++" | "cxx" | "cc" => Self::Cpp,
            "php" => Self::Php,
            "ruby" | "rb" => Self::Ruby,
            _ => return None,
        })
    }

    /// Does a missing import say little, because names come into a file without one?
    pub fn imports_are_elsewhere(self) -> bool {
        matches!(self, Self::CSharp | Self::Cpp | Self::Php | Self::Ruby | Self::PowerShell | Self::Bash)
    }

    /// Are names of commands and parameters compared without letter case?
    pub fn is_shell(self) -> bool {
        matches!(self, Self::PowerShell | Self::Bash)
    }

    /// The grammar; none if the program was built without it.
    pub(super) fn grammar(self) -> Option<tree_sitter::Language> {
        match self {
            #[cfg(feature = "lang-csharp")]
            Self::CSharp => Some(tree_sitter_c_sharp::LANGUAGE.into()),
            #[cfg(feature = "lang-java")]
            Self::Java => Some(tree_sitter_java::LANGUAGE.into()),
            #[cfg(feature = "lang-kotlin")]
            Self::Kotlin => Some(tree_sitter_kotlin_ng::LANGUAGE.into()),
            #[cfg(feature = "lang-python")]
            Self::Python => Some(tree_sitter_python::LANGUAGE.into()),
            #[cfg(feature = "lang-javascript")]
            Self::JavaScript => Some(tree_sitter_javascript::LANGUAGE.into()),
            #[cfg(feature = "lang-typescript")]
            Self::TypeScript => Some(tree_sitter_typescript::LANGUAGE_TYPESCRIPT.into()),
            #[cfg(feature = "lang-typescript")]
            Self::Tsx => Some(tree_sitter_typescript::LANGUAGE_TSX.into()),
            #[cfg(feature = "lang-go")]
            Self::Go => Some(tree_sitter_go::LANGUAGE.into()),
            #[cfg(feature = "lang-powershell")]
            Self::PowerShell => Some(tree_sitter_powershell::LANGUAGE.into()),
            #[cfg(feature = "lang-bash")]
            Self::Bash => Some(tree_sitter_bash::LANGUAGE.into()),
            #[cfg(feature = "lang-rust")]
            Self::Rust => Some(tree_sitter_rust::LANGUAGE.into()),
            #[cfg(feature = "lang-cpp")]
            Self::Cpp => Some(tree_sitter_cpp::LANGUAGE.into()),
            #[cfg(feature = "lang-php")]
            Self::Php => Some(tree_sitter_php::LANGUAGE_PHP.into()),
            #[cfg(feature = "lang-ruby")]
            Self::Ruby => Some(tree_sitter_ruby::LANGUAGE.into()),
            #[allow(unreachable_patterns, reason = "with all features every language has its arm")]
            _ => None,
        }
    }
}
