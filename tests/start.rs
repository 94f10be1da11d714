//! What memory a hook takes before it has read anything: each commit of everybody pays for it.
//!
//! The bar is 30 MB for a program that is optimised; this one need not be, so what is held here is twice that.
//! Time is measured, not tested: docs/performance.md.

#![cfg(target_os = "linux")]

mod support;

use std::fmt::Write as _;

use support::{Said, Scratch, said_to, settings};

/// Runs keyless with this much memory of its own, in KiB.
fn within(scratch: &Scratch, memory: u32, words: &str) -> Said {
    let program = env!("CARGO_BIN_EXE_keyless");
    let limits = format!("ulimit -d {memory} && exec '{program}' scan --threads 2 {words}");
    Said::of(&scratch.program("sh", &["-c", &limits]).output().expect("a shell"))
}

#[test]
fn one_small_file_costs_little() {
    let scratch = Scratch::new();
    scratch.write("readme.md", "hello\n");
    scratch.write("leak.json", settings(1));
    within(&scratch, 40 << 10, "readme.md").ends(0);
    within(&scratch, 60 << 10, "leak.json").ends(1);
    // The limit is there: nothing starts within 2 MiB.
    assert_ne!(within(&scratch, 2 << 10, "readme.md").code, Some(0));
}

#[test]
fn ten_staged_files_cost_little_among_fifty_thousand() {
    let scratch = Scratch::repository();
    scratch.write("one.txt", "x\n");
    let blob = scratch.git(&["hash-object", "-w", "one.txt"]);
    let mut index = String::new();
    for number in 0..50_000 {
        let (dir, sub) = (number / 500, number / 50 % 10);
        writeln!(index, "100644 {}\td{dir:03}/s{sub}/f{number}.txt", blob.trim()).expect("a string grows");
    }
    said_to(scratch.program("git", &["update-index", "--index-info"]), &index).ends(0);
    scratch.git(&["commit", "-q", "-m", "many"]);
    for number in 0..10 {
        scratch.write(&format!("d00{number}/s1/new.json"), settings(number));
        scratch.git(&["add", &format!("d00{number}/s1/new.json")]);
    }
    let said = within(&scratch, 60 << 10, "--staged --format json").ends(1);
    assert_eq!(said.json()["coverage"]["blobs"], 10);
}
