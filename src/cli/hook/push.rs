//! What a push brings: the commits that the other side lacks, for each ref that is not deleted.

use std::io::Read as _;
use std::time::Duration;

use clap::{Parser as _, ValueEnum};

use super::git;
use crate::cli::args::{CommitRange, ScanArgs};
use crate::cli::terminal::say;
use crate::cli::{Command, ExitCode, Global, Keyless, scan};
use crate::error::Error;

/// What is done with a push that could not be read, or not in time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(in crate::cli) enum OnFailure {
    /// It does not pass.
    Reject,
    /// It passes, and says so.
    Accept,
}

impl OnFailure {
    /// The word of the option.
    pub(super) fn as_str(self) -> &'static str {
        match self {
            Self::Reject => "reject",
            Self::Accept => "accept",
        }
    }
}

/// Commits to be scanned, and how long that may take.
#[derive(Debug, Default)]
pub(in crate::cli) struct Pushed {
    /// One for each ref.
    pub(in crate::cli) ranges: Vec<CommitRange>,
    /// More than that is not waited for.
    pub(in crate::cli) limit: Option<Duration>,
}

/// A hook's input is a line a ref; a push of a million refs has 200 MB.
const MAX_INPUT: u64 = 256 << 20;

/// The words of a scan, as if they stood on the command line.
pub(super) fn words(options: &[&str]) -> ScanArgs {
    let words = ["keyless", "scan", "--no-progress"].iter().chain(options);
    match Keyless::try_parse_from(words).map(|keyless| keyless.command) {
        Ok(Command::Scan(args)) => *args,
        _ => unreachable!("these are the words of a scan"),
    }
}

/// `<local ref> <local id> <remote ref> <remote id>` a line; git says the remote's name and address.
pub(super) fn before_push(said: &[String], global: &Global) -> Result<ExitCode, Error> {
    let remote = said.first().map_or("", String::as_str);
    // what was seen at this remote it has, unless somebody took it away there
    let mut known =
        if remote.contains(['*', '?', '[']) { Vec::new() } else { git::tips(&format!("refs/remotes/{remote}/"))? };
    let mut ranges = Vec::new();
    for line in input()?.lines() {
        let words: Vec<&str> = line.split_whitespace().collect();
        let [_, ours, _, theirs] = words[..] else { return Err(not_understood(line)) };
        if is_none(ours) {
            continue; // a ref is deleted
        }
        // a forced push may replace a commit that was never fetched
        if !is_none(theirs) && git::has_commit(theirs)? {
            known.push(theirs.to_owned());
        }
        ranges.push(range(&known, ours));
        known.push(ours.to_owned());
    }
    scan_all(&Pushed { ranges, limit: None }, global)
}

/// `<old id> <new id> <ref>` a line; the new objects are in quarantine, where git's variables lead.
pub(super) fn before_receive(seconds: Option<u32>, on_failure: OnFailure, global: &Global) -> Result<ExitCode, Error> {
    let mut known = git::tips("refs/")?;
    let mut ranges = Vec::new();
    for line in input()?.lines() {
        let words: Vec<&str> = line.split_whitespace().collect();
        let [_, new, _] = words[..] else { return Err(not_understood(line)) };
        if is_none(new) {
            continue;
        }
        ranges.push(range(&known, new));
        known.push(new.to_owned());
    }
    let limit = seconds.map(|seconds| Duration::from_secs(seconds.into()));
    let result = scan_all(&Pushed { ranges, limit }, global);
    match (result, on_failure) {
        (Ok(ExitCode::Incomplete), OnFailure::Accept) => {
            say(format_args!("keyless: not everything was read; the push is taken all the same"));
            Ok(ExitCode::Clean)
        }
        (Err(error), OnFailure::Accept) => {
            say(format_args!("keyless: {error}; the push is taken all the same"));
            Ok(ExitCode::Clean)
        }
        (result, _) => result,
    }
}

fn range(known: &[String], head: &str) -> CommitRange {
    CommitRange { bases: known.to_vec(), first_base: false, head: head.to_owned() }
}

fn scan_all(pushed: &Pushed, global: &Global) -> Result<ExitCode, Error> {
    if pushed.ranges.is_empty() {
        return Ok(ExitCode::Clean);
    }
    scan::pushed(&words(&[]), pushed, global)
}

fn input() -> Result<String, Error> {
    let mut text = String::new();
    let read = std::io::stdin().lock().take(MAX_INPUT).read_to_string(&mut text);
    read.map_err(|cause| Error::usage(format!("cannot read what git says: {cause}"), "this verb is called by a hook"))?;
    Ok(text)
}

fn is_none(id: &str) -> bool {
    id.bytes().all(|b| b == b'0')
}

fn not_understood(line: &str) -> Error {
    let what = format!("`{}` is not what git says to this hook", crate::model::RepoPath::new(line.as_bytes()).shown());
    Error::usage(what, "this verb is called by a hook; `keyless hook install` writes one")
}
