//! Values that must leave a history: which forms they have there, how a rewriting tool is told, and the proof
//! afterwards that no object holds them.
//!
//! Nothing here rewrites anything. The proof needs no plain text: a record holds a keyed digest of each form and
//! sixteen bits that tell where in an object it is worth to compare.

mod needle;
mod record;
mod replacements;

pub use needle::{Needle, Needles};
pub use record::{Form, Record, RecordError, SCHEMA};
pub use replacements::{read, written};

/// Shorter forms are not replaced everywhere: they stand in other places by chance.
pub const SHORTEST: usize = 6;
