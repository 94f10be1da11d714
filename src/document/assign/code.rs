//! `name = "literal"` in code, read at the place where a word of interest was seen.
//!
//! A hand-written lexer of bytes: it widens the word to the whole name, looks at what
//! follows, and reads a literal with the quotes and escapes of the language. It looks
//! at 128 bytes to each side for the name, at 300 for the beginning of the value and
//! at 16 KiB for its end, whatever the text. Whether the value is a secret is left to
//! `check`, whether it is a template or a placeholder to the classifier of values.

mod bare;
mod escape;
mod forms;
mod literal;
mod markup;
mod name;
mod opening;
#[cfg(test)]
mod tests;
mod text;
mod value;

use std::ops::Range;

use crate::document::kind::Kind;
use crate::document::layer::LayerSpan;

use super::Decoded;
use name::Name;

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
    let (name, value) = forms::read(text, &name, kind)?;
    Some(CodeAssignment {
        name: LayerSpan::new(name.start, name.end)?,
        value: LayerSpan::new(value.span.start, value.span.end)?,
        decoded: value.decoded,
        quoted: value.quoted,
    })
}
