//! From the name of a key to its place in the TOML text.

use std::ops::Range;

use toml::de::{DeTable, DeValue};

/// Bytes of the value at a path such as `match.regex.0.pattern`, or of the deepest part of it
/// that is there. An empty range at the beginning if nothing is.
pub fn place(text: &str, key: &str) -> Range<usize> {
    let Ok(root) = DeTable::parse(text) else { return 0..0 };
    let mut here = 0..0;
    let mut table = Some(root.get_ref());
    let mut value: Option<&DeValue<'_>> = None;
    for step in key.split('.') {
        let next = match (table, value) {
            (Some(table), _) => table.get(step),
            (None, Some(DeValue::Array(items))) => step.parse::<usize>().ok().and_then(|index| items.get(index)),
            _ => None,
        };
        let Some(next) = next else { break };
        here = next.span();
        value = Some(next.get_ref());
        table = match next.get_ref() {
            DeValue::Table(inner) => Some(inner),
            _ => None,
        };
    }
    here
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_path_leads_to_its_value() {
        let text = "code = \"KS001\"\n[[match.regex]]\nanchors = [\"abc\", \"d\"]\npattern = 'x+'\n";
        for (key, value) in [
            ("code", "\"KS001\""),
            ("match.regex.0.pattern", "'x+'"),
            ("match.regex.0.anchors.1", "\"d\""),
            ("match.regex.0.anchors.7", "[\"abc\", \"d\"]"),
        ] {
            assert_eq!(&text[place(text, key)], value, "{key}");
        }
    }
}
