//! Compilers and interpreters, asked whether a text is one of their language. Nothing is downloaded: whoever is on PATH judges.

use std::collections::BTreeMap;
use std::path::Path;
use std::process::{Command, Stdio};

use keyless::rule::example::Prepared;

/// One that judges, and how it is asked.
struct Judge {
    program: &'static str,
    words: Vec<String>,
    /// The name that the text gets.
    file: &'static str,
    /// Must be there where the test runs.
    required: bool,
    /// Takes a while for each file: it sees each example in two ways of writing only.
    slow: bool,
    /// Without packages, names are unknown to it; of what it says only this is about the language.
    complains: fn(&str) -> bool,
}

/// What javac says of a text that is no Java, whatever its names mean.
const NO_JAVA: [&str; 6] =
    [" expected", "illegal start", "reached end of file", "not a statement", "unclosed", "illegal character"];

/// Numbers below this are the parser's own; above stand modules and options.
const TYPESCRIPT_GRAMMAR: u32 = 1200;

fn is_no_typescript(said: &str) -> bool {
    let numbers = said.split("error TS").skip(1).filter_map(|rest| rest.split(':').next()?.parse::<u32>().ok());
    numbers.into_iter().any(|number| (1000..TYPESCRIPT_GRAMMAR).contains(&number))
}

fn judge(name: &str, dir: &Path) -> Option<Judge> {
    let words = |words: &[&str]| words.iter().map(|&word| word.to_owned()).collect();
    let plain = |program, asked: &[&str], file| Judge {
        program,
        words: words(asked),
        file,
        required: false,
        slow: false,
        complains: |_| true,
    };
    let typescript = |file| Judge {
        slow: true,
        complains: is_no_typescript,
        ..plain("tsc", &["--noEmit", "--noResolve", "--noLib", "--module", "esnext", "--target", "esnext"], file)
    };
    let is_workflow = name.starts_with(".github/workflows/");
    let judge = match Path::new(name).extension().and_then(|end| end.to_str())? {
        "py" => plain("python3", &["-c", "import ast,sys; ast.parse(open(sys.argv[1],'rb').read())"], "a.txt"),
        "js" => plain("node", &["--check"], "a.js"),
        "ts" | "mts" => typescript("a.ts"),
        "tsx" => typescript("a.tsx"),
        "java" => Judge {
            complains: |said| NO_JAVA.iter().any(|word| said.contains(word)),
            ..plain("javac", &["-proc:none", "-d", dir.to_str().expect("a name of ours")], "a.java")
        },
        "go" => plain("gofmt", &["-e", "-l"], "a.go"),
        "tf" => plain("terraform", &["fmt", "-no-color", "-write=false", "-list=false"], "a.tf"),
        "yml" | "yaml" if is_workflow => {
            let schema = ["--builtin-schema", "vendor.github-workflows"];
            Judge { slow: true, ..plain("check-jsonschema", &schema, "a.yml") }
        }
        "json" if name.starts_with("azuredeploy") => plain(
            "python3",
            &["-c", "import json,sys; json.loads(open(sys.argv[1],encoding='utf-8-sig').read())"],
            "a.txt",
        ),
        _ => return None,
    };
    Some(Judge { required: ["python3", "node", "javac"].contains(&judge.program), ..judge })
}

/// Texts that are none of their language.
const NO_SOURCES: [(&str, &str); 8] = [
    ("a.py", "x = = 1\n"),
    ("a.js", "const x = = 1;\n"),
    ("a.ts", "const x: number = = 1;\n"),
    ("a.java", "class A { int x = = 1; }\n"),
    ("a.go", "package main\n\nfunc main() { x := := 1 }\n"),
    ("a.tf", "locals {\n  x = = 1\n}\n"),
    (".github/workflows/a.yml", "on: push\njobs:\n  a:\n    steps: 1\n"),
    ("azuredeploy.json", "{ \"a\": }\n"),
];

/// All who judge, and what they were asked.
pub(super) struct Court {
    dir: tempfile::TempDir,
    /// By program: what was judged, and what it did not take before the fix either.
    heard: BTreeMap<&'static str, (usize, usize)>,
    missing: BTreeMap<&'static str, bool>,
}

impl Court {
    pub(super) fn new() -> Self {
        Self { dir: tempfile::tempdir().expect("a directory"), heard: BTreeMap::new(), missing: BTreeMap::new() }
    }

    /// What was taken before a fix must be taken after it.
    pub(super) fn hear(&mut self, example: &Prepared, at: &str, before: &[u8], after: &[u8]) {
        let Some(judge) = judge(&example.file, self.dir.path()) else { return };
        let is_seen = !judge.slow || at.ends_with("as it is") || at.ends_with("comments");
        if !is_seen || after.contains(&0) || self.missing.contains_key(judge.program) {
            return;
        }
        let Some(was_taken) = self.asked_of(&judge, before) else {
            self.missing.insert(judge.program, judge.required);
            return;
        };
        let (judged, broken) = self.heard.entry(judge.program).or_default();
        match was_taken {
            Ok(()) => *judged += 1,
            Err(_) => *broken += 1,
        }
        if was_taken.is_ok() {
            let told = self.asked_of(&judge, after).expect("it was there before");
            assert!(told.is_ok(), "{at}: {}\n{}\n{told:?}", judge.program, String::from_utf8_lossy(after));
        }
    }

    /// A judge that takes anything judges nothing: of those that are installed, the ones that take what is no source.
    pub(super) fn blind(&self) -> Vec<&'static str> {
        let take = |&(name, text): &(&str, &str)| {
            let judge = judge(name, self.dir.path())?;
            self.asked_of(&judge, text.as_bytes())?.is_ok().then_some(judge.program)
        };
        NO_SOURCES.iter().filter_map(take).collect()
    }

    /// `None`: it is not installed; an error: what it complains of.
    fn asked_of(&self, judge: &Judge, bytes: &[u8]) -> Option<Result<(), String>> {
        let file = self.dir.path().join(judge.file);
        // Some take no byte order mark, before the fix as little as after it.
        std::fs::write(&file, bytes.strip_prefix(b"\xef\xbb\xbf".as_slice()).unwrap_or(bytes)).expect("a file");
        let output = Command::new(judge.program).args(&judge.words).arg(&file).stdin(Stdio::null()).output().ok()?;
        let said = format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
        Some(if output.status.success() || !(judge.complains)(&said) { Ok(()) } else { Err(said) })
    }

    pub(super) fn asked(&self) -> usize {
        self.heard.values().map(|(judged, _)| judged).sum()
    }

    /// Who is not installed, of those that must be, or of the others.
    pub(super) fn missing(&self, required: bool) -> Vec<&'static str> {
        self.missing.iter().filter(|(_, is)| **is == required).map(|(program, _)| *program).collect()
    }

    /// Who judged how much, and who did not.
    pub(super) fn told(&self) -> String {
        let line = |(program, (judged, broken)): (&&str, &(usize, usize))| {
            format!("{program} took {judged} mended files ({broken} were no whole source before)")
        };
        let heard: Vec<String> = self.heard.iter().map(line).collect();
        let left = [self.missing(true), self.missing(false)].concat();
        let left = if left.is_empty() { "none".to_owned() } else { left.join(", ") };
        format!("{}; left out, not installed: {left}; nobody is asked of C#, PowerShell and Bicep", heard.join(", "))
    }
}
