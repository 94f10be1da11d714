//! What a rule file may say about configuration: trees of keys and values, switches of resources,
//! command lines in scripts.
//!
//! A part of [`spec`](super), in a file of its own. A *path* leads from node to node: `jobs.*.steps[*].with.creds`.
//! `name` is a member in any letter case, `*` any member, `[*]` any element of a list, `**` any way down,
//! `'azure.workload.identity/use'` a name with signs in it, `a|b` one of two names. In conditions `/` begins at the
//! root of the file, each `^` goes one node up, and an empty path is the node itself.

use serde::{Deserialize, Serialize};

use super::{Level, List, Matchers, Sureness, Text};

/// A node of a configuration file.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct ConfigSpec {
    /// The kinds of file it is looked for in; empty: any that has a tree.
    #[serde(default)]
    pub files: List<FileKind>,
    /// Looked for below each resource of one of these types, `Microsoft.Web/sites` or `azurerm_linux_web_app`;
    /// `*` at the end stands for the rest. Empty: from the root.
    #[serde(default)]
    pub resource: List<Text>,
    /// Paths of nodes. Empty: the resource itself; the finding is at its header.
    #[serde(default)]
    pub at: List<Text>,
    /// Kinds of file it is not looked for in.
    #[serde(default)]
    pub not_files: List<FileKind>,
    /// Only the first such node of a file, or of a resource.
    #[serde(default)]
    pub once: bool,
    /// Does the value stand in quotes, or not? Left out: either.
    #[serde(default)]
    pub quoted: Option<bool>,
    /// A pattern that the node's name holds somewhere, in any letter case.
    #[serde(default)]
    pub name: Option<Text>,
    /// A pattern that its name must not hold.
    #[serde(default)]
    pub not_name: Option<Text>,
    /// A pattern that the node's value holds somewhere, in any letter case. A parameter or variable of the
    /// same file is looked up.
    #[serde(default)]
    pub is: Option<Text>,
    /// A pattern that its value must not hold.
    #[serde(default)]
    pub not: Option<Text>,
    /// What its value may be. Empty: anything.
    #[serde(default)]
    pub class: List<ValueKind>,
    /// What must hold as well.
    #[serde(default, rename = "where")]
    pub conditions: List<ConditionSpec>,
    /// Nodes whose values become parts: a path and the part's name.
    #[serde(default)]
    pub parts: List<PathPart>,
    /// No finding: the project is noted to have this, see `[project]`. A part `value` says of whom.
    #[serde(default)]
    pub fact: Option<Text>,
    /// Literal words one of which stands in such a file, any letter case. None: the resources, else the last name of each path.
    #[serde(default)]
    pub anchors: List<Text>,
    /// Instead of the rule's own.
    #[serde(default)]
    pub severity: Option<Level>,
    /// The severity where the value is a literal.
    #[serde(default)]
    pub literal: Option<Level>,
    /// Instead of the rule's own.
    #[serde(default)]
    pub confidence: Option<Sureness>,
}

/// Something that must hold of a node reached by a path. All of what is said must hold.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default, rename_all = "kebab-case")]
pub struct ConditionSpec {
    /// From the node of the finding. `a.b, c.d` are alternatives.
    pub path: Text,
    /// A pattern that the name of at least one such node holds, in any letter case.
    pub name: Option<Text>,
    /// Is it there? Said alone.
    pub exists: Option<bool>,
    /// At least one such node has a value that holds this pattern, in any letter case.
    pub is: Option<Text>,
    /// No such node has a value that holds this pattern; none at all will do.
    pub not: Option<Text>,
    /// At least one such node, of that name if one is given, has a value that stands in the finding's node too.
    /// `NAME=value` in a list is a node of that name.
    pub same: bool,
    /// At least one such node has a value of one of these sorts.
    pub class: List<ValueKind>,
    /// A resource in the same file of one of these types; the path then begins there.
    pub resource: List<Text>,
    /// Turns the whole condition round.
    pub never: bool,
}

/// A part of a finding.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct PathPart {
    /// Its name.
    pub part: Text,
    /// From the node of the finding.
    pub path: Text,
}

/// A property of a resource that has a safe value: on, off, absent.
///
/// The resource is safe if all of `safe` hold, or all of `or`; else the finding is at the first
/// property that is there with another value, or at the header if none is there and that is unsafe too.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct SwitchSpec {
    /// Types of resources, as in [`ConfigSpec`].
    pub resource: List<Text>,
    /// What must hold, all of it.
    pub safe: List<StateSpec>,
    /// The same under the names of another version of the provider.
    #[serde(default)]
    pub or: List<StateSpec>,
    /// First stable API version that has the property; an older one cannot be switched.
    #[serde(default)]
    pub since: Option<Text>,
    /// First API version in which a resource without the property is safe.
    #[serde(default)]
    pub until: Option<Text>,
    /// Severity where it is absent. None: absent is safe.
    #[serde(default)]
    pub absent: Option<Level>,
    /// What must hold as well.
    #[serde(default, rename = "where")]
    pub conditions: List<ConditionSpec>,
    /// Severity where it has another value. None: the rule's.
    #[serde(default)]
    pub severity: Option<Level>,
}

/// A property in its safe state.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct StateSpec {
    /// From the resource's body.
    pub path: Text,
    /// The safe value, in any letter case; several with `|`.
    pub is: Text,
}

/// A command line: in a shell script, in a script within a workflow or pipeline, in `RUN` of an image.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct CommandSpec {
    /// The program and its words, in order: `az storage account keys list`, `docker login`. `a|b` is one of two.
    pub run: List<Text>,
    /// Options or words of which one must be there; the finding is at the first. Empty: at the command. `--name=pattern` also wants the value.
    #[serde(default)]
    pub option: List<Text>,
    /// Options that must all be there.
    #[serde(default)]
    pub with: List<Text>,
    /// Options or words of which none may be there. `-@` is PowerShell's `@arguments`, which may hold any of them.
    #[serde(default)]
    pub without: List<Text>,
    /// A pattern that the whole command holds somewhere, in any letter case.
    #[serde(default)]
    pub is: Option<Text>,
    /// A pattern that it must not hold.
    #[serde(default)]
    pub not: Option<Text>,
    /// A pattern that the script, some lines above and below, must hold.
    #[serde(default)]
    pub near: Option<Text>,
    /// A pattern that the script, some lines above and below, must not hold.
    #[serde(default)]
    pub not_near: Option<Text>,
    /// Where it may stand; empty: anywhere.
    #[serde(default)]
    pub files: List<FileKind>,
    /// Where it may not.
    #[serde(default)]
    pub not_files: List<FileKind>,
    /// What the value of the option may be. Empty: anything but a placeholder.
    #[serde(default)]
    pub class: List<ValueKind>,
    /// `captured`, `piped`, `redirected`: what happens to its output. Empty: anything.
    #[serde(default)]
    pub output: List<OutputKind>,
    /// It holds a variable that was given a secret: by the store of the pipeline, or by a command that gives one out.
    #[serde(default)]
    pub holds_secret: bool,
    /// Programs one of which its output is piped into, at the end of the pipe.
    #[serde(default)]
    pub into: List<Text>,
    /// Instead of the rule's own.
    #[serde(default)]
    pub severity: Option<Level>,
    /// The severity where the value of the option is a literal.
    #[serde(default)]
    pub literal: Option<Level>,
    /// Instead of the rule's own.
    #[serde(default)]
    pub confidence: Option<Sureness>,
}

/// What a file is, by its path and by its content.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum FileKind {
    /// GitHub Actions.
    Workflow,
    /// A composite action.
    Action,
    /// Azure Pipelines, templates too.
    Pipeline,
    /// GitLab.
    Gitlab,
    /// CircleCI, Bitbucket, Buildkite, Drone, Tekton.
    OtherCi,
    /// Kubernetes manifests, custom resources too.
    Kubernetes,
    /// Default values of a Helm chart.
    HelmValues,
    /// docker-compose.
    Compose,
    /// An ARM template.
    Arm,
    /// Parameters of an ARM template.
    ArmParameters,
    /// Bicep, not its parameters.
    Bicep,
    /// `.bicepparam`
    BicepParameters,
    /// Terraform, also as JSON.
    Terraform,
    /// `.tfvars`
    Tfvars,
    /// Settings of .NET: `appsettings.json`.
    AppSettings,
    /// `local.settings.json`
    LocalSettings,
    /// `web.config`, `app.config`.
    DotnetConfig,
    /// A policy of API Management.
    ApimPolicy,
    /// Spring: `application.yml`, `application.properties`.
    Spring,
    /// `.env`
    Dotenv,
    /// Dockerfile.
    Dockerfile,
    /// A linked service, dataset or pipeline of Data Factory and Synapse.
    DataFactory,
    /// A shell script, batch file, Makefile.
    Script,
    /// PowerShell.
    Powershell,
    /// Settings of a developer's machine: `appsettings.Development.json`, `launchSettings.json`, docker-compose.
    DevSettings,
    /// To be copied and filled in: `.env.example`.
    Template,
    /// Anything else that has a tree.
    Other,
}

/// What a value is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ValueKind {
    /// Written out.
    Literal,
    /// A text with a reference in it.
    Partial,
    /// From the environment.
    Env,
    /// From the pipeline's secret store.
    CiSecret,
    /// From a vault.
    Vault,
    /// A parameter or variable that this file does not settle.
    Param,
    /// A property of another resource, a key that is listed at deployment.
    Resource,
    /// Nothing yet: empty, to be filled in.
    Placeholder,
}

/// What happens to the output of a command.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum OutputKind {
    /// It goes to the log.
    Shown,
    /// `x=$(…)`
    Captured,
    /// `| …`
    Piped,
    /// `> file`
    Redirected,
}

impl Matchers {
    /// For each matcher of configuration, in the order in which they are numbered: the words one of which
    /// stands in every file that it finds something in.
    pub fn configuration_words(&self) -> Vec<Vec<String>> {
        let configs = self.config.iter().map(ConfigSpec::words);
        let switches = self.switch.iter().map(|spec| spec.resource.iter().map(|kind| resource_word(kind)).collect());
        configs.chain(switches).chain(self.command.iter().map(CommandSpec::words)).collect()
    }
}

impl ConfigSpec {
    fn words(&self) -> Vec<String> {
        if !self.anchors.is_empty() {
            return self.anchors.iter().map(ToString::to_string).collect();
        }
        if !self.resource.is_empty() {
            return self.resource.iter().map(|kind| resource_word(kind)).collect();
        }
        self.at.iter().flat_map(|path| last_names(path)).collect()
    }
}

impl CommandSpec {
    /// The program, with the word behind it if that is too short to look for: `az acr`, `docker`.
    fn words(&self) -> Vec<String> {
        let mut found = Vec::new();
        for run in self.run.iter() {
            let mut words = run.split(' ');
            let programs = words.next().unwrap_or_default();
            let second = words.next().unwrap_or_default();
            for program in programs.split('|') {
                if program.len() > 3 {
                    found.push(program.to_owned());
                } else {
                    found.extend(second.split('|').map(|second| format!("{program} {second}")));
                }
            }
        }
        found
    }
}

/// What stands in every file that declares such a resource: a child may leave the names above out.
fn resource_word(kind: &str) -> String {
    let plain = kind.split('*').max_by_key(|piece| piece.len()).unwrap_or(kind);
    let mut pieces = plain.split('/');
    match (pieces.next(), pieces.next()) {
        (Some(provider), Some(first)) => format!("{provider}/{first}"),
        _ => plain.to_owned(),
    }
}

/// The names of a path's last step that has some.
pub fn last_names(path: &str) -> Vec<String> {
    let last = path.rsplit(['.', '^', '/']).find(|step| !step.is_empty() && !step.contains(['*', '[']));
    last.map(|step| step.split('|').map(|name| name.trim_matches('\'').to_owned()).collect()).unwrap_or_default()
}
