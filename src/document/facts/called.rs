//! What things are called where they are deployed: the app of a workflow, the group of a template.
//!
//! Lines are read, not trees: a name that is missed leaves a placeholder, and one that is an expression is none.

use memchr::memmem;

use super::content::LARGEST;
use crate::document::kind::Kind;

/// What is called so, on which platform if it is an app, and the name.
pub(super) type Called = (&'static str, &'static str, String);

/// A file that deploys this many things tells nothing of a single one.
const MOST: usize = 32;

/// The names in a text of this kind.
pub(super) fn names(kind: Kind, text: &[u8]) -> Vec<Called> {
    if text.len() > LARGEST || !may_name(kind, text) {
        return Vec::new();
    }
    let Ok(text) = std::str::from_utf8(text) else { return Vec::new() };
    let mut found = match kind {
        Kind::Yaml => yaml(text),
        Kind::Hcl => blocks(text, "resource \"", "=", TERRAFORM),
        Kind::Bicep => blocks(text, "resource ", ":", BICEP),
        Kind::Shell | Kind::PowerShell => commands(text),
        _ => Vec::new(),
    };
    found.sort();
    found.dedup();
    if found.len() > MOST { Vec::new() } else { found }
}

/// Most files name nothing: one look for a word that must be there, before lines are read.
fn may_name(kind: Kind, text: &[u8]) -> bool {
    let has = |word: &str| memmem::find(text, word.as_bytes()).is_some();
    match kind {
        Kind::Yaml => has("@") || has("az ") || has("serviceAccountName:"),
        Kind::Hcl => has("\"azurerm_"),
        Kind::Bicep => has("Microsoft."),
        Kind::Shell | Kind::PowerShell => has("az "),
        _ => false,
    }
}

/// A type of resource, what its name is for commands, and its platform.
type Resource = (&'static str, &'static str, &'static str);

const TERRAFORM: &[Resource] = &[
    ("azurerm_linux_web_app\"", "app", "app-service"),
    ("azurerm_windows_web_app\"", "app", "app-service"),
    ("azurerm_app_service\"", "app", "app-service"),
    ("azurerm_linux_function_app\"", "app", "functions"),
    ("azurerm_windows_function_app\"", "app", "functions"),
    ("azurerm_function_app\"", "app", "functions"),
    ("azurerm_function_app_flex_consumption\"", "app", "functions"),
    ("azurerm_container_app\"", "app", "container-apps"),
    ("azurerm_kubernetes_cluster\"", "cluster", ""),
    ("azurerm_resource_group\"", "resource-group", ""),
    ("azurerm_key_vault\"", "vault", ""),
];

const BICEP: &[Resource] = &[
    ("Microsoft.App/containerApps@", "app", "container-apps"),
    ("Microsoft.ContainerService/managedClusters@", "cluster", ""),
    ("Microsoft.Resources/resourceGroups@", "resource-group", ""),
    ("Microsoft.KeyVault/vaults@", "vault", ""),
];

/// `name = "contoso"` below the head of a resource of a template.
fn blocks(text: &str, head: &str, sign: &str, table: &[Resource]) -> Vec<Called> {
    let mut found = Vec::new();
    let mut open: Option<&Resource> = None;
    for line in text.lines() {
        if line.starts_with(head) {
            open = table.iter().find(|(word, _, _)| line.contains(word));
        } else if let Some((_, of, platform)) = open
            && let Some(value) = assigned(line, "name", sign)
        {
            // Without quotes it is an expression.
            if let Some(value) = plain(value).filter(|_| value.starts_with(['"', '\''])) {
                found.push((*of, *platform, value));
            }
            open = None;
        }
    }
    found
}

/// What follows `name` and the sign, at whatever depth.
fn assigned<'t>(line: &'t str, name: &str, sign: &str) -> Option<&'t str> {
    let line = line.trim_start();
    let line = line.strip_prefix("- ").unwrap_or(line).trim_start();
    let rest = line.strip_prefix(name)?.trim_start();
    Some(rest.strip_prefix(sign)?.trim())
}

/// Keys of workflows and pipelines, and what their value is.
const KEYS: &[Resource] = &[
    ("app-name", "app", "?"),
    ("appName", "app", "?"),
    ("containerAppName", "app", "container-apps"),
    ("cluster-name", "cluster", ""),
    ("resource-group", "resource-group", ""),
    ("resourceGroup", "resource-group", ""),
    ("resourceGroupName", "resource-group", ""),
    ("environment", "environment", ""),
    ("serviceAccountName", "service-account", ""),
    ("namespace", "namespace", ""),
];

/// Words of actions and tasks that deploy an app, and its platform.
const DEPLOYS: [(&str, &str); 6] = [
    ("webapps-deploy@", "app-service"),
    ("AzureWebApp@", "app-service"),
    ("AzureRmWebAppDeployment@", "app-service"),
    ("functions-action@", "functions"),
    ("AzureFunctionApp@", "functions"),
    ("container-apps-deploy-action@", "container-apps"),
];

fn yaml(text: &str) -> Vec<Called> {
    let mut found = commands(text);
    let mut deploys = "";
    let mut in_environment = false;
    for line in text.lines() {
        if let Some((_, platform)) = DEPLOYS.iter().find(|(word, _)| line.contains(word)) {
            deploys = platform;
        }
        let mut add = |of: &'static str, platform: &'static str, value: &str| {
            if let Some(value) = plain(value).or_else(|| variable(text, value)) {
                found.push((of, platform, value));
            }
        };
        if in_environment && let Some(value) = assigned(line, "name", ":") {
            add("environment", "", value);
        }
        let key = KEYS.iter().find_map(|key| Some((key, assigned(line, key.0, ":")?)));
        in_environment = matches!(key, Some((("environment", ..), "")));
        let Some(((_, of, platform), value)) = key else { continue };
        match *platform {
            // Only what deploys it tells what kind of app it is.
            "?" if deploys.is_empty() => {}
            "?" => add(of, deploys, value),
            platform => add(of, platform, value),
        }
    }
    found
}

/// `${{ env.NAME }}` or `$(NAME)`, if the same file gives it a plain value.
fn variable(text: &str, value: &str) -> Option<String> {
    let name = value.trim_matches(['\'', '"']);
    let inner = name.strip_prefix("${{").and_then(|rest| rest.strip_suffix("}}")).map(str::trim);
    let name = match inner {
        Some(inner) => inner.strip_prefix("env.")?,
        None => name.strip_prefix("$(")?.strip_suffix(')')?,
    };
    text.lines().find_map(|line| plain(assigned(line, name, ":")?))
}

/// Groups of `az`, what `-n` names there, and its platform.
const GROUPS: [Resource; 4] = [
    ("webapp", "app", "app-service"),
    ("functionapp", "app", "functions"),
    ("containerapp", "app", "container-apps"),
    ("aks", "cluster", ""),
];

/// Names that commands of a script are given.
fn commands(text: &str) -> Vec<Called> {
    let mut found = Vec::new();
    for line in text.lines() {
        let Some(at) = line.find("az ") else { continue };
        let words: Vec<&str> = line[at + 3..].split_whitespace().collect();
        let after = |options: [&str; 2]| {
            let at = words.iter().position(|word| options.contains(word))?;
            plain(words.get(at + 1)?)
        };
        let group = words.first().and_then(|word| GROUPS.iter().find(|(group, _, _)| group == word));
        if let Some((_, of, platform)) = group
            && words.get(1) != Some(&"plan")
            && let Some(name) = after(["-n", "--name"])
        {
            found.push((*of, *platform, name));
        }
        if let Some(name) = after(["-g", "--resource-group"]) {
            found.push(("resource-group", "", name));
        }
    }
    found
}

/// Words that stand where a name will be.
const STAND_INS: [&str; 10] =
    ["your", "my-", "my_", "example", "replace", "changeme", "placeholder", "todo", "xxx", "sample"];

/// A name that stands there as it is: no expression, no placeholder.
fn plain(text: &str) -> Option<String> {
    let text = text.split(" #").next().unwrap_or(text).trim().trim_end_matches(',');
    let text = text.trim_matches(['\'', '"']);
    let is_name = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte);
    let small = text.to_ascii_lowercase();
    let is_stand_in =
        STAND_INS.iter().any(|word| small.starts_with(word)) || matches!(small.as_str(), "true" | "false");
    let is_plain = (2..=90).contains(&text.len()) && text.bytes().all(is_name) && !text.starts_with('-');
    (is_plain && !is_stand_in).then(|| text.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_read_where_they_stand_as_they_are() {
        let workflow = "env:\n  WEB: contoso-web\njobs:\n  a:\n    environment:\n      name: production\n    steps:\n    - uses: azure/webapps-deploy@v3\n      with:\n        app-name: ${{ env.WEB }}\n    - run: az functionapp restart -g shop -n contoso-mail\n    - with: { app-name: other }\n";
        let terraform = "resource \"azurerm_resource_group\" \"a\" {\n  name = \"shop\"\n}\nresource \"azurerm_linux_web_app\" \"b\" {\n  name = \"${var.x}-web\"\n}\nresource \"azurerm_subnet\" \"c\" {\n  name = \"inner\"\n}\n";
        let bicep = "resource k 'Microsoft.ContainerService/managedClusters@2024-01-01' = {\n  name: 'apps'\n}\nresource v 'Microsoft.KeyVault/vaults@2023-07-01' = {\n  name: vaultName\n}\n";
        for (kind, text, expected) in [
            (
                Kind::Yaml,
                workflow,
                vec![
                    ("app", "app-service", "contoso-web"),
                    ("app", "functions", "contoso-mail"),
                    ("environment", "", "production"),
                    ("resource-group", "", "shop"),
                ],
            ),
            (Kind::Yaml, "app-name: contoso\n", vec![]),
            (Kind::Yaml, "  environment: <environment>\n  resource-group: $(group)\n", vec![]),
            (Kind::Hcl, terraform, vec![("resource-group", "", "shop")]),
            (Kind::Bicep, bicep, vec![("cluster", "", "apps")]),
            (Kind::Shell, "az webapp up -g $GROUP --name shop-web\n", vec![("app", "app-service", "shop-web")]),
            (Kind::Shell, "az webapp up --name your-app -g my-group\n", vec![]),
        ] {
            let found = names(kind, text.as_bytes());
            let found: Vec<_> = found.iter().map(|(of, platform, name)| (*of, *platform, name.as_str())).collect();
            assert_eq!(found, expected, "{text}");
        }
    }
}
