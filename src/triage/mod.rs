//! Marks findings as known and accepted; drops none.

pub mod allow;
pub mod baseline;
mod directive;
mod foreign;
pub mod inline;

pub use inline::{Directives, RuleNames};
