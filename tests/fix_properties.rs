//! What must hold of every fix on every example that shows one, however the file is written: with CRLF, a byte
//! order mark, in UTF-16, with tabs, deeper, with comments at line ends, among neighbours, without a last line end.
//!
//! After the fix the file parses as well as before, the finding is gone or less, a second run changes nothing, and
//! only lines of the finding's file part that the plain fix changes are changed. Where an interpreter is installed,
//! it judges as well.

#[path = "fix_properties/judges.rs"]
mod judges;

use std::io::Write as _;
use std::path::Path;

use keyless::detect;
use keyless::fix::{Eyes as _, mend};
use keyless::model::{Applicability, Confidence, Finding, RepoPath, Severity};
use keyless::rule::RuleSet;
use keyless::rule::example::{self, Prepared};
use keyless::rule::load::{self, Loaded};
use keyless::scan::probe::Probe;
use keyless::scan::{ScanPlan, Scanner};

/// A way to write the same file.
struct Way {
    name: &'static str,
    /// `None`: this kind of file cannot be written so.
    write: fn(&str, &str) -> Option<Vec<u8>>,
    /// Is the result of the fix the same text, written so?
    commutes: bool,
}

const WAYS: [Way; 9] = [
    Way { name: "as it is", write: |_, text| Some(text.as_bytes().to_vec()), commutes: true },
    Way { name: "CRLF", write: |_, text| Some(text.replace('\n', "\r\n").into_bytes()), commutes: true },
    Way { name: "byte order mark", write: |_, text| Some(format!("\u{feff}{text}").into_bytes()), commutes: true },
    Way { name: "UTF-16", write: |_, text| Some(wide(text)), commutes: true },
    Way { name: "no last line end", write: |_, text| Some(text.trim_end().as_bytes().to_vec()), commutes: true },
    Way { name: "tabs", write: tabs, commutes: false },
    Way { name: "four blanks", write: four, commutes: false },
    Way { name: "comments", write: comments, commutes: false },
    Way { name: "blank lines about it", write: |_, text| Some(format!("\n\n{text}\n\n").into_bytes()), commutes: true },
];

fn wide(text: &str) -> Vec<u8> {
    std::iter::once(0xfeff).chain(text.encode_utf16()).flat_map(u16::to_le_bytes).collect()
}

fn ends(file: &str, endings: &[&str]) -> bool {
    endings.iter().any(|ending| file.ends_with(ending))
}

/// Blanks at the beginning of lines as tabs; YAML has none, and Python and scripts in it mean them.
fn tabs(file: &str, text: &str) -> Option<Vec<u8>> {
    reindented(file, text, |two| "\t".repeat(two))
}

fn four(file: &str, text: &str) -> Option<Vec<u8>> {
    reindented(file, text, |two| "    ".repeat(two))
}

fn reindented(file: &str, text: &str, indent: fn(usize) -> String) -> Option<Vec<u8>> {
    if ends(file, &[".yml", ".yaml", ".py", ".md"]) {
        return None;
    }
    let line = |line: &str| {
        let blanks = line.len() - line.trim_start_matches(' ').len();
        format!("{}{}{}", indent(blanks / 2), " ".repeat(blanks % 2), line.trim_start_matches(' '))
    };
    Some(text.split('\n').map(line).collect::<Vec<_>>().join("\n").into_bytes())
}

/// A comment behind lines that end in a value: what is put below must not end up in it.
fn comments(file: &str, text: &str) -> Option<Vec<u8>> {
    let sign = match () {
        () if ends(file, &[".tf", ".hcl"]) => "#",
        () if ends(file, &[".bicep", ".cs", ".java", ".js", ".ts", ".go"]) => "//",
        () if ends(file, &[".yml", ".yaml"]) && !text.contains("|\n") => "#",
        () if ends(file, &[".py"]) => "#",
        () => return None,
    };
    let line = |line: &str| {
        let holds = line.ends_with(|c: char| c.is_ascii_alphanumeric() || "'\"};)".contains(c));
        let is_free =
            !line.contains(['#', '\\']) && !line.contains("//") && !line.contains("'''") && !line.contains("<<");
        if holds && is_free { format!("{line} {sign} note") } else { line.to_owned() }
    };
    Some(text.split('\n').map(line).collect::<Vec<_>>().join("\n").into_bytes())
}

fn plan() -> ScanPlan {
    ScanPlan { threads: 1, severity: Severity::Info, confidence: Confidence::Low, ..ScanPlan::default() }
}

fn rules() -> Vec<Loaded> {
    let all = load::directory(&Path::new(env!("CARGO_MANIFEST_DIR")).join("rules")).expect("the build read the same");
    all.into_iter().filter(|rule| !rule.file.fixes.is_empty()).collect()
}

fn weight(findings: &[Finding]) -> usize {
    findings.iter().filter(|finding| finding.is_open()).map(|finding| finding.severity as usize + 1).sum()
}

/// Every example that shows a fix, with what came of it.
fn each(mut look: impl FnMut(&Prepared, &str, &[u8], &[u8])) {
    for rule in rules() {
        let set = RuleSet::from_rules(vec![rule.rule()]);
        let (scanner, plan) = (Scanner::new(&set, detect::Options::default()), plan());
        for example in example::prepare(&rule.slug, &rule.file, 0).expect("tests/rules.rs prepares the same") {
            let Some(fixed) = &example.fixed else { continue };
            if *fixed == example.bytes {
                continue;
            }
            let (Ok(text), Ok(_)) = (std::str::from_utf8(&example.bytes), std::str::from_utf8(fixed)) else { continue };
            for way in WAYS {
                let Some(before) = (way.write)(&example.file, text) else { continue };
                let at = format!("{}::{}, {}", rule.slug, example.name, way.name);
                let path = RepoPath::new(example.file.as_bytes());
                let eyes = Probe { scanner: &scanner, plan: &plan, path: &path, only: Some(&rule.slug) };
                let mended = mend(&path, &before, Applicability::Unsafe, &eyes);
                let shown = || String::from_utf8_lossy(&mended.bytes).into_owned();
                if way.name == "comments" && mended.made.is_empty() {
                    assert_eq!(mended.bytes, before, "{at}: a comment in the way ends a fix whole");
                    continue;
                }
                assert!(!mended.made.is_empty(), "{at}: nothing is mended: {:?}\n{}", mended.left, shown());
                assert!(eyes.faults(&mended.bytes) <= eyes.faults(&before), "{at}: does not parse\n{}", shown());
                assert!(weight(&mended.findings) < weight(&eyes.look(&before)), "{at}: it is still there\n{}", shown());
                let again = mend(&path, &mended.bytes, Applicability::Unsafe, &eyes);
                assert!(
                    again.made.is_empty() && again.bytes == mended.bytes,
                    "{at}: a second run changes it\n{}",
                    shown()
                );
                if way.commutes {
                    let expected = (way.write)(&example.file, &example_text(fixed)).expect("it was written so before");
                    // Where the last line goes, the one above it keeps its end.
                    assert_eq!(mended.bytes.trim_ascii_end(), expected.trim_ascii_end(), "{at}:\n{}", shown());
                }
                look(&example, &at, &before, &mended.bytes);
            }
        }
    }
}

fn example_text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).expect("looked at before")
}

#[test]
fn fixes_hold_however_the_file_is_written() {
    let mut seen = 0;
    each(|_, _, _, _| seen += 1);
    assert!(seen > 150, "{seen} files were mended");
}

/// Compilers and interpreters that say whether a source is one; `cargo test -- --ignored`, as they are not everywhere.
#[test]
#[ignore = "asks python3, node and javac, and tsc, gofmt, terraform and check-jsonschema, where they are installed"]
fn compilers_take_what_was_mended() {
    let mut court = judges::Court::new();
    assert_eq!(court.blind(), Vec::<&str>::new(), "these take what is no source");
    each(|example, at, before, after| court.hear(example, at, before, after));
    // Past the capture of the harness: what did not judge is said whether or not the test passes.
    writeln!(std::io::stderr(), "{}", court.told()).expect("a line");
    assert!(court.missing(true).is_empty(), "not installed: {}", court.missing(true).join(", "));
    assert!(court.asked() > 10, "{}", court.told());
}
