//! Python: literals that are read, code that is not.

use crate::document::kind::Kind::Python;

use super::{ignores, reads};

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
