//! Where the verbs meet the engine: a job becomes a plan and sources, a report becomes bytes.
//!
//! Everything the command line knows of rules, scans, samples and formats goes
//! through here.

mod mend;
mod rules;
mod sources;

use std::io::{self, Write};
use std::path::Path;
use std::sync::Arc;

use crate::config::Config;
use crate::detect;
use crate::error::Error;
use crate::model::{RepoKey, RepoPath, Report};
use crate::remedy::iac::{self, Emitted, Hosted};
use crate::report::{Theme, View};
use crate::rule::RuleSet;
use crate::scan::{self, ScanPlan};
use crate::source::Source;
use crate::source::objects::{self, Store};

use super::output::Look;
use super::plan::{Job, Target};
use super::policy::{self, PathLimits};
pub(super) use crate::detect::{Cost, Costs, Part};
pub(super) use crate::remedy::PLATFORMS;
pub(super) use crate::report::Format;
pub(super) use crate::scan::Progress;
pub(super) use crate::scan::known::{Known, path as path_in_baseline};
pub(super) use crate::scan::refused::Refused;
pub(super) use mend::{Task, is_all_staged, refused};
pub(super) use rules::{all_rules, costs, fake, page, selected, test_rules, topic, topic_pages, topics};
use sources::{roots, sources};

/// What the command line says beside the configuration.
#[derive(Debug, Default)]
pub(super) struct Asked {
    /// The name of standard input.
    pub(super) stdin_name: Option<RepoPath>,
    /// Tell the e-mail addresses of authors.
    pub(super) emails: bool,
}

/// Scans what a job is about.
pub(super) fn scan(job: &Job, rules: &RuleSet, asked: &Asked, progress: &Progress) -> Result<Report, Error> {
    let plan = plan(job, rules);
    let sources = sources(job, rules, &plan.detect, asked)?;
    let sources: Vec<&dyn Source> = sources.iter().map(|source| &**source).collect();
    let mut report = scan::scan(&plan, &sources, rules, progress)?;
    policy::accept(job, rules, &mut report);
    report.below = below(job);
    let hosted = if report.findings.is_empty() { None } else { hosted(&job.start) };
    crate::remedy::attach(&mut report, rules, &policy::Platforms::of(job), hosted.as_ref());
    Ok(report)
}

/// Infrastructure for what a report shows, with the name that the repository has where it is hosted.
pub(super) fn iac(report: &Report, rules: &[RuleSet], jobs: &[Job]) -> Vec<Emitted> {
    let Some((job, rules)) = jobs.first().zip(rules.first()) else { return Vec::new() };
    let below = crate::model::common(report);
    iac::emit(report, rules, &policy::Platforms::of(job), &below, hosted(&job.start).as_ref())
}

/// The one directory that a job is about, as paths of its report have it.
fn below(job: &Job) -> String {
    let Target::Paths { paths, stdin: false } = &job.target else { return String::new() };
    let [path] = paths.as_slice() else { return String::new() };
    let shown = RepoPath::from_path(path).shown().into_owned();
    let shown = shown.trim_start_matches("./").trim_end_matches('/');
    if shown.is_empty() || shown == "." || !job.base.join(path).is_dir() { String::new() } else { format!("{shown}/") }
}

/// Of the first remote at a host that names owner and repository.
fn hosted(start: &Path) -> Option<Hosted> {
    let root = objects::is_in_repository(start)?;
    let remotes = Store::open(&root).ok()?.remotes();
    remotes.iter().find_map(|(_, url)| {
        let path = url.trim_end_matches('/').trim_end_matches(".git");
        let mut parts = path.rsplit(['/', ':']);
        let (name, owner) = (parts.next()?.to_owned(), parts.next()?.to_owned());
        let is_plain =
            |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_alphanumeric() || b"._-".contains(&b));
        (is_plain(&name) && is_plain(&owner)).then_some(Hosted { owner, name })
    })
}

fn plan(job: &Job, rules: &RuleSet) -> ScanPlan {
    let config = &job.config;
    let defaults = ScanPlan::default();
    ScanPlan {
        threads: config.threads.as_ref().map_or(defaults.threads, |threads| threads.value.get().into()),
        severity: config.severity.value,
        confidence: config.confidence.value,
        limits: PathLimits::of(config, rules, &job.base).map(|limits| Arc::new(limits) as _),
        baseline: job.baseline.clone().map(|baseline| Arc::new(baseline) as _),
        key: key(config),
        detect: detect::Options {
            decode_depth: config.decode_depth.value,
            written: policy::Tools::of(config, &job.base).map(|tools| Arc::new(tools) as _),
            minified: config.minified.value,
            // Lints look at the present: what the past needed, nobody can change.
            lints: !matches!(job.target, Target::History { .. }),
            ..defaults.detect
        },
        roots: roots(job),
    }
}

/// Under which the identities of a project are made.
pub(super) fn key(config: &Config) -> RepoKey {
    config.identity_key.as_ref().map_or_else(RepoKey::default, |key| RepoKey::new(key.value.as_bytes()))
}

/// Writes a report.
pub(super) fn write(
    format: Format,
    report: &Report,
    rules: &[RuleSet],
    look: &Look,
    width: usize,
    out: &mut dyn Write,
) -> io::Result<()> {
    let view = View {
        show_suppressed: look.show_suppressed,
        posture: look.posture,
        revoke_only: look.revoke_only,
        reveal: look.reveal.as_ref(),
        theme: if look.colour { Theme::Colour } else { Theme::Plain },
        width,
        took: Some(look.took),
        day: crate::model::Day::today(),
        ..View::new(&rules, look.verdict)
    };
    format.output().write(report, &view, out)
}
