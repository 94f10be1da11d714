//! How a secret is shown: enough to recognise it, too little to use it.

/// Characters of a value that are shown. Entra's portal shows the same three as a
/// secret's hint, which lets its owner find the entry to delete.
pub const SHOWN: usize = 3;

/// A value shorter than this is hidden whole: three of eight characters would be too many.
pub const SHORTEST_WITH_HINT: usize = 12;

/// The number of leading bytes of `secret` that may be shown: 0 or [`SHOWN`], and
/// only if they are printable ASCII.
pub fn shown_prefix(secret: &[u8]) -> usize {
    let printable = secret.iter().take(SHOWN).all(u8::is_ascii_graphic);
    if secret.len() >= SHORTEST_WITH_HINT && printable { SHOWN } else { 0 }
}

/// `abc…` for a long value, `…` for a short one.
pub fn mask(secret: &[u8]) -> String {
    let prefix = &secret[..shown_prefix(secret)];
    let mut out: String = prefix.iter().map(|&b| char::from(b)).collect();
    out.push('…');
    out
}

/// Overwrites the bytes of `text` that may not be shown with `*`, keeping its
/// length and its line breaks, so that places stay right.
pub fn cover(text: &mut [u8]) {
    let prefix = shown_prefix(text);
    for byte in &mut text[prefix..] {
        if !matches!(byte, b'\n' | b'\r') {
            *byte = b'*';
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn short_values_show_nothing_and_long_ones_three_characters() {
        for (value, shown) in
            [("hunter2", "…"), ("elevenchars", "…"), ("twelve-chars", "twe…"), ("", "…"), ("ÄÖÜ long enough", "…")]
        {
            assert_eq!(mask(value.as_bytes()), shown, "{value}");
        }
    }

    #[test]
    fn covering_keeps_length_and_lines() {
        let mut text = *b"first line\nsecond";
        cover(&mut text);
        assert_eq!(&text, b"fir*******\n******");
    }
}
