//! What to do about a finding, and the changes we can make ourselves.

use serde::Serialize;

use super::span::{LineCol, Span};

/// Steps towards having no secret, in the order to carry them out.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Remedy {
    /// What it achieves: `revoke the leaked value`, `use a managed identity`.
    pub title: String,
    /// Why this one was chosen: the evidence, by file.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub because: Option<String>,
    /// In order.
    pub steps: Vec<Step>,
    /// A secret remains at the end of it: no identity is known to the other side.
    #[serde(skip)]
    pub still_secret: bool,
    /// It asks where the code runs, instead of saying what to do there.
    #[serde(skip)]
    pub asks: bool,
}

/// When a step's turn comes, in the order that keeps production running: nobody is
/// locked out before the new way works, and no key stays open after it does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, serde::Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "lowercase")]
pub enum Phase {
    /// Make the identity.
    Identity,
    /// Let the resource take identities beside its keys.
    Prepare,
    /// Give it its role.
    Grant,
    /// Change code and configuration.
    Change,
    /// See that the new way works.
    Verify,
    /// Make the leaked value worthless.
    Revoke,
    /// Switch the way with keys off.
    Disable,
    /// Take what is left out of files, stores and history.
    Clean,
    /// Look for abuse, and go on looking.
    Watch,
}

impl Phase {
    /// All, in their order.
    pub const ALL: [Self; 9] = [
        Self::Identity,
        Self::Prepare,
        Self::Grant,
        Self::Change,
        Self::Verify,
        Self::Revoke,
        Self::Disable,
        Self::Clean,
        Self::Watch,
    ];
}

/// One step.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Step {
    /// When its turn comes in a plan.
    pub phase: Phase,
    /// What to do, one sentence without a full stop.
    pub text: String,
    /// A command to run, with `<placeholders>` for what we do not know. Never run by us.
    pub command: Option<String>,
}

/// A change to a file, whole or not at all.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Fix {
    /// What it does.
    pub title: String,
    /// When it may be applied.
    pub applicability: Applicability,
    /// Sorted, none overlapping.
    pub edits: Vec<Edit>,
    /// What else it relies on: packages.
    #[serde(skip)]
    pub needs: Vec<String>,
    /// Roles that the change relies on, by id; empty: those of the remedy.
    #[serde(skip)]
    pub grant: Vec<String>,
    /// Made alone of its kind, before the file is looked at again.
    #[serde(skip)]
    pub once: bool,
    /// Secrets in the lines that it changes, or right above or below them: no output may show these bytes.
    #[serde(skip)]
    pub beside: Vec<Span>,
    /// The code signs in as the managed identity of Azure compute: of no use anywhere else.
    #[serde(skip)]
    pub on_host: bool,
    /// The same for code that runs elsewhere.
    #[serde(skip)]
    pub elsewhere: Vec<Elsewhere>,
    /// What it changes, as a diff without its header, where an output asked for it.
    #[serde(skip)]
    pub diff: Option<String>,
}

/// A change for code that runs on one of these platforms.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Elsewhere {
    /// By name: `aks`.
    pub platforms: Vec<String>,
    /// What to do there.
    pub fix: Fix,
}

impl Fix {
    /// The change that fits where the code runs; `None` if no identity of a host is there.
    pub fn at(mut self, platform: &str, has_host_identity: bool) -> Option<Self> {
        let elsewhere = std::mem::take(&mut self.elsewhere);
        let of = |one: &Elsewhere| one.platforms.iter().any(|name| name == platform);
        match elsewhere.into_iter().find(of) {
            Some(one) => Some(one.fix),
            None => (!self.on_host || has_host_identity).then_some(self),
        }
    }
}

/// One replacement. Nothing between start and end: an insertion.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Edit {
    /// The first byte that goes, in the blob.
    pub start: LineCol,
    /// The byte after the last one that goes.
    pub end: LineCol,
    /// What comes, with the line ends of the file.
    pub content: String,
}

/// Ordered: a fix applies when its level is at least the one asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "lowercase")]
pub enum Applicability {
    /// Shown, never written.
    Manual,
    /// Complete, but needs an identity and a role at run time.
    Unsafe,
    /// Cannot change what the program can reach.
    Safe,
}
