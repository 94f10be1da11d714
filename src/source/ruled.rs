//! Are the ignore files of a directory safe to read?
//!
//! The walker opens them by name and reads them to the end, whatever they are: a
//! pipe called `.gitignore` would hold a scan for ever, and a link `.ignore` to
//! `/dev/zero` can be committed to a repository. Such a directory is walked without
//! ignore files instead: too much is read, nothing is lost.

use std::fs;
use std::path::{Path, PathBuf};

/// The names whose content the walker reads in every directory.
pub(super) const RULE_FILES: [&str; 2] = [".gitignore", ".ignore"];

/// Larger ones cost more memory to compile than a scan should take.
const MAX_RULE_FILE: u64 = 4 << 20;
/// A `.git` file and a `commondir` hold one path.
const MAX_LINK_FILE: u64 = 16 << 10;

/// Are the ignore files above this directory safe, those that decide about what lies in it?
pub(super) fn parents_are_safe(dir: &Path) -> bool {
    // the walker finds the parents in the same way, and has none if this fails
    let Ok(dir) = dir.canonicalize() else { return true };
    dir.ancestors().skip(1).all(is_safe)
}

/// Are the ignore files in this directory safe?
pub(super) fn is_safe(dir: &Path) -> bool {
    RULE_FILES.iter().all(|name| is_small_file(&dir.join(name), MAX_RULE_FILE)) && is_safe_git(dir)
}

/// Is this ignore file safe?
pub(super) fn is_safe_file(path: &Path) -> bool {
    is_small_file(path, MAX_RULE_FILE)
}

/// Is what `.git` in this directory leads to safe: `info/exclude`, by way of a worktree's `commondir`?
pub(super) fn is_safe_git(dir: &Path) -> bool {
    let git = dir.join(".git");
    let exclude = Path::new("info/exclude");
    match fs::metadata(&git) {
        Ok(meta) if meta.is_dir() => is_small_file(&git.join(exclude), MAX_RULE_FILE),
        Ok(meta) if meta.is_file() => is_safe_git_link(&git, exclude),
        _ => true, // the walker opens neither
    }
}

fn is_safe_git_link(git: &Path, exclude: &Path) -> bool {
    if !is_small_file(git, MAX_LINK_FILE) {
        return false;
    }
    let Some(real) = first_line(git).and_then(|line| line.strip_prefix("gitdir: ").map(PathBuf::from)) else {
        return true;
    };
    let link = real.join("commondir");
    if !is_small_file(&link, MAX_LINK_FILE) {
        return false;
    }
    let Some(common) = first_line(&link) else { return true };
    let common = if common.starts_with('.') { real.join(common) } else { PathBuf::from(common) };
    is_small_file(&common.join(exclude), MAX_RULE_FILE)
}

fn first_line(path: &Path) -> Option<String> {
    let text = fs::read_to_string(path).ok()?;
    text.lines().next().map(str::to_owned)
}

/// A regular file of at most `most` bytes, or nothing that can be read at all. A link may lead to
/// one, but not to an empty one: the files of `/proc` say so of themselves and need not end.
fn is_small_file(path: &Path, most: u64) -> bool {
    let Ok(entry) = fs::symlink_metadata(path) else { return true };
    if !entry.is_symlink() {
        return entry.is_dir() || (entry.is_file() && entry.len() <= most);
    }
    fs::metadata(path)
        .map_or(true, |target| target.is_dir() || (target.is_file() && (1..=most).contains(&target.len())))
}
