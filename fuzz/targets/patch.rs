#![no_main]

mod engine;

use keyless::model::RepoPath;
use keyless::scan::Progress;
use keyless::source::Patch;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|input: &[u8]| {
    let patch = Patch::from_reader(RepoPath::new(*b"a.diff"), std::io::Cursor::new(input.to_vec()));
    let report = engine::SCANNER.scan(&engine::PLAN, &[&patch], &Progress::default()).expect("memory can be read");
    let lines = input.iter().filter(|byte| **byte == b'+').count();
    assert!(report.findings.len() <= 64 * (lines + 1), "more findings than lines can hold");
});
