//! Every example of every rule is a test of its own: `azure-storage-account-key::app settings`.
//!
//! They run through the code behind `keyless rules test`. Beside them stands what must
//! hold for a rule as a whole: enough examples, anchors that hide nothing, proofs that
//! one changed character loses.

use std::ops::Range;
use std::path::Path;
use std::process::ExitCode;
use std::sync::Arc;

use keyless::detect;
use keyless::fix;
use keyless::model::{Confidence, Effect, Finding, Reason, RepoPath, Severity};
use keyless::rule::RuleSet;
use keyless::rule::example::{self, Prepared};
use keyless::rule::load::{self, Loaded};
use keyless::scan::probe::Probe;
use keyless::scan::{ScanPlan, Scanner, probe};
use libtest_mimic::{Arguments, Failed, Trial};

/// Seeds for `--ignored`: every sample is made anew that often.
const MANY: u64 = 200;

fn main() -> ExitCode {
    let args = Arguments::from_args();
    let dir = Path::new(env!("CARGO_MANIFEST_DIR")).join("rules");
    let loaded = load::directory(&dir).expect("the build script read the same files");
    // Every trial shares them, to the end of the process: making them ready costs more than an example.
    let set: &'static RuleSet = Box::leak(Box::new(RuleSet::from_rules(loaded.iter().map(Loaded::rule).collect())));
    let scanner: &'static Scanner<'_> = Box::leak(Box::new(Scanner::new(set, detect::Options::default())));
    let (mut trials, mut all) = (Vec::new(), Vec::new());
    for rule in loaded {
        let rule = Arc::new(rule);
        trials.extend(examples(&rule, scanner));
        trials.extend(properties(&rule, scanner));
        trials.extend(fixes(&rule, scanner));
        all.push(rule);
    }
    trials.push(windows_of_generated_texts(all, set, scanner));
    libtest_mimic::run(&args, trials).exit_code()
}

fn audit() -> ScanPlan {
    ScanPlan { threads: 1, severity: Severity::Info, confidence: Confidence::Low, ..ScanPlan::default() }
}

fn gate() -> ScanPlan {
    ScanPlan { threads: 1, severity: Severity::Info, ..ScanPlan::default() }
}

fn examples(rule: &Arc<Loaded>, scanner: &'static Scanner<'static>) -> Vec<Trial> {
    rule.file
        .example
        .iter()
        .enumerate()
        .map(|(index, spec)| {
            let rule = Arc::clone(rule);
            Trial::test(format!("{}::{}", rule.slug, spec.name), move || {
                run(&rule, scanner, index, 0, &plan_of(&rule, index))
            })
        })
        .collect()
}

/// What an example is after the fixes of its rule.
fn fixes(rule: &Arc<Loaded>, scanner: &'static Scanner<'static>) -> Vec<Trial> {
    let shown = rule.file.example.iter().enumerate().filter(|(_, example)| example.fixed.is_some());
    shown
        .map(|(index, spec)| {
            let rule = Arc::clone(rule);
            Trial::test(format!("{}::{}, fixed", rule.slug, spec.name), move || {
                let prepared = prepared(&rule, index, 0)?;
                let (path, plan) = (RepoPath::new(prepared.file.as_bytes()), audit());
                let eyes = Probe { scanner, plan: &plan, path: &path, only: Some(&rule.slug) };
                let wrong = fix::example::judge(&prepared, &rule.slug, &eyes);
                if wrong.is_empty() { Ok(()) } else { Err(wrong.join("\n").into()) }
            })
        })
        .collect()
}

/// A negative example must be quiet in an audit too; a positive one is looked for where its confidence is shown.
fn plan_of(rule: &Loaded, index: usize) -> ScanPlan {
    use keyless::rule::spec::Sureness;
    let example = &rule.file.example[index];
    let low = example.confidence == Some(Sureness::Low) || rule.file.confidence == Sureness::Low;
    if example.finds.is_empty() || low { audit() } else { gate() }
}

fn prepared(rule: &Loaded, index: usize, seed: u64) -> Result<Prepared, Failed> {
    let mut all = example::prepare(&rule.slug, &rule.file, seed)?;
    Ok(all.swap_remove(index))
}

fn run(rule: &Loaded, scanner: &Scanner<'_>, index: usize, seed: u64, plan: &ScanPlan) -> Result<(), Failed> {
    let prepared = prepared(rule, index, seed)?;
    let report = probe::probe(scanner, plan, &prepared.file, &prepared.bytes);
    let wrong = prepared.judge(&rule.slug, &probe::seen(&report), &rule.file.overlaps);
    if wrong.is_empty() {
        return Ok(());
    }
    let text = String::from_utf8_lossy(&prepared.bytes).into_owned();
    Err(format!("seed {seed}: {}\n{text}\nrefuted: {:?}", wrong.join("\n"), report.stats.refuted).into())
}

fn properties(rule: &Arc<Loaded>, scanner: &'static Scanner<'static>) -> Vec<Trial> {
    let named = |what: &str, test: fn(&Loaded, &Scanner<'_>) -> Result<(), Failed>| {
        let rule = Arc::clone(rule);
        Trial::test(format!("{}::{what}", rule.slug), move || test(&rule, scanner))
    };
    vec![
        named("has three positive and three negative examples", enough_examples),
        named("is found the same without the prefilter", anchors_hide_nothing),
        named("is proved no more with one character changed", changes_lose_the_proof),
        named("finds fresh samples", many_seeds).with_ignored_flag(true),
    ]
}

fn enough_examples(rule: &Loaded, _: &Scanner<'_>) -> Result<(), Failed> {
    let positive = rule.file.example.iter().filter(|example| !example.finds.is_empty()).count();
    let negative = rule.file.example.len() - positive;
    let on_files = rule.file.matchers.regex.is_empty() && !rule.file.matchers.path.is_empty();
    if on_files || (positive >= 3 && negative >= 3) {
        return Ok(());
    }
    Err(format!("{positive} positive and {negative} negative examples").into())
}

/// The rule alone finds the same with and without anchors: with all the others, every pattern of theirs
/// would be compiled and run over every byte.
fn anchors_hide_nothing(rule: &Loaded, _: &Scanner<'_>) -> Result<(), Failed> {
    let alone = RuleSet::from_rules(vec![rule.rule()]);
    let with = Scanner::new(&alone, detect::Options::default());
    let without = Scanner::new(&alone, detect::Options { without_prefilter: true, ..detect::Options::default() });
    for prepared in example::prepare(&rule.slug, &rule.file, 0)? {
        let found = |scanner| probe::seen(&probe::probe(scanner, &audit(), &prepared.file, &prepared.bytes));
        let (with, without) = (found(&with), found(&without));
        if format!("{with:?}") != format!("{without:?}") {
            return Err(format!("{}: {with:?} with anchors, {without:?} without", prepared.name).into());
        }
    }
    Ok(())
}

/// Checks that prove by a checksum, and not by a structure that a changed character leaves whole.
const CHECKSUMS: [&str; 8] = ["his-v1", "cask", "entra-secret", "devops-pat", "crc", "bech32", "mnemonic", "nkey"];

fn changes_lose_the_proof(rule: &Loaded, scanner: &Scanner<'_>) -> Result<(), Failed> {
    for index in 0..rule.file.example.len() {
        let whole = prepared(rule, index, 0)?;
        for (from, to) in proved(scanner, &whole.file, &whole.bytes) {
            for at in [from + (to - from) / 3, from + (to - from) / 2] {
                let Some(changed) = with_another_character(&whole.bytes, at..to) else { continue };
                let still = proved(scanner, &whole.file, &changed);
                if still.iter().any(|&(start, end)| start < to && from < end) {
                    let text = String::from_utf8_lossy(&changed).into_owned();
                    return Err(format!("{}: still proved\n{text}", whole.name).into());
                }
            }
        }
    }
    Ok(())
}

/// The places of what a checksum proves.
fn proved(scanner: &Scanner<'_>, file: &str, bytes: &[u8]) -> Vec<(usize, usize)> {
    let report = probe::probe(scanner, &audit(), file, bytes);
    let sure = |reason: &Reason| reason.effect == Effect::Proved && CHECKSUMS.contains(&reason.gate.as_str());
    let of = |finding: &Finding| (finding.location.start.offset as usize, finding.location.end.offset as usize);
    report.findings.iter().filter(|finding| finding.because.iter().any(sure)).map(of).collect()
}

/// The next letter or digit within the range becomes its neighbour in the alphabet.
fn with_another_character(bytes: &[u8], range: Range<usize>) -> Option<Vec<u8>> {
    let at = range.clone().find(|&at| bytes[at].is_ascii_alphanumeric())?;
    let mut changed = bytes.to_vec();
    changed[at] = match bytes[at] {
        b'9' => b'2',
        b'z' => b'a',
        b'Z' => b'A',
        byte => byte + 1,
    };
    Some(changed)
}

fn many_seeds(rule: &Loaded, scanner: &Scanner<'_>) -> Result<(), Failed> {
    for seed in 1..=MANY {
        for index in 0..rule.file.example.len() {
            run(rule, scanner, index, seed, &plan_of(rule, index))?;
        }
    }
    Ok(())
}

/// Generated texts of so many pieces.
const TEXTS: u64 = 10;
const PIECES: usize = 12;

/// Pieces of examples of all rules, cut and joined at random: what a search of the whole text finds, the search
/// about anchors finds as well. It may find more: a match about an anchor is not hidden by one that begins before.
fn windows_of_generated_texts(
    all: Vec<Arc<Loaded>>,
    set: &'static RuleSet,
    scanner: &'static Scanner<'static>,
) -> Trial {
    Trial::test("all rules::windows find in generated texts what a search of everything finds", move || {
        let everywhere = Scanner::new(set, detect::Options { without_prefilter: true, ..detect::Options::default() });
        for seed in 1..=TEXTS {
            let text = generated(&all, seed)?;
            let found = |scanner: &Scanner<'_>| -> Vec<(String, String)> {
                let seen = probe::seen(&probe::probe(scanner, &audit(), "generated.txt", &text));
                seen.into_iter().filter(|one| !one.is_lint).map(|one| (one.secret, one.rule)).collect()
            };
            let (windows, whole) = (found(scanner), found(&everywhere));
            if let Some((_, rule)) = whole.iter().find(|one| !windows.contains(one)) {
                let text = String::from_utf8_lossy(&text).into_owned();
                return Err(format!("seed {seed}: {rule} is found only by a search of the whole text\n{text}").into());
            }
        }
        Ok(())
    })
}

fn generated(all: &[Arc<Loaded>], seed: u64) -> Result<Vec<u8>, Failed> {
    let mut state = seed.wrapping_mul(0x9E37_79B9_7F4A_7C15);
    let mut below = |limit: usize| {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        (state % limit.max(1) as u64) as usize
    };
    let mut text = Vec::new();
    for _ in 0..PIECES {
        let rule = &all[below(all.len())];
        let bytes = prepared(rule, below(rule.file.example.len()), seed)?.bytes;
        // Two in three whole, the others without their beginning or end.
        let (from, to) = match below(6) {
            0 => (below(bytes.len()), bytes.len()),
            1 => (0, below(bytes.len())),
            _ => (0, bytes.len()),
        };
        text.extend_from_slice(&bytes[from..to]);
        text.extend_from_slice([&b"\n"[..], b" ", b"", b"\r\n\r\n"][below(4)]);
    }
    Ok(text)
}
