//! A plan as Markdown, for a wiki, an issue or a merge request.

use std::fmt::Write as _;

use super::super::{safe, told};
use super::document::{Document, FileDiff, Item, Revocation, Section, Task};
use super::places;
use super::{BACK, DANGER, FILL, HISTORY, ORDER, QUESTION};

/// Rows of the table of dangers; the steps below it name everything.
const ROWS: usize = 25;

/// The text.
pub(super) fn written(plan: &Document) -> String {
    let mut out = format!("# {}\n\n", plan.title());
    counts(plan, &mut out);
    if plan.revoke.is_empty() && plan.sections.is_empty() {
        out.push_str("\nNothing to do: no open finding.\n");
        return out;
    }
    if let Some(name) = &plan.below {
        let _ = writeln!(out, "\nPaths are those below `{}`; run the commands there.", cell(name));
    }
    dangerous(plan, &mut out);
    if let Some(question) = &plan.question {
        let _ = writeln!(out, "\n## First: where does this code run?\n\n{QUESTION}\n");
        tasks(&question.steps, &mut out);
        let waiting: Vec<String> = question.sections.iter().map(|name| cell(name)).collect();
        let _ = writeln!(out, "\nThese wait for it: {}.", waiting.join(", "));
    }
    if !plan.fill.is_empty() {
        let _ = writeln!(out, "\n## Values to fill in\n\n{FILL}\n\n| in commands | from |\n|---|---|");
        for one in &plan.fill {
            let _ = writeln!(out, "| {} | {} |", cell(&one.placeholder), cell(&one.from));
        }
    }
    if !plan.sections.is_empty() {
        let _ = writeln!(out, "\n## Resource by resource\n\n{ORDER}\n\n{BACK}\n");
        for (phases, back) in plan.ways_back() {
            let _ = writeln!(out, "- {phases}: {back}");
        }
        plan.sections.iter().for_each(|one| section(one, &mut out));
    }
    if !plan.history.is_empty() {
        let _ = writeln!(out, "\n## History, last of all\n\n{HISTORY}\n");
        tasks(&plan.history, &mut out);
    }
    if !plan.done.is_empty() {
        out.push_str("\n## Done when\n\n");
        tasks(&plan.done, &mut out);
    }
    out
}

fn counts(plan: &Document, out: &mut String) {
    let counts = &plan.counts;
    out.push_str("| count | now | goal |\n|---|---|---|\n");
    let _ = writeln!(out, "| credentials | {} | 0 |", counts.credentials);
    let _ = writeln!(out, "| of these certain or nearly so | {} | 0 |", counts.certain);
    let _ = writeln!(out, "| places they stand in | {} | 0 |", counts.places);
    let _ = writeln!(out, "| places in code, configuration and pipelines that need one | {} | 0 |", counts.needs);
    let _ = writeln!(out, "| boxes to tick below | {} | 0 |", counts.steps);
    if !plan.complete {
        out.push_str("\n**Not everything was read**, so there may be more: see the skips and gaps of the report.\n");
    }
    if plan.accepted > 0 {
        let are = told::count(plan.accepted as u64, "accepted finding is", "accepted findings are");
        let _ = writeln!(out, "\n{are} not in this plan.");
    }
}

/// What to revoke at once if it may have been seen.
fn dangerous(plan: &Document, out: &mut String) {
    if plan.revoke.is_empty() {
        return;
    }
    let _ = writeln!(out, "\n## Most dangerous first\n\n{DANGER}\n");
    out.push_str(
        "| | severity | confidence | what | begins with | opens | where | today |\n|---|---|---|---|---|---|---|---|\n",
    );
    for (number, row) in plan.revoke.iter().enumerate().take(ROWS) {
        let others = if row.values > 1 { format!(" ({} values)", row.values) } else { String::new() };
        let _ = writeln!(
            out,
            "| {} | {} | {} | {}{others} | {} | {} | {} | {} |",
            number + 1,
            row.severity.as_str(),
            row.confidence.as_str(),
            cell(&row.what),
            cell(&row.begins_with),
            cell(row.opened()),
            places::shown(&row.places, places::IN_TABLE, cell),
            row.today,
        );
    }
    if let Some(more) = plan.revoke.len().checked_sub(ROWS).filter(|more| *more > 0) {
        let _ = writeln!(out, "\n{} below.", told::count(more as u64, "more row", "more rows"));
    }
    if plan.sections.is_empty() {
        plan.revoke.iter().enumerate().for_each(|(number, row)| revocation(number + 1, row, out));
    }
}

/// One row with its commands; in a whole plan they stand in the sections, behind what must come before them.
fn revocation(number: usize, row: &Revocation, out: &mut String) {
    let _ = writeln!(out, "\n### {number}. {}\n", cell(&row.name()));
    let many = if row.values > 1 { format!("{} values, the first begins", row.values) } else { "begins".to_owned() };
    let _ = writeln!(
        out,
        "{many} with {}, at {}\n",
        cell(&row.begins_with),
        places::shown(&row.places, places::LISTED, cell)
    );
    tasks(&row.steps, out);
}

fn section(section: &Section, out: &mut String) {
    let _ = writeln!(out, "\n### {}\n", cell(&section.name));
    section.leaks.iter().for_each(|one| item("leaks", one, out));
    section.needs.iter().for_each(|one| item("needs it", one, out));
    for way in &section.ways {
        let _ = writeln!(out, "- way out: {}, because: {}", cell(&way.title), cell(&way.because));
    }
    for still in &section.still_secret {
        let _ = writeln!(out, "- {}", cell(still));
    }
    if !section.with.is_empty() {
        let _ = writeln!(out, "- after: {}, whose steps are not told again here", cell(&section.with.join(", ")));
    }
    let _ = writeln!(out, "- takes: {}", cell(&section.effort));
    for stage in &section.stages {
        let _ = writeln!(out, "\n{}\n", stage.heading);
        tasks(&stage.changes, out);
        tasks(&stage.steps, out);
    }
}

fn item(word: &str, item: &Item, out: &mut String) {
    let many = if item.count > 1 { format!("{} × ", item.count) } else { String::new() };
    let places = places::shown(&item.places, places::LISTED, cell);
    let _ = writeln!(out, "- {word}: {many}{} ({}) at {places}", cell(&item.what), item.code);
    for text in &item.lives {
        let _ = writeln!(out, "  - {}", cell(text));
    }
}

fn tasks(tasks: &[Task], out: &mut String) {
    for task in tasks {
        let codes = if task.codes.is_empty() { String::new() } else { format!(" ({})", task.codes.join(", ")) };
        let _ = writeln!(out, "- [ ] {}{codes}", cell(&task.text));
        for command in task.command.iter().flat_map(|command| command.lines()) {
            let _ = writeln!(out, "      {}", safe::line(command));
        }
        task.diffs.iter().filter(|one| !one.diff.contains(FENCE)).for_each(|one| diff(one, out));
    }
}

/// Longer than what files hold.
const FENCE: &str = "````";

fn diff(one: &FileDiff, out: &mut String) {
    let _ = writeln!(out, "\n  {FENCE}diff\n  {}", safe::line(&one.path));
    for line in one.diff.lines() {
        let _ = writeln!(out, "  {}", safe::line(line));
    }
    let _ = writeln!(out, "  {FENCE}\n");
}

/// Text in a line or cell of Markdown: nothing of it is markup, and it stays one line.
fn cell(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in safe::line(text).chars() {
        if matches!(c, '|' | '*' | '_' | '`' | '<' | '[' | ']' | '#' | '\\' | '!') {
            out.push('\\');
        }
        out.push(c);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Report;

    #[test]
    fn text_of_others_is_no_markup() {
        assert_eq!(cell("a|b](x) <i> `c`\n# d"), "a\\|b\\](x) \\<i> \\`c\\`\\\\n\\# d");
    }

    #[test]
    fn nothing_found_is_nothing_to_do() {
        assert!(
            written(&Document::plan(&Report::default(), &crate::rule::RuleSet::from_rules(Vec::new())))
                .contains("Nothing to do")
        );
    }
}
