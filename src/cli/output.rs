//! Where reports go: standard output, files, and what to do when nobody reads.

use std::fs::File;
use std::io::{self, BufWriter, IsTerminal as _, Write};
use std::path::Path;
use std::time::Duration;

use super::args::{ScanArgs, Wanted, no_format};
use super::engine::{self, Format};
use super::terminal;
use crate::config::{Config, ConfigError, Origin};
use crate::error::Error;
use crate::model::{RepoPath, Report, Reveal, Verdict};
use crate::rule::RuleSet;

/// How a report looks, beside what is in it.
pub(super) struct Look {
    pub(super) verdict: Verdict,
    pub(super) show_suppressed: bool,
    pub(super) posture: bool,
    pub(super) revoke_only: bool,
    /// For standard output only.
    pub(super) reveal: Option<Reveal>,
    pub(super) took: Duration,
    /// On standard output.
    pub(super) colour: bool,
}

/// The reports to write. At most one goes to standard output.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Outputs(Vec<Wanted>);

impl Outputs {
    /// From `--format`, `--output` and the configuration.
    pub(super) fn of(args: &ScanArgs, config: &Config) -> Result<Self, Error> {
        let mut wanted = args.format.clone();
        if wanted.is_empty() {
            wanted.push(Wanted { format: configured(config)?, file: None });
        }
        if let Some(file) = args.output.as_ref().filter(|file| file.as_os_str() != "-") {
            let mut without: Vec<&mut Wanted> = wanted.iter_mut().filter(|one| one.file.is_none()).collect();
            match without.as_mut_slice() {
                [one] => one.file = Some(file.clone()),
                _ => return Err(Error::usage("--output is for one format", "write --format FORMAT=FILE for each")),
            }
        }
        if wanted.iter().filter(|one| one.file.is_none()).count() > 1 {
            return Err(Error::usage(
                "two reports for standard output",
                "give all but one a file: --format human --format sarif=out.sarif",
            ));
        }
        let files: Vec<&Path> = wanted.iter().filter_map(|one| one.file.as_deref()).collect();
        let is_twice = |(at, file): (usize, &&Path)| files[..at].contains(file);
        if let Some(file) = files.iter().enumerate().find_map(|one| is_twice(one).then_some(one.1)) {
            let what = format!("two reports for {}", RepoPath::from_path(file).shown());
            return Err(Error::usage(what, "give each a file of its own"));
        }
        files.into_iter().try_for_each(can_hold)?;
        Ok(Self(wanted))
    }

    /// One report, on standard output.
    pub(super) fn on_stdout(format: Format) -> Self {
        Self(vec![Wanted { format, file: None }])
    }

    /// Is this format among them?
    pub(super) fn has(&self, format: Format) -> bool {
        self.0.iter().any(|one| one.format == format)
    }

    /// Writes all of them; what goes wrong with one does not keep the others.
    pub(super) fn write(&self, report: &Report, rules: &[RuleSet], look: &Look) -> Result<(), Error> {
        let results: Vec<_> = self.0.iter().map(|one| one.write(report, rules, look)).collect();
        results.into_iter().collect()
    }
}

impl Wanted {
    fn write(&self, report: &Report, rules: &[RuleSet], look: &Look) -> Result<(), Error> {
        match &self.file {
            None => {
                let width = if io::stdout().is_terminal() { terminal::width() } else { 100 };
                let mut out = BufWriter::new(io::stdout().lock());
                let written = engine::write(self.format, report, rules, look, width, &mut out);
                forgive_closed_pipe(written.and_then(|()| out.flush()))
            }
            Some(file) => {
                let plain = Look { reveal: None, colour: false, ..*look };
                let written = File::create(file).map(BufWriter::new).and_then(|mut out| {
                    engine::write(self.format, report, rules, &plain, 100, &mut out)?;
                    out.flush()
                });
                written.map_err(|cause| Error::Output { to: RepoPath::from_path(file).shown().into_owned(), cause })
            }
        }
    }
}

/// Prints to standard output; a reader who leaves early is no error.
pub(super) fn print(text: &[u8]) -> Result<(), Error> {
    let mut out = io::stdout().lock();
    forgive_closed_pipe(out.write_all(text).and_then(|()| out.flush()))
}

/// A closed pipe ends the writing, not the verdict.
fn forgive_closed_pipe(result: io::Result<()>) -> Result<(), Error> {
    match result {
        Err(cause) if cause.kind() != io::ErrorKind::BrokenPipe => {
            Err(Error::Output { to: "standard output".into(), cause })
        }
        _ => Ok(()),
    }
}

fn configured(config: &Config) -> Result<Format, Error> {
    let Some(word) = &config.format else { return Ok(Format::Human) };
    word.value.parse().map_err(|_| match &word.origin {
        Origin::File(place) => ConfigError::at(place.clone(), no_format(&word.value)).into(),
        _ => Error::usage(no_format(&word.value), "see `keyless scan --help`"),
    })
}

/// Said before a long scan, not after it.
fn can_hold(file: &Path) -> Result<(), Error> {
    let directory = file.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let kind = match (directory.is_dir(), file.is_dir()) {
        (true, false) => return Ok(()),
        (false, _) => io::ErrorKind::NotFound,
        (_, true) => io::ErrorKind::IsADirectory,
    };
    Err(Error::Output { to: RepoPath::from_path(file).shown().into_owned(), cause: kind.into() })
}

#[cfg(test)]
mod tests {
    use clap::Parser;

    use super::*;
    use crate::config::Profile;

    #[derive(Parser)]
    struct Words {
        #[command(flatten)]
        scan: ScanArgs,
    }

    fn outputs(words: &[&str]) -> Result<Vec<(Format, Option<String>)>, String> {
        let words = Words::parse_from([&["scan"], words].concat());
        let config = Config::defaults(Profile::Gate, Path::new("/p"));
        let outputs = Outputs::of(&words.scan, &config).map_err(|error| error.to_string())?;
        let pairs = outputs.0.into_iter();
        Ok(pairs.map(|one| (one.format, one.file.map(|file| file.to_string_lossy().into_owned()))).collect())
    }

    #[test]
    fn each_report_has_a_place_of_its_own() {
        let to = |file: &str| Some(file.to_owned());
        for (words, expected) in [
            (&[][..], Ok(vec![(Format::Human, None)])),
            (&["--format", "json"], Ok(vec![(Format::Json, None)])),
            (&["--format", "json", "--output", "a.json"], Ok(vec![(Format::Json, to("a.json"))])),
            (&["--output", "a.txt"], Ok(vec![(Format::Human, to("a.txt"))])),
            (&["--output", "-"], Ok(vec![(Format::Human, None)])),
            (&["-f", "human", "-f", "sarif=a"], Ok(vec![(Format::Human, None), (Format::Sarif, to("a"))])),
            (&["-f", "human", "-f", "json"], Err("two reports for standard output".into())),
            (&["-f", "human", "-f", "json", "-o", "a"], Err("--output is for one format".into())),
            (&["-f", "json=a", "-o", "b"], Err("--output is for one format".into())),
            (&["-o", "no/such/place/a"], Err("cannot write no/such/place/a: no such file or directory".into())),
            (&["-o", "src"], Err("cannot write src: is a directory".into())),
        ] {
            assert_eq!(outputs(words), expected, "{words:?}");
        }
    }

    #[test]
    fn a_reader_who_leaves_early_is_no_error_and_a_full_disk_is() {
        assert!(forgive_closed_pipe(Err(io::ErrorKind::BrokenPipe.into())).is_ok());
        assert!(forgive_closed_pipe(Err(io::ErrorKind::StorageFull.into())).is_err());
    }
}
