//! Which example shows what is right: the keyless way in that language, rather than a look-alike that is just not
//! reported.
//!
//! A rule may say it (`right = true`); else words tell that only keyless code has. Where a rule has none in a
//! language, a lint about the same resource may: a secret is made worthless as the lint's is.

use super::spec::{ExampleSpec, RuleFile};
use super::{Rule, RuleSet};

/// What only code and settings without a secret say, in small letters.
const SIGNS: [&str; 37] = [
    "managedidentity",
    "managed_identity",
    "defaultazurecredential",
    "default_azure_credential",
    "workloadidentity",
    "systemassigned",
    "userassigned",
    "active directory default",
    "active directory managed",
    "activedirectorydefault",
    "activedirectorymanagedidentity",
    "activedirectorymsi",
    "azure-active-directory-",
    "authenticationplugin",
    "id-token: write",
    "use_oidc",
    "use_msi",
    "microsoft.keyvault(",
    "keyvaultref",
    "keyvaulturl",
    "key_vault_secret_id",
    "getsecret(",
    "disablelocalauth",
    "allowsharedkeyaccess",
    "local_authentication_enabled = false",
    "shared_access_key_enabled",
    "--identity",
    " -identity",
    "federated",
    "fullyqualifiednamespace",
    "__accountname",
    "__serviceuri",
    "credential_provider",
    "credentialsprovider",
    "clientassertion",
    "ossrdbms-aad",
    "azure.workload.identity",
];

/// The same in the name of an example.
const NAMES: [&str; 5] = ["identity", "entra", "federat", "oidc", "keyless"];

/// The route that says nothing of the resource.
const ANY: &str = "V:generic";

/// How well an example that is not reported shows the way; 0: it only looks alike.
pub(super) fn rank(example: &ExampleSpec) -> u8 {
    let says = |words: &[&str], text: &str| {
        let text = text.to_ascii_lowercase();
        words.iter().any(|word| text.contains(word))
    };
    match () {
        () if example.right => 3,
        () if says(&SIGNS, &example.text) => 2,
        () if says(&NAMES, &example.name) => 1,
        () => 0,
    }
}

/// An example as pages show it.
pub(super) fn is_plain(example: &&ExampleSpec) -> bool {
    example.encoding.is_none()
}

/// What a fix makes of an example.
pub(super) fn fixed(example: &ExampleSpec) -> Option<&str> {
    example.fixed.as_deref().filter(|fixed| *fixed != example.text)
}

/// The best of those that are not reported, in one language or in any.
pub(super) fn best(file: &RuleFile, wanted: impl Fn(&str) -> bool) -> Option<&ExampleSpec> {
    let quiet = file.example.iter().filter(is_plain).filter(|one| one.finds.is_empty() && wanted(&one.file));
    // The first of the best, as its author ordered them.
    quiet.min_by_key(|one| u8::MAX - rank(one))
}

/// The file and the text of what is right in a rule: the result of a fix, or what leads there.
pub(super) fn of(file: &RuleFile, wanted: impl Fn(&str) -> bool) -> Option<(String, String)> {
    let result = file.example.iter().filter(is_plain).filter(|one| wanted(&one.file));
    let result = result.filter_map(|one| Some((one.file.clone(), fixed(one)?.to_owned()))).next();
    let quiet = || best(file, &wanted).filter(|one| rank(one) > 0).map(|one| (one.file.clone(), one.text.clone()));
    result.or_else(quiet)
}

/// The same of another rule that is about what this one is about, and its code.
pub(super) fn of_kin(rule: &Rule, all: &RuleSet, wanted: impl Fn(&str) -> bool) -> Option<(String, String, String)> {
    let (own, remedy) = (rule.spec(), &rule.spec().remedy);
    if *remedy.revoke == *ANY || remedy.revoke.is_empty() {
        return None;
    }
    let others = all.iter().map(|(_, other)| other).filter(|other| {
        let spec = other.spec();
        spec.code.starts_with("KL") && spec.code != own.code && spec.remedy.revoke == remedy.revoke
    });
    // What is found in settings and code, before the switches of the resource itself.
    let (switches, others): (Vec<&Rule>, Vec<&Rule>) =
        others.partition(|other| !other.spec().matchers.switch.is_empty());
    let shown =
        |other: &Rule| of(&other.file(), &wanted).map(|(file, text)| (other.spec().code.to_string(), file, text));
    others.into_iter().chain(switches).find_map(shown)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn example(name: &str, text: &str, right: bool) -> ExampleSpec {
        ExampleSpec {
            name: name.to_owned(),
            file: "a.cs".to_owned(),
            text: text.to_owned(),
            encoding: None,
            finds: Vec::new(),
            confidence: None,
            severity: None,
            fixed: None,
            parts: std::collections::BTreeMap::new(),
            right,
        }
    }

    #[test]
    fn the_keyless_way_comes_before_what_only_looks_alike() {
        for (name, text, right, expected) in [
            ("own machine", "Server=localhost;Password=x", false, 0),
            ("with an identity", "Connect(options)", false, 1),
            ("another", "new ManagedIdentityCredential()", false, 2),
            ("another", "Connect(options)", true, 3),
        ] {
            assert_eq!(rank(&example(name, text, right)), expected, "{name}: {text}");
        }
    }

    #[test]
    fn a_secret_shows_what_is_right_by_the_lint_about_the_same_resource() {
        let all = RuleSet::builtin();
        let rule = all.find("KS050").expect("it is built in");
        let (code, file, text) = of_kin(rule, &all, |file| file.ends_with(".json")).expect("KL201 shows it");
        assert_eq!((code.as_str(), file.as_str()), ("KL201", "appsettings.json"));
        assert!(text.contains("Active Directory"), "{text}");
        assert!(of_kin(rule, &all, |file| file.ends_with(".none")).is_none());
    }
}
