//! Texts as articles and guides show them give the lints they should: written by us after what such texts say.

use keyless::detect;
use keyless::model::{Confidence, Severity};
use keyless::rule::RuleSet;
use keyless::scan::{ScanPlan, Scanner, probe};

/// The codes of the lints in a text, each once, sorted.
fn codes(scanner: &Scanner<'_>, file: &str, text: &str) -> Vec<String> {
    let plan = ScanPlan { threads: 1, severity: Severity::Info, confidence: Confidence::Low, ..ScanPlan::default() };
    let report = probe::probe(scanner, &plan, file, text.as_bytes());
    let mut codes: Vec<String> = report.open().map(|finding| finding.rule.code.clone()).collect();
    codes.retain(|code| code.starts_with("KL"));
    codes.sort();
    codes.dedup();
    codes
}

#[test]
fn what_guides_show_gives_the_right_lints() {
    let rules = RuleSet::builtin();
    let scanner = Scanner::new(&rules, detect::Options::default());
    for (file, text, expected) in [
        (
            "src/Vault.cs",
            "var client = new SecretClient(address, new DefaultAzureCredential());\n\
             var secret = client.GetSecret(\"Database\");\n\
             Console.WriteLine($\"Value: {secret.Value.Value}\");\n",
            &["KL106", "KL601"][..],
        ),
        (
            "app/auth.py",
            "from azure.identity import DefaultAzureCredential\n\
             credential = DefaultAzureCredential(\n    exclude_azure_cli_credential=True,\n    \
             exclude_powershell_credential=True,\n)\n",
            &["KL106"],
        ),
        (
            "app/graph.py",
            "import msal\n\
             client = msal.ConfidentialClientApplication(\n    client_id=settings.CLIENT_ID,\n    \
             client_credential=app.state.client_secret,\n    authority=authority,\n)\n\
             result = client.acquire_token_for_client(scopes=[\"https://graph.microsoft.com/.default\"])\n\
             if \"access_token\" not in result:\n    raise RuntimeError(result.get(\"error_description\"))\n\
             token = result[\"access_token\"]\n",
            &["KL104"],
        ),
        (
            "app/log.py",
            "result = client.acquire_token_for_client(scopes=SCOPES)\nlogger.info(f\"Result: {result}\")\n",
            &["KL601"],
        ),
        (
            "job.ps1",
            "$uri = \"$tenantId/oauth2/v2.0/token\"\n$body = @{\n    client_id     = $clientId\n    \
             client_secret = $clientSecret\n    grant_type    = \"client_credentials\"\n}\n\
             $answer = Invoke-WebRequest -Method Post -Uri $uri -Body $body -UseBasicParsing\n",
            &["KL111"],
        ),
        (
            "cert.ps1",
            "Import-Module MSAL.PS\n$token = Get-MsalToken -ClientId $id -TenantId $t -ClientCertificate $cert\n",
            &["KL117"],
        ),
        ("vm.sh", concat!("curl -H Metadata:true http://localhost", ":50432/oauth2/token"), &["KL116"]),
        ("appsettings.json", "{ \"AzureAd\": { \"ClientSecret\": \"${ENTRA_SECRET}\" } }\n", &["KL214"]),
        (
            "app/worker.py",
            "from azure.identity import ManagedIdentityCredential\ncredential = ManagedIdentityCredential()\n",
            &[],
        ),
    ] {
        assert_eq!(codes(&scanner, file, text), expected, "{file}\n{text}");
    }
}

#[test]
fn broken_sources_are_read_as_far_as_they_go() {
    let rules = RuleSet::builtin();
    let scanner = Scanner::new(&rules, detect::Options::default());
    for (file, text, expected) in [
        (
            "half.py",
            "from azure.identity import ClientSecretCredential\nc = ClientSecretCredential(t, c, s)\ndef half(\n",
            &["KL101"][..],
        ),
        (
            "conflict.cs",
            "using Azure.Identity;\n<<<<<<< HEAD\nvar c = new ClientSecretCredential(t, i, s);\n=======\n\
             var c = new ManagedIdentityCredential(ManagedIdentityId.SystemAssigned);\n>>>>>>> other\n",
            &["KL101"],
        ),
        (
            "chart/templates/app.yaml",
            "apiVersion: v1\nkind: Pod\nmetadata: { name: {{ .Values.name }} }\nspec:\n  containers:\n    - name: a\n      \
             env:\n        {{- if .Values.secret }}\n        - name: AZURE_CLIENT_SECRET\n          \
             valueFrom: { secretKeyRef: { name: s, key: k } }\n        {{- end }}\n",
            &["KL506"],
        ),
        (
            "half.bicep",
            "resource r 'Microsoft.ContainerRegistry/registries@2023-07-01' = {\n  properties: { adminUserEnabled: true }\n}\n\
             resource s 'Microsoft.Storage/",
            &["KL304"],
        ),
    ] {
        assert_eq!(codes(&scanner, file, text), expected, "{file}\n{text}");
    }
}
