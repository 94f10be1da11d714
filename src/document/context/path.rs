//! What the names of directories and files say.

use super::Context;

#[rustfmt::skip]
pub(super) fn of_directory(lower: &[u8], as_written: &[u8]) -> Context {
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
        b"locale" | b"locales" | b"i18n" | b"l10n" | b"lang" | b"langs" | b"translation" | b"translations"
        | b"strings" | b"language" | b"languages" | b"localization" | b"localisation" | b"intl" | b"nls" => {
            Context::LOCALISATION
        }
        _ if lower.ends_with(b".lproj") || lower.strip_prefix(b"values-").is_some_and(is_language) => Context::LOCALISATION,
        b"cassettes" | b"vcr_cassettes" | b"recordings" | b"__recordings__" | b"sessionrecords" => Context::RECORDING,
        b"semgrep-rules" | b".semgrep" | b"gitleaks" | b"trufflehog" | b"detect-secrets" => Context::SCANNER_RULES,
        _ if ends(lower, &["testdata", "test-data", "test_data", "e2etest", "e2etests", "endtests", "testsuite", "testsuites"]) => {
            Context::TEST
        }
        b"wycheproof" | b"vectors" | b"kats" | b"cavp" | b"acvp" => Context::VECTORS,
        _ if begins(lower, &["testvector", "test-vector", "test_vector"]) => Context::VECTORS,
        _ if lower.ends_with(b".dist-info") => Context::VENDORED,
        _ if is_test_word(lower, as_written) => Context::TEST,
        _ => Context::NONE,
    }
}

/// Names of libraries of cryptography, and of what they are called in others.
pub(super) fn is_cryptography(lower: &[u8]) -> bool {
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
pub(super) fn is_output(lower: &[u8]) -> bool {
    matches!(lower, b"bin" | b"dist" | b"build" | b"out" | b"target" | b"wwwroot" | b"public")
}

/// In such a directory: code for the browser.
pub(super) fn is_built(name: &[u8]) -> bool {
    ends(name, &[".bundle.js", ".chunk.js", ".js", ".mjs", ".cjs", ".css", ".map", ".html", ".d.ts"])
}

/// `Shop.Tests`, `UnitTest`, `api-test`, `integration_tests`; not `latest` and `contest`.
fn is_test_word(lower: &[u8], as_written: &[u8]) -> bool {
    ends(lower, &[".test", "_test", "-test", ".tests", "_tests", "-tests", ".spec", "_spec", "-spec"])
        || [&b"Test"[..], b"Tests", b"TestCase", b"Spec", b"Specs"].iter().any(|end| as_written.ends_with(end))
}

pub(super) fn of_file(name: &[u8], as_written: &[u8]) -> Context {
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
    if ends(name, &[".json", ".yml", ".yaml", ".properties", ".php", ".js", ".ts"])
        && is_language(&stem.to_ascii_lowercase())
    {
        return true;
    }
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

/// `hr`, `sl-si`, `zh_hans`: nothing but a language, with a region or a script behind it. Codes that are words or
/// names of other things (`id`, `my`, `db`) are none.
fn is_language(lower: &[u8]) -> bool {
    const CODES: &[u8] =
        b"ar az be bg bn bs cs cy da de el en eo es eu fa fi fr ga gl he hi hr hu hy ja ka kk ko lt lv \
        mk mn nb nl nn pl pt ro ru sk sl sq sr sv sw th tl tr uk ur uz vi zh";
    let (code, rest) = lower.split_at(lower.len().min(2));
    let known = code.len() == 2 && CODES.split(|b| *b == b' ').any(|known| known == code);
    let region = |rest: &[u8]| (2..=5).contains(&rest.len()) && rest.iter().all(u8::is_ascii_alphabetic);
    known && (rest.is_empty() || matches!(rest, [b'-' | b'_', rest @ ..] if region(rest)))
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
