//! Parts of the engine, each in MB a second: `cargo bench --bench parts [WORD]`.
//!
//! The filter stands beside aho-corasick on the same anchors; detection runs on text
//! with nothing to find, with many findings, on one huge line and on minified code.
//! Texts are made of this project's own sources. Medians of seven; compare only
//! within one run.

#![allow(clippy::print_stdout, reason = "that is how a benchmark speaks")]

use std::fs;
use std::hint::black_box;
use std::path::Path;
use std::time::Instant;

use aho_corasick::{AhoCorasick, AhoCorasickKind};
use keyless::detect::{Buffers, Detector, Options};
use keyless::document::Document;
use keyless::model::{RepoPath, Stats};
use keyless::rule::{RuleSet, anchors};

const TIMES: usize = 7;

fn main() {
    let wanted: Vec<String> = std::env::args().skip(1).filter(|word| !word.starts_with('-')).collect();
    let rules = RuleSet::builtin();
    let detector = Detector::new(&rules, Options::default());
    let source = own_sources();
    let one_line: Vec<u8> = source.iter().map(|&byte| if byte == b'\n' { b' ' } else { byte }).collect();
    let minified: Vec<u8> = source.iter().copied().filter(|byte| !byte.is_ascii_whitespace()).collect();
    // keyless:ignore[generic-secret] -- made up for this
    let findings = "password = \"Zebra-Lamp-77-Quartz\"\ntoken: q8Zr2LmX0vB4nT6wY1kD9sHa\n".repeat(2_000).into_bytes();

    let mut hits = Vec::new();
    let run = |name: &str, bytes: &[u8], work: &mut dyn FnMut(&[u8])| {
        if wanted.is_empty() || wanted.iter().any(|word| name.contains(word.as_str())) {
            measure(name, bytes, work);
        }
    };
    run("filter", &source, &mut |text| {
        detector.hits(text, 0..text.len(), keyless::detect::AnchorScope::All, &mut hits);
        black_box(hits.len());
    });
    let automaton = oracle(&rules);
    run("filter: aho-corasick, DFA", &source, &mut |text| {
        black_box(automaton.find_overlapping_iter(text).count());
    });
    for (name, text, path) in [
        ("detect: source", &source, "main.rs"),
        ("detect: many findings", &findings, "settings.txt"),
        ("detect: one line", &one_line, "all.rs"),
        ("detect: minified", &minified, "all.min.js"),
    ] {
        let path = RepoPath::new(path.as_bytes());
        let mut buffers = Buffers::default();
        run(name, text, &mut |text| {
            let mut document = Document::open(text, &path).text().expect("it is text");
            black_box(detector.detect(&mut document, &path, &mut buffers, &mut Stats::default()));
        });
    }
    run("start: rules and detector", b"x", &mut |_| {
        let rules = RuleSet::builtin();
        black_box(Detector::new(&rules, Options::default()));
    });
}

fn measure(name: &str, bytes: &[u8], work: &mut dyn FnMut(&[u8])) {
    work(bytes);
    let mut times: Vec<f64> = (0..TIMES)
        .map(|_| {
            let begun = Instant::now();
            work(bytes);
            begun.elapsed().as_secs_f64()
        })
        .collect();
    times.sort_by(f64::total_cmp);
    let median = times[TIMES / 2];
    println!("{name:32} {:>9.3} ms {:>9.1} MB/s", median * 1e3, bytes.len() as f64 / median / 1e6);
}

fn oracle(rules: &RuleSet) -> AhoCorasick {
    let all = anchors::anchors(rules.iter().map(|(_, rule)| rule.spec()));
    AhoCorasick::builder()
        .ascii_case_insensitive(true)
        .kind(Some(AhoCorasickKind::DFA))
        .build(all.iter().map(|anchor| &anchor.text))
        .expect("a thousand short literals fit an automaton")
}

/// All `.rs` files of this project, one after the other.
fn own_sources() -> Vec<u8> {
    let mut text = Vec::new();
    let mut open = vec![Path::new(env!("CARGO_MANIFEST_DIR")).join("src")];
    while let Some(directory) = open.pop() {
        let mut paths: Vec<_> = fs::read_dir(directory).into_iter().flatten().flatten().map(|e| e.path()).collect();
        paths.sort();
        for path in paths {
            if path.is_dir() {
                open.push(path);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                text.extend(fs::read(path).unwrap_or_default());
            }
        }
    }
    text
}
