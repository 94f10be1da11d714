//! Does a text consist of words?
//!
//! Names, labels and sentences do; what a machine made does not. Two signs are
//! used: words of a list, and letter pairs that are frequent in English, for words
//! that no list has. Only the whole is judged: a word inside a long random text is
//! chance (three letters: one in 780 texts of 40 characters, for each word).

mod list;

const COUNT: usize = count(list::WORDS);
static LIST: [&str; COUNT] = split(list::WORDS);

/// Short words that count only when they stand alone between separators.
const SHORT: [&str; 163] = [
    "a", "act", "add", "age", "ago", "air", "all", "am", "an", "and", "any", "api", "app", "are", "arm", "art", "as",
    "ask", "at", "bad", "be", "big", "bin", "bot", "box", "boy", "bug", "but", "buy", "by", "can", "car", "cat", "csv",
    "cut", "day", "db", "dev", "dns", "do", "dog", "dry", "eat", "end", "env", "far", "few", "fit", "for", "fox",
    "fun", "get", "go", "god", "got", "gun", "had", "has", "he", "her", "him", "his", "hit", "hot", "how", "id", "if",
    "in", "ip", "is", "it", "its", "job", "jwt", "key", "kid", "lay", "led", "leg", "let", "lie", "log", "lot", "low",
    "man", "map", "may", "me", "met", "mix", "my", "net", "new", "no", "nor", "not", "now", "of", "off", "oil", "old",
    "on", "one", "or", "our", "out", "own", "pat", "pay", "per", "put", "pwd", "raw", "red", "row", "run", "sas",
    "say", "sea", "see", "set", "she", "sit", "six", "sky", "so", "son", "sql", "ssh", "ssl", "sub", "sum", "tab",
    "tag", "ten", "the", "tie", "tls", "to", "too", "top", "try", "two", "ui", "up", "uri", "url", "us", "use", "via",
    "vm", "war", "was", "way", "we", "web", "who", "why", "win", "yes", "yet", "you", "zip",
];

/// Pairs that make up about three quarters of English text, and a sixth of random letters.
const PAIRS: &str = "th he in er an re on at en nd ti es or te of ed is it al ar st to nt ng se ha as ou io le ve co me \
    de hi ri ro ic ne ea ra ce li ch ll be ma si om ur ca el ta la ns di fo ho pe ec pr no ct us ac ot il tr ly nc et ut ss \
    so rs un lo wa ge ie wh ee wi em ad ol rt po we na ul ni ts mo ow pa im mi ai sh ir su id os iv ia am fi ci vi pl ig tu ev \
    ld ry mp fe bl ab gh ty op wo sa ay ex ke fr oo av ag if ap gr od bo sp rd do uc bu ei ov by rm ep tt oc fa ef cu rn sc gi \
    da yo cr cl du ga qu ue ff ba ey ls va um pp ua up lu go ht ru ug ds lt pi rc rr eg au ck ew mu br bi pt ak pu ui rg ib tl \
    ny ki rk ys ob mm fu ph og ms ye ud mb ip ub oi rl gu dr hr cc tw ft wn nu af hu nn eo vo rv nf xp gn sm fl iz ok nl my gl \
    aw ju oa eq sy sl ps jo lf nv je nk kn gs dy hy ze ks xt bs ik dd pt rp";

/// Share of the letters and digits that belong to words: 0 to 1.
///
/// Any case, any separators; words of the list stand anywhere, short ones alone.
pub fn coverage(text: &[u8]) -> f64 {
    let total = text.iter().filter(|b| b.is_ascii_alphanumeric()).count();
    if total == 0 {
        return 0.0;
    }
    let covered: usize = tokens(text).map(|token| covered(&token.to_ascii_lowercase())).sum();
    covered as f64 / total as f64
}

/// Share of neighbouring letters that are a frequent pair; 0 without any neighbours.
pub fn pair_share(text: &[u8]) -> f64 {
    static FREQUENT: [u32; 26] = frequent(PAIRS);
    let (mut pairs, mut frequent) = (0_u32, 0_u32);
    for pair in text.windows(2).filter(|p| p[0].is_ascii_alphabetic() && p[1].is_ascii_alphabetic()) {
        let at = |b: u8| b.to_ascii_lowercase() - b'a';
        pairs += 1;
        frequent += FREQUENT[usize::from(at(pair[0]))] >> at(pair[1]) & 1;
    }
    if pairs == 0 { 0.0 } else { f64::from(frequent) / f64::from(pairs) }
}

/// Is it one word of the list, or a short one? Any case.
pub fn is_word(token: &[u8]) -> bool {
    let token = token.to_ascii_lowercase();
    str::from_utf8(&token).is_ok_and(|t| SHORT.binary_search(&t).is_ok()) || longest(&token) == token.len()
}

/// Is the whole token words, one after the other without a gap? Small letters.
pub fn is_spelled(token: &[u8]) -> bool {
    if is_word(token) {
        return true;
    }
    // 40 letters are more than any name has; the search is quadratic.
    if token.len() > 40 || token.len() < 5 {
        return false;
    }
    let mut reached = [false; 41];
    reached[0] = true;
    for at in 0..token.len() {
        if reached[at] {
            let ends = (2..=14).filter(|length| at + length <= token.len());
            ends.filter(|length| is_word(&token[at..at + length])).for_each(|length| reached[at + length] = true);
        }
    }
    reached[token.len()]
}

/// The pieces between separators, changes of case (`camelCase`, `XMLFile`) and digits; letters only.
pub fn tokens(text: &[u8]) -> impl Iterator<Item = &[u8]> {
    let mut rest = text;
    std::iter::from_fn(move || {
        let start = rest.iter().position(u8::is_ascii_alphabetic)?;
        let end = start + token_length(&rest[start..]);
        let token = &rest[start..end];
        rest = &rest[end..];
        Some(token)
    })
}

fn token_length(text: &[u8]) -> usize {
    let upper = text.iter().take_while(|b| b.is_ascii_uppercase()).count();
    let lower = text[upper..].iter().take_while(|b| b.is_ascii_lowercase()).count();
    match (upper, lower) {
        (0 | 1, _) | (_, 0) => upper + lower,
        // `XMLFile`: the last capital belongs to the next word.
        _ => upper - 1,
    }
}

/// Letters of one token, small, that belong to words.
fn covered(token: &[u8]) -> usize {
    if token.len() < 4 {
        return if is_word(token) { token.len() } else { 0 };
    }
    let (mut at, mut covered) = (0, 0);
    while at + 4 <= token.len() {
        let length = longest(&token[at..]);
        covered += length;
        at += length.max(1);
    }
    covered
}

/// Length of the longest word that `text` (small letters) begins with; 0 if none.
fn longest(text: &[u8]) -> usize {
    let Some(head) = text.get(..4) else { return 0 };
    let first = LIST.partition_point(|word| word.as_bytes() < head);
    let alike = LIST[first..].iter().take_while(|word| word.as_bytes().starts_with(head));
    alike.filter(|word| text.starts_with(word.as_bytes())).map(|word| word.len()).max().unwrap_or(0)
}

const fn count(words: &str) -> usize {
    let bytes = words.as_bytes();
    let (mut at, mut spaces) = (0, 0);
    while at < bytes.len() {
        if bytes[at] == b' ' {
            spaces += 1;
        }
        at += 1;
    }
    spaces + 1
}

const fn split<const N: usize>(words: &'static str) -> [&'static str; N] {
    let mut out = [""; N];
    let (mut rest, mut filled) = (words, 0);
    while filled + 1 < N {
        let mut at = 0;
        while rest.as_bytes()[at] != b' ' {
            at += 1;
        }
        let (word, after) = rest.split_at(at);
        out[filled] = word;
        rest = after.split_at(1).1;
        filled += 1;
    }
    out[filled] = rest;
    out
}

const fn frequent(pairs: &str) -> [u32; 26] {
    let bytes = pairs.as_bytes();
    let mut out = [0; 26];
    let mut at = 0;
    while at + 1 < bytes.len() {
        out[(bytes[at] - b'a') as usize] |= 1 << (bytes[at + 1] - b'a');
        at += 3;
    }
    out
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn the_lists_are_sorted_small_and_without_doubles() {
        assert!(LIST.is_sorted_by(|a, b| a < b) && SHORT.is_sorted_by(|a, b| a < b));
        assert!(LIST.iter().all(|w| w.len() >= 4 && w.bytes().all(|b| b.is_ascii_lowercase())));
        assert!(LIST.len() > 1_500);
    }

    #[test]
    fn tokens_end_at_separators_digits_and_changes_of_case() {
        for (text, expected) in [
            ("primaryButton", vec!["primary", "Button"]),
            ("XMLFile2Path", vec!["XML", "File", "Path"]),
            ("my-secret_key.value", vec!["my", "secret", "key", "value"]),
            ("API_KEY", vec!["API", "KEY"]),
            ("123", vec![]),
        ] {
            let found: Vec<&str> = tokens(text.as_bytes()).map(|t| str::from_utf8(t).expect("ASCII")).collect();
            assert_eq!(found, expected, "{text}");
        }
    }

    #[test]
    fn words_are_covered_and_random_text_is_not() {
        for text in
            ["reset-password-link", "primaryButtonLabel", "MY_API_TOKEN", "userpasswordfield", "the quick client"]
        {
            assert!(coverage(text.as_bytes()) > 0.9, "{text}: {}", coverage(text.as_bytes()));
        }
        for text in ["k3Jx9QmT7vLp2Rw8Zb5Nc4Yd", "f3a9c0e17b52d846", "qzxkvjwpfgh"] {
            assert!(coverage(text.as_bytes()) < 0.2, "{text}: {}", coverage(text.as_bytes()));
        }
    }

    #[test]
    fn tokens_are_spelled_without_a_gap_or_not() {
        for (token, expected) in
            [("mysecretkey", true), ("clientsecret", true), ("key", true), ("secretxq", false), ("xqzk", false)]
        {
            assert_eq!(is_spelled(token.as_bytes()), expected, "{token}");
        }
    }

    #[test]
    fn pairs_tell_names_that_no_list_has_from_random_letters() {
        for text in ["Schwarzenegger", "helsinki-terrarium", "beatrixPotterson"] {
            assert!(pair_share(text.as_bytes()) > 0.6, "{text}: {}", pair_share(text.as_bytes()));
        }
        for text in ["xkqzvwjpbdfg", "hJqLwPzXvNbKfT"] {
            assert!(pair_share(text.as_bytes()) < 0.3, "{text}: {}", pair_share(text.as_bytes()));
        }
    }

    proptest! {
        #[test]
        fn shares_stay_between_none_and_all(text: Vec<u8>) {
            prop_assert!((0.0..=1.0).contains(&coverage(&text)));
            prop_assert!((0.0..=1.0).contains(&pair_share(&text)));
        }
    }
}
