#![no_main]

mod engine;
mod names;

use keyless::model::Report;
use keyless::scan::probe;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|input: &[u8]| {
    let Some((name, bytes)) = names::file(input) else { return };
    let fast = probe::probe(&engine::SCANNER, &engine::PLAN, name, bytes);
    let slow = probe::probe(&engine::SLOW, &engine::PLAN, name, bytes);
    assert_eq!(told(&fast), told(&slow), "{name}");
});

fn told(report: &Report) -> Vec<(&str, usize)> {
    report.findings.iter().map(|one| (&*one.rule.slug, one.location.start.offset as usize)).collect()
}
