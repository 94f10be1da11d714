//! Directives of other tools that say the same: this is known and accepted.
//!
//! What such a comment covers is what that tool would leave out: its line, the next one, or the block that it
//! stands in or above. A directive that names the other tool's rules covers ours on the same ground (the table
//! below) and nothing else; one that names a rule we do not know covers nothing. The finding is counted and
//! listed as suppressed, with the directive as its reason.

use std::ops::Range;

use super::directive::{Directive, Verb, rest_of_line};
use crate::rule::anchors::DIRECTIVES;

/// So far a block is followed in both directions.
const BLOCK: usize = 64 * 1024;

/// Rules of others, and ours on the same ground.
const GROUND: &[(&str, &[&str])] = &[
    ("CKV_AZURE_1", &["KL322"]),
    ("CKV_AZURE_149", &["KL322"]),
    ("CKV_AZURE_41", &["KL323"]),
    ("CKV_AZURE_78", &["KL307"]),
    ("CKV_AZURE_132", &["KL301"]),
    ("CKV_AZURE_140", &["KL301"]),
    ("CKV_AZURE_184", &["KL301"]),
    ("CKV_AZURE_192", &["KL301"]),
    ("CKV_AZURE_195", &["KL301"]),
    ("CKV_AZURE_203", &["KL301"]),
    ("CKV_AZURE_236", &["KL301"]),
    ("CKV_AZURE_244", &["KL302"]),
    ("CKV2_AZURE_40", &["KL302"]),
    ("CKV2_AZURE_41", &["KL324"]),
    ("CKV_AZURE_239", &["KL303"]),
    ("CKV_AZURE_137", &["KL304"]),
    ("CKV_AZURE_141", &["KL320"]),
    ("CKV_AZURE_71", &["KL308"]),
    ("CKV_AZURE_16", &["KL308"]),
    ("CKV_AZURE_3", &["KL719"]),
    ("CKV_AZURE_14", &["KL719"]),
    ("CKV_AZURE_15", &["KL719"]),
    ("CKV_AZURE_44", &["KL719"]),
    ("CKV_AZURE_52", &["KL719"]),
    ("CKV_AZURE_91", &["KL719"]),
    ("CKV_AZURE_109", &["KL717"]),
    ("CKV_AZURE_110", &["KL717"]),
    ("CKV_AZURE_189", &["KL717"]),
    ("CKV_AZURE_172", &["KL509"]),
    ("azure-keyvault-ensure-secret-expiry", &["KL323"]),
    ("avd-azu-0017", &["KL323"]),
    ("azure-compute-disable-password-authentication", &["KL322"]),
    ("avd-azu-0039", &["KL322"]),
    ("azure-keyvault-specify-network-acl", &["KL717"]),
    ("avd-azu-0013", &["KL717"]),
    ("azure-keyvault-no-purge", &["KL717"]),
    ("avd-azu-0016", &["KL717"]),
    ("azure-storage-use-secure-tls-policy", &["KL719"]),
    ("avd-azu-0011", &["KL719"]),
    ("azure-storage-enforce-https", &["KL719"]),
    ("avd-azu-0008", &["KL719"]),
    ("azure-appservice-account-identity-registered", &["KL308"]),
    ("avd-azu-0002", &["KL308"]),
    ("azure-appservice-enforce-https", &["KL719"]),
    ("general-secrets-no-plaintext-exposure", &["KL312", "KL313"]),
    ("general-secrets-sensitive-in-variable", &["KL311", "KL312"]),
    ("outputs-should-not-contain-secrets", &["KL310"]),
    ("secure-secrets-in-params", &["KL311"]),
    ("secure-parameter-default", &["KL312"]),
    ("protect-commandtoexecute-secrets", &["KL325"]),
    ("use-secure-value-for-secure-inputs", &["KL313"]),
    ("S105", &["KL101", "KL104", "KL108", "KL110", "KL201", "KL202", "KL203", "KL205", "KL206", "KL207", "KL214"]),
    ("S106", &["KL101", "KL102", "KL104", "KL108", "KL110", "KL214"]),
    ("S107", &["KL101", "KL104"]),
    ("S501", &["KL612"]),
    ("S323", &["KL612"]),
    ("S502", &["KL719"]),
    ("S503", &["KL719"]),
];

/// What a directive of another tool covers.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Foreign {
    pub(super) directive: Directive,
    /// The bytes of the block that it is about; `None`: lines as the verb says.
    pub(super) block: Option<Range<usize>>,
}

/// Reads what stands at `at`, the place of one of the words.
pub(super) fn read(text: &[u8], at: usize) -> Option<Foreign> {
    let rest = text.get(at..)?;
    let line = String::from_utf8_lossy(rest_of_line(rest)).into_owned();
    let word = DIRECTIVES.iter().find(|word| line.starts_with(**word))?;
    let tail = &line[word.len()..];
    match *word {
        "allowlist nextline secret" | "CS002:SecretInNextLine" => every(word, Verb::NextLine),
        "secretlint-disable" if tail.starts_with("-next-line") => every(word, Verb::NextLine),
        "secretlint-disable" if tail.starts_with("-line") => every(word, Verb::Ignore),
        "secretlint-disable" => None,
        "kingfisher:ignore" => Some(Foreign { block: None, ..every(word, Verb::Ignore)? }.alone(text, at)),
        "checkov:skip=" => named(word, tail, text, at, |c| matches!(c, ':' | ' ')),
        "tfsec:ignore:" | "trivy:ignore:" => named(word, tail, text, at, |c| c.is_whitespace() || c == '['),
        "#disable-next-line" => {
            let rules = ground(tail.split_whitespace());
            (!rules.is_empty()).then(|| one(&format!("{word}{tail}"), Verb::NextLine, rules, None))
        }
        "noqa" => noqa(text, at, tail),
        _ => every(word, Verb::Ignore),
    }
}

impl Foreign {
    /// On a line of its own it speaks of the next one.
    fn alone(mut self, text: &[u8], at: usize) -> Self {
        self.directive.alone = is_alone(text, at);
        self
    }
}

fn every(word: &str, verb: Verb) -> Option<Foreign> {
    Some(one(word, verb, Vec::new(), None))
}

fn one(reason: &str, verb: Verb, rules: Vec<String>, block: Option<Range<usize>>) -> Foreign {
    let reason = Some(reason.trim().chars().take(120).collect());
    Foreign { directive: Directive { verb, rules, until: None, reason, alone: false }, block }
}

/// A rule by name; about the block that the comment stands in, or stands above.
fn named(word: &str, tail: &str, text: &[u8], at: usize, ends: impl Fn(char) -> bool) -> Option<Foreign> {
    let name = tail.split(ends).next().unwrap_or_default();
    let rules = ground(std::iter::once(name));
    if rules.is_empty() {
        return None;
    }
    let above = is_alone(text, at).then(|| block_below(text, at)).flatten();
    let block = if word.starts_with("checkov") { block_about(text, at).or(above) } else { above };
    Some(one(&format!("{word}{tail}"), Verb::Ignore, rules, block))
}

fn ground<'a>(names: impl Iterator<Item = &'a str>) -> Vec<String> {
    let of = |name: &str| {
        let name = name.trim_matches([',', '"', '\'']);
        GROUND.iter().find(|(known, _)| known.eq_ignore_ascii_case(name)).map(|(_, ours)| *ours)
    };
    names.filter_map(of).flatten().map(|code| (*code).to_owned()).collect()
}

/// `# noqa` alone means every rule; with codes only those of the security linter.
fn noqa(text: &[u8], at: usize, tail: &str) -> Option<Foreign> {
    let before = &text[at.saturating_sub(8)..at];
    if !before.trim_ascii_end().ends_with(b"#") {
        return None;
    }
    let Some(codes) = tail.trim_start().strip_prefix(':') else { return every("noqa", Verb::Ignore) };
    let rules = ground(codes.split([',', ' ']).map(str::trim).filter(|code| !code.is_empty()));
    (!rules.is_empty()).then(|| one(&format!("noqa{tail}"), Verb::Ignore, rules, None))
}

fn is_alone(text: &[u8], at: usize) -> bool {
    let from = at.saturating_sub(256);
    let line = memchr::memrchr(b'\n', &text[from..at]).map_or(from, |end| from + end + 1);
    text[line..at].iter().all(|b| b.is_ascii_whitespace() || b"#/*-;!<".contains(b))
}

/// The block in braces that `at` stands in, from the line of its opening.
fn block_about(text: &[u8], at: usize) -> Option<Range<usize>> {
    let from = at.saturating_sub(BLOCK);
    let mut depth = 0_u32;
    let open = text[from..at].iter().rposition(|b| match b {
        b'}' => {
            depth += 1;
            false
        }
        b'{' if depth > 0 => {
            depth -= 1;
            false
        }
        b'{' => true,
        _ => false,
    })?;
    Some(line_start(text, from + open)..block_end(text, from + open)?)
}

/// The block that opens on the next line that is no comment.
fn block_below(text: &[u8], at: usize) -> Option<Range<usize>> {
    let mut from = at;
    for _ in 0..6 {
        from += memchr::memchr(b'\n', text.get(from..)?)? + 1;
        let line = rest_of_line(text.get(from..)?).trim_ascii();
        if line.is_empty() || line.starts_with(b"#") || line.starts_with(b"//") {
            continue;
        }
        return match memchr::memchr(b'{', line) {
            Some(_) => {
                let open = from + memchr::memchr(b'{', &text[from..])?;
                Some(from..block_end(text, open)?)
            }
            None => Some(from..from + rest_of_line(&text[from..]).len()),
        };
    }
    None
}

fn block_end(text: &[u8], open: usize) -> Option<usize> {
    let end = (open + BLOCK).min(text.len());
    let mut depth = 0_u32;
    let close = text[open..end].iter().position(|b| {
        match b {
            b'{' => depth += 1,
            b'}' => depth = depth.saturating_sub(1),
            _ => return false,
        }
        depth == 0
    })?;
    Some(open + close)
}

fn line_start(text: &[u8], at: usize) -> usize {
    memchr::memrchr(b'\n', &text[..at]).map_or(0, |end| end + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(text: &str, word: &str) -> Option<Foreign> {
        read(text.as_bytes(), text.find(word).expect("the text holds the word"))
    }

    #[test]
    fn a_name_of_another_tool_covers_our_rules_on_the_same_ground() {
        for (text, word, rules) in [
            ("# checkov:skip=CKV_AZURE_137: why", "checkov:skip=", &["KL304"][..]),
            ("#tfsec:ignore:azure-keyvault-ensure-secret-expiry", "tfsec:ignore:", &["KL323"]),
            ("#trivy:ignore:AVD-AZU-0017", "trivy:ignore:", &["KL323"]),
            ("#disable-next-line outputs-should-not-contain-secrets", "#disable-next-line", &["KL310"]),
            ("f(verify=False)  # noqa: S501", "noqa", &["KL612"]),
            ("x = 1  # gitleaks:allow", "gitleaks:allow", &[]),
            ("x = 1  # noqa", "noqa", &[]),
        ] {
            assert_eq!(
                of(text, word).map(|one| one.directive.rules),
                Some(rules.iter().map(ToString::to_string).collect()),
                "{text}"
            );
        }
    }

    #[test]
    fn what_it_does_not_mean_is_not_covered() {
        for (text, word) in [
            ("# checkov:skip=CKV_AWS_1: why", "checkov:skip="),
            ("x = 1  # noqa: E501", "noqa"),
            ("noqa is a word", "noqa"),
            ("#disable-next-line no-unused-params", "#disable-next-line"),
            ("/* secretlint-disable */", "secretlint-disable"),
        ] {
            assert_eq!(of(text, word), None, "{text}");
        }
    }

    #[test]
    fn a_block_is_the_one_about_the_comment_or_below_it() {
        let inside = "resource \"a\" \"b\" {\n  # checkov:skip=CKV_AZURE_137: why\n  x { y = 1 }\n}\nnext {}";
        let block = of(inside, "checkov").and_then(|one| one.block).expect("there is a block");
        assert_eq!(&inside[block], "resource \"a\" \"b\" {\n  # checkov:skip=CKV_AZURE_137: why\n  x { y = 1 }\n");
        let above = "# tfsec:ignore:avd-azu-0017\nresource \"a\" \"b\" {\n  x = 1\n}\n";
        let block = of(above, "tfsec").and_then(|one| one.block).expect("there is a block");
        assert_eq!(&above[block], "resource \"a\" \"b\" {\n  x = 1\n");
    }
}
