//! Go, Rust, C and Swift.

use crate::document::kind::Kind::{C, Go, Rust, Swift};

use super::{ignores, reads};

#[test]
fn go_rust_c_and_swift() {
    reads(
        Go,
        "secret",
        &[
            ("secret := \"v1\"", "secret", "v1"),
            ("var secret string = \"v1\"", "secret", "v1"),
            ("const secret = `a\\b`", "secret", "a\\b"),
            ("Secret: \"v1\",", "Secret", "v1"),
            ("os.Setenv(\"MY_SECRET\", \"v1\")", "MY_SECRET", "v1"),
            ("secret: []byte(\"v1\")", "secret", "v1"),
            ("ClientSecret: to.Ptr(\"v1\"),", "ClientSecret", "v1"),
            ("map[string]string{\"secret\": \"v1\"}", "secret", "v1"),
            ("req.Header.Set(\"x-secret\", \"v1\")", "x-secret", "v1"),
        ],
    );
    ignores(
        Go,
        "secret",
        &[
            "secret := getSecret(\"x\")",
            "func f(secret string) { x = \"v\" }",
            "secret, err := f(\"x\")",
            "secret string `json:\"secret\"`",
        ],
    );
    reads(
        Rust,
        "secret",
        &[
            ("let secret: &str = \"v1\";", "secret", "v1"),
            ("const SECRET: &'static str = \"v1\";", "SECRET", "v1"),
            ("let secret = r#\"a\"b\"#;", "secret", "a\"b"),
            ("secret: \"v1\".to_string(),", "secret", "v1"),
            ("let secret = String::from(\"v1\");", "secret", "v1"),
            ("let secret = Some(\"v1\");", "secret", "v1"),
            ("env::var(\"SECRET\").unwrap_or(\"v1\".into())", "SECRET", "v1"),
            ("env::var(\"SECRET\").unwrap_or_else(|_| \"v1\".into())", "SECRET", "v1"),
            ("let secret = b\"v1\";", "secret", "v1"),
        ],
    );
    ignores(
        Rust,
        "secret",
        &[
            "Secret => \"v1\",",
            "\"secret\" => \"v1\",",
            "fn secret(&self) -> &'a str {",
            "let secret = env::var(\"X\")?;",
            "secret: &'a str, x: 'b",
        ],
    );
    reads(
        C,
        "password",
        &[
            ("#define WIFI_PASSWORD \"v1\"", "WIFI_PASSWORD", "v1"),
            ("const char* password = \"v1\";", "password", "v1"),
            ("static const char password[] = \"v1\";", "password", "v1"),
            ("char password[32] = \"a\" \"b\";", "password", "ab"),
            ("std::string password(\"v1\");", "", ""),
            ("NSString *password = @\"v1\";", "password", "v1"),
            ("const wchar_t* password = L\"v1\";", "password", "v1"),
            ("config->password = \"v1\";", "password", "v1"),
            (".password = \"v1\",", "password", "v1"),
            ("password = \"a\\\nb\";", "password", "ab"),
            ("strcpy(x, y); if (password == \"v1\")", "password", "v1"),
            ("cfg.setPassword(\"v1\")", "Password", "v1"),
        ]
        .iter()
        .copied()
        .filter(|case| !case.1.is_empty())
        .collect::<Vec<_>>(),
    );
    ignores(
        C,
        "password",
        &[
            "if (*password == 'x')",
            "printf(\"password: %s\", x);",
            "password = argv[1];",
            "strcmp(password, \"v\")",
            "#ifdef PASSWORD\n\"x\"",
        ],
    );
    reads(
        Swift,
        "password",
        &[("let password: String = \"v1\"", "password", "v1"), ("login(password: \"v1\")", "password", "v1")],
    );
    ignores(Swift, "password", &["let password = \"a\\(x)\"", "let password: String"]);
}

#[test]
fn braces_of_cpp() {
    reads(C, "secret", &[(r#"const std::string secret{"v1"};"#, "secret", "v1")]);
    ignores(C, "secret", &["struct secret{ int x; };", r#"struct secret { char x[2]; } y = {"v1"};"#]);
}
