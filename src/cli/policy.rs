//! What a project decided about its own findings, in the form that the engine asks for.
//!
//! A configuration names rules in many ways (slug, code, former name, `azure-*`) and
//! paths from its own directory; both are led back here to what findings have.

use std::path::Path;

use regex::bytes::RegexBuilder;

use super::plan::Job;
use crate::config::{Allow, Base, Config, RuleName, Setting};
use crate::model::{Confidence, Day, Notice, RepoPath, Report, RuleId, Severity};
use crate::rule::RuleSet;
use crate::scan::Limits;
use crate::triage::allow;

/// Overrides: each path has its own thresholds, and rules that do not run there.
#[derive(Debug)]
pub(super) struct PathLimits {
    config: Config,
    base: Base,
    /// Slug and all other names of a rule.
    names: Vec<(String, Vec<String>)>,
}

impl PathLimits {
    /// `None` if every path is treated alike.
    pub(super) fn of(config: &Config, rules: &RuleSet, base: &Path) -> Option<Self> {
        let names = rules.iter().map(|(_, rule)| (rule.spec().slug.to_string(), all_names(rule))).collect();
        let base = Base::new(&config.root, base);
        (!config.overrides.is_empty()).then(|| Self { config: config.clone(), base, names })
    }
}

impl Limits for PathLimits {
    fn of(&self, path: &RepoPath, rule: &RuleId) -> Option<(Severity, Confidence)> {
        let limits = self.config.limits(&self.base.relative(path));
        let names = self.names.iter().find(|(slug, _)| *slug == rule.slug).map_or(&[][..], |(_, names)| names);
        let is_off = limits.off.iter().any(|name| name.names(names.iter().map(String::as_str)));
        (!is_off).then_some((limits.severity, limits.confidence))
    }
}

/// Marks what the configuration accepts, and tells which entries hold no longer.
pub(super) fn accept(job: &Job, rules: &RuleSet, report: &mut Report) {
    let config = &job.config;
    let today = Day::today();
    let entries: Vec<allow::Entry> =
        config.allow.iter().filter_map(|entry| accepted(config, rules, &job.base, entry)).collect();
    allow::apply(&entries, &mut report.findings, today);
    report.notices.extend(config.allow.iter().filter_map(|entry| expired(entry, today)));
    if let Some(baseline) = &job.baseline {
        let notices = baseline.notices(job, rules, report);
        report.notices.extend(notices);
    }
    report.notices.sort();
}

/// `None` if it is about rules that do not run.
fn accepted(config: &Config, rules: &RuleSet, base: &Path, entry: &Allow) -> Option<allow::Entry> {
    let slugs = slugs(rules, &entry.rules);
    if slugs.is_empty() && !entry.rules.is_empty() {
        return None;
    }
    let (base, globs) = (Base::new(&config.root, base), entry.paths.clone());
    let regex = entry.regex.as_ref().map(|pattern| {
        RegexBuilder::new(pattern.as_str()).unicode(false).build().expect("the configuration parsed it")
    });
    Some(allow::Entry {
        rules: slugs,
        paths: Box::new(move |path| {
            let path = base.relative(path);
            globs.is_empty() || globs.iter().any(|glob| glob.value.holds(&path))
        }),
        regex,
        secret_id: entry.secret_id.as_ref().map(|id| id.as_str().to_owned()),
        reason: entry.reason.as_str().to_owned(),
        until: entry.until.map(|until| until.0),
    })
}

fn expired(entry: &Allow, today: Day) -> Option<Notice> {
    let last = entry.until.map(|until| until.0).filter(|last| *last < today)?;
    let line = u32::try_from(entry.place.line_column().0).unwrap_or(u32::MAX);
    let what = format!("this entry accepted findings until {last}; renew it or take it out");
    Some(Notice { path: RepoPath::new(entry.place.file.name().as_bytes()), line, what })
}

fn slugs(rules: &RuleSet, named: &[Setting<RuleName>]) -> Vec<String> {
    let is_named = |names: &[String]| named.iter().any(|name| name.value.names(names.iter().map(String::as_str)));
    let named = rules.iter().filter(|(_, rule)| is_named(&all_names(rule)));
    named.map(|(_, rule)| rule.spec().slug.to_string()).collect()
}

fn all_names(rule: &crate::rule::Rule) -> Vec<String> {
    let spec = rule.spec();
    spec.formerly.iter().chain([&spec.slug, &spec.code]).map(ToString::to_string).collect()
}
