//! One rule, for people: `explain`, the table of the README, help fields of reports.

use std::fmt::Write as _;

use super::spec::{self, ExampleSpec, Level, Safety, Sureness};
use super::{Rule, RuleSet, right};

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

/// What keyless can change, and an example before and after, as Markdown; and of each language
/// what is found, and what is right instead: in that language, of this rule or of a lint about the same, else the nearest.
pub fn examples(rule: &Rule, all: &RuleSet) -> String {
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
    let mut told: Vec<&str> = Vec::new();
    let shown = |example: &&ExampleSpec| right::fixed(example).is_some();
    let finding = || file.example.iter().filter(right::is_plain).filter(|example| !example.finds.is_empty());
    let nearest = right::of(&file, |_| true);
    // Those that show a fix first, then one of each language.
    for example in finding().filter(shown).chain(finding()) {
        let language = language_of(&example.file);
        if told.contains(&language) || told.len() == LANGUAGES {
            continue;
        }
        told.push(language);
        let _ = write!(out, "\nFound in `{}`:\n\n{}", example.file, fence(&example.text));
        if let Some(fixed) = right::fixed(example) {
            let _ = write!(out, "\nAfter the fix:\n\n{}", fence(fixed));
            continue;
        }
        let is_same = |file: &str| language_of(file) == language;
        let quiet = right::best(&file, is_same);
        match quiet {
            Some(other) if right::rank(other) > 0 => {
                let _ = write!(out, "\nRight ({}):\n\n{}", other.name, fence(&other.text));
                continue;
            }
            Some(other) => {
                let _ = write!(out, "\nNot reported ({}):\n\n{}", other.name, fence(&other.text));
            }
            None => {}
        }
        // Told in full once: the next language without one of its own leads to it.
        if let Some((code, file, right)) = right::of_kin(rule, all, is_same) {
            let _ = write!(out, "\nRight, from {code}, in `{file}`:\n\n{}", fence(&right));
        } else if let Some((file, right)) = &nearest {
            match out.contains(&fence(right)) {
                true => out.push_str(&format!("\nRight: the same as in `{file}`, on this page.\n")),
                false => out.push_str(&format!("\nRight, in `{file}`:\n\n{}", fence(right))),
            }
        } else if quiet.is_none()
            && let Some(other) = right::best(&file, |_| true)
        {
            let _ = write!(out, "\nNot reported ({}), in `{}`:\n\n{}", other.name, other.file, fence(&other.text));
        }
    }
    out
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
