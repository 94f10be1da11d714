//! Percent-encoding, read and written.

use std::borrow::Cow;

/// `%2B` becomes `+`. An escape that is not two hex digits stays as it is.
pub fn decode(text: &[u8]) -> Cow<'_, [u8]> {
    if !text.contains(&b'%') {
        return Cow::Borrowed(text);
    }
    let mut out = Vec::with_capacity(text.len());
    let mut rest = text;
    while let Some((&first, after)) = rest.split_first() {
        if first == b'%'
            && let [high, low, more @ ..] = after
            && let (Some(high), Some(low)) = (digit(*high), digit(*low))
        {
            out.push(high << 4 | low);
            rest = more;
        } else {
            out.push(first);
            rest = after;
        }
    }
    Cow::Owned(out)
}

/// Everything but letters, digits and `-._~` is escaped.
pub fn encode(text: &[u8]) -> String {
    let mut out = String::with_capacity(text.len());
    for &byte in text {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            out.push(char::from(byte));
        } else {
            out.push_str(&format!("%{byte:02X}"));
        }
    }
    out
}

/// The value of a hexadecimal digit.
pub fn digit(byte: u8) -> Option<u8> {
    match byte {
        b'0'..=b'9' => Some(byte - b'0'),
        b'a'..=b'f' => Some(byte - b'a' + 10),
        b'A'..=b'F' => Some(byte - b'A' + 10),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn escapes_are_read_and_broken_ones_kept() {
        for (text, expected) in [("a%2Bb%3d", "a+b="), ("50%", "50%"), ("%zz%4", "%zz%4"), ("%%41", "%A"), ("", "")] {
            assert_eq!(decode(text.as_bytes()), expected.as_bytes(), "{text}");
        }
    }

    #[test]
    fn what_was_written_is_read_back() {
        let all: Vec<u8> = (0..=255).collect();
        assert_eq!(decode(encode(&all).as_bytes()), all);
    }
}
