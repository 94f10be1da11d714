//! Rules: one TOML file each, checked when the program is built, compiled when they are needed.

pub mod anchors;
pub mod beside;
pub mod example;
pub mod load;
pub mod page;
pub mod place;
mod right;
pub mod sample;
pub mod set;
pub mod spec;
pub mod topic;
pub mod verify;

pub use set::{Rule, RuleIndex, RuleSet};
