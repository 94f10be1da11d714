//! Values that stand where a secret belongs: `<your-key>`, `changeme`, `xxxx`, `abcd****`.
//!
//! The whole value is judged, in any letter case. Substrings are never enough: a
//! short word stands by chance in long random text.

#[cfg(test)]
mod tests;

use super::{repetition, words};

/// Why a value is a placeholder. `name`: the key it stands under.
pub fn of(value: &[u8], name: Option<&str>) -> Option<&'static str> {
    if value.len() > 2 && value.starts_with(b"*") && value.ends_with(b"*") {
        return Some("masked");
    }
    if value.len() >= 12 && value[..12].eq_ignore_ascii_case(b"autogenerate") {
        return Some("made by the system");
    }

    let value = trimmed(value);
    if value.is_empty() {
        return Some("empty");
    }
    if repetition::is_filler(value) {
        return Some("one character repeated");
    }
    if value.len() >= 24 && is_typed_over(value) {
        return Some("typed over");
    }
    if value.windows(7).any(|w| w == b"EXAMPLE") && value.len() >= 16 {
        return Some("an example of documentation");
    }
    if value.len() > 200 {
        return None;
    }
    bracketed(value)
        .or_else(|| is_masked(value).then_some("masked"))
        .or_else(|| is_sentinel(value).then_some("stands for nothing"))
        .or_else(|| repetition::is_sequence(value).then_some("a sequence"))
        .or_else(|| name.and_then(|name| repeats(value, name)))
        .or_else(|| wording(value))
}

/// What the recorders of SDK tests write instead of a secret. The whole value counts.
pub fn is_sanitized(value: &[u8]) -> bool {
    #[rustfmt::skip]
    const WORDS: [&[u8]; 21] = [
        b"MA==", b"Kg==", b"fakekey", b"fake-key", b"fake_key", b"fake_token", b"fake_token_placeholder",
        b"dummy_key", b"fakeid", b"faketenant", b"myaccount", b"sas_token", b"replacement", b"hidden",
        b"placeholder", b"redacted", b"sanitized", b"filtered", b"masked", b"removed", b"scrubbed",
    ];
    let inside = value.iter().position(u8::is_ascii_alphanumeric).map_or(value, |at| &value[at..]);
    let end = inside.iter().rposition(|b| b.is_ascii_alphanumeric() || *b == b'=').map_or(0, |at| at + 1);
    let inside = &inside[..end];
    WORDS.iter().any(|word| word.eq_ignore_ascii_case(inside)) || starts_word(inside, b"sanitized")
}

fn starts_word(value: &[u8], word: &[u8]) -> bool {
    value.len() <= 40 && value.get(..word.len()).is_some_and(|head| head.eq_ignore_ascii_case(word))
}

/// Without quotes, spaces and punctuation after it.
pub fn trimmed(value: &[u8]) -> &[u8] {
    let skipped = |b: &u8| b.is_ascii_whitespace() || matches!(b, b'"' | b'\'' | b'`');
    let start = value.iter().position(|b| !skipped(b)).unwrap_or(value.len());
    // `\\"$PASSWORD\\"` within another string.
    let start = start + if value[start..].starts_with(b"\\\"") { 2 } else { 0 };
    let value = &value[start..];
    let end = value.iter().rposition(|b| !skipped(b) && !matches!(b, b',' | b';')).map_or(0, |at| at + 1);
    let kept = &value[..end];
    // Backticks are a command; they are cut only as quotes of Markdown.
    if start > 0 && value.get(end) == Some(&b'`') && kept.contains(&b' ') { value } else { kept }
}

/// `Nbaz0D42MT7qwerty6D/W51ao42r6EJuxR/zEqwerty=`: somebody wrote over a part of it. `AAECAwQF…`: bytes that count.
///
/// Six given letters stand by chance in one key of 44 characters out of a thousand millions.
fn is_typed_over(value: &[u8]) -> bool {
    const COUNTING: [&[u8]; 2] = [b"AAECAwQFBgcICQoLDA0O", b"AQIDBAUGBwgJCgsMDQ4P"];
    memchr::memmem::find(value, b"qwerty").is_some() || COUNTING.iter().any(|begin| value.starts_with(begin))
}

/// The inside of brackets that somebody should fill in: words, separators, little else.
pub(super) fn is_blank(inside: &[u8]) -> bool {
    let plain = |&b: &u8| b.is_ascii_alphanumeric() || !b.is_ascii() || b" _-.:/,'|()*\\?&".contains(&b);
    !inside.is_empty()
        && inside.len() <= 120
        && inside.iter().all(plain)
        && (inside.len() <= 3
            || words::coverage(inside) >= 0.4
            || words::pair_share(inside) >= 0.5
            || repetition::is_filler(inside))
}

fn bracketed(value: &[u8]) -> Option<&'static str> {
    const PAIRS: [(&[u8], &[u8]); 11] = [
        (b"<", b">"),
        (b"&lt;", b"&gt;"),
        (b"&amp;lt;", b"&amp;gt;"),
        (b"&amp;lt;", b"&amp;gt"),
        (b"&lt;", b"&gt"),
        (b"\\u003c", b"\\u003e"),
        (b"\\u003C", b"\\u003E"),
        (b"%3C", b"%3E"),
        (b"[", b"]"),
        (b"{", b"}"),
        (b"(", b")"),
    ];
    for (open, close) in PAIRS {
        if let Some(inside) = value.strip_prefix(open).and_then(|rest| rest.strip_suffix(close)) {
            return is_blank(inside).then_some("a blank to fill in");
        }
    }
    // `prefix-<name>-suffix`
    let open = value.iter().position(|&b| b == b'<')?;
    let close = open + value[open..].iter().position(|&b| b == b'>')?;
    (close - open > 4 && is_blank(&value[open + 1..close])).then_some("a blank to fill in")
}

/// Stars, dots, bullets, eight or more `x` in a row.
fn is_masked(value: &[u8]) -> bool {
    let holds = |text: &[u8]| value.windows(text.len()).any(|w| w == text);
    // In a long value the dots stand for what was left out only between letters, as nothing else has dots there.
    let cut = || value.windows(5).any(|w| w[1..4] == *b"..." && [w[0], w[4]].iter().all(u8::is_ascii_alphanumeric));
    let dotted = holds("…".as_bytes()) || value.ends_with(b"...") || value.len() < 30 && holds(b"...") || cut();
    let crossed = value.windows(6).any(|w| w.iter().all(|&b| b == b'x') || w.iter().all(|&b| b == b'X'))
        || value.windows(8).any(|w| w.iter().all(|&b| b == b'#'))
        || value.len() >= 6 && (value.ends_with(b"xxx") || value.ends_with(b"XXX"));
    holds(b"***") || holds("•••".as_bytes()) || dotted || crossed
}

fn is_sentinel(value: &[u8]) -> bool {
    #[rustfmt::skip]
    const NOTHING: [&str; 30] = [
        "0", "00", "auto", "blank", "default", "empty", "false", "fixme", "ignored", "invalid", "na", "nan",
        "nil", "no", "none", "null", "off", "on", "optional", "required", "string", "tbd", "todo", "true",
        "undefined", "unknown", "unset", "value", "xoauthbasic", "yes",
    ];
    let squashed: Vec<u8> = value.iter().filter(|b| b.is_ascii_alphanumeric() || !b.is_ascii()).copied().collect();
    let squashed = squashed.to_ascii_lowercase();
    squashed.is_empty() || str::from_utf8(&squashed).is_ok_and(|text| NOTHING.binary_search(&text).is_ok())
}

/// The value is the name it stands under, perhaps with digits after it.
fn repeats(value: &[u8], name: &str) -> Option<&'static str> {
    let squash = |text: &[u8]| -> Vec<u8> {
        text.iter().filter(|b| b.is_ascii_alphanumeric()).map(u8::to_ascii_lowercase).collect()
    };
    let path = value.iter().any(|b| matches!(b, b'.' | b':' | b'/'));
    let value = squash(value);
    let last = name.rsplit(['.', ':', '/']).next().unwrap_or(name);
    [name, last].iter().map(|name| squash(name.as_bytes())).find(|name| {
        let rest = value.strip_prefix(name.as_slice());
        name.len() >= 3 && rest.is_some_and(|rest| rest.len() <= 4 && rest.iter().all(u8::is_ascii_digit))
            // `AppSettings_CertificatePassword = "CertificatePassword"`
            || value.len() >= 8 && name.ends_with(&value)
            // `IgnoreUselessPassword = "org.example.IgnoreUselessPassword"`
            || path && name.len() >= 12 && value.ends_with(name)
    })?;
    Some("repeats its name")
}

/// Words that only a placeholder has, alone.
#[rustfmt::skip]
const STRONG: [&str; 34] = [
    "your", "example", "examples", "sample", "dummy", "fake", "mock", "mocked", "stub", "test", "tests",
    "testing", "demo", "foo", "bar", "baz", "foobar", "lorem", "ipsum", "placeholder", "changeme", "replaceme",
    "replace", "insert", "enter", "fill", "redacted", "bogus", "todo", "here", "goes", "unused", "whatever",
    "notasecret",
];
/// Names of secrets: made of words and with one of these, a value is a name and not a secret.
#[rustfmt::skip]
const NOUNS: [&str; 18] = [
    "secret", "secrets", "password", "passwd", "passphrase", "token", "tokens", "apikey", "credential",
    "credentials", "key", "keys", "pwd", "pass", "accesskey", "clientsecret", "supersecret", "mysecret",
];

fn wording(value: &[u8]) -> Option<&'static str> {
    // `ChangeMe123$`: what a policy of passwords wants is written behind it.
    let end = value.iter().rposition(u8::is_ascii_alphabetic).map_or(0, |at| at + 1);
    if value.len() - end <= 6 && is_whole_order(&value[..end]) {
        return Some("a blank to fill in");
    }
    let padding = value.iter().rev().take_while(|b| **b == b'=').count();
    let value = &value[..value.len() - padding];
    // `replacepassword1234$`: what stands behind it satisfies a rule for passwords.
    let end = value.iter().rposition(u8::is_ascii_alphabetic).map_or(0, |at| at + 1);
    if value[..end].iter().all(u8::is_ascii_alphanumeric) && is_order(&value[..end].to_ascii_lowercase()) {
        return Some("a blank to fill in");
    }
    if value.len() > 100 || !value.iter().all(|&b| b.is_ascii_alphanumeric() || b" _-.:/!".contains(&b)) {
        return None;
    }
    let digits = value.iter().filter(|b| b.is_ascii_digit()).count();
    if digits * 5 > value.len() * 2 {
        return None;
    }
    let tokens: Vec<Vec<u8>> = words::tokens(value).map(<[u8]>::to_ascii_lowercase).collect();
    let has = |list: &[&str]| tokens.iter().any(|token| list.iter().any(|word| word.as_bytes() == token.as_slice()));
    if tokens.len() > 1 && has_your(value) {
        return Some("a blank to fill in");
    }
    if is_order(&tokens.concat()) {
        return Some("a blank to fill in");
    }
    // `myawesomeclitoken`, whatever stands between.
    let own = |token: &Vec<u8>| token.len() > 6 && token.starts_with(b"my");
    if digits <= 2
        && tokens.first().is_some_and(own)
        && tokens
            .iter()
            .any(|token| [&b"secret"[..], b"password", b"token", b"apikey"].iter().any(|noun| token.ends_with(noun)))
    {
        return Some("the name of a secret, not one");
    }
    if !tokens.iter().all(|token| words::is_spelled(token)) || tokens.is_empty() {
        return None;
    }
    let inside = |list: &[&str]| {
        tokens.iter().any(|token| list.iter().any(|word| word.len() >= 4 && holds(token, word.as_bytes())))
            || tokens.iter().any(|token| token.len() > 6 && (token.ends_with(b"key") || token.starts_with(b"your")))
    };
    if has(&STRONG) || inside(&["example", "dummy", "sample", "changeme", "placeholder", "your", "fake"]) {
        return Some("words of an example");
    }
    let is_named =
        has(&NOUNS) || inside(&["secret", "password", "token"]) || holds(&tokens.concat(), b"connectionstring");
    is_named.then_some("the name of a secret, not one")
}

/// Does one of its words say that it is none: `Fake-Pass-33`, `dummySecret7`?
///
/// For what a person typed: a long random text holds any word by chance.
pub fn says_so(value: &[u8]) -> bool {
    #[rustfmt::skip]
    const WORDS: [&[u8]; 9] =
        [b"fake", b"dummy", b"example", b"sample", b"placeholder", b"invalid", b"mock", b"bogus", b"notreal"];
    words::tokens(value).any(|token| WORDS.iter().any(|word| token.eq_ignore_ascii_case(word)))
}

/// `your` at the beginning or behind a separator.
fn has_your(value: &[u8]) -> bool {
    let places = value.windows(4).enumerate().filter(|(_, w)| w.eq_ignore_ascii_case(b"your")).map(|(at, _)| at);
    places.into_iter().any(|at| at == 0 || !value[at - 1].is_ascii_alphanumeric())
}

/// `change_me`, `fill-in`: tells the reader what to do.
fn is_order(letters: &[u8]) -> bool {
    #[rustfmt::skip]
    const ORDERS: [&[u8]; 14] = [
        b"changeme", b"changeit", b"changethis", b"replaceme", b"replacepassword", b"changepassword", b"replacethis", b"replacewith", b"fillin",
        b"fillme", b"setme", b"tobechanged", b"tobefilled", b"tobereplaced",
    ];
    letters.len() <= 40 && ORDERS.iter().any(|order| letters.starts_with(order))
}

fn is_whole_order(value: &[u8]) -> bool {
    let letters = value.iter().filter(|b| !matches!(b, b'_' | b'-' | b' ' | b'.')).map(u8::to_ascii_lowercase);
    let letters: Vec<u8> = letters.collect();
    matches!(letters.as_slice(), b"changeme" | b"changeit" | b"changethis" | b"replaceme" | b"replacethis")
}

fn holds(text: &[u8], word: &[u8]) -> bool {
    text.windows(word.len()).any(|w| w == word)
}
