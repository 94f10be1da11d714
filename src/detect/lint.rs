//! The steps of a lint: by where its value comes from, and by what the file is for.

use crate::check::class::{self, Class};
use crate::check::jwt;
use crate::document::context::Context;
use crate::model::{Day, Effect, Severity};
use crate::rule::spec::RuleSpec;
use crate::syntax::value::ValueClass;

use super::Match;
use super::judge::{Case, Ended, Judge};

impl Judge<'_, '_> {
    /// A literal is one step worse and a vault one better; a placeholder is worth a note.
    pub(super) fn value_steps(&self, found: &Match, case: &mut Case) -> Result<(), Ended> {
        let Some(value) = found.value else { return Ok(()) };
        case.part("value".to_owned(), value.as_str().to_owned(), None);
        match value {
            ValueClass::Literal | ValueClass::Partial => {
                let layer = self.doc.layer(found.layer);
                let text = found.literal.map(|literal| &layer[literal.range()]).unwrap_or_default();
                let is_short = found.literal.is_some_and(|literal| is_too_short(layer, literal.range()));
                match class_of(text) {
                    Class::Literal | Class::WeakPassword if is_short => {
                        case.step(Severity::Low, "value", "too short for a key");
                    }
                    Class::Literal | Class::WeakPassword
                        if self.place(found).has(Context::TEST) && is_made_up(secret_part(text)) =>
                    {
                        case.placeholder = true;
                        case.step(Severity::Info, "value", "made up for a test");
                    }
                    Class::Literal | Class::WeakPassword => {
                        case.step(case.severity.higher(), "value", value.words());
                    }
                    Class::Known(_) => return Err(Ended("placeholder")),
                    other => {
                        case.placeholder = true;
                        case.step(Severity::Info, "value", other.reason());
                    }
                }
            }
            ValueClass::Nothing => {
                case.placeholder = true;
                case.step(Severity::Info, "value", value.words());
            }
            ValueClass::Vault => case.step(case.severity.lower(), "value", value.words()),
            ValueClass::Param => case.lower("value", value.words()),
            _ => case.reason("value", Effect::Passed, value.words()),
        }
        Ok(())
    }

    /// A bearer token that has expired opens nothing any more.
    pub(super) fn expired_token(&self, found: &Match, case: &mut Case) {
        let Some(literal) = found.literal else { return };
        let text = self.doc.layer(found.layer).get(literal.range()).unwrap_or_default();
        let Some(at) = memchr::memmem::find(text, b"eyJ") else { return };
        let is_of_token = |b: &&u8| b.is_ascii_alphanumeric() || matches!(**b, b'.' | b'-' | b'_' | b'=');
        let length = text[at..].iter().take_while(is_of_token).count();
        let today = self.options.today;
        let read = jwt::check(&text[at..at + length], today.days_since(Day::from_unix(0)) * 86_400);
        let expires = read.parts.iter().find(|(name, _)| *name == "expires").and_then(|(_, day)| Day::parse(day));
        if expires.is_some_and(|day| day.days_since(today) < 0) && case.severity > Severity::Low {
            case.step(Severity::Low, "end", "the token has expired");
        }
    }

    /// When it ends, counted from the day of the scan.
    pub(super) fn ends(&self, found: &Match, spec: &RuleSpec, case: &mut Case) -> Result<(), Ended> {
        let Some(ends) = &spec.ends else { return Ok(()) };
        let part = |wanted: &str| case.parts.iter().find(|(name, ..)| name == wanted);
        let last = match &ends.part {
            Some(wanted) => part(wanted).and_then(|(_, text, _)| last_day(text.as_bytes())),
            None => last_day(&self.doc.layer(found.layer)[found.code.unwrap_or(found.whole).range()]),
        };
        let Some(last) = last else { return Ok(()) };
        let left = last.days_since(self.options.today);
        match (ends.past, ends.high) {
            (Some(past), _) if left < 0 => case.step(past.into(), "end", "it has ended"),
            _ if left < i64::from(ends.days) => return Err(Ended("end")),
            (_, Some(high)) if left > i64::from(high) && case.severity < Severity::High => {
                case.step(Severity::High, "end", format!("in {left} days"));
            }
            _ => {}
        }
        Ok(())
    }

    /// What is written out where a key or password belongs, and is none: a blank, an emulator's, a recorder's.
    pub(super) fn literal_gate(&self, found: &Match) -> Result<(), Ended> {
        // Code was parsed: its own classifier has spoken.
        let (Some(literal), false, None) = (found.literal, found.shaped, found.secret) else { return Ok(()) };
        let text = self.doc.layer(found.layer).get(literal.range()).unwrap_or_default();
        match class::classify(secret_part(text), Some("password"), true) {
            Class::Placeholder(_) | Class::Known(_) | Class::Sanitized(_) => Err(Ended("placeholder")),
            _ => Ok(()),
        }
    }

    /// Tests and samples weigh less unless a literal stands in them; others' code is not judged.
    pub(super) fn lint_context(&self, found: &Match, spec: &RuleSpec, case: &mut Case) -> Result<(), Ended> {
        let context = self.place(found);
        let others = [Context::LOCK, Context::MINIFIED, Context::GENERATED, Context::VENDORED];
        if others.iter().any(|&one| context.has(one)) {
            return Err(Ended("generated"));
        }
        let is_literal = matches!(found.value, Some(ValueClass::Literal | ValueClass::Partial)) && !case.placeholder;
        if context.has(Context::LOCAL_DEV) && !is_literal && spec.severity != crate::rule::spec::Level::Critical {
            return Err(Ended("local development"));
        }
        if context.has(Context::TEST) && !is_literal {
            case.step(case.severity.lower(), "path", "a test");
        } else if context.has(Context::DOCS) || context.has(Context::SAMPLE) {
            case.step(case.severity.lower(), "path", "documentation or sample");
        }
        Ok(())
    }
}

/// Of a text that says nothing against it, the key or password in it is asked too.
fn class_of(text: &[u8]) -> Class {
    let whole = class::classify(text, None, true);
    let part = secret_part(text);
    if whole != Class::Literal || part.is_empty() || part.len() == text.len() {
        return whole;
    }
    match class::classify(part, None, true) {
        blank @ (Class::Placeholder(_) | Class::Sanitized(_) | Class::Known(_)) => blank,
        _ => whole,
    }
}

/// `Endpoint=sb://…;SharedAccessKey=abc123`: the service makes its keys of 32 bytes, which are 44 characters.
///
/// The literal is the whole text, or the key alone.
pub(in crate::detect) fn is_too_short(layer: &[u8], literal: std::ops::Range<usize>) -> bool {
    const NEAR: usize = 240;
    const KEY: &[u8] = b"sharedaccesskey=";
    let Some(text) = layer.get(literal.start.saturating_sub(NEAR)..literal.end) else { return false };
    let lower = text.to_ascii_lowercase();
    let Some(at) = memchr::memmem::rfind(&lower, KEY) else { return false };
    let line = lower[..at].iter().rposition(|b| *b == b'\n').map_or(0, |end| end + 1);
    let key = &text[at + KEY.len()..];
    let length = key.iter().position(|b| b";,&\"'\n".contains(b)).unwrap_or(key.len());
    memchr::memmem::find(&lower[line..at], b"sb://").is_some() && (1..40).contains(&length)
}

/// `TestPassword`, `fake-key`, `secret`, `abc=`: what nobody takes for a secret, in a test. A digit makes a word
/// somebody's, and fewer than eight characters are no key.
pub(in crate::detect) fn is_made_up(text: &[u8]) -> bool {
    // Nothing at all stands before what is put in.
    if (1..8).contains(&text.len()) {
        return true;
    }
    const WORDS: [&[u8]; 8] = [b"test", b"fake", b"dummy", b"mock", b"sample", b"example", b"secret", b"password"];
    let lower = text.to_ascii_lowercase();
    let is_word = || WORDS.iter().any(|word| memchr::memmem::find(&lower, word).is_some());
    !lower.iter().any(u8::is_ascii_digit) && lower.len() <= 40 && is_word()
}

/// The latest day in a text: `2031-05-01`, or the seconds of `se=` in a signature of Service Bus.
fn last_day(text: &[u8]) -> Option<Day> {
    let numbers = |at: usize| text[at..].iter().take_while(|b| b.is_ascii_digit()).count();
    let mut found = None;
    let mut at = 0;
    while at < text.len() {
        let digits = numbers(at);
        let day = match digits {
            4 => text.get(at..at + 10).and_then(|day| Day::parse(std::str::from_utf8(day).ok()?)),
            10 if text[..at].ends_with(b"se=") => std::str::from_utf8(&text[at..at + 10])
                .ok()
                .and_then(|seconds| seconds.parse().ok())
                .map(Day::from_unix),
            _ => None,
        };
        found = found.max(day);
        at += digits.max(1);
    }
    found
}

/// Of a connection string or an address the key or password in it; else all of it.
pub(in crate::detect) fn secret_part(text: &[u8]) -> &[u8] {
    const KEYS: [&[u8]; 7] =
        [b"sharedaccesskey=", b"accountkey=", b"accesskey=", b"clientsecret=", b"password=", b"pwd=", b"secret="];
    let lower = text.to_ascii_lowercase();
    let end = |from: usize| {
        let rest = &text[from..];
        from + rest.iter().position(|b| b";,&\"'\n".contains(b)).unwrap_or(rest.len())
    };
    if let Some(from) = KEYS.iter().find_map(|key| Some(memchr::memmem::find(&lower, key)? + key.len())) {
        return &text[from..end(from)];
    }
    let address = memchr::memmem::find(text, b"://").map(|at| at + 3);
    let user = address.and_then(|from| Some((from, from + memchr::memrchr(b'@', &text[from..])?)));
    match user.and_then(|(from, to)| Some((from + memchr::memchr(b':', &text[from..to])? + 1, to))) {
        Some((from, to)) => &text[from..to],
        None => text,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_day_of_a_text_counts() {
        for (text, day) in [
            ("--start 2026-01-02 --expiry 2031-05-01T00:00Z", Some("2031-05-01")),
            ("se=2031-05-01T00%3A00%3A00Z&st=2030-01-01", Some("2031-05-01")),
            ("SharedAccessSignature sr=a&sig=b&se=1893456000", Some("2030-01-01")),
            ("(Get-Date).AddYears(1)", None),
            ("12345-01-01 2031-13-01 1893456000", None),
        ] {
            assert_eq!(last_day(text.as_bytes()), day.and_then(Day::parse), "{text}");
        }
    }

    #[test]
    fn words_without_a_digit_are_made_up() {
        for (text, expected) in [
            ("TestPassword", true),
            ("fake-client-secret", true),
            ("secret", true),
            ("Test1234", false),
            ("abc=", true),
            ("", false),
            ("k", true),
            ("q8Zr2LmX0vB4nT6w", false),
            ("kJqZrLmXvBnTwYkD", false),
        ] {
            assert_eq!(is_made_up(text.as_bytes()), expected, "{text}");
        }
    }

    #[test]
    fn the_secret_of_a_connection_string_or_address_is_what_counts() {
        for (text, part) in [
            ("AccountName=a;AccountKey=b;EndpointSuffix=c", "b"),
            ("Endpoint=sb://a/;SharedAccessKeyName=n;SharedAccessKey=b", "b"),
            ("Server=a;Password=b", "b"),
            ("postgres://u:b@host/db", "b"),
            ("plain", "plain"),
            ("https://host/path", "https://host/path"),
        ] {
            assert_eq!(secret_part(text.as_bytes()), part.as_bytes(), "{text}");
        }
    }
}
