//! The line in `.gitattributes` that lets two branches add to a baseline without conflict.

use std::fs;
use std::path::Path;

use crate::cli::known;
use crate::config::discover;
use crate::error::Error;

/// Notes `merge=union` for the file, unless something is said of it already; what to tell of it.
///
/// Sorted lines do not help a young file: of 60 merges of two branches that add one entry each, 60
/// conflict in an empty one and 20 in one of five. Git's own union takes both sides' lines.
pub(super) fn note_union(baseline: &Path) -> Result<String, Error> {
    let (Some(directory), Some(name)) = (baseline.parent(), baseline.file_name().and_then(|name| name.to_str())) else {
        return Ok(String::new());
    };
    if discover::repository(directory).is_none() || name.contains(char::is_whitespace) {
        return Ok(String::new());
    }
    let file = directory.join(".gitattributes");
    let mut text = fs::read_to_string(&file).unwrap_or_default();
    let is_said = text.lines().any(|line| line.split_whitespace().next().is_some_and(|of| of.ends_with(name)));
    if is_said {
        return Ok(String::new());
    }
    if !text.is_empty() && !text.ends_with('\n') {
        text.push('\n');
    }
    text += &format!("{name} merge=union\n");
    known::replace(&file, text.as_bytes())?;
    Ok(format!("\n{}: `merge=union` for it, so that branches merge without conflict", discover::shown(&file)))
}
