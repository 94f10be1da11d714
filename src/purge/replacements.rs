//! The file that `git filter-repo --replace-text` reads: a line for each form of a value.
//!
//! A plain form is a literal. What would break a line, or the tool's own notation, is written as a pattern of bytes.

/// The whole file; each form with what stands in its place. The longest first, as a shorter one may be part of it.
pub fn written(forms: &[(Vec<u8>, String)]) -> Vec<u8> {
    let mut forms: Vec<&(Vec<u8>, String)> = forms.iter().collect();
    forms.sort_by_key(|(raw, _)| std::cmp::Reverse(raw.len()));
    let mut out = Vec::new();
    for (raw, instead) in forms {
        if is_plain(raw) {
            out.extend_from_slice(b"literal:");
            out.extend_from_slice(raw);
        } else {
            out.extend_from_slice(b"regex:");
            out.extend_from_slice(pattern(raw).as_bytes());
        }
        out.extend_from_slice(format!("==>{instead}\n").as_bytes());
    }
    out
}

/// The forms of a file that [`written`] made; others' patterns cannot be told back and are left out, as their number says.
pub fn read(text: &[u8]) -> (Vec<Vec<u8>>, usize) {
    let (mut forms, mut others) = (Vec::new(), 0);
    for line in text.split(|&byte| byte == b'\n').filter(|line| !line.is_empty() && !line.starts_with(b"#")) {
        let end = memchr::memmem::rfind(line, b"==>").unwrap_or(line.len());
        let line = &line[..end];
        let form = match (line.strip_prefix(b"literal:"), line.strip_prefix(b"regex:"), line.strip_prefix(b"glob:")) {
            (Some(raw), _, _) => Some(raw.to_vec()),
            (_, Some(pattern), _) => plain(pattern),
            (_, _, Some(_)) => None,
            _ => Some(line.to_vec()),
        };
        match form {
            Some(form) if !form.is_empty() => forms.push(form),
            _ => others += 1,
        }
    }
    (forms, others)
}

fn is_plain(raw: &[u8]) -> bool {
    let is_text = raw.iter().all(|&byte| byte >= 0x20 && byte != 0x7f);
    let ends = raw.first().zip(raw.last()).is_some_and(|(first, last)| *first != b' ' && *last != b' ');
    is_text && ends && memchr::memmem::find(raw, b"==>").is_none()
}

/// Bytes that stand for themselves, the others by their number; a line break in either of its forms.
fn pattern(raw: &[u8]) -> String {
    let mut out = String::new();
    let mut rest = raw;
    while let Some((&byte, after)) = rest.split_first() {
        rest = after;
        match byte {
            b'\r' if rest.first() == Some(&b'\n') => {}
            b'\n' => out.push_str(r"\r?\n"),
            byte if byte.is_ascii_alphanumeric() => out.push(char::from(byte)),
            byte => out.push_str(&format!(r"\x{byte:02x}")),
        }
    }
    out
}

/// The bytes of such a pattern; `None` if it is another one.
fn plain(pattern: &[u8]) -> Option<Vec<u8>> {
    let mut out = Vec::new();
    let mut rest = pattern;
    while let Some((&byte, after)) = rest.split_first() {
        if let Some(after) = rest.strip_prefix(br"\r?\n") {
            out.push(b'\n');
            rest = after;
        } else if let Some(after) = rest.strip_prefix(br"\x") {
            let digits = std::str::from_utf8(after.get(..2)?).ok()?;
            out.push(u8::from_str_radix(digits, 16).ok()?);
            rest = &after[2..];
        } else if byte.is_ascii_alphanumeric() {
            out.push(byte);
            rest = after;
        } else {
            return None;
        }
    }
    Some(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_form_is_written_on_one_line_and_read_back() {
        let forms: [&[u8]; 6] =
            [b"plain+value/=", b"two\nlines", b" edges ", b"a==>b", b"\xff\xfeu\0t\0f\0", b"regex:not one"];
        for form in forms {
            let text = written(&[(form.to_vec(), "***REMOVED***".into())]);
            assert_eq!(text.iter().filter(|&&byte| byte == b'\n').count(), 1, "{form:?}");
            assert_eq!(read(&text), (vec![form.to_vec()], 0), "{form:?}");
        }
    }

    #[test]
    fn the_longest_comes_first_and_others_lines_are_counted() {
        let text = written(&[(b"abc".to_vec(), "x".into()), (b"abcdef".to_vec(), "y".into())]);
        assert_eq!(text, b"literal:abcdef==>y\nliteral:abc==>x\n");
        assert_eq!(read(b"# note\nplain\nregex:a.*b==>c\nglob:*x\n"), (vec![b"plain".to_vec()], 2));
    }
}
