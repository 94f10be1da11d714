//! What the program says to whoever called it: architecture section 12, case by case, through the real binary.

use std::fs;
use std::io::Write as _;
use std::path::Path;
use std::process::{Command, Output, Stdio};

use keyless::rule::sample;
use keyless::rule::spec::SampleSpec;

/// A directory of its own, outside every repository, and the program in it.
struct Scratch(tempfile::TempDir);

impl Scratch {
    fn new() -> Self {
        Self(tempfile::tempdir().expect("a directory for the test"))
    }

    /// A tree with one storage key in `app/appsettings.json`.
    fn leaking() -> Self {
        let scratch = Self::new();
        scratch.write("app/appsettings.json", &leak());
        scratch.write("app/readme.md", "nothing here\n");
        scratch
    }

    fn path(&self) -> &Path {
        self.0.path()
    }

    fn write(&self, name: &str, text: &str) {
        let path = self.path().join(name);
        fs::create_dir_all(path.parent().expect("under the root")).expect("a directory");
        fs::write(path, text).expect("a file");
    }

    fn command(&self, words: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_keyless"));
        command.args(words).current_dir(self.path()).stdin(Stdio::null());
        for name in ["KEYLESS_CONFIG", "NO_COLOR", "CLICOLOR_FORCE"] {
            command.env_remove(name);
        }
        command
    }

    fn run(&self, words: &[&str]) -> Said {
        Said::of(&self.command(words).output().expect("the program starts"))
    }
}

struct Said {
    code: Option<i32>,
    out: String,
    err: String,
}

impl Said {
    fn of(output: &Output) -> Self {
        let [out, err] = [&output.stdout, &output.stderr].map(|bytes| String::from_utf8_lossy(bytes).into_owned());
        Self { code: output.status.code(), out, err }
    }
}

fn key() -> String {
    let spec = SampleSpec { made: Some("his-v1:+ASt:Default0".into()), ..SampleSpec::default() };
    sample::make("exit codes", &spec, 1, &|_| None).expect("a storage key can be made")
}

fn leak() -> String {
    let start = "DefaultEndpointsProtocol=https;AccountName=northlakeorders";
    format!("{{ \"Storage\": \"{start};AccountKey={};EndpointSuffix=core.windows.net\" }}\n", key())
}

#[test]
fn a_scan_says_clean_findings_or_incomplete() {
    let scratch = Scratch::leaking();
    for (words, code) in [
        (&["scan"][..], 1),
        (&["scan", "app"], 1),
        (&["scan", "app/readme.md"], 0),
        (&["scan", "--exit-zero"], 0),
        (&["scan", "--fail-on", "critical", "app/readme.md"], 0),
        (&["scan", "--rule", "entra-*"], 0),
        (&["scan", "--exclude", "app/"], 0),
        (&["scan", "missing"], 2),
        (&["scan", "--exit-zero", "missing"], 2),
        (&["scan", "app", "missing"], 1),
        (&["scan", "--exit-zero", "app", "missing"], 2),
    ] {
        let said = scratch.run(words);
        assert_eq!(said.code, Some(code), "{words:?}\n{}{}", said.out, said.err);
    }
}

#[test]
fn the_format_and_the_place_of_the_report_change_nothing() {
    let scratch = Scratch::leaking();
    for format in ["human", "json", "jsonl", "sarif"] {
        let to_file = format!("{format}=report.{format}");
        for words in [&["scan", "--format", format][..], &["scan", "app", "--format", &to_file]] {
            let said = scratch.run(words);
            assert_eq!(said.code, Some(1), "{words:?}: {}", said.err);
            assert!(!said.out.contains(&key()), "{words:?} shows the secret");
        }
        let report = fs::read_to_string(scratch.path().join(format!("report.{format}"))).expect(format);
        assert!(!report.is_empty() && !report.contains(&key()), "{format}");
    }
    // What has no file of its own goes where `--output` says.
    let said = scratch.run(&["scan", "--format", "json", "-o", "a.json", "--format", "sarif=a.sarif"]);
    assert_eq!((said.code, said.out.as_str()), (Some(1), ""), "{}", said.err);
    for (file, word) in [("a.json", "keyless-report/1"), ("a.sarif", "2.1.0")] {
        assert!(fs::read_to_string(scratch.path().join(file)).expect(file).contains(word), "{file}");
    }
}

#[test]
fn a_wrong_command_line_is_64_and_says_what_was_meant() {
    let scratch = Scratch::leaking();
    for (words, told) in [
        (&[][..], "Usage: keyless"),
        (&["scn"], "'scan'"),
        (&["app"], "keyless scan app"),
        (&["scan", "--severty", "low"], "'--severity'"),
        (&["scan", "--severity", "hgh"], "'high'"),
        (&["scan", "--format", "sarf"], "`sarif`"),
        (&["scan", "--max-file-size", "ten"], "32 MiB"),
        (&["scan", "--exclude", "[a"], "not a glob"),
        (&["scan", "--threads", "0"], "invalid value '0'"),
        (&["scan", "--rule", "azure-storage-acount-key"], "`azure-storage-account-key`"),
        (&["scan", "--show-secrets"], "terminal only"),
        (&["scan", "--format", "json", "--format", "human"], "standard output"),
        (&["scan", "--format", "json=a", "--output", "b"], "--format FORMAT=FILE"),
        (&["scan", "--format", "json=a", "--format", "sarif=a"], "two reports for a"),
        (&["scan", "--format", "json=a", "--format", "sarif", "--format", "jsonl", "-o", "b"], "--format FORMAT=FILE"),
        (&["scan", "--format", "json=a", "--format", "sarif", "-o", "a"], "two reports for a"),
        (&["scan", "--diff", "main", "--max-commits", "3"], "cannot be used with"),
        (&["scan", "--staged", "--since", "2026-01-31"], "cannot be used with"),
        (&["scan", "--patch", "-", "--unreachable"], "cannot be used with"),
        (&["scan", "--branch", "main"], "--history"),
        (&["scan", "--stdin-filename", ".env"], "write `-`"),
        (&["scan", "-", "-"], "named twice"),
        (&["scan", "--config", "a", "--no-config"], "cannot be used with"),
        (&["explain", "azure-storage-acount-key"], "`azure-storage-account-key`"),
        (&["demo", "--dir", "app"], "is not empty"),
    ] {
        let said = scratch.run(words);
        assert_eq!(said.code, Some(64), "{words:?}\n{}{}", said.out, said.err);
        assert!(said.err.contains(told), "{words:?}: {}", said.err);
        assert_eq!(said.out, "", "{words:?}: nothing on standard output");
    }
}

#[test]
fn help_and_version_are_what_was_asked_for() {
    let scratch = Scratch::new();
    for words in [&["--help"][..], &["-h"], &["--version"], &["scan", "--help"], &["rules", "--help"], &["demo", "-h"]]
    {
        let said = scratch.run(words);
        assert_eq!((said.code, said.err.as_str()), (Some(0), ""), "{words:?}");
        assert!(!said.out.is_empty(), "{words:?}");
    }
}

#[test]
fn a_wrong_configuration_is_2_and_shows_the_place() {
    for (text, place, told) in [
        ("severty = 'low'\n", "keyless.toml:1:1", "did you mean `severity`?"),
        ("\nformat = 'sarf'\n", "keyless.toml:2:10", "did you mean `sarif`?"),
        (
            "[rules]\ndisable = ['azure-storage-acount-key']\n",
            "keyless.toml:2:12",
            "did you mean `azure-storage-account-key`?",
        ),
        ("[rules]\ndirectories = ['none']\n", "keyless.toml:2:16", "cannot read `none`"),
        ("extends = ['keyless.toml']\n", "keyless.toml:1:12", "in a circle"),
        ("[[allow]]\nreason = 'all of it'\n", "keyless.toml:1:1", "accepts everything"),
        ("a = [", "keyless.toml:1:6", "unclosed array"),
        ("[[alow]]\nreason = 'a table that others pass over'\n", "keyless.toml:1:3", "did you mean `allow`?"),
    ] {
        let scratch = Scratch::leaking();
        scratch.write("keyless.toml", text);
        let said = scratch.run(&["scan"]);
        assert_eq!(said.code, Some(2), "{text}{}{}", said.out, said.err);
        assert!(said.err.contains(place) && said.err.contains(told), "{text}{}", said.err);
        assert_eq!(said.out, "", "{text}");
        assert_eq!(scratch.run(&["scan", "--no-config"]).code, Some(1), "{text}");
    }
}

#[test]
fn the_nearest_configuration_counts_and_another_can_be_named() {
    let scratch = Scratch::leaking();
    scratch.write("keyless.toml", "exclude = ['app/']\n");
    scratch.write("other.toml", "fail-on = 'critical'\nextend-exclude = ['*.json']\n");
    scratch.write("app/inner/keyless.toml", "");
    scratch.write("app/inner/more.json", &leak());
    let code = |words: &[&str]| scratch.run(words).code;
    assert_eq!(code(&["scan"]), Some(0), "excluded");
    assert_eq!(code(&["scan", "app/appsettings.json"]), Some(1), "a file that is named is read");
    assert_eq!(code(&["scan", "app/inner"]), Some(1), "the nearer file excludes nothing");
    assert_eq!(code(&["scan", "--no-config"]), Some(1));
    assert_eq!(code(&["scan", "--config", "other.toml"]), Some(0));
    assert_eq!(code(&["scan", "--config", "missing.toml"]), Some(2));
    let by_variable = scratch.command(&["scan"]).env("KEYLESS_CONFIG", "missing.toml").output().expect("it starts");
    assert_eq!(by_variable.status.code(), Some(2));
    let printed = scratch.run(&["scan", "--print-config", "--severity", "high"]);
    assert_eq!(printed.code, Some(0), "{}", printed.err);
    for line in ["# read: keyless.toml", "severity = \"high\"                   # --severity", "# keyless.toml:1"] {
        assert!(printed.out.contains(line), "{line} in\n{}", printed.out);
    }
}

#[test]
fn globs_start_at_the_configuration_wherever_the_scan_does() {
    let scratch = Scratch::leaking();
    scratch.write("keyless.toml", "extend-exclude = ['app/generated/']\n");
    scratch.write("app/generated/a.json", &leak());
    fs::remove_file(scratch.path().join("app/appsettings.json")).expect("it is there");
    for (from, words) in [(".", &["scan"][..]), (".", &["scan", "app"]), ("app", &["scan"]), ("app", &["scan", ".."])] {
        let output = scratch.command(words).current_dir(scratch.path().join(from)).output().expect("it starts");
        assert_eq!(output.status.code(), Some(0), "{words:?} in {from}");
    }
}

#[test]
fn what_is_accepted_or_off_in_a_path_does_not_fail() {
    for (text, code) in [
        ("[[allow]]\nrules = ['azure-storage-*', 'storage-key-connection']\nreason = 'the shop of the tests'\n", 0),
        ("[[allow]]\nrules = ['entra-*']\nreason = 'others'\n", 1),
        ("[[allow]]\npaths = ['app/**']\nreason = 'the shop of the tests'\n", 0),
        ("[[allow]]\npaths = ['app/**']\nreason = 'no longer'\nuntil = 2020-01-01\n", 1),
        ("[[override]]\npaths = ['app/**']\ndisable = ['azure-storage-*', 'storage-key-connection']\n", 0),
        ("[[override]]\npaths = ['other/**']\ndisable = ['azure-storage-*', 'storage-key-connection']\n", 1),
        ("[[override]]\npaths = ['app/**']\nexclude = true\n", 0),
    ] {
        let scratch = Scratch::leaking();
        scratch.write("keyless.toml", text);
        let said = scratch.run(&["scan"]);
        assert_eq!(said.code, Some(code), "{text}{}{}", said.out, said.err);
    }
    // The same secret elsewhere is still there.
    let scratch = Scratch::leaking();
    scratch.write(
        "keyless.toml",
        "[[override]]\npaths = ['app/**']\ndisable = ['azure-storage-*', 'storage-key-connection']\n",
    );
    scratch.write("src/copy.json", &leak());
    let said = scratch.run(&["scan"]);
    assert_eq!(said.code, Some(1));
    assert!(said.out.contains("src/copy.json") && !said.out.contains("app/appsettings.json"), "{}", said.out);
}

#[test]
fn standard_input_is_scanned_under_the_name_it_is_given() {
    let scratch = Scratch::new();
    let mut child = scratch
        .command(&["scan", "-", "--stdin-filename", "settings.json"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the program starts");
    child.stdin.take().expect("a pipe").write_all(leak().as_bytes()).expect("it reads");
    let said = Said::of(&child.wait_with_output().expect("it ends"));
    assert_eq!(said.code, Some(1), "{}", said.err);
    assert!(said.out.contains("settings.json"), "{}", said.out);
}

#[test]
fn a_closed_pipe_ends_the_writing_and_not_the_verdict() {
    let scratch = Scratch::leaking();
    for format in ["human", "json", "sarif"] {
        let mut child = scratch
            .command(&["scan", "--format", format])
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("the program starts");
        drop(child.stdout.take());
        let said = Said::of(&child.wait_with_output().expect("it ends"));
        assert_eq!((said.code, said.err.as_str()), (Some(1), ""), "{format}");
    }
}

#[test]
fn a_report_that_cannot_be_written_is_2_and_the_others_are() {
    let scratch = Scratch::leaking();
    let said = scratch.run(&["scan", "--output", "no/such/place/report"]);
    assert_eq!((said.code, said.out.as_str()), (Some(2), ""), "{}", said.err);
    assert!(said.err.contains("cannot write no/such/place/report"), "{}", said.err);
    if Path::new("/dev/full").exists() {
        let said = scratch.run(&["scan", "--format", "json=/dev/full", "--format", "human"]);
        assert_eq!(said.code, Some(2), "{}", said.err);
        assert!(said.err.contains("/dev/full") && said.out.contains("appsettings.json"), "{}{}", said.out, said.err);
    }
}

#[cfg(unix)]
#[test]
fn an_interrupted_scan_says_so_and_is_2() {
    use std::io::{BufRead as _, BufReader};
    let scratch = Scratch::new();
    let mut child = scratch
        .command(&["scan", "-v", "--exit-zero", "-"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the program starts");
    let mut told = BufReader::new(child.stderr.take().expect("a pipe")).lines().map_while(Result::ok);
    assert!(told.next().is_some_and(|line| line.contains("rules")), "it tells its plan and begins");
    // The handler is set right after that line.
    std::thread::sleep(std::time::Duration::from_millis(300));
    let sent = Command::new("kill").args(["-INT", &child.id().to_string()]).status().expect("kill is there");
    assert!(sent.success());
    assert!(told.next().is_some_and(|line| line.starts_with("stopping")));
    drop(child.stdin.take());
    let rest: Vec<String> = told.collect();
    assert_eq!(child.wait().expect("it ends").code(), Some(2), "{rest:?}");
    // On a busy machine the signal may come before the file is opened: then it is 0 files.
    assert!(rest.iter().any(|line| line.starts_with("interrupted: ")), "{rest:?}");
}

#[test]
fn the_demo_finds_its_own_fakes_and_that_is_a_success() {
    let scratch = Scratch::new();
    let said = scratch.run(&["demo", "--dir", "shop"]);
    assert_eq!(said.code, Some(0), "{}{}", said.out, said.err);
    for name in ["orders-api/appsettings.json", "invoice-mailer/.env", "infra/main.tf", ".github/workflows/deploy.yml"]
    {
        assert!(said.out.contains(name), "{name} in\n{}", said.out);
    }
    assert!(said.out.contains("The shop is in shop;"), "{}", said.out);
}

#[test]
fn rules_are_listed_shown_explained_and_tested() {
    let scratch = Scratch::new();
    for (words, told) in [
        (&["rules", "list"][..], "azure-storage-account-key"),
        (&["rules", "list", "--format", "json"], "\"rule\": \"azure-storage-account-key\""),
        (&["rules", "show", "azure-storage-account-key"], "[[example]]"),
        (&["explain", "azure-storage-account-key"], "Azure"),
        (&["explain", "AZURE-STORAGE-ACCOUNT-KEY"], "Azure"),
    ] {
        let said = scratch.run(words);
        assert_eq!((said.code, said.err.as_str()), (Some(0), ""), "{words:?}");
        assert!(said.out.contains(told), "{words:?}: {}", said.out);
    }
    scratch.write("rules/mine.toml", "title = 1\n");
    let said = scratch.run(&["rules", "test", "rules"]);
    assert_eq!(said.code, Some(2), "{}{}", said.out, said.err);
    assert!(said.err.contains("rules/mine.toml"), "{}", said.err);
}
