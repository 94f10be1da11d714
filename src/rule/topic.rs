//! Topics: pages about ways to have no secret, beside the pages of rules.
//!
//! One Markdown file each under `rules/topics/`; the build script finds them there.

include!(concat!(env!("OUT_DIR"), "/topics.rs"));

/// A page about one way, one limit or one mistake.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Topic {
    /// File stem: `managed-identity`.
    pub slug: &'static str,
    /// The page, Markdown.
    pub text: &'static str,
}

impl Topic {
    /// The first heading.
    pub fn title(&self) -> &'static str {
        self.text.lines().next().unwrap_or_default().trim_start_matches('#').trim()
    }
}

/// All of them, sorted by slug.
pub fn all() -> impl Iterator<Item = Topic> {
    TOPICS.iter().map(|&(slug, text)| Topic { slug, text })
}

/// The topic of this name.
pub fn find(slug: &str) -> Option<Topic> {
    all().find(|topic| topic.slug == slug)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_topic_has_a_title_and_names_only_pages_that_exist() {
        assert!(all().count() >= 20);
        for topic in all() {
            assert!(topic.text.starts_with("# "), "{}", topic.slug);
            for (_, rest) in
                topic.text.match_indices("keyless explain ").map(|(at, word)| topic.text.split_at(at + word.len()))
            {
                let name: String = rest.chars().take_while(|c| c.is_ascii_alphanumeric() || *c == '-').collect();
                assert!(find(&name).is_some(), "{} sends its reader to {name}", topic.slug);
            }
        }
    }

    #[test]
    fn every_topic_says_how_it_is_seen_and_where_to_read_on() {
        let rules = crate::rule::RuleSet::builtin();
        for topic in all() {
            let (_, seen) =
                topic.text.split_once("## How keyless sees it\n\n").unwrap_or_else(|| panic!("{}", topic.slug));
            let codes: Vec<&str> = seen.split(": ").next().unwrap_or_default().split(", ").collect();
            assert!(codes.len() > 1, "{}", topic.slug);
            for code in codes {
                assert!(rules.find(code).is_some(), "{} names {code}, which is no rule", topic.slug);
            }
            assert!(topic.text.contains("Read on: https://"), "{}", topic.slug);
        }
    }

    /// What a reader of the articles that keyless began with looks for, and the page that has it.
    #[test]
    fn what_articles_recommend_stands_on_the_page_about_it() {
        for (topic, words) in [
            ("token-lifetime", &["about an hour", "not a permanent credential"][..]),
            ("certificate-vs-secret", &["thumbprint", "PFX", "cannot be exported", "self-signed", "several people"]),
            ("msi-history", &["50342", "50432", "preview", "IDENTITY_ENDPOINT"]),
            (
                "managed-identity",
                &["System-assigned", "User-assigned", "az webapp identity assign", "scripted for each machine"],
            ),
            (
                "least-privilege",
                &["Never Owner", "access policies", "`Get` and `List`", "One identity for each application"],
            ),
            ("benefits", &["six figures", "also not for internal", "zero trust"]),
            (
                "vault-fallback",
                &["user-secrets", "App Configuration", "Key Vault task", "90 days", "Event Grid", "never print"],
            ),
            ("encryption", &["TLS 1.2", "AES-256", "masked"]),
            (
                "default-credential",
                &[
                    "AZURE_TOKEN_CREDENTIALS",
                    "exclude_cli_credential",
                    "exclude_azure_cli_credential",
                    "1.14",
                    "AzureCliCredential",
                ],
            ),
            ("scope-format", &["/.default"]),
            ("token-cache", &["1.23", "encrypted", "log line", "One credential object"]),
            ("retry-and-failure-layers", &["exponential back-off", "AADSTS7000215", "403"]),
            ("workload-identity", &["ServiceAccount", "azure.workload.identity/use", "system:serviceaccount"]),
            ("federation", &["azure/login@v3", "id-token: write", "no niche"]),
            ("adal-and-modules", &["MSAL.PS", "pod identity", "ADAL", "CertificateThumbprint"]),
            ("non-interactive", &["Multi-factor", "application permissions", "Automation"]),
            ("client-secret-limits", &["24 months", "Shown once", "no person", "Conditional access"]),
            (
                "workload-conditional-access",
                &["Workload Identities Premium", "named locations", "report-only", "address you did not list"],
            ),
            ("audit", &["Log Analytics", "sign-ins"]),
            ("migration", &["90 days", "revoke the secret", "Before:", "After:"]),
        ] {
            let text = find(topic).unwrap_or_else(|| panic!("{topic}")).text.to_lowercase();
            for word in words {
                assert!(text.contains(&word.to_lowercase()), "{topic}: {word}");
            }
        }
    }
}
