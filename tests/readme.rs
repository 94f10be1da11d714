//! README tells what the program prints: the table of rules, the exit codes, the verbs.

use std::fs;
use std::path::Path;

use keyless::rule::{RuleSet, page};

fn readme() -> (std::path::PathBuf, String) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("README.md");
    let text = fs::read_to_string(&path).expect("README.md is there");
    (path, text)
}

/// `KEYLESS_UPDATE=1` writes the table anew.
#[test]
fn the_table_of_rules_is_what_the_rules_say() {
    let (path, text) = readme();
    let heading = "## Rules\n\n";
    let at = text.find(heading).expect("the heading is there") + heading.len();
    let expected = format!("{}{}", &text[..at], page::table(&RuleSet::builtin()));
    if std::env::var_os("KEYLESS_UPDATE").is_some() {
        fs::write(path, expected).expect("README.md can be written");
    } else {
        assert!(
            text == expected,
            "README's table is not what the rules say; KEYLESS_UPDATE=1 cargo test --test readme"
        );
    }
}

#[test]
fn exit_codes_are_those_of_the_help() {
    let output = std::process::Command::new(env!("CARGO_BIN_EXE_keyless")).arg("--help").output().expect("it starts");
    let help = String::from_utf8_lossy(&output.stdout).into_owned();
    let (_, text) = readme();
    for line in
        help.lines().skip_while(|line| !line.starts_with("Exit codes")).skip(1).filter(|line| !line.trim().is_empty())
    {
        let (code, meaning) = line.trim().split_once(' ').expect("a code and its meaning");
        let plain = text.replace('`', "");
        assert!(plain.contains(&format!("| {code} | {} |", meaning.trim())), "{line}");
    }
}
