//! Lines, indentation and quotes about a place in a text.

use std::ops::Range;

/// Where the line of a byte begins.
pub(super) fn line_start(text: &[u8], at: usize) -> usize {
    memchr::memrchr(b'\n', &text[..at.min(text.len())]).map_or(0, |end| end + 1)
}

/// Where it ends: before `\n` or `\r\n`.
pub(super) fn line_end(text: &[u8], at: usize) -> usize {
    let end = next_line(text, at);
    let line = &text[at.min(end)..end];
    let line = line.strip_suffix(b"\n").unwrap_or(line);
    at.min(end) + line.strip_suffix(b"\r").unwrap_or(line).len()
}

/// Where the line behind it begins, or the end of the text.
pub(super) fn next_line(text: &[u8], at: usize) -> usize {
    memchr::memchr(b'\n', &text[at.min(text.len())..]).map_or(text.len(), |end| at + end + 1)
}

/// Blanks before the first sign of a byte's line.
pub(super) fn indent(text: &[u8], at: usize) -> String {
    let start = line_start(text, at);
    let length = text[start..].iter().take_while(|b| matches!(b, b' ' | b'\t')).count();
    String::from_utf8_lossy(&text[start..start + length]).into_owned()
}

/// Is it the first sign of its line?
pub(super) fn is_first(text: &[u8], at: usize) -> bool {
    text[line_start(text, at)..at].iter().all(|b| matches!(b, b' ' | b'\t'))
}

/// As many blanks as stand before it, for a line below that begins in the same column.
pub(super) fn column(text: &[u8], at: usize) -> String {
    let start = line_start(text, at);
    text[start..at].iter().map(|&b| if b == b'\t' { '\t' } else { ' ' }).collect()
}

/// What a level of indentation is, as far as the lines about a place tell.
pub(super) fn step(outer: &str, inner: Option<&str>) -> String {
    let deeper = inner.and_then(|inner| inner.strip_prefix(outer)).filter(|deeper| !deeper.is_empty());
    match deeper {
        Some(deeper) => deeper.to_owned(),
        None if outer.starts_with('\t') => "\t".to_owned(),
        None => "  ".to_owned(),
    }
}

/// A span with the quotes about it.
pub(super) fn quoted(text: &[u8], span: Range<usize>) -> Range<usize> {
    for quote in [&b"'''"[..], b"\"\"\"", b"\"", b"'"] {
        let before = span.start.checked_sub(quote.len()).is_some_and(|start| text[start..].starts_with(quote));
        if before && text[span.end..].starts_with(quote) {
            return span.start - quote.len()..span.end + quote.len();
        }
    }
    span
}

/// Is there nothing but blanks and a comment from here to the end of the line?
pub(super) fn ends_line(text: &[u8], at: usize) -> bool {
    let rest = text[at..line_end(text, at)].trim_ascii_start();
    rest.is_empty() || rest.starts_with(b"#") || rest.starts_with(b"//") || is_block_comment(rest)
}

fn is_block_comment(rest: &[u8]) -> bool {
    rest.starts_with(b"/*") && memchr::memmem::find(rest, b"*/") == Some(rest.trim_ascii_end().len() - 2)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_end_before_their_line_break() {
        let text = b"a\r\n\tb # c\n\n";
        for (at, start, end, next) in [(0, 0, 1, 3), (1, 0, 1, 3), (4, 3, 9, 10), (10, 10, 10, 11), (11, 11, 11, 11)] {
            assert_eq!((line_start(text, at), line_end(text, at), next_line(text, at)), (start, end, next), "{at}");
        }
        assert_eq!((indent(text, 5), is_first(text, 4), is_first(text, 5)), ("\t".to_owned(), true, false));
    }

    #[test]
    fn quotes_about_a_span_belong_to_it() {
        for (text, span, whole) in [("x = 'a'", 5..6, 4..7), ("x = a", 4..5, 4..5), ("'''a'''", 3..4, 0..7)] {
            assert_eq!(quoted(text.as_bytes(), span), whole, "{text}");
        }
    }

    #[test]
    fn a_comment_may_end_a_line() {
        for (text, ends) in [("", true), ("  # x", true), (" /* x */ ", true), (" }", false), (" /* x */ y", false)] {
            assert_eq!(ends_line(text.as_bytes(), 0), ends, "{text}");
        }
    }
}
