//! Every directory under `fixtures/cli` is a case: words, a tree, and what the real program says.
//!
//! `case.toml` has the words and the exit code, `tree/` is what is scanned, `stdout.txt` and
//! `stderr.txt` are what is expected. `@@name@@` in the tree, in `stdin` and in names of files is
//! a fake secret made from `[samples]`. `KEYLESS_UPDATE=1` writes the expected texts anew: read
//! them before you commit them. A case names the rules it is about, so that a new rule changes none.

mod support;

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use keyless::rule::sample;
use keyless::rule::spec::SampleSpec;
use libtest_mimic::{Arguments, Failed, Trial};
use serde::Deserialize;
use support::{Said, Scratch, said_to};

/// What `case.toml` may say.
#[derive(Deserialize)]
#[serde(deny_unknown_fields, default)]
struct Case {
    /// What it is about, in a sentence.
    about: String,
    /// Words after `keyless`.
    args: Vec<String>,
    /// The exit code.
    code: i32,
    /// Standard input.
    stdin: String,
    /// Where the program is started, below the tree.
    cwd: String,
    /// Variables.
    env: BTreeMap<String, String>,
    /// Fakes for `@@name@@`.
    samples: BTreeMap<String, SampleSpec>,
    /// What git cannot hold.
    make: Vec<Make>,
    /// Compare only the lines of standard output that begin at its edge: places, what was not read, the
    /// summary. For findings, whose advice is not what the case is about.
    brief: bool,
    /// Standard output also holds these.
    says: Vec<String>,
    /// Standard error holds these, in place of a `stderr.txt`: where a message lists what others add to.
    err: Vec<String>,
}

impl Default for Case {
    fn default() -> Self {
        Self {
            about: String::new(),
            args: vec!["scan".into()],
            code: 0,
            stdin: String::new(),
            cwd: ".".into(),
            env: BTreeMap::new(),
            samples: BTreeMap::new(),
            make: Vec::new(),
            brief: false,
            says: Vec::new(),
            err: Vec::new(),
        }
    }
}

/// A file that is made before the case runs. One of the kinds is given.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Make {
    path: String,
    /// A symbolic link to this.
    link: Option<String>,
    /// A pipe.
    #[serde(default)]
    pipe: bool,
    /// An empty file, or directory if the path ends in `/`.
    #[serde(default)]
    empty: bool,
    /// So many bytes, of which none is written.
    sparse: Option<u64>,
    /// This text.
    text: Option<String>,
}

fn main() -> ExitCode {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/cli");
    let mut cases: Vec<PathBuf> = fs::read_dir(&root).expect("the cases").flatten().map(|entry| entry.path()).collect();
    cases.sort();
    let trial = |case: PathBuf| {
        let name = case.file_name().expect("a name").to_string_lossy().into_owned();
        Trial::test(name, move || run(&case))
    };
    libtest_mimic::run(&Arguments::from_args(), cases.into_iter().map(trial).collect()).exit_code()
}

fn run(dir: &Path) -> Result<(), Failed> {
    let case: Case = toml::from_str(&fs::read_to_string(dir.join("case.toml"))?)?;
    if case.about.is_empty() {
        return Err("`about` is missing: say what the case is about".into());
    }
    let fakes = fakes(&case)?;
    let scratch = Scratch::new();
    let tree = scratch.join("tree");
    fs::create_dir(&tree)?;
    plant(&dir.join("tree"), &tree, &fakes)?;
    case.make.iter().try_for_each(|one| make(&tree, one, &fakes))?;
    let words: Vec<&str> = case.args.iter().map(String::as_str).collect();
    let mut command = scratch.command(&words);
    command.current_dir(tree.join(&case.cwd)).envs(&case.env);
    let said = said_to(command, &filled(&case.stdin, &fakes));
    let mut wrong = Vec::new();
    if said.code != Some(case.code) {
        wrong.push(format!("exit code {:?}, not {}", said.code, case.code));
    }
    wrong.extend(shown_secrets(&said, &fakes));
    wrong
        .extend(case.says.iter().filter(|text| !said.out.contains(*text)).map(|text| format!("does not say `{text}`")));
    wrong.extend(compare(&dir.join("stdout.txt"), &edge(steady(&said.out, &scratch), case.brief)));
    wrong.extend(case.err.iter().filter(|text| !said.err.contains(*text)).map(|text| format!("does not say `{text}`")));
    if case.err.is_empty() {
        wrong.extend(compare(&dir.join("stderr.txt"), &steady(&said.err, &scratch)));
    }
    let all = format!("{}\n--- stdout\n{}--- stderr\n{}", wrong.join("\n"), said.out, said.err);
    if wrong.is_empty() { Ok(()) } else { Err(all.into()) }
}

/// The fakes of a case, by placeholder.
fn fakes(case: &Case) -> Result<BTreeMap<String, String>, Failed> {
    let made =
        case.samples.iter().map(|(name, spec)| Ok((format!("@@{name}@@"), sample::make(name, spec, 0, &|_| None)?)));
    Ok(made.collect::<Result<_, String>>()?)
}

fn filled(text: &str, fakes: &BTreeMap<String, String>) -> String {
    fakes.iter().fold(text.to_owned(), |text, (name, fake)| text.replace(name, fake))
}

/// Copies the tree of a case, with its placeholders filled. A case without a tree has an empty one.
fn plant(from: &Path, to: &Path, fakes: &BTreeMap<String, String>) -> std::io::Result<()> {
    let Ok(entries) = fs::read_dir(from) else { return Ok(()) };
    for entry in entries.flatten() {
        let target = to.join(entry.file_name());
        if entry.file_type()?.is_dir() {
            fs::create_dir_all(&target)?;
            plant(&entry.path(), &target, fakes)?;
        } else {
            match String::from_utf8(fs::read(entry.path())?) {
                Ok(text) => fs::write(target, filled(&text, fakes))?,
                Err(bytes) => fs::write(target, bytes.into_bytes())?,
            }
        }
    }
    Ok(())
}

fn make(tree: &Path, one: &Make, fakes: &BTreeMap<String, String>) -> Result<(), Failed> {
    let path = tree.join(&one.path);
    fs::create_dir_all(path.parent().unwrap_or(tree))?;
    if let Some(target) = &one.link {
        std::os::unix::fs::symlink(target, path)?;
    } else if one.pipe {
        let made = std::process::Command::new("mkfifo").arg(path).status()?;
        assert!(made.success(), "mkfifo is there");
    } else if let Some(bytes) = one.sparse {
        fs::File::create(path)?.set_len(bytes)?;
    } else if let Some(text) = &one.text {
        fs::write(path, filled(text, fakes))?;
    } else if one.empty && one.path.ends_with('/') {
        fs::create_dir_all(path)?;
    } else {
        fs::write(path, "")?;
    }
    Ok(())
}

/// Durations and the scratch directory are different each time, and with them where the summary is folded.
fn steady(text: &str, scratch: &Scratch) -> String {
    let text = text.replace(&*scratch.path().to_string_lossy(), "[scratch]");
    let mut lines: Vec<String> = Vec::new();
    for line in text.lines() {
        let is_summary = |line: &String| SUMMARY.iter().any(|word| line.starts_with(word));
        match lines.last_mut().filter(|last| is_summary(last)) {
            Some(last) if line.starts_with("  ") => *last += &line[1..],
            _ => lines.push(line.to_owned()),
        }
    }
    let text = lines.into_iter().map(|line| line + "\n").collect::<String>();
    let took = regex::Regex::new(r" in (\d+ min )?\d+(\.\d)? m?s\b").expect("a pattern");
    took.replace_all(&text, " in [time]").into_owned()
}

/// Words that the summary begins with.
const SUMMARY: [&str; 5] = ["found: ", "incomplete: ", "clean: ", "passed: ", "not read: "];

fn edge(text: String, brief: bool) -> String {
    if !brief {
        return text;
    }
    text.lines().filter(|line| !line.is_empty() && !line.starts_with(' ')).map(|line| format!("{line}\n")).collect()
}

fn shown_secrets(said: &Said, fakes: &BTreeMap<String, String>) -> Vec<String> {
    let shown =
        fakes.iter().filter(|(_, fake)| fake.len() > 8 && (said.out.contains(*fake) || said.err.contains(*fake)));
    shown.map(|(name, _)| format!("{name} is shown")).collect()
}

fn compare(path: &Path, text: &str) -> Option<String> {
    if std::env::var_os("KEYLESS_UPDATE").is_some() {
        let _ = fs::remove_file(path);
        if !text.is_empty() {
            fs::write(path, text).expect("the source tree can be written");
        }
        return None;
    }
    let expected = fs::read_to_string(path).unwrap_or_default();
    (expected != text).then(|| {
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        format!("{name} is another; KEYLESS_UPDATE=1 cargo test --test cli writes it anew. Expected:\n{expected}")
    })
}
