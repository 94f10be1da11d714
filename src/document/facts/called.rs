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

/// A type of resource, what its name is for commands, and its platform, or the group of commands that knows it.
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
    ("azurerm_linux_virtual_machine\"", "vm", "vm"),
    ("azurerm_windows_virtual_machine\"", "vm", "vm"),
    ("azurerm_kubernetes_cluster\"", "cluster", ""),
    ("azurerm_resource_group\"", "resource-group", ""),
    ("azurerm_key_vault\"", "vault", ""),
    ("azurerm_storage_account\"", "account", "az storage"),
    ("azurerm_cosmosdb_account\"", "account", "az cosmosdb"),
    ("azurerm_cognitive_account\"", "account", "az cognitiveservices"),
    ("azurerm_servicebus_namespace\"", "namespace", "az servicebus"),
    ("azurerm_eventhub_namespace\"", "namespace", "az eventhubs"),
    ("azurerm_redis_cache\"", "cache", "az redis"),
    ("azurerm_mssql_server\"", "server", "az sql"),
    ("azurerm_postgresql_flexible_server\"", "server", "az postgres"),
    ("azurerm_mysql_flexible_server\"", "server", "az mysql"),
    ("azurerm_app_configuration\"", "store", "az appconfig"),
    ("azurerm_container_registry\"", "registry", "az acr"),
    ("azurerm_search_service\"", "service", "az search"),
    ("azurerm_iothub\"", "hub", "az iot"),
];

const BICEP: &[Resource] = &[
    ("Microsoft.App/containerApps@", "app", "container-apps"),
    ("Microsoft.Web/sites@", "app", "app-service"),
    ("Microsoft.Compute/virtualMachines@", "vm", "vm"),
    ("Microsoft.ContainerService/managedClusters@", "cluster", ""),
    ("Microsoft.Resources/resourceGroups@", "resource-group", ""),
    ("Microsoft.KeyVault/vaults@", "vault", ""),
    ("Microsoft.Storage/storageAccounts@", "account", "az storage"),
    ("Microsoft.DocumentDB/databaseAccounts@", "account", "az cosmosdb"),
    ("Microsoft.CognitiveServices/accounts@", "account", "az cognitiveservices"),
    ("Microsoft.ServiceBus/namespaces@", "namespace", "az servicebus"),
    ("Microsoft.EventHub/namespaces@", "namespace", "az eventhubs"),
    ("Microsoft.Cache/redis@", "cache", "az redis"),
    ("Microsoft.Cache/Redis@", "cache", "az redis"),
    ("Microsoft.Sql/servers@", "server", "az sql"),
    ("Microsoft.DBforPostgreSQL/flexibleServers@", "server", "az postgres"),
    ("Microsoft.DBforMySQL/flexibleServers@", "server", "az mysql"),
    ("Microsoft.AppConfiguration/configurationStores@", "store", "az appconfig"),
    ("Microsoft.ContainerRegistry/registries@", "registry", "az acr"),
    ("Microsoft.Search/searchServices@", "service", "az search"),
    ("Microsoft.Devices/IotHubs@", "hub", "az iot"),
];

/// What runs code and can have an identity of its own: its kind, as facts call it.
const HAS_IDENTITY: &str = "identity";

/// The same, where it has none.
const NO_IDENTITY: &str = "no-identity";

/// The names of the resources of a template, and which of them that run code have an identity.
fn blocks(text: &str, head: &str, sign: &str, table: &[Resource]) -> Vec<Called> {
    let mut found = Vec::new();
    // Each one goes through the whole text: as many as a file may tell of.
    let mut asked = 0;
    let mut declared = |value| {
        asked += 1;
        (asked <= MOST).then(|| declared(text, value, sign)).flatten()
    };
    let mut lines = text.lines();
    while let Some(line) = lines.next() {
        let Some((_, of, platform)) = table.iter().find(|(word, _, _)| line.starts_with(head) && line.contains(word))
        else {
            continue;
        };
        // What is there already is made elsewhere.
        if line.contains(" existing ") {
            continue;
        }
        // The end of a block stands at the beginning of a line.
        let block: Vec<&str> = lines.by_ref().take_while(|line| !line.starts_with('}')).collect();
        let is_function = block.iter().any(|line| line.contains("functionapp") || line.contains("FUNCTIONS_"));
        let platform = if is_function && *platform == "app-service" { "functions" } else { *platform };
        if let Some(value) = block.iter().find_map(|line| assigned(line, "name", sign))
            && let Some(value) = literal(value).or_else(|| declared(value))
        {
            found.push((*of, platform, value));
        }
        if matches!(*of, "app" | "vm") {
            match identity(&block, sign) {
                Identity::Kind(kind) => found.push((HAS_IDENTITY, platform, kind)),
                Identity::None => found.push((NO_IDENTITY, platform, "none".to_owned())),
                Identity::Depends => {}
            }
        }
    }
    found
}

/// What the identity block says.
enum Identity {
    Kind(String),
    None,
    /// An expression decides.
    Depends,
}

fn identity(block: &[&str], sign: &str) -> Identity {
    let open = |line: &&str| {
        let rest = line.trim_start().strip_prefix("identity").map(str::trim_start);
        rest.is_some_and(|rest| rest.starts_with('{') || rest.starts_with(':'))
    };
    let Some(at) = block.iter().position(open) else { return Identity::None };
    match block[at..].iter().take(4).find_map(|line| assigned(line, "type", sign)) {
        Some(kind) if literal(kind).is_some_and(|kind| kind != "None") => {
            Identity::Kind(plain(kind).unwrap_or_default())
        }
        Some(kind) if literal(kind).is_some() => Identity::None,
        _ => Identity::Depends,
    }
}

/// A name in quotes; without them it is an expression.
fn literal(value: &str) -> Option<String> {
    plain(value).filter(|_| value.starts_with(['"', '\'']))
}

/// What the same file declares under a name, if that is plain: `var vaultName = 'contoso'`, a parameter's default.
fn declared(text: &str, value: &str, sign: &str) -> Option<String> {
    let is_word =
        |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
    if sign == ":" {
        let name = Some(value).filter(|name| is_word(name))?;
        let of = |line: &str| {
            let rest = line.strip_prefix("param ").or_else(|| line.strip_prefix("var "))?.strip_prefix(name)?;
            let (kind, value) = rest.split_once('=')?;
            matches!(kind.trim(), "" | "string").then(|| literal(value.trim()))?
        };
        return text.lines().find_map(of);
    }
    let name = value.strip_prefix("var.").filter(|name| is_word(name))?;
    let head = format!("variable \"{name}\"");
    let mut block = text.lines().skip_while(|line| !line.starts_with(&head)).take_while(|line| !line.starts_with('}'));
    literal(block.find_map(|line| assigned(line, "default", "="))?)
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
    let mut asked = 0;
    for line in text.lines() {
        if let Some((_, platform)) = DEPLOYS.iter().find(|(word, _)| line.contains(word)) {
            deploys = platform;
        }
        let mut add = |of: &'static str, platform: &'static str, value: &str| {
            let mut given = || {
                asked += 1;
                (asked <= MOST).then(|| variable(text, value)).flatten()
            };
            if let Some(value) = plain(value).or_else(&mut given) {
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
            (Kind::Hcl, terraform, vec![("no-identity", "app-service", "none"), ("resource-group", "", "shop")]),
            (Kind::Bicep, bicep, vec![("cluster", "", "apps")]),
            (
                Kind::Bicep,
                "resource v 'Microsoft.KeyVault/vaults@2023-07-01' existing = {\n  name: 'apps'\n}\n",
                vec![],
            ),
            (
                Kind::Hcl,
                "variable \"n\" {\n  default = \"contosodata\"\n}\nresource \"azurerm_storage_account\" \"a\" {\n  name = var.n\n}\n",
                vec![("account", "az storage", "contosodata")],
            ),
            (
                Kind::Bicep,
                "param site string = 'contoso-web'\nresource a 'Microsoft.Web/sites@2024-04-01' = {\n  name: site\n  identity: {\n    type: 'SystemAssigned'\n  }\n}\nresource b 'Microsoft.Web/sites@2024-04-01' = {\n  name: 'contoso-mail'\n  kind: 'functionapp'\n}\nresource c 'Microsoft.KeyVault/vaults@2024-11-01' existing = {\n  name: 'x-y'\n}\n",
                vec![
                    ("app", "app-service", "contoso-web"),
                    ("app", "functions", "contoso-mail"),
                    ("identity", "app-service", "SystemAssigned"),
                    ("no-identity", "functions", "none"),
                ],
            ),
            (Kind::Shell, "az webapp up -g $GROUP --name shop-web\n", vec![("app", "app-service", "shop-web")]),
            (Kind::Shell, "az webapp up --name your-app -g my-group\n", vec![]),
        ] {
            let found = names(kind, text.as_bytes());
            let found: Vec<_> = found.iter().map(|(of, platform, name)| (*of, *platform, name.as_str())).collect();
            assert_eq!(found, expected, "{text}");
        }
    }
}
