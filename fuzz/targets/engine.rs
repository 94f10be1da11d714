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

pub static RULES: LazyLock<RuleSet> = LazyLock::new(RuleSet::builtin);

pub static SCANNER: LazyLock<Scanner<'static>> = LazyLock::new(|| Scanner::new(&RULES, PLAN.detect.clone()));
