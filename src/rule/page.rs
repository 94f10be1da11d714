//! One rule, for people: `explain`, the table of the README, help fields of reports.

use std::fmt::Write as _;

use super::spec::{self, ExampleSpec, Level, RuleFile, Safety, Sureness};
use super::{Rule, RuleSet};

/// The rule file behind a rule, with its texts.
pub fn file(rule: &Rule) -> RuleFile {
    spec::parse(rule.source()).expect("the rule was made from this text")
}

/// The page of a rule as Markdown.
pub fn markdown(rule: &Rule) -> String {
    let (spec, file) = (rule.spec(), file(rule));
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

/// What keyless can change, and an example before and after, as Markdown; of a rule without a fix what it finds.
pub fn examples(rule: &Rule) -> String {
    let file = file(rule);
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
    let is_plain = |example: &&ExampleSpec| !example.finds.is_empty() && example.encoding.is_none();
    let shown = |example: &&ExampleSpec| example.fixed.as_ref().is_some_and(|fixed| *fixed != example.text);
    let mut plain = file.example.iter().filter(is_plain);
    if let Some(example) = file.example.iter().filter(is_plain).find(shown).or_else(|| plain.next()) {
        let _ = write!(out, "\nFound in `{}`:\n\n{}", example.file, fence(&example.text));
        if let Some(fixed) = example.fixed.as_ref().filter(|fixed| **fixed != example.text) {
            let _ = write!(out, "\nAfter the fix:\n\n{}", fence(fixed));
        }
    }
    out
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
