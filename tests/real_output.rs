//! Reports of real scans: what the schema says, the same bytes on any number of threads, and nothing of the
//! machine in them.

mod support;

use serde_json::Value;
use support::{Said, Scratch, connection, settings};

/// Leaks in files, in the index, on a branch, in messages and in a history that lost one; and a failure.
fn shop() -> Scratch {
    let scratch = Scratch::repository();
    for number in 0..40 {
        let text = if number % 5 == 0 { settings(number) } else { format!("{{ \"number\": {number} }}\n") };
        scratch.write(&format!("app/{number}/appsettings.json"), text);
    }
    scratch.write("old.env", format!("STORAGE={}\n", connection(100)));
    scratch.write(
        "deploy.yml",
        "on: push\njobs:\n  a:\n    runs-on: ubuntu-latest\n    steps:\n      - run: az login -u a -p \"$SECRET\"\n",
    );
    scratch.write("blob.bin", b"\0\x01\x02");
    scratch.commit("begin");
    scratch.git(&["checkout", "-q", "-b", "topic"]);
    scratch.remove("old.env");
    scratch.commit(&format!("take STORAGE={} away", connection(101)));
    scratch.write("app/new.json", settings(102));
    scratch.commit("bring");
    scratch.write("staged.json", settings(103));
    scratch.git(&["add", "-A"]);
    scratch.write("change.patch", scratch.git(&["diff", "main"]));
    scratch
}

const SCANS: [&[&str]; 8] = [
    &["."],
    &["app", "missing"],
    &["--profile", "audit", "--posture", "."],
    &["--staged"],
    &["--diff", "main"],
    &["--history", "--no-cache"],
    &["--history", "--no-cache", "--unreachable", "--since", "2020-01-01"],
    &["--patch", "change.patch"],
];

fn scan(scratch: &Scratch, words: &[&str], format: &str, threads: &str) -> Said {
    let before = ["scan", "--format", format, "--threads", threads];
    scratch.run(&[&before[..], words].concat())
}

#[test]
fn the_json_of_every_source_is_what_its_schema_says() {
    let schema: Value = serde_json::from_str(include_str!("../src/report/keyless-report.schema.json")).expect("JSON");
    let validator = jsonschema::validator_for(&schema).expect("a schema");
    let scratch = shop();
    for words in SCANS {
        let said = scan(&scratch, words, "json", "2").ends(1);
        let report = said.json();
        let errors: Vec<String> =
            validator.iter_errors(&report).map(|error| format!("{}: {error}", error.instance_path())).collect();
        assert_eq!(errors, Vec::<String>::new(), "{words:?}");
        assert!(!report["findings"].as_array().expect("a list").is_empty(), "{words:?}");
    }
}

#[test]
fn threads_change_no_byte_and_nothing_of_the_machine_is_told() {
    let scratch = shop();
    let here = scratch.path().to_str().expect("plain");
    for words in SCANS {
        for format in ["json", "sarif", "gitlab", "plan-json"] {
            let one = scan(&scratch, words, format, "1").ends(1);
            for text in [here, "duration"] {
                assert!(!one.out.contains(text), "{words:?} in {format} tells {text}");
            }
            assert_eq!(scan(&scratch, words, format, "7").out, one.out, "{words:?} in {format}");
        }
    }
}
