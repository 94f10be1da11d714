//! Formats of configuration.

use crate::document::kind::Kind::{
    Bicep, CSharp, Dotenv, Hcl, Http, Ini, Json, Notebook, PowerShell, Properties, Shell, Sql, Toml, Yaml,
};

use super::{ignores, reads};

#[test]
fn properties_variables_of_the_environment_and_makefiles_are_read() {
    reads(
        CSharp,
        "secret",
        &[
            (r#"public string Secret { get; set; } = "v1";"#, "Secret", "v1"),
            (r#"public string? Secret { get; private set; } = "v1";"#, "Secret", "v1"),
            ("public string Secret\n{ get; init; } = \"v1\";", "Secret", "v1"),
        ],
    );
    ignores(CSharp, "secret", &[r#"if (Secret { Length: 2 }) x = "v1";"#, r#"new Secret { Name = "v1" }"#]);
    reads(
        PowerShell,
        "secret",
        &[
            ("[Environment]::SetEnvironmentVariable('MY_SECRET', 'v1', 'Machine')", "MY_SECRET", "v1"),
            ("[Environment]::SetEnvironmentVariable('MY_SECRET', 'v1')", "MY_SECRET", "v1"),
        ],
    );
    reads(Shell, "secret", &[("MY_SECRET := v1 # why", "MY_SECRET", "v1"), ("SECRET := v1=", "SECRET", "v1=")]);
}

#[test]
fn configuration_formats() {
    reads(
        Hcl,
        "password",
        &[
            ("admin_password = \"v1\"", "admin_password", "v1"),
            ("\"password\" = \"a\\\"b\"", "password", "a\"b"),
            ("password : \"v1\"", "password", "v1"),
        ],
    );
    ignores(
        Hcl,
        "password",
        &[
            "password = var.password",
            "password = random_password.x.result",
            "variable \"password\" {\n  default = 1",
            "password = data.x[\"y\"]",
        ],
    );
    reads(
        Bicep,
        "password",
        &[
            ("adminPassword: 'a\\'b'", "adminPassword", "a'b"),
            ("param adminPassword string = 'v1'", "adminPassword", "v1"),
            ("password: '''v1'''", "password", "v1"),
        ],
    );
    ignores(
        Bicep,
        "password",
        &[
            "adminPassword: adminPassword",
            "param adminPassword string\nparam x string = 'y'",
            "password: kv.getSecret('x')",
        ],
    );
    reads(
        Sql,
        "password",
        &[
            ("CREATE LOGIN x WITH PASSWORD = N'a''b';", "PASSWORD", "a'b"),
            ("ALTER USER x WITH PASSWORD 'v1'", "PASSWORD", "v1"),
            ("DECLARE @password nvarchar(50) = 'v1'", "password", "v1"),
            ("SET @password := 'v1'", "password", "v1"),
            ("WHERE password <> 'v1'", "password", "v1"),
        ],
    );
    reads(Sql, "identified", &[("CREATE USER x IDENTIFIED BY 'v1'", "IDENTIFIED BY", "v1")]);
    ignores(Sql, "password", &["password varchar(50) NOT NULL", "SELECT password, 'x' FROM y", "-- password 'x"]);
    reads(
        Yaml,
        "password",
        &[
            ("password: v1 # comment", "password", "v1"),
            ("  db-password: 'a''b'", "db-password", "a'b"),
            ("password: \"a\\nb\"", "password", "a\nb"),
            ("- PASSWORD=v1", "PASSWORD", "v1"),
            ("run: x --password v1 --y", "password", "v1"),
            ("\"password\": v1#2", "password", "v1#2"),
            ("x: ${PASSWORD:-v1}", "PASSWORD", "v1"),
        ],
    );
    ignores(Yaml, "password", &["password:", "password: |\n  v1", "password: {a: b", "password: &x", "password:v1"]);
    reads(
        Dotenv,
        "password",
        &[
            ("PASSWORD=v1", "PASSWORD", "v1"),
            ("PASSWORD=v1 v2 # c", "PASSWORD", "v1 v2"),
            ("PASSWORD='a\\nb'", "PASSWORD", "a\\nb"),
            ("PASSWORD=\"a\\nb\"", "PASSWORD", "a\nb"),
            ("PASSWORD=a#b", "PASSWORD", "a#b"),
            ("PASSWORD = v1", "PASSWORD", "v1"),
        ],
    );
    reads(
        Properties,
        "password",
        &[
            ("db.password=a\\=b # c", "db.password", "a=b # c"),
            ("db.password: v1", "db.password", "v1"),
            ("db.password=a\\\n   b\n", "db.password", "ab"),
            ("db.password=${X:v1}", "db.password", "${X:v1}"),
        ],
    );
    reads(Ini, "password", &[("password = v1 ; c", "password", "v1"), ("password=\"v1\"", "password", "v1")]);
    reads(
        Toml,
        "password",
        &[("password = 'a\\b'", "password", "a\\b"), ("password = \"\"\"\nv1\"\"\"", "password", "v1")],
    );
    reads(
        Json,
        "password",
        &[("{\"password\": \"a\\/b\"}", "password", "a/b"), ("{\"args\": [\"--password\", \"v1\"]}", "password", "v1")],
    );
    ignores(
        Json,
        "password",
        &[
            "{\"password\": null}",
            "{\"password\": {\"type\": \"string\"}}",
            "[\"password\", \"x\", \"y\"]",
            "\"description\": \"the password\", \"x\": \"y\"",
        ],
    );
    reads(
        Notebook,
        "password",
        &[
            ("\"password = \\\"v1\\\"\\n\",", "password", "v1"),
            ("\"x\\npassword = \\\"v1\\\"\\n\",", "password", "v1"),
            ("\"password = 'v1'\\n\",", "password", "v1"),
        ],
    );
    reads(
        Http,
        "key",
        &[("Ocp-Apim-Subscription-Key: v1\r\n", "Ocp-Apim-Subscription-Key", "v1"), ("@key = v1", "key", "v1")],
    );
}
