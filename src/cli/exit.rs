//! What the program says to whoever called it. The only place that knows the numbers.

use crate::error::Error;
use crate::model::{Report, Verdict};

/// The exit code. The format never changes it, and severity only through `--fail-on`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum ExitCode {
    /// Everything asked for was read and no open finding reaches the threshold.
    Clean = 0,
    /// At least one does.
    Findings = 1,
    /// None does, but something could not be read or resolved, or a configuration or rule is wrong.
    Incomplete = 2,
    /// The command line is wrong.
    Usage = 64,
}

impl ExitCode {
    /// Of a finished scan. `exit_zero` forgives findings; nothing forgives what was not read.
    pub fn of(verdict: Verdict, report: &Report, exit_zero: bool) -> Self {
        match verdict {
            Verdict::Findings if !exit_zero => Self::Findings,
            Verdict::Clean | Verdict::Findings if report.is_complete() => Self::Clean,
            Verdict::Clean | Verdict::Findings | Verdict::Incomplete => Self::Incomplete,
        }
    }
}

impl From<&Error> for ExitCode {
    fn from(error: &Error) -> Self {
        match error {
            Error::Usage { .. } => Self::Usage,
            Error::Config(_) | Error::Rules { .. } | Error::Source(_) | Error::Output { .. } => Self::Incomplete,
        }
    }
}

impl From<&clap::Error> for ExitCode {
    /// clap says 2 for a wrong command line; here that would mean "not everything was read".
    fn from(error: &clap::Error) -> Self {
        if error.use_stderr() { Self::Usage } else { Self::Clean }
    }
}

impl From<ExitCode> for std::process::ExitCode {
    fn from(code: ExitCode) -> Self {
        Self::from(code as u8)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{RepoPath, Skip};

    #[test]
    fn exit_zero_forgives_findings_and_nothing_else() {
        let complete = Report::default();
        let unread = Skip::unreadable(RepoPath::new(*b"a"), &"permission denied");
        let incomplete = Report { skips: vec![unread], ..Report::default() };
        for (verdict, report, exit_zero, code) in [
            (Verdict::Clean, &complete, false, ExitCode::Clean),
            (Verdict::Clean, &complete, true, ExitCode::Clean),
            (Verdict::Findings, &complete, false, ExitCode::Findings),
            (Verdict::Findings, &incomplete, false, ExitCode::Findings),
            (Verdict::Findings, &complete, true, ExitCode::Clean),
            (Verdict::Findings, &incomplete, true, ExitCode::Incomplete),
            (Verdict::Incomplete, &incomplete, false, ExitCode::Incomplete),
            (Verdict::Incomplete, &incomplete, true, ExitCode::Incomplete),
        ] {
            assert_eq!(ExitCode::of(verdict, report, exit_zero), code, "{verdict:?}, --exit-zero {exit_zero}");
        }
    }
}
