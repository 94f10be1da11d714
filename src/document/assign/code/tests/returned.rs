//! What functions, methods and properties give back, and directives that take a name and a value.

use crate::document::kind::Kind;

use super::{ignores, reads};

#[test]
fn what_is_given_back_is_the_value_of_the_name() {
    for (kind, source, name) in [
        (Kind::CSharp, "public static string GetSecret() => \"v1\";", "GetSecret"),
        (Kind::CSharp, "string GetSecret(string env)\n{\n    return \"v1\";\n}", "GetSecret"),
        (Kind::CSharp, "public string? Secret\n{\n  get { return \"v1\"; }\n}", "Secret"),
        (Kind::CSharp, "public string Secret { get => \"v1\"; }", "Secret"),
        (Kind::JavaScript, "class A {\n  get secret() { return 'v1'; }\n}", "secret"),
        (Kind::JavaScript, "function getSecret() {\n  return 'v1';\n}", "getSecret"),
        (Kind::JavaScript, "const getSecret = () => 'v1';", "getSecret"),
        (Kind::JavaScript, "const getSecret = async () => { return 'v1'; };", "getSecret"),
        (Kind::TypeScript, "export const getSecret = (): string => 'v1';", "getSecret"),
        (Kind::TypeScript, "class A {\n  secret(): string {\n    return 'v1'\n  }\n}", "secret"),
        (Kind::Python, "def client_secret(self) -> str: return \"v1\"", "client_secret"),
        (Kind::Python, "def client_secret():\n    \"\"\"The value.\"\"\"\n    return \"v1\"\n", "client_secret"),
        (Kind::Java, "public String getSecret() {\n  return \"v1\";\n}", "getSecret"),
        (Kind::Kotlin, "fun secret(): String = \"v1\"", "secret"),
        (Kind::Kotlin, "val secret: String\n    get() = \"v1\"", "secret"),
        (Kind::Go, "func (c *Client) secret() string {\n\treturn \"v1\"\n}", "secret"),
        (Kind::Ruby, "def secret\n  'v1'\nend", "secret"),
        (Kind::Php, "function getSecret() {\n  return 'v1';\n}", "getSecret"),
        (Kind::Rust, "fn secret() -> &'static str {\n    \"v1\"\n}", "secret"),
        (Kind::Swift, "var secret: String { return \"v1\" }", "secret"),
        (Kind::Scala, "def secret(): String = \"v1\"", "secret"),
        (Kind::PowerShell, "function Get-Secret {\n  return 'v1'\n}", "Get-Secret"),
        (Kind::DotNet, "Function GetSecret() As String\n  Return \"v1\"\nEnd Function", "GetSecret"),
    ] {
        reads(kind, "secret", &[(source, name, "v1")]);
    }
}

#[test]
fn calls_and_longer_bodies_give_nothing() {
    for (kind, source) in [
        (Kind::CSharp, "if (hasSecret()) return \"v1\";"),
        (Kind::CSharp, "var x = client.GetSecret(name); return \"v1\";"),
        (Kind::CSharp, "string GetSecret() { var x = 1; return \"v1\"; }"),
        (Kind::CSharp, "public string Secret { get; set; }\nreturn \"v1\";"),
        (Kind::Go, "if isSecret(name) {\n\treturn \"v1\"\n}"),
        (Kind::JavaScript, "while (nextSecret()) { return 'v1'; }"),
        (Kind::JavaScript, "getSecret().then(() => { return 'v1'; })"),
        (Kind::JavaScript, "const secret = items.map(x => 'v1');"),
        (Kind::Python, "def secret(self):\n    return \"v\" + self.x"),
        (Kind::Java, "String getSecret() {\n  return \"v1\" + name;\n}"),
        (Kind::Java, "return getSecret() ? \"v1\" : \"v2\";"),
        (Kind::Ruby, "secret\n'v1'"),
    ] {
        ignores(kind, "secret", &[source]);
    }
}

#[test]
fn directives_and_definitions_name_their_value() {
    for (kind, source, name) in [
        (Kind::Ini, "proxy_set_header X-Secret \"v1\";", "X-Secret"),
        (Kind::Ini, "set $secret v1;", "secret"),
        (Kind::Ini, "RequestHeader set X-Secret \"v1\"", "X-Secret"),
        (Kind::Ini, "http-request set-header X-Secret \"v1\"", "X-Secret"),
        (Kind::Code, "{:secret \"v1\" :port 1}", "secret"),
        (Kind::Code, "(def client-secret \"v1\")", "client-secret"),
        (Kind::Code, "(setq client-secret \"v1\")", "client-secret"),
        (Kind::Elixir, "  @secret \"v1\"", "secret"),
        (Kind::Text, "set(SECRET \"v1\")", "SECRET"),
        (Kind::Code, "01 WS-SECRET PIC X(80) VALUE 'v1'.", "WS-SECRET"),
        (Kind::Batch, "reg add HKLM\\App /v Secret /t REG_SZ /d \"v1\" /f", "Secret"),
        (Kind::Shell, "SECRET ?= v1\n", "SECRET"),
        (Kind::Html, "<input value=\"v1\" type=\"hidden\" id=\"secret\">", "secret"),
        (Kind::Html, "<input value=\"v1\" type=\"hidden\" name=\"secret\">", "secret"),
    ] {
        reads(kind, "secret", &[(source, name, "v1")]);
    }
    ignores(Kind::Code, "secret", &["(print secret \"v1\")", "A::secret \"v1\""]);
    ignores(Kind::Html, "secret", &["<p title=\"v\" value=\"v1\"><i name=\"secret\">"]);
}
