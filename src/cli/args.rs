//! The options of `keyless scan`, and how their values are read.

use std::fmt;
use std::num::NonZeroU16;
use std::path::PathBuf;
use std::str::FromStr;

use clap::Args;
use clap::builder::{PossibleValuesParser, TypedValueParser};

use super::engine::Format;
use crate::config::{ByteSize, Exclude, Profile, RuleName, Words, suggest};
use crate::error::Error;
use crate::model::{Confidence, Severity};

const EXAMPLES: &str = "\
Examples:
  keyless scan                                     the current directory
  keyless scan src deploy.yml                      a directory and a file
  git show HEAD~3:.env | keyless scan - --stdin-filename .env
  keyless scan --staged                            what the next commit brings
  keyless scan --diff main                         what this branch brings that main has not
  keyless scan --history                           all that this repository ever held
  git diff | keyless scan --patch -
  keyless scan --profile audit                     also what is unlikely, and what git ignores
  keyless scan --format human --format sarif=keyless.sarif
  keyless scan --fail-on high --exclude 'tests/'   a gate for what matters most
  keyless scan --print-config                      what is in force, and who said so";

/// What is scanned, with which rules, under which configuration: the words of every verb that scans.
#[derive(Clone, Debug, Default, Args)]
pub(super) struct Selection {
    /// Files and directories [default: the current one]; `-` is standard input
    #[arg(value_name = "PATH")]
    pub(super) paths: Vec<PathBuf>,
    /// Scan what is staged for the next commit; PATH names files of it
    #[arg(long, group = "git", help_heading = "What is scanned")]
    pub(super) staged: bool,
    /// Scan what commits bring: BASE, BASE..HEAD, or `auto` for what a CI run is about
    #[arg(long, group = "git", value_name = "RANGE", conflicts_with = "paths", help_heading = "What is scanned")]
    pub(super) diff: Option<String>,
    /// Scan all that repositories ever held; PATH names repositories
    #[arg(long, group = "git", help_heading = "What is scanned")]
    pub(super) history: bool,
    #[command(flatten)]
    pub(super) past: Past,
    /// Scan the new side of a patch; `-` is standard input
    #[arg(long, group = "git", value_name = "FILE", conflicts_with = "paths", help_heading = "What is scanned")]
    pub(super) patch: Option<PathBuf>,
    /// The name of what comes on standard input; decides how it is read
    #[arg(long, value_name = "NAME", help_heading = "What is scanned")]
    pub(super) stdin_filename: Option<PathBuf>,
    /// Do not read what this glob names; adds to the configuration
    #[arg(long, value_name = "GLOB", help_heading = "What is scanned")]
    pub(super) exclude: Vec<Exclude>,
    /// Read what `.gitignore` and its like leave out
    #[arg(long, help_heading = "What is scanned")]
    pub(super) no_ignore: bool,
    /// Skip larger files: `32 MiB`, `500 KB`, or bytes
    #[arg(long, value_name = "SIZE", help_heading = "What is scanned")]
    pub(super) max_file_size: Option<ByteSize>,
    /// Threads to scan with [default: one a core]
    #[arg(long, value_name = "N", help_heading = "What is scanned")]
    pub(super) threads: Option<NonZeroU16>,

    /// Run this rule only; slug, code, or slug with `*`; repeatable
    #[arg(long, value_name = "RULE", help_heading = "What is reported")]
    pub(super) rule: Vec<RuleName>,
    /// Do not run this rule; repeatable
    #[arg(long, value_name = "RULE", help_heading = "What is reported")]
    pub(super) exclude_rule: Vec<RuleName>,
    /// What the run is for: picks severity and confidence [default: gate; staged: hook; history: audit]
    #[arg(long, value_name = "PROFILE", value_parser = profiles(), help_heading = "What is reported")]
    pub(super) profile: Option<Profile>,
    /// The least severity to report [default: low]
    #[arg(long, value_name = "LEVEL", value_parser = severities(), help_heading = "What is reported")]
    pub(super) severity: Option<Severity>,
    /// The least confidence to report [default: medium]
    #[arg(long, value_name = "LEVEL", value_parser = confidences(), help_heading = "What is reported")]
    pub(super) confidence: Option<Confidence>,
    /// Findings that are known and accepted [default: .keyless-baseline.jsonl, found upwards]
    #[arg(long, value_name = "FILE", help_heading = "What is reported")]
    pub(super) baseline: Option<PathBuf>,

    /// Use this configuration instead of searching for keyless.toml [env: KEYLESS_CONFIG]
    #[arg(long, value_name = "FILE", help_heading = "Configuration")]
    pub(super) config: Option<PathBuf>,
    /// Use no configuration but the command line
    #[arg(long, conflicts_with = "config", help_heading = "Configuration")]
    pub(super) no_config: bool,
}

/// What has no history. Clap asks for none of what is required once a word stands that it cannot stand beside.
const PRESENT: [&str; 3] = ["staged", "diff", "patch"];

/// How much of a history is scanned.
#[derive(Clone, Debug, Default, PartialEq, Eq, Args)]
#[command(next_help_heading = "History")]
pub(super) struct Past {
    /// Also what no ref and no reflog leads to
    #[arg(long, requires = "history", conflicts_with_all = PRESENT)]
    pub(super) unreachable: bool,
    /// Also the repositories of submodules
    #[arg(long, requires = "history", conflicts_with_all = PRESENT)]
    pub(super) submodules: bool,
    /// Only commits since a day (2026-01-31), or since a commit
    #[arg(long, requires = "history", conflicts_with_all = PRESENT, value_name = "DAY|COMMIT")]
    pub(super) since: Option<String>,
    /// Only what this branch leads to; repeatable
    #[arg(long, requires = "history", conflicts_with_all = PRESENT, value_name = "NAME")]
    pub(super) branch: Vec<String>,
    /// Only the newest commits
    #[arg(long, requires = "history", conflicts_with_all = PRESENT, value_name = "N")]
    pub(super) max_commits: Option<usize>,
    /// Hold each object against its name, which takes three times as long
    #[arg(long, requires = "history", conflicts_with_all = PRESENT)]
    pub(super) verify_objects: bool,
    /// Where it is kept which blobs were found clean, so that the next scan passes them over [default: .git/keyless]
    #[arg(long, requires = "history", conflicts_with_all = PRESENT, value_name = "DIR")]
    pub(super) cache_dir: Option<PathBuf>,
    /// Scan every blob again, and keep nothing for the next scan
    #[arg(long, requires = "history", conflicts_with_all = PRESENT, conflicts_with = "cache_dir")]
    pub(super) no_cache: bool,
    /// Read packs with libgit2 alone, to compare
    #[arg(long, requires = "history", conflicts_with_all = PRESENT, hide = true)]
    pub(super) slow_git: bool,
}

/// Words of `keyless scan`.
#[derive(Clone, Debug, Default, Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct ScanArgs {
    #[command(flatten)]
    pub(super) what: Selection,
    /// Use no baseline, also where one is found
    #[arg(long, conflicts_with = "baseline", help_heading = "What is reported")]
    pub(super) no_baseline: bool,
    /// Tell the e-mail addresses of authors
    #[arg(long, requires = "git", help_heading = "What is reported")]
    pub(super) show_emails: bool,
    /// Also show findings that were accepted
    #[arg(long, help_heading = "What is reported")]
    pub(super) show_suppressed: bool,
    /// Also tell which resources still accept keys, which identities hold secrets, which pipelines sign in with one
    #[arg(long, help_heading = "What is reported")]
    pub(super) posture: bool,
    /// Show secrets as they are; only on a terminal
    #[arg(long, help_heading = "What is reported")]
    pub(super) show_secrets: bool,

    /// Format of the report, or FORMAT=FILE; repeatable [default: human]
    #[arg(long, short, value_name = "FORMAT", help_heading = "Output")]
    pub(super) format: Vec<Wanted>,
    /// Write the report to this file instead of standard output
    #[arg(long, short, value_name = "FILE", help_heading = "Output")]
    pub(super) output: Option<PathBuf>,
    /// The least severity that makes the exit code 1 [default: low]
    #[arg(long, value_name = "LEVEL", value_parser = severities(), help_heading = "Output")]
    pub(super) fail_on: Option<Severity>,
    /// Exit with 0 whatever was found; what could not be read still makes it 2
    #[arg(long, help_heading = "Output")]
    pub(super) exit_zero: bool,
    /// Print counters and durations on standard error
    #[arg(long, help_heading = "Output")]
    pub(super) stats: bool,

    /// Print what is in force and who said so, and scan nothing
    #[arg(long, help_heading = "Configuration")]
    pub(super) print_config: bool,
    /// Of a plan only what to revoke; `keyless revoke` says it.
    #[arg(skip)]
    pub(super) revoke_only: bool,
}

impl Selection {
    /// What the words say over the configuration.
    pub(super) fn words(&self) -> Words {
        Words {
            profile: self.profile,
            severity: self.severity,
            confidence: self.confidence,
            fail_on: None,
            threads: self.threads,
            max_file_size: self.max_file_size,
            exclude: self.exclude.clone(),
            no_ignore: self.no_ignore,
            rules: self.rule.clone(),
            exclude_rules: self.exclude_rule.clone(),
        }
    }
}

impl ScanArgs {
    /// What the words say over the configuration.
    pub(super) fn words(&self) -> Words {
        Words { fail_on: self.fail_on, ..self.what.words() }
    }
}

/// A format, and the file it goes to if not to standard output.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Wanted {
    pub(super) format: Format,
    pub(super) file: Option<PathBuf>,
}

impl FromStr for Wanted {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let (word, file) = match text.split_once('=') {
            Some((_, "")) => return Err("a file name is missing after `=`".into()),
            Some((word, file)) => (word, Some(PathBuf::from(file))),
            None => (text, None),
        };
        let format = Format::from_str(word).map_err(|_| no_format(word))?;
        Ok(Self { format, file })
    }
}

/// Commits: what the heads have and the bases have not.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct CommitRange {
    pub(super) bases: Vec<String>,
    /// Only the first base that is here counts.
    pub(super) first_base: bool,
    pub(super) head: String,
}

impl FromStr for CommitRange {
    type Err = Error;

    /// `BASE`, `BASE..HEAD` and `BASE...HEAD`; either side of the dots may be left out and is `HEAD` then.
    fn from_str(text: &str) -> Result<Self, Error> {
        let named = |name: &str| if name.is_empty() { "HEAD".to_owned() } else { name.to_owned() };
        let (base, head) = match text.split_once("...").or_else(|| text.split_once("..")) {
            Some((base, head)) => (named(base), named(head)),
            None => (text.to_owned(), "HEAD".to_owned()),
        };
        if base.is_empty() || head.contains("..") {
            return Err(Error::usage(
                format!("`{text}` is no range of commits"),
                "write BASE, BASE..HEAD, or `auto` in a CI run",
            ));
        }
        Ok(Self { bases: vec![base], first_base: false, head })
    }
}

impl fmt::Display for CommitRange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}..{}", self.bases.first().map_or("", String::as_str), self.head)
    }
}

/// What to say about a word that is no format.
pub(super) fn no_format(word: &str) -> String {
    format!("no such format; {}", suggest::help(word, Format::ALL.map(Format::as_str)))
}

pub(super) fn severities() -> impl TypedValueParser<Value = Severity> {
    let words = PossibleValuesParser::new(Severity::ALL.map(Severity::as_str));
    words.map(|word| *Severity::ALL.iter().find(|level| level.as_str() == word).expect("it is one of these words"))
}

fn confidences() -> impl TypedValueParser<Value = Confidence> {
    let words = PossibleValuesParser::new(Confidence::ALL.map(Confidence::as_str));
    words.map(|word| *Confidence::ALL.iter().find(|level| level.as_str() == word).expect("it is one of these words"))
}

fn profiles() -> impl TypedValueParser<Value = Profile> {
    let words = PossibleValuesParser::new(Profile::ALL.map(Profile::as_str));
    words.map(|word| *Profile::ALL.iter().find(|profile| profile.as_str() == word).expect("it is one of these words"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_range_is_read_as_git_reads_it() {
        for (text, expected) in [
            ("main", Some(("main", "HEAD"))),
            ("main..topic", Some(("main", "topic"))),
            ("main...topic", Some(("main", "topic"))),
            ("HEAD~3..", Some(("HEAD~3", "HEAD"))),
            ("..topic", Some(("HEAD", "topic"))),
            ("", None),
            ("a..b..c", None),
        ] {
            let range = text.parse::<CommitRange>().ok();
            let read = range.as_ref().map(|range| (range.bases[0].as_str(), range.head.as_str()));
            assert_eq!(read, expected, "{text:?}");
        }
    }

    #[test]
    fn a_format_may_name_its_file() {
        for (text, format, file) in [
            ("human", Format::Human, None),
            ("sarif=out.sarif", Format::Sarif, Some("out.sarif")),
            ("json=a=b.json", Format::Json, Some("a=b.json")),
        ] {
            assert_eq!(text.parse(), Ok(Wanted { format, file: file.map(PathBuf::from) }), "{text}");
        }
        for (text, what) in [
            ("sarif=", "a file name is missing after `=`"),
            ("sarf", "no such format; did you mean `sarif`?"),
            (
                "xml",
                "no such format; known here: `human`, `json`, `jsonl`, `sarif`, `gitlab`, `gitlab-sast`, `plan`, `plan-html`, `plan-json`",
            ),
        ] {
            assert_eq!(text.parse::<Wanted>(), Err(what.to_owned()), "{text}");
        }
    }
}
