//! Offline proof or refutation of a value: `checks`.

use serde::{Deserialize, Serialize};

use super::Text;

/// Offline proof or refutation of a value. Each is one file under `src/check/`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum CheckSpec {
    /// Base64 of exactly so many bytes, padding allowed to miss.
    Base64Bytes(u32),
    /// The base64 does not stand behind `sha256-`, `sha512-`, `integrity` or in a lock entry.
    NotDigest,
    /// Marvin32 checksum under one of the seeds of the 4-character signature in the value.
    HisV1,
    /// The signature of such a key, and a role that the checksum proves: none but this one. What has no signature passes.
    KeyRole(Text),
    /// Common annotated security key (84 or 88 characters with `JQQJ`).
    Cask,
    /// Entra client secret with a marker: checksum of the `8Q~` generation.
    EntraSecret,
    /// Entra client secret without a marker: alphabet, symbols, not a date, not a GUID, random.
    EntraSecretLegacy,
    /// 52 characters base32 with the CRC of Azure DevOps.
    DevopsPat,
    /// JSON Web Token: structure, algorithm, expiry, issuer.
    Jwt,
    /// A token whose claims or issuer are Entra's.
    JwtEntra,
    /// Entra refresh token: tenant and client inside.
    EntraRefreshToken,
    /// Storage shared access signature in a query: fields, permissions, expiry.
    StorageSas,
    /// `sr=…&sig=…&se=…&skn=…` of Service Bus, Event Hubs, IoT Hub.
    ServiceSas,
    /// PEM body: complete, elided, encrypted, too short.
    PrivateKey,
    /// PKCS#12 container in base64.
    Pfx,
    /// Looks made by a machine: by alphabet, length, words and entropy.
    Random,
    /// As `random`, but a weak value only loses confidence.
    Graded,
    /// A password: any literal, weak and well-known ones lose confidence.
    Password,
    /// What Azure SQL and virtual machines accept: eight characters of three classes; others lose confidence.
    AzurePassword,
    /// Not a GUID.
    NotGuid,
    /// Letters of both cases and a digit.
    MixedCase,
    /// Base64 that decodes to `user:password`.
    BasicAuth,
    /// By the scheme before it: as `basic-auth`, as `graded` or a JSON Web Token, as `password`.
    Authorization,
    /// CRC32 in the way of the named provider: `github`, `gitlab`, `grafana`, `atlassian`,
    /// `cloudflare`, `confluent`, `zuplo`.
    Crc(Text),
    /// An AWS access key id: account number inside.
    AwsKeyId,
    /// Bech32, human part given.
    Bech32(Text),
    /// Base64 whose decoded bytes begin so.
    Base64Begins(Text),
    /// BIP39 words with their checksum.
    Mnemonic,
    /// The seed of a NATS key: base32 with a checksum.
    Nkey,
}
