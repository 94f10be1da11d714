//! Identifiable secrets, first version: four fixed characters and a Marvin32 checksum in base64.
//!
//! A key of N random bytes carries at its end the signature of its service and a
//! checksum of everything before. Which seed validates tells the role of the key,
//! so the severity is known without asking anybody.

use super::{Checked, base64, marvin32, percent};
use crate::model::Severity;

/// A signature with the seeds its service uses.
struct Signature {
    text: &'static [u8; 4],
    service: &'static str,
    /// Bytes of the decoded key; 0 where it is not known.
    bytes: usize,
    seeds: &'static [Role],
}

/// A seed, and what a key made with it may do.
struct Role(&'static [u8; 8], &'static str, Severity);

const BUS: &[Role] = &[
    Role(b"Manage00", "manage", Severity::Critical),
    Role(b"Send0000", "send", Severity::High),
    Role(b"Listen00", "listen", Severity::High),
    Role(b"System00", "system", Severity::Critical),
    Role(b"Unknown0", "unknown", Severity::High),
];

const SIGNATURES: [Signature; 15] = [
    Signature {
        text: b"+ASt",
        service: "Storage",
        bytes: 64,
        seeds: &[Role(b"Default0", "full access", Severity::Critical)],
    },
    Signature { text: b"+ASb", service: "Service Bus", bytes: 32, seeds: BUS },
    Signature { text: b"+AEh", service: "Event Hubs", bytes: 32, seeds: BUS },
    Signature { text: b"+ARm", service: "Relay", bytes: 32, seeds: BUS },
    Signature {
        text: b"AIoT",
        service: "IoT",
        bytes: 32,
        seeds: &[
            Role(b"IoTHub00", "hub", Severity::Critical),
            Role(b"DpsKey00", "provisioning", Severity::Critical),
            Role(b"Device00", "device", Severity::Medium),
        ],
    },
    Signature {
        text: b"AzCa",
        service: "Redis",
        bytes: 32,
        seeds: &[Role(b"Access00", "full access", Severity::High)],
    },
    Signature {
        text: b"AZEG",
        service: "Event Grid",
        bytes: 32,
        seeds: &[
            Role(b"SendRecv", "send and receive", Severity::Medium),
            Role(b"Default0", "publish", Severity::Medium),
        ],
    },
    Signature {
        text: b"+ACR",
        service: "Container Registry",
        bytes: 39,
        seeds: &[Role(b"ACRDflt0", "push and pull", Severity::Critical)],
    },
    Signature {
        text: b"AzSe",
        service: "Search",
        bytes: 39,
        seeds: &[Role(b"PAdmin00", "admin", Severity::Critical), Role(b"Query000", "query", Severity::Medium)],
    },
    Signature {
        text: b"AzFu",
        service: "Functions",
        bytes: 40,
        seeds: &[
            Role(b"Functi00", "function", Severity::High),
            Role(b"Master00", "master", Severity::Critical),
            Role(b"System00", "system", Severity::High),
        ],
    },
    Signature {
        text: b"ACDb",
        service: "Cosmos DB",
        bytes: 64,
        seeds: &[
            Role(b"MastRW00", "read and write", Severity::Critical),
            Role(b"MastRO00", "read only", Severity::High),
            Role(b"SystRW00", "system, read and write", Severity::Critical),
            Role(b"SystRO00", "system, read only", Severity::High),
            Role(b"SysAll00", "system", Severity::Critical),
            Role(b"Resour00", "resource", Severity::High),
            Role(b"Encryp00", "encryption", Severity::Critical),
        ],
    },
    Signature {
        text: b"APIM",
        service: "API Management",
        bytes: 64,
        seeds: &[
            Role(b"IoTHub00", "subscription", Severity::High),
            Role(b"Tenant00", "management", Severity::Critical),
            Role(b"Gatewy00", "gateway", Severity::Critical),
            Role(b"GitKey00", "repository", Severity::High),
        ],
    },
    Signature {
        text: b"+ABa",
        service: "Batch",
        bytes: 64,
        seeds: &[Role(b"AbAcct00", "account", Severity::Critical)],
    },
    Signature {
        text: b"+AMC",
        service: "Machine Learning classic",
        bytes: 64,
        seeds: &[Role(b"Classic0", "web service", Severity::Medium)],
    },
    Signature { text: b"+SQL", service: "SQL", bytes: 0, seeds: &[Role(b"UsrPwd00", "user", Severity::Critical)] },
];

/// Proves a key by its checksum; names the service and the role.
///
/// Percent-encoded, URL-alphabet and unpadded forms are read. No signature: an older
/// key, plausible. A signature without its checksum is an edited copy, doubtful, but
/// for Container Registry, where genuine keys were seen to fail.
pub fn check(value: &[u8]) -> Checked {
    let text: Vec<u8> = base64::unpadded(&percent::decode(value)).iter().map(|&b| standard(b)).collect();
    let Some((signature, at)) = find(&text) else {
        return match base64::decode(&text) {
            Some(_) => Checked::plausible("older form, no checksum"),
            None => Checked::doubtful("not base64"),
        };
    };
    let service = signature.service;
    if let Some(role) = proved_role(signature, &text, at) {
        return Checked::proved(format!("{service} key, {} role, checksum holds", role.1))
            .severity(role.2)
            .part("service", service)
            .part("role", role.1);
    }
    if signature.text == b"+ACR" && gap_is_empty(&text, at) {
        return Checked::plausible("Container Registry key by its signature, checksum does not hold")
            .part("service", service);
    }
    Checked::doubtful(format!("{service} key by its signature, but the checksum fails: edited or invented"))
        .part("service", service)
}

/// Has the key this role? What has a signature and no proof, or another role, has not; what has none may.
pub fn has_role(value: &[u8], role: &str) -> Checked {
    let text: Vec<u8> = base64::unpadded(&percent::decode(value)).iter().map(|&b| standard(b)).collect();
    let Some((signature, at)) = find(&text) else { return Checked::plausible("older form, of no known role") };
    match proved_role(signature, &text, at) {
        Some(found) if found.1 == role => Checked::plausible(format!("a key of the {role} role")),
        _ => Checked::refuted("a key of another role"),
    }
}

/// Makes a key of `signature` that validates under `seed`, from at least as many random bytes as the key has.
///
/// `None` for an unknown signature, a seed that is not its own, or too few bytes.
pub fn sign(signature: &str, seed: &str, random: &[u8]) -> Option<String> {
    let signature = SIGNATURES.iter().find(|s| s.text.as_slice() == signature.as_bytes())?;
    let role = signature.seeds.iter().find(|r| r.0.as_slice() == seed.as_bytes())?;
    let count = if signature.bytes == 0 { 32 } else { signature.bytes };
    let mut text = base64::encode(random.get(..count)?).into_bytes();
    let at = base64::unpadded(&text).len() - 10;
    text[at..at + 4].copy_from_slice(signature.text);
    let kept = 0b11_1111 >> gap_bits(base64::unpadded(&text).len());
    text[at + 4] = base64::symbol(base64::digit(text[at + 4])? & kept);
    let mut bytes = base64::decode(&text)?;
    let checksum = marvin32::checksum(marvin32::seed(role.0), &bytes[..count - 4]);
    bytes[count - 4..].copy_from_slice(&checksum.to_le_bytes());
    let key = base64::encode(&bytes);
    Some(if signature.text == b"AzFu" { key.replace('+', "-").replace('/', "_") } else { key })
}

fn standard(byte: u8) -> u8 {
    match byte {
        b'-' => b'+',
        b'_' => b'/',
        other => other,
    }
}

fn find(text: &[u8]) -> Option<(&'static Signature, usize)> {
    let at = text.len().checked_sub(10)?;
    let found = SIGNATURES.iter().find(|s| text[at..].starts_with(s.text))?;
    // 42 bytes: derived from a parent key, with `deri` before the signature.
    let expected = match base64_bytes(text.len()) {
        42 => at >= 4 && &text[at - 4..at] == b"deri",
        32 | 39 | 40 | 64 => found.bytes == 0 || found.bytes == base64_bytes(text.len()),
        _ => false,
    };
    expected.then_some((found, at))
}

fn base64_bytes(digits: usize) -> usize {
    digits * 6 / 8
}

/// Zero bits between the signature and the checksum.
fn gap_bits(digits: usize) -> usize {
    (base64_bytes(digits).saturating_sub(7) * 8) % 6
}

fn gap_is_empty(text: &[u8], at: usize) -> bool {
    let shift = 6 - gap_bits(text.len());
    base64::digit(text[at + 4]).is_some_and(|d| u32::from(d) >> shift == 0)
}

fn proved_role(signature: &Signature, text: &[u8], at: usize) -> Option<&'static Role> {
    if !gap_is_empty(text, at) {
        return None;
    }
    let direct = validates(signature, text);
    if direct.is_none() && signature.text == b"AzCa" { restored(signature, text, at) } else { direct }
}

fn validates(signature: &Signature, text: &[u8]) -> Option<&'static Role> {
    let bytes = base64::decode(text)?;
    let (body, stored) = bytes.split_last_chunk::<4>()?;
    let stored = u32::from_le_bytes(*stored);
    signature.seeds.iter().find(|role| marvin32::checksum(marvin32::seed(role.0), body) == stored)
}

/// The cache service may write `P` for `+` and `F` for `/` after it computed the checksum: tries every way back.
fn restored(signature: &Signature, text: &[u8], at: usize) -> Option<&'static Role> {
    if text.iter().any(|b| matches!(b, b'+' | b'/')) {
        return None;
    }
    let places: Vec<usize> =
        (0..text.len()).filter(|i| !(at..at + 5).contains(i) && matches!(text[*i], b'P' | b'F')).collect();
    // 4,096 hashes of 28 bytes take under a millisecond; more places than 12 are one key in 10^9.
    if places.len() > 12 {
        return None;
    }
    let mut trial = text.to_vec();
    (1_u32..1 << places.len()).find_map(|subset| {
        for (bit, &place) in places.iter().enumerate() {
            let changed = if text[place] == b'P' { b'+' } else { b'/' };
            trial[place] = if subset >> bit & 1 == 1 { changed } else { text[place] };
        }
        validates(signature, &trial)
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::check::Outcome;

    /// Made up for the catalogue, with the checksum beside it as a 32-bit number.
    const WORKED: [(&str, u32, &str, Severity); 9] = [
        (
            "pTBBianphiFM2QzVPhrUZWLZQ6rgBgJAm1g+/4tC2bMEle1w9cWti0gqOI0ga+TiB9KjJRlo759P+AStIi+g0w==",
            0xd3a0_2f22,
            "Storage key, full access role, checksum holds",
            Severity::Critical,
        ),
        (
            "b73y/jf+6Twz0RbAmO6nQfoNl0M9uoCRd+ASbGg1Z5I=",
            0x9267_3568,
            "Service Bus key, manage role, checksum holds",
            Severity::Critical,
        ),
        (
            "FLGUspXmlIiNJMkxk2GU76C/w5ouDFVcXAIoTMeH6vs=",
            0xfbea_87c7,
            "IoT key, hub role, checksum holds",
            Severity::Critical,
        ),
        (
            "n8ikMtOfxgXuPShsTtOcTHQUBIjs4s5Ijvr9Dd37Ke+ACRDQlkTF",
            0xc544_96d0,
            "Container Registry key, push and pull role, checksum holds",
            Severity::Critical,
        ),
        (
            "eYFDbNWf16E6OT73Stsk5EldHNf5IjOjtYGrDkGG0yAzSeD7yExh",
            0x614c_c8fb,
            "Search key, admin role, checksum holds",
            Severity::Critical,
        ),
        (
            "IZXpUET7xK15rLo-PtvuQLUIiWy_EtFmCpllJPUq-crUAzFurIZKsw==",
            0xb34a_86ac,
            "Functions key, function role, checksum holds",
            Severity::High,
        ),
        (
            "Ix39A9Ty475nzIjzr2sFd69Ndie3QOkeq31srPNivA0ht91T+AsLxqw6zVgB2ftg5RRa8wKj2lpAACDbn7jMOg==",
            0x3acc_b89f,
            "Cosmos DB key, read and write role, checksum holds",
            Severity::Critical,
        ),
        (
            "p70OI2Q/r8FBvYuv1En/QrpRvyq27ER6lOgZJC+35JA9zlHXNp9EcpsIsgv+vZ4RnNtzN1OhN5J/APIMbC30qA==",
            0xa8f4_2d6c,
            "API Management key, subscription role, checksum holds",
            Severity::High,
        ),
        (
            "kRsx/1YHG6M49pDQvmH9SURshc+DcJedsAzCaM+7XRA=",
            0x105d_bbcf,
            "Redis key, full access role, checksum holds",
            Severity::High,
        ),
    ];

    #[test]
    fn worked_keys_are_proved_with_service_and_role() {
        for (key, stored, detail, severity) in WORKED {
            let bytes = base64::decode(key.as_bytes()).expect("base64");
            assert_eq!(u32::from_le_bytes(*bytes.last_chunk().expect("long")), stored, "{detail}");
            let checked = check(key.as_bytes());
            assert_eq!((checked.outcome, checked.detail.as_ref()), (Outcome::Proved, detail));
            assert_eq!(checked.severity, Some(severity), "{detail}");
        }
    }

    #[test]
    fn encoded_and_unpadded_forms_are_the_same_key() {
        for (key, ..) in WORKED {
            let unpadded = key.trim_end_matches('=');
            assert_eq!(check(unpadded.as_bytes()).outcome, Outcome::Proved, "{key}");
            assert_eq!(check(percent::encode(key.as_bytes()).as_bytes()).outcome, Outcome::Proved, "{key}");
        }
    }

    #[test]
    fn one_changed_character_loses_the_proof() {
        for (key, _, detail, _) in WORKED {
            let mut edited = key.as_bytes().to_vec();
            edited[5] = if edited[5] == b'A' { b'B' } else { b'A' };
            let expected = if detail.contains("Registry") { Outcome::Plausible } else { Outcome::Doubtful };
            assert_eq!(check(&edited).outcome, expected, "{detail}");
        }
    }

    #[test]
    fn a_registry_key_without_room_for_the_checksum_is_doubtful() {
        let key = "n8ikMtOfxgXuPShsTtOcTHQUBIjs4s5Ijvr9Dd37Ke+ACRzQlkTF";
        assert_eq!(check(key.as_bytes()).outcome, Outcome::Doubtful);
    }

    #[test]
    fn a_cache_key_is_proved_after_the_service_replaced_its_symbols() {
        let replaced = (0_u8..255).map(|first| {
            let random: Vec<u8> = (0..64_u8).map(|i| i.wrapping_mul(first).wrapping_add(first ^ 0x5a)).collect();
            sign("AzCa", "Access00", &random).expect("known signature").replace('+', "P").replace('/', "F")
        });
        let proved = replaced.filter(|key| check(key.as_bytes()).outcome == Outcome::Proved).count();
        assert!(proved > 240, "{proved} of 255");
    }

    #[test]
    fn every_signature_and_seed_signs_what_check_proves() {
        let random: Vec<u8> = (0..64_u32).map(|i| (i * i * 37 + 11) as u8).collect();
        for signature in &SIGNATURES {
            for role in signature.seeds {
                let text = str::from_utf8(signature.text).expect("ASCII");
                let key = sign(text, str::from_utf8(role.0).expect("ASCII"), &random).expect("known");
                let checked = check(key.as_bytes());
                assert_eq!(checked.outcome, Outcome::Proved, "{text} {}", role.1);
                assert!(checked.parts.contains(&("role", role.1.to_owned())), "{text} {}", role.1);
            }
        }
    }

    #[test]
    fn a_key_without_signature_is_an_older_one() {
        assert_eq!(check(base64::encode(&[7; 64]).as_bytes()).outcome, Outcome::Plausible);
        assert_eq!(check(b"not base64 at all").outcome, Outcome::Doubtful);
        let query = sign("AzSe", "Query000", &[7; 64]).expect("known");
        for (key, role, has) in [(&*query, "query", true), (&*query, "admin", false), ("b2xkZXIga2V5", "query", true)] {
            assert_eq!(has_role(key.as_bytes(), role).outcome == Outcome::Plausible, has, "{key} {role}");
        }
    }

    proptest! {
        #[test]
        fn no_input_makes_it_panic(value: Vec<u8>) {
            check(&value);
        }
    }
}
