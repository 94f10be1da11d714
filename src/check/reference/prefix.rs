//! Beginnings that tell a reference: of vaults, lookups, encrypted values, expressions.

/// Links to vaults, encrypted values, look-ups of the environment; any of them may stand in quotes.
pub(super) fn by_prefix(value: &[u8]) -> Option<&'static str> {
    let first = value[0].to_ascii_lowercase();
    let at = PREFIXES.partition_point(|(prefix, _)| prefix[0] < first);
    let alike = PREFIXES[at..].iter().take_while(|(prefix, _)| prefix[0] == first);
    let found = alike.filter(|(prefix, _)| starts_ignoring_case(value, prefix)).map(|row| row.1).next();
    found.or_else(|| {
        let vault = |word: &[u8]| value.windows(word.len()).any(|w| w == word);
        // Sealed secrets of Kubernetes: RSA and AES, hundreds of characters.
        if value.len() > 300 && (value.starts_with(b"AgA") || value.starts_with(b"AgB")) {
            return Some(ENCRYPTED);
        }
        let link = value.starts_with(b"https://") && vault(b".vault.azure.net/")
            || value.starts_with(b"projects/") && vault(b"/secrets/");
        (link && !value.contains(&b' ')).then_some("vault reference")
    })
}

const VAULT: &str = "vault reference";

const LOOKUP: &str = "variable";

pub(super) const ENCRYPTED: &str = "encrypted value";

const EXPRESSION: &str = "deployment expression";

/// Sorted by their first byte, small letters.
pub(super) const PREFIXES: [(&[u8], &str); 85] = [
    (b"aes:", ENCRYPTED),
    (b"aes256:", ENCRYPTED),
    (b"akvs://", VAULT),
    (b"akvs:", VAULT),
    (b"arn:aws:secretsmanager:", VAULT),
    (b"arn:aws:ssm:", VAULT),
    (b"aqaaancmnd8b", ENCRYPTED),
    // Session keys of IIS and others: encrypted to a key of the machine (SIMPLEBLOB of 3DES and AES).
    (b"aqiaaa5maaaapaaa", ENCRYPTED),
    (b"aqiaabbmaaaapaaa", ENCRYPTED),
    (b"az.getsecret(", EXPRESSION),
    (b"bws://", VAULT),
    (b"builtins.getenv", LOOKUP),
    (b"bun.env.", LOOKUP),
    (b"cfdj8", ENCRYPTED),
    (b"config.get(", LOOKUP),
    (b"config.require", LOOKUP),
    (b"configuration[", LOOKUP),
    (b"configurationmanager.", LOOKUP),
    (b"credentials('", VAULT),
    (b"credentials(\"", VAULT),
    (b"doppler://", VAULT),
    (b"deno.env.", LOOKUP),
    (b"dotenv_values(", LOOKUP),
    (b"enc[", ENCRYPTED),
    (b"enc:", ENCRYPTED),
    (b"encrypted:", ENCRYPTED),
    (b"enc(", ENCRYPTED),
    (b"env[", LOOKUP),
    (b"env.fetch", LOOKUP),
    (b"env(", LOOKUP),
    (b"env:", LOOKUP),
    (b"env://", LOOKUP),
    (b"environ[", LOOKUP),
    (b"environment.getenvironmentvariable", LOOKUP),
    (b"fn.getatt", EXPRESSION),
    (b"fn::", EXPRESSION),
    (b"gcpsm://", VAULT),
    (b"gen-password", EXPRESSION),
    (b"gen-unique", EXPRESSION),
    (b"get-azuredeploy", EXPRESSION),
    (b"get-prereq", EXPRESSION),
    (b"getenv(", LOOKUP),
    (b"gpg:", ENCRYPTED),
    (b"infisical://", VAULT),
    (b"import.meta.env", LOOKUP),
    (b"jsondecode(", LOOKUP),
    (b"keyring:", VAULT),
    (b"keyvaultref:", VAULT),
    (b"keyvault://", VAULT),
    (b"kv://", VAULT),
    (b"kv.getsecret(", EXPRESSION),
    (b"listkeys(", EXPRESSION),
    (b"newguid()", EXPRESSION),
    (b"op://", VAULT),
    (b"os.environ", LOOKUP),
    (b"os.getenv", LOOKUP),
    (b"option_env!", LOOKUP),
    (b"process.env", LOOKUP),
    (b"processinfo.processinfo", LOOKUP),
    (b"pass://", VAULT),
    // `openssl … -passin pass:$PASSWORD`
    (b"pass:$", LOOKUP),
    (b"privatesettingsref:", LOOKUP),
    (b"rails.application.", LOOKUP),
    (b"readenvironmentvariable(", LOOKUP),
    (b"read-host", LOOKUP),
    (b"ref+", VAULT),
    (b"secret://", VAULT),
    (b"secretref:", VAULT),
    // Pulumi, and others after it.
    (b"secure:v1:", ENCRYPTED),
    (b"secure: v1:", ENCRYPTED),
    (b"secretvalue.", VAULT),
    (b"sops:", ENCRYPTED),
    (b"ssm:", VAULT),
    (b"st.secrets", LOOKUP),
    (b"std::env::", LOOKUP),
    (b"string.fromenvironment", LOOKUP),
    (b"sys.env", LOOKUP),
    (b"sys.getenv", LOOKUP),
    (b"system.get_env", LOOKUP),
    (b"system.getenv", LOOKUP),
    (b"system.getproperty", LOOKUP),
    (b"uniquestring(", EXPRESSION),
    (b"vault://", VAULT),
    (b"vault:", VAULT),
    (b"viper.get", LOOKUP),
];

pub(super) fn starts_ignoring_case(value: &[u8], prefix: &[u8]) -> bool {
    value.get(..prefix.len()).is_some_and(|head| head.eq_ignore_ascii_case(prefix))
}
