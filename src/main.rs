//! Parse, run, outcome → exit code.

use std::io::{self, Write as _};
use std::process::ExitCode;

use keyless::cli::{self, Keyless};

fn main() -> ExitCode {
    let words = match Keyless::from_command_line() {
        Ok(words) => words,
        Err(said) => return said.into(),
    };
    match words.run() {
        Ok(code) => code.into(),
        Err(error) => {
            // Nobody is left to tell if standard error is closed too.
            let _ = io::stderr().write_all(words.rendered(&error).as_bytes());
            cli::ExitCode::from(&error).into()
        }
    }
}
