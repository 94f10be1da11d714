//! What finds: one file for each kind of matcher. Each takes the hits of its
//! anchors and pushes [`Match`](super::Match)es; none of them judges a value.

pub(super) mod assignment;
pub(super) mod code;
pub(super) mod config;
pub(super) mod connection;
mod follow;
mod gaps;
mod inside;
pub(super) mod keys;
mod kubernetes;
pub(super) mod path;
pub(super) mod regex;
mod relaxed;
pub(super) mod run;
pub(super) mod url;
