//! `keyless fix` through the front door: what it writes, what it leaves alone, what it says.

mod support;

use support::Scratch;

const OUTPUT: &str = "output \"key\" {\n  value = azurerm_storage_account.main.primary_access_key\n}\n";
const PLAIN: &str =
    "output \"key\" {\n  value     = azurerm_storage_account.main.primary_access_key\n  sensitive = true\n}\n";

const STORE: &str = "resource \"azurerm_storage_account\" \"main\" {\n  name = \"contoso\"\n}\n";

struct Ran {
    code: Option<i32>,
    out: String,
    err: String,
}

fn run(scratch: &Scratch, words: &[&str]) -> Ran {
    let output = scratch.command(words).output().expect("the program runs");
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).expect("it speaks UTF-8");
    Ran { code: output.status.code(), out: text(output.stdout), err: text(output.stderr) }
}

#[test]
fn safe_fixes_are_made_and_a_second_run_has_nothing_to_do() {
    let scratch = Scratch::new();
    scratch.write("infra/outputs.tf", OUTPUT);
    let ran = run(&scratch, &["fix"]);
    assert_eq!(ran.out, "infra/outputs.tf:1: mark the output as sensitive, KL310\n");
    assert_eq!(ran.err, "1 change made in 1 file; nothing is left to report\n");
    assert_eq!(ran.code, Some(0));
    assert_eq!(scratch.read("infra/outputs.tf"), PLAIN);
    let again = run(&scratch, &["fix"]);
    assert_eq!((again.out.as_str(), again.code), ("", Some(0)));
    assert_eq!(again.err, "0 changes made in 0 files; nothing is left to report\n");
}

#[test]
fn unsafe_fixes_wait_until_they_are_asked_for_and_say_what_they_rely_on() {
    let scratch = Scratch::new();
    scratch.write("main.tf", STORE);
    let ran = run(&scratch, &["fix", "--rule", "KL302"]);
    assert_eq!((ran.out.as_str(), ran.code), ("", Some(1)), "{}", ran.err);
    assert_eq!(scratch.read("main.tf"), STORE);
    let ran = run(&scratch, &["fix", "--unsafe-fixes", "--rule", "KL302"]);
    assert_eq!(ran.out, "main.tf:1: switch shared keys off, KL302 (unsafe)\n");
    assert_eq!(ran.code, Some(0), "{}", ran.err);
    assert!(ran.err.contains("The unsafe changes work once these are done:"), "{}", ran.err);
    assert!(ran.err.contains("Storage Blob Data"), "{}", ran.err);
    assert!(ran.err.contains("az role assignment create"), "{}", ran.err);
    assert!(scratch.read("main.tf").contains("shared_access_key_enabled = false"));
}

#[test]
fn a_patch_is_taken_by_git_and_gives_what_the_fix_writes() {
    for (name, text) in [
        ("outputs.tf", OUTPUT.to_owned()),
        ("with space.tf", OUTPUT.to_owned()),
        ("crlf.tf", OUTPUT.replace('\n', "\r\n")),
        ("no-end.tf", OUTPUT.trim_end().to_owned()),
        ("bom.tf", format!("\u{feff}{OUTPUT}")),
        ("tabs.tf", OUTPUT.replace("  ", "\t")),
        ("sub/dir/long.tf", format!("{}{OUTPUT}{}", "# above\n".repeat(40), "# below\n".repeat(40))),
    ] {
        let (patched, fixed) = (Scratch::repository(), Scratch::new());
        patched.write(name, &text);
        fixed.write(name, &text);
        let diff = run(&patched, &["fix", "--diff"]);
        assert_eq!(patched.read(name), text, "{name}: --diff writes nothing");
        patched.write("keyless.patch", &diff.out);
        patched.git(&["apply", "--verbose", "keyless.patch"]);
        assert_eq!(run(&fixed, &["fix"]).code, Some(0), "{name}");
        assert_eq!(patched.read(name), fixed.read(name), "{name}");
        assert_ne!(patched.read(name), text, "{name}");
    }
}

#[test]
fn a_patch_below_the_root_is_taken_where_it_was_made() {
    let scratch = Scratch::repository();
    scratch.write("infra/outputs.tf", OUTPUT);
    let below = scratch.join("infra");
    let diff = scratch.command(&["fix", "--diff"]).current_dir(&below).output().expect("the program runs");
    std::fs::write(below.join("keyless.patch"), diff.stdout).expect("a file");
    let applied = scratch.program("git", &["apply", "keyless.patch"]).current_dir(&below).status().expect("git runs");
    assert!(applied.success());
    assert_eq!(scratch.read("infra/outputs.tf"), PLAIN);
}

#[test]
fn line_ends_marks_and_encodings_stay() {
    let wide = |text: &str| -> Vec<u8> {
        std::iter::once(0xfeff).chain(text.encode_utf16()).flat_map(u16::to_le_bytes).collect()
    };
    for (name, before, after) in [
        ("crlf", OUTPUT.replace('\n', "\r\n").into_bytes(), PLAIN.replace('\n', "\r\n").into_bytes()),
        ("bom", format!("\u{feff}{OUTPUT}").into_bytes(), format!("\u{feff}{PLAIN}").into_bytes()),
        ("utf-16", wide(&OUTPUT.replace('\n', "\r\n")), wide(&PLAIN.replace('\n', "\r\n"))),
        ("no line end", OUTPUT.trim_end().into(), PLAIN.trim_end().into()),
        ("latin-1", [b"# caf\xe9\n", OUTPUT.as_bytes()].concat(), [b"# caf\xe9\n", PLAIN.as_bytes()].concat()),
    ] {
        let scratch = Scratch::new();
        scratch.write("outputs.tf", &before);
        let ran = run(&scratch, &["fix"]);
        assert_eq!(ran.code, Some(0), "{name}: {}", ran.err);
        assert_eq!(std::fs::read(scratch.join("outputs.tf")).expect("it is there"), after, "{name}");
    }
}

#[test]
fn what_is_suppressed_taught_or_made_from_a_template_is_left_alone() {
    let manifest = "apiVersion: v1\nkind: Pod\nmetadata:\n  labels:\n    azure.workload.identity/use: true\n";
    for (name, text) in [
        ("accepted.tf", format!("# keyless:ignore[KL310] -- the state is encrypted\n{OUTPUT}")),
        ("samples/outputs.tf", OUTPUT.to_owned()),
        ("chart/templates/pod.yaml", format!("{manifest}    app: {{{{ .Values.name }}}}\n")),
    ] {
        let scratch = Scratch::new();
        scratch.write(name, &text);
        let ran = run(&scratch, &["fix", "--unsafe-fixes"]);
        assert_eq!((scratch.read(name), ran.out), (text, String::new()), "{name}: {}", ran.err);
    }
}

#[cfg(unix)]
#[test]
fn permissions_stay_and_a_file_that_may_not_be_written_is_told() {
    use std::os::unix::fs::PermissionsExt as _;
    let scratch = Scratch::new();
    scratch.write("a.tf", OUTPUT);
    scratch.write("b.tf", OUTPUT);
    let mode = |name: &str, mode: u32| {
        std::fs::set_permissions(scratch.join(name), std::fs::Permissions::from_mode(mode)).expect("it is ours");
    };
    mode("a.tf", 0o640);
    mode("b.tf", 0o444);
    let ran = run(&scratch, &["fix"]);
    let kept = std::fs::metadata(scratch.join("a.tf")).expect("it is there").permissions().mode() & 0o777;
    assert_eq!((kept, scratch.read("a.tf").as_str()), (0o640, PLAIN));
    assert_eq!(scratch.read("b.tf"), OUTPUT);
    assert!(ran.err.contains("b.tf: not mended: permission denied"), "{}", ran.err);
    assert_eq!(ran.code, Some(1), "the finding is left");
}

#[test]
fn of_what_is_staged_only_whole_files_are_mended() {
    let scratch = Scratch::repository();
    scratch.write("whole.tf", OUTPUT);
    scratch.write("half.tf", OUTPUT);
    scratch.write("not.tf", OUTPUT);
    scratch.git(&["add", "whole.tf", "half.tf"]);
    scratch.write("half.tf", format!("{OUTPUT}# more\n"));
    let ran = run(&scratch, &["fix", "--staged"]);
    assert_eq!(ran.out, "whole.tf:1: mark the output as sensitive, KL310\n");
    assert!(ran.err.contains("half.tf: not mended: it has changes that are not staged"), "{}", ran.err);
    assert_eq!(scratch.read("whole.tf"), PLAIN);
    assert_eq!(scratch.read("half.tf"), format!("{OUTPUT}# more\n"));
    assert_eq!(scratch.read("not.tf"), OUTPUT);
}

#[test]
fn a_patch_never_holds_a_secret() {
    let scratch = Scratch::new();
    let password = support::key(1).replace(['/', '+', '='], "x");
    scratch.write("variables.tf", format!("variable \"sql_password\" {{\n  default = \"{password}\"\n}}\n"));
    let ran = run(&scratch, &["fix", "--diff", "--rule", "KL311"]);
    assert!(!ran.out.contains(&password), "a patch shows it");
    assert_eq!(ran.out, "");
    assert!(ran.err.contains("1 change is not shown: secrets stand in its lines"), "{}", ran.err);
    let ran = run(&scratch, &["fix", "--rule", "KL311"]);
    assert!(!ran.out.contains(&password) && !ran.err.contains(&password));
    assert!(scratch.read("variables.tf").contains("sensitive = true"));
}

#[test]
fn wrong_words_are_usage_errors() {
    let scratch = Scratch::new();
    for words in [&["fix", "-"][..], &["fix", "--no-such"], &["fix", "--rule"]] {
        assert_eq!(run(&scratch, words).code, Some(64), "{words:?}");
    }
    assert_eq!(run(&scratch, &["fix", "no/such/file"]).code, Some(2));
}

#[test]
fn the_demo_shop_keeps_no_secret_and_nothing_above_low() {
    let scratch = Scratch::new();
    let found = |scratch: &Scratch| -> Vec<(String, String, String)> {
        let report = scratch.command(&["scan", "-q", "-f", "json", "shop"]).output().expect("the program runs");
        let report: serde_json::Value = serde_json::from_slice(&report.stdout).expect("a report");
        let findings = report["findings"].as_array().expect("findings").iter();
        let text = |value: &serde_json::Value| value.as_str().expect("a text").to_owned();
        findings.map(|one| (text(&one["kind"]), text(&one["severity"]), text(&one["location"]["path"]))).collect()
    };
    scratch.command(&["demo", "--dir", "shop"]).output().expect("the program runs");
    let secrets = found(&scratch).iter().filter(|(kind, _, _)| kind == "secret").count();
    assert!(secrets > 5, "{secrets}");
    let ran = run(&scratch, &["fix", "--unsafe-fixes", "shop"]);
    assert!(ran.code == Some(0) || ran.code == Some(1), "{}", ran.err);
    let mut after = found(&scratch);
    after.retain(|(kind, severity, _)| kind == "secret" || !matches!(severity.as_str(), "low" | "info"));
    assert_eq!(after, [], "{}", ran.err);
}

#[test]
fn a_finding_is_explained_by_its_fingerprint_with_every_step_and_the_fix() {
    let scratch = Scratch::new();
    scratch.write("infra/main.tf", STORE);
    let report = scratch.command(&["scan", "-q", "-f", "json", "--rule", "KL302"]).output().expect("the program runs");
    let report: serde_json::Value = serde_json::from_slice(&report.stdout).expect("a report");
    let fingerprint = report["findings"][0]["fingerprint"].as_str().expect("a fingerprint").to_owned();
    let ran = run(&scratch, &["explain", "--finding", &fingerprint[..12], "infra"]);
    assert_eq!(ran.code, Some(0), "{}", ran.err);
    let steps: Vec<&str> = report["findings"][0]["remedies"]
        .as_array()
        .expect("remedies")
        .iter()
        .flat_map(|remedy| remedy["steps"].as_array().expect("steps"))
        .map(|step| step["text"].as_str().expect("a text"))
        .collect();
    assert!(steps.len() > 2 && steps.iter().all(|step| ran.out.contains(step)), "{steps:?}\n{}", ran.out);
    for wanted in ["infra/main.tf:1", "Why it matters", "keyless fix --unsafe-fixes --rule KL302"] {
        assert!(ran.out.contains(wanted), "{wanted} is missing:\n{}", ran.out);
    }
    for words in
        [&["explain", "--finding", "zz"][..], &["explain", "--finding", "000000000000"], &["explain", "a", "b"]]
    {
        assert_eq!(run(&scratch, words).code, Some(64), "{words:?}");
    }
}

#[test]
fn every_rule_and_topic_has_a_page_that_the_list_leads_to() {
    let scratch = Scratch::new();
    let ran = run(&scratch, &["rules", "docs", "--out", "docs/rules"]);
    assert_eq!(ran.code, Some(0), "{}", ran.err);
    let index = scratch.read("docs/rules/README.md");
    let (mut pages, mut wrong, mut alone) = (0, 0, Vec::new());
    for link in index.split("](").skip(1).filter_map(|rest| rest.split(')').next()) {
        assert!(scratch.read(&format!("docs/rules/{link}")).starts_with("# "), "{link}");
        pages += 1;
        // Beside what is found stands what is right: in that language, or the nearest.
        for found in scratch.read(&format!("docs/rules/{link}")).split("\nFound in `").skip(1) {
            wrong += 1;
            let has_right =
                ["\nAfter the fix:", "\nNot reported (", "\nRight"].iter().any(|words| found.contains(words));
            if !has_right {
                alone.push(format!("{link}: {}", found.split('`').next().unwrap_or_default()));
            }
        }
    }
    assert!(wrong > 500 && alone.is_empty(), "{} of {wrong} have no right code beside them: {alone:#?}", alone.len());
    assert_eq!(format!("{} pages in docs/rules\n", pages + 1), ran.out);
    let page = scratch.read("docs/rules/storage-shared-key-enabled.md");
    for wanted in ["Why it matters", "What keyless can change", "After the fix", "allowSharedKeyAccess: false"] {
        assert!(page.contains(wanted), "{wanted} is missing:\n{page}");
    }
    assert!(!page.contains("@@"));
}

#[test]
fn a_secret_that_is_left_in_another_file_is_not_forgotten() {
    let scratch = Scratch::new();
    let connection = support::connection(1);
    scratch.write("appsettings.json", format!("{{ \"Storage\": \"{connection}\" }}\n"));
    scratch.write("notes.txt", format!("the account: {connection}\n"));
    let ran = run(&scratch, &["fix", "--unsafe-fixes"]);
    assert!(ran.out.starts_with("appsettings.json:1: the address of the blobs"), "{} {}", ran.out, ran.err);
    assert!(!scratch.read("appsettings.json").contains("AccountKey"));
    assert_eq!(ran.code, Some(1), "notes.txt still holds it: {}", ran.err);
}

#[test]
fn what_gitlab_is_told_to_apply_mends_what_it_says() {
    let scratch = Scratch::repository();
    scratch.write("infra/outputs.tf", OUTPUT);
    scratch.write("main.tf", STORE);
    let ran = run(&scratch, &["scan", "--format", "gitlab-sast=sast.json", "--format", "gitlab=secrets.json"]);
    assert_eq!(ran.code, Some(1), "{}", ran.err);
    let sast: serde_json::Value = serde_json::from_str(&scratch.read("sast.json")).expect("JSON");
    let [remediation] = sast["remediations"].as_array().expect("an array").as_slice() else {
        panic!("one file has a safe fix: {sast:#}");
    };
    let of = |id: &serde_json::Value| {
        let all = sast["vulnerabilities"].as_array().expect("an array");
        all.iter().find(|one| one["id"] == *id).expect("it is there")["identifiers"][0]["value"].clone()
    };
    let mended: Vec<_> = remediation["fixes"].as_array().expect("an array").iter().map(|one| of(&one["id"])).collect();
    assert_eq!(mended, ["KL310"]);
    let diff = remediation["diff"].as_str().expect("text");
    scratch.write("keyless.patch", String::from_utf8(unpack(diff)).expect("text"));
    scratch.git(&["apply", "keyless.patch"]);
    assert_eq!(scratch.read("infra/outputs.tf"), PLAIN);
    let secrets: serde_json::Value = serde_json::from_str(&scratch.read("secrets.json")).expect("JSON");
    assert_eq!(
        (&secrets["scan"]["type"], &secrets["remediations"]),
        (&"secret_detection".into(), &serde_json::Value::Null)
    );
}

/// The bytes of base64.
fn unpack(text: &str) -> Vec<u8> {
    const DIGITS: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let (mut bits, mut count, mut out) = (0_u32, 0, Vec::new());
    for digit in text.bytes().filter_map(|byte| DIGITS.iter().position(|digit| *digit == byte)) {
        bits = bits << 6 | u32::try_from(digit).expect("it is small");
        count += 6;
        if count >= 8 {
            count -= 8;
            out.push(u8::try_from(bits >> count & 255).expect("a byte"));
        }
    }
    out
}

const DEPLOYMENT: &str = "apiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: orders\n";
const CLIENT: &str = "import os\n\nfrom azure.identity import ClientSecretCredential\n\ncredential = ClientSecretCredential(os.environ[\"T\"], os.environ[\"C\"], os.environ[\"S\"])\n";

#[test]
fn code_signs_in_as_what_it_has_where_it_runs() {
    let pod = "import os\n\nfrom azure.identity import WorkloadIdentityCredential\n\ncredential = WorkloadIdentityCredential()\n";
    let host = pod.replace("WorkloadIdentity", "ManagedIdentity");
    for (files, said, expected) in [
        (&[][..], "", host.as_str()),
        (&[("k8s/app.yaml", DEPLOYMENT)][..], "", pod),
        (&[("host.json", "{ \"version\": \"2.0\" }\n")][..], "", &host),
        (&[][..], "[platform]\ndefault = 'aks'\n", pod),
        (&[][..], "[platform]\ndefault = 'on-premises'\n", CLIENT),
        (&[][..], "[platform]\ndefault = 'other-cloud'\n", CLIENT),
    ] {
        let scratch = Scratch::new();
        files.iter().for_each(|(name, text)| scratch.write(name, text));
        scratch.write("keyless.toml", said);
        scratch.write("orders/app.py", CLIENT);
        let ran = run(&scratch, &["fix", "--unsafe-fixes", "--rule", "KL101"]);
        assert_eq!(scratch.read("orders/app.py"), expected, "{said}{files:?}: {}", ran.err);
    }
}

#[test]
fn the_same_in_other_languages() {
    for (name, text, expected) in [
        (
            "App.cs",
            "using Azure.Identity;\nvar c = new ClientSecretCredential(tenant, client, secret);\n",
            "using Azure.Identity;\nvar c = new WorkloadIdentityCredential();\n",
        ),
        (
            "app.ts",
            "import { ClientSecretCredential } from \"@azure/identity\";\nconst c = new ClientSecretCredential(t, c, process.env.S!);\n",
            "import { WorkloadIdentityCredential } from \"@azure/identity\";\nconst c = new WorkloadIdentityCredential();\n",
        ),
        (
            "main.go",
            "package main\n\nimport \"github.com/Azure/azure-sdk-for-go/sdk/azidentity\"\n\nfunc main() {\n\tcred, err := azidentity.NewClientSecretCredential(t, c, os.Getenv(\"S\"), nil)\n\tuse(cred, err)\n}\n",
            "package main\n\nimport \"github.com/Azure/azure-sdk-for-go/sdk/azidentity\"\n\nfunc main() {\n\tcred, err := azidentity.NewWorkloadIdentityCredential(nil)\n\tuse(cred, err)\n}\n",
        ),
    ] {
        let scratch = Scratch::new();
        scratch.write("keyless.toml", "[platform]\ndefault = 'aks'\n");
        scratch.write(name, text);
        let ran = run(&scratch, &["fix", "--unsafe-fixes", "--rule", "KL101"]);
        assert_eq!(scratch.read(name), expected, "{}", ran.err);
    }
}

#[test]
fn a_reference_to_a_vault_says_which_role_it_relies_on() {
    let scratch = Scratch::new();
    let text = "resource \"azurerm_linux_web_app\" \"a\" {\n  app_settings = {\n    SMTP_PASSWORD = \"northlake-mail-9\"\n  }\n}\n";
    scratch.write("web.tf", text);
    let ran = run(&scratch, &["fix", "--unsafe-fixes", "--rule", "KL330"]);
    let reference = "@Microsoft.KeyVault(SecretUri=https://<vault>.vault.azure.net/secrets/<name>)";
    assert_eq!(scratch.read("web.tf"), text.replace("northlake-mail-9", reference), "{}", ran.err);
    let told = format!("{}{}", ran.out, ran.err);
    for said in ["Key Vault Secrets User (4633458b-17de-408a-b874-0445c86b69e6)", "az keyvault secret set"] {
        assert!(told.contains(said), "{said}: {told}");
    }
}
