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
