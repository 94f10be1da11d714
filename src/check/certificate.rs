//! Certificates of X.509: when they end. Nothing in them is secret.

use super::base64;
use crate::model::Day;

/// The last day of the first certificate in PEM that stands in the text.
pub fn ends(text: &[u8]) -> Option<Day> {
    const BEGIN: &[u8] = b"-----BEGIN CERTIFICATE-----";
    let from = memchr::memmem::find(text, BEGIN)? + BEGIN.len();
    // The largest in use have a few KiB.
    let body = &text[from..text.len().min(from + (16 << 10))];
    let body = &body[..memchr::memmem::find(body, b"-----END")?];
    let mut plain = Vec::with_capacity(body.len());
    let mut rest = body;
    while let Some((&first, after)) = rest.split_first() {
        // `\\n` within a string is two characters.
        let escaped = first == b'\\' && matches!(after.first(), Some(b'n' | b'r'));
        rest = if escaped { &after[1..] } else { after };
        if first.is_ascii_alphanumeric() || b"+/=".contains(&first) {
            plain.push(first);
        }
    }
    not_after(&base64::decode(&plain)?)
}

/// The second of the two times that stand side by side.
fn not_after(der: &[u8]) -> Option<Day> {
    (0..der.len()).find_map(|at| {
        let (_, next) = time(der.get(at..)?)?;
        let (day, _) = time(der.get(at + next..)?)?;
        Some(day)
    })
}

/// `UTCTime` or `GeneralizedTime` at the beginning, and its length.
fn time(der: &[u8]) -> Option<(Day, usize)> {
    let (digits, century) = match der {
        [0x17, 13, rest @ ..] => (rest.get(..13)?, None),
        [0x18, 15, rest @ ..] => (rest.get(..15)?, Some(())),
        _ => return None,
    };
    let (number, end) = digits.split_at(digits.len() - 1);
    if end != b"Z" || !number.iter().all(u8::is_ascii_digit) {
        return None;
    }
    let text = std::str::from_utf8(number).ok()?;
    let (year, rest) = match century {
        Some(()) => (text[..4].to_owned(), &text[4..]),
        // Two digits: 50 and more are of the last century.
        None => (format!("{}{}", if &text[..2] < "50" { "20" } else { "19" }, &text[..2]), &text[2..]),
    };
    Some((Day::parse(&format!("{year}-{}-{}", &rest[..2], &rest[2..4]))?, digits.len() + 2))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn the_second_time_is_the_end() {
        let validity = b"\x30\x1e\x17\x0d240131000000Z\x17\x0d270131235959Z";
        let pem = |der: &[u8], line: &str| {
            format!("key{line}-----BEGIN CERTIFICATE-----{line}{}{line}-----END CERTIFICATE-----", base64::encode(der))
        };
        for line in ["\n", "\r\n", "\\n"] {
            let day = ends(pem(validity, line).as_bytes());
            assert_eq!(day.map(|day| day.to_string()).as_deref(), Some("2027-01-31"), "{line:?}");
        }
        let later = b"\x17\x0d990131000000Z\x18\x0f20770131235959Z";
        assert_eq!(ends(pem(later, "\n").as_bytes()).map(|day| day.to_string()).as_deref(), Some("2077-01-31"));
        for text in ["", "-----BEGIN CERTIFICATE-----", "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----"]
        {
            assert_eq!(ends(text.as_bytes()), None, "{text}");
        }
    }

    proptest! {
        #[test]
        fn no_input_makes_it_panic(value: Vec<u8>, der: Vec<u8>) {
            ends(&value);
            not_after(&der);
        }
    }
}
