//! Paths and first lines, and what they say of a file.

use super::*;

fn names(path: &str) -> Vec<&'static str> {
    Context::of(&RepoPath::new(path.as_bytes())).names().collect()
}

#[test]
fn paths_tell_what_a_file_is_for() {
    for (path, expected) in [
        ("src/Program.cs", &[][..]),
        ("src/latest/contest.cs", &[]),
        ("requests/protests.py", &[]),
        ("src/Shop.Tests/Fixture.cs", &["test"]),
        ("tests/a.py", &["test"]),
        ("src/OrderTest.java", &["test"]),
        ("src/Manifest.java", &[]),
        ("pkg/store_test.go", &["test"]),
        ("test_store.py", &["test"]),
        ("a/store.spec.ts", &["test"]),
        ("conftest.py", &["test"]),
        ("vendor/x/openpgp/keys_test_data.go", &["test", "vendored"]),
        ("src/RFC7517AppendixA2Test.groovy", &["test", "vectors of a test"]),
        ("rfc8037.json", &["vectors of a test"]),
        ("crypto/test/src/KdfTest.cs", &["test", "vectors of a test"]),
        ("test/crypto/KdfTest.cs", &["test"]),
        ("rfcs/rfc12.md", &["documentation"]),
        ("docs/setup.yaml", &["documentation"]),
        ("README.md", &["documentation"]),
        ("Samples/app/appsettings.json", &["sample"]),
        ("config/app.sample.json", &["sample"]),
        (".env.example", &["sample", "local development"]),
        ("export/template.json", &[]),
        ("settings.template.json", &["sample"]),
        ("appsettings.Development.json", &["local development"]),
        ("appsettings.json", &[]),
        ("appsettings.Production.json", &[]),
        ("local.settings.json", &["local development"]),
        ("Properties/launchSettings.json", &["local development"]),
        ("docker-compose.override.yml", &["local development"]),
        (".env", &[]),
        ("web/node_modules/a/index.js", &["vendored"]),
        ("env/lib/site-packages/a.py", &["vendored"]),
        ("infra/.terraform/modules/m.tf", &["vendored"]),
        ("dist/app.js", &["generated"]),
        ("build/deploy.ps1", &[]),
        ("bin/Debug/net8.0/appsettings.json", &[]),
        ("obj/project.assets.json", &["generated", "lock file"]),
        ("js/jquery.min.js", &["generated"]),
        ("Form1.Designer.cs", &["generated"]),
        ("api/client.generated.ts", &["generated"]),
        ("yarn.lock", &["lock file"]),
        ("eng/emitter-package-lock.json", &["lock file"]),
        ("locales/de.json", &["localisation"]),
        ("Strings.resx", &["localisation"]),
        ("messages_de.properties", &["localisation"]),
        ("messages_pt_BR.properties", &["localisation"]),
        ("src/pt-BR.yml", &["localisation"]),
        ("src/hr.json", &["localisation"]),
        ("web/sl-si.json", &["localisation"]),
        ("web/zh_hans.js", &["localisation"]),
        ("src/strings/a.json", &["localisation"]),
        ("App/de.lproj/Main.txt", &["localisation"]),
        ("app/res/values-pt/ids.xml", &["localisation"]),
        ("app/res/values/ids.xml", &[]),
        ("src/db.json", &[]),
        ("src/en-demo-1.json", &["sample"]),
        (".github/workflows/ci.yml", &[]),
        ("application_dev.yml", &[]),
        ("Views/Login.xaml", &["user interface"]),
        (".gitleaks.toml", &["rules of a scanner"]),
        ("tests/SessionRecords/Login.json", &["test", "recording"]),
        ("trace.har", &["recording"]),
        ("testvectors_v1/a.json", &["vectors of a test"]),
        ("tests/vectors/rsa.json", &["test", "vectors of a test"]),
        ("", &[]),
        ("/", &[]),
    ] {
        assert_eq!(names(path), expected, "{path}");
    }
}

#[test]
fn web_code_with_long_lines_is_minified_and_settings_are_not() {
    let long = format!("a=1\n{}\nb=2\n", "x".repeat(5_001));
    let short = format!("{}\n", "x".repeat(4_999)).repeat(3);
    let many = format!("{}\n", "let a=1;".repeat(50)).repeat(40);
    let prose = format!("{}\n", "some words ".repeat(90)).repeat(90);
    let dense = format!("{}\n", "x;".repeat(500)).repeat(90);
    for (text, kind, expected) in [
        (&long, Kind::JavaScript, true),
        (&short, Kind::JavaScript, true),
        (&many, Kind::JavaScript, false),
        (&prose, Kind::Html, false),
        (&long, Kind::Json, false),
        (&long, Kind::Yaml, false),
        (&dense, Kind::Json, true),
        (&dense, Kind::CSharp, false),
        (&prose, Kind::Text, false),
    ] {
        let context = Context::NONE.with_lines_of(text.as_bytes(), kind);
        assert_eq!(context.has(Context::MINIFIED), expected, "{kind:?} {}", text.len());
    }
}

#[test]
fn a_line_is_long_from_the_first_byte_too_many() {
    for (text, expected) in
        [("", false), ("aaaa", false), ("aaaaa", true), ("aaaa\naaaa\r\naaaa", false), ("a\naaaaa\na", true)]
    {
        assert_eq!(has_line_over(text.as_bytes(), 4), expected, "{text:?}");
    }
}
