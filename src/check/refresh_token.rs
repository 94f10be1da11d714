//! Refresh tokens of Microsoft Entra: tenant and application are written in front.
//!
//! `0.A…` or `1.A…`: after the first dot 51 characters decode to a version byte, two
//! more, tenant and client as Windows stores GUIDs, and three more. The same block
//! stands in access tokens as the claim `rh`, where it is no secret.

use super::{Checked, base64, guid, known};
use crate::model::Severity;

/// Proves a token by the two GUIDs inside.
pub fn check(value: &[u8]) -> Checked {
    let Some(block) = value.strip_prefix(b"0.A").or_else(|| value.strip_prefix(b"1.A")) else {
        return older(value);
    };
    if !block.windows(3).any(|w| w == b".Ag") && value.len() < 100 {
        return Checked::refuted("the rh claim of an access token, not a secret");
    }
    // The opaque part is refused when it is shorter than any that was seen.
    if value.len() < 200 {
        return Checked::doubtful("too short for a refresh token");
    }
    let Some((tenant, client)) = ids(value) else {
        return Checked::doubtful("Entra refresh token by its beginning, but no ids inside");
    };
    let name = known::guid_name(client).map_or_else(|| guid::text(client), str::to_owned);
    let family = if known::is_family_client(client) { " of a family of applications" } else { "" };
    let checked = if guid::is_usual(tenant) && guid::is_usual(client) {
        Checked::proved(format!("Entra refresh token{family}, tenant and application inside"))
    } else {
        Checked::doubtful("Entra refresh token by its beginning, but its ids are no GUIDs")
    };
    checked
        .severity(Severity::Critical)
        .part("tenant", guid::text(tenant))
        .part("client", guid::text(client))
        .part("application", name)
}

fn older(value: &[u8]) -> Checked {
    let opened = [b"AQAB".as_slice(), b"OAQAB", b"0.AQ", b"M."].iter().any(|start| value.starts_with(start));
    match (opened, value.len()) {
        (true, 100..) => Checked::plausible("refresh token by its beginning, older form"),
        _ => Checked::refuted("not built like a refresh token"),
    }
}

/// Tenant and client of a block such as `0.AxxA…`; also of the claim `rh`.
pub fn ids(value: &[u8]) -> Option<(u128, u128)> {
    let bytes = base64::decode(value.get(2..53)?)?;
    let tenant = bytes.get(3..19)?.try_into().ok()?;
    let client = bytes.get(19..35)?.try_into().ok()?;
    Some((guid::mixed_endian(tenant), guid::mixed_endian(client)))
}

/// Makes a token for a tenant and a client from 300 or more random bytes.
pub fn sign(tenant: u128, client: u128, random: &[u8]) -> Option<String> {
    let (few, many) = random.split_at_checked(5)?;
    let mut block = vec![1, few[0], few[1]];
    block.extend(guid::mixed_endian(tenant.to_be_bytes()).to_be_bytes());
    block.extend(guid::mixed_endian(client.to_be_bytes()).to_be_bytes());
    block.extend([few[2], few[3], few[4]]);
    (many.len() >= 250).then(|| format!("0.{}.Ag{}", base64::encode_url(&block), base64::encode_url(many)))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::check::Outcome;

    const TENANT: u128 = 0x7b1c_f3a2_93a4_4a5e_8a53_9c1c_7e4d_bb20;
    const CLIENT: u128 = 0x5a20_94b1_0e4b_4ef2_9fd5_c3a8_7e11_04cd;

    fn token(client: u128) -> String {
        let random: Vec<u8> = (0..400_u32).map(|i| (i * i * 31 + 7) as u8).collect();
        sign(TENANT, client, &random).expect("enough bytes")
    }

    #[test]
    fn tenant_and_client_are_read_from_the_token() {
        let token = token(CLIENT);
        let checked = check(token.as_bytes());
        assert_eq!(checked.outcome, Outcome::Proved, "{}", checked.detail);
        assert_eq!(checked.parts[0], ("tenant", "7b1cf3a2-93a4-4a5e-8a53-9c1c7e4dbb20".to_owned()));
        assert_eq!(checked.parts[1], ("client", "5a2094b1-0e4b-4ef2-9fd5-c3a87e1104cd".to_owned()));
    }

    #[test]
    fn a_client_of_the_family_is_named() {
        let checked = check(token(0x04b0_7795_8ddb_461a_bbee_02f9_e1bf_7b46).as_bytes());
        assert!(checked.detail.contains("family"), "{}", checked.detail);
        assert!(checked.parts.contains(&("application", "Azure CLI".to_owned())));
    }

    #[test]
    fn the_rh_claim_alone_is_no_secret() {
        assert_eq!(check(&token(CLIENT).as_bytes()[..54]).outcome, Outcome::Refuted);
        assert_eq!(check(b"0.A").outcome, Outcome::Refuted);
        assert_eq!(check(b"hello").outcome, Outcome::Refuted);
    }

    #[test]
    fn ids_that_are_no_guids_are_doubtful() {
        assert_eq!(check(token(0x1234).as_bytes()).outcome, Outcome::Doubtful);
    }

    proptest! {
        #[test]
        fn no_input_makes_it_panic(value: Vec<u8>, tail: Vec<u8>) {
            check(&value);
            check(&[b"0.A".as_slice(), &tail].concat());
        }
    }
}
