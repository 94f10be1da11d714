//! What a baseline accepts, and what it must not: through the real program.

mod support;

use serde_json::Value;
use support::{Scratch, connection, key, settings};

const FILE: &str = ".keyless-baseline.jsonl";

/// Two known keys in two files, accepted.
fn accepted() -> Scratch {
    let scratch = Scratch::new().secrets_only();
    scratch.write("app/appsettings.json", settings(1));
    scratch.write("ops/appsettings.json", settings(2));
    scratch.run(&["scan"]).ends(1);
    scratch.run(&["baseline", "create"]).ends(0);
    scratch.run(&["scan"]).ends(0);
    scratch
}

/// `open app/x.json:1` or `baseline app/x.json:1` for each place of each finding.
fn places(scratch: &Scratch, words: &[&str]) -> Vec<String> {
    let report = scratch.run(&[&["scan", "--format", "json"], words].concat()).json();
    let mut places = Vec::new();
    for finding in report["findings"].as_array().expect("a list") {
        let state = if finding["status"]["state"] == "open" { "open" } else { "accepted" };
        let also = finding["also_at"].as_array().expect("a list");
        for place in std::iter::once(&finding["location"]).chain(also) {
            let text = |value: &Value| value.as_str().expect("text").to_owned();
            places.push(format!("{state} {}:{}", text(&place["path"]), place["start"]["line"]));
        }
    }
    places.sort();
    places
}

#[test]
fn an_accepted_finding_stays_accepted_through_edits_and_moves() {
    type Edit = fn(&Scratch);
    let edits: [(&str, Edit); 7] = [
        ("nothing", |_| {}),
        ("lines above", |s| s.write("app/appsettings.json", format!("\n\n// hello\n\n{}", settings(1)))),
        ("reformatted", |s| {
            s.write("app/appsettings.json", format!("{{\r\n\t\"Storage\":\r\n\t\t\"{}\"\r\n}}", connection(1)));
        }),
        ("another language", |s| s.write("app/appsettings.json", format!("STORAGE='{}'\n", connection(1)))),
        ("file renamed", |s| s.rename("app/appsettings.json", "app/settings.json")),
        ("directory renamed", |s| s.rename("app/appsettings.json", "service/config/appsettings.json")),
        ("both moved", |s| {
            s.rename("app/appsettings.json", "new/app.json");
            s.rename("ops/appsettings.json", "new/ops.json");
        }),
    ];
    for (what, edit) in edits {
        let scratch = accepted();
        edit(&scratch);
        assert_eq!(scratch.run(&["scan"]).code, Some(0), "{what}");
    }
}

#[test]
fn what_is_new_is_open() {
    type Edit = fn(&Scratch);
    let edits: [(&str, Edit, &[&str]); 5] = [
        (
            "another secret on the accepted line",
            |s| s.write("app/appsettings.json", settings(3)),
            &["accepted ops/appsettings.json:1", "open app/appsettings.json:1"],
        ),
        (
            "a copy in another file",
            |s| s.write("app/copy.json", settings(1)),
            &["accepted app/appsettings.json:1", "accepted ops/appsettings.json:1", "open app/copy.json:1"],
        ),
        (
            "a copy that sorts before the accepted place",
            |s| s.write("a.json", settings(1)),
            &["accepted app/appsettings.json:1", "accepted ops/appsettings.json:1", "open a.json:1"],
        ),
        (
            "moved once and copied once",
            |s| {
                s.rename("app/appsettings.json", "x/one.json");
                s.write("x/two.json", settings(1));
            },
            &["accepted ops/appsettings.json:1", "accepted x/one.json:1", "open x/two.json:1"],
        ),
        (
            "two known secrets in each other's files",
            |s| {
                s.write("app/appsettings.json", settings(2));
                s.write("ops/appsettings.json", settings(2));
            },
            &["accepted ops/appsettings.json:1", "open app/appsettings.json:1"],
        ),
    ];
    for (what, edit, expected) in edits {
        let scratch = accepted();
        edit(&scratch);
        assert_eq!(places(&scratch, &[]), expected, "{what}");
        assert_eq!(scratch.run(&["scan"]).code, Some(1), "{what}");
    }
}

#[test]
fn a_scan_of_a_part_tells_a_copy_from_a_move() {
    let scratch = accepted();
    scratch.write("app/copy.json", settings(1));
    scratch.run(&["scan", "app/copy.json"]).ends(1);
    scratch.run(&["scan", "ops"]).ends(0);
    scratch.remove("app/appsettings.json");
    scratch.run(&["scan", "app/copy.json"]).ends(0);
    // there still, but something else stands in it
    scratch.write("app/appsettings.json", "{}");
    scratch.run(&["scan", "app/copy.json"]).ends(0);
    // from below, and by an absolute path
    let app = scratch.join("app");
    let mut below = scratch.command(&["scan", "copy.json"]);
    assert_eq!(below.current_dir(&app).status().expect("it runs").code(), Some(0));
    scratch.run(&["scan", app.join("copy.json").to_str().expect("UTF-8")]).ends(0);
    scratch.run(&["scan", app.join("copy.json").to_str().expect("UTF-8"), "--no-baseline"]).ends(1);
}

#[test]
fn a_baseline_has_one_entry_a_line_and_no_secret_time_or_line_number() {
    let scratch = accepted();
    let first = scratch.read(FILE);
    let lines: Vec<&str> = first.lines().collect();
    assert_eq!(lines.len(), 3, "{first}");
    assert!(lines[1..].is_sorted(), "{first}");
    for number in [1, 2] {
        let key = key(number);
        assert!(!first.contains(&key) && !first.contains(&key[..8]), "{first}");
    }
    for line in &lines[1..] {
        let entry: Value = serde_json::from_str(line).expect("JSON");
        let names: Vec<&String> = entry.as_object().expect("an object").keys().collect();
        assert_eq!(names, ["id", "path", "rule"], "{line}");
    }
    // the same tree with lines above gives the same bytes
    scratch.remove(FILE);
    scratch.write("app/appsettings.json", format!("\n\n{}", settings(1)));
    scratch.run(&["baseline", "create"]).ends(0);
    assert_eq!(scratch.read(FILE), first);
}

#[test]
fn a_baseline_finds_nothing_in_itself() {
    let scratch = accepted();
    assert_eq!(places(&scratch, &["--profile", "audit", FILE]), Vec::<String>::new());
}

#[test]
fn a_renamed_rule_takes_its_entries_along() {
    let rule = |formerly: &str| {
        let letter = "x".repeat(20);
        format!(
            "code = \"KS999\"\ntitle = \"a token of our own\"\nseverity = \"high\"\nconfidence = \"high\"\nsince = \"1.0.0\"\n\
             formerly = [{formerly}]\n[[match.regex]]\nanchors = [\"ours-\"]\npattern = '''ours-(?<secret>[a-z0-9]{{20}})'''\n\
             [docs]\nwhat = \"a token stands in a file\"\nwhy = \"it opens everything\"\n\
             [remedy]\nroute = \"vault\"\nrevoke = \"V:generic\"\n\
             [[example]]\nname = \"a\"\nfile = \"a.txt\"\ntext = \"ours-{letter}\"\nfinds = [\"{letter}\"]\n"
        )
    };
    let scratch = Scratch::new().secrets_only();
    scratch.write("keyless.toml", "extend-exclude = ['our-rules/']\n[rules]\ndirectories = ['our-rules']\n");
    scratch.write("our-rules/old-name.toml", rule(""));
    scratch.write("a.txt", "token: ours-q7w9e2r4t6y8u1i3o5p0\n");
    assert_eq!(places(&scratch, &[]), ["open a.txt:1"]);
    scratch.run(&["baseline", "create"]).ends(0);
    scratch.remove("our-rules/old-name.toml");
    scratch.write("our-rules/new-name.toml", rule("\"old-name\""));
    assert_eq!(places(&scratch, &[]), ["accepted a.txt:1"]);
    scratch.remove("a.txt");
    let report = scratch.run(&["scan", "--format", "json"]).ends(0).json();
    assert_eq!(report["notices"].as_array().map(Vec::len), Some(1), "{report}");
}

#[test]
fn entries_of_no_use_are_reported_and_taken_out_on_request() {
    let scratch = accepted();
    scratch.write("app/appsettings.json", "{}");
    let said = scratch.run(&["scan"]).ends(0);
    assert!(said.out.contains("nothing is found at app/appsettings.json"), "{}", said.out);
    // what this scan did not look at is not said to be of no use
    for words in [&["scan", "ops"][..], &["scan", "--rule", "entra-*"], &["scan", "--profile", "hook", "ops"]] {
        let said = scratch.run(words);
        assert!(!said.out.contains("nothing is found at"), "{words:?}: {}", said.out);
    }
    let before = scratch.read(FILE);
    let said = scratch.run(&["baseline", "prune", "--dry-run"]).ends(0);
    assert!(said.out.contains("1 would go"), "{}", said.out);
    assert_eq!(scratch.read(FILE), before);
    scratch.run(&["baseline", "prune"]).ends(0);
    assert_eq!(scratch.read(FILE).lines().count(), 2);
    assert!(!scratch.run(&["scan"]).ends(0).out.contains("nothing is found at"));
}

#[test]
fn prune_keeps_what_could_not_be_read() {
    let scratch = accepted();
    scratch.remove("app/appsettings.json");
    std::fs::create_dir(scratch.join("app/appsettings.json")).expect("a directory");
    let before = scratch.read(FILE);
    // named and missing: a failure, and no word on the entry
    scratch.run(&["baseline", "prune", "app/appsettings.json/x"]).ends(2);
    assert_eq!(scratch.read(FILE), before);
}

#[test]
fn update_adds_what_is_new_notes_what_moved_and_keeps_reasons() {
    let scratch = Scratch::new().secrets_only();
    scratch.write("a.json", settings(1));
    scratch.run(&["baseline", "create", "--reason", "known for long", "--until", "2030-01-31"]).ends(0);
    assert!(scratch.run(&["baseline", "create"]).ends(64).err.contains("baseline update"));
    scratch.rename("a.json", "b.json");
    scratch.write("c.json", settings(2));
    let said = scratch.run(&["baseline", "update"]).ends(0);
    assert!(said.out.contains("2 entries, 1 new, 1 moved"), "{}", said.out);
    let text = scratch.read(FILE);
    let of = |path: &str| text.lines().find(|line| line.contains(path)).unwrap_or_else(|| panic!("{path}: {text}"));
    assert!(of("b.json").contains("\"reason\":\"known for long\",\"until\":\"2030-01-31\""), "{text}");
    assert!(!of("c.json").contains("reason"), "{text}");
    scratch.run(&["scan"]).ends(0);
}

#[test]
fn an_entry_whose_day_is_over_accepts_nothing_until_it_gets_a_new_one() {
    let scratch = Scratch::new().secrets_only();
    scratch.write("a.json", settings(1));
    scratch.run(&["baseline", "create", "--reason", "soon gone", "--until", "2020-01-31"]).ends(0);
    let said = scratch.run(&["scan"]).ends(1);
    assert!(said.out.contains("until 2020-01-31"), "{}", said.out);
    scratch.run(&["baseline", "update"]).ends(0);
    scratch.run(&["scan"]).ends(1);
    scratch.run(&["baseline", "update", "--until", "2999-12-31"]).ends(0);
    scratch.run(&["scan"]).ends(0);
}

#[test]
fn an_accepted_finding_stays_in_every_report_with_its_reason() {
    let scratch = Scratch::new().secrets_only();
    scratch.write("a.json", settings(1));
    scratch.run(&["baseline", "create", "--reason", "known for long"]).ends(0);
    for format in ["json", "jsonl", "sarif"] {
        let said = scratch.run(&["scan", "--format", format]).ends(0);
        assert!(said.out.contains("known for long"), "{format}: {}", said.out);
    }
    let said = scratch.run(&["scan", "--show-suppressed"]).ends(0);
    assert!(said.out.contains("by the baseline: known for long"), "{}", said.out);
}

#[test]
fn a_comment_and_a_baseline_each_keep_their_own() {
    let scratch = Scratch::new().secrets_only();
    scratch.write("a.env", format!("KEY={} # keyless:ignore -- here\n", connection(1)));
    scratch.write("b.env", format!("KEY={}\n", connection(1)));
    scratch.run(&["baseline", "create"]).ends(0);
    assert_eq!(scratch.read(FILE).lines().count(), 2);
    assert_eq!(places(&scratch, &[]), ["accepted a.env:1", "accepted b.env:1"]);
}

#[test]
fn a_damaged_baseline_is_an_error_with_place_and_cure_and_never_clean() {
    for (damage, told) in [
        ("", "its head line is missing"),
        ("<<<<<<< HEAD\n", "a merge that was not finished"),
        ("{\"id\":\"12\",\"path\":\"a\",\"rule\":\"b\"}\n", "no identity"),
        ("{\"keyless-baseline\":9,\"key\":\"\"}\n", "version 9"),
        ("{\"keyless-baseline\":1,\"key\":\"00000000\"}\n", "identity-key"),
    ] {
        let scratch = Scratch::new().secrets_only();
        scratch.write("a.json", "{}");
        scratch.write(FILE, damage);
        let said = scratch.run(&["scan"]).ends(2);
        assert!(said.err.contains(told) && said.err.contains(FILE), "{damage}: {}", said.err);
        assert_eq!(said.out, "");
    }
    let scratch = Scratch::new().secrets_only();
    scratch.write("a.json", "{}");
    scratch.run(&["scan", "--baseline", "nowhere.jsonl"]).ends(2);
    scratch.run(&["baseline", "update"]).ends(64);
}

#[test]
fn another_identity_key_makes_another_baseline() {
    let scratch = accepted();
    scratch.write("keyless.toml", "identity-key = 'ours'\n[rules]\ndisable = ['kl*']\n");
    assert!(scratch.run(&["scan"]).ends(2).err.contains("identity-key"));
    scratch.remove(FILE);
    scratch.run(&["baseline", "create"]).ends(0);
    scratch.run(&["scan"]).ends(0);
}

#[test]
fn rebase_amend_and_squash_change_nothing() {
    let scratch = Scratch::repository().secrets_only();
    scratch.write("a.json", settings(1));
    scratch.run(&["baseline", "create"]).ends(0);
    scratch.commit("begin");
    scratch.git(&["checkout", "-q", "-b", "topic"]);
    for number in 0..3 {
        scratch.write("a.json", format!("{}{}", "\n".repeat(number + 1), settings(1)));
        scratch.commit("lines above");
    }
    scratch.git(&["commit", "-q", "--amend", "-m", "another message"]);
    scratch.run(&["scan"]).ends(0);
    scratch.git(&["checkout", "-q", "main"]);
    scratch.write("b.txt", "hello\n");
    scratch.commit("meanwhile");
    scratch.git(&["checkout", "-q", "topic"]);
    scratch.git(&["rebase", "-q", "main"]);
    scratch.run(&["scan"]).ends(0);
    scratch.git(&["reset", "-q", "--soft", "main"]);
    scratch.git(&["commit", "-q", "-m", "squashed"]);
    scratch.run(&["scan"]).ends(0);
}

/// A repository with a baseline, and two branches that each add a secret and accept it.
fn two_branches(attributes: Option<&str>) -> Scratch {
    let scratch = Scratch::repository().secrets_only();
    scratch.write("a.json", settings(1));
    scratch.run(&["baseline", "create"]).ends(0);
    if let Some(text) = attributes {
        scratch.write(".gitattributes", text);
    }
    scratch.commit("begin");
    for (branch, from, numbers) in [("one", "main", 10..14), ("two", "main", 20..24)] {
        scratch.git(&["checkout", "-q", "-b", branch, from]);
        for number in numbers {
            scratch.write(&format!("{branch}/{number}.json"), settings(number));
        }
        scratch.run(&["baseline", "update", "--reason", branch]).ends(0);
        scratch.commit(branch);
    }
    scratch
}

#[test]
fn two_branches_that_each_add_entries_merge_without_conflict() {
    let scratch = two_branches(None);
    assert_eq!(scratch.read(".gitattributes"), format!("{FILE} merge=union\n"));
    scratch.git(&["merge", "-q", "-m", "both", "one"]);
    let said = scratch.run(&["scan"]).ends(0);
    assert!(!said.out.contains("notice"), "{}", said.out);
    // and the next update puts it in order again
    scratch.run(&["baseline", "update"]).ends(0);
    let text = scratch.read(FILE);
    assert_eq!(text.lines().count(), 10);
    assert!(text.lines().skip(1).is_sorted(), "{text}");
}

#[test]
fn merge_is_a_driver_that_git_can_call() {
    let scratch = two_branches(Some(&format!("{FILE} merge=keyless\n")));
    let driver = format!("{} baseline merge %O %A %B", env!("CARGO_BIN_EXE_keyless"));
    scratch.git(&["config", "merge.keyless.driver", &driver]);
    // one branch also mends the first finding
    scratch.write("a.json", "{}");
    scratch.run(&["baseline", "prune"]).ends(0);
    scratch.commit("mended");
    scratch.git(&["merge", "-q", "-m", "both", "one"]);
    let text = scratch.read(FILE);
    assert_eq!(text.lines().count(), 9, "{text}");
    assert!(text.lines().skip(1).is_sorted() && !text.contains("a.json"), "{text}");
    scratch.run(&["scan"]).ends(0);
}

#[test]
fn merge_refuses_what_is_no_baseline_and_leaves_it_alone() {
    let scratch = accepted();
    scratch.write("theirs", "not a baseline\n");
    let before = scratch.read(FILE);
    let said = scratch.run(&["baseline", "merge", "/dev/null", FILE, "theirs"]).ends(2);
    assert!(said.err.contains("theirs"), "{}", said.err);
    assert_eq!(scratch.read(FILE), before);
    scratch.run(&["baseline", "merge", "/dev/null", FILE, FILE]).ends(0);
    assert_eq!(scratch.read(FILE), before);
}

#[test]
fn an_audit_walks_through_the_entries_and_keeps_every_answer() {
    let scratch = accepted();
    scratch.write("x.json", settings(3));
    scratch.run(&["baseline", "update"]).ends(0);
    scratch.run(&["baseline", "audit", "--check"]).ends(1);
    // a wrong word, an accepted one with a wrong day first, one taken out, and then nobody answers
    let answers = "what\na\n\nfake key of the emulator\nsoon\n2999-12-31\nr\n";
    let said = scratch.run_with(&["baseline", "audit"], answers).ends(0);
    assert!(said.err.contains("[1/3]") && said.err.contains("[3/3]"), "{}", said.err);
    for number in 1..4 {
        assert!(!said.err.contains(&key(number)) && !said.out.contains(&key(number)));
    }
    let text = scratch.read(FILE);
    assert_eq!(text.lines().count(), 3, "{text}");
    assert!(text.contains("\"reason\":\"fake key of the emulator\",\"until\":\"2999-12-31\""), "{text}");
    scratch.run(&["scan"]).ends(1);
    // only what has no reason is asked for; back returns to the first
    let said = scratch.run_with(&["baseline", "audit"], "s\nb\na\nold\n\n").ends(0);
    assert!(said.err.contains("[1/1]"), "{}", said.err);
    scratch.run(&["baseline", "audit", "--all"]).ends(0);
}

/// A table of known keys, one a line.
fn table(numbers: impl IntoIterator<Item = u64>) -> String {
    let rows: Vec<String> = numbers.into_iter().map(|n| format!("  {{ \"storageKey\": \"{}\" }}", key(n))).collect();
    format!("[\n{}\n]\n", rows.join(",\n"))
}

#[test]
fn a_table_is_one_finding_and_a_value_that_is_added_to_an_accepted_one_is_new() {
    let scratch = Scratch::new().secrets_only();
    scratch.write("vectors.json", table(1..=30));
    let report = scratch.run(&["scan", "--format", "json"]).json();
    let findings = report["findings"].as_array().expect("a list");
    assert_eq!(findings.len(), 1);
    assert_eq!(findings[0]["alike"].as_array().map(Vec::len), Some(29));
    assert_eq!(places(&scratch, &[]).len(), 30, "every place is told");

    scratch.run(&["baseline", "create"]).ends(0);
    let file = std::fs::read_to_string(scratch.path().join(FILE)).expect("it was written");
    assert_eq!(file.lines().filter(|line| line.contains("vectors.json")).count(), 30, "every identity is held");
    scratch.run(&["scan"]).ends(0);

    scratch.write("vectors.json", table((1..=30).chain([99])));
    scratch.run(&["scan"]).ends(1);
    let open = places(&scratch, &[]).into_iter().filter(|place| place.starts_with("open")).collect::<Vec<_>>();
    assert_eq!(open, ["open vectors.json:32"]);
}

/// A recording: links with signatures that are over, of one account, one a line.
fn recording(numbers: impl IntoIterator<Item = u64>) -> String {
    let link = |n: u64| {
        let signature = key(n)[..43].replace('/', "%2F").replace('+', "%2B");
        format!(
            "{{\"url\": \"https://northshop.blob.core.windows.net/docs/{n}.pdf?sv=2021-08-06&se=2022-05-01T00%3A00%3A00Z&sr=b&sp=r&sig={signature}%3D\"}}\n"
        )
    };
    numbers.into_iter().map(link).collect()
}

#[test]
fn lints_that_point_at_the_values_of_a_table_are_one_as_well() {
    let scratch = Scratch::new();
    scratch.write("requests.jsonl", recording(1..=20));
    let report = scratch.run(&["scan", "--format", "json"]).json();
    let findings = report["findings"].as_array().expect("a list");
    let rules: Vec<&str> = findings.iter().filter_map(|one| one["rule"].as_str()).collect();
    assert_eq!(rules, ["sas-url-in-source", "azure-storage-sas"], "{findings:#?}");
    assert_eq!(findings[0]["group"], findings[1]["group"]);

    scratch.run(&["baseline", "create"]).ends(0);
    scratch.run(&["scan"]).ends(0);
    scratch.write("requests.jsonl", recording(1..=21));
    scratch.run(&["scan"]).ends(1);
}

#[test]
fn a_few_secrets_and_those_of_several_owners_stay_apart() {
    let scratch = Scratch::new().secrets_only();
    scratch.write("few.json", table(1..=15));
    let report = scratch.run(&["scan", "--format", "json"]).json();
    assert_eq!(report["findings"].as_array().map(Vec::len), Some(15));

    let scratch = Scratch::new().secrets_only();
    let owned = |n: u64| {
        format!(
            "DefaultEndpointsProtocol=https;AccountName=shop{n};AccountKey={};EndpointSuffix=core.windows.net",
            key(n)
        )
    };
    scratch.write("owners.txt", (1..=30).map(owned).collect::<Vec<_>>().join("\n"));
    let report = scratch.run(&["scan", "--format", "json"]).json();
    assert_eq!(report["findings"].as_array().map(Vec::len), Some(30));
}
