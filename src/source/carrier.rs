//! Names of files that carry credentials and that people tell git to ignore.
//!
//! A name is all that is looked at. In the audit profile such files are read even
//! if an ignore file leaves them out: they are what a lost laptop gives away.

/// Is this the name of a file that commonly holds credentials?
pub(super) fn is_carrier(name: &[u8]) -> bool {
    let name = name.to_ascii_lowercase();
    WHOLE.contains(&name.as_slice())
        || STARTS.iter().any(|start| name.starts_with(start))
        || ENDS.iter().any(|end| name.len() > end.len() && name.ends_with(end))
        || (name.starts_with(b"appsettings.") && name.ends_with(b".local.json"))
}

/// Does a directory of this name hold so much that is nobody's own work that it is not
/// searched for carriers?
pub(super) fn is_bulk(name: &[u8]) -> bool {
    BULK.contains(&name)
}

const WHOLE: [&[u8]; 9] = [
    b"local.settings.json",
    b"secrets.json",
    b"appsettings.local.json",
    // Azure CLI and MSAL, in `.azure`, whatever that directory is called in a backup
    b"accesstokens.json",
    b"azureprofile.json",
    b"service_principal_entries.json",
    b"service_principal_entries.bin",
    b"tokencache.dat",
    // the backend's access key stands here, below `.terraform`
    b"terraform.tfstate",
];

const STARTS: [&[u8]; 2] = [b".env", b"msal_token_cache."];

const ENDS: [&[u8]; 6] = [b".pfx", b".publishsettings", b".tfvars", b".tfstate", b".tfstate.backup", b".kubeconfig"];

const BULK: [&[u8]; 15] = [
    b".git",
    b".hg",
    b".svn",
    b"node_modules",
    b"bower_components",
    b"jspm_packages",
    b"target",
    b"site-packages",
    b"dist-packages",
    b"__pycache__",
    b".venv",
    b"venv",
    b".tox",
    b".gradle",
    b".cache",
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn carriers_are_known_by_name_alone() {
        for (name, carrier) in [
            (".env", true),
            (".env.production", true),
            (".envrc", true),
            ("env", false),
            ("local.settings.json", true),
            ("Local.Settings.json", true),
            ("settings.json", false),
            ("contoso.pfx", true),
            (".pfx", false),
            ("contoso.PublishSettings", true),
            ("prod.tfvars", true),
            ("terraform.tfstate.backup", true),
            ("accessTokens.json", true),
            ("msal_token_cache.bin", true),
            ("TokenCache.dat", true),
            ("dev.kubeconfig", true),
            ("appsettings.Local.json", true),
            ("appsettings.Dave.local.json", true),
            ("appsettings.Development.json", false),
            ("secrets.json", true),
        ] {
            assert_eq!(is_carrier(name.as_bytes()), carrier, "{name}");
        }
    }
}
