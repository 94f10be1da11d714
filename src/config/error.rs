//! What is wrong with a configuration, and where.
//!
//! A scanned tree can be hostile and its `keyless.toml` with it: everything that
//! comes from the file is made safe to print before it is kept here.

use std::borrow::Cow;
use std::fmt;
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use miette::{Diagnostic, LabeledSpan, NamedSource, SourceCode};

use super::suggest;
use crate::model::path::is_unsafe_to_show;

/// A configuration file as it was read.
#[derive(Debug)]
pub struct SourceText {
    path: PathBuf,
    text: String,
    shown: NamedSource<String>,
}

impl SourceText {
    /// `shown` is the path as people are told it.
    pub fn new(path: PathBuf, shown: &str, text: String) -> Self {
        let safe = text.chars().map(safe_char).collect::<String>();
        Self { path, text, shown: NamedSource::new(safe_text(shown), safe) }
    }

    /// Where it lies, absolute.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// The path as people are told it.
    pub fn name(&self) -> &str {
        self.shown.name()
    }

    /// Its bytes.
    pub fn text(&self) -> &str {
        &self.text
    }
}

/// A part of a configuration file.
#[derive(Clone, Debug)]
pub struct Place {
    /// The file.
    pub file: Arc<SourceText>,
    /// Bytes of it.
    pub span: Range<usize>,
}

impl Place {
    /// Line and column from 1, the column in characters.
    pub fn line_column(&self) -> (usize, usize) {
        let before = self.file.text.get(..self.span.start).unwrap_or(&self.file.text);
        let line_start = before.rfind('\n').map_or(0, |at| at + 1);
        (before.matches('\n').count() + 1, before[line_start..].chars().count() + 1)
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.file.name(), self.line_column().0)
    }
}

/// The configuration cannot be read or does not say what we understand: its author's to mend.
#[derive(Debug)]
pub struct ConfigError {
    what: String,
    help: Option<String>,
    place: Option<Place>,
}

impl ConfigError {
    /// Wrong as a whole: it cannot be read, say.
    pub fn new(what: impl AsRef<str>) -> Self {
        Self { what: safe_text(what.as_ref()), help: None, place: None }
    }

    /// Wrong at one place.
    pub fn at(place: Place, what: impl AsRef<str>) -> Self {
        Self { place: Some(place), ..Self::new(what) }
    }

    /// With the way to mend it.
    #[must_use]
    pub fn with_help(mut self, help: impl AsRef<str>) -> Self {
        self.help = Some(safe_text(help.as_ref()));
        self
    }

    /// What toml and our own types say of a file.
    pub fn of_toml(file: &Arc<SourceText>, error: &toml::de::Error) -> Self {
        let (what, help) = in_our_words(error.message());
        let end = file.text.len();
        let span = error.span().unwrap_or(0..0);
        let span = span.start.min(end)..span.end.min(end);
        let error = Self::at(Place { file: Arc::clone(file), span }, what);
        match help {
            Some(help) => error.with_help(help),
            None => error,
        }
    }

    /// `keyless.toml:3:1`, if it is wrong at one place.
    pub fn place(&self) -> Option<String> {
        let place = self.place.as_ref()?;
        let (line, column) = place.line_column();
        Some(format!("{}:{line}:{column}", place.file.name()))
    }
}

impl fmt::Display for ConfigError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.what)
    }
}

impl std::error::Error for ConfigError {}

impl Diagnostic for ConfigError {
    fn help<'a>(&'a self) -> Option<Box<dyn fmt::Display + 'a>> {
        self.help.as_ref().map(|help| Box::new(help) as Box<dyn fmt::Display>)
    }

    fn source_code(&self) -> Option<&dyn SourceCode> {
        self.place.as_ref().map(|place| &place.file.shown as &dyn SourceCode)
    }

    fn labels(&self) -> Option<Box<dyn Iterator<Item = LabeledSpan> + '_>> {
        let span = self.place.as_ref()?.span.clone();
        Some(Box::new(std::iter::once(LabeledSpan::underline(span))))
    }
}

/// serde's words for the two commonest slips name everything that is known; we name the one that was meant.
fn in_our_words(message: &str) -> (String, Option<String>) {
    // First the word that was found, then the words that are known.
    let mut quoted = message.split('`').skip(1).step_by(2);
    let word = quoted.next().unwrap_or_default();
    let known: Vec<&str> = quoted.collect();
    if message.starts_with("unknown field ") {
        (format!("unknown key `{word}`"), Some(suggest::help(word, known)))
    } else if message.starts_with("unknown variant ") {
        (format!("`{word}` is not understood here"), Some(suggest::help(word, known)))
    } else if message.starts_with("missing field ") {
        (format!("`{word}` is missing"), None)
    } else if let Some((found, expected)) = types_in(message) {
        let list_for_table = found == "map" && expected == "a sequence";
        let help = list_for_table.then(|| "write `[[…]]` for one of several".to_owned());
        (format!("expected {}, found {}", in_plain(expected), in_plain(found)), help)
    } else if message.starts_with("wanted string") {
        ("expected a word in quotes".to_owned(), None)
    } else {
        (message.to_owned(), None)
    }
}

/// What was found and what was expected, if the message is about types.
fn types_in(message: &str) -> Option<(&str, &str)> {
    let rest = message.strip_prefix("invalid type: ").or_else(|| message.strip_prefix("invalid value: "))?;
    rest.rsplit_once(", expected ")
}

/// Names of Rust's types, as people who write TOML call them.
fn in_plain(name: &str) -> &str {
    match name {
        "a sequence" | "sequence" => "a list",
        "map" => "a table",
        "a boolean" => "true or false",
        "a string" => "a text in quotes",
        "u8" => "a number from 0 to 255",
        "a nonzero u16" => "a number from 1 to 65535",
        name if name.starts_with("struct ") => "a table",
        name => name,
    }
}

/// Keeps the number of bytes, so that places stay true.
fn safe_char(c: char) -> Cow<'static, str> {
    match c {
        '\n' | '\t' => Cow::Owned(c.to_string()),
        '\r' => Cow::Borrowed(" "),
        c if is_unsafe_to_show(c) => Cow::Owned("?".repeat(c.len_utf8())),
        c => Cow::Owned(c.to_string()),
    }
}

fn safe_text(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        if is_unsafe_to_show(c) && c != '\n' { out.extend(c.escape_default()) } else { out.push(c) }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::file;

    fn error_in(text: &str) -> ConfigError {
        let source = Arc::new(SourceText::new("/project/keyless.toml".into(), "keyless.toml", text.to_owned()));
        ConfigError::of_toml(&source, &file::parse(text).expect_err(text))
    }

    fn rendered(error: &ConfigError) -> String {
        let mut out = String::new();
        let theme = miette::GraphicalTheme::unicode_nocolor();
        let handler = miette::GraphicalReportHandler::new_themed(theme).with_width(100);
        handler.render_report(&mut out, error).expect("a string takes everything");
        out
    }

    #[test]
    fn every_slip_is_named_with_its_place_and_the_way_to_mend_it() {
        let did_you_mean = |word: &str| Some(format!("did you mean `{word}`?"));
        for (text, place, what, help) in [
            ("severty = 'low'", "1:1", "unknown key `severty`", did_you_mean("severity")),
            ("a = 1", "1:1", "unknown key `a`", None),
            ("\n[rules]\n selec = []", "3:2", "unknown key `selec`", did_you_mean("select")),
            ("[[override]]\npaths = []\nrules = []", "3:1", "unknown key `rules`", None),
            ("[[allow]]\nreasn = 'x'", "2:1", "unknown key `reasn`", did_you_mean("reason")),
            ("[platform]\ndefaults = 'aks'", "2:1", "unknown key `defaults`", did_you_mean("default")),
            ("severity = 'hgh'", "1:12", "`hgh` is not understood here", did_you_mean("high")),
            ("severity = 3", "1:12", "expected a word in quotes", None),
            ("profile = 'gat'", "1:11", "`gat` is not understood here", did_you_mean("gate")),
            ("threads = 0", "1:11", "expected a number from 1 to 65535, found integer `0`", None),
            ("threads = 'x'", "1:11", "expected a number from 1 to 65535, found string \"x\"", None),
            ("decode-depth = 300", "1:16", "expected a number from 0 to 255, found integer `300`", None),
            ("ignore-files = 1", "1:16", "expected true or false, found integer `1`", None),
            ("max-file-size = 'ten'", "1:17", "not a size; write it as 500 KB, 32 MiB or in bytes", None),
            ("max-file-size = '5 GiB'", "1:17", "too large; the most is 4 GiB", None),
            ("exclude = 'a'", "1:11", "expected a list, found string \"a\"", None),
            ("platform = 'aks'", "1:12", "expected a table, found string \"aks\"", None),
            (
                "[allow]\nreason = 'x'",
                "1:1",
                "expected a list, found a table",
                Some("write `[[…]]` for one of several".into()),
            ),
            ("[[allow]]\nrules = ['a']", "1:1", "`reason` is missing", None),
            ("[[allow]]\nreason = ' '", "2:10", "a reason is needed; say why this is accepted", None),
            ("[[allow]]\nreason = 'x'\nuntil = 'soon'", "3:9", "not a day; write it as 2026-12-31", None),
            ("[[allow]]\nreason = 'x'\nregex = '(a'", "3:9", "not a pattern: unclosed group", None),
            (
                "[[allow]]\nreason = 'x'\nsecret-id = 'a'",
                "3:13",
                "not a secret id; reports show it as 32 hex digits",
                None,
            ),
            ("profile = 'gate'\nprofile = 'hook'", "2:1", "duplicate key", None),
            ("exclude = [", "1:12", "unclosed array, expected `]`", None),
            ("# ö\n 'ö' = ", "2:8", "string values must be quoted, expected literal string", None),
        ] {
            let error = error_in(text);
            assert_eq!(error.place(), Some(format!("keyless.toml:{place}")), "{text}");
            assert_eq!(error.to_string(), what, "{text}");
            if let Some(help) = help {
                assert_eq!(error.help, Some(help), "{text}");
            }
        }
    }

    #[test]
    fn the_line_is_shown_with_the_key_underlined() {
        let expected = "  \
  × unknown key `severty`
   ╭─[keyless.toml:2:1]
 1 │ profile = \"gate\"
 2 │ severty = \"low\"
   · ───────
   ╰────
  help: did you mean `severity`?
";
        assert_eq!(rendered(&error_in("profile = \"gate\"\nseverty = \"low\"\n")), expected);
    }

    #[test]
    fn nothing_of_a_hostile_file_moves_the_cursor() {
        for text in
            ["\"\\u001b[2J\" = 1", "# \u{1b}[2J", "severity = \"\\u202e\\u0007\"", "# \u{202e}\nx = 1", "a\rb = 1"]
        {
            let shown = rendered(&error_in(text));
            let moves = |c: char| is_unsafe_to_show(c) && c != '\n';
            assert!(!shown.contains(moves), "{text:?} gives {shown:?}");
        }
    }

    proptest::proptest! {
        #[test]
        fn no_file_is_too_strange_to_complain_about(text in r#"([a-z\[\]="'\n\\{}.,#é\u{1b}\u{202e}-]|severity|allow|rules|exclude| ){0,40}"#) {
            let source = Arc::new(SourceText::new("/x".into(), "x", text.clone()));
            if let Err(error) = file::parse(&text) {
                let error = ConfigError::of_toml(&source, &error);
                let shown = rendered(&error);
                proptest::prop_assert!(!shown.contains(['\u{1b}', '\u{202e}']), "{shown:?}");
            }
        }
    }
}
