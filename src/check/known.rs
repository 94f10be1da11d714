//! What everybody may know: published GUIDs, keys of emulators, values of documentation.
//!
//! Keys are stored as hashes of their first 16 characters, so that neither this
//! file nor the program holds anything that looks like one.

mod guids;

use sha2::{Digest, Sha256};

use super::{guid, percent};
use guids::GUIDS;

/// First eight bytes of the SHA-256 of the first 16 characters, as a number; sorted.
const CONSTANTS: [(u64, &str); 33] = [
    (0x029a_1885_bef3_db85, "key of FIPS 197 and SP 800-38A"),
    (0x1132_f290_a252_a1a1, "key of Stripe's documentation"),
    (0x2035_6832_6b37_526f, "credentials of RFC 6749"),
    (0x245b_28dc_02f1_1988, "Unity's default passcode"),
    (0x2932_57ab_6495_ebb1, "token of RFC 5849"),
    (0x2e78_1e9b_c8d5_623b, "credentials of RFC 6749"),
    (0x2fc8_7006_5888_77f0, "key of FIPS 197 and SP 800-38A"),
    (0x33e1_2d79_512a_bb48, "key of RFC 8037"),
    (0x3b08_1a11_88a0_9eb0, "secret of RFC 6749"),
    (0x3e20_9d8c_8af4_c4f1, "signature of the storage documentation"),
    (0x4382_7c0f_ff03_900b, "token of RFC 6749"),
    (0x4ada_98dc_2dee_74f0, "key of Stripe's documentation"),
    (0x4b70_726d_77ff_d7cf, "key of RFC 7515"),
    (0x4c20_e6f5_cc11_b937, "token of RFC 5849"),
    (0x6172_bb83_053d_fe42, "key of RFC 7515"),
    (0x630d_a83d_e0d3_71f3, "GitHub's test token"),
    (0x649e_1f5c_769e_718b, "token of RFC 5849"),
    (0x6aa1_4267_d949_44e6, "token of RFC 5849"),
    (0x6acc_08a7_fb95_a536, "key of a local test chain"),
    (0x6d05_f871_8edd_1f76, "key of the storage emulator"),
    (0x8be5_d113_c087_1ce1, "seed of the documentation of one-time passwords"),
    (0x91a8_bba0_3286_54d2, "code of RFC 6749"),
    (0x931a_0298_08b3_be7d, "key of FIPS 197 and SP 800-38A"),
    (0xaa28_6644_c4ee_18b5, "key of the Cosmos DB emulator"),
    (0xb00c_1858_07a8_c602, "key of FIPS 197 and SP 800-38A"),
    (0xb544_8a77_63ad_59ca, "key of RFC 7515"),
    (0xb842_069f_353b_a191, "key of FIPS 197 and SP 800-38A"),
    (0xbb9b_1163_338b_2a51, "token of RFC 5849"),
    (0xcb87_c87e_4a13_8d9a, "token of RFC 5849"),
    (0xd607_8ecc_d5ba_6585, "token of RFC 6749"),
    (0xe382_a92a_75e8_6500, "secret of the managed identity's documentation"),
    (0xf2f1_284c_1c33_6786, "password of an emulator's documentation"),
    (0xfbf6_faa5_a284_8175, "key of FIPS 197 and SP 800-38A"),
];

/// What a published key or signature is known as.
///
/// Its first 16 characters decide, after percent-encoding and JSON escapes are undone:
/// copies are often cut or split.
pub fn constant(value: &[u8]) -> Option<&'static str> {
    const EMULATOR: &[u8] = b"UseDevelopmentStorage=true";
    if value.get(..EMULATOR.len()).is_some_and(|head| head.eq_ignore_ascii_case(EMULATOR)) {
        return Some("the storage emulator");
    }
    if value.len() < 16 {
        return None;
    }
    let head = &value[..value.len().min(64)];
    let head = unescaped(&percent::decode(head));
    let digest = Sha256::digest(head.get(..16)?);
    let (first, _) = digest.split_first_chunk::<8>()?;
    let at = CONSTANTS.binary_search_by_key(&u64::from_be_bytes(*first), |row| row.0).ok()?;
    Some(CONSTANTS[at].1)
}

/// The name of a published GUID: a tenant, an application or a role.
pub fn guid_name(guid: u128) -> Option<&'static str> {
    let at = GUIDS.binary_search_by_key(&guid, |row| row.0).ok()?;
    Some(GUIDS[at].1)
}

/// Is it an application whose refresh tokens work for its whole family?
pub fn is_family_client(guid: u128) -> bool {
    GUIDS.binary_search_by_key(&guid, |row| row.0).is_ok_and(|at| GUIDS[at].2)
}

/// Is it a GUID that is published, or one that was typed (`1111…`)? Such a one completes no triad.
pub fn is_public_guid(text: &[u8]) -> bool {
    guid::parse(text).is_some_and(|id| guid_name(id).is_some() || guid::is_invented(id))
}

/// `\/` and `\u002B` in their plain form.
fn unescaped(text: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(text.len());
    let mut rest = text;
    while let Some((&first, after)) = rest.split_first() {
        rest = after;
        match after {
            [b'/', more @ ..] if first == b'\\' => {
                out.push(b'/');
                rest = more;
            }
            [b'u', b'0', b'0', b'2', b'B' | b'b', more @ ..] if first == b'\\' => {
                out.push(b'+');
                rest = more;
            }
            _ => out.push(first),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The published keys, in pieces so that no scanner takes them from here.
    fn published() -> [(String, &'static str); 4] {
        [
            (["Eby8vdM02x", "NOcqFlqUwJPLlmEtlCDXJ1OUzFT50u"].concat(), "key of the storage emulator"),
            (["C2y6yDjf5/", "R+ob0N8A7Cgv30VRDJIWEHLM+4QDU5DE"].concat(), "key of the Cosmos DB emulator"),
            (["Z/RHIX5Xcg", "0Mq2rqI3OlWTjEg2tYkboXr1P9ZUXDtkk="].concat(), "signature of the storage documentation"),
            (["AyM1SysPpb", "yDfgZld3umj1qzKObwVMkoqQ-EstJQ"].concat(), "key of RFC 7515"),
        ]
    }

    #[test]
    fn published_keys_are_known_in_every_encoding() {
        for (key, name) in published() {
            for form in [
                key.clone(),
                percent::encode(key.as_bytes()),
                key.replace('/', "\\/"),
                key.replace('+', "\\u002B"),
                key[..16].to_owned(),
            ] {
                assert_eq!(constant(form.as_bytes()), Some(name), "{form}");
            }
        }
    }

    #[test]
    fn other_values_are_not() {
        for value in ["", "E", "Eby8vdM02xNOcqF", "Eby8vdM02xNOcqGl0123456789", "Zm9vYmFyZm9vYmFyZm9v"] {
            assert_eq!(constant(value.as_bytes()), None, "{value}");
        }
    }

    #[test]
    fn the_tables_are_sorted_and_found_in() {
        assert!(CONSTANTS.is_sorted_by_key(|row| row.0));
        assert!(GUIDS.is_sorted_by(|a, b| a.0 < b.0));
        for (text, public) in [
            ("04b07795-8ddb-461a-bbee-02f9e1bf7b46", true),
            ("{72F988BF-86F1-41AF-91AB-2D7CD011DB47}", true),
            ("00000000-0000-0000-0000-000000000000", true),
            ("b24988ac-6180-42a0-ab88-20f7382dd24c", true),
            ("11111111-1111-1111-1111-111111111111", true),
            ("7b1cf3a2-93a4-4a5e-8a53-9c1c7e4dbb20", false),
            ("not a guid", false),
        ] {
            assert_eq!(is_public_guid(text.as_bytes()), public, "{text}");
        }
        assert!(is_family_client(0x1950a258_227b_4e31_a9cf_717495945fc2));
        assert!(!is_family_client(0x14d82eec_204b_4c2f_b7e8_296a70dab67e));
    }
}
