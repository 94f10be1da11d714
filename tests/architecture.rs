//! Holds the table of allowed directions: which module may use which.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

/// Module, and the modules of ours it may use. A new arrow changes this table in the same commit and says why.
const ALLOWED: &[(&str, &[&str])] = &[
    ("model", &[]),
    ("check", &["model"]),
    ("document", &["model"]),
    ("source", &["model"]),
    // Samples are signed by the twins of the checks.
    ("rule", &["model", "check"]),
    ("syntax", &["document", "model"]),
    ("detect", &["rule", "document", "syntax", "check", "model"]),
    ("triage", &["document", "rule", "model"]),
    ("remedy", &["rule", "model"]),
    ("purge", &["model"]),
    // Text is put into a file in the encoding of its document.
    ("fix", &["document", "rule", "model"]),
    ("report", &["rule", "model"]),
    ("validate", &["rule", "model"]),
    // A probe of one text is what looks on while a file is mended.
    ("scan", &["source", "document", "detect", "triage", "fix", "rule", "model"]),
    ("cache", &["source", "document", "detect", "triage", "rule", "model"]),
    ("compat", &["rule", "model"]),
    ("config", &["rule", "model"]),
    ("error", &["config", "rule", "source", "fix", "model"]),
];

/// Packages that live in one place.
const HOMES: &[(&str, &[&str])] = &[
    ("clap", &["cli"]),
    ("git2", &["source"]),
    ("ignore", &["source"]),
    // Packs are inflated by `source`, gzip within base64 by `document`.
    ("libdeflater", &["source", "document"]),
    ("memmap2", &["source"]),
    ("indicatif", &["cli"]),
    ("ctrlc", &["cli"]),
    ("tree_sitter", &["syntax"]),
    ("miette", &["cli", "error", "rule", "config", "report"]),
];

#[test]
fn modules_use_only_what_the_table_allows() {
    let allowed: BTreeMap<_, _> = ALLOWED.iter().copied().collect();
    let mut wrong = Vec::new();
    for (path, text) in sources() {
        let module = module_of(&path);
        let Some(may) = allowed.get(module.as_str()) else { continue };
        for line in text.lines() {
            for used in uses(line) {
                if used != module && !may.contains(&used) && allowed.contains_key(used) || used == "cli" {
                    wrong.push(format!("{} uses {used}; {module} may use only {}", path.display(), may.join(", ")));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn packages_stay_in_their_homes() {
    let mut wrong = Vec::new();
    for (path, text) in sources() {
        let module = module_of(&path);
        for (package, homes) in HOMES {
            let used = text.contains(&format!("use {package}::")) || text.contains(&format!(" {package}::"));
            if used && !homes.contains(&module.as_str()) {
                wrong.push(format!("{} uses {package}; its home is {}", path.display(), homes.join(", ")));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// `crate::detect::…` names `detect`; comments do not count.
fn uses(line: &str) -> Vec<&str> {
    let code = line.split("//").next().unwrap_or_default();
    code.match_indices("crate::")
        .map(|(at, found)| {
            let rest = &code[at + found.len()..];
            let end = rest.find(|c: char| !c.is_ascii_alphanumeric() && c != '_').unwrap_or(rest.len());
            &rest[..end]
        })
        .collect()
}

fn module_of(path: &Path) -> String {
    let first = path.components().next().map(|part| part.as_os_str().to_string_lossy().into_owned());
    first.unwrap_or_default().trim_end_matches(".rs").to_owned()
}

/// Path below `src`, and text, of every source file of the library.
fn sources() -> Vec<(PathBuf, String)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut found = Vec::new();
    let mut open = vec![root.clone()];
    while let Some(dir) = open.pop() {
        for entry in fs::read_dir(&dir).expect("src is there").flatten() {
            let path = entry.path();
            if path.is_dir() {
                open.push(path);
            } else if path.extension().is_some_and(|e| e == "rs") {
                let text = fs::read_to_string(&path).expect("sources are UTF-8");
                let below = path.strip_prefix(&root).expect("it was found below").to_owned();
                if below != Path::new("build.rs") {
                    found.push((below, text));
                }
            }
        }
    }
    assert!(found.len() > 20, "the sources were found");
    found
}
