//! A blob understood: what kind of file it is, its text, its layers, its keys and values.
//!
//! Layer 0 is the text: the blob's own bytes, or UTF-8 made from UTF-16. Every other
//! layer is what a decoder made of a part of another one. Matchers work on layers
//! and speak in [`LayerSpan`]s; only the document leads them back to a [`Span`].
//! Finding anything is left to `detect`.

pub mod assign;
pub mod kind;
pub mod layer;
