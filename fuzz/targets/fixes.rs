#![no_main]

mod engine;
mod names;

use keyless::fix;
use keyless::model::{Applicability, RepoPath};
use keyless::scan::probe::Probe;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|input: &[u8]| {
    let Some((name, bytes)) = names::file(input) else { return };
    let path = RepoPath::new(name.as_bytes());
    let eyes = Probe { scanner: &engine::SCANNER, plan: &engine::PLAN, path: &path, only: None };
    let mended = fix::mend(&path, bytes, Applicability::Unsafe, &eyes);
    let again = fix::mend(&path, &mended.bytes, Applicability::Unsafe, &eyes);
    assert_eq!(again.bytes, mended.bytes, "{name}");
});
