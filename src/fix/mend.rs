//! One file, mended as far as its fixes go: rounds of choosing, applying and looking again.

use std::collections::{BTreeMap, BTreeSet};

use super::apply::{Choice, apply, choose};
use crate::model::{Applicability, Finding, Fingerprint, Fix, RepoPath, RuleId, Step};

/// Fixes uncover others, and wait for each other; more rounds than this need no file that we met.
const ROUNDS: usize = 10;

/// What looks at a text.
pub trait Eyes {
    /// What stands in it, judged as in the scan that led here.
    fn look(&self, bytes: &[u8]) -> Vec<Finding>;

    /// How many places of it cannot be parsed.
    fn faults(&self, bytes: &[u8]) -> usize;

    /// May this fix be made to it?
    fn allow(&self, fix: &Fix) -> bool;

    /// What must be done before the changed text works: the identity, and its roles.
    fn needs(&self, finding: &Finding, fix: &Fix) -> Vec<Step>;
}

/// A text after its fixes.
#[derive(Debug)]
pub struct Mended {
    /// As it would be written.
    pub bytes: Vec<u8>,
    /// In the order in which they were made.
    pub made: Vec<Made>,
    /// Fixes of the level asked for that were not made.
    pub left: Vec<Left>,
    /// What still stands in it.
    pub findings: Vec<Finding>,
}

/// A fix that was made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Made {
    /// The rule that offered it.
    pub rule: RuleId,
    /// The line of the finding, when it was made.
    pub line: u32,
    /// What it does.
    pub title: String,
    /// What it may need.
    pub applicability: Applicability,
    /// Of an unsafe one: the identity and the roles that must be there.
    pub needs: Vec<Step>,
}

/// A fix that was not made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Left {
    /// The rule that offered it.
    pub rule: RuleId,
    /// The line of the finding.
    pub line: u32,
    /// Why.
    pub why: Why,
}

/// Why a fix was not made.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Why {
    /// Who looks on does not want it.
    NotAllowed,
    /// The file would not parse any more.
    Breaks,
    /// The finding would still be there.
    NoUse,
}

/// A kind of finding of which a fix is made no second time if the first did not help.
type Key = (RuleId, Fingerprint, String);

fn key(finding: &Finding, fix: &Fix) -> Key {
    (finding.rule.clone(), finding.fingerprint, fix.title.clone())
}

/// Makes every fix that is at least as safe as asked for.
pub fn mend(path: &RepoPath, bytes: &[u8], least: Applicability, eyes: &dyn Eyes) -> Mended {
    let mut mended = Mended { bytes: bytes.to_vec(), made: Vec::new(), left: Vec::new(), findings: eyes.look(bytes) };
    let mut blocked: BTreeMap<Key, Why> = BTreeMap::new();
    for _ in 0..ROUNDS {
        let Mended { bytes, findings, .. } = &mended;
        let may = |finding: &Finding, fix: &Fix| !blocked.contains_key(&key(finding, fix)) && eyes.allow(fix);
        let chosen = choose(findings, least, &may);
        if chosen.is_empty() {
            break;
        }
        let (kept, broken) = sound(path, bytes, &chosen, eyes);
        for one in broken {
            blocked.insert(key(one.finding, one.fix), Why::Breaks);
        }
        let fixes: Vec<&Fix> = kept.iter().map(|one| one.fix).collect();
        let Some(next) = apply(path, bytes, &fixes) else { break };
        let after = eyes.look(&next);
        let keys: BTreeSet<Key> = kept.iter().map(|one| key(one.finding, one.fix)).collect();
        let useless: BTreeSet<Key> =
            keys.into_iter().filter(|key| weight(&after, key) >= weight(findings, key)).collect();
        if !useless.is_empty() {
            // Whole rounds are taken back: what one fix did not do says nothing of the others.
            blocked.extend(useless.into_iter().map(|key| (key, Why::NoUse)));
            continue;
        }
        let made: Vec<Made> = kept.iter().map(|one| told(one, eyes)).collect();
        if made.is_empty() {
            continue;
        }
        mended.made.extend(made);
        mended.bytes = next;
        mended.findings = after;
    }
    mended.left = left(&mended, least, &blocked, eyes);
    mended
}

/// How much there is of a finding: fewer of them, or less grave, is less.
fn weight(findings: &[Finding], key: &Key) -> usize {
    let same = |finding: &&Finding| finding.is_open() && finding.rule == key.0 && finding.fingerprint == key.1;
    findings.iter().filter(same).map(|finding| finding.severity as usize + 1).sum()
}

/// The fixes after which the text parses as well as before, and those that break it.
fn sound<'f>(
    path: &RepoPath,
    bytes: &[u8],
    chosen: &[Choice<'f>],
    eyes: &dyn Eyes,
) -> (Vec<Choice<'f>>, Vec<Choice<'f>>) {
    let before = eyes.faults(bytes);
    let holds = |choices: &[Choice<'f>]| {
        let fixes: Vec<&Fix> = choices.iter().map(|one| one.fix).collect();
        apply(path, bytes, &fixes).is_some_and(|next| eyes.faults(&next) <= before)
    };
    if holds(chosen) {
        return (chosen.to_vec(), Vec::new());
    }
    chosen.iter().partition(|one| holds(std::slice::from_ref(one)))
}

fn told(one: &Choice<'_>, eyes: &dyn Eyes) -> Made {
    let needs = match one.fix.applicability {
        Applicability::Safe => Vec::new(),
        Applicability::Unsafe | Applicability::Manual => eyes.needs(one.finding, one.fix),
    };
    Made {
        rule: one.finding.rule.clone(),
        line: one.finding.location.start.line,
        title: one.fix.title.clone(),
        applicability: one.fix.applicability,
        needs,
    }
}

fn left(mended: &Mended, least: Applicability, blocked: &BTreeMap<Key, Why>, eyes: &dyn Eyes) -> Vec<Left> {
    let open = mended.findings.iter().filter(|finding| finding.is_open());
    let offers = open.flat_map(|finding| finding.fixes.iter().map(move |fix| (finding, fix)));
    offers
        .filter(|(_, fix)| fix.applicability >= least)
        .filter_map(|(finding, fix)| {
            let why = match blocked.get(&key(finding, fix)) {
                Some(why) => *why,
                None if !eyes.allow(fix) => Why::NotAllowed,
                None => return None,
            };
            Some(Left { rule: finding.rule.clone(), line: finding.location.start.line, why })
        })
        .collect()
}
