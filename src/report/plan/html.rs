//! A plan as one page: no script, nothing loaded from elsewhere, boxes to tick on the screen or on paper.

use std::fmt::Write as _;

use super::super::{safe, told};
use super::document::{Document, Item, Revocation, Section, Task};
use super::places;
use super::{BACK, DANGER, FILL, HISTORY, ORDER, QUESTION};

/// What the page looks like. No address of anything is in it.
const STYLE: &str = "\
body{font:16px/1.5 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem;color:#1b1b1b;background:#fff}\
h1{font-size:1.8rem}h2{margin-top:2.5rem;border-bottom:2px solid #ccc}h3{margin-top:2rem}\
h4{margin:1rem 0 .3rem}table{border-collapse:collapse;width:100%}th,td{border:1px solid #bbb;padding:.25rem .5rem;\
text-align:left;vertical-align:top;overflow-wrap:anywhere}pre{background:#f3f3f3;padding:.4rem .6rem;margin:.2rem 0;\
white-space:pre-wrap;overflow-wrap:anywhere}ul.tasks{list-style:none;padding-left:0}ul.tasks>li{margin:.4rem 0}\
details{font-size:.9rem}.critical{font-weight:700}\
@media print{body{max-width:none;margin:0}h3,li,tr{break-inside:avoid}pre{background:none;border:1px solid #bbb}}";

/// The page.
pub(super) fn written(plan: &Document) -> String {
    let mut out = String::from("<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n");
    out.push_str("<meta name=\"viewport\" content=\"width=device-width\">\n");
    out.push_str(
        "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">\n",
    );
    let title = plan.title();
    let _ = writeln!(out, "<title>{title}</title>\n<style>{STYLE}</style>\n</head>\n<body>\n<h1>{title}</h1>");
    counts(plan, &mut out);
    if plan.revoke.is_empty() && plan.sections.is_empty() {
        out.push_str("<p>Nothing to do: no open finding.</p>\n");
    }
    if let Some(name) = &plan.below {
        let _ = writeln!(out, "<p>Paths are those below <code>{}</code>; run the commands there.</p>", text(name));
    }
    dangerous(plan, &mut out);
    question(plan, &mut out);
    if !plan.fill.is_empty() {
        let _ = writeln!(out, "<h2>Values to fill in</h2>\n<p>{}</p>\n<table>", text(FILL));
        for one in &plan.fill {
            let _ =
                writeln!(out, "<tr><td><code>{}</code></td><td>{}</td></tr>", text(&one.placeholder), text(&one.from));
        }
        out.push_str("</table>\n");
    }
    if !plan.sections.is_empty() {
        let _ = writeln!(out, "<h2>Resource by resource</h2>\n<p>{}</p>\n<p>{}</p>\n<ul>", text(ORDER), text(BACK));
        for (phases, back) in plan.ways_back() {
            let _ = writeln!(out, "<li>{}: {}</li>", text(&phases), text(back));
        }
        out.push_str("</ul>\n");
        plan.sections.iter().for_each(|one| section(one, &mut out));
    }
    if !plan.history.is_empty() {
        let _ = writeln!(out, "<h2>History, last of all</h2>\n<p>{}</p>", text(HISTORY));
        tasks(&plan.history, &mut out);
    }
    if !plan.done.is_empty() {
        out.push_str("<h2>Done when</h2>\n");
        tasks(&plan.done, &mut out);
    }
    out.push_str("</body>\n</html>\n");
    out
}

fn counts(plan: &Document, out: &mut String) {
    let counts = &plan.counts;
    out.push_str("<table>\n<tr><th>count</th><th>now</th><th>goal</th></tr>\n");
    for (what, now) in [
        ("credentials", counts.credentials),
        ("of these certain or nearly so", counts.certain),
        ("places they stand in", counts.places),
        ("places in code, configuration and pipelines that need one", counts.needs),
        ("boxes to tick below", counts.steps),
    ] {
        let _ = writeln!(out, "<tr><td>{what}</td><td>{now}</td><td>0</td></tr>");
    }
    out.push_str("</table>\n");
    if !plan.complete {
        out.push_str("<p><strong>Not everything was read</strong>, so there may be more: see the skips and gaps of the report.</p>\n");
    }
    if plan.accepted > 0 {
        let are = told::count(plan.accepted as u64, "accepted finding is", "accepted findings are");
        let _ = writeln!(out, "<p>{are} not in this plan.</p>");
    }
}

fn dangerous(plan: &Document, out: &mut String) {
    if plan.revoke.is_empty() {
        return;
    }
    let _ = writeln!(out, "<h2>Most dangerous first</h2>\n<p>{}</p>", text(DANGER));
    out.push_str("<table>\n<tr><th></th><th>severity</th><th>confidence</th><th>what</th><th>begins with</th><th>opens</th><th>where</th><th>today</th></tr>\n");
    for (number, row) in plan.revoke.iter().enumerate() {
        let others = if row.values > 1 { format!(" ({} values)", row.values) } else { String::new() };
        let severity = row.severity.as_str();
        let _ = writeln!(
            out,
            "<tr><td>{}</td><td class=\"{severity}\">{severity}</td><td>{}</td><td>{}{others}</td><td><code>{}</code></td><td>{}</td><td>{}</td><td>{}</td></tr>",
            number + 1,
            row.confidence.as_str(),
            text(&row.what),
            text(&row.begins_with),
            text(row.opened()),
            places::shown(&row.places, places::IN_TABLE, text),
            row.today,
        );
    }
    out.push_str("</table>\n");
    if plan.sections.is_empty() {
        plan.revoke.iter().enumerate().for_each(|(number, row)| revocation(number + 1, row, out));
    }
}

fn question(plan: &Document, out: &mut String) {
    let Some(question) = &plan.question else { return };
    let _ = writeln!(out, "<h2>First: where does this code run?</h2>\n<p>{}</p>", text(QUESTION));
    tasks(&question.steps, out);
    let waiting: Vec<String> = question.sections.iter().map(|name| text(name)).collect();
    let _ = writeln!(out, "<p>These wait for it: {}.</p>", waiting.join(", "));
}

fn revocation(number: usize, row: &Revocation, out: &mut String) {
    let _ = writeln!(out, "<h3>{number}. {}</h3>", text(&row.name()));
    tasks(&row.steps, out);
}

fn section(section: &Section, out: &mut String) {
    let _ = writeln!(out, "<h3>{}</h3>\n<ul>", text(&section.name));
    section.leaks.iter().for_each(|one| item("leaks", one, out));
    section.needs.iter().for_each(|one| item("needs it", one, out));
    for way in &section.ways {
        let _ = writeln!(out, "<li>way out: {}, because: {}</li>", text(&way.title), text(&way.because));
    }
    for still in &section.still_secret {
        let _ = writeln!(out, "<li>{}</li>", text(still));
    }
    if !section.with.is_empty() {
        let _ =
            writeln!(out, "<li>after: {}, whose steps are not told again here</li>", text(&section.with.join(", ")));
    }
    let _ = writeln!(out, "<li>takes: {}</li>\n</ul>", text(&section.effort));
    for stage in &section.stages {
        let _ = writeln!(out, "<h4>{}</h4>", text(stage.heading));
        tasks(&stage.changes, out);
        tasks(&stage.steps, out);
    }
}

fn item(word: &str, item: &Item, out: &mut String) {
    let many = if item.count > 1 { format!("{} × ", item.count) } else { String::new() };
    let places = places::shown(&item.places, places::LISTED, text);
    let _ = write!(out, "<li>{word}: {many}{} ({}) at {places}", text(&item.what), text(&item.code));
    for one in &item.lives {
        let _ = write!(out, "<br>{}", text(one));
    }
    out.push_str("</li>\n");
}

fn tasks(tasks: &[Task], out: &mut String) {
    if tasks.is_empty() {
        return;
    }
    out.push_str("<ul class=\"tasks\">\n");
    for task in tasks {
        let codes = if task.codes.is_empty() { String::new() } else { format!(" ({})", task.codes.join(", ")) };
        let _ = write!(out, "<li><label><input type=\"checkbox\"> {}{codes}</label>", text(&task.text));
        if let Some(command) = &task.command {
            let lines: Vec<String> = command.lines().map(text).collect();
            let _ = write!(out, "<pre>{}</pre>", lines.join("\n"));
        }
        for one in &task.diffs {
            let lines: Vec<String> = one.diff.lines().map(text).collect();
            let _ =
                write!(out, "<details><summary>{}</summary><pre>{}</pre></details>", text(&one.path), lines.join("\n"));
        }
        out.push_str("</li>\n");
    }
    out.push_str("</ul>\n");
}

/// Text of others: one line, and nothing of it is markup.
fn text(raw: &str) -> String {
    let mut out = String::with_capacity(raw.len());
    for c in safe::line(raw).chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            other => out.push(other),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_of_others_is_no_markup() {
        assert_eq!(
            text("<script>alert('x')</script> & \"y\"\n"),
            "&lt;script&gt;alert(&#39;x&#39;)&lt;/script&gt; &amp; &quot;y&quot;\\n"
        );
    }
}
