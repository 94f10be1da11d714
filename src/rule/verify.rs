//! What a rule file may not say although it parses.
//!
//! Run by the build script for our rules and at start for users' rules. A problem
//! names the key it is about; [`super::place`] leads from there into the TOML.

use super::spec::{AssignmentSpec, CodeSpec, ConditionSpec, Matchers, RegexSpec, RuleFile, Text, last_names};

/// The longest match a pattern may have, in bytes. A window of twice this is
/// searched about an anchor; a private key of 16,384 bits has 13 KB.
pub const LONGEST_MATCH: usize = 20_000;

/// Anchors shorter than this would be seen everywhere.
pub const SHORTEST_ANCHOR: usize = 3;

/// A shorter run of characters is found everywhere.
const SHORTEST_RUN: u32 = 32;

/// Languages that `[[match.code]]` may name.
const LANGUAGES: [&str; 12] =
    ["csharp", "java", "kotlin", "python", "javascript", "go", "powershell", "bash", "rust", "cpp", "php", "ruby"];

/// Something wrong with a rule file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// `match.regex.0.pattern`
    pub key: String,
    /// What is wrong and how to mend it.
    pub what: String,
}

/// Everything that is wrong with the file.
pub fn verify(file: &RuleFile) -> Vec<Problem> {
    let mut found = Problems(Vec::new());
    found.identity(file);
    found.texts(file);
    found.matchers(file);
    found.fixes(file);
    found.examples(file);
    found.0
}

struct Problems(Vec<Problem>);

impl Problems {
    fn add(&mut self, key: impl Into<String>, what: impl Into<String>) {
        self.0.push(Problem { key: key.into(), what: what.into() });
    }

    fn identity(&mut self, file: &RuleFile) {
        let digits = file.code.strip_prefix("KS").or_else(|| file.code.strip_prefix("KL"));
        if !digits.is_some_and(|d| d.len() == 3 && d.bytes().all(|b| b.is_ascii_digit())) {
            self.add("code", format!("`{}` is not a code; write KS or KL and three digits", file.code));
        }
    }

    fn texts(&mut self, file: &RuleFile) {
        for (key, text) in [("docs.what", &file.docs.what), ("docs.why", &file.docs.why)] {
            if text.trim().is_empty() {
                self.add(key, "is empty; say it in one sentence");
            } else if text.ends_with('.') {
                self.add(key, "ends with a full stop; texts begin small and end without one");
            } else if begins_with_plain_capital(text) {
                self.add(key, "begins with a capital letter; texts begin small and end without a full stop");
            }
        }
        if file.title.ends_with('.') {
            self.add("title", "ends with a full stop");
        }
    }

    fn matchers(&mut self, file: &RuleFile) {
        let m = &file.matchers;
        let count = m.regex.len() + m.assignment.len() + m.connection.len() + m.url.len() + m.run.len() + m.path.len();
        if count + m.config.len() + m.switch.len() + m.command.len() + m.code.len() == 0 {
            self.add(
                "match",
                "has no matcher; add [[match.regex]], .assignment, .connection, .url, .run, .path, .config, .switch, .command or .code",
            );
        }
        self.configuration(m);
        for (index, spec) in m.regex.iter().enumerate() {
            self.regex(&format!("match.regex.{index}"), spec);
        }
        for (index, spec) in m.assignment.iter().enumerate() {
            self.assignment(&format!("match.assignment.{index}"), spec);
        }
        for (index, spec) in m.connection.iter().enumerate() {
            let key = format!("match.connection.{index}");
            if spec.secret.is_empty() {
                self.add(format!("{key}.secret"), "is empty; name the key whose value is the secret");
            }
            self.optional(&format!("{key}.value"), spec.value.as_deref());
            for (row, pair) in spec.conditions.iter().enumerate() {
                self.optional(&format!("{key}.where.{row}.is"), Some(&pair.is));
            }
        }
        for (index, spec) in m.url.iter().enumerate() {
            self.optional(&format!("match.url.{index}.host"), spec.host.as_deref());
            self.optional(&format!("match.url.{index}.password"), spec.password.as_deref());
        }
        for (index, spec) in m.run.iter().enumerate() {
            let is_base64 = |byte: u8| byte.is_ascii_alphanumeric() || b"+/-_".contains(&byte);
            if spec.length < SHORTEST_RUN || spec.alphabet.len() < 10 || !spec.alphabet.bytes().all(is_base64) {
                self.add(
                    format!("match.run.{index}.length"),
                    format!(
                        "is too little to go by; at least {SHORTEST_RUN} characters of at least ten, all letters, digits \
                         or `+/-_`"
                    ),
                );
            }
        }
        for (index, spec) in m.path.iter().enumerate() {
            self.optional(&format!("match.path.{index}.begins"), spec.begins.as_deref());
        }
        for (index, spec) in m.code.iter().enumerate() {
            self.code(&format!("match.code.{index}"), spec);
        }
        for (index, near) in file.near.iter().enumerate() {
            self.optional(&format!("near.{index}.pattern"), Some(&near.pattern));
        }
        for (index, raise) in file.raise.iter().enumerate() {
            self.optional(&format!("raise.{index}.is"), Some(&raise.is));
        }
    }

    fn configuration(&mut self, m: &Matchers) {
        for (index, spec) in m.config.iter().enumerate() {
            let key = format!("match.config.{index}");
            if spec.at.is_empty() && spec.resource.is_empty() {
                self.add(format!("{key}.at"), "is empty; say where, or name a `resource`");
            }
            let has_anchor =
                !spec.anchors.is_empty() || !spec.resource.is_empty() || spec.at.iter().all(|path| ends_in_name(path));
            if !has_anchor {
                self.add(format!("{key}.anchors"), "is empty, and a path of `at` does not end in a name to look for");
            }
            self.anchors(&key, &spec.anchors);
            for (name, pattern) in
                [("name", &spec.name), ("not-name", &spec.not_name), ("is", &spec.is), ("not", &spec.not)]
            {
                self.optional(&format!("{key}.{name}"), pattern.as_deref());
            }
            self.conditions(&key, &spec.conditions);
        }
        for (index, spec) in m.switch.iter().enumerate() {
            let key = format!("match.switch.{index}");
            if spec.resource.is_empty() || spec.safe.is_empty() {
                self.add(key.clone(), "needs `resource` and `safe`");
            }
            self.conditions(&key, &spec.conditions);
        }
        for (index, spec) in m.command.iter().enumerate() {
            let key = format!("match.command.{index}");
            if spec.run.is_empty() || spec.run.iter().any(|run| run.trim().is_empty()) {
                self.add(format!("{key}.run"), "is empty; name the program and its words");
            }
            for (name, pattern) in [("is", &spec.is), ("not", &spec.not), ("not-near", &spec.not_near)] {
                self.optional(&format!("{key}.{name}"), pattern.as_deref());
            }
        }
    }

    fn conditions(&mut self, key: &str, conditions: &[ConditionSpec]) {
        for (row, condition) in conditions.iter().enumerate() {
            self.optional(&format!("{key}.where.{row}.name"), condition.name.as_deref());
            self.optional(&format!("{key}.where.{row}.is"), condition.is.as_deref());
            self.optional(&format!("{key}.where.{row}.not"), condition.not.as_deref());
        }
    }

    fn anchors(&mut self, key: &str, anchors: &[Text]) {
        for (index, anchor) in anchors.iter().enumerate().filter(|(_, anchor)| anchor.len() < SHORTEST_ANCHOR) {
            self.add(format!("{key}.anchors.{index}"), format!("`{anchor}` has fewer than {SHORTEST_ANCHOR} bytes"));
        }
    }

    fn regex(&mut self, key: &str, spec: &RegexSpec) {
        if spec.anchors.is_empty() {
            self.add(format!("{key}.anchors"), "is empty; a pattern without an anchor would run on every byte");
        }
        for (index, anchor) in spec.anchors.iter().enumerate() {
            if anchor.len() < SHORTEST_ANCHOR {
                self.add(
                    format!("{key}.anchors.{index}"),
                    format!("`{anchor}` has fewer than {SHORTEST_ANCHOR} bytes and would be seen everywhere"),
                );
            }
        }
        let pattern_key = format!("{key}.pattern");
        match longest(&spec.pattern) {
            Err(what) => self.add(pattern_key, what),
            Ok(Some(length)) if length <= LONGEST_MATCH => {}
            Ok(Some(length)) => self
                .add(pattern_key, format!("can match {length} bytes; {LONGEST_MATCH} is the most a window may need")),
            Ok(None) => self.add(pattern_key, "has no greatest length; write {0,200} instead of *, + or {n,}"),
        }
    }

    fn assignment(&mut self, key: &str, spec: &AssignmentSpec) {
        if spec.keys.is_empty() {
            self.add(format!("{key}.keys"), "is empty; name at least one key");
        }
        for (index, glob) in spec.keys.iter().enumerate() {
            let plain = glob.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b".*".contains(&b));
            if !plain {
                self.add(
                    format!("{key}.keys.{index}"),
                    format!("`{glob}`: keys are compared in small letters without `_` and `-`; `.` and `*` are the only signs"),
                );
            }
            if spec.anchors.is_empty() && anchor_of(glob).is_none() {
                self.add(
                    format!("{key}.keys.{index}"),
                    format!("`{glob}` has no run of {SHORTEST_ANCHOR} letters to look for; give `anchors`"),
                );
            }
        }
        self.optional(&format!("{key}.value"), spec.value.as_deref());
    }

    fn code(&mut self, key: &str, spec: &CodeSpec) {
        let lists = [&spec.call, &spec.command, &spec.option, &spec.import];
        let wanted = lists.iter().filter(|list| !list.is_empty()).count() + usize::from(spec.string.is_some());
        if wanted != 1 {
            self.add(key, "looks for nothing, or for two things: give one of call, command, option, string, import");
        }
        if spec.anchors.is_empty() {
            self.add(format!("{key}.anchors"), "is empty; every source would be parsed");
        }
        for (index, anchor) in spec.anchors.iter().enumerate().filter(|(_, anchor)| anchor.len() < SHORTEST_ANCHOR) {
            self.add(format!("{key}.anchors.{index}"), format!("`{anchor}` has fewer than {SHORTEST_ANCHOR} bytes"));
        }
        for (index, language) in spec.languages.iter().enumerate() {
            self.language(&format!("{key}.languages.{index}"), language);
        }
        self.optional(&format!("{key}.string"), spec.string.as_deref());
        self.optional(&format!("{key}.seen"), spec.seen.as_deref());
        self.optional(&format!("{key}.behind"), spec.behind.as_deref());
        if spec.behind.is_some() && spec.seen.is_none() {
            self.add(format!("{key}.behind"), "stands behind nothing; say in `seen` how the call begins");
        }
        let lists = [("with", &spec.with), ("without", &spec.without)];
        let named = lists.iter().flat_map(|(name, list)| {
            list.iter().enumerate().map(move |(index, argument)| (format!("{key}.{name}.{index}"), argument))
        });
        for (key, argument) in named.chain(spec.value.iter().map(|argument| (format!("{key}.value"), argument))) {
            self.optional(&format!("{key}.is"), argument.is.as_deref());
            self.optional(&format!("{key}.is-not"), argument.is_not.as_deref());
            for (index, name) in argument.names.iter().enumerate() {
                self.option_name(&format!("{key}.names.{index}"), name);
            }
        }
        for (index, name) in spec.option.iter().enumerate() {
            self.option_name(&format!("{key}.option.{index}"), name);
        }
    }

    fn fixes(&mut self, file: &RuleFile) {
        for (index, fix) in file.fixes.iter().enumerate() {
            let key = format!("fix.{index}");
            if fix.title.ends_with('.') || begins_with_plain_capital(&fix.title) || fix.title.is_empty() {
                self.add(format!("{key}.title"), "begins small and ends without a full stop");
            }
            let edits = fix.node.len() + fix.text.len() + fix.call.len() + fix.statement.len() + fix.import.len();
            if edits == 0 && !fix.switch {
                self.add(key.clone(), "edits nothing; give one of switch, node, text, call");
            }
            for (row, edit) in fix.statement.iter().enumerate() {
                if edit.name.is_empty() || edit.above.is_none() && edit.below.is_none() {
                    self.add(format!("{key}.statement.{row}"), "gives no name, or neither above nor below");
                }
            }
            for (row, edit) in fix.node.iter().enumerate() {
                let said =
                    [edit.set.is_some(), edit.put.is_some(), edit.remove, edit.rename.is_some(), edit.above.is_some()];
                if said.iter().filter(|said| **said).count() != 1 {
                    self.add(format!("{key}.node.{row}"), "gives not one of set, put, remove, rename, above");
                }
            }
            for (row, edit) in fix.text.iter().enumerate() {
                self.optional(&format!("{key}.text.{row}.pattern"), Some(&edit.pattern));
            }
            for (row, edit) in fix.call.iter().enumerate() {
                self.optional(&format!("{key}.call.{row}.given"), edit.given.as_deref());
                self.optional(&format!("{key}.call.{row}.unless"), edit.unless.as_deref());
            }
            self.conditions(&key, &fix.conditions);
            for (row, language) in fix.languages.iter().enumerate() {
                self.language(&format!("{key}.languages.{row}"), language);
            }
        }
        let has_fixed = file.example.iter().any(|example| example.fixed.is_some());
        if !file.fixes.is_empty() && !has_fixed {
            self.add("fix", "is shown by no example; give one of them `fixed`");
        }
    }

    fn language(&mut self, key: &str, language: &str) {
        if !LANGUAGES.contains(&language) {
            self.add(key, format!("`{language}` is none of {}", LANGUAGES.join(", ")));
        }
    }

    /// Options are compared in small letters without signs; flags as they are.
    fn option_name(&mut self, key: &str, name: &str) {
        let plain = name.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit());
        if !plain && !name.starts_with('-') {
            self.add(key, format!("`{name}`: names are compared in small letters without `_` and `-`"));
        }
    }

    fn optional(&mut self, key: &str, pattern: Option<&str>) {
        if let Some(Err(what)) = pattern.map(longest) {
            self.add(key, what);
        }
    }

    fn examples(&mut self, file: &RuleFile) {
        let mut names = std::collections::BTreeSet::new();
        for (index, example) in file.example.iter().enumerate() {
            if !names.insert(&example.name) {
                self.add(format!("example.{index}.name"), format!("`{}` is there twice", example.name));
            }
            if example.right && !example.finds.is_empty() {
                self.add(format!("example.{index}.right"), "is for an example that finds nothing");
            }
        }
    }
}

/// `The …` is a sentence's beginning, `SAS …` and `Azure …` may be names: only common words are refused.
fn begins_with_plain_capital(text: &str) -> bool {
    let first = text.split(' ').next().unwrap_or_default();
    ["A", "An", "The", "It", "This", "Anyone", "Whoever", "There", "With", "Full", "Use"].contains(&first)
}

/// Does a path end in names that are long enough to look for?
fn ends_in_name(path: &str) -> bool {
    let names = last_names(path);
    !names.is_empty() && names.iter().all(|name| name.len() >= SHORTEST_ANCHOR)
}

/// Greatest length of a match; `None` if there is none.
fn longest(pattern: &str) -> Result<Option<usize>, String> {
    let hir = regex_syntax::ParserBuilder::new()
        .unicode(false)
        .utf8(false)
        .build()
        .parse(pattern)
        .map_err(|error| format!("is not a pattern: {error}"))?;
    Ok(hir.properties().maximum_len())
}

/// The longest run of letters and digits in a key glob, if it is long enough to look for.
pub fn anchor_of(glob: &str) -> Option<&str> {
    let last = glob.rsplit('.').next().unwrap_or(glob);
    let best = |text: &'_ str| -> Option<(usize, usize)> {
        let mut best: Option<(usize, usize)> = None;
        let mut from = 0;
        for piece in text.split(['*', '.']) {
            if best.is_none_or(|(s, e)| piece.len() > e - s) {
                best = Some((from, from + piece.len()));
            }
            from += piece.len() + 1;
        }
        best
    };
    for text in [last, glob] {
        if let Some((start, end)) = best(text)
            && end - start >= SHORTEST_ANCHOR
        {
            return Some(&text[start..end]);
        }
    }
    None
}
