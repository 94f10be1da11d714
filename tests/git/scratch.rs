//! Repositories made by the real git, always the same: fixed names, dates and settings, no one's configuration.

use std::cell::Cell;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use keyless::rule::sample;
use keyless::rule::spec::SampleSpec;
use serde_json::Value;

pub(crate) struct Scratch {
    dir: tempfile::TempDir,
    /// Where git and the program run.
    pub(crate) at: PathBuf,
    clock: Cell<u64>,
}

/// What the program said.
pub(crate) struct Said {
    pub(crate) code: Option<i32>,
    pub(crate) report: Value,
    pub(crate) out: String,
    pub(crate) err: String,
}

impl Scratch {
    /// A directory without a repository.
    pub(crate) fn bare_directory() -> Self {
        let dir = tempfile::Builder::new().prefix("keyless-git").tempdir().expect("a directory for the test");
        Self { at: dir.path().to_owned(), dir, clock: Cell::new(1_700_000_000) }
    }

    /// An empty repository on `main`.
    pub(crate) fn new() -> Self {
        Self::of(&[])
    }

    /// The same, made with more words for `git init`.
    pub(crate) fn of(words: &[&str]) -> Self {
        let mut scratch = Self::bare_directory();
        scratch.git(&[&["init", "-q", "-b", "main", "repo"], words].concat());
        scratch.at = scratch.dir.path().join("repo");
        scratch
    }

    /// Another place inside the directory of the test.
    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.dir.path().join(name)
    }

    /// The same repository seen from another place.
    pub(crate) fn go(&mut self, name: &str) {
        self.at = self.dir.path().join(name);
    }

    fn command(&self, program: &str) -> Command {
        let mut command = Command::new(program);
        command.current_dir(&self.at).stdin(Stdio::null()).env_clear();
        command.env("PATH", std::env::var_os("PATH").unwrap_or_default());
        command.env("HOME", self.dir.path());
        command
    }

    /// Runs git and gives what it printed.
    pub(crate) fn git(&self, words: &[&str]) -> String {
        let output = self.git_command(words).output().expect("git is installed");
        assert!(output.status.success(), "git {words:?}: {}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8_lossy(&output.stdout).trim_end().to_owned()
    }

    pub(crate) fn git_command(&self, words: &[&str]) -> Command {
        let now = format!("{} +0000", self.clock.get());
        self.clock.set(self.clock.get() + 60);
        let mut command = self.command("git");
        for (name, value) in [
            ("GIT_CONFIG_NOSYSTEM", "1"),
            ("GIT_CONFIG_GLOBAL", "/dev/null"),
            ("GIT_AUTHOR_NAME", "Ada Author"),
            ("GIT_AUTHOR_EMAIL", "ada@example.org"),
            ("GIT_COMMITTER_NAME", "Carl Committer"),
            ("GIT_COMMITTER_EMAIL", "carl@example.org"),
            ("GIT_AUTHOR_DATE", &now),
            ("GIT_COMMITTER_DATE", &now),
            ("GIT_TERMINAL_PROMPT", "0"),
        ] {
            command.env(name, value);
        }
        for setting in ["commit.gpgsign=false", "protocol.file.allow=always", "gc.auto=0", "advice.detachedHead=false"]
        {
            command.args(["-c", setting]);
        }
        command.args(words);
        command
    }

    pub(crate) fn write(&self, name: &str, text: impl AsRef<[u8]>) {
        let path = self.at.join(name);
        fs::create_dir_all(path.parent().expect("under the root")).expect("a directory");
        fs::write(path, text).expect("a file");
    }

    /// Writes files, stages everything and commits it; the id.
    pub(crate) fn commit(&self, message: &str, files: &[(&str, &str)]) -> String {
        for (name, text) in files {
            self.write(name, text);
        }
        self.git(&["add", "-A"]);
        self.git(&["commit", "-q", "--allow-empty", "-m", message]);
        self.git(&["rev-parse", "HEAD"])
    }

    /// The program, with a clean environment, and with the rules that these tests are about: a new rule
    /// changes nothing here.
    pub(crate) fn keyless(&self, words: &[&str]) -> Command {
        let mut command = self.keyless_as_it_is(words);
        command.args(["--rule", "azure-storage-*"]);
        command
    }

    /// The program with all its rules.
    pub(crate) fn keyless_as_it_is(&self, words: &[&str]) -> Command {
        let mut command = self.command(env!("CARGO_BIN_EXE_keyless"));
        command.args(words);
        command
    }

    /// `keyless scan … --format json`.
    pub(crate) fn scan(&self, words: &[&str]) -> Said {
        Said::of(&mut self.keyless(&[&["scan", "--format", "json"], words].concat()))
    }
}

impl Said {
    pub(crate) fn of(command: &mut Command) -> Self {
        let output = command.output().expect("the program starts");
        let [out, err] = [&output.stdout, &output.stderr].map(|bytes| String::from_utf8_lossy(bytes).into_owned());
        assert!(!err.contains("panicked"), "{err}");
        Self { code: output.status.code(), report: serde_json::from_str(&out).unwrap_or_default(), out, err }
    }

    pub(crate) fn findings(&self) -> &[Value] {
        self.report["findings"].as_array().map_or(&[], Vec::as_slice)
    }

    /// `path:line` of each finding.
    pub(crate) fn places(&self) -> Vec<String> {
        let place = |of: &Value| format!("{}:{}", of["path"].as_str().unwrap_or_default(), of["start"]["line"]);
        self.findings().iter().map(|finding| place(&finding["location"])).collect()
    }

    /// `reason: detail` of each thing that could not be read.
    pub(crate) fn failures(&self) -> Vec<String> {
        let skips = self.report["skips"].as_array().map_or(&[][..], Vec::as_slice);
        let failed = |skip: &&Value| matches!(skip["reason"].as_str(), Some("unreadable" | "damaged" | "changed"));
        let text = |skip: &Value| {
            format!("{}: {}", skip["path"].as_str().unwrap_or_default(), skip["detail"].as_str().unwrap_or_default())
        };
        skips.iter().filter(failed).map(text).collect()
    }

    pub(crate) fn gaps(&self) -> Vec<&str> {
        let gaps = self.report["coverage"]["gaps"].as_array().map_or(&[][..], Vec::as_slice);
        gaps.iter().filter_map(|gap| gap["what"].as_str()).collect()
    }

    #[track_caller]
    pub(crate) fn expect(&self, code: i32, places: &[&str]) {
        assert_eq!(
            (self.code, self.places()),
            (Some(code), places.iter().map(|&p| p.to_owned()).collect()),
            "{}{}",
            self.out,
            self.err
        );
    }
}

/// A storage key nobody gave out, another one for each name.
pub(crate) fn key(name: &str) -> String {
    let spec = SampleSpec { made: Some("his-v1:+ASt:Default0".into()), ..SampleSpec::default() };
    sample::make(name, &spec, 1, &|_| None).expect("a storage key can be made")
}

/// A line that holds it.
pub(crate) fn leak(name: &str) -> String {
    format!(
        "STORAGE=DefaultEndpointsProtocol=https;AccountName=northlakeorders;AccountKey={};EndpointSuffix=core.windows.net\n",
        key(name)
    )
}

/// May we give files to others?
pub(crate) fn is_root() -> bool {
    fs::metadata("/proc/self").is_ok_and(|meta| std::os::unix::fs::MetadataExt::uid(&meta) == 0)
}

pub(crate) fn files_below(dir: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut open = vec![dir.to_owned()];
    while let Some(dir) = open.pop() {
        for entry in fs::read_dir(dir).expect("a directory").flatten() {
            if entry.path().is_dir() { open.push(entry.path()) } else { found.push(entry.path()) }
        }
    }
    found.sort();
    found
}
