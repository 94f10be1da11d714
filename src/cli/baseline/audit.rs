//! `keyless baseline audit`: a person looks at each entry.
//!
//! A question at a time on standard error, an answer at a time from standard input,
//! so that it works in a terminal and from a script. Each answer is written at once:
//! whoever stops half-way loses nothing.

use std::collections::BTreeMap;
use std::io::{self, BufRead, Write as _};

use clap::Args;

use super::{Selection, count, existing, places, scan, shown, tell};
use crate::cli::engine::Known as _;
use crate::cli::known::Accepted;
use crate::cli::plan::Job;
use crate::cli::{ExitCode, Global};
use crate::error::Error;
use crate::model::{Day, Finding, Fingerprint, Report};
use crate::triage::baseline::{Baseline, Entry};

/// Words of `keyless baseline audit`.
#[derive(Debug, Args)]
pub(in crate::cli) struct AuditArgs {
    #[command(flatten)]
    what: Selection,
    /// Also ask about entries that have a reason
    #[arg(long)]
    all: bool,
    /// Ask nothing: exit with 1 if an entry has no reason or its day is over
    #[arg(long, conflicts_with = "all")]
    check: bool,
}

/// What to do with an entry.
enum Answer {
    Accept { reason: String, until: Option<Day> },
    Remove,
    Skip,
    Back,
    Quit,
}

pub(in crate::cli) fn run(args: &AuditArgs, global: &Global) -> Result<ExitCode, Error> {
    let (job, accepted) = existing(&args.what)?;
    if args.check {
        return check(&accepted, global);
    }
    let (report, _) = scan(&job, global)?;
    let seen = by_place(&report, &accepted);
    let mut entries: Vec<Option<Entry>> = accepted.baseline().entries().iter().cloned().map(Some).collect();
    let todo = todo(accepted.baseline().entries(), args.all);
    let mut at = 0;
    while let Some(&index) = todo.get(at) {
        let Some(entry) = entries[index].clone().or_else(|| accepted.baseline().entries().get(index).cloned()) else {
            break;
        };
        show(&entry, seen.get(&(entry.id, entry.path.clone())).copied(), at + 1, todo.len());
        match ask()? {
            Answer::Accept { reason, until } => {
                entries[index] = Some(Entry { reason: Some(reason), until: until.or(entry.until), ..entry });
                at += 1;
            }
            Answer::Remove => {
                entries[index] = None;
                at += 1;
            }
            Answer::Skip => at += 1,
            Answer::Back => at = at.saturating_sub(1),
            Answer::Quit => break,
        }
        save(&entries, &accepted, &job)?;
    }
    let left = Baseline::new(entries.into_iter().flatten());
    let without = left.entries().iter().filter(|entry| entry.reason.is_none()).count();
    tell(&format!("{}: {}, {without} without a reason", accepted.name(), count(left.entries().len())), global)?;
    Ok(ExitCode::Clean)
}

/// For a gate: has a person looked at every entry?
fn check(accepted: &Accepted, global: &Global) -> Result<ExitCode, Error> {
    let today = Day::today();
    let mut wrong = 0;
    for entry in accepted.baseline().entries() {
        let what = match (&entry.reason, entry.until) {
            (None, _) => "has no reason".to_owned(),
            (_, Some(last)) if entry.is_over(today) => format!("was accepted until {last}"),
            _ => continue,
        };
        wrong += 1;
        tell(&format!("{}:{}: {} in {} {what}", accepted.name(), entry.line, entry.rule, shown(&entry.path)), global)?;
    }
    Ok(if wrong == 0 { ExitCode::Clean } else { ExitCode::Findings })
}

/// By path, so that a reader stays in one file; those with a reason only if asked for.
fn todo(entries: &[Entry], all: bool) -> Vec<usize> {
    let mut todo: Vec<usize> = (0..entries.len()).filter(|&index| all || entries[index].reason.is_none()).collect();
    todo.sort_by_key(|&index| (&entries[index].path, &entries[index].rule));
    todo
}

fn by_place<'a>(report: &'a Report, accepted: &Accepted) -> BTreeMap<(Fingerprint, String), &'a Finding> {
    let mut seen = BTreeMap::new();
    for finding in &report.findings {
        for path in places(finding, accepted) {
            seen.entry((finding.fingerprint, path)).or_insert(finding);
        }
    }
    seen
}

fn save(entries: &[Option<Entry>], accepted: &Accepted, job: &Job) -> Result<(), Error> {
    accepted.write(&Baseline::new(entries.iter().flatten().cloned()), &job.config)
}

/// The entry and, if it is found, what a reader needs to judge it. Every secret is covered.
fn show(entry: &Entry, finding: Option<&Finding>, number: usize, of: usize) {
    let mut out = io::stderr().lock();
    let _ = writeln!(out, "\n[{number}/{of}] {} in {}", entry.rule, shown(&entry.path));
    match finding {
        None => {
            let _ = writeln!(out, "  nothing is found there any more");
        }
        Some(finding) => {
            let secret = finding.secret.as_ref().map(|secret| format!(": {}", secret.masked())).unwrap_or_default();
            let _ = writeln!(out, "  {}, {}{secret}", finding.severity.as_str(), finding.title);
            let is_here = finding.also_at.is_empty();
            for (offset, line) in finding.excerpt.text.lines().enumerate().filter(|_| is_here) {
                let _ = writeln!(out, "  {:>5} | {line}", finding.excerpt.first_line as usize + offset);
            }
            if !is_here {
                let _ = writeln!(out, "  in {} places", finding.also_at.len() + 1);
            }
        }
    }
    if let Some(reason) = &entry.reason {
        let until = entry.until.map(|day| format!(", until {day}")).unwrap_or_default();
        let _ = writeln!(out, "  accepted{until}: {}", shown(reason));
    }
}

/// Asks until the answer is understood; the end of the input is the end of the audit.
fn ask() -> Result<Answer, Error> {
    loop {
        let Some(word) = line("  (a)ccept, (r)emove, (s)kip, (b)ack, (q)uit? ")? else { return Ok(Answer::Quit) };
        match word.to_ascii_lowercase().as_str() {
            "a" | "accept" => {
                return Ok(match reason()? {
                    Some((reason, until)) => Answer::Accept { reason, until },
                    None => Answer::Quit,
                });
            }
            "r" | "remove" => return Ok(Answer::Remove),
            "s" | "skip" | "" => return Ok(Answer::Skip),
            "b" | "back" => return Ok(Answer::Back),
            "q" | "quit" => return Ok(Answer::Quit),
            _ => {}
        }
    }
}

fn reason() -> Result<Option<(String, Option<Day>)>, Error> {
    let reason = loop {
        match line("  why? ")? {
            None => return Ok(None),
            Some(reason) if !reason.is_empty() => break reason,
            Some(_) => {}
        }
    };
    loop {
        let Some(text) = line("  until which day (2027-06-30; nothing: for ever)? ")? else {
            return Ok(Some((reason, None)));
        };
        match super::day(&text) {
            Ok(day) => return Ok(Some((reason, Some(day)))),
            Err(_) if text.is_empty() => return Ok(Some((reason, None))),
            Err(what) => super::super::terminal::say(format_args!("  {what}")),
        }
    }
}

/// One line of standard input; `None` at its end.
fn line(question: &str) -> Result<Option<String>, Error> {
    {
        let mut out = io::stderr().lock();
        let _ = write!(out, "{question}").and_then(|()| out.flush());
    }
    let mut text = String::new();
    let read = io::stdin().lock().read_line(&mut text);
    let read = read.map_err(|cause| Error::Output { to: "the answer".into(), cause })?;
    Ok((read > 0).then(|| text.trim().to_owned()))
}
