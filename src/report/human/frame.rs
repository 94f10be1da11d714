//! The picture of a finding: its headline and the source around it, drawn by miette.
//!
//! The excerpt comes covered from the engine. Here it is cut to the window (the line
//! of the mark, one before, one after, as many columns as fit) and made harmless
//! again, and the mark moves with its text.

use std::fmt::{self, Display};

use miette::{
    Diagnostic, GraphicalReportHandler, GraphicalTheme, LabeledSpan, MietteError, MietteSpanContents, SourceCode,
    SourceSpan, SpanContents,
};

use super::super::{Theme, View};
use super::paper::columns;
use crate::model::path::is_unsafe_to_show;
use crate::model::{Excerpt, Severity};

/// Columns of ` 14 │ ` beside the digits.
const GUTTER: usize = 4;

/// Wider than any terminal; more would only upset miette's arithmetic.
const WIDEST: usize = 10_000;

/// Fewer columns of source than this say nothing.
const NARROWEST: usize = 20;

/// Draws the headline and, if there is one, the excerpt.
pub(super) fn draw(headline: &str, severity: Severity, excerpt: &Excerpt, view: &View<'_>) -> String {
    let theme = match view.theme {
        Theme::Plain => GraphicalTheme::unicode_nocolor(),
        Theme::Colour => GraphicalTheme::unicode(),
    };
    let width = view.width.min(WIDEST);
    let handler = GraphicalReportHandler::new_themed(theme)
        .with_width(width + 2) // miette keeps two columns free
        .with_break_words(false)
        .without_primary_span_start();
    let frame = Frame { headline, severity, snippet: Snippet::cut(excerpt, width) };
    let mut out = String::new();
    handler.render_report(&mut out, &frame).expect("a string takes everything, and the mark lies in the snippet");
    out
}

#[derive(Debug)]
struct Frame<'a> {
    headline: &'a str,
    severity: Severity,
    snippet: Option<Snippet>,
}

impl Display for Frame<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.headline)
    }
}

impl std::error::Error for Frame<'_> {}

impl Diagnostic for Frame<'_> {
    fn severity(&self) -> Option<miette::Severity> {
        Some(match self.severity {
            Severity::Critical | Severity::High => miette::Severity::Error,
            Severity::Medium => miette::Severity::Warning,
            Severity::Low | Severity::Info => miette::Severity::Advice,
        })
    }

    fn source_code(&self) -> Option<&dyn SourceCode> {
        self.snippet.as_ref().map(|snippet| snippet as &dyn SourceCode)
    }

    fn labels(&self) -> Option<Box<dyn Iterator<Item = LabeledSpan> + '_>> {
        let (start, length) = self.snippet.as_ref()?.mark;
        Some(Box::new(std::iter::once(LabeledSpan::new_primary_with_span(None, (start, length)))))
    }
}

/// At most three lines, as wide as fits.
#[derive(Debug)]
struct Snippet {
    text: String,
    first_line: usize,
    mark: (usize, usize),
}

impl SourceCode for Snippet {
    fn read_span<'a>(
        &'a self,
        span: &SourceSpan,
        before: usize,
        after: usize,
    ) -> Result<Box<dyn SpanContents<'a> + 'a>, MietteError> {
        let inner = self.text.read_span(span, before, after)?;
        let line = inner.line() + self.first_line.saturating_sub(1);
        let (data, span) = (inner.data(), *inner.span());
        Ok(Box::new(MietteSpanContents::new(data, span, line, inner.column(), inner.line_count())))
    }
}

impl Snippet {
    /// `None` for an excerpt without text.
    fn cut(excerpt: &Excerpt, width: usize) -> Option<Self> {
        let lines: Vec<&str> = excerpt.text.split('\n').collect();
        let (marked, mark) = locate(&lines, excerpt.mark)?;
        let first = marked.saturating_sub(1);
        let shown = first..(marked + 2).min(lines.len());
        let first_line = excerpt.first_line as usize + first;

        let digits = (first_line + shown.len()).to_string().len();
        let room = width.saturating_sub(GUTTER + digits).max(NARROWEST);
        let cells: Vec<Line> = shown
            .map(|index| {
                Line::read(
                    lines[index],
                    if index == marked { mark } else { (0, 0) },
                    index == 0 && excerpt.first_column > 1,
                )
            })
            .collect();
        let left = cells[marked - first].hidden_left(room);
        let mut snippet = Self { text: String::new(), first_line, mark: (0, 0) };
        for (index, line) in cells.iter().enumerate() {
            let at = snippet.text.len();
            let (text, mark) = line.window(left, room);
            if index == marked - first {
                // Within the line as it is shown: blanks at its end go, and a mark over two lines is drawn wider.
                let shown = text.trim_end().len();
                let start = mark.0.min(shown.saturating_sub(1));
                snippet.mark = (at + start, mark.1.min(shown - start));
            } else if text.trim().is_empty() {
                snippet.first_line += usize::from(index == 0); // it can only be the first or the last
                continue;
            }
            snippet.text.push_str(text.trim_end());
            snippet.text.push('\n');
        }
        // A mark on trailing blanks would point past the text.
        snippet.mark.0 = snippet.mark.0.min(snippet.text.len() - 1);
        snippet.mark.1 = snippet.mark.1.min(snippet.text.len() - 1 - snippet.mark.0);
        Some(snippet)
    }
}

/// The line that holds the start of the mark, and the mark within that line, in
/// bytes `start, end`. Any mark is brought inside the text.
fn locate(lines: &[&str], (start, length): (usize, usize)) -> Option<(usize, (usize, usize))> {
    let mut at = 0;
    for (index, line) in lines.iter().enumerate() {
        let last = index + 1 == lines.len();
        if start <= at + line.len() || last {
            let from = start.saturating_sub(at).min(line.len());
            let to = from.saturating_add(length).min(line.len());
            let blank = lines.iter().all(|line| line.trim().is_empty());
            return (!blank).then_some((index, (from, to)));
        }
        at += line.len() + 1;
    }
    None
}

/// A line as cells of text and columns, and which cells are marked.
struct Line {
    cells: Vec<(String, usize)>,
    marked: (usize, usize),
}

impl Line {
    fn read(text: &str, (from, to): (usize, usize), was_cut: bool) -> Self {
        let mut cells = Vec::with_capacity(text.len() + 1);
        if was_cut {
            cells.push(("…".to_owned(), 1));
        }
        let mut marked = (usize::MAX, 0);
        for (at, c) in text.char_indices().filter(|&(_, c)| c != '\r') {
            if at + c.len_utf8() > from && at < to {
                marked = (marked.0.min(cells.len()), cells.len() + 1);
            }
            cells.push(match c {
                '\t' => ("    ".to_owned(), 4),
                c if is_unsafe_to_show(c) => ("·".to_owned(), 1),
                c => (c.to_string(), columns(c)),
            });
        }
        if marked.0 == usize::MAX {
            marked = (cells.len(), cells.len());
        }
        Self { cells, marked }
    }

    fn columns(&self, cells: std::ops::Range<usize>) -> usize {
        self.cells[cells].iter().map(|cell| cell.1).sum()
    }

    /// How many columns to hide at the left so that the mark, or as much of it as
    /// fits, is seen with a third of the room before it.
    fn hidden_left(&self, room: usize) -> usize {
        if self.columns(0..self.marked.1) < room {
            return 0;
        }
        let wanted = room - (self.columns(self.marked.0..self.marked.1) + 2).min(room * 2 / 3);
        self.columns(0..self.marked.0).saturating_sub(wanted)
    }

    /// The text from column `left`, `room` columns at most, with `…` where it was
    /// cut, and the marked bytes `start, length` of it.
    fn window(&self, left: usize, room: usize) -> (String, (usize, usize)) {
        let (mut text, mut column, mut mark) = (String::new(), 0, (usize::MAX, 0));
        if left > 0 && self.columns(0..self.cells.len()) > left {
            text.push('…');
        }
        for (index, (cell, width)) in self.cells.iter().enumerate() {
            let hidden = left > 0 && column <= left;
            column += width;
            if hidden {
                continue;
            }
            let rest = self.cells.len() - index > 1;
            if column > left + room - usize::from(rest) {
                text.push('…');
                break;
            }
            if (self.marked.0..self.marked.1).contains(&index) {
                mark = (mark.0.min(text.len()), text.len() + cell.len());
            }
            text.push_str(cell);
        }
        let start = mark.0.min(text.len());
        (text, (start, mark.1.saturating_sub(start)))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::model::Verdict;
    use crate::report::{Page, Pages};

    struct NoPages;

    impl Pages for NoPages {
        fn page(&self, _: &str) -> Option<Page> {
            None
        }
    }

    fn drawn(excerpt: &Excerpt, width: usize) -> String {
        draw("high: x", Severity::High, excerpt, &View { width, ..View::new(&NoPages, Verdict::Clean) })
    }

    fn excerpt(text: &str, mark: (usize, usize)) -> Excerpt {
        Excerpt { text: text.to_owned(), first_line: 9, first_column: 1, mark }
    }

    /// The text above the underline.
    fn underlined(picture: &str) -> String {
        let lines: Vec<Vec<char>> = picture.lines().map(|line| line.chars().collect()).collect();
        let under = lines.iter().position(|line| line.contains(&'·') && line.contains(&'─')).expect("an underline");
        let cells = lines[under].iter().zip(&lines[under - 1]);
        cells.filter(|(below, _)| **below == '─').map(|(_, above)| *above).collect()
    }

    #[test]
    fn the_line_under_the_source_is_under_the_mark() {
        let far = format!("{}key=abc***{}", "x".repeat(300), "y".repeat(300));
        for (text, mark, marked) in [
            ("key=abc***;", (4, 6), "abc***"),
            ("one\nkey=abc***\nthree", (8, 6), "abc***"),
            ("\tkey=abc***", (5, 6), "abc***"),
            ("key=abc***\n***\n***", (4, 14), "abc***"),
            (far.as_str(), (304, 6), "abc***"),
        ] {
            let picture = drawn(&excerpt(text, mark), 60);
            assert_eq!(underlined(&picture), marked, "{picture}");
        }
    }

    #[test]
    fn lines_keep_their_numbers_when_blank_ones_are_left_out() {
        let picture = drawn(&excerpt("\nkey=abc***\n", (5, 6)), 60);
        assert!(picture.contains("10 │ key") && !picture.contains("9 │") && !picture.contains("11 │"), "{picture}");
    }

    #[test]
    fn a_mark_that_ends_in_blanks_stays_on_its_line() {
        let text = "key = \"value   \t  \nnext line is long enough to be cut off at the right";
        let picture = drawn(&excerpt(text, (7, 12)), 40);
        assert!(!picture.contains('▶') && picture.lines().all(|line| line.chars().count() <= 40), "{picture}");
    }

    #[test]
    fn an_excerpt_without_text_has_no_picture() {
        for text in ["", " ", "\n\n"] {
            assert_eq!(drawn(&excerpt(text, (0, 0)), 60).lines().count(), 1);
        }
    }

    proptest! {
        #[test]
        fn any_excerpt_is_drawn_inside_its_width(
            text in "([a-z ]{0,90}|[\\PC\t\r\n\u{1b}\u{202e}鍵]{0,60}|\n){0,5}",
            start in 0usize..400, length in 0usize..400, line in any::<u32>(), column in 0u32..9, width in 0usize..160
        ) {
            let excerpt = Excerpt { text, first_line: line, first_column: column, mark: (start, length) };
            let picture = drawn(&excerpt, width);
            prop_assert!(!picture.chars().any(|c| c != '\n' && is_unsafe_to_show(c)));
            let most = width.max(NARROWEST + GUTTER + 12);
            for line in picture.lines().skip(1) {
                // miette measures the underline as one text, in which signs may join that stand alone here.
                let most = if line.contains("──") { most + 2 } else { most };
                prop_assert!(line.chars().map(columns).sum::<usize>() <= most, "{}", picture);
            }
        }
    }
}
