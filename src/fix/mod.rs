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

use crate::model::{Fix, RepoPath};

/// What a fix alone would change, as a diff without its header; `None` if it does not fit the bytes.
pub fn preview(path: &RepoPath, bytes: &[u8], fix: &Fix) -> Option<String> {
    let after = apply::apply(path, bytes, &[fix])?;
    let whole = unified(path.as_bytes(), bytes, &after);
    let text = String::from_utf8(whole).ok()?;
    let start = text.find("@@ ")?;
    Some(text[start..].to_owned())
}
pub use mend::{Eyes, Left, Made, Mended, Why, mend};
pub use write::{WriteError, write};
