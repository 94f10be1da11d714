//! Placeholders of the commands, and where a team finds what belongs there.

use std::collections::BTreeSet;

use super::{Document, Fill, Task};

/// Each placeholder that several steps share, and where its value comes from.
const KNOWN: [(&str, &str); 32] = [
    (
        "account",
        "az storage account list -o table; az cosmosdb list -o table; az cognitiveservices account list -o table",
    ),
    ("app", "az webapp list -o table; az functionapp list -o table; az containerapp list -o table"),
    ("branch", "the branch that deploys"),
    ("cache", "az redis list -o table"),
    ("client", "the client id of the app registration: az ad app list --display-name <part-of-its-name> -o table"),
    ("client-id", "of the identity: az identity show -g <resource-group> -n <identity> --query clientId -o tsv"),
    ("cluster", "az aks list -o table"),
    ("deployment", "kubectl get deployments -A; for templates: az deployment group list -g <resource-group> -o table"),
    ("directory", "a new directory outside the repository"),
    ("environment", "the environment that the job names; make one that asks for approval"),
    ("federated-credential.json", "a file with name, issuer, subject and audiences: keyless explain federation"),
    ("file", "a file outside the repository that holds the value, deleted afterwards"),
    ("group", "the name of the Entra group of administrators"),
    ("group-id", "az ad group show -g <group> --query id -o tsv"),
    ("hub", "az iot hub list -o table"),
    (
        "issuer-url",
        "the issuer of the runs' tokens; of an AKS cluster: az aks show -g <resource-group> -n <cluster> --query oidcIssuerProfile.issuerUrl -o tsv",
    ),
    ("key-id", "printed by the command above it, by the hint"),
    ("name", "chosen by you"),
    ("namespace", "az servicebus namespace list -o table; of a pod: kubectl get deployments -A"),
    ("owner>/<repository", "as the repository is called on GitHub"),
    (
        "pipeline-principal-id",
        "of the identity that deploys: az identity show -g <resource-group> -n id-pipelines --query principalId -o tsv",
    ),
    ("policy", "the name of the shared access policy, as the connection string has it"),
    (
        "principal-id",
        "printed by the step that makes the identity; of one that you made yourself: az identity show -g <resource-group> -n <identity> --query principalId -o tsv",
    ),
    ("registry", "az acr list -o table"),
    ("resource-group", "az group list -o table; of an azd project: azd env get-value AZURE_RESOURCE_GROUP"),
    ("resource-id", "az resource list -g <resource-group> --query \"[].id\" -o tsv"),
    (
        "server",
        "az sql server list -o table; az postgres flexible-server list -o table; az mysql flexible-server list -o table",
    ),
    ("service-account", "kubectl get serviceaccounts -A"),
    ("subject", "as the issuer writes it: keyless explain federation"),
    ("tenant", "az account show --query tenantId -o tsv"),
    ("vault", "az keyvault list -o table"),
    ("vm", "az vm list -o table"),
];

/// Those that the plan's commands and texts have, in the order of the table.
pub(super) fn needed(plan: &Document) -> Vec<Fill> {
    let stages = plan.sections.iter().flat_map(|section| &section.stages);
    let of_sections = stages.flat_map(|stage| stage.changes.iter().chain(&stage.steps));
    let of_revocations = plan.revoke.iter().flat_map(|row| &row.steps).filter(|_| plan.sections.is_empty());
    let tasks: Vec<&Task> = of_sections.chain(of_revocations).chain(&plan.history).collect();
    let commands: BTreeSet<&str> = tasks.iter().filter_map(|task| task.command.as_deref()).collect();
    let is_there = |name: &str| commands.iter().any(|command| command.contains(&format!("<{name}>")));
    let known = KNOWN.iter().filter(|(name, _)| is_there(name));
    known.map(|(name, from)| Fill { placeholder: format!("<{name}>"), from: (*from).to_owned() }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_many_commands_leave_open_is_explained_once() {
        let tables = [
            include_str!("../../../../rules/tables/routes.toml"),
            include_str!("../../../../rules/tables/revoke.toml"),
            include_str!("../../../../rules/tables/roles.toml"),
        ];
        let mut uses = std::collections::BTreeMap::new();
        for line in tables.iter().flat_map(|text| text.lines()).filter(|line| line.contains("command =")) {
            let line = line.replace(['{', '<'], "\u{1}").replace(['}', '>'], "\u{2}");
            for piece in line.split('\u{1}').skip(1) {
                let Some((word, _)) = piece.split_once('\u{2}') else { continue };
                if word.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'-') && !word.is_empty() {
                    *uses.entry(word.to_owned()).or_insert(0) += 1;
                }
            }
        }
        // Values that are told where they stand, or made by whoever runs the command.
        let plain = ["identity", "path", "service", "store", "new-password", "user", "site-id", "setting", "key"];
        let missing: Vec<_> = uses
            .iter()
            .filter(|(word, many)| **many > 2 && !plain.contains(&word.as_str()))
            .filter(|(word, _)| KNOWN.iter().all(|(known, _)| known != word))
            .collect();
        assert!(missing.is_empty(), "{missing:?}");
        assert!(KNOWN.windows(2).all(|pair| pair[0].0 < pair[1].0), "sorted by name");
    }
}
