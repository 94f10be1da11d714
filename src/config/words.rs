//! The values that a configuration and a command line share: profiles, sizes, names of rules.
//!
//! Each is read from the same text in both places, and says itself what is wrong with it.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize};

use crate::model::{Confidence, Day, Severity};

/// What a run is for; picks the thresholds that are not named.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "lowercase")]
pub enum Profile {
    /// A commit hook: only what is proved or unmistakable.
    Hook,
    /// A pull-request gate: what is right in most cases.
    Gate,
    /// A look at everything, also at what is unlikely or needs no action.
    Audit,
}

impl Profile {
    /// All, the strictest about noise first.
    pub const ALL: [Self; 3] = [Self::Hook, Self::Gate, Self::Audit];

    /// The word used in options and configuration.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Hook => "hook",
            Self::Gate => "gate",
            Self::Audit => "audit",
        }
    }

    /// The least confidence it shows.
    pub fn confidence(self) -> Confidence {
        match self {
            Self::Hook => Confidence::High,
            Self::Gate => Confidence::Medium,
            Self::Audit => Confidence::Low,
        }
    }

    /// The least severity it shows.
    pub fn severity(self) -> Severity {
        match self {
            Self::Hook | Self::Gate => Severity::Low,
            Self::Audit => Severity::Info,
        }
    }
}

/// A number of bytes, `32 MiB` or `33554432`; at most 4 GiB, the largest blob we read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct ByteSize(u64);

impl ByteSize {
    /// The largest that may be said.
    pub const MAX: Self = Self(4 << 30);

    /// So many times 1,048,576 bytes.
    pub const fn mebibytes(count: u32) -> Self {
        Self((count as u64) << 20)
    }

    /// As a plain number.
    pub fn bytes(self) -> u64 {
        self.0
    }
}

impl FromStr for ByteSize {
    type Err = String;

    /// `K`, `M`, `G` and `KiB`, `MiB`, `GiB` count 1,024; `KB`, `MB`, `GB` count 1,000.
    fn from_str(text: &str) -> Result<Self, String> {
        let digits = text.len() - text.trim_start_matches(|c: char| c.is_ascii_digit()).len();
        let (number, unit) = text.split_at(digits);
        let factor = match unit.trim().to_ascii_lowercase().as_str() {
            "" | "b" => 1,
            "kb" => 1_000,
            "mb" => 1_000_000,
            "gb" => 1_000_000_000,
            "k" | "kib" => 1 << 10,
            "m" | "mib" => 1 << 20,
            "g" | "gib" => 1 << 30,
            _ => return Err("not a size; write it as 500 KB, 32 MiB or in bytes".into()),
        };
        let number: u64 = number.parse().map_err(|_| "not a size; write it as 500 KB, 32 MiB or in bytes")?;
        match number.checked_mul(factor) {
            Some(bytes) if bytes <= Self::MAX.0 => Ok(Self(bytes)),
            _ => Err("too large; the most is 4 GiB".into()),
        }
    }
}

impl fmt::Display for ByteSize {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            bytes if bytes > 0 && bytes.is_multiple_of(1 << 30) => write!(f, "{} GiB", bytes >> 30),
            bytes if bytes > 0 && bytes.is_multiple_of(1 << 20) => write!(f, "{} MiB", bytes >> 20),
            bytes if bytes > 0 && bytes.is_multiple_of(1 << 10) => write!(f, "{} KiB", bytes >> 10),
            bytes => write!(f, "{bytes} B"),
        }
    }
}

impl<'de> Deserialize<'de> for ByteSize {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = match toml::Value::deserialize(deserializer)? {
            toml::Value::String(text) => text,
            toml::Value::Integer(bytes) => bytes.to_string(),
            _ => String::new(),
        };
        text.parse().map_err(serde::de::Error::custom)
    }
}

/// Names one rule by slug, code or former name, or several by a slug with `*` in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RuleName(String);

impl RuleName {
    /// Does it name the rule that has these names? In any letter case.
    pub fn names<'a>(&self, names: impl IntoIterator<Item = &'a str>) -> bool {
        names.into_iter().any(|name| matches_stars(&self.0, &name.to_ascii_lowercase()))
    }

    /// As it was written, in small letters.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// `*` stands for any text. The pieces between are found from left to right.
fn matches_stars(pattern: &str, name: &str) -> bool {
    let Some((first, rest)) = pattern.split_once('*') else { return pattern == name };
    let Some(mut name) = name.strip_prefix(first) else { return false };
    let (middle, last) = rest.rsplit_once('*').unwrap_or(("", rest));
    for piece in middle.split('*') {
        let Some(at) = name.find(piece) else { return false };
        name = &name[at + piece.len()..];
    }
    name.ends_with(last)
}

impl FromStr for RuleName {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let fits = |c: char| c.is_ascii_alphanumeric() || "-_*".contains(c);
        if text.is_empty() || !text.chars().all(fits) {
            return Err("not a rule's slug or code".into());
        }
        Ok(Self(text.to_ascii_lowercase()))
    }
}

/// The identity of a secret as reports show it: 32 hex digits.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SecretIdText(String);

impl SecretIdText {
    /// In small letters, as a `SecretId` shows itself.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for SecretIdText {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        if text.len() == 32 && text.bytes().all(|b| b.is_ascii_hexdigit()) {
            return Ok(Self(text.to_ascii_lowercase()));
        }
        Err("not a secret id; reports show it as 32 hex digits".into())
    }
}

/// A byte pattern in the syntax of the regex crate, Unicode off, that is known to parse.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pattern(String);

impl Pattern {
    /// The pattern's text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for Pattern {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let parsed = regex_syntax::ParserBuilder::new().unicode(false).utf8(false).build().parse(text);
        match parsed {
            Ok(_) => Ok(Self(text.to_owned())),
            Err(regex_syntax::Error::Parse(error)) => Err(format!("not a pattern: {}", error.kind())),
            Err(regex_syntax::Error::Translate(error)) => Err(format!("not a pattern: {}", error.kind())),
            Err(_) => Err("not a pattern".into()),
        }
    }
}

/// Why something is accepted. Never empty.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Because(String);

impl Because {
    /// The words.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for Because {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let text = text.trim();
        if text.is_empty() {
            return Err("a reason is needed; say why this is accepted".into());
        }
        Ok(Self(text.to_owned()))
    }
}

/// A day, written as a TOML date or in quotes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Until(pub Day);

impl<'de> Deserialize<'de> for Until {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = match toml::Value::deserialize(deserializer)? {
            toml::Value::String(text) => text,
            toml::Value::Datetime(date) => date.to_string(),
            _ => String::new(),
        };
        let day = Day::parse(&text).filter(|_| text.len() == 10);
        day.map(Self).ok_or_else(|| serde::de::Error::custom("not a day; write it as 2026-12-31"))
    }
}

macro_rules! read_from_a_string {
    ($($type:ty),*) => {$(
        impl<'de> Deserialize<'de> for $type {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                String::deserialize(deserializer)?.parse().map_err(serde::de::Error::custom)
            }
        }
    )*};
}

read_from_a_string!(SecretIdText, Pattern, Because);

#[cfg(test)]
mod schema {
    //! What an editor is told of these texts.

    use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};

    use super::*;

    macro_rules! described {
        ($($type:ident => $schema:tt),* $(,)?) => {$(
            impl JsonSchema for $type {
                fn inline_schema() -> bool {
                    true
                }

                fn schema_name() -> std::borrow::Cow<'static, str> {
                    stringify!($type).into()
                }

                fn json_schema(_: &mut SchemaGenerator) -> Schema {
                    json_schema!($schema)
                }
            }
        )*};
    }

    described! {
        ByteSize => {"anyOf": [
            {"type": "integer", "minimum": 0, "maximum": 4_294_967_296_u64},
            {"type": "string", "pattern": "^[0-9]+ ?([KMGkmg]([Ii]?[Bb])?|[Bb])?$"}
        ]},
        RuleName => {"type": "string", "pattern": "^[A-Za-z0-9_*-]+$"},
        SecretIdText => {"type": "string", "pattern": "^[0-9A-Fa-f]{32}$"},
        Pattern => {"type": "string", "format": "regex"},
        Because => {"type": "string", "minLength": 1},
        Until => {"type": "string", "format": "date"},
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_are_read_in_the_units_people_write() {
        for (text, bytes) in [
            ("0", Some(0)),
            ("1048576", Some(1 << 20)),
            ("32 MiB", Some(32 << 20)),
            ("32mib", Some(32 << 20)),
            ("10M", Some(10 << 20)),
            ("5 KB", Some(5_000)),
            ("4 GiB", Some(4 << 30)),
            ("4294967297", None),
            ("5 GiB", None),
            ("99999999999999999999", None),
            ("18446744073709551615 GiB", None),
            ("MiB", None),
            ("1.5 MiB", None),
            ("-1", None),
            ("ten", None),
            ("1 µB", None),
            ("", None),
        ] {
            assert_eq!(text.parse::<ByteSize>().ok().map(ByteSize::bytes), bytes, "{text}");
        }
    }

    #[test]
    fn a_size_is_shown_as_it_could_have_been_written() {
        for bytes in [0, 1, 1_000, 1 << 10, 1 << 20, 33 << 20, 4 << 30] {
            let size = ByteSize(bytes);
            assert_eq!(size.to_string().parse(), Ok(size), "{bytes}");
        }
    }

    #[test]
    fn a_star_stands_for_any_text_and_letter_case_does_not_count() {
        let names = ["azure-storage-account-key", "KS042"];
        for (text, expected) in [
            ("azure-storage-account-key", true),
            ("Azure-Storage-Account-Key", true),
            ("ks042", true),
            ("azure-*", true),
            ("*-key", true),
            ("azure-*-key", true),
            ("*storage*account*", true),
            ("*", true),
            ("azure", false),
            ("*-token", false),
            ("azure-*-azure-*", false),
            ("azure-storage-account-key*key", false),
        ] {
            assert_eq!(text.parse::<RuleName>().expect(text).names(names), expected, "{text}");
        }
    }

    #[test]
    fn words_that_mean_nothing_are_refused() {
        assert!("".parse::<RuleName>().is_err());
        assert!("a b".parse::<RuleName>().is_err());
        assert!("0123".parse::<SecretIdText>().is_err());
        assert!("  ".parse::<Because>().is_err());
        assert_eq!("a(".parse::<Pattern>(), Err("not a pattern: unclosed group".into()));
    }
}
