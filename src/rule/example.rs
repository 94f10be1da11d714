//! Examples: texts with the exact secrets to be found in them.
//!
//! Made here, judged here, scanned by whoever calls: our own tests and
//! `keyless rules test` run the same code on them.

use std::collections::BTreeMap;

use super::sample;
use super::spec::{ExampleSpec, RuleFile};
use crate::model::{Confidence, Severity};

/// An example with its fake secrets in place.
#[derive(Clone, Debug)]
pub struct Prepared {
    /// Its name in the rule file.
    pub name: String,
    /// The file name it is scanned under.
    pub file: String,
    /// What is scanned.
    pub bytes: Vec<u8>,
    /// The exact secrets, in order.
    pub expected: Vec<String>,
    /// What it is after the fixes of its rule.
    pub fixed: Option<Vec<u8>>,
    is_lint: bool,
    spec: ExampleSpec,
    parts: BTreeMap<String, String>,
}

/// A finding of the scan, as far as examples care.
#[derive(Clone, Debug)]
pub struct Seen {
    /// Slug of the rule.
    pub rule: String,
    /// Is it a lint?
    pub is_lint: bool,
    /// The decoded value; of a lint the text it points at; empty for a finding on a file.
    pub secret: String,
    /// As reported.
    pub confidence: Confidence,
    /// As reported.
    pub severity: Severity,
    /// Names and texts.
    pub parts: Vec<(String, String)>,
}

/// Puts the samples of a rule into its examples. The same seed gives the same bytes.
///
/// # Errors
/// A placeholder without a sample, a sample that cannot be made, an unknown encoding.
pub fn prepare(slug: &str, file: &RuleFile, seed: u64) -> Result<Vec<Prepared>, String> {
    let samples = samples(slug, file, seed)?;
    file.example
        .iter()
        .map(|example| {
            let all = |name: &str| samples.get(name).cloned();
            let fill =
                |text: &str| sample::filled(text, &all).map_err(|error| format!("{slug}: {}: {error}", example.name));
            Ok(Prepared {
                name: example.name.clone(),
                file: example.file.clone(),
                bytes: encode(&fill(&example.text)?, example.encoding.as_deref())?,
                fixed: match &example.fixed {
                    Some(text) => Some(encode(&fill(text)?, example.encoding.as_deref())?),
                    None => None,
                },
                expected: example.finds.iter().map(|text| fill(text)).collect::<Result<_, _>>()?,
                parts: example
                    .parts
                    .iter()
                    .map(|(name, text)| Ok((name.clone(), fill(text)?)))
                    .collect::<Result<_, String>>()?,
                is_lint: file.code.starts_with("KL"),
                spec: example.clone(),
            })
        })
        .collect()
}

/// The fake values of a rule, by name.
///
/// # Errors
/// A sample that cannot be made.
pub fn samples(slug: &str, file: &RuleFile, seed: u64) -> Result<BTreeMap<String, String>, String> {
    let mut made: BTreeMap<String, String> = BTreeMap::new();
    // Samples may hold others: as many rounds as there are samples are enough.
    for _ in 0..=file.samples.len() {
        for (name, spec) in &file.samples {
            if made.contains_key(name) {
                continue;
            }
            let key = format!("{slug}/{name}");
            if let Ok(value) = sample::make(&key, spec, seed, &|other| made.get(other).cloned()) {
                made.insert(name.clone(), value);
            }
        }
    }
    for (name, spec) in &file.samples {
        if !made.contains_key(name) {
            let key = format!("{slug}/{name}");
            sample::make(&key, spec, seed, &|other| made.get(other).cloned())
                .map_err(|error| format!("{slug}: sample {name}: {error}"))?;
        }
    }
    Ok(made)
}

fn encode(text: &str, encoding: Option<&str>) -> Result<Vec<u8>, String> {
    let units = |order: fn(u16) -> [u8; 2], bom: bool| {
        let mark = bom.then_some('\u{feff}');
        mark.into_iter().chain(text.chars()).collect::<String>().encode_utf16().flat_map(order).collect()
    };
    match encoding {
        None | Some("utf-8") => Ok(text.as_bytes().to_vec()),
        Some("utf-8-bom") => Ok(format!("\u{feff}{text}").into_bytes()),
        Some("utf-16le") => Ok(units(u16::to_le_bytes, false)),
        Some("utf-16le-bom") => Ok(units(u16::to_le_bytes, true)),
        Some("utf-16be") => Ok(units(u16::to_be_bytes, false)),
        Some("utf-16be-bom") => Ok(units(u16::to_be_bytes, true)),
        Some(other) => Err(format!("`{other}` is not an encoding; try utf-16le-bom")),
    }
}

impl Prepared {
    /// What is wrong with the findings of this example; empty if all is well. `others` are
    /// slugs that may fire as well.
    pub fn judge(&self, slug: &str, seen: &[Seen], others: &[impl AsRef<str>]) -> Vec<String> {
        let mut wrong = Vec::new();
        let own: Vec<&Seen> = seen.iter().filter(|one| one.rule == slug).collect();
        let found: Vec<&str> = own.iter().map(|one| one.secret.as_str()).collect();
        for expected in &self.expected {
            if !found.contains(&expected.as_str()) {
                let seen = seen.iter().filter(|one| one.is_lint == self.is_lint).collect::<Vec<_>>();
                let similar = seen.iter().find(|one| one.secret.contains(expected) || expected.contains(&one.secret));
                wrong.push(match similar {
                    Some(other) if others.iter().any(|allowed| allowed.as_ref() == other.rule) => continue,
                    Some(other) if other.rule != slug => format!("missing: {} found it instead", other.rule),
                    Some(other) => {
                        format!("wrong secret: found {} characters, not {}", other.secret.len(), expected.len())
                    }
                    None => "missing: not found".to_owned(),
                });
            }
        }
        let (wanted, got) = (self.expected.len(), own.len());
        if self.is_lint && wrong.is_empty() && wanted != got {
            wrong.push(format!("found {got} times, not {wanted}"));
        }
        for one in &own {
            if !self.expected.contains(&one.secret) {
                wrong.push(format!("noisy: found {} characters that are not expected", one.secret.chars().count()));
            }
        }
        // A secret and the lint about the code that holds it are two findings by design.
        for one in seen.iter().filter(|one| one.rule != slug && one.is_lint == self.is_lint) {
            if !others.iter().any(|other| other.as_ref() == one.rule) {
                wrong.push(format!("noisy: {} fires too and is not named in `overlaps`", one.rule));
            }
        }
        self.details(own.first().copied(), &mut wrong);
        wrong
    }

    fn details(&self, first: Option<&Seen>, wrong: &mut Vec<String>) {
        let Some(first) = first else { return };
        if let Some(least) = self.spec.confidence
            && first.confidence < least.into()
        {
            wrong.push(format!("confidence is {}", first.confidence.as_str()));
        }
        if let Some(severity) = self.spec.severity
            && first.severity != severity.into()
        {
            wrong.push(format!("severity is {}", first.severity.as_str()));
        }
        for (name, text) in &self.parts {
            match first.parts.iter().find(|(known, _)| known == name) {
                None => wrong.push(format!("part {name} is missing")),
                Some((_, other)) if other != text => wrong.push(format!("part {name} is `{other}`, not `{text}`")),
                Some(_) => {}
            }
        }
    }
}
