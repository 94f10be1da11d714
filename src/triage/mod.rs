//! Marks findings as known and accepted; drops none.

pub mod allow;
mod directive;
pub mod inline;

pub use inline::{Directives, RuleNames};
