//! Passwords: any literal may be one, so it is asked how well known and where it is used.

mod known;

use crate::model::Severity;

use super::{Checked, entropy, host, percent, placeholder, repetition, shape, words};
pub use known::is_well_known;
use known::{Fold, folded};

/// What stands beside a password.
#[derive(Clone, Copy, Debug, Default)]
pub struct Beside<'a> {
    /// The key it stands under.
    pub name: Option<&'a str>,
    /// The user of the same connection string or URL.
    pub user: Option<&'a str>,
    /// The server of the same connection string or URL, with or without a port.
    pub host: Option<&'a str>,
}

/// Grades a literal password.
///
/// Well-known, self-equal and local ones are `low`; placeholders and prose are refuted,
/// and so is a weak one on a host that exists only in documentation.
pub fn check(value: &[u8], beside: &Beside<'_>) -> Checked {
    let decoded = percent::decode(value);
    let value = decoded.as_ref();
    let known = is_well_known(value);
    if let Some(reason) = placeholder::of(value, beside.name).filter(|_| !known) {
        return Checked::refuted(reason);
    }
    if let Some(reason) = no_password(value) {
        return Checked::refuted(reason);
    }
    let weak = if known {
        Some("a well-known password")
    } else if beside.user.is_some_and(|user| user.as_bytes().eq_ignore_ascii_case(value)) {
        Some("the user's name as password")
    } else if value.len() <= 8 && value.iter().all(u8::is_ascii_digit) {
        Some("a short number")
    } else if is_plain(value) || is_kebab(value) || is_respelled(value) || is_self_named(value) || is_label(value) {
        Some("a word, perhaps with a number")
    } else if placeholder::says_so(value) && entropy::grade(value) != entropy::Grade::Strong {
        Some("says itself that it is none")
    } else {
        None
    };
    let reserved = beside.host.is_some_and(host::is_reserved);
    let local = beside.host.is_some_and(host::is_local);
    match weak {
        Some(_) if known && is_blank_pair(value, beside.user) => Checked::refuted("user and password of an example"),
        Some(_) if reserved => Checked::refuted("a weak password on a host of documentation"),
        Some(reason) => Checked::doubtful(reason).severity(Severity::Low),
        None if reserved => Checked::doubtful("a password on a host of documentation"),
        None if local => Checked::plausible("a literal password, for this machine").severity(Severity::Low),
        None => Checked::plausible("a literal password"),
    }
}

/// May it be the password of a server that Azure runs? They ask for eight characters of three classes.
pub fn azure(value: &[u8]) -> Checked {
    let decoded = percent::decode(value);
    if decoded.len() >= 8 && classes(&decoded) >= 3 {
        Checked::plausible("as long and varied as the service asks for")
    } else {
        Checked::doubtful("shorter or plainer than the service accepts")
    }
}

/// Small letters, capitals, digits, signs: how many of them are there?
fn classes(value: &[u8]) -> usize {
    let any = |class: fn(&u8) -> bool| usize::from(value.iter().any(class));
    any(u8::is_ascii_lowercase) + any(u8::is_ascii_uppercase) + any(u8::is_ascii_digit) + any(u8::is_ascii_punctuation)
}

/// Did a machine make it, or somebody who typed at random? Ten characters of three classes and no words in them,
/// read with their `0` and `@` as letters; or what is random by every measure.
///
/// Whoever writes an example takes words.
pub fn is_made(value: &[u8]) -> bool {
    let calm = shape::transitions(value) * 2 < value.len();
    let spoken = calm && words::pair_share(value) >= 0.65 && value.len() < 32;
    // Letters that no keyboard of ASCII has are of a language.
    if spoken || value.iter().any(|b| *b == b' ' || !b.is_ascii()) {
        return false;
    }
    if entropy::grade(value) == entropy::Grade::Strong {
        return true;
    }
    let is_graphic = value.iter().all(u8::is_ascii_graphic);
    if !(10..=64).contains(&value.len()) || classes(value) < 3 || !is_graphic || entropy::plain_shape(value).is_some() {
        return false;
    }
    let changes = shape::transitions(value) * 2 >= value.len();
    let worded = |fold| {
        let folded = folded(value, fold);
        words::coverage(folded.as_bytes()) >= 0.35 || words::pair_share(folded.as_bytes()) >= 0.6
    };
    changes && !repetition::is_sequence(value) && !worded(Fold::Letters) && !worded(Fold::Symbols)
}

/// `User ID=YourUserName;Password=password`: both say what to put there.
fn is_blank_pair(value: &[u8], user: Option<&str>) -> bool {
    const USERS: [&str; 12] = [
        "account",
        "id",
        "login",
        "loginname",
        "myuser",
        "myusername",
        "name",
        "user",
        "userid",
        "username",
        "youruser",
        "yourusername",
    ];
    const WORDS: [&str; 7] = ["mypassword", "pass", "passwd", "password", "pwd", "secret", "yourpassword"];
    let user = user.map(|user| folded(user.as_bytes(), Fold::Letters));
    user.is_some_and(|user| USERS.contains(&user.as_str()))
        && value.iter().all(|b| b.is_ascii_alphabetic() || b"-_ ".contains(b))
        && WORDS.contains(&folded(value, Fold::Letters).as_str())
}

/// Words alone, or with a number behind them, that no server with rules for passwords accepts: `bobspassword`, `hawaii50`.
///
/// Three classes of characters are what Azure and Windows ask for, so `thisIsDog11` is none of these.
pub(super) fn is_plain(value: &[u8]) -> bool {
    let letter = |b: u8| b.is_ascii_alphabetic() || !b.is_ascii();
    // `wrong!`, `unchanged!!`
    let cries = value.iter().rev().take_while(|&&b| b == b'!').count();
    let word = &value[..value.len() - cries];
    if cries > 0
        && word[1.min(word.len())..].iter().all(u8::is_ascii_lowercase)
        && (words::is_word(word) || word.len() >= 5 && words::pair_share(word) >= 0.6)
    {
        return true;
    }
    let digits = value.iter().rev().take_while(|b| b.is_ascii_digit()).count();
    let word = &value[..value.len() - digits];
    if word.is_empty() || !word.iter().all(|&b| letter(b) || b"-_ .,:@%/".contains(&b)) {
        return false;
    }
    let mixed = word.iter().any(u8::is_ascii_uppercase) && word.iter().any(u8::is_ascii_lowercase);
    if digits > 0 && (digits > 4 || mixed && value.len() >= 8) {
        return false;
    }
    // Of random letters a third are frequent pairs: short ones may have half. Nobody changes case at every third letter.
    let calm = shape::transitions(word) * 3 < word.len();
    word.len() < 12 || words::coverage(word) >= 0.4 || calm && words::pair_share(word) >= 0.65
}

/// `Zaboravljena lozinka`: words with spaces between them and nothing else, in any language.
///
/// Letters that a machine made change case within a word, and few people put spaces into a password.
fn is_label(value: &[u8]) -> bool {
    let letter = |b: &u8| b.is_ascii_alphabetic() || !b.is_ascii() || matches!(b, b'\'' | b'-' | b'\\');
    let word = |word: &[u8]| {
        let inside = word.strip_suffix(b":").or(word.strip_suffix(b".")).or(word.strip_suffix(b"?")).unwrap_or(word);
        inside.iter().all(letter) && inside.iter().skip(1).all(|b| !b.is_ascii_uppercase())
    };
    value.contains(&b' ') && value.split(|&b| b == b' ').all(word)
}

/// `backend1-future`, `connected-workspace-v2`: a name that somebody gave, in small letters.
fn is_kebab(value: &[u8]) -> bool {
    let segments = || value.split(|b| matches!(b, b'-' | b'_'));
    let named = |segment: &[u8]| {
        let letters = segment.iter().take_while(|b| b.is_ascii_lowercase()).count();
        let (word, number) = segment.split_at(letters);
        (1..=2).contains(&letters) && number.len() <= 2 && number.iter().all(u8::is_ascii_digit)
            || number.len() <= 2 && number.iter().all(u8::is_ascii_digit) && words::coverage(word) >= 0.8
    };
    segments().count() > 1 && value.len() <= 64 && segments().all(named)
}

/// `unkn0wn`: one word in small letters, some of them written as digits.
fn is_respelled(value: &[u8]) -> bool {
    value.len() <= 10
        && value.iter().all(|b| b.is_ascii_lowercase() || b"013457".contains(b))
        && words::is_word(folded(value, Fold::Digits).as_bytes())
}

/// `5GHzPassword`, `AppPassword2`: says what it is, with a few characters before it.
fn is_self_named(value: &[u8]) -> bool {
    let digits = value.iter().rev().take_while(|b| b.is_ascii_digit()).count();
    let word = &value[..value.len() - digits];
    let Some(at) = word.len().checked_sub(b"password".len()) else { return false };
    word[at..].eq_ignore_ascii_case(b"password")
        && at <= 7
        && digits <= 2
        && value.iter().all(|b| b.is_ascii_alphanumeric() || *b == b'.')
}

fn no_password(value: &[u8]) -> Option<&'static str> {
    if value.len() > 512 {
        return Some("too long for a password");
    }
    if shape::is_sentence(value) {
        return Some("prose");
    }
    if value.ends_with(b" {") {
        return Some("code that opens a block");
    }
    if shape::is_owner(value) || shape::is_remote_path(value) {
        return Some("a place or an owner");
    }
    if shape::is_injection(value) {
        return Some("an attack on a database, as tests make");
    }
    match entropy::plain_shape(value) {
        // Numbers, dates, names and words are poor passwords, but passwords.
        Some(
            reason @ ("a path"
            | "an address without a password"
            | "a call"
            | "markup"
            | "a format string"
            | "a pattern"
            | "settings without a secret"),
        ) => Some(reason),
        _ => None,
    }
}

#[cfg(test)]
mod tests;
