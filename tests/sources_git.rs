//! Repositories, read through the real binary: what is staged, what a branch brings, what a history holds.
//!
//! Every repository is made by the real git. Where other scanners are known to report clean without having
//! looked, the test says what we find, or that we say we could not look.

#![cfg(unix)]

#[path = "git/cache.rs"]
mod cache;
#[path = "git/damaged.rs"]
mod damaged;
#[path = "git/history.rs"]
mod history;
#[path = "git/patch.rs"]
mod patch;
#[path = "git/peers.rs"]
mod peers;
#[path = "git/range.rs"]
mod range;
#[path = "git/reftable.rs"]
mod reftable;
#[path = "git/scratch.rs"]
mod scratch;
#[path = "git/staged.rs"]
mod staged;
#[path = "git/tracked.rs"]
mod tracked;
