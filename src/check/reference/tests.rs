//! Values that are looked up elsewhere, and literals that look like them.

use proptest::prelude::*;

use super::prefix::PREFIXES;
use super::*;

#[test]
fn references_of_every_ecosystem_are_seen_in_quotes_too() {
    for value in [
        "$VAR",
        "${VAR}",
        "${VAR:-default}",
        "$(command)",
        "$1",
        "$env:NAME",
        "$_ENV['X']",
        "$($x.y)",
        "$ENV{X}",
        "$(var)",
        "$[variables.x]",
        "${{ secrets.X }}",
        "${A}-${B}",
        "$CI_JOB_TOKEN",
        "$$name$$",
        "%VAR%",
        "%%x%%",
        "%s",
        "%[1]s",
        "%(name)s",
        "%v",
        "!VAR!",
        "!Ref Password",
        "!vault |",
        "#{Name}#",
        "#{Octopus.Var}",
        "__Name__",
        "@Name@",
        "@@Name@@",
        "@{x}",
        "$adminPassword$randomIdentifier",
        "{username}:{password}",
        "{user}:{password}@{host}:{port}",
        " . db_param() . ",
        " + this.password + ",
        "@appsetting('smtp_password')",
        "@body('Get_secret')?['value']",
        "@(x)",
        "~x~",
        "[[x]]",
        "{{x}}",
        "{{ .Values.x }}",
        "<%= x %>",
        "{% x %}",
        "<< parameters.x >>",
        "<?php echo x ?>",
        "`cat f`",
        "(Get-Secret x)",
        "var.password",
        "random_password.x.result",
        "azurerm_x.y.primary_access_key",
        "data.azurerm_key_vault_secret.x.value",
        "file(\"x\")",
        "[parameters('x')]",
        "[listKeys(x, '2023').keys[0].value]",
        "GEN-PASSWORD",
        "kv.getSecret('x')",
        "readEnvironmentVariable('X')",
        "{{resolve:secretsmanager:x}}",
        "@Microsoft.KeyVault(SecretUri=https://v.vault.azure.net/secrets/n)",
        "secretref:x",
        "ENC[AES256_GCM,data:x]",
        "{cipher}abc",
        "vault:secret/data/x#k",
        "[enc:abc:enc]",
        "op://vault/item/field",
        "process.env.X",
        "projects/n/secrets/x/versions/latest",
        "arn:aws:secretsmanager:eu:1:secret:x",
        "os.environ[\"X\"]",
        "Environment.GetEnvironmentVariable(\"X\")",
        "[Environment]::GetEnvironmentVariable('X')",
        "ENV[\"X\"]",
        "https://v.vault.azure.net/secrets/name/0123456789abcdef0123456789abcdef",
        "System.getenv(\"X\")",
        "CfDJ8NrAkS",
        "import.meta.env.X",
        "credentials('id')",
        "Read-Host -AsSecureString",
        "viper.GetString(\"x\")",
    ] {
        assert!(of(value.as_bytes(), true).is_some(), "{value}");
    }
}

#[test]
fn code_is_a_reference_only_without_quotes() {
    for value in ["getPassword()", "tokens[i]", "config.database.password", "Configuration.apiKey", "Get-Secret db"] {
        assert!(of(value.as_bytes(), false).is_some(), "{value}");
        assert!(of(value.as_bytes(), true).is_none(), "{value}");
    }
    assert!(of(b"(!options.password || !options.file)", false).is_some());
}

#[test]
fn what_stood_between_two_literals_is_code() {
    for value in [
        ", password, sep=",
        ", parameters(",
        "+ user.password + ",
        "+ password +",
        "{HttpUtility.UrlEncode",
        "{password",
        "#{connection[",
    ] {
        assert!(of(value.as_bytes(), true).is_some(), "{value}");
    }
    for value in [",kX9vTq2", "+kX9vTq2=", "+ kX9", "{kX9vTq2"] {
        assert!(of(value.as_bytes(), true).is_none(), "{value}");
    }
}

#[test]
fn secrets_with_the_same_symbols_are_literals() {
    for value in [
        "$ecret!9kX2",
        "%9kX2vTq2mZ7",
        "!9kX2vTq2",
        "#9kX2vTq2mZ",
        "_9kX2vTq2_mZ7",
        "@9kX2vTq2",
        "[9kX2vTq2",
        "{9kX2vT",
        "~8Q~kX2vTq2mZ7wR4nB6",
        "(kX2vTq2)",
        "eyJhbGciOiJ9.eyJzdWIi0.abc123def456",
        "kX2vTq2.mZ7wR4nB6",
        "",
        "ab1.Cd2_Ef3gH4iJ5kL6mN7oP8qR9sT0uV",
        "env",
        "environment",
        "vaultkX2vTq2",
        "P@ssw0rd",
        "hunter2",
    ] {
        assert_eq!(of(value.as_bytes(), false), None, "{value}");
    }
}

#[test]
fn the_literal_default_is_found() {
    for (value, default) in [
        ("${X:-s3cret}", Some("s3cret")),
        ("${db.password:s3cret}", Some("s3cret")),
        ("${X-s3cret}", Some("s3cret")),
        ("${X:?must be set}", None),
        ("${X:-}", None),
        ("${X}", None),
        ("${{ secrets.X }}", None),
    ] {
        assert_eq!(default_of(value.as_bytes()), default.map(str::as_bytes), "{value}");
    }
}

#[test]
fn what_is_left_without_references_is_counted() {
    for (value, expected) in [
        ("abc-${ID}", Some(4)),
        ("Pass%[2]s", Some(4)),
        ("p$(x)q{{ y }}", Some(2)),
        ("barry{$i}", Some(5)),
        ("kX9vTq2$mZ7w", None),
        ("100%", None),
        ("$(", None),
    ] {
        assert_eq!(literal_length(value.as_bytes()), expected, "{value}");
    }
}

#[test]
fn a_reference_inside_is_seen() {
    for (value, expected) in
        [("Server=x;Password={{ p }}", true), ("a${B}c", true), ("x@Microsoft.KeyVault(y)", true), ("a{b}$c", false)]
    {
        assert_eq!(contains(value.as_bytes()), expected, "{value}");
    }
}

#[test]
fn prefixes_are_sorted_by_their_first_byte() {
    assert!(PREFIXES.is_sorted_by_key(|row| row.0[0]));
    assert!(PREFIXES.iter().all(|row| !row.0.iter().any(u8::is_ascii_uppercase)));
}

proptest! {
    #[test]
    fn no_input_makes_it_panic(value: Vec<u8>, text in "[$%!#_~@\\[{<(`&a-z}\\])>]{0,12}") {
        for value in [value.as_slice(), text.as_bytes()] {
            for quoted in [true, false] {
                of(value, quoted);
            }
            contains(value);
            literal_length(value);
            default_of(value);
        }
    }
}
