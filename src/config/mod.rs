//! Configuration: what `keyless.toml`, the command line and our defaults say together.
//!
//! Think of layers, each over the one before: defaults, the files of a [`Chain`],
//! the [`Words`] of the command line. The result is a [`Config`] whose every value
//! knows where it came from. Scanning, and giving any of it a meaning, is left to
//! others: rules are names here, formats are words.

mod at;
pub mod discover;
mod error;
pub mod file;
mod glob;
mod merge;
mod show;
pub mod suggest;
pub mod words;

use std::fmt;
use std::num::NonZeroU16;
use std::path::PathBuf;

pub use discover::{Chain, Found};
pub use error::{ConfigError, Place, SourceText};
pub use glob::{Base, Exclude, Glob};
pub use words::{Because, ByteSize, Pattern, Profile, RuleName, SecretIdText, Until};

use crate::model::{Confidence, RepoPath, Severity};

/// Directories that hold other people's code or a tool's cache: nothing there is ours to mend.
pub const DEFAULT_EXCLUDE: [&str; 8] = [
    "node_modules/",
    "bower_components/",
    ".terraform/",
    ".venv/",
    "site-packages/",
    "__pycache__/",
    ".tox/",
    ".mypy_cache/",
];

/// Files that tools write: package managers' locks, other people's code, generated code. In them only
/// secrets in a format of their own count. `Context` in `document` knows the same by heart, which a test holds.
pub const DEFAULT_GENERATED: &[&str] = &[
    "{package-lock,npm-shrinkwrap,packages.lock,project.assets,vcpkg-lock}.json",
    "{yarn,bun,deno,composer,gemfile,cargo,poetry,uv,pdm,pipfile,paket,podfile,pubspec}.lock",
    "{mix,flake,conan,module.bazel,buf,chart}.lock",
    "{pnpm-lock.yaml,bun.lockb,go.sum,go.work.sum,gradle.lockfile,verification-metadata.xml}",
    "{package.resolved,cartfile.resolved,.terraform.lock.hcl}",
    "{node_modules,vendor,vendors,bower_components,site-packages,.venv,venv,third_party}/",
    "{third-party,thirdparty,3rdparty,.terraform,pods,jspm_modules,.yarn,.m2,.nuget,*.dist-info}/",
    "{obj,.next,.nuxt,coverage,__snapshots__,__pycache__,.angular}/",
    "**/{bin,dist,build,out,target,wwwroot,public}/**/*.{js,mjs,cjs,css,map,html,d.ts}",
    "*{.min.js,.min.css,.map,.bundle.js,.chunk.js,.pb.go,_pb2.py,_pb2_grpc.py,.pb.cc,.pb.h}",
    "*{.g.cs,.g.i.cs,.designer.cs,.designer.vb,.g.dart,.gen.go,.generated.*}",
    "swagger-ui*",
];

/// A value, and where it came from.
#[derive(Clone, Debug)]
pub struct Setting<T> {
    /// What counts.
    pub value: T,
    /// Who said so.
    pub origin: Origin,
}

/// Where a value came from.
#[derive(Clone, Debug)]
pub enum Origin {
    /// Nobody said anything else.
    Default,
    /// It comes with the profile.
    Profile(Profile),
    /// A place in a file.
    File(Place),
    /// An option: `--severity`.
    CommandLine(&'static str),
    /// A variable: `NO_COLOR`.
    Environment(&'static str),
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Default => f.write_str("default"),
            Self::Profile(profile) => write!(f, "profile {}", profile.as_str()),
            Self::File(place) => write!(f, "{place}"),
            Self::CommandLine(option) => f.write_str(option),
            Self::Environment(variable) => write!(f, "environment {variable}"),
        }
    }
}

/// Everything that is in force for one scanned path.
#[derive(Clone, Debug)]
pub struct Config {
    /// Files that were read, in the order they were applied, as people are told them.
    pub files: Vec<String>,
    /// Who named the last of them; `Default` if a search found it.
    pub named_by: Origin,
    /// The directory that globs start from, absolute.
    pub root: PathBuf,
    /// What the run is for.
    pub profile: Setting<Profile>,
    /// The least severity that is reported.
    pub severity: Setting<Severity>,
    /// The least confidence that is reported.
    pub confidence: Setting<Confidence>,
    /// The least severity that makes the exit code 1.
    pub fail_on: Setting<Severity>,
    /// Format of the report on standard output; a word, which `cli` understands.
    pub format: Option<Setting<String>>,
    /// Threads to scan with; `None` is one a core.
    pub threads: Option<Setting<NonZeroU16>>,
    /// Larger files are skipped.
    pub max_file_size: Setting<ByteSize>,
    /// What is not read.
    pub exclude: Vec<Setting<Exclude>>,
    /// Written by tools: only secrets in a format of their own count there.
    pub generated: Vec<Setting<Exclude>>,
    /// Files with lines nobody reads are such files too.
    pub minified: Setting<bool>,
    /// Obey `.gitignore` and its like.
    pub ignore_files: Setting<bool>,
    /// How many encodings within each other are undone.
    pub decode_depth: Setting<u8>,
    /// Key for identities.
    pub identity_key: Option<Setting<String>>,
    /// Which rules run.
    pub rules: Rules,
    /// Other settings for some paths, the last one counts.
    pub overrides: Vec<Override>,
    /// What is known and accepted.
    pub allow: Vec<Allow>,
    /// Where the code runs.
    pub platform: Option<Setting<String>>,
}

/// Which rules run.
#[derive(Clone, Debug, Default)]
pub struct Rules {
    /// Only these; `None` is all.
    pub select: Option<Vec<Setting<RuleName>>>,
    /// Not these.
    pub disable: Vec<Setting<RuleName>>,
    /// Directories with users' rules, absolute.
    pub directories: Vec<Setting<PathBuf>>,
}

impl Rules {
    /// Does the rule with these names (slug, code, former names) run?
    pub fn run<'a>(&self, names: impl IntoIterator<Item = &'a str> + Clone) -> bool {
        let any = |list: &[Setting<RuleName>]| list.iter().any(|name| name.value.names(names.clone()));
        self.select.as_deref().is_none_or(any) && !any(&self.disable)
    }
}

/// Other settings for some paths.
#[derive(Clone, Debug)]
pub struct Override {
    /// Globs of the paths.
    pub paths: Vec<Setting<Glob>>,
    /// Rules that do not run there.
    pub disable: Vec<Setting<RuleName>>,
    /// The least severity that is reported there.
    pub severity: Option<Setting<Severity>>,
    /// The least confidence that is reported there.
    pub confidence: Option<Setting<Confidence>>,
    /// Where the code there runs.
    pub platform: Option<Setting<String>>,
}

/// Findings that are accepted. All that is given must hold.
#[derive(Clone, Debug)]
pub struct Allow {
    /// Where it is said.
    pub place: Place,
    /// Found by one of these rules; empty: any.
    pub rules: Vec<Setting<RuleName>>,
    /// In one of these paths; empty: any.
    pub paths: Vec<Setting<Glob>>,
    /// The secret, or the code of a lint, holds it somewhere.
    pub regex: Option<Pattern>,
    /// This very secret.
    pub secret_id: Option<SecretIdText>,
    /// Why.
    pub reason: Because,
    /// The last day on which it holds.
    pub until: Option<Until>,
}

/// What the command line says; `None` and empty where it says nothing.
#[derive(Clone, Debug, Default)]
#[allow(missing_docs)]
pub struct Words {
    pub profile: Option<Profile>,
    pub severity: Option<Severity>,
    pub confidence: Option<Confidence>,
    pub fail_on: Option<Severity>,
    pub threads: Option<NonZeroU16>,
    pub max_file_size: Option<ByteSize>,
    pub exclude: Vec<Exclude>,
    pub no_ignore: bool,
    pub rules: Vec<RuleName>,
    pub exclude_rules: Vec<RuleName>,
}

/// What is reported of one path.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Limits<'a> {
    /// The least severity.
    pub severity: Severity,
    /// The least confidence.
    pub confidence: Confidence,
    /// Rules that do not run there.
    pub off: Vec<&'a RuleName>,
}

impl Config {
    /// What is reported of a path, which is relative to [`Config::root`]. The command line is above every override.
    pub fn limits(&self, path: &RepoPath) -> Limits<'_> {
        let mut severity = &self.severity;
        let mut confidence = &self.confidence;
        let mut off = Vec::new();
        for section in self.overrides.iter().filter(|section| section.names(path)) {
            severity = over(severity, section.severity.as_ref());
            confidence = over(confidence, section.confidence.as_ref());
            off.extend(section.disable.iter().map(|name| &name.value));
        }
        Limits { severity: severity.value, confidence: confidence.value, off }
    }

    /// Where the code at a path runs, if an override says so; the path is relative to [`Config::root`].
    pub fn platform_at(&self, path: &RepoPath) -> Option<&Setting<String>> {
        let named = self.overrides.iter().rev().filter(|section| section.names(path));
        named.filter_map(|section| section.platform.as_ref()).next()
    }

    /// Every platform that is named.
    pub fn platforms(&self) -> impl Iterator<Item = &Setting<String>> {
        self.platform.iter().chain(self.overrides.iter().filter_map(|section| section.platform.as_ref()))
    }

    /// Every name of a rule that is used, with who used it; so that unknown ones can be refused.
    pub fn rule_names(&self) -> impl Iterator<Item = &Setting<RuleName>> {
        let select = self.rules.select.iter().flatten();
        let overrides = self.overrides.iter().flat_map(|section| &section.disable);
        let allow = self.allow.iter().flat_map(|entry| &entry.rules);
        select.chain(&self.rules.disable).chain(overrides).chain(allow)
    }

    /// This, in the form of a `keyless.toml` with every value's origin beside it.
    pub fn print(&self) -> String {
        show::print(self)
    }
}

impl Override {
    fn names(&self, path: &RepoPath) -> bool {
        self.paths.iter().any(|glob| glob.value.holds(path))
    }
}

fn over<'a, T>(below: &'a Setting<T>, above: Option<&'a Setting<T>>) -> &'a Setting<T> {
    match above {
        Some(above) if !matches!(below.origin, Origin::CommandLine(_)) => above,
        _ => below,
    }
}
