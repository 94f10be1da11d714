//! Plain shapes: dates, numbers, versions, addresses, paths, names.
//!
//! Small questions about a whole value, with no opinion on what follows from them.

use super::words;
use crate::model::Day;

/// Different bytes.
pub fn distinct(text: &[u8]) -> usize {
    let mut seen = [false; 256];
    text.iter().for_each(|&b| seen[usize::from(b)] = true);
    seen.iter().filter(|&&s| s).count()
}

/// Changes between small letter, capital, digit and symbol.
pub fn transitions(text: &[u8]) -> usize {
    let class = |b: u8| match b {
        b'a'..=b'z' => 0,
        b'A'..=b'Z' => 1,
        b'0'..=b'9' => 2,
        _ => 3,
    };
    text.windows(2).filter(|pair| class(pair[0]) != class(pair[1])).count()
}

/// A connection string without a secret, `Server=h;Trusted_Connection=True`, or cut off before it, `host:6380,password=`.
pub fn is_settings(text: &[u8]) -> bool {
    const FIRST: [&[u8]; 7] =
        [b"server=", b"data source=", b"endpoint=", b"host=", b"hostname=", b"accountendpoint=", b"address="];
    const SECRETS: [&str; 7] = ["password", "pwd", "secret", "key", "token", "sig", "credential"];
    let says = |name: &[u8]| {
        let name = String::from_utf8_lossy(name).to_ascii_lowercase();
        SECRETS.iter().any(|word| name.ends_with(word))
    };
    if let Some(begun) = text.strip_suffix(b"=") {
        let at = begun.iter().rposition(|b| matches!(b, b',' | b';' | b'&' | b'?'));
        return at.is_some_and(|at| says(&begun[at + 1..]));
    }
    let text = text.strip_suffix(b"\\n").unwrap_or(text);
    let begins = |word: &&[u8]| text.get(..word.len()).is_some_and(|head| head.eq_ignore_ascii_case(word));
    FIRST.iter().any(begins)
        && text.split(|&b| b == b';').map(<[u8]>::trim_ascii).filter(|part| !part.is_empty()).all(|part| {
            let name = &part[..part.iter().position(|&b| b == b'=').unwrap_or(0)];
            let plain = name.iter().all(|&b| b.is_ascii_alphabetic() || b" _".contains(&b));
            (2..=40).contains(&name.len()) && plain && !says(name.trim_ascii_end())
        })
}

/// `2024-03-07`, with any time after it; also with `/` or `.` between.
pub fn is_date(text: &[u8]) -> bool {
    let Some(date) = text.get(..10) else { return false };
    let dashed: Vec<u8> = date.iter().map(|&b| if matches!(b, b'/' | b'.') { b'-' } else { b }).collect();
    let day = str::from_utf8(&dashed).ok().and_then(Day::parse);
    // Versions of Azure's interfaces: `2024-05-01-preview`.
    let stage = [&b"-preview"[..], b"-privatepreview", b"-alpha", b"-beta"]
        .iter()
        .any(|stage| text[10..].eq_ignore_ascii_case(stage));
    day.is_some() && (stage || text[10..].iter().all(|&b| b.is_ascii_digit() || b"T:.+-Zz ".contains(&b)))
}

/// Digits with signs, separators, one exponent or a `0x` before them.
pub fn is_number(text: &[u8]) -> bool {
    let digits = text.strip_prefix(b"0x").or_else(|| text.strip_prefix(b"0X"));
    if let Some(hex) = digits {
        return (1..=16).contains(&hex.len()) && hex.iter().all(u8::is_ascii_hexdigit);
    }
    text.iter().any(u8::is_ascii_digit) && text.iter().all(|&b| b.is_ascii_digit() || b"+-.,_: /()".contains(&b))
}

/// `1.2.3`, `v4.0.0-alpha.1+build`, `^16.2.0`, `>=3.8,<4`.
pub fn is_version(text: &[u8]) -> bool {
    let start = text.iter().position(|b| !b"v^~=<>! ".contains(b)).unwrap_or(0);
    let text = &text[start..];
    let numbers = text.iter().take_while(|&&b| b.is_ascii_digit() || b == b'.').count();
    let dots = text[..numbers].iter().filter(|&&b| b == b'.').count();
    let rest = &text[numbers..];
    dots >= 1
        && text.first().is_some_and(u8::is_ascii_digit)
        && rest.len() <= 24
        && (rest.is_empty() || b"-+,. <abr".contains(&rest[0]))
        && rest.iter().all(|&b| b.is_ascii_alphanumeric() || b".-+,<>=~ *".contains(&b))
}

/// One case of hexadecimal digits.
pub fn is_hex(text: &[u8]) -> bool {
    let digits = |upper: fn(&u8) -> bool| text.iter().all(|b| b.is_ascii_digit() || b.is_ascii_hexdigit() && upper(b));
    !text.is_empty() && (digits(u8::is_ascii_lowercase) || digits(u8::is_ascii_uppercase))
}

/// A name that a person gave: letters in words, few digits, `_` or `-` between.
pub fn is_named(text: &[u8]) -> bool {
    let text = text.strip_prefix(b"_").unwrap_or(text);
    if !(1..=64).contains(&text.len()) || !text.iter().all(|&b| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'-')) {
        return false;
    }
    let digits = text.iter().filter(|b| b.is_ascii_digit()).count();
    let letters = text.iter().filter(|b| b.is_ascii_alphabetic()).count();
    if !text[0].is_ascii_alphabetic() || digits * 4 > text.len() {
        return false;
    }
    if letters <= 3 {
        return true;
    }
    let calm = transitions(text) * 3 <= text.len();
    words::coverage(text) >= 0.6 || calm && words::pair_share(text) >= 0.55
}

/// Names with dots, `::` or `->` between them, at least two.
pub fn is_dotted_name(text: &[u8]) -> bool {
    let mut count = 0;
    let segments = text.split(|&b| matches!(b, b'.' | b':' | b'>'));
    for segment in segments.map(|s| s.strip_suffix(b"-").unwrap_or(s)).filter(|s| !s.is_empty()) {
        if !is_named(segment) {
            return false;
        }
        count += 1;
    }
    count >= 2
}

/// Something like `name(…)`, `a.b(…)`, `name[…]`: code, not a literal.
pub fn is_call(text: &[u8]) -> bool {
    let close = match text.last() {
        Some(b')') => b'(',
        Some(b']') => b'[',
        _ => return false,
    };
    let Some(open) = text.iter().position(|&b| b == close) else { return false };
    let head = text[..open].strip_suffix(b"!").unwrap_or(&text[..open]);
    is_named(head) || is_dotted_name(head)
}

/// A path of the file system, or the name of a file that holds a key, a certificate or settings.
pub fn is_path(text: &[u8]) -> bool {
    if !(2..=260).contains(&text.len()) {
        return false;
    }
    let rooted = text[0] == b'/'
        || text.starts_with(b"./")
        || text.starts_with(b"../")
        || text.starts_with(b"~/")
        || text.starts_with(b"\\\\")
        || text[0].is_ascii_alphabetic() && matches!(text.get(1..3), Some(b":\\" | b":/"));
    if text.starts_with(b"file://") {
        return true;
    }
    let usual = |b: u8| b.is_ascii_alphanumeric() || b"_-.@ ~$%{}()\\/:".contains(&b);
    if !text.iter().all(|&b| usual(b)) {
        return false;
    }
    let segments = text.split(|&b| matches!(b, b'/' | b'\\')).filter(|s| !s.is_empty());
    // Counted in characters: `/jf6Twz0RbAmO6nQ/i/x` is base64, `/var/lib/x9f3/data` a path.
    let (mut named, mut all) = (0, 0);
    for segment in segments {
        all += segment.len();
        named += if is_file_segment(segment) { segment.len() } else { 0 };
    }
    if rooted { named * 2 >= all && named > 0 } else { has_key_extension(text) && named * 2 >= all }
}

fn is_file_segment(segment: &[u8]) -> bool {
    matches!(segment, b"." | b".." | b"~")
        || segment.split(|&b| matches!(b, b'.' | b' ' | b':')).filter(|s| !s.is_empty()).all(is_named)
}

fn has_key_extension(text: &[u8]) -> bool {
    #[rustfmt::skip]
    const EXTENSIONS: [&[u8]; 22] = [
        b"cer", b"cfg", b"conf", b"config", b"crt", b"csv", b"env", b"ini", b"jks", b"json", b"kdbx", b"key",
        b"keystore", b"p12", b"pem", b"pfx", b"properties", b"sh", b"txt", b"xml", b"yaml", b"yml",
    ];
    let name = text.rsplit(|&b| matches!(b, b'/' | b'\\')).next().unwrap_or(text);
    let Some(dot) = name.iter().rposition(|&b| b == b'.') else {
        return matches!(name, b"id_rsa" | b"id_ed25519" | b"id_ecdsa" | b"id_dsa") && text.len() > name.len();
    };
    dot > 0 && EXTENSIONS.contains(&name[dot + 1..].to_ascii_lowercase().as_slice())
}

/// A regular expression: classes of characters, groups with a name, classes behind a backslash.
pub fn is_pattern(text: &[u8]) -> bool {
    #[rustfmt::skip]
    const SIGNS: [&[u8]; 15] = [
        b"[A-Z", b"[a-z", b"[0-9", b"(?P<", b"(?:", b"(?i", b"(?=", b"\\d{", b"\\d+", b"\\w+", b"\\s*", b"(.*", b"(.+", b"[[:", b"[^\\",
    ];
    SIGNS.iter().any(|sign| text.windows(sign.len()).any(|w| w == *sign))
}

/// `#resetPasswordForm`, `.login-token`: what a page looks its fields up by.
pub fn is_selector(text: &[u8]) -> bool {
    const FIELDS: [&[u8]; 8] = [b"password", b"passwd", b"secret", b"token", b"form", b"input", b"field", b"login"];
    let [b'#' | b'.', name @ ..] = text else { return false };
    let plain = |b: &u8| b.is_ascii_alphabetic() || matches!(b, b'_' | b'-');
    let lower = name.to_ascii_lowercase();
    (4..=80).contains(&name.len())
        && name.iter().all(plain)
        && FIELDS.iter().any(|field| memchr::memmem::find(&lower, field).is_some())
}

/// `1001:1001:upload`: the numbers of a user and a group.
pub fn is_owner(text: &[u8]) -> bool {
    let mut parts = text.splitn(3, |&b| b == b':');
    let mut number =
        || parts.next().is_some_and(|part| (3..=5).contains(&part.len()) && part.iter().all(u8::is_ascii_digit));
    number() && number()
}

/// `github.com/harborlane/shop/samples`: an address without its scheme.
pub fn is_remote_path(text: &[u8]) -> bool {
    let Some(slash) = text.iter().position(|&b| b == b'/') else { return false };
    let ends = [&b".com"[..], b".org", b".net", b".io", b".dev"].iter().any(|end| text[..slash].ends_with(end));
    ends && text.iter().all(|&b| b.is_ascii_lowercase() || b.is_ascii_digit() || b"-_./".contains(&b))
}

/// `' or 1=1--`: what a test sends where a password is asked for.
pub fn is_injection(text: &[u8]) -> bool {
    let Some(at) = text.iter().position(|b| matches!(b, b'\'' | b'"')) else { return false };
    let rest = text[at + 1..].trim_ascii_start().to_ascii_lowercase();
    let said =
        [&b"or "[..], b"or'", b"and ", b"union ", b"||", b"; drop", b";drop"].iter().any(|word| rest.starts_with(word));
    said && (rest.contains(&b'=') || rest.ends_with(b"--") || rest.contains(&b' '))
}

/// Prose: at least three words with spaces between, most of them letters only.
pub fn is_sentence(text: &[u8]) -> bool {
    let tokens: Vec<&[u8]> = text.split(u8::is_ascii_whitespace).filter(|t| !t.is_empty()).collect();
    let plain =
        |t: &&&[u8]| t.iter().all(|b| b.is_ascii_alphabetic() || !b.is_ascii() || b"'.,:;!?()\"-/`".contains(b));
    let mark = matches!(text.last(), Some(b'.' | b'?' | b':' | b'!'));
    let plain = tokens.iter().filter(plain).count();
    tokens.len() >= 3 && plain * 4 >= tokens.len() * 3 || tokens.len() == 2 && mark && plain == 2
}

/// `#fff`, `#1a2b3c`, `rgb(…)`.
pub fn is_colour(text: &[u8]) -> bool {
    let hash = text
        .strip_prefix(b"#")
        .is_some_and(|hex| matches!(hex.len(), 3 | 4 | 6 | 8) && hex.iter().all(u8::is_ascii_hexdigit));
    hash || text.starts_with(b"rgb(") || text.starts_with(b"rgba(") || text.starts_with(b"hsl(")
}

/// `https://host/…` and its like, without user and password before the host.
pub fn is_plain_url(text: &[u8]) -> bool {
    let Some(at) = text.windows(3).take(24).position(|w| w == b"://") else { return false };
    let rest = &text[at + 3..];
    let host = rest.split(|&b| matches!(b, b'/' | b'?' | b'#')).next().unwrap_or(rest);
    at >= 2 && text[..at].iter().all(|b| b.is_ascii_alphanumeric() || b"+-.".contains(b)) && !host.contains(&b'@')
}

/// `name@host.tld`.
pub fn is_email(text: &[u8]) -> bool {
    let Some(at) = text.iter().position(|&b| b == b'@') else { return false };
    let (name, host) = (&text[..at], &text[at + 1..]);
    let usual = |b: &u8| b.is_ascii_alphanumeric() || b"._+-".contains(b);
    let ending = host.rsplit(|&b| b == b'.').next().unwrap_or(b"");
    !name.is_empty()
        && name.iter().all(usual)
        && host.iter().all(usual)
        && host.contains(&b'.')
        && (2..=12).contains(&ending.len())
        && ending.iter().all(u8::is_ascii_lowercase)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn table(shape: fn(&[u8]) -> bool, yes: &[&str], no: &[&str]) {
        for (texts, expected) in [(yes, true), (no, false)] {
            for text in texts {
                assert_eq!(shape(text.as_bytes()), expected, "{text}");
            }
        }
    }

    #[test]
    fn what_a_page_a_test_or_a_system_writes_is_told_from_a_password() {
        for (shape, text, expected) in [
            (is_selector as fn(&[u8]) -> bool, "#resetPasswordForm", true),
            (is_selector, ".login-token", true),
            (is_selector, "#Password2024", false),
            (is_selector, "#hq7Kpasswordv", false),
            (is_selector, "#harbor", false),
            (is_injection, "' or 1=1--", true),
            (is_injection, "x'; DROP TABLE users--", true),
            (is_injection, "it's.or=Nothing7", false),
            (is_owner, "1001:1001:upload", true),
            (is_owner, "1001:kT4v", false),
            (is_remote_path, "github.com/harborlane/shop", true),
            (is_remote_path, "Harbor.com/kT4v", false),
        ] {
            assert_eq!(shape(text.as_bytes()), expected, "{text}");
        }
    }

    #[test]
    fn settings_without_a_secret_are_told_from_those_with_one() {
        for text in [
            "Server=tcp:127.0.0.1,1433;Trusted_Connection=True;\\n",
            "Data Source=db,1433",
            "cache.harborlane.io:6380,password=",
            "Host=db;Username=app;Ssl Mode=Require",
        ] {
            assert!(is_settings(text.as_bytes()), "{text}");
        }
        for text in ["", "=", "Server=db;Password=x", "k3Jx9QmT7vLp2Rw8==", "a;b", "pass;word=1", "Xq=4;Zt=9k7", "x,y="]
        {
            assert!(!is_settings(text.as_bytes()), "{text}");
        }
    }

    #[test]
    fn dates_numbers_and_versions() {
        table(is_pattern, &["([A-Za-z0-9]{12,})", "(?P<password>x)"], &["kX9[vTq2", "a(b)c"]);
        table(
            is_date,
            &[
                "2024-03-07",
                "2024-05-01-preview",
                "2023-08-01-PREVIEW",
                "2024-03-07T02:50:56.464790+00:00",
                "2024/03/07 10:00",
            ],
            &["2024-13-07", "x"],
        );
        table(is_number, &["12345", "-1.5", "1_000", "0xff", "(555) 123-4567"], &["", "12a", "-", "0x"]);
        table(
            is_version,
            &["1.2.3", "v4.0.0-alpha.1+build", "^16.2.0", ">=3.8,<4", "1.0"],
            &["12", "1.x9Kd83hJwq72LmPz0vBn4Tr6", "a.b", "9.K"],
        );
        table(is_hex, &["00ff", "00FF", "12"], &["0fF", "", "xyz"]);
    }

    #[test]
    fn names_are_given_by_people() {
        table(
            is_named,
            &["primaryButton", "API_KEY", "my-secret-name", "foo2", "id", "_logger", "schwarzenegger"],
            &["k3Jx9QmT7vLp2Rw8", "f3a9c0e17b52", "9lives", "", "a b", "hJqLwPzXvNbKfT"],
        );
        table(is_dotted_name, &["process.env.NAME", "std::env", "foo->bar"], &["name", "a.k3Jx9QmT7vLp", "."]);
        table(is_call, &["getPassword()", "tokens[i]", "os.getenv(\"X\")", "env!(\"X\")"], &["k3Jx9Q(mT)", ")", "a"]);
    }

    #[test]
    fn paths_and_not_base64_with_a_slash() {
        table(
            is_path,
            &[
                "/etc/ssl/server.key",
                "C:\\certs\\site.pfx",
                "~/.ssh/id_rsa",
                "./secrets/token.txt",
                "server.key",
                "/run/secrets/password",
                "file:///home/me/x",
                "certs/site.pem",
            ],
            &["/jf6Twz0RbAmO6nQfoNl0M9uoCRd", "b73y/jf+6Twz0RbAmO6nQ=", "x.y", "hunter2", "/", "a/b"],
        );
    }

    #[test]
    fn prose_colours_and_addresses() {
        table(
            is_sentence,
            &["Enter your password", "Password required.", "a b c"],
            &["two words", "kX9 vTq2 mZ7", "one"],
        );
        table(is_colour, &["#fff", "#1A2b3C", "rgb(1,2,3)"], &["#ggg", "#12345", "fff"]);
        table(is_plain_url, &["https://example.com/a@b", "sb://x/"], &["https://u:p@host", "a://", "http:/x", "://x"]);
        table(is_email, &["jane.doe@contoso.com"], &["P@ssw0rd", "a@b", "x@y.Z9"]);
    }

    proptest! {
        #[test]
        fn no_input_makes_it_panic(text: Vec<u8>) {
            for shape in [is_date, is_number, is_version, is_hex, is_named, is_dotted_name, is_call, is_path,
                          is_sentence, is_colour, is_plain_url, is_email] {
                shape(&text);
            }
            distinct(&text);
            transitions(&text);
        }
    }
}
