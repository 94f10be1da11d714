//! Parse, run, outcome → exit code.

use std::io::{self, Write as _};
use std::process::ExitCode;

use clap::Parser as _;
use keyless::cli::{self, Keyless};

fn main() -> ExitCode {
    let words = match Keyless::try_parse() {
        Ok(words) => words,
        Err(error) => return cli::refuse(&error).into(),
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
