//! Connection strings, parsed about one of their secret keys.

use crate::detect::anchors::Hit;
use crate::detect::{Match, Piece};
use crate::document::connection::{self, Connection};
use crate::document::layer::{LayerId, LayerSpan};
use crate::rule::RuleIndex;
use crate::rule::spec::ConnectionSpec;

use super::regex::LazyPattern;

/// One `[[match.connection]]`.
#[derive(Debug)]
pub(in crate::detect) struct ConnectionMatcher<'r> {
    rule: RuleIndex,
    spec: &'r ConnectionSpec,
    value: Option<LazyPattern>,
    conditions: Vec<LazyPattern>,
}

impl<'r> ConnectionMatcher<'r> {
    pub(in crate::detect) fn new(rule: RuleIndex, spec: &'r ConnectionSpec) -> Self {
        let value = spec.value.as_deref().map(LazyPattern::whole);
        let conditions = spec.conditions.iter().map(|pair| LazyPattern::new(&format!("(?i){}", pair.is))).collect();
        Self { rule, spec, value, conditions }
    }

    fn to_match(&self, text: &[u8], layer: LayerId, parsed: &Connection) -> Option<Match> {
        let secret = self.spec.secret.iter().find_map(|key| parsed.get(key))?;
        let has = |key: &str| parsed.get(key).is_some_and(|value| !value.is_empty());
        if secret.is_empty()
            || (!self.spec.needs.is_empty() && !self.spec.needs.iter().any(|key| has(key)))
            || self.spec.without.iter().any(|key| has(key))
            || !self.conditions_hold(text, parsed)
            || self.value.as_ref().is_some_and(|pattern| !pattern.get().is_match(&text[secret.range()]))
        {
            return None;
        }
        let mut found = Match::new(self.rule, layer, parsed.whole);
        found.secret = Some(secret);
        found.shaped = self.value.is_some();
        found.confidence = self.spec.confidence;
        found.quoted = true;
        for pair in self.spec.parts.iter() {
            if let Some(value) = parsed.get(&pair.key).filter(|value| !value.is_empty()) {
                found.parts.push(Piece { name: pair.is.clone(), span: value });
            }
        }
        Some(found)
    }

    fn conditions_hold(&self, text: &[u8], parsed: &Connection) -> bool {
        self.spec.conditions.iter().zip(&self.conditions).all(|(pair, pattern)| {
            parsed.get(&pair.key).is_some_and(|value| pattern.get().is_match(&text[value.range()]))
        })
    }
}

/// Parses each string once and offers it to every matcher.
pub(in crate::detect) fn run(
    matchers: &[ConnectionMatcher<'_>],
    text: &[u8],
    layer: LayerId,
    hits: &[Hit],
    out: &mut Vec<Match>,
) {
    let mut done: Option<LayerSpan> = None;
    for hit in hits {
        let inside = done.is_some_and(|whole| whole.range().contains(&(hit.start as usize)));
        if inside || !is_a_key(text, hit) {
            continue;
        }
        let Some(parsed) = connection::parse(text, hit.start as usize) else { continue };
        out.extend(matchers.iter().filter_map(|matcher| matcher.to_match(text, layer, &parsed)));
        done = Some(parsed.whole);
    }
}

/// Does `=` follow the word, and no letter stand before it?
fn is_a_key(text: &[u8], hit: &Hit) -> bool {
    let before = hit.start.checked_sub(1).map(|at| text[at as usize]);
    let after = text[hit.end as usize..].iter().find(|byte| !matches!(byte, b' ' | b'\t'));
    after == Some(&b'=') && !before.is_some_and(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
}
