//! One directive in a comment: where it counts, and what it says.
//!
//! ```text
//! `keyless:` verb [ `[` rule { `,` rule } `]` ] [ `until=` day ] [ `--` reason ]
//! ```
//!
//! It counts where it begins a comment of any language, follows a space, or begins a
//! line; and only if nothing but itself stands between there and the end of the
//! comment or the line. So text *about* directives is left alone: in backticks, in
//! quotes, or in the middle of a sentence. JSON has no comments, there the value of a
//! key `"//"` or `"_comment"` is one. What begins a comment and is nearly a directive
//! is a [`Read::Problem`]; anywhere else it is prose.

#[cfg(test)]
mod tests;

use crate::model::Day;
use crate::model::path::is_unsafe_to_show;

/// What the place of a `keyless:` holds.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Read {
    /// Something else.
    Prose,
    /// Meant as a directive, and not understood: what is wrong and how to mend it.
    Problem(String),
    /// A directive.
    Directive(Directive),
}

/// What a directive says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Directive {
    pub(super) verb: Verb,
    /// None means every rule.
    pub(super) rules: Vec<String>,
    /// The last day on which it holds.
    pub(super) until: Option<Day>,
    pub(super) reason: Option<String>,
    /// Nothing else stands on its line.
    pub(super) alone: bool,
}

/// What a directive is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Verb {
    Ignore,
    NextLine,
    File,
    Disable,
    Enable,
}

impl Verb {
    const ALL: [(&'static str, Self); 5] = [
        ("ignore", Self::Ignore),
        ("ignore-next-line", Self::NextLine),
        ("ignore-file", Self::File),
        ("disable", Self::Disable),
        ("enable", Self::Enable),
    ];

    /// As it is written.
    pub(super) fn name(self) -> &'static str {
        Self::ALL.iter().find(|(_, verb)| *verb == self).map_or("", |(name, _)| name)
    }
}

const PREFIX: &[u8] = b"keyless:";
/// So much of a line is looked at before and after a directive: a line of 10 MB may hold a million of them.
const BEFORE: usize = 1_024;
const AFTER: usize = 1_024;

/// What ends a comment on its own line.
const CLOSERS: [&str; 9] = ["*/", "-->", "#>", "%>", "#}", "}}", "*@", "*)", "--]]"];
/// What begins a comment; after one of these a mistake is worth a word.
const OPENERS: [&str; 7] = ["#", "//", "/*", "--", ";", "%", "::"];
/// What begins a comment in some languages and means something else in others.
const SOFT_OPENERS: [&str; 3] = ["*", "'", "!"];
/// Keys whose value is a comment, in JSON.
const COMMENT_KEYS: [&str; 4] = ["\"//\"", "\"_comment\"", "\"$comment\"", "\"comment\""];

/// Reads what stands at `at`, the place of a `keyless:`.
pub(super) fn read(text: &[u8], at: usize) -> Read {
    let Some(after) = text.get(at..).and_then(|rest| rest.strip_prefix(PREFIX)) else { return Read::Prose };
    let Some(place) = Place::before(text, at) else { return Read::Prose };
    let line = to_line_end(after);
    let (said, rest) = place.cut(&line);
    let problem = |what: String| if place.is_comment { Read::Problem(what) } else { Read::Prose };
    let (name, tail) = said.split_at(verb_length(said));
    let Some((_, verb)) = Verb::ALL.iter().find(|(known, _)| *known == name) else {
        return nearest_verb(name).map_or(Read::Prose, problem);
    };
    match parse(*verb, tail) {
        Ok(directive) => Read::Directive(Directive { alone: place.is_alone && rest.trim().is_empty(), ..directive }),
        Err(what) => problem(what),
    }
}

/// Does this line only end a comment that began above it?
pub(super) fn only_closes(line: &[u8]) -> bool {
    let line = &line[..line.len().min(AFTER)];
    CLOSERS.iter().any(|closer| closer.as_bytes() == line.trim_ascii())
}

/// The bytes from here to the end of the line.
pub(super) fn rest_of_line(text: &[u8]) -> &[u8] {
    let text = &text[..text.len().min(AFTER)];
    &text[..memchr::memchr2(b'\n', b'\r', text).unwrap_or(text.len())]
}

fn to_line_end(after: &[u8]) -> String {
    String::from_utf8_lossy(rest_of_line(after)).into_owned()
}

/// What stands before a directive on its line.
struct Place {
    /// It begins a comment.
    is_comment: bool,
    /// Only that comment's beginning and white space stand before it.
    is_alone: bool,
    /// What ends the comment, if code may follow it on the line.
    closer: Option<&'static str>,
}

impl Place {
    /// `None` where a directive does not count.
    fn before(text: &[u8], at: usize) -> Option<Self> {
        let from = at.saturating_sub(BEFORE);
        let before = &text[from..at];
        let line_start = memchr::memrchr2(b'\n', b'\r', before).map_or(0, |end| end + 1);
        let whole_line = line_start > 0 || from == 0;
        let before = String::from_utf8_lossy(&before[line_start..]);
        let before = before.trim_start_matches('\u{feff}');
        if before.matches('`').count() % 2 == 1 {
            return None;
        }
        Self::of(before).map(|place| Self { is_alone: place.is_alone && whole_line, ..place })
    }

    fn of(before: &str) -> Option<Self> {
        let trimmed = before.trim_end();
        if let Some(outside) = comment_key(trimmed) {
            let is_alone = outside.trim_matches(|c: char| c.is_whitespace() || "{,".contains(c)).is_empty();
            return Some(Self { is_comment: true, is_alone, closer: Some("\"") });
        }
        let opener = OPENERS.iter().chain(&SOFT_OPENERS).find(|opener| trimmed.ends_with(**opener));
        let is_word = is_rem(trimmed);
        if trimmed.ends_with("://") {
            return None; // an address
        }
        if opener.is_none() && !is_word && !before.is_empty() && trimmed.len() == before.len() {
            return None; // glued to a word, a quote, a bracket
        }
        let is_comment = is_word || opener.is_some_and(|opener| OPENERS.contains(opener));
        let is_alone = is_word || trimmed.chars().all(|c| c.is_whitespace() || "#/*-;'%!:<{@".contains(c));
        let closer = match opener {
            Some(_) if trimmed.ends_with("/*") => Some("*/"),
            Some(_) if trimmed.ends_with("<!--") => Some("-->"),
            _ => None,
        };
        Some(Self { is_comment: is_comment || closer.is_some(), is_alone, closer })
    }

    /// Divides the rest of a line into the directive and the code behind its comment.
    fn cut<'l>(&self, line: &'l str) -> (&'l str, &'l str) {
        if let Some(closer) = self.closer
            && let Some(end) = line.find(closer)
        {
            let rest = &line[end + closer.len()..];
            // what closes the braces of JSON and JSX is no code
            return (line[..end].trim_end(), rest.trim_start_matches([',', ' ', '}']));
        }
        let mut said = line.trim_end();
        while let Some(shorter) = CLOSERS.iter().find_map(|closer| said.strip_suffix(closer)) {
            said = shorter.trim_end();
        }
        (said, "")
    }
}

/// What stands before `"//": "`, if that is what stands there.
fn comment_key(trimmed: &str) -> Option<&str> {
    let key = trimmed.strip_suffix('"')?.trim_end().strip_suffix(':')?.trim_end();
    COMMENT_KEYS.iter().find_map(|known| key.strip_suffix(known))
}

/// The comment word of batch files and old Basic.
fn is_rem(trimmed: &str) -> bool {
    trimmed.trim_start().trim_start_matches('@').eq_ignore_ascii_case("rem")
}

/// Words of small letters with single dashes between them.
fn verb_length(said: &str) -> usize {
    let bytes = said.as_bytes();
    let is_part = |i: usize| match bytes[i] {
        b'a'..=b'z' => true,
        b'-' => i > 0 && bytes.get(i + 1).is_some_and(u8::is_ascii_lowercase),
        _ => false,
    };
    (0..bytes.len()).find(|&i| !is_part(i)).unwrap_or(bytes.len())
}

fn nearest_verb(name: &str) -> Option<String> {
    if name.len() > 24 {
        return None;
    }
    let (distance, known) = Verb::ALL.iter().map(|(known, _)| (strsim::osa_distance(name, known), known)).min()?;
    (distance <= 2).then(|| format!("`keyless:{name}` is not known; did you mean `keyless:{known}`?"))
}

fn parse(verb: Verb, tail: &str) -> Result<Directive, String> {
    let (rules, tail) = parse_rules(tail)?;
    if !(tail.is_empty() || tail.starts_with(char::is_whitespace) || tail.starts_with("--")) {
        return Err(not_understood(tail));
    }
    let (until, tail) = parse_until(tail.trim_start())?;
    let reason = match tail.strip_prefix("--") {
        Some(reason) => clean(reason),
        None if tail.is_empty() => None,
        None => return Err(not_understood(tail)),
    };
    Ok(Directive { verb, rules, until, reason, alone: false })
}

fn parse_rules(tail: &str) -> Result<(Vec<String>, &str), String> {
    let Some(list) = tail.strip_prefix('[') else { return Ok((Vec::new(), tail)) };
    let Some((list, rest)) = list.split_once(']') else {
        return Err("the list of rules is not closed; write `keyless:ignore[rule, rule]`".to_owned());
    };
    let names: Vec<String> = list.split(',').map(|name| name.trim().to_owned()).collect();
    for name in &names {
        check_name(name)?;
    }
    Ok((names, rest))
}

fn check_name(name: &str) -> Result<(), String> {
    match name {
        "" => Err("a rule's name is missing; name rules, or leave the brackets out to mean every rule".to_owned()),
        "*" => Err("`*` names no rule; leave the brackets out to mean every rule".to_owned()),
        _ if name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_') => Ok(()),
        _ => Err(format!("`{}` is not the name of a rule", quoted(name))),
    }
}

fn parse_until(tail: &str) -> Result<(Option<Day>, &str), String> {
    let Some(rest) = tail.strip_prefix("until=") else { return Ok((None, tail)) };
    let (day, rest) = rest.split_once(char::is_whitespace).unwrap_or((rest, ""));
    match Day::parse(day) {
        Some(parsed) if day.len() == 10 => Ok((Some(parsed), rest.trim_start())),
        _ => Err(format!("`until={}` is not a day such as 2026-12-31", quoted(day))),
    }
}

fn not_understood(tail: &str) -> String {
    format!("`{}` is not understood; write ` -- ` before a reason", quoted(tail))
}

/// The longest piece of a rule's name, and more than any word somebody mistypes; a secret is longer.
const PIECE: usize = 14;

/// What was written, for a message. It stands in a line with a secret, and may be the secret itself:
/// what is no word is cut.
pub(super) fn quoted(text: &str) -> String {
    let word = |word: &str| {
        let is_plain = word.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b"-_,.*".contains(&b))
            && word.split(['-', '_', ',', '.']).all(|piece| piece.len() <= PIECE);
        let is_plain = word.chars().count() <= 8 || is_plain && word.len() <= 4 * PIECE;
        if is_plain { word.to_owned() } else { word.chars().take(3).chain(['…']).collect() }
    };
    let words: Vec<String> = clean(text).unwrap_or_default().split_whitespace().map(word).collect();
    words.join(" ")
}

/// A line of a stranger's text, safe to show and of bounded length.
fn clean(text: &str) -> Option<String> {
    let text: String = text.trim().chars().filter(|&c| !is_unsafe_to_show(c)).take(200).collect();
    (!text.is_empty()).then_some(text)
}
