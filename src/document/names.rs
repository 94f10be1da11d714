//! File names and what they stand for.
//!
//! All names here are in small letters; [`Lower`] brings a path there without
//! allocation.

use crate::model::RepoPath;

use super::kind::Kind;

/// At most `N` bytes of a name in small letters.
pub(super) struct Lower<const N: usize> {
    bytes: [u8; N],
    len: usize,
}

impl<const N: usize> Lower<N> {
    /// The first `N` bytes.
    pub(super) fn first(name: &[u8]) -> Self {
        let name = &name[..name.len().min(N)];
        let mut bytes = [0; N];
        bytes[..name.len()].copy_from_slice(name);
        bytes.make_ascii_lowercase();
        Self { bytes, len: name.len() }
    }

    /// The last `N` bytes: endings say more than beginnings.
    pub(super) fn last(name: &[u8]) -> Self {
        Self::first(&name[name.len().saturating_sub(N)..])
    }

    pub(super) fn as_bytes(&self) -> &[u8] {
        &self.bytes[..self.len]
    }
}

/// Endings that leave the format to what stands before them.
pub(super) fn is_wrapping(ending: &[u8]) -> bool {
    matches!(
        ending,
        b"example"
            | b"sample"
            | b"template"
            | b"tmpl"
            | b"tpl"
            | b"tftpl"
            | b"gotmpl"
            | b"j2"
            | b"jinja"
            | b"jinja2"
            | b"erb"
            | b"eex"
            | b"heex"
            | b"leex"
            | b"in"
            | b"dist"
            | b"default"
            | b"bak"
            | b"backup"
            | b"old"
            | b"orig"
            | b"save"
            | b"copy"
            | b"disabled"
            | b"transform"
            | b"tokenized"
            | b"txn"
    )
}

/// Whole names, and names that begin like one. `name` is in small letters.
pub(super) fn by_name(name: &[u8], path: &RepoPath) -> Option<Kind> {
    let kind = match name {
        b"config" => return by_directory(path),
        b"credentials" if is_in(path, b".aws") => Kind::Ini,
        b".npmrc" | b".pypirc" | b".gitconfig" | b".gitmodules" | b".editorconfig" | b".s3cfg" | b".boto"
        | b".curlrc" | b".wgetrc" | b".my.cnf" | b".buckconfig" | b".hgrc" | b"pip.conf" | b"odbc.ini" => Kind::Ini,
        b".netrc" | b"_netrc" | b".pgpass" | b".git-credentials" | b".htpasswd" | b".vault-token" => Kind::Text,
        b"consolehost_history.txt" => Kind::PowerShell,
        b".dockerconfigjson" | b".dockercfg" | b".babelrc" | b".eslintrc" | b".swcrc" | b".jshintrc" => Kind::Json,
        b"kubeconfig" | b".yarnrc.yml" | b".clang-format" => Kind::Yaml,
        b"pipfile" | b"cargo.lock" | b"poetry.lock" | b"uv.lock" | b"pdm.lock" => Kind::Toml,
        b"package-lock.json" | b"composer.lock" | b"pipfile.lock" | b"flake.lock" | b"deno.lock" => Kind::Json,
        b".terraformrc" | b"terraform.rc" | b".terraform.lock.hcl" => Kind::Hcl,
        b".envrc" | b".bashrc" | b".bash_profile" | b".bash_history" | b".bash_aliases" | b".profile" | b".zshrc"
        | b".zshenv" | b".zprofile" | b".zsh_history" | b"pkgbuild" | b"makefile" | b"gnumakefile" | b"justfile" => {
            Kind::Shell
        }
        b"rakefile" | b"gemfile" | b"vagrantfile" | b"podfile" | b"fastfile" | b"brewfile" | b"capfile" => Kind::Ruby,
        b"build" | b"workspace" | b"sconstruct" | b"sconscript" | b"wscript" | b"snakefile" | b"tiltfile" => {
            return is_starlark(path).then_some(Kind::Python);
        }
        b".dev.vars" | b".flaskenv" | b"dotenv" | b"env" => Kind::Dotenv,
        _ => return by_beginning(name),
    };
    Some(kind)
}

/// `config` alone says nothing; its directory may.
fn by_directory(path: &RepoPath) -> Option<Kind> {
    if is_in(path, b".kube") {
        return Some(Kind::Yaml);
    }
    [&b".aws"[..], b".azure", b".git", b".ssh"].iter().any(|directory| is_in(path, directory)).then_some(Kind::Ini)
}

fn is_in(path: &RepoPath, directory: &[u8]) -> bool {
    path.as_bytes().rsplit(|b| *b == b'/').nth(1).is_some_and(|last| last.eq_ignore_ascii_case(directory))
}

/// `BUILD` is a Bazel file, `build` a script or a directory's name.
fn is_starlark(path: &RepoPath) -> bool {
    path.file_name().first().is_some_and(u8::is_ascii_uppercase)
}

fn by_beginning(name: &[u8]) -> Option<Kind> {
    let kind = match name {
        [b'.', b'e', b'n', b'v'] => return Some(Kind::Dotenv),
        [b'.', b'e', b'n', b'v', b'.' | b'-' | b'_', ..] | [b'e', b'n', b'v', b'.', ..] => Kind::Dotenv,
        _ if begins(name, b"dockerfile") || begins(name, b"containerfile") => Kind::Dockerfile,
        _ if begins(name, b"jenkinsfile") => Kind::Groovy,
        _ => return None,
    };
    // `.env.js` and `dockerfile_parser.go` are code.
    by_extension(name).is_none().then_some(kind)
}

fn begins(name: &[u8], word: &[u8]) -> bool {
    name.strip_prefix(word).is_some_and(|rest| matches!(rest.first(), None | Some(b'.' | b'-' | b'_')))
}

/// Does the ending say the format for certain? `.config` is XML for .NET, and any other settings elsewhere.
pub(super) fn is_sure(name: &[u8]) -> bool {
    let is_dotnet = [&b"web."[..], b"app.", b"nuget.", b"packages."].iter().any(|word| name.starts_with(word));
    match extension(name) {
        b"config" => is_dotnet,
        b"conf" | b"cnf" | b"cfg" | b"settings" | b"prefs" | b"rc" | b"manifest" => false,
        _ => true,
    }
}

fn extension(name: &[u8]) -> &[u8] {
    memchr::memrchr(b'.', name).map_or(&[], |dot| &name[dot + 1..])
}

/// By what follows the last dot. `name` is in small letters.
#[rustfmt::skip]
pub(super) fn by_extension(name: &[u8]) -> Option<Kind> {
    Some(match extension(name) {
        b"json" | b"jsonc" | b"json5" | b"jsonl" | b"ndjson" | b"geojson" | b"jsonld" | b"webmanifest" | b"har"
        | b"tfstate" | b"code-workspace" | b"avsc" | b"sarif" | b"bim" | b"map" | b"resjson" | b"arm"
        | b"postman_collection" | b"postman_environment" | b"bowerrc" | b"prettierrc" => Kind::Json,
        b"yaml" | b"yml" | b"eyaml" | b"raml" | b"kubeconfig" | b"cff" | b"sls" => Kind::Yaml,
        b"toml" => Kind::Toml,
        b"xml" | b"config" | b"csproj" | b"vbproj" | b"fsproj" | b"sqlproj" | b"vcxproj" | b"wixproj" | b"ccproj"
        | b"proj" | b"props" | b"targets" | b"user" | b"pubxml" | b"publishsettings" | b"publishproj" | b"cscfg"
        | b"csdef" | b"resx" | b"resw" | b"nuspec" | b"slnx" | b"settings" | b"manifest" | b"vsixmanifest"
        | b"ruleset" | b"wsdl" | b"xsd" | b"xsl" | b"xslt" | b"svg" | b"xaml" | b"axaml" | b"plist" | b"storyboard"
        | b"xib" | b"dtsx" | b"dtsconfig" | b"rdl" | b"rds" | b"rptproj" | b"edmx" | b"dbml" | b"sitemap" | b"wxs"
        | b"wxi" | b"ps1xml" | b"cdxml" | b"jmx" | b"rss" | b"atom" | b"xlf" | b"xliff" | b"pom" | b"iml"
        | b"udcx" | b"odc" | b"testsettings" | b"runsettings" | b"datasource" => Kind::Xml,
        b"env" => Kind::Dotenv,
        b"properties" | b"jvmopts" => Kind::Properties,
        b"ini" | b"cfg" | b"conf" | b"cnf" | b"prefs" | b"reg" | b"inf" | b"rdp" | b"udl" | b"dsn" | b"service"
        | b"desktop" | b"url" | b"npmrc" | b"pypirc" | b"ovpn" | b"rc" => Kind::Ini,
        b"tf" | b"tfvars" | b"hcl" | b"nomad" => Kind::Hcl,
        b"bicep" | b"bicepparam" => Kind::Bicep,
        b"dockerfile" | b"containerfile" => Kind::Dockerfile,
        b"sh" | b"bash" | b"zsh" | b"ksh" | b"fish" | b"bats" | b"command" | b"mk" | b"ebuild" | b"azcli" => {
            Kind::Shell
        }
        b"ps1" | b"psm1" | b"psd1" | b"pssc" => Kind::PowerShell,
        b"bat" | b"cmd" => Kind::Batch,
        b"cs" | b"csx" | b"cake" | b"ashx" | b"asmx" => Kind::CSharp,
        b"vb" | b"fs" | b"fsx" | b"fsi" | b"vbs" | b"bas" | b"frm" => Kind::DotNet,
        b"java" => Kind::Java,
        b"kt" | b"kts" => Kind::Kotlin,
        b"scala" | b"sc" | b"sbt" => Kind::Scala,
        b"groovy" | b"gradle" | b"gvy" | b"jenkinsfile" => Kind::Groovy,
        b"py" | b"pyi" | b"pyw" | b"pyx" | b"bzl" | b"bazel" | b"star" => Kind::Python,
        b"js" | b"mjs" | b"cjs" | b"jsx" | b"es6" | b"_js" | b"vue" | b"svelte" | b"astro" => Kind::JavaScript,
        b"ts" | b"mts" | b"cts" | b"tsx" => Kind::TypeScript,
        b"go" => Kind::Go,
        b"rs" => Kind::Rust,
        b"c" | b"h" | b"cc" | b"cpp" | b"cxx" | b"c++" | b"hh" | b"hpp" | b"hxx" | b"inl" | b"ipp" | b"m" | b"mm"
        | b"ino" | b"cu" | b"cuh" => Kind::C,
        b"swift" => Kind::Swift,
        b"dart" => Kind::Dart,
        b"php" | b"phtml" | b"php5" | b"php7" => Kind::Php,
        b"rb" | b"rake" | b"gemspec" | b"ru" => Kind::Ruby,
        b"pl" | b"pm" | b"cgi" => Kind::Perl,
        b"r" => Kind::R,
        b"lua" => Kind::Lua,
        b"ex" | b"exs" => Kind::Elixir,
        b"zig" | b"nim" | b"hs" | b"lhs" | b"clj" | b"cljs" | b"cljc" | b"edn" | b"erl" | b"hrl" | b"jl" | b"elm"
        | b"ml" | b"mli" | b"cr" | b"sol" | b"pas" | b"dpr" | b"adb" | b"ads" | b"f90" | b"f95" | b"coffee" | b"vala"
        | b"d" | b"hx" | b"al" | b"apex" | b"cls" | b"trigger" | b"abap" | b"kql" | b"csl" | b"pq" | b"dax" | b"tcl"
        | b"nix" | b"mo" | b"asm" | b"s" | b"v" | b"vhd" | b"sv" | b"proto" | b"graphql" | b"gql" | b"thrift"
        | b"rego" | b"cue" | b"jsonnet" | b"libsonnet" | b"rkt" | b"scm" | b"lisp" | b"el" | b"ahk" | b"au3"
        | b"applescript" | b"xpp" | b"p" | b"cbl" | b"cob" | b"sas" | b"gd" | b"pde" => Kind::Code,
        b"sql" | b"ddl" | b"dml" | b"psql" | b"pgsql" | b"plsql" | b"tsql" | b"mysql" => Kind::Sql,
        b"html" | b"htm" | b"xhtml" | b"shtml" | b"cshtml" | b"vbhtml" | b"razor" | b"aspx" | b"ascx" | b"asax"
        | b"master" | b"asp" | b"jsp" | b"jspx" | b"ejs" | b"hbs" | b"handlebars" | b"mustache" | b"twig" | b"liquid"
        | b"heex" => Kind::Html,
        b"css" | b"scss" | b"sass" | b"less" | b"styl" => Kind::Css,
        b"md" | b"mdx" | b"markdown" | b"mkd" | b"rst" | b"adoc" | b"asciidoc" | b"rmd" | b"qmd" => Kind::Markdown,
        b"ipynb" => Kind::Notebook,
        b"csv" | b"tsv" | b"psv" => Kind::Csv,
        b"http" | b"rest" => Kind::Http,
        b"txt" | b"text" | b"log" | b"pem" | b"crt" | b"cer" | b"key" | b"pub" | b"asc" | b"lock" | b"diff" | b"patch"
        | b"po" | b"pot" | b"strings" => Kind::Text,
        _ => return None,
    })
}

/// Programs behind `#!`, without their version.
pub(super) fn by_interpreter(program: &[u8]) -> Kind {
    match program {
        b"sh" | b"bash" | b"zsh" | b"dash" | b"ksh" | b"ash" | b"fish" | b"make" | b"bats" => Kind::Shell,
        b"python" | b"pypy" | b"uv" | b"ipython" => Kind::Python,
        b"node" | b"nodejs" | b"bun" | b"zx" => Kind::JavaScript,
        b"deno" | b"ts-node" | b"tsx" => Kind::TypeScript,
        b"pwsh" | b"powershell" => Kind::PowerShell,
        b"perl" => Kind::Perl,
        b"ruby" => Kind::Ruby,
        b"php" => Kind::Php,
        b"lua" | b"luajit" => Kind::Lua,
        b"Rscript" => Kind::R,
        b"groovy" => Kind::Groovy,
        b"elixir" => Kind::Elixir,
        b"dotnet" | b"dotnet-script" => Kind::CSharp,
        b"swift" => Kind::Swift,
        b"kotlin" => Kind::Kotlin,
        b"scala" | b"scala-cli" => Kind::Scala,
        b"osascript" | b"escript" | b"julia" | b"tclsh" | b"expect" => Kind::Code,
        _ => Kind::Text,
    }
}
