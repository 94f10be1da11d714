//! What is in force, in the form of a `keyless.toml`, each value with its origin.

use std::fmt::Write as _;

use super::{Config, Origin, Setting};

/// The text of `--print-config`. It can be read back as a `keyless.toml`, but for the identity key.
pub(super) fn print(config: &Config) -> String {
    let mut out = Lines::default();
    match config.files.as_slice() {
        [] => out.line("# no keyless.toml in force".into()),
        files => files.iter().for_each(|file| out.line(format!("# read: {file}"))),
    }
    if !matches!(config.named_by, Origin::Default) {
        out.line(format!("# named by: {}", config.named_by));
    }
    settings(config, &mut out);
    rules(config, &mut out);
    overrides(config, &mut out);
    allow(config, &mut out);
    if let Some(platform) = &config.platform {
        out.line("\n[platform]".into());
        out.value("default", &quoted(&platform.value), platform);
    }
    out.text
}

fn settings(config: &Config, out: &mut Lines) {
    out.value("profile", &quoted(config.profile.value.as_str()), &config.profile);
    out.value("severity", &quoted(config.severity.value.as_str()), &config.severity);
    out.value("confidence", &quoted(config.confidence.value.as_str()), &config.confidence);
    out.value("fail-on", &quoted(config.fail_on.value.as_str()), &config.fail_on);
    match &config.format {
        Some(format) => out.value("format", &quoted(&format.value), format),
        None => out.note("format", "human"),
    }
    match &config.threads {
        Some(threads) => out.value("threads", &threads.value.to_string(), threads),
        None => out.note("threads", "one a core"),
    }
    out.value("max-file-size", &quoted(&config.max_file_size.value.to_string()), &config.max_file_size);
    out.list("exclude", &config.exclude, |glob| glob.as_str());
    out.list("generated", &config.generated, |glob| glob.as_str());
    out.value("minified", &config.minified.value.to_string(), &config.minified);
    out.value("ignore-files", &config.ignore_files.value.to_string(), &config.ignore_files);
    out.value("decode-depth", &config.decode_depth.value.to_string(), &config.decode_depth);
    match &config.identity_key {
        Some(key) => out.note("identity-key", &format!("set, not shown; {}", key.origin)),
        None => out.note("identity-key", "the same for every project"),
    }
}

fn rules(config: &Config, out: &mut Lines) {
    out.line("\n[rules]".into());
    match &config.rules.select {
        Some(select) => out.list("select", select, |name| name.as_str()),
        None => out.note("select", "all"),
    }
    out.list("disable", &config.rules.disable, |name| name.as_str());
    let shown = config
        .rules
        .directories
        .iter()
        .map(|directory| Setting { value: super::discover::shown(&directory.value), origin: directory.origin.clone() });
    out.list("directories", &shown.collect::<Vec<_>>(), String::as_str);
}

fn overrides(config: &Config, out: &mut Lines) {
    for section in &config.overrides {
        out.line("\n[[override]]".into());
        out.list("paths", &section.paths, |glob| glob.as_str());
        out.list("disable", &section.disable, |name| name.as_str());
        if let Some(severity) = &section.severity {
            out.value("severity", &quoted(severity.value.as_str()), severity);
        }
        if let Some(confidence) = &section.confidence {
            out.value("confidence", &quoted(confidence.value.as_str()), confidence);
        }
        if let Some(platform) = &section.platform {
            out.value("platform", &quoted(&platform.value), platform);
        }
    }
}

fn allow(config: &Config, out: &mut Lines) {
    for entry in &config.allow {
        out.line(format!("\n[[allow]]  # {}", entry.place));
        out.list("rules", &entry.rules, |name| name.as_str());
        out.list("paths", &entry.paths, |glob| glob.as_str());
        if let Some(regex) = &entry.regex {
            out.line(format!("regex = {}", quoted(regex.as_str())));
        }
        if let Some(id) = &entry.secret_id {
            out.line(format!("secret-id = {}", quoted(id.as_str())));
        }
        out.line(format!("reason = {}", quoted(entry.reason.as_str())));
        if let Some(until) = entry.until {
            out.line(format!("until = {}", until.0));
        }
    }
}

fn quoted(text: &str) -> String {
    // toml prints controls escaped, but leaves marks that turn the direction of text.
    let escape = |c: char| match c {
        c if crate::model::path::is_unsafe_to_show(c) => format!("\\u{:04X}", u32::from(c)),
        '"' | '\\' => format!("\\{c}"),
        c => c.to_string(),
    };
    format!("\"{}\"", text.chars().map(escape).collect::<String>())
}

#[derive(Default)]
struct Lines {
    text: String,
}

impl Lines {
    fn line(&mut self, line: String) {
        self.text.push_str(&line);
        self.text.push('\n');
    }

    fn value<T>(&mut self, key: &str, value: &str, setting: &Setting<T>) {
        let said = format!("{key} = {value}");
        let _ = writeln!(self.text, "{said:<34}  # {}", setting.origin);
    }

    fn note(&mut self, key: &str, note: &str) {
        let key = format!("# {key}");
        let _ = writeln!(self.text, "{key:<34}  # {note}");
    }

    fn list<T>(&mut self, key: &str, list: &[Setting<T>], text: impl Fn(&T) -> &str) {
        if list.is_empty() {
            return;
        }
        self.line(format!("{key} = ["));
        for setting in list {
            let item = format!("    {},", quoted(text(&setting.value)));
            let _ = writeln!(self.text, "{item:<34}  # {}", setting.origin);
        }
        self.line("]".into());
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;
    use std::sync::Arc;

    use super::*;
    use crate::config::{Chain, Profile, SourceText, Words, file};

    fn config(text: &str) -> Config {
        let mut chain = Chain::empty();
        let source = Arc::new(SourceText::new("/p/keyless.toml".into(), "keyless.toml", text.to_owned()));
        chain.files.push((source, file::parse(text).expect(text)));
        Config::of(Profile::Gate, Path::new("/p"), &chain, &Words::default()).expect(text)
    }

    const TEXT: &str = r#"severity = "high"
exclude = ["fixtures/", 'a\*"b']
identity-key = "contoso"
generated = ["*.gen.txt"]
[rules]
disable = ["generic-*"]

[[override]]
paths = ["tests/**"]
confidence = "high"

[[allow]]
rules = ["KS042"]
paths = ["docs/**"]
reason = "the emulator"
until = 2026-12-31
"#;

    #[test]
    fn every_value_is_printed_with_its_origin() {
        let expected = r##"# read: keyless.toml
profile = "gate"                    # default
severity = "high"                   # keyless.toml:1
confidence = "medium"               # profile gate
fail-on = "low"                     # default
# format                            # human
# threads                           # one a core
max-file-size = "32 MiB"            # default
exclude = [
    "fixtures/",                    # keyless.toml:2
    "a\\*\"b",                      # keyless.toml:2
]
generated = [
    "*.gen.txt",                    # keyless.toml:4
]
minified = true                     # default
ignore-files = true                 # default
decode-depth = 2                    # default
# identity-key                      # set, not shown; keyless.toml:3

[rules]
# select                            # all
disable = [
    "generic-*",                    # keyless.toml:6
]

[[override]]
paths = [
    "tests/**",                     # keyless.toml:9
]
confidence = "high"                 # keyless.toml:10

[[allow]]  # keyless.toml:12
rules = [
    "ks042",                        # keyless.toml:13
]
paths = [
    "docs/**",                      # keyless.toml:14
]
reason = "the emulator"
until = 2026-12-31
"##;
        assert_eq!(print(&config(TEXT)), expected);
    }

    #[test]
    fn what_is_printed_says_the_same_when_it_is_read() {
        let said = |text: &str| -> Vec<String> {
            let values = text.lines().map(|line| line.split("  #").next().unwrap_or_default().trim_end().to_owned());
            values.filter(|line| !line.starts_with('#')).collect()
        };
        let printed = print(&config(TEXT));
        assert_eq!(said(&print(&config(&printed))), said(&printed));
    }
}
