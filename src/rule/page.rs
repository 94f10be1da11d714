//! One rule, for people: `explain`, the table of the README, help fields of reports.

use std::fmt::Write as _;

use super::spec::{self, Level, RuleFile, Sureness};
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
