//! What a rule file may say.
//!
//! One TOML file under `rules/` is one [`RuleFile`]; its slug is the file stem. The
//! build script reads all of them through these types and writes the [`RuleSpec`]
//! part out as constants, so that the program starts without parsing anything.
//! Depends on serde, toml and the standard library only: the build script
//! compiles this file too.

#[path = "spec/check.rs"]
mod check;
#[path = "spec/code.rs"]
mod code;
#[path = "spec/config.rs"]
mod config;
#[path = "spec/context.rs"]
mod context;
#[path = "spec/docs.rs"]
mod docs;
#[path = "spec/example.rs"]
mod example;
#[path = "spec/fix.rs"]
mod fix;
#[path = "spec/matcher.rs"]
mod matcher;

use std::borrow::Cow;

use serde::{Deserialize, Serialize};

pub use check::*;
pub use code::*;
pub use config::*;
pub use context::*;
pub use docs::*;
pub use example::*;
pub use fix::*;
pub use matcher::*;

/// Text that is borrowed from the program for built-in rules and owned for users' rules.
pub type Text = Cow<'static, str>;
/// A list of the same kind.
pub type List<T> = Cow<'static, [T]>;

/// A whole rule file: what the engine needs, and what people read.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct RuleFile {
    /// Short, never reused: `KS` and digits for secrets, `KL` and digits for lints.
    pub code: Text,
    /// Small first letter unless a name, no full stop: `Azure storage account key`.
    pub title: Text,
    /// How bad if true.
    pub severity: Level,
    /// How likely true, before checks and context speak.
    pub confidence: Sureness,
    /// First version that has it.
    pub since: Text,
    /// Old slugs and codes, still understood.
    #[serde(default)]
    pub formerly: Vec<Text>,
    /// Free words: `azure`, `storage`.
    #[serde(default)]
    pub tags: List<Text>,
    /// How telling its shape is; settles which rule names a secret that several found.
    #[serde(default)]
    pub shape: Shape,
    /// Slugs whose findings on the same bytes are preferred to this rule's.
    #[serde(default)]
    pub yields_to: List<Text>,
    /// Slugs that also fire on this rule's examples.
    #[serde(default)]
    pub overlaps: Vec<Text>,
    /// Run in order on every match; one that refutes ends the match.
    #[serde(default)]
    pub checks: List<CheckSpec>,
    /// Values that the shared placeholder and reference tests would drop are kept.
    #[serde(default)]
    pub keep_placeholders: bool,
    /// What finds it.
    #[serde(default, rename = "match")]
    pub matchers: Matchers,
    /// Pieces that are looked up about a match, to enrich it.
    #[serde(default)]
    pub near: List<NearSpec>,
    /// What must stand about a match.
    #[serde(default)]
    pub context: Option<ContextSpec>,
    /// Severity by the text of a part.
    #[serde(default)]
    pub raise: List<RaiseSpec>,
    /// When what is found ends, if a day is written out.
    #[serde(default)]
    pub ends: Option<EndsSpec>,
    /// Changes that mend a finding, the first that fits before the others.
    #[serde(default, rename = "fix")]
    pub fixes: List<FixSpec>,
    /// What other files of the project must say, or must not.
    #[serde(default)]
    pub project: Option<ProjectSpec>,
    /// For people.
    pub docs: DocsSpec,
    /// What to do.
    pub remedy: RemedySpec,
    /// How the values behind `@@name@@` in examples are made.
    #[serde(default)]
    pub samples: std::collections::BTreeMap<String, SampleSpec>,
    /// Its tests and its documentation at once.
    #[serde(default)]
    pub example: Vec<ExampleSpec>,
}

/// The part of a rule that the engine needs.
#[derive(Clone, Debug, Serialize)]
pub struct RuleSpec {
    /// File stem.
    pub slug: Text,
    /// `KS042`
    pub code: Text,
    /// See [`RuleFile`].
    pub title: Text,
    /// See [`RuleFile`].
    pub severity: Level,
    /// See [`RuleFile`].
    pub confidence: Sureness,
    /// See [`RuleFile`].
    pub formerly: List<Text>,
    /// See [`RuleFile`].
    pub tags: List<Text>,
    /// See [`RuleFile`].
    pub shape: Shape,
    /// See [`RuleFile`].
    pub yields_to: List<Text>,
    /// See [`RuleFile`].
    pub checks: List<CheckSpec>,
    /// See [`RuleFile`].
    pub keep_placeholders: bool,
    /// See [`RuleFile`].
    pub matchers: Matchers,
    /// See [`RuleFile`].
    pub near: List<NearSpec>,
    /// See [`RuleFile`].
    pub context: Option<ContextSpec>,
    /// See [`RuleFile`].
    pub raise: List<RaiseSpec>,
    /// See [`RuleFile`].
    pub ends: Option<EndsSpec>,
    /// See [`RuleFile`].
    pub fixes: List<FixSpec>,
    /// See [`RuleFile`].
    pub project: Option<ProjectSpec>,
    /// One sentence: what stands there.
    pub what: Text,
    /// One sentence: why it matters.
    pub why: Text,
    /// See [`RemedySpec`].
    pub remedy: RemedySpec,
}

impl RuleSpec {
    /// Does it find a pattern that leads to a secret, and not a secret?
    pub fn is_lint(&self) -> bool {
        self.code.starts_with("KL")
    }
}

impl RuleFile {
    /// Splits off what the engine needs.
    pub fn spec(&self, slug: &str) -> RuleSpec {
        RuleSpec {
            slug: Cow::Owned(slug.to_owned()),
            code: self.code.clone(),
            title: self.title.clone(),
            severity: self.severity,
            confidence: self.confidence,
            formerly: Cow::Owned(self.formerly.clone()),
            tags: self.tags.clone(),
            shape: self.shape,
            yields_to: self.yields_to.clone(),
            checks: self.checks.clone(),
            keep_placeholders: self.keep_placeholders,
            matchers: self.matchers.clone(),
            near: self.near.clone(),
            context: self.context.clone(),
            raise: self.raise.clone(),
            ends: self.ends.clone(),
            project: self.project.clone(),
            fixes: self.fixes.clone(),
            what: self.docs.what.clone(),
            why: self.docs.why.clone(),
            remedy: self.remedy.clone(),
        }
    }
}

/// `severity` in a rule file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[allow(missing_docs)]
pub enum Level {
    Critical,
    High,
    Medium,
    Low,
    Info,
}

/// `confidence` in a rule file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[allow(missing_docs)]
pub enum Sureness {
    High,
    Medium,
    Low,
}

/// How telling the shape of a match is. Ordered: `Generic` yields to `Named`, `Named` to `Exact`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Shape {
    /// Any literal under a secret-bearing name.
    Generic,
    /// A plain shape under a name or beside a host that says what it is.
    #[default]
    Named,
    /// A shape of its own: a prefix, a marker, a structure. Also looked for in
    /// lock files, minified and generated files, where the others are not.
    Exact,
}

/// Reads one rule file.
///
/// # Errors
/// What toml says, with the place in `text`: a syntax error, an unknown key, a missing one.
pub fn parse(text: &str) -> Result<RuleFile, toml::de::Error> {
    RuleFile::deserialize(toml::Deserializer::parse(text)?)
}
