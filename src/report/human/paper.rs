//! What `human` writes on: lines folded at a width, words in colour, labelled rows.
//!
//! Everything that comes in is made harmless here, so no caller can forget it.

use std::fmt::Write as _;

use super::super::{Theme, View, safe};

/// Where the text of a row begins: two blanks, the longest label, two blanks.
const TEXT_COLUMN: usize = 14;

/// Folding to fewer columns than this helps nobody.
const NARROWEST: usize = 24;

/// Colours of the sixteen every terminal has, chosen by its owner.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Ink {
    Bold,
    Dim,
    Red,
    Yellow,
    Cyan,
    Green,
}

impl Ink {
    fn code(self) -> &'static str {
        match self {
            Self::Bold => "1",
            Self::Dim => "2",
            Self::Red => "1;31",
            Self::Yellow => "1;33",
            Self::Cyan => "36",
            Self::Green => "1;32",
        }
    }
}

/// A text under construction.
pub(super) struct Paper {
    theme: Theme,
    pub(super) width: usize,
    pub(super) text: String,
}

impl Paper {
    pub(super) fn new(view: &View<'_>) -> Self {
        Self { theme: view.theme, width: view.width.max(NARROWEST), text: String::new() }
    }

    /// `text` made harmless and, if there are colours, coloured.
    pub(super) fn paint(&self, ink: Ink, text: &str) -> String {
        let text = safe::line(text);
        match self.theme {
            Theme::Plain => text.into_owned(),
            Theme::Colour => format!("\x1b[{}m{text}\x1b[0m", ink.code()),
        }
    }

    /// An empty line.
    pub(super) fn gap(&mut self) {
        self.text.push('\n');
    }

    /// One line as it is, coloured; never folded.
    pub(super) fn line(&mut self, ink: Ink, text: &str) {
        let painted = self.paint(ink, text);
        let _ = writeln!(self.text, "{painted}");
    }

    /// A word in colour and what it is about, folded under itself by two.
    pub(super) fn note(&mut self, ink: Ink, word: &str, text: &str) {
        let room = self.width.saturating_sub(2);
        for (index, piece) in fold(&format!("{word}: {}", safe::line(text)), room).iter().enumerate() {
            let piece = match piece.strip_prefix(word) {
                Some(rest) if index == 0 => self.paint(ink, word) + rest,
                _ => format!("  {piece}"),
            };
            let _ = writeln!(self.text, "{piece}");
        }
    }

    /// `label  text`, folded under the text. An empty label continues the row above.
    pub(super) fn row(&mut self, label: &str, text: &str) {
        let pieces = fold(&safe::line(text), self.width.saturating_sub(TEXT_COLUMN).max(NARROWEST));
        for (index, piece) in pieces.iter().enumerate() {
            self.labelled(if index == 0 { label } else { "" }, piece);
        }
    }

    /// `label  text` on one line however long it is: paths and commands, which people copy.
    pub(super) fn unfolded(&mut self, label: &str, text: &str) {
        let text = safe::line(text).into_owned();
        self.labelled(label, &text);
    }

    fn labelled(&mut self, label: &str, text: &str) {
        let padding = " ".repeat((TEXT_COLUMN - 2).saturating_sub(label.chars().count()));
        let label = if label.is_empty() { String::new() } else { self.paint(Ink::Dim, label) };
        let _ = writeln!(self.text, "  {label}{padding}{text}");
    }
}

/// Breaks at blanks into lines of at most `width` columns; a longer word stands alone.
fn fold(text: &str, width: usize) -> Vec<String> {
    let mut lines = vec![String::new()];
    let mut used = 0;
    for word in text.split(' ').filter(|word| !word.is_empty()) {
        let columns: usize = word.chars().map(columns).sum();
        let line = lines.last_mut().expect("it begins with one line");
        if used > 0 && used + 1 + columns > width {
            lines.push(word.to_owned());
            used = columns;
        } else {
            if used > 0 {
                line.push(' ');
                used += 1;
            }
            line.push_str(word);
            used += columns;
        }
    }
    lines
}

/// Columns of a character, at least: letters of East Asia and pictures count two.
/// Used only to keep inside the width, so a rare miscount costs a column, not a caret.
pub(super) fn columns(c: char) -> usize {
    match c {
        '\u{300}'..='\u{36f}' => 0,
        '\u{1100}'..='\u{115f}' | '\u{2e80}'..='\u{ffdc}' | '\u{1f000}'.. => 2,
        _ => 1,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn folding_keeps_every_word_and_the_width() {
        for (text, width, lines) in [
            ("one two three", 8, vec!["one two", "three"]),
            ("one two three", usize::MAX, vec!["one two three"]),
            ("averylongword b", 4, vec!["averylongword", "b"]),
            ("", 10, vec![""]),
            ("鍵鍵 鍵鍵", 8, vec!["鍵鍵", "鍵鍵"]),
        ] {
            assert_eq!(fold(text, width), lines, "{text} in {width}");
        }
    }
}
