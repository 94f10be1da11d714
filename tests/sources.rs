//! Sources list and read what they should: hostile trees, ignore files, overlapping roots.
//!
//! `KEYLESS_TREE=DIR cargo test --release --test sources -- --ignored throughput --nocapture` walks a real
//! tree with a worker that does nothing; compare with `rg -c zzzz` on the same tree.

#![allow(clippy::unwrap_used, clippy::print_stderr, reason = "a test may panic, and says what it could not try")]

#[path = "sources/ignored.rs"]
mod ignored;
#[path = "sources/large.rs"]
mod large;
#[path = "sources/roots.rs"]
mod roots;
#[path = "sources/scratch.rs"]
mod scratch;
#[cfg(unix)]
#[path = "sources/unix.rs"]
mod unix;
