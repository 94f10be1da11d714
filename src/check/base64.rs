//! Base64 in both alphabets: decoding, encoding, and what the length and the surroundings tell.
//!
//! Lenient in what it reads: padding may be missing, `-_` count as `+/`, and
//! percent-encoding is undone first. Most keys of Azure are base64 of 32 or 64 bytes,
//! and so are the hashes in lock files: only the text before them tells them apart.

use super::{Checked, percent};

const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/// The value of a base64 digit of either alphabet.
pub fn digit(byte: u8) -> Option<u8> {
    match byte {
        b'A'..=b'Z' => Some(byte - b'A'),
        b'a'..=b'z' => Some(byte - b'a' + 26),
        b'0'..=b'9' => Some(byte - b'0' + 52),
        b'+' | b'-' => Some(62),
        b'/' | b'_' => Some(63),
        _ => None,
    }
}

/// The digit for the low six bits of a value, in the standard alphabet.
pub fn symbol(value: u8) -> u8 {
    ALPHABET[usize::from(value & 63)]
}

/// The text without its padding; at most two `=` are taken.
pub fn unpadded(text: &[u8]) -> &[u8] {
    let text = text.strip_suffix(b"=").unwrap_or(text);
    text.strip_suffix(b"=").unwrap_or(text)
}

/// Decodes either alphabet, with or without padding.
///
/// `None` for any other character and for a length that no encoder writes.
/// Left-over bits at the end are ignored; see [`canonical`].
pub fn decode(text: &[u8]) -> Option<Vec<u8>> {
    let digits = unpadded(text);
    if digits.len() % 4 == 1 {
        return None;
    }
    let mut out = Vec::with_capacity(digits.len() / 4 * 3 + 2);
    let (mut bits, mut held) = (0_u32, 0_u32);
    for &byte in digits {
        bits = bits << 6 | u32::from(digit(byte)?);
        held += 6;
        if held >= 8 {
            held -= 8;
            out.push((bits >> held & 0xff) as u8);
        }
    }
    Some(out)
}

/// Are the left-over bits zero, as every encoder leaves them?
pub fn canonical(text: &[u8]) -> bool {
    let digits = unpadded(text);
    let unused = match digits.len() % 4 {
        2 => 0b1111,
        3 => 0b11,
        _ => return digits.len().is_multiple_of(4),
    };
    digits.last().and_then(|&last| digit(last)).is_some_and(|last| last & unused == 0)
}

/// Standard alphabet, padded.
pub fn encode(bytes: &[u8]) -> String {
    let mut out = encode_unpadded(bytes);
    out.push_str(["", "", "=", "="][out.len() % 4]);
    if out.len() % 4 == 3 {
        out.push('=');
    }
    out
}

/// URL alphabet, without padding.
pub fn encode_url(bytes: &[u8]) -> String {
    encode_unpadded(bytes).replace('+', "-").replace('/', "_")
}

fn encode_unpadded(bytes: &[u8]) -> String {
    let mut out = String::with_capacity(bytes.len().div_ceil(3) * 4);
    for chunk in bytes.chunks(3) {
        let mut word = [0; 3];
        word[..chunk.len()].copy_from_slice(chunk);
        let [a, b, c] = word;
        let digits = [a >> 2, a << 4 | b >> 4, b << 2 | c >> 6, c];
        out.extend(digits.iter().take(chunk.len() + 1).map(|&d| char::from(symbol(d))));
    }
    out
}

/// Base64 of exactly so many bytes?
///
/// The content is only asked whether anybody would take it for a key: a run of one
/// byte is refuted, plain text and bits that no encoder leaves are doubtful.
pub fn bytes(value: &[u8], count: usize) -> Checked {
    let value = percent::decode(value);
    let Some(decoded) = decode(&value) else { return Checked::refuted("not base64") };
    if decoded.len() != count {
        return Checked::refuted(format!("base64 of {} bytes, not {count}", decoded.len()));
    }
    let varied = decoded.windows(2).any(|pair| pair[0] != pair[1]);
    if count > 1 && !varied {
        Checked::refuted("one byte repeated")
    } else if decoded.iter().all(|b| matches!(b, b' '..=b'~')) {
        // No service draws 24 printable bytes: somebody wrote them.
        if count >= 24 { Checked::refuted("base64 of a text") } else { Checked::doubtful("decodes to plain text") }
    } else if !canonical(&value) {
        Checked::doubtful("not as an encoder writes it")
    } else {
        Checked::plausible(format!("base64 of {count} bytes"))
    }
}

/// Base64 whose decoded bytes begin with `text`?
pub fn begins(value: &[u8], text: &[u8]) -> Checked {
    let value = percent::decode(value);
    let wanted = (text.len() * 4).div_ceil(3).next_multiple_of(4);
    let head = &value[..value.len().min(wanted)];
    match decode(head) {
        Some(decoded) if decoded.starts_with(text) => Checked::proved("decodes to the expected beginning"),
        _ => Checked::refuted("does not decode to the expected beginning"),
    }
}

/// Refutes base64 and hex that stand behind the name of a hash, by the text before them on their line.
///
/// `before` may be any length; its last 64 bytes are looked at.
pub fn not_digest(before: &[u8], value: &[u8]) -> Checked {
    const MARKS: [&[u8]; 10] =
        [b"sha1", b"sha256", b"sha384", b"sha512", b"md5", b"integrity", b"hash", b"digest", b"checksum", b"etag"];
    let tail = &before[before.len().saturating_sub(64)..];
    let line = tail.iter().rposition(|&b| b == b'\n').map_or(tail, |at| &tail[at + 1..]);
    let line = line.to_ascii_lowercase();
    let own = value[..value.len().min(8)].to_ascii_lowercase();
    let hashed = |text: &[u8], mark: &[u8]| text.windows(mark.len()).rposition(|w| w == mark);
    let named = MARKS.iter().any(|mark| {
        // `sha256sum: "` is one, `hashicorp_key = "` and `hash=abc;key=` are not.
        hashed(&line, mark).is_some_and(|at| {
            let between = &line[at + mark.len()..];
            between.iter().filter(|b| b.is_ascii_alphanumeric()).count() <= 3
                && !between.iter().any(|b| b";,&?{}".contains(b))
        })
    });
    if named || own.starts_with(b"sha") && own.contains(&b'-') {
        Checked::refuted("a hash, not a key")
    } else {
        Checked::plausible("not behind the name of a hash")
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::check::Outcome;

    #[test]
    fn length_content_and_left_over_bits_decide() {
        for (value, count, expected) in [
            ("QRLD", 3, Outcome::Plausible),
            ("QUJD", 3, Outcome::Doubtful),
            ("QUI=", 3, Outcome::Refuted),
            ("gIE", 2, Outcome::Plausible),
            ("gIF", 2, Outcome::Doubtful),
            ("AAAA", 3, Outcome::Refuted),
            ("g%49E%3D", 2, Outcome::Plausible),
            ("QU!D", 3, Outcome::Refuted),
            ("Q", 0, Outcome::Refuted),
        ] {
            assert_eq!(bytes(value.as_bytes(), count).outcome, expected, "{value} as {count} bytes");
        }
    }

    #[test]
    fn a_hash_is_known_by_the_text_before_it() {
        for (before, digest) in [
            ("\"integrity\": \"sha512-", true),
            ("\"contentHash\": \"", true),
            ("Content-MD5: ", true),
            ("AccountKey=", false),
            ("hash=abc;AccountKey=", false),
            ("sha256\nkey = ", false),
        ] {
            let outcome = not_digest(before.as_bytes(), b"q83vEjRWeJA=").outcome;
            assert_eq!(outcome == Outcome::Refuted, digest, "{before}");
        }
    }

    #[test]
    fn the_beginning_is_compared_after_decoding() {
        let value = encode(b"reftkn:01:rest");
        assert_eq!(begins(value.as_bytes(), b"reftkn:01").outcome, Outcome::Proved);
        assert_eq!(begins(value.as_bytes(), b"reftkn:02").outcome, Outcome::Refuted);
    }

    proptest! {
        #[test]
        fn what_was_encoded_is_decoded(bytes: Vec<u8>) {
            prop_assert_eq!(decode(encode(&bytes).as_bytes()), Some(bytes.clone()));
            prop_assert_eq!(decode(encode_url(&bytes).as_bytes()), Some(bytes.clone()));
            prop_assert!(canonical(encode(&bytes).as_bytes()));
        }

        #[test]
        fn no_input_makes_it_panic(value: Vec<u8>, before: Vec<u8>) {
            bytes(&value, 32);
            begins(&value, b"abc");
            not_digest(&before, &value);
        }
    }
}
