//! XML's own entities, CDATA and comments, and the way back.
//!
//! Only the five names of XML and numbers are decoded; entities that a document declares
//! stay as they are written, so nothing can grow.

use std::ops::Range;

use memchr::{memchr, memchr2, memmem};

use super::Decoded;
use super::unescape::Unescaped;

/// `&#x10FFFF;` and some leading zeros.
const LONGEST: usize = 16;

/// An attribute's value without entities; `None` if it holds none.
pub(in crate::document) fn decode(text: &[u8], at: Range<usize>) -> Option<Box<Decoded>> {
    memchr(b'&', &text[at.clone()])?;
    let mut out = Unescaped::new(text, at.start);
    entities(&mut out, text, at.end);
    out.finish("xml")
}

/// An element's text: where it stands, without blanks about it and without the marks of a lone
/// CDATA section, and its decoded form if comments, entities or more sections make it differ.
pub(in crate::document) fn content(text: &[u8], at: Range<usize>) -> (Range<usize>, Option<Box<Decoded>>) {
    let at = trim(text, at);
    if memchr2(b'<', b'&', &text[at.clone()]).is_none() {
        return (at, None);
    }
    if let Some(inner) = lone_section(text, &at) {
        return (trim(text, inner), None);
    }
    let mut out = Unescaped::new(text, at.start);
    while out.at() < at.end {
        let rest = &text[out.at()..at.end];
        match memchr(b'<', rest) {
            Some(0) => markup(&mut out, rest),
            Some(next) => {
                let end = out.at() + next;
                entities(&mut out, text, end);
            }
            None => entities(&mut out, text, at.end),
        }
    }
    (at, out.finish("xml"))
}

fn lone_section(text: &[u8], at: &Range<usize>) -> Option<Range<usize>> {
    let inner = text[at.clone()].strip_prefix(b"<![CDATA[")?.strip_suffix(b"]]>")?;
    memmem::find(inner, b"]]>").is_none().then_some(at.start + 9..at.end - 3)
}

/// A section is text, a comment or instruction is none. `rest` begins with `<`.
fn markup(out: &mut Unescaped<'_>, rest: &[u8]) {
    let (open, close, is_text) = if rest.starts_with(b"<![CDATA[") {
        (9, &b"]]>"[..], true)
    } else if rest.starts_with(b"<!--") {
        (4, &b"-->"[..], false)
    } else {
        (1, &b">"[..], false)
    };
    let inner = memmem::find(&rest[open..], close);
    let (inner, close) = inner.map_or((rest.len() - open, 0), |inner| (inner, close.len()));
    out.skip(open);
    if is_text {
        out.plain(inner);
    } else {
        out.skip(inner);
    }
    out.skip(close);
}

fn entities(out: &mut Unescaped<'_>, text: &[u8], end: usize) {
    while out.at() < end {
        let rest = &text[out.at()..end];
        match memchr(b'&', rest) {
            Some(0) => match entity(rest) {
                Some((meaning, length)) => out.becomes(length, meaning.encode_utf8(&mut [0; 4]).as_bytes()),
                None => out.plain(1),
            },
            Some(next) => out.plain(next),
            None => out.plain(rest.len()),
        }
    }
}

/// What an entity means and how many bytes it takes. `rest` begins with `&`.
fn entity(rest: &[u8]) -> Option<(char, usize)> {
    let length = memchr(b';', &rest[..rest.len().min(LONGEST)])?;
    let name = std::str::from_utf8(&rest[1..length]).ok()?;
    let meaning = match name {
        "amp" => '&',
        "lt" => '<',
        "gt" => '>',
        "quot" => '"',
        "apos" => '\'',
        _ => number(name.strip_prefix('#')?)?,
    };
    Some((meaning, length + 1))
}

fn number(digits: &str) -> Option<char> {
    let (digits, radix) = match digits.strip_prefix(['x', 'X']) {
        Some(digits) => (digits, 16),
        None => (digits, 10),
    };
    let number = u32::from_str_radix(digits, radix).ok().filter(|_| !digits.starts_with('+'))?;
    char::from_u32(number)
}

fn trim(text: &[u8], at: Range<usize>) -> Range<usize> {
    let slice = &text[at.clone()];
    let start = at.start + (slice.len() - slice.trim_ascii_start().len());
    start..start + slice.trim_ascii().len()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_entities_of_xml_itself_are_decoded() {
        for (source, value) in [
            ("a&amp;b&lt;&gt;&quot;&apos;", "a&b<>\"'"),
            ("&#65;&#x42;&#X43;", "ABC"),
            ("&lol9; & &; &#+65; &#xD800; &amp", "&lol9; & &; &#+65; &#xD800; &amp"),
        ] {
            let bytes = decode(source.as_bytes(), 0..source.len()).map(|decoded| decoded.bytes);
            assert_eq!(String::from_utf8(bytes.unwrap_or(source.into())).unwrap(), value, "{source}");
        }
    }

    #[test]
    fn text_is_found_among_sections_and_comments() {
        for (source, span, value) in [
            ("  plain\n", "plain", "plain"),
            (" <![CDATA[a&amp;<b]]> ", "a&amp;<b", "a&amp;<b"),
            ("a<!-- no -->b", "a<!-- no -->b", "ab"),
            ("<![CDATA[a]]>&amp;<![CDATA[b]]>", "<![CDATA[a]]>&amp;<![CDATA[b]]>", "a&b"),
            ("x<![CDATA[open", "x<![CDATA[open", "xopen"),
        ] {
            let (at, decoded) = content(source.as_bytes(), 0..source.len());
            assert_eq!(&source[at.clone()], span, "{source}");
            let bytes = decoded.map_or(source.as_bytes()[at].to_vec(), |decoded| decoded.bytes);
            assert_eq!(bytes, value.as_bytes(), "{source}");
        }
    }
}
