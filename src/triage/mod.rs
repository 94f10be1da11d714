//! Marks findings as known and accepted; drops none.

mod directive;
pub mod inline;

pub use inline::{Directives, RuleNames};
