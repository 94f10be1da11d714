//! Tables of what is read and what is not, a language each.

mod beside;
mod configuration;
mod csharp;
mod javascript;
mod jvm;
mod native;
mod prose;
mod python;
mod returned;
mod scripting;
mod shells;

use super::*;

/// The first assignment at any occurrence of `word`: name and decoded value.
fn first(source: &str, word: &str, kind: Kind) -> Option<(String, String)> {
    let text = source.as_bytes();
    let small = source.to_ascii_lowercase();
    let found = small.match_indices(word).find_map(|(i, _)| at(text, i..i + word.len(), kind))?;
    let value = found.decoded.map_or_else(|| text[found.value.range()].to_vec(), |decoded| decoded.bytes);
    let show = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    Some((show(&text[found.name.range()]), show(&value)))
}

fn reads(kind: Kind, word: &str, cases: &[(&str, &str, &str)]) {
    let mut wrong = String::new();
    for (source, name, value) in cases {
        let found = first(source, word, kind);
        if found.as_ref().map(|(n, v)| (n.as_str(), v.as_str())) != Some((name, value)) {
            wrong += &format!("{kind:?} {source}\n  expected {name} = {value}\n  found    {found:?}\n");
        }
    }
    assert!(wrong.is_empty(), "\n{wrong}");
}

fn ignores(kind: Kind, word: &str, cases: &[&str]) {
    let mut wrong = String::new();
    for source in cases {
        if let Some(found) = first(source, word, kind) {
            wrong += &format!("{kind:?} {source}\n  found {found:?}\n");
        }
    }
    assert!(wrong.is_empty(), "\n{wrong}");
}
