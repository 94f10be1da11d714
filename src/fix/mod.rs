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

/// Stands for each byte of a secret until the diff is text; no text file holds it.
const COVER: u8 = 0x1f;

/// What people see in its place.
const COVERED: &str = "***";

/// What a fix alone would change, as a diff without its header, for people: secrets beside the change are covered.
/// `None` if it does not fit the bytes.
pub fn preview(path: &RepoPath, bytes: &[u8], fix: &Fix) -> Option<String> {
    let mut bytes = bytes.to_vec();
    for secret in &fix.beside {
        let hidden = bytes.get_mut(secret.range())?;
        hidden.iter_mut().filter(|byte| **byte != b'\n' && **byte != b'\r').for_each(|byte| *byte = COVER);
    }
    let after = apply::apply(path, &bytes, &[fix])?;
    let whole = unified(path.as_bytes(), &bytes, &after);
    let text = String::from_utf8(whole).ok()?;
    let start = text.find("@@ ")?;
    Some(covered(&text[start..]))
}

fn covered(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find(char::from(COVER)) {
        out.push_str(&rest[..at]);
        out.push_str(COVERED);
        rest = rest[at..].trim_start_matches(char::from(COVER));
    }
    out.push_str(rest);
    out
}

pub use mend::{Eyes, Left, Made, Mended, Why, mend};
pub use write::{WriteError, write};
