//! Layer over layer: defaults, files, the command line.

use std::path::Path;
use std::str::FromStr;
use std::sync::Arc;

use super::at::At;
use super::discover::Chain;
use super::error::{ConfigError, Place, SourceText};
use super::file::{AllowTable, ConfigFile, OverrideTable};
use super::{
    Allow, ByteSize, Config, DEFAULT_EXCLUDE, DEFAULT_GENERATED, Exclude, Glob, Origin, Override, Profile, Rules,
    Setting, Words,
};
use crate::model::Severity;

impl Config {
    /// What holds if nobody says anything; `root` is where globs start from.
    pub fn defaults(profile: Profile, root: &Path) -> Self {
        let list = |globs: &[&'static str]| globs.iter().map(|glob| by_default(Exclude::of_default(glob))).collect();
        Self {
            files: Vec::new(),
            named_by: Origin::Default,
            root: root.to_owned(),
            profile: by_default(profile),
            severity: Setting { value: profile.severity(), origin: Origin::Profile(profile) },
            confidence: Setting { value: profile.confidence(), origin: Origin::Profile(profile) },
            fail_on: by_default(Severity::Low),
            format: None,
            threads: None,
            max_file_size: by_default(ByteSize::mebibytes(32)),
            exclude: list(&DEFAULT_EXCLUDE),
            generated: list(DEFAULT_GENERATED),
            minified: by_default(true),
            ignore_files: by_default(true),
            decode_depth: by_default(2),
            identity_key: None,
            rules: Rules::default(),
            overrides: Vec::new(),
            allow: Vec::new(),
            platform: None,
        }
    }

    /// Defaults, then the files of the chain, then the command line.
    ///
    /// # Errors
    /// A value that cannot be used: an `[[allow]]` that accepts everything, a directory of rules that is not there.
    pub fn of(profile: Profile, root: &Path, chain: &Chain, words: &Words) -> Result<Self, ConfigError> {
        let mut config = Self::defaults(profile, root);
        for (source, file) in &chain.files {
            config.files.push(source.name().to_owned());
            config.take_file(&Layer { chain, source }, file)?;
        }
        config.take_words(words);
        Ok(config)
    }

    /// A profile brings its thresholds with it: it sets aside what lower layers said of them.
    fn take_profile(&mut self, profile: Setting<Profile>) {
        self.severity = Setting { value: profile.value.severity(), origin: Origin::Profile(profile.value) };
        self.confidence = Setting { value: profile.value.confidence(), origin: Origin::Profile(profile.value) };
        self.profile = profile;
    }

    fn take_file(&mut self, layer: &Layer<'_>, file: &ConfigFile) -> Result<(), ConfigError> {
        if let Some(profile) = layer.option(&file.profile) {
            self.take_profile(profile);
        }
        replace(&mut self.severity, layer.option(&file.severity));
        replace(&mut self.confidence, layer.option(&file.confidence));
        replace(&mut self.fail_on, layer.option(&file.fail_on));
        replace(&mut self.max_file_size, layer.option(&file.max_file_size));
        replace(&mut self.minified, layer.option(&file.minified));
        replace(&mut self.ignore_files, layer.option(&file.ignore_files));
        replace(&mut self.decode_depth, layer.option(&file.decode_depth));
        self.format = layer.option(&file.format).or(self.format.take());
        self.threads = layer.option(&file.threads).or(self.threads.take());
        self.identity_key = layer.option(&file.identity_key).or(self.identity_key.take());
        self.platform = layer.option(&file.platform.default).or(self.platform.take());
        if let Some(exclude) = &file.exclude {
            self.exclude = layer.list(exclude)?;
        }
        self.exclude.extend(layer.list(&file.extend_exclude)?);
        if let Some(generated) = &file.generated {
            self.generated = layer.list(generated)?;
        }
        self.generated.extend(layer.list(&file.extend_generated)?);
        self.take_rules(layer, file)?;
        for section in &file.overrides {
            self.take_override(layer, section)?;
        }
        for entry in &file.allow {
            self.allow.push(layer.allow(entry)?);
        }
        Ok(())
    }

    fn take_rules(&mut self, layer: &Layer<'_>, file: &ConfigFile) -> Result<(), ConfigError> {
        if let Some(select) = &file.rules.select {
            self.rules.select = Some(layer.list(select)?);
        }
        self.rules.disable.extend(layer.list(&file.rules.disable)?);
        for directory in &file.rules.directories {
            let place = layer.place(directory);
            let value = layer.chain.directory(&directory.value, &place)?;
            self.rules.directories.push(Setting { value, origin: Origin::File(place) });
        }
        Ok(())
    }

    fn take_override(&mut self, layer: &Layer<'_>, section: &OverrideTable) -> Result<(), ConfigError> {
        let paths: Vec<Setting<Glob>> = layer.list(&section.paths.value)?;
        if paths.is_empty() {
            let error = ConfigError::at(layer.place(&section.paths), "`paths` is empty");
            return Err(error.with_help("name what the override is for; `**` is everything"));
        }
        if section.exclude {
            self.exclude.extend(layer.list::<Exclude>(&section.paths.value)?);
        }
        self.overrides.push(Override {
            paths,
            disable: layer.list(&section.disable)?,
            severity: layer.option(&section.severity),
            confidence: layer.option(&section.confidence),
            platform: layer.option(&section.platform),
        });
        Ok(())
    }

    fn take_words(&mut self, words: &Words) {
        if let Some(profile) = said(words.profile, "--profile") {
            self.take_profile(profile);
        }
        replace(&mut self.severity, said(words.severity, "--severity"));
        replace(&mut self.confidence, said(words.confidence, "--confidence"));
        replace(&mut self.fail_on, said(words.fail_on, "--fail-on"));
        replace(&mut self.max_file_size, said(words.max_file_size, "--max-file-size"));
        replace(&mut self.ignore_files, said(words.no_ignore.then_some(false), "--no-ignore"));
        self.threads = said(words.threads, "--threads").or(self.threads.take());
        self.exclude.extend(words.exclude.iter().filter_map(|glob| said(Some(glob.clone()), "--exclude")));
        if !words.rules.is_empty() {
            // Who names a rule wants it, whatever the files say.
            self.rules.select =
                Some(words.rules.iter().filter_map(|name| said(Some(name.clone()), "--rule")).collect());
            self.rules.disable.clear();
        }
        let disable = words.exclude_rules.iter().filter_map(|name| said(Some(name.clone()), "--exclude-rule"));
        self.rules.disable.extend(disable);
    }
}

/// One file of a chain, while it is applied.
struct Layer<'a> {
    chain: &'a Chain,
    source: &'a Arc<SourceText>,
}

impl Layer<'_> {
    fn place<T>(&self, at: &At<T>) -> Place {
        Place { file: Arc::clone(self.source), span: at.span.clone() }
    }

    fn setting<T: Clone>(&self, at: &At<T>) -> Setting<T> {
        Setting { value: at.value.clone(), origin: Origin::File(self.place(at)) }
    }

    fn option<T: Clone>(&self, at: &Option<At<T>>) -> Option<Setting<T>> {
        at.as_ref().map(|at| self.setting(at))
    }

    fn list<T: FromStr<Err = String>>(&self, list: &[At<String>]) -> Result<Vec<Setting<T>>, ConfigError> {
        let item = |at: &At<String>| match at.value.parse() {
            Ok(value) => Ok(Setting { value, origin: Origin::File(self.place(at)) }),
            Err(what) => Err(ConfigError::at(self.place(at), what)),
        };
        list.iter().map(item).collect()
    }

    fn allow(&self, entry: &At<AllowTable>) -> Result<Allow, ConfigError> {
        let AllowTable { rules, paths, regex, secret_id, reason, until } = &entry.value;
        if rules.is_empty() && paths.is_empty() && regex.is_none() && secret_id.is_none() {
            let error = ConfigError::at(self.place(entry), "this `[[allow]]` accepts everything");
            return Err(error.with_help("give `rules`, `paths`, `regex` or `secret-id`, or several of them"));
        }
        Ok(Allow {
            place: self.place(entry),
            rules: self.list(rules)?,
            paths: self.list(paths)?,
            regex: regex.as_ref().map(|at| at.value.clone()),
            secret_id: secret_id.as_ref().map(|at| at.value.clone()),
            reason: reason.clone(),
            until: *until,
        })
    }
}

fn by_default<T>(value: T) -> Setting<T> {
    Setting { value, origin: Origin::Default }
}

fn said<T>(value: Option<T>, option: &'static str) -> Option<Setting<T>> {
    value.map(|value| Setting { value, origin: Origin::CommandLine(option) })
}

fn replace<T>(setting: &mut Setting<T>, by: Option<Setting<T>>) {
    if let Some(by) = by {
        *setting = by;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::RuleName;
    use crate::model::{Confidence, RepoPath};

    fn chain(texts: &[&str]) -> Chain {
        let mut chain = Chain::empty();
        for (index, text) in texts.iter().enumerate() {
            let name = format!("{index}.toml");
            let source = Arc::new(SourceText::new(format!("/p/{name}").into(), &name, (*text).to_owned()));
            chain.files.push((source, crate::config::file::parse(text).expect(text)));
        }
        chain
    }

    fn merged(texts: &[&str], words: &Words) -> Config {
        Config::of(Profile::Gate, Path::new("/p"), &chain(texts), words).expect("nothing wrong")
    }

    fn rule(name: &str) -> RuleName {
        name.parse().expect(name)
    }

    #[test]
    fn the_later_layer_says_more_and_every_value_knows_its_origin() {
        let words = Words { severity: Some(Severity::High), ..Words::default() };
        for (texts, words, severity, origin) in [
            (&[][..], &Words::default(), Severity::Low, "profile gate"),
            (&["severity = 'medium'"], &Words::default(), Severity::Medium, "0.toml:1"),
            (&["severity = 'medium'", "\nseverity = 'info'"], &Words::default(), Severity::Info, "1.toml:2"),
            (&["severity = 'medium'"], &words, Severity::High, "--severity"),
        ] {
            let config = merged(texts, words);
            assert_eq!((config.severity.value, config.severity.origin.to_string()), (severity, origin.to_owned()));
        }
    }

    #[test]
    fn a_profile_sets_aside_what_lower_layers_said_of_its_thresholds() {
        let audit = Words { profile: Some(Profile::Audit), ..Words::default() };
        for (texts, words, confidence, origin) in [
            (&[][..], &Words::default(), Confidence::Medium, "profile gate"),
            (&[], &audit, Confidence::Low, "profile audit"),
            (&["confidence = 'high'"], &audit, Confidence::Low, "profile audit"),
            (&["confidence = 'low'\nprofile = 'hook'"], &Words::default(), Confidence::Low, "0.toml:1"),
            (&["confidence = 'low'", "profile = 'hook'"], &Words::default(), Confidence::High, "profile hook"),
        ] {
            let config = merged(texts, words);
            assert_eq!(
                (config.confidence.value, config.confidence.origin.to_string()),
                (confidence, origin.to_owned())
            );
        }
    }

    #[test]
    fn excludes_are_replaced_by_one_key_and_added_to_by_the_others() {
        let words = Words { exclude: vec!["d".parse().expect("a glob")], ..Words::default() };
        let texts = [
            "extend-exclude = ['gone']",
            "exclude = ['a']",
            "extend-exclude = ['b']\n[[override]]\npaths = ['c']\nexclude = true",
        ];
        let config = merged(&texts, &words);
        let globs: Vec<&str> = config.exclude.iter().map(|glob| glob.value.as_str()).collect();
        assert_eq!(globs, ["a", "b", "c", "d"]);
        assert_eq!(Config::defaults(Profile::Gate, Path::new("/p")).exclude.len(), DEFAULT_EXCLUDE.len());
    }

    #[test]
    fn a_rule_that_the_command_line_names_runs_whatever_the_files_say() {
        let files = ["[rules]\nselect = ['azure-*']\ndisable = ['azure-sas']"];
        let named = Words { rules: vec![rule("azure-sas")], ..Words::default() };
        let without = Words { exclude_rules: vec![rule("KS001")], ..Words::default() };
        for (words, names, runs) in [
            (&Words::default(), ["azure-key", "KS001"], true),
            (&Words::default(), ["azure-sas", "KS002"], false),
            (&Words::default(), ["github-token", "KS003"], false),
            (&named, ["azure-sas", "KS002"], true),
            (&named, ["azure-key", "KS001"], false),
            (&without, ["azure-key", "KS001"], false),
        ] {
            assert_eq!(merged(&files, words).rules.run(names), runs, "{names:?}");
        }
    }

    #[test]
    fn the_last_override_that_names_a_path_counts_and_the_command_line_is_above_it() {
        let files = ["[[override]]\npaths = ['tests/**']\nseverity = 'high'\ndisable = ['a']\n\
                      [[override]]\npaths = ['tests/e2e/**']\nseverity = 'critical'\ndisable = ['b']"];
        let words = Words { severity: Some(Severity::Info), ..Words::default() };
        for (words, path, severity, off) in [
            (&Words::default(), "src/a.cs", Severity::Low, &[][..]),
            (&Words::default(), "tests/a.cs", Severity::High, &["a"]),
            (&Words::default(), "tests/e2e/a.cs", Severity::Critical, &["a", "b"]),
            (&words, "tests/a.cs", Severity::Info, &["a"]),
        ] {
            let config = merged(&files, words);
            let limits = config.limits(&RepoPath::new(path.as_bytes()));
            let names: Vec<&str> = limits.off.iter().map(|name| name.as_str()).collect();
            assert_eq!((limits.severity, names.as_slice()), (severity, off), "{path}");
        }
    }

    #[test]
    fn an_entry_that_accepts_everything_and_an_override_for_nothing_are_errors() {
        for (text, place, what) in [
            ("\n[[allow]]\nreason = 'x'", "0.toml:2:1", "this `[[allow]]` accepts everything"),
            ("[[override]]\npaths = []", "0.toml:2:9", "`paths` is empty"),
            ("exclude = ['a', '[b']", "0.toml:1:17", "not a glob: unclosed character class; missing ']'"),
            ("[rules]\nselect = ['a b']", "0.toml:2:11", "not a rule's slug or code"),
            (
                "[rules]\ndirectories = ['no-such']",
                "0.toml:2:16",
                "cannot read `/p/no-such`: no such file or directory",
            ),
        ] {
            let error = Config::of(Profile::Gate, Path::new("/p"), &chain(&[text]), &Words::default()).expect_err(text);
            assert_eq!((error.place().as_deref(), error.to_string().as_str()), (Some(place), what));
        }
    }
}
