//! `name = "literal"` in code, read at the place where a word of interest was seen.
//!
//! A hand-written lexer of bytes: it widens the word to the whole name, looks at what
//! follows, and reads a literal with the quotes and escapes of the language. It looks
//! at 128 bytes to each side for the name, at 300 for the beginning of the value and
//! at 16 KiB for its end, whatever the text. Whether the value is a secret is left to
//! `check`, whether it is a template or a placeholder to the classifier of values.

mod bare;
mod beside;
mod escape;
mod forms;
mod heredoc;
mod joined;
mod literal;
mod loose;
mod markup;
mod name;
mod opening;
mod prose;
#[cfg(test)]
mod tests;
mod text;
mod value;

use std::ops::Range;

use crate::document::kind::Kind;
use crate::document::layer::LayerSpan;

use super::Decoded;
use name::Name;

/// How far a line is looked at to each side of a place in it.
const LONGEST_LINE: usize = 2 * 1024;

/// A name and the literal that it is given.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CodeAssignment {
    /// The whole name, `services.client_secret`, without quotes.
    pub name: LayerSpan,
    /// The literal, without quotes.
    pub value: LayerSpan,
    /// The literal, if escapes make it differ.
    pub decoded: Option<Decoded>,
    /// Did it stand in quotes, or in a form that holds text only (`<name>v</name>`, `${NAME:-v}`)?
    pub quoted: bool,
    /// Did it stand in a comment or in a string over several lines, as one word without quotes? Then it may be a name.
    pub loose: bool,
}

/// The assignment whose name holds `word`, if a literal follows.
///
/// Declarations, comparisons, calls that set (`.clientSecret("v")`), pairs (`put("name", "v")`), reads with a
/// default (`getenv("NAME", "v")`), options (`--name v`), elements and attributes. Where literals need no quotes
/// the rest of the line or the shell's word is the value. `None` for a right side that is code, for an empty
/// literal and for one with holes (`$"{x}"`).
pub fn at(text: &[u8], word: Range<usize>, kind: Kind) -> Option<CodeAssignment> {
    if word.start >= word.end || word.end > text.len() || kind == Kind::Csv {
        return None;
    }
    let end = name::end(text, word.end)?;
    if !forms::may_follow(text, end, kind) {
        return None;
    }
    let name = Name::around(text, word.start..end, kind)?;
    let strict = forms::read(text, &name, kind);
    let loose = strict.is_none();
    let (mut name, value) = match strict {
        Some(found) => found,
        None => (name.span.clone(), loose::read(text, &name, kind)?),
    };
    let gives = text[name.end..].iter().find(|b| !matches!(b, b' ' | b'\t'));
    let told = matches!(kind, Kind::Text | Kind::Markdown) && gives != Some(&b'=');
    if (told || loose) && value.span.start > name.end {
        let prose = loose || text[name.end..value.span.start].ends_with(b"`");
        name.start = text::words_before(text, name.start, prose);
    }
    Some(CodeAssignment {
        name: LayerSpan::new(name.start, name.end)?,
        value: LayerSpan::new(value.span.start, value.span.end)?,
        decoded: value.decoded,
        quoted: value.quoted,
        loose,
    })
}

/// Does a word that ends at `end` belong to the name that one before it belongs to, which ends at `before`?
///
/// Only if nothing but characters of identifiers follows there: behind a dot there may be a call.
pub fn is_of_one_name(text: &[u8], before: usize, end: usize) -> bool {
    const NEAR: usize = 64;
    before > 0 && end <= before + NEAR && text[before.min(end)..end].iter().all(|byte| text::is_identifier(*byte))
}

/// The strings that are put together from several literals about some places, each once.
///
/// `seen` are sorted, and `lines` are those that hold them. What stands between two literals and is none becomes `{}`.
pub fn joined(text: &[u8], seen: &[u32], lines: &[Range<usize>], kind: Kind) -> Vec<(Range<usize>, Decoded)> {
    let mut found = Vec::new();
    let mut done = 0;
    let mut seen = seen.iter().map(|at| *at as usize).filter(|at| *at < text.len()).peekable();
    for line in lines {
        let goes_on = may_go_on(text, line, kind);
        while let Some(at) = seen.next_if(|at| *at < line.end) {
            if goes_on
                && at >= done
                && let Some((range, decoded)) = joined::about(text, at, kind)
            {
                done = range.end;
                found.push((range, decoded));
            }
        }
        // One that is the line's end.
        while seen.next_if(|at| *at <= line.end).is_some() {}
    }
    found
}

/// Does the line go on in another one, or hold several literals side by side? Cheap: most lines end here.
fn may_go_on(text: &[u8], line: &Range<usize>, kind: Kind) -> bool {
    // Minified: nobody puts strings together over such lines.
    if line.len() >= LONGEST_LINE || text[..line.start].last().is_some_and(|before| !matches!(before, b'\n' | b'\r')) {
        return false;
    }
    let above = text[line.start.saturating_sub(LONGEST_LINE)..line.start].trim_ascii_end().last();
    if matches!(above, Some(b'+' | b'&' | b'.' | b'_' | b'`')) {
        return true;
    }
    // An anchor stands in one of the literals, and so does a quote, but in a text over several lines.
    let own = &text[line.clone()];
    joined::has_quote(own) && (joined::goes_on_below(text, line.end) || joined::may_join(own, kind))
}
