//! What a document must hold before it is parsed, where anchors are words of every day.

use crate::check::{guid, known};
use crate::rule::spec::Held;

/// A name stands so far before its value, `const azure_tenant_identifier_of_production = {\n  value: "` included.
const NAME_BEFORE: usize = 160;

/// Words one of which every name of such an id holds.
const ID_WORDS: [&[u8]; 7] = [b"tenant", b"client", b"subscription", b"directory", b"principal", b"app", b"object"];

/// Does it stand in the text?
pub(super) fn stands_in(held: Held, text: &[u8]) -> bool {
    match held {
        Held::DirectoryId => guid::alone_in(text).any(|(at, guid)| {
            is_directory_id(guid) && {
                let before = text[at.saturating_sub(NAME_BEFORE)..at].to_ascii_lowercase();
                ID_WORDS.iter().any(|word| memchr::memmem::find(&before, word).is_some())
            }
        }),
    }
}

/// Neither typed by hand nor one of those that Microsoft publishes.
pub(super) fn is_directory_id(guid: u128) -> bool {
    !guid::is_invented(guid) && known::guid_name(guid).is_none()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_counts_close_behind_a_word_for_one() {
        let id = "1f0e2d3c-a1b2-4bbb-8ccc-9d8e7f6a5b4c";
        for (text, expected) in [
            (format!("TENANT_ID = \"{id}\""), true),
            (format!("clientId:\n  '{id}'"), true),
            (format!("tenant{}\"{id}\"", " ".repeat(200)), false),
            (format!("etag = \"{id}\""), false),
            ("tenant = \"11111111-1111-1111-1111-111111111111\"".to_owned(), false),
        ] {
            assert_eq!(stands_in(Held::DirectoryId, text.as_bytes()), expected, "{text}");
        }
    }
}
