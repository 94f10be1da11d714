//! Characters of an alphabet, and passwords.

use super::dice::Dice;
use super::drawn;

pub(super) const B62: &str = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

pub(super) const AAD66: &str = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ1234567890.-_~";

pub(super) fn characters(count: usize, alphabet: &str, dice: &mut Dice) -> Result<String, String> {
    if alphabet.is_empty() {
        return Err("an alphabet has at least one character".to_owned());
    }
    if alphabet == "password" {
        return Ok(drawn(dice, |dice| password(count, dice)));
    }
    let symbols: Vec<char> = named_alphabet(alphabet).chars().collect();
    Ok(drawn(dice, |dice| {
        let mut text: String = (0..count).map(|_| symbols[dice.below(symbols.len())]).collect();
        if alphabet == "aad66" && count >= 8 {
            // Older client secrets are known by a symbol; at the ends one would run into the text around.
            for at in [0, count - 1] {
                text.replace_range(at..=at, &AAD66[dice.below(26)..][..1]);
            }
            let at = 1 + dice.below(count - 2);
            text.replace_range(at..=at, &".-_~"[dice.below(4)..][..1]);
        }
        text
    }))
}

pub(super) fn named_alphabet(name: &str) -> &str {
    match name {
        "hex" => "0123456789abcdef",
        "HEX" => "0123456789ABCDEF",
        "b62" => B62,
        "b64" => "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/",
        "b64url" | "word" => "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_",
        "b32" => "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567",
        "b32lower" => "abcdefghijklmnopqrstuvwxyz234567",
        "aad66" => AAD66,
        "alnum" => "abcdefghijklmnopqrstuvwxyz0123456789",
        "ALNUM" => &B62[..36],
        "digits" => "0123456789",
        "letters" => &B62[10..],
        own => own,
    }
}

/// Of all classes, beginning and ending with a letter; only symbols that no format has to escape.
fn password(count: usize, dice: &mut Dice) -> String {
    const CLASSES: [&str; 4] = ["ABCDEFGHJKLMNPQRSTUVWXYZ", "abcdefghijkmnpqrstuvwxyz", "23456789", "-_.~*"];
    let pick = |class: &str, dice: &mut Dice| class.as_bytes()[dice.below(class.len())];
    let class = |at: usize, dice: &mut Dice| match at {
        0 => 1,
        _ if at + 1 == count => 0,
        1..=3 => at,
        _ => dice.below(CLASSES.len()),
    };
    (0..count).map(|at| char::from(pick(CLASSES[class(at, dice)], dice))).collect()
}
