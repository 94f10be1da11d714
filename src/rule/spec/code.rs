//! What a rule may say about code: `[[match.code]]`.
//!
//! Sources of every language are read into one tree of calls, options and values, so a
//! lint says what it is about, not how a language writes it:
//!
//! ```toml
//! [[match.code]]
//! anchors = ["ClientSecretCredential"]
//! call    = ["ClientSecretCredential", "azidentity.NewClientSecretCredential"]
//! value   = { at = 2, names = ["client_secret"] }
//! imports = ["Azure.Identity", "azure.identity", "@azure/identity"]
//! ```
//!
//! Exactly one of `call`, `command`, `option`, `string`, `import` says what is looked for; a
//! match of all the other keys makes the finding, at the word that was looked for.

use serde::{Deserialize, Serialize};

use super::{Level, List, Sureness, Text};

/// Something in source code.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default, rename_all = "kebab-case")]
pub struct CodeSpec {
    /// At least one stands in the document: nothing is parsed before. Letter case does not count.
    pub anchors: List<Text>,
    /// Only in these; empty: all. `csharp`, `java`, `kotlin`, `python`, `javascript` (TypeScript too), `go`,
    /// `powershell`, `bash`, `rust`, `cpp`, `php`, `ruby`.
    pub languages: List<Text>,
    /// Calls and constructions by name: `ClientSecretCredential` is a last word, `Builder.Create` the last two,
    /// `*.from_connection_string` needs something before it; `*` in a word stands for any letters. A Java builder is named by its class.
    pub call: List<Text>,
    /// Command lines: `az login` (words in this order, flags between them do not count), `Connect-AzAccount`.
    pub command: List<Text>,
    /// Options that are set: keyword arguments, keys of objects, properties, setters. Compared in small letters
    /// without `_` and `-`.
    pub option: List<Text>,
    /// A byte pattern that the content of a string holds somewhere.
    pub string: Option<Text>,
    /// Import statements that hold one of these; one finding a file.
    pub import: List<Text>,
    /// The value that the lint is about: its class takes severity up or down, its absence ends the match.
    pub value: Option<ArgumentSpec>,
    /// Classes of `value` that count; empty: all but placeholders. `literal` (partial ones too), `env`, `config`,
    /// `ci-secret`, `vault`, `param`.
    pub values: List<Text>,
    /// Arguments that must all be there.
    pub with: List<ArgumentSpec>,
    /// Arguments none of which may be there.
    pub without: List<ArgumentSpec>,
    /// Of an `option`: calls one of which it must be an argument of.
    pub of: List<Text>,
    /// A file that imports the name must import it from here; texts that the import statement holds. Empty: from anywhere.
    pub imports: List<Text>,
    /// Texts one of which must stand in the document, letter case aside.
    pub near: List<Text>,
    /// Texts none of which may stand in the document, letter case aside.
    pub far: List<Text>,
    /// Texts one of which must stand within some lines of the match, letter case aside: the host that an option is about.
    pub close: List<Text>,
    /// What the document must hold somewhere, for anchors that say little; found without a pattern.
    pub holds: Option<Held>,
    /// A pattern that the document holds somewhere, for anchors that say little: a parse costs a hundred times more.
    /// Small letters only, as the text is folded; write `[^\\n]*` rather than a bounded run, which the automaton has to count.
    pub seen: Option<Text>,
    /// A pattern for what stands behind `seen` up to the end of the call, outside of texts: `seen` is then the begin of
    /// a call. Small letters too.
    pub behind: Option<Text>,
    /// It must stand within one of these.
    pub inside: List<PlaceSpec>,
    /// It must not stand within one of these.
    pub outside: List<PlaceSpec>,
    /// Tests that no key can say; each is a function with a name.
    pub checks: List<CodeCheck>,
    /// Point at the name of `value`, else of the first of `with` (its line, if it has none), and not at the call.
    pub at_value: bool,
    /// Point at something else that belongs to it.
    pub point: Option<PointSpec>,
    /// Only the first match of a file is reported.
    pub once: bool,
    /// Instead of the rule's own.
    pub severity: Option<Level>,
    /// Instead of the rule's own.
    pub confidence: Option<Sureness>,
}

/// An argument: by position, by name, or either. Positions count from 0 and leave named ones out.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default, rename_all = "kebab-case")]
pub struct ArgumentSpec {
    /// Its place among the arguments without a name.
    pub at: Option<u32>,
    /// Its names: keyword, key of an object, setter of a builder, property set later. Small letters without `_`
    /// and `-`; `--flag` and `-f` are flags of a command, letter for letter.
    pub names: List<Text>,
    /// A pattern that its text holds somewhere, constants of the file resolved.
    pub is: Option<Text>,
    /// A pattern that its text must not hold.
    pub is_not: Option<Text>,
    /// The match goes on without it.
    pub optional: bool,
}

/// Where in a file something stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum PlaceSpec {
    /// A function that answers requests: by route attribute, decorator or registration.
    Handler,
    /// The body of a loop.
    Loop,
    /// A handler of errors.
    Catch,
    /// A branch, or an alternative of `?:`.
    Branch,
    /// An argument of a chain of credentials.
    Chain,
    /// Any function.
    Function,
    /// A cell of a notebook.
    Notebook,
}

/// What a finding points at, if it is not the word that was looked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum PointSpec {
    /// The handler of errors behind it.
    Handler,
    /// Where its result is read without a look at the error.
    Read,
}

/// What a document may have to hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Held {
    /// The GUID of a directory, a subscription or an application, close behind a word for one.
    DirectoryId,
}

/// Tests with a name, in `src/detect/matcher/code/`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum CodeCheck {
    /// An argument holds a token or a secret: by name, or by the call that it comes from.
    TokenArgument,
    /// The second argument does: what is written, and not where to.
    TokenContent,
    /// The document serves requests or runs unattended.
    Service,
    /// The document speaks to Entra: a host, a token path, or an identity library.
    Entra,
    /// The value is a text, and not an address.
    NotAddress,
    /// No call, loop or option in the document tries again.
    NoRetry,
    /// The result of a token request is read without a look at the error.
    Unchecked,
    /// It stands not in a branch for a developer's machine.
    Development,
    /// The key stands in an object, a form or an index, not as a variable or a keyword.
    RawKey,
    /// A literal is piped into the command.
    PipedLiteral,
    /// The output goes into a file.
    Redirected,
    /// The output goes nowhere but to the log.
    NotRedirected,
    /// An argument makes a credential.
    CredentialArgument,
    /// The text is complete: nothing is put into it, and it is no blank.
    LiteralToken,
    /// The argument is a literal, or a list of literals.
    LiteralScope,
    /// The error that comes with the result is thrown away.
    ErrorIgnored,
    /// A GUID that belongs to somebody: no published or made-up one, outside tests and documentation.
    DirectoryId,
    /// The error of a failed request is passed over.
    Swallowed,
    /// `|| true`.
    OrTrue,
    /// It is an argument of a call.
    CallArgument,
    /// Nothing near speaks of an emulator or the own machine.
    NoEmulator,
    /// The string holds no blank to be filled in.
    NoBlank,
    /// It is a key or a property, not a variable of its own.
    NotVariable,
}
