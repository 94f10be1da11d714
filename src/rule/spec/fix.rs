//! What a rule may say about the change that mends a finding: `[[fix]]`.
//!
//! ```toml
//! [[fix]]
//! title = "mark the output as sensitive"
//! applicability = "safe"
//! files = ["terraform"]
//! node = [{ put = "sensitive", value = "true" }]
//! ```
//!
//! A fix is a list of edits that are made together or not at all. Of the fixes of a rule the first that
//! fits the file of the finding, and all of whose edits can be made there, is the one that is offered.
//! Values are written as the file writes them: `'x'` in Bicep, `"x"` in JSON.

use serde::{Deserialize, Serialize};

use super::{ConditionSpec, FileKind, List, Text};

/// A change to the file of a finding.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct FixSpec {
    /// What it does: small first letter, no full stop.
    pub title: Text,
    /// When it may be made.
    pub applicability: Safety,
    /// Kinds of file; empty: any. A fix with `languages` is for sources only.
    #[serde(default)]
    pub files: List<FileKind>,
    /// Languages, as in [`super::CodeSpec`].
    #[serde(default)]
    pub languages: List<Text>,
    /// Calls one of which the finding must be at, by their last word. Empty: any.
    #[serde(default)]
    pub calls: List<Text>,
    /// Types of resources; the paths of `node` then begin at the body of the resource that the finding is in.
    #[serde(default)]
    pub resource: List<Text>,
    /// What must hold of the node of the finding, or of its resource.
    #[serde(default, rename = "where")]
    pub conditions: List<ConditionSpec>,
    /// What else must be there: a package and its version. Begins small, no full stop.
    #[serde(default)]
    pub needs: List<Text>,
    /// Roles that the changed code needs, rows of `rules/tables/roles.toml`; empty: those of the rule.
    #[serde(default)]
    pub grant: List<Text>,
    /// Texts one of which must stand in the document, letter case aside.
    #[serde(default)]
    pub near: List<Text>,
    /// Texts none of which may stand in the document, letter case aside.
    #[serde(default)]
    pub far: List<Text>,
    /// Made to one finding, then the file is looked at again: the next may need another fix.
    #[serde(default)]
    pub once: bool,
    /// Every property that `[[match.switch]]` asks for is put in its safe state.
    #[serde(default)]
    pub switch: bool,
    /// Variables of a PowerShell script that only fed what is taken out go with it.
    #[serde(default)]
    pub unused: bool,
    /// Edits of nodes of a configuration file.
    #[serde(default)]
    pub node: List<NodeEdit>,
    /// Edits by a pattern.
    #[serde(default)]
    pub text: List<TextEdit>,
    /// Edits of the call that the finding is at.
    #[serde(default)]
    pub call: List<CallEdit>,
    /// Statements beside the one that the call stands in.
    #[serde(default)]
    pub statement: List<StatementEdit>,
    /// Names that the source imports.
    #[serde(default)]
    pub import: List<ImportEdit>,
}

/// When a fix may be made.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Safety {
    /// It cannot change what the program can reach.
    Safe,
    /// It is complete, and works only once an identity, a role or a package is there.
    Unsafe,
}

/// An edit of one node. Exactly one of `set`, `put`, `remove`, `rename`, `above` is said.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default, rename_all = "kebab-case")]
pub struct NodeEdit {
    /// A path from the node of the finding, or from the body of its resource; alternatives with `, `.
    /// Empty: that node itself. The first node that it leads to is edited.
    pub at: Text,
    /// Its value becomes this; `$value` is the present one, without quotes, `$name` its name.
    pub set: Option<Text>,
    /// A member below it, `a.b`, which is made, or set if it is there.
    pub put: Option<Text>,
    /// What `put` puts.
    pub value: Text,
    /// It is taken out.
    pub remove: bool,
    /// Its new name; `$name` is the present one.
    pub rename: Option<Text>,
    /// A line that is put above it.
    pub above: Option<Text>,
    /// Where there is no such node, the fix goes on without this edit.
    pub optional: bool,
}

/// Every match of a pattern within a part of the file becomes something else.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct TextEdit {
    /// Where it is looked for.
    #[serde(default)]
    pub within: Within,
    /// A byte pattern, letter case as it stands.
    pub pattern: Text,
    /// What comes: `${1}` or `${name}` is a group of the pattern.
    pub content: Text,
    /// Without a match the fix goes on without this edit.
    #[serde(default)]
    pub optional: bool,
}

/// A part of the file of a finding.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Within {
    /// The code that the finding is about: a command, a key with its value, a call with all that is chained to it.
    #[default]
    Match,
    /// The whole lines of it.
    Lines,
    /// The value of the node of the finding.
    Value,
    /// The argument or value that the lint is about.
    Argument,
    /// The same with the name that it is given by: `password: x`.
    Named,
    /// The call that the finding stands in, without what is chained to it.
    Call,
    /// The whole text that the finding is part of, however many pieces it is put together from.
    Literal,
    /// The nearest object about the finding, `{ … }`, in which the pattern matches.
    Object,
    /// The whole file.
    File,
}

/// An edit of a call in a source.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default, rename_all = "kebab-case")]
pub struct CallEdit {
    /// The last word of what is called becomes this.
    pub rename: Option<Text>,
    /// What then stands between its parentheses; `$0` is the only argument, as it stands. Not where a comment
    /// stands there, nor where something is waited for.
    pub arguments: Option<Text>,
    /// A pattern that the present arguments hold somewhere.
    pub given: Option<Text>,
    /// A pattern that they must not hold: what would be lost, and is more than a credential.
    pub unless: Option<Text>,
    /// Two names of types: where a variable is declared with the first, right where it gets its value, it gets
    /// the second. Anywhere else the first may not stand, but in imports, calls and comments.
    pub typed: List<Text>,
    /// Setters that are taken out of the chain behind it: `.clientSecret(…)`.
    pub without: List<Text>,
}

/// Lines put above or below the statement that the call of a finding stands in, indented as it is.
///
/// Only where that statement is an assignment, a return or a call on lines of its own.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default, rename_all = "kebab-case")]
pub struct StatementEdit {
    /// The lines above it; nothing is put where the same line stands already and is seen from there.
    pub above: Option<Text>,
    /// The lines below it; `$target` is what the call's value is given to, and must then be a plain name.
    pub below: Option<Text>,
    /// The name that they bring. Where the source uses it for something else, the fix is not made.
    pub name: Text,
}

/// A name that the source needs.
///
/// Where names come with a module, a namespace or a wildcard, nothing is to be done.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default, rename_all = "kebab-case")]
pub struct ImportEdit {
    /// What is needed.
    pub name: Text,
    /// What was there in its place; it goes unless it is used elsewhere.
    pub instead_of: Option<Text>,
    /// The statement that brings it, put below the last import if nothing brings it yet.
    pub statement: Option<Text>,
    /// The same in a source that calls `require`.
    pub required: Option<Text>,
}
