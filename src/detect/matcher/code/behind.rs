//! The code of a call's arguments, without a parse: what stands behind its name, up to its end, and in no text.
//!
//! Logs are full of words: `log.debug("no token")` logs no token, and many files of a server have such a line.
//! Their parses were a quarter to a third of what a tree of Java or C# costs. This look may take text for code, and then
//! the tree is asked; code for text only where a quote is none and another follows on its line.

/// More of a call is not looked at: then the tree is asked.
const LONGEST: usize = 4000;

/// Copies the code of a call to `out`; `from` is behind its name, or behind its opening bracket. Holes of texts are code,
/// and so are keys of an index: `f"{token}"`, `"$token"`, `answer["token"]`. False if the call does not end.
pub(super) fn arguments(text: &[u8], from: usize, out: &mut Vec<u8>) -> bool {
    out.clear();
    let text = &text[..text.len().min(from + LONGEST)];
    let mut depth = usize::from(text[..from].last().is_some_and(|last| matches!(last, b'(' | b'[' | b'{')));
    let mut at = from;
    while let Some(&byte) = text.get(at) {
        match byte {
            b'(' | b'[' | b'{' => depth += 1,
            b')' | b']' | b'}' => {
                depth = depth.saturating_sub(1);
                if depth == 0 && !goes_on(&text[at + 1..]) {
                    return true;
                }
            }
            b'\n' if depth == 0 => return true,
            b'"' | b'\'' | b'`' if out.last() != Some(&b'[') => {
                if let Some(end) = closing(text, at) {
                    holes(&text[at + 1..end], out);
                    at = end + 1;
                    continue;
                }
            }
            _ => {}
        }
        out.push(byte);
        at += 1;
    }
    text.len() < from + LONGEST
}

/// Is the call a link of a chain?
fn goes_on(rest: &[u8]) -> bool {
    rest.trim_ascii_start().first().is_some_and(|next| matches!(next, b'.' | b'?'))
}

/// The quote that ends the text which begins at a place, on the same line; `None`: it is no text as we know it.
fn closing(text: &[u8], begin: usize) -> Option<usize> {
    let quote = text[begin];
    let mut at = begin + 1;
    while let Some(&byte) = text.get(at) {
        match byte {
            b'\\' => at += 1,
            b'\n' if quote != b'`' => return None,
            _ if byte == quote => return Some(at),
            _ => {}
        }
        at += 1;
    }
    None
}

/// Copies what a text takes from outside.
fn holes(text: &[u8], out: &mut Vec<u8>) {
    let mut at = 0;
    out.push(b' ');
    while let Some(next) = memchr::memchr2(b'{', b'$', &text[at..]) {
        let begin = at + next + 1;
        let is_in = |byte: &&u8| match text[begin - 1] {
            b'{' => **byte != b'}',
            _ => byte.is_ascii_alphanumeric() || matches!(**byte, b'_' | b'.' | b'-' | b'>' | b':'),
        };
        let length = text[begin..].iter().take_while(is_in).count();
        out.extend_from_slice(&text[begin - 1..begin + length]);
        out.push(b' ');
        at = begin + length;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn code_is_kept_and_text_is_not() {
        for (text, kept, dropped) in [
            (r#"log.debug("no token", user)"#, &["user"][..], &["token"][..]),
            (r#"log.debug("x: " + token);"#, &["token"], &["x:"]),
            (r#"log.debug(f"got {token!r} of token_name")"#, &["token!r"], &["token_name"]),
            (r#"log.debug("got $token of ${key}")"#, &["token", "key"], &["of"]),
            (r#"log.debug('a \' token', b)"#, &["b"], &["token"]),
            ("log.debug(\"a\",\n    token)\nsecret", &["token"], &["secret"]),
            ("log.debug(don't, token)", &["token"], &[]),
            ("log.debug user\nsecret", &["user"], &["secret"]),
            (r#"log.debug(answer["access_token"])"#, &["access_token"], &[]),
            (r#"log.atInfo().log("token", key)"#, &["key"], &["token"]),
            (r#"log.debug { "of $token" }"#, &["token"], &["of"]),
            ("log.info(`a ${key} b`)", &["key"], &["a "]),
        ] {
            let mut out = Vec::new();
            assert!(arguments(text.as_bytes(), 4, &mut out), "{text}");
            let code = String::from_utf8(out).unwrap();
            assert!(kept.iter().all(|word| code.contains(word)), "{text}: {code}");
            assert!(!dropped.iter().any(|word| code.contains(word)), "{text}: {code}");
        }
    }

    #[test]
    fn a_call_without_an_end_is_told() {
        let text = format!("log.debug({}", "a, ".repeat(LONGEST));
        assert!(!arguments(text.as_bytes(), 4, &mut Vec::new()));
        assert!(arguments(b"log.debug(a", 4, &mut Vec::new()));
    }
}
