//! Passwords: any literal may be one, so it is asked how well known and where it is used.

use super::{Checked, entropy, host, percent, placeholder, repetition, shape, words};
use crate::model::Severity;

/// What stands beside a password.
#[derive(Clone, Copy, Debug, Default)]
pub struct Beside<'a> {
    /// The key it stands under.
    pub name: Option<&'a str>,
    /// The user of the same connection string or URL.
    pub user: Option<&'a str>,
    /// The server of the same connection string or URL, with or without a port.
    pub host: Option<&'a str>,
}

/// Grades a literal password.
///
/// Well-known, self-equal and local ones are `low`; placeholders and prose are refuted,
/// and so is a weak one on a host that exists only in documentation.
pub fn check(value: &[u8], beside: &Beside<'_>) -> Checked {
    let decoded = percent::decode(value);
    let value = decoded.as_ref();
    let known = is_well_known(value);
    if let Some(reason) = placeholder::of(value, beside.name).filter(|_| !known) {
        return Checked::refuted(reason);
    }
    if let Some(reason) = no_password(value) {
        return Checked::refuted(reason);
    }
    let weak = if known {
        Some("a well-known password")
    } else if beside.user.is_some_and(|user| user.as_bytes().eq_ignore_ascii_case(value)) {
        Some("the user's name as password")
    } else if is_plain(value) {
        Some("a word, perhaps with a number")
    } else if placeholder::says_so(value) && entropy::grade(value) != entropy::Grade::Strong {
        Some("says itself that it is none")
    } else {
        None
    };
    let reserved = beside.host.is_some_and(host::is_reserved);
    let local = beside.host.is_some_and(host::is_local);
    match weak {
        Some(_) if known && is_blank_pair(value, beside.user) => Checked::refuted("user and password of an example"),
        Some(_) if reserved => Checked::refuted("a weak password on a host of documentation"),
        Some(reason) => Checked::doubtful(reason).severity(Severity::Low),
        None if reserved => Checked::doubtful("a password on a host of documentation"),
        None if local => Checked::plausible("a literal password, for this machine").severity(Severity::Low),
        None => Checked::plausible("a literal password"),
    }
}

/// May it be the password of a server that Azure runs? They ask for eight characters of three classes.
pub fn azure(value: &[u8]) -> Checked {
    let decoded = percent::decode(value);
    if decoded.len() >= 8 && classes(&decoded) >= 3 {
        Checked::plausible("as long and varied as the service asks for")
    } else {
        Checked::doubtful("shorter or plainer than the service accepts")
    }
}

/// Small letters, capitals, digits, signs: how many of them are there?
fn classes(value: &[u8]) -> usize {
    let any = |class: fn(&u8) -> bool| usize::from(value.iter().any(class));
    any(u8::is_ascii_lowercase) + any(u8::is_ascii_uppercase) + any(u8::is_ascii_digit) + any(u8::is_ascii_punctuation)
}

/// Did a machine make it, or somebody who typed at random? Ten characters of three classes and no words in them,
/// read with their `0` and `@` as letters; or what is random by every measure.
///
/// Whoever writes an example takes words.
pub fn is_made(value: &[u8]) -> bool {
    let calm = shape::transitions(value) * 2 < value.len();
    let spoken = calm && words::pair_share(value) >= 0.65 && value.len() < 32;
    if spoken || value.contains(&b' ') {
        return false;
    }
    if entropy::grade(value) == entropy::Grade::Strong {
        return true;
    }
    let is_graphic = value.iter().all(u8::is_ascii_graphic);
    if !(10..=64).contains(&value.len()) || classes(value) < 3 || !is_graphic || entropy::plain_shape(value).is_some() {
        return false;
    }
    let changes = shape::transitions(value) * 2 >= value.len();
    let worded = |fold| {
        let folded = folded(value, fold);
        words::coverage(folded.as_bytes()) >= 0.35 || words::pair_share(folded.as_bytes()) >= 0.6
    };
    changes && !repetition::is_sequence(value) && !worded(Fold::Letters) && !worded(Fold::Symbols)
}

/// `User ID=YourUserName;Password=password`: both say what to put there.
fn is_blank_pair(value: &[u8], user: Option<&str>) -> bool {
    const USERS: [&str; 12] = [
        "account",
        "id",
        "login",
        "loginname",
        "myuser",
        "myusername",
        "name",
        "user",
        "userid",
        "username",
        "youruser",
        "yourusername",
    ];
    const WORDS: [&str; 7] = ["mypassword", "pass", "passwd", "password", "pwd", "secret", "yourpassword"];
    let user = user.map(|user| folded(user.as_bytes(), Fold::Letters));
    user.is_some_and(|user| USERS.contains(&user.as_str()))
        && value.iter().all(|b| b.is_ascii_alphabetic() || b"-_ ".contains(b))
        && WORDS.contains(&folded(value, Fold::Letters).as_str())
}

/// Words alone, or with a number behind them, that no server with rules for passwords accepts: `bobspassword`, `hawaii50`.
///
/// Three classes of characters are what Azure and Windows ask for, so `thisIsDog11` is none of these.
pub(super) fn is_plain(value: &[u8]) -> bool {
    let letter = |b: u8| b.is_ascii_alphabetic() || !b.is_ascii();
    let digits = value.iter().rev().take_while(|b| b.is_ascii_digit()).count();
    let word = &value[..value.len() - digits];
    if word.is_empty() || !word.iter().all(|&b| letter(b) || b"-_ .:@%/".contains(&b)) {
        return false;
    }
    let mixed = word.iter().any(u8::is_ascii_uppercase) && word.iter().any(u8::is_ascii_lowercase);
    if digits > 0 && (digits > 4 || mixed && value.len() >= 8) {
        return false;
    }
    // Of random letters a third are frequent pairs: short ones may have half. Nobody changes case at every third letter.
    let calm = shape::transitions(word) * 3 < word.len();
    word.len() < 12 || words::coverage(word) >= 0.4 || calm && words::pair_share(word) >= 0.65
}

fn no_password(value: &[u8]) -> Option<&'static str> {
    if value.len() > 512 {
        return Some("too long for a password");
    }
    if shape::is_sentence(value) {
        return Some("prose");
    }
    match entropy::plain_shape(value) {
        // Numbers, dates, names and words are poor passwords, but passwords.
        Some(
            reason @ ("a path"
            | "an address without a password"
            | "a call"
            | "markup"
            | "a format string"
            | "a pattern"),
        ) => Some(reason),
        _ => None,
    }
}

/// Folded, so that `P@ssw0rd123!` is `password`; sorted.
#[rustfmt::skip]
const BASES: [&str; 117] = [
    "abc", "access", "admin", "administrator", "adminuser", "airflow", "alpine", "apple", "asdf", "autumn",
    "azure", "azureuser", "baseball", "batman", "changeit", "cisco", "computer", "database", "dbadmin",
    "default", "demo", "dev", "developer", "docker", "dragon", "drupal", "elastic", "example", "football",
    "freedom", "grafana", "guest", "hello", "homestead", "hunter", "iloveyou", "jenkins", "joomla", "kali",
    "keycloak", "kibana", "laravel", "letmein", "localadmin", "login", "magento", "mariadb", "master",
    "michael", "minio", "minioadmin", "mongo", "mongodb", "monkey", "mssql", "my", "mysql", "nagios", "neo",
    "nexus", "oracle", "pass", "passwd", "password", "passwort", "pi", "portainer", "postgres", "postgresql",
    "princess", "private", "public", "pw", "pwd", "qaz", "qazwsx", "qwer", "qwerty", "rabbit", "rabbitmq",
    "raspberry", "redis", "root", "sa", "secret", "secure", "server", "shadow", "sonar", "spring", "sql",
    "sqladmin", "sqlserver", "strong", "summer", "sunshine", "superman", "supersecret", "superset", "symfony",
    "temp", "test", "tester", "testing", "tomcat", "toor", "topsecret", "trustno", "ubnt", "ubuntu", "user",
    "users", "vagrant", "welcome", "winter", "wordpress", "your",
];

/// One of the passwords that everybody tries: `admin`, `P@ssw0rd1`, `123456`, `Summer2024!`, `yourStrong(!)Password`.
pub fn is_well_known(value: &[u8]) -> bool {
    // `<password>` and `{password}` are blanks to fill in.
    let blank =
        matches!((value.first(), value.last()), (Some(b'<' | b'{' | b'[' | b'('), Some(b'>' | b'}' | b']' | b')')));
    if !(2..=32).contains(&value.len()) || blank {
        return false;
    }
    if value.len() < 16 && repetition::is_sequence(value) {
        return true;
    }
    let end = value.iter().rposition(u8::is_ascii_alphabetic).map_or(0, |at| at + 1);
    let head = &value[..end];
    // `Pa55w0rd` ends in a letter, `secr3t!1` and `adm1n` too; digits and symbols behind are years and rules.
    let plain = folded(head, Fold::Letters);
    // `your` and `my` only begin a password, and `your_password` alone is a blank to fill in.
    let blank = ["your", "my", "example"].iter().any(|word| plain.starts_with(word));
    if blank && value.iter().all(|b| b.is_ascii_alphabetic() || b"_- ".contains(b)) {
        return false;
    }
    let others = [(head, Fold::Digits), (head, Fold::Symbols), (value, Fold::Symbols)];
    let mut looked_at = plain;
    is_base(&looked_at)
        || others.into_iter().any(|(text, fold)| {
            let other = folded(text, fold);
            let is_new = other != looked_at;
            looked_at = other;
            is_new && is_base(&looked_at)
        })
}

/// One to three of the bases, one after the other.
fn is_base(folded: &str) -> bool {
    let end = folded.len();
    debug_assert!(end < 64, "a place is a bit");
    // Where words may begin that have so many before them.
    let mut starts = 1_u64;
    for _ in 0..3 {
        let mut ends = 0;
        for start in (0..end).filter(|start| starts >> start & 1 == 1) {
            let lengths = 1..=LONGEST_BASE.min(end - start);
            let is_one = |length: &usize| BASES.binary_search(&&folded[start..start + length]).is_ok();
            lengths.filter(is_one).for_each(|length| ends |= 1 << (start + length));
        }
        if ends >> end & 1 == 1 {
            return true;
        }
        starts = ends;
    }
    false
}

/// Bytes of the longest base.
const LONGEST_BASE: usize = {
    let (mut longest, mut at) = (0, 0);
    while at < BASES.len() {
        if BASES[at].len() > longest {
            longest = BASES[at].len();
        }
        at += 1;
    }
    longest
};

/// What is read as a letter besides letters.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Fold {
    Letters,
    /// `0`, `3`, `5` …
    Digits,
    /// `@`, `$`, `!` too.
    Symbols,
}

/// Small letters only; what stands for none is left out.
fn folded(value: &[u8], fold: Fold) -> String {
    let letter = |byte: u8| match byte.to_ascii_lowercase() {
        b'0' if fold >= Fold::Digits => Some('o'),
        b'1' if fold >= Fold::Digits => Some('i'),
        b'3' if fold >= Fold::Digits => Some('e'),
        b'4' if fold >= Fold::Digits => Some('a'),
        b'5' if fold >= Fold::Digits => Some('s'),
        b'7' if fold >= Fold::Digits => Some('t'),
        b'@' if fold == Fold::Symbols => Some('a'),
        b'!' if fold == Fold::Symbols => Some('i'),
        b'$' if fold == Fold::Symbols => Some('s'),
        letter @ b'a'..=b'z' => Some(char::from(letter)),
        _ => None,
    };
    value.iter().filter_map(|&b| letter(b)).collect()
}

/// `host`, `host:port`, `tcp:host,1433`: the name alone, small.
fn bare(host: &str) -> String {
    let host = host.trim().trim_start_matches("tcp:").to_ascii_lowercase();
    let end = if host.starts_with('[') { host.find(']').map_or(host.len(), |at| at + 1) } else { host.len() };
    let (name, rest) = host.split_at(end);
    if rest.is_empty() && !name.starts_with('[') {
        return name.split([',', ':', '\\', '/']).next().unwrap_or("").to_owned();
    }
    name.trim_matches(['[', ']']).to_owned()
}

/// Reached from this machine or this compose file only?
pub fn is_local_host(host: &str) -> bool {
    const LOCAL: [&str; 17] = [
        "",
        ".",
        "(local)",
        "(localdb)",
        "127.0.0.1",
        "0.0.0.0",
        "::1",
        "localhost",
        "host.docker.internal",
        "db",
        "database",
        "postgres",
        "mysql",
        "redis",
        "mongo",
        "sqlserver",
        "rabbitmq",
    ];
    let host = bare(host);
    LOCAL.contains(&host.as_str()) || host.ends_with(".localhost") || host.starts_with("127.")
}

/// Does the host exist only in documentation?
pub fn is_reserved_host(host: &str) -> bool {
    const NAMES: [&str; 20] = [
        "example.com",
        "example.org",
        "example.net",
        "example.edu",
        "contoso.com",
        "fabrikam.com",
        "adventure-works.com",
        "northwind.com",
        "northwindtraders.com",
        "tailspintoys.com",
        "wingtiptoys.com",
        "acme.com",
        "foo.com",
        "doc.com",
        "myserver",
        "yourserver",
        "hostname",
        "servername",
        "host",
        "server",
    ];
    const ENDINGS: [&str; 3] = [".test", ".invalid", ".example"];
    let host = bare(host);
    let own = |name: &&str| host == **name || host.strip_suffix(*name).is_some_and(|rest| rest.ends_with('.'));
    let service = host.split('.').next().unwrap_or("");
    NAMES.iter().any(own)
        || ENDINGS.iter().any(|ending| host.ends_with(ending))
        || matches!(service, "myserver" | "yourserver" | "your-server" | "my-server" | "server-name")
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn what_a_machine_made_is_told_from_examples() {
        for value in ["k3Jx9QmT7vLp2Rw8", "xK9#mQ2$vL", "qR7!zT4kW9pX", "f3a9c0e17b52d846aa01c9b3e5d7f208"] {
            assert!(is_made(value.as_bytes()), "{value}");
        }
        for value in [
            "P@ssw0rd1234!",
            "StrongPassword!23",
            "Falcon!Winter1234",
            "vault-agent-test-with-k8s",
            "Zertifikatkennwort (P12)",
            "abcdefgh12345678",
            "short1!",
            "",
        ] {
            assert!(!is_made(value.as_bytes()), "{value}");
        }
    }

    use crate::check::Outcome;

    #[test]
    fn everybodys_passwords_are_known() {
        for value in [
            "password",
            "Password1",
            "P@ssw0rd",
            "Passw0rd!",
            "Pa55w0rd",
            "Pa$$w0rd",
            "pass@word1",
            "admin",
            "Admin@123",
            "root",
            "sa",
            "toor",
            "postgres",
            "minioadmin",
            "letmein",
            "123456",
            "12345678",
            "qwerty123",
            "hunter2",
            "s3cr3t",
            "Summer2024!",
            "yourStrong(!)Password",
            "Your_password123",
            "YourStrong@Passw0rd",
            "changeit",
            "test1234",
            "guest",
            "welcome1",
            "rootpassword",
            "1qaz@WSX",
            "secret",
            "abc123",
        ] {
            assert!(is_well_known(value.as_bytes()), "{value}");
        }
        for value in ["kX9-vTq2.mZ7w", "Tr0ub4dor&3", "turkeySandwich7", "k3Jx9QmT7vLp2Rw8", "x", "", "your", "example"]
        {
            assert!(!is_well_known(value.as_bytes()), "{value}");
        }
        assert!(BASES.is_sorted());
    }

    #[test]
    fn strength_and_place_decide() {
        let strong = "kX9-vTq2.mZ7w";
        for (value, user, host, outcome, severity) in [
            (strong, None, None, Outcome::Plausible, None),
            (strong, None, Some("localhost:5432"), Outcome::Plausible, Some(Severity::Low)),
            (strong, None, Some("tcp:shop.database.windows.net,1433"), Outcome::Plausible, None),
            (strong, None, Some("example.com"), Outcome::Doubtful, None),
            ("P@ssw0rd", None, Some("shop.database.windows.net"), Outcome::Doubtful, Some(Severity::Low)),
            ("postgres", Some("postgres"), Some("localhost"), Outcome::Doubtful, Some(Severity::Low)),
            ("kq-service", Some("KQ-service"), None, Outcome::Doubtful, Some(Severity::Low)),
            ("sunflower-garden", None, None, Outcome::Doubtful, Some(Severity::Low)),
            ("bobspassword", None, None, Outcome::Doubtful, Some(Severity::Low)),
            ("hawaii50", None, None, Outcome::Doubtful, Some(Severity::Low)),
            ("Fake-QBO-Pass-33", None, None, Outcome::Doubtful, Some(Severity::Low)),
            ("thisIsDog11", None, None, Outcome::Plausible, None),
            ("kqjxzvbwmpldtrwq", None, None, Outcome::Plausible, None),
            ("NaEWAkoRHrHoiPIj", None, None, Outcome::Plausible, None),
            ("chogetgijfinwlhy", None, None, Outcome::Plausible, None),
            ("Qvazdshiumslrkv", None, None, Outcome::Plausible, None),
            ("password", Some("YourUserName"), Some("sql-harbor.database.windows.net"), Outcome::Refuted, None),
            (
                "password",
                Some("dbadmin"),
                Some("sql-harbor.database.windows.net"),
                Outcome::Doubtful,
                Some(Severity::Low),
            ),
            ("([A-Za-z0-9]{12,})", None, None, Outcome::Refuted, None),
            ("orange-garden", None, None, Outcome::Doubtful, Some(Severity::Low)),
            ("secret", None, Some("db.contoso.com"), Outcome::Refuted, None),
            ("<password>", None, None, Outcome::Refuted, None),
            ("{your_password}", None, None, Outcome::Refuted, None),
            ("Please enter your password", None, None, Outcome::Refuted, None),
            ("/run/secrets/password", None, None, Outcome::Refuted, None),
            ("", None, None, Outcome::Refuted, None),
        ] {
            let checked = check(value.as_bytes(), &Beside { name: Some("Password"), user, host });
            assert_eq!(
                (checked.outcome, checked.severity),
                (outcome, severity),
                "{value} {host:?}: {}",
                checked.detail
            );
        }
    }

    #[test]
    fn servers_of_azure_ask_for_three_classes() {
        for (value, expected) in [
            ("thisIsDog11", Outcome::Plausible),
            ("H%40rbor-4821", Outcome::Plausible),
            ("password", Outcome::Doubtful),
            ("adfasdf", Outcome::Doubtful),
            ("Ab1-", Outcome::Doubtful),
        ] {
            assert_eq!(azure(value.as_bytes()).outcome, expected, "{value}");
        }
    }

    proptest! {
        #[test]
        fn no_input_makes_it_panic(value: Vec<u8>, user: String, host: String) {
            check(&value, &Beside { name: Some(&user), user: Some(&user), host: Some(&host) });
            is_well_known(host.as_bytes());
        }
    }
}
