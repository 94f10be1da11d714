//! Passwords, well-known ones, and what is none.

use proptest::prelude::*;

use super::known::BASES;
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
        "QWE!@#123",
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
    for value in ["kX9-vTq2.mZ7w", "Tr0ub4dor&3", "turkeySandwich7", "k3Jx9QmT7vLp2Rw8", "x", "", "your", "example"] {
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
        ("wrong!", None, None, Outcome::Doubtful, Some(Severity::Low)),
        ("wekan's mail-service-password", None, None, Outcome::Doubtful, Some(Severity::Low)),
        ("111333", None, None, Outcome::Doubtful, Some(Severity::Low)),
        ("Zaboravljena lozinka", None, None, Outcome::Doubtful, Some(Severity::Low)),
        ("Pasahitz ahaztua", None, None, Outcome::Doubtful, Some(Severity::Low)),
        ("kq Xv9 mmTz", None, None, Outcome::Plausible, None),
        ("thisIsDog11", None, None, Outcome::Plausible, None),
        ("kqjxzvbwmpldtrwq", None, None, Outcome::Plausible, None),
        ("NaEWAkoRHrHoiPIj", None, None, Outcome::Plausible, None),
        ("chogetgijfinwlhy", None, None, Outcome::Plausible, None),
        ("Qvazdshiumslrkv", None, None, Outcome::Plausible, None),
        ("password", Some("YourUserName"), Some("sql-harbor.database.windows.net"), Outcome::Refuted, None),
        ("password", Some("dbadmin"), Some("sql-harbor.database.windows.net"), Outcome::Doubtful, Some(Severity::Low)),
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
        assert_eq!((checked.outcome, checked.severity), (outcome, severity), "{value} {host:?}: {}", checked.detail);
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
