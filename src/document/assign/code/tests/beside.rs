//! What stands beside a name: its value, or another's.

use crate::document::kind::Kind::{Bicep, CSharp, Go, Hcl, Java, JavaScript, PowerShell, Python, Shell, TypeScript};

use super::{ignores, reads};

#[test]
fn neighbours_of_a_quoted_word_are_none_of_its() {
    ignores(
        Go,
        "password",
        &[
            "want := \"testpassword\"\n\twantDatabase := \"testdb\"\n",
            "data.ImportStep(\"admin_password\", \"custom_data\"),",
            "[]string{\"--connect-expired-password\", \"--database=x\"}",
        ],
    );
    ignores(
        Java,
        "password",
        &[
            "encoder.matches(\"password\", \"v1\")",
            "binding.rejectValue(\"password\", \"not.empty\");",
            "Encryptors.stronger(\"password\", \"5c07\");",
        ],
    );
    ignores(Python, "password", &["password = password.encode(\"latin1\")"]);
    ignores(TypeScript, "password", &["run(`login --registry-password ${this.password} -n x`)"]);
    ignores(Hcl, "password", &["command = \"az login --password ${var.secret} --tenant x\""]);
}

#[test]
fn a_value_beside_its_name_is_read() {
    for (kind, source) in [
        (Bicep, "appSettings: [\n  {\n    name: 'MY_SECRET'\n    value: 'v1'\n  }\n]"),
        (Hcl, "env {\n  name  = \"MY_SECRET\"\n  value = \"v1\"\n}"),
        (JavaScript, "{ name: 'MY_SECRET', value: 'v1' }"),
        (PowerShell, "@{ Name = 'MY_SECRET'; Value = 'v1' }"),
        (Python, "{\"name\": \"MY_SECRET\", \"value\": \"v1\"}"),
        (CSharp, "new Setting { Name = \"MY_SECRET\", Value = \"v1\" }"),
    ] {
        reads(kind, "secret", &[(source, "MY_SECRET", "v1")]);
    }
    reads(
        Hcl,
        "secret",
        &[
            ("variable \"my_secret\" {\n  type    = string\n  default = \"v1\"\n}", "my_secret", "v1"),
            ("variable \"my_secret\" { default = \"v1\" }", "my_secret", "v1"),
        ],
    );
    ignores(
        Hcl,
        "secret",
        &[
            "variable \"my_secret\" {\n  type = string\n}\nvariable \"x\" {\n  default = \"v1\"\n}",
            "variable \"my_secret\" {\n  default = var.x\n}",
            "name = \"MY_SECRET\"\n  valueFrom = \"v1\"",
        ],
    );
    ignores(
        Bicep,
        "secret",
        &[
            "name: 'MY_SECRET'\n  value: kv.getSecret('v1')",
            "title: 'MY_SECRET'\n  value: 'v1'",
            "name: 'MY_SECRET'",
            "param mySecret = az.getSecret('subscription', 'group', 'vault', 'name')",
        ],
    );
}

#[test]
fn a_field_of_a_form_ends_where_the_next_begins() {
    reads(
        Shell,
        "secret",
        &[
            ("curl -d 'client_secret=v1&x=1' https://h", "client_secret", "v1"),
            ("curl -d 'client_secret=v1&2' https://h", "client_secret", "v1&2"),
        ],
    );
}
