//! Private keys in PEM: complete, encrypted, elided, or only a header.
//!
//! The text may be a file, a string with `\n` in it, string constants that are
//! added up, or a comment: of every line the longest run of base64 counts.

use super::{Checked, base64, shape};
use crate::model::Severity;

/// Judges what stands from `-----BEGIN` on; anything after `-----END` is left alone.
///
/// Proved: the body is what the label says. `medium` if it is encrypted. Refuted:
/// public labels, elided bodies, bodies under 64 characters.
pub fn check(text: &[u8]) -> Checked {
    let Some(block) = Block::read(text) else { return Checked::refuted("not a private key block") };
    if block.elided {
        return Checked::refuted("an elided key");
    }
    if block.body.len() < 64 {
        return Checked::refuted("too short for a private key");
    }
    if shape::distinct(&block.body) < 20 {
        return Checked::refuted("too few different characters for a private key");
    }
    let name = block.label.to_lowercase();
    let Some(bytes) = base64::decode(&block.body) else {
        return Checked::doubtful(format!("{name}, but its body is not base64")).part("label", block.label);
    };
    let checked = match structure(&block.label, &bytes) {
        _ if !block.ended => Checked::doubtful(format!("{name} without an end")),
        Structure::Clear if block.encrypted => encrypted(&name),
        Structure::Encrypted => encrypted(&name),
        Structure::Clear => Checked::proved(format!("{name}, complete")).part("encrypted", "no"),
        // The body of an encrypted traditional key is ciphertext.
        Structure::Broken if block.encrypted => encrypted(&name),
        Structure::Broken => Checked::doubtful(format!("{name}, but its body is not one")),
    };
    checked.part("label", block.label)
}

fn encrypted(name: &str) -> Checked {
    Checked::proved(format!("{name}, encrypted")).severity(Severity::Medium).part("encrypted", "yes")
}

struct Block {
    label: String,
    body: Vec<u8>,
    encrypted: bool,
    elided: bool,
    ended: bool,
}

impl Block {
    /// At most 64 KiB are read: the largest RSA keys in use have 13.
    fn read(text: &[u8]) -> Option<Self> {
        let text = unescaped(&text[..text.len().min(64 << 10)]);
        let label = label(&text)?;
        let mut block =
            Self { encrypted: label.contains("ENCRYPTED"), label, body: Vec::new(), elided: false, ended: false };
        let after = text.windows(5).skip(11).position(|w| w == b"-----").map_or(text.len(), |at| at + 11 + 5);
        for line in text[after..].split(|&b| b == b'\n') {
            let stop = line.windows(8).position(|w| w == b"-----END");
            block.line(&line[..stop.unwrap_or(line.len())]);
            if stop.is_some() {
                block.ended = true;
                break;
            }
        }
        Some(block)
    }

    fn line(&mut self, line: &[u8]) {
        let run = base64_of(line);
        let holds = |text: &[u8]| line.windows(text.len()).any(|w| w == text);
        if holds(b"...") || holds("…".as_bytes()) || holds(b"[snip") || holds(b"***") {
            self.elided = true;
        } else if holds(b": ") && run.len() < 60 {
            self.encrypted |= holds(b"ENCRYPTED");
        } else if run.first() != Some(&b'=') {
            // A line that begins with `=` is the checksum of OpenPGP.
            self.body.extend(run);
        }
    }
}

fn label(text: &[u8]) -> Option<String> {
    let rest = text.strip_prefix(b"-----BEGIN ")?;
    let end = memchr::memmem::find(&rest[..rest.len().min(64)], b"-----")?;
    let label = str::from_utf8(&rest[..end]).ok()?;
    label.contains("PRIVATE KEY").then(|| label.to_owned())
}

/// Line breaks as JSON, XML and shells write them become line breaks.
fn unescaped(text: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(text.len());
    let mut rest = text;
    'next: while let Some((&first, after)) = rest.split_first() {
        if matches!(first, b'\\' | b'&' | b'\r') {
            for mark in [b"\\\\r".as_slice(), b"\\\\n", b"\\r", b"\\n", b"\\u000a", b"&#xA;", b"&#10;", b"\r\n", b"\r"]
            {
                if let Some(more) = rest.strip_prefix(mark) {
                    out.push(b'\n');
                    rest = more;
                    continue 'next;
                }
            }
        }
        out.push(first);
        rest = after;
    }
    out
}

/// The base64 of a line: all of it if only spaces stand between, else the longest run.
fn base64_of(line: &[u8]) -> Vec<u8> {
    let line = line.trim_ascii();
    let line = line.strip_prefix(b"// ").unwrap_or(line);
    let inside = |b: &u8| base64::digit(*b).is_some_and(|_| !matches!(b, b'-' | b'_')) || *b == b'=';
    // A lone `+` or `//` belongs to the code around.
    if line.iter().all(|b| b"+/".contains(b)) {
        return Vec::new();
    }
    if line.iter().all(|b| inside(b) || b.is_ascii_whitespace()) {
        return line.iter().copied().filter(|b| inside(b)).collect();
    }
    let longest = line.split(|b| !inside(b)).rev().max_by_key(|run| run.len()).unwrap_or(b"");
    if longest.iter().all(|b| b"+/".contains(b)) { Vec::new() } else { longest.to_vec() }
}

enum Structure {
    Clear,
    Encrypted,
    Broken,
}

fn structure(label: &str, bytes: &[u8]) -> Structure {
    if label.starts_with("OPENSSH") {
        return openssh(bytes);
    }
    if label.starts_with("PGP") {
        // Every packet of OpenPGP begins with its highest bit set.
        return if bytes[0] & 0x80 == 0 { Structure::Broken } else { Structure::Clear };
    }
    match sequence_end(bytes) {
        Some(end) if end == bytes.len() => Structure::Clear,
        _ => Structure::Broken,
    }
}

/// Where a DER sequence at the beginning ends, by its header.
pub(super) fn sequence_end(bytes: &[u8]) -> Option<usize> {
    match *bytes {
        [0x30, 0x82, high, low, ..] => Some(4 + usize::from(u16::from_be_bytes([high, low]))),
        [0x30, 0x81, length, ..] => Some(3 + usize::from(length)),
        [0x30, length @ 0..=0x7f, ..] => Some(2 + usize::from(length)),
        _ => None,
    }
}

fn openssh(bytes: &[u8]) -> Structure {
    let cipher = bytes.strip_prefix(b"openssh-key-v1\0").and_then(|rest| {
        let (length, rest) = rest.split_first_chunk::<4>()?;
        rest.get(..usize::try_from(u32::from_be_bytes(*length)).ok()?)
    });
    match cipher {
        Some(b"none") => Structure::Clear,
        Some(_) => Structure::Encrypted,
        None => Structure::Broken,
    }
}

/// Makes a block of realistic size with this label; its numbers are random, so no software takes it for a key.
///
/// From 1,800 or more random bytes.
pub fn sign(label: &str, random: &[u8]) -> Option<String> {
    let random = random.get(..1_800)?;
    let body = match label {
        "EC PRIVATE KEY" => der(&[&[2, 1, 1, 4, 32], &random[..32], EC_CURVE, &random[32..96]].concat()),
        "OPENSSH PRIVATE KEY" => [OPENSSH, &random[..340]].concat(),
        "PRIVATE KEY" => {
            let inner = der(&[&[2, 1, 0, 2, 0x82, 1, 1, 0], &random[..1_180]].concat());
            let length = u16::try_from(inner.len()).ok()?.to_be_bytes();
            der(&[&[2, 1, 0], RSA_OID, &[4, 0x82], &length, &inner].concat())
        }
        "ENCRYPTED PRIVATE KEY" => der(&[&[0x30, 0x57, 6, 9], &random[..1_300]].concat()),
        label if label.starts_with("PGP") => [&[0x95, 3, 0x98], &random[..920]].concat(),
        _ => der(&[&[2, 1, 0, 2, 0x82, 1, 1, 0], &random[..1_180]].concat()),
    };
    let lines = base64::encode(&body);
    let lines: Vec<&str> = lines.as_bytes().chunks(64).filter_map(|line| str::from_utf8(line).ok()).collect();
    Some(format!("-----BEGIN {label}-----\n{}\n-----END {label}-----", lines.join("\n")))
}

const RSA_OID: &[u8] = &[0x30, 13, 6, 9, 0x2a, 0x86, 0x48, 0x86, 0xf7, 13, 1, 1, 1, 5, 0];
const EC_CURVE: &[u8] = &[0xa0, 10, 6, 8, 0x2a, 0x86, 0x48, 0xce, 0x3d, 3, 1, 7, 0xa1, 0x44, 3, 0x42, 0, 4];
const OPENSSH: &[u8] = b"openssh-key-v1\0\0\0\0\x04none\0\0\0\x04none\0\0\0\0\0\0\0\x01\0\0\0\x33\0\0\0\x0bssh-ed25519";

/// A DER sequence with this content.
pub(super) fn der(content: &[u8]) -> Vec<u8> {
    let [_, _, .., high, low] = content.len().to_be_bytes();
    let mut out = match content.len() {
        0..=0x7f => vec![0x30, low],
        0x80..=0xff => vec![0x30, 0x81, low],
        _ => vec![0x30, 0x82, high, low],
    };
    out.extend_from_slice(content);
    out
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::check::Outcome;

    fn block(label: &str) -> String {
        let random: Vec<u8> = (0..1_800_u32).map(|i| (i * i * 73 + 29 * i + (i >> 3)) as u8).collect();
        sign(label, &random).expect("enough bytes")
    }

    #[test]
    fn every_kind_that_is_made_is_proved() {
        for (label, severity) in [
            ("RSA PRIVATE KEY", None),
            ("DSA PRIVATE KEY", None),
            ("EC PRIVATE KEY", None),
            ("PRIVATE KEY", None),
            ("OPENSSH PRIVATE KEY", None),
            ("PGP PRIVATE KEY BLOCK", None),
            ("ENCRYPTED PRIVATE KEY", Some(Severity::Medium)),
        ] {
            let checked = check(block(label).as_bytes());
            assert_eq!((checked.outcome, checked.severity), (Outcome::Proved, severity), "{label}: {}", checked.detail);
            assert!(checked.parts.contains(&("label", label.to_owned())), "{label}");
        }
    }

    #[test]
    fn the_same_key_is_read_in_every_wrapping() {
        let key = block("RSA PRIVATE KEY");
        for wrapped in [
            key.replace('\n', "\r\n"),
            key.replace('\n', "\\n"),
            key.replace('\n', "\\r\\n"),
            key.replace('\n', "\\\\n"),
            key.replace('\n', "\n        "),
            key.replace('\n', "\\n\" +\n    \""),
            key.replace('\n', "\n// "),
            key.replace('\n', "&#xA;"),
            key.replace('\n', " "),
            format!("{key}\nother text"),
        ] {
            assert_eq!(check(wrapped.as_bytes()).outcome, Outcome::Proved, "{wrapped}");
        }
    }

    #[test]
    fn encryption_is_seen_in_the_headers_and_in_the_cipher() {
        let headers = "KEY-----\nProc-Type: 4,ENCRYPTED\nDEK-Info: AES-256-CBC,0011223344556677\n\n";
        let traditional = block("RSA PRIVATE KEY").replacen("KEY-----\n", headers, 1);
        let body = [b"openssh-key-v1\0\0\0\0\x0aaes256-ctr".as_slice(), &(0..=255).collect::<Vec<u8>>()].concat();
        let cipher = format!(
            "-----BEGIN OPENSSH PRIVATE KEY-----\n{}\n-----END OPENSSH PRIVATE KEY-----",
            base64::encode(&body)
        );
        for text in [traditional, cipher] {
            assert_eq!(check(text.as_bytes()).severity, Some(Severity::Medium), "{text}");
        }
    }

    #[test]
    fn headers_elided_and_public_keys_are_refuted_and_cut_ones_doubtful() {
        let key = block("RSA PRIVATE KEY");
        for (text, expected) in [
            ("-----BEGIN RSA PRIVATE KEY-----".to_owned(), Outcome::Refuted),
            ("-----BEGIN PRIVATE KEY-----\\nMIIE...\\n-----END PRIVATE KEY-----".to_owned(), Outcome::Refuted),
            (format!("{}\n...\n-----END RSA PRIVATE KEY-----", &key[..600]), Outcome::Refuted),
            (key.replace("PRIVATE", "PUBLIC"), Outcome::Refuted),
            (format!("-----BEGIN PRIVATE KEY-----\n{}\n-----END", "A".repeat(300)), Outcome::Refuted),
            (key[..900].to_owned(), Outcome::Doubtful),
            (format!("{}\n-----END RSA PRIVATE KEY-----", &key[..900]), Outcome::Doubtful),
            (String::new(), Outcome::Refuted),
        ] {
            assert_eq!(check(text.as_bytes()).outcome, expected, "{text}");
        }
    }

    proptest! {
        #[test]
        fn no_input_makes_it_panic(value: Vec<u8>, body in "[A-Za-z0-9+/=\\\\n&#\n]{0,200}") {
            check(&value);
            check(format!("-----BEGIN OPENSSH PRIVATE KEY-----\n{body}-----END").as_bytes());
            check(&[b"-----BEGIN PRIVATE KEY".as_slice(), &value].concat());
        }
    }
}
