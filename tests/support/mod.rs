//! What tests through the front door share: a scratch tree, the program in it, fake secrets.

#![allow(dead_code, reason = "each test file uses a part of it")]

use std::ffi::OsStr;
use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use keyless::rule::sample;
use keyless::rule::spec::SampleSpec;

/// A directory of its own, outside every repository, and the program in it.
pub(crate) struct Scratch(tempfile::TempDir);

impl Scratch {
    /// An empty directory.
    pub(crate) fn new() -> Self {
        Self(tempfile::tempdir().expect("a directory for the test"))
    }

    /// An empty repository on the branch `main`.
    pub(crate) fn repository() -> Self {
        let scratch = Self::new();
        scratch.git(&["init", "-q", "-b", "main"]);
        scratch
    }

    /// The directory.
    pub(crate) fn path(&self) -> &Path {
        self.0.path()
    }

    /// A file in it.
    pub(crate) fn join(&self, name: &str) -> PathBuf {
        self.path().join(name)
    }

    /// Writes a file, and the directories above it.
    pub(crate) fn write(&self, name: &str, text: impl AsRef<[u8]>) {
        let path = self.join(name);
        fs::create_dir_all(path.parent().expect("under the root")).expect("a directory");
        fs::write(path, text).expect("a file");
    }

    /// Reads a file.
    pub(crate) fn read(&self, name: &str) -> String {
        fs::read_to_string(self.join(name)).expect(name)
    }

    /// Removes a file.
    pub(crate) fn remove(&self, name: &str) {
        fs::remove_file(self.join(name)).expect(name);
    }

    /// Renames a file.
    pub(crate) fn rename(&self, from: &str, to: &str) {
        let to = self.join(to);
        fs::create_dir_all(to.parent().expect("under the root")).expect("a directory");
        fs::rename(self.join(from), to).expect(from);
    }

    /// A program here, in an environment that says nothing.
    pub(crate) fn program(&self, program: impl AsRef<OsStr>, words: &[&str]) -> Command {
        let mut command = Command::new(program);
        command.args(words).current_dir(self.path()).stdin(Stdio::null());
        scrub(&mut command, self.path());
        command
    }

    /// keyless here.
    pub(crate) fn command(&self, words: &[&str]) -> Command {
        self.program(env!("CARGO_BIN_EXE_keyless"), words)
    }

    /// Switches the lints off, for tests that count findings of secrets: a new lint shall change none of them.
    pub(crate) fn secrets_only(self) -> Self {
        self.write("keyless.toml", "[rules]\ndisable = ['kl*']\n");
        self
    }

    /// Runs keyless here.
    pub(crate) fn run(&self, words: &[&str]) -> Said {
        Said::of(&self.command(words).output().expect("the program starts"))
    }

    /// Runs keyless here with this on standard input.
    pub(crate) fn run_with(&self, words: &[&str], input: &str) -> Said {
        said_to(self.command(words), input)
    }

    /// Runs git here; it must succeed.
    pub(crate) fn git(&self, words: &[&str]) -> String {
        let said = self.try_git(words);
        assert_eq!(said.code, Some(0), "git {words:?}\n{}{}", said.out, said.err);
        said.out
    }

    /// Runs git here.
    pub(crate) fn try_git(&self, words: &[&str]) -> Said {
        Said::of(&self.program("git", words).output().expect("git is installed"))
    }

    /// Commits everything here.
    pub(crate) fn commit(&self, message: &str) {
        self.git(&["add", "-A"]);
        self.git(&["commit", "-q", "-m", message]);
    }
}

/// Runs a command with this on its standard input.
pub(crate) fn said_to(mut command: Command, input: &str) -> Said {
    let mut child = command
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the program starts");
    // a program that does not listen is no failure of the test's own
    let _ = child.stdin.take().expect("it is piped").write_all(input.as_bytes());
    Said::of(&child.wait_with_output().expect("it ends"))
}

/// Nothing of the machine's own settings, fixed names and dates for commits.
pub(crate) fn scrub(command: &mut Command, home: &Path) {
    let path = std::env::var_os("PATH").unwrap_or_default();
    command.env_clear().env("PATH", path).env("HOME", home).env("TMPDIR", std::env::temp_dir());
    for (name, value) in [
        ("LC_ALL", "C"),
        ("GIT_CONFIG_NOSYSTEM", "1"),
        ("GIT_CONFIG_GLOBAL", "/dev/null"),
        ("GIT_TERMINAL_PROMPT", "0"),
        ("GIT_AUTHOR_NAME", "A Developer"),
        ("GIT_AUTHOR_EMAIL", "dev@example.com"),
        ("GIT_AUTHOR_DATE", "2026-01-02T03:04:05Z"),
        ("GIT_COMMITTER_NAME", "A Developer"),
        ("GIT_COMMITTER_EMAIL", "dev@example.com"),
        ("GIT_COMMITTER_DATE", "2026-01-02T03:04:05Z"),
    ] {
        command.env(name, value);
    }
}

/// What a program said.
#[derive(Debug)]
pub(crate) struct Said {
    /// Exit code.
    pub code: Option<i32>,
    /// Standard output.
    pub out: String,
    /// Standard error.
    pub err: String,
}

impl Said {
    /// Of a program that ended.
    pub(crate) fn of(output: &Output) -> Self {
        let [out, err] = [&output.stdout, &output.stderr].map(|bytes| String::from_utf8_lossy(bytes).into_owned());
        Self { code: output.status.code(), out, err }
    }

    /// Fails unless it ended with this code.
    #[track_caller]
    pub(crate) fn ends(self, code: i32) -> Self {
        assert_eq!(self.code, Some(code), "{}{}", self.out, self.err);
        self
    }

    /// Its standard output as JSON.
    pub(crate) fn json(&self) -> serde_json::Value {
        serde_json::from_str(&self.out).unwrap_or_else(|error| panic!("{error}: {}{}", self.out, self.err))
    }
}

/// A fake storage key with a valid signature; another one for another number.
pub(crate) fn key(number: u64) -> String {
    let spec = SampleSpec { made: Some("his-v1:+ASt:Default0".into()), ..SampleSpec::default() };
    sample::make("key", &spec, number, &|_| None).expect("a storage key can be made")
}

/// A connection string with that key.
pub(crate) fn connection(number: u64) -> String {
    let start = "DefaultEndpointsProtocol=https;AccountName=northlakeorders";
    format!("{start};AccountKey={};EndpointSuffix=core.windows.net", key(number))
}

/// An `appsettings.json` with that key.
pub(crate) fn settings(number: u64) -> String {
    format!("{{ \"Storage\": \"{}\" }}\n", connection(number))
}
