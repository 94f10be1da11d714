//! What ends a run, whose fault it usually is, and what to do about it.
//!
//! An item that cannot be scanned is no error: it is a skip in the report. What is
//! here is printed once, by `main`, and rewritten by nobody on the way.

use std::io;

use miette::Diagnostic;
use thiserror::Error as ThisError;

use crate::config::ConfigError;
use crate::model::in_words;
use crate::source::SourceError;

/// What ends a run.
#[derive(Debug, ThisError, Diagnostic)]
pub enum Error {
    /// A `keyless.toml` cannot be read, or says something we do not understand: its author's to mend.
    #[error(transparent)]
    #[diagnostic(transparent)]
    Config(Box<ConfigError>),

    /// Rules of the user's own are wrong: their author's to mend.
    #[error("{} in your own rules", count(wrong.len()))]
    #[diagnostic(help("`keyless rules test DIR` says the same, and runs their examples"))]
    Rules {
        /// Each with its place.
        #[related]
        wrong: Vec<ConfigError>,
    },

    /// Nothing at all can be read: damage, rights, or nothing there.
    #[error(transparent)]
    #[diagnostic(help("{}", _0.help()))]
    Source(#[from] SourceError),

    /// A report or another file cannot be written: a full disk, rights.
    #[error("cannot write {to}: {}", in_words(cause))]
    #[diagnostic(help("check that the directory exists and that you may write there"))]
    Output {
        /// A path, or `standard output`.
        to: String,
        /// The system's word.
        cause: io::Error,
    },

    /// The command line asks for something that makes no sense.
    #[error("{what}")]
    Usage {
        /// What is wrong.
        what: String,
        /// What to write instead.
        #[help]
        help: String,
    },
}

impl Error {
    /// A mistake on the command line.
    pub fn usage(what: impl Into<String>, help: impl Into<String>) -> Self {
        Self::Usage { what: what.into(), help: help.into() }
    }

    /// As it is shown on a terminal of so many columns.
    pub fn rendered(&self, colour: bool, width: usize) -> String {
        let theme = if colour { miette::GraphicalTheme::unicode() } else { miette::GraphicalTheme::unicode_nocolor() };
        let handler = miette::GraphicalReportHandler::new_themed(theme).with_width(width).with_links(false);
        let mut out = String::new();
        handler.render_report(&mut out, self).unwrap_or_else(|_| out = format!("{self}\n"));
        out
    }
}

impl From<ConfigError> for Error {
    fn from(error: ConfigError) -> Self {
        Self::Config(Box::new(error))
    }
}

fn count(errors: usize) -> String {
    if errors == 1 { "an error".into() } else { format!("{errors} errors") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_error_is_shown_with_its_help() {
        let gone = || io::Error::from(io::ErrorKind::NotFound);
        for (error, shown) in [
            (
                Error::usage("two formats for standard output", "give one a file"),
                "  × two formats for standard output\n  help: give one a file\n",
            ),
            (
                Error::Output { to: "a/b.sarif".into(), cause: gone() },
                "  × cannot write a/b.sarif: no such file or directory\n  \
                 help: check that the directory exists and that you may write there\n",
            ),
            (
                Error::Source(SourceError::Unreadable { path: "nope".into(), cause: gone() }),
                "  × cannot read nope: no such file or directory\n  help: check the spelling, and that you may read it\n",
            ),
            (
                ConfigError::new("cannot read `keyless.toml`: permission denied").into(),
                "  × cannot read `keyless.toml`: permission denied\n",
            ),
        ] {
            assert_eq!(error.rendered(false, 100), shown);
        }
    }
}
