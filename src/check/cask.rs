//! Common annotated security keys: 84 characters (88 in the long form) with `JQQJ` in the middle.
//!
//! Such a key says who made it, for what and in which month, and ends in a
//! checksum. Only its random first half is secret. A failing checksum never drops
//! it: for several signatures only edited samples are publicly known.

use super::{Checked, base64, marvin32, percent};
use crate::model::Day;

const MARK: &[u8] = b"JQQJ";
const DIGITS: &[u8; 62] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

const SERVICES: [(&[u8; 4], &str); 13] = [
    (b"ACOG", "Azure AI"),
    (b"AZDO", "Azure DevOps"),
    (b"AZAC", "App Configuration"),
    (b"AZEG", "Event Grid"),
    (b"AZMP", "Azure Maps"),
    (b"AZCS", "Communication Services"),
    (b"ASRS", "SignalR"),
    (b"AWPS", "Web PubSub"),
    (b"AZCR", "Container Registry"),
    (b"AZML", "Machine Learning"),
    (b"AZFR", "Fluid Relay"),
    (b"AZMR", "Mixed Reality"),
    (b"msql", "SQL"),
];

/// The kinds of AI services, by the base64 value of the last character of the provider field.
const AI_KINDS: [&str; 41] = [
    "AI Services",
    "OpenAI",
    "Anomaly Detector",
    "Anomaly Detector",
    "Cognitive Services",
    "Computer Vision",
    "Content Moderator",
    "Content Safety",
    "Custom Vision prediction",
    "Custom Vision training",
    "Face",
    "Document Intelligence",
    "Health Decision Support",
    "Health Insights",
    "Immersive Reader",
    "internal",
    "Knowledge",
    "LUIS authoring",
    "LUIS",
    "Metrics Advisor",
    "Personalizer",
    "QnA Maker",
    "QnA Maker",
    "Speaker Recognition",
    "Speech",
    "Speech Translation",
    "Text Analytics",
    "Translator",
    "test",
    "Transcription",
    "Video",
    "Bing Autosuggest",
    "Bing Autosuggest",
    "Bing Custom Search",
    "Bing Visual Search",
    "Bing Entity Search",
    "Bing Search",
    "Bing Search",
    "Bing Speech",
    "Bing Spell Check",
    "Bing Spell Check",
];

/// Proves a key by its checksum; learns the service and the month it was made in.
pub fn check(value: &[u8], today: Day) -> Checked {
    let text = percent::decode(value);
    let body = base64::unpadded(&text);
    let Some(key) = Key::read(body) else {
        return if body.get(52..56) == Some(MARK) {
            Checked::doubtful("marked as a common annotated key, but not built like one")
        } else {
            Checked::plausible("older form, no checksum")
        };
    };
    let service = key.service();
    let checked = if !key.checksum_holds() {
        Checked::doubtful(format!("{service} key by its signature, but the checksum fails: edited or invented"))
    } else if key.months() > current_month(today) + 1 {
        Checked::doubtful(format!("{service} key, checksum holds, but dated in the future"))
    } else {
        Checked::proved(format!("{service} key, checksum holds"))
    };
    let (year, month) = (key.months() / 12, key.months() % 12 + 1);
    checked.part("service", service).part("created", format!("{year:04}-{month:02}"))
}

/// The fields a key is made of when one is made for an example.
#[derive(Clone, Copy, Debug)]
pub struct Draft<'a> {
    /// At least 64 base62 characters: 52 of entropy, 10 of the platform field, 2 to spare.
    pub random: &'a str,
    /// `AZDO`
    pub signature: &'a str,
    /// `AAAS`
    pub provider: &'a str,
    /// 2024 to 2087.
    pub year: u8,
    /// 1 to 12.
    pub month: u8,
    /// 88 characters instead of 84.
    pub long: bool,
}

/// Makes a key with a checksum that holds. `None` if a field does not have its length.
pub fn sign(draft: &Draft<'_>) -> Option<String> {
    if draft.signature.len() != 4 || draft.provider.len() != 4 || !(1..=12).contains(&draft.month) {
        return None;
    }
    let mut text = draft.random.get(..52)?.to_owned();
    text.push_str("JQQJ99");
    text.push(char::from(base64::symbol(draft.year)));
    text.push(char::from(base64::symbol(draft.month - 1)));
    text.push_str("AC");
    text.push_str(draft.random.get(52..62)?);
    text.push_str(draft.provider);
    text.push_str(draft.signature);
    let tail = in_base62(checksum(text.as_bytes())?);
    text.push_str(if draft.long { &tail } else { &tail[..4] });
    if draft.long {
        text.push_str("==");
    }
    Some(text)
}

/// A key whose frame is right: lengths, mark, organisation, kind, month.
struct Key<'a>(&'a [u8]);

impl<'a> Key<'a> {
    fn read(text: &'a [u8]) -> Option<Self> {
        let framed = matches!(text.len(), 84 | 86)
            && &text[52..56] == MARK
            && text[56] == b'9'
            && matches!(text[57], b'9' | b'D' | b'H')
            && matches!(text[59], b'A'..=b'L')
            && text.iter().all(|&b| base64::digit(b).is_some());
        framed.then_some(Self(text))
    }

    fn service(&self) -> String {
        let signature = &self.0[76..80];
        let Some((_, name)) = SERVICES.iter().find(|(text, _)| text.as_slice() == signature) else {
            return format!("unknown service ({})", String::from_utf8_lossy(signature));
        };
        let kind = base64::digit(self.0[75]).and_then(|d| AI_KINDS.get(usize::from(d)));
        match kind {
            Some(kind) if signature == b"ACOG" && self.0[72..].starts_with(b"AAA") => format!("{name} ({kind})"),
            _ => (*name).to_owned(),
        }
    }

    /// Months since the year 0.
    fn months(&self) -> i64 {
        let digit = |at: usize| base64::digit(self.0[at]).map_or(0, i64::from);
        (2024 + digit(58)) * 12 + digit(59)
    }

    fn checksum_holds(&self) -> bool {
        let stored = &self.0[80..];
        let Some(sum) = checksum(&self.0[..80]) else { return false };
        let older = base64::encode(if stored.len() == 4 { &sum[..3] } else { &sum });
        in_base62(sum).as_bytes().starts_with(stored) || older.as_bytes().starts_with(stored)
    }
}

fn current_month(today: Day) -> i64 {
    let (year, month, _) = today.civil();
    year * 12 + i64::from(month) - 1
}

fn checksum(first80: &[u8]) -> Option<[u8; 4]> {
    let bytes = base64::decode(first80)?;
    Some(marvin32::checksum(marvin32::seed(b"Default0"), &bytes).to_le_bytes())
}

/// Six characters: the bytes as one number in base 62, filled up on the right, the last one made canonical base64.
fn in_base62(sum: [u8; 4]) -> String {
    let zeros = sum.iter().take_while(|&&b| b == 0).count();
    let mut number = u32::from_be_bytes(sum);
    let mut digits = Vec::new();
    while number > 0 {
        digits.push(DIGITS[(number % 62) as usize]);
        number /= 62;
    }
    digits.extend(std::iter::repeat_n(b'0', zeros));
    digits.reverse();
    digits.resize(6, b'0');
    let last = base64::digit(digits[5]).unwrap_or(0);
    digits[5] = base64::symbol(last & 0b11_0000);
    digits.into_iter().map(char::from).collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::check::Outcome;

    fn day(text: &str) -> Day {
        Day::parse(text).expect("a day")
    }

    /// Made up for the catalogue.
    const WORKED: [(&str, &str); 4] = [
        (
            "rL7F2c3mNdZ4lCSaMFWkNM20oLsTXQsHYiE5pahqHcZMmxZtw2ZAJQQJ99CEACAAAAAAAAAAAAASAZDOIwL1",
            "Azure DevOps key, checksum holds",
        ),
        (
            "rnCaUE1WpRvXEQadWd5W9tsaSrOfiKNP7K7ifvqpK9McLD5nxCLxJQQJ99CEACHYHv6XJ3w3AAABACOG3rH0",
            "Azure AI (OpenAI) key, checksum holds",
        ),
        (
            "NYeLPSy3YVkUEW8jde04JKTxoHXGntrDGwer3oUG189uHpa9lzgLJQQJ99CEACYeBjFXJ3w3AAABAZEG1BB8eQ==",
            "Event Grid key, checksum holds",
        ),
        (
            "UZDcoTZFZ9AHZAHAfzTgVtJxsTyiPsydVsApng4drMG2fu6RLubvJQQJ99CEAAAAAAAAAAAAINFRAZML4dYc",
            "Machine Learning key, checksum holds",
        ),
    ];

    #[test]
    fn worked_keys_are_proved_and_dated() {
        for (key, detail) in WORKED {
            let checked = check(key.as_bytes(), day("2026-06-01"));
            assert_eq!((checked.outcome, checked.detail.as_ref()), (Outcome::Proved, detail));
            assert!(checked.parts.contains(&("created", "2026-05".to_owned())), "{detail}");
        }
    }

    #[test]
    fn a_key_from_the_future_is_doubtful() {
        let outcome = |today| check(WORKED[0].0.as_bytes(), day(today)).outcome;
        assert_eq!(outcome("2026-04-30"), Outcome::Proved, "a month of grace for clocks");
        assert_eq!(outcome("2026-03-31"), Outcome::Doubtful);
    }

    #[test]
    fn one_changed_character_loses_the_proof() {
        for (key, detail) in WORKED {
            for place in [0, 30, 65, 82] {
                let mut edited = key.as_bytes().to_vec();
                edited[place] = if edited[place] == b'x' { b'y' } else { b'x' };
                assert_eq!(check(&edited, day("2026-06-01")).outcome, Outcome::Doubtful, "{detail} {place}");
            }
        }
    }

    #[test]
    fn the_older_encoding_of_the_checksum_is_read() {
        let key = &WORKED[0].0[..80];
        let sum = checksum(key.as_bytes()).expect("base62 is base64");
        assert_eq!(sum, [0x10, 0xae, 0x99, 0x1c]);
        let older = format!("{key}{}", base64::encode(&sum[..3]));
        assert_eq!(check(older.as_bytes(), day("2026-06-01")).outcome, Outcome::Proved);
    }

    #[test]
    fn leading_zero_bytes_stay_visible() {
        for (sum, expected) in [([0, 0, 0, 0], "0000"), ([0, 0, 0, 61], "000z"), ([0, 1, 0, 0], "0H32")] {
            assert!(in_base62(sum).starts_with(expected), "{sum:?} {}", in_base62(sum));
        }
    }

    #[test]
    fn a_frame_that_does_not_fit_is_doubtful_and_another_key_is_older() {
        let mut unframed = WORKED[0].0.as_bytes().to_vec();
        unframed[59] = b'Z';
        assert_eq!(check(&unframed, day("2026-06-01")).outcome, Outcome::Doubtful);
        assert_eq!(check(&[b'a'; 43], day("2026-06-01")).outcome, Outcome::Plausible);
    }

    proptest! {
        #[test]
        fn what_was_signed_is_proved(random in "[0-9A-Za-z]{64}", month in 1_u8..=12, long: bool) {
            let draft = Draft { random: &random, signature: "AZDO", provider: "AAAS", year: 1, month, long };
            let key = sign(&draft).expect("fields have their lengths");
            prop_assert_eq!(check(key.as_bytes(), day("2026-06-01")).outcome, Outcome::Proved);
        }

        #[test]
        fn no_input_makes_it_panic(value: Vec<u8>, mut marked in prop::collection::vec(any::<u8>(), 84)) {
            check(&value, day("2026-06-01"));
            marked[52..56].copy_from_slice(MARK);
            check(&marked, day("2026-06-01"));
        }
    }
}
