//! `name = "literal"` in code, read at the place where a word of interest was seen.

use std::ops::Range;

use crate::document::kind::Kind;
use crate::document::layer::LayerSpan;

use super::Decoded;

/// A name and the literal that it is given.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CodeAssignment {
    /// The whole name, `services.client_secret`, without quotes.
    pub name: LayerSpan,
    /// The literal, without quotes.
    pub value: LayerSpan,
    /// The literal, if escapes make it differ.
    pub decoded: Option<Decoded>,
    /// Did it stand in quotes?
    pub quoted: bool,
}

/// The assignment whose name holds `word`, if a literal follows.
pub fn at(_text: &[u8], _word: Range<usize>, _kind: Kind) -> Option<CodeAssignment> {
    None
}
