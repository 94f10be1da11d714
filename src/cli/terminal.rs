//! What is known of the terminal: is there one, how wide, does it want colours.

use std::env;
use std::fmt;
use std::io::{self, IsTerminal as _, Write as _};

use clap::ValueEnum;

/// When to use colours.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum Colour {
    /// On a terminal that wants them.
    Auto,
    /// Even into a file.
    Always,
    /// Nowhere.
    Never,
}

impl Colour {
    /// Colours on standard output?
    pub(super) fn on_stdout(self) -> bool {
        self.decide(io::stdout().is_terminal(), |name| env::var(name).ok())
    }

    /// Colours on standard error?
    pub(super) fn on_stderr(self) -> bool {
        self.decide(io::stderr().is_terminal(), |name| env::var(name).ok())
    }

    /// The option says more than NO_COLOR, that more than CLICOLOR_FORCE, that more than what is there.
    fn decide(self, is_terminal: bool, variable: impl Fn(&str) -> Option<String>) -> bool {
        let set = |name: &str| variable(name).is_some_and(|value| !value.is_empty());
        match self {
            Self::Always => true,
            Self::Never => false,
            Self::Auto if set("NO_COLOR") => false,
            Self::Auto if set("CLICOLOR_FORCE") => variable("CLICOLOR_FORCE").as_deref() != Some("0"),
            Self::Auto => is_terminal && variable("TERM").as_deref() != Some("dumb"),
        }
    }
}

/// Columns to fold at: the terminal's, within reason; 80 where there is none.
pub(super) fn width() -> usize {
    let size = terminal_size::terminal_size_of(io::stdout()).or_else(|| terminal_size::terminal_size_of(io::stderr()));
    size.map_or(80, |(columns, _)| usize::from(columns.0).clamp(40, 120))
}

/// One line on standard error. That nobody reads it is no reason to stop.
pub(super) fn say(line: fmt::Arguments<'_>) {
    let _ = writeln!(io::stderr(), "{line}");
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_option_says_more_than_the_environment_and_that_more_than_the_terminal() {
        for (colour, terminal, variables, expected) in [
            (Colour::Auto, true, &[][..], true),
            (Colour::Auto, false, &[], false),
            (Colour::Auto, true, &[("TERM", "dumb")], false),
            (Colour::Auto, true, &[("NO_COLOR", "1")], false),
            (Colour::Auto, true, &[("NO_COLOR", "")], true),
            (Colour::Auto, false, &[("CLICOLOR_FORCE", "1")], true),
            (Colour::Auto, true, &[("CLICOLOR_FORCE", "0")], false),
            (Colour::Auto, false, &[("CLICOLOR_FORCE", "1"), ("NO_COLOR", "1")], false),
            (Colour::Always, false, &[("NO_COLOR", "1")], true),
            (Colour::Never, true, &[("CLICOLOR_FORCE", "1")], false),
        ] {
            let variable =
                |name: &str| variables.iter().find(|(known, _)| *known == name).map(|(_, value)| (*value).to_owned());
            assert_eq!(colour.decide(terminal, variable), expected, "{colour:?} {terminal} {variables:?}");
        }
    }
}
