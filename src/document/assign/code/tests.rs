//! Tables of what is read and what is not, a language each.

use super::*;
use Kind::{
    Batch, Bicep, C, CSharp, Dart, Dockerfile, DotNet, Dotenv, Elixir, Go, Groovy, Hcl, Html, Http, Ini, Java,
    JavaScript, Json, Kotlin, Lua, Markdown, Notebook, Perl, Php, PowerShell, Properties, Python, R, Ruby, Rust, Scala,
    Shell, Sql, Swift, Text, Toml, TypeScript, Xml, Yaml,
};

/// The first assignment at any occurrence of `word`: name and decoded value.
fn first(source: &str, word: &str, kind: Kind) -> Option<(String, String)> {
    let text = source.as_bytes();
    let small = source.to_ascii_lowercase();
    let found = small.match_indices(word).find_map(|(i, _)| at(text, i..i + word.len(), kind))?;
    let value = found.decoded.map_or_else(|| text[found.value.range()].to_vec(), |decoded| decoded.bytes);
    let show = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    Some((show(&text[found.name.range()]), show(&value)))
}

fn reads(kind: Kind, word: &str, cases: &[(&str, &str, &str)]) {
    let mut wrong = String::new();
    for (source, name, value) in cases {
        let found = first(source, word, kind);
        if found.as_ref().map(|(n, v)| (n.as_str(), v.as_str())) != Some((name, value)) {
            wrong += &format!("{kind:?} {source}\n  expected {name} = {value}\n  found    {found:?}\n");
        }
    }
    assert!(wrong.is_empty(), "\n{wrong}");
}

fn ignores(kind: Kind, word: &str, cases: &[&str]) {
    let mut wrong = String::new();
    for source in cases {
        if let Some(found) = first(source, word, kind) {
            wrong += &format!("{kind:?} {source}\n  found {found:?}\n");
        }
    }
    assert!(wrong.is_empty(), "\n{wrong}");
}

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

#[test]
fn python_literals_are_read() {
    reads(
        Python,
        "password",
        &[
            ("password = 'v1'", "password", "v1"),
            ("PASSWORD: str = \"v1\"", "PASSWORD", "v1"),
            ("password: Optional[str] = 'v1'", "password", "v1"),
            ("connect(host, password='v1')", "password", "v1"),
            ("{'password': 'v1'}", "password", "v1"),
            ("x['password'] = 'v1'", "password", "v1"),
            ("os.environ[\"DB_PASSWORD\"] = 'v1'", "DB_PASSWORD", "v1"),
            ("os.environ.get(\"DB_PASSWORD\", \"v1\")", "DB_PASSWORD", "v1"),
            ("os.getenv('DB_PASSWORD') or 'v1'", "DB_PASSWORD", "v1"),
            ("password = os.getenv('X', 'v1')", "password", "v1"),
            ("password = os.getenv('X', default='v1')", "password", "v1"),
            ("if password == 'v1':", "password", "v1"),
            ("password = r'a\\b'", "password", "a\\b"),
            ("password = b'v1'", "password", "v1"),
            ("password = f'v1'", "password", "v1"),
            ("password = '''v1'''", "password", "v1"),
            ("password = \"\"\"\nv1\nv2\n\"\"\"", "password", "v1\nv2"),
            ("password = ('a'\n    'b'\n    'c')", "password", "abc"),
            ("password = 'a' \\\n    'b'", "password", "ab"),
            ("password = 'a\\'b'", "password", "a'b"),
            ("password = 'a\\$b'", "password", "a$b"),
            ("password: str = 'v1'\n\"\"\"The password.\"\"\"", "password", "v1"),
            ("parser.add_argument('--password', default='v1')", "password", "v1"),
            ("subprocess.run(['az', 'login', '--password', 'v1'])", "password", "v1"),
            ("cmd = 'az login --password v1 -u x'", "password", "v1"),
            ("[('password', 'v1')]", "password", "v1"),
            ("settings.db.password = 'v1'", "settings.db.password", "v1"),
            ("password = SecretStr('v1')", "password", "v1"),
            ("driver.find_element(By.ID, 'password').send_keys('v1')", "password", "v1"),
            ("data = '{\"password\": \"v1\"}'", "password", "v1"),
            ("h = 'x-password: v1'", "x-password", "v1"),
            ("# password = 'v1'", "password", "v1"),
            ("\"the password\": 'v1'", "the password", "v1"),
        ],
    );
}

#[test]
fn python_code_is_not_read() {
    ignores(
        Python,
        "password",
        &[
            "password = getPassword()",
            "password = getpass.getpass('Password: ')",
            "password = os.environ['PASSWORD']",
            "password = f'{x}'",
            "password = 'a' + x",
            "password = x + 'a'",
            "password = None",
            "def f(password, x='v')",
            "password in ('a', 'b')",
            "['user', 'password', 'email']",
            "['password', 'email', 'phone']",
            "print('password', x)",
            "password=password,",
            "re.sub('password', 'x', y)",
            "password = passwords[i]",
            "password is 'v1'",
            "help='the password to use', default='x'",
            "raise ValueError('bad password') # 'x'",
            "password: str",
            "if 'password' in x: y = 'z'",
        ],
    );
}

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
fn scripting_languages() {
    reads(
        Php,
        "password",
        &[
            ("define('DB_PASSWORD', 'v1');", "DB_PASSWORD", "v1"),
            ("$password = 'a\\'b\\n';", "password", "a'b\\n"),
            ("$this->password = \"v1\";", "password", "v1"),
            ("'password' => 'v1',", "password", "v1"),
            ("env('DB_PASSWORD', 'v1')", "DB_PASSWORD", "v1"),
            ("$config['password'] = 'a' . 'b';", "password", "ab"),
            ("getenv('DB_PASSWORD') ?: 'v1'", "DB_PASSWORD", "v1"),
            ("const PASSWORD = 'v1';", "PASSWORD", "v1"),
        ],
    );
    ignores(
        Php,
        "password",
        &[
            "$password = $x . 'v';",
            "$password = 'v' . $x;",
            "$password = $_POST['x'];",
            "isset($_POST['password'])",
            "'password' => $x,",
        ],
    );
    reads(
        Ruby,
        "password",
        &[
            ("password = 'v1'", "password", "v1"),
            (":password => 'v1'", "password", "v1"),
            ("password: 'v1'", "password", "v1"),
            ("config[:password] ||= 'v1'", "password", "v1"),
            ("ENV['PASSWORD'] || 'v1'", "PASSWORD", "v1"),
            ("ENV.fetch('PASSWORD', 'v1')", "PASSWORD", "v1"),
            ("ENV.fetch('PASSWORD') { 'v1' }", "PASSWORD", "v1"),
            ("password %q(x)", "", ""),
            ("password = %q(v1)", "password", "v1"),
            ("password 'v1'", "password", "v1"),
        ]
        .iter()
        .copied()
        .filter(|case| !case.1.is_empty())
        .collect::<Vec<_>>(),
    );
    ignores(Ruby, "password", &["password = ENV['X']", "attr_accessor :password, :user", "validates :password, 'x'"]);
    reads(
        Perl,
        "password",
        &[
            ("my $password = 'v1';", "password", "v1"),
            ("$h->{password} = 'v1';", "password", "v1"),
            ("password => 'v1',", "password", "v1"),
            ("$ENV{PASSWORD} || 'v1'", "PASSWORD", "v1"),
            ("$ENV{PASSWORD} // 'v1'", "PASSWORD", "v1"),
            ("my $password = q(v1);", "password", "v1"),
        ],
    );
    reads(
        Lua,
        "password",
        &[
            ("local password = [[v1]]", "password", "v1"),
            ("[\"password\"] = \"v1\"", "password", "v1"),
            ("os.getenv(\"PASSWORD\") or \"v1\"", "PASSWORD", "v1"),
        ],
    );
    reads(
        R,
        "password",
        &[("password <- \"v1\"", "password", "v1"), ("Sys.setenv(PASSWORD = \"v1\")", "PASSWORD", "v1")],
    );
    reads(
        Dart,
        "password",
        &[
            ("final String password = 'v1';", "password", "v1"),
            ("String get password => 'v1';", "password", "v1"),
            ("password: r'a\\b'", "password", "a\\b"),
        ],
    );
    reads(
        Elixir,
        "password",
        &[("password: \"v1\",", "password", "v1"), ("%{\"password\" => \"v1\"}", "password", "v1")],
    );
    reads(
        DotNet,
        "password",
        &[
            ("Dim password As String = \"a\"\"b\"", "password", "a\"b"),
            ("Public Const Password As String = \"v1\"", "Password", "v1"),
            ("Connect(password:=\"v1\")", "password", "v1"),
            ("password = \"a\" & _\n  \"b\"", "password", "ab"),
            ("let password = \"v1\"", "password", "v1"),
            ("If password <> \"v1\" Then", "password", "v1"),
        ],
    );
}

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
