//! Plans by the front door: what is written for the identities, where code is said to run, and the question.

mod support;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use keyless::model::RepoPath;
use keyless::remedy::Tables;
use keyless::scan::probe;

/// The demo's shop, in a directory of its own.
fn shop() -> (tempfile::TempDir, PathBuf) {
    let dir = tempfile::Builder::new().prefix("keyless-plans").tempdir().expect("a directory for the test");
    let shop = dir.path().join("shop");
    let output = keyless(dir.path(), &["demo", "--dir", "shop", "-q"]);
    assert_eq!(output.0, 0, "{}", output.1);
    (dir, shop)
}

fn keyless(at: &Path, words: &[&str]) -> (i32, String, String) {
    let output = Command::new(env!("CARGO_BIN_EXE_keyless"))
        .args(words)
        .args(["--color", "never", "--no-progress"])
        .current_dir(at)
        .env_remove("KEYLESS_CONFIG")
        .output()
        .expect("the program starts");
    let [out, err] = [&output.stdout, &output.stderr].map(|bytes| String::from_utf8_lossy(bytes).into_owned());
    assert!(!err.contains("panicked"), "{err}");
    (output.status.code().unwrap_or(-1), out, err)
}

fn files(below: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut open = vec![below.to_owned()];
    while let Some(dir) = open.pop() {
        for entry in fs::read_dir(dir).expect("a directory").flatten() {
            if entry.path().is_dir() { open.push(entry.path()) } else { found.push(entry.path()) }
        }
    }
    found.sort();
    found
}

#[test]
fn identities_are_written_in_every_language_and_parse_and_name_roles_of_the_table() {
    let (_dir, shop) = shop();
    let (code, _, err) = keyless(&shop, &["plan", "--emit-iac", "../iac"]);
    assert_eq!(code, 0, "{err}");
    let iac = shop.with_file_name("iac");
    let found = files(&iac);
    for ending in [".bicep", ".tf", ".sh"] {
        assert!(found.iter().any(|path| path.to_string_lossy().ends_with(ending)), "{ending}: {found:?}");
    }
    let known: Vec<&str> =
        Tables::builtin().roles().map(|role| role.guid.as_str()).filter(|guid| !guid.is_empty()).collect();
    let mut roles = 0;
    for path in &found {
        let text = fs::read_to_string(path).expect("it was just written");
        let name = RepoPath::new(path.file_name().expect("a file").as_encoded_bytes());
        assert_eq!(probe::faults(&name, text.as_bytes()), 0, "{}\n{text}", path.display());
        assert!(!text.contains("@word@") && !text.contains("@id@") && !text.contains("@name@"), "{text}");
        for guid in text.split(|c: char| !c.is_ascii_hexdigit() && c != '-').filter(|word| word.len() == 36) {
            assert!(known.contains(&guid), "{guid} is no role of the table: {}", path.display());
            roles += 1;
        }
    }
    assert!(roles > 10, "{roles}");
    let all: String = found.iter().filter_map(|path| fs::read_to_string(path).ok()).collect();
    for told in [
        "northlakeorders",
        "northlake-mail",
        "id-orders-api",
        "id-invoice-mailer",
        "token.actions.githubusercontent.com",
    ] {
        assert!(all.contains(told), "{told}");
    }
    // A mailer that reads mails needs no role for search or blobs.
    let mailer = fs::read_to_string(iac.join("bicep/invoice-mailer.bicep")).expect("it was just written");
    assert!(mailer.contains("sqlRoleAssignments") && !mailer.contains("Microsoft.Search"), "{mailer}");
    // What differs between the versions of the provider.
    let trust = |major: &str| {
        fs::read_to_string(iac.join(format!("terraform-azurerm-{major}/pipelines.tf"))).expect("it was just written")
    };
    assert!(trust("4").contains("parent_id") && !trust("4").contains("user_assigned_identity_id"));
    assert!(trust("5").contains("user_assigned_identity_id") && !trust("5").contains("parent_id"));

    // No finding in what we write ourselves, and nothing is written over.
    let (code, out, _) = keyless(&iac, &["scan", "."]);
    assert_eq!(code, 0, "{out}");
    assert_eq!(keyless(&shop, &["plan", "--emit-iac", "../iac"]).0, 2);
}

#[test]
fn shells_take_the_commands_that_are_written() {
    let (_dir, shop) = shop();
    keyless(&shop, &["plan", "--emit-iac", "../iac"]);
    for path in files(&shop.with_file_name("iac")).iter().filter(|path| path.extension().is_some_and(|end| end == "sh"))
    {
        let status = Command::new("bash").arg("-n").arg(path).status();
        assert!(status.is_ok_and(|status| status.success()), "{}", path.display());
    }
}

#[test]
fn where_code_runs_is_asked_in_three_lines_until_the_project_says_it() {
    let dir = tempfile::tempdir().expect("a directory for the test");
    let at = dir.path();
    let client = "from azure.cosmos import CosmosClient\nc = CosmosClient(u, credential=os.environ['COSMOS_KEY'])\n";
    for file in ["orders/app.py", "mailer/app.py"] {
        fs::create_dir_all(at.join(file).parent().expect("below")).expect("a directory");
        fs::write(at.join(file), client).expect("a file");
    }
    let plan = || keyless(at, &["plan", "."]).1;
    let question = "say it once in keyless.toml";
    let text = plan();
    assert!(text.contains(question) && text.contains("no file shows where this code runs"), "{text}");
    let lines =
        ["on Azure compute or an Arc server: ", "in a pipeline, Kubernetes or another cloud: ", "anywhere else: "];
    assert!(lines.iter().all(|line| text.contains(line)), "{text}");

    // Two places at once are asked about too.
    fs::create_dir(at.join("infra")).expect("a directory");
    fs::write(
        at.join("infra/main.tf"),
        "resource \"azurerm_linux_function_app\" \"a\" {}\nresource \"azurerm_linux_virtual_machine\" \"b\" {}\n",
    )
    .expect("a file");
    let text = plan();
    assert!(text.contains(question) && text.contains("the files show several places: functions, vm"), "{text}");

    fs::write(at.join("keyless.toml"), "[platform]\ndefault = 'aks'\n").expect("a file");
    let text = plan();
    assert!(!text.contains(question) && text.contains("AKS pod: workload identity"), "{text}");

    let both = "[platform]\ndefault = 'aks'\n[[override]]\npaths = ['mailer/']\nplatform = 'functions'\n";
    fs::write(at.join("keyless.toml"), both).expect("a file");
    let text = plan();
    for told in ["AKS pod", "Functions: managed identity", "keyless.toml says so for this path"] {
        assert!(text.contains(told), "{told}: {text}");
    }
    fs::write(at.join("keyless.toml"), both.replace("functions", "funktions")).expect("a file");
    let (code, _, err) = keyless(at, &["plan", "."]);
    assert_eq!(code, 2, "{err}");
    assert!(err.contains("no platform is named") && err.contains("functions"), "{err}");
}

#[test]
fn the_shop_of_the_demo_follows_its_own_plan_to_a_scan_without_secrets() {
    let (_dir, shop) = shop();
    for round in 0.. {
        assert!(round < 6, "the plan never ends");
        let (_, plan, err) = keyless(&shop, &["plan", "--format", "json"]);
        let plan: serde_json::Value = serde_json::from_str(&plan).unwrap_or_else(|_| panic!("{plan}{err}"));
        let sections = plan["sections"].as_array().expect("a list");
        let stages = sections.iter().flat_map(|section| section["stages"].as_array().expect("a list"));
        let changes = stages.flat_map(|stage| stage["changes"].as_array().expect("a list"));
        let commands: Vec<&str> = changes.filter_map(|change| change["command"].as_str()).collect();
        if commands.is_empty() {
            break;
        }
        for command in commands {
            let words: Vec<&str> = command.split(' ').skip(1).collect();
            let (code, _, err) = keyless(&shop, &words);
            assert!(code == 0 || code == 1, "{command}: {err}");
        }
    }
    let (_, out, _) = keyless(&shop, &["scan", "--format", "json"]);
    let report: serde_json::Value = serde_json::from_str(&out).expect("a report");
    let findings = report["findings"].as_array().expect("a list");
    let shown = |one: &serde_json::Value| format!("{} {} {}", one["severity"], one["code"], one["location"]["path"]);
    let left: Vec<String> = findings
        .iter()
        .filter(|one| {
            one["kind"] == "secret" || !["low", "info"].contains(&one["severity"].as_str().unwrap_or_default())
        })
        .map(shown)
        .collect();
    assert_eq!(left, Vec::<String>::new());

    let mut files = files(&shop);
    files.retain(|path| path.is_file());
    assert_eq!(files.len(), 13, "no file comes or goes: {files:?}");
    for path in &files {
        let bytes = fs::read(path).expect("it is there");
        let name = path.strip_prefix(&shop).expect("below").to_string_lossy().replace('\\', "/");
        assert_eq!(
            probe::faults(&RepoPath::new(name.as_bytes()), &bytes),
            0,
            "{name}: {}",
            String::from_utf8_lossy(&bytes)
        );
    }
    // Compilers and schemas, where they are installed; what was not asked is said.
    let judges = [
        ("python3", vec!["-m", "py_compile"], "invoice-mailer/function_app.py"),
        ("check-jsonschema", vec!["--builtin-schema", "vendor.github-workflows"], ".github/workflows/deploy.yml"),
        (
            "pwsh",
            vec!["-NoProfile", "-Command", "param($f) [ScriptBlock]::Create((Get-Content -Raw $f))"],
            "ops/rotate-logs.ps1",
        ),
    ];
    for (judge, words, file) in judges {
        match Command::new(judge).args(words).arg(shop.join(file)).output() {
            Ok(output) => assert!(output.status.success(), "{file}: {}", String::from_utf8_lossy(&output.stderr)),
            Err(_) => eprintln!("not asked: {judge} is not installed, {file} was parsed only"),
        }
    }
    eprintln!("not asked: dotnet and terraform need packages of their own; Program.cs and main.tf were parsed only");
}

#[test]
fn commands_are_filled_with_the_names_that_stand_in_the_files() {
    let (_dir, shop) = shop();
    let (_, plan, err) = keyless(&shop, &["plan"]);
    for told in [
        // The app of the workflow, in the only group of the template.
        "az webapp identity assign -g northlake-shop -n northlake-orders ",
        "az functionapp identity assign -g northlake-shop -n northlake-mailer ",
        "CREATE USER [northlake-orders] FROM EXTERNAL PROVIDER;",
        "az identity create -g northlake-shop -n id-pipelines",
        // A provider signs in where Terraform runs, not in the app beside it.
        "way out: Terraform: federation for plan and for apply",
    ] {
        assert!(plan.contains(told), "{told}: {err}\n{plan}");
    }
}

#[test]
fn a_database_that_is_not_in_azure_gets_no_steps_of_azure() {
    let dir = tempfile::tempdir().expect("a directory for the test");
    let made = ["k8sQ2vX9wL", "m4Rt7Yp3Zd"].concat();
    let url = |host: &str| format!("DATABASE_URL=postgres://shop:{made}@{host}/shop\n");
    for (host, wants) in [("db.northlake.io:5432", false), ("northlake.postgres.database.azure.com", true)] {
        fs::write(dir.path().join("production.env"), url(host)).expect("a file");
        let (_, plan, _) = keyless(dir.path(), &["plan"]);
        assert!(plan.contains("leaks: "), "{plan}");
        assert_eq!(plan.contains("az postgres flexible-server"), wants, "{host}\n{plan}");
    }
}

#[test]
fn a_pipeline_that_signs_in_with_a_secret_gets_an_identity_that_trusts_it() {
    let dir = tempfile::tempdir().expect("a directory for the test");
    let workflow = dir.path().join(".github/workflows/deploy.yml");
    fs::create_dir_all(workflow.parent().expect("below")).expect("a directory");
    let text = "on: push\njobs:\n  a:\n    runs-on: ubuntu-latest\n    steps:\n      - run: az login --service-principal -u ${{ secrets.ID }} -p ${{ secrets.SECRET }} --tenant ${{ secrets.T }}\n";
    fs::write(workflow, text).expect("a file");
    let (code, _, err) = keyless(dir.path(), &["plan", ".", "--emit-iac", "iac"]);
    assert_eq!(code, 0, "{err}");
    let bicep = fs::read_to_string(dir.path().join("iac/bicep/pipelines.bicep")).expect(&err);
    assert!(bicep.contains("federatedIdentityCredentials") && !bicep.contains("roleAssignments"), "{bicep}");
}

#[test]
fn the_group_of_a_script_elsewhere_is_not_taken_for_that_of_an_app() {
    let dir = tempfile::tempdir().expect("a directory for the test");
    let write = |name: &str, text: &str| {
        let path = dir.path().join(name);
        fs::create_dir_all(path.parent().expect("below")).expect("a directory");
        fs::write(path, text).expect("a file");
    };
    write("mailer/host.json", "{ \"version\": \"2.0\" }\n");
    write(
        "mailer/app.py",
        "from azure.cosmos import CosmosClient\nc = CosmosClient(u, credential=os.environ['COSMOS_KEY'])\n",
    );
    write("cluster/make.sh", "az aks create -g cluster-group -n cluster\n");
    let (_, plan, _) = keyless(dir.path(), &["plan", "."]);
    assert!(plan.contains("az functionapp identity assign -g <resource-group>"), "{plan}");
    write("infra/main.tf", "resource \"azurerm_resource_group\" \"a\" {\n  name = \"shop\"\n}\n");
    let (_, plan, _) = keyless(dir.path(), &["plan", "."]);
    assert!(plan.contains("az functionapp identity assign -g shop "), "{plan}");
}

#[test]
fn what_a_text_tells_to_do_is_answered_with_the_way_first_and_no_question() {
    let dir = tempfile::Builder::new().prefix("keyless-plans").tempdir().expect("a directory for the test");
    let text = "# Setup\n\n```sh\naz ad sp create-for-rbac --name ci --role Contributor --sdk-auth\n```\n";
    fs::write(dir.path().join("README.md"), text).expect("a file");
    let (_, out, _) = keyless(dir.path(), &["scan", ".", "--format", "json", "--rule", "KL413"]);
    let report: serde_json::Value = serde_json::from_str(&out).expect("a report");
    let steps: Vec<&str> = report["findings"][0]["remedies"]
        .as_array()
        .expect("remedies")
        .iter()
        .flat_map(|remedy| remedy["steps"].as_array().expect("steps"))
        .filter_map(|step| step["text"].as_str())
        .collect();
    assert!(steps[0].contains("workload identity federation"), "{steps:?}");
    assert!(!steps.iter().any(|step| step.contains("keyless.toml")), "{steps:?}");
}

#[test]
fn a_plan_prepares_before_it_grants_and_covers_secrets_in_its_diffs() {
    let (_dir, shop) = shop();
    let above = shop.parent().expect("above");
    let (_, plan, err) = keyless(above, &["plan", "shop"]);
    let at = |text: &str| plan.find(text).unwrap_or_else(|| panic!("{text}: {err}\n{plan}"));
    assert!(
        at("az sql server ad-admin create") < at("CREATE USER [northlake-orders] FROM EXTERNAL PROVIDER"),
        "{plan}"
    );
    let next_best = &plan[at("next best, only where no identity can be: keep the value in Key Vault")..];
    assert!(next_best.lines().next().is_some_and(|line| line.contains("this is not keyless")), "{plan}");
    // The directory that was named is not the name of an application.
    assert!(plan.contains("Paths are those below `shop`") && plan.contains("### application orders-api"), "{plan}");
    let sections: Vec<&str> = plan.split("\n### ").collect();
    let sql = sections.iter().find(|one| one.starts_with("SQL server")).expect("a section");
    assert!(!sql.contains("az keyvault secret set"), "an identity opens it: {sql}");
    assert!(plan.contains("-COSMOS_KEY=***\n"), "{plan}");
    // What the files tell is not asked for; what they leave open is explained.
    assert!(plan.contains("cosmosdb sql role assignment create -g northlake-shop -a northlake-mail"), "{plan}");
    assert!(
        !plan.contains("| \\<account> |") && plan.contains("| \\<key-id> | printed by the command above it"),
        "{plan}"
    );
}

#[test]
fn an_identity_that_a_template_gives_is_used_and_one_that_is_missing_is_made() {
    let dir = tempfile::tempdir().expect("a directory for the test");
    let client = "from azure.cosmos import CosmosClient\nc = CosmosClient(u, credential=os.environ['COSMOS_KEY'])\n";
    fs::write(dir.path().join("app.py"), client).expect("a file");
    let site = |identity: &str| {
        format!(
            "resource site 'Microsoft.Web/sites@2024-04-01' = {{\n  name: 'contoso-web'\n  location: 'x'\n{identity}}}\n"
        )
    };
    for (identity, wanted, other) in [
        (
            "  identity: {\n    type: 'SystemAssigned'\n  }\n",
            "az webapp identity show -g <resource-group> -n contoso-web --query principalId -o tsv",
            "webapp identity assign",
        ),
        ("", "az webapp identity assign -g <resource-group> -n contoso-web", "webapp identity show"),
    ] {
        fs::write(dir.path().join("main.bicep"), site(identity)).expect("a file");
        let (_, plan, _) = keyless(dir.path(), &["plan", ".", "--rule", "KL108"]);
        assert!(plan.contains(wanted) && !plan.contains(other), "{wanted}: {plan}");
    }
}

#[test]
fn what_only_a_developer_s_machine_reads_gets_a_developer_s_sign_in() {
    let dir = tempfile::tempdir().expect("a directory for the test");
    let (_shop_dir, shop) = shop();
    let settings = fs::read(shop.join("orders-api/appsettings.Development.json")).expect("the demo has one");
    fs::write(dir.path().join("appsettings.Development.json"), settings).expect("a file");
    fs::write(dir.path().join("host.json"), "{ \"version\": \"2.0\" }\n").expect("a file");
    let (_, plan, _) = keyless(dir.path(), &["plan", "."]);
    assert!(
        plan.contains("developer's machine: your own sign-in, because: only a developer's machine reads"),
        "{plan}"
    );
    assert!(plan.contains("az ad signed-in-user show") && !plan.contains("az functionapp identity"), "{plan}");
}
