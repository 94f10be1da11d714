//! Texts as articles and guides show them give the lints they should: written by us after what such texts say.

use keyless::detect;
use keyless::model::{Confidence, Severity};
use keyless::rule::RuleSet;
use keyless::rule::example;
use keyless::rule::load;
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

/// Numbers that are the same in every run.
struct Numbers(u64);

impl Numbers {
    fn below(&mut self, end: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 % end.max(1) as u64).unwrap_or(0)
    }
}

/// What editors, merges and bad luck make of a text.
fn mutated(bytes: &[u8], numbers: &mut Numbers) -> Vec<u8> {
    const PIECES: [&[u8]; 16] = [
        b"{",
        b"}",
        b"(",
        b")",
        b"[",
        b"]",
        b"\"",
        b"'",
        b"`",
        b"${{ x }}",
        b"{{- if .x }}",
        b"<<<<<<< HEAD\n",
        b"\0",
        b"\\",
        b"\xff\xfe",
        b"@'\n",
    ];
    let mut text = bytes.to_vec();
    for _ in 0..=numbers.below(4) {
        let (at, other) = (numbers.below(text.len()), numbers.below(text.len()));
        let (from, to) = (at.min(other), at.max(other));
        match numbers.below(6) {
            0 => text.truncate(at),
            1 => drop(text.drain(from..to.min(from + 40))),
            2 => {
                let copy = text[from..to].to_vec();
                drop(text.splice(at..at, copy));
            }
            3 => text.splice(at..at, PIECES[numbers.below(PIECES.len())].iter().copied()).for_each(drop),
            4 => text.splice(at..at, PIECES[numbers.below(6)].repeat(400)).for_each(drop),
            _ => text.iter_mut().skip(from).take(3).for_each(|byte| *byte = byte.wrapping_add(1)),
        }
        if text.is_empty() {
            break;
        }
    }
    text
}

#[test]
fn mutated_sources_of_every_language_are_read_as_far_as_they_go() {
    let rules = RuleSet::builtin();
    let scanner = Scanner::new(&rules, detect::Options::default());
    let plan = ScanPlan { threads: 1, severity: Severity::Info, confidence: Confidence::Low, ..ScanPlan::default() };
    let directory = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("rules/lints");
    let mut numbers = Numbers(0x9E37_79B9_7F4A_7C15);
    for rule in load::directory(&directory).expect("the build script read the same files") {
        for example in example::prepare(&rule.slug, &rule.file, 0).expect("samples can be made") {
            let text = mutated(&example.bytes, &mut numbers);
            let report = probe::probe(&scanner, &plan, &example.file, &text);
            assert!(report.findings.len() < 200, "{}: {}", rule.slug, example.name);
        }
    }
}

#[test]
fn what_is_not_linted_is_counted() {
    let rules = RuleSet::builtin();
    let scanner = Scanner::new(&rules, detect::Options::default());
    let plan = ScanPlan { threads: 1, ..ScanPlan::default() };
    let head = "from azure.identity import ClientSecretCredential\nclient = ClientSecretCredential(a, b, c)\n";
    let long = format!("{head}{}", "x = 1\n".repeat(200_000));
    let report = probe::probe(&scanner, &plan, "app/long.py", long.as_bytes());
    assert_eq!(report.stats.not_linted.get("too large"), Some(&1), "{:?}", report.stats.not_linted);
}

#[test]
fn cells_of_a_notebook_are_read_as_one_source() {
    let rules = RuleSet::builtin();
    let scanner = Scanner::new(&rules, detect::Options::default());
    let text = r##"{ "cells": [
 { "cell_type": "code", "source": ["from azure.identity import ClientSecretCredential, DefaultAzureCredential\n", "import os"] },
 { "cell_type": "markdown", "source": ["ClientSecretCredential(a, b, c)"] },
 { "cell_type": "code", "source": ["%pip install x\n", "cred = ClientSecretCredential(t, c, os.environ[\"S\"])\n", "d = DefaultAzureCredential()"] }
], "metadata": { "kernelspec": { "language": "python", "name": "python3" } }, "nbformat": 4 }"##;
    let plan = ScanPlan { threads: 1, severity: Severity::Info, confidence: Confidence::Low, ..ScanPlan::default() };
    let report = probe::probe(&scanner, &plan, "explore.ipynb", text.as_bytes());
    let found: Vec<_> = report.open().map(|f| (f.rule.code.as_str(), f.location.start.line)).collect();
    assert_eq!(found, [("KL101", 4)], "and no word about a developer's credential");
}
