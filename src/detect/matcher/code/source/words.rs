//! Names and words of a source, compared.

/// Small letters and digits only.
pub(in crate::detect::matcher::code) fn normal(name: &str) -> String {
    name.chars().filter(char::is_ascii_alphanumeric).map(|c| c.to_ascii_lowercase()).collect()
}

/// `*` stands for any letters within a word.
pub(super) fn glob(pattern: &str, word: &str) -> bool {
    let Some((head, tail)) = pattern.split_once('*') else { return pattern == word };
    let Some(rest) = word.strip_prefix(head) else { return false };
    match tail.split_once('*') {
        None => rest.ends_with(tail),
        Some((middle, end)) => rest.find(middle).is_some_and(|at| rest[at + middle.len()..].ends_with(end)),
    }
}

/// Where `word` stands as a word of its own.
pub(in crate::detect) fn word_at(text: &str, word: &str) -> Option<usize> {
    let is_word = |byte: Option<&u8>| byte.is_some_and(|b| b.is_ascii_alphanumeric() || *b == b'_');
    let bytes = text.as_bytes();
    text.match_indices(word).map(|(at, _)| at).find(|&at| {
        let before = at.checked_sub(1).and_then(|before| bytes.get(before));
        !is_word(before) && !is_word(bytes.get(at + word.len()))
    })
}
