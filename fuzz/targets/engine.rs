//! The scanner that the fuzzers share, with the lowest thresholds, made once.

use std::sync::LazyLock;

use keyless::model::{Confidence, Severity};
use keyless::rule::RuleSet;
use keyless::scan::{ScanPlan, Scanner};

pub static PLAN: LazyLock<ScanPlan> = LazyLock::new(|| ScanPlan {
    threads: 1,
    severity: Severity::Info,
    confidence: Confidence::Low,
    ..ScanPlan::default()
});

static RULES: LazyLock<RuleSet> = LazyLock::new(RuleSet::builtin);

pub static SCANNER: LazyLock<Scanner<'static>> = LazyLock::new(|| Scanner::new(&RULES, PLAN.detect.clone()));

/// Every matcher on the whole text.
#[allow(dead_code, reason = "one of the targets asks for it")]
pub static SLOW: LazyLock<Scanner<'static>> = LazyLock::new(|| {
    let options = keyless::detect::Options { without_prefilter: true, ..PLAN.detect.clone() };
    Scanner::new(&RULES, options)
});
