//! One rule, for people: `explain`, the table of the README, help fields of reports.

use std::fmt::Write as _;

use super::spec::{self, ExampleSpec, Level, RuleFile, Safety, Sureness};
use super::{Rule, RuleSet};

/// The page of a rule as Markdown.
pub fn markdown(rule: &Rule) -> String {
    let (spec, file) = (rule.spec(), rule.file());
    let mut out = format!("# {} ({})\n\n", spec.title, spec.code);
    let _ =
        writeln!(out, "`{}`, severity {}, confidence {}\n", spec.slug, level(spec.severity), sureness(spec.confidence));
    let _ = writeln!(out, "What: {}.\n", file.docs.what);
    let _ = writeln!(out, "Why it matters: {}.", file.docs.why);
    if let Some(problems) = &file.docs.known_problems {
        let _ = writeln!(out, "\nKnown problems: {problems}.");
    }
    if !file.docs.links.is_empty() {
        out.push_str("\nRead on:\n");
        for link in &file.docs.links {
            let _ = writeln!(out, "- {link}");
        }
    }
    out
}

/// What keyless can change, and an example before and after, as Markdown; and of each language what is found, and what is not.
pub fn examples(rule: &Rule) -> String {
    let file = rule.file();
    let mut out = String::new();
    for fix in file.fixes.iter() {
        let kind = match fix.applicability {
            Safety::Safe => "`keyless fix`",
            Safety::Unsafe => "`keyless fix --unsafe-fixes`",
        };
        let line = format!("- {}: {kind}\n", fix.title);
        if !out.contains(&line) {
            out.push_str(&line);
        }
    }
    if !out.is_empty() {
        out.insert_str(0, "\nWhat keyless can change:\n");
    }
    let is_plain = |example: &&ExampleSpec| example.encoding.is_none();
    let mut told: Vec<&str> = Vec::new();
    let shown = |example: &&ExampleSpec| example.fixed.as_ref().is_some_and(|fixed| *fixed != example.text);
    let finding = || file.example.iter().filter(is_plain).filter(|example| !example.finds.is_empty());
    let nearest = nearest(&file);
    // Those that show a fix first, then one of each language.
    for example in finding().filter(shown).chain(finding()) {
        let language = language_of(&example.file);
        if told.contains(&language) || told.len() == LANGUAGES {
            continue;
        }
        let _ = write!(out, "\nFound in `{}`:\n\n{}", example.file, fence(&example.text));
        let quiet = |other: &&ExampleSpec| other.finds.is_empty() && language_of(&other.file) == language;
        if let Some(fixed) = example.fixed.as_ref().filter(|fixed| **fixed != example.text) {
            let _ = write!(out, "\nAfter the fix:\n\n{}", fence(fixed));
        } else if let Some(other) = file.example.iter().filter(is_plain).find(quiet) {
            let _ = write!(out, "\nNot reported ({}):\n\n{}", other.name, fence(&other.text));
        } else if let Some((file, right)) = &nearest {
            // Told in full once: the next language without one of its own leads to it.
            let told = format!("\nRight, in `{file}`:\n\n{}", fence(right));
            match out.contains(&fence(right)) {
                true => out.push_str(&format!("\nRight: the same as in `{file}`, on this page.\n")),
                false => out.push_str(&told),
            }
        }
        told.push(language);
    }
    out
}

/// What is right in another language, for one that has no such example: the result of a fix, or what is not reported.
fn nearest(file: &RuleFile) -> Option<(&str, &str)> {
    let plain = || file.example.iter().filter(|example| example.encoding.is_none());
    let fixed = plain().find_map(|one| one.fixed.as_ref().filter(|fixed| **fixed != one.text).map(|text| (one, text)));
    let quiet = || plain().find(|one| one.finds.is_empty()).map(|one| (one, &one.text));
    fixed.or_else(quiet).map(|(one, text)| (&*one.file, &**text))
}

/// The ending of a file's name, or the one that its language has elsewhere.
fn language_of(file: &str) -> &str {
    match file.rsplit(['.', '/']).next().unwrap_or_default() {
        "mjs" | "cjs" | "ts" | "tsx" | "jsx" => "js",
        "yml" => "yaml",
        "psm1" => "ps1",
        "csproj" | "config" | "props" => "xml",
        ending => ending,
    }
}

/// Examples of more languages than this say nothing new.
const LANGUAGES: usize = 8;

/// Names listed before they are only counted.
const LISTED: usize = 8;

/// What a rule looks at, as Markdown.
pub fn detection(rule: &Rule) -> String {
    let matchers = &rule.spec().matchers;
    let code = matchers.code.iter().flat_map(|one| one.call.iter().chain(&*one.command).chain(&*one.option));
    let config = matchers.config.iter().flat_map(|one| one.at.iter().filter(|at| **at != "**"));
    let switches = matchers.switch.iter().flat_map(|one| one.resource.iter());
    let rows = [
        ("calls and options in source", listed(code)),
        ("imports", listed(matchers.code.iter().flat_map(|one| one.import.iter()))),
        ("places in configuration", listed(config)),
        ("values in configuration beside", listed(matchers.config.iter().flat_map(|one| one.anchors.iter()))),
        ("properties of resources that have a safe value", listed(switches)),
        ("commands", listed(matchers.command.iter().flat_map(|one| one.run.iter()))),
        ("text with", listed(matchers.regex.iter().flat_map(|one| one.anchors.iter()))),
        ("values under the names", listed(matchers.assignment.iter().flat_map(|one| one.keys.iter()))),
        ("connection strings with", listed(matchers.connection.iter().flat_map(|one| one.secret.iter()))),
        ("addresses with a password, of", listed(matchers.url.iter().flat_map(|one| one.schemes.iter()))),
        ("runs of signs that end in", listed(matchers.run.iter().map(|one| &one.last))),
        ("files", listed(matchers.path.iter().flat_map(|one| one.files.iter()))),
    ];
    let rows: Vec<String> = rows
        .into_iter()
        .filter_map(|(what, names)| (!names.is_empty()).then(|| format!("- {what}: {names}\n")))
        .collect();
    if rows.is_empty() { String::new() } else { format!("\nHow it is found:\n{}", rows.concat()) }
}

/// Each once, in their order.
fn listed<'a>(names: impl Iterator<Item = &'a spec::Text>) -> String {
    let mut all: Vec<&str> = Vec::new();
    for name in names {
        if !name.is_empty() && !all.contains(&&**name) {
            all.push(name);
        }
    }
    let shown: Vec<String> = all.iter().take(LISTED).map(|name| format!("`{name}`")).collect();
    let more = all.len().saturating_sub(LISTED);
    if more > 0 { format!("{} and {more} more", shown.join(", ")) } else { shown.join(", ") }
}

/// A block of code, with `<name>` in the place of a secret.
fn fence(text: &str) -> String {
    let mut out = String::from("```text\n");
    for (index, piece) in text.trim_matches('\n').split("@@").enumerate() {
        if index % 2 == 1 {
            let _ = write!(out, "<{piece}>");
        } else {
            out.push_str(piece);
        }
    }
    out.push_str("\n```\n");
    out
}

/// Rows of the README's table: code, slug, title, severity.
pub fn table(rules: &RuleSet) -> String {
    let mut rows: Vec<_> = rules.iter().map(|(_, rule)| rule.spec()).collect();
    rows.sort_by(|a, b| a.code.cmp(&b.code));
    let mut out = String::from("| code | rule | finds | severity |\n|---|---|---|---|\n");
    for spec in rows {
        let _ = writeln!(out, "| {} | `{}` | {} | {} |", spec.code, spec.slug, spec.title, level(spec.severity));
    }
    out
}

fn level(level: Level) -> &'static str {
    crate::model::Severity::from(level).as_str()
}

fn sureness(sureness: Sureness) -> &'static str {
    crate::model::Confidence::from(sureness).as_str()
}
