//! Where the code behind a finding runs, as far as the files show it.
//!
//! Evidence is weighed by nearness: a `host.json` above the finding says more than a
//! template at the other end of the repository. Where pieces contradict each other,
//! or there are none, the reader is asked instead of a guess being made.

use std::collections::BTreeSet;

use super::{Ground, Says};
use crate::model::RepoPath;
use crate::model::facts::{Evidence, Facts};

/// Platforms that run code, and the row of `rules/tables/routes.toml` for each.
pub const PLATFORMS: [(&str, &str); 18] = [
    ("aks", "on-aks"),
    ("app-service", "on-app-service"),
    ("arc", "on-arc"),
    ("automation", "on-automation"),
    ("azure-pipelines", "on-azure-pipelines"),
    ("browser", "on-browser"),
    ("container-apps", "on-container-apps"),
    ("functions", "on-functions"),
    ("github-actions", "on-github-actions"),
    ("gitlab-ci", "on-gitlab"),
    ("jenkins", "on-jenkins"),
    ("kubernetes", "on-kubernetes"),
    ("on-premises", "on-premises"),
    ("service-fabric", "on-service-fabric"),
    ("spring-apps", "on-spring-apps"),
    ("other-cloud", "on-other-cloud"),
    ("vm", "on-vm"),
    ("developer", "on-developer-machine"),
];

/// The row that asks.
pub(super) const UNKNOWN: &str = "on-unknown";

/// Pipelines: what stands in their own files runs there.
const PIPELINES: [&str; 4] = ["azure-pipelines", "github-actions", "gitlab-ci", "jenkins"];

/// Where code runs, and what shows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Place {
    /// Row of the routes table.
    pub(super) row: &'static str,
    /// The evidence, for people.
    pub(super) because: String,
}

impl Place {
    fn of(platform: &str, because: String) -> Option<Self> {
        let (_, row) = PLATFORMS.iter().find(|(name, _)| *name == platform)?;
        Some(Self { row, because })
    }
}

/// Where what stands at a path runs. What the project says of the path itself comes before what its files show,
/// what it says of all paths behind.
pub(super) fn place(path: &RepoPath, facts: &Facts, says: &dyn Says) -> Place {
    let text = path.text();
    let said = |name: Option<&str>, of: &str| Place::of(name?, format!("keyless.toml says so {of}"));
    in_a_pipeline(&text, facts)
        .or_else(|| said(says.at(path), "for this path"))
        .or_else(|| at_a_desk(&text))
        .or_else(|| in_a_runbook(&text, facts))
        .or_else(|| by_nearness(&text, facts))
        .or_else(|| said(says.anywhere(), "under [platform]"))
        .unwrap_or_else(|| unknown(&text, facts))
}

/// Files that only a developer's machine reads, and directories of such files.
const AT_A_DESK: [&str; 8] = [
    "appsettings.development.json",
    "launchsettings.json",
    "launch.json",
    ".env.local",
    ".env.development",
    "docker-compose.override.yml",
    "docker-compose.override.yaml",
    "local.settings.json",
];
const OF_A_DESK: [&str; 2] = [".devcontainer", ".vscode"];

/// What never leaves a developer's machine asks for no identity of a host.
fn at_a_desk(path: &str) -> Option<Place> {
    let small = path.to_ascii_lowercase();
    let name = small.rsplit('/').next().unwrap_or_default();
    let is_of_a_desk = directory(&small).split('/').any(|one| OF_A_DESK.contains(&one));
    let is_read = AT_A_DESK.contains(&name) || name.ends_with(".ipynb") || is_of_a_desk;
    is_read.then(|| Place::of("developer", "only a developer's machine reads this file".to_owned()))?
}

/// Which kind of place a row is for.
pub(super) fn ground(row: &str) -> Ground {
    match row {
        "on-aks" | "on-app-service" | "on-arc" | "on-automation" | "on-container-apps" | "on-functions"
        | "on-service-fabric" | "on-spring-apps" | "on-vm" => Ground::Azure,
        "on-azure-pipelines" | "on-github-actions" | "on-gitlab" | "on-jenkins" | "on-terraform" => Ground::Pipeline,
        "on-browser" | "on-kubernetes" | "on-premises" | "on-other-cloud" => Ground::Elsewhere,
        "on-developer-machine" => Ground::Desk,
        _ => Ground::Unknown,
    }
}

fn in_a_pipeline(path: &str, facts: &Facts) -> Option<Place> {
    let mut own = facts.platforms.iter().filter(|one| one.path == path);
    let pipeline = own.find(|one| PIPELINES.contains(&one.platform.as_str()))?;
    Place::of(&pipeline.platform, "it stands in the pipeline's own file".to_owned())
}

/// A script among runbooks is one.
fn in_a_runbook(path: &str, facts: &Facts) -> Option<Place> {
    if !is_script(path) {
        return None;
    }
    let is_of_runbooks = directory(path).to_ascii_lowercase().split('/').any(|one| one.contains("runbook"));
    let beside = facts
        .platforms
        .iter()
        .find(|one| one.platform == "automation" && is_script(&one.path) && directory(&one.path) == directory(path));
    match beside {
        Some(one) => Place::of("automation", told(one)),
        None if is_of_runbooks => Place::of("automation", "its directory is one of runbooks".to_owned()),
        None => None,
    }
}

fn by_nearness(path: &str, facts: &Facts) -> Option<Place> {
    // What a script makes is weaker than what a template or a project says.
    let makes = |one: &&Evidence| is_script(&one.path) && !runs_scripts(one);
    let is_said = facts.platforms.iter().any(|one| runs_code(one) && !makes(&one));
    // A script that makes a cluster does not run in it.
    let tells = |one: &&Evidence| match is_script(path) {
        true => one.path == path && runs_scripts(one),
        false => (!is_of_one_app(one) || is_above(one, path)) && !(is_said && makes(one)),
    };
    // A text tells others what to do, wherever they do it.
    if is_prose(path) {
        return None;
    }
    // A page at the root may be one part of a project that is served by another.
    let is_root_page = |one: &&Evidence| one.platform == "browser" && directory(&one.path).is_empty();
    let telling = facts.platforms.iter().filter(|one| runs_code(one)).filter(tells).filter(|one| !is_root_page(one));
    let telling: Vec<&Evidence> = telling.collect();
    let distances: Vec<usize> = telling.iter().map(|one| shared(&one.path, path)).collect();
    let nearest = distances.iter().copied().max()?;
    let near = telling.into_iter().zip(&distances).filter(|(_, shared)| **shared == nearest);
    let near: Vec<&Evidence> = near.map(|(one, _)| one).collect();
    let platform = only(&near).or_else(|| only(&unclaimed(&near, path, facts)))?;
    let shown = near.iter().filter(|one| one.platform == platform);
    let mut because: Vec<String> = shown.take(2).map(|one| told(one)).collect();
    // What stands beside the code is borne out by the template that deploys it.
    if let ([one], [shown]) = (because.as_slice(), near.as_slice())
        && is_of_one_app(shown)
        && let Some(template) = facts.platforms.iter().find(|one| one.platform == platform && !is_of_one_app(one))
    {
        because = vec![one.clone(), told(template)];
    }
    // Manifests of a project with a cluster in Azure, and no other cloud, are for that cluster.
    let of = |platform: &str| facts.platforms.iter().find(|one| one.platform == platform);
    if let ("kubernetes", Some(cluster), None) = (platform, of("aks"), of("other-cloud")) {
        because.truncate(1);
        because.push(told(cluster));
        return Place::of("aks", because.join(" and "));
    }
    Place::of(platform, because.join(" and "))
}

/// Does a script that shows this run there itself?
fn runs_scripts(evidence: &Evidence) -> bool {
    ["arc", "automation", "on-premises"].contains(&evidence.platform.as_str())
}

/// Is it a platform, and not a way to describe one?
fn runs_code(evidence: &Evidence) -> bool {
    let is_platform = PLATFORMS.iter().any(|(name, _)| *name == evidence.platform);
    is_platform && !PIPELINES.contains(&evidence.platform.as_str())
}

/// Does it speak of the directory it stands in, and not of the whole project?
fn is_of_one_app(evidence: &Evidence) -> bool {
    ["host.json", "proj", ".ps1", ".sh", "package.json", "pom.xml", "build.gradle", "requirements.txt", "web.config"]
        .iter()
        .any(|end| evidence.path.to_ascii_lowercase().ends_with(end))
}

/// A script runs on somebody's machine, in a pipeline or a runbook; which, only its own text tells.
fn is_script(path: &str) -> bool {
    [".ps1", ".psm1", ".sh", ".bash", ".cmd", ".bat"].iter().any(|ending| path.ends_with(ending))
}

/// The platform, if all agree. Manifests agree with the managed cluster that runs them.
fn only<'a>(evidence: &[&'a Evidence]) -> Option<&'a str> {
    let mut platforms: BTreeSet<&str> = evidence.iter().map(|one| one.platform.as_str()).collect();
    if platforms.contains("aks") {
        platforms.remove("kubernetes");
    }
    (platforms.len() == 1).then(|| platforms.into_iter().next()).flatten()
}

/// Without the platforms that another directory's own file claims: a template of two
/// sites, of which the function app is told by its `host.json`, leaves the other site.
fn unclaimed<'a>(near: &[&'a Evidence], path: &str, facts: &Facts) -> Vec<&'a Evidence> {
    let apps = facts.platforms.iter().filter(|one| is_of_one_app(one) && !is_above(one, path));
    let claimed: BTreeSet<&str> = apps.map(|one| one.platform.as_str()).collect();
    near.iter().copied().filter(|one| !claimed.contains(one.platform.as_str())).collect()
}

fn told(evidence: &Evidence) -> String {
    if evidence.path.ends_with(&evidence.what) {
        evidence.path.clone()
    } else {
        format!("{} in {}", evidence.what, evidence.path)
    }
}

fn unknown(path: &str, facts: &Facts) -> Place {
    let seen: BTreeSet<&str> =
        facts.platforms.iter().filter(|one| runs_code(one)).map(|one| one.platform.as_str()).collect();
    let because = if is_script(path) && !seen.is_empty() {
        "nothing in the script shows who runs it".to_owned()
    } else if seen.is_empty() {
        "no file shows where this code runs".to_owned()
    } else if seen.len() == 1 {
        let one = facts.platforms.iter().find(|one| runs_code(one)).map(told).unwrap_or_default();
        format!("what shows a place, {one}, does not speak of this file")
    } else {
        let seen: Vec<&str> = seen.into_iter().collect();
        format!("the files show several places: {}", seen.join(", "))
    };
    Place { row: UNKNOWN, because }
}

/// Is it a text for people?
pub(super) fn is_prose(path: &str) -> bool {
    [".md", ".rst", ".adoc", ".txt"].iter().any(|ending| path.to_ascii_lowercase().ends_with(ending))
        && !path.ends_with("requirements.txt")
}

fn directory(path: &str) -> &str {
    path.rfind('/').map_or("", |end| &path[..end])
}

fn is_above(evidence: &Evidence, path: &str) -> bool {
    let below = directory(path).strip_prefix(directory(&evidence.path));
    below.is_some_and(|rest| rest.is_empty() || rest.starts_with('/') || directory(&evidence.path).is_empty())
}

/// How many directories two paths share.
fn shared(one: &str, other: &str) -> usize {
    let (one, other) = (directory(one), directory(other));
    if one.is_empty() || other.is_empty() {
        return 0;
    }
    one.split('/').zip(other.split('/')).take_while(|(a, b)| a == b).count()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn facts(of: &[(&str, &str, &str)]) -> Facts {
        let evidence = |&(platform, path, what): &(&str, &str, &str)| Evidence {
            platform: platform.to_owned(),
            path: path.to_owned(),
            what: what.to_owned(),
        };
        Facts { platforms: of.iter().map(evidence).collect(), ..Facts::default() }
    }

    #[test]
    fn the_nearest_evidence_decides_and_is_named() {
        let shop = [
            ("functions", "mailer/host.json", "host.json"),
            ("functions", "infra/main.tf", "azurerm_linux_function_app"),
            ("app-service", "infra/main.tf", "azurerm_linux_web_app"),
            ("terraform", "infra/main.tf", "main.tf"),
            ("github-actions", ".github/workflows/ci.yml", "ci.yml"),
        ];
        let cluster = [
            ("aks", "infra/main.bicep", "Microsoft.ContainerService/managedClusters"),
            ("kubernetes", "deploy/app.yaml", "kind: Deployment"),
        ];
        for (path, of, row, because) in [
            (
                "mailer/.env",
                &shop[..],
                "on-functions",
                "mailer/host.json and azurerm_linux_function_app in infra/main.tf",
            ),
            ("orders/appsettings.json", &shop, "on-app-service", "azurerm_linux_web_app in infra/main.tf"),
            (".github/workflows/ci.yml", &shop, "on-github-actions", "it stands in the pipeline's own file"),
            ("api/.env", &cluster, "on-aks", "Microsoft.ContainerService/managedClusters in infra/main.bicep"),
            ("api/.env", &[], "on-unknown", "no file shows where this code runs"),
            ("ops/rotate.ps1", &shop, "on-unknown", "nothing in the script shows who runs it"),
            ("README.md", &shop, "on-unknown", "the files show several places: app-service, functions"),
            (
                "a/appsettings.Development.json",
                &shop,
                "on-developer-machine",
                "only a developer's machine reads this file",
            ),
            (".devcontainer/compose.yml", &shop, "on-developer-machine", "only a developer's machine reads this file"),
            ("lab/a.ipynb", &shop, "on-developer-machine", "only a developer's machine reads this file"),
            ("runbooks/stop.ps1", &shop, "on-automation", "its directory is one of runbooks"),
            (
                "ops/other.ps1",
                &[("automation", "ops/run.ps1", "Get-AutomationVariable")],
                "on-automation",
                "Get-AutomationVariable in ops/run.ps1",
            ),
            (
                "ops/run.ps1",
                &[("automation", "ops/run.ps1", "Get-AutomationVariable"), ("vm", "main.tf", "x")],
                "on-automation",
                "Get-AutomationVariable in ops/run.ps1",
            ),
            (
                "c/.env",
                &[("functions", "a/main.tf", "x"), ("vm", "b/main.tf", "y")],
                "on-unknown",
                "the files show several places: functions, vm",
            ),
            (
                "a/src/.env",
                &[("functions", "a/i/main.tf", "x"), ("vm", "b/i/main.tf", "y")],
                "on-functions",
                "x in a/i/main.tf",
            ),
        ] {
            let found = place(&RepoPath::new(path.as_bytes()), &facts(of), &());
            assert_eq!((found.row, found.because.as_str()), (row, because), "{path}");
        }
    }

    /// For one path, and for all.
    struct Said(Option<&'static str>, Option<&'static str>);

    impl Says for Said {
        fn at(&self, path: &RepoPath) -> Option<&str> {
            self.0.filter(|_| path.as_bytes().starts_with(b"mailer/"))
        }

        fn anywhere(&self) -> Option<&str> {
            self.1
        }
    }

    #[test]
    fn what_the_project_says_of_all_fills_the_gap_and_of_a_path_decides() {
        let seen = facts(&[("functions", "host.json", "host.json"), ("github-actions", "mailer/ci.yml", "ci.yml")]);
        let none = Facts::default();
        for (path, of, says, row) in [
            ("a", &none, Said(None, Some("aks")), "on-aks"),
            ("a", &seen, Said(None, Some("aks")), "on-functions"),
            ("a", &none, Said(None, Some("nowhere")), UNKNOWN),
            ("mailer/a", &seen, Said(Some("vm"), Some("aks")), "on-vm"),
            ("orders/a", &none, Said(Some("vm"), Some("aks")), "on-aks"),
            ("mailer/ci.yml", &seen, Said(Some("vm"), None), "on-github-actions"),
        ] {
            assert_eq!(place(&RepoPath::new(path.as_bytes()), of, &says).row, row, "{path}");
        }
    }

    #[test]
    fn every_platform_has_a_ground() {
        for (name, row) in PLATFORMS {
            assert_ne!(ground(row), Ground::Unknown, "{name}");
        }
        assert_eq!(ground(UNKNOWN), Ground::Unknown);
    }
}
