//! One secret, several rules: the most telling one names it, the others are told.
//!
//! Lints do not compete with secrets, nor with each other unless one says that it yields.

use crate::model::{Effect, Reason};
use crate::rule::RuleSet;
use crate::rule::spec::Shape;

use super::Detected;

/// Leaves one finding for each run of overlapping secrets. Sorted by place.
pub(super) fn settle(all: Vec<Detected>, rules: &RuleSet) -> Vec<Detected> {
    let (lints, mut all): (Vec<_>, Vec<_>) = all.into_iter().partition(|one| one.lint.is_some());
    all.sort_by_key(|one| (place(one), one.packed, one.rule));
    let mut settled: Vec<Detected> = Vec::with_capacity(all.len());
    // The end of the run so far: a long secret may overlap several short ones.
    let mut run_end = 0;
    for one in all {
        let (start, end) = place(&one);
        match settled.last_mut() {
            Some(last) if start < run_end && !apart(last, &one) => {
                let best = std::mem::replace(last, one.clone());
                *last = better(best, one, rules);
                run_end = run_end.max(end);
            }
            _ => {
                run_end = end;
                settled.push(one);
            }
        }
    }
    settled.extend(settle_lints(lints, rules));
    settled.sort_by_key(|one| (place(one), one.packed, one.rule));
    settled
}

/// Two places of one packed text that do not overlap, though all of it leads back to one place?
fn apart(a: &Detected, b: &Detected) -> bool {
    match (a.packed, b.packed) {
        (Some((one, a)), Some((other, b))) => one == other && (a.end <= b.start || b.end <= a.start),
        _ => false,
    }
}

/// Each lint once a place, and none that yields to another whose code overlaps its own.
fn settle_lints(mut lints: Vec<Detected>, rules: &RuleSet) -> Vec<Detected> {
    lints.sort_by_key(|one| (place(one), one.rule));
    lints.dedup_by(|later, first| later.rule == first.rule && later.whole.overlaps(first.whole));
    let code = |one: &Detected| one.lint.map_or(0..0, |places| places.code.range());
    let claims: Vec<_> = lints.iter().map(|one| (one.rule, code(one))).collect();
    lints.retain(|one| {
        let (spec, own) = (rules.get(one.rule).spec(), code(one));
        !claims.iter().any(|(rule, other)| {
            other.start < own.end
                && own.start < other.end
                && spec.yields_to.iter().any(|slug| *slug == rules.get(*rule).spec().slug)
        })
    });
    lints
}

fn place(one: &Detected) -> (usize, usize) {
    let span = one.span.unwrap_or(one.whole);
    (span.start(), span.end())
}

/// The winner of two, with what the loser knew.
fn better(a: Detected, b: Detected, rules: &RuleSet) -> Detected {
    let (mut winner, loser) = if prefers(&b, &a, rules) { (b, a) } else { (a, b) };
    if loser.rule != winner.rule {
        let named = &rules.get(loser.rule).spec().slug;
        winner.because.push(Reason {
            gate: "overlap".to_owned(),
            effect: Effect::Passed,
            detail: format!("also found by {named}"),
        });
        if rules.get(loser.rule).spec().shape != Shape::Generic {
            winner.confidence = winner.confidence.max(loser.confidence);
        }
    }
    for part in loser.parts {
        if !winner.parts.iter().any(|(name, ..)| *name == part.0) {
            winner.parts.push(part);
        }
    }
    winner
}

/// Is `a` to be preferred to `b`? Decided by what the rules say of each other, then by
/// proof, shape, confidence, how much was learned, how it was read, and last by slug, so that it never
/// depends on the order in which they were found.
fn prefers(a: &Detected, b: &Detected, rules: &RuleSet) -> bool {
    let (rule_a, rule_b) = (rules.get(a.rule).spec(), rules.get(b.rule).spec());
    let yields = |one: &crate::rule::spec::RuleSpec, other: &str| one.yields_to.iter().any(|slug| slug == other);
    if yields(rule_b, &rule_a.slug) != yields(rule_a, &rule_b.slug) {
        return yields(rule_b, &rule_a.slug);
    }
    let rank = |one: &Detected, shape: Shape| {
        (one.proved, shape, one.confidence, one.parts.len(), one.severity, one.whole_text)
    };
    let (rank_a, rank_b) = (rank(a, rule_a.shape), rank(b, rule_b.shape));
    rank_a > rank_b || (rank_a == rank_b && rule_a.slug < rule_b.slug)
}
