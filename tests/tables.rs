//! The rows that rules name are there, ids are well formed, and every row is used.

use std::collections::BTreeSet;
use std::path::Path;

use keyless::remedy::Tables;
use keyless::rule::RuleSet;

#[test]
fn every_row_that_a_rule_names_is_there() {
    let tables = Tables::builtin();
    let mut missing = BTreeSet::new();
    for (_, rule) in RuleSet::builtin().iter() {
        let wanted = &rule.spec().remedy;
        if tables.route(&wanted.route).is_none() {
            missing.insert(format!("{}: route {}", rule.spec().slug, wanted.route));
        }
        if tables.revoke(&wanted.revoke).is_none() {
            missing.insert(format!("{}: revoke {}", rule.spec().slug, wanted.revoke));
        }
        for role in wanted.grant.iter().filter(|role| tables.role(role).is_none()) {
            missing.insert(format!("{}: role {role}", rule.spec().slug));
        }
    }
    assert!(missing.is_empty(), "{missing:#?}");
}

#[test]
fn role_ids_are_guids_or_say_how_the_grant_is_made() {
    let well_formed = |guid: &str| {
        let lengths: Vec<_> = guid.split('-').map(str::len).collect();
        lengths == [8, 4, 4, 4, 12] && guid.bytes().all(|byte| byte == b'-' || byte.is_ascii_hexdigit())
    };
    for role in Tables::builtin().roles() {
        if role.guid.is_empty() {
            assert!(!role.note.is_empty(), "{} has neither a guid nor a note", role.id);
        } else {
            assert!(well_formed(&role.guid), "{}: {}", role.id, role.guid);
        }
    }
}

#[test]
fn table_texts_begin_small_and_end_without_a_full_stop() {
    for name in ["routes", "revoke"] {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("rules/tables/{name}.toml"));
        let text = std::fs::read_to_string(&path).expect("the table is there");
        for line in text.lines().filter_map(|line| line.split("text = \"").nth(1)) {
            let said = line.split('"').next().unwrap_or_default();
            assert!(!said.ends_with('.'), "{name}: {said}");
        }
    }
}

/// Where a vault or a store holds no value that somebody could read and use elsewhere, or is itself what it is about.
const NO_VALUE_KEPT: [(&str, &str); 12] = [
    ("on-unknown", "asks for the place, whose own route tells"),
    ("certificate", "the key cannot be exported"),
    ("certificate-key", "the key cannot be exported"),
    ("key-store", "the key cannot be exported"),
    ("platform-generated", "the vault's key wraps others and is never read"),
    ("federation-ci", "the stored secret is deleted"),
    ("federation-ci-terraform", "the stored secret is deleted"),
    ("deploy-oidc", "the stored profile is deleted"),
    ("vault-roles", "about the vault's readers"),
    ("vault-expiry", "about the vault's secrets, which it lets end"),
    ("one-credential", "about how often a vault is asked"),
    ("tenant-guard", "about the vault's log"),
];

/// What no route that ends in a vault may leave unsaid.
const WARNED: [&str; 4] = ["this is not keyless", "moves the secret", "whoever reads it there holds it", "rotate it"];

#[test]
fn every_route_that_ends_in_a_vault_carries_the_whole_warning() {
    let tables = Tables::builtin();
    let (mut kept, mut ends_in_none) = (0, BTreeSet::new());
    for row in tables.routes() {
        // Steps of a place that stand beside a route stand beside its warning.
        let own = row.steps.iter().filter(|step| step.beside.is_empty());
        let said = own.clone().map(|step| step.text.as_str()).chain([row.title.as_str()]);
        let names_one = said.map(str::to_lowercase).any(|text| {
            ["vault", "secret store", "user secret", "approval", "'s store"].iter().any(|word| text.contains(word))
        });
        let carries =
            own.clone().any(|step| WARNED.iter().all(|words| step.text.contains(words)) && step.only.is_empty());
        let holds_none = NO_VALUE_KEPT.iter().any(|(id, _)| *id == row.id);
        kept += usize::from(carries);
        assert!(carries || !row.still_secret, "{}: a secret remains, and the warning is missing", row.id);
        assert!(carries || holds_none || !names_one, "{}: names a vault without the warning", row.id);
        assert!(!carries || !holds_none, "{}: holds no value, and warns", row.id);
        if holds_none && names_one {
            ends_in_none.insert(row.id.clone());
        }
        for beside in row.steps.iter().flat_map(|step| &step.beside) {
            let other =
                tables.route(beside).unwrap_or_else(|| panic!("{}: beside {beside}, which is no route", row.id));
            let is_vault = row.steps.iter().any(|step| step.beside.contains(beside) && step.text.contains("secret"));
            assert!(!is_vault || other.still_secret, "{}: a vault beside {beside}, which does not warn", row.id);
        }
    }
    let excused: BTreeSet<String> = NO_VALUE_KEPT.iter().map(|(id, _)| (*id).to_owned()).collect();
    assert_eq!(excused, ends_in_none, "each excuse is needed");
    assert!(kept >= 4, "{kept} routes carry it");
}
