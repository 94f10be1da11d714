//! What only git knows: where its hooks are, and what its refs are.
//!
//! The one place that runs git. It is asked about the repository that the user called us in, in words that
//! run nothing of it.

use std::path::{Path, PathBuf};
use std::process::Command;

use crate::error::Error;
use crate::source::SourceError;

/// Asks git; the first line of what it says, or `None` if it says no.
fn ask(words: &[&str]) -> Result<Option<String>, Error> {
    let output = Command::new("git").args(words).output().map_err(|cause| {
        Error::Source(SourceError::Git {
            what: format!("cannot run git: {cause}"),
            help: "hooks are git's; install it, or add it to PATH".to_owned(),
        })
    })?;
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    Ok(output.status.success().then_some(said))
}

fn line(words: &[&str]) -> Result<Option<String>, Error> {
    Ok(ask(words)?.map(|said| said.trim_end_matches(['\n', '\r']).to_owned()).filter(|line| !line.is_empty()))
}

/// Where git looks for the hooks of this repository: `core.hooksPath`, else `hooks` of the common directory.
pub(super) fn hooks() -> Result<PathBuf, Error> {
    let said = line(&["rev-parse", "--git-path", "hooks"])?;
    let path = said.ok_or_else(|| Error::usage("this is no git repository", "call it inside one, or with --global"))?;
    let top = line(&["rev-parse", "--show-toplevel"])?;
    // A relative core.hooksPath starts where git calls hooks from; what --git-path says starts from here.
    let configured = line(&["config", "--type=path", "core.hooksPath"])?;
    match (configured, top) {
        (Some(path), Some(top)) => absolute(&Path::new(&top).join(path)),
        _ => absolute(Path::new(&path)),
    }
}

/// The directory of all of this user's repositories, if one is set.
pub(super) fn global_hooks() -> Result<Option<PathBuf>, Error> {
    match line(&["config", "--global", "--type=path", "core.hooksPath"])? {
        Some(path) => absolute(Path::new(&path)).map(Some),
        None => Ok(None),
    }
}

/// That directory, which is set if it is not.
pub(super) fn make_global_hooks() -> Result<PathBuf, Error> {
    // Git puts a new file in its place, and a machine without its /dev/null is broken.
    if let Some(file) = std::env::var_os("GIT_CONFIG_GLOBAL").map(PathBuf::from).filter(|file| is_device(file)) {
        let what = format!("GIT_CONFIG_GLOBAL is {}, which is no file for settings", file.display());
        return Err(Error::usage(what, "unset it, or let it name a file"));
    }
    if let Some(path) = global_hooks()? {
        return Ok(path);
    }
    let under = |name: &str, below: &str| {
        std::env::var_os(name).filter(|home| !home.is_empty()).map(|home| Path::new(&home).join(below))
    };
    let path = under("XDG_CONFIG_HOME", "git/hooks").or_else(|| under("HOME", ".config/git/hooks"));
    let path = path.ok_or_else(|| Error::usage("there is no HOME", "set core.hooksPath, and try again"))?;
    let shown = path.to_string_lossy().into_owned();
    match ask(&["config", "--global", "core.hooksPath", &shown])? {
        Some(_) => Ok(path),
        None => Err(Error::usage("git could not set core.hooksPath", "`git config --global core.hooksPath DIR`")),
    }
}

fn is_device(path: &Path) -> bool {
    std::fs::metadata(path).is_ok_and(|meta| !meta.is_file())
}

/// Commits that refs lead to, below a prefix.
pub(super) fn tips(prefix: &str) -> Result<Vec<String>, Error> {
    let format = "--format=%(objecttype) %(objectname) %(*objecttype) %(*objectname)";
    let said = ask(&["for-each-ref", format, prefix])?.unwrap_or_default();
    let mut tips: Vec<String> = said.lines().filter_map(tip).collect();
    tips.sort();
    tips.dedup();
    Ok(tips)
}

/// `commit ID`, or `tag ID commit ID`.
fn tip(line: &str) -> Option<String> {
    let words: Vec<&str> = line.split_whitespace().collect();
    words.chunks_exact(2).find(|pair| pair[0] == "commit").map(|pair| pair[1].to_owned())
}

/// Is this commit here?
pub(super) fn has_commit(id: &str) -> Result<bool, Error> {
    Ok(ask(&["cat-file", "-e", &format!("{id}^{{commit}}")])?.is_some())
}

fn absolute(path: &Path) -> Result<PathBuf, Error> {
    std::path::absolute(path).map_err(|cause| Error::Source(SourceError::Unreadable { path: ".".into(), cause }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tip_is_the_commit_a_ref_leads_to() {
        for (line, expected) in [
            ("commit aa  ", Some("aa")),
            ("tag bb commit cc", Some("cc")),
            ("blob dd  ", None),
            ("tag ee tree ff", None),
            ("", None),
        ] {
            assert_eq!(tip(line).as_deref(), expected, "{line}");
        }
    }
}
