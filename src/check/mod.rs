//! Offline proof and refutation: checksums, structure, dates, placeholders.
//!
//! Every check is a pure function of bytes. None of them decides whether a finding
//! is reported: it says what it knows, and `detect` draws the conclusion.

use std::borrow::Cow;

use crate::model::Severity;

/// What a check says of a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// It can hardly be anything else: confidence becomes high.
    Proved,
    /// Nothing against it.
    Plausible,
    /// Something against it: one confidence less.
    Doubtful,
    /// It is not what the rule looks for: dropped, and counted.
    Refuted,
}

/// The outcome, with what was learned on the way.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Checked {
    /// The verdict.
    pub outcome: Outcome,
    /// In a few words, never with the value: `storage key, checksum holds`.
    pub detail: Cow<'static, str>,
    /// The severity, where the value itself tells it: the role of a key, an expiry that has passed.
    pub severity: Option<Severity>,
    /// What the value tells of itself, none of it secret: `("expires", "2027-01-01")`, `("role", "manage")`,
    /// `("tenant", …)`, `("created", "2026-05")`.
    pub parts: Vec<(&'static str, String)>,
}

impl Checked {
    /// An outcome and its reason, nothing else learned.
    pub fn new(outcome: Outcome, detail: impl Into<Cow<'static, str>>) -> Self {
        Self { outcome, detail: detail.into(), severity: None, parts: Vec::new() }
    }

    /// With a severity of its own.
    #[must_use]
    pub fn severity(mut self, severity: Severity) -> Self {
        self.severity = Some(severity);
        self
    }

    /// With one more thing learned.
    #[must_use]
    pub fn part(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.parts.push((name, value.into()));
        self
    }
}
