//! Helm, Jinja and Ansible marks in YAML, covered up.
//!
//! `{{ … }}`, `{% … %}` and `{# … #}` are no YAML. They are replaced byte for byte: by blanks
//! where they fill their lines, by letters where they stand within one. The parser then sees the
//! keys, and values are cut from the real text.

use std::borrow::Cow;
use std::ops::Range;

use memchr::memmem;

use super::draft::{line_end, line_start};

/// How far a mark may reach over the ends of lines.
const LONGEST: usize = 1024;

const MARKS: [(&[u8], &[u8]); 3] = [(b"{{", b"}}"), (b"{%", b"%}"), (b"{#", b"#}")];

/// The text with its template marks covered; same length.
pub(super) fn cover(text: &str) -> Cow<'_, str> {
    let bytes = text.as_bytes();
    if memmem::find(bytes, b"{{").is_none() && memmem::find(bytes, b"{%").is_none() {
        return Cow::Borrowed(text);
    }
    let marks = marks(bytes);
    let mut covered = bytes.to_vec();
    for mark in &marks {
        fill(&mut covered, mark.clone(), b'x');
    }
    blank_lines(&mut covered, bytes, &marks);
    String::from_utf8(covered).map_or(Cow::Borrowed(text), Cow::Owned)
}

/// All marks, in order. They begin and end with ASCII, so no character is cut.
fn marks(text: &[u8]) -> Vec<Range<usize>> {
    let mut marks = Vec::new();
    let mut closes = MARKS.map(|(_, close)| Closes { text, close, next: 0 });
    let mut at = 0;
    while let Some(next) = memchr::memchr(b'{', &text[at..]) {
        let start = at + next;
        let kind = MARKS.iter().position(|(open, _)| text[start..].starts_with(open));
        let end = kind.and_then(|kind| closes[kind].after(start + 2)).filter(|end| {
            // `${{ … }}` of a workflow that is not closed on its line was meant to be, and is text.
            let is_expression = start.checked_sub(1).is_some_and(|before| text[before] == b'$');
            end - start <= LONGEST && !(is_expression && text[start..*end].contains(&b'\n'))
        });
        if let Some(end) = end {
            marks.push(start..end);
        }
        at = end.unwrap_or(start + 1);
    }
    marks
}

/// The ends of one sort of mark. Goes forwards only, so that each byte is looked at once.
struct Closes<'t> {
    text: &'t [u8],
    close: &'static [u8],
    next: usize,
}

impl Closes<'_> {
    /// The end of the first closing sign at or after `at`.
    fn after(&mut self, at: usize) -> Option<usize> {
        if self.next < at {
            self.next = memmem::find(&self.text[at..], self.close).map_or(self.text.len(), |next| at + next);
        }
        (self.next < self.text.len()).then_some(self.next + self.close.len())
    }
}

/// Line ends stay, everything else becomes `filler`.
fn fill(text: &mut [u8], at: Range<usize>, filler: u8) {
    for byte in &mut text[at] {
        if !matches!(byte, b'\n' | b'\r') {
            *byte = filler;
        }
    }
}

/// Where nothing but marks stands on a line, or where a mark runs over lines, blanks take their place.
fn blank_lines(covered: &mut [u8], text: &[u8], marks: &[Range<usize>]) {
    let mut first = 0;
    while first < marks.len() {
        let mut last = first;
        let mut end = line_end(text, marks[first].end);
        while last + 1 < marks.len() && marks[last + 1].start < end {
            last += 1;
            end = line_end(text, marks[last].end);
        }
        let mut at = line_start(text, marks[first].start);
        let group = &marks[first..=last];
        let alone = group.iter().all(|mark| {
            let between = text[at..mark.start].trim_ascii();
            at = mark.end;
            between.is_empty()
        });
        if alone && text[at..end].trim_ascii().is_empty() {
            group.iter().for_each(|mark| fill(covered, mark.clone(), b' '));
        }
        first = last + 1;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_become_blanks_on_their_own_lines_and_letters_within_others() {
        for (text, covered) in [
            ("a: 1\n  {{- if .x }}\nb: 2", "a: 1\n              \nb: 2"),
            ("a: {{ .b }}-{{ .c }}", "a: xxxxxxxx-xxxxxxxx"),
            ("{{ .k }}: v", "xxxxxxxx: v"),
            ("{{/* one\ntwo */}}\na: 1", "        \n        \na: 1"),
            ("{% if a %}{{ b }}\n", "                 \n"),
            ("a: {{ open", "a: {{ open"),
            ("a: \"{{ x | default \"y\" }}\"", "a: \"xxxxxxxxxxxxxxxxxxxxx\""),
            ("# {{ é }}", "# xxxxxxxx"),
            ("a: b # ${{ c }\nd: ${{ e }}", "a: b # ${{ c }\nd: $xxxxxxx"),
        ] {
            assert_eq!(cover(text), covered, "{text}");
        }
    }
}
