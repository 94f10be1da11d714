//! Variables of a script that hold a secret, whatever their names: the pipeline's store gave it to them, or
//! a command that gives secrets out.
//!
//! What a called script or a later step does with them is not followed.

use std::ops::Range;
use std::sync::LazyLock;

use regex::bytes::Regex;

use crate::document::tree::Shape;

use super::File;

/// `NAME: ${{ secrets.X }}`
static STORED: LazyLock<Regex> = LazyLock::new(|| pattern(r"^\s*\$\{\{\s*secrets\.(\w+)\s*\}\}\s*$"));

/// What a store holds beside secrets, by the end of its name.
static HARMLESS: LazyLock<Regex> =
    LazyLock::new(|| pattern(r"(?i)(?:id|name|url|uri|region|location|group|host|server|user|endpoint|email|domain)$"));

/// `NAME=$(az … keys list …)`, `$name = Get-AzKeyVaultSecret …`
static GIVEN: LazyLock<Regex> = LazyLock::new(|| {
    pattern(concat!(
        r"(?im)^[ \t]*(?:export[ \t]+|local[ \t]+|readonly[ \t]+|\$(?:env:)?)?(\w+)[ \t]*=[ \t]*",
        r#"(["']?\$?\(?["']?[ \t]*(?:az[ \t]+(?:account[ \t]+get-access-token|keyvault[ \t]+secret[ \t]+show"#,
        r"|storage[ \t]+account[ \t]+(?:keys[ \t]+list|show-connection-string)|cosmosdb[ \t]+keys[ \t]+list",
        r"|acr[ \t]+credential[ \t]+show|redis[ \t]+list-keys|cognitiveservices[ \t]+account[ \t]+keys[ \t]+list",
        r"|(?:servicebus|eventhubs)[ \t][a-z \t-]*keys[ \t]+list|search[ \t]+admin-key[ \t]+show",
        r"|functionapp[ \t]+keys[ \t]+list|ad[ \t]+(?:sp|app)[ \t]+credential[ \t]+reset)",
        r"|\(?(?:Get-AzAccessToken|Get-AzKeyVaultSecret|Get-AzStorageAccountKey)\b)[^\n]*)",
    ))
});

/// A query for something else than the secret.
static ASKED: LazyLock<Regex> = LazyLock::new(|| {
    pattern(r"(?i)--query[ =]\S*(?:id|name|uri|url|expires\w*|server|user\w*)\b|\.(?:Id|Name|Version|ExpiresOn)\b")
});

fn pattern(text: &str) -> Regex {
    Regex::new(text).expect("a constant that a test compiles")
}

/// The variables of one script.
#[derive(Debug)]
pub(super) struct Held {
    script: Range<usize>,
    names: Vec<Vec<u8>>,
}

/// Of every script in the file.
pub(super) fn all(file: &File<'_>) -> Vec<Held> {
    let stored = stored(file);
    let mut found: Vec<Held> = Vec::new();
    for command in file.commands() {
        if found.iter().any(|held| held.script == command.script) {
            continue;
        }
        let text = &file.doc.text()[command.script.clone()];
        let given = GIVEN.captures_iter(text).filter(|given| !ASKED.is_match(&given[2])).map(|given| given[1].to_vec());
        let names = stored.iter().cloned().chain(given).collect();
        found.push(Held { script: command.script.clone(), names });
    }
    found
}

/// Keys of the file whose value is a secret of the store.
fn stored(file: &File<'_>) -> Vec<Vec<u8>> {
    let Some(tree) = &file.tree else { return Vec::new() };
    let mut names: Vec<Vec<u8>> = Vec::new();
    for node in tree.ids().map(|id| tree.node(id)) {
        let (Some(name), Shape::Text { .. }) = (&node.name, node.shape) else { continue };
        let Some(secret) = STORED.captures(&file.doc.text()[node.span.range()]) else { continue };
        if !HARMLESS.is_match(&secret[1]) && !HARMLESS.is_match(name.text.as_bytes()) {
            names.push(name.text.as_bytes().to_vec());
        }
    }
    names.sort();
    names.dedup();
    names
}

/// Does a command of this script hold one of them as it is: no length, no piece of it?
pub(super) fn stands_in(all: &[Held], script: &Range<usize>, command: &[u8]) -> bool {
    let names = all.iter().filter(|held| held.script == *script).flat_map(|held| &held.names);
    names.into_iter().any(|name| {
        memchr::memmem::find_iter(command, name).any(|at| {
            let (before, behind) = (&command[..at], command.get(at + name.len()));
            let ends = behind.is_none_or(|b| !b.is_ascii_alphanumeric() && *b != b'_');
            let lower = before.to_ascii_lowercase();
            // `$(echo $X | jq …)` shows a part of it.
            let within = memchr::memmem::find_iter(before, b"$(").count() > memchr::memchr_iter(b')', before).count();
            ends && !within
                && (lower.ends_with(b"$")
                    || lower.ends_with(b"$env:")
                    || (before.ends_with(b"${") || lower.ends_with(b"${env:")) && behind == Some(&b'}')
                    || before.ends_with(b"%") && behind == Some(&b'%'))
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_variable_is_told_from_its_length_and_from_longer_names() {
        let all = [Held { script: 0..9, names: vec![b"PW".to_vec()] }];
        for (command, expected) in [
            ("echo $PW", true),
            ("echo \"x${PW}y\"", true),
            ("Write-Host $env:PW", true),
            ("echo %PW%", true),
            ("echo ${#PW}", false),
            ("echo ends $(echo $PW | jq .end)", false),
            ("echo ${PW:+set}", false),
            ("echo $PWD", false),
            ("echo PW", false),
        ] {
            assert_eq!(stands_in(&all, &(0..9), command.as_bytes()), expected, "{command}");
        }
        assert!(!stands_in(&all, &(10..20), b"echo $PW"), "another script");
    }

    #[test]
    fn patterns_compile_and_tell_what_was_asked_for() {
        let given = |text: &str| GIVEN.captures(text.as_bytes()).is_some_and(|given| !ASKED.is_match(&given[2]));
        assert!(given("KEY=$(az storage account keys list -n a --query [0].value -o tsv)"));
        assert!(given("  $t = (Get-AzAccessToken).Token"));
        assert!(!given("ID=$(az keyvault secret show -n a --query id -o tsv)"));
        assert!(STORED.is_match(b"${{ secrets.PW }}") && HARMLESS.is_match(b"AZURE_CLIENT_ID"));
    }
}
