#![no_main]

mod engine;
mod names;

use std::sync::LazyLock;

use keyless::detect::Options;
use keyless::model::Report;
use keyless::scan::{Scanner, probe};
use libfuzzer_sys::fuzz_target;

/// Every matcher on the whole text.
static SLOW: LazyLock<Scanner<'static>> =
    LazyLock::new(|| Scanner::new(&engine::RULES, Options { without_prefilter: true, ..engine::PLAN.detect.clone() }));

fuzz_target!(|input: &[u8]| {
    let Some((name, bytes)) = names::file(input) else { return };
    let fast = probe::probe(&engine::SCANNER, &engine::PLAN, name, bytes);
    let slow = probe::probe(&SLOW, &engine::PLAN, name, bytes);
    assert_eq!(told(&fast), told(&slow), "{name}");
});

fn told(report: &Report) -> Vec<(&str, usize)> {
    report.findings.iter().map(|one| (&*one.rule.slug, one.location.start.offset as usize)).collect()
}
