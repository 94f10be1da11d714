//! Scripting languages that are no shells.

use crate::document::kind::Kind::{Dart, DotNet, Elixir, Lua, Perl, Php, R, Ruby};

use super::{ignores, reads};

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
