use proptest::prelude::*;

use super::*;
use crate::check::base64;

#[test]
fn placeholders_of_every_shape_are_known() {
    for value in [
        "",
        "null",
        "None",
        "undefined",
        "N/A",
        "n.a.",
        "-",
        "0",
        "TBD",
        "TODO",
        "\"\"",
        "<your-key>",
        "<KEY>",
        "&lt;token&gt;",
        "&amp;lt;pfx-file-password&amp;gt;",
        "\\u003csecret\\u003e",
        "%3Csignature%3E",
        "[your key here]",
        "{password}",
        "{0}",
        "{your_password_here}",
        "your_api_key",
        "YOUR-SECRET",
        "yourPassword",
        "my-secret-key",
        "mysecretkey",
        "put-your-key-here",
        "insert_token",
        "enter_password_here",
        "replace_me",
        "change_me",
        "changeme",
        "fill-in",
        "add-your-key",
        "API_KEY_HERE",
        "TokenGoesHere",
        "secret-goes-here",
        "xxxxxxxx",
        "XXXX",
        "****",
        "....",
        "----",
        "____",
        "0000000000",
        "1111111111",
        "aaaaaaaa",
        "ghp_xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx",
        "xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx",
        "abcd****",
        "***REDACTED***",
        "sk-...abcd",
        "AKIA...",
        "abcdefghijklmnop",
        "0123456789abcdef",
        "qwertyuiop",
        "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789ABCDEFGH",
        "1a2b3c4d5e6f7g8h",
        "deadbeefdeadbeef",
        "abcdefghijklmnopqrstuvwxyz1234567890",
        "example",
        "dummy",
        "fake-token",
        "test_api_key",
        "foobar",
        "placeholder",
        "notasecret",
        "not-a-real-key",
        "not_a_real_secret",
        "AKIAIOSFODNN7EXAMPLE",
        "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY",
        "test-client-secret",
        "abcabcabcabc",
        "abcd1234abcd1234abcd",
        "Nbaz0D42MT7qwerty6D/W51ao42r6EJuxR/zEqwerty=",
        "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8",
        "prefix-<name-of-account>-suffix",
        "your-contoso-xyzzy-value",
        "DUMMY_VALUE_123",
    ] {
        assert!(of(value.as_bytes(), None).is_some(), "{value}");
    }
}

#[test]
fn random_and_chosen_values_are_none() {
    for value in [
        "k3Jx9QmT7vLp2Rw8Zb5Nc4Yd",
        "f3a9c0e17b52d846aa01c9b3e5d7f208",
        "kX9-vTq2.mZ7w",
        "Tr0ub4dor&3",
        "hunter2",
        "qdD8Q~Zz9Ijnt21XY_VweZnYu44y~qTTsQHh5bDX",
        "correcthorse",
        "summer2024",
        "<aB3$x9>",
        "Kl4testQ9mockXz7Rv2fakeW",
        "rL7F2c3mNdZ4lCSaMFWkNM20oLsTXQsHYiE5pahqHcZMmxZtw2ZAJQQJ99CEACAAAAAAAAAAAAASAZDOIwL1",
        "tr6gz33frezeagkmgrlw2wkelviiwc6wb4czej7nj53lg3qtklkq",
        "monkey",
        "turkeySandwich7",
    ] {
        assert_eq!(of(value.as_bytes(), None), None, "{value}");
    }
}

#[test]
fn a_value_that_is_its_own_name_is_one() {
    for (value, name, expected) in [
        ("dbPassword1", "db_password", true),
        ("x9kPqz", "azure.x9kpqz", true),
        ("x9kPqz", "other", false),
        ("x9kPqzmore", "x9kpqz", false),
    ] {
        let found = of(value.as_bytes(), Some(name));
        assert_eq!(found.is_some(), expected, "{value} under {name}: {found:?}");
    }
}

#[test]
fn recordings_are_known_by_the_whole_value() {
    for value in ["Sanitized", "SANITIZED", "MA==", "Kg==", "fake_token_placeholder", "[REDACTED]", "***MASKED***"] {
        assert!(is_sanitized(value.as_bytes()), "{value}");
    }
    for value in ["MAx=", "kX9sanitized3", "hidden-kX9vTq2mZ7w"] {
        assert!(!is_sanitized(value.as_bytes()), "{value}");
    }
}

#[test]
fn tables_are_sorted_where_they_are_searched() {
    assert!(of(b"auto", None).is_some() && of(b"yes", None).is_some() && of(b"required", None).is_some());
}

proptest! {
    #[test]
    fn long_random_tokens_are_never_placeholders(random: [u8; 32]) {
        let token = base64::encode_url(&random);
        prop_assert_eq!(of(token.as_bytes(), Some("api_key")), None);
    }

    #[test]
    fn no_input_makes_it_panic(value: Vec<u8>, name: String) {
        of(&value, Some(&name));
        is_sanitized(&value);
        trimmed(&value);
    }
}
