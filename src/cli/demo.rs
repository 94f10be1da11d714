//! `keyless demo`: a small shop with credentials where teams leave them, scanned.
//!
//! The files are templates under `demo/`; every `@@name@@` in them becomes a fake
//! credential that is new in each run and carries a valid checksum, so that nothing
//! in our own tree looks like a secret and the checks have something to prove.

use std::collections::BTreeMap;
use std::fs;
use std::hash::{BuildHasher as _, RandomState};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Instant;

use clap::Args;

use super::engine::{self, Asked, Format, Progress};
use super::output::{Look, Outputs};
use super::plan::{Job, Target};
use super::{ExitCode, Global, watch};
use crate::config::{Config, Profile};
use crate::error::Error;
use crate::model::{RepoPath, Verdict};
use crate::rule::spec::SampleSpec;

/// Words of `keyless demo`.
#[derive(Debug, Args)]
pub(super) struct DemoArgs {
    /// Write the shop here; must be empty or new [default: a temporary directory]
    #[arg(long, value_name = "DIR")]
    dir: Option<PathBuf>,
}

/// Where each template goes.
const SHOP: [(&str, &str); 13] = [
    ("README.md", include_str!("demo/readme.txt")),
    ("orders-api/OrdersApi.csproj", include_str!("demo/csproj.txt")),
    ("orders-api/Program.cs", include_str!("demo/program.txt")),
    ("orders-api/appsettings.json", include_str!("demo/appsettings.txt")),
    ("orders-api/appsettings.Development.json", include_str!("demo/appsettings-development.txt")),
    ("invoice-mailer/.env", include_str!("demo/dotenv.txt")),
    ("invoice-mailer/function_app.py", include_str!("demo/function-app.txt")),
    ("invoice-mailer/host.json", include_str!("demo/host.txt")),
    ("infra/main.tf", include_str!("demo/main-tf.txt")),
    ("infra/terraform.tfvars", include_str!("demo/tfvars.txt")),
    ("ops/rotate-logs.ps1", include_str!("demo/rotate-logs.txt")),
    (".github/workflows/deploy.yml", include_str!("demo/deploy.txt")),
    ("docker-compose.yml", include_str!("demo/compose.txt")),
];

/// Runs the verb. That the shop leaks is what it is for: finding it is a success.
pub(super) fn run(args: &DemoArgs, global: &Global) -> Result<ExitCode, Error> {
    let shop = open(args.dir.as_deref())?;
    fill(&shop)?;
    let config = Config::defaults(Profile::Gate, &shop);
    let target = Target::Paths { paths: vec![shop.clone()], stdin: false };
    let (start, base) = (shop.clone(), shop.clone());
    let job = Job { config, target, start, base, baseline: None };
    let rules = engine::all_rules(&job.config)?;
    let progress = Arc::new(Progress::default());
    watch::stop_on_interrupt(&progress);
    let begun = Instant::now();
    let report = engine::scan(&job, &rules, &Asked::default(), &progress)?;
    let verdict = Verdict::of(&report, job.config.fail_on.value);
    let (took, colour) = (begun.elapsed(), global.color.on_stdout());
    let look = Look { verdict, show_suppressed: false, posture: false, revoke_only: false, reveal: None, took, colour };
    Outputs::on_stdout(Format::Human).write(&report, &[rules], &look)?;
    if !global.quiet {
        super::output::print(farewell(&shop).as_bytes())?;
    }
    Ok(ExitCode::of(verdict, &report, true))
}

/// The directory of the shop: the one that was asked for if nothing is in it, or a new one.
fn open(asked: Option<&Path>) -> Result<PathBuf, Error> {
    let Some(directory) = asked else {
        let made = tempfile::Builder::new().prefix("northlake-shop-").tempdir();
        return made.map(tempfile::TempDir::keep).map_err(|cause| cannot_write(&std::env::temp_dir(), cause));
    };
    fs::create_dir_all(directory).map_err(|cause| cannot_write(directory, cause))?;
    let mut entries = fs::read_dir(directory).map_err(|cause| cannot_write(directory, cause))?;
    if entries.next().is_some() {
        let what = format!("`{}` is not empty", RepoPath::from_path(directory).shown());
        return Err(Error::usage(what, "name a directory that is empty or does not exist yet"));
    }
    Ok(directory.to_owned())
}

fn fill(shop: &Path) -> Result<(), Error> {
    let fakes = fakes();
    for (name, template) in SHOP {
        let path = shop.join(name);
        let text = fakes.iter().fold(template.to_owned(), |text, (name, fake)| text.replace(name, fake));
        let written = fs::create_dir_all(path.parent().unwrap_or(shop)).and_then(|()| fs::write(&path, text));
        written.map_err(|cause| cannot_write(&path, cause))?;
    }
    Ok(())
}

fn cannot_write(path: &Path, cause: io::Error) -> Error {
    Error::Output { to: RepoPath::from_path(path).shown().into_owned(), cause }
}

/// `@@name@@` and what stands there in this run.
fn fakes() -> BTreeMap<String, String> {
    // Each RandomState is keyed from the system's randomness.
    let seed = RandomState::new().hash_one("keyless demo");
    kinds().into_iter().map(|(name, spec)| (format!("@@{name}@@"), engine::fake(name, &spec, seed))).collect()
}

/// How each fake is made; `made` names an algorithm that signs.
fn kinds() -> [(&'static str, SampleSpec); 14] {
    let made = |how: &str| SampleSpec { made: Some(how.to_owned()), ..SampleSpec::default() };
    let guid = || SampleSpec { guid: true, ..SampleSpec::default() };
    let password = || SampleSpec { chars: Some(20), alphabet: Some("password".to_owned()), ..SampleSpec::default() };
    [
        ("tenant", guid()),
        ("subscription", guid()),
        ("api-client", guid()),
        ("deploy-client", guid()),
        ("ops-client", guid()),
        ("api-secret", made("entra-secret")),
        ("deploy-secret", made("entra-secret")),
        ("ops-secret", made("entra-secret")),
        ("storage-key", made("his-v1:+ASt:Default0")),
        ("cosmos-key", made("his-v1:ACDb:MastRW00")),
        ("service-bus-key", made("his-v1:+ASb:Manage00")),
        ("registry-password", made("his-v1:+ACR:ACRDflt0")),
        ("sql-password", password()),
        ("redis-password", made("his-v1:AzCa:Access00")),
    ]
}

fn farewell(shop: &Path) -> String {
    let shop = RepoPath::from_path(shop);
    format!(
        "\nThe shop is in {shop}; its credentials are fakes, made for this run.\n\n\
         Next:\n\
         \x20 keyless explain RULE                  why a finding matters, and what to do instead\n\
         \x20 keyless plan {shop}                     the way out, resource by resource\n\
         \x20 keyless fix --unsafe-fixes {shop}       makes its changes; a scan then finds no secret and nothing above low\n\
         \x20 keyless scan --format json {shop}\n\
         \x20 cd YOUR-REPOSITORY && keyless scan    your own code\n",
        shop = shop.shown(),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_placeholder_of_the_shop_is_filled_and_every_fake_is_used() {
        let fakes = fakes();
        let all: String = SHOP.iter().map(|(_, template)| *template).collect();
        for name in fakes.keys() {
            assert!(all.contains(name), "{name} is not used");
        }
        let directory = tempfile::tempdir().expect("a directory for the test");
        fill(directory.path()).expect("it can be written");
        for (name, _) in SHOP {
            let text = fs::read_to_string(directory.path().join(name)).expect(name);
            assert!(!text.contains("@@"), "{name}");
        }
    }

    #[test]
    fn two_runs_share_no_fake() {
        let (one, other) = (fakes(), fakes());
        for (name, fake) in &one {
            assert_ne!(other[name], *fake, "{name}");
        }
    }

    #[test]
    fn a_directory_that_holds_something_is_left_alone() {
        let directory = tempfile::tempdir().expect("a directory for the test");
        assert!(open(Some(&directory.path().join("new"))).is_ok());
        assert!(matches!(open(Some(directory.path())), Err(Error::Usage { .. })));
    }

    #[test]
    fn the_templates_hold_nothing_that_could_be_taken_for_a_secret() {
        for (name, template) in SHOP {
            let long = template.split(|c: char| !c.is_ascii_alphanumeric()).find(|word| word.len() > 24);
            assert_eq!(long, None, "{name}");
        }
    }
}
