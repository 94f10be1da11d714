//! What a project decided about its own findings, in the form that the engine asks for.
//!
//! A configuration names rules in many ways (slug, code, former name, `azure-*`) and
//! paths from its own directory; both are led back here to what findings have.

use std::path::Path;

use regex::bytes::RegexBuilder;

use super::plan::Job;
use crate::config::{Allow, Base, Config, Exclude, Glob, Origin, RuleName, Setting};
use crate::detect::Written;
use crate::model::{Confidence, Day, Notice, RepoPath, Report, RuleId, Severity};
use crate::remedy::Says;
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

/// Files that a project says tools write, or people.
#[derive(Debug)]
pub(super) struct Tools {
    /// What the path says counts, until a glob says otherwise.
    by_default: bool,
    /// The last one that holds decides.
    globs: Vec<(Glob, bool)>,
    base: Base,
}

impl Tools {
    /// `None` if nothing but our own list is in force.
    pub(super) fn of(config: &Config, base: &Path) -> Option<Self> {
        let is_ours = |glob: &&Setting<Exclude>| matches!(glob.origin, Origin::Default);
        let by_default = config.generated.iter().any(|glob| is_ours(&glob));
        let own: Vec<_> = config.generated.iter().filter(|glob| !is_ours(glob)).map(|glob| glob.value.glob()).collect();
        (!by_default || !own.is_empty()).then(|| Self { by_default, globs: own, base: Base::new(&config.root, base) })
    }
}

impl Written for Tools {
    fn by_a_tool(&self, path: &RepoPath, ours: bool) -> bool {
        let path = self.base.relative(path);
        let last = self.globs.iter().rev().find(|(glob, _)| glob.holds(&path));
        last.map_or(self.by_default && ours, |(_, takes_out)| !takes_out)
    }
}

/// Where a project says that its code runs.
pub(super) struct Platforms<'a> {
    config: &'a Config,
    base: Base,
}

impl<'a> Platforms<'a> {
    pub(super) fn of(job: &'a Job) -> Self {
        Self { config: &job.config, base: Base::new(&job.config.root, &job.base) }
    }
}

impl Says for Platforms<'_> {
    fn at(&self, path: &RepoPath) -> Option<&str> {
        self.config.platform_at(&self.base.relative(path)).map(|platform| platform.value.as_str())
    }

    fn anywhere(&self) -> Option<&str> {
        self.config.platform.as_ref().map(|platform| platform.value.as_str())
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

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;
    use crate::config::Profile;
    use crate::document::context::Context;

    #[test]
    fn the_list_that_is_printed_is_what_the_paths_say() {
        let config = Config::defaults(Profile::Gate, Path::new("/p"));
        let globs: Vec<(Glob, bool)> = config.generated.iter().map(|glob| glob.value.glob()).collect();
        let mut counts = [0, 0];
        for path in [
            "package-lock.json a/npm-shrinkwrap.json yarn.lock pnpm-lock.yaml bun.lockb composer.lock gemfile.lock",
            "cargo.lock x/poetry.lock go.sum gradle.lockfile packages.lock.json paket.lock chart.lock vcpkg-lock.json",
            ".terraform.lock.hcl module.bazel.lock package.resolved verification-metadata.xml go.work.sum flake.lock",
            "node_modules/a.js a/vendor/b.go third_party/x.py .venv/a a-1.0.dist-info/METADATA .m2/settings.xml",
            "obj/a.cs .next/x.json coverage/a.txt src/__snapshots__/a.snap a/.angular/x",
            "dist/app.js a/wwwroot/lib/x.css public/index.html build/a/b.mjs out/a.d.ts bin/x.map target/a.cjs",
            "a.min.js a.min.css a.map app.bundle.js 1.chunk.js a.pb.go a_pb2.py a_pb2_grpc.py a.pb.cc a.pb.h",
            "a.g.cs a.g.i.cs a.designer.cs a.designer.vb a.g.dart a.gen.go a.generated.cs swagger-ui-bundle.css",
            // people write these
            "package.json a.lock lock.json src/app.js dist/appsettings.json bin/deploy.sh build/settings.yml",
            "vendor.go src/objects/a.cs a.mapping min.js generated.cs a.pb2.py target/config.toml .env settings.xml",
        ]
        .iter()
        .flat_map(|line| line.split_whitespace())
        {
            let path = RepoPath::new(path.as_bytes());
            let by_path = Context::of(&path).has(Context::LOCK | Context::GENERATED | Context::VENDORED);
            let by_list = globs.iter().any(|(glob, _)| glob.holds(&path));
            assert_eq!(by_list, by_path, "{path:?}");
            counts[usize::from(by_path)] += 1;
        }
        assert!(counts.iter().all(|count| *count > 15), "{counts:?}");
    }
}
