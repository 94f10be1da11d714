//! Offline proof and refutation: checksums, structure, dates, placeholders.
//!
//! Every check is a pure function of bytes. None of them decides whether a finding
//! is reported: it says what it knows, and `detect` draws the conclusion.

pub mod aws;
pub mod base32_pat;
pub mod base64;
pub mod basic;
pub mod bech32;
pub mod cask;
pub mod certificate;
pub mod class;
pub mod crc;
pub mod decoy;
pub mod entra;
pub mod entropy;
pub mod guid;
pub mod his;
pub mod host;
pub mod jwt;
pub mod known;
pub mod marvin32;
pub mod mnemonic;
pub mod nkey;
pub mod password;
pub mod pem;
pub mod percent;
pub mod pfx;
pub mod placeholder;
pub mod reference;
pub mod refresh_token;
pub mod repetition;
pub mod sas;
pub mod shape;
pub mod suffix;
pub mod words;

use std::borrow::Cow;

use crate::model::Severity;

pub use class::{Class, classify};

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

    /// See [`Outcome::Proved`].
    pub fn proved(detail: impl Into<Cow<'static, str>>) -> Self {
        Self::new(Outcome::Proved, detail)
    }

    /// See [`Outcome::Plausible`].
    pub fn plausible(detail: impl Into<Cow<'static, str>>) -> Self {
        Self::new(Outcome::Plausible, detail)
    }

    /// See [`Outcome::Doubtful`].
    pub fn doubtful(detail: impl Into<Cow<'static, str>>) -> Self {
        Self::new(Outcome::Doubtful, detail)
    }

    /// See [`Outcome::Refuted`].
    pub fn refuted(detail: impl Into<Cow<'static, str>>) -> Self {
        Self::new(Outcome::Refuted, detail)
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
