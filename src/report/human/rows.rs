//! One finding: its place, its frame, and labelled rows below it.

use super::super::View;
use super::super::told::{self, count};
use super::frame;
use super::paper::{Ink, Paper};
use crate::model::{
    Applicability, Day, Effect, Finding, History, KeptBy, Location, Origin, Reason, Severity, Status, Step,
    SuppressedBy,
};

/// Other places shown before they are only counted.
const PLACES: usize = 5;

/// Steps shown; `keyless explain` has them all.
const STEPS: usize = 2;

/// Characters of a commit id that are shown.
const SHORT_ID: usize = 12;

/// Writes one finding.
pub(super) fn finding(finding: &Finding, view: &View<'_>, paper: &mut Paper) {
    paper.line(Ink::Bold, &place(&finding.location));
    paper.text += &frame::draw(&headline(finding, paper), finding.severity, &finding.excerpt, view);
    accepted(&finding.status, paper);
    if let Some(page) = view.pages.page(&finding.rule.slug).filter(|page| !page.why.is_empty()) {
        paper.row("why", &page.why);
    }
    value(finding, view, paper);
    paper.row("confidence", &confidence(finding));
    if !finding.parts.is_empty() {
        let parts: Vec<String> = finding.parts.iter().map(|part| format!("{} {}", part.name, part.value)).collect();
        paper.row("about", &parts.join(", "));
    }
    history(finding, paper);
    alike(finding, paper);
    other_places(&finding.also_at, paper);
    steps(finding, paper);
    fix(finding, paper);
    paper.gap();
}

/// The command that makes the change we can make.
fn fix(finding: &Finding, paper: &mut Paper) {
    let is_on_disk = matches!(finding.location.origin, Origin::File { .. } | Origin::Index { .. });
    let Some(fix) = finding.fixes.first().filter(|_| is_on_disk && finding.is_open()) else { return };
    let option = match fix.applicability {
        Applicability::Safe => "",
        Applicability::Unsafe => "--unsafe-fixes ",
        Applicability::Manual => return,
    };
    paper.row("fix", &format!("{}: keyless fix {option}--rule {}", fix.title, finding.rule.code));
}

/// `path:line:column`, which terminals and editors make a link of.
fn place(location: &Location) -> String {
    format!("{}:{}:{}", location.path.shown(), location.start.line, location.start.column)
}

fn headline(finding: &Finding, paper: &Paper) -> String {
    let mark = if finding.is_open() { "" } else { "suppressed " };
    let word = format!("{mark}{}", finding.severity.as_str());
    let word = paper.paint(ink(finding.severity), &word);
    let title = paper.paint(Ink::Bold, &finding.title);
    let rule = paper.paint(Ink::Dim, &format!("({}, {})", finding.rule.slug, finding.rule.code));
    format!("{word}: {title} {rule}")
}

/// The colour of a severity.
pub(super) fn ink(severity: Severity) -> Ink {
    match severity {
        Severity::Critical | Severity::High => Ink::Red,
        Severity::Medium => Ink::Yellow,
        Severity::Low | Severity::Info => Ink::Cyan,
    }
}

fn accepted(status: &Status, paper: &mut Paper) {
    let Status::Suppressed { by, reason, until } = status else { return };
    let by = match by {
        SuppressedBy::Inline => "by a comment in the file",
        SuppressedBy::Allow => "by the configuration",
        SuppressedBy::Baseline => "by the baseline",
    };
    let until = until.map(|day| format!(" until {day}")).unwrap_or_default();
    let reason = reason.as_ref().map(|reason| format!(": {reason}")).unwrap_or_default();
    paper.row("accepted", &format!("{by}{until}{reason}"));
}

fn value(finding: &Finding, view: &View<'_>, paper: &mut Paper) {
    let Some(secret) = &finding.secret else { return };
    match view.reveal {
        Some(reveal) => paper.unfolded("value", &secret.reveal(reveal)),
        None => {
            let length = u64::try_from(secret.length()).unwrap_or(u64::MAX);
            paper.row("value", &format!("{}, {}", secret.masked(), count(length, "character", "characters")));
        }
    }
}

/// `high: proved by his-v1 (signature fits); passed base64-bytes, not-placeholder`.
fn confidence(finding: &Finding) -> String {
    let told = [
        (Effect::Proved, "proved by", true),
        (Effect::Passed, "passed", false),
        (Effect::Raised, "raised by", true),
        (Effect::Lowered, "lowered by", true),
    ];
    let clauses: Vec<String> = told
        .into_iter()
        .filter_map(|(effect, verb, detailed)| {
            let mut gates: Vec<String> =
                finding.because.iter().filter(|reason| reason.effect == effect).map(|r| gate(r, detailed)).collect();
            // Where two rules were passed over, `overlap` is a reason twice and news once.
            gates.dedup();
            (!gates.is_empty()).then(|| format!("{verb} {}", gates.join(", ")))
        })
        .collect();
    let level = finding.confidence.as_str();
    if clauses.is_empty() { level.to_owned() } else { format!("{level}: {}", clauses.join("; ")) }
}

fn gate(reason: &Reason, detailed: bool) -> String {
    if detailed && !reason.detail.is_empty() {
        format!("{} ({})", reason.gate, reason.detail)
    } else {
        reason.gate.clone()
    }
}

/// A table of them is told as one.
fn alike(finding: &Finding, paper: &mut Paper) {
    if !finding.alike.is_empty() {
        let others = count(finding.alike.len() as u64, "other secret", "other secrets");
        paper.row("alike", &format!("{others} of this kind in the same file"));
    }
}

/// The commit that brought it, and what became of it.
fn history(finding: &Finding, paper: &mut Paper) {
    let history = finding.history.as_ref();
    let origin = &finding.location.origin;
    let Some(commit) = history.map(|h| &*h.introduced).or_else(|| told::commit(origin)) else {
        if let Origin::Index { side: Some(side), .. } = origin {
            paper.row("staged", &format!("{} side of a merge that is not resolved", side.as_str()));
        }
        return;
    };
    let day = Day::from_unix(commit.time);
    let email = commit.email.as_ref().map(|email| format!(" <{email}>")).unwrap_or_default();
    paper.row("commit", &format!("{} of {day} by {}{email}: {}", short(&commit.id), commit.author, commit.summary));
    if let Some(history) = history {
        paper.row("", &became(history, &finding.location));
    }
}

fn became(history: &History, shown: &Location) -> String {
    let mut told = match (history.at_head, &history.removed_in) {
        (true, _) => "still at HEAD".to_owned(),
        (false, Some(commit)) => format!("gone since {}", short(&commit.id)),
        (false, None) => "not at HEAD".to_owned(),
    };
    if history.path != shown.path {
        told = format!("as {}:{}, {told}", history.path.shown(), history.line);
    }
    match history.kept_by {
        KeptBy::Refs => {}
        KeptBy::Notes => told += ", in a note",
        KeptBy::Stash => told += ", kept by the stash",
        KeptBy::Reflog => told += ", kept by a reflog only",
        KeptBy::Nothing => told += ", reachable from nothing",
    }
    if let Some((first, others)) = history.refs.split_first() {
        told += &format!(", held by {}", ref_name(first));
        let others = others.len() + history.other_refs;
        if others > 0 {
            let others = u64::try_from(others).unwrap_or(u64::MAX);
            told += &format!(" and {}", count(others, "other ref", "other refs"));
        }
    }
    told
}

/// `refs/heads/main` as `main`, as git shows it.
fn ref_name(name: &str) -> &str {
    let shorter = ["refs/heads/", "refs/tags/", "refs/remotes/"].into_iter().find_map(|start| name.strip_prefix(start));
    shorter.unwrap_or(name)
}

fn short(id: &str) -> &str {
    id.char_indices().nth(SHORT_ID).map_or(id, |(end, _)| &id[..end])
}

fn other_places(places: &[Location], paper: &mut Paper) {
    for (index, location) in places.iter().take(PLACES).enumerate() {
        let commit = told::commit(&location.origin).map(|c| format!(" in {}", short(&c.id))).unwrap_or_default();
        paper.unfolded(if index == 0 { "also at" } else { "" }, &format!("{}{commit}", place(location)));
    }
    if let Some(more) = places.len().checked_sub(PLACES + 1) {
        let more = u64::try_from(more + 1).unwrap_or(u64::MAX);
        paper.row("", &format!("and {}", count(more, "other place", "other places")));
    }
}

fn steps(finding: &Finding, paper: &mut Paper) {
    if let Some(way) = finding.remedies.iter().find(|remedy| remedy.because.is_some()) {
        let because = way.because.as_deref().unwrap_or_default();
        paper.row("way out", &format!("{} ({because})", way.title));
    }
    let steps: Vec<&Step> = finding.remedies.iter().flat_map(|remedy| &remedy.steps).collect();
    for (index, step) in steps.iter().take(STEPS).enumerate() {
        paper.row(if index == 0 { "next" } else { "then" }, &step.text);
        if let Some(command) = &step.command {
            for line in command.lines() {
                paper.unfolded("", &format!("  {line}"));
            }
        }
    }
    if let Some(more) = steps.len().checked_sub(STEPS).filter(|more| *more > 0) {
        let more = count(u64::try_from(more).unwrap_or(u64::MAX), "more step", "more steps");
        let short: String = finding.fingerprint.to_string().chars().take(SHORT_ID).collect();
        paper.row("", &format!("{more}: keyless explain --finding {short}"));
    }
}
