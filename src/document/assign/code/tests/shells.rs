//! PowerShell, shells, batch files and Dockerfiles.

use crate::document::kind::Kind::{Batch, Dockerfile, Hcl, PowerShell, Shell};

use super::{ignores, reads};

#[test]
fn powershell() {
    reads(
        PowerShell,
        "secret",
        &[
            ("$clientSecret = 'a''b'", "clientSecret", "a'b"),
            ("$env:CLIENT_SECRET = \"v1\"", "env:CLIENT_SECRET", "v1"),
            ("Connect-X -ClientSecret \"v1\" -Y", "ClientSecret", "v1"),
            ("Connect-X -ClientSecret v1 -Y", "ClientSecret", "v1"),
            ("Connect-X -ClientSecret:v1", "ClientSecret", "v1"),
            ("Connect-X -ClientSecret `\n  'v1'", "ClientSecret", "v1"),
            ("@{ ClientSecret = 'v1' }", "ClientSecret", "v1"),
            ("@{ 'ClientSecret' = 'v1' }", "ClientSecret", "v1"),
            ("$secret = @'\nv1\n'@", "secret", "v1"),
            ("$secret = @\"\nv1\nv2\n\"@", "secret", "v1\nv2"),
            ("$secret = ConvertTo-SecureString 'v1' -AsPlainText -Force", "secret", "v1"),
            ("$secret = ConvertTo-SecureString -String \"v1\" -AsPlainText", "secret", "v1"),
            ("$secret = (ConvertTo-SecureString -AsPlainText -Force -String 'v1')", "secret", "v1"),
            ("[string]$secret = \"a`\"b\"", "secret", "a\"b"),
            ("if ($secret -eq 'v1')", "secret", "v1"),
            ("param([string] $Secret = 'v1')", "Secret", "v1"),
            ("$secret = 'a' +\n  'b'", "secret", "ab"),
            ("$b = \"client_secret=v1&x=y\"", "client_secret", "v1"),
            ("$secret = [string]'v1'", "secret", "v1"),
            ("Set-Item -Path Env:MY_SECRET -Value 'v1'", "Env:MY_SECRET", "v1"),
            ("New-AzAutomationVariable -Name 'secret' -Value 'v1' -Encrypted $true", "secret", "v1"),
        ],
    );
    reads(
        PowerShell,
        "securestring",
        &[
            ("$pw = ConvertTo-SecureString 'v1' -AsPlainText", "pw", "v1"),
            ("New-X (ConvertTo-SecureString -String 'v1' -Force)", "ConvertTo-SecureString", "v1"),
        ],
    );
    ignores(
        PowerShell,
        "secret",
        &[
            "$secret = Get-Secret -Name 'x'",
            "$secret = ConvertTo-SecureString $x -AsPlainText",
            "Connect-X -ClientSecret $secret",
            "Connect-X -ClientSecret (Get-X)",
            "Connect-X -Secret -Force",
            "New-AzAutomationVariable -Name 'secret' -Value $value",
            "$secret = $x['secret']",
            "Get-AzKeyVaultSecret -VaultName 'x'",
            "Write-Host \"secret: $secret x\"",
        ],
    );
}

#[test]
fn shells_batch_and_dockerfiles() {
    reads(
        Shell,
        "secret",
        &[
            ("export MY_SECRET=v1", "MY_SECRET", "v1"),
            ("MY_SECRET='v1' cmd", "MY_SECRET", "v1"),
            ("MY_SECRET=\"a\\\"b\"; x", "MY_SECRET", "a\"b"),
            ("SECRET=a\"b\"'c'", "SECRET", "abc"),
            ("SECRET=a\\ b c", "SECRET", "a b"),
            ("SECRET=$'v1'", "SECRET", "v1"),
            ("x=${SECRET:-v1}", "SECRET", "v1"),
            ("x=${SECRET:=v1}", "SECRET", "v1"),
            ("az login --client-secret v1 --x", "client-secret", "v1"),
            ("az login --client-secret=v1", "client-secret", "v1"),
            ("az login --client-secret \\\n  'v1'", "client-secret", "v1"),
            ("curl -H 'x-secret: v1' https://x", "x-secret", "v1"),
            ("curl -d \"client_secret=v1\" x", "client_secret", "v1"),
            ("curl -d \"a=b&client_secret=v1&c\" x", "client_secret", "v1"),
            ("curl -d '{\"secret\":\"v1\"}'", "secret", "v1"),
            ("curl -d \"{\\\"secret\\\":\\\"v1\\\"}\"", "secret", "v1"),
            ("[ \"$SECRET\" = \"v1\" ]", "SECRET", "v1"),
            ("[[ $SECRET == 'v1' ]]", "SECRET", "v1"),
            ("docker run -e SECRET=v1 x", "SECRET", "v1"),
        ],
    );
    reads(Shell, "sshpass", &[("sshpass -p v1 ssh x", "sshpass", "v1"), ("sshpass -p 'v1' ssh x", "sshpass", "v1")]);
    ignores(
        Shell,
        "secret",
        &[
            "SECRET=$(az keyvault secret show)",
            "SECRET = v1",
            "SECRET=",
            "echo \"secret: $x\" y",
            "echo 'Enter the secret: '",
            "--secret --other",
            "${SECRET:?missing}",
            "${SECRET:0:5}",
            "${SECRET:-$OTHER}",
            "${SECRET}",
            "cat secret.txt",
            "x --secret-stdin reg.io",
            "SECRET=`cat f`",
        ],
    );
    reads(
        Batch,
        "password",
        &[
            ("set PASSWORD=v1 v2\r\n", "PASSWORD", "v1 v2"),
            ("set \"PASSWORD=v1&2\"\r\n", "PASSWORD", "v1&2"),
            ("setx PASSWORD \"v1\"", "PASSWORD", "v1"),
            ("x --password v1", "password", "v1"),
        ],
    );
    reads(
        Dockerfile,
        "password",
        &[
            ("ENV PASSWORD=v1 X=y", "PASSWORD", "v1"),
            ("ENV PASSWORD v1 v2\n", "PASSWORD", "v1 v2"),
            ("ARG PASSWORD=\"v1\"", "PASSWORD", "v1"),
            ("RUN x --password v1 && y", "password", "v1"),
        ],
    );
}

#[test]
fn settings_in_here_documents_are_read() {
    reads(
        PowerShell,
        "secret",
        &[
            ("$cfg = @'\nA=1\nMY_SECRET=v1\n'@", "MY_SECRET", "v1"),
            ("$cfg = @\"\nexport MY_SECRET=v1\n\"@", "MY_SECRET", "v1"),
        ],
    );
    ignores(PowerShell, "secret", &["$cfg = @'\nA=1\n'@\nMY_SECRET=v1", "MY_SECRET=v1", "x @'\n y MY_SECRET=v1"]);
    reads(Hcl, "secret", &[("user_data = <<-EOF\n  A=1\n  MY_SECRET=v1\nEOF", "MY_SECRET", "v1")]);
    ignores(Hcl, "secret", &["user_data = <<EOF\n  A=1\nEOF\nMY_SECRET=v1", "x << y\nMY_SECRET=v1"]);
}

#[test]
fn variables_that_are_set_by_a_word_and_tokens_that_are_replaced() {
    reads(
        Shell,
        "secret",
        &[
            ("set -gx MY_SECRET 'v1'", "MY_SECRET", "v1"),
            ("set -g -x MY_SECRET v1", "MY_SECRET", "v1"),
            ("setenv MY_SECRET v1", "MY_SECRET", "v1"),
            ("sed -i 's|__SECRET__|v1|g' app.json", "__SECRET__", "v1"),
            ("sed -e \"s/{{SECRET}}/v1/\" a > b", "SECRET", "v1"),
        ],
    );
    ignores(
        Shell,
        "secret",
        &["set MY_SECRET 'v1'", "echo set -x; MY_SECRET 'v1'", "ls 'x|__SECRET__|v1|g'", "sed 's|SECRET|'"],
    );
}
