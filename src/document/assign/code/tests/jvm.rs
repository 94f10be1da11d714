//! Java, Kotlin, Scala and Groovy.

use crate::document::kind::Kind::{Groovy, Java, Kotlin, Scala};

use super::{ignores, reads};

#[test]
fn java_kotlin_scala_and_groovy() {
    reads(
        Java,
        "password",
        &[
            (r#"private static final String PASSWORD = "v1";"#, "PASSWORD", "v1"),
            (r#"ds.setPassword("v1");"#, "Password", "v1"),
            (r#"Builder.create().password("v1").build()"#, "password", "v1"),
            (r#"props.put("db.password", "v1");"#, "db.password", "v1"),
            (r#"props.setProperty("db.password", "a\tb");"#, "db.password", "a\tb"),
            (r#"System.getenv().getOrDefault("DB_PASSWORD", "v1")"#, "DB_PASSWORD", "v1"),
            (r#"if ("x".equals(y) && password.equals("v1"))"#, "password", "v1"),
            (r#"@Value("${db.password:v1}") String p;"#, "db.password", "v1"),
            ("String password = \"\"\"\n        a\\nb\n        \"\"\";", "password", "a\nb"),
            (r#"stmt.execute("ALTER USER x WITH PASSWORD 'v1x'");"#, "PASSWORD", "v1x"),
            ("String password =\n    \"v1\"\n    + \"v2\";", "password", "v1v2"),
            (r#"new Pair<>("password", "v1")"#, "password", "v1"),
            (r#"Map.of("user", "app", "password", "v1", "x", "y")"#, "password", "v1"),
        ],
    );
    ignores(
        Java,
        "password",
        &[
            "password = getPassword();",
            "this.password = password;",
            "String password;",
            "char c = password == null ? 'a' : 'b';",
            "password.charAt(0) == 'x'",
            "case \"password\" -> \"v1\";",
            "passwords.map(password -> \"v1\")",
            "@Value(\"${db.password}\")",
            "log.info(\"password: {}\", password);",
            "assertEquals(\"password\", \"v1\")",
            "Arrays.asList(\"password\", \"user\", \"x\")",
            "/** The password. */ String x = \"v\";",
            "validatePassword(\"v1\")",
        ],
    );
    reads(
        Kotlin,
        "password",
        &[
            (r#"val password: String = "v1""#, "password", "v1"),
            (r#"mapOf("password" to "v1")"#, "password", "v1"),
            (r#"password("v1")"#, "password", "v1"),
            (r#"System.getenv("PASSWORD") ?: "v1""#, "PASSWORD", "v1"),
            (r#"login(password = "v1")"#, "password", "v1"),
        ],
    );
    reads(
        Scala,
        "password",
        &[(r#"Map("password" -> "v1")"#, "password", "v1"), (r#"val password = "v1""#, "password", "v1")],
    );
    ignores(Scala, "password", &[r#"val password = s"$x/v1""#, r#"def password: String = load("x")"#]);
    reads(
        Groovy,
        "password",
        &[
            ("keyPassword 'v1'", "keyPassword", "v1"),
            ("def password = 'v1'", "password", "v1"),
            ("credentials(password: 'v1')", "password", "v1"),
        ],
    );
    ignores(Groovy, "password", &["password = project.findProperty('x')", "credentials { password -> 'v1' }"]);
}
