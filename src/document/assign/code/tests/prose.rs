//! Markup, prose, and what is shown in them.

use crate::document::kind::Kind::{Html, Markdown, Text, Xml};

use super::{ignores, reads};

#[test]
fn markup_and_prose() {
    reads(
        Xml,
        "password",
        &[
            ("<x password=\"a&amp;b\"/>", "password", "a&b"),
            ("<password> a&lt;b </password>", "password", "a<b"),
            ("<wsse:Password Type=\"x\">v1</wsse:Password>", "wsse:Password", "v1"),
            ("<add key=\"Db Password\" value=\"v1\"/>", "Db Password", "v1"),
            ("<add key=\"Password\"\n value='v1'/>", "Password", "v1"),
            ("<string name=\"password\">v1</string>", "password", "v1"),
        ],
    );
    ignores(
        Xml,
        "password",
        &[
            "<password/>",
            "<password></password>",
            "<password><x>v</x></password>",
            "<input type=\"password\" value=\"x\"/>",
            "<label for=\"password\">Password</label>",
            "<a>password</a>",
        ],
    );
    reads(
        Html,
        "password",
        &[
            ("<input name=\"password\" value=\"v1\">", "password", "v1"),
            ("<script>var password = \"v1\"</script>", "password", "v1"),
        ],
    );
    ignores(Html, "password", &["<label>Password: <input></label>", "<p>The password: see below</p>"]);
    reads(
        Markdown,
        "password",
        &[
            ("password: v1", "password", "v1"),
            ("**Password**: `v1`", "Password", "v1"),
            ("**Password:** v1", "Password", "v1"),
            ("run `x --password v1` now", "password", "v1"),
            ("`PASSWORD=v1`", "PASSWORD", "v1"),
            ("const password = \"v1\";", "password", "v1"),
        ],
    );
    ignores(
        Markdown,
        "password",
        &[
            "password = getPassword();",
            "the `password` is",
            "password: new Password()",
            "Your password. It is \"x\"",
            "the password, \"x\"",
        ],
    );
    reads(
        Text,
        "password",
        &[
            ("Password: v1\r\n", "Password", "v1"),
            ("password = v1;", "password", "v1"),
            ("password := 'v1'", "password", "v1"),
        ],
    );
}

#[test]
fn templates_and_commands_that_are_shown_hold_no_value() {
    ignores(
        Text,
        "password",
        &[
            "{{- $password := include \"common.value\" (dict \"key\" .x) }}",
            "{{- $password = randAlphaNum 10 }}",
            "[[ -n \"${KEYSTORE_PASSWORD:-}\" ]] && set \"x\" \"$KEYSTORE_PASSWORD\"",
        ],
    );
    reads(
        Text,
        "password",
        &[
            ("client --env REDIS_PASSWORD=$REDIS_PASSWORD --image x", "REDIS_PASSWORD", "$REDIS_PASSWORD"),
            ("--set db.password={{ .Values.password }} \\", "db.password", "{{ .Values.password }}"),
        ],
    );
}
