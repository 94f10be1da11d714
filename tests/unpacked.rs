//! What stands in packed text is found like what stands in clear: gzip, base64 in base64, hexadecimal.

use keyless::detect;
use keyless::model::{Confidence, Report, Severity};
use keyless::rule::RuleSet;
use keyless::scan::{ScanPlan, Scanner, probe};
use libdeflater::{CompressionLvl, Compressor};

fn scan(path: &str, text: &str) -> Report {
    let set = RuleSet::builtin();
    let scanner = Scanner::new(&set, detect::Options::default());
    let plan = ScanPlan { threads: 1, severity: Severity::Info, confidence: Confidence::Medium, ..ScanPlan::default() };
    probe::probe(&scanner, &plan, path, text.as_bytes())
}

fn secrets(report: &Report) -> Vec<usize> {
    report.findings.iter().filter_map(|finding| Some(finding.secret.as_ref()?.length())).collect()
}

fn gzip(text: &str) -> Vec<u8> {
    let mut compressor = Compressor::new(CompressionLvl::default());
    let mut bytes = vec![0; compressor.gzip_compress_bound(text.len())];
    let made = compressor.gzip_compress(text.as_bytes(), &mut bytes).expect("there is room for all of it");
    bytes.truncate(made);
    bytes
}

fn base64(bytes: &[u8]) -> String {
    keyless::check::base64::encode(bytes)
}

/// Two different secrets, of 40 and of 36 characters, in settings of their own.
fn settings() -> String {
    let random = |seed: u64, length: usize| {
        let mut state = seed;
        let mut next = || {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            (state >> 33) as usize
        };
        let alphabet: Vec<char> = ('a'..='z').chain('A'..='Z').chain('0'..='9').collect();
        (0..length).map(|_| alphabet[next() % alphabet.len()]).collect::<String>()
    };
    format!(
        "#cloud-config\nruncmd:\n  - export API_TOKEN={}\n  - export JWT_SECRET='{}'\n",
        random(1, 40),
        random(2, 36)
    )
}

#[test]
fn both_secrets_of_a_packed_text_are_found() {
    let text = settings();
    let packed = base64(&gzip(&text));
    for (path, text) in [
        ("user-data.yaml", text.clone()),
        ("vm.bicep", format!("var customData = '{packed}'\n")),
        ("secret.yaml", format!("data:\n  release: {}\n", base64(packed.as_bytes()))),
        ("values.yaml", format!("userData: {}\n", base64(text.as_bytes()))),
        ("dump.sql", format!("insert into t values (0x{})\n", hex(&text))),
    ] {
        let mut found = secrets(&scan(path, &text));
        found.sort_unstable();
        assert_eq!(found, [36, 40], "{path}: {text}");
    }
}

fn hex(text: &str) -> String {
    text.bytes().map(|byte| format!("{byte:02x}")).collect()
}
