//! Was it made by a machine? By alphabet, length, words and entropy.
//!
//! One threshold cannot work: random hex has 3.6 bits a character, a camelCase name
//! of the same length up to 4.1. So the entropy is compared with what random text of
//! the same alphabet and length has, and words, letter pairs and changes of class
//! speak as well.

use super::{Checked, base64, guid, placeholder, shape, words};

/// How random a value looks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Grade {
    /// Nobody types that.
    Strong,
    /// Chosen by a person, or too short to tell.
    Weak,
    /// Not a secret at all, and why.
    Hopeless(&'static str),
}

/// Bits a character by the frequencies in the text itself (Shannon); 0 for an empty one.
pub fn shannon(text: &[u8]) -> f64 {
    let mut counts = [0_u32; 256];
    text.iter().for_each(|&b| counts[usize::from(b)] += 1);
    let length = text.len() as f64;
    let bits = |&count: &u32| {
        let share = f64::from(count) / length;
        -share * share.log2()
    };
    counts.iter().filter(|&&c| c > 0).map(bits).sum()
}

/// The mean of [`shannon`] over random texts of this length from `symbols` characters.
pub fn expected(length: usize, symbols: usize) -> f64 {
    if length == 0 || symbols < 2 {
        return 0.0;
    }
    // The number of times one character stands in the text is binomial; sum its share of the entropy.
    let (n, p) = (length.min(512) as f64, 1.0 / symbols as f64);
    let mut chance = (1.0 - p).powf(n);
    let mut bits = 0.0;
    let mut count = 0.0;
    while count < n {
        chance *= (n - count) / (count + 1.0) * p / (1.0 - p);
        count += 1.0;
        bits += chance * count / n * (n / count).log2();
    }
    bits * symbols as f64
}

/// Size of the smallest usual alphabet that has all characters of the text.
pub fn alphabet(text: &[u8]) -> usize {
    let any = |class: fn(&u8) -> bool| text.iter().any(class);
    // Hexadecimal in groups stays hexadecimal: tokens of static web apps have a GUID in the middle.
    let dashes = text.iter().filter(|&&b| b == b'-').count();
    let digits: Vec<u8> = text.iter().copied().filter(|&b| b != b'-').collect();
    if dashes * 8 <= text.len() && shape::is_hex(&digits) && any(u8::is_ascii_digit) {
        return (if digits.iter().all(u8::is_ascii_digit) { 10 } else { 16 }) + usize::from(dashes > 0);
    }
    let letters = 26 * (usize::from(any(u8::is_ascii_lowercase)) + usize::from(any(u8::is_ascii_uppercase)));
    let digits = if any(u8::is_ascii_digit) { 10 } else { 0 };
    let others = text.iter().filter(|b| !b.is_ascii_alphanumeric());
    let symbols = match others.clone().count() {
        0 => 0,
        _ if others.clone().all(|b| b"+/=".contains(b)) || others.clone().all(|b| b"-_=".contains(b)) => 2,
        _ if others.clone().all(|b| b"-_.~".contains(b)) => 4,
        _ => 32,
    };
    (letters + digits + symbols).max(2)
}

/// How random the value looks. Shapes that are no secrets are named.
pub fn grade(value: &[u8]) -> Grade {
    if let Some(shape) = plain_shape(value) {
        return Grade::Hopeless(shape);
    }
    if value.len() < 8 {
        return Grade::Weak;
    }
    let head = &value[..value.len().min(512)];
    let body = base64::unpadded(head);
    let symbols = alphabet(body);
    let short_of = expected(body.len(), symbols) - shannon(body);
    let wordy = words::coverage(body) >= 0.5;
    if wordy && shape::is_named(value) {
        return Grade::Hopeless("a name made of words");
    }
    let changes = shape::transitions(body) as f64 / expected_transitions(body).max(1.0);
    let letters = body.iter().filter(|b| b.is_ascii_alphabetic()).count();
    // Letters alone of both cases: a third of random pairs are frequent ones, and most of those in names.
    let letters_alone = body.len() >= 20 && symbols >= 52 && words::pair_share(body) < 0.65;
    let mixed = body.iter().any(u8::is_ascii_digit) || letters_alone;
    // A third of random pairs are frequent ones too: only calm text of letters is held against them.
    let like_english = words::pair_share(body) >= 0.62 && changes < 0.7 && letters * 5 >= body.len() * 4;
    if body.len() >= 16 && short_of <= 0.55 && mixed && !wordy && changes >= 0.4 && !like_english {
        Grade::Strong
    } else if !mixed && like_english && shape::is_named(value) {
        Grade::Hopeless("a name")
    } else {
        Grade::Weak
    }
}

/// Made by a machine, or refuted; what is too short to tell is doubtful.
pub fn random(value: &[u8]) -> Checked {
    match grade(value) {
        Grade::Strong => Checked::plausible("looks made by a machine"),
        Grade::Weak if value.len() >= 24 && words::coverage(value) >= 0.5 => Checked::refuted("made of words"),
        Grade::Weak => Checked::doubtful("not clearly made by a machine"),
        Grade::Hopeless(reason) => Checked::refuted(reason),
    }
}

/// `bXlmdW5jdGlvbmF1dGh0ZXN0`: base64 of letters that make words.
fn spells_words(value: &[u8]) -> bool {
    let letter = |b: &u8| b.is_ascii_alphabetic() || b" _-.".contains(b);
    base64::decode(value).is_some_and(|text| text.iter().all(letter) && words::coverage(&text) >= 0.6)
}

/// As [`random`], for a value under a name that promises a secret: a weak one is doubtful, what is none is refuted.
pub fn graded(value: &[u8], name: Option<&str>) -> Checked {
    if let Some(reason) = placeholder::of(value, name) {
        return Checked::refuted(reason);
    }
    if value.len() >= 16 && spells_words(value) {
        return Checked::doubtful("base64 of words");
    }
    match grade(value) {
        Grade::Strong => Checked::plausible("looks made by a machine"),
        Grade::Weak if value.len() < 6 => Checked::refuted("too short for a secret"),
        Grade::Weak => Checked::doubtful("a literal, but not clearly made by a machine"),
        Grade::Hopeless(reason) => Checked::refuted(reason),
    }
}

/// Letters of both cases and a digit? One of sixty random texts of 24 characters has none: their case changes all the time.
pub fn mixed_case(value: &[u8]) -> Checked {
    let any = |class: fn(&u8) -> bool| value.iter().any(class);
    let restless = || value.len() >= 16 && shape::transitions(value) * 3 >= value.len() && words::coverage(value) < 0.5;
    let digit = any(u8::is_ascii_digit) || restless();
    if any(u8::is_ascii_lowercase) && any(u8::is_ascii_uppercase) && digit {
        Checked::plausible("letters of both cases and digits")
    } else {
        Checked::refuted("not of both cases and digits")
    }
}

/// What random text with the same classes of characters would have.
fn expected_transitions(text: &[u8]) -> f64 {
    let classes: [fn(&u8) -> bool; 3] = [u8::is_ascii_lowercase, u8::is_ascii_uppercase, u8::is_ascii_digit];
    let length = text.len() as f64;
    let shares = classes.map(|class| text.iter().filter(|b| class(b)).count() as f64 / length);
    let symbols = 1.0 - shares.iter().sum::<f64>();
    let same: f64 = shares.iter().map(|s| s * s).sum::<f64>() + symbols * symbols;
    (length - 1.0) * (1.0 - same)
}

type Shape = fn(&[u8]) -> bool;

/// The name of a shape that holds no secret.
pub fn plain_shape(value: &[u8]) -> Option<&'static str> {
    let shapes: [(Shape, &'static str); 13] = [
        (shape::is_number, "a number"),
        (shape::is_date, "a date"),
        (shape::is_version, "a version"),
        (shape::is_colour, "a colour"),
        (shape::is_email, "an e-mail address"),
        (shape::is_plain_url, "an address without a password"),
        (shape::is_path, "a path"),
        (shape::is_sentence, "prose"),
        (shape::is_dotted_name, "a name with dots"),
        (shape::is_call, "a call"),
        (is_markup, "markup"),
        (shape::is_pattern, "a pattern"),
        (shape::is_settings, "settings without a secret"),
    ];
    if guid::parse(value).is_some() {
        return Some("a GUID");
    }
    if value.iter().filter(|b| !b.is_ascii()).count() * 4 > value.len() {
        return Some("text that is not English");
    }
    shapes.into_iter().find(|(shape, _)| shape(value)).map(|(_, name)| name).or_else(|| text_shape(value))
}

fn is_markup(value: &[u8]) -> bool {
    value.starts_with(b"<")
        && value.ends_with(b">")
        && value.len() > 2
        && value[1..].iter().any(|&b| b == b'/' || b == b' ')
}

/// Format strings, media types, lists of names.
fn text_shape(value: &[u8]) -> Option<&'static str> {
    let format = value.windows(2).any(|w| matches!(w, b"%s" | b"%d" | b"%v" | b"%@" | b"{}"))
        || value.windows(3).any(|w| w[0] == b'{' && w[1].is_ascii_digit() && w[2] == b'}');
    let leftover: Vec<u8> = value.iter().copied().filter(u8::is_ascii_alphabetic).collect();
    if format && words::coverage(&leftover) >= 0.4 {
        return Some("a format string");
    }
    let parts: Vec<&[u8]> = value.split(|b| b"/,; |+=".contains(b)).filter(|part| !part.is_empty()).collect();
    (parts.len() >= 2 && parts.iter().all(|part| shape::is_named(part) || shape::is_dotted_name(part)))
        .then_some("a list of names")
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::check::Outcome;

    /// Measured means of the catalogue.
    #[test]
    fn the_expected_entropy_is_what_was_measured() {
        for (length, symbols, mean) in [
            (20, 16, 3.36),
            (32, 16, 3.61),
            (40, 16, 3.70),
            (64, 16, 3.82),
            (52, 32, 4.50),
            (24, 62, 4.24),
            (36, 62, 4.66),
            (40, 64, 4.78),
            (88, 64, 5.40),
            (40, 66, 4.79),
        ] {
            let found = expected(length, symbols);
            assert!((found - mean).abs() < 0.05, "{length} of {symbols}: {found}");
        }
    }

    #[test]
    fn machine_made_values_are_strong_and_names_hopeless() {
        for value in [
            "k3Jx9QmT7vLp2Rw8Zb5Nc4Yd",
            "f3a9c0e17b52d846aa01c9b3e5d7f208",
            "3vR1mT6yK8qW0bN5xZ2cL7jH4gF9dS1aPo0uYtEiQrM=",
            "tr6gz33frezeagkmgrlw2wkelviiwc6wb4czej7nj53lg3qtklkq",
            "p7.kQ~x2_Zt9-Lw4Vb8.Nc5~Rf1_Hs6-Md",
        ] {
            assert_eq!(grade(value.as_bytes()), Grade::Strong, "{value}");
        }
        for value in [
            "primaryButtonClickHandler",
            "reset-password-link",
            "application/json",
            "read,write,delete",
            "https://contoso.com/path",
            "Enter your password here please",
            "1.2.3-alpha",
            "2024-03-07T02:50:56.464790+00:00",
            "7b1cf3a2-93a4-4a5e-8a53-9c1c7e4dbb20",
            "/etc/ssl/private/server.key",
            "#1a2b3c",
            "1234567890",
            "user %s logged in",
            "пароль",
            "schwarzenegger",
            "MY_CLIENT_SECRET_NAME",
            "System.Text.Json.Serializer",
        ] {
            assert!(matches!(grade(value.as_bytes()), Grade::Hopeless(_)), "{value}: {:?}", grade(value.as_bytes()));
        }
    }

    #[test]
    fn what_people_choose_is_doubtful_under_a_name() {
        for (value, expected) in [
            ("kX9-vTq2.mZ7w", Outcome::Doubtful),
            ("Tr0ub4dor&3", Outcome::Doubtful),
            ("PnPGraphBot_ConversationId", Outcome::Doubtful),
            ("qWxKzJvRbNpTgLmDfHsYcQ", Outcome::Plausible),
            ("k3Jx9QmT7vLp2Rw8Zb5Nc4Yd", Outcome::Plausible),
            ("<your-key>", Outcome::Refuted),
            ("abc", Outcome::Refuted),
        ] {
            assert_eq!(graded(value.as_bytes(), Some("apiKey")).outcome, expected, "{value}");
        }
    }

    #[test]
    fn both_cases_and_a_digit_are_asked_for() {
        for (value, expected) in [
            ("aB3", Outcome::Plausible),
            ("ab3", Outcome::Refuted),
            ("AB3", Outcome::Refuted),
            ("aBc", Outcome::Refuted),
            ("LTAIVKpVyluDOXTwUeTuaFAH", Outcome::Plausible),
            ("primaryButtonClickHandler", Outcome::Refuted),
        ] {
            assert_eq!(mixed_case(value.as_bytes()).outcome, expected, "{value}");
        }
    }

    proptest! {
        #[test]
        fn no_input_makes_it_panic(value: Vec<u8>, text: String) {
            random(&value);
            graded(text.as_bytes(), Some(&text));
            expected(value.len(), alphabet(&value));
        }
    }
}
