//! Rules: one TOML file each, checked when the program is built, compiled when they are needed.

pub mod sample;
pub mod spec;
pub mod verify;

pub use set::{Rule, RuleIndex, RuleSet};
