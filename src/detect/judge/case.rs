//! A match on its way through the gates: what each of them made of it.

use std::borrow::Cow;

use crate::check::{Checked, Outcome};
use crate::model::{Confidence, Effect, Reason, Severity};

/// A match on its way through the gates.
pub(in crate::detect) struct Case {
    pub(in crate::detect) severity: Severity,
    pub(super) confidence: Confidence,
    /// A literal that stands for a secret to come.
    pub(in crate::detect) placeholder: bool,
    pub(super) proved: bool,
    pub(super) because: Vec<Reason>,
    /// What the check said that ended it.
    pub(super) refused: Option<Cow<'static, str>>,
    pub(in crate::detect) parts: Vec<(String, String, Option<crate::model::Span>)>,
}

/// The gate that ended a match.
pub(in crate::detect) struct Ended(pub(in crate::detect) &'static str);

impl Case {
    /// Another severity, and why.
    pub(in crate::detect) fn step(&mut self, severity: Severity, gate: &str, detail: impl Into<String>) {
        let effect = if severity > self.severity { Effect::Raised } else { Effect::Lowered };
        self.severity = severity;
        self.reason(gate, effect, detail);
    }

    pub(in crate::detect) fn reason(&mut self, gate: &str, effect: Effect, detail: impl Into<String>) {
        self.because.push(Reason { gate: gate.to_owned(), effect, detail: detail.into() });
    }

    pub(in crate::detect) fn lower(&mut self, gate: &str, detail: impl Into<String>) {
        if !self.proved
            && let Some(lower) = self.confidence.lower()
        {
            self.confidence = lower;
            self.reason(gate, Effect::Lowered, detail);
        }
    }

    pub(super) fn take(&mut self, gate: &'static str, checked: Checked) -> Result<(), Ended> {
        match checked.outcome {
            Outcome::Refuted => {
                self.refused = Some(checked.detail);
                return Err(Ended(gate));
            }
            Outcome::Doubtful => self.lower(gate, checked.detail),
            Outcome::Plausible => self.reason(gate, Effect::Passed, checked.detail),
            Outcome::Proved => {
                self.proved = true;
                self.confidence = Confidence::High;
                self.reason(gate, Effect::Proved, checked.detail);
            }
        }
        if let Some(severity) = checked.severity {
            self.severity = severity;
        }
        for (name, value) in checked.parts {
            self.part(name.to_owned(), value, None);
        }
        Ok(())
    }

    pub(in crate::detect) fn part(&mut self, name: String, value: String, span: Option<crate::model::Span>) {
        if !value.is_empty() && !self.parts.iter().any(|(known, ..)| *known == name) {
            self.parts.push((name, value, span));
        }
    }
}
