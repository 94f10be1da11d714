//! The script that git calls.
//!
//! Plain `sh`, also that of Git for Windows. It runs the hook that was there before, hands on what git says
//! on standard input, and stops git if keyless is not there: a gate that vanished must be noticed.

use std::env;
use std::fs;
use std::path::Path;

use super::Kind;
use super::push::OnFailure;
use crate::cli::known;
use crate::error::Error;

/// Tells our scripts from others.
const MARK: &str = "# Written by `keyless hook install`";
/// What the hook that was there before is called now.
pub(super) const BEFORE: &str = ".before-keyless";

/// Is it a script of ours?
pub(super) fn is_ours(file: &Path) -> bool {
    fs::read(file).is_ok_and(|bytes| memchr::memmem::find(&bytes, MARK.as_bytes()).is_some())
}

/// The script for one hook.
pub(super) fn text(kind: Kind, is_global: bool, limits: (Option<u32>, Option<OnFailure>)) -> String {
    let name = kind.name();
    let program = env::current_exe().map(|path| path.to_string_lossy().into_owned()).unwrap_or_default();
    let mut options = String::new();
    if let Some(seconds) = limits.0.or((kind == Kind::PreReceive).then_some(60)) {
        options += &format!(" --timeout {seconds}");
    }
    if let Some(what) = limits.1 {
        options += &format!(" --on-failure {}", what.as_str());
    }
    let mut others = vec![format!("\"$(dirname \"$0\")/{name}{BEFORE}\"")];
    if is_global {
        // core.hooksPath hides the hooks of the repository itself
        others.push(format!("\"$(git rev-parse --git-common-dir)/hooks/{name}\""));
    }
    let has_input = kind != Kind::PreCommit;
    let input = if has_input { "input=$(cat && echo .)\ninput=${input%.}\n" } else { "" };
    let feed = if has_input { "printf '%s' \"$input\" | " } else { "" };
    format!(
        "#!/bin/sh\n{MARK}; `keyless hook uninstall` takes it away.\n{input}\
         for other in {others}; do\n    if [ -x \"$other\" ]; then\n        {feed}\"$other\" \"$@\" || exit $?\n    fi\ndone\n\
         keyless={program}\n[ -x \"$keyless\" ] || keyless=keyless\n\
         command -v \"$keyless\" >/dev/null 2>&1 || {{\n    \
         echo 'keyless: the program is not there; install it, or take this hook away: '\"$0\" >&2\n    exit 1\n}}\n\
         {feed}\"$keyless\" hook run {name}{options} -- \"$@\"\n",
        others = others.join(" "),
        program = quoted(&program),
    )
}

/// For `sh`.
fn quoted(text: &str) -> String {
    format!("'{}'", text.replace('\'', "'\\''"))
}

/// Writes it, whole, and lets it be run.
pub(super) fn write(file: &Path, text: &str) -> Result<(), Error> {
    known::replace(file, text.as_bytes())?;
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        let may_run = fs::metadata(file).and_then(|meta| {
            let mode = meta.permissions().mode();
            // whoever may read it may run it
            fs::set_permissions(file, fs::Permissions::from_mode(mode | (mode & 0o444) >> 2))
        });
        may_run.map_err(|cause| super::cannot_write(file, cause))?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_script_names_its_hook_and_its_limits() {
        for (kind, limits, told) in [
            (Kind::PreCommit, (None, None), "hook run pre-commit -- \"$@\""),
            (Kind::PrePush, (None, None), "printf '%s' \"$input\" | \"$keyless\" hook run pre-push -- \"$@\""),
            (Kind::PreReceive, (None, None), "hook run pre-receive --timeout 60 --"),
            (
                Kind::PreReceive,
                (Some(5), Some(OnFailure::Accept)),
                "hook run pre-receive --timeout 5 --on-failure accept --",
            ),
        ] {
            let text = text(kind, false, limits);
            assert!(text.starts_with("#!/bin/sh\n") && text.contains(MARK) && text.contains(told), "{text}");
        }
    }
}
