//! Making the changes that findings offer: choose, apply, look again, write.
//!
//! Which edits a fix has was planned when the file was read; here whole fixes are made or none, no two of
//! them at the same place, and the result is looked at again until nothing is left to do. History is never
//! touched and no file is deleted.

mod apply;
mod diff;
pub mod example;
mod mend;
mod write;

pub use diff::unified;
pub use mend::{Eyes, Left, Made, Mended, Why, mend};
pub use write::{WriteError, write};
