//! What a file is for: a test, documentation, a sample, somebody else's code.
//!
//! Told by the path, but for minified text. A context never hides anything by itself:
//! `triage` takes steps and says so.

use crate::model::RepoPath;

use super::kind::Kind;
use super::names::Lower;

/// A set of purposes; most files have none.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Context(u16);

impl Context {
    /// Nothing special.
    pub const NONE: Self = Self(0);
    /// Tests and their data.
    pub const TEST: Self = Self(1);
    /// Documentation.
    pub const DOCS: Self = Self(1 << 1);
    /// Samples, demos, templates to be filled in.
    pub const SAMPLE: Self = Self(1 << 2);
    /// Settings of a developer's own machine.
    pub const LOCAL_DEV: Self = Self(1 << 3);
    /// Code of others that was copied in.
    pub const VENDORED: Self = Self(1 << 4);
    /// Written by a tool: `dist/*.js`, `*.g.cs`. Settings files below `bin` and `build` are not: people write those.
    pub const GENERATED: Self = Self(1 << 5);
    /// Lock files of package managers.
    pub const LOCK: Self = Self(1 << 6);
    /// Lines nobody reads: see [`Context::with_lines_of`].
    pub const MINIFIED: Self = Self(1 << 7);
    /// Texts in other languages.
    pub const LOCALISATION: Self = Self(1 << 8);
    /// Descriptions of user interfaces.
    pub const UI: Self = Self(1 << 9);
    /// Rules, baselines and results of scanners, ours too.
    pub const SCANNER_RULES: Self = Self(1 << 10);
    /// Recorded HTTP traffic.
    pub const RECORDING: Self = Self(1 << 11);

    /// Vectors that implementations of cryptography are tested with.
    pub const VECTORS: Self = Self(1 << 12);

    const NAMES: [(Self, &'static str); 13] = [
        (Self::TEST, "test"),
        (Self::DOCS, "documentation"),
        (Self::SAMPLE, "sample"),
        (Self::LOCAL_DEV, "local development"),
        (Self::VENDORED, "vendored"),
        (Self::GENERATED, "generated"),
        (Self::LOCK, "lock file"),
        (Self::MINIFIED, "minified"),
        (Self::LOCALISATION, "localisation"),
        (Self::UI, "user interface"),
        (Self::SCANNER_RULES, "rules of a scanner"),
        (Self::RECORDING, "recording"),
        (Self::VECTORS, "vectors of a test"),
    ];

    /// By the path alone.
    pub fn of(path: &RepoPath) -> Self {
        Self::below(path, 0)
    }

    /// By the path below its first bytes.
    pub fn below(path: &RepoPath, root: usize) -> Self {
        let mut context = Self::NONE;
        let mut segments = path.as_bytes().get(root..).unwrap_or(path.as_bytes()).split(|b| *b == b'/');
        let file = segments.next_back().unwrap_or(&[]);
        let (mut within_output, mut within_crypto) = (false, false);
        for segment in segments {
            let lower = Lower::<48>::last(segment);
            let own = of_directory(lower.as_bytes(), segment);
            // What is tested below such a name is computed with published keys.
            if within_crypto && own.has(Self::TEST) {
                context = context | Self::VECTORS;
            }
            context = context | own;
            within_crypto |= is_cryptography(lower.as_bytes());
            within_output |= is_output(lower.as_bytes());
        }
        let name = Lower::<96>::last(file);
        context = context | of_file(name.as_bytes(), file);
        if within_output && is_built(name.as_bytes()) {
            context = context | Self::GENERATED;
        }
        context
    }

    /// Adds [`Context::MINIFIED`] for web code with a line over 5,000 bytes or 500 on average,
    /// and for large data files with such an average and few blanks.
    ///
    /// Other kinds never are: a key in a settings file may well be 5,000 bytes long.
    #[must_use]
    pub fn with_lines_of(self, text: &[u8], kind: Kind) -> Self {
        let is_minified = match kind {
            Kind::JavaScript | Kind::TypeScript | Kind::Css | Kind::Html => {
                has_line_over(text, LONG_LINE) || (text.len() >= LONG_LINE && is_dense(text))
            }
            Kind::Json | Kind::Xml | Kind::Csv | Kind::Text => text.len() >= LARGE && is_dense(text),
            _ => false,
        };
        if is_minified { self | Self::MINIFIED } else { self }
    }

    /// Is one of `others` among them?
    pub fn has(self, others: Self) -> bool {
        self.0 & others.0 != 0
    }

    /// In a word or two each, for `because`.
    pub fn names(self) -> impl Iterator<Item = &'static str> {
        Self::NAMES.into_iter().filter(move |(flag, _)| self.has(*flag)).map(|(_, name)| name)
    }
}

impl std::ops::BitOr for Context {
    type Output = Self;

    fn bitor(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }
}

const LONG_LINE: usize = 5_000;
const LONG_AVERAGE: usize = 500;
const LARGE: usize = 64 * 1024;

/// Steps from line end to line end backwards, so most of the text is not even read.
fn has_line_over(text: &[u8], longest: usize) -> bool {
    let mut start = 0;
    while text.len() - start > longest {
        match memchr::memrchr2(b'\r', b'\n', &text[start..start + longest + 1]) {
            Some(end) => start += end + 1,
            None => return true,
        }
    }
    false
}

/// Long lines on average, and less than one blank in twelve bytes at the beginning: prose has one in six.
fn is_dense(text: &[u8]) -> bool {
    let lines = memchr::memchr_iter(b'\n', text).count() + 1;
    let head = &text[..text.len().min(16 * 1024)];
    text.len() / lines > LONG_AVERAGE && memchr::memchr_iter(b' ', head).count() * 12 < head.len()
}

#[rustfmt::skip]
fn of_directory(lower: &[u8], as_written: &[u8]) -> Context {
    match lower {
        b"test" | b"tests" | b"__tests__" | b"testing" | b"testdata" | b"test-data" | b"test_data" | b"testfiles"
        | b"fixture" | b"fixtures" | b"__fixtures__" | b"spec" | b"specs" | b"mocks" | b"__mocks__" | b"e2e" => Context::TEST,
        b"doc" | b"docs" | b"documentation" | b"wiki" => Context::DOCS,
        b"sample" | b"samples" | b"example" | b"examples" | b"demo" | b"demos" | b"quickstart" | b"quickstarts"
        | b"tutorial" | b"tutorials" => Context::SAMPLE,
        b".vscode" | b".idea" | b".devcontainer" => Context::LOCAL_DEV,
        b"node_modules" | b"vendor" | b"vendors" | b"bower_components" | b"site-packages" | b".venv" | b"venv"
        | b"third_party" | b"third-party" | b"thirdparty" | b"3rdparty" | b".terraform" | b"pods" | b"jspm_modules"
        | b".yarn" | b".m2" | b".nuget" => Context::VENDORED,
        b"obj" | b".next" | b".nuxt" | b"coverage" | b"__snapshots__" | b"__pycache__" | b".angular" => Context::GENERATED,
        b"locale" | b"locales" | b"i18n" | b"l10n" | b"lang" | b"langs" | b"translation" | b"translations" => Context::LOCALISATION,
        b"cassettes" | b"vcr_cassettes" | b"recordings" | b"__recordings__" | b"sessionrecords" => Context::RECORDING,
        b"semgrep-rules" | b".semgrep" | b"gitleaks" | b"trufflehog" | b"detect-secrets" => Context::SCANNER_RULES,
        b"wycheproof" | b"vectors" | b"kats" | b"cavp" | b"acvp" => Context::VECTORS,
        _ if begins(lower, &["testvector", "test-vector", "test_vector"]) => Context::VECTORS,
        _ if lower.ends_with(b".dist-info") => Context::VENDORED,
        _ if is_test_word(lower, as_written) => Context::TEST,
        _ => Context::NONE,
    }
}

/// Names of libraries of cryptography, and of what they are called in others.
fn is_cryptography(lower: &[u8]) -> bool {
    let names: [&[u8]; 10] = [
        b"crypto",
        b"cryptography",
        b"openssl",
        b"boringssl",
        b"libsodium",
        b"mbedtls",
        b"wolfssl",
        b"botan",
        b"bouncycastle",
        b"openpgp",
    ];
    names.contains(&lower) || lower.ends_with(b"-crypto") || lower.starts_with(b"bc-")
}

/// Directories that a build writes to, among other things.
fn is_output(lower: &[u8]) -> bool {
    matches!(lower, b"bin" | b"dist" | b"build" | b"out" | b"target" | b"wwwroot" | b"public")
}

/// In such a directory: code for the browser.
fn is_built(name: &[u8]) -> bool {
    ends(name, &[".bundle.js", ".chunk.js", ".js", ".mjs", ".cjs", ".css", ".map", ".html", ".d.ts"])
}

/// `Shop.Tests`, `UnitTest`, `api-test`, `integration_tests`; not `latest` and `contest`.
fn is_test_word(lower: &[u8], as_written: &[u8]) -> bool {
    ends(lower, &[".test", "_test", "-test", ".tests", "_tests", "-tests", ".spec", "_spec", "-spec"])
        || [&b"Test"[..], b"Tests", b"TestCase", b"Spec", b"Specs"].iter().any(|end| as_written.ends_with(end))
}

fn of_file(name: &[u8], as_written: &[u8]) -> Context {
    let stem = stem(name);
    let stem_as_written = &as_written[..as_written.len() - (name.len() - stem.len())];
    let mut context = by_whole_name(name);
    let data = ends(stem, &["_test_data", "-test-data", "_testdata", "-testdata"]);
    if name == b"conftest.py" || data || stem.starts_with(b"test_") || is_test_word(stem, stem_as_written) {
        context = context | Context::TEST;
    }
    if ends(name, &[".md", ".mdx", ".markdown", ".rst", ".adoc"]) || begins(name, &["readme", "changelog"]) {
        context = context | Context::DOCS;
    }
    if is_standard(name) {
        context = context | Context::VECTORS;
    }
    // `emitter-package-lock.json`
    if ends(name, &["-package-lock.json"]) {
        context = context | Context::LOCK;
    }
    if is_sample(name) {
        context = context | Context::SAMPLE;
    }
    if is_local(name) {
        context = context | Context::LOCAL_DEV;
    }
    context | by_ending(name) | if has_language(stem_as_written, name) { Context::LOCALISATION } else { Context::NONE }
}

#[rustfmt::skip]
fn by_whole_name(name: &[u8]) -> Context {
    match name {
        b"package-lock.json" | b"npm-shrinkwrap.json" | b"yarn.lock" | b"pnpm-lock.yaml" | b"bun.lock" | b"bun.lockb"
        | b"deno.lock" | b"composer.lock" | b"gemfile.lock" | b"cargo.lock" | b"poetry.lock" | b"uv.lock" | b"pdm.lock"
        | b"pipfile.lock" | b"go.sum" | b"go.work.sum" | b"gradle.lockfile" | b"verification-metadata.xml"
        | b"packages.lock.json" | b"paket.lock" | b"project.assets.json" | b"podfile.lock" | b"package.resolved"
        | b"cartfile.resolved" | b"pubspec.lock" | b"mix.lock" | b"flake.lock" | b"conan.lock" | b".terraform.lock.hcl"
        | b"module.bazel.lock" | b"buf.lock" | b"chart.lock" | b"vcpkg-lock.json" => Context::LOCK,
        b"gitleaks.toml" | b".gitleaks.toml" | b".gitleaksignore" | b".secrets.baseline" | b"keyless.toml"
        | b".gitguardian.yaml" | b".gitguardian.yml" | b"credscansuppressions.json" | b".gdnsuppress"
        | b".trufflehogignore" | b"trufflehog-exclude.txt" => Context::SCANNER_RULES,
        b"local.settings.json" | b"launchsettings.json" | b"docker-compose.override.yml"
        | b"docker-compose.override.yaml" | b"compose.override.yml" | b"compose.override.yaml" => Context::LOCAL_DEV,
        _ => Context::NONE,
    }
}

fn by_ending(name: &[u8]) -> Context {
    let generated = [
        ".min.js",
        ".min.css",
        ".map",
        ".bundle.js",
        ".chunk.js",
        ".pb.go",
        "_pb2.py",
        "_pb2_grpc.py",
        ".pb.cc",
        ".pb.h",
        ".g.cs",
        ".g.i.cs",
        ".designer.cs",
        ".designer.vb",
        ".g.dart",
        ".gen.go",
        ".snap",
    ];
    let mut context = Context::NONE;
    for (endings, flag) in [
        (&generated[..], Context::GENERATED),
        (
            &[
                ".po",
                ".pot",
                ".resx",
                ".resw",
                ".resjson",
                ".loc.json",
                ".xlf",
                ".xliff",
                ".strings",
                ".stringsdict",
                ".arb",
            ],
            Context::LOCALISATION,
        ),
        (
            &[".xaml", ".axaml", ".storyboard", ".xib", ".qml", ".ui", ".html", ".htm", ".vue", ".razor", ".cshtml"],
            Context::UI,
        ),
        (&[".sarif", ".rules.yml", ".rules.yaml"], Context::SCANNER_RULES),
        (&[".har", ".nock.js"], Context::RECORDING),
    ] {
        if ends(name, endings) {
            context = context | flag;
        }
    }
    if memchr::memmem::find(name, b".generated.").is_some() || begins(name, &["swagger-ui"]) {
        context = context | Context::GENERATED;
    }
    context
}

/// `RFC7517AppendixA2Test.groovy`, `rfc8037.json`: what a standard gives as its examples.
fn is_standard(name: &[u8]) -> bool {
    let digits = name.strip_prefix(b"rfc").map(|rest| rest.strip_prefix(b"-").unwrap_or(rest));
    digits.is_some_and(|rest| rest.iter().take_while(|b| b.is_ascii_digit()).count() == 4)
}

/// To be copied and filled in: `.env.example`, `appsettings.sample.json`, `example.tfvars`.
///
/// `template.json` alone is what the portal of Azure exports, and what CloudFormation runs.
fn is_sample(name: &[u8]) -> bool {
    if matches!(name, b"template.json" | b"template.yaml" | b"template.yml") {
        return false;
    }
    name.split(|b| matches!(b, b'.' | b'-' | b'_')).any(|word| {
        matches!(word, b"example" | b"examples" | b"sample" | b"samples" | b"template" | b"tmpl" | b"dist" | b"demo")
    })
}

/// Settings that are read on a developer's machine only. A `.env` beside an example is; `.env` itself may be anything.
fn is_local(name: &[u8]) -> bool {
    let words = || name.split(|b| *b == b'.');
    let is_settings = begins(name, &["appsettings.", ".env."]);
    is_settings
        && words().any(|w| matches!(w, b"development" | b"dev" | b"local" | b"example" | b"sample" | b"template"))
}

/// Ends the stem with a language and a region, or the language alone where such files have it:
/// `messages_de.properties`, `Texts.pt-BR.json`.
fn has_language(stem: &[u8], name: &[u8]) -> bool {
    let word = stem.rsplit(|b| matches!(b, b'.' | b'_')).next().unwrap_or(stem);
    let is_lower = |word: &[u8]| word.len() == 2 && word.iter().all(u8::is_ascii_lowercase);
    let is_region = |word: &[u8]| word.len() == 2 && word.iter().all(u8::is_ascii_uppercase);
    let data = ends(name, &[".json", ".yml", ".yaml", ".properties", ".php"]);
    let before = &stem[..stem.len() - word.len()];
    match word {
        [a, b, b'-', c, d] => data && is_lower(&[*a, *b]) && is_region(&[*c, *d]),
        [_, _] if is_region(word) => data && before.len() > 2 && is_lower(&before[before.len() - 3..before.len() - 1]),
        [_, _] => is_lower(word) && !before.is_empty() && ends(name, &[".properties"]),
        _ => false,
    }
}

/// Without the last extension.
fn stem(name: &[u8]) -> &[u8] {
    memchr::memrchr(b'.', name).filter(|dot| *dot > 0).map_or(name, |dot| &name[..dot])
}

fn ends(name: &[u8], endings: &[&str]) -> bool {
    endings.iter().any(|ending| name.ends_with(ending.as_bytes()))
}

fn begins(name: &[u8], beginnings: &[&str]) -> bool {
    beginnings.iter().any(|beginning| name.starts_with(beginning.as_bytes()))
}

#[cfg(test)]
mod tests {
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
}
