#![no_main]

mod engine;
mod names;

use keyless::scan::probe;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|input: &[u8]| {
    let Some((name, bytes)) = names::file(input) else { return };
    let report = probe::probe(&engine::SCANNER, &engine::PLAN, name, bytes);
    for finding in &report.findings {
        for place in std::iter::once(&finding.location).chain(&finding.also_at) {
            assert!(place.start.offset <= place.end.offset, "{name}: {place:?}");
            assert!(place.end.offset as usize <= bytes.len().max(1), "{name}: {place:?}");
        }
    }
});
