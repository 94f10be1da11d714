//! JavaScript and TypeScript.

use crate::document::kind::Kind::{JavaScript, TypeScript};

use super::{ignores, reads};

#[test]
fn javascript_and_typescript() {
    reads(
        TypeScript,
        "token",
        &[
            ("const token: string = 'v1';", "token", "v1"),
            ("const token = `v1`;", "token", "v1"),
            ("{ token: 'v1' }", "token", "v1"),
            ("{ \"token\": \"v1\" }", "token", "v1"),
            ("{ 'x-token': \"v1\" }", "x-token", "v1"),
            ("process.env.MY_TOKEN || 'v1'", "process.env.MY_TOKEN", "v1"),
            ("process.env.MY_TOKEN ?? 'v1'", "process.env.MY_TOKEN", "v1"),
            ("process.env['MY_TOKEN'] || 'v1'", "MY_TOKEN", "v1"),
            ("token: process.env.X || 'v1'", "token", "v1"),
            ("const t = token\n  || 'v1'", "token", "v1"),
            ("if (token === 'v1')", "token", "v1"),
            ("private token?: string = 'v1'", "token", "v1"),
            ("headers.append('x-token', 'v1')", "x-token", "v1"),
            ("headers.set(\"x-token\", \"v1\");", "x-token", "v1"),
            ("<Comp token=\"v1\" />", "token", "v1"),
            ("<Comp token={'v1'} />", "", ""),
            ("$('#token').val('v1')", "token", "v1"),
            ("document.getElementById('token').value = 'v1'", "token", "v1"),
            ("new Map([['token', 'v1']])", "token", "v1"),
            ("token = 'a' +\n 'b'", "token", "ab"),
            ("const body = JSON.stringify({\"token\":\"v1\"})", "token", "v1"),
            ("fetch(`https://x?token=v1&y=2`)", "token", "v1"),
            ("obj.token = \"a\\u002Fb\"", "obj.token", "a/b"),
        ]
        .iter()
        .copied()
        .filter(|case| !case.1.is_empty())
        .collect::<Vec<_>>(),
    );
    ignores(
        JavaScript,
        "token",
        &[
            "token = tokens[i]",
            "const token = `a${x}`;",
            "token: string;",
            "token: Key.Enter",
            "const { token } = props",
            "import { token } from './x'",
            "xs.map(token => 'v1')",
            "xs.map((token) => 'v1')",
            "token ? 'a' : 'b'",
            "token && 'v1'",
            "token.split('.')",
            "getToken('v1')",
            "token('v1')",
            "switch (t) { case 'token': return 'v1'; }",
            "token = await getToken()",
            "t('token', 'Token')",
            "typeof token === undefined",
            "type=show ? 'token' : 'text'",
            "token, 'v1'",
            "['token', 'user', 'x']",
            "// don't use token: it's bad",
            "localStorage.getItem('token')",
            "'token=' + x + 'y'",
        ],
    );
    ignores(TypeScript, "key", &["key: Key.Enter", "key: string, value = 'x'", "[key: string]: 'a' | 'b'"]);
}
