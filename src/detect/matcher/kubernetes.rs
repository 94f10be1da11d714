//! Secrets of Kubernetes: what stands under `data` is base64, and the value is what it decodes to.

use crate::document::assign::{Assignment, Decoded};
use crate::document::decode::base64;
use crate::document::kind::Kind;

/// Does the text declare such an object?
pub(super) fn has_secrets(text: &[u8], kind: Kind) -> bool {
    let mark: &[u8] = match kind {
        Kind::Yaml => b"kind: Secret",
        Kind::Json => b"\"kind\": \"Secret\"",
        _ => return false,
    };
    memchr::memmem::find(text, mark).is_some()
}

/// Is a key, in its normal form, a member of `data`?
pub(super) fn is_data(path: &str) -> bool {
    path.starts_with("data.") || path.contains(".data.")
}

/// The value behind the base64, if that is text on one line or several.
pub(super) fn decoded(value: &[u8], item: &Assignment) -> Option<Decoded> {
    if item.decoded.is_some() || value.len() < 8 || !value.len().is_multiple_of(4) {
        return None;
    }
    let padding = value.iter().rev().take_while(|&&byte| byte == b'=').count();
    if padding > 2 || !value[..value.len() - padding].iter().all(|&byte| base64::is_digit(byte)) {
        return None;
    }
    let (bytes, map) = base64::decode(value, item.value.start as usize)?;
    let text = |&byte: &u8| matches!(byte, b' '..=b'~' | b'\t' | b'\n' | b'\r');
    bytes.iter().all(text).then_some(Decoded { how: "base64", bytes, map })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::layer::LayerSpan;

    #[test]
    fn only_base64_of_text_is_decoded() {
        for (value, expected) in
            [("aHVudGVyMg==", Some("hunter2")), ("aHVudGVyMg", None), ("AAECAwQFBgc=", None), ("plain text", None)]
        {
            let span = LayerSpan::new(10, 10 + value.len()).expect("a short span");
            let item = Assignment { key: 0, value: span, decoded: None, quoted: false };
            let found = decoded(value.as_bytes(), &item);
            assert_eq!(found.map(|found| found.bytes), expected.map(|text| text.as_bytes().to_vec()), "{value}");
        }
    }
}
