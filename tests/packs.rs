//! The own reader of object stores against git itself, on repositories that git made.
//!
//! `KEYLESS_REPO=DIR cargo test --release --test packs -- --ignored throughput --nocapture` sweeps a real one;
//! compare with `git cat-file --batch-all-objects --batch --unordered --buffer`.

#![allow(clippy::unwrap_used, reason = "a test may panic")]

#[path = "packs/attributed.rs"]
mod attributed;
#[path = "packs/damaged.rs"]
mod damaged;
#[path = "packs/git.rs"]
mod git;
#[path = "packs/scanned.rs"]
mod scanned;
#[path = "packs/stores.rs"]
mod stores;
#[path = "packs/sweep.rs"]
mod sweep;
#[path = "packs/throughput.rs"]
mod throughput;
