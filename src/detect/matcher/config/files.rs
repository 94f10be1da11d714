//! What kind of configuration a file is: by its path, and by what stands in it.
//!
//! A file may be of several kinds. Content decides where the name says nothing, since
//! pipelines are split into templates with any name.

use crate::document::Document;
use crate::document::context::Context;
use crate::document::kind::Kind;
use crate::document::tree::{NodeId, Shape, Tree};
use crate::rule::spec::FileKind;

/// A set of kinds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(in crate::detect) struct Files(u32);

impl Files {
    pub(in crate::detect) fn is(self, kind: FileKind) -> bool {
        self.0 & bit(kind) != 0
    }

    pub(in crate::detect) fn any(self, kinds: &[FileKind]) -> bool {
        kinds.iter().any(|&kind| self.is(kind))
    }

    fn with(mut self, kind: FileKind) -> Self {
        self.0 |= bit(kind);
        self
    }

    /// Of a file.
    pub(in crate::detect) fn of(doc: &Document<'_>, tree: Option<&Tree<'_>>) -> Self {
        let path = doc.path().text().to_ascii_lowercase().replace('\\', "/");
        let name = path.rsplit('/').next().unwrap_or(&path);
        let found = match doc.kind() {
            Kind::Shell | Kind::Batch => Self::default().with(FileKind::Script),
            Kind::PowerShell => Self::default().with(FileKind::Powershell),
            Kind::Dockerfile => Self::default().with(FileKind::Dockerfile),
            Kind::Hcl if name.ends_with(".tfvars") => Self::default().with(FileKind::Tfvars),
            Kind::Hcl => Self::default().with(FileKind::Terraform),
            Kind::Bicep if name.ends_with(".bicepparam") => Self::default().with(FileKind::BicepParameters),
            Kind::Bicep => Self::default().with(FileKind::Bicep),
            Kind::Dotenv => Self::default().with(FileKind::Dotenv),
            Kind::Properties => spring(name),
            Kind::Yaml => tree.map_or(Self::default(), |tree| yaml(&path, name, tree)),
            Kind::Json => tree.map_or(Self::default(), |tree| json(name, tree)),
            Kind::Xml => tree.map_or(Self::default(), |tree| xml(name, tree)),
            _ => Self::default(),
        };
        let found = if found == Self::default() { found.with(FileKind::Other) } else { found };
        let found = if doc.context().has(Context::SAMPLE) { found.with(FileKind::Template) } else { found };
        if is_dev_settings(name) { found.with(FileKind::DevSettings) } else { found }
    }
}

/// Settings of a developer's machine that are tracked all the same.
fn is_dev_settings(name: &str) -> bool {
    let settings = [".json", ".yml", ".yaml"].iter().any(|end| name.ends_with(end));
    let development = [".development.", ".dev.", ".local."].iter().any(|word| name.contains(word));
    matches!(name, "launchsettings.json" | "local.settings.json" | ".env.local" | ".env.development")
        || settings && (name.starts_with("appsettings.") && development || name.starts_with("docker-compose"))
}

fn bit(kind: FileKind) -> u32 {
    1 << (kind as u32)
}

fn spring(name: &str) -> Files {
    let is_spring = (name.starts_with("application") || name.starts_with("bootstrap"))
        && [".properties", ".yml", ".yaml"].iter().any(|end| name.ends_with(end));
    if is_spring { Files::default().with(FileKind::Spring) } else { Files::default() }
}

fn yaml(path: &str, name: &str, tree: &Tree<'_>) -> Files {
    let mut found = spring(name);
    if name.starts_with("values") || name.contains("-values.") || name.contains(".values.") {
        found = found.with(FileKind::HelmValues);
    }
    if name.starts_with("docker-compose") || name.starts_with("compose.") || name.starts_with("compose-") {
        found = found.with(FileKind::Compose);
    }
    if name.starts_with(".gitlab-ci") || name.ends_with(".gitlab-ci.yml") {
        return found.with(FileKind::Gitlab);
    }
    let other = ["bitbucket-pipelines.yml", ".drone.yml", "buildkite.yml", ".travis.yml", "cloudbuild.yaml"];
    if other.contains(&name) || path.contains(".circleci/") || path.contains(".buildkite/") {
        return found.with(FileKind::OtherCi);
    }
    for &root in &tree.roots {
        if let Some(kind) = document(tree, root) {
            found = found.with(kind);
        }
    }
    let is_ci = found.any(&[FileKind::Workflow, FileKind::Action, FileKind::Pipeline]);
    if !is_ci && path.contains(".github/workflows/") {
        found = found.with(FileKind::Workflow);
    } else if !is_ci && (name.starts_with("azure-pipeline") || path.contains(".azure-pipelines/")) {
        found = found.with(FileKind::Pipeline);
    }
    found
}

/// One document of a YAML file, by its content.
fn document(tree: &Tree<'_>, root: NodeId) -> Option<FileKind> {
    let member = |name: &str| tree.member(root, name);
    let shape = |name: &str| member(name).map(|node| tree.node(node).shape);
    if member("apiVersion").is_some() && member("kind").is_some() {
        return Some(FileKind::Kubernetes);
    }
    if let Some(runs) = member("runs")
        && tree.member(runs, "using").is_some()
    {
        return Some(FileKind::Action);
    }
    if let Some(jobs) = member("jobs").filter(|&jobs| tree.node(jobs).shape == Shape::Map) {
        let is_workflow = tree.members(jobs).iter().any(|&job| {
            ["runs-on", "uses"].iter().any(|name| tree.member(job, name).is_some())
                || tree.member(job, "steps").is_some() && member("on").is_some()
        });
        if is_workflow {
            return Some(FileKind::Workflow);
        }
    }
    if let Some(services) = member("services").filter(|&services| tree.node(services).shape == Shape::Map) {
        let is_compose = tree
            .members(services)
            .iter()
            .any(|&one| ["image", "build"].iter().any(|name| tree.member(one, name).is_some()));
        if is_compose {
            return Some(FileKind::Compose);
        }
    }
    let is_list = |name: &str| shape(name) == Some(Shape::List);
    let lists_maps = |name: &str| {
        member(name).is_some_and(|list| tree.elements(list).iter().any(|&one| tree.node(one).shape == Shape::Map))
    };
    if lists_maps("stages") || lists_maps("jobs") || (lists_maps("steps") && member("runs-on").is_none()) {
        return Some(FileKind::Pipeline);
    }
    if is_list("stages") && !lists_maps("stages") {
        return Some(FileKind::Gitlab);
    }
    let is_template = member("variables").is_some()
        && (member("trigger").is_some() || member("pool").is_some() || is_list("variables"));
    is_template.then_some(FileKind::Pipeline)
}

fn json(name: &str, tree: &Tree<'_>) -> Files {
    let mut found = Files::default();
    let Some(&root) = tree.roots.first() else { return found };
    let schema = tree.text_of(root, "$schema").unwrap_or_default().to_ascii_lowercase();
    if name.starts_with("appsettings") {
        found = found.with(FileKind::AppSettings);
    }
    if name == "local.settings.json" {
        found = found.with(FileKind::LocalSettings);
    }
    if name.ends_with(".tf.json") {
        return found.with(FileKind::Terraform);
    }
    if schema.contains("deploymentparameters") {
        return found.with(FileKind::ArmParameters);
    }
    if schema.contains("deploymenttemplate")
        || (tree.member(root, "resources").is_some() && tree.member(root, "contentVersion").is_some())
    {
        return found.with(FileKind::Arm);
    }
    let properties = tree.member(root, "properties");
    if properties.is_some_and(|properties| tree.member(properties, "typeProperties").is_some()) {
        found = found.with(FileKind::DataFactory);
    }
    if tree.member(root, "apiVersion").is_some() && tree.member(root, "kind").is_some() {
        found = found.with(FileKind::Kubernetes);
    }
    found
}

fn xml(name: &str, tree: &Tree<'_>) -> Files {
    let found = Files::default();
    let Some(&root) = tree.roots.first() else { return found };
    if tree.member(root, "policies").is_some() || tree.member(root, "fragment").is_some() {
        return found.with(FileKind::ApimPolicy);
    }
    if name.ends_with(".config") || tree.member(root, "configuration").is_some() {
        return found.with(FileKind::DotnetConfig);
    }
    found
}
