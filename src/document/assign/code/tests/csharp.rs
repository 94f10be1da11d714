//! C#: literals that are read, code that is not.

use crate::document::kind::Kind::CSharp;

use super::{ignores, reads};

#[test]
fn csharp_literals_are_read() {
    reads(
        CSharp,
        "secret",
        &[
            (r#"var clientSecret = "hunter2";"#, "clientSecret", "hunter2"),
            (r#"private const string ClientSecret = @"a""b\c";"#, "ClientSecret", r#"a"b\c"#),
            (r#"string secret = $"abc{{d}}";"#, "secret", "abc{d}"),
            ("string secret = \"\"\"abc\"\"\";", "secret", "abc"),
            ("string secret = \"\"\"\n    ab\n      c\n    \"\"\";", "secret", "ab\n  c"),
            (r#"this.options.ClientSecret ??= "v1";"#, "this.options.ClientSecret", "v1"),
            (r#"config["AzureAd:ClientSecret"] = "v1";"#, "AzureAd:ClientSecret", "v1"),
            (r#"new() { ClientSecret = "v1", Other = 2 }"#, "ClientSecret", "v1"),
            (r#"new Credential(tenant, secret: "v1")"#, "secret", "v1"),
            (r#"builder.WithClientSecret("v1").Build();"#, "ClientSecret", "v1"),
            ("builder\n  .WithClientSecret(\n    \"v1\")\n  .Build();", "ClientSecret", "v1"),
            (r#"Lazy<string> secret = new(() => "v1");"#, "secret", "v1"),
            (r#"d.Add("client_secret", "v1");"#, "client_secret", "v1"),
            (r#"new Dictionary<string, string> { {"client_secret", "v1"} }"#, "client_secret", "v1"),
            (r#"["client_secret"] = "v1","#, "client_secret", "v1"),
            (r#"Environment.GetEnvironmentVariable("MY_SECRET") ?? "v1""#, "MY_SECRET", "v1"),
            (r#"var secret = Environment.GetEnvironmentVariable("X") ?? "v1";"#, "secret", "v1"),
            (r#"if (secret == "v1") {"#, "secret", "v1"),
            (r#"if (secret.Equals("v1")) {"#, "secret", "v1"),
            (r#"string Secret => "v1";"#, "Secret", "v1"),
            ("string secret = \"ab\" +\n    \"cd\" + \"\\u0041\";", "secret", "abcdA"),
            (r#"var body = "{\"client_secret\": \"v1\"}";"#, "client_secret", "v1"),
            (r#"var body = @"{""client_secret"": ""v1""}";"#, "client_secret", "v1"),
            (r#"var body = "grant_type=x&client_secret=v1&y=z";"#, "client_secret", "v1"),
            (r#"client.SetSecret("Secret1", "v1")"#, "Secret1", "v1"),
            (r#"Password = secret = "v1""#, "secret", "v1"),
            ("string clientSecret =\n        \"v1\";", "clientSecret", "v1"),
            (r#"[DefaultValue("x")] string secret { get; set; } = "#, "", ""),
        ][..26],
    );
}

#[test]
fn csharp_code_is_not_read() {
    ignores(
        CSharp,
        "secret",
        &[
            "var secret = GetSecret();",
            "var secret = config[\"Secret\"];",
            "var s = client.GetSecret(\"db-secret\");",
            "var s = await client.GetSecretAsync(\"db-secret\");",
            "secret = $\"{x}abc\";",
            "secret = \"abc\" + x;",
            "secret = \"\";",
            "if (secret == other) {",
            "secret.Replace(\"a\", \"b\")",
            "list.Select(secret => \"v1\")",
            "case Secret: return \"v1\";",
            "Console.WriteLine(\"secret: \" + secret + \" x\");",
            "url = \"?secret=\" + secret + \"&x=\";",
            "url = \"a&secret=\" + secret + \"&x=\";",
            "x ? \"secret\" : \"text\"",
            "string secret;",
            "void F(string secret, string other = \"x\")",
            "nameof(secret)",
            "throw new Exception(\"no secret\");",
            "new SecretClient(new Uri(\"https://x\"), y)",
            "[JsonProperty(\"secret\")] public string X = \"v\";",
            "s.Replace(\"secret\", \"***\")",
        ],
    );
}
