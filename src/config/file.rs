//! What a `keyless.toml` may say.
//!
//! The doc comments here are the texts of `keyless.schema.json`, which editors show.
//! Single values are checked while they are read, so that an error points at them.
//! The items of lists stay text here, because toml's errors point at the list as a
//! whole: `merge` checks them, and brings files, defaults and the command line together.

use serde::Deserialize;

use super::at::At;
#[cfg(test)]
use super::glob::Glob;
#[cfg(test)]
use super::words::RuleName;
use super::words::{Because, ByteSize, Pattern, Profile, SecretIdText, Until};
use crate::model::{Confidence, Severity};

/// Configuration of keyless: `keyless.toml`, found upwards from what is scanned.
///
/// Globs work as in `.gitignore`, from the directory of the `keyless.toml` that was found.
#[derive(Debug, Default, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, default, rename_all = "kebab-case")]
pub struct ConfigFile {
    /// Files this one builds on, relative to it; the later say more than the earlier, and this one most.
    pub extends: Vec<At<String>>,
    /// What the run is for; picks confidence and severity where they are not named: hook shows high
    /// confidence, gate medium and more, audit everything.
    pub profile: Option<At<Profile>>,
    /// The least severity that is reported.
    pub severity: Option<At<Severity>>,
    /// The least confidence that is reported.
    pub confidence: Option<At<Confidence>>,
    /// The least severity that makes the exit code 1.
    pub fail_on: Option<At<Severity>>,
    /// Format of the report on standard output: human, json, jsonl, sarif …
    pub format: Option<At<String>>,
    /// Threads to scan with; one a core if it is not said.
    pub threads: Option<At<std::num::NonZeroU16>>,
    /// Larger files are skipped, and counted: `32 MiB`, `500 KB`, or a number of bytes.
    pub max_file_size: Option<At<ByteSize>>,
    /// Globs of what is not read, instead of the built-in list. `.git` is never read.
    #[cfg_attr(test, schemars(with = "Option<Vec<Glob>>"))]
    pub exclude: Option<Vec<At<String>>>,
    /// Globs of what is not read, added to the list.
    #[cfg_attr(test, schemars(with = "Vec<Glob>"))]
    pub extend_exclude: Vec<At<String>>,
    /// Globs of files that tools write, instead of the built-in list: lock files, generated code, other
    /// people's code. Only secrets in a format of their own are found there; `!glob` takes a file out of it.
    #[cfg_attr(test, schemars(with = "Option<Vec<Glob>>"))]
    pub generated: Option<Vec<At<String>>>,
    /// Globs of files that tools write, added to the list.
    #[cfg_attr(test, schemars(with = "Vec<Glob>"))]
    pub extend_generated: Vec<At<String>>,
    /// Treat minified files as written by tools: web code with a line over 5,000 bytes, large data files
    /// with hardly a line end.
    pub minified: Option<At<bool>>,
    /// Obey `.gitignore`, `.ignore` and their like; what they leave out is counted.
    pub ignore_files: Option<At<bool>>,
    /// How many encodings within each other are undone: base64 in base64 is two.
    pub decode_depth: Option<At<u8>>,
    /// Key under which identities of secrets are made; a project that publishes its reports sets its own.
    pub identity_key: Option<At<String>>,
    /// Which rules run.
    pub rules: RulesTable,
    /// Other settings for some paths; of several that name a path the last one counts.
    #[serde(rename = "override")]
    pub overrides: Vec<OverrideTable>,
    /// Findings that are known and accepted: they stay in the report, marked so.
    pub allow: Vec<At<AllowTable>>,
    /// Where the code runs.
    pub platform: PlatformTable,
}

/// Which rules run. Rules are named by slug, code or former name, or by a slug with `*` in it.
#[derive(Debug, Default, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, default, rename_all = "kebab-case")]
pub struct RulesTable {
    /// Only these; all if it is not said.
    #[cfg_attr(test, schemars(with = "Option<Vec<RuleName>>"))]
    pub select: Option<Vec<At<String>>>,
    /// Not these.
    #[cfg_attr(test, schemars(with = "Vec<RuleName>"))]
    pub disable: Vec<At<String>>,
    /// Directories with rules of your own, relative to this file.
    pub directories: Vec<At<String>>,
}

/// Other settings for some paths.
#[derive(Debug, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct OverrideTable {
    /// Globs of the paths.
    #[cfg_attr(test, schemars(with = "Vec<Glob>", length(min = 1)))]
    pub paths: At<Vec<At<String>>>,
    /// Rules that do not run there.
    #[serde(default)]
    #[cfg_attr(test, schemars(with = "Vec<RuleName>"))]
    pub disable: Vec<At<String>>,
    /// The least severity that is reported there.
    #[serde(default)]
    pub severity: Option<At<Severity>>,
    /// The least confidence that is reported there.
    #[serde(default)]
    pub confidence: Option<At<Confidence>>,
    /// Where the code in these paths runs, whatever the files show: aks, functions, app-service …
    #[serde(default)]
    pub platform: Option<At<String>>,
    /// Do not read these paths at all.
    #[serde(default)]
    pub exclude: bool,
}

/// Findings that are known and accepted. All of rules, paths, regex and secret-id that are given must hold,
/// and one of them must be given.
#[derive(Debug, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct AllowTable {
    /// Found by one of these rules.
    #[serde(default)]
    #[cfg_attr(test, schemars(with = "Vec<RuleName>"))]
    pub rules: Vec<At<String>>,
    /// In a path that one of these globs names.
    #[serde(default)]
    #[cfg_attr(test, schemars(with = "Vec<Glob>"))]
    pub paths: Vec<At<String>>,
    /// The secret, or the code of a lint, holds this pattern somewhere.
    #[serde(default)]
    pub regex: Option<At<Pattern>>,
    /// This very secret, wherever it stands; its id is in every report.
    #[serde(default)]
    pub secret_id: Option<At<SecretIdText>>,
    /// Why it is accepted; shown in the report.
    pub reason: Because,
    /// The last day on which it is.
    #[serde(default)]
    pub until: Option<Until>,
}

/// Where the code runs, for advice on what to use instead of a secret.
#[derive(Debug, Default, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, default, rename_all = "kebab-case")]
pub struct PlatformTable {
    /// Where it runs if the files do not show it, or show several places: aks, functions, app-service …
    pub default: Option<At<String>>,
}

/// Reads one file.
///
/// # Errors
/// What toml and the types above say, with the place in `text`.
pub fn parse(text: &str) -> Result<ConfigFile, toml::de::Error> {
    ConfigFile::deserialize(toml::Deserializer::parse(text)?)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `KEYLESS_UPDATE=1 cargo test --lib config::file` writes the file anew.
    #[test]
    fn the_schema_for_editors_is_what_the_types_say() {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/src/config/keyless.schema.json");
        let mut schema = serde_json::to_value(schemars::schema_for!(ConfigFile)).expect("a schema is JSON");
        schema["title"] = "keyless.toml".into();
        let made = format!("{schema:#}\n");
        if std::env::var_os("KEYLESS_UPDATE").is_some() {
            std::fs::write(path, &made).expect("the source tree can be written");
        }
        let committed = std::fs::read_to_string(path).unwrap_or_default();
        assert!(made == committed, "keyless.schema.json is stale: run KEYLESS_UPDATE=1 cargo test --lib config::file");
    }

    #[test]
    fn the_schema_takes_what_we_take_and_refuses_what_we_refuse() {
        let schema = serde_json::to_value(schemars::schema_for!(ConfigFile)).expect("a schema is JSON");
        let validator = jsonschema::validator_for(&schema).expect("a schema that holds");
        for (text, good) in [
            ("", true),
            (EVERYTHING, true),
            ("severty = 'low'", false),
            ("severity = 'hgh'", false),
            ("threads = 0", false),
            ("max-file-size = 'ten'", false),
            ("[[allow]]\nrules = ['a']", false),
            ("[rules]\nselec = []", false),
        ] {
            let table: toml::Table = text.parse().expect(text);
            let json = serde_json::to_value(table).expect(text);
            assert_eq!(validator.is_valid(&json), good, "schema on {text}");
            assert_eq!(parse(text).is_ok(), good, "types on {text}");
        }
    }

    const EVERYTHING: &str = r#"
        extends = ["../base.toml"]
        profile = "gate"
        severity = "low"
        confidence = "medium"
        fail-on = "high"
        format = "sarif"
        threads = 4
        max-file-size = "32 MiB"
        exclude = ["node_modules/"]
        extend-exclude = ["fixtures/"]
        ignore-files = true
        decode-depth = 2
        identity-key = "contoso"

        [rules]
        select = ["azure-*", "KS042"]
        disable = ["generic-secret"]
        directories = ["rules"]

        [[override]]
        paths = ["tests/**"]
        disable = ["generic-secret"]
        severity = "high"
        confidence = "high"
        platform = "functions"
        exclude = false

        [[allow]]
        rules = ["azure-storage-account-key"]
        paths = ["docs/**"]
        regex = "contoso"
        secret-id = "0123456789abcdef0123456789abcdef"
        reason = "the account of the emulator"
        until = "2026-12-31"

        [platform]
        default = "aks"
    "#;
}
