//! Endings of names that say where or which: `DB_PASSWORD_PROD`, `apiKey2`, `storage_key_secondary`.
//!
//! What such a name names is what it names without them. An ending counts only as a word of its own: behind a
//! separator, or where small letters end and a capital begins.

/// Words that stand behind a name without changing what it is, sorted.
#[rustfmt::skip]
const WORDS: [&str; 58] = [
    "aws", "azure", "backup", "bak", "base64", "current", "default", "demo", "dev", "development", "east", "eastus",
    "eu", "gcp", "integration", "internal", "live", "local", "main", "neu", "new", "nonprod", "north", "northeurope",
    "old", "onprem", "plain", "plaintext", "prd", "preprod", "prev", "previous", "primary", "prod", "production", "qa",
    "raw", "sandbox", "secondary", "south", "stage", "staging", "stg", "str", "string", "test", "testing", "tst", "uat",
    "uk", "us", "uswest", "v1", "v2", "west", "westeurope", "westus", "weu",
];

/// Endings that are taken off: `_PROD_WEU`, `_PRIMARY_2`.
const MOST: usize = 2;

/// The name without what says where or which. Never empty unless the name is.
pub fn without(name: &[u8]) -> &[u8] {
    let mut rest = name;
    for _ in 0..MOST {
        match shorter(rest) {
            Some(shorter) => rest = shorter,
            None => break,
        }
    }
    rest
}

fn shorter(name: &[u8]) -> Option<&[u8]> {
    let digits = name.iter().rev().take_while(|b| b.is_ascii_digit()).count();
    // `key1`, `Password_2`; `MD5`, `P256` and `s3` are names, and so is a year.
    let numbered = name[..name.len() - digits].len() >= 3 && (1..=2).contains(&digits);
    let cut = if numbered { digits } else { ending(name)? };
    let rest = &name[..name.len() - cut];
    let end = rest.iter().rposition(|b| !is_separator(*b)).map_or(0, |at| at + 1);
    (end > 2).then_some(&rest[..end])
}

/// Length of the last word, if it is one of those.
fn ending(name: &[u8]) -> Option<usize> {
    let word = |from: usize| {
        let mut small = [0_u8; 16];
        let text = &name[from..];
        let small = small.get_mut(..text.len())?;
        small.copy_from_slice(text);
        small.make_ascii_lowercase();
        let small = std::str::from_utf8(small).ok()?;
        WORDS.binary_search(&small).is_ok().then_some(text.len())
    };
    let separator = name.iter().rposition(|b| is_separator(*b)).map(|at| at + 1);
    if let Some(length) = separator.and_then(word) {
        return Some(length);
    }
    // `clientSecretProd`: one capital, then small letters to the end.
    let small = name.iter().rev().take_while(|b| b.is_ascii_lowercase() || b.is_ascii_digit()).count();
    let capital = name.len().checked_sub(small + 1).filter(|&at| at > 0 && name[at].is_ascii_uppercase())?;
    (name[capital - 1].is_ascii_lowercase() || name[capital - 1].is_ascii_digit()).then(|| word(capital))?
}

fn is_separator(byte: u8) -> bool {
    matches!(byte, b'_' | b'-' | b'.' | b':' | b' ')
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn the_words_are_sorted_and_fit_the_buffer() {
        assert!(WORDS.is_sorted());
        assert!(WORDS.iter().all(|word| word.len() <= 16 && word.bytes().all(|b| !b.is_ascii_uppercase())));
    }

    #[test]
    fn what_says_where_or_which_is_taken_off() {
        for (name, expected) in [
            ("DB_PASSWORD_PROD", "DB_PASSWORD"),
            ("clientSecretProd", "clientSecret"),
            ("apiKey2", "apiKey"),
            ("STORAGE_KEY_PRIMARY_1", "STORAGE_KEY"),
            ("cosmos-key-westeurope", "cosmos-key"),
            ("db.password.staging", "db.password"),
            ("ApiKeyProdWeu", "ApiKey"),
            ("AdminPassword_1", "AdminPassword"),
            ("key1", "key"),
            ("secret_id", "secret_id"),
            ("keyName", "keyName"),
            ("passwordHash", "passwordHash"),
            ("latest", "latest"),
            ("PASSWORDOLD", "PASSWORDOLD"),
            ("s3", "s3"),
            ("token2024", "token2024"),
            ("prod", "prod"),
            ("_prod", "_prod"),
            ("", ""),
        ] {
            let found = String::from_utf8_lossy(without(name.as_bytes())).into_owned();
            assert_eq!(found, expected, "{name}");
        }
    }

    proptest! {
        #[test]
        fn it_is_always_a_beginning_of_the_name(name: Vec<u8>) {
            let rest = without(&name);
            prop_assert!(name.starts_with(rest) && rest.is_empty() == name.is_empty());
        }
    }
}
