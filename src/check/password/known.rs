//! Passwords that everybody knows, with the digits and signs that people add.

use crate::check::repetition;

/// Folded, so that `P@ssw0rd123!` is `password`; sorted.
#[rustfmt::skip]
pub(super) const BASES: [&str; 117] = [
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
    if value.len() < 16 && (repetition::is_sequence(value) || repetition::is_typed_along(value)) {
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
            let rest = &folded.as_bytes()[start..];
            let begun = bases_with(rest[0]).iter().filter(|base| rest.starts_with(base.as_bytes()));
            begun.for_each(|base| ends |= 1 << (start + base.len()));
        }
        if ends >> end & 1 == 1 {
            return true;
        }
        starts = ends;
    }
    false
}

/// The bases that begin with a letter.
fn bases_with(first: u8) -> &'static [&'static str] {
    match usize::from(first).checked_sub(usize::from(b'a')) {
        Some(letter) if letter < 26 => &BASES[FIRST[letter]..FIRST[letter + 1]],
        _ => &[],
    }
}

/// Where the bases with each letter begin, and behind the last one where all end.
const FIRST: [usize; 27] = {
    let (mut first, mut letter, mut at) = ([0; 27], 0, 0);
    while letter < 27 {
        while at < BASES.len() && (BASES[at].as_bytes()[0] - b'a') < letter {
            at += 1;
        }
        first[letter as usize] = at;
        letter += 1;
    }
    first
};

/// What is read as a letter besides letters.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Fold {
    Letters,
    /// `0`, `3`, `5` …
    Digits,
    /// `@`, `$`, `!` too.
    Symbols,
}

/// Small letters only; what stands for none is left out.
pub(super) fn folded(value: &[u8], fold: Fold) -> String {
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
