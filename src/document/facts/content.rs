//! What the text of a file says of where code runs.
//!
//! Plain words that only one platform uses, looked for in files that may say them:
//! templates, pipelines, manifests, project files. No parser: a comment that names a
//! resource is evidence too, and routes ask for evidence, not for proof.

use memchr::memmem;

use crate::document::kind::Kind;

/// Files over this size are data.
pub(super) const LARGEST: usize = 1 << 20;

/// A word, and the platform it shows.
type Word = (&'static str, &'static str);

const RESOURCES: &[Word] = &[
    ("Microsoft.App/containerApps", "container-apps"),
    ("Microsoft.App/jobs", "container-apps"),
    ("Microsoft.ContainerService/managedClusters", "aks"),
    ("Microsoft.Compute/virtualMachines", "vm"),
    ("Microsoft.Compute/virtualMachineScaleSets", "vm"),
    ("Microsoft.ContainerInstance/containerGroups", "vm"),
    ("Microsoft.Batch/batchAccounts", "vm"),
    ("Microsoft.Automation/automationAccounts", "automation"),
    ("Microsoft.Logic/workflows", "automation"),
    ("Microsoft.DataFactory/factories", "automation"),
    ("Microsoft.HybridCompute/machines", "arc"),
    ("Microsoft.AppPlatform/Spring", "spring-apps"),
    ("Microsoft.ServiceFabric/", "service-fabric"),
];

/// Both kinds of sites share a resource type; the word `functionapp` tells them apart.
const SITES: &str = "Microsoft.Web/sites";

/// What evidence calls the sites that are function apps.
const FUNCTION_SITES: &str = "Microsoft.Web/sites kind functionapp";

const TERRAFORM: &[Word] = &[
    ("\"azurerm_linux_function_app\"", "functions"),
    ("\"azurerm_windows_function_app\"", "functions"),
    ("\"azurerm_function_app\"", "functions"),
    ("\"azurerm_function_app_flex_consumption\"", "functions"),
    ("\"azurerm_linux_web_app\"", "app-service"),
    ("\"azurerm_windows_web_app\"", "app-service"),
    ("\"azurerm_app_service\"", "app-service"),
    ("\"azurerm_container_app\"", "container-apps"),
    ("\"azurerm_container_app_job\"", "container-apps"),
    ("\"azurerm_kubernetes_cluster\"", "aks"),
    ("\"azurerm_linux_virtual_machine\"", "vm"),
    ("\"azurerm_windows_virtual_machine\"", "vm"),
    ("\"azurerm_linux_virtual_machine_scale_set\"", "vm"),
    ("\"azurerm_windows_virtual_machine_scale_set\"", "vm"),
    ("\"azurerm_container_group\"", "vm"),
    ("\"azurerm_batch_pool\"", "vm"),
    ("\"azurerm_automation_account\"", "automation"),
    ("\"azurerm_automation_runbook\"", "automation"),
    ("\"azurerm_logic_app_workflow\"", "automation"),
    ("\"azurerm_data_factory\"", "automation"),
    ("\"azurerm_spring_cloud_app\"", "spring-apps"),
    ("\"azurerm_service_fabric", "service-fabric"),
    ("\"azurerm_arc_machine", "arc"),
    ("\"google_cloud_run", "other-cloud"),
    ("\"aws_ecs_service\"", "other-cloud"),
    ("\"aws_lambda_function\"", "other-cloud"),
];

const YAML: &[Word] = &[
    ("azure/webapps-deploy@", "app-service"),
    ("Azure/webapps-deploy@", "app-service"),
    ("AzureWebApp@", "app-service"),
    ("AzureRmWebAppDeployment@", "app-service"),
    ("Azure/functions-action@", "functions"),
    ("azure/functions-action@", "functions"),
    ("AzureFunctionApp@", "functions"),
    ("azure/container-apps-deploy-action@", "container-apps"),
    ("Azure/container-apps-deploy-action@", "container-apps"),
    ("AzureContainerApps@", "container-apps"),
    ("azure/aks-set-context@", "aks"),
    ("Azure/aks-set-context@", "aks"),
    ("az aks get-credentials", "aks"),
    ("az webapp deploy", "app-service"),
    ("az functionapp deploy", "functions"),
    ("func azure functionapp publish", "functions"),
    ("az containerapp up", "container-apps"),
    ("az containerapp update", "container-apps"),
    ("az spring app deploy", "spring-apps"),
    ("aws-actions/configure-aws-credentials@", "other-cloud"),
    ("google-github-actions/auth@", "other-cloud"),
];

/// Two words that together only a pipeline has, and whose it is.
const PIPELINES: [(&str, &str, &str); 4] = [
    ("runs-on:", "steps:", "github-actions"),
    ("using: composite", "steps:", "github-actions"),
    ("vmImage:", "steps:", "azure-pipelines"),
    ("azureSubscription:", "inputs:", "azure-pipelines"),
];

const AZD: &[Word] = &[
    ("host: function", "functions"),
    ("host: appservice", "app-service"),
    ("host: containerapp", "container-apps"),
    ("host: aks", "aks"),
    ("host: springapp", "spring-apps"),
];

const WORKLOADS: [&str; 4] = ["kind: Deployment", "kind: StatefulSet", "kind: CronJob", "kind: DaemonSet"];

/// Manifests that only a cluster in Azure takes as they are.
const OF_AZURE: [&str; 4] = ["azure.workload.identity/", "aadpodidbinding", ".azurecr.io/", "provider: azure"];

const PROJECT: &[Word] = &[
    ("Microsoft.Azure.Functions.Worker", "functions"),
    ("Microsoft.NET.Sdk.Functions", "functions"),
    ("<AzureFunctionsVersion>", "functions"),
    ("Microsoft.ServiceFabric.", "service-fabric"),
    ("Microsoft.Extensions.Hosting.WindowsServices", "on-premises"),
    ("System.ServiceProcess", "on-premises"),
];

/// Dependencies and plugins of builds, by the name of their file.
const BUILDS: &[(&str, &[Word])] = &[
    ("package.json", &[("\"@azure/functions\"", "functions")]),
    ("requirements.txt", &[("azure-functions", "functions")]),
    ("pyproject.toml", &[("azure-functions", "functions")]),
    (
        "pom.xml",
        &[
            ("azure-functions-maven-plugin", "functions"),
            ("azure-functions-java-library", "functions"),
            ("azure-webapp-maven-plugin", "app-service"),
            ("azure-spring-apps-maven-plugin", "spring-apps"),
            ("azure-spring-cloud-maven-plugin", "spring-apps"),
        ],
    ),
    ("build.gradle", &[("azurefunctions", "functions"), ("azurewebapp", "app-service")]),
    ("build.gradle.kts", &[("azurefunctions", "functions"), ("azurewebapp", "app-service")]),
];

/// Installers of Windows services and scheduled tasks.
const INSTALLERS: &[Word] =
    &[("<ServiceInstall", "on-premises"), ("http://schemas.microsoft.com/windows/2004/02/mit/task", "on-premises")];

const POWERSHELL: &[Word] = &[
    ("Get-AutomationVariable", "automation"),
    ("Get-AutomationPSCredential", "automation"),
    ("Get-AutomationConnection", "automation"),
    ("Get-AutomationCertificate", "automation"),
    ("New-ScheduledTaskAction", "on-premises"),
    ("Register-ScheduledTask", "on-premises"),
    ("New-Service ", "on-premises"),
    ("sc.exe create", "on-premises"),
    ("azcmagent connect", "arc"),
    ("az aks create", "aks"),
];

const BATCH: &[Word] = &[
    ("sc create", "on-premises"),
    ("sc.exe create", "on-premises"),
    ("schtasks", "on-premises"),
    ("nssm install", "on-premises"),
];

const SHELL: &[Word] = &[("az aks create", "aks"), ("azcmagent connect", "arc")];

/// Platform and the word that shows it, each once.
pub(super) fn platforms(kind: Kind, name: &[u8], text: &[u8]) -> Vec<Word> {
    if text.len() > LARGEST {
        return Vec::new();
    }
    let mut found = match kind {
        Kind::Bicep => resources(text),
        // The schema stands in the first lines of every ARM template.
        Kind::Json if has(&text[..text.len().min(1024)], "deploymentTemplate.json") => resources(text),
        Kind::Hcl => words(text, TERRAFORM),
        Kind::Yaml if name.starts_with(b"azure.y") => words(text, AZD),
        Kind::Yaml => yaml(text),
        Kind::Xml if name.ends_with(b"proj") => words(text, PROJECT),
        Kind::PowerShell => words(text, POWERSHELL),
        Kind::Batch => words(text, BATCH),
        Kind::Shell => words(text, SHELL),
        // A runbook reads its account's assets; nothing else has the module.
        Kind::Python if has(text, "import automationassets") => vec![("automationassets", "automation")],
        Kind::Dockerfile if has(text, "mcr.microsoft.com/azure-functions/") => {
            vec![("mcr.microsoft.com/azure-functions", "functions")]
        }
        _ => Vec::new(),
    };
    if let Some((_, of_build)) = BUILDS.iter().find(|(file, _)| file.as_bytes() == name) {
        found.extend(words(text, of_build));
    } else if kind == Kind::Xml {
        found.extend(words(text, INSTALLERS));
    }
    if name == b"package.json" && !SERVERS.iter().any(|word| has(text, word)) {
        found.extend(PAGES.iter().find(|(word, _)| has(text, word)));
    }
    found.dedup_by_key(|(_, platform)| *platform);
    found
}

/// Packages of pages that browsers run.
const PAGES: [Word; 5] = [
    ("\"react-scripts\"", "browser"),
    ("\"@angular/core\"", "browser"),
    ("\"@vue/cli-service\"", "browser"),
    ("\"@vitejs/plugin-react\"", "browser"),
    ("\"@vitejs/plugin-vue\"", "browser"),
];

/// Packages of servers and desktops: beside one of them code may run there.
const SERVERS: [&str; 11] = [
    "\"express\"",
    "\"next\"",
    "\"nuxt\"",
    "\"fastify\"",
    "\"koa\"",
    "\"@nestjs/core\"",
    "\"electron\"",
    "\"@azure/functions\"",
    "\"@remix-run/node\"",
    "\"@sveltejs/kit\"",
    "\"gatsby\"",
];

/// What only a function app has; its kind may come from elsewhere.
const FUNCTIONS: [&str; 3] = ["functionapp", "FUNCTIONS_WORKER_RUNTIME", "FUNCTIONS_EXTENSION_VERSION"];

fn resources(text: &[u8]) -> Vec<Word> {
    let mut found = words(text, RESOURCES);
    if has(text, SITES) {
        let is_function = FUNCTIONS.iter().any(|word| has(text, word));
        found.push(if is_function { (FUNCTION_SITES, "functions") } else { (SITES, "app-service") });
        // A template of several sites, of which only some are said to be function apps, has others too.
        let of_functions = memmem::find_iter(text, "functionapp").count();
        let sites =
            ["\"Microsoft.Web/sites\"", "'Microsoft.Web/sites@"].map(|one| memmem::find_iter(text, one).count());
        if is_function && of_functions > 0 && sites.iter().sum::<usize>() > of_functions {
            found.push((SITES, "app-service"));
        }
    }
    found
}

fn yaml(text: &[u8]) -> Vec<Word> {
    // Names of actions and tasks hold an `@`, and commands begin with `az`; most other YAML has neither.
    let may = memchr::memchr(b'@', text).is_some() || has(text, "az ");
    let mut found = if may { words(text, YAML) } else { Vec::new() };
    if has(text, "apiVersion:")
        && let Some(kind) = WORKLOADS.into_iter().find(|kind| has(text, kind))
    {
        let is_of_azure = OF_AZURE.iter().any(|word| has(text, word));
        found.push((kind, if is_of_azure { "aks" } else { "kubernetes" }));
    }
    // Templates of pipelines lie anywhere.
    found.extend(
        PIPELINES.iter().find(|(first, second, _)| has(text, first) && has(text, second)).map(|one| (one.0, one.2)),
    );
    found
}

fn words(text: &[u8], words: &[Word]) -> Vec<Word> {
    words.iter().filter(|(word, _)| has(text, word)).copied().collect()
}

fn has(text: &[u8], word: &str) -> bool {
    memmem::find(text, word.as_bytes()).is_some()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_of_a_platform_are_evidence_in_the_files_that_say_them() {
        for (kind, name, text, expected) in [
            (
                Kind::Bicep,
                "main.bicep",
                "resource a 'Microsoft.Web/sites@2024-04-01' = { kind: 'functionapp' }",
                vec!["functions"],
            ),
            (
                Kind::Bicep,
                "main.bicep",
                "resource a 'Microsoft.Web/sites@2024-04-01' = { kind: kind }\n// FUNCTIONS_WORKER_RUNTIME",
                vec!["functions"],
            ),
            (
                Kind::Bicep,
                "main.bicep",
                "resource a 'Microsoft.Web/sites@2024-04-01' = { kind: 'app' }",
                vec!["app-service"],
            ),
            (
                Kind::Bicep,
                "main.bicep",
                "resource a 'Microsoft.Web/sites@2024-04-01' = { kind: 'functionapp' }\nresource b 'Microsoft.Web/sites@2024-04-01' = {}",
                vec!["functions", "app-service"],
            ),
            (
                Kind::Json,
                "a.json",
                r#"{"$schema":"https://x/deploymentTemplate.json#","type":"Microsoft.App/containerApps"}"#,
                vec!["container-apps"],
            ),
            (Kind::Json, "a.json", r#"{"type":"Microsoft.App/containerApps"}"#, vec![]),
            (Kind::Json, "package.json", r#"{"dependencies":{"react-scripts":"5.0.1"}}"#, vec!["browser"]),
            (Kind::Json, "package.json", r#"{"dependencies":{"express":"4","react-scripts":"5.0.1"}}"#, vec![]),
            (Kind::Hcl, "main.tf", r#"resource "azurerm_kubernetes_cluster" "k" {}"#, vec!["aks"]),
            (Kind::Yaml, "azure.yaml", "services:\n  api:\n    host: containerapp\n", vec!["container-apps"]),
            (Kind::Yaml, "deploy.yml", "- uses: azure/webapps-deploy@v3\n", vec!["app-service"]),
            (Kind::Yaml, "app.yaml", "apiVersion: apps/v1\nkind: Deployment\n", vec!["kubernetes"]),
            (Kind::Yaml, "app.yaml", "kind: Deployment\n", vec![]),
            (Kind::Yaml, "a.yml", "jobs:\n  a:\n    runs-on: x\n    steps: []\n", vec!["github-actions"]),
            (Kind::Yaml, "a.yml", "- task: AzureCLI@2\n  inputs:\n    azureSubscription: x\n", vec!["azure-pipelines"]),
            (
                Kind::Xml,
                "a.csproj",
                r#"<PackageReference Include="Microsoft.Azure.Functions.Worker" />"#,
                vec!["functions"],
            ),
            (Kind::PowerShell, "a.ps1", "$x = Get-AutomationVariable -Name a", vec!["automation"]),
            (Kind::PowerShell, "a.ps1", "New-Service -Name a -BinaryPathName b", vec!["on-premises"]),
            (Kind::Batch, "install.cmd", "sc create mailer binPath= c:\\m.exe", vec!["on-premises"]),
            (Kind::Xml, "setup.wxs", "<ServiceInstall Id=\"a\" />", vec!["on-premises"]),
            (Kind::Xml, "pom.xml", "<artifactId>azure-webapp-maven-plugin</artifactId>", vec!["app-service"]),
            (Kind::Json, "package.json", r#"{"dependencies":{"@azure/functions":"^4.0.0"}}"#, vec!["functions"]),
            (Kind::Text, "requirements.txt", "azure-functions==1.21\n", vec!["functions"]),
            (Kind::Python, "run.py", "import automationassets\n", vec!["automation"]),
            (Kind::Dockerfile, "dockerfile", "FROM mcr.microsoft.com/azure-functions/python:4\n", vec!["functions"]),
            (Kind::Yaml, "app.yaml", "apiVersion: apps/v1\nkind: Deployment\nimage: a.azurecr.io/b\n", vec!["aks"]),
            (Kind::Yaml, "ci.yml", "- run: az webapp deploy -n a\n", vec!["app-service"]),
            (Kind::Bicep, "a.bicep", "resource a 'Microsoft.AppPlatform/Spring@2024-01-01' = {}", vec!["spring-apps"]),
            (Kind::Markdown, "a.md", "Microsoft.Web/sites", vec![]),
        ] {
            let found: Vec<_> = platforms(kind, name.as_bytes(), text.as_bytes()).into_iter().map(|(_, p)| p).collect();
            assert_eq!(found, expected, "{text}");
        }
    }
}
