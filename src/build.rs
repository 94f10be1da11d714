//! Reads every rule file, checks it, and writes the table the program starts with.

#![allow(unreachable_pub, reason = "the modules below belong to the library as well")]
#![allow(clippy::print_stdout, reason = "that is how a build script speaks to cargo")]

// The build script uses a part of what these files offer.
#[allow(dead_code)]
#[path = "rule/anchors.rs"]
mod anchors;
#[allow(dead_code)]
#[path = "rule/beside.rs"]
mod beside;
#[allow(dead_code)]
#[path = "rule/emit.rs"]
mod emit;
#[allow(dead_code)]
#[path = "detect/prefilter/place.rs"]
mod place;
#[allow(dead_code)]
#[path = "detect/prefilter/sample.rs"]
mod sample;
#[allow(dead_code)]
#[path = "rule/spec.rs"]
mod spec;
#[allow(dead_code)]
#[path = "detect/prefilter/tables.rs"]
mod tables;
#[allow(dead_code)]
#[path = "rule/verify.rs"]
mod verify;

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::{env, fs, process};

fn main() {
    let root = PathBuf::from(env::var_os("CARGO_MANIFEST_DIR").expect("cargo sets it"));
    println!("cargo::rerun-if-changed=rules");
    println!("cargo::rerun-if-changed=src/rule");
    println!("cargo::rerun-if-changed=src/detect/prefilter");
    println!("cargo::rerun-if-changed=src/build.rs");
    let mut problems = Vec::new();
    let mut rules = BTreeMap::new();
    for path in rule_files(&root.join("rules")) {
        let text = fs::read_to_string(&path).unwrap_or_else(|error| fail(&[format!("{}: {error}", path.display())]));
        match read(&path, &text) {
            Ok(rule) => {
                rules.insert(rule.slug.clone(), (rule, path));
            }
            Err(found) => problems.extend(found),
        }
    }
    problems.extend(shared_names(&rules));
    if !problems.is_empty() {
        fail(&problems);
    }
    let out = PathBuf::from(env::var_os("OUT_DIR").expect("cargo sets it"));
    fs::write(out.join("rules.rs"), table(&rules)).expect("OUT_DIR is writable");
    fs::write(out.join("topics.rs"), topics(&root.join("rules/topics"))).expect("OUT_DIR is writable");
    fs::write(out.join("anchors.rs"), filter(&root, &rules)).expect("OUT_DIR is writable");
}

#[allow(clippy::exit, reason = "after all errors are printed a build script has no other way to say no")]
fn fail(problems: &[String]) -> ! {
    for problem in problems {
        println!("cargo::error={}", problem.replace('\n', "\\n"));
    }
    process::exit(1);
}

/// All `.toml` files below, sorted, but those of `tables`.
fn rule_files(dir: &Path) -> Vec<PathBuf> {
    files_below(dir, "toml")
}

fn files_below(dir: &Path, extension: &str) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut open = vec![dir.to_owned()];
    while let Some(dir) = open.pop() {
        for entry in fs::read_dir(&dir).into_iter().flatten().flatten() {
            let path = entry.path();
            if path.is_dir() {
                if path.file_name().is_some_and(|name| name != "tables") {
                    open.push(path);
                }
            } else if path.extension().is_some_and(|e| e == extension) {
                found.push(path);
            }
        }
    }
    found.sort();
    found
}

/// The pages of `rules/topics`, by name.
fn topics(dir: &Path) -> String {
    let mut found: Vec<PathBuf> = fs::read_dir(dir).into_iter().flatten().flatten().map(|entry| entry.path()).collect();
    found.retain(|path| path.extension().is_some_and(|e| e == "md"));
    found.sort();
    let mut out = String::from("static TOPICS: &[(&str, &str)] = &[\n");
    for path in found {
        let slug = path.file_stem().and_then(|stem| stem.to_str()).unwrap_or_default();
        let _ = writeln!(out, "    ({slug:?}, include_str!({:?})),", path.display().to_string());
    }
    out.push_str("];\n");
    out
}

fn read(path: &Path, text: &str) -> Result<spec::RuleSpec, Vec<String>> {
    let file = spec::parse(text).map_err(|error| vec![format!("{}: {error}", path.display())])?;
    let problems: Vec<_> = verify::verify(&file)
        .into_iter()
        .map(|problem| format!("{}: {}: {}", path.display(), problem.key, problem.what))
        .collect();
    if problems.is_empty() {
        let slug = path.file_stem().and_then(|stem| stem.to_str()).unwrap_or_default();
        Ok(file.spec(slug))
    } else {
        Err(problems)
    }
}

/// Codes, slugs and former names are never shared.
fn shared_names(rules: &BTreeMap<spec::Text, (spec::RuleSpec, PathBuf)>) -> Vec<String> {
    let mut owners: BTreeMap<&str, &str> = BTreeMap::new();
    let mut problems = Vec::new();
    for (rule, path) in rules.values() {
        let names = rule.formerly.iter().chain([&rule.code, &rule.slug]);
        for name in names {
            if let Some(other) = owners.insert(name, &rule.slug) {
                problems.push(format!("{}: `{name}` already names the rule {other}", path.display()));
            }
        }
    }
    problems
}

fn table(rules: &BTreeMap<spec::Text, (spec::RuleSpec, PathBuf)>) -> String {
    let mut out = String::from("pub(super) static BUILTIN: &[(RuleSpec, &str)] = &[\n");
    for (rule, path) in rules.values() {
        let expression = emit::expression(rule).unwrap_or_else(|error| fail(&[format!("{}: {error}", path.display())]));
        let _ = writeln!(out, "    ({expression}, include_str!({:?})),", path.display().to_string());
    }
    out.push_str("];\n");
    out
}

/// The tables of the filter that looks for all anchors, and the users of each anchor.
fn filter(root: &Path, rules: &BTreeMap<spec::Text, (spec::RuleSpec, PathBuf)>) -> String {
    let anchors = anchors::anchors(rules.values().map(|(rule, _)| rule));
    let literals: Vec<_> = anchors
        .iter()
        .map(|anchor| place::Literal { bytes: anchor.text.as_bytes().into(), fold: anchor.fold })
        .collect();
    let sample = sample_text(root);
    let mut out = format!("static LENGTHS: &[u16] = &{:?};\n", lengths(&literals));
    let _ = writeln!(out, "static FILTERS: [Filter; {}] = [", anchors::AnchorScope::ALL.len());
    for scope in anchors::AnchorScope::ALL {
        let numbers = scope.of(&anchors);
        let literals: Vec<_> = numbers.iter().map(|number| literals[usize::from(*number)].clone()).collect();
        let placed = place::place(&literals, &mut sample::Sample::new(&sample), 1);
        let tables = expression(&tables::Tables::new(&literals, &placed));
        let _ = writeln!(out, "    Filter {{ numbers: Cow::Borrowed(&{numbers:?}), tables: {tables} }},");
    }
    out.push_str("];\n");
    out.push_str("static USERS: &[&[User]] = &[\n");
    for anchor in &anchors {
        let users: Vec<String> = anchor.users.iter().map(|user| format!("User::{user:?}")).collect();
        let _ = writeln!(out, "    &[{}],", users.join(", "));
    }
    out.push_str("];\nstatic BESIDE: &[&[Beside]] = &[\n");
    for anchor in &anchors {
        let ways: Vec<String> = anchor.beside.iter().map(way).collect();
        let _ = writeln!(out, "    &[{}],", ways.join(", "));
    }
    out.push_str("];\n");
    out
}

fn way(way: &beside::Beside) -> String {
    let beside::Beside { before, after, begins, ends } = way;
    let text = |text: &str| format!("Cow::Borrowed({text:?})");
    format!("Beside {{ before: {}, after: {}, begins: {begins}, ends: {ends} }}", text(before), text(after))
}

fn lengths(literals: &[place::Literal]) -> Vec<usize> {
    literals.iter().map(|literal| literal.bytes.len()).collect()
}

/// Bytes of source text that stand for all source text: pieces of our own, as the rules' texts are about
/// little else than anchors. Tables trained on other languages pass as many positions, give or take a tenth.
fn sample_text(root: &Path) -> Vec<u8> {
    const PIECE: usize = 256;
    const PIECES: usize = 64;
    let mut text = Vec::new();
    for name in ["cli", "config", "document", "report", "source"] {
        for path in files_below(&root.join("src").join(name), "rs") {
            text.extend(fs::read(path).unwrap_or_default());
        }
    }
    let step = (text.len() / PIECES).max(PIECE);
    text.chunks(step).flat_map(|piece| &piece[..piece.len().min(PIECE)]).copied().collect()
}

/// The tables as the Rust expression that makes them again.
fn expression(tables: &tables::Tables) -> String {
    let tables::Tables { low, high, bitmap, slots, windows, short_slots, short, entries, bytes, before, after } =
        tables;
    format!(
        "Tables {{ low: {low:?}, high: {high:?}, bitmap: Cow::Borrowed(&{bitmap:?}), slots: Cow::Borrowed(&{slots:?}), \
         windows: Cow::Borrowed(&{windows:?}), short_slots: Cow::Borrowed(&{short_slots:?}), \
         short: Cow::Borrowed(&{short:?}), entries: Cow::Borrowed(&{entries:?}), bytes: Cow::Borrowed(&{bytes:?}), \
         before: {before}, after: {after} }}"
    )
}
